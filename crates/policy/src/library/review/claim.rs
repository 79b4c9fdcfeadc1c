//! What a condition claims of single fields, and the values of a field that stand for all others.
use condition::tree::{Field, Set, Tree};
use condition::{Condition, Facts, Known, Number, Truth, Type, Value};
use jiff::ToSpan as _;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// What a condition claims, by the one field that each of its parts speaks of.
#[derive(Debug, Default)]
pub(super) struct Claims {
    fields: BTreeMap<Arc<str>, Claim>,
}

/// What is claimed of one field: all of these.
#[derive(Debug)]
struct Claim {
    kind: Type,
    parts: Vec<Condition>,
    /// Where it may change.
    edges: BTreeSet<Edge>,
}

/// A value that is written beside a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    Number(Number),
    Date(jiff::civil::Date),
    Text(Arc<str>),
}

/// A value of a field, or that there is none.
#[derive(Debug, Clone)]
pub(super) struct Holds {
    field: Arc<str>,
    value: Option<Value>,
}

impl Claims {
    /// Takes a condition apart at its `and`s. The second answer is whether all of it was taken.
    pub(super) fn of(condition: &Condition) -> (Self, bool) {
        let tree = condition.expression().tree();
        let parts = if let Tree::And(parts) = tree { &parts[..] } else { std::slice::from_ref(tree) };
        let mut claims = Self::default();
        let mut whole = true;
        for part in parts {
            whole &= claims.take(part);
        }
        (claims, whole)
    }

    fn take(&mut self, part: &Tree) -> bool {
        let mut found = Found::default();
        if !found.claim(part) {
            return false;
        }
        // What speaks of no field at all holds or does not, whatever the facts; an author who wrote `false` knows it.
        let Some(field) = found.field else {
            let nothing: BTreeMap<Arc<str>, Option<Value>> = BTreeMap::new();
            return Condition::of_part(part).truth(&nothing) == Truth::Yes;
        };
        let claim = self.fields.entry(field.key.clone()).or_insert_with(|| Claim {
            kind: field.kind.clone(),
            parts: vec![],
            edges: BTreeSet::new(),
        });
        claim.parts.push(Condition::of_part(part));
        claim.edges.extend(found.edges);
        true
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &Arc<str>> {
        self.fields.keys()
    }

    pub(super) fn speaks_of(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }
}

/// The one field of a claim, and the values beside it.
#[derive(Default)]
struct Found<'t> {
    field: Option<&'t Field>,
    edges: Vec<Edge>,
}

impl<'t> Found<'t> {
    /// Whether the claim compares a single field with what is written, and nothing else.
    fn claim(&mut self, tree: &'t Tree) -> bool {
        match tree {
            Tree::Literal(_) => true,
            Tree::Field(_) => self.single(tree).is_some(),
            Tree::And(parts) | Tree::Or(parts) | Tree::AtLeast { of: parts, .. } => {
                parts.iter().all(|part| self.claim(part))
            }
            Tree::Not(part) => self.claim(part),
            Tree::If { guard, then, otherwise, claims: true } => {
                [guard, then, otherwise].into_iter().all(|part| self.claim(part))
            }
            Tree::Presence { of, .. } => self.single(of).is_some(),
            Tree::Compare { left, right, .. } => self.beside(left, &[right]) || self.beside(right, &[left]),
            Tree::Between { value, low, high } => self.beside(value, &[low, high]),
            Tree::In { value, set, .. } => match set {
                Set::Members(members) => self.beside(value, &members.iter().collect::<Vec<_>>()),
                Set::Interval { low, high, .. } => self.beside(value, &[low, high]),
                Set::List(_) => false,
            },
            _ => false,
        }
    }

    /// The field, in how many of its units it is taken.
    fn single(&mut self, tree: &'t Tree) -> Option<Number> {
        match tree {
            Tree::Scaled { factor, of } => self.single(of)?.times(factor),
            Tree::Field(field) if !matches!(field.kind, Type::List(_) | Type::Map(_) | Type::Anything) => {
                let same = self.field.is_none_or(|known| known.key == field.key);
                self.field = Some(field);
                same.then(|| Number::from(1))
            }
            _ => None,
        }
    }

    fn beside(&mut self, value: &'t Tree, written: &[&'t Tree]) -> bool {
        let before = self.field;
        let factor = self.single(value);
        let edges: Option<Vec<Edge>> =
            factor.and_then(|factor| written.iter().map(|tree| edge(tree, &factor)).collect());
        let fits = edges.is_some();
        if !fits {
            self.field = before;
        }
        self.edges.extend(edges.into_iter().flatten());
        fits
    }
}

/// What is written, in the unit of the field.
fn edge(tree: &Tree, factor: &Number) -> Option<Edge> {
    match tree {
        Tree::Scaled { factor: other, of } => edge(of, &factor.over(other)?),
        Tree::Literal(literal) => Some(match &literal.value {
            Value::Number(number) => Edge::Number(number.over(factor)?),
            Value::Date(date) => Edge::Date(*date),
            Value::Text(text) => Edge::Text(text.clone()),
            // Both are tried anyway.
            Value::Truth(truth) => Edge::Number(i64::from(*truth).into()),
            _ => return None,
        }),
        _ => None,
    }
}

/// One value of each stretch of a field on which the claims are the same, in order; and that there is none.
pub(super) fn values<'c>(
    field: &Arc<str>,
    whole: bool,
    claims: impl Iterator<Item = &'c Claims>,
) -> Vec<Holds> {
    let claims: Vec<&Claim> = claims.filter_map(|claims| claims.fields.get(field)).collect();
    let Some(kind) = claims.first().map(|claim| &claim.kind) else { return vec![] };
    let edges: BTreeSet<&Edge> = claims.iter().flat_map(|claim| &claim.edges).collect();
    let mut values: Vec<Value> = match kind {
        Type::Truth => vec![Value::Truth(false), Value::Truth(true)],
        Type::Choice(choices) => choices.iter().cloned().map(Value::Text).collect(),
        Type::Number | Type::Amount(_) => numbers(&edges, whole).into_iter().map(Value::Number).collect(),
        Type::Date => dates(&edges).into_iter().map(Value::Date).collect(),
        _ => texts(&edges).into_iter().map(Value::Text).collect(),
    };
    if values.is_empty() {
        // Only whether there is one is claimed.
        values.push(match kind {
            Type::Date => Value::Date(jiff::civil::Date::constant(2000, 1, 1)),
            Type::Number | Type::Amount(_) => Value::Number(0.into()),
            _ => Value::Text("".into()),
        });
    }
    let value = |value| Holds { field: field.clone(), value };
    std::iter::once(value(None)).chain(values.into_iter().map(|one| value(Some(one)))).collect()
}

/// Every number that is written, and one between each two and beyond the outermost; of things that are not divided,
/// whole ones.
fn numbers(edges: &BTreeSet<&Edge>, whole: bool) -> BTreeSet<Number> {
    let written: Vec<&Number> = edges
        .iter()
        .filter_map(|edge| match edge {
            Edge::Number(number) => Some(number),
            _ => None,
        })
        .collect();
    let one = Number::from(1);
    let mut numbers = BTreeSet::new();
    for (place, number) in written.iter().enumerate() {
        let near = [number.minus(&one), Some((*number).clone()), number.plus(&one)];
        if whole {
            numbers.extend(near.iter().flatten().flat_map(|near| [near.floor(), near.ceiling()]));
            continue;
        }
        let half = |next: &&Number| number.plus(next)?.over(&Number::from(2));
        let first = near[0].clone().filter(|_| place == 0);
        let between = written.get(place + 1).map_or_else(|| near[2].clone(), half);
        numbers.extend([first, Some((*number).clone()), between].into_iter().flatten());
    }
    numbers
}

/// Every day that is written, and the days beside it.
fn dates(edges: &BTreeSet<&Edge>) -> BTreeSet<jiff::civil::Date> {
    let written = edges.iter().filter_map(|edge| match edge {
        Edge::Date(date) => Some(*date),
        _ => None,
    });
    written
        .flat_map(|date| [date.checked_sub(1.day()).ok(), Some(date), date.checked_add(1.day()).ok()])
        .flatten()
        .collect()
}

/// Every text that is written, and one that is not.
fn texts(edges: &BTreeSet<&Edge>) -> Vec<Arc<str>> {
    let written: BTreeSet<&Arc<str>> = edges
        .iter()
        .filter_map(|edge| match edge {
            Edge::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    let longest = written.iter().map(|text| text.len()).max().unwrap_or(0);
    let other: Arc<str> = "-".repeat(longest + 1).into();
    written.into_iter().cloned().chain([other]).collect()
}

impl Holds {
    /// Whether all that is claimed of the field holds of it.
    pub(super) fn hold(&self, clauses: &[(&Arc<str>, &Claims)]) -> bool {
        let claims = clauses.iter().filter_map(|(_, claims)| claims.fields.get(&self.field));
        claims.flat_map(|claim| &claim.parts).all(|part| part.truth(self) == Truth::Yes)
    }

    /// Whether it is a value that has others below and above it.
    pub(super) fn is_ordered(&self) -> bool {
        matches!(self.value, Some(Value::Number(_) | Value::Date(_)))
    }
}

impl Facts for Holds {
    fn fact(&self, name: &str) -> Known<'_> {
        match &self.value {
            _ if name != &*self.field => Known::Unknown,
            Some(value) => Known::Value(Cow::Borrowed(value)),
            None => Known::Absent,
        }
    }
}

impl fmt::Display for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => value.fmt(f),
            None => f.write_str("absent"),
        }
    }
}
