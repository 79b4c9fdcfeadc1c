//! Policies find companies: criteria x facts -> eligible, ineligible or unknown, with why and what is missing.
//!
//! A policy is a file of named clauses in the language of conditions; a company fits when every clause holds. Pure:
//! no clock, no files, no SQL. A verdict is never a percentage: what is not known is [`Verdict::Unknown`], and the
//! facts that would decide it are named.
pub mod bulk;
mod dictionary;
mod policy;
pub mod sql;
#[cfg(test)]
mod tests;

pub use dictionary::dictionary;
pub use policy::{Clause, Finding, Policy, PolicyError, Title, Verdict, decide};

/// The policies the program is built with, as `(file, text)`.
pub const LIBRARY: [(&str, &str); 2] = [
    ("cn-cbj-exempt-2023.toml", include_str!("../library/cn-cbj-exempt-2023.toml")),
    ("hz-hnte-award-2025.toml", include_str!("../library/hz-hnte-award-2025.toml")),
];
