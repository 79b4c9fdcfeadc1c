//! From names to things: every name a draft uses is looked up, and what is not there is found.
mod actions;
mod automatics;
mod chart;
mod clocks;
mod conditions;
mod effects;
mod lengths;
mod moves;
mod spawning;

use super::draft::{Draft, DraftEffect, DraftField, Entries};
use super::finding::{Findings, Span};
use super::read::Name;
use super::{Block, Definition, Hidden, Ladder, Light, Role, RoleKind, Vocabulary, check};
use crate::case::{Key, PARENT};
use crate::form::FieldKind;
use crate::kernel::Chart;
use crate::text::Text;
use condition::Condition;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Resolves a draft. With findings, what is answered is not to be used.
pub(super) fn resolve(
    draft: &Draft,
    digest: String,
    vocabulary: &Vocabulary,
    found: &mut Findings,
) -> Definition {
    let mut resolver = Resolver {
        draft,
        vocabulary,
        found,
        chart: Chart::default(),
        blocks: vec![],
        conditions: vec![],
        outside: BTreeSet::new(),
    };
    resolver.head();
    resolver.fields();
    resolver.marks();
    resolver.links();
    let limits = resolver.limits();
    let ladders = resolver.ladders();
    let roles = resolver.roles();
    let states = resolver.states();
    let actions = resolver.actions();
    let automatics = resolver.automatics();
    let clocks = resolver.clocks();
    let lights = resolver.lights();
    let hidden = resolver.hidden();
    let moves = resolver.moves();
    let Resolver { chart, blocks, conditions, mut outside, .. } = resolver;
    let climbers = ladders.values().flat_map(|ladder: &Ladder| &ladder.steps);
    outside.extend(climbers.map(|step| Key::from(format!("present.{}", step.role))));
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
            .filter_map(|(key, (_, field))| Some((key.clone(), field.field.clone()?)))
            .collect(),
        states,
        actions,
        automatics,
        clocks,
        limits,
        ladders,
        links: titles(&draft.links),
        marks: titles(&draft.marks),
        lights,
        hidden,
        moves,
        outside,
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
    outside: BTreeSet<Key>,
}

/// The questions of the action that a condition or an effect hangs on.
type Asked<'d> = [&'d Key];

impl Resolver<'_, '_, '_> {
    fn head(&mut self) {
        if let Some(subject) = &self.draft.subject {
            match self.draft.fields.get(&subject.key) {
                None => self.found.unknown(subject, "field", keys(&self.draft.fields)),
                Some((_, DraftField { field: Some(field), .. }))
                    if !matches!(field.kind, FieldKind::Text { .. }) =>
                {
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
                Some((_, "opener")) => RoleKind::Opener,
                Some((kind, _)) => {
                    let kinds = ["applicant", "holder", "assigned", "opener"];
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
        let draft = self.draft;
        for (key, (span, field)) in &draft.fields {
            if let Some(FieldKind::Person { role, within }) = field.field.as_ref().map(|field| &field.kind) {
                self.known_role(&Name { key: role.clone(), span: span.clone() });
                let within = within.as_ref().map(|within| Name { key: within.clone(), span: span.clone() });
                if let Some(within) = within {
                    self.assigned_role(&within);
                }
            }
            let told = draft.automatics.values().filter(|(_, automatic)| automatic.told().is_some());
            let hears = || told.flat_map(|(_, automatic)| &automatic.then).flat_map(DraftEffect::records);
            let mut asked = draft.actions.values().flat_map(|(_, action)| action.asked());
            if !asked.any(|asked| asked.key == *key) && !hears().any(|heard| heard.key == *key) {
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

    fn links(&mut self) {
        for (key, (span, _)) in &self.draft.links {
            if **key == *PARENT {
                self.found.note(span, format!("`{PARENT}` is the link of every spawned case already"));
            }
            if !self.draft.effects().any(|effect| effect.links() == Some(key)) {
                self.found.note(span, format!("nothing makes link `{key}`"));
            }
        }
    }

    fn lights(&mut self) -> IndexMap<Key, Light> {
        let draft = self.draft;
        let mut lights = IndexMap::new();
        for (key, (_, light)) in &draft.lights {
            let color = light.color.as_ref().map(|color| {
                let digits = color.key.strip_prefix('#').unwrap_or_default();
                if digits.len() != 6 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
                    self.found.note(&color.span, format!("`{}` is no colour: expected `#rrggbb`", color.key));
                }
                color.key.clone()
            });
            let when = light.when.as_ref().and_then(|when| self.parse(when, &[]));
            if let (Some(color), Some(when)) = (color, when) {
                lights.insert(key.clone(), Light { title: light.title.clone(), color, when });
            }
        }
        lights
    }

    fn hidden(&mut self) -> IndexMap<Key, Hidden> {
        let draft = self.draft;
        let mut hidden = IndexMap::new();
        for (key, (_, field)) in &draft.fields {
            let Some((from, when)) = &field.hide else { continue };
            for role in from {
                self.known_role(role);
            }
            let Some(condition) = self.parse(when, &[]) else { continue };
            if let Some(other) = condition.fields().find(|field| !field.starts_with("case.")) {
                self.found.note(&when.span, format!("`hide` speaks of `case.FIELD` only, not of `{other}`"));
            }
            hidden.insert(key.clone(), Hidden { from: plain(from), when: condition });
        }
        hidden
    }

    fn assigned_role(&mut self, role: &Name) {
        self.known_role(role);
        let kind = self.draft.roles.get(&role.key).and_then(|(_, found)| found.kind.as_ref());
        if kind.is_some_and(|kind| &*kind.key != "assigned") {
            self.found
                .note(&role.span, format!("role `{}` is not `assigned`, so no unit plays it", role.key));
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

/// The event by which another case is heard.
pub(crate) fn told(event: &str) -> Key {
    format!("told.{event}").into()
}

fn titles(entries: &Entries<Text>) -> IndexMap<Key, Text> {
    entries.iter().map(|(key, (_, title))| (key.clone(), title.clone())).collect()
}

fn keys<T>(entries: &IndexMap<Key, T>) -> impl Iterator<Item = &str> + Clone {
    entries.keys().map(|key| &**key)
}

fn plain(names: &[Name]) -> Vec<Key> {
    names.iter().map(|name| name.key.clone()).collect()
}
