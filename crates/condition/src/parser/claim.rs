//! Claims about one value: comparisons, sets, presence.

use super::{Parsed, Parser, Typed};
use crate::{
    Expected, Mistake,
    lexer::Lexeme,
    tree::{Comparison, Set, Tree},
};

impl Parser<'_> {
    pub(super) fn claim(&mut self) -> Parsed {
        let left = self.sum()?;
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

    fn compared(&mut self, mut left: Box<Typed>, comparison: Comparison) -> Parsed {
        self.require_comparable(&left, comparison.needs_order())?;
        self.advance();
        let mut right = self.sum()?;
        self.require_agreement(&mut left, &mut right)?;
        let (start, depth) = (left.start, left.depth.max(right.depth));
        let (left, right) = (Box::new(left.tree), Box::new(right.tree));
        self.composed(Tree::Compare { comparison, left, right }, start, depth)
    }

    fn between(&mut self, mut value: Box<Typed>) -> Parsed {
        self.require_comparable(&value, true)?;
        self.advance();
        let mut low = self.sum()?;
        self.require_agreement(&mut value, &mut low)?;
        if !self.take_word("and") {
            return self.refuse(Expected::words(&["and"]));
        }
        let mut high = self.sum()?;
        self.require_agreement(&mut value, &mut high)?;
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

    fn contained(&mut self, mut value: Box<Typed>, negated: bool) -> Parsed {
        self.require_comparable(&value, false)?;
        self.advance();
        let (set, depth) = match self.token().lexeme {
            Lexeme::Symbol("(") => self.bracketed(|parser| parser.members_or_open_interval(&mut value)),
            Lexeme::Symbol("[") => self.bracketed(|parser| {
                let low = parser.expression()?;
                parser.interval(&mut value, low, true)
            }),
            Lexeme::Word(_) => {
                let list = self.item()?;
                self.require_list(&mut value, &list)?;
                Ok((Set::List(Box::new(list.tree)), list.depth))
            }
            _ => return self.refuse(Expected::words(&["(", "["])),
        }?;
        let (start, depth) = (value.start, value.depth.max(depth));
        self.composed(Tree::In { value: Box::new(value.tree), set, negated }, start, depth)
    }

    fn members_or_open_interval(&mut self, value: &mut Typed) -> Result<(Set, usize), Box<Mistake>> {
        let mut member = self.expression()?;
        if self.sees_symbol("..") {
            return self.interval(value, member, false);
        }
        let mut depth = 0;
        let mut members = Vec::new();
        loop {
            self.require_agreement(value, &mut member)?;
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
        value: &mut Typed,
        mut low: Box<Typed>,
        includes_low: bool,
    ) -> Result<(Set, usize), Box<Mistake>> {
        self.require_agreement(value, &mut low)?;
        if !value.kind.has_order() {
            return self.refuse(Expected::words(if includes_low { &["("] } else { &[",", ")"] }));
        }
        self.take_closing(&low, &[".."])?;
        let mut high = self.expression()?;
        self.require_agreement(value, &mut high)?;
        let includes_high = self.take_closing(&high, &["]", ")"])? == "]";
        let depth = low.depth.max(high.depth);
        let (low, high) = (Box::new(low.tree), Box::new(high.tree));
        Ok((Set::Interval { low, includes_low, high, includes_high }, depth))
    }
}
