//! `calendar due`: one case from the options, or a file of cases, a line each.
use super::{calendar, input};
use crate::parts::Failure;
use ::calendar::{BusinessTime, Calendar, Hours, Limit, LimitMistake, MissingYear};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

pub(super) const EXAMPLES: &str = r#"Examples:
  qianxiaoer calendar due --from 2022-09-30T16:50:00+08:00 --limit 1wd
  qianxiaoer calendar due --cases cases.jsonl --hours hours.json

Limits: 5wd working days (the first day is not counted; over when the last working day ends), 12wh working hours,
90wm working minutes, 2h and 30m of the clock.
A line of --cases is {"id":1,"from":"2022-09-30T16:50:00+08:00","limit":"1wd"}, with "hours" (an object like that of
--hours, never a path) and "zone" where they differ from the options. Its answer is {"id":1,"due":"..."} or
{"id":1,"error":{"code":"...","message":"..."}}; answers keep the order of the cases, exit is 1 if any is an error.
Opening hours are {"mon-fri":["08:30-12:00","13:30-17:30"]} unless --hours says otherwise. "makeup" gives make-up days
hours of their own; without it they are like weekdays."#;

/// Laying out working time takes milliseconds, and room; so many of them are kept.
const TIMES_MOST: usize = 64;

/// Computes due instants.
#[derive(Debug, clap::Args)]
pub(crate) struct Due {
    /// When the limit begins: an instant (RFC 3339), or a local date and time without offset, read in the time zone.
    #[arg(long, value_name = "INSTANT", required_unless_present = "cases", conflicts_with = "cases")]
    from: Option<String>,
    /// How long it is: 5wd, 12wh, 90wm, 2h, 30m.
    #[arg(long, value_name = "LIMIT", required_unless_present = "cases", conflicts_with = "cases")]
    limit: Option<String>,
    /// Opening hours: a JSON file of intervals per weekday.
    #[arg(long, value_name = "FILE")]
    hours: Option<PathBuf>,
    /// The time zone: an IANA name.
    #[arg(long, value_name = "NAME", default_value = "Asia/Shanghai")]
    zone: String,
    /// Many cases at once: a file of JSON lines; `-` reads stdin.
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,
    /// A calendar (CSV `date,kind`) instead of the shipped one.
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
}

impl Due {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let hours = self.hours.as_deref().map(input::read).transpose()?;
        if let Some(hours) = &hours {
            Hours::parse(hours).map_err(Refusal::Hours)?;
        }
        let mut times = Times { calendar: calendar(self.calendar.as_deref())?, known: HashMap::new() };
        let defaults = Defaults { hours: hours.unwrap_or_default(), zone: self.zone };
        let mut out = BufWriter::new(std::io::stdout().lock());
        let Some(cases) = self.cases else {
            let (from, limit) = (self.from.unwrap_or_default(), self.limit.unwrap_or_default());
            let due = times.due(&from, &limit, &defaults.hours, &defaults.zone)?;
            writeln!(out, "{due}")?;
            out.flush()?;
            return Ok(ExitCode::SUCCESS);
        };
        let mut exit = ExitCode::SUCCESS;
        let mut lines = input::open(&cases)?;
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let text = line.trim_ascii();
            if !text.is_empty() {
                let case = Case::read(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text));
                let id = case.as_ref().map_or(None, |case| case.id).map_or("null", RawValue::get);
                match case.and_then(|case| case.due(&mut times, &defaults)) {
                    Ok(due) => writeln!(out, r#"{{"id":{id},"due":"{due}"}}"#)?,
                    Err(refusal) => {
                        exit = ExitCode::FAILURE;
                        let message = serde_json::to_string(&refusal.to_string())?;
                        let code = refusal.code();
                        writeln!(out, r#"{{"id":{id},"error":{{"code":"{code}","message":{message}}}}}"#)?;
                    }
                }
            }
            line.clear();
        }
        out.flush()?;
        Ok(exit)
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What holds for cases that do not say otherwise.
struct Defaults {
    /// JSON; nothing stands for the usual hours.
    hours: String,
    zone: String,
}

/// A line. Its parts are read one by one, so that an error can name the case it belongs to.
#[derive(Deserialize)]
struct Case<'l> {
    #[serde(borrow)]
    id: Option<&'l RawValue>,
    #[serde(borrow)]
    from: Option<&'l RawValue>,
    #[serde(borrow)]
    limit: Option<&'l RawValue>,
    #[serde(borrow)]
    hours: Option<&'l RawValue>,
    #[serde(borrow)]
    zone: Option<&'l RawValue>,
}

impl<'l> Case<'l> {
    fn read(line: &'l [u8]) -> Result<Self, Refusal> {
        // A list would be read as the parts in their order.
        if !line.starts_with(b"{") {
            return Err(Refusal::Json("found something else".into()));
        }
        serde_json::from_slice(line).map_err(|error| Refusal::Json(error.to_string()))
    }

    fn due(&self, times: &mut Times, defaults: &Defaults) -> Result<String, Refusal> {
        let from = text(self.from).map_err(Refusal::From)?;
        let limit = text(self.limit).map_err(|found| Refusal::Limit(LimitMistake::Shape(found)))?;
        let zone = match self.zone {
            Some(_) => text(self.zone).map_err(Refusal::Zone)?,
            None => defaults.zone.clone(),
        };
        times.due(&from, &limit, self.hours.map_or(&defaults.hours, RawValue::get), &zone)
    }
}

/// Reads a JSON string; what is none is answered, shortened.
fn text(raw: Option<&RawValue>) -> Result<String, String> {
    let raw = raw.ok_or("nothing")?.get();
    serde_json::from_str(raw).map_err(|_| cut(raw))
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Working time by opening hours and time zone, laid out once each.
struct Times {
    calendar: Calendar,
    known: HashMap<(String, String), BusinessTime>,
}

impl Times {
    fn due(&mut self, from: &str, limit: &str, hours: &str, zone: &str) -> Result<String, Refusal> {
        let limit: Limit = limit.parse().map_err(Refusal::Limit)?;
        let time = self.of(hours, zone)?;
        let from = instant(from, time.zone())?;
        let due = time.due(from, limit).map_err(Refusal::Calendar)?;
        Ok(due.display_with_offset(time.zone().to_offset(due)).to_string())
    }

    fn of(&mut self, hours: &str, zone: &str) -> Result<BusinessTime, Refusal> {
        let key = (hours.to_owned(), zone.to_owned());
        if let Some(time) = self.known.get(&key) {
            return Ok(time.clone());
        }
        let place = TimeZone::get(zone).map_err(|_| Refusal::Zone(cut(zone)))?;
        let hours =
            if hours.is_empty() { Hours::default() } else { Hours::parse(hours).map_err(Refusal::Hours)? };
        let time = BusinessTime::new(self.calendar.clone(), hours, place);
        if self.known.len() == TIMES_MOST {
            self.known.clear();
        }
        self.known.insert(key, time.clone());
        Ok(time)
    }
}

/// Reads an instant, or a local time that happened exactly once.
fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, Refusal> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let local: DateTime = text.parse().map_err(|_| Refusal::From(cut(text)))?;
    let once = zone.to_ambiguous_zoned(local).unambiguous();
    once.map(|zoned| zoned.timestamp()).map_err(|_| Refusal::Ambiguous(cut(text)))
}

/// Why a case has no due instant.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("a case is a JSON object with id, from and limit: {0}")]
    Json(String),
    #[error("`{0}` is not a time: write 2022-09-30T16:50:00+08:00, or 2022-09-30T16:50 for local time")]
    From(String),
    #[error("`{0}` was skipped or came twice when the clocks changed: write it with its offset")]
    Ambiguous(String),
    #[error(transparent)]
    Limit(LimitMistake),
    #[error(transparent)]
    Hours(::calendar::HoursMistake),
    #[error("`{0}` is not a time zone: write an IANA name such as Asia/Shanghai")]
    Zone(String),
    #[error(transparent)]
    Calendar(MissingYear),
}

impl Refusal {
    const fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "INVALID_JSON",
            Self::From(_) | Self::Ambiguous(_) => "INVALID_FROM",
            Self::Limit(_) => "INVALID_LIMIT",
            Self::Hours(_) => "INVALID_HOURS",
            Self::Zone(_) => "INVALID_ZONE",
            Self::Calendar(_) => "CALENDAR_MISSING",
        }
    }
}
