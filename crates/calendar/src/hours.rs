//! When the desk is open.

mod reading;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::Weekday;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::days::is_weekend;

pub use reading::HoursMistake;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MAKEUP: &str = "makeup";

/// Gives the opening intervals of every weekday, to the minute, local time.
///
/// Invariants: the intervals of a day are ascending, none is empty, none overlap; Monday to Friday have at least
/// one. Written in JSON as `{"mon":["08:30-12:00","13:30-17:30"],…}`; a weekday that is left out is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From Monday to Sunday.
    week: [Vec<Interval>; 7],
    /// What holds on make-up days, if that is given.
    makeup: Option<Vec<Interval>>,
}

/// Minutes since midnight, `from` included, `to` (at most 1440) not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Interval {
    pub(crate) from: u16,
    pub(crate) to: u16,
}

impl Hours {
    /// Reads opening hours from JSON: an object from weekdays to lists of intervals.
    ///
    /// Keys are `mon`, `monday`, `1` to `7`, `周一`, `星期一` in any case, ranges such as `mon-fri`, and `makeup` for
    /// make-up days. Intervals are `"08:30-12:00"`, `["08:30","12:00"]` or `{"from":"08:30","to":"12:00"}`; an
    /// interval may end at `24:00`.
    ///
    /// # Errors
    /// The first thing that cannot be read, with what is allowed there.
    pub fn parse(json: &str) -> Result<Self, HoursMistake> {
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let Entries(entries) =
            serde_json::from_str(json).map_err(|error| HoursMistake::Json(error.to_string()))?;
        reading::hours(&entries)
    }

    /// Gives the intervals of a working day that falls on this weekday.
    ///
    /// A working Saturday or Sunday is a make-up day. It has the intervals given for make-up days; else its own; else
    /// those of the first weekday that is open.
    pub(crate) fn of_working_day(&self, weekday: Weekday) -> &[Interval] {
        let own = self.week.iter().zip(1..).find(|(_, number)| *number == weekday.to_monday_one_offset());
        let own = own.map_or(&[][..], |(day, _)| day);
        if !is_weekend(weekday) {
            return own;
        }
        match &self.makeup {
            Some(makeup) => makeup,
            None if own.is_empty() => self.week.iter().find(|day| !day.is_empty()).map_or(&[], Vec::as_slice),
            None => own,
        }
    }
}

impl Default for Hours {
    /// Gives Monday to Friday, 08:30 to 12:00 and 13:30 to 17:30.
    fn default() -> Self {
        let day = vec![
            Interval { from: 8 * 60 + 30, to: 12 * 60 },
            Interval { from: 13 * 60 + 30, to: 17 * 60 + 30 },
        ];
        let [mon, tue, wed, thu] = std::array::from_fn(|_| day.clone());
        Self { week: [mon, tue, wed, thu, day, Vec::new(), Vec::new()], makeup: None }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(formatter, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, day) in WEEKDAYS.iter().zip(&self.week).filter(|(_, day)| !day.is_empty()) {
            map.serialize_entry(name, day)?;
        }
        if let Some(makeup) = &self.makeup {
            map.serialize_entry(MAKEUP, makeup)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Entries(entries) = Entries::deserialize(deserializer)?;
        reading::hours(&entries).map_err(D::Error::custom)
    }
}

/// The entries as written: a map would silently keep one of two equal keys.
struct Entries(Vec<(String, serde_json::Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Entries;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(r#"an object such as {"mon-fri":["08:30-12:00","13:30-17:30"]}"#)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}
