//! Which states transitions enter: their targets, what lies around them, and what begins by default.
use super::{BlockId, Chart, Kind, StateId, Transition};
use std::collections::{BTreeMap, BTreeSet};

/// For each history state whose parent was left: the states it stands for.
type Remembered = BTreeMap<StateId, Vec<StateId>>;

/// The innermost compound state, or the chart, that a transition stays within.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    Chart,
    State(StateId),
}

/// What one microstep enters, and the content that runs only because of how.
#[derive(Default)]
pub(super) struct EntrySet {
    pub(super) states: BTreeSet<StateId>,
    /// Compound states entered without a target inside: their initial content runs.
    pub(super) by_default: BTreeSet<StateId>,
    /// The content of a history state's default, by the state around it.
    pub(super) history_blocks: BTreeMap<StateId, BlockId>,
}

/// An entry set that grows.
pub(super) struct Entry<'c> {
    chart: &'c Chart,
    remembered: &'c Remembered,
    pub(super) set: EntrySet,
    /// History states that were followed. A second time adds nothing, and two that name each other end.
    followed: BTreeSet<StateId>,
}

/// The states that `transition` leads to: a history state stands for what it remembers, or for its default.
pub(super) fn effective_targets(
    chart: &Chart,
    remembered: &Remembered,
    transition: &Transition,
) -> Vec<StateId> {
    let mut targets = vec![];
    let mut followed = BTreeSet::new();
    let mut open: Vec<StateId> = transition.targets.iter().rev().copied().collect();
    while let Some(target) = open.pop() {
        let state = chart.state(target);
        match (state.kind, remembered.get(&target), &state.initial) {
            (Kind::History { .. }, Some(states), _) => targets.extend(states),
            (Kind::History { .. }, None, Some(default)) if followed.insert(target) => {
                open.extend(default.targets.iter().rev());
            }
            (Kind::History { .. }, None, _) => {}
            _ => targets.push(target),
        }
    }
    targets
}

impl<'c> Entry<'c> {
    pub(super) fn new(chart: &'c Chart, remembered: &'c Remembered) -> Self {
        Self { chart, remembered, set: EntrySet::default(), followed: BTreeSet::new() }
    }

    /// Adds what a transition that stays within `domain` enters.
    pub(super) fn add(&mut self, transition: &Transition, domain: Option<Domain>) {
        for target in &transition.targets {
            self.add_descendants(*target);
        }
        if let Some(domain) = domain {
            for target in effective_targets(self.chart, self.remembered, transition) {
                self.add_ancestors(target, domain);
            }
        }
    }

    fn add_descendants(&mut self, state: StateId) {
        let node = self.chart.state(state);
        match node.kind {
            Kind::History { .. } => self.follow(state),
            Kind::Compound => {
                self.set.states.insert(state);
                // Asked a second time it would add the same; an initial that leads outside would never end.
                if self.set.by_default.insert(state) {
                    self.add_all(&self.chart.default_targets(state), Domain::State(state));
                }
            }
            Kind::Parallel => {
                self.set.states.insert(state);
                self.add_regions(state);
            }
            Kind::Atomic | Kind::Final => {
                self.set.states.insert(state);
            }
        }
    }

    fn follow(&mut self, history: StateId) {
        if !self.followed.insert(history) {
            return;
        }
        let node = self.chart.state(history);
        let targets = match (self.remembered.get(&history), &node.initial) {
            (Some(states), _) => states,
            (None, Some(default)) => {
                if let (Some(parent), Some(block)) = (node.parent, default.block) {
                    self.set.history_blocks.insert(parent, block);
                }
                &default.targets
            }
            (None, None) => return,
        };
        self.add_all(targets, node.parent.map_or(Domain::Chart, Domain::State));
    }

    fn add_all(&mut self, targets: &[StateId], domain: Domain) {
        for target in targets {
            self.add_descendants(*target);
        }
        for target in targets {
            self.add_ancestors(*target, domain);
        }
    }

    fn add_ancestors(&mut self, state: StateId, domain: Domain) {
        let chart = self.chart;
        for outer in chart.ancestors(state).take_while(|outer| domain != Domain::State(*outer)) {
            self.set.states.insert(outer);
            if chart.state(outer).kind == Kind::Parallel {
                self.add_regions(outer);
            }
        }
    }

    /// Adds the regions of a parallel state that nothing entered yet.
    fn add_regions(&mut self, parallel: StateId) {
        let chart = self.chart;
        for child in chart.real(&chart.state(parallel).children) {
            // In document order a state's descendants follow it, before anything else does.
            let next = self.set.states.range(child..).next();
            if !next.is_some_and(|next| *next == child || chart.is_within(*next, child)) {
                self.add_descendants(child);
            }
        }
    }
}
