//! Refusals: typed data, not errors. Each says what is needed.
use super::event::Event;
use async_graphql::{Enum, SimpleObject};
use desk::{MistakeKind, Refused};
use workflow::{Fault, Language, Refusal as EngineRefusal};

/// Why something may not happen. Nothing was changed.
#[derive(SimpleObject)]
pub struct Refusal {
    /// The closed code to switch on.
    code: RefusalCode,
    /// The reason for people, in the language asked for.
    message: String,
    /// What is wrong with single answers; all of it at once.
    fields: Vec<FieldFault>,
    /// What must be known or held first, for example facts that nobody gave yet.
    needs: Vec<String>,
    /// The version the case is at, if the one expected is outdated.
    current_version: Option<i64>,
    /// What happened since the version expected, oldest first and at most 100 events, if that is outdated.
    pub(super) changes: Vec<Event>,
}

/// What is wrong with one answer.
#[derive(SimpleObject)]
pub struct FieldFault {
    /// The question's key.
    field: String,
    /// The closed code to switch on.
    code: FieldFaultCode,
    /// What is allowed, for people.
    message: String,
}

/// The ways for an answer to be wrong.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum FieldFaultCode {
    /// A required question has no answer, or a blank one.
    Missing,
    /// The action does not ask this.
    Unasked,
    /// The answer has another shape than the question.
    WrongKind,
    /// Fewer characters than wanted.
    TooShort,
    /// More characters than allowed.
    TooLong,
    /// A control character, or a line break in a text of one line.
    ControlCharacter,
    /// A number outside its bounds.
    OutOfBounds,
    /// A part behind the point where a whole number is wanted.
    NotWhole,
    /// No whole number of days from one.
    NoWholeDays,
    /// None of the choices.
    NoSuchChoice,
    /// A choice named twice.
    Repeated,
    /// Nobody here who holds the role asked for.
    NoSuchPerson,
    /// No unit here.
    NoSuchUnit,
    /// No case here, or none that you may see.
    NoSuchCase,
    /// The dictionary has no such field.
    NoSuchField,
    /// The field holds no such value.
    NotAValue,
    /// The days are none, or the wrong way round.
    WrongDays,
    /// A blank text, one that is too long, or no text.
    NotAText,
    /// No credit code.
    NotACode,
}

impl From<MistakeKind> for FieldFaultCode {
    fn from(kind: MistakeKind) -> Self {
        match kind {
            MistakeKind::NoSuchField => Self::NoSuchField,
            MistakeKind::NotAValue => Self::NotAValue,
            MistakeKind::WrongDays => Self::WrongDays,
            MistakeKind::NotAText => Self::NotAText,
            MistakeKind::NotACode => Self::NotACode,
            MistakeKind::NoSuchPerson => Self::NoSuchPerson,
        }
    }
}

impl From<&Fault> for FieldFaultCode {
    fn from(fault: &Fault) -> Self {
        match fault {
            Fault::Missing => Self::Missing,
            Fault::Unasked { .. } => Self::Unasked,
            Fault::WrongKind { .. } => Self::WrongKind,
            Fault::TooShort { .. } => Self::TooShort,
            Fault::TooLong { .. } => Self::TooLong,
            Fault::ControlCharacter { .. } => Self::ControlCharacter,
            Fault::OutOfBounds { .. } => Self::OutOfBounds,
            Fault::NotWhole => Self::NotWhole,
            Fault::NoWholeDays { .. } => Self::NoWholeDays,
            Fault::NoSuchChoice { .. } => Self::NoSuchChoice,
            Fault::Repeated(_) => Self::Repeated,
            Fault::NoSuchPerson => Self::NoSuchPerson,
            Fault::NoSuchUnit => Self::NoSuchUnit,
            Fault::NoSuchCase => Self::NoSuchCase,
        }
    }
}

/// The kinds of refusal.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum RefusalCode {
    /// There is no such case, or none that you may see.
    NoSuchCase,
    /// There is no such process.
    NoSuchProcess,
    /// The process has no such action.
    NoSuchAction,
    /// Your roles do not allow it on this case.
    NotYours,
    /// The case does not stand where the action starts.
    NotFromHere,
    /// Answers are missing or wrong.
    Form,
    /// A condition of the process does not hold.
    Guard,
    /// Whether a condition holds is not known; `needs` names the facts.
    UnknownFacts,
    /// No way on holds.
    NoBranch,
    /// The process is about a company, and none is named.
    NoCompany,
    /// The case cannot move to the other version of its process.
    NoImage,
    /// Someone else moved the case; `currentVersion` is where it is.
    Stale,
    /// There is no such company, or none that you may file for.
    NoSuchCompany,
    /// There is no such fact, or none that you may read.
    NoSuchFact,
    /// There is no such import.
    NoSuchImport,
    /// The credit code is another company's.
    CodeTaken,
    /// There is no such note, or none that you may read.
    NoSuchNote,
    /// There is no such mail among those that were given up.
    NoSuchMail,
    /// There is no such snippet, or none of your unit.
    NoSuchSnippet,
    /// More at once than one request may ask, or nothing, or one thing twice.
    TooMany,
    /// There is no room for another one.
    Full,
    /// The idempotency key was used for another request.
    KeyReused,
    /// The idempotency key is empty or too long.
    BadKey,
    /// The definition of the process is at fault.
    Halted,
    /// Nothing is due, or nothing changes.
    NothingToDo,
}

impl Refusal {
    pub(super) fn new(refused: &Refused, language: Language) -> Self {
        let (fields, needs) = match refused {
            Refused::Engine(EngineRefusal::Form(mistakes))
            | Refused::Elsewhere { refusal: EngineRefusal::Form(mistakes), .. } => {
                let fault = |mistake: &workflow::FormMistake| FieldFault {
                    field: mistake.field.to_string(),
                    code: (&mistake.fault).into(),
                    message: mistake.fault.message(language),
                };
                (mistakes.iter().map(fault).collect(), vec![])
            }
            Refused::Mistakes(mistakes) => {
                let fault = |mistake: &desk::Mistake| FieldFault {
                    field: mistake.place.clone(),
                    code: mistake.kind.into(),
                    message: mistake.message.get(language).to_owned(),
                };
                (mistakes.iter().map(fault).collect(), vec![])
            }
            Refused::Engine(EngineRefusal::Unknown { facts }) => {
                (vec![], facts.iter().map(ToString::to_string).collect())
            }
            Refused::Engine(EngineRefusal::NotYours { by }) => {
                (vec![], by.iter().map(|role| role.get(language).to_owned()).collect())
            }
            _ => (vec![], vec![]),
        };
        let current_version = match refused {
            Refused::Stale { version } => Some(*version),
            _ => None,
        };
        let (code, message) = (code(refused), refused.message(language));
        Self { code, message, fields, needs, current_version, changes: vec![] }
    }

    pub(super) fn engine(refusal: &EngineRefusal, language: Language) -> Self {
        Self::new(&Refused::Engine(refusal.clone()), language)
    }
}

fn code(refused: &Refused) -> RefusalCode {
    match refused {
        Refused::NoSuchCase => RefusalCode::NoSuchCase,
        Refused::NoSuchProcess { .. } => RefusalCode::NoSuchProcess,
        Refused::Stale { .. } => RefusalCode::Stale,
        Refused::NoSuchCompany => RefusalCode::NoSuchCompany,
        Refused::NoSuchFact => RefusalCode::NoSuchFact,
        Refused::NoSuchImport => RefusalCode::NoSuchImport,
        Refused::CodeTaken => RefusalCode::CodeTaken,
        Refused::Mistakes(_) => RefusalCode::Form,
        Refused::NoSuchNote => RefusalCode::NoSuchNote,
        Refused::NoSuchMail => RefusalCode::NoSuchMail,
        Refused::NoSuchSnippet => RefusalCode::NoSuchSnippet,
        Refused::TooMany { .. } => RefusalCode::TooMany,
        Refused::Full { .. } => RefusalCode::Full,
        Refused::KeyReused => RefusalCode::KeyReused,
        Refused::BadKey => RefusalCode::BadKey,
        Refused::Engine(refusal) | Refused::Elsewhere { refusal, .. } => match refusal {
            EngineRefusal::NoSuchAction { .. } => RefusalCode::NoSuchAction,
            EngineRefusal::NotYours { .. } => RefusalCode::NotYours,
            EngineRefusal::NotFromHere { .. } => RefusalCode::NotFromHere,
            EngineRefusal::Form(_) => RefusalCode::Form,
            EngineRefusal::Guard { .. } => RefusalCode::Guard,
            EngineRefusal::Unknown { .. } => RefusalCode::UnknownFacts,
            EngineRefusal::NoBranch => RefusalCode::NoBranch,
            EngineRefusal::Halted(_) => RefusalCode::Halted,
            EngineRefusal::NoCompany => RefusalCode::NoCompany,
            EngineRefusal::NoImage { .. } => RefusalCode::NoImage,
            EngineRefusal::NotDue | EngineRefusal::Unheard | EngineRefusal::NothingToRecompute => {
                RefusalCode::NothingToDo
            }
        },
    }
}
