//! What a tree means for given facts. Recursion is bounded by the depth of the tree.

use std::{borrow::Cow, cmp::Ordering, sync::Arc};

use indexmap::IndexSet;

use crate::{
    Facts, Known, Truth, Value,
    tree::{Comparison, Field, Set, Tree},
};

impl Tree {
    /// Weighs a claim. A truth field is a claim that the field is true: an absent one is No.
    pub(crate) fn truth(&self, facts: &dyn Facts) -> Truth {
        match self {
            Self::Literal(_) | Self::Field(_) => claimed(&self.value(facts)),
            Self::And(parts) => Truth::all(parts.iter().map(|part| part.truth(facts))),
            Self::Or(parts) => Truth::any(parts.iter().map(|part| part.truth(facts))),
            Self::Not(part) => !part.truth(facts),
            Self::AtLeast { count, of } => at_least(*count, of, facts),
            Self::Compare { comparison, left, right } => {
                compare(*comparison, &left.value(facts), &right.value(facts))
            }
            Self::Between { value, low, high } => {
                within(&value.value(facts), (low, true), (high, true), facts)
            }
            Self::In { value, set, negated } => {
                let value = value.value(facts);
                let inside = set.holds(&value, facts);
                if *negated { (!inside).min(presence(&value)) } else { inside }
            }
            Self::Presence { of, present } => {
                let truth = presence(&of.value(facts));
                if *present { truth } else { !truth }
            }
        }
    }

    /// Finds what is known of a value; a claim is a value too.
    pub(crate) fn value<'a>(&'a self, facts: &'a dyn Facts) -> Known<'a> {
        match self {
            Self::Literal(literal) => Known::Value(Cow::Borrowed(&literal.value)),
            Self::Field(field) => field.value(facts),
            claim => match claim.truth(facts) {
                Truth::Unknown => Known::Unknown,
                truth => Known::Value(Cow::Owned(Value::Truth(truth == Truth::Yes))),
            },
        }
    }

    /// Collects the unknown fields under every part that is itself undecided.
    pub(crate) fn collect_unknowns<'a>(&'a self, facts: &'a dyn Facts, names: &mut IndexSet<&'a Arc<str>>) {
        if self.value(facts) != Known::Unknown {
            return;
        }
        if let Self::Field(field) = self {
            names.insert(&field.key);
        }
        self.visit_parts(&mut |part| part.collect_unknowns(facts, names));
    }
}

impl Field {
    /// A value of another type than declared tells nothing, so that no fact can break the evaluation.
    fn value<'a>(&self, facts: &'a dyn Facts) -> Known<'a> {
        match facts.fact(&self.key) {
            Known::Value(value) if !self.kind.admits(&value) => Known::Unknown,
            known => known,
        }
    }
}

impl Set {
    fn holds(&self, value: &Known<'_>, facts: &dyn Facts) -> Truth {
        let equals = |member: &Known<'_>| compare(Comparison::Equal, value, member);
        match self {
            Self::Members(members) => Truth::any(members.iter().map(|member| equals(&member.value(facts)))),
            Self::Interval { low, includes_low, high, includes_high } => {
                within(value, (low, *includes_low), (high, *includes_high), facts)
            }
            Self::List(list) => match (value, list.value(facts)) {
                // What does not exist is in no list, known or not.
                (Known::Absent, _) | (_, Known::Absent) => Truth::No,
                (_, Known::Unknown) => Truth::Unknown,
                (value, Known::Value(list)) => match &*list {
                    Value::List(members) => Truth::any(members.iter().map(|member| {
                        compare(Comparison::Equal, value, &Known::Value(Cow::Borrowed(member)))
                    })),
                    _ => Truth::Unknown,
                },
            },
        }
    }
}

/// Of what does not exist, and so of what may not exist, `not in` does not hold; only `!=` and `is absent` do.
fn presence(known: &Known<'_>) -> Truth {
    match known {
        Known::Absent => Truth::No,
        Known::Unknown => Truth::Unknown,
        Known::Value(_) => Truth::Yes,
    }
}

fn claimed(known: &Known<'_>) -> Truth {
    match known {
        Known::Absent => Truth::No,
        Known::Value(value) => match **value {
            Value::Truth(truth) => truth.into(),
            _ => Truth::Unknown,
        },
        Known::Unknown => Truth::Unknown,
    }
}

fn at_least(count: usize, of: &[Tree], facts: &dyn Facts) -> Truth {
    let (mut certain, mut possible) = (0, 0);
    for part in of {
        match part.truth(facts) {
            Truth::Yes => certain += 1,
            Truth::Unknown => possible += 1,
            Truth::No => {}
        }
    }
    if certain >= count {
        Truth::Yes
    } else if certain + possible < count {
        Truth::No
    } else {
        Truth::Unknown
    }
}

fn within(value: &Known<'_>, low: (&Tree, bool), high: (&Tree, bool), facts: &dyn Facts) -> Truth {
    let above = if low.1 { Comparison::AtLeast } else { Comparison::Greater };
    let below = if high.1 { Comparison::AtMost } else { Comparison::Less };
    Truth::all([compare(above, value, &low.0.value(facts)), compare(below, value, &high.0.value(facts))])
}

/// Nothing is not equal to anything, itself included, and stands in no order: with an absent side, even beside an
/// unknown one, only `!=` holds.
fn compare(comparison: Comparison, left: &Known<'_>, right: &Known<'_>) -> Truth {
    match (left, right) {
        (Known::Absent, _) | (_, Known::Absent) => (comparison == Comparison::NotEqual).into(),
        (Known::Unknown, _) | (_, Known::Unknown) => Truth::Unknown,
        (Known::Value(left), Known::Value(right)) => {
            order(left, right).map_or(Truth::Unknown, |order| comparison.holds(order).into())
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
}
