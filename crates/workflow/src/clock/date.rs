//! When a run is due, and when its bells ring around that.
use super::{Bell, Capped, ClockState, Due, Pause};
use calendar::{BusinessTime, Limit, MissingYear};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// How long before and after its due time the bells of a clock ring.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bells {
    pub(crate) before: Vec<Limit>,
    pub(crate) after: Vec<Limit>,
}

impl ClockState {
    /// Computes when it is due, pauses and extensions included, and when its bells ring.
    ///
    /// A run that ended keeps its due time; one that ended at rest gets the one it would have had.
    pub(crate) fn date(&mut self, bells: &Bells, time: &BusinessTime) {
        if self.is_paused() || (self.end.is_some() && self.due.is_some()) {
            return;
        }
        let dated = self.due_by(time);
        self.due = Some(dated.map_or_else(|missing| Due::Undated { year: missing.year }, Due::At));
        self.hang(bells, time);
    }

    /// Hangs the bells of a run around its due time.
    pub(crate) fn hang(&mut self, bells: &Bells, time: &BusinessTime) {
        let due = self.due_at().filter(|_| self.end.is_none());
        let rang = |list: &[Bell], place: usize| list.get(place).and_then(|bell| bell.rang);
        let warning = |(place, before): (usize, &Limit)| {
            let rang = rang(&self.warnings, place);
            // A warning that would fall before the start says nothing, and after a breach nothing new; what was warned
            // of is said again only for a later time.
            let at = due.filter(|_| self.breached.is_none()).and_then(|due| time.before(due, *before).ok());
            let at = at.filter(|at| *at > self.started && rang.is_none_or(|rang| *at > rang));
            Bell { at, rang }
        };
        let later = |(place, after): (usize, &Limit)| {
            let rang = rang(&self.rungs, place);
            let at = due.filter(|_| rang.is_none()).and_then(|due| time.due(due, *after).ok());
            Bell { at, rang }
        };
        let warnings = bells.before.iter().enumerate().map(warning).collect();
        self.rungs = bells.after.iter().enumerate().map(later).collect();
        self.warnings = warnings;
    }

    /// When it is due: by its limit and its extensions, and never later than its cap.
    fn due_by(&self, time: &BusinessTime) -> Result<Timestamp, MissingYear> {
        let own = self.due_uncapped(time);
        let Some(cap) = self.cap else { return own };
        match (own, cap.end(self.started, time)) {
            (Ok(own), latest) => Ok(latest?.map_or(own, |latest| own.min(latest))),
            // What reaches into a year that is not known yet is later than a day of a known one.
            (Err(missing), Ok(Some(latest))) if cap.day.year() < missing.year => Ok(latest),
            (Err(missing), _) => Err(missing),
        }
    }

    fn due_uncapped(&self, time: &BusinessTime) -> Result<Timestamp, MissingYear> {
        let own = due(self.started, self.limit, &self.pauses, time)?;
        self.extensions
            .iter()
            .try_fold(own, |due, extension| time.due(due, Limit::WorkingDays(extension.days.max(1))))
    }

    /// Whether the cap, not the limit, says when it is due.
    pub(crate) fn is_capped(&self, time: &BusinessTime) -> bool {
        self.cap.is_some()
            && self.due_at().is_some_and(|due| self.due_uncapped(time).map_or(true, |own| due < own))
    }
}

impl Capped {
    /// The latest instant it allows to a run that started at `started`: `before` the end of the day; the end of the
    /// day itself, if that is not after the start; none, if that is not either.
    ///
    /// The end of a day is the end of its working time, and on a day of rest midnight.
    fn end(self, started: Timestamp, time: &BusinessTime) -> Result<Option<Timestamp>, MissingYear> {
        let midnight = |day: Date| day.to_zoned(time.zone().clone()).map(|zoned| zoned.timestamp());
        let missing = |_| MissingYear { year: self.day.year() };
        let next = self.day.tomorrow().and_then(midnight).map_err(missing)?;
        let last = next.saturating_sub(SignedDuration::from_micros(1)).unwrap_or(next);
        let end = if time.works(self.day)? {
            time.due(midnight(self.day).map_err(missing)?, Limit::WorkingDays(0))?
        } else {
            last
        };
        let before = time.before(end, self.before)?;
        Ok([before, end].into_iter().find(|at| *at > started))
    }
}

/// When something that started at `started` is due: closed pauses are added to the limit in the limit's own unit.
///
/// For working days a pause adds the working days after its first day up to and including its last, so that a pause
/// within one day adds nothing; for working time and clock time it adds what passed.
pub(super) fn due(
    started: Timestamp,
    limit: Limit,
    pauses: &[Pause],
    time: &BusinessTime,
) -> Result<Timestamp, MissingYear> {
    let closed = || pauses.iter().filter_map(|pause| Some((pause.from, pause.to?)));
    let add = |own: u32, extra: i64| own.saturating_add(u32::try_from(extra.max(0)).unwrap_or(u32::MAX));
    match limit {
        Limit::WorkingDays(days) => {
            let mut extra = 0;
            for (from, to) in closed() {
                extra += time.days_between(from, to)?;
            }
            time.due(started, Limit::WorkingDays(add(days, extra)))
        }
        Limit::WorkingHours(_) | Limit::WorkingMinutes(_) => {
            let minutes = match limit {
                Limit::WorkingHours(hours) => hours.saturating_mul(60),
                Limit::WorkingMinutes(minutes) => minutes,
                _ => 0,
            };
            let mut extra = 0;
            for (from, to) in closed() {
                extra += time.minutes_between(from, to)?;
            }
            time.due(started, Limit::WorkingMinutes(add(minutes, extra)))
        }
        Limit::Hours(_) | Limit::Minutes(_) => {
            let mut due = time.due(started, limit)?;
            for (from, to) in closed() {
                due = due.saturating_add(to.duration_since(from)).unwrap_or(due);
            }
            Ok(due)
        }
    }
}
