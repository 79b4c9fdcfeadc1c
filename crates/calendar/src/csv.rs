//! The text a calendar is kept in.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write;

use jiff::civil::Date;

use crate::days::{Day, is_weekend};

const HEADER: &str = "date,kind";
/// A year of notices has about thirty rows: this is three thousand years of them.
const MAX_ROWS: usize = 100_000;
/// Keeps the tables that are computed from a calendar small, whatever is imported.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// Names one line of a calendar that cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct CsvMistake {
    /// The line, counted from 1, the header included.
    pub line: usize,
    /// What is wrong with it.
    pub problem: CsvProblem,
}

/// Says which expectation a line of a calendar breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvProblem {
    /// The first line is something else.
    #[error("the first line must be `date,kind`, found `{0}`")]
    Header(String),
    /// The row has no comma.
    #[error("a row is `date,kind`, for example `2022-10-08,workday`; found `{0}`")]
    Row(String),
    /// The date is misspelt, does not exist, or is far away.
    #[error("`{0}` is not a date: write YYYY-MM-DD, a day that exists in the years 1900 to 2199")]
    Date(String),
    /// The kind is none of the two.
    #[error("`{0}` is not a kind: write `holiday` or `workday`")]
    Kind(String),
    /// The day rests anyway.
    #[error("{0} is a {weekday:?}, which rests anyway: `holiday` is for Monday to Friday", weekday = .0.weekday())]
    HolidayOnWeekend(Date),
    /// The day works anyway.
    #[error("{0} is a {weekday:?}, which works anyway: `workday` is for Saturday and Sunday", weekday = .0.weekday())]
    WorkdayOnWeekday(Date),
    /// The day has a row already.
    #[error("{date} stands on line {first} already: each day may have one row")]
    Repeated {
        /// The day.
        date: Date,
        /// The line of its first row.
        first: usize,
    },
    /// The text is too long; nothing after this line was read.
    #[error("a calendar may have 100000 rows; reading stopped here")]
    TooManyRows,
}

/// Reads the exceptions from the plain week, or lists every mistake.
pub(crate) fn read(csv: &str) -> Result<BTreeMap<Date, Day>, Vec<CsvMistake>> {
    let csv = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut lines = (1..).zip(csv.lines().map(str::trim));
    let mut mistakes = Vec::new();
    let header = lines.next().map_or("", |(_, text)| text);
    if header != HEADER {
        mistakes.push(CsvMistake { line: 1, problem: CsvProblem::Header(shown(header)) });
    }
    // The line is kept so that a repeated day can name its first row.
    let mut rows: BTreeMap<Date, (Day, usize)> = BTreeMap::new();
    for (count, (line, text)) in lines.filter(|(_, text)| !text.is_empty()).enumerate() {
        if count == MAX_ROWS {
            mistakes.push(CsvMistake { line, problem: CsvProblem::TooManyRows });
            break;
        }
        let outcome = row(text).and_then(|(date, day)| match rows.entry(date) {
            Entry::Occupied(entry) => Err(CsvProblem::Repeated { date, first: entry.get().1 }),
            Entry::Vacant(entry) => {
                entry.insert((day, line));
                Ok(())
            }
        });
        mistakes.extend(outcome.err().map(|problem| CsvMistake { line, problem }));
    }
    if mistakes.is_empty() {
        Ok(rows.into_iter().map(|(date, (day, _))| (date, day)).collect())
    } else {
        Err(mistakes)
    }
}

/// Writes what `read` reads, rows by date.
pub(crate) fn write(exceptions: &BTreeMap<Date, Day>) -> String {
    exceptions.iter().fold(format!("{HEADER}\n"), |mut csv, (date, day)| {
        let kind = match day {
            Day::Rest => "holiday",
            Day::Work => "workday",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(csv, "{date},{kind}");
        csv
    })
}

fn row(text: &str) -> Result<(Date, Day), CsvProblem> {
    let (date, kind) = text.split_once(',').ok_or_else(|| CsvProblem::Row(shown(text)))?;
    let (date, kind) = (date.trim(), kind.trim());
    let date = day_of(date).ok_or_else(|| CsvProblem::Date(shown(date)))?;
    let weekend = is_weekend(date.weekday());
    match kind {
        "holiday" if weekend => Err(CsvProblem::HolidayOnWeekend(date)),
        "holiday" => Ok((date, Day::Rest)),
        "workday" if weekend => Ok((date, Day::Work)),
        "workday" => Err(CsvProblem::WorkdayOnWeekday(date)),
        other => Err(CsvProblem::Kind(shown(other))),
    }
}

/// Reads exactly `YYYY-MM-DD`: a parser for dates in general would also take times and zones.
fn day_of(text: &str) -> Option<Date> {
    let shape = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    if !shape.eq(*b"0000-00-00") {
        return None;
    }
    text.parse().ok().filter(|date: &Date| YEARS.contains(&date.year()))
}

/// Shortens what is quoted in a message.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
