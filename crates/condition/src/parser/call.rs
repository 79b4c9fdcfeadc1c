//! What is made of expressions within: functions, `if`, quantifiers, lists, named criteria.

use std::sync::Arc;

use super::{Bound, Parsed, Parser, Typed, arithmetic::scale};
use crate::{
    Expected, Mistake, Type,
    lexer::Lexeme,
    tree::{Function, Tree},
    units::{DAYS, MONTHS},
};

impl Parser<'_> {
    /// Reads `name(argument, ...)`.
    pub(super) fn call(&mut self, function: Function, start: usize) -> Parsed {
        self.advance();
        let (least, most) = function.arguments();
        let mut arguments = self.bracketed(|parser| {
            let mut arguments: Vec<Box<Typed>> = Vec::new();
            loop {
                let argument = parser.expression()?;
                let count = arguments.len() + 1;
                let closing: &[&'static str] = match (count < least, count < most) {
                    (true, _) => &[","],
                    (false, true) => &[",", ")"],
                    (false, false) => &[")"],
                };
                let closing = parser.take_closing(&argument, closing)?;
                arguments.push(argument);
                if closing == ")" {
                    return Ok(arguments);
                }
            }
        })?;
        let (kind, bare) = self.check_arguments(function, &mut arguments)?;
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or_default();
        let arguments = arguments.into_iter().map(|argument| argument.tree).collect();
        self.built(Tree::Call { function, arguments }, (kind, bare), start, depth)
    }

    /// Demands that the arguments suit the function; gives the type of its result, and whether it takes units.
    fn check_arguments(
        &self,
        function: Function,
        arguments: &mut [Box<Typed>],
    ) -> Result<(Type, bool), Box<Mistake>> {
        match function {
            Function::Sum | Function::Mean | Function::Min | Function::Max => self.check_numbers(arguments),
            Function::Count => {
                self.require_kind(arguments, &[Type::List(Box::new(Type::Anything))])?;
                Ok((Type::Number, true))
            }
            Function::Abs => match arguments {
                [of] => self.require_number(of).map(|()| (of.kind.clone(), of.bare)),
                _ => Ok((Type::Number, false)),
            },
            Function::Date => {
                self.require_kind(arguments, &[Type::Number, Type::Number, Type::Number])?;
                Ok((Type::Date, false))
            }
            Function::Year | Function::Month | Function::Day => {
                self.require_kind(arguments, &[Type::Date])?;
                Ok((Type::Number, true))
            }
            Function::DaysBetween => self.check_dates(arguments, DAYS, 1),
            Function::MonthsBetween => self.check_dates(arguments, MONTHS, 1),
            Function::YearsBetween => self.check_dates(arguments, MONTHS, 12),
            Function::QuarterAverage => match arguments {
                [series] => match &series.kind {
                    Type::List(pairs) => match &**pairs {
                        Type::List(number) if number.is_numeric() => Ok(((**number).clone(), false)),
                        Type::Anything => Ok((Type::Number, true)),
                        _ => Err(self.mismatch(series, series_type()).into()),
                    },
                    _ => Err(self.mismatch(series, series_type()).into()),
                },
                _ => Ok((Type::Number, false)),
            },
            Function::Lookup => match arguments {
                [map, key] => {
                    let keyed = matches!(key.kind, Type::Text | Type::Choice(_)) || key.kind.is_numeric();
                    match &map.kind {
                        Type::Map(_) if !keyed => Err(self.mismatch(key, Type::Text).into()),
                        Type::Map(kind) => Ok(((**kind).clone(), **kind == Type::Anything)),
                        _ => Err(self.mismatch(map, Type::Map(Box::new(Type::Anything))).into()),
                    }
                }
                _ => Ok((Type::Anything, false)),
            },
            Function::Substring => {
                self.require_kind(arguments, &[Type::Text, Type::Number, Type::Number])?;
                Ok((Type::Text, false))
            }
            Function::StartsWith => {
                self.require_kind(arguments, &[Type::Text, Type::Text])?;
                Ok((Type::Truth, false))
            }
            Function::Contains => {
                if let [list, value] = arguments {
                    self.require_list(value, list)?;
                }
                Ok((Type::Truth, false))
            }
        }
    }

    /// One list of numbers, or numbers of one dimension.
    fn check_numbers(&self, arguments: &mut [Box<Typed>]) -> Result<(Type, bool), Box<Mistake>> {
        if let [only] = &*arguments
            && let Type::List(element) = &only.kind
        {
            let bare = only.bare || **element == Type::Anything;
            return match &**element {
                Type::Anything => Ok((Type::Number, bare)),
                element if element.is_numeric() => Ok((element.clone(), bare)),
                _ => Err(self.mismatch(only, Type::List(Box::new(Type::Number))).into()),
            };
        }
        let Some((first, rest)) = arguments.split_first_mut() else { return Ok((Type::Number, false)) };
        self.require_number(first)?;
        for next in rest {
            self.require_number(next)?;
            self.agree(first, next)?;
        }
        Ok((first.kind.clone(), first.bare))
    }

    /// Two dates. What is counted between them goes with a plain number, and with the unit where there is one.
    fn check_dates(
        &self,
        arguments: &[Box<Typed>],
        dimension: &str,
        factor: i64,
    ) -> Result<(Type, bool), Box<Mistake>> {
        self.require_kind(arguments, &[Type::Date, Type::Date])?;
        let unit = self.dictionary.unit_of(dimension, factor);
        Ok((unit.map_or(Type::Number, |unit| Type::Amount(unit.clone())), true))
    }

    fn require_kind(&self, arguments: &[Box<Typed>], kinds: &[Type]) -> Result<(), Box<Mistake>> {
        for (argument, kind) in arguments.iter().zip(kinds) {
            if !argument.kind.is_like(kind) {
                return Err(self.mismatch(argument, kind.clone()).into());
            }
        }
        Ok(())
    }

    /// Reads `criteria("name")`.
    pub(super) fn criteria(&mut self, start: usize) -> Parsed {
        self.advance();
        let (id, rule) = self.bracketed(|parser| {
            let found = match &parser.token().lexeme {
                Lexeme::Text(id) => parser.dictionary.criteria(id),
                _ => None,
            };
            let Some((id, rule)) = found.map(|(id, rule)| (id.clone(), rule.clone())) else {
                return parser.refuse(Expected::Criteria);
            };
            parser.advance();
            if !parser.sees_symbol(")") {
                return parser.refuse(Expected::words(&[")"]));
            }
            parser.advance();
            Ok((id, rule))
        })?;
        let depth = rule.depth;
        self.composed(Tree::Criteria { id, rule }, start, depth)
    }

    /// Reads `if guard then value else value`.
    pub(super) fn choice(&mut self, start: usize) -> Parsed {
        self.advance();
        let guard = self.nested()?;
        self.require_claim(&guard)?;
        self.take_joining(&guard, "then")?;
        let mut then = self.nested()?;
        self.take_joining(&then, "else")?;
        let mut otherwise = self.nested()?;
        if !then.kind.is_like(&otherwise.kind) {
            return Err(self.mismatch(&otherwise, then.kind).into());
        }
        self.agree(&mut then, &mut otherwise)?;
        let depth = guard.depth.max(then.depth).max(otherwise.depth);
        let claims = then.kind == Type::Truth;
        let kind =
            if then.kind == Type::Anything { otherwise.kind } else { joint(&then.kind, &otherwise.kind) };
        let (guard, bare) = (Box::new(guard.tree), then.bare);
        let (then, otherwise) = (Box::new(then.tree), Box::new(otherwise.tree));
        self.built(Tree::If { guard, then, otherwise, claims }, (kind, bare), start, depth)
    }

    /// Reads `some name in list satisfies claim`, or `every`.
    pub(super) fn quantified(&mut self, every: bool, start: usize) -> Parsed {
        self.advance();
        let name = match self.token().lexeme {
            Lexeme::Word(name) if !name.contains('.') && !super::item::RESERVED.contains(&name) => name,
            _ => return self.refuse(Expected::Name),
        };
        self.advance();
        if !self.take_word("in") {
            return self.refuse(Expected::words(&["in"]));
        }
        let list = self.nested()?;
        let Type::List(element) = &list.kind else {
            return Err(self.mismatch(&list, Type::List(Box::new(Type::Anything))).into());
        };
        self.take_joining(&list, "satisfies")?;
        self.bound.push(Bound { name: name.into(), kind: (**element).clone(), bare: list.bare });
        let claim = self.nested();
        self.bound.pop();
        let claim = claim?;
        self.require_claim(&claim)?;
        let depth = list.depth.max(claim.depth);
        let (list, claim) = (Box::new(list.tree), Box::new(claim.tree));
        self.composed(Tree::Quantified { every, name: name.into(), list, claim }, start, depth)
    }

    /// Reads `[a, b, c]`; all of one type, in the unit of the first.
    pub(super) fn list(&mut self, start: usize) -> Parsed {
        let elements = self.bracketed(|parser| {
            let mut elements: Vec<Box<Typed>> = Vec::new();
            if parser.sees_symbol("]") {
                parser.advance();
                return Ok(elements);
            }
            loop {
                let element = parser.expression()?;
                let closing = parser.take_closing(&element, &[",", "]"])?;
                elements.push(element);
                if closing == "]" {
                    return Ok(elements);
                }
            }
        })?;
        let depth = elements.iter().map(|element| element.depth).max().unwrap_or_default();
        let mut elements = elements.into_iter();
        let Some(mut first) = elements.next() else {
            return self.built(Tree::List(vec![]), (Type::List(Box::new(Type::Anything)), true), start, 0);
        };
        let mut rest = Vec::new();
        for mut element in elements {
            if !first.kind.is_like(&element.kind) {
                return Err(self.mismatch(&element, first.kind).into());
            }
            self.agree(&mut first, &mut element)?;
            first.kind = joint(&first.kind, &element.kind);
            rest.push(element.tree);
        }
        let Typed { tree, kind, bare, .. } = *first;
        rest.insert(0, tree);
        self.built(Tree::List(rest), (Type::List(Box::new(kind)), bare), start, depth)
    }

    fn take_joining(&mut self, before: &Typed, word: &'static str) -> Result<(), Box<Mistake>> {
        if self.take_word(word) { Ok(()) } else { Err(self.mistake_after(before, &[word]).into()) }
    }

    /// Demands numbers of one dimension, or anything else of one type, and brings the second to the unit of the
    /// first. A number that has no unit of its own takes the other's.
    pub(super) fn agree(&self, first: &mut Typed, second: &mut Typed) -> Result<(), Box<Mistake>> {
        let bare = first.bare && second.bare;
        match (&first.kind, &second.kind) {
            (Type::Amount(unit), Type::Amount(other)) => match other.in_terms_of(unit) {
                Some(factor) => scale(&mut second.tree, &factor),
                None => return Err(self.mismatch(second, first.kind.clone()).into()),
            },
            (Type::Number, Type::Amount(_)) if first.bare => {
                first.kind = second.kind.clone();
                first.bare = second.bare;
                return Ok(());
            }
            // What a function counts goes with a plain number.
            (Type::Number, Type::Amount(_)) if second.bare => {}
            (Type::Amount(_), Type::Number) if second.bare => {
                return Ok(());
            }
            (Type::Amount(_), Type::Number) if first.bare => first.kind = Type::Number,
            (Type::Number, Type::Amount(_)) | (Type::Amount(_), Type::Number) => {
                return Err(self.mismatch(second, first.kind.clone()).into());
            }
            _ => {}
        }
        first.bare = bare;
        Ok(())
    }
}

/// What both are: an element of a choice is some text among other texts.
fn joint(one: &Type, other: &Type) -> Type {
    match (one, other) {
        (Type::Anything, kind) => kind.clone(),
        (Type::Choice(choices), other) if *other != Type::Choice(choices.clone()) => match other {
            Type::Text | Type::Choice(_) => Type::Text,
            _ => one.clone(),
        },
        _ => one.clone(),
    }
}

fn series_type() -> Type {
    Type::List(Box::new(Type::List(Box::new(Type::Number))))
}

/// The name of a variable and its type, as it stands in a text.
impl Bound {
    pub(super) fn is_called(&self, word: &str) -> bool {
        *self.name == *word
    }

    pub(super) fn name(&self) -> Arc<str> {
        self.name.clone()
    }
}
