//! Actions a caller may try, with the questions they ask.
use super::gate::language;
use super::refusal::Refusal;
use async_graphql::{Context, Enum, Object};
use desk::ActionView;
use workflow::{Field, FieldKind, Key, Text};

/// An action the caller may try on a case.
pub struct AvailableAction(pub(super) ActionView);

/// An action the caller may try on a case.
#[Object]
impl AvailableAction {
    /// Its key, for `caseAct`.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What its button says.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        self.0.action.title.get(language(ctx))
    }

    /// What stands in its way whatever is answered; none for most.
    async fn blocked(&self, ctx: &Context<'_>) -> Option<Refusal> {
        self.0.blocked.as_ref().map(|refusal| Refusal::engine(refusal, language(ctx)))
    }

    /// The questions it asks, in order.
    async fn asks(&self) -> Vec<Question> {
        let question = |key: &Key, required| {
            let field = self.0.definition.fields.get(key)?.clone();
            Some(Question { key: key.clone(), field, required })
        };
        let required = self.0.action.asks.iter().filter_map(|key| question(key, true));
        required.chain(self.0.action.optional.iter().filter_map(|key| question(key, false))).collect()
    }
}

/// A question that an action asks.
pub struct Question {
    key: Key,
    field: Field,
    required: bool,
}

/// The kinds of question; each wants its own shape of answer.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum QuestionKind {
    /// Plain text.
    Text,
    /// A number, exact.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Truth,
    /// One of the listed choices.
    Choice,
    /// Any of the listed choices.
    Choices,
    /// A person who holds `role`.
    Person,
    /// A unit of the zone.
    Unit,
    /// Units of the zone, each once.
    Units,
    /// Another case.
    Case,
}

/// A question that an action asks.
#[Object]
impl Question {
    /// Its key, for `AnswerInput.field`.
    async fn key(&self) -> &str {
        &self.key
    }

    /// Its label.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        self.field.title.get(language(ctx))
    }

    /// What to think of when answering.
    async fn hint(&self, ctx: &Context<'_>) -> Option<&str> {
        self.field.hint.as_ref().map(|hint| hint.get(language(ctx)))
    }

    /// Which shape of answer it wants.
    async fn kind(&self) -> QuestionKind {
        match &self.field.kind {
            FieldKind::Text { .. } => QuestionKind::Text,
            FieldKind::Number { .. } => QuestionKind::Number,
            FieldKind::Date => QuestionKind::Date,
            FieldKind::Truth => QuestionKind::Truth,
            FieldKind::Choice(_) => QuestionKind::Choice,
            FieldKind::Choices(_) => QuestionKind::Choices,
            FieldKind::Person { .. } => QuestionKind::Person,
            FieldKind::Unit => QuestionKind::Unit,
            FieldKind::Units => QuestionKind::Units,
            FieldKind::Case => QuestionKind::Case,
        }
    }

    /// Whether it must be answered.
    async fn required(&self) -> bool {
        self.required
    }

    /// Whether companies do not read the answer.
    async fn internal(&self) -> bool {
        self.field.internal
    }

    /// The choices, for CHOICE and CHOICES.
    async fn choices(&self) -> Vec<Choice> {
        match &self.field.kind {
            FieldKind::Choice(choices) | FieldKind::Choices(choices) => {
                choices.iter().map(|(key, title)| Choice { key: key.clone(), title: title.clone() }).collect()
            }
            _ => vec![],
        }
    }

    /// Characters at least, for TEXT.
    async fn min_length(&self) -> Option<usize> {
        match self.field.kind {
            FieldKind::Text { min, .. } => Some(min),
            _ => None,
        }
    }

    /// Characters at most, for TEXT.
    async fn max_length(&self) -> Option<usize> {
        match self.field.kind {
            FieldKind::Text { max, .. } => Some(max),
            _ => None,
        }
    }

    /// Whether a text may have several lines.
    async fn multiline(&self) -> bool {
        matches!(self.field.kind, FieldKind::Text { lines: true, .. })
    }

    /// The least number, for NUMBER, in decimal.
    async fn minimum(&self) -> Option<String> {
        match &self.field.kind {
            FieldKind::Number { min, .. } => min.as_ref().map(ToString::to_string),
            _ => None,
        }
    }

    /// The greatest number, for NUMBER, in decimal.
    async fn maximum(&self) -> Option<String> {
        match &self.field.kind {
            FieldKind::Number { max, .. } => max.as_ref().map(ToString::to_string),
            _ => None,
        }
    }

    /// The role that a PERSON must hold.
    async fn role(&self) -> Option<&str> {
        match &self.field.kind {
            FieldKind::Person { role, .. } => Some(role),
            _ => None,
        }
    }
}

/// One choice of a question.
pub struct Choice {
    key: Key,
    title: Text,
}

/// One choice of a question.
#[Object]
impl Choice {
    /// Its key, for the answer.
    async fn key(&self) -> &str {
        &self.key
    }

    /// What people read.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        self.title.get(language(ctx))
    }
}
