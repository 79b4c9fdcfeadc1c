//! Effects, and what they name.
use super::{Asked, Resolver, keys, plain};
use crate::case::Key;
use crate::clock::Moment;
use crate::definition::draft::DraftEffect;
use crate::definition::read::Name;
use crate::definition::{Block, Effect, Source};
use crate::engine::Audience;
use crate::form::FieldKind;
use crate::kernel::BlockId;

/// Where effects stand, which says what they may speak of.
#[derive(Clone, Copy, Default)]
pub(super) struct Place<'a> {
    /// The questions of the action they hang on, or all fields where another case tells.
    pub(super) asked: &'a Asked<'a>,
    /// Whether a person acts.
    pub(super) acts: bool,
    /// Whether another case says who plays what.
    pub(super) told: bool,
    /// Whether it is a clock's breach.
    pub(super) breach: bool,
}

impl Resolver<'_, '_, '_> {
    /// Keeps content for the chart.
    pub(super) fn block(&mut self, moment: Moment, parts: &[&[DraftEffect]], place: Place) -> BlockId {
        let effects = parts.iter().flat_map(|part| self.effects(part, place)).collect();
        self.blocks.push(Block { moment, effects });
        BlockId(self.blocks.len() - 1)
    }

    /// Looks up what effects name.
    pub(super) fn effects(&mut self, effects: &[DraftEffect], place: Place) -> Vec<Effect> {
        effects.iter().filter_map(|effect| self.effect(effect, place)).collect()
    }

    fn effect(&mut self, effect: &DraftEffect, place: Place) -> Option<Effect> {
        let draft = self.draft;
        Some(match effect {
            DraftEffect::Mail { template, to } => {
                self.known_mail(template);
                for role in to {
                    self.known_role(role);
                }
                Effect::Mail { template: template.key.clone(), to: plain(to) }
            }
            DraftEffect::Assign { role, to } => {
                let to = self.assignment(role, to, place)?;
                Effect::Assign { role: role.key.clone(), to }
            }
            DraftEffect::Record(fields) => {
                for field in fields {
                    self.asked(field, place.asked);
                }
                Effect::Record(plain(fields))
            }
            DraftEffect::Mark(mark) | DraftEffect::Unmark(mark) => {
                if !draft.marks.contains_key(&mark.key) {
                    self.found.unknown(mark, "mark", keys(&draft.marks));
                }
                match effect {
                    DraftEffect::Mark(_) => Effect::Mark(mark.key.clone()),
                    _ => Effect::Unmark(mark.key.clone()),
                }
            }
            DraftEffect::Raise(event) => {
                let hear = || draft.automatics.values().filter_map(|(_, automatic)| automatic.on.as_ref());
                if !hear().any(|on| on.key == event.key) {
                    let heard: Vec<&str> = hear().map(|on| &*on.key).collect();
                    self.found.unknown(event, "automatic with `on` =", heard.into_iter());
                }
                Effect::Raise(event.key.clone())
            }
            DraftEffect::Extend { clock, by } => self.extension(clock, by, place)?,
            DraftEffect::Climb(ladder) => {
                if !place.breach {
                    self.found.note(&ladder.span, "a ladder is climbed in the `breach` of a clock only");
                }
                if !draft.ladders.contains_key(&ladder.key) {
                    self.found.unknown(ladder, "ladder", keys(&draft.ladders));
                }
                Effect::Climb(ladder.key.clone())
            }
            DraftEffect::Spawn(spawn) => Effect::Spawn(self.spawning(spawn, place)?),
            DraftEffect::Link { link, to } => {
                self.known_link(link);
                let to = self.answer(to, place, "a case", |kind| matches!(kind, FieldKind::Case))?;
                Effect::Link { link: link.key.clone(), to }
            }
            DraftEffect::Unlink(link) => {
                self.known_link(link);
                Effect::Unlink(link.key.clone())
            }
            DraftEffect::Tell { event, to, with } => {
                for field in with {
                    self.recorded(field);
                }
                let to = match &*to.key {
                    "children" => Audience::Children,
                    "parent" => Audience::Parent,
                    _ => {
                        self.known_link(to);
                        Audience::Linked(to.key.clone())
                    }
                };
                Effect::Tell { event: event.key.clone(), to, with: plain(with) }
            }
        })
    }

    pub(super) fn known_mail(&mut self, template: &Name) {
        if !self.vocabulary.mails.contains(&template.key) {
            let known = self.vocabulary.mails.iter().map(|key| &**key);
            self.found.unknown(template, "template of a mail", known);
        }
    }

    fn known_link(&mut self, link: &Name) {
        if !self.draft.links.contains_key(&link.key) {
            self.found.unknown(link, "link", keys(&self.draft.links));
        }
    }

    fn assignment(&mut self, role: &Name, to: &Name, place: Place) -> Option<Source> {
        self.known_role(role);
        let kind = self.draft.roles.get(&role.key).and_then(|(_, found)| found.kind.as_ref());
        if kind.is_some_and(|kind| &*kind.key != "assigned") {
            let message = format!("role `{}` is not `assigned`, so nobody is assigned to it", role.key);
            self.found.note(&role.span, message);
        }
        if let Some(told) = to.key.strip_prefix("told.") {
            if !place.told {
                self.found.note(&to.span, "no other case tells anything here, so nobody is told of");
            }
            return Some(Source::Told(told.into()));
        }
        match &*to.key {
            "nobody" => Some(Source::Nobody),
            "actor" => {
                if !place.acts {
                    self.found.note(&to.span, "nobody acts here, so `actor` names no one");
                }
                Some(Source::Actor)
            }
            written if written.starts_with("answer.") => {
                let person = |kind: &FieldKind| matches!(kind, FieldKind::Person { .. } | FieldKind::Unit);
                self.answer(to, place, "a person or unit", person).map(Source::Answer)
            }
            _ => {
                self.found.note(&to.span, "`to` is `actor`, `nobody`, `answer.FIELD` or `told.ROLE`");
                None
            }
        }
    }

    fn extension(&mut self, clock: &Name, by: &Name, place: Place) -> Option<Effect> {
        if !self.draft.clocks.contains_key(&clock.key) {
            self.found.unknown(clock, "clock", keys(&self.draft.clocks));
        }
        let by = self.answer(by, place, "a number", |kind| matches!(kind, FieldKind::Number { .. }))?;
        Some(Effect::Extend { clock: clock.key.clone(), by })
    }

    /// Reads `answer.FIELD`, where the field must be asked and of a kind that is `wanted`.
    pub(super) fn answer(
        &mut self,
        written: &Name,
        place: Place,
        wanted: &str,
        is_wanted: impl Fn(&FieldKind) -> bool,
    ) -> Option<Key> {
        let Some(field) = written.key.strip_prefix("answer.") else {
            self.found.note(&written.span, format!("`{}`: expected `answer.FIELD`", written.key));
            return None;
        };
        let field = Name { key: field.into(), span: written.span.clone() };
        let kind = self.draft.fields.get(&field.key).and_then(|(_, found)| found.field.as_ref());
        let kind = kind.map(|field| &field.kind);
        if self.asked(&field, place.asked)
            && let Some(kind) = kind.filter(|kind| !is_wanted(kind))
        {
            let message = format!("field `{}` is a {}; expected {wanted}", field.key, kind.name());
            self.found.note(&written.span, message);
        }
        Some(field.key)
    }

    fn asked(&mut self, field: &Name, asked: &Asked) -> bool {
        let is_asked = asked.contains(&&field.key);
        if !is_asked {
            self.found.unknown(field, "question asked here", asked.iter().map(|key| &***key));
        }
        is_asked
    }

    /// A fact must be recorded by something, or it is never there.
    pub(super) fn recorded(&mut self, field: &Name) {
        let recorded: Vec<&str> = self
            .draft
            .effects()
            .flat_map(DraftEffect::records)
            .map(|name| &*name.key)
            .filter(|key| self.draft.fields.contains_key(*key))
            .collect();
        if !recorded.contains(&&*field.key) {
            self.found.unknown(field, "recorded fact", recorded.into_iter());
        }
    }
}
