//! Effects, and what they name.
use super::{Asked, Resolver, keys, plain};
use crate::clock::Moment;
use crate::definition::draft::DraftEffect;
use crate::definition::read::Name;
use crate::definition::{Block, Effect, Source};
use crate::form::FieldKind;
use crate::kernel::BlockId;

impl Resolver<'_, '_, '_> {
    /// Keeps content for the chart. `asked` are the questions of the action it hangs on, if it hangs on one.
    pub(super) fn block(
        &mut self,
        moment: Moment,
        parts: &[&[DraftEffect]],
        asked: Option<&Asked>,
    ) -> BlockId {
        for part in parts {
            self.effects_known(part, asked);
        }
        self.blocks.push(Block { moment, effects: parts.iter().flat_map(|part| effects(part)).collect() });
        BlockId(self.blocks.len() - 1)
    }

    /// Looks up what effects name.
    pub(super) fn effects_known(&mut self, effects: &[DraftEffect], asked: Option<&Asked>) {
        let draft = self.draft;
        for effect in effects {
            match effect {
                DraftEffect::Mail { template, to } => {
                    if !self.vocabulary.mails.contains(&template.key) {
                        let known = self.vocabulary.mails.iter().map(|key| &**key);
                        self.found.unknown(template, "template of a mail", known);
                    }
                    for role in to {
                        self.known_role(role);
                    }
                }
                DraftEffect::Assign { role, to } => self.assignment(role, to, asked),
                DraftEffect::Record(fields) => {
                    for field in fields {
                        self.asked(field, asked);
                    }
                }
                DraftEffect::Mark(mark) | DraftEffect::Unmark(mark) => {
                    if !draft.marks.contains_key(&mark.key) {
                        self.found.unknown(mark, "mark", keys(&draft.marks));
                    }
                }
                DraftEffect::Raise(event) => {
                    let hear =
                        || draft.automatics.values().filter_map(|(_, automatic)| automatic.on.as_ref());
                    if !hear().any(|on| on.key == event.key) {
                        let heard: Vec<&str> = hear().map(|on| &*on.key).collect();
                        self.found.unknown(event, "automatic with `on` =", heard.into_iter());
                    }
                }
            }
        }
    }

    fn assignment(&mut self, role: &Name, to: &Name, asked: Option<&Asked>) {
        self.known_role(role);
        let kind = self.draft.roles.get(&role.key).and_then(|(_, found)| found.kind.as_ref());
        if kind.is_some_and(|kind| &*kind.key != "assigned") {
            let message = format!("role `{}` is not `assigned`, so nobody is assigned to it", role.key);
            self.found.note(&role.span, message);
        }
        if &*to.key == "actor" {
            if asked.is_none() {
                self.found.note(&to.span, "nobody acts here, so `actor` names no one");
            }
            return;
        }
        let Some(field) = to.key.strip_prefix("answer.") else {
            self.found.note(&to.span, "`to` is `actor` or `answer.FIELD`");
            return;
        };
        let field = Name { key: field.into(), span: to.span.clone() };
        let is_asked = self.asked(&field, asked);
        if let (true, Some((_, Some(found)))) = (is_asked, self.draft.fields.get(&field.key))
            && !matches!(found.kind, FieldKind::Person { .. } | FieldKind::Unit)
        {
            let kind = found.kind.name();
            let message = format!("field `{}` is a {kind}; a person or unit is assigned", field.key);
            self.found.note(&to.span, message);
        }
    }

    fn asked(&mut self, field: &Name, asked: Option<&Asked>) -> bool {
        let asked = asked.unwrap_or_default();
        let is_asked = asked.contains(&&field.key);
        if !is_asked {
            self.found.unknown(field, "question asked here", asked.iter().map(|key| &***key));
        }
        is_asked
    }
}

pub(super) fn effects(drafts: &[DraftEffect]) -> Vec<Effect> {
    drafts
        .iter()
        .map(|draft| match draft {
            DraftEffect::Mail { template, to } => {
                Effect::Mail { template: template.key.clone(), to: plain(to) }
            }
            DraftEffect::Assign { role, to } => Effect::Assign {
                role: role.key.clone(),
                to: to
                    .key
                    .strip_prefix("answer.")
                    .map_or(Source::Actor, |field| Source::Answer(field.into())),
            },
            DraftEffect::Record(fields) => Effect::Record(plain(fields)),
            DraftEffect::Mark(mark) => Effect::Mark(mark.key.clone()),
            DraftEffect::Unmark(mark) => Effect::Unmark(mark.key.clone()),
            DraftEffect::Raise(event) => Effect::Raise(event.key.clone()),
        })
        .collect()
}
