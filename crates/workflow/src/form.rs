//! The questions an action asks, the answers it gets, and every mistake in them at once.
use crate::case::Key;
use crate::ids::{CaseId, PersonId, UnitId};
use crate::text::{Language, Text};
use condition::{Number, Type, Value};
use indexmap::IndexMap;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

mod fault;
#[cfg(test)]
mod tests;

pub use fault::Fault;

/// The longest text an answer may have where its field says nothing, in characters.
pub const TEXT_MAX: usize = 2_000;

/// A question: what it is called and what may answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its label.
    pub title: Text,
    /// What to think of when answering; shown below the label.
    pub hint: Option<Text>,
    /// What may answer it.
    pub kind: FieldKind,
    /// Whether the company must not read the answer.
    pub internal: bool,
}

/// What may answer a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Plain text.
    Text {
        /// Characters at least, blanks around it not counted.
        min: usize,
        /// Characters at most.
        max: usize,
        /// Whether it may have several lines.
        lines: bool,
    },
    /// A number, bounds included.
    Number {
        /// The least.
        min: Option<Number>,
        /// The greatest.
        max: Option<Number>,
        /// Whether it has no part behind the point: a count, an amount of money in fen.
        whole: bool,
    },
    /// A day.
    Date,
    /// Yes or no.
    Truth,
    /// One of the listed.
    Choice(IndexMap<Key, Text>),
    /// Any of the listed, each once.
    Choices(IndexMap<Key, Text>),
    /// A person who holds this role.
    Person {
        /// The role, as the definition names it.
        role: Key,
        /// The assigned role whose unit they work in; the desk looks.
        within: Option<Key>,
    },
    /// A unit of the zone.
    Unit,
    /// Units of the zone, each once.
    Units,
    /// Another case.
    Case,
}

/// An answer. Its shape says which kinds of field it can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Answers a text or a choice.
    Text(Arc<str>),
    /// Answers a number.
    Number(Number),
    /// Answers a day.
    Date(Date),
    /// Answers yes or no.
    Truth(bool),
    /// Answers several choices.
    Choices(Vec<Key>),
    /// Answers a person.
    Person(PersonId),
    /// Answers a unit.
    Unit(UnitId),
    /// Answers several units.
    Units(Vec<UnitId>),
    /// Answers a case.
    Case(CaseId),
}

/// Answers by field.
pub type Answers = IndexMap<Key, Answer>;

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormMistake {
    /// The field's key, or the name that no question has.
    pub field: Key,
    /// What is wrong.
    pub fault: Fault,
}

impl FieldKind {
    /// The kind's one name, in files, schema and messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Number { .. } => "number",
            Self::Date => "date",
            Self::Truth => "truth",
            Self::Choice(_) => "choice",
            Self::Choices(_) => "choices",
            Self::Person { .. } => "person",
            Self::Unit => "unit",
            Self::Units => "units",
            Self::Case => "case",
        }
    }

    /// The type its answers have in conditions.
    #[must_use]
    pub fn condition_type(&self) -> Type {
        match self {
            Self::Number { .. } => Type::Number,
            Self::Date => Type::Date,
            Self::Truth => Type::Truth,
            Self::Choice(choices) => Type::Choice(choices.keys().cloned().collect()),
            Self::Choices(choices) => Type::List(Box::new(Type::Choice(choices.keys().cloned().collect()))),
            Self::Units => Type::List(Box::new(Type::Text)),
            Self::Text { .. } | Self::Person { .. } | Self::Unit | Self::Case => Type::Text,
        }
    }

    /// What is wrong with `answer`; nothing for a good one.
    #[must_use]
    pub fn fault(&self, answer: &Answer) -> Option<Fault> {
        match (self, answer) {
            (Self::Text { min, max, lines }, Answer::Text(text)) => text_fault(text, *min, *max, *lines),
            (Self::Number { min, max, whole }, Answer::Number(number)) => {
                let low = min.as_ref().is_some_and(|least| number < least);
                let high = max.as_ref().is_some_and(|greatest| number > greatest);
                let broken = *whole && number.floor() != *number;
                let outside =
                    (low || high).then(|| Fault::OutOfBounds { min: min.clone(), max: max.clone() });
                outside.or(broken.then_some(Fault::NotWhole))
            }
            (Self::Choice(choices), Answer::Text(choice)) => {
                (!choices.contains_key(choice)).then(|| no_such_choice(choices))
            }
            (Self::Choices(choices), Answer::Choices(chosen)) => {
                if chosen.is_empty() {
                    return Some(Fault::Missing);
                }
                let repeated = chosen.iter().enumerate().find(|(at, key)| chosen[..*at].contains(key));
                match repeated {
                    _ if chosen.iter().any(|key| !choices.contains_key(key)) => Some(no_such_choice(choices)),
                    Some((_, key)) => Some(Fault::Repeated(key.clone())),
                    None => None,
                }
            }
            (Self::Date, Answer::Date(_))
            | (Self::Truth, Answer::Truth(_))
            | (Self::Person { .. }, Answer::Person(_))
            | (Self::Unit, Answer::Unit(_))
            | (Self::Case, Answer::Case(_)) => None,
            (Self::Units, Answer::Units(units)) => {
                let repeated = units.iter().enumerate().find(|(at, unit)| units[..*at].contains(unit));
                match repeated {
                    _ if units.is_empty() => Some(Fault::Missing),
                    Some((_, unit)) => Some(Fault::Repeated(unit.to_string().into())),
                    None => None,
                }
            }
            _ => Some(Fault::WrongKind { wants: self.name() }),
        }
    }
}

fn no_such_choice(choices: &IndexMap<Key, Text>) -> Fault {
    Fault::NoSuchChoice { choices: choices.keys().cloned().collect() }
}

fn text_fault(text: &str, min: usize, max: usize, lines: bool) -> Option<Fault> {
    let given = text.chars().count();
    if given > max {
        return Some(Fault::TooLong { max, given });
    }
    let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\r' | '\t'));
    if let Some(at) = text.chars().position(|c| !allowed(c)) {
        return Some(Fault::ControlCharacter { at: at + 1 });
    }
    let trimmed = text.trim().chars().count();
    match trimmed {
        0 => Some(Fault::Missing),
        short if short < min => Some(Fault::TooShort { min, given: short }),
        _ => None,
    }
}

impl Answer {
    /// The answer as conditions see it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.clone()),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Date(date) => Value::Date(*date),
            Self::Truth(truth) => Value::Truth(*truth),
            Self::Choices(keys) => Value::List(keys.iter().cloned().map(Value::Text).collect()),
            Self::Person(person) => Value::Text(person.to_string().into()),
            Self::Unit(unit) => Value::Text(unit.to_string().into()),
            Self::Units(units) => {
                Value::List(units.iter().map(|unit| Value::Text(unit.to_string().into())).collect())
            }
            Self::Case(case) => Value::Text(case.to_string().into()),
        }
    }

    /// The answer as people read it: choices by their titles. Persons, units and cases have no name here and give
    /// their id.
    #[must_use]
    pub fn display(&self, kind: &FieldKind, language: Language) -> String {
        let title = |choices: &IndexMap<Key, Text>, key: &Key| {
            choices.get(key).map_or_else(|| key.to_string(), |text| text.get(language).to_owned())
        };
        match (self, kind) {
            (Self::Text(key), FieldKind::Choice(choices)) => title(choices, key),
            (Self::Choices(keys), FieldKind::Choices(choices)) => {
                let titles: Vec<String> = keys.iter().map(|key| title(choices, key)).collect();
                titles.join(if language == Language::Zh { "、" } else { ", " })
            }
            (Self::Text(text), _) => text.to_string(),
            (Self::Number(number), _) => number.to_string(),
            (Self::Date(date), _) => date.to_string(),
            (Self::Truth(truth), _) => match (truth, language) {
                (true, Language::Zh) => "是".into(),
                (false, Language::Zh) => "否".into(),
                (true, Language::En) => "yes".into(),
                (false, Language::En) => "no".into(),
            },
            (Self::Choices(keys), _) => keys.join(", "),
            (Self::Person(person), _) => person.to_string(),
            (Self::Unit(unit), _) => unit.to_string(),
            (Self::Units(units), _) => units.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            (Self::Case(case), _) => case.to_string(),
        }
    }
}

/// Compares answers with the questions and reports every mistake, in the order of the questions.
pub(crate) fn mistakes(
    required: &[(&Key, &Field)],
    optional: &[(&Key, &Field)],
    answers: &Answers,
) -> Vec<FormMistake> {
    let mut found = vec![];
    for (key, field) in required.iter().chain(optional) {
        let is_required = required.iter().any(|(one, _)| one == key);
        let fault = match answers.get(*key) {
            None => is_required.then_some(Fault::Missing),
            Some(answer) => field.kind.fault(answer),
        };
        found.extend(fault.map(|fault| FormMistake { field: (*key).clone(), fault }));
    }
    let asked = || required.iter().chain(optional).map(|(key, _)| *key);
    for name in answers.keys().filter(|name| !asked().any(|key| key == *name)) {
        let nearest = crate::nearest(name, asked().map(|key| &**key)).map(Key::from);
        found.push(FormMistake { field: name.clone(), fault: Fault::Unasked { nearest } });
    }
    found
}
