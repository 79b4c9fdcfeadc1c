//! Policies find companies: criteria x facts -> eligible, ineligible or unknown, with why and what is missing.
//!
//! A [`Library`] is a folder of files: `fields.toml`, the dictionary of facts; a file of named clauses for each policy;
//! beside it the worked cases it must decide as told. [`Library::decide`] weighs one policy for one company as of a
//! day. Pure: no clock, no files, no SQL. A verdict is never a percentage: what is not known is [`Verdict::Unknown`],
//! and the facts that would decide it are named.
pub mod award;
mod benefit;
pub mod bulk;
mod case;
mod credit_code;
mod facts;
mod fields;
mod finding;
mod library;
mod policy;
mod question;
pub mod sql;
#[cfg(test)]
mod tests;
mod verdict;

pub use benefit::{Benefit, BenefitKind, Gain, Output, Per};
pub use case::{Case, Outcome, Unexercised};
pub use credit_code::{CreditCode, CreditCodeDoubt, CreditCodeError};
pub use facts::{Fact, FactError, FactFile, FactFlaw, Given, KnownThen};
pub use fields::{Changes, Field, FieldType, Fields, Scope};
pub use finding::{Finding, Flaw};
pub use library::{Enjoyed, Library, Review, Tally};
pub use policy::{
    Application, Clause, Confidence, Document, DocumentConfidence, Domain, Level, Policy, StackRule, Status,
    Subject, Title, Window,
};
pub use question::{Question, Rank, questions};
pub use verdict::{ClauseFinding, Closed, Decision, Gap, GapChange, UsedFact, Verdict};
