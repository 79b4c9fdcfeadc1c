//! Comparing what can still turn out to be several things: decided where all of them agree.

use std::cmp::Ordering;

use super::{Hull, Reach, Spread};
use crate::{Number, Outcome, Value, tree::Comparison};

/// Nothing is not equal to anything, itself included, and stands in no order: with an absent side, even beside an
/// unknown one, only `!=` holds.
pub(crate) fn compare(comparison: Comparison, left: &Reach<'_>, right: &Reach<'_>) -> Outcome {
    match (left, right) {
        (Reach::Value(left), Reach::Value(right)) => compared(comparison, left, right),
        (Reach::Absent, _) | (_, Reach::Absent) => (comparison == Comparison::NotEqual).into(),
        (Reach::Unknown, Reach::Unknown | Reach::Value(_)) | (Reach::Value(_), Reach::Unknown) => {
            Outcome::UNKNOWN
        }
        _ => spread(comparison, &left.clone().spread(), &right.clone().spread()),
    }
}

/// Two values of different types, or without an order, cannot be told.
pub(crate) fn compared(comparison: Comparison, left: &Value, right: &Value) -> Outcome {
    order(left, right).map_or(Outcome::UNKNOWN, |order| comparison.holds(order).into())
}

/// Whether there is something; of what does not exist, and so of what may not exist, `not in` does not hold.
pub(crate) fn presence(reach: &Reach<'_>) -> Outcome {
    match reach {
        Reach::Absent => Outcome::NO,
        Reach::Unknown => Outcome::UNKNOWN,
        Reach::Value(_) => Outcome::YES,
        Reach::Spread(spread) => spread.verdict(true, spread.absent),
    }
}

fn spread(comparison: Comparison, left: &Spread, right: &Spread) -> Outcome {
    let both = Spread {
        hull: Hull::Any,
        absent: left.absent || right.absent,
        open: left.open || right.open,
        varies: left.varies || right.varies,
    };
    let (mut yes, mut no) = verdicts(comparison, &left.hull, &right.hull);
    if both.absent {
        yes |= comparison == Comparison::NotEqual;
        no |= comparison != Comparison::NotEqual;
    }
    both.verdict(yes, no)
}

/// Whether Yes and whether No are within reach.
fn verdicts(comparison: Comparison, left: &Hull, right: &Hull) -> (bool, bool) {
    match (left, right) {
        (Hull::Range(low, high), Hull::Range(other_low, other_high)) => {
            let (one, other) = ((low.as_ref(), high.as_ref()), (other_low.as_ref(), other_high.as_ref()));
            let denied = ranges(comparison.denial(), one, other);
            (ranges(comparison, one, other), denied)
        }
        (Hull::OneOf(values), Hull::OneOf(others)) => {
            let mut reached = (false, false);
            for (left, right) in values.iter().flat_map(|left| others.iter().map(move |right| (left, right)))
            {
                let outcome = compared(comparison, left, right);
                reached.0 |= !outcome.is(Outcome::NO);
                reached.1 |= !outcome.is(Outcome::YES);
            }
            reached
        }
        _ => (true, true),
    }
}

type Ends<'a> = (Option<&'a Number>, Option<&'a Number>);

/// Whether some number of the one and some number of the other compare so.
fn ranges(comparison: Comparison, one: Ends<'_>, other: Ends<'_>) -> bool {
    let below = |low: Option<&Number>, high: Option<&Number>, holds: fn(Ordering) -> bool| {
        low.zip(high).is_none_or(|(low, high)| holds(low.cmp(high)))
    };
    match comparison {
        Comparison::Less => below(one.0, other.1, Ordering::is_lt),
        Comparison::AtMost => below(one.0, other.1, Ordering::is_le),
        Comparison::Greater => below(other.0, one.1, Ordering::is_lt),
        Comparison::AtLeast => below(other.0, one.1, Ordering::is_le),
        Comparison::Equal => below(one.0, other.1, Ordering::is_le) && below(other.0, one.1, Ordering::is_le),
        Comparison::NotEqual => {
            let single = |ends: Ends<'_>| ends.0.zip(ends.1).is_some_and(|(low, high)| low == high);
            !(single(one) && single(other) && one.0 == other.0)
        }
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Truth(left), Value::Truth(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        _ => return None,
    })
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }

    /// What holds of two numbers when this does not.
    fn denial(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }
}
