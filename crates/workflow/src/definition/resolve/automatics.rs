//! Automatics: what sets them off, and where they lead.
use super::{Resolver, fire, plain, raised};
use crate::case::Key;
use crate::clock::Moment;
use crate::definition::Automatic;
use crate::definition::draft::DraftAutomatic;
use crate::definition::finding::Span;
use crate::definition::read::Name;
use crate::kernel::StateId;
use calendar::Limit;
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
            let guard = automatic.when.as_ref().and_then(|when| self.condition(when, &[]));
            let targets: Vec<StateId> =
                automatic.to.as_ref().and_then(|to| self.state(to)).into_iter().collect();
            let block = self.block(Moment::On(key.clone()), &[&automatic.then], None);
            let sources = self.sources(&automatic.from);
            let Some((events, after)) = trigger else { continue };
            self.transitions(&sources, &events, guard, &targets, block);
            automatics.insert(
                key.clone(),
                Automatic {
                    title: automatic.title.clone(),
                    from: plain(&automatic.from),
                    after,
                    to: automatic.to.as_ref().map(|name| name.key.clone()),
                },
            );
        }
        automatics
    }

    /// The events that set an automatic off, and its delay. Without either it is eventless and needs a condition.
    fn trigger(
        &mut self,
        key: &Key,
        span: &Span,
        automatic: &DraftAutomatic,
    ) -> Option<(Vec<Key>, Option<Limit>)> {
        match (&automatic.after, &automatic.on) {
            (Some(_), Some(on)) => {
                self.found.note(&on.span, "an automatic has `after` or `on`, not both");
                None
            }
            (Some(after), None) => Some((vec![fire(key)], Some(self.limit(after)?))),
            (None, Some(on)) => Some((vec![self.heard(on)?], None)),
            (None, None) if automatic.when.is_none() => {
                self.found.note(span, format!("automatic `{key}` needs one of `after`, `on`, `when`"));
                None
            }
            (None, None) => Some((vec![], None)),
        }
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
