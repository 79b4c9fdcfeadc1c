//! Processes as data: a statechart kernel, the engine that moves a case by it, and the checks, diagrams and stories
//! that a definition comes with.
//!
//! Pure. Nothing here writes, sends, waits, or reads a clock: `now`, the calendar and facts are arguments, and what a
//! step causes is a list that the caller carries out. The same input gives the same answer, so replaying a case's
//! history gives its row. What is absent: names of states in code, SQL, mail, people's names.
pub mod case;
pub mod clock;
pub mod definition;
pub mod diagram;
pub mod engine;
pub mod form;
pub mod ids;
pub mod kernel;
pub mod library;
mod mail;
pub mod matrix;
pub mod story;
#[cfg(test)]
mod tests;
pub mod text;

pub use case::{Assignee, Case, Key, PARENT, Phase};
pub use clock::{ClockState, Due, Reason};
pub use definition::{Action, Definition, Finding, Imageless, Light, RoleKind, Vocabulary, moves_check};
pub use engine::{
    Actor, Audience, Call, Entry, Mail, Origin, Outcome, Refusal, Spawn, Step, Tell, Timer, World, available,
    light, open, readable, relocate, replay, step,
};
pub use form::{Answer, Answers, Fault, Field, FieldKind, FormMistake};
pub use ids::{CaseId, CompanyId, PersonId, UnitId, ZoneId};
pub use mail::{MailKind, Misnamed, Patience, VARIABLES, Wording, fill};
pub use text::{Language, Text};

/// The name most like `name`, if one is like it at all.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, known)| *distance <= 1 + known.chars().count().min(name.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}
