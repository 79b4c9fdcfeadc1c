//! What no single name shows: states no path reaches, states no path leaves, circles, clocks that run past the end.
mod edges;

pub use edges::Edge;
pub(super) use edges::edges;

use super::draft::Draft;
use super::finding::Findings;
use super::{Clock, Definition, Trigger};
use crate::case::{Key, Phase};
use crate::clock::Moment;
use crate::kernel::{Kind, StateId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Looks at the whole shape. Runs when every name resolves.
pub(super) fn shape(definition: &Definition, draft: &Draft, found: &mut Findings) {
    let edges = edges(definition);
    let ways = Ways::new(&edges);
    let begins = begins(definition);
    let paths = ways.paths(&begins);
    for (key, state) in definition.leaves() {
        let Some((span, drafted)) = draft.states.get(key) else { continue };
        let phase = definition.phase(key);
        if phase.is_none() {
            let title = &state.title.en;
            found.note(span, format!("state `{key}` ({title}) has no `phase`, nor has a state around it"));
        }
        let Some(path) = paths.get(key) else {
            found.note(span, format!("no path leads to state `{key}`"));
            continue;
        };
        let leaves = ways.from(key).any(|edge| edge.to != *key);
        if !leaves && !drafted.end && phase.is_some_and(|phase| !phase.is_closed()) {
            found
                .note(span, format!("state `{key}` is not an end, yet nothing leaves it: {}", written(path)));
        }
    }
    circles(definition, draft, &edges, found);
    // Regions move side by side; a path through one of them says too little of a clock.
    if definition.chart.states().any(|(_, state)| state.kind == Kind::Parallel) {
        return;
    }
    for (key, clock) in &definition.clocks {
        let Some((span, _)) = draft.clocks.get(key) else { continue };
        if let Some(path) =
            begins.first().and_then(|first| runs_past_the_end(definition, &ways, first, clock))
        {
            found.note(span, format!("clock `{key}` still runs when the case is over: {}", written(&path)));
        }
    }
}

/// The innermost states a case begins in.
fn begins(definition: &Definition) -> Vec<Key> {
    let chart = &definition.chart;
    let resting = chart.beginning().into_iter().flat_map(|state| edges::resting(definition, state));
    resting.map(|id| chart.state(id).key.clone()).collect()
}

type Path<'e> = Vec<&'e Edge>;

fn written(path: &Path) -> String {
    let Some(start) = path.first() else { return "it is where a case begins".into() };
    path.iter().fold(start.from.to_string(), |text, edge| format!("{text} -{}-> {}", edge.by, edge.to))
}

/// Edges by where they begin.
struct Ways<'e>(BTreeMap<&'e Key, Vec<&'e Edge>>);

impl<'e> Ways<'e> {
    fn new(edges: impl IntoIterator<Item = &'e Edge>) -> Self {
        let mut ways: BTreeMap<&Key, Vec<&Edge>> = BTreeMap::new();
        for edge in edges {
            ways.entry(&edge.from).or_default().push(edge);
        }
        Self(ways)
    }

    fn from(&self, key: &Key) -> impl Iterator<Item = &'e Edge> {
        self.0.get(key).into_iter().flatten().copied()
    }

    /// A shortest path to every state that one leads to.
    fn paths(&self, begins: &[Key]) -> BTreeMap<Key, Path<'e>> {
        let mut paths: BTreeMap<Key, Path> = begins.iter().map(|key| (key.clone(), vec![])).collect();
        let mut queue = VecDeque::from(begins.to_vec());
        while let Some(at) = queue.pop_front() {
            for edge in self.from(&at) {
                if !paths.contains_key(&edge.to) {
                    let path = paths.get(&at).into_iter().flatten().copied().chain([edge]).collect();
                    paths.insert(edge.to.clone(), path);
                    queue.push_back(edge.to.clone());
                }
            }
        }
        paths
    }
}

/// Facts do not change within a step, so a circle of eventless transitions may never come to rest. Nor does one on which
/// a day that is past begins again each time its state is entered.
fn circles(definition: &Definition, draft: &Draft, edges: &[Edge], found: &mut Findings) {
    let waits = |edge: &&Edge| {
        let enters = edge.moments.iter().any(|moment| matches!(moment, Moment::Enter(_)));
        let automatic = definition.automatics.get(&edge.by);
        enters && automatic.is_some_and(|automatic| matches!(automatic.trigger, Trigger::At(_)))
    };
    let ways = Ways::new(edges.iter().filter(|edge| edge.eventless || waits(edge)));
    let mut reported: BTreeSet<&Key> = BTreeSet::new();
    for (start, out) in &ways.0 {
        for first in out {
            let mut paths = ways.paths(std::slice::from_ref(&first.to));
            let Some(back) = paths.remove(*start) else { continue };
            let path: Path = [*first].into_iter().chain(back).collect();
            let known = path.iter().any(|edge| reported.contains(&edge.by));
            reported.extend(path.iter().map(|edge| &edge.by));
            if let (false, Some((span, _))) = (known, draft.automatics.get(&first.by)) {
                found.note(span, format!("automatics go round and never settle: {}", written(&path)));
            }
        }
    }
}

/// A shortest path on which `clock` is started and still runs in a state that a case ends in.
fn runs_past_the_end<'e>(
    definition: &Definition,
    ways: &Ways<'e>,
    first: &Key,
    clock: &Clock,
) -> Option<Path<'e>> {
    let after = |running: bool, moments: &[Moment]| {
        moments.iter().fold(running, |running, moment| {
            let ends = clock.conditions.stop.contains(moment) || clock.conditions.cancel.contains(moment);
            let starts = clock.conditions.start.contains(moment);
            (running && !ends) || (!running && starts)
        })
    };
    let start = (first.clone(), after(false, &opening(definition, first)));
    let mut seen = BTreeSet::from([start.clone()]);
    let mut queue: VecDeque<((Key, bool), Path)> = VecDeque::from([(start, vec![])]);
    while let Some(((at, running), path)) = queue.pop_front() {
        if running && definition.phase(&at).is_some_and(Phase::is_closed) {
            return Some(path);
        }
        for edge in ways.from(&at) {
            let next = (edge.to.clone(), after(running, &edge.moments));
            if seen.insert(next.clone()) {
                queue.push_back((next, path.iter().copied().chain([edge]).collect()));
            }
        }
    }
    None
}

/// What happens when a case is opened: the action, then entering from the outside in.
fn opening(definition: &Definition, first: &Key) -> Vec<Moment> {
    let chart = &definition.chart;
    let mut around: Vec<StateId> = vec![];
    if let Some(leaf) = chart.find(first) {
        around.push(leaf);
        around.extend(chart.ancestors(leaf));
    }
    let opens = definition.opening().map(|(key, _)| Moment::On(key.clone()));
    let enters = around.into_iter().rev().map(|id| Moment::Enter(chart.state(id).key.clone()));
    opens.into_iter().chain(enters).collect()
}
