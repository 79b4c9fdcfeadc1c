//! Changes worth trying: the limits and values that a claim speaks of, solved for each field in it.

use std::sync::Arc;

use jiff::{ToSpan, civil::Date};

use super::{Change, Movement, Search, Target};
use crate::{
    Evaluation, Number, Outcome, Type, Value,
    ask::each_tree,
    tree::{Comparison, Field, Function, Literal, Set, Tree},
};

/// The most candidates that are collected.
const MOST: usize = 400;

/// How far from the present day a day is looked for: a hundred years.
const FARTHEST_DAYS: i32 = 36_525;

/// A field and what it might be instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) field: Arc<str>,
    now: Option<Value>,
    aim: Aim,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Aim {
    Exactly(Value),
    /// A number at which a claim turns.
    Limit(Number),
    /// The first day on the other side of a claim, and whether that is later.
    Day(Date, bool),
    Holding(Value),
    /// Anything at all, such as this.
    There(Value),
}

/// A change, and one that goes a little beyond it where it is to a limit.
pub(super) struct Form {
    pub(super) near: Option<Change>,
    pub(super) beyond: Option<Change>,
}

/// Collects what might be changed for a claim.
pub(super) fn of<'t>(search: &Search<'_>, tree: &'t Tree) -> Vec<Candidate> {
    let mut found = Found { search, list: vec![] };
    each_tree(tree, &search.scope(), &mut |part: &'t Tree| found.visit(part));
    found.list
}

/// What a field is known to be, or that there is none.
struct Present(Option<Value>);

struct Found<'f, 's> {
    search: &'f Search<'s>,
    list: Vec<Candidate>,
}

impl Found<'_, '_> {
    fn visit(&mut self, part: &Tree) {
        match part {
            Tree::Field(field) => self.others(part, field),
            Tree::Compare { comparison, left, right } => self.compared(part, *comparison, left, right),
            Tree::Between { value, low, high }
            | Tree::In { value, set: Set::Interval { low, high, .. }, .. } => {
                self.compared(part, Comparison::AtLeast, value, low);
                self.compared(part, Comparison::AtMost, value, high);
            }
            Tree::In { value, set: Set::Members(members), .. } => {
                for member in members {
                    self.compared(part, Comparison::Equal, value, member);
                }
            }
            Tree::In { value, set: Set::List(list), .. } => self.held(list, value),
            Tree::Call { function: Function::Contains, arguments } => {
                if let [list, value] = &**arguments {
                    self.held(list, value);
                }
            }
            Tree::Quantified { list, claim, .. } => self.held(list, claim),
            Tree::Presence { of, .. } => self.there(of),
            _ => {}
        }
    }

    fn add(&mut self, field: &Field, now: Option<Value>, aim: Aim) {
        let candidate = Candidate { field: field.key.clone(), now, aim };
        if self.list.len() < MOST && !self.list.contains(&candidate) {
            self.list.push(candidate);
        }
    }

    /// What a field is known to be; nothing where that is open.
    fn present(&self, part: &Tree) -> Option<Present> {
        match part.value(&self.search.scope()).evaluation() {
            Evaluation::Value(value) => Some(Present(Some(value))),
            Evaluation::Absent => Some(Present(None)),
            _ => None,
        }
    }

    /// The other values of a field that has few.
    fn others(&mut self, part: &Tree, field: &Field) {
        let Some(Present(now)) = self.present(part) else { return };
        let values: Vec<Value> = match &field.kind {
            Type::Truth => vec![Value::Truth(true), Value::Truth(false)],
            Type::Choice(choices) => choices.iter().map(|choice| Value::Text(choice.clone())).collect(),
            _ => return,
        };
        for value in values.into_iter().filter(|value| now.as_ref() != Some(value)) {
            self.add(field, now.clone(), Aim::Exactly(value));
        }
    }

    fn compared(&mut self, claim: &Tree, comparison: Comparison, left: &Tree, right: &Tree) {
        for (side, other) in [(left, right), (right, left)] {
            let mut fields: Vec<&Tree> = vec![];
            each_tree(side, &self.search.scope(), &mut |part| {
                if matches!(part, Tree::Field(field) if !field.is_table()) {
                    fields.push(part);
                }
            });
            for part in fields {
                let Tree::Field(field) = part else { continue };
                let Some(Present(now)) = self.present(part) else { continue };
                match &field.kind {
                    Type::Number | Type::Amount(_) => {
                        if let Some(limit) = self.solved(field, now.as_ref(), side, other) {
                            let exact = !comparison.needs_order();
                            let aim = if exact { Aim::Exactly(limit.into()) } else { Aim::Limit(limit) };
                            self.add(field, now, aim);
                        }
                    }
                    Type::Date => self.days(field, now.as_ref(), claim),
                    Type::Text => {
                        if let Tree::Literal(Literal { value: value @ Value::Text(_), .. }) = other {
                            self.add(field, now, Aim::Exactly(value.clone()));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// The number at which both sides are equal, where their difference is linear in the field or in its inverse.
    fn solved(&self, field: &Field, now: Option<&Value>, side: &Tree, other: &Tree) -> Option<Number> {
        let one = match now {
            Some(Value::Number(number)) if *number > Number::zero() => number.clone(),
            _ => Number::one(),
        };
        let two = one.plus(&one)?;
        let four = two.plus(&two)?;
        let gap = |number: &Number| {
            let more = [(field.key.clone(), Some(Value::Number(number.clone())))];
            let left = self.search.number(side, &more)?;
            left.minus(&self.search.number(other, &more)?)
        };
        let (at_one, at_two, at_four) = (gap(&one)?, gap(&two)?, gap(&four)?);
        let (near, far) = (at_two.minus(&at_one)?, at_four.minus(&at_two)?);
        if near.is_zero() {
            return None;
        }
        if far == near.plus(&near)? {
            // gap = at_one + near / one * (x - one)
            return one.minus(&at_one.times(&one)?.over(&near)?);
        }
        if near == far.plus(&far)? {
            // gap = a * one / x + b, so that near = -a / 2.
            let a = near.plus(&near)?.negated();
            let b = at_one.minus(&a)?;
            return a.times(&one)?.over(&b.negated());
        }
        None
    }

    /// The nearest days, later and earlier, on which the claim turns.
    fn days(&mut self, field: &Field, now: Option<&Value>, claim: &Tree) {
        let Some(Value::Date(today)) = now else { return };
        let on = |days: i32| {
            let day = today.checked_add(days.days()).ok()?;
            let more = [(field.key.clone(), Some(Value::Date(day)))];
            Some((day, self.search.outcome(claim, &more)))
        };
        let Some((_, present)) = on(0) else { return };
        let mut turns = vec![];
        for sign in [1, -1] {
            if let Some((day, outcome)) = turning(sign, present, on)
                && !outcome.is(Outcome::UNKNOWN)
            {
                turns.push(Aim::Day(day, sign > 0));
            }
        }
        for aim in turns {
            self.add(field, now.cloned(), aim);
        }
    }

    /// Something, where there is nothing.
    fn there(&mut self, of: &Tree) {
        let Tree::Field(field) = of else { return };
        let Some(Present(None)) = self.present(of) else { return };
        let example = match &field.kind {
            Type::Number | Type::Amount(_) => Value::from(1),
            Type::Text => Value::from("-"),
            Type::Date => Value::Date(Date::constant(2000, 1, 1)),
            Type::List(_) => Value::List(vec![]),
            Type::Map(_) => Value::Map(std::collections::BTreeMap::new()),
            // Others have few values, which are tried one by one.
            Type::Truth | Type::Choice(_) | Type::Anything => return,
        };
        self.add(field, None, Aim::There(example));
    }

    /// The texts that a list might hold.
    fn held(&mut self, list: &Tree, wanted: &Tree) {
        let Tree::Field(field) = list else { return };
        let Some(Present(now)) = self.present(list) else { return };
        let mut texts = vec![];
        each_tree(wanted, &self.search.scope(), &mut |part| {
            if let Tree::Literal(Literal { value: value @ Value::Text(_), .. }) = part {
                texts.push(value.clone());
            }
        });
        for text in texts {
            self.add(field, now.clone(), Aim::Holding(text));
        }
    }
}

/// The first day, in steps of so many, on which the outcome is another than at present.
fn turning(
    sign: i32,
    present: Outcome,
    on: impl Fn(i32) -> Option<(Date, Outcome)>,
) -> Option<(Date, Outcome)> {
    let mut same = 0;
    let mut other = 1;
    while on(sign * other)?.1 == present {
        if other >= FARTHEST_DAYS {
            return None;
        }
        (same, other) = (other, (other * 2).min(FARTHEST_DAYS));
    }
    while other - same > 1 {
        let middle = same + (other - same) / 2;
        if on(sign * middle)?.1 == present { same = middle } else { other = middle }
    }
    on(sign * other)
}

impl Search<'_> {
    fn number(&self, tree: &Tree, more: &[(Arc<str>, Option<Value>)]) -> Option<Number> {
        let supposed = crate::ask::Supposed { facts: self.facts, more };
        let scope = crate::evaluate::Scope::new(&supposed, crate::evaluate::Asked::NOTHING, &self.steps);
        match tree.value(&scope).evaluation() {
            Evaluation::Value(Value::Number(number)) => Some(number),
            _ => None,
        }
    }
}

impl Candidate {
    /// The changes it may mean; none for a field that cannot change.
    pub(super) fn forms(&self, movement: Movement) -> Vec<Form> {
        if movement == Movement::Never {
            return vec![];
        }
        let one = |target, example| vec![Form { near: self.change(target, example), beyond: None }];
        match &self.aim {
            Aim::Exactly(value) => one(Target::OneOf(vec![value.clone()]), value.clone()),
            Aim::There(value) => one(Target::Present, value.clone()),
            Aim::Holding(value) => {
                let mut values = match &self.now {
                    Some(Value::List(values)) => values.clone(),
                    _ => vec![],
                };
                values.push(value.clone());
                one(Target::Holding(value.clone()), Value::List(values))
            }
            Aim::Day(day, later) => {
                let day = Value::Date(*day);
                one(if *later { Target::AtLeast(day.clone()) } else { Target::AtMost(day.clone()) }, day)
            }
            Aim::Limit(limit) => self.limits(limit, movement == Movement::Whole),
        }
    }

    /// To a limit, or beyond it; from where there is nothing, on either side.
    fn limits(&self, limit: &Number, whole: bool) -> Vec<Form> {
        let up = !matches!(&self.now, Some(Value::Number(now)) if now > limit);
        let down = !matches!(&self.now, Some(Value::Number(now)) if now < limit);
        let sides = [(true, up), (false, down)].into_iter().filter(|(_, wanted)| *wanted);
        let form = |(rises, _)| {
            let bounds = if whole { wholes(limit, rises) } else { bounds(limit, rises) };
            let [near, beyond] =
                bounds.map(|bound| bound.and_then(|(target, example)| self.change(target, example)));
            Form { near, beyond }
        };
        sides.map(form).collect()
    }

    /// The change, unless it changes nothing.
    fn change(&self, target: Target, example: Value) -> Option<Change> {
        if self.now.as_ref() == Some(&example) {
            return None;
        }
        let limit = match &target {
            Target::AtLeast(value)
            | Target::MoreThan(value)
            | Target::AtMost(value)
            | Target::LessThan(value) => Some(value),
            Target::OneOf(_) | Target::Holding(_) | Target::Present => None,
        };
        let distance = match (&self.now, limit) {
            (Some(Value::Number(now)), Some(Value::Number(limit))) => now.distance(limit),
            (Some(Value::Date(now)), Some(Value::Date(limit))) => {
                now.until(*limit).ok().map(|span| Number::from(i64::from(span.get_days().abs())))
            }
            _ => None,
        };
        Some(Change { field: self.field.clone(), now: self.now.clone(), target, example, distance })
    }
}

/// A target with a value that meets it.
type Bound = Option<(Target, Value)>;

/// Whole numbers from a limit on, with it and without.
fn wholes(limit: &Number, rises: bool) -> [Bound; 2] {
    let (near, beyond) = if rises {
        (limit.ceiling(), limit.floor().plus(&Number::one()))
    } else {
        (limit.floor(), limit.ceiling().minus(&Number::one()))
    };
    let target = if rises { Target::AtLeast } else { Target::AtMost };
    [Some(near), beyond].map(|number| number.map(|number| (target(number.clone().into()), number.into())))
}

/// Numbers from a limit on, with it and without.
fn bounds(limit: &Number, rises: bool) -> [Bound; 2] {
    let value = Value::Number(limit.clone());
    let step = limit.small_step();
    let (with, without, beyond) = if rises {
        (Target::AtLeast(value.clone()), Target::MoreThan(value.clone()), limit.plus(&step))
    } else {
        (Target::AtMost(value.clone()), Target::LessThan(value.clone()), limit.minus(&step))
    };
    [Some((with, value)), beyond.map(|beyond| (without, beyond.into()))]
}
