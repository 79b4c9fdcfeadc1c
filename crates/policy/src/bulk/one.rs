//! One company against all conditions: the same graph over single cells instead of planes.
use super::atom::{Atom, Test, holds};
use super::block::{Kind, day_number};
use super::cell::{Cell, Decimal, TENS};
use super::form::{Difference, Form};
use super::graph::{Edge, Node};
use condition::tree::Comparison;
use condition::{Facts, Truth};
use std::cmp::Ordering;

/// What is known of a field, as atoms read it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Single {
    Unknown,
    Absent,
    /// A decimal; a day, the number of a value and a truth are whole.
    Value(Decimal),
    /// Something that only the evaluator understands.
    Odd,
}

impl Single {
    pub(super) fn new(kind: Kind, cell: Cell<'_>, code: impl FnOnce(Cell<'_>) -> Option<u32>) -> Self {
        let whole = |value: i64| Decimal::new(value, 0).map_or(Self::Odd, Self::Value);
        match (kind, cell) {
            (_, Cell::Absent) => Self::Absent,
            (Kind::Truth, Cell::Truth(truth)) => whole(truth.into()),
            (Kind::Number, Cell::Decimal(decimal)) => Self::Value(decimal),
            (Kind::Number, Cell::Number(_) | Cell::Range(..)) => Self::Odd,
            (Kind::Date, Cell::Date(date)) => whole(day_number(date)),
            (Kind::Coded, cell) => code(cell).map_or(Self::Unknown, |code| whole(code.into())),
            _ => Self::Unknown,
        }
    }
}

/// Truths as bits: whether it is Yes, and whether it is No.
const YES: u8 = 1;
const NO: u8 = 2;

/// Decides every node, each with its contrary behind it. Nodes stand after what they are made of.
pub(super) fn nodes(
    nodes: &[Node],
    atoms: &[Atom],
    cells: &[Single],
    facts: &dyn Facts,
    truths: &mut Vec<u8>,
) {
    truths.clear();
    for node in nodes {
        let truth = match node {
            Node::Yes => YES,
            Node::Unknown => 0,
            Node::Atom(atom) => match atom_truth(&atoms[*atom], cells, facts) {
                Truth::Yes => YES,
                Truth::No => NO,
                Truth::Unknown => 0,
            },
            Node::And(edges) => all(edges, truths),
            Node::AtLeast(count, edges) => {
                let counted = |bit| edges.iter().filter(|edge| truths[edge.plane()] & bit != 0).count();
                if counted(YES) >= *count {
                    YES
                } else if edges.len() - counted(NO) < *count {
                    NO
                } else {
                    0
                }
            }
        };
        truths.push(truth);
        truths.push(truth >> 1 | truth << 1 & NO);
    }
}

/// What all of these come to together.
pub(super) fn verdict(edges: &[Edge], truths: &[u8]) -> Truth {
    match all(edges, truths) {
        YES => Truth::Yes,
        NO => Truth::No,
        _ => Truth::Unknown,
    }
}

fn all(edges: &[Edge], truths: &[u8]) -> u8 {
    let (mut every, mut any) = (YES, 0);
    for edge in edges {
        let truth = truths[edge.plane()];
        every &= truth;
        any |= truth;
    }
    every | any & NO
}

fn atom_truth(atom: &Atom, cells: &[Single], facts: &dyn Facts) -> Truth {
    let ask = || atom.claim.as_ref().map_or(Truth::Yes, |claim| claim.truth(facts));
    match &atom.test {
        Test::Known(column) => (!matches!(cells[*column], Single::Unknown)).into(),
        Test::Present(column) => match cells[*column] {
            Single::Unknown => Truth::Unknown,
            Single::Absent => Truth::No,
            Single::Value(_) | Single::Odd => Truth::Yes,
        },
        Test::True(column) => match cells[*column] {
            Single::Unknown | Single::Odd => Truth::Unknown,
            Single::Absent => Truth::No,
            Single::Value(truth) => (truth.mantissa() == 1).into(),
        },
        Test::Range { column, limit, absent } => match cells[*column] {
            Single::Unknown => Truth::Unknown,
            Single::Absent => *absent,
            Single::Value(value) => limit.admits(value.mantissa(), value.places()).into(),
            Single::Odd => ask(),
        },
        Test::Coded { column, found } => match cells[*column] {
            Single::Unknown | Single::Odd => found.unknown.unwrap_or(Truth::Unknown),
            Single::Absent => found.absent.unwrap_or(Truth::Unknown),
            Single::Value(code) => found.truth(code.mantissa()),
        },
        Test::Sign { of, comparison } => {
            if atom.columns.iter().any(|column| matches!(cells[*column], Single::Odd)) {
                return ask();
            }
            if of.alone.iter().any(|column| matches!(cells[*column], Single::Absent)) {
                return Truth::No;
            }
            if atom.columns.iter().any(|column| !matches!(cells[*column], Single::Value(_))) {
                return Truth::Unknown;
            }
            sign(of, *comparison, cells).unwrap_or_else(ask)
        }
        Test::Single => ask(),
    }
}

/// Compares by the sign of a difference; nothing if its integers do not fit.
fn sign(of: &Difference, comparison: Comparison, cells: &[Single]) -> Option<Truth> {
    let above = form(&of.above, cells)?;
    let order = match &of.below {
        None => above,
        Some(below) => match form(below, cells)? {
            Ordering::Equal => return Some(Truth::Unknown),
            Ordering::Greater => above,
            Ordering::Less => above.reverse(),
        },
    };
    Some(holds(comparison, order).into())
}

/// A form beside zero.
fn form(form: &Form, cells: &[Single]) -> Option<Ordering> {
    let values = || {
        form.terms.iter().filter_map(|(column, factor)| match cells[*column] {
            Single::Value(value) => Some((value, *factor)),
            _ => None,
        })
    };
    let places = values().map(|(value, _)| value.places()).max().unwrap_or(0);
    let ten = |places: u8| i128::from(TENS[usize::from(places)]);
    let mut sum = form.constant.checked_mul(ten(places))?;
    for (value, factor) in values() {
        let factor = factor.checked_mul(ten(places - value.places()))?;
        sum = sum.checked_add(factor.checked_mul(value.mantissa().into())?)?;
    }
    Some(sum.cmp(&0))
}
