//! Answers, on their way in and out.
use super::gate::{coded, language};
use super::id::NodeId;
use super::loader::Reads;
use super::scalar::Date;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};
use desk::Reading;
use std::sync::Arc;
use workflow::{Answer, Answers, Field, Key};

/// The most answers one request may give.
const ANSWERS_MOST: usize = 100;

/// The answer to one question.
#[derive(InputObject)]
pub struct AnswerInput {
    /// The question's key, as `availableActions` gives it.
    field: String,
    /// The answer, in the shape of the question's kind.
    value: AnswerValueInput,
}

/// An answer in exactly one shape.
#[derive(OneofObject)]
pub enum AnswerValueInput {
    /// Answers a question of kind TEXT.
    Text(String),
    /// Answers a question of kind CHOICE: the key of one of its choices.
    Choice(String),
    /// Answers a question of kind CHOICES: keys of its choices, each once.
    Choices(Vec<String>),
    /// Answers a question of kind NUMBER, written in decimal so that nothing is rounded.
    Number(String),
    /// Answers a question of kind DATE.
    Date(Date),
    /// Answers a question of kind TRUTH.
    Truth(bool),
    /// Answers a question of kind PERSON.
    Person(ID),
    /// Answers a question of kind UNIT.
    Unit(ID),
    /// Answers a question of kind UNITS: each once.
    Units(Vec<ID>),
    /// Answers a question of kind CASE.
    Case(ID),
}

/// Reads the answers of a request.
pub(super) fn decode(answers: Vec<AnswerInput>) -> Result<Answers> {
    if answers.len() > ANSWERS_MOST {
        return Err(coded("BAD_INPUT", format!("at most {ANSWERS_MOST} answers, found {}", answers.len())));
    }
    let mut read = Answers::new();
    for AnswerInput { field, value } in answers {
        let answer = match value {
            AnswerValueInput::Text(text) | AnswerValueInput::Choice(text) => Answer::Text(text.into()),
            AnswerValueInput::Choices(keys) => Answer::Choices(keys.into_iter().map(Key::from).collect()),
            AnswerValueInput::Number(text) => match text.parse() {
                Ok(number) => Answer::Number(number),
                Err(_) => {
                    return Err(coded("BAD_INPUT", format!("answer `{field}`: expected a decimal number")));
                }
            },
            AnswerValueInput::Date(date) => Answer::Date(date.0),
            AnswerValueInput::Truth(truth) => Answer::Truth(truth),
            // An id of another kind names nobody, like one that was never given out.
            AnswerValueInput::Person(id) => {
                Answer::Person(NodeId::person(&id).unwrap_or(workflow::PersonId(uuid::Uuid::nil())))
            }
            AnswerValueInput::Unit(id) => Answer::Unit(unit(&id)),
            AnswerValueInput::Units(ids) => Answer::Units(ids.iter().map(unit).collect()),
            AnswerValueInput::Case(id) => {
                Answer::Case(NodeId::case(&id).unwrap_or(workflow::CaseId(uuid::Uuid::nil())))
            }
        };
        if read.insert(Key::from(field.as_str()), answer).is_some() {
            return Err(coded("BAD_INPUT", format!("`{field}` is answered twice")));
        }
    }
    Ok(read)
}

fn unit(id: &ID) -> workflow::UnitId {
    NodeId::unit(id).unwrap_or(workflow::UnitId(uuid::Uuid::nil()))
}

/// An answer that was given.
pub struct Fact {
    pub(super) key: Key,
    pub(super) field: Field,
    pub(super) answer: Answer,
    in_part: bool,
}

/// An answer that was given, as a fact of the case or as part of an event.
#[Object]
impl Fact {
    /// The question's key.
    async fn field(&self) -> &str {
        &self.key
    }

    /// What the question is called.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        self.field.title.get(language(ctx))
    }

    /// The answer for people: choices by their titles, units by their names.
    async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        let units = match &self.answer {
            Answer::Unit(unit) => vec![*unit],
            Answer::Units(units) => units.clone(),
            _ => {
                let text = self.answer.display(&self.field.kind, language(ctx));
                return Ok(if self.in_part { desk::masked(&text) } else { text });
            }
        };
        let loader = ctx.data::<DataLoader<Reads>>()?;
        let found = loader.load_many(units.iter().copied()).await;
        let mut found = found.map_err(|error: Arc<async_graphql::Error>| (*error).clone())?;
        let names: Vec<_> =
            units.iter().filter_map(|unit| found.remove(unit)).map(|unit| unit.name).collect();
        Ok(names.join(if language(ctx) == workflow::Language::Zh { "、" } else { ", " }))
    }

    /// The keys of the choices made, for questions with choices.
    async fn choices(&self) -> Option<Vec<String>> {
        match (&self.answer, &self.field.kind) {
            (Answer::Text(key), workflow::FieldKind::Choice(_)) => Some(vec![key.to_string()]),
            (Answer::Choices(keys), _) => Some(keys.iter().map(ToString::to_string).collect()),
            _ => None,
        }
    }

    /// Whether addresses and numbers in it are shown in part: `reveal` shows them whole.
    async fn in_part(&self) -> bool {
        self.in_part
    }

    /// Whether companies do not read it.
    async fn internal(&self) -> bool {
        self.field.internal
    }
}

/// Puts answers and their questions together, of those that may be read.
pub(super) fn facts(definition: &workflow::Definition, answers: &Answers, reading: &Reading) -> Vec<Fact> {
    let known = answers.iter().filter(|(key, _)| reading.may(key)).filter_map(|(key, answer)| {
        let field = definition.fields.get(key)?.clone();
        let in_part = reading.in_part(&field);
        Some(Fact { key: key.clone(), field, answer: answer.clone(), in_part })
    });
    known.collect()
}
