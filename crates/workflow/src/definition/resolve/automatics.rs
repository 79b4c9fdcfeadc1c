//! Automatics: what sets them off, and where they lead.
use super::effects::Place;
use super::{Resolver, fire, plain, raised, told};
use crate::case::Key;
use crate::clock::Moment;
use crate::definition::draft::DraftAutomatic;
use crate::definition::finding::Span;
use crate::definition::read::Name;
use crate::definition::{Automatic, Trigger};
use crate::kernel::StateId;
use indexmap::IndexMap;

impl Resolver<'_, '_, '_> {
    pub(super) fn automatics(&mut self) -> IndexMap<Key, Automatic> {
        let draft = self.draft;
        let mut automatics = IndexMap::new();
        for (key, (span, automatic)) in &draft.automatics {
            if draft.actions.contains_key(key) {
                self.found.note(span, format!("`{key}` is an action already"));
            }
            if automatic.from.is_empty() {
                self.found.note(span, format!("automatic `{key}` starts nowhere: it has no state in `from`"));
            }
            let trigger = self.trigger(key, span, automatic);
            // What another case tells may be the answer to any field; see there which of them fit.
            let hears = automatic.told().is_some();
            let asked: Vec<&Key> = draft.fields.keys().filter(|_| hears).collect();
            let guard = automatic.when.as_ref().and_then(|when| self.condition(when, &asked));
            let targets: Vec<StateId> =
                automatic.to.as_ref().and_then(|to| self.state(to)).into_iter().collect();
            let place = Place { asked: &asked, told: hears, ..Place::default() };
            let block = self.block(Moment::On(key.clone()), &[&automatic.then], place);
            let sources = self.sources(&automatic.from);
            let Some((events, trigger)) = trigger else { continue };
            self.transitions(&sources, &events, guard, &targets, block);
            automatics.insert(
                key.clone(),
                Automatic {
                    title: automatic.title.clone(),
                    from: plain(&automatic.from),
                    trigger,
                    to: automatic.to.as_ref().map(|name| name.key.clone()),
                },
            );
        }
        automatics
    }

    /// The events that set an automatic off. Without a trigger it is eventless and needs a condition.
    fn trigger(&mut self, key: &Key, span: &Span, automatic: &DraftAutomatic) -> Option<(Vec<Key>, Trigger)> {
        let DraftAutomatic { after, at, on, .. } = automatic;
        let mut given = [after, at, on].into_iter().flatten();
        if let (Some(_), Some(second)) = (given.next(), given.next()) {
            self.found.note(&second.span, "an automatic has one of `after`, `at`, `on`");
            return None;
        }
        if let Some(after) = after {
            return Some((vec![fire(key)], Trigger::After(self.length(after)?)));
        }
        if let Some(at) = at {
            return Some((vec![fire(key)], Trigger::At(self.day(at)?)));
        }
        if let (Some(event), Some(on)) = (automatic.told(), on) {
            if event.is_empty() {
                self.found.note(&on.span, "expected `told EVENT`");
            }
            return Some((vec![told(event)], Trigger::Told(event.into())));
        }
        if let Some(on) = on {
            return Some((vec![self.heard(on)?], Trigger::On));
        }
        if automatic.when.is_none() {
            self.found.note(span, format!("automatic `{key}` needs one of `after`, `at`, `on`, `when`"));
            return None;
        }
        Some((vec![], Trigger::When))
    }

    /// Reads `done STATE`, or the name of an event that some effect raises.
    fn heard(&mut self, on: &Name) -> Option<Key> {
        if let Some(state) = on.key.strip_prefix("done ") {
            let state = Name { key: state.trim().into(), span: on.span.clone() };
            return self.known_state(&state).then(|| format!("done.state.{}", state.key).into());
        }
        let raises: Vec<&str> = self.draft.effects().filter_map(|effect| effect.raises()).collect();
        if !raises.contains(&&*on.key) {
            self.found.unknown(on, "effect that raises", raises.into_iter());
        }
        Some(raised(&on.key))
    }
}
