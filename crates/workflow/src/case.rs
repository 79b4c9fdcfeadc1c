//! One running instance of a process, and everything the engine knows of it.
use crate::clock::{ClockState, Due};
use crate::form::Answer;
use crate::ids::{CaseId, CompanyId, PersonId, UnitId};
use crate::kernel::Configuration;
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A name that a definition gives: of a state, an action, a field, a role, a clock, a mark.
pub type Key = Arc<str>;

/// The link from a spawned case to the one that spawned it.
pub const PARENT: &str = "parent";

/// Where a case stands, in words every process shares. Dashboards, filters and clients switch on it, never on states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It came in and nobody has taken it yet.
    Received,
    /// Staff are at work on it.
    Active,
    /// Staff wait for the company.
    Waiting,
    /// The company has an answer and may still object.
    Answered,
    /// It came to its end.
    Done,
    /// It ended without a result: withdrawn, or not accepted.
    Dropped,
}

impl Phase {
    /// Every phase, in the order a case usually meets them.
    pub const ALL: [Self; 6] =
        [Self::Received, Self::Active, Self::Waiting, Self::Answered, Self::Done, Self::Dropped];

    /// The phase's one spelling, in tables and files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// Reads [`Phase::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == text)
    }

    /// Whether a case in this phase is over.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Done | Self::Dropped)
    }
}

/// Who plays an assigned role in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// This person alone; colleagues of the unit still see the case.
    Person {
        /// Who.
        person: PersonId,
        /// The unit they act for, if one is known.
        unit: Option<UnitId>,
    },
    /// Whoever holds the role in this unit.
    Unit(UnitId),
}

/// A case as the engine sees it. What stores and shows it may read all of it and write none of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The process and version it was opened under, and keeps.
    pub process: Key,
    /// See `process`.
    pub version: u32,
    /// The company whose case it is; none where the process is about no company.
    pub company: Option<CompanyId>,
    /// The person who opened it; none where another case spawned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opener: Option<PersonId>,
    /// The active states.
    pub configuration: Configuration,
    /// What actions recorded, by field.
    pub facts: IndexMap<Key, Answer>,
    /// Who plays which assigned role.
    pub assigned: IndexMap<Key, Assignee>,
    /// Marks that hang on the case, with the instant each was set.
    pub marks: IndexMap<Key, Timestamp>,
    /// Clocks that were ever started.
    pub clocks: IndexMap<Key, ClockState>,
    /// Cases this one points to, by link: the one that spawned it ([`PARENT`]), the one it was merged into.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub links: IndexMap<Key, CaseId>,
    /// How often each action was taken.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub taken: IndexMap<Key, u32>,
    /// Delayed events of active states, by automatic.
    pub delayed: IndexMap<Key, Delay>,
}

/// A delayed event on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// When its state was entered.
    pub since: Timestamp,
    /// When it comes.
    pub due: Due,
}
