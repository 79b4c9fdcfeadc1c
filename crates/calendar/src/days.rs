//! Which days work.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, LazyLock};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::csv::{self, CsvMistake};

/// Says whether people work on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Day {
    /// A working day: Monday to Friday, or a make-up day on a weekend.
    Work,
    /// A day of rest: Saturday, Sunday, or a statutory holiday.
    Rest,
}

/// Reports that a computation reaches into a year whose notice is not in the calendar.
///
/// Arithmetic that leaves the years an instant can have (-9999 to 9999) is reported as the year just beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[error(
    "the working days of {year} are not known: the calendar has no row for that year; import its notice first"
)]
pub struct MissingYear {
    /// The first year that is needed and not known.
    pub year: i16,
}

/// Knows, for every year that has a notice, which days work and which rest.
///
/// A value, cheap to clone; two calendars are equal when their digests are.
#[derive(Clone)]
pub struct Calendar {
    content: Arc<Content>,
}

struct Content {
    /// Weekdays that rest and weekend days that work; nothing else.
    exceptions: BTreeMap<Date, Day>,
    years: BTreeSet<i16>,
    digest: String,
}

impl Calendar {
    /// Gives the calendar built into this release: mainland China, 2004 to 2026.
    #[must_use]
    pub fn shipped() -> Self {
        static SHIPPED: LazyLock<Calendar> = LazyLock::new(|| {
            Calendar::parse(include_str!("../data/cn-exceptions.csv"))
                .expect("the shipped calendar is checked by a test")
        });
        SHIPPED.clone()
    }

    /// Reads a calendar from CSV: the header `date,kind`, then a row per day that differs from the plain week.
    ///
    /// `kind` is `holiday` (a weekday off) or `workday` (a make-up day on a weekend). The order of rows does not
    /// matter; a byte order mark, CRLF and blank lines are accepted. A year with at least one row is known.
    ///
    /// # Errors
    /// All mistakes at once, in the order of lines.
    pub fn parse(csv: &str) -> Result<Self, Vec<CsvMistake>> {
        let exceptions = csv::read(csv)?;
        let years = exceptions.keys().map(|date| date.year()).collect();
        let digest = hex::encode(Sha256::digest(csv::write(&exceptions)));
        Ok(Self { content: Arc::new(Content { exceptions, years, digest }) })
    }

    /// Writes the canonical CSV: rows by date, LF, no byte order mark. Parsing it gives an equal calendar.
    #[must_use]
    pub fn to_csv(&self) -> String {
        csv::write(&self.content.exceptions)
    }

    /// Gives the SHA-256 of the canonical CSV, 64 lower-case hex digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.content.digest
    }

    /// Lists the known years, ascending.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.content.years.iter().copied()
    }

    /// Says whether a day works.
    ///
    /// # Errors
    /// [`MissingYear`] when the year of `date` has no row.
    pub fn day(&self, date: Date) -> Result<Day, MissingYear> {
        if !self.content.years.contains(&date.year()) {
            return Err(MissingYear { year: date.year() });
        }
        let plain = if is_weekend(date.weekday()) { Day::Rest } else { Day::Work };
        Ok(self.content.exceptions.get(&date).copied().unwrap_or(plain))
    }

    /// Lists the make-up working days from `first` to `last`, both included.
    pub(crate) fn makeups(&self, first: Date, last: Date) -> impl Iterator<Item = Date> {
        let days = (first <= last).then(|| self.content.exceptions.range(first..=last));
        days.into_iter().flatten().filter(|(_, day)| **day == Day::Work).map(|(date, _)| *date)
    }
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        self.content.digest == other.content.digest
    }
}

impl Eq for Calendar {}

impl fmt::Debug for Calendar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Content { years, digest, .. } = &*self.content;
        formatter
            .debug_struct("Calendar")
            .field("years", years)
            .field("digest", digest)
            .finish_non_exhaustive()
    }
}

/// Says whether the plain week rests on this weekday.
pub(crate) fn is_weekend(weekday: Weekday) -> bool {
    matches!(weekday, Weekday::Saturday | Weekday::Sunday)
}
