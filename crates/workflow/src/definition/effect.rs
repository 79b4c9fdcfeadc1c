//! What transitions, states and clocks cause.
use crate::case::Key;
use crate::engine::Audience;
use crate::form::{Answers, FieldKind};
use std::sync::Arc;

/// What a transition, a state or a clock causes. Closed: a new word is a variant, with its doc and its test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Writes a mail to everybody who plays one of the roles.
    Mail {
        /// The mail's name.
        template: Key,
        /// Roles.
        to: Vec<Key>,
    },
    /// Says who plays an assigned role from now on.
    Assign {
        /// The role.
        role: Key,
        /// Who.
        to: Source,
    },
    /// Keeps answers as facts of the case.
    Record(Vec<Key>),
    /// Sets a mark.
    Mark(Key),
    /// Takes a mark away.
    Unmark(Key),
    /// Raises an event that automatics hear.
    Raise(Key),
    /// Gives a clock that has not ended more working days.
    Extend {
        /// The clock.
        clock: Key,
        /// The question that says how many.
        by: Key,
    },
    /// Tells the people on a ladder, one after the other, for as long as the clock is overdue.
    Climb(Key),
    /// Opens other cases.
    Spawn(Spawning),
    /// Points to another case.
    Link {
        /// The link.
        link: Key,
        /// The question that says which case.
        to: Key,
    },
    /// Points there no longer.
    Unlink(Key),
    /// Tells other cases of an event.
    Tell {
        /// The event.
        event: Key,
        /// Which cases.
        to: Audience,
        /// The facts told along.
        with: Vec<Key>,
    },
}

/// Where an assignment comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The answer to this field.
    Answer(Key),
    /// Whoever takes the action.
    Actor,
    /// Whoever plays this role in the case that told of the event.
    Told(Key),
    /// Nobody any longer.
    Nobody,
}

/// Cases to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spawning {
    /// Their process.
    pub process: Key,
    /// One for each unit that answers this question, where the unit plays this role of theirs; else exactly one.
    pub each: Option<(Key, Key)>,
    /// Answers to what their opening action asks.
    pub with: Vec<(Key, Given)>,
}

/// Where an answer comes from that a spawned case is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// The answer to this field.
    Answer(Key),
    /// This fact of the case.
    Fact(Key),
    /// The day on which this clock is due.
    DueOn(Key),
    /// This text.
    Is(Arc<str>),
}

/// The answers of another process that fields of this one can take; the rest is not for this one.
pub(crate) fn fitting<'d>(answers: &Answers, kind_of: impl Fn(&Key) -> Option<&'d FieldKind>) -> Answers {
    let fits = |key: &Key, answer| kind_of(key).is_some_and(|kind| kind.fault(answer).is_none());
    let fitting = answers.iter().filter(|(key, answer)| fits(key, answer));
    fitting.map(|(key, answer)| (key.clone(), answer.clone())).collect()
}
