//! Sums, products and the units they keep.

use super::{Parsed, Parser, Typed};
use crate::{
    Expected, Mistake, Type, Value,
    lexer::Lexeme,
    tree::{Literal, Notation, Operand, Tree},
    units::MONEY,
};

impl Parser<'_> {
    pub(super) fn sum(&mut self) -> Parsed {
        let first = self.product()?;
        if self.sees_symbol("+") || self.sees_symbol("-") { self.summed(first) } else { Ok(first) }
    }

    /// Reads the rest of a chain of `+` and `-`, which is flat however long.
    fn summed(&mut self, mut first: Box<Typed>) -> Parsed {
        self.require_number(&first)?;
        let mut depth = first.depth;
        let mut rest = Vec::new();
        while let Some(inverse) = self.take_either("+", "-") {
            let mut next = self.product()?;
            self.require_number(&next)?;
            self.agree(&mut first, &mut next)?;
            depth = depth.max(next.depth);
            rest.push(Operand { inverse, tree: next.tree });
        }
        let Typed { tree, kind, bare, start, .. } = *first;
        rest.insert(0, Operand { inverse: false, tree });
        self.built(Tree::Sum(rest), (kind, bare), start, depth)
    }

    fn product(&mut self) -> Parsed {
        let first = self.unary()?;
        if self.sees_symbol("*") || self.sees_symbol("/") { self.multiplied(first) } else { Ok(first) }
    }

    fn multiplied(&mut self, first: Box<Typed>) -> Parsed {
        self.require_number(&first)?;
        let Typed { tree, mut kind, mut bare, mut depth, start, .. } = *first;
        let mut operands = vec![Operand { inverse: false, tree }];
        while let Some(inverse) = self.take_either("*", "/") {
            let mut next = self.unary()?;
            self.require_number(&next)?;
            kind = if inverse { Self::quotient(kind, &mut next) } else { self.times(kind, &next)? };
            bare = bare && next.bare && kind == Type::Number;
            depth = depth.max(next.depth);
            operands.push(Operand { inverse, tree: next.tree });
        }
        self.built(Tree::Product(operands), (kind, bare), start, depth)
    }

    /// What is divided by its own dimension is a ratio; by another, it keeps its unit: 万元 per person is in 万元.
    fn quotient(kind: Type, by: &mut Typed) -> Type {
        let (Type::Amount(unit), Type::Amount(other)) = (&kind, &by.kind) else {
            return match kind {
                Type::Amount(unit) => Type::Amount(unit),
                _ => Type::Number,
            };
        };
        match other.in_terms_of(unit) {
            Some(factor) => {
                scale(&mut by.tree, &factor);
                Type::Number
            }
            None => kind,
        }
    }

    /// So much money for each of something is money; no other two units multiply.
    fn times(&self, kind: Type, by: &Typed) -> Result<Type, Box<Mistake>> {
        Ok(match (&kind, &by.kind) {
            (Type::Amount(unit), Type::Amount(other)) => {
                match (unit.dimension() == MONEY, other.dimension() == MONEY) {
                    (true, false) => kind,
                    (false, true) => by.kind.clone(),
                    _ => return Err(self.mismatch(by, Type::Number).into()),
                }
            }
            (Type::Amount(_), _) => kind,
            (_, Type::Amount(_)) => by.kind.clone(),
            _ => Type::Number,
        })
    }

    /// Whether the second of two symbols comes next, if either does; takes it.
    fn take_either(&mut self, straight: &str, inverse: &str) -> Option<bool> {
        let found = match self.token().lexeme {
            Lexeme::Symbol(symbol) if symbol == straight => false,
            Lexeme::Symbol(symbol) if symbol == inverse => true,
            _ => return None,
        };
        self.advance();
        Some(found)
    }

    fn unary(&mut self) -> Parsed {
        if self.sees_symbol("-") { self.minus() } else { self.item() }
    }

    /// Reads what follows a minus sign. A negative number is a literal, so that a text has one tree.
    fn minus(&mut self) -> Parsed {
        let start = self.token().start;
        self.advance();
        let mut of = self.item()?;
        self.require_number(&of)?;
        if let Tree::Literal(literal) = &mut of.tree {
            if let Value::Number(number) = &mut literal.value {
                *number = number.negated();
            }
            if let Notation::Unit { amount, .. } = &mut literal.notation {
                *amount = amount.negated();
            }
            of.start = start;
            return Ok(of);
        }
        let Typed { tree, kind, bare, depth, .. } = *of;
        self.built(Tree::Minus(Box::new(tree)), (kind, bare), start, depth)
    }

    pub(super) fn require_number(&self, typed: &Typed) -> Result<(), Box<Mistake>> {
        if typed.kind.is_numeric() { Ok(()) } else { Err(self.mismatch(typed, Type::Number).into()) }
    }

    /// Reads the `%` or the unit behind a number.
    pub(super) fn number(&mut self, number: crate::Number, start: usize) -> Result<Typed, Box<Mistake>> {
        if self.sees_symbol("%") {
            self.advance();
            return Ok(self.leaf(Literal::percent(&number), Type::Number, start));
        }
        let Lexeme::Word(word) = self.token().lexeme else {
            return Ok(Typed { bare: true, ..self.leaf(Literal::plain(number), Type::Number, start) });
        };
        let Some(unit) = self.dictionary.unit(word).cloned() else {
            if self.dictionary.unit_names().next().is_some() && !super::item::FOLLOWING.contains(&word) {
                return self.refuse(Expected::Unit(self.dictionary.unit_names().cloned().collect()));
            }
            return Ok(Typed { bare: true, ..self.leaf(Literal::plain(number), Type::Number, start) });
        };
        self.advance();
        let notation = Notation::Unit { amount: number.clone(), unit: unit.name().into() };
        let literal = Tree::Literal(Literal { value: Value::Number(number), notation });
        Ok(self.leaf(literal, Type::Amount(unit), start))
    }
}

/// Converts a number to a unit that is so many times smaller.
pub(super) fn scale(tree: &mut Tree, factor: &crate::Number) {
    if *factor == crate::Number::one() {
        return;
    }
    if let Tree::Literal(Literal { value: Value::Number(number), .. }) = tree
        && let Some(scaled) = number.times(factor)
    {
        *number = scaled;
        return;
    }
    let of = Box::new(std::mem::replace(tree, Literal::plain(false)));
    *tree = Tree::Scaled { factor: factor.clone(), of };
}
