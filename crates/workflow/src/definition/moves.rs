//! What of one version of a process is called what in the next.
use super::Definition;
use crate::case::Key;
use crate::kernel::{Chart, Kind, StateId};
use std::collections::BTreeMap;
use std::fmt;

/// How cases of the version before come to a version: names there to names here. What is not named keeps its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    /// The version before.
    pub from: u32,
    /// States.
    pub states: BTreeMap<Key, Key>,
    /// Clocks.
    pub clocks: BTreeMap<Key, Key>,
    /// Fields.
    pub fields: BTreeMap<Key, Key>,
    /// Roles.
    pub roles: BTreeMap<Key, Key>,
    /// Marks.
    pub marks: BTreeMap<Key, Key>,
    /// Actions.
    pub actions: BTreeMap<Key, Key>,
}

/// Something of an old version that has no image in the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imageless {
    /// A state that cases can stand in.
    State(Key),
    /// A clock.
    Clock(Key),
}

impl fmt::Display for Imageless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(key) => write!(f, "state {key}"),
            Self::Clock(key) => write!(f, "clock {key}"),
        }
    }
}

/// Whether cases can stand in a state; history is no place.
pub(crate) fn is_place(chart: &Chart, state: StateId) -> bool {
    !matches!(chart.state(state).kind, Kind::History { .. })
}

/// The image of a name.
pub(crate) fn image<'n>(names: &'n BTreeMap<Key, Key>, old: &'n Key) -> &'n Key {
    names.get(old).unwrap_or(old)
}

/// Lists the states that cases of `old` can stand in, and its clocks, that have no image in `new`. All of them where
/// `new` does not move from the version of `old`.
#[must_use]
pub fn moves_check(old: &Definition, new: &Definition) -> Vec<Imageless> {
    let moves = new.moves.as_ref().filter(|moves| moves.from == old.version && new.process == old.process);
    let lost = |names: fn(&Moves) -> &BTreeMap<Key, Key>, known: &dyn Fn(&Key) -> bool, key: &Key| {
        !moves.is_some_and(|moves| known(image(names(moves), key)))
    };
    let states = old.leaves().map(|(key, _)| key);
    let states = states.filter(|key| {
        lost(
            |moves| &moves.states,
            &|image| new.chart.find(image).is_some_and(|id| is_place(&new.chart, id)),
            key,
        )
    });
    let clocks = old
        .clocks
        .keys()
        .filter(|key| lost(|moves| &moves.clocks, &|image| new.clocks.contains_key(image), key));
    states.cloned().map(Imageless::State).chain(clocks.cloned().map(Imageless::Clock)).collect()
}
