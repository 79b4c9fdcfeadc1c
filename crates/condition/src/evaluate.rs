//! What a tree means for given facts. Recursion is bounded by the depth of the tree and of the rules in it.

mod call;
mod scope;
mod table;

use std::{borrow::Cow, sync::Arc};

use indexmap::IndexSet;

pub(crate) use scope::{Asked, MOST_STEPS, Scope};

use crate::{
    Outcome, Value,
    reach::{self, Hull, Reach, Spread, compare},
    rules::{Body, Rule},
    tree::{Comparison, Field, Operand, Set, Tree},
};

impl Tree {
    /// Weighs a claim. A truth field is a claim that the field is true: an absent one is No.
    pub(crate) fn outcome(&self, scope: &Scope<'_>) -> Outcome {
        match self {
            Self::And(parts) => Outcome::all(parts.iter().map(|part| part.outcome(scope))),
            Self::Or(parts) => Outcome::any(parts.iter().map(|part| part.outcome(scope))),
            Self::Not(part) => !part.outcome(scope),
            Self::AtLeast { count, of } => {
                Outcome::at_least(*count, of.iter().map(|part| part.outcome(scope)))
            }
            Self::Compare { comparison, left, right } => {
                compare(*comparison, &left.value(scope), &right.value(scope))
            }
            Self::Between { value, low, high } => {
                within(&value.value(scope), (low, true), (high, true), scope)
            }
            Self::In { value, set, negated } => {
                let value = value.value(scope);
                let inside = set.holds(&value, scope);
                if *negated { (!inside).and(reach::presence(&value)) } else { inside }
            }
            Self::Presence { of, present } => {
                let present_now = reach::presence(&of.value(scope));
                if *present { present_now } else { !present_now }
            }
            Self::If { guard, then, otherwise, claims: true } => {
                branch(guard.outcome(scope), || then.outcome(scope), || otherwise.outcome(scope))
            }
            Self::Quantified { every, list, claim, .. } => quantified(*every, list, claim, scope),
            Self::Call { function, arguments } if function.claims() => {
                call::claim(*function, arguments, scope)
            }
            Self::Criteria { rule, .. } => rule.outcome(scope),
            _ => self.value(scope).claimed(),
        }
    }

    /// Finds what a value can still turn out to be; a claim is a value too.
    pub(crate) fn value<'a>(&'a self, scope: &Scope<'a>) -> Reach<'a> {
        match self {
            Self::Literal(literal) => Reach::Value(Cow::Borrowed(&literal.value)),
            Self::Field(field) => field.value(scope),
            Self::Variable(variable) => scope.variable(variable.level),
            Self::Sum(operands) => chained(operands, scope, |sum, next, inverse| {
                if inverse { reach::minus(sum, next) } else { reach::plus(sum, next) }
            }),
            Self::Product(operands) => chained(operands, scope, |product, next, inverse| {
                if inverse { reach::divide(product, next) } else { reach::multiply(product, next) }
            }),
            Self::Minus(of) => reach::negate(&of.value(scope)),
            Self::Scaled { factor, of } => scaled(factor, &of.value(scope)),
            Self::List(parts) => listed(parts, scope),
            Self::If { guard, then, otherwise, claims: false } => {
                let guard = guard.outcome(scope);
                if guard.is(Outcome::YES) {
                    return then.value(scope);
                }
                if guard.is(Outcome::NO) {
                    return otherwise.value(scope);
                }
                let varies = !guard.is(Outcome::UNKNOWN);
                then.value(scope).or_else(otherwise.value(scope), guard.has(Outcome::UNKNOWN), varies)
            }
            Self::Call { function, arguments } if !function.claims() => {
                call::value(*function, arguments, scope)
            }
            claim => Reach::of_outcome(claim.outcome(scope)),
        }
    }

    /// Collects the unknown fields under every part that is itself undecided.
    pub(crate) fn collect_unknowns<'t>(&'t self, scope: &Scope<'_>, names: &mut IndexSet<&'t Arc<str>>) {
        if !matches!(self.value(scope), Reach::Unknown | Reach::Spread(_)) {
            return;
        }
        let before = names.len();
        if let Some(rule) = self.rule().filter(|_| scope.step()) {
            rule.visit(&mut |part| part.collect_unknowns(scope, names));
        }
        match self {
            // Where nothing is missing of which it follows, as when zero divides, only the fact itself can help.
            Self::Field(field) if !field.is_table() && names.len() == before => {
                if scope.is_unknown(field) {
                    names.insert(&field.key);
                }
            }
            // The claim may be open for some elements only.
            Self::Quantified { list, claim, .. } => {
                list.collect_unknowns(scope, names);
                for element in items(list, scope).unwrap_or_default() {
                    if scope.step() {
                        scope.with(element, |inner| claim.collect_unknowns(inner, names));
                    }
                }
            }
            _ => self.visit_parts(&mut |part| part.collect_unknowns(scope, names)),
        }
    }
}

impl Field {
    pub(crate) fn is_table(&self) -> bool {
        self.rule.as_ref().is_some_and(|rule| matches!(rule.body, Body::Table(_)))
    }

    /// The fact itself goes before what it follows from. A value of another type than declared tells nothing, so that
    /// no fact can break the evaluation.
    fn value<'a>(&'a self, scope: &Scope<'a>) -> Reach<'a> {
        let fact = if self.is_table() { Reach::Unknown } else { scope.fact(self) };
        match (&self.rule, fact) {
            (Some(rule), Reach::Unknown) => rule.value(scope),
            (_, fact) => fact,
        }
    }
}

impl Rule {
    fn value<'a>(&'a self, scope: &Scope<'a>) -> Reach<'a> {
        if !scope.step() {
            return Reach::Unknown;
        }
        // Names of quantifiers mean nothing in the text of a rule.
        match &self.body {
            Body::Derived(tree) => tree.value(&scope.bare()),
            Body::Table(table) => table.value(&scope.bare()),
        }
    }

    fn outcome(&self, scope: &Scope<'_>) -> Outcome {
        match &self.body {
            Body::Derived(tree) if scope.step() => tree.outcome(&scope.bare()),
            _ => Outcome::UNKNOWN,
        }
    }
}

impl Set {
    fn holds(&self, value: &Reach<'_>, scope: &Scope<'_>) -> Outcome {
        // Several values are in a set where each of them is.
        if let Reach::Spread(spread) = value
            && let Hull::OneOf(values) = &spread.hull
        {
            let each = values.iter().map(|value| self.holds(&Reach::part(value), scope));
            return over(spread, each.collect());
        }
        let equals = |member: &Reach<'_>| compare(Comparison::Equal, value, member);
        match self {
            Self::Members(members) => Outcome::any(members.iter().map(|member| equals(&member.value(scope)))),
            Self::Interval { low, includes_low, high, includes_high } => {
                within(value, (low, *includes_low), (high, *includes_high), scope)
            }
            Self::List(list) => call::contained(value, list, scope),
        }
    }
}

/// What a claim comes to for a value with these outcomes for each that it can turn out to be.
fn over(spread: &Spread, mut outcomes: Vec<Outcome>) -> Outcome {
    if spread.absent {
        outcomes.push(Outcome::NO);
    }
    let fork = outcomes.iter().copied().reduce(Outcome::fork).unwrap_or(Outcome::UNKNOWN);
    let either = outcomes.into_iter().reduce(Outcome::or_also).unwrap_or(Outcome::UNKNOWN);
    match (spread.varies, spread.open) {
        (false, _) => fork,
        (true, false) => either,
        (true, true) => either.or_also(fork),
    }
}

fn within(value: &Reach<'_>, low: (&Tree, bool), high: (&Tree, bool), scope: &Scope<'_>) -> Outcome {
    let above = if low.1 { Comparison::AtLeast } else { Comparison::Greater };
    let below = if high.1 { Comparison::AtMost } else { Comparison::Less };
    Outcome::all([compare(above, value, &low.0.value(scope)), compare(below, value, &high.0.value(scope))])
}

/// What comes of a guard and two branches: that of the branch it chooses, or of both where nobody knows which.
fn branch(guard: Outcome, then: impl Fn() -> Outcome, otherwise: impl Fn() -> Outcome) -> Outcome {
    if guard.is(Outcome::YES) {
        return then();
    }
    if guard.is(Outcome::NO) {
        return otherwise();
    }
    let (then, otherwise) = (then(), otherwise());
    let mut outcomes = None;
    for (verdict, comes) in
        [(Outcome::YES, then), (Outcome::NO, otherwise), (Outcome::UNKNOWN, then.fork(otherwise))]
    {
        if guard.has(verdict) {
            outcomes = Some(outcomes.map_or(comes, |before: Outcome| before.or_also(comes)));
        }
    }
    outcomes.unwrap_or(Outcome::UNKNOWN)
}

/// Of an absent list nothing holds, as nothing is in it and not everything of it can be shown.
fn quantified(every: bool, list: &Tree, claim: &Tree, scope: &Scope<'_>) -> Outcome {
    let elements = match items(list, scope) {
        Ok(elements) => elements,
        Err(Reach::Absent) => return Outcome::NO,
        Err(reach) => {
            return call::any_list(&reach, every.into(), |element| {
                scope.with(element.clone(), |inner| claim.outcome(inner))
            });
        }
    };
    let each = elements.into_iter().map(|element| {
        if scope.step() { scope.with(element, |inner| claim.outcome(inner)) } else { Outcome::UNKNOWN }
    });
    if every { Outcome::all(each) } else { Outcome::any(each) }
}

/// The elements of a list, those of a list in brackets even where some are unknown; or what is known of the list.
pub(crate) fn items<'a>(list: &'a Tree, scope: &Scope<'a>) -> Result<Vec<Reach<'a>>, Reach<'a>> {
    if let Tree::List(parts) = list {
        return Ok(parts.iter().map(|part| part.value(scope)).collect());
    }
    match list.value(scope) {
        Reach::Value(Cow::Borrowed(Value::List(values))) => Ok(values.iter().map(Reach::part).collect()),
        Reach::Value(Cow::Owned(Value::List(values))) => Ok(values
            .into_iter()
            .map(|value| if value == Value::Absent { Reach::Absent } else { Reach::owned(value) })
            .collect()),
        // Of another type than declared.
        Reach::Value(_) => Err(Reach::Unknown),
        reach => Err(reach),
    }
}

fn chained<'a>(
    operands: &'a [Operand],
    scope: &Scope<'a>,
    join: impl Fn(&Reach<'a>, &Reach<'a>, bool) -> Reach<'a>,
) -> Reach<'a> {
    let mut operands = operands.iter();
    let Some(first) = operands.next() else { return Reach::Unknown };
    let mut result = first.tree.value(scope);
    for operand in operands {
        if matches!(result, Reach::Unknown | Reach::Absent) {
            return Reach::Unknown;
        }
        result = join(&result, &operand.tree.value(scope), operand.inverse);
    }
    result
}

/// An amount in another unit is there, or not, as it is in its own.
fn scaled<'a>(factor: &crate::Number, of: &Reach<'a>) -> Reach<'a> {
    match of {
        Reach::Absent => Reach::Absent,
        Reach::Spread(spread) if spread.absent => Reach::lost(spread.varies),
        of => reach::multiply(of, &Reach::owned(factor.clone())),
    }
}

/// A list is known when all that is in it is; what is known to be absent stays so in it.
fn listed<'a>(parts: &'a [Tree], scope: &Scope<'a>) -> Reach<'a> {
    let mut values = Vec::with_capacity(parts.len());
    let (mut known, mut varies) = (true, false);
    for part in parts {
        match part.value(scope) {
            Reach::Value(value) => values.push(value.into_owned()),
            Reach::Absent => values.push(Value::Absent),
            Reach::Unknown => return Reach::Unknown,
            Reach::Spread(spread) => (known, varies) = (false, varies || spread.varies),
        }
    }
    if known { Reach::owned(Value::List(values)) } else { Reach::lost(varies) }
}
