//! Conditions that may not know: one small typed language for guards, criteria and derived facts.
//!
//! A text such as `从业人数 <= 300 and kind not in ("branch", "partnership")` is parsed once, against a
//! [`Dictionary`] of fields and their types, into a closed tree. The tree is then weighed against [`Facts`], each of
//! which is a value, *unknown* (nobody said) or *absent* (it is known that there is none).
//!
//! ```
//! use condition::{Condition, Dictionary, Truth, Type, Value};
//! use std::{collections::BTreeMap, sync::Arc};
//!
//! let dictionary = Dictionary::new().with("employees", Type::Number).with("listed", Type::Truth);
//! let condition = Condition::parse("employees <= 300 and not(listed)", &dictionary)?;
//! let facts = BTreeMap::from([(Arc::from("employees"), Some(Value::from(120)))]);
//! assert_eq!(condition.truth(&facts), Truth::Unknown);
//! assert_eq!(condition.unknowns(&facts), [Arc::from("listed")]);
//! # Ok::<(), condition::Mistake>(())
//! ```
//!
//! Numbers may count units (`资产总额 <= 5000 万元`); fields may follow from others, by a text or a decision table
//! ([`Rules`]). Where unknown facts leave several possibilities, a value is a range of numbers or a finite set, and a
//! claim is decided when all of it agrees. [`Condition::questions`] finds what to ask for.
//!
//! What holds:
//! - A condition that parsed cannot fail: there are no errors while it is weighed, only [`Truth::Unknown`].
//! - Learning a fact never turns Yes into No or back; it only decides what was unknown.
//! - A text is at most 20,000 characters and 64 levels deep, so neither parsing nor weighing exhausts a stack.
//! - Arithmetic is exact. A result of more than [`Number::MOST_BITS`] bits, or one divided by zero, is unknown.
//! - An evaluation looks at 200,000 rules and elements of lists at most; what lies beyond is unknown, never a hang.
//! - Printing a condition gives a text that parses to the same tree.
//! - There are no floats, no clock, no input or output.

mod ask;
mod change;
mod dictionary;
mod evaluate;
mod expression;
mod facts;
mod lexer;
mod mistake;
mod number;
mod outcome;
mod parser;
mod print;
mod reach;
mod rules;
pub mod tree;
mod truth;
mod units;
mod value;

#[cfg(test)]
mod tests;

use outcome::Outcome;

pub use ask::Questions;
pub use change::{Change, Movement, Target};
pub use dictionary::{Dictionary, nearest};
pub use expression::{Condition, Evaluation, Expression};
pub use facts::{Facts, Known};
pub use mistake::{Expected, Found, Mistake};
pub use number::{Number, NumberError};
pub use rules::{Flaw, Hit, Part, Row, RuleMistake, Rules, Table};
pub use truth::Truth;
pub use units::{DAYS, MONEY, MONTHS, Unit};
pub use value::{Type, Value};
