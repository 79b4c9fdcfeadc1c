//! Cases that a step opens: one for each unit, or exactly one, and what they begin with.
use super::effects::Place;
use super::{Resolver, keys};
use crate::definition::draft::{DraftGiven, DraftSpawn};
use crate::definition::read::Name;
use crate::definition::{Given, Spawning};
use crate::form::FieldKind;

impl Resolver<'_, '_, '_> {
    /// The other process is not known here: what its opening action asks is seen when it is opened.
    pub(super) fn spawning(&mut self, spawn: &DraftSpawn, place: Place) -> Option<Spawning> {
        let each = match (&spawn.each, &spawn.role) {
            (None, None) => None,
            (Some(each), Some(role)) => {
                let units = |kind: &FieldKind| matches!(kind, FieldKind::Unit | FieldKind::Units);
                let field = self.answer(each, place, "a unit or units", units)?;
                Some((field, role.key.clone()))
            }
            (Some(each), None) => {
                self.found.note(&each.span, "`each` needs `as`: the role that each unit plays");
                return None;
            }
            (None, Some(role)) => {
                self.found.note(&role.span, "`as` needs `each`: the question that says which units");
                return None;
            }
        };
        let mut with = vec![];
        for (field, given) in &spawn.with {
            let given = match given {
                DraftGiven::Is(text) => Some(Given::Is(text.key.clone())),
                DraftGiven::From(source) => self.given(source, place),
            };
            with.extend(given.map(|given| (field.clone(), given)));
        }
        if spawn.with.len() > MOST {
            self.found.note(&spawn.span, format!("`with` has more than {MOST} answers"));
        }
        Some(Spawning { process: spawn.process.key.clone(), each, with })
    }

    fn given(&mut self, source: &Name, place: Place) -> Option<Given> {
        if source.key.starts_with("answer.") {
            return self.answer(source, place, "", |_| true).map(Given::Answer);
        }
        if let Some(field) = source.key.strip_prefix("case.") {
            let field = Name { key: field.into(), span: source.span.clone() };
            self.recorded(&field);
            return Some(Given::Fact(field.key));
        }
        let clock = source.key.strip_prefix("clock.").and_then(|rest| rest.strip_suffix(".due_on"));
        if let Some(clock) = clock {
            let clock = Name { key: clock.into(), span: source.span.clone() };
            if !self.draft.clocks.contains_key(&clock.key) {
                self.found.unknown(&clock, "clock", keys(&self.draft.clocks));
            }
            return Some(Given::DueOn(clock.key));
        }
        let message = "expected `answer.FIELD`, `case.FIELD`, `clock.CLOCK.due_on` or `{ is = \"text\" }`";
        self.found.note(&source.span, message);
        None
    }
}

/// Most answers a spawned case begins with.
const MOST: usize = 100;
