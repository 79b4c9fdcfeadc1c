//! Conditions, and what they may speak of.
use super::{Asked, Resolver};
use crate::case::Key;
use crate::definition::draft::DraftEffect;
use crate::definition::read::Name;
use crate::kernel::GuardId;
use condition::{Condition, Dictionary, Type};

impl Resolver<'_, '_, '_> {
    /// Keeps a condition for the chart.
    pub(super) fn condition(&mut self, text: &Name, asked: &Asked) -> Option<GuardId> {
        let condition = self.parse(text, asked)?;
        self.conditions.push(condition);
        Some(GuardId(self.conditions.len() - 1))
    }

    /// Reads a condition.
    pub(super) fn parse(&mut self, text: &Name, asked: &Asked) -> Option<Condition> {
        let dictionary = self.dictionary(asked);
        self.read(text, &dictionary)
    }

    /// Reads the condition of a guard, which may ask who acts too.
    pub(super) fn parse_guard(&mut self, text: &Name, asked: &Asked) -> Option<Condition> {
        let mut dictionary = self.dictionary(asked);
        for role in self.draft.roles.keys() {
            dictionary.insert(format!("actor.{role}"), Type::Truth);
        }
        self.read(text, &dictionary)
    }

    /// Nothing is said of conditions while a field is there whose type cannot be told.
    fn read(&mut self, text: &Name, dictionary: &Dictionary) -> Option<Condition> {
        if self.draft.fields.values().any(|(_, field)| field.field.is_none()) {
            return None;
        }
        match Condition::parse(&text.key, dictionary) {
            Ok(condition) => {
                let outside = condition.fields().filter(|field| field.starts_with("children."));
                self.outside.extend(outside.map(Key::from));
                Some(condition)
            }
            Err(mistake) => {
                // The finding has its own place; the mistake's counts within the string.
                let said = mistake.to_string();
                let message = said.split_once(": ").map_or(&*said, |(_, message)| message);
                self.found.note_within(&text.span, mistake.line, mistake.column, message);
                None
            }
        }
    }

    /// What conditions may name: answers to what is asked, recorded facts, clocks, marks, today.
    fn dictionary(&self, asked: &Asked) -> Dictionary {
        let mut dictionary = Dictionary::new().with("today", Type::Date);
        let type_of = |key| Some(self.draft.fields.get(key)?.1.field.as_ref()?.kind.condition_type());
        for key in asked {
            if let Some(kind) = type_of(*key) {
                dictionary.insert(format!("answer.{key}"), kind);
            }
        }
        for field in self.draft.effects().flat_map(DraftEffect::records) {
            if let Some(kind) = type_of(&field.key) {
                dictionary.insert(format!("case.{}", field.key), kind);
            }
        }
        for key in self.draft.clocks.keys() {
            for (question, kind) in crate::engine::CLOCK_QUESTIONS {
                dictionary.insert(format!("clock.{key}.{question}"), kind);
            }
        }
        for key in self.draft.actions.keys() {
            dictionary.insert(format!("count.{key}"), Type::Number);
        }
        for key in self.draft.links.keys() {
            dictionary.insert(format!("link.{key}"), Type::Truth);
        }
        for (key, (_, role)) in &self.draft.roles {
            if role.kind.as_ref().is_some_and(|kind| &*kind.key == "assigned") {
                dictionary.insert(format!("assigned.{key}"), Type::Truth);
            }
        }
        for question in ["total", "open", "overdue"] {
            dictionary.insert(format!("children.{question}"), Type::Number);
        }
        for key in self.draft.marks.keys() {
            dictionary.insert(format!("mark.{key}"), Type::Truth);
        }
        dictionary
    }
}
