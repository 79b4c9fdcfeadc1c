//! The tables behind business time: one stretch for every unbroken run of known years.
//!
//! Inside a stretch, counting days is a difference of two array cells, and finding an instant is a binary search.
//! Instants are whole seconds since 1970 UTC (offsets of zones have no fractions); what a caller's instant has
//! beyond the second is carried through in nanoseconds.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::days::{Calendar, Day, MissingYear};
use crate::hours::{Hours, Interval};

pub(crate) struct Stretch {
    years: RangeInclusive<i16>,
    /// For each year, how many days of the stretch lie before its first of January.
    days_before_year: Vec<usize>,
    /// For each day and for the day after the last, how many working days lie before it.
    worked_before: Vec<usize>,
    /// For each working day, the instant its last interval ends.
    day_ends: Vec<i64>,
    /// For each interval of each working day, ascending: the instants it begins and ends.
    starts: Vec<i64>,
    ends: Vec<i64>,
    /// For each interval, the working seconds from the start of the stretch to its end.
    done: Vec<i64>,
}

/// An instant split into whole seconds (rounded down) and nanoseconds (0 to 999,999,999).
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) second: i64,
    pub(crate) nanosecond: i32,
}

impl From<Timestamp> for Moment {
    fn from(instant: Timestamp) -> Self {
        let (second, nanosecond) = (instant.as_second(), instant.subsec_nanosecond());
        // jiff gives both parts the same sign.
        if nanosecond < 0 {
            Self { second: second - 1, nanosecond: nanosecond + 1_000_000_000 }
        } else {
            Self { second, nanosecond }
        }
    }
}

impl Stretch {
    /// Lays out the days of `years`, all of which `calendar` knows.
    pub(crate) fn new(
        years: RangeInclusive<i16>,
        calendar: &Calendar,
        hours: &Hours,
        zone: &TimeZone,
    ) -> Self {
        let mut stretch = Self {
            days_before_year: Vec::new(),
            worked_before: vec![0],
            day_ends: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            done: Vec::new(),
            years: years.clone(),
        };
        for year in years {
            stretch.days_before_year.push(stretch.worked_before.len() - 1);
            for date in
                date(year, 1, 1).series(jiff::Span::new().days(1)).take_while(|date| date.year() == year)
            {
                if calendar.day(date) == Ok(Day::Work) {
                    stretch.open(date, hours.of_working_day(date.weekday()), zone);
                }
                stretch.worked_before.push(stretch.day_ends.len());
            }
        }
        stretch
    }

    /// Adds a working day; without an interval it is none.
    fn open(&mut self, date: Date, intervals: &[Interval], zone: &TimeZone) {
        let Some(last) = intervals.last() else { return };
        for interval in intervals {
            // When clocks go forward, local times that do not exist move and may pass the end of their interval or
            // run into the next one. Time is counted once, and never backward.
            let start = instant(date, interval.from, zone).max(self.ends.last().copied().unwrap_or(i64::MIN));
            let end = instant(date, interval.to, zone);
            if start < end {
                let done = self.done.last().copied().unwrap_or(0) + (end - start);
                self.starts.push(start);
                self.ends.push(end);
                self.done.push(done);
            }
        }
        self.day_ends.push(instant(date, last.to, zone));
    }

    pub(crate) fn years(&self) -> &RangeInclusive<i16> {
        &self.years
    }

    /// Reports that a computation runs out of the stretch at its end.
    pub(crate) fn after(&self) -> MissingYear {
        MissingYear { year: self.years.end() + 1 }
    }

    /// Reports that a computation runs out of the stretch at its start.
    pub(crate) fn ahead(&self) -> MissingYear {
        MissingYear { year: self.years.start() - 1 }
    }

    /// Counts the working days of the stretch before `date`, which lies in it.
    pub(crate) fn worked_before(&self, date: Date) -> usize {
        self.worked_before[self.index(date)]
    }

    /// Counts the working days of the stretch up to and including `date`, which lies in it.
    pub(crate) fn worked_through(&self, date: Date) -> usize {
        self.worked_before[self.index(date) + 1]
    }

    /// Finds the end of the working day that has `ordinal` working days of the stretch before it.
    pub(crate) fn day_end(&self, ordinal: usize) -> Option<i64> {
        self.day_ends.get(ordinal).copied()
    }

    /// Finds the end of `date`, which lies in the stretch, if it is a working day.
    pub(crate) fn end_of(&self, date: Date) -> Option<i64> {
        let ordinal = self.worked_before(date);
        if ordinal < self.worked_through(date) { self.day_end(ordinal) } else { None }
    }

    /// Finds the instant that is `seconds` of working time after `from`; at an interval's end it stays there.
    pub(crate) fn add(&self, from: Moment, seconds: i64) -> Result<Moment, MissingYear> {
        let begun = self.ends.partition_point(|end| *end <= from.second);
        if begun == self.ends.len() {
            return Err(self.after());
        }
        let (worked, nanosecond) = self.position(from);
        let target = worked + seconds;
        let rest =
            self.done[begun..].partition_point(|done| *done < target || (*done == target && nanosecond > 0));
        self.at(begun + rest, target, nanosecond).ok_or(self.after())
    }

    /// Finds the instant that is `seconds` of working time before `due`; at an interval's start it stays there.
    pub(crate) fn subtract(&self, due: Moment, seconds: i64) -> Result<Moment, MissingYear> {
        let begun = self
            .starts
            .partition_point(|start| *start < due.second || (*start == due.second && due.nanosecond > 0));
        let last = begun.checked_sub(1).ok_or(self.ahead())?;
        let (worked, nanosecond) = self.position(due);
        let target = worked - seconds;
        if target < 0 {
            return Err(self.ahead());
        }
        let found = self.done[..last].partition_point(|done| *done <= target);
        self.at(found, target, nanosecond).ok_or(self.ahead())
    }

    /// Measures the working time from the start of the stretch to `moment`: seconds and nanoseconds.
    pub(crate) fn position(&self, moment: Moment) -> (i64, i32) {
        let next = self.ends.partition_point(|end| *end <= moment.second);
        match (self.starts.get(next), self.ends.get(next), self.done.get(next)) {
            (Some(start), Some(end), Some(done)) if *start <= moment.second => {
                (done - (end - moment.second), moment.nanosecond)
            }
            (Some(start), Some(end), Some(done)) => (done - (end - start), 0),
            _ => (self.done.last().copied().unwrap_or(0), 0),
        }
    }

    /// Finds the instant inside an interval at which `worked` seconds of the stretch are done.
    fn at(&self, interval: usize, worked: i64, nanosecond: i32) -> Option<Moment> {
        let (end, done) = (self.ends.get(interval)?, self.done.get(interval)?);
        Some(Moment { second: end - (done - worked), nanosecond })
    }

    fn index(&self, date: Date) -> usize {
        let year = usize::try_from(date.year() - self.years.start()).unwrap_or(0);
        self.days_before_year[year] + usize::try_from(date.day_of_year()).unwrap_or(1) - 1
    }
}

/// Gives the instant of a local time; one that does not exist moves forward, one that exists twice is the first.
fn instant(date: Date, minute: u16, zone: &TimeZone) -> i64 {
    let (hour, minute) = (minute / 60, minute % 60);
    // A calendar's years end long before those of jiff: neither tomorrow nor the instant can fail.
    let date = if hour == 24 { date.tomorrow().unwrap_or(date) } else { date };
    let [hour, minute] = [hour % 24, minute].map(|part| i8::try_from(part).unwrap_or(0));
    zone.to_timestamp(date.at(hour, minute, 0, 0)).map_or(i64::MAX, Timestamp::as_second)
}
