//! The statechart interpreter: the algorithm of W3C SCXML (appendix D), and nothing of forms, roles or clocks.
//!
//! All state is passed in and given back. The kernel owns the queue of raised events, the resolution of conflicts and
//! document order; a [`Host`] weighs conditions and runs content. Delayed events are content: the host alone knows
//! what a delay means (working days, say), so it keeps them and feeds them back as events.
mod chart;
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
}
