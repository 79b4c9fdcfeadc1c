//! States: their places in the chart, and their ways in.
use super::effects::Place;
use super::{Resolver, keys};
use crate::case::Key;
use crate::clock::Moment;
use crate::definition::State;
use crate::definition::draft::DraftState;
use crate::definition::finding::Span;
use crate::definition::read::Name;
use crate::kernel::{Kind, StateId, Transition};
use indexmap::IndexMap;

/// How deep states may lie within each other; processes that people follow need three or four.
const DEEPEST: usize = 16;

impl Resolver<'_, '_, '_> {
    /// Adds the states to the chart in document order: each before what it contains.
    pub(super) fn states(&mut self) -> IndexMap<Key, State> {
        let draft = self.draft;
        for (_, state) in draft.states.values() {
            if let Some(within) = &state.within {
                self.known_state(within);
            }
        }
        let mut titles = IndexMap::new();
        self.add_states(None, 0, &mut titles);
        for (key, (span, state)) in &draft.states {
            let around = state.within.as_ref().is_some_and(|name| draft.states.contains_key(&name.key));
            if around && !titles.contains_key(key) {
                let message = format!("state `{key}` lies within itself, or deeper than {DEEPEST} states");
                self.found.note(span, message);
            }
        }
        // History last: where it leads at first may be where its parent begins.
        for is_history in [false, true] {
            for (key, (span, state)) in &draft.states {
                if state.history.is_some() == is_history {
                    self.way_in(key, span, state);
                }
            }
        }
        if let Some(target) = draft.initial.as_ref().and_then(|initial| self.state(initial)) {
            self.chart.set_initial(Transition::into(vec![target]));
        }
        if draft.states.is_empty() {
            self.found.note(&(0..0), "the definition has no state");
        }
        titles
    }

    fn add_states(
        &mut self,
        parent: Option<(&Key, StateId)>,
        depth: usize,
        titles: &mut IndexMap<Key, State>,
    ) {
        let draft = self.draft;
        if depth > DEEPEST {
            return;
        }
        for (key, (span, state)) in &draft.states {
            if state.within.as_ref().map(|name| &name.key) != parent.map(|(key, _)| key) {
                continue;
            }
            let kind = self.kind(key, span, state);
            let Ok(id) = self.chart.add(key.clone(), kind, parent.map(|(_, id)| id)) else { continue };
            let entry = self.block(Moment::Enter(key.clone()), &[&state.entry], Place::default());
            let exit = self.block(Moment::Leave(key.clone()), &[&state.exit], Place::default());
            let added = self.chart.state_mut(id);
            added.entry = Some(entry);
            added.exit = Some(exit);
            titles.insert(key.clone(), State { title: state.title.clone(), phase: state.phase });
            self.add_states(Some((key, id)), depth + 1, titles);
        }
    }

    fn kind(&mut self, key: &Key, span: &Span, state: &DraftState) -> Kind {
        let lies_within = |other: &&DraftState| other.within.as_ref().is_some_and(|name| name.key == *key);
        let mut inner = self.draft.states.values().map(|(_, other)| other).filter(lies_within).peekable();
        let contains = inner.peek().is_some();
        let only_history = inner.all(|other| other.history.is_some());
        let words = [state.parallel, state.end, state.history.is_some()];
        if words.iter().filter(|word| **word).count() > 1 {
            self.found.note(span, format!("state `{key}` is at most one of parallel, final, history"));
        }
        if contains && (state.end || state.history.is_some()) {
            self.found.note(span, format!("state `{key}` is final or history, so it contains nothing"));
        } else if only_history && (contains || state.parallel) {
            self.found.note(span, format!("state `{key}` contains no state to be in"));
        }
        match &state.history {
            Some(depth) => {
                if !matches!(&*depth.key, "deep" | "shallow") {
                    self.found.unknown(depth, "kind of history", ["deep", "shallow"].into_iter());
                }
                if state.within.is_none() {
                    self.found.note(span, format!("history `{key}` needs `in`: the state it remembers"));
                }
                Kind::History { deep: &*depth.key == "deep" }
            }
            None if state.end => Kind::Final,
            None if state.parallel => Kind::Parallel,
            None if contains => Kind::Compound,
            None => Kind::Atomic,
        }
    }

    /// Sets where a compound state begins, and where a history state leads before there is anything to remember.
    fn way_in(&mut self, key: &Key, span: &Span, state: &DraftState) {
        let Some(id) = self.chart.find(key) else { return };
        let is_history = state.history.is_some();
        let Some(outer) = (if is_history { self.chart.state(id).parent } else { Some(id) }) else { return };
        let target = match &state.initial {
            None if is_history => {
                let default = self.chart.default_targets(outer);
                self.chart.state_mut(id).initial = Some(Transition::into(default));
                return;
            }
            None => return,
            Some(initial) => self.state(initial).map(|target| (initial, target)),
        };
        let Some((initial, target)) = target else { return };
        if self.chart.state(id).kind == Kind::Parallel {
            self.found.note(&initial.span, format!("`{key}` is parallel: it begins in all it contains"));
        } else if target == id || !self.chart.is_within(target, outer) {
            let around = &self.chart.state(outer).key;
            self.found.note(&initial.span, format!("`{}` does not lie within `{around}`", initial.key));
        } else if matches!(self.chart.state(target).kind, Kind::History { .. }) {
            self.found.note(span, format!("`{}` is history, where nothing begins", initial.key));
        } else {
            self.chart.state_mut(id).initial = Some(Transition::into(vec![target]));
        }
    }

    pub(super) fn known_state(&mut self, name: &Name) -> bool {
        let known = self.draft.states.contains_key(&name.key);
        if !known {
            self.found.unknown(name, "state", keys(&self.draft.states));
        }
        known
    }

    pub(super) fn state(&mut self, name: &Name) -> Option<StateId> {
        if self.known_state(name) { self.chart.find(&name.key) } else { None }
    }

    /// States that something starts from.
    pub(super) fn sources(&mut self, from: &[Name]) -> Vec<StateId> {
        let mut sources = vec![];
        for name in from {
            let Some(id) = self.state(name) else { continue };
            match self.chart.state(id).kind {
                Kind::Final => {
                    self.found.note(&name.span, format!("`{}` is final: nothing starts from it", name.key));
                }
                Kind::History { .. } => {
                    self.found.note(&name.span, format!("`{}` is history: no case stands in it", name.key));
                }
                _ if sources.contains(&id) => {
                    self.found.note(&name.span, format!("`{}` stands here twice", name.key));
                }
                _ => sources.push(id),
            }
        }
        sources
    }
}
