//! The statechart interpreter: the algorithm of W3C SCXML (appendix D), and nothing of forms, roles or clocks.
//!
//! All state is passed in and given back. The kernel owns the queue of raised events, the resolution of conflicts and
//! document order; a [`Host`] weighs conditions and runs content. Delayed events are content: the host alone knows
//! what a delay means (working days, say), so it keeps them and feeds them back as events.
mod chart;
mod entry;
mod macrostep;
#[cfg(test)]
mod tests;

pub use chart::{BlockId, Chart, GuardId, Kind, State, StateId, Transition};
pub use macrostep::{Halt, macrostep, start};

use crate::case::Key;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The active states of a chart, and what its history states remember.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// The innermost active states, in document order. Their ancestors are active with them.
    pub active: Vec<Key>,
    /// For each history state whose parent was left: the states it stands for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remembered: BTreeMap<Key, Vec<Key>>,
}

/// What the kernel cannot know.
pub trait Host {
    /// Whether a guard holds now. What is unknown does not hold.
    fn holds(&mut self, guard: GuardId) -> bool;
    /// Runs content and answers the names of the events it raised, in order.
    fn run(&mut self, block: BlockId) -> Vec<Key>;
    /// Learns where the macrostep is, and answers the names of the events that this raises, in order.
    ///
    /// As it stands it raises what a moment raises by itself, which is enough for a host whose events are only names.
    /// One that keeps more of an event keeps it in the order of its answers, here and to `run`.
    fn note(&mut self, moment: Moment<'_>) -> Vec<Key> {
        moment.raises()
    }
}

/// A place within a macrostep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment<'k> {
    /// The guards of a microstep were asked.
    Selected,
    /// A raised event is taken up. Every raised event is, once, in the order they were raised.
    TakenUp(&'k Key),
    /// A state became active; its content on entering runs next.
    Entered(StateId),
    /// A state's content on leaving has run, and the state is no longer active.
    Left(StateId),
    /// `state` came to its end.
    Done {
        /// A compound or parallel state.
        state: &'k State,
        /// Its final child, just entered; none when the last of its regions ended.
        by: Option<StateId>,
    },
}

impl Moment<'_> {
    /// What happens at this moment of itself: a state that came to its end raises `done.state.` with its name.
    #[must_use]
    pub fn raises(&self) -> Vec<Key> {
        match self {
            Moment::Done { state, .. } => vec![format!("done.state.{}", state.key).into()],
            _ => vec![],
        }
    }
}
