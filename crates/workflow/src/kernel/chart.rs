//! The shape of a statechart: states in document order, their transitions, and the blocks a host runs.
use crate::case::Key;
use indexmap::IndexMap;

/// Names a state by its place in document order: parents come before their children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(pub(crate) usize);

/// A condition that only the host can weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GuardId(pub usize);

/// Content that only the host can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlockId(pub usize);

/// What a state is (SCXML 3.3 to 3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Has no children.
    Atomic,
    /// Has exactly one active child.
    Compound,
    /// Has all of its children active.
    Parallel,
    /// Ends its parent.
    Final,
    /// Stands for the children that were active when its parent was last left.
    History {
        /// Whether it remembers descendants (deep) or children (shallow).
        deep: bool,
    },
}

/// A way out of a state, or, without targets, a reaction within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// Event descriptors (SCXML 3.12.1); empty for an eventless transition.
    pub events: Vec<Key>,
    /// Asked of the host before the transition is enabled.
    pub guard: Option<GuardId>,
    /// Target states; none makes it targetless.
    pub targets: Vec<StateId>,
    /// Whether a transition into a descendant of its compound source leaves the source alone.
    pub internal: bool,
    /// Run between the exits and the entries.
    pub block: Option<BlockId>,
}

/// A state and what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its name, unique in the chart.
    pub key: Key,
    /// What it is.
    pub kind: Kind,
    /// The state around it; none for a child of the chart.
    pub parent: Option<StateId>,
    /// What it contains, in document order.
    pub children: Vec<StateId>,
    /// A compound state's way in; a history state's default. Its events, guard and kind of exit mean nothing.
    pub initial: Option<Transition>,
    /// Its transitions, in document order.
    pub transitions: Vec<Transition>,
    /// Run on entering.
    pub entry: Option<BlockId>,
    /// Run on leaving.
    pub exit: Option<BlockId>,
}

/// A statechart. Built by [`Chart::add`]; every id it holds is its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    states: IndexMap<Key, State>,
    /// The way into the chart.
    initial: Option<Transition>,
}

impl Chart {
    /// Adds a state at the end of document order, below `parent`, which must be the last state or an ancestor of it.
    ///
    /// # Errors
    /// The key, when it is taken.
    pub fn add(&mut self, key: Key, kind: Kind, parent: Option<StateId>) -> Result<StateId, Key> {
        let id = StateId(self.states.len());
        if self.states.contains_key(&key) {
            return Err(key);
        }
        if let Some(parent) = parent {
            self.state_mut(parent).children.push(id);
        }
        let state = State {
            key: key.clone(),
            kind,
            parent,
            children: vec![],
            initial: None,
            transitions: vec![],
            entry: None,
            exit: None,
        };
        self.states.insert(key, state);
        Ok(id)
    }

    /// Sets the way into the chart.
    pub fn set_initial(&mut self, initial: Transition) {
        self.initial = Some(initial);
    }

    /// The way into the chart; without one, its first state.
    #[must_use]
    pub fn initial(&self) -> Option<&Transition> {
        self.initial.as_ref()
    }

    /// The state behind an id of this chart.
    #[must_use]
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id.0]
    }

    /// The same, to be completed while the chart is built.
    pub fn state_mut(&mut self, id: StateId) -> &mut State {
        &mut self.states[id.0]
    }

    /// Finds a state by its name.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<StateId> {
        self.states.get_index_of(key).map(StateId)
    }

    /// Every state, in document order.
    pub fn states(&self) -> impl Iterator<Item = (StateId, &State)> {
        self.states.values().enumerate().map(|(index, state)| (StateId(index), state))
    }

    /// The states around `id`, the nearest first.
    pub fn ancestors(&self, id: StateId) -> impl Iterator<Item = StateId> + '_ {
        std::iter::successors(self.state(id).parent, |at| self.state(*at).parent)
    }

    /// Whether `inner` lies within `outer` and is not `outer`.
    #[must_use]
    pub fn is_within(&self, inner: StateId, outer: StateId) -> bool {
        self.ancestors(inner).any(|state| state == outer)
    }

    /// Where a case of this chart begins: where its way in leads, or in its first state.
    pub(crate) fn beginning(&self) -> Vec<StateId> {
        let first = || self.first(&self.children(None));
        self.initial.as_ref().map_or_else(first, |way_in| way_in.targets.clone())
    }

    /// Where a compound state begins: where its way in leads, or in its first child. All regions of a parallel one.
    pub(crate) fn default_targets(&self, of: StateId) -> Vec<StateId> {
        let state = self.state(of);
        match (&state.initial, state.kind) {
            (Some(way_in), _) => way_in.targets.clone(),
            (None, Kind::Parallel) => self.real(&state.children).collect(),
            (None, _) => self.first(&state.children),
        }
    }

    fn first(&self, states: &[StateId]) -> Vec<StateId> {
        self.real(states).take(1).collect()
    }

    /// Those that a case can be in: not history states.
    pub(crate) fn real(&self, states: &[StateId]) -> impl Iterator<Item = StateId> {
        states.iter().copied().filter(|state| !matches!(self.state(*state).kind, Kind::History { .. }))
    }

    pub(crate) fn children(&self, of: Option<StateId>) -> Vec<StateId> {
        match of {
            Some(state) => self.state(state).children.clone(),
            None => self.states().filter(|(_, state)| state.parent.is_none()).map(|(id, _)| id).collect(),
        }
    }
}

impl Transition {
    /// A transition that only leads to `targets`.
    #[must_use]
    pub fn into(targets: Vec<StateId>) -> Self {
        Self { events: vec![], guard: None, targets, internal: false, block: None }
    }

    /// Whether an event named `name` sets it off: descriptors match whole dot-separated tokens from the start.
    #[must_use]
    pub fn hears(&self, name: &str) -> bool {
        self.events.iter().any(|descriptor| {
            let wanted = descriptor.strip_suffix(".*").unwrap_or(descriptor).trim_end_matches('.');
            wanted == "*"
                || name.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}
