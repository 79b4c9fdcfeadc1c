//! A case from its history: the proof that nothing but the entries made it what it is.
use super::{Call, Entry, Outcome, Refusal, Step, World, open, step};
use crate::case::Case;
use crate::definition::Definition;
use crate::ids::CompanyId;
use calendar::BusinessTime;

/// Why a history does not give a case. Rows count from one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlike {
    /// There is no entry, so no case was opened.
    #[error("the history has no entry")]
    Empty,
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

/// Answers the case that `entries` lead to. `time_of` answers the business time by the digest of its calendar.
///
/// # Errors
/// The first row that does not follow from the rows before it.
pub fn replay(
    definition: &Definition,
    company: Option<CompanyId>,
    entries: &[Entry],
    time_of: impl Fn(&str) -> Option<BusinessTime>,
) -> Result<Case, Unlike> {
    let mut case: Option<Case> = None;
    for (entry, row) in entries.iter().zip(1..) {
        let digest = || Unlike::Calendar { row, digest: entry.calendar.clone() };
        let time = time_of(&entry.calendar).ok_or_else(digest)?;
        let world = World { now: entry.now, time: &time, limits: &entry.limits, facts: &entry.facts };
        let moved = taken(definition, company, case.as_ref(), &entry.call, world)
            .map_err(|refusal| Unlike::Refused { row, refusal })?;
        if moved.entry != *entry {
            return Err(Unlike::Told { row });
        }
        case = Some(moved.case);
    }
    case.ok_or(Unlike::Empty)
}

fn taken(
    definition: &Definition,
    company: Option<CompanyId>,
    case: Option<&Case>,
    call: &Call,
    world: World,
) -> Result<Step, Refusal> {
    let outcome = match case {
        Some(case) => step(definition, case, call, world),
        None => open(definition, company, call, world),
    };
    match outcome {
        Outcome::Moved(step) => Ok(*step),
        Outcome::Refused(refusal) => Err(refusal),
    }
}
