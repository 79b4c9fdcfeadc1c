//! How long something may take.

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Says how long something may take, in working time or in clock time.
///
/// Written `5wd`, `12wh`, `90wm`, `2h`, `30m`, also in serde. What is parsed is at most ten years long, and
/// more than nothing, except `0wd`: the end of the same working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Limit {
    /// `5wd`: working days; the first day is not counted.
    WorkingDays(u32),
    /// `12wh`: hours within the opening hours.
    WorkingHours(u32),
    /// `90wm`: minutes within the opening hours.
    WorkingMinutes(u32),
    /// `2h`: hours of the clock, day and night.
    Hours(u32),
    /// `30m`: minutes of the clock, day and night.
    Minutes(u32),
}

/// Says why a text is not a limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitMistake {
    /// It is not a number with a unit.
    #[error(
        "`{0}` is not a limit: write a whole number and its unit, `5wd`, `12wh`, `90wm` (working days, hours, minutes), `2h` or `30m` (clock time)"
    )]
    Shape(String),
    /// It is no time at all.
    #[error(
        "`{0}` is no time at all: the number must be 1 or more (only `0wd`, the end of the same working day, may be zero)"
    )]
    Zero(String),
    /// It is more than ten years.
    #[error("`{written}` is too long: at most `{most}`")]
    TooLong {
        /// What was written.
        written: String,
        /// The longest limit of that unit.
        most: Limit,
    },
}

/// Ten years, which no limit of any process comes near; it also keeps sums far from overflow.
const MOST_DAYS: u32 = 3_650;
const MOST_HOURS: u32 = MOST_DAYS * 24;
const MOST_MINUTES: u32 = MOST_HOURS * 60;

impl Limit {
    fn parts(self) -> (u32, &'static str) {
        match self {
            Self::WorkingDays(count) => (count, "wd"),
            Self::WorkingHours(count) => (count, "wh"),
            Self::WorkingMinutes(count) => (count, "wm"),
            Self::Hours(count) => (count, "h"),
            Self::Minutes(count) => (count, "m"),
        }
    }
}

impl FromStr for Limit {
    type Err = LimitMistake;

    fn from_str(text: &str) -> Result<Self, LimitMistake> {
        let misshapen = || LimitMistake::Shape(text.chars().take(40).collect());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let (make, most): (fn(u32) -> Self, u32) = match unit {
            "wd" => (Self::WorkingDays, MOST_DAYS),
            "wh" => (Self::WorkingHours, MOST_HOURS),
            "wm" => (Self::WorkingMinutes, MOST_MINUTES),
            "h" => (Self::Hours, MOST_HOURS),
            "m" => (Self::Minutes, MOST_MINUTES),
            _ => return Err(misshapen()),
        };
        if number.is_empty() {
            return Err(misshapen());
        }
        // Digits alone fail to parse only when there are too many of them.
        let count = number.parse::<u32>().unwrap_or(u32::MAX);
        if count > most {
            return Err(LimitMistake::TooLong { written: text.chars().take(40).collect(), most: make(most) });
        }
        if count == 0 && unit != "wd" {
            return Err(LimitMistake::Zero(text.chars().take(40).collect()));
        }
        Ok(make(count))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = self.parts();
        write!(formatter, "{count}{unit}")
    }
}

impl TryFrom<String> for Limit {
    type Error = LimitMistake;

    fn try_from(text: String) -> Result<Self, LimitMistake> {
        text.parse()
    }
}

impl From<Limit> for String {
    fn from(limit: Limit) -> Self {
        limit.to_string()
    }
}
