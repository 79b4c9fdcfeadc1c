//! What a cell holds, and what its column is called.

use jiff::civil::Date;
use std::borrow::Cow;

/// What a cell holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text as written. All cells of a CSV are texts.
    Text(String),
    /// A number, as the decimal that a spreadsheet shows: `-12.5`, never with an exponent.
    Number(String),
    /// A number that is shown as a percentage, as the number it is: `0.05` where the sheet shows 5%.
    Percent(String),
    /// True or false.
    Truth(bool),
    /// A day. With a time of day it would be a text.
    Date(Date),
    /// Something that cannot be read.
    Fault(Fault),
}

/// Says why what is in a cell cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A formula gave this error, such as `#DIV/0!`.
    Error(String),
    /// A formula was never computed; opening and saving in a spreadsheet does it.
    NotComputed,
    /// It counts as a day, but is none that the calendar has, such as 29 February 1900.
    NoDay,
}

impl Cell {
    /// Makes a cell of a text; of no text, an empty one.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Says whether nothing is in it but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// What it holds as a text: a day as `2026-01-02`, what cannot be read as what stands there.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty | Self::Fault(Fault::NotComputed | Fault::NoDay) => "".into(),
            Self::Text(text) | Self::Number(text) | Self::Percent(text) => text.into(),
            Self::Fault(Fault::Error(error)) => error.into(),
            Self::Truth(truth) => if *truth { "TRUE" } else { "FALSE" }.into(),
            Self::Date(day) => day.to_string().into(),
        }
    }
}

/// Gives the letters of a column as spreadsheets do, counted from 1: 1 is `A`, 27 is `AA`.
#[must_use]
pub fn column_name(column: usize) -> String {
    let mut letters = vec![];
    let mut rest = column;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The decimal that a spreadsheet shows for a number: 15 significant digits, zeros at the end left out. Nothing for
/// what is no number.
pub(crate) fn decimal(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let scientific = format!("{:.14e}", number.abs());
    let (digits, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Some("0".into());
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let places = usize::try_from(exponent.unsigned_abs()).ok()?;
    Some(if exponent < 0 {
        format!("{sign}0.{}{digits}", "0".repeat(places - 1))
    } else if digits.len() <= places + 1 {
        format!("{sign}{digits}{}", "0".repeat(places + 1 - digits.len()))
    } else {
        let (whole, part) = digits.split_at(places + 1);
        format!("{sign}{whole}.{part}")
    })
}
