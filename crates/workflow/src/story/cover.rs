//! What of a process a story can exercise, and what it did.
use crate::case::Key;
use crate::clock::{Change, Conditions};
use crate::definition::{Clock, Definition, Effect};
use std::fmt;

/// Something of a process that a story can exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Point {
    /// An action was taken.
    Action(Key),
    /// A branch of an action was taken, counted from one.
    Branch(Key, usize),
    /// A guard refused an action.
    Guard(Key),
    /// An automatic fired.
    Automatic(Key),
    /// This happened to a clock.
    Clock(Key, Change),
    /// Somebody in this role was refused something.
    Refusal(Key),
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(key) => write!(f, "action {key}"),
            Self::Branch(key, at) => write!(f, "branch {at} of {key}"),
            Self::Guard(key) => write!(f, "refusal by guard {key}"),
            Self::Automatic(key) => write!(f, "automatic {key}"),
            Self::Clock(key, change) => write!(f, "clock {key} {}", word(*change)),
            Self::Refusal(role) => write!(f, "a refusal of {role}"),
        }
    }
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Started => "started",
        Change::Paused => "paused",
        Change::Resumed => "resumed",
        Change::Stopped => "stopped",
        Change::Cancelled => "cancelled",
        Change::Reset => "reset",
        Change::Extended => "extended",
        Change::Warned => "warned",
        Change::Breached => "breached",
        Change::Escalated => "escalated",
        Change::Recomputed => "recomputed",
    }
}

/// Everything a story of `definition` can exercise, in the order of the definition.
pub(super) fn points(definition: &Definition) -> Vec<Point> {
    let mut points = vec![];
    for (key, action) in &definition.actions {
        points.push(Point::Action(key.clone()));
        if action.branches.len() > 1 {
            points.extend((1..=action.branches.len()).map(|at| Point::Branch(key.clone(), at)));
        }
        for guard in &action.guards {
            let point = Point::Guard(guard.key.clone());
            if !points.contains(&point) {
                points.push(point);
            }
        }
    }
    points.extend(definition.automatics.keys().cloned().map(Point::Automatic));
    for (key, clock) in &definition.clocks {
        let extends =
            definition.effects().any(|effect| matches!(effect, Effect::Extend { clock, .. } if clock == key));
        points.extend(changes(clock, extends).map(|change| Point::Clock(key.clone(), change)));
    }
    points.extend(definition.roles.keys().cloned().map(Point::Refusal));
    points
}

fn changes(clock: &Clock, extends: bool) -> impl Iterator<Item = Change> {
    let Conditions { start, pause, resume, stop, cancel, reset } = &clock.conditions;
    let can = [
        (Change::Started, !start.is_empty()),
        (Change::Paused, !pause.is_empty()),
        (Change::Resumed, !resume.is_empty()),
        (Change::Stopped, !stop.is_empty()),
        (Change::Cancelled, !cancel.is_empty()),
        (Change::Reset, !reset.is_empty()),
        (Change::Extended, extends),
        (Change::Warned, !clock.warns.is_empty()),
        (Change::Breached, !clock.breach.is_empty()),
        (Change::Escalated, !clock.late.is_empty()),
    ];
    can.into_iter().filter(|(_, can)| *can).map(|(change, _)| change)
}
