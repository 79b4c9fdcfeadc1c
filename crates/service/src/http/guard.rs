//! Measures a document before the parser sees it: one pass over the bytes, no recursion, no allocation.
//!
//! The limits of async-graphql look at the parsed document: too late for `{a(x:[[[[…`, which overflows the stack of
//! the parser (see [`limits::BRACKET_DEPTH`]). The lexical rules are those of the September 2025 GraphQL
//! specification, section 2.1; where a document is not lexically sound the guard may count too much, never too
//! little.

use super::limits;

/// What a document may hold only so much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of the whole document.
    Bytes,
    /// Brackets `{`, `[`, `(` open at once.
    BracketDepth,
    /// Lexical tokens.
    Tokens,
    /// Directives.
    Directives,
    /// Aliases.
    Aliases,
    /// Selections with every fragment written out where it is spread.
    WrittenOutSelections,
}

impl Limit {
    /// Returns the limit's name as the answer gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::BracketDepth => "nested brackets",
            Self::Tokens => "tokens",
            Self::Directives => "directives",
            Self::Aliases => "aliases",
            Self::WrittenOutSelections => "selections with fragments written out",
        }
    }

    /// Returns how many are allowed.
    #[must_use]
    pub const fn allowed(self) -> usize {
        match self {
            Self::Bytes => limits::DOCUMENT_BYTES,
            Self::BracketDepth => limits::BRACKET_DEPTH,
            Self::Tokens => limits::TOKENS,
            Self::Directives => limits::DIRECTIVES,
            Self::Aliases => limits::ALIASES,
            Self::WrittenOutSelections => limits::WRITTEN_OUT_SELECTIONS,
        }
    }
}

/// Why a document does not reach the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Excess {
    /// More of something than is allowed.
    #[error("the document has too many {}: at most {} are allowed", .0.name(), .0.allowed())]
    Over(Limit),
    /// A text without its closing quote; line and column count from 1.
    #[error("the text that begins at line {line}, column {column} has no end")]
    OpenText {
        /// Line of the opening quote.
        line: usize,
        /// Column of the opening quote, in characters.
        column: usize,
    },
}

/// Measures `document` and refuses it when a limit is passed.
pub(super) fn check(document: &[u8]) -> Result<(), Excess> {
    if document.len() > limits::DOCUMENT_BYTES {
        return Err(Excess::Over(Limit::Bytes));
    }
    let mut count = Count::default();
    let mut rest = document;
    while let Some((&first, after)) = rest.split_first() {
        rest = match first {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                rest = after;
                continue;
            }
            b'#' => {
                rest = skip(after, |byte| !matches!(byte, b'\n' | b'\r'));
                continue;
            }
            b'"' => text(after).ok_or_else(|| open_text(document, rest))?,
            b'.' => after.strip_prefix(b"..").unwrap_or(after),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                skip(after, |byte| byte.is_ascii_alphanumeric() || byte == b'_')
            }
            b'0'..=b'9' | b'-' => number(after),
            _ => after,
        };
        count.token(first)?;
    }
    Ok(())
}

/// What has been seen so far.
#[derive(Default)]
struct Count {
    depth: usize,
    /// Round brackets open: inside them a colon belongs to an argument, outside to an alias.
    round: usize,
    tokens: usize,
    directives: usize,
    aliases: usize,
}

impl Count {
    fn token(&mut self, first: u8) -> Result<(), Excess> {
        self.tokens += 1;
        within(self.tokens, Limit::Tokens)?;
        match first {
            b'{' | b'[' | b'(' => {
                self.depth += 1;
                self.round += usize::from(first == b'(');
                within(self.depth, Limit::BracketDepth)
            }
            b'}' | b']' | b')' => {
                self.depth = self.depth.saturating_sub(1);
                self.round = self.round.saturating_sub(usize::from(first == b')'));
                Ok(())
            }
            b'@' => {
                self.directives += 1;
                within(self.directives, Limit::Directives)
            }
            b':' if self.round == 0 => {
                self.aliases += 1;
                within(self.aliases, Limit::Aliases)
            }
            _ => Ok(()),
        }
    }
}

fn within(count: usize, limit: Limit) -> Result<(), Excess> {
    if count > limit.allowed() { Err(Excess::Over(limit)) } else { Ok(()) }
}

fn skip(bytes: &[u8], inside: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().position(|&byte| !inside(byte)).unwrap_or(bytes.len());
    bytes.get(end..).unwrap_or_default()
}

/// Skips a number after its first character. A sign belongs to it only after the exponent's `e`.
fn number(mut bytes: &[u8]) -> &[u8] {
    let mut previous = b'0';
    while let Some((&byte, after)) = bytes.split_first() {
        let sign = matches!(byte, b'+' | b'-') && matches!(previous, b'e' | b'E');
        if !(byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E') || sign) {
            break;
        }
        (bytes, previous) = (after, byte);
    }
    bytes
}

/// Skips a text after its first quote; `None` when it has no end.
fn text(bytes: &[u8]) -> Option<&[u8]> {
    if let Some(block) = bytes.strip_prefix(b"\"\"") {
        return block_text(block);
    }
    let mut rest = bytes;
    loop {
        rest = match rest {
            [b'"', after @ ..] => return Some(after),
            [] | [b'\n' | b'\r', ..] | [b'\\'] | [b'\\', b'\n' | b'\r', ..] => return None,
            [b'\\', _, after @ ..] | [_, after @ ..] => after,
        };
    }
}

fn block_text(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return None,
            [b'"', b'"', b'"', after @ ..] => return Some(after),
            [b'\\', b'"', b'"', b'"', after @ ..] | [_, after @ ..] => after,
        };
    }
}

fn open_text(document: &[u8], rest: &[u8]) -> Excess {
    let before = document.get(..document.len() - rest.len()).unwrap_or_default();
    let (mut line, mut column) = (1, 1);
    for byte in before {
        match byte {
            b'\n' => (line, column) = (line + 1, 1),
            // The second and later bytes of a character.
            0x80..=0xBF => {}
            _ => column += 1,
        }
    }
    Excess::OpenText { line, column }
}

#[cfg(test)]
mod tests;
