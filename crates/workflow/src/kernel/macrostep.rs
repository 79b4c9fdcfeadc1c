//! One macrostep: an event, then eventless transitions and raised events until nothing is enabled.
use super::entry::{self, Domain, Entry, EntrySet};
use super::{BlockId, Chart, Configuration, Host, Kind, Moment, StateId, Transition};
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
                self.note(Moment::TakenUp(&event));
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
        self.note(Moment::Selected);
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
            self.run(self.chart.state(state).exit);
            self.active.remove(&state);
            self.note(Moment::Left(state));
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

    fn note(&mut self, moment: Moment<'_>) {
        self.raised.extend(self.host.note(moment));
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

    /// What the transition does not leave; none, when it leaves nothing.
    fn domain(&self, taken: Taken<'c>) -> Option<Domain> {
        let targets = entry::effective_targets(self.chart, &self.remembered, taken.transition);
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
        let mut entry = Entry::new(self.chart, &self.remembered);
        for taken in enabled {
            entry.add(taken.transition, self.domain(*taken));
        }
        let EntrySet { states, by_default, history_blocks } = entry.set;
        for state in states {
            self.active.insert(state);
            self.note(Moment::Entered(state));
            self.run(self.chart.state(state).entry);
            if by_default.contains(&state) {
                let default = self.chart.state(state).initial.as_ref();
                self.run(default.and_then(|way_in| way_in.block));
            }
            self.run(history_blocks.get(&state).copied());
            if self.chart.state(state).kind == Kind::Final {
                self.announce(state);
            }
        }
    }

    /// Tells of the parent that a final state ended, and of each parallel state around it whose regions are all over.
    fn announce(&mut self, ended: StateId) {
        let chart = self.chart;
        let Some(parent) = chart.state(ended).parent else { return };
        self.note(Moment::Done { state: chart.state(parent), by: Some(ended) });
        // The pseudocode of SCXML looks one parallel state far; its text (3.4) has one that is a region count too.
        for outer in chart.ancestors(parent) {
            if chart.state(outer).kind != Kind::Parallel || !self.is_over(outer) {
                return;
            }
            self.note(Moment::Done { state: chart.state(outer), by: None });
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
}
