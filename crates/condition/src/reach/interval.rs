//! Arithmetic over what numbers can still turn out to be: the hull of all results.

use std::cmp::Ordering;

use super::{Hull, Reach, Spread};
use crate::{Number, Value};

/// A range of numbers with what is known of it besides.
struct Interval {
    low: Option<Number>,
    high: Option<Number>,
    open: bool,
    varies: bool,
}

impl Interval {
    fn reach<'a>(self) -> Reach<'a> {
        let Self { low, high, open, varies } = self;
        Spread { hull: Hull::Range(low, high), absent: false, open, varies }.reach()
    }
}

/// The ranges of both; what the result is instead where one is no number, or may be none.
fn intervals<'a>(left: &Reach<'_>, right: &Reach<'_>) -> Result<[Interval; 2], Reach<'a>> {
    let gone = |reach: &Reach<'_>| matches!(reach, Reach::Unknown | Reach::Absent);
    if gone(left) || gone(right) {
        return Err(Reach::Unknown);
    }
    let varies = left.varies() || right.varies();
    match (interval(left), interval(right)) {
        (Some(left), Some(right)) => Ok([left, right]),
        _ => Err(Reach::lost(varies)),
    }
}

fn interval(reach: &Reach<'_>) -> Option<Interval> {
    match reach.clone().spread() {
        Spread { hull: Hull::Range(low, high), absent: false, open, varies } => {
            Some(Interval { low, high, open, varies })
        }
        _ => None,
    }
}

fn numbers<'r>(left: &'r Reach<'_>, right: &'r Reach<'_>) -> Option<(&'r Number, &'r Number)> {
    let (Reach::Value(left), Reach::Value(right)) = (left, right) else { return None };
    let (Value::Number(left), Value::Number(right)) = (&**left, &**right) else { return None };
    Some((left, right))
}

/// Joins two by an operation whose ends come from the ends; `None` of the inner is no end, of the outer is lost.
fn joined<'a>(
    left: &Reach<'_>,
    right: &Reach<'_>,
    ends: impl FnOnce(&Interval, &Interval) -> Option<(Option<Number>, Option<Number>)>,
) -> Reach<'a> {
    match intervals(left, right) {
        Err(reach) => reach,
        Ok([left, right]) => {
            let (open, varies) = (left.open || right.open, left.varies || right.varies);
            match ends(&left, &right) {
                Some((low, high)) => Interval { low, high, open, varies }.reach(),
                None => Reach::lost(varies),
            }
        }
    }
}

pub(crate) fn plus<'a>(left: &Reach<'_>, right: &Reach<'_>) -> Reach<'a> {
    if let Some((left, right)) = numbers(left, right) {
        return Reach::number(left.plus(right));
    }
    joined(left, right, |left, right| {
        Some((
            end(left.low.as_ref(), right.low.as_ref(), Number::plus)?,
            end(left.high.as_ref(), right.high.as_ref(), Number::plus)?,
        ))
    })
}

pub(crate) fn minus<'a>(left: &Reach<'_>, right: &Reach<'_>) -> Reach<'a> {
    match numbers(left, right) {
        Some((left, right)) => Reach::number(left.minus(right)),
        None => plus(left, &negate(right)),
    }
}

pub(crate) fn negate<'a>(of: &Reach<'_>) -> Reach<'a> {
    joined(of, &Reach::owned(Number::zero()), |of, _| {
        Some((of.high.as_ref().map(Number::negated), of.low.as_ref().map(Number::negated)))
    })
}

pub(crate) fn multiply<'a>(left: &Reach<'_>, right: &Reach<'_>) -> Reach<'a> {
    if let Some((left, right)) = numbers(left, right) {
        return Reach::number(left.times(right));
    }
    joined(left, right, |left, right| {
        let mut products = Vec::with_capacity(4);
        for one in [End::low(left), End::high(left)] {
            for other in [End::low(right), End::high(right)] {
                products.push(one.times(&other)?);
            }
        }
        let low = products.iter().min()?.clone();
        let high = products.into_iter().max()?;
        Some((low.number(), high.number()))
    })
}

/// What is divided by what may be zero may be unknown for ever.
pub(crate) fn divide<'a>(left: &Reach<'_>, right: &Reach<'_>) -> Reach<'a> {
    if let Some((left, right)) = numbers(left, right) {
        return Reach::number(left.over(right));
    }
    let inverse = joined(&Reach::owned(Number::one()), right, |_, right| {
        let above = right.low.as_ref().is_some_and(|low| *low > Number::zero());
        let below = right.high.as_ref().is_some_and(Number::is_negative);
        if !above && !below {
            return None;
        }
        let one = Number::one();
        // The inverse of no end is zero, which is as near as it comes.
        let inverse = |end: &Option<Number>| match end {
            None => Some(Number::zero()),
            Some(end) => one.over(end),
        };
        Some((Some(inverse(&right.high)?), Some(inverse(&right.low)?)))
    });
    multiply(left, &inverse)
}

/// The least of two, or the greatest.
pub(crate) fn extreme<'a>(which: Ordering, left: &Reach<'_>, right: &Reach<'_>) -> Reach<'a> {
    let choose = |one: &Number, other: &Number| {
        if one.cmp(other) == which { one.clone() } else { other.clone() }
    };
    joined(left, right, |left, right| {
        // An end that is missing is the furthest out: it wins on its side and loses on the other.
        let pick = |one: &Option<Number>, other: &Option<Number>, wins: bool| match (one, other) {
            (Some(one), Some(other)) => Some(choose(one, other)),
            (None, None) => None,
            (Some(end), None) | (None, Some(end)) => (!wins).then(|| end.clone()),
        };
        let least = which == Ordering::Less;
        Some((pick(&left.low, &right.low, least), pick(&left.high, &right.high, !least)))
    })
}

pub(crate) fn absolute<'a>(of: &Reach<'_>) -> Reach<'a> {
    joined(of, &Reach::owned(Number::zero()), |of, _| {
        let zero = Number::zero();
        if of.low.as_ref().is_some_and(|low| *low >= zero) {
            return Some((of.low.clone(), of.high.clone()));
        }
        let turned = |end: &Option<Number>| end.as_ref().map(Number::negated);
        if of.high.as_ref().is_some_and(|high| *high <= zero) {
            return Some((turned(&of.high), turned(&of.low)));
        }
        let far = turned(&of.low).zip(of.high.clone()).map(|(one, other)| one.max(other));
        Some((Some(zero), far))
    })
}

/// An end out of two; none where either has none. The outer `None` is a number too long.
#[expect(clippy::option_option, reason = "no end and no number are two things")]
fn end(
    one: Option<&Number>,
    other: Option<&Number>,
    operation: fn(&Number, &Number) -> Option<Number>,
) -> Option<Option<Number>> {
    match (one, other) {
        (Some(one), Some(other)) => operation(one, other).map(Some),
        _ => Some(None),
    }
}

/// An end of a range on the extended line; the order of the variants is theirs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Lowest,
    At(Number),
    Highest,
}

impl End {
    fn low(of: &Interval) -> Self {
        of.low.clone().map_or(Self::Lowest, Self::At)
    }

    fn high(of: &Interval) -> Self {
        of.high.clone().map_or(Self::Highest, Self::At)
    }

    fn sign(&self) -> Ordering {
        match self {
            Self::Lowest => Ordering::Less,
            Self::At(number) => number.cmp(&Number::zero()),
            Self::Highest => Ordering::Greater,
        }
    }

    /// Zero times no end is zero: every number within reach times zero is.
    fn times(&self, other: &Self) -> Option<Self> {
        if let (Self::At(one), Self::At(other)) = (self, other) {
            return one.times(other).map(Self::At);
        }
        Some(match (self.sign(), other.sign()) {
            (Ordering::Equal, _) | (_, Ordering::Equal) => Self::At(Number::zero()),
            (one, other) if one == other => Self::Highest,
            _ => Self::Lowest,
        })
    }

    fn number(self) -> Option<Number> {
        match self {
            Self::At(number) => Some(number),
            Self::Lowest | Self::Highest => None,
        }
    }
}
