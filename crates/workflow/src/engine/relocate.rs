//! A case that moves to another version of its process.
use super::facts::Frozen;
use super::run::{Done, Run};
use super::step::completed;
use super::{Call, Outcome, Refusal, Step, World};
use crate::case::{Case, Key};
use crate::definition::{Definition, Moves, Trigger, image, is_place};
use crate::kernel::{Chart, Configuration, Kind, StateId};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// Answers `case`, which lives by `old`, as a case of `new`. Nothing is entered or left: clocks keep what they ran.
///
/// Every active state has the image that `new` says, its own name where it says nothing; one around others stands for
/// where it begins. Running clocks need an image too. What else has none is kept under its old name. Delays of
/// automatics that were there before keep their beginning; those that newly apply begin now.
#[must_use]
pub fn relocate(old: &Definition, new: &Definition, case: &Case, world: World) -> Outcome {
    match relocated(old, new, case, world) {
        Ok(step) => Outcome::Moved(Box::new(step)),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

fn relocated(old: &Definition, new: &Definition, case: &Case, world: World) -> Result<Step, Refusal> {
    let running = || case.clocks.iter().filter(|(_, clock)| clock.end.is_none()).map(|(key, _)| key);
    let follows = |moves: &&Moves| {
        moves.from == old.version
            && case.version == old.version
            && [&new.process, &case.process] == [&old.process; 2]
    };
    let Some(moves) = new.moves.as_ref().filter(follows) else {
        let states = case.configuration.active.clone();
        return Err(Refusal::NoImage { states, clocks: running().cloned().collect() });
    };
    let placed = place(new, moves, &case.configuration);
    let is_lost = |key: &&Key| !new.clocks.contains_key(image(&moves.clocks, key));
    let clocks: Vec<Key> = running().filter(is_lost).cloned().collect();
    let active = match placed {
        Ok(active) if clocks.is_empty() => active,
        placed => return Err(Refusal::NoImage { states: placed.err().unwrap_or_default(), clocks }),
    };
    let here = Case {
        version: new.version,
        configuration: Configuration { active, remembered: remembered(new, moves, &case.configuration) },
        facts: renamed(&moves.fields, &case.facts),
        assigned: renamed(&moves.roles, &case.assigned),
        marks: renamed(&moves.marks, &case.marks),
        clocks: renamed(&moves.clocks, &case.clocks),
        taken: renamed(&moves.actions, &case.taken),
        delayed: IndexMap::new(),
        ..case.clone()
    };
    let mut run = Run {
        definition: new,
        frozen: Frozen { case: Some(case), answers: None, world, acts: None },
        acts: None,
        actor: None,
        told: None,
        ringing: None,
        case: here,
        done: Done::default(),
    };
    run.relocate(old, case);
    let Run { case: here, done, .. } = run;
    Ok(completed(new, case, &Call::Relocate { version: new.version }, world, here, done))
}

impl Run<'_> {
    /// Hangs the bells that the new version has for running clocks, and sets its delays.
    fn relocate(&mut self, old: &Definition, before: &Case) {
        let definition = self.definition;
        for (key, clock) in &definition.clocks {
            let bells = self.bells(clock);
            let Some(state) = self.case.clocks.get_mut(key).filter(|state| state.end.is_none()) else {
                continue;
            };
            state.named = state.named.take().filter(|name| definition.limits.contains_key(name));
            if state.is_running() {
                state.hang(&bells, self.frozen.world.time);
            }
        }
        for (key, automatic) in &definition.automatics {
            let waits = matches!(automatic.trigger, Trigger::After(_) | Trigger::At(_));
            if !waits || !self.stands_in(automatic) {
                continue;
            }
            let earlier = old.automatics.get(key);
            let waited = earlier.is_some_and(|earlier| {
                let delays = matches!(earlier.trigger, Trigger::After(_) | Trigger::At(_));
                delays && before.configuration.active.iter().any(|state| old.is_from(&earlier.from, state))
            });
            match before.delayed.get(key) {
                Some(delay) => self.delay(key, automatic, delay.since),
                // One that was spent stays spent.
                None if waited => {}
                None => self.delay(key, automatic, self.frozen.world.now),
            }
        }
    }
}

/// The innermost states in which a case stands after the move, in document order; or those that have no image, or whose
/// images cannot be active at once.
fn place(new: &Definition, moves: &Moves, from: &Configuration) -> Result<Vec<Key>, Vec<Key>> {
    let chart = &new.chart;
    let find = |key: &Key| chart.find(image(&moves.states, key)).filter(|id| is_place(chart, *id));
    let lost: Vec<Key> = from.active.iter().filter(|key| find(key).is_none()).cloned().collect();
    if !lost.is_empty() || from.active.is_empty() {
        return Err(lost);
    }
    let mut inner: BTreeSet<StateId> = BTreeSet::new();
    for target in from.active.iter().filter_map(find) {
        inner.extend(resting(chart, target));
    }
    // Regions of a parallel state that nothing of the old version leads into begin where they begin.
    let around: BTreeSet<StateId> = inner.iter().flat_map(|leaf| chart.ancestors(*leaf)).collect();
    for outer in around.iter().filter(|outer| chart.state(**outer).kind == Kind::Parallel) {
        for region in chart.state(*outer).children.iter().filter(|child| is_place(chart, **child)) {
            if !inner.iter().any(|leaf| leaf == region || chart.is_within(*leaf, *region)) {
                inner.extend(resting(chart, *region));
            }
        }
    }
    let mut chosen: BTreeMap<Option<StateId>, StateId> = BTreeMap::new();
    for leaf in &inner {
        let mut child = *leaf;
        for outer in chart.ancestors(*leaf).map(Some).chain([None]) {
            let parallel = outer.is_some_and(|outer| chart.state(outer).kind == Kind::Parallel);
            if !parallel && *chosen.entry(outer).or_insert(child) != child {
                return Err(from.active.clone());
            }
            child = outer.unwrap_or(child);
        }
    }
    Ok(inner.into_iter().map(|id| chart.state(id).key.clone()).collect())
}

/// What history states remember, as far as both they and what they remember have an image.
fn remembered(new: &Definition, moves: &Moves, from: &Configuration) -> BTreeMap<Key, Vec<Key>> {
    let chart = &new.chart;
    let kind = |key: &Key| chart.find(key).map(|id| chart.state(id).kind);
    let mut remembered = BTreeMap::new();
    for (history, states) in &from.remembered {
        let history = image(&moves.states, history);
        let images: Vec<Key> = states.iter().map(|state| image(&moves.states, state).clone()).collect();
        let within = |state: &Key| {
            let around = chart.find(history).and_then(|id| chart.state(id).parent);
            chart
                .find(state)
                .zip(around)
                .is_some_and(|(id, around)| is_place(chart, id) && chart.is_within(id, around))
        };
        if matches!(kind(history), Some(Kind::History { .. })) && images.iter().all(within) {
            remembered.insert(history.clone(), images);
        }
    }
    remembered
}

/// The innermost states that a state begins in.
fn resting(chart: &Chart, state: StateId) -> Vec<StateId> {
    match chart.state(state).kind {
        Kind::Atomic | Kind::Final => vec![state],
        Kind::Compound | Kind::Parallel | Kind::History { .. } => {
            chart.default_targets(state).into_iter().flat_map(|inner| resting(chart, inner)).collect()
        }
    }
}

/// The same under the names of the new version. Of two that have one name there the first stays.
fn renamed<T: Clone>(names: &BTreeMap<Key, Key>, old: &IndexMap<Key, T>) -> IndexMap<Key, T> {
    let mut renamed = IndexMap::new();
    for (key, value) in old {
        renamed.entry(image(names, key).clone()).or_insert_with(|| value.clone());
    }
    renamed
}
