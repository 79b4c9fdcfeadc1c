//! From what callers write to opening hours: lenient in spelling, strict in meaning.

use serde_json::Value;

use super::{Hours, Interval, MAKEUP, WEEKDAYS};

/// Keeps the tables that are computed from opening hours small, whatever is sent.
const MOST_INTERVALS: usize = 24;

/// Says why a text is not opening hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursMistake {
    /// It is not a JSON object.
    #[error("opening hours are a JSON object such as {{\"mon-fri\":[\"08:30-12:00\",\"13:30-17:30\"]}}: {0}")]
    Json(String),
    /// A key is not a weekday.
    #[error(
        "`{0}` is not a weekday: write mon to sun, monday to sunday, 1 to 7, 周一 to 周日, a range such as mon-fri, or makeup"
    )]
    Weekday(String),
    /// A weekday stands under two keys.
    #[error("`{0}` is given twice: each weekday may stand under one key")]
    Repeated(&'static str),
    /// An interval cannot be read.
    #[error(
        "{found} under `{key}` is not an interval: write a list of \"08:30-12:00\", [\"08:30\",\"12:00\"] or {{\"from\":\"08:30\",\"to\":\"12:00\"}}, times from 00:00 to 24:00"
    )]
    Interval {
        /// The key it stands under, as written.
        key: String,
        /// The JSON that was found.
        found: String,
    },
    /// An interval ends before or when it begins.
    #[error(
        "`{interval}` under `{key}` is empty or backward: an interval must end after it begins, the same day (midnight at its end is 24:00)"
    )]
    Backward {
        /// The key it stands under, as written.
        key: String,
        /// The interval.
        interval: String,
    },
    /// Two intervals of a day share time.
    #[error(
        "`{first}` and `{second}` under `{key}` overlap: an interval may begin when the one before it ends, not earlier"
    )]
    Overlap {
        /// The key they stand under, as written.
        key: String,
        /// The one that begins first.
        first: String,
        /// The one that begins too early.
        second: String,
    },
    /// A day has too many intervals.
    #[error("`{key}` has {count} intervals: at most 24 a day")]
    TooMany {
        /// The key they stand under, as written.
        key: String,
        /// How many there are.
        count: usize,
    },
    /// No weekday is open.
    #[error("no weekday is open: give at least one of Monday to Friday an interval")]
    NeverOpen,
}

/// Reads the entries of the object, in the order they were written.
pub(super) fn hours(entries: &[(String, Value)]) -> Result<Hours, HoursMistake> {
    let mut week: [Option<Vec<Interval>>; 7] = Default::default();
    let mut makeup = None;
    for (key, value) in entries {
        let intervals = day(key, value)?;
        let name = key.trim().to_lowercase();
        if matches!(name.as_str(), MAKEUP | "make-up" | "make_up" | "调休") {
            if makeup.replace(intervals).is_some() {
                return Err(HoursMistake::Repeated(MAKEUP));
            }
            continue;
        }
        let (first, last) =
            weekdays(&name).ok_or_else(|| HoursMistake::Weekday(key.chars().take(40).collect()))?;
        for (number, (weekday, slot)) in WEEKDAYS.iter().zip(&mut week).enumerate() {
            if (first..=last).contains(&number) && slot.replace(intervals.clone()).is_some() {
                return Err(HoursMistake::Repeated(weekday));
            }
        }
    }
    let week = week.map(Option::unwrap_or_default);
    if week.iter().take(5).all(Vec::is_empty) {
        return Err(HoursMistake::NeverOpen);
    }
    Ok(Hours { week, makeup })
}

/// Reads `fri` as (4, 4) and `mon-fri` as (0, 4); a range that runs backward is none.
fn weekdays(name: &str) -> Option<(usize, usize)> {
    match name.split_once(['-', '–', '~', '至', '到']) {
        None => weekday(name).map(|number| (number, number)),
        Some((first, last)) => {
            let range = (weekday(first.trim())?, weekday(last.trim())?);
            (range.0 <= range.1).then_some(range)
        }
    }
}

/// Reads a weekday in lower case, Monday being 0.
fn weekday(name: &str) -> Option<usize> {
    let chinese =
        name.strip_prefix("星期").or_else(|| name.strip_prefix("礼拜")).or_else(|| name.strip_prefix('周'));
    if let Some(digit) = chinese {
        return ["一", "二", "三", "四", "五", "六", "日"]
            .iter()
            .position(|known| *known == digit)
            .or((digit == "天").then_some(6));
    }
    Some(match name {
        "mon" | "monday" | "1" => 0,
        "tue" | "tues" | "tuesday" | "2" => 1,
        "wed" | "wednesday" | "3" => 2,
        "thu" | "thur" | "thurs" | "thursday" | "4" => 3,
        "fri" | "friday" | "5" => 4,
        "sat" | "saturday" | "6" => 5,
        "sun" | "sunday" | "7" => 6,
        _ => return None,
    })
}

fn day(key: &str, value: &Value) -> Result<Vec<Interval>, HoursMistake> {
    let key = || key.chars().take(40).collect::<String>();
    let unreadable = |found: &Value| HoursMistake::Interval {
        key: key(),
        found: found.to_string().chars().take(60).collect(),
    };
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list.as_slice(),
        Value::String(_) => std::slice::from_ref(value),
        _ => return Err(unreadable(value)),
    };
    if list.len() > MOST_INTERVALS {
        return Err(HoursMistake::TooMany { key: key(), count: list.len() });
    }
    let mut intervals = Vec::new();
    for found in list {
        let interval = interval(found).ok_or_else(|| unreadable(found))?;
        if interval.from >= interval.to {
            return Err(HoursMistake::Backward { key: key(), interval: interval.to_string() });
        }
        intervals.push(interval);
    }
    intervals.sort_unstable();
    for (first, second) in intervals.iter().zip(intervals.iter().skip(1)) {
        if second.from < first.to {
            return Err(HoursMistake::Overlap {
                key: key(),
                first: first.to_string(),
                second: second.to_string(),
            });
        }
    }
    Ok(intervals)
}

fn interval(value: &Value) -> Option<Interval> {
    let (from, to) = match value {
        Value::String(text) => text.split_once(['-', '–', '~', '至', '到'])?,
        Value::Array(pair) => match pair.as_slice() {
            [from, to] => (from.as_str()?, to.as_str()?),
            _ => return None,
        },
        Value::Object(object) if object.len() == 2 => {
            (object.get("from")?.as_str()?, object.get("to")?.as_str()?)
        }
        _ => return None,
    };
    Some(Interval { from: minute(from)?, to: minute(to)? })
}

/// Reads `8:30` or `08:30` as minutes since midnight, up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}
