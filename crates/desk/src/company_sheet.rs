//! Companies and their facts as a sheet: what an uploaded one would change, an empty one to fill in, and one of what is
//! known.
//!
//! A sheet has a row for each company: its credit code, its name, and a column for each fact, called by the Chinese or
//! English label or the key that the dictionary gives it, with a unit in brackets if it is another (`营业收入（元）`). A
//! column may say from which day on the facts of a row count, and one where they come from. An empty cell says nothing;
//! `（无）` or `(none)` says that there is none.
//!
//! [`Plan::read`] compares an upload with what is known and finds everything wrong with it at once. What it plans is for
//! the caller to write. [`template`] and [`export`] write sheets that [`Plan::read`] reads: exporting and importing
//! again changes nothing.
//!
//! Pure: no tables, no clock, nothing waits.

mod flaw;
mod heading;
mod plan;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use flaw::{ColumnFlaw, Doubt, Flaw, RowFlaw, SheetMistake};
pub use plan::{KnownCompany, Plan, Summary};
pub use row::{PlannedCompany, PlannedFact, PlannedRow, Was};
pub use table::{export, template};

use condition::Value;
use policy::Field;
use sheet::Cell;
use workflow::Text;

/// Reads what somebody wrote of a field as a cell of a sheet is read; nothing for known absence.
///
/// # Errors
/// What is wrong with it, or doubtful, and what is allowed.
pub(crate) fn read(field: &Field, text: &str) -> Result<Option<Value>, Text> {
    match value::read(field, None, &Cell::text(text)) {
        Ok((value, None)) => Ok(value),
        Ok((_, Some(doubt))) => Err(Flaw::Doubt(doubt).text()),
        Err(flaw) => Err(Flaw::Row(flaw).text()),
    }
}
