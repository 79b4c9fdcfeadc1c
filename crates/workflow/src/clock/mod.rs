//! Clocks: how long something may take, when it starts, rests and ends, and when it is due.
//!
//! A clock is a function of what happened (its starts, pauses and ends) and of its limit. Nothing counts down: a due
//! time is computed when something changes it, so that the same history gives the same due time.
mod date;
#[cfg(test)]
mod tests;
mod why;

pub(crate) use date::Bells;
pub use why::{Reason, why};

use crate::case::Key;
use calendar::Limit;
use jiff::Timestamp;
use jiff::civil::Date;
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
    /// The limit that applies.
    pub limit: Limit,
    /// The name of that limit, if it has one: a zone may set it anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<Key>,
    /// The day it must be done before, whatever its limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Capped>,
    /// When it started.
    pub started: Timestamp,
    /// Its rests, in order; only the last may be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// What it was given besides, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// When it is due; none while it rests. An ended run keeps what held at its end.
    pub due: Option<Due>,
    /// Its warnings, by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Bell>,
    /// When its breach was seen. A breach stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached: Option<Timestamp>,
    /// Its rungs after the due time, by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rungs: Vec<Bell>,
}

/// A day before which a run must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capped {
    /// The day.
    pub day: Date,
    /// How long before the end of that day.
    pub before: Limit,
}

/// Working days that a run was given besides its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// When.
    pub at: Timestamp,
    /// How many, 1 or more.
    pub days: u32,
}

/// A warning or a rung of one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bell {
    /// When it rings next, if it does.
    pub at: Option<Timestamp>,
    /// When it last rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rang: Option<Timestamp>,
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
    Extended,
    Warned,
    Breached,
    /// It reached a rung after its due time.
    Escalated,
    /// A new calendar, limit or cap moved its due time.
    Recomputed,
}

impl ClockState {
    /// A run that starts `now`.
    #[must_use]
    pub fn start(limit: Limit, now: Timestamp) -> Self {
        Self {
            limit,
            named: None,
            cap: None,
            started: now,
            pauses: vec![],
            extensions: vec![],
            end: None,
            due: None,
            warnings: vec![],
            breached: None,
            rungs: vec![],
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

    /// Whether it was late: it ended after its due time, or a breach was seen.
    #[must_use]
    pub fn was_late(&self) -> bool {
        self.breached.is_some() || self.finished_late()
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
            self.silence();
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
        self.silence();
        self.end = Some(end);
    }

    /// No bell rings until it is dated again.
    fn silence(&mut self) {
        self.warnings.iter_mut().chain(&mut self.rungs).for_each(|bell| bell.at = None);
    }

    fn close(&mut self, now: Timestamp) {
        if let Some(pause) = self.pauses.last_mut() {
            pause.to.get_or_insert(now);
        }
    }
}
