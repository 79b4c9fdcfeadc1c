//! Lengths of time, written out or by name, and ladders of people.
use super::{Resolver, keys};
use crate::case::Key;
use crate::definition::draft::DraftLadder;
use crate::definition::finding::Span;
use crate::definition::read::Name;
use crate::definition::{Ladder, LadderStep, Length, NamedLimit};
use crate::form::FieldKind;
use calendar::Limit;
use indexmap::IndexMap;

impl Resolver<'_, '_, '_> {
    pub(super) fn limits(&mut self) -> IndexMap<Key, NamedLimit> {
        let draft = self.draft;
        let mut limits = IndexMap::new();
        for (key, (span, limit)) in &draft.limits {
            if !draft.lengths().any(|name| name.key == *key) {
                self.found.note(span, format!("nothing uses limit `{key}`"));
            }
            if let Some(is) = limit.is.as_ref().and_then(|is| self.limit(is)) {
                limits.insert(key.clone(), NamedLimit { title: limit.title.clone(), is });
            }
        }
        limits
    }

    pub(super) fn ladders(&mut self) -> IndexMap<Key, Ladder> {
        let draft = self.draft;
        let mut ladders = IndexMap::new();
        for (key, (span, ladder)) in &draft.ladders {
            if let Some(ladder) = self.ladder(key, span, ladder) {
                ladders.insert(key.clone(), ladder);
            }
        }
        ladders
    }

    fn ladder(&mut self, key: &Key, span: &Span, ladder: &DraftLadder) -> Option<Ladder> {
        if !self.draft.effects().any(|effect| effect.climbs() == Some(key)) {
            self.found.note(span, format!("no clock climbs ladder `{key}`"));
        }
        if let Some(mail) = &ladder.mail {
            self.known_mail(mail);
        }
        let mut steps: Vec<LadderStep> = vec![];
        let mut before: Option<Limit> = None;
        for (at, step) in ladder.steps.iter().enumerate() {
            self.known_role(&step.role);
            match (&step.after, at) {
                (Some(after), 0) => {
                    self.found.note(&after.span, "the first step is told at once: leave out `after`");
                }
                (None, 1..) => {
                    let message =
                        format!("step `{}` needs `after`: only the first is told at once", step.role.key);
                    self.found.note(&step.role.span, message);
                }
                _ => {}
            }
            let after = step.after.as_ref().and_then(|after| self.length(after));
            let limit = after.as_ref().and_then(|after| self.written(after));
            if let (Some(before), Some(limit), Some(name)) = (before, limit, &step.after)
                && is_sooner(limit, before)
            {
                let message = format!("{limit} is not later than {before}, the step before");
                self.found.note(&name.span, message);
            }
            before = limit.or(before);
            steps.push(LadderStep { role: step.role.key.clone(), after });
        }
        if steps.is_empty() {
            self.found.note(span, format!("ladder `{key}` has no step"));
        }
        Some(Ladder { title: ladder.title.clone(), mail: ladder.mail.as_ref()?.key.clone(), steps })
    }

    /// What a length comes to where a zone sets nothing else.
    fn written(&self, length: &Length) -> Option<Limit> {
        match length {
            Length::Fixed(limit) => Some(*limit),
            Length::Named(name) => self.draft.limits.get(name)?.1.is.as_ref()?.key.parse().ok(),
        }
    }

    /// Reads a limit, or the name of one.
    pub(super) fn length(&mut self, text: &Name) -> Option<Length> {
        let known = self.known_length(text);
        if known.is_none() {
            let starts_like_a_name = text.key.starts_with(|c: char| c.is_ascii_lowercase());
            if starts_like_a_name && !text.key.contains(' ') {
                self.found.unknown(text, "limit", keys(&self.draft.limits));
            } else {
                self.limit(text);
            }
        }
        known
    }

    pub(super) fn known_length(&self, text: &Name) -> Option<Length> {
        if self.draft.limits.contains_key(&text.key) {
            return Some(Length::Named(text.key.clone()));
        }
        text.key.parse().ok().map(Length::Fixed)
    }

    fn limit(&mut self, text: &Name) -> Option<Limit> {
        text.key.parse().map_err(|mistake| self.found.note(&text.span, format!("{mistake}"))).ok()
    }

    /// Reads `case.FIELD`, a recorded fact that is a day.
    pub(super) fn day(&mut self, written: &Name) -> Option<Key> {
        let Some(field) = written.key.strip_prefix("case.") else {
            self.found.note(&written.span, format!("`{}`: expected `case.FIELD`, a day", written.key));
            return None;
        };
        let field = Name { key: field.into(), span: written.span.clone() };
        self.recorded(&field);
        let kind = self.draft.fields.get(&field.key).and_then(|(_, found)| found.field.as_ref());
        if let Some(found) = kind.filter(|found| !matches!(found.kind, FieldKind::Date)) {
            let message = format!("field `{}` is a {}; expected a date", field.key, found.kind.name());
            self.found.note(&written.span, message);
        }
        Some(field.key)
    }
}

/// Whether `later` is sure not to be later than `earlier`; lengths of different kinds cannot be compared.
fn is_sooner(later: Limit, earlier: Limit) -> bool {
    let length = |limit| match limit {
        Limit::WorkingDays(days) => (0, days),
        Limit::WorkingHours(hours) => (1, hours.saturating_mul(60)),
        Limit::WorkingMinutes(minutes) => (1, minutes),
        Limit::Hours(hours) => (2, hours.saturating_mul(60)),
        Limit::Minutes(minutes) => (2, minutes),
    };
    let (later, earlier) = (length(later), length(earlier));
    later.0 == earlier.0 && later.1 <= earlier.1
}
