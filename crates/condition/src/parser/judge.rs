//! What the parser demands of operands, and how it words a mistake.

use std::sync::Arc;

use super::{Parser, Typed, item::date_of};
use crate::{
    Expected, Found, Mistake, Type, Value,
    dictionary::{nearest, nearest_unit},
    lexer::Lexeme,
    tree::{Function, Literal, Tree},
};

/// The words that a comparison may begin with.
const COMPARING: [&str; 4] = ["between", "in", "not", "is"];

impl Parser<'_> {
    pub(super) fn require_claim(&self, typed: &Typed) -> Result<(), Box<Mistake>> {
        if typed.kind == Type::Truth { Ok(()) } else { self.refuse(Expected::comparison()) }
    }

    /// Demands that the operator that comes next suits the value before it.
    pub(super) fn require_comparable(&self, value: &Typed, order: bool) -> Result<(), Box<Mistake>> {
        match value.kind {
            Type::List(_) | Type::Map(_) => self.refuse(Expected::words(&["is"])),
            Type::Truth | Type::Text | Type::Choice(_) if order => {
                self.refuse(Expected::words(&["=", "!=", "in", "not in", "is"]))
            }
            _ => Ok(()),
        }
    }

    /// Demands that both sides of a comparison are of one type, and that a literal is one of the other side's choices.
    /// Bare numbers take units, and the second side comes in the unit of the first.
    pub(super) fn require_agreement(&self, left: &mut Typed, right: &mut Typed) -> Result<(), Box<Mistake>> {
        if !left.kind.compares_with(&right.kind) {
            return Err(self.mismatch(right, left.kind.clone()).into());
        }
        self.agree(left, right)?;
        self.require_choice(&left.kind, right)?;
        self.require_choice(&right.kind, left)
    }

    /// Demands a list whose elements the value can be compared with; the value comes in their unit.
    pub(super) fn require_list(&self, value: &mut Typed, list: &Typed) -> Result<(), Box<Mistake>> {
        match &list.kind {
            Type::List(element) if value.kind.compares_with(element) => {
                let mut member = self.leaf(Literal::plain(true), (**element).clone(), list.start);
                (member.bare, member.end) = (list.bare, list.end);
                self.agree(&mut member, value)?;
                self.require_choice(element, value)
            }
            _ => Err(self.mismatch(list, Type::List(Box::new(value.kind.clone()))).into()),
        }
    }

    fn require_choice(&self, kind: &Type, side: &Typed) -> Result<(), Box<Mistake>> {
        let (Type::Choice(choices), Some(text)) = (kind, literal_text(side)) else {
            return Ok(());
        };
        if choices.contains(text) {
            return Ok(());
        }
        let near = nearest(text, choices.iter().map(|choice| &**choice)).map(|near| format!("\"{near}\""));
        Err(Mistake { nearest: near, ..self.mistake_of(side, Expected::Choice(choices.clone())) }.into())
    }

    pub(super) fn mismatch(&self, side: &Typed, kind: Type) -> Mistake {
        let written_as_text = (kind == Type::Date).then(|| literal_text(side).and_then(|text| date_of(text)));
        let nearest = written_as_text.flatten().map(|date| format!("@\"{date}\""));
        let found = Found::Typed(self.piece(side.start, side.end), side.kind.clone());
        Mistake { found, nearest, ..self.mistake_of(side, Expected::Kind(kind)) }
    }

    /// Refuses the next token.
    pub(super) fn refuse<T>(&self, expected: Expected) -> Result<T, Box<Mistake>> {
        Err(self.mistake(expected).into())
    }

    fn mistake(&self, expected: Expected) -> Mistake {
        let token = self.token();
        let (line, column) = place(self.text, token.start);
        let mut found = Found::Piece(self.piece(token.start, token.end));
        let mut near = None;
        let mut expected = expected;
        match &token.lexeme {
            Lexeme::End => found = Found::End,
            Lexeme::Broken(inside) => expected = inside.clone(),
            Lexeme::Foreign(Some(meant)) => {
                // Another language's comparison stands where a comparison could: nothing else was meant.
                if matches!(expected, Expected::Words { comparison: true, .. }) && comparing(meant) {
                    expected = Expected::comparison();
                }
                near = Some((*meant).to_owned());
            }
            Lexeme::Word(word) => near = self.nearest_word(word, &expected),
            Lexeme::Text(id) if expected == Expected::Criteria => {
                near = self.dictionary.nearest_criteria(id).map(|id| format!("\"{id}\""));
            }
            Lexeme::Foreign(None) | Lexeme::Number(_) | Lexeme::Text(_) | Lexeme::Symbol(_) => {}
        }
        Mistake { line, column, found, expected, nearest: near }
    }

    fn nearest_word(&self, word: &str, expected: &Expected) -> Option<String> {
        let near = match expected {
            Expected::Field => self
                .dictionary
                .nearest(word)
                .or_else(|| nearest(word, self.bound.iter().map(|bound| &*bound.name))),
            Expected::Function => nearest(word, Function::ALL.into_iter().map(Function::name)),
            Expected::Unit(units) => nearest_unit(word, units.iter().map(|unit| &**unit)),
            Expected::Words { comparison, words } => {
                let comparing = if *comparison { &COMPARING[..] } else { &[] };
                nearest(word, words.iter().chain(comparing).copied())
            }
            _ => None,
        };
        near.map(str::to_owned)
    }

    /// Words the mistake of an operand already read.
    pub(super) fn mistake_of(&self, typed: &Typed, expected: Expected) -> Mistake {
        let (line, column) = place(self.text, typed.start);
        let found = Found::Piece(self.piece(typed.start, typed.end));
        Mistake { line, column, found, expected, nearest: None }
    }

    /// Words the mistake of the next token, where what was read could go on or end with one of `closing`.
    pub(super) fn mistake_after(&self, before: &Typed, closing: &[&'static str]) -> Mistake {
        let claim = before.kind == Type::Truth;
        let going_on: &[&str] = if claim { &["and", "or"] } else { &[] };
        // A bare truth field is both a claim and something to compare.
        let comparison = !claim || matches!(before.tree, Tree::Field(_) | Tree::Literal(_));
        self.mistake(Expected::Words { comparison, words: [going_on, closing].concat() })
    }

    fn piece(&self, start: usize, end: usize) -> String {
        const LONGEST: usize = 40;
        let whole = self.text.get(start..end).unwrap_or_default();
        let mut piece: String = whole.chars().take(LONGEST).collect();
        if piece.len() < whole.len() {
            piece.push('…');
        }
        // A line break or another control character would break the line the message stands on.
        piece.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
    }
}

fn literal_text(typed: &Typed) -> Option<&Arc<str>> {
    match &typed.tree {
        Tree::Literal(Literal { value: Value::Text(text), .. }) => Some(text),
        _ => None,
    }
}

fn comparing(symbol: &str) -> bool {
    crate::tree::Comparison::of_symbol(symbol).is_some()
}

/// The line and column of a byte, both counted from 1, the column in characters.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before.get(line_start..).unwrap_or_default().chars().count() + 1)
}
