//! A case from its history: the proof that nothing but the entries made it what it is.
use super::{Call, Entry, Outcome, Refusal, World, open, relocate, step};
use crate::case::{Case, Key};
use crate::definition::Definition;
use crate::ids::CompanyId;
use calendar::BusinessTime;

/// Why a history does not give a case. Rows count from one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlike {
    /// There is no entry, so no case was opened.
    #[error("the history has no entry")]
    Empty,
    /// A version of the process that a row needs cannot be had.
    #[error("row {row} needs version {version} of the process, which is not known")]
    Version {
        /// The row.
        row: usize,
        /// The version.
        version: u32,
    },
    /// A row counted by a calendar that cannot be had.
    #[error("row {row} counted by calendar {digest}, which is not known")]
    Calendar {
        /// The row.
        row: usize,
        /// The calendar's digest.
        digest: String,
    },
    /// What a row says was done would be refused.
    #[error("row {row} would be refused: {}", .refusal.message(crate::Language::En))]
    Refused {
        /// The row.
        row: usize,
        /// Why.
        refusal: Refusal,
    },
    /// A row tells of another step than the one its call takes.
    #[error("row {row} tells of another step than the one its call takes")]
    Told {
        /// The row.
        row: usize,
    },
}

/// What a replay needs besides the history.
pub struct Origin<'o, D, T> {
    /// The process, and the version under which the case is now.
    pub process: &'o Key,
    /// See `process`.
    pub version: u32,
    /// The company whose case it is.
    pub company: Option<CompanyId>,
    /// Answers a definition by process and version.
    pub definition_of: D,
    /// Answers the business time by the digest of its calendar.
    pub time_of: T,
}

/// Answers the case that `entries` lead to.
///
/// # Errors
/// The first row that does not follow from the rows before it.
pub fn replay<'d, D, T>(origin: &Origin<'_, D, T>, entries: &[Entry]) -> Result<Case, Unlike>
where
    D: Fn(&Key, u32) -> Option<&'d Definition>,
    T: Fn(&str) -> Option<BusinessTime>,
{
    let known = |row, version| {
        (origin.definition_of)(origin.process, version).ok_or(Unlike::Version { row, version })
    };
    let mut definition = known(1, first_version(origin, entries))?;
    let mut case: Option<Case> = None;
    for (entry, row) in entries.iter().zip(1..) {
        let digest = || Unlike::Calendar { row, digest: entry.calendar.clone() };
        let time = (origin.time_of)(&entry.calendar).ok_or_else(digest)?;
        let world = World { now: entry.now, time: &time, limits: &entry.limits, facts: &entry.facts };
        let outcome = match (&case, &entry.call) {
            (Some(case), Call::Relocate { version }) => {
                let new = known(row, *version)?;
                let old = std::mem::replace(&mut definition, new);
                relocate(old, new, case, world)
            }
            (Some(case), call) => step(definition, case, call, world),
            (None, call) => open(definition, origin.company, call, world),
        };
        let moved = match outcome {
            Outcome::Moved(step) => *step,
            Outcome::Refused(refusal) => return Err(Unlike::Refused { row, refusal }),
        };
        if moved.entry != *entry {
            return Err(Unlike::Told { row });
        }
        case = Some(moved.case);
    }
    case.ok_or(Unlike::Empty)
}

/// The version a case was opened under: that from which the first move led, else the one it has.
fn first_version<'d, D, T>(origin: &Origin<'_, D, T>, entries: &[Entry]) -> u32
where
    D: Fn(&Key, u32) -> Option<&'d Definition>,
{
    let moved = entries.iter().find_map(|entry| match entry.call {
        Call::Relocate { version } => Some(version),
        _ => None,
    });
    let before = moved.and_then(|version| (origin.definition_of)(origin.process, version)?.moves.as_ref());
    before.map_or(origin.version, |moves| moves.from)
}
