//! Reads a text into a typed tree: one function per level of the grammar, from the loosest to the tightest.
//!
//! Every operand carries its type, its depth and its place, so that the mistake of a comparison is shown where it is.
//! Recursion passes only through [`Parser::bracketed`], which counts its levels.

mod arithmetic;
mod call;
mod claim;
mod item;
mod judge;

use std::sync::Arc;

use crate::{
    Dictionary, Expected, Found, Mistake, Type,
    lexer::{self, Lexeme, Token},
    tree::{DEEPEST, Literal, Tree},
};

/// The most characters a text may have.
pub(crate) const LONGEST_TEXT: usize = 20_000;

/// What a whole text is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    Anything,
    Claim,
    /// Something of this type, in its unit.
    Like(Type),
}

/// Parses and checks a whole text.
pub(crate) fn parse(text: &str, dictionary: &Dictionary, goal: &Goal) -> Result<Parse, Box<Mistake>> {
    if let Some((start, _)) = text.char_indices().nth(LONGEST_TEXT) {
        let (line, column) = judge::place(text, start);
        let found = Found::Length(text.chars().count());
        return Err(Mistake { line, column, found, expected: Expected::ShorterText, nearest: None }.into());
    }
    let mut parser =
        Parser { text, tokens: lexer::tokens(text), next: 0, dictionary, levels: 0, bound: vec![] };
    let mut whole = parser.expression()?;
    if *goal == Goal::Claim {
        parser.require_claim(&whole)?;
    }
    parser.take_closing(&whole, &[""])?;
    if let Goal::Like(kind) = goal {
        let mut declared = parser.leaf(Literal::plain(true), kind.clone(), 0);
        // What a unit is declared for may be computed without one; it is then in that unit.
        declared.bare = whole.kind == Type::Number;
        if !kind.is_like(&whole.kind) {
            return Err(parser.mismatch(&whole, kind.clone()).into());
        }
        parser.agree(&mut declared, &mut whole)?;
    }
    let Typed { tree, kind, depth, .. } = *whole;
    Ok(Parse { tree, kind, depth })
}

/// A whole text, read.
#[derive(Debug)]
pub(crate) struct Parse {
    pub(crate) tree: Tree,
    pub(crate) kind: Type,
    pub(crate) depth: usize,
}

/// The names of fields, tables and criteria that a text may use: its words, and its texts in brackets after
/// `criteria`. Words that turn out to mean something else do no harm.
pub(crate) fn names(text: &str) -> (Vec<String>, Vec<String>) {
    let tokens = lexer::tokens(text);
    let mut words = Vec::new();
    let mut criteria = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let before = |back: usize| index.checked_sub(back).and_then(|at| tokens.get(at));
        match &token.lexeme {
            Lexeme::Word(word) => words.push((*word).to_owned()),
            Lexeme::Text(text)
                if matches!(before(2).map(|token| &token.lexeme), Some(Lexeme::Word("criteria"))) =>
            {
                criteria.push(text.clone());
            }
            _ => {}
        }
    }
    (words, criteria)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    next: usize,
    dictionary: &'a Dictionary,
    levels: usize,
    /// What the quantifiers around this place name, from the outermost, with the types of the elements.
    bound: Vec<Bound>,
}

/// A name that a quantifier gives.
struct Bound {
    name: Arc<str>,
    kind: Type,
    bare: bool,
}

/// A tree with what its neighbours need to know of it.
struct Typed {
    tree: Tree,
    kind: Type,
    /// Whether it is a number that takes the unit of what stands beside it, as 5 does.
    bare: bool,
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

    /// Reads an expression one level deeper, where no bracket opens.
    fn nested(&mut self) -> Parsed {
        if self.levels == DEEPEST {
            return self.refuse(Expected::FewerLevels);
        }
        self.levels += 1;
        let result = self.expression();
        self.levels -= 1;
        result
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
        self.built(tree, (Type::Truth, false), start, depth)
    }

    /// Finishes anything over parts of at most `depth`, which ends where the parser stands.
    fn built(&self, tree: Tree, (kind, bare): (Type, bool), start: usize, depth: usize) -> Parsed {
        let typed = Box::new(Typed { tree, kind, bare, depth: depth + 1, start, end: self.behind() });
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
