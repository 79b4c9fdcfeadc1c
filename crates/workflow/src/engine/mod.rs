//! What a call does to a case: form, role, guards, the kernel, effects, clocks, in this order.
//!
//! [`step`] answers either the case after the call with everything the call causes, or why it may not happen. All
//! state is passed in; the caller writes what comes out, in one transaction.
mod clocks;
mod delays;
mod effects;
mod facts;
mod light;
mod permission;
mod refusal;
mod relocate;
mod replay;
mod run;
mod step;
#[cfg(test)]
mod tests;

pub(crate) use facts::CLOCK_QUESTIONS;
pub use light::{light, readable};
pub(crate) use permission::branch;
pub use permission::{Offer, available, plays};
pub use refusal::Refusal;
pub use relocate::relocate;
pub use replay::{Origin, Unlike, replay};
pub use step::{open, step};

use crate::case::{Assignee, Case, Key, Phase};
use crate::clock::ClockChange;
use crate::form::{Answer, Answers};
use crate::ids::{CaseId, CompanyId, PersonId, UnitId};
use calendar::{BusinessTime, Limit};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who acts, as far as the engine must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// Roles held, in the unit the person works in where they are of one.
    pub roles: Vec<Key>,
    /// The unit the person works in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Roles held in other units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<(Key, UnitId)>,
    /// The company the person acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyId>,
}

impl Actor {
    /// Every role held, whichever the unit; some of them twice.
    pub fn held(&self) -> impl Iterator<Item = &Key> {
        self.roles.iter().chain(self.posts.iter().map(|(role, _)| role))
    }

    /// Whether a role is held, whichever the unit.
    #[must_use]
    pub fn holds(&self, role: &str) -> bool {
        self.held().any(|held| &**held == role)
    }

    /// Whether a role is held in a unit.
    #[must_use]
    pub fn holds_in(&self, role: &str, unit: UnitId) -> bool {
        let at_home = self.unit == Some(unit) && self.roles.iter().any(|held| &**held == role);
        at_home || self.posts.iter().any(|(held, of)| &**held == role && *of == unit)
    }
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
    /// Another case spawns this one.
    Spawn {
        /// The other case.
        by: CaseId,
        /// Answers to what the opening action asks.
        answers: Answers,
        /// Who plays what in the other case, and which role here; what this process does not assign is only told.
        assigned: IndexMap<Key, Assignee>,
    },
    /// A case that this one has to do with tells of an event.
    Told {
        /// The event.
        event: Key,
        /// The other case.
        by: CaseId,
        /// What it tells along, by field.
        answers: Answers,
        /// Who plays which role there.
        assigned: IndexMap<Key, Assignee>,
    },
    /// The calendar or a limit changed: due times are computed again.
    Recompute,
    /// The case moves to this version of its process.
    Relocate {
        /// The version.
        version: u32,
    },
}

/// What a step reads besides the case.
#[derive(Debug, Clone, Copy)]
pub struct World<'w> {
    /// The present instant.
    pub now: Timestamp,
    /// The zone's working time.
    pub time: &'w BusinessTime,
    /// Limits that the zone has set otherwise than the definition, by name.
    pub limits: &'w BTreeMap<Key, Limit>,
    /// What is known beyond the case, by the names of [`Definition::outside`](crate::Definition::outside).
    pub facts: &'w BTreeMap<Key, Answer>,
}

static NO_LIMITS: BTreeMap<Key, Limit> = BTreeMap::new();
static NO_FACTS: BTreeMap<Key, Answer> = BTreeMap::new();

impl<'w> World<'w> {
    /// A world in which limits are those of the definition and nothing is known beyond the case.
    #[must_use]
    pub fn new(now: Timestamp, time: &'w BusinessTime) -> Self {
        Self { now, time, limits: &NO_LIMITS, facts: &NO_FACTS }
    }
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

/// A case that a step opens: in the same transaction as the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spawn {
    /// Its process, in the newest version.
    pub process: Key,
    /// Answers to what its opening action asks.
    pub answers: Answers,
    /// Who plays what in the case that opens it, and on top the role of the unit that this one is for. It takes over the
    /// assigned roles that it has itself.
    pub assigned: IndexMap<Key, Assignee>,
    /// The unit it is for, where there is one for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// What a step tells other cases: in the same transaction as the step. Those that do not listen stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tell {
    /// The event.
    pub event: Key,
    /// Which cases.
    pub to: Audience,
    /// Facts told along, by field.
    pub answers: Answers,
    /// Who plays which role here.
    pub assigned: IndexMap<Key, Assignee>,
}

/// The cases that hear something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Those that this one spawned.
    Children,
    /// The one that spawned this one.
    Parent,
    /// Those that point here by this link.
    Linked(Key),
}

/// An instant at which the case wants to be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// What is due: `clock.NAME.warn.PLACE`, `clock.NAME.breach`, `clock.NAME.late.PLACE` or `after.NAME`; places are
    /// those of the definition's warnings and rungs, from 0.
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
    /// Limits it resolved by name, as they were then.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<Key, Limit>,
    /// What was known beyond the case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<Key, Answer>,
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
    /// Cases opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spawned: Vec<Spawn>,
    /// What other cases were told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Tell>,
    /// Links made, each with the case it points to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<(Key, CaseId)>,
    /// Links undone, each with the case it pointed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlinked: Vec<(Key, CaseId)>,
}

impl Call {
    /// The history's word for the call: the action, the timer, the event heard, `spawned`, `recomputed` or `relocated`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Act { action, .. } => action,
            Self::Fire { timer } => timer,
            Self::Spawn { .. } => "spawned",
            Self::Told { event, .. } => event,
            Self::Recompute => "recomputed",
            Self::Relocate { .. } => "relocated",
        }
    }

    /// The person who acted, if one did.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Act { actor, .. } => Some(actor.person),
            Self::Spawn { .. }
            | Self::Told { .. }
            | Self::Fire { .. }
            | Self::Recompute
            | Self::Relocate { .. } => None,
        }
    }
}
