//! From verdicts to money: who gets how much of a budget, which benefits a company enjoys together, and what becomes of
//! each grant until it is paid or back in the budget.
//!
//! Every amount is a whole number of fen, every rule is exact, and each answer says why: no grant is cut, no benefit
//! refused, no payment stopped without a reason that names what stands against it.
pub mod budget;
pub mod combination;
mod fen;
pub mod money;

pub use fen::Fen;
