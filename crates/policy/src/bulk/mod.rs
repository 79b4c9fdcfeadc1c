//! Everyone at once: many companies against many policies.
//!
//! Facts lie in [`Columns`], in blocks of 1,024 companies. Conditions become a [`Matcher`]: claims that they share
//! are computed once, each over a whole block, as two planes of bits (holds, does not hold); what joins claims is
//! arithmetic of planes. A claim that has no form in columns is put to the one evaluator, row by row, each distinct
//! row once; so the answer is always the evaluator's.
//!
//! Exactness: numbers are integers scaled by a power of ten that each block chooses; a cell that does not fit is kept
//! as it is and goes the evaluator's way. Comparisons are of integers, ratios are compared by cross-multiplication.
pub(crate) mod atom;
pub(crate) mod block;
mod cell;
mod columns;
pub(crate) mod form;
pub(crate) mod graph;
pub(crate) mod lower;
mod matcher;
mod one;
mod scan;
#[cfg(test)]
mod tests;
mod work;

pub use cell::{Cell, Decimal};
pub use columns::Columns;
pub use matcher::{Matcher, Tally, Verdicts};
