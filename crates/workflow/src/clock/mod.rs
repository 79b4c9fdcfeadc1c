//! Clocks: how long something may take, when it starts, rests and ends, and when it is due.
//!
//! A clock is a function of what happened (its starts, pauses and ends) and of its limit. Nothing counts down: a due
//! time is computed when something changes it, so that the same history gives the same due time.
#[cfg(test)]
mod tests;
mod why;

pub use why::{Reason, why};

use crate::case::Key;
use calendar::{BusinessTime, Limit, MissingYear};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that happened in a step, as clocks hear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// A state was entered.
    Enter(Key),
    /// A state was left.
    Leave(Key),
    /// An action was taken, or an automatic transition fired.
    On(Key),
}

/// The moments that move a clock (the six conditions of a service-level agreement).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// It starts, unless it runs already.
    pub start: Vec<Moment>,
    /// It rests: time passes without counting.
    pub pause: Vec<Moment>,
    /// It goes on.
    pub resume: Vec<Moment>,
    /// What it measures is done.
    pub stop: Vec<Moment>,
    /// What it measures is no longer asked for.
    pub cancel: Vec<Moment>,
    /// It starts anew, with the limit as it resolves then.
    pub reset: Vec<Moment>,
}

/// When a clock or a delayed event is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// At this instant.
    At(Timestamp),
    /// Not known yet: it depends on a year whose notice of working days is missing.
    Undated {
        /// The first such year.
        year: i16,
    },
}

/// A rest of a clock. Open while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Its first instant.
    pub from: Timestamp,
    /// Its end.
    pub to: Option<Timestamp>,
}

/// How a clock's run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// What it measures was done at this instant.
    Stopped(Timestamp),
    /// It was called off at this instant.
    Cancelled(Timestamp),
}

/// One run of a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockState {
    /// The limit that applied when it started.
    pub limit: Limit,
    /// When it started.
    pub started: Timestamp,
    /// Its rests, in order; only the last may be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// When it is due; none while it rests. An ended run keeps what held at its end.
    pub due: Option<Due>,
    /// When the warning is due, if the clock warns and has not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warns: Option<Timestamp>,
    /// When it last warned. What would warn earlier than that has been said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned: Option<Timestamp>,
    /// When its breach was seen. A breach stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached: Option<Timestamp>,
}

/// What a step did to a clock; kept in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockChange {
    /// The clock.
    pub clock: Key,
    /// What happened to it.
    pub change: Change,
    /// When it is due after that.
    pub due: Option<Due>,
}

/// What can happen to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words are those of `Conditions`")]
pub enum Change {
    Started,
    Paused,
    Resumed,
    Stopped,
    Cancelled,
    Reset,
    Warned,
    Breached,
    /// A new calendar moved its due time.
    Recomputed,
}

impl ClockState {
    /// A run that starts `now`.
    #[must_use]
    pub fn start(limit: Limit, now: Timestamp) -> Self {
        Self {
            limit,
            started: now,
            pauses: vec![],
            end: None,
            due: None,
            warns: None,
            warned: None,
            breached: None,
        }
    }

    /// Whether time counts now.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.end.is_none() && !self.is_paused()
    }

    /// Whether it rests.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.end.is_none() && self.pauses.last().is_some_and(|pause| pause.to.is_none())
    }

    /// The due instant, if it has one.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.due {
            Some(Due::At(due)) => Some(due),
            _ => None,
        }
    }

    /// The first year whose notice is missing, if that is why there is no due time.
    #[must_use]
    pub fn undated(&self) -> Option<i16> {
        match self.due {
            Some(Due::Undated { year }) if self.end.is_none() => Some(year),
            _ => None,
        }
    }

    /// Whether it runs and its due time has passed.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.is_running() && self.due_at().is_some_and(|due| now > due)
    }

    /// Whether what it measures was done after it was due. This never changes again.
    #[must_use]
    pub fn finished_late(&self) -> bool {
        match (self.end, self.due_at()) {
            (Some(End::Stopped(at)), Some(due)) => at > due,
            _ => false,
        }
    }

    /// Applies what happened; answers what that did, or nothing. Starting anew is the caller's.
    pub(crate) fn hear(
        &mut self,
        conditions: &Conditions,
        moment: &Moment,
        now: Timestamp,
    ) -> Option<Change> {
        if self.end.is_some() {
            return None;
        }
        if conditions.cancel.contains(moment) {
            self.finish(End::Cancelled(now), now);
            return Some(Change::Cancelled);
        }
        if conditions.stop.contains(moment) {
            self.finish(End::Stopped(now), now);
            return Some(Change::Stopped);
        }
        if conditions.pause.contains(moment) && !self.is_paused() {
            self.pauses.push(Pause { from: now, to: None });
            self.due = None;
            self.warns = None;
            return Some(Change::Paused);
        }
        if conditions.resume.contains(moment) && self.is_paused() {
            self.close(now);
            return Some(Change::Resumed);
        }
        None
    }

    fn finish(&mut self, end: End, now: Timestamp) {
        self.close(now);
        self.warns = None;
        self.end = Some(end);
    }

    fn close(&mut self, now: Timestamp) {
        if let Some(pause) = self.pauses.last_mut() {
            pause.to.get_or_insert(now);
        }
    }

    /// Computes when it is due, pauses included, and when its warning is.
    ///
    /// A run that ended keeps its due time; one that ended at rest gets the one it would have had.
    pub(crate) fn date(&mut self, warn: Option<Limit>, time: &BusinessTime) {
        if self.is_paused() || (self.end.is_some() && self.due.is_some()) {
            return;
        }
        let dated = due(self.started, self.limit, &self.pauses, time);
        self.due = Some(dated.map_or_else(|missing| Due::Undated { year: missing.year }, Due::At));
        // A warning that would fall before the start says nothing.
        self.warns = warn
            .zip(self.due_at())
            .filter(|_| self.end.is_none() && self.breached.is_none())
            .and_then(|(before, due)| time.before(due, before).ok())
            .filter(|at| *at > self.started && self.warned.is_none_or(|warned| *at > warned));
    }
}

/// When something that started at `started` is due: closed pauses are added to the limit in the limit's own unit.
///
/// For working days a pause adds the working days after its first day up to and including its last, so that a pause
/// within one day adds nothing; for working time and clock time it adds what passed.
pub(crate) fn due(
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
