//! Cuts a text into lexemes. It never fails: what is not of the language becomes a lexeme that no rule takes, so that
//! the parser reports the first mistake of the text, whoever finds it, and says what would fit there.

use crate::{Expected, Number};

/// The most digits a number in a text may have.
pub(crate) const MOST_DIGITS: usize = 100;

#[derive(Debug, Clone)]
pub(crate) struct Token<'a> {
    pub(crate) lexeme: Lexeme<'a>,
    /// Where it begins and ends, in bytes of the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Lexeme<'a> {
    /// A name, a path of names joined by dots, or a word of the language.
    Word(&'a str),
    Number(Number),
    Text(String),
    Symbol(&'static str),
    /// Something of another language, with what ours writes for it, where that is clear.
    Foreign(Option<&'static str>),
    /// Something begun and not well ended, with what was expected in it.
    Broken(Expected),
    End,
}

/// Longer symbols stand before their beginnings.
const SYMBOLS: [&str; 19] =
    ["..", "!=", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", "%", "@", "-", "+", "*", "/", "."];

/// What other languages and Chinese keyboards write, and what is meant. Longer ones stand before their beginnings.
const FOREIGN: [(&str, &str); 30] = [
    ("===", "="),
    ("==", "="),
    ("!==", "!="),
    ("<>", "!="),
    ("=<", "<="),
    ("=>", ">="),
    ("&&", "and"),
    ("||", "or"),
    ("!", "not"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("＝", "="),
    ("＜", "<"),
    ("＞", ">"),
    ("（", "("),
    ("）", ")"),
    ("【", "["),
    ("】", "]"),
    ("，", ","),
    ("、", ","),
    ("％", "%"),
    ("−", "-"),
    ("－", "-"),
    ("＋", "+"),
    ("×", "*"),
    ("÷", "/"),
    ("“", "\""),
    ("”", "\""),
    ("'", "\""),
];

/// Cuts the whole text. The last token is the end, or the first thing that is broken.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    loop {
        let rest = text.get(start..).unwrap_or_default();
        let trimmed = rest.trim_start();
        start += rest.len() - trimmed.len();
        let (lexeme, length) = first(trimmed);
        let stops = matches!(lexeme, Lexeme::End | Lexeme::Broken(_));
        let end = start + length;
        tokens.push(Token { lexeme, start, end });
        if stops {
            return tokens;
        }
        start = end;
    }
}

fn first(text: &str) -> (Lexeme<'_>, usize) {
    let Some(letter) = text.chars().next() else {
        return (Lexeme::End, 0);
    };
    if letter.is_ascii_digit() {
        return number(text);
    }
    if begins_name(letter) {
        let length = path_length(text);
        return (Lexeme::Word(text.get(..length).unwrap_or_default()), length);
    }
    if letter == '"' {
        return quoted(text);
    }
    // A foreign word may begin with one of our symbols (`==`), and the other way round (`!=`): the longer one counts.
    let symbol = SYMBOLS.into_iter().find(|symbol| text.starts_with(symbol));
    let foreign = FOREIGN.into_iter().find(|(foreign, _)| text.starts_with(foreign));
    match (symbol, foreign) {
        (Some(symbol), None) => (Lexeme::Symbol(symbol), symbol.len()),
        (Some(symbol), Some((foreign, _))) if symbol.len() >= foreign.len() => {
            (Lexeme::Symbol(symbol), symbol.len())
        }
        (_, Some((foreign, meant))) => (Lexeme::Foreign(Some(meant)), foreign.len()),
        (None, None) => (Lexeme::Foreign(None), letter.len_utf8()),
    }
}

fn number(text: &str) -> (Lexeme<'_>, usize) {
    let whole = digits(text);
    let after = text.get(whole..).and_then(|rest| rest.strip_prefix('.')).map_or(0, digits);
    let length = if after > 0 { whole + 1 + after } else { whole };
    let lexeme = match text.get(..length).map(Number::parse) {
        Some(Ok(number)) if whole + after <= MOST_DIGITS => Lexeme::Number(number),
        _ => Lexeme::Broken(Expected::FewerDigits),
    };
    (lexeme, length)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The length of `name { "." name }`; a dot that no letter follows belongs to what comes next (`a..b`).
fn path_length(text: &str) -> usize {
    let mut length = name_length(text);
    while let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix('.')) {
        if !rest.starts_with(begins_name) {
            break;
        }
        length += 1 + name_length(rest);
    }
    length
}

fn name_length(text: &str) -> usize {
    text.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && !is_unit(letter))
        .unwrap_or(text.len())
}

fn begins_name(letter: char) -> bool {
    letter.is_alphabetic() || is_unit(letter)
}

/// Units that are one sign, such as ㎡ and ㎏.
fn is_unit(letter: char) -> bool {
    ('\u{3380}'..='\u{33df}').contains(&letter)
}

/// A text ends on its line, so that a forgotten quote is found where it was forgotten.
fn quoted(text: &str) -> (Lexeme<'_>, usize) {
    let mut content = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (Lexeme::Text(content), at + 1),
            '\n' => return (Lexeme::Broken(Expected::ClosingQuote), at),
            '\\' => match letters.next() {
                Some((_, '"')) => content.push('"'),
                Some((_, '\\')) => content.push('\\'),
                Some((_, 'n')) => content.push('\n'),
                Some((_, 't')) => content.push('\t'),
                Some((at, other)) => return (Lexeme::Broken(Expected::Escape), at + other.len_utf8()),
                None => break,
            },
            other => content.push(other),
        }
    }
    (Lexeme::Broken(Expected::ClosingQuote), text.len())
}
