//! What a field may hold, and of what type.

use std::{collections::BTreeMap, fmt, sync::Arc};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Number, Unit};

/// Says what kind of value a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// True or false; such a field is a claim by itself.
    Truth,
    /// An exact number without a unit, such as a share.
    Number,
    /// An exact number that counts a unit: the values of such a field are in that unit.
    Amount(Unit),
    /// Any text; texts are equal or not, they have no order.
    Text,
    /// A day of the Gregorian calendar.
    Date,
    /// Values of one type.
    List(Box<Type>),
    /// Values of one type, each under a text.
    Map(Box<Type>),
    /// A text out of a closed set; comparing it with a literal outside the set is refused when parsed.
    Choice(Arc<[Arc<str>]>),
    /// Of a type that nobody said, as what an empty list holds: it goes with every type.
    Anything,
}

impl Type {
    /// Says whether a value is of this type. A [`Type::Choice`] admits every text, because a set may shrink while a
    /// case lives.
    #[must_use]
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Truth, Value::Truth(_))
            | (Self::Number | Self::Amount(_), Value::Number(_))
            | (Self::Text | Self::Choice(_), Value::Text(_))
            | (Self::Date, Value::Date(_)) => true,
            (Self::List(element), Value::List(values)) => {
                values.iter().all(|value| element.admits_part(value))
            }
            (Self::Map(element), Value::Map(values)) => {
                values.values().all(|value| element.admits_part(value))
            }
            (Self::Anything, value) => *value != Value::Absent,
            _ => false,
        }
    }

    fn admits_part(&self, value: &Value) -> bool {
        *value == Value::Absent || self.admits(value)
    }

    pub(crate) fn has_order(&self) -> bool {
        matches!(self, Self::Number | Self::Amount(_) | Self::Date | Self::Anything)
    }

    /// Whether its values are numbers.
    pub(crate) fn is_numeric(&self) -> bool {
        matches!(self, Self::Number | Self::Amount(_) | Self::Anything)
    }

    /// Whether values of the two can be told equal or not, units aside. Lists are asked with `in`, never compared.
    pub(crate) fn compares_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(_) | Self::Map(_), _) | (_, Self::List(_) | Self::Map(_)) => false,
            _ => self.is_like(other),
        }
    }

    /// Whether values of the two can stand beside each other, units aside.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(other)) | (Self::Map(one), Self::Map(other)) => one.is_like(other),
            (Self::Anything, _)
            | (_, Self::Anything)
            | (Self::Truth, Self::Truth)
            | (Self::Number | Self::Amount(_), Self::Number | Self::Amount(_))
            | (Self::Date, Self::Date)
            | (Self::Text | Self::Choice(_), Self::Text | Self::Choice(_)) => true,
            _ => false,
        }
    }

    pub(crate) fn in_chinese(&self) -> String {
        match self {
            Self::Truth => "真假值".into(),
            Self::Number => "数".into(),
            Self::Text | Self::Choice(_) => "文本".into(),
            Self::Date => "日期".into(),
            Self::Amount(unit) => format!("以{}计的数", unit.name()),
            Self::List(element) if **element == Self::Anything => "列表".into(),
            Self::List(element) => format!("{}的列表", element.in_chinese()),
            Self::Map(element) if **element == Self::Anything => "对照表".into(),
            Self::Map(element) => format!("{}的对照表", element.in_chinese()),
            Self::Anything => "任意值".into(),
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
            Self::Amount(unit) => write!(f, "a number of {}", unit.name()),
            Self::List(element) if **element == Self::Anything => f.write_str("a list"),
            Self::List(element) => write!(f, "a list, each {element}"),
            Self::Map(element) if **element == Self::Anything => f.write_str("a map"),
            Self::Map(element) => write!(f, "a map, each {element}"),
            Self::Anything => f.write_str("any value"),
        }
    }
}

/// Holds what a field is known to be.
///
/// In JSON the type is spoken, so that every value reads back as itself: `{"truth": true}`, `{"number": "12.5"}`,
/// `{"text": "甲"}`, `{"date": "2026-01-02"}`, `{"list": [{"text": "甲"}]}`, `{"map": {"2026": "absent"}}`. A number is
/// a text there, exact at any size.
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
    /// Values by key.
    Map(BTreeMap<Arc<str>, Value>),
    /// Known that there is none; only inside lists and maps, elsewhere absence is not a value.
    Absent,
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
            // No condition writes these two; they are printed for people.
            Self::Map(values) => f.debug_map().entries(values).finish(),
            Self::Absent => f.write_str("absent"),
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

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Self::List(values)
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}
