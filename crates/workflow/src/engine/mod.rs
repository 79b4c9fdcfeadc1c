//! What a call does to a case: form, role, guards, the kernel, effects, clocks, in this order.
//!
//! [`step`] answers either the case after the call with everything the call causes, or why it may not happen. All
//! state is passed in; the caller writes what comes out, in one transaction.
mod facts;
mod permission;
mod refusal;
mod replay;
mod run;
mod step;
#[cfg(test)]
mod tests;

pub(crate) use permission::branch;
pub use permission::{Offer, available, plays};
pub use refusal::Refusal;
pub use replay::{Unlike, replay};
pub use step::{open, step};

use crate::case::{Case, Key, Phase};
use crate::clock::ClockChange;
use crate::form::Answers;
use crate::ids::{CompanyId, PersonId, UnitId};
use calendar::BusinessTime;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who acts, as far as the engine must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// Roles held.
    pub roles: Vec<Key>,
    /// The unit the person works in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The company the person acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyId>,
}

/// Something that wants to move a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// A person takes an action.
    Act {
        /// The action.
        action: Key,
        /// Who takes it.
        actor: Actor,
        /// The answers to what it asks.
        #[serde(default)]
        answers: Answers,
    },
    /// A timer is due.
    Fire {
        /// The timer, as [`Timer::name`] has it.
        timer: Key,
    },
    /// The calendar changed: due times are computed again.
    Recompute,
}

/// What a step reads besides the case.
#[derive(Debug, Clone, Copy)]
pub struct World<'w> {
    /// The present instant.
    pub now: Timestamp,
    /// The zone's working time.
    pub time: &'w BusinessTime,
}

/// What a call led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The case moved.
    Moved(Box<Step>),
    /// It may not happen; the case is as it was.
    Refused(Refusal),
}

/// A case after a call, and everything the call causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The case now.
    pub case: Case,
    /// Its phase.
    pub phase: Phase,
    /// The earliest due time of its running clocks.
    pub due: Option<Timestamp>,
    /// Whether a running clock lacks a due time for want of a calendar.
    pub undated: bool,
    /// Mails to write.
    pub mails: Vec<Mail>,
    /// All timers of the case from now on; earlier ones are void.
    pub timers: Vec<Timer>,
    /// What the history keeps.
    pub entry: Entry,
}

/// A mail to everybody who plays one of the roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The mail's name.
    pub template: Key,
    /// Roles of the process.
    pub to: Vec<Key>,
}

/// An instant at which the case wants to be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// What is due: `clock.NAME.warn`, `clock.NAME.breach` or `after.NAME`.
    pub name: Key,
    /// When.
    pub due: Timestamp,
}

/// A row of history: the call, what its step read, and what it did. Replaying entries gives the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What was asked.
    pub call: Call,
    /// The instant the step took for now.
    pub now: Timestamp,
    /// Digest of the calendar it counted by.
    pub calendar: String,
    /// States before.
    pub from: Vec<Key>,
    /// States after.
    pub to: Vec<Key>,
    /// What happened to clocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<ClockChange>,
    /// Marks set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marked: Vec<Key>,
    /// Marks taken away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmarked: Vec<Key>,
    /// Automatics that fired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub automatics: Vec<Key>,
    /// Mails caused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<Mail>,
}

impl Call {
    /// The history's word for the call: the action, the timer, or `recomputed`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Act { action, .. } => action,
            Self::Fire { timer } => timer,
            Self::Recompute => "recomputed",
        }
    }

    /// The person who acted, if one did.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Act { actor, .. } => Some(actor.person),
            Self::Fire { .. } | Self::Recompute => None,
        }
    }
}
