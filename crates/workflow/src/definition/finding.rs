//! Everything that is wrong with a definition, and where.
use super::read::Name;
use crate::nearest;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

/// Bytes from and to, in the text of the definition.
pub(super) type Span = Range<usize>;

/// Something wrong with a definition, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// From one.
    pub line: usize,
    /// In characters, from one.
    pub column: usize,
    /// What was found, what was expected, and the nearest word where there is one.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// The most that are told at once; the place of each is looked for from the beginning of the text.
const MOST: usize = 500;

/// The findings so far, in the order they were made.
pub(super) struct Findings<'t> {
    text: &'t str,
    list: Vec<Finding>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, list: vec![] }
    }

    /// Notes what is wrong at `span`.
    pub(super) fn note(&mut self, span: &Span, message: impl Into<String>) {
        self.note_at(span.start, message);
    }

    /// Notes what is wrong in the string at `span`, where `line` and `column` count within what the string says.
    pub(super) fn note_within(
        &mut self,
        span: &Span,
        line: usize,
        column: usize,
        message: impl Into<String>,
    ) {
        let written = self.text.get(span.clone()).unwrap_or_default();
        self.note_at(span.start + offset_within(written, line, column), message);
    }

    fn note_at(&mut self, at: usize, message: impl Into<String>) {
        let message = match self.list.len().cmp(&MOST) {
            Ordering::Less => message.into(),
            Ordering::Equal => format!("there is more; at most {MOST} findings are told at once"),
            Ordering::Greater => return,
        };
        let before = self.text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.list.push(Finding {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
        });
    }

    /// Notes a name that is not there, with the nearest that is.
    pub(super) fn unknown<'n>(
        &mut self,
        name: &Name,
        what: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) {
        let hint = nearest(&name.key, known.clone()).map_or_else(
            || {
                let names: Vec<&str> = known.take(12).collect();
                if names.is_empty() { String::new() } else { format!("; there are {}", names.join(", ")) }
            },
            |near| format!("; did you mean `{near}`?"),
        );
        self.note(&name.span, format!("there is no {what} `{}`{hint}", name.key));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All findings in the order of the file.
    pub(super) fn into_list(mut self) -> Vec<Finding> {
        self.list.sort();
        self.list.dedup();
        self.list
    }
}

/// How many bytes into a TOML string, quotes included, the given place of what it says is written.
fn offset_within(written: &str, line: usize, column: usize) -> usize {
    let quote = if written.starts_with("'''") || written.starts_with("\"\"\"") { 3 } else { 1 };
    let escapes = written.starts_with('"');
    let inside = written.get(quote..).unwrap_or_default();
    // A line break right after the opening quotes is not part of the string.
    let skipped = if quote == 3 { inside.len() - inside.trim_start_matches(['\r', '\n']).len() } else { 0 };
    let (mut at, mut now) = (quote + skipped, (1, 1));
    while now < (line, column) {
        let rest = written.get(at..).unwrap_or_default();
        let mut characters = rest.chars();
        let Some(first) = characters.next() else { break };
        let hexadecimal = match (first == '\\' && escapes, characters.next()) {
            (true, Some('x')) => 2,
            (true, Some('u')) => 4,
            (true, Some('U')) => 8,
            _ => 0,
        };
        let escape = usize::from(first == '\\' && escapes);
        at += rest.chars().take(1 + escape + hexadecimal).map(char::len_utf8).sum::<usize>();
        now = if first == '\n' { (now.0 + 1, 1) } else { (now.0, now.1 + 1) };
    }
    at
}
