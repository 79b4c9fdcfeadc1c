//! The tightest level of the grammar: literals, fields, and what stands in brackets of its own.

use jiff::civil::Date;

use super::{Parsed, Parser, Typed};
use crate::{
    Expected, Mistake, Type, Value,
    lexer::Lexeme,
    tree::{Field, Function, Literal, Tree, Variable},
};

/// Words that no field may be called, because an expression may contain them where a name could stand.
pub(super) const RESERVED: [&str; 11] =
    ["and", "or", "between", "in", "is", "if", "then", "else", "some", "every", "satisfies"];

/// Words of the language that may follow a number, where otherwise a unit would.
pub(super) const FOLLOWING: [&str; 10] =
    ["and", "or", "between", "in", "is", "not", "of", "then", "else", "satisfies"];

impl Parser<'_> {
    pub(super) fn item(&mut self) -> Parsed {
        let start = self.token().start;
        match self.token().lexeme {
            Lexeme::Symbol("(") => self.parenthesised(start),
            Lexeme::Symbol("[") => self.list(start),
            Lexeme::Word(word) => self.word(word, start),
            _ => self.literal(start),
        }
    }

    /// Reads a literal that no word begins. Apart from [`Self::item`], whose frame counts at every level.
    fn literal(&mut self, start: usize) -> Parsed {
        match self.token().lexeme.clone() {
            Lexeme::Number(number) => {
                self.advance();
                Ok(self.number(number, start)?.into())
            }
            Lexeme::Text(text) => {
                self.advance();
                Ok(self.leaf(Literal::plain(Value::Text(text.into())), Type::Text, start).into())
            }
            Lexeme::Symbol("@") => {
                self.advance();
                let date = self.date()?;
                Ok(self.leaf(Literal::plain(date), Type::Date, start).into())
            }
            _ => self.refuse(Expected::Operand),
        }
    }

    fn word(&mut self, word: &str, start: usize) -> Parsed {
        let before = |symbol: &str| {
            matches!(self.tokens.get(self.next + 1).map(|token| &token.lexeme),
                Some(Lexeme::Symbol(next) | Lexeme::Word(next)) if *next == symbol)
        };
        match word {
            "true" | "false" => {
                self.advance();
                Ok(self.leaf(Literal::plain(word == "true"), Type::Truth, start).into())
            }
            "not" => self.not(start),
            "date" if before("(") && self.date_is_written() => {
                self.advance();
                let date = self.bracketed(Self::date)?;
                if !self.sees_symbol(")") {
                    return self.refuse(Expected::words(&[")"]));
                }
                self.advance();
                Ok(self.leaf(Literal::plain(date), Type::Date, start).into())
            }
            "at" if before("least") => self.at_least(start),
            "if" => self.choice(start),
            "some" | "every" => self.quantified(word == "every", start),
            "criteria" if before("(") => self.criteria(start),
            word if before("(") => match Function::of_name(word) {
                Some(function) => self.call(function, start),
                None if RESERVED.contains(&word) => self.refuse(Expected::Operand),
                None => self.refuse(Expected::Function),
            },
            word if RESERVED.contains(&word) => self.refuse(Expected::Operand),
            name => self.field(name, start),
        }
    }

    fn field(&mut self, name: &str, start: usize) -> Parsed {
        // The innermost quantifier of the name is meant, and any before a field.
        if let Some(level) = self.bound.iter().rposition(|bound| bound.is_called(name)) {
            return self.variable(level, start);
        }
        let Some((key, entry)) = self.dictionary.entry(name) else {
            return self.refuse(Expected::Field);
        };
        let (key, kind, rule) = (key.clone(), entry.kind.clone(), entry.rule.clone());
        let depth = rule.as_ref().map(|rule| rule.depth);
        let field = Tree::Field(Field { key, written: name.into(), kind: kind.clone(), rule });
        self.advance();
        match depth {
            Some(depth) => self.built(field, (kind, false), start, depth),
            None => Ok(self.leaf(field, kind, start).into()),
        }
    }

    fn variable(&mut self, level: usize, start: usize) -> Parsed {
        let Some(bound) = self.bound.get(level) else { return self.refuse(Expected::Field) };
        let (kind, bare) = (bound.kind.clone(), bound.bare);
        let variable = Tree::Variable(Variable { level, name: bound.name() });
        self.advance();
        Ok(Typed { bare, ..self.leaf(variable, kind, start) }.into())
    }

    /// Whether `date(` has a text in it, rather than year, month and day.
    fn date_is_written(&self) -> bool {
        !matches!(
            self.tokens.get(self.next + 2).map(|token| &token.lexeme),
            Some(Lexeme::Number(_) | Lexeme::Word(_) | Lexeme::Symbol("(" | "-"))
        )
    }

    fn not(&mut self, start: usize) -> Parsed {
        self.advance();
        if !self.sees_symbol("(") {
            return self.refuse(Expected::words(&["("]));
        }
        let inner = self.bracketed(|parser| {
            let inner = parser.expression()?;
            parser.require_claim(&inner)?;
            parser.take_closing(&inner, &[")"])?;
            Ok(inner)
        })?;
        self.composed(Tree::Not(Box::new(inner.tree)), start, inner.depth)
    }

    fn parenthesised(&mut self, start: usize) -> Parsed {
        let mut inner = self.bracketed(|parser| {
            let inner = parser.expression()?;
            parser.take_closing(&inner, &[")"])?;
            Ok(inner)
        })?;
        (inner.start, inner.end) = (start, self.behind());
        Ok(inner)
    }

    /// Reads `at least 2 of (a, b, c)`. A count that cannot be reached, or always is, is a slip of the author.
    fn at_least(&mut self, start: usize) -> Parsed {
        self.advance();
        self.advance();
        let place = self.next;
        let count = match &self.token().lexeme {
            Lexeme::Number(number) => number.to_i64().and_then(|count| usize::try_from(count).ok()),
            _ => return self.refuse(Expected::Number),
        };
        self.advance();
        if !self.take_word("of") {
            return self.refuse(Expected::words(&["of"]));
        }
        if !self.sees_symbol("(") {
            return self.refuse(Expected::words(&["("]));
        }
        let (of, depth) = self.bracketed(Self::claims)?;
        match count {
            Some(count) if (1..=of.len()).contains(&count) => {
                self.composed(Tree::AtLeast { count, of }, start, depth)
            }
            _ => {
                self.next = place;
                self.refuse(Expected::Count(of.len()))
            }
        }
    }

    fn claims(&mut self) -> Result<(Vec<Tree>, usize), Box<Mistake>> {
        let mut depth = 0;
        let mut claims = Vec::new();
        loop {
            let claim = self.expression()?;
            self.require_claim(&claim)?;
            depth = depth.max(claim.depth);
            let closing = self.take_closing(&claim, &[",", ")"])?;
            claims.push(claim.tree);
            if closing == ")" {
                return Ok((claims, depth));
            }
        }
    }

    fn date(&mut self) -> Result<Date, Box<Mistake>> {
        let date = match &self.token().lexeme {
            Lexeme::Text(text) => date_of(text),
            _ => None,
        };
        let Some(date) = date else {
            return self.refuse(Expected::Date);
        };
        self.advance();
        Ok(date)
    }

    pub(super) fn leaf(&self, tree: Tree, kind: Type, start: usize) -> Typed {
        Typed { tree, kind, bare: false, depth: 0, start, end: self.behind() }
    }
}

/// Reads `2026-01-02` and nothing else: a date library also takes `20260102` and times of day.
pub(super) fn date_of(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if shaped { text.parse().ok() } else { None }
}
