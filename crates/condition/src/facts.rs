//! What is known of a field.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use crate::{Number, Value};

/// Says what is known of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<'a> {
    /// Nobody said.
    Unknown,
    /// It is known that there is none.
    Absent,
    /// It is known to be this.
    Value(Cow<'a, Value>),
    /// It is known to be a number from `low` to `high`, both included.
    Range {
        /// The least it can be.
        low: Number,
        /// The most it can be.
        high: Number,
    },
}

/// Answers what is known of each field, by the key of the dictionary.
pub trait Facts {
    /// Says what is known of the field. A value of another type than the dictionary's counts as unknown.
    fn fact(&self, name: &str) -> Known<'_>;
}

/// A missing key is unknown, `None` is absent.
impl Facts for BTreeMap<Arc<str>, Option<Value>> {
    fn fact(&self, name: &str) -> Known<'_> {
        match self.get(name) {
            None => Known::Unknown,
            Some(None) => Known::Absent,
            Some(Some(value)) => Known::Value(Cow::Borrowed(value)),
        }
    }
}
