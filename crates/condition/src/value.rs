//! What a field may hold, and of what type.

use std::{fmt, sync::Arc};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Number;

/// Says what kind of value a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// True or false; such a field is a claim by itself.
    Truth,
    /// An exact number.
    Number,
    /// Any text; texts are equal or not, they have no order.
    Text,
    /// A day of the Gregorian calendar.
    Date,
    /// Values of one type.
    List(Box<Type>),
    /// A text out of a closed set; comparing it with a literal outside the set is refused when parsed.
    Choice(Arc<[Arc<str>]>),
}

impl Type {
    /// Says whether a value is of this type. A [`Type::Choice`] admits every text, because a set may shrink while a
    /// case lives.
    #[must_use]
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Truth, Value::Truth(_))
            | (Self::Number, Value::Number(_))
            | (Self::Text | Self::Choice(_), Value::Text(_))
            | (Self::Date, Value::Date(_)) => true,
            (Self::List(element), Value::List(values)) => values.iter().all(|value| element.admits(value)),
            _ => false,
        }
    }

    pub(crate) fn has_order(&self) -> bool {
        matches!(self, Self::Number | Self::Date)
    }

    /// Whether `=` between the two means anything. Lists are asked with `in`, never compared.
    pub(crate) fn compares_with(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Truth, Self::Truth)
                | (Self::Number, Self::Number)
                | (Self::Date, Self::Date)
                | (Self::Text | Self::Choice(_), Self::Text | Self::Choice(_))
        )
    }

    pub(crate) fn in_chinese(&self) -> String {
        match self {
            Self::Truth => "真假值".into(),
            Self::Number => "数".into(),
            Self::Text | Self::Choice(_) => "文本".into(),
            Self::Date => "日期".into(),
            Self::List(element) => format!("{}的列表", element.in_chinese()),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truth => f.write_str("a truth"),
            Self::Number => f.write_str("a number"),
            Self::Text | Self::Choice(_) => f.write_str("a text"),
            Self::Date => f.write_str("a date"),
            Self::List(element) => write!(f, "a list, each {element}"),
        }
    }
}

/// Holds what a field is known to be.
///
/// In JSON the type is spoken, so that every value reads back as itself: `{"truth": true}`, `{"number": "12.5"}`,
/// `{"text": "甲"}`, `{"date": "2026-01-02"}`, `{"list": [{"text": "甲"}]}`. A number is a text there, exact at any
/// size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// True or false.
    Truth(bool),
    /// An exact number.
    Number(Number),
    /// A text.
    Text(Arc<str>),
    /// A day.
    Date(Date),
    /// Values in order.
    List(Vec<Value>),
}

impl fmt::Display for Value {
    /// Prints the value as conditions write it: `12.5`, `"甲"`, `@"2026-01-02"`, `[1, 2]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truth(truth) => write!(f, "{truth}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => quoted(f, text),
            Self::Date(date) => write!(f, "@\"{date}\""),
            Self::List(values) => {
                f.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{value}")?;
                }
                f.write_str("]")
            }
        }
    }
}

/// Quotes a text with the escapes that the lexer reads.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write as _;
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}
