//! What is wrong with a text, where, and what would fit there.

use std::{fmt, sync::Arc};

use crate::{Type, lexer::MOST_DIGITS, parser::LONGEST_TEXT, tree::DEEPEST};

/// Says what is wrong with a text. `Display` says it in English, [`Mistake::in_chinese`] in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted in characters from 1.
    pub column: usize,
    /// What stands there.
    pub found: Found,
    /// What could stand there.
    pub expected: Expected,
    /// What was probably meant, where something is near enough.
    pub nearest: Option<String>,
}

impl std::error::Error for Mistake {}

/// Says what stands where something else was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The end of the text.
    End,
    /// This piece of the text, cut after 40 characters.
    Piece(String),
    /// A piece of the text, cut after 40 characters, with the type that it has.
    Typed(String, Type),
    /// A text of so many characters.
    Length(usize),
}

/// Says what could stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A value, a field, or anything else that an expression begins with.
    Operand,
    /// The name of a field of the dictionary.
    Field,
    /// A comparison, if `comparison`, or one of the words and symbols; the empty word is the end of the text.
    Words {
        /// Whether a comparison could stand there.
        comparison: bool,
        /// The words and symbols that could.
        words: Vec<&'static str>,
    },
    /// Something of this type.
    Kind(Type),
    /// One of a closed set of texts.
    Choice(Arc<[Arc<str>]>),
    /// A day between quotes.
    Date,
    /// How many claims are meant.
    Number,
    /// The name of a function.
    Function,
    /// One of the units of the dictionary.
    Unit(Vec<Arc<str>>),
    /// A name for each element of a list.
    Name,
    /// The name of criteria that the dictionary holds, between quotes.
    Criteria,
    /// How many of so many claims.
    Count(usize),
    /// The quote that ends a text on its line.
    ClosingQuote,
    /// A character that may follow a backslash.
    Escape,
    /// A number of fewer digits.
    FewerDigits,
    /// Fewer levels within each other.
    FewerLevels,
    /// A text of fewer characters.
    ShorterText,
}

impl Expected {
    pub(crate) fn comparison() -> Self {
        Self::Words { comparison: true, words: vec![] }
    }

    pub(crate) fn words(words: &[&'static str]) -> Self {
        Self::Words { comparison: false, words: words.to_vec() }
    }

    /// Whether what is nearest is a name that may have been meant, rather than how the language writes it.
    fn is_open(&self) -> bool {
        matches!(self, Self::Field | Self::Choice(_) | Self::Function | Self::Unit(_) | Self::Criteria)
    }

    fn in_chinese(&self) -> String {
        match self {
            Self::Operand => "值或字段".into(),
            Self::Field => "字典中的字段".into(),
            Self::Words { comparison, words } => {
                listed(comparison.then_some("比较"), words, "文末", ["、", "或"])
            }
            Self::Kind(kind) => kind.in_chinese(),
            Self::Choice(choices) => format!("下列之一：{}", choices_listed(choices, "、")),
            Self::Date => "日期，例如 `\"2026-01-02\"`".into(),
            Self::Number => "数".into(),
            Self::Function => "函数".into(),
            Self::Unit(units) => format!("单位：{}", units_listed(units, "、")),
            Self::Name => "列表中每一项的名称".into(),
            Self::Criteria => "字典中已有条件的名称，写在引号内".into(),
            Self::Count(most) => format!("1 到 {most} 之间的整数"),
            Self::ClosingQuote => "同一行内的结束引号 `\"`".into(),
            Self::Escape => "`\\` 之后的 `\"`、`\\`、`n` 或 `t`".into(),
            Self::FewerDigits => format!("不超过 {MOST_DIGITS} 位的数"),
            Self::FewerLevels => format!("不超过 {DEEPEST} 层的嵌套"),
            Self::ShorterText => format!("不超过 {LONGEST_TEXT} 个字符"),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operand => f.write_str("a value or a field"),
            Self::Field => f.write_str("a field of the dictionary"),
            Self::Words { comparison, words } => {
                f.write_str(&listed(comparison.then_some("a comparison"), words, "the end", [", ", " or "]))
            }
            Self::Kind(kind) => write!(f, "{kind}"),
            Self::Choice(choices) => write!(f, "one of {}", choices_listed(choices, ", ")),
            Self::Date => f.write_str("a date such as `\"2026-01-02\"`"),
            Self::Number => f.write_str("a number"),
            Self::Function => f.write_str("a function"),
            Self::Unit(units) => write!(f, "a unit: {}", units_listed(units, ", ")),
            Self::Name => f.write_str("a name for each element of a list"),
            Self::Criteria => f.write_str("the name of known criteria, between quotes"),
            Self::Count(most) => write!(f, "a whole number from 1 to {most}"),
            Self::ClosingQuote => f.write_str("the closing quote `\"` on the same line"),
            Self::Escape => f.write_str("`\"`, `\\`, `n` or `t` after `\\`"),
            Self::FewerDigits => write!(f, "a number of at most {MOST_DIGITS} digits"),
            Self::FewerLevels => write!(f, "at most {DEEPEST} levels of nesting"),
            Self::ShorterText => write!(f, "at most {LONGEST_TEXT} characters"),
        }
    }
}

fn listed(first: Option<&str>, words: &[&str], end: &str, [comma, or]: [&str; 2]) -> String {
    let words = words.iter().map(|word| if word.is_empty() { end.into() } else { format!("`{word}`") });
    let all: Vec<String> = first.map(String::from).into_iter().chain(words).collect();
    match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{}{or}{last}", before.join(comma)),
        None => end.into(),
    }
}

fn units_listed(units: &[Arc<str>], comma: &str) -> String {
    units.iter().map(|unit| format!("`{unit}`")).collect::<Vec<_>>().join(comma)
}

fn choices_listed(choices: &[Arc<str>], comma: &str) -> String {
    choices.iter().map(|choice| format!("`\"{choice}\"`")).collect::<Vec<_>>().join(comma)
}

impl Found {
    fn in_chinese(&self) -> String {
        match self {
            Self::End => "文末".into(),
            Self::Piece(piece) => format!(" `{piece}`"),
            Self::Typed(piece, kind) => format!(" `{piece}`（{}）", kind.in_chinese()),
            Self::Length(length) => format!(" {length} 个字符"),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end"),
            Self::Piece(piece) => write!(f, "`{piece}`"),
            Self::Typed(piece, kind) => write!(f, "`{piece}` ({kind})"),
            Self::Length(length) => write!(f, "{length} characters"),
        }
    }
}

impl Mistake {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        let Self { line, column, found, expected, nearest } = self;
        let advice = nearest.as_ref().map_or(String::new(), |nearest| {
            if expected.is_open() {
                format!("；是否指 `{nearest}`？")
            } else {
                format!("；请写 `{nearest}`")
            }
        });
        let (found, expected) = (found.in_chinese(), expected.in_chinese());
        format!("第 {line} 行第 {column} 列：此处是{found}，应为{expected}{advice}")
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, found, expected, nearest } = self;
        write!(f, "line {line}, column {column}: found {found}, expected {expected}")?;
        match nearest {
            Some(nearest) if expected.is_open() => write!(f, "; did you mean `{nearest}`?"),
            Some(nearest) => write!(f, "; write `{nearest}`"),
            None => Ok(()),
        }
    }
}
