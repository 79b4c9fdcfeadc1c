//! When the demonstration's steps were taken, counted back from the present instant.
#[cfg(test)]
mod tests;

use calendar::BusinessTime;
use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// A moment before the present one: `-5 09:20` on the fifth working day before today, or `-30m` of working time ago.
///
/// Every moment lies before the present instant whatever the hour is, and a day's moment before one in minutes as
/// long as the minutes are fewer than [`MINUTES_MOST`] and the day's hour is before [`LATEST_YESTERDAY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum When {
    /// On a working day before today.
    Day {
        /// How many working days before; one or more.
        back: u16,
        /// The time on the wall.
        at: Time,
    },
    /// So much working time ago.
    Minutes(u32),
}

/// More minutes would reach back beyond what was done on the last day before today.
pub(super) const MINUTES_MOST: u32 = 90;
/// On the last working day before today, steps are taken before this hour: 90 minutes before closing time.
pub(super) const LATEST_YESTERDAY: Time = Time::constant(16, 0, 0, 0);

impl TryFrom<String> for When {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bad =
            || format!("`{text}` is no moment: write `-5 09:20`, or `-30m` for up to {MINUTES_MOST} minutes");
        let back = text.strip_prefix('-').ok_or_else(bad)?;
        if let Some(minutes) = back.strip_suffix('m') {
            let minutes = minutes.parse().ok().filter(|minutes| *minutes <= MINUTES_MOST);
            return minutes.map(Self::Minutes).ok_or_else(bad);
        }
        let (days, time) = back.split_once(' ').ok_or_else(bad)?;
        let back = days.parse().ok().filter(|back| *back > 0).ok_or_else(bad)?;
        let at: Time = time.parse().map_err(|_| bad())?;
        if back == 1 && at >= LATEST_YESTERDAY {
            return Err(bad());
        }
        Ok(Self::Day { back, at })
    }
}

impl When {
    /// The instant it means. A year whose notice is missing counts as one of plain weeks.
    pub(super) fn instant(self, now: Timestamp, time: &BusinessTime) -> Timestamp {
        match self {
            Self::Minutes(minutes) => {
                let clock = || now.saturating_sub(SignedDuration::from_mins(minutes.into())).unwrap_or(now);
                time.before(now, calendar::Limit::WorkingMinutes(minutes)).unwrap_or_else(|_| clock())
            }
            Self::Day { back, at } => {
                let day = working_day(now.to_zoned(time.zone().clone()).date(), back, time);
                let instant = day.to_datetime(at).to_zoned(time.zone().clone());
                instant.map_or(now, |instant| instant.timestamp())
            }
        }
    }
}

/// The working day so many before `today`.
fn working_day(today: Date, back: u16, time: &BusinessTime) -> Date {
    let plain = |day: Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let (mut day, mut left) = (today, back);
    while left > 0 {
        let Ok(before) = day.yesterday() else { return day };
        day = before;
        left -= u16::from(time.works(day).unwrap_or_else(|_| plain(day)));
    }
    day
}
