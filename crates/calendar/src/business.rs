//! Counting in working time.

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::days::{Calendar, MissingYear};
use crate::hours::Hours;
use crate::limit::Limit;
use crate::stretch::{Moment, Stretch};

/// Counts working days and working minutes of one calendar, opening hours and time zone.
///
/// A day works when the calendar says so and the hours give it at least one interval. On make-up days the hours'
/// `makeup` intervals hold; without them the weekend day's own; without those, the ones of the first weekday that
/// is open. Only the years that a computation touches must be known. A value, cheap to clone; making one lays
/// out tables for all known years (milliseconds), so keep it.
#[derive(Clone)]
pub struct BusinessTime {
    shared: Arc<Shared>,
}

struct Shared {
    calendar: Calendar,
    hours: Hours,
    zone: TimeZone,
    /// Ascending; between two of them at least one year is missing.
    stretches: Vec<Stretch>,
}

/// Names days in a row on which nobody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestSpan {
    /// The first of them.
    pub first: Date,
    /// The last of them.
    pub last: Date,
    /// How many there are, 1 or more.
    pub days: u32,
}

impl BusinessTime {
    /// Joins a calendar, opening hours and the zone they are meant in.
    #[must_use]
    pub fn new(calendar: Calendar, hours: Hours, zone: TimeZone) -> Self {
        let mut runs: Vec<(i16, i16)> = Vec::new();
        for year in calendar.years() {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == year => *last = year,
                _ => runs.push((year, year)),
            }
        }
        let stretches = runs
            .into_iter()
            .map(|(first, last)| Stretch::new(first..=last, &calendar, &hours, &zone))
            .collect();
        Self { shared: Arc::new(Shared { calendar, hours, zone, stretches }) }
    }

    /// Gives the calendar.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.shared.calendar
    }

    /// Gives the opening hours.
    #[must_use]
    pub fn hours(&self) -> &Hours {
        &self.shared.hours
    }

    /// Gives the time zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.shared.zone
    }

    /// Finds the instant at which a limit that runs from `from` is over.
    ///
    /// Working days: the day of `from` is not counted, and the limit ends when the last interval of the last day does.
    /// `0wd` ends with the same day while any of its working time is left, else with the next working day. Working
    /// hours and minutes run inside the intervals only, from the next working moment; a limit that is over when an
    /// interval ends is due then (12:00, not 13:30). Clock hours and minutes need no calendar.
    ///
    /// # Errors
    /// [`MissingYear`] when a day that must be looked at lies in an unknown year.
    pub fn due(&self, from: Timestamp, limit: Limit) -> Result<Timestamp, MissingYear> {
        match seconds(limit) {
            Length::Days(days) => self.day_end_after(from, days),
            Length::Working(seconds) => {
                let stretch = self.known(self.date(from))?;
                instant(stretch.add(from.into(), seconds)?)
            }
            Length::Clock(seconds) => {
                from.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| MissingYear { year: 10_000 })
            }
        }
    }

    /// Finds the instant that lies a limit before `due`: the moment to warn.
    ///
    /// The mirror of [`due`](Self::due). Working days: the day of `due` is not counted, and the answer is the end
    /// of the working day that many working days earlier (`0wd`: the last end of a working day not after `due`).
    /// Working hours and minutes run backward inside the intervals; at an interval's start the answer stays there.
    ///
    /// # Errors
    /// [`MissingYear`] when a day that must be looked at lies in an unknown year.
    pub fn before(&self, due: Timestamp, limit: Limit) -> Result<Timestamp, MissingYear> {
        match seconds(limit) {
            Length::Days(days) => self.day_end_before(due, days),
            Length::Working(seconds) => {
                let stretch = self.known(self.date(due))?;
                instant(stretch.subtract(due.into(), seconds)?)
            }
            Length::Clock(seconds) => {
                due.checked_sub(SignedDuration::from_secs(seconds)).map_err(|_| MissingYear { year: -10_000 })
            }
        }
    }

    /// Counts the full working minutes from `from` to `to`; negative when `to` is the earlier.
    ///
    /// # Errors
    /// [`MissingYear`] when a year from the one instant's to the other's is unknown.
    pub fn minutes_between(&self, from: Timestamp, to: Timestamp) -> Result<i64, MissingYear> {
        if to < from {
            return self.minutes_between(to, from).map(|minutes| -minutes);
        }
        let stretch = self.known_through(self.date(from), self.date(to))?;
        let (start, end) = (stretch.position(from.into()), stretch.position(to.into()));
        let unfinished_second = i64::from(end.1 < start.1);
        Ok((end.0 - start.0 - unfinished_second) / 60)
    }

    /// Counts the working days after the day of `from`, up to and including the day of `to`.
    ///
    /// Negative when `to` is on the earlier day: the same count with the two exchanged.
    ///
    /// # Errors
    /// [`MissingYear`] when a day that must be looked at lies in an unknown year.
    pub fn days_between(&self, from: Timestamp, to: Timestamp) -> Result<i64, MissingYear> {
        let (first, last) = (self.date(from), self.date(to));
        if last < first {
            return self.days_between(to, from).map(|days| -days);
        }
        if first == last {
            return Ok(0);
        }
        let first = first.tomorrow().map_err(|_| MissingYear { year: 10_000 })?;
        let stretch = self.known_through(first, last)?;
        let days = stretch.worked_through(last) - stretch.worked_before(first);
        Ok(i64::try_from(days).unwrap_or(i64::MAX))
    }

    /// Says whether anybody works on a day: the calendar says so, and the hours have an interval for it.
    ///
    /// # Errors
    /// [`MissingYear`] when the year of `date` is unknown.
    pub fn works(&self, date: Date) -> Result<bool, MissingYear> {
        let stretch = self.known(date)?;
        Ok(stretch.worked_before(date) < stretch.worked_through(date))
    }

    /// Lists the longest possible spans of rest days inside `from` to `to`, both days included.
    ///
    /// # Errors
    /// [`MissingYear`] when a year of that time is unknown.
    pub fn rests(&self, from: Date, to: Date) -> Result<Vec<RestSpan>, MissingYear> {
        let mut spans: Vec<RestSpan> = Vec::new();
        if to < from {
            return Ok(spans);
        }
        self.known_through(from, to)?;
        let mut rested = false;
        for date in from.series(jiff::Span::new().days(1)).take_while(|date| *date <= to) {
            let rests = !self.works(date)?;
            match spans.last_mut() {
                Some(span) if rests && rested => {
                    *span = RestSpan { last: date, days: span.days + 1, ..*span }
                }
                _ if rests => spans.push(RestSpan { first: date, last: date, days: 1 }),
                _ => {}
            }
            rested = rests;
        }
        Ok(spans)
    }

    /// Lists the make-up days inside `from` to `to`, both days included, on which people work.
    ///
    /// # Errors
    /// [`MissingYear`] when a year of that time is unknown.
    pub fn makeups(&self, from: Date, to: Date) -> Result<Vec<Date>, MissingYear> {
        if to < from {
            return Ok(Vec::new());
        }
        self.known_through(from, to)?;
        let mut makeups = Vec::new();
        for date in self.shared.calendar.makeups(from, to) {
            if self.works(date)? {
                makeups.push(date);
            }
        }
        Ok(makeups)
    }

    fn day_end_after(&self, from: Timestamp, days: u32) -> Result<Timestamp, MissingYear> {
        let today = self.date(from);
        if days == 0 {
            let end = self.known(today)?.end_of(today);
            if let Some(end) = end.filter(|end| *end > Moment::from(from).second) {
                return instant(Moment { second: end, nanosecond: 0 });
            }
        }
        let tomorrow = today.tomorrow().map_err(|_| MissingYear { year: 10_000 })?;
        let stretch = self.known(tomorrow)?;
        let ordinal = stretch.worked_before(tomorrow).saturating_add(count(days.max(1)) - 1);
        let end = stretch.day_end(ordinal).ok_or(stretch.after())?;
        instant(Moment { second: end, nanosecond: 0 })
    }

    fn day_end_before(&self, due: Timestamp, days: u32) -> Result<Timestamp, MissingYear> {
        let today = self.date(due);
        if days == 0 {
            let end = self.known(today)?.end_of(today);
            if let Some(end) = end.filter(|end| *end <= Moment::from(due).second) {
                return instant(Moment { second: end, nanosecond: 0 });
            }
        }
        let yesterday = today.yesterday().map_err(|_| MissingYear { year: -10_000 })?;
        let stretch = self.known(yesterday)?;
        let ordinal = stretch.worked_through(yesterday).checked_sub(count(days.max(1)));
        let end = ordinal.and_then(|ordinal| stretch.day_end(ordinal)).ok_or(stretch.ahead())?;
        instant(Moment { second: end, nanosecond: 0 })
    }

    fn date(&self, instant: Timestamp) -> Date {
        self.shared.zone.to_datetime(instant).date()
    }

    /// Finds the stretch of known years a day lies in.
    fn known(&self, date: Date) -> Result<&Stretch, MissingYear> {
        let year = date.year();
        let stretches = &self.shared.stretches;
        let found = stretches.get(stretches.partition_point(|stretch| *stretch.years().end() < year));
        found.filter(|stretch| stretch.years().contains(&year)).ok_or(MissingYear { year })
    }

    /// Finds the stretch of known years that holds all days from `first` to `last`.
    fn known_through(&self, first: Date, last: Date) -> Result<&Stretch, MissingYear> {
        let stretch = self.known(first)?;
        if stretch.years().contains(&last.year()) { Ok(stretch) } else { Err(stretch.after()) }
    }
}

impl fmt::Debug for BusinessTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { calendar, hours, zone, .. } = &*self.shared;
        formatter
            .debug_struct("BusinessTime")
            .field("calendar", calendar)
            .field("hours", hours)
            .field("zone", zone)
            .finish_non_exhaustive()
    }
}

/// A limit by the way it is counted.
enum Length {
    Days(u32),
    Working(i64),
    Clock(i64),
}

fn seconds(limit: Limit) -> Length {
    match limit {
        Limit::WorkingDays(days) => Length::Days(days),
        Limit::WorkingHours(hours) => Length::Working(i64::from(hours) * 3600),
        Limit::WorkingMinutes(minutes) => Length::Working(i64::from(minutes) * 60),
        Limit::Hours(hours) => Length::Clock(i64::from(hours) * 3600),
        Limit::Minutes(minutes) => Length::Clock(i64::from(minutes) * 60),
    }
}

fn count(days: u32) -> usize {
    usize::try_from(days).unwrap_or(usize::MAX)
}

/// Puts an instant together again; those of a stretch are far from the ends of what jiff can hold.
fn instant(moment: Moment) -> Result<Timestamp, MissingYear> {
    Timestamp::new(moment.second, moment.nanosecond).map_err(|_| MissingYear { year: 10_000 })
}
