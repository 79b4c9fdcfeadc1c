//! What an evaluation sees: the facts, the fields asked about, what quantifiers name; and how long it may take.

use std::{cell::Cell, sync::Arc};

use crate::{Facts, Known, reach::Reach, tree::Field};

/// The most rules and elements of lists that one evaluation looks at. Beyond, what it would find is unknown: tables
/// that use tables, and quantifiers within quantifiers, would otherwise multiply without end.
pub(crate) const MOST_STEPS: u32 = 200_000;

/// What an evaluation sees.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    facts: &'a dyn Facts,
    asked: Asked<'a>,
    steps: &'a Cell<u32>,
    bound: Option<&'a Bound<'a>>,
}

/// Fields that count as known, whatever they are.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    fields: &'a [Arc<str>],
    /// Whether they may be known to be absent.
    absent: bool,
}

impl<'a> Asked<'a> {
    /// No fields: facts are weighed as they are.
    pub(crate) const NOTHING: Self = Self { fields: &[], absent: false };

    /// Any values of these fields.
    pub(crate) fn values(fields: &'a [Arc<str>]) -> Self {
        Self { fields, absent: false }
    }

    /// Any values of these fields, or that there are none.
    pub(crate) fn answers(fields: &'a [Arc<str>]) -> Self {
        Self { fields, absent: true }
    }
}

/// An element that a quantifier names, within those around it.
struct Bound<'a> {
    element: Reach<'a>,
    level: usize,
    outer: Option<&'a Bound<'a>>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(facts: &'a dyn Facts, asked: Asked<'a>, steps: &'a Cell<u32>) -> Self {
        Self { facts, asked, steps, bound: None }
    }

    /// Whether the evaluation may go on; counts one step.
    pub(crate) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// The same without what quantifiers name.
    pub(crate) fn bare(self) -> Self {
        Self { bound: None, ..self }
    }

    /// Runs with one more element named.
    pub(crate) fn with<T>(&self, element: Reach<'_>, run: impl FnOnce(&Scope<'_>) -> T) -> T {
        let bound =
            Bound { element, level: self.bound.map_or(0, |outer| outer.level + 1), outer: self.bound };
        run(&Scope { bound: Some(&bound), ..*self })
    }

    /// The element that the quantifier of this level names.
    pub(crate) fn variable(&self, level: usize) -> Reach<'a> {
        let mut bound = self.bound;
        while let Some(found) = bound {
            if found.level == level {
                return found.element.clone();
            }
            bound = found.outer;
        }
        Reach::Unknown
    }

    pub(crate) fn fact(&self, field: &Field) -> Reach<'a> {
        let fact = match self.facts.fact(&field.key) {
            Known::Value(value) if !field.kind.admits(&value) => Reach::Unknown,
            Known::Range { .. } if !field.kind.is_numeric() => Reach::Unknown,
            known => Reach::from(known),
        };
        if fact == Reach::Unknown && self.asked.fields.contains(&field.key) {
            Reach::any_of(&field.kind, self.asked.absent)
        } else {
            fact
        }
    }

    pub(crate) fn is_unknown(&self, field: &Field) -> bool {
        matches!(self.fact(field), Reach::Unknown | Reach::Spread(_))
    }
}
