//! Actions: who takes them, what they ask, what must hold, and where they lead.
use super::effects::Place;
use super::{Asked, Resolver, keys, plain};
use crate::case::Key;
use crate::clock::Moment;
use crate::definition::draft::{DraftAction, DraftBranch};
use crate::definition::finding::Span;
use crate::definition::read::Name;
use crate::definition::{Action, Branch, Guard};
use crate::kernel::{BlockId, GuardId, StateId, Transition};
use indexmap::IndexMap;

impl Resolver<'_, '_, '_> {
    pub(super) fn actions(&mut self) -> IndexMap<Key, Action> {
        let draft = self.draft;
        let mut actions = IndexMap::new();
        for (key, (span, action)) in &draft.actions {
            self.action(key, span, action);
            let asked: Vec<&Key> = action.asked().map(|name| &name.key).collect();
            actions.insert(
                key.clone(),
                Action {
                    title: action.title.clone(),
                    opens: action.opens,
                    by: plain(action.by.as_deref().unwrap_or_default()),
                    from: plain(&action.from),
                    asks: plain(&action.asks),
                    optional: plain(&action.optional),
                    guards: action.guards.iter().filter_map(|guard| self.guard(guard, key, &asked)).collect(),
                    branches: self.branches(key, action, &asked),
                },
            );
        }
        for (key, (span, _)) in &draft.guards {
            if !draft.actions.values().any(|(_, action)| action.guards.iter().any(|name| name.key == *key)) {
                self.found.note(span, format!("no action uses guard `{key}`"));
            }
        }
        actions
    }

    fn action(&mut self, key: &Key, span: &Span, action: &DraftAction) {
        for role in action.by.iter().flatten() {
            self.known_role(role);
        }
        let mut asked: Vec<&Name> = vec![];
        for field in action.asked() {
            if !self.draft.fields.contains_key(&field.key) {
                self.found.unknown(field, "field", keys(&self.draft.fields));
            } else if asked.iter().any(|earlier| earlier.key == field.key) {
                self.found.note(&field.span, format!("action `{key}` asks `{}` twice", field.key));
            }
            asked.push(field);
        }
        // An opening action that says so is for other cases to take.
        let nobody = action.by.as_ref().is_none_or(|by| by.is_empty() && !action.opens);
        if nobody {
            self.found.note(span, format!("nobody may take action `{key}`: it has no role in `by`"));
        }
        if action.opens != action.from.is_empty() {
            let message = format!("action `{key}` needs `from`, unless it has `opens = true`; not both");
            self.found.note(span, message);
        }
        if action.opens && !action.branches.is_empty() {
            let message = format!("action `{key}` opens a case, which begins in `initial`; leave out `to`");
            self.found.note(span, message);
        }
    }

    fn branches(&mut self, key: &Key, action: &DraftAction, asked: &Asked) -> Vec<Branch> {
        let stay = [DraftBranch { span: 0..0, when: None, to: None, then: vec![] }];
        let drafts = if action.branches.is_empty() { &stay[..] } else { &action.branches[..] };
        let sources = self.sources(&action.from);
        let last = drafts.len() - 1;
        let place = Place { asked, acts: true, told: action.opens, ..Place::default() };
        let mut branches = vec![];
        for (at, branch) in drafts.iter().enumerate() {
            if at < last && branch.when.is_none() {
                let message = "only the last branch may lack `when`: what follows is never taken";
                self.found.note(&branch.span, message);
            }
            let when = branch.when.as_ref().and_then(|when| self.condition(when, asked));
            let targets: Vec<StateId> =
                branch.to.as_ref().and_then(|to| self.state(to)).into_iter().collect();
            let block = self.block(Moment::On(key.clone()), &[&action.then, &branch.then], place);
            if action.opens {
                self.opens_with(block);
            }
            let event: Key = format!("act.{key}").into();
            self.transitions(&sources, &[event], when, &targets, block);
            branches.push(Branch { when, to: branch.to.as_ref().map(|name| name.key.clone()) });
        }
        branches
    }

    /// Makes `block` what happens on the way into the chart.
    fn opens_with(&mut self, block: BlockId) {
        let targets = self.chart.beginning();
        self.chart.set_initial(Transition { block: Some(block), ..Transition::into(targets) });
    }

    pub(super) fn transitions(
        &mut self,
        sources: &[StateId],
        events: &[Key],
        guard: Option<GuardId>,
        targets: &[StateId],
        block: BlockId,
    ) {
        for source in sources {
            let way = Transition {
                events: events.to_vec(),
                guard,
                block: Some(block),
                ..Transition::into(targets.to_vec())
            };
            self.chart.state_mut(*source).transitions.push(way);
        }
    }

    fn guard(&mut self, name: &Name, action: &Key, asked: &Asked) -> Option<Guard> {
        let Some((_, guard)) = self.draft.guards.get(&name.key) else {
            self.found.unknown(name, "guard", keys(&self.draft.guards));
            return None;
        };
        let everything: Vec<&Key> = self.draft.fields.keys().collect();
        let when = self.parse_guard(guard.when.as_ref()?, &everything)?;
        for field in when.fields().filter_map(|field| field.strip_prefix("answer.")) {
            if !asked.iter().any(|key| ***key == *field) {
                let message =
                    format!("guard `{}` needs `answer.{field}`, which `{action}` does not ask", name.key);
                self.found.note(&name.span, message);
            }
        }
        Some(Guard { key: name.key.clone(), when, says: guard.says.clone() })
    }
}
