//! Reads a text into a typed tree: one function per level of the grammar, from the loosest to the tightest.
//!
//! Every operand carries its type, its depth and its place, so that the mistake of a comparison is shown where it is.
//! Recursion passes only through [`Parser::bracketed`], which counts its levels.

mod item;
mod judge;

use crate::{
    Dictionary, Expected, Found, Mistake, Type,
    lexer::{self, Lexeme, Token},
    tree::{Comparison, DEEPEST, Set, Tree},
};

/// The most characters a text may have.
pub(crate) const LONGEST_TEXT: usize = 20_000;

/// What a whole text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    Anything,
    Claim,
}

/// Parses and checks a whole text.
pub(crate) fn parse(text: &str, dictionary: &Dictionary, goal: Goal) -> Result<(Tree, Type), Box<Mistake>> {
    if let Some((start, _)) = text.char_indices().nth(LONGEST_TEXT) {
        let (line, column) = judge::place(text, start);
        let found = Found::Length(text.chars().count());
        return Err(Mistake { line, column, found, expected: Expected::ShorterText, nearest: None }.into());
    }
    let mut parser = Parser { text, tokens: lexer::tokens(text), next: 0, dictionary, levels: 0 };
    let whole = parser.expression()?;
    if goal == Goal::Claim {
        parser.require_claim(&whole)?;
    }
    parser.take_closing(&whole, &[""])?;
    Ok((whole.tree, whole.kind))
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    next: usize,
    dictionary: &'a Dictionary,
    levels: usize,
}

/// A tree with what its neighbours need to know of it.
struct Typed {
    tree: Tree,
    kind: Type,
    depth: usize,
    /// Where it begins and ends, in bytes of the text.
    start: usize,
    end: usize,
}

/// Both sides are boxed, so that the frames of the recursion stay small: a text as deep as allowed must parse on a
/// stack of 512 KiB in a debug build, where every temporary has a place of its own.
type Parsed = Result<Box<Typed>, Box<Mistake>>;

impl<'a> Parser<'a> {
    fn expression(&mut self) -> Parsed {
        self.chain("or", Self::conjunction, Tree::Or)
    }

    fn conjunction(&mut self) -> Parsed {
        self.chain("and", Self::claim, Tree::And)
    }

    /// Reads `part { word part }`; the chain is flat however long, so that it adds one level.
    fn chain(&mut self, word: &str, part: fn(&mut Self) -> Parsed, join: fn(Vec<Tree>) -> Tree) -> Parsed {
        let first = part(self)?;
        if !self.sees_word(word) {
            return Ok(first);
        }
        self.require_claim(&first)?;
        let start = first.start;
        let mut depth = first.depth;
        let mut parts = vec![first.tree];
        while self.take_word(word) {
            let next = part(self)?;
            self.require_claim(&next)?;
            depth = depth.max(next.depth);
            parts.push(next.tree);
        }
        self.composed(join(parts), start, depth)
    }

    fn claim(&mut self) -> Parsed {
        let left = self.item()?;
        match self.token().lexeme {
            Lexeme::Symbol(symbol) => match Comparison::of_symbol(symbol) {
                Some(comparison) => self.compared(left, comparison),
                None => Ok(left),
            },
            Lexeme::Word("between") => self.between(left),
            Lexeme::Word("in") => self.contained(left, false),
            Lexeme::Word("not") => {
                self.advance();
                if !self.sees_word("in") {
                    return self.refuse(Expected::words(&["in"]));
                }
                self.contained(left, true)
            }
            Lexeme::Word("is") => self.presence(*left),
            _ => Ok(left),
        }
    }

    fn compared(&mut self, left: Box<Typed>, comparison: Comparison) -> Parsed {
        self.require_comparable(&left, comparison.needs_order())?;
        self.advance();
        let right = self.item()?;
        self.require_agreement(&left, &right)?;
        let (start, depth) = (left.start, left.depth.max(right.depth));
        let (left, right) = (Box::new(left.tree), Box::new(right.tree));
        self.composed(Tree::Compare { comparison, left, right }, start, depth)
    }

    fn between(&mut self, value: Box<Typed>) -> Parsed {
        self.require_comparable(&value, true)?;
        self.advance();
        let low = self.item()?;
        self.require_agreement(&value, &low)?;
        if !self.take_word("and") {
            return self.refuse(Expected::words(&["and"]));
        }
        let high = self.item()?;
        self.require_agreement(&value, &high)?;
        let (start, depth) = (value.start, value.depth.max(low.depth).max(high.depth));
        let (value, low, high) = (Box::new(value.tree), Box::new(low.tree), Box::new(high.tree));
        self.composed(Tree::Between { value, low, high }, start, depth)
    }

    fn presence(&mut self, of: Typed) -> Parsed {
        self.advance();
        let present = self.take_word("present");
        if !present && !self.take_word("absent") {
            return self.refuse(Expected::words(&["present", "absent"]));
        }
        let (start, depth) = (of.start, of.depth);
        self.composed(Tree::Presence { of: Box::new(of.tree), present }, start, depth)
    }

    fn contained(&mut self, value: Box<Typed>, negated: bool) -> Parsed {
        self.require_comparable(&value, false)?;
        self.advance();
        let (set, depth) = match self.token().lexeme {
            Lexeme::Symbol("(") => self.bracketed(|parser| parser.members_or_open_interval(&value)),
            Lexeme::Symbol("[") => self.bracketed(|parser| {
                let low = parser.expression()?;
                parser.interval(&value, low, true)
            }),
            Lexeme::Word(_) => {
                let list = self.item()?;
                self.require_list(&value, &list)?;
                Ok((Set::List(Box::new(list.tree)), list.depth))
            }
            _ => return self.refuse(Expected::words(&["(", "["])),
        }?;
        let (start, depth) = (value.start, value.depth.max(depth));
        self.composed(Tree::In { value: Box::new(value.tree), set, negated }, start, depth)
    }

    fn members_or_open_interval(&mut self, value: &Typed) -> Result<(Set, usize), Box<Mistake>> {
        let mut member = self.expression()?;
        if self.sees_symbol("..") {
            return self.interval(value, member, false);
        }
        let mut depth = 0;
        let mut members = Vec::new();
        loop {
            self.require_agreement(value, &member)?;
            depth = depth.max(member.depth);
            let closing = self.take_closing(&member, &[",", ")"])?;
            members.push(member.tree);
            if closing == ")" {
                return Ok((Set::Members(members), depth));
            }
            member = self.expression()?;
        }
    }

    /// Reads `.. high ]` after the low end.
    fn interval(
        &mut self,
        value: &Typed,
        low: Box<Typed>,
        includes_low: bool,
    ) -> Result<(Set, usize), Box<Mistake>> {
        self.require_agreement(value, &low)?;
        if !value.kind.has_order() {
            return self.refuse(Expected::words(if includes_low { &["("] } else { &[",", ")"] }));
        }
        self.take_closing(&low, &[".."])?;
        let high = self.expression()?;
        self.require_agreement(value, &high)?;
        let includes_high = self.take_closing(&high, &["]", ")"])? == "]";
        let depth = low.depth.max(high.depth);
        let (low, high) = (Box::new(low.tree), Box::new(high.tree));
        Ok((Set::Interval { low, includes_low, high, includes_high }, depth))
    }

    /// Takes the opening bracket and what follows it, one level deeper.
    fn bracketed<T>(
        &mut self,
        inside: impl FnOnce(&mut Self) -> Result<T, Box<Mistake>>,
    ) -> Result<T, Box<Mistake>> {
        if self.levels == DEEPEST {
            return self.refuse(Expected::FewerLevels);
        }
        self.levels += 1;
        self.advance();
        let result = inside(self);
        self.levels -= 1;
        result
    }

    /// Finishes a claim over parts of at most `depth`, which ends where the parser stands.
    fn composed(&self, tree: Tree, start: usize, depth: usize) -> Parsed {
        let typed = Box::new(Typed { tree, kind: Type::Truth, depth: depth + 1, start, end: self.behind() });
        if typed.depth > DEEPEST {
            Err(self.mistake_of(&typed, Expected::FewerLevels).into())
        } else {
            Ok(typed)
        }
    }

    /// The next token; the last one, which is the end or broken, is never passed.
    fn token(&self) -> &Token<'a> {
        const END: &Token<'static> = &Token { lexeme: Lexeme::End, start: 0, end: 0 };
        self.tokens.get(self.next).unwrap_or(END)
    }

    fn advance(&mut self) {
        if !matches!(self.token().lexeme, Lexeme::End | Lexeme::Broken(_)) {
            self.next += 1;
        }
    }

    /// Where the last token taken ends.
    fn behind(&self) -> usize {
        self.next.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |token| token.end)
    }

    fn sees_word(&self, word: &str) -> bool {
        matches!(self.token().lexeme, Lexeme::Word(found) if found == word)
    }

    fn sees_symbol(&self, symbol: &str) -> bool {
        matches!(self.token().lexeme, Lexeme::Symbol(found) if found == symbol)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let sees = self.sees_word(word);
        if sees {
            self.advance();
        }
        sees
    }

    /// Takes one of the symbols that may end what was read; the empty one is the end of the text.
    fn take_closing(
        &mut self,
        before: &Typed,
        closing: &[&'static str],
    ) -> Result<&'static str, Box<Mistake>> {
        let found = closing.iter().find(|symbol| match self.token().lexeme {
            Lexeme::End => symbol.is_empty(),
            Lexeme::Symbol(found) => found == **symbol,
            _ => false,
        });
        match found {
            Some(symbol) => {
                self.advance();
                Ok(symbol)
            }
            None => Err(self.mistake_after(before, closing).into()),
        }
    }
}
