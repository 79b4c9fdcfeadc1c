//! From names to things: every name a draft uses is looked up, and what is not there is found.
mod actions;
mod automatics;
mod chart;
mod clocks;
mod conditions;
mod effects;

use super::draft::Draft;
use super::finding::{Findings, Span};
use super::read::Name;
use super::{Block, Definition, Role, RoleKind, Vocabulary, check};
use crate::case::Key;
use crate::form::FieldKind;
use crate::kernel::Chart;
use condition::Condition;
use indexmap::IndexMap;

/// Resolves a draft. With findings, what is answered is not to be used.
pub(super) fn resolve(
    draft: &Draft,
    digest: String,
    vocabulary: &Vocabulary,
    found: &mut Findings,
) -> Definition {
    let mut resolver =
        Resolver { draft, vocabulary, found, chart: Chart::default(), blocks: vec![], conditions: vec![] };
    resolver.head();
    resolver.fields();
    resolver.marks();
    let roles = resolver.roles();
    let states = resolver.states();
    let actions = resolver.actions();
    let automatics = resolver.automatics();
    let clocks = resolver.clocks();
    let Resolver { chart, blocks, conditions, .. } = resolver;
    let definition = Definition {
        process: draft.process.as_ref().map(|name| name.key.clone()).unwrap_or_default(),
        version: draft.version.as_ref().map_or(0, |(_, version)| *version),
        title: draft.title.clone(),
        summary: draft.summary.clone(),
        prefix: draft.prefix.as_ref().map(|name| name.key.clone()).unwrap_or_default(),
        subject: draft.subject.as_ref().map(|name| name.key.clone()),
        digest,
        roles,
        fields: draft
            .fields
            .iter()
            .filter_map(|(key, (_, field))| Some((key.clone(), field.clone()?)))
            .collect(),
        states,
        actions,
        automatics,
        clocks,
        marks: draft.marks.iter().map(|(key, (_, title))| (key.clone(), title.clone())).collect(),
        outside: std::collections::BTreeSet::new(),
        chart,
        blocks,
        conditions,
    };
    if found.is_empty() {
        check::shape(&definition, draft, found);
    }
    definition
}

struct Resolver<'d, 't, 'f> {
    draft: &'d Draft,
    vocabulary: &'d Vocabulary,
    found: &'f mut Findings<'t>,
    chart: Chart,
    blocks: Vec<Block>,
    conditions: Vec<Condition>,
}

/// The questions of the action that a condition or an effect hangs on.
type Asked<'d> = [&'d Key];

impl Resolver<'_, '_, '_> {
    fn head(&mut self) {
        if let Some(subject) = &self.draft.subject {
            match self.draft.fields.get(&subject.key) {
                None => self.found.unknown(subject, "field", keys(&self.draft.fields)),
                Some((_, Some(field))) if !matches!(field.kind, FieldKind::Text { .. }) => {
                    self.found.note(&subject.span, "`subject` must name a field of type text");
                }
                Some(_) => {}
            }
        }
        let capitals =
            |text: &str| (1..=4).contains(&text.len()) && text.chars().all(|c| c.is_ascii_uppercase());
        if let Some(prefix) = self.draft.prefix.as_ref().filter(|prefix| !capitals(&prefix.key)) {
            self.found.note(&prefix.span, "`prefix` is one to four capital letters");
        }
        if let Some((span, 0)) = &self.draft.version {
            self.found.note(span, "`version` counts from 1");
        }
        let opening: Vec<&Span> =
            self.draft.actions.values().filter(|(_, action)| action.opens).map(|(span, _)| span).collect();
        match opening[..] {
            [_] => {}
            [] => self.found.note(&(0..0), "no action has `opens = true`, so no case can be opened"),
            [_, second, ..] => {
                self.found.note(second, "a second action has `opens = true`; one opens a case");
            }
        }
    }

    fn roles(&mut self) -> IndexMap<Key, Role> {
        let mut roles = IndexMap::new();
        for (key, (_, role)) in &self.draft.roles {
            let kind = match role.kind.as_ref().map(|kind| (kind, &*kind.key)) {
                Some((_, "applicant")) => RoleKind::Applicant,
                Some((_, "holder")) => RoleKind::Holder,
                Some((_, "assigned")) => RoleKind::Assigned,
                Some((kind, _)) => {
                    let kinds = ["applicant", "holder", "assigned"];
                    self.found.unknown(kind, "kind of role", kinds.into_iter());
                    continue;
                }
                None => continue,
            };
            roles.insert(key.clone(), Role { title: role.title.clone(), kind });
        }
        roles
    }

    fn fields(&mut self) {
        for (key, (span, field)) in &self.draft.fields {
            if let Some(FieldKind::Person { role }) = field.as_ref().map(|field| &field.kind) {
                self.known_role(&Name { key: role.clone(), span: span.clone() });
            }
            if !self.draft.actions.values().any(|(_, action)| action.asked().any(|asked| asked.key == *key)) {
                self.found.note(span, format!("no action asks `{key}`"));
            }
        }
    }

    fn marks(&mut self) {
        for (key, (span, _)) in &self.draft.marks {
            if !self.draft.effects().any(|effect| effect.marks() == Some(key)) {
                self.found.note(span, format!("nothing sets mark `{key}`"));
            }
        }
    }

    fn known_role(&mut self, role: &Name) {
        if !self.draft.roles.contains_key(&role.key) {
            self.found.unknown(role, "role", keys(&self.draft.roles));
        }
    }
}

/// The event by which the delay of an automatic ends.
pub(crate) fn fire(automatic: &str) -> Key {
    format!("fire.{automatic}").into()
}

/// The event that a `raise` effect puts in the queue.
pub(crate) fn raised(event: &str) -> Key {
    format!("raised.{event}").into()
}

fn keys<T>(entries: &IndexMap<Key, T>) -> impl Iterator<Item = &str> + Clone {
    entries.keys().map(|key| &**key)
}

fn plain(names: &[Name]) -> Vec<Key> {
    names.iter().map(|name| name.key.clone()).collect()
}
