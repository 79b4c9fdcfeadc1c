//! What a value can still turn out to be: one value, a range of numbers, a finite set, or anything.

mod compare;
mod interval;

pub(crate) use compare::{compare, presence};
pub(crate) use interval::{absolute, divide, extreme, minus, multiply, negate, plus};

use std::borrow::Cow;

use crate::{Evaluation, Known, Number, Outcome, Type, Value};

/// The most values a finite set keeps; what could be more is anything.
const MOST_VALUES: usize = 16;

/// What a value can still turn out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach<'a> {
    /// Anything, absent too, or for ever unknown, such as what is divided by zero.
    Unknown,
    Absent,
    Value(Cow<'a, Value>),
    Spread(Box<Spread>),
}

/// More than one possibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spread {
    pub(crate) hull: Hull,
    /// Whether it may also be absent.
    pub(crate) absent: bool,
    /// Whether facts that are *not* asked about leave it open.
    pub(crate) open: bool,
    /// Whether it differs with the facts that are asked about.
    pub(crate) varies: bool,
}

/// The values within reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hull {
    Any,
    /// Numbers from the one to the other, both included; no number is no end.
    Range(Option<Number>, Option<Number>),
    /// Values that are not all numbers, each once; none when only absence is within reach.
    OneOf(Vec<Value>),
}

impl<'a> Reach<'a> {
    pub(crate) fn owned(value: impl Into<Value>) -> Self {
        Self::Value(Cow::Owned(value.into()))
    }

    pub(crate) fn number(number: Option<Number>) -> Self {
        number.map_or(Self::Unknown, Self::owned)
    }

    /// A part of a known list or map.
    pub(crate) fn part(value: &'a Value) -> Self {
        if *value == Value::Absent { Self::Absent } else { Self::Value(Cow::Borrowed(value)) }
    }

    /// What a field that is asked about may be: any value of its type, or absent too.
    pub(crate) fn any_of(kind: &Type, absent: bool) -> Self {
        let hull = match kind {
            Type::Number | Type::Amount(_) => Hull::Range(None, None),
            Type::Truth => Hull::OneOf(vec![Value::Truth(false), Value::Truth(true)]),
            _ => Hull::Any,
        };
        Self::Spread(Box::new(Spread { hull, absent, open: false, varies: true }))
    }

    /// Numbers of which nobody knows which it is.
    pub(crate) fn range(low: Option<Number>, high: Option<Number>) -> Self {
        Spread { hull: Hull::Range(low, high), absent: false, open: true, varies: false }.reach()
    }

    pub(crate) fn between(low: Number, high: Number, open: bool, varies: bool) -> Self {
        Spread { hull: Hull::Range(Some(low), Some(high)), absent: false, open, varies }.reach()
    }

    /// Nothing is known of the result of such parts.
    pub(crate) fn lost(varies: bool) -> Self {
        if varies {
            Self::Spread(Box::new(Spread { hull: Hull::Any, absent: true, open: true, varies }))
        } else {
            Self::Unknown
        }
    }

    pub(crate) fn varies(&self) -> bool {
        matches!(self, Self::Spread(spread) if spread.varies)
    }

    pub(crate) fn spread(self) -> Spread {
        let spread = |hull, absent, open| Spread { hull, absent, open, varies: false };
        match self {
            Self::Unknown => spread(Hull::Any, true, true),
            Self::Absent => spread(Hull::OneOf(vec![]), true, false),
            Self::Value(value) => match value.into_owned() {
                Value::Number(number) => {
                    spread(Hull::Range(Some(number.clone()), Some(number)), false, false)
                }
                value => spread(Hull::OneOf(vec![value]), false, false),
            },
            Self::Spread(spread) => *spread,
        }
    }

    /// Either of two; `open` if nobody knows which, `varies` if the facts asked about decide which.
    pub(crate) fn or_else(self, other: Self, open: bool, varies: bool) -> Self {
        // Two that vary may look alike and still differ.
        if self == other && !self.varies() {
            return self;
        }
        let (one, other) = (self.spread(), other.spread());
        Spread {
            hull: one.hull.union(other.hull),
            absent: one.absent || other.absent,
            open: open || one.open || other.open,
            varies: varies || one.varies || other.varies,
        }
        .reach()
    }

    /// A claim as a value.
    pub(crate) fn of_outcome(outcome: Outcome) -> Self {
        if outcome.is(Outcome::YES) || outcome.is(Outcome::NO) {
            return Self::owned(outcome.is(Outcome::YES));
        }
        if outcome.is(Outcome::UNKNOWN) {
            return Self::Unknown;
        }
        let open = outcome.has(Outcome::UNKNOWN);
        let values = [(Outcome::NO, false), (Outcome::YES, true)];
        let within = values.into_iter().filter(|(verdict, _)| open || outcome.has(*verdict));
        let hull = Hull::OneOf(within.map(|(_, value)| Value::Truth(value)).collect());
        Self::Spread(Box::new(Spread { hull, absent: open, open, varies: true }))
    }

    /// A truth value as a claim: an absent one is No.
    pub(crate) fn claimed(&self) -> Outcome {
        match self {
            Self::Absent => Outcome::NO,
            Self::Unknown => Outcome::UNKNOWN,
            Self::Value(value) => match **value {
                Value::Truth(truth) => truth.into(),
                _ => Outcome::UNKNOWN,
            },
            Self::Spread(spread) => {
                let may = |truth| match &spread.hull {
                    Hull::OneOf(values) => values.contains(&Value::Truth(truth)),
                    _ => true,
                };
                spread.verdict(may(true), may(false) || spread.absent)
            }
        }
    }

    /// What callers see.
    pub(crate) fn evaluation(self) -> Evaluation {
        match self {
            Self::Unknown => Evaluation::Unknown,
            Self::Absent => Evaluation::Absent,
            Self::Value(value) => Evaluation::Value(value.into_owned()),
            Self::Spread(spread) => match spread.hull {
                _ if spread.absent => Evaluation::Unknown,
                Hull::Any | Hull::Range(None, None) => Evaluation::Unknown,
                Hull::Range(low, high) => Evaluation::Range { low, high },
                Hull::OneOf(values) => Evaluation::OneOf(values),
            },
        }
    }
}

impl<'a> From<Known<'a>> for Reach<'a> {
    fn from(known: Known<'a>) -> Self {
        match known {
            Known::Unknown => Self::Unknown,
            Known::Absent => Self::Absent,
            Known::Value(value) => Self::Value(value),
            // Ends the wrong way round tell nothing.
            Known::Range { low, high } if low > high => Self::Unknown,
            Known::Range { low, high } => Self::range(Some(low), Some(high)),
        }
    }
}

impl Spread {
    /// The simplest form of the same.
    pub(crate) fn reach<'a>(self) -> Reach<'a> {
        match (&self.hull, self.absent) {
            (Hull::Range(Some(low), Some(high)), false) if low == high => Reach::owned(low.clone()),
            (Hull::OneOf(values), true) if values.is_empty() => Reach::Absent,
            (Hull::OneOf(values), false) => match &**values {
                [value] => Reach::owned(value.clone()),
                _ => Reach::Spread(Box::new(self)),
            },
            (Hull::Any, _) if self.open && !self.varies => Reach::Unknown,
            _ => Reach::Spread(Box::new(self)),
        }
    }

    /// What a claim about it comes to, of which these verdicts are within reach.
    pub(crate) fn verdict(&self, yes: bool, no: bool) -> Outcome {
        match (yes, no) {
            (true, false) => Outcome::YES,
            (false, true) => Outcome::NO,
            _ if !self.varies => Outcome::UNKNOWN,
            _ if self.open => Outcome::YES.or_also(Outcome::NO).or_also(Outcome::UNKNOWN),
            _ => Outcome::YES.or_also(Outcome::NO),
        }
    }
}

impl Hull {
    fn union(self, other: Self) -> Self {
        match (self, other) {
            (Self::Range(low, high), Self::Range(other_low, other_high)) => {
                let low = low.zip(other_low).map(|(one, other)| one.min(other));
                let high = high.zip(other_high).map(|(one, other)| one.max(other));
                Self::Range(low, high)
            }
            (Self::OneOf(values), hull) | (hull, Self::OneOf(values)) if values.is_empty() => hull,
            (Self::OneOf(mut values), Self::OneOf(others)) => {
                for other in others {
                    if !values.contains(&other) {
                        values.push(other);
                    }
                }
                if values.len() > MOST_VALUES { Self::Any } else { Self::OneOf(values) }
            }
            _ => Self::Any,
        }
    }
}
