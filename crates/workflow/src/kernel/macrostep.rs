//! One macrostep: an event, then eventless transitions and raised events until nothing is enabled.
use super::{BlockId, Chart, Configuration, Host, Kind, StateId, Transition};
use crate::case::Key;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Microsteps one macrostep may take. A chart that needs more runs in a circle.
const MICROSTEPS: usize = 1_000;

/// Why a macrostep came to no configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// The configuration names a state that the chart does not have.
    #[error("the chart has no state `{0}`")]
    UnknownState(Key),
    /// Eventless transitions or raised events never came to rest.
    #[error("no rest after {MICROSTEPS} microsteps")]
    Restless,
}

/// Enters `chart` and runs to the first rest.
///
/// # Errors
/// [`Halt::Restless`].
pub fn start(chart: &Chart, host: &mut impl Host) -> Result<Configuration, Halt> {
    let mut run = Run::new(chart, host, &Configuration::default())?;
    let way_in = chart.initial().cloned().unwrap_or_else(|| Transition::into(chart.beginning()));
    run.run(way_in.block);
    run.enter(&[Taken { source: None, transition: &way_in }]);
    run.settle()
}

/// Answers the configuration that `event` leads to. An event that nothing hears leads to the same one.
///
/// # Errors
/// [`Halt`]; what the host ran by then is to be thrown away.
pub fn macrostep(
    chart: &Chart,
    configuration: &Configuration,
    event: &str,
    host: &mut impl Host,
) -> Result<Configuration, Halt> {
    let mut run = Run::new(chart, host, configuration)?;
    let enabled = run.select(Some(event));
    run.microstep(&enabled);
    run.settle()
}

/// A transition about to be taken. The way into the chart has no source.
#[derive(Clone, Copy)]
struct Taken<'c> {
    source: Option<StateId>,
    transition: &'c Transition,
}

/// The innermost compound state, or the chart, that a transition stays within.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Domain {
    Chart,
    State(StateId),
}

struct Run<'c, 'h, H> {
    chart: &'c Chart,
    host: &'h mut H,
    active: BTreeSet<StateId>,
    remembered: BTreeMap<StateId, Vec<StateId>>,
    raised: VecDeque<Key>,
}

impl<'c, 'h, H: Host> Run<'c, 'h, H> {
    fn new(chart: &'c Chart, host: &'h mut H, from: &Configuration) -> Result<Self, Halt> {
        let find = |key: &Key| chart.find(key).ok_or_else(|| Halt::UnknownState(key.clone()));
        let mut active = BTreeSet::new();
        for key in &from.active {
            let state = find(key)?;
            active.insert(state);
            active.extend(chart.ancestors(state));
        }
        let mut remembered = BTreeMap::new();
        for (history, states) in &from.remembered {
            remembered.insert(find(history)?, states.iter().map(find).collect::<Result<_, _>>()?);
        }
        Ok(Self { chart, host, active, remembered, raised: VecDeque::new() })
    }

    fn settle(mut self) -> Result<Configuration, Halt> {
        for _ in 0..MICROSTEPS {
            let mut enabled = self.select(None);
            if enabled.is_empty() {
                let Some(event) = self.raised.pop_front() else {
                    return Ok(self.configuration());
                };
                enabled = self.select(Some(&event));
            }
            self.microstep(&enabled);
        }
        Err(Halt::Restless)
    }

    fn configuration(self) -> Configuration {
        let key = |state: StateId| self.chart.state(state).key.clone();
        let inner = |state: &StateId| matches!(self.chart.state(*state).kind, Kind::Atomic | Kind::Final);
        Configuration {
            active: self.active.iter().copied().filter(inner).map(key).collect(),
            remembered: self
                .remembered
                .iter()
                .map(|(history, states)| (key(*history), states.iter().copied().map(key).collect()))
                .collect(),
        }
    }

    /// The optimal enabled set: for each innermost active state the first transition, from the inside out, that hears
    /// the event and whose guard holds; then without those that a transition from further inside preempts.
    fn select(&mut self, event: Option<&str>) -> Vec<Taken<'c>> {
        let chart = self.chart;
        let mut enabled: Vec<Taken<'c>> = vec![];
        let inner = |state: &StateId| matches!(chart.state(*state).kind, Kind::Atomic | Kind::Final);
        let atoms: Vec<StateId> = self.active.iter().copied().filter(inner).collect();
        'atoms: for atom in atoms {
            for source in std::iter::once(atom).chain(chart.ancestors(atom)) {
                for transition in &chart.state(source).transitions {
                    let heard = match event {
                        Some(name) => transition.hears(name),
                        None => transition.events.is_empty(),
                    };
                    let chosen = |taken: &Taken| std::ptr::eq(taken.transition, transition);
                    if heard && enabled.iter().any(chosen) {
                        continue 'atoms;
                    }
                    if heard && transition.guard.is_none_or(|guard| self.host.holds(guard)) {
                        enabled.push(Taken { source: Some(source), transition });
                        continue 'atoms;
                    }
                }
            }
        }
        self.without_conflicts(enabled)
    }

    fn without_conflicts(&self, enabled: Vec<Taken<'c>>) -> Vec<Taken<'c>> {
        let mut kept: Vec<Taken<'c>> = vec![];
        for candidate in enabled {
            let leaves = self.exit_set(&[candidate]);
            let rivals: Vec<usize> =
                (0..kept.len()).filter(|at| !self.exit_set(&kept[*at..=*at]).is_disjoint(&leaves)).collect();
            let within = |rival: Option<StateId>| match (candidate.source, rival) {
                (Some(inner), Some(outer)) => self.chart.is_within(inner, outer),
                _ => false,
            };
            if rivals.iter().all(|at| within(kept[*at].source)) {
                let mut at = 0;
                kept.retain(|_| {
                    at += 1;
                    !rivals.contains(&(at - 1))
                });
                kept.push(candidate);
            }
        }
        kept
    }

    fn microstep(&mut self, enabled: &[Taken<'c>]) {
        let leaving = self.exit_set(enabled);
        self.remember(&leaving);
        for state in leaving.into_iter().rev() {
            self.active.remove(&state);
            self.run(self.chart.state(state).exit);
        }
        for taken in enabled {
            self.run(taken.transition.block);
        }
        self.enter(enabled);
    }

    fn run(&mut self, block: Option<BlockId>) {
        if let Some(block) = block {
            self.raised.extend(self.host.run(block));
        }
    }

    fn remember(&mut self, leaving: &BTreeSet<StateId>) {
        for state in leaving {
            for child in &self.chart.state(*state).children {
                let Kind::History { deep } = self.chart.state(*child).kind else { continue };
                let stands_for = |active: &&StateId| {
                    if deep {
                        self.chart.state(**active).children.is_empty()
                            && self.chart.is_within(**active, *state)
                    } else {
                        self.chart.state(**active).parent == Some(*state)
                    }
                };
                self.remembered.insert(*child, self.active.iter().filter(stands_for).copied().collect());
            }
        }
    }

    /// The states a history state stands for now are its targets; others are targets themselves.
    fn effective_targets(&self, transition: &Transition) -> Vec<StateId> {
        let mut targets = vec![];
        for target in &transition.targets {
            match (self.chart.state(*target).kind, self.remembered.get(target)) {
                (Kind::History { .. }, Some(states)) => targets.extend(states),
                (Kind::History { .. }, None) => {
                    if let Some(default) = &self.chart.state(*target).initial {
                        targets.extend(self.effective_targets(default));
                    }
                }
                _ => targets.push(*target),
            }
        }
        targets
    }

    /// What the transition does not leave; none, when it leaves nothing.
    fn domain(&self, taken: Taken<'c>) -> Option<Domain> {
        let targets = self.effective_targets(taken.transition);
        if targets.is_empty() {
            return None;
        }
        let Some(source) = taken.source else { return Some(Domain::Chart) };
        let compound = |state: StateId| self.chart.state(state).kind == Kind::Compound;
        let holds_all = |outer: StateId| targets.iter().all(|target| self.chart.is_within(*target, outer));
        if taken.transition.internal && compound(source) && holds_all(source) {
            return Some(Domain::State(source));
        }
        let around = self.chart.ancestors(source).find(|outer| compound(*outer) && holds_all(*outer));
        Some(around.map_or(Domain::Chart, Domain::State))
    }

    fn exit_set(&self, enabled: &[Taken<'c>]) -> BTreeSet<StateId> {
        let mut leaving = BTreeSet::new();
        for domain in enabled.iter().filter_map(|taken| self.domain(*taken)) {
            let inside = |state: &&StateId| match domain {
                Domain::Chart => true,
                Domain::State(outer) => self.chart.is_within(**state, outer),
            };
            leaving.extend(self.active.iter().filter(inside).copied());
        }
        leaving
    }

    fn enter(&mut self, enabled: &[Taken<'c>]) {
        let mut entry = Entry::default();
        for taken in enabled {
            for target in &taken.transition.targets {
                self.add_descendants(*target, &mut entry);
            }
            if let Some(domain) = self.domain(*taken) {
                for target in self.effective_targets(taken.transition) {
                    self.add_ancestors(target, domain, &mut entry);
                }
            }
        }
        for state in std::mem::take(&mut entry.states) {
            self.active.insert(state);
            self.run(self.chart.state(state).entry);
            if entry.by_default.contains(&state) {
                let default = self.chart.state(state).initial.as_ref();
                self.run(default.and_then(|way_in| way_in.block));
            }
            if let Some(block) = entry.history_blocks.get(&state) {
                self.run(Some(*block));
            }
            if self.chart.state(state).kind == Kind::Final {
                self.announce(state);
            }
        }
    }

    /// Raises `done.state.X` for the parent that a final state ended, and for a parallel state whose regions all ended.
    fn announce(&mut self, ended: StateId) {
        let Some(parent) = self.chart.state(ended).parent else { return };
        self.raised.push_back(format!("done.state.{}", self.chart.state(parent).key).into());
        let Some(outer) = self.chart.state(parent).parent else { return };
        if self.chart.state(outer).kind == Kind::Parallel && self.is_over(outer) {
            self.raised.push_back(format!("done.state.{}", self.chart.state(outer).key).into());
        }
    }

    fn is_over(&self, state: StateId) -> bool {
        let children = &self.chart.state(state).children;
        match self.chart.state(state).kind {
            Kind::Compound => children
                .iter()
                .any(|child| self.chart.state(*child).kind == Kind::Final && self.active.contains(child)),
            Kind::Parallel => children
                .iter()
                .filter(|child| !matches!(self.chart.state(**child).kind, Kind::History { .. }))
                .all(|child| self.is_over(*child)),
            _ => false,
        }
    }

    fn add_descendants(&self, state: StateId, entry: &mut Entry) {
        let node = self.chart.state(state);
        match node.kind {
            Kind::History { .. } => {
                let parent = node.parent;
                let targets = match (self.remembered.get(&state), &node.initial) {
                    (Some(states), _) => states.clone(),
                    (None, Some(default)) => {
                        if let (Some(parent), Some(block)) = (parent, default.block) {
                            entry.history_blocks.insert(parent, block);
                        }
                        default.targets.clone()
                    }
                    (None, None) => vec![],
                };
                for target in &targets {
                    self.add_descendants(*target, entry);
                }
                for target in targets {
                    self.add_ancestors(target, parent.map_or(Domain::Chart, Domain::State), entry);
                }
            }
            Kind::Compound => {
                entry.states.insert(state);
                entry.by_default.insert(state);
                let targets = self.chart.default_targets(state);
                for target in &targets {
                    self.add_descendants(*target, entry);
                }
                for target in targets {
                    self.add_ancestors(target, Domain::State(state), entry);
                }
            }
            Kind::Parallel => {
                entry.states.insert(state);
                self.add_regions(state, entry);
            }
            Kind::Atomic | Kind::Final => {
                entry.states.insert(state);
            }
        }
    }

    fn add_ancestors(&self, state: StateId, domain: Domain, entry: &mut Entry) {
        let around: Vec<StateId> =
            self.chart.ancestors(state).take_while(|outer| domain != Domain::State(*outer)).collect();
        for outer in around {
            entry.states.insert(outer);
            if self.chart.state(outer).kind == Kind::Parallel {
                self.add_regions(outer, entry);
            }
        }
    }

    /// Adds the regions of a parallel state that nothing entered yet.
    fn add_regions(&self, parallel: StateId, entry: &mut Entry) {
        for child in &self.chart.state(parallel).children {
            let history = matches!(self.chart.state(*child).kind, Kind::History { .. });
            let entered = entry.states.iter().any(|at| at == child || self.chart.is_within(*at, *child));
            if !history && !entered {
                self.add_descendants(*child, entry);
            }
        }
    }
}

#[derive(Default)]
struct Entry {
    states: BTreeSet<StateId>,
    /// Compound states entered without a target inside: their initial content runs.
    by_default: BTreeSet<StateId>,
    history_blocks: BTreeMap<StateId, BlockId>,
}
