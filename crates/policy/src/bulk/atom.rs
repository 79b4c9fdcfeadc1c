//! Claims that are computed over a block at once.
use super::block::{Block, Plane};
use super::cell::TENS;
use super::columns::{Columns, Vocabulary};
use super::form::Difference;
use condition::tree::Comparison;
use condition::{Condition, Facts, Known, Truth};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// A claim that is not made of others, once for all conditions that make it.
#[derive(Debug)]
pub(crate) struct Atom {
    pub(crate) test: Test,
    /// The columns it reads.
    pub(crate) columns: Vec<usize>,
    /// The same for the evaluator; none for what the columns say themselves.
    pub(crate) claim: Option<Condition>,
}

/// How a claim is computed.
#[derive(Debug)]
pub(crate) enum Test {
    /// Whether anything is known, a value or that there is none; never unknown itself.
    Known(usize),
    /// Whether there is a value.
    Present(usize),
    /// Whether a truth is true.
    True(usize),
    /// Whether a number lies in a range.
    Range { column: usize, limit: Limit, absent: Truth },
    /// What was found for each value of a vocabulary.
    Coded { column: usize, found: Found },
    /// The sign of a difference.
    Sign { of: Difference, comparison: Comparison },
    /// By the evaluator, row by row.
    Single,
}

/// Numbers that compare so to `above / below`, of which the latter is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Limit {
    pub(crate) comparison: Comparison,
    pub(crate) above: i64,
    pub(crate) below: i64,
}

/// What makes two claims the same. Texts are those of one dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Known(usize),
    Present(usize),
    True(usize),
    Range(usize, Limit, bool),
    Sign(Difference, Comparison),
    /// A text, and which of its fields follow from others here.
    Text(String, Vec<bool>),
}

impl Limit {
    /// Whether `mantissa / 10^places` is within; products of two such integers fit.
    pub(crate) fn admits(self, mantissa: i64, places: u8) -> bool {
        let number = i128::from(mantissa) * i128::from(self.below);
        holds(self.comparison, number.cmp(&(i128::from(self.above) * i128::from(TENS[usize::from(places)]))))
    }

    /// The integers `n` with `n / 10^places` within, ends included; empty if the first is greater.
    pub(crate) fn ends(self, places: u8) -> (i64, i64) {
        let (above, below) =
            (i128::from(self.above) * i128::from(TENS[usize::from(places)]), self.below.into());
        let floor = above.div_euclid(below);
        let whole = floor * below == above;
        let ceiling = if whole { floor } else { floor + 1 };
        let (least, most) = match self.comparison {
            Comparison::Less => (i128::MIN, ceiling - 1),
            Comparison::AtMost => (i128::MIN, floor),
            Comparison::Greater => (floor + 1, i128::MAX),
            Comparison::AtLeast => (ceiling, i128::MAX),
            Comparison::Equal if whole => (floor, floor),
            Comparison::Equal | Comparison::NotEqual => return (1, 0),
        };
        // Beyond all integers of a column it is empty; below them it begins with the least.
        if most < i64::MIN.into() || least > i64::MAX.into() {
            return (1, 0);
        }
        let held = |end: i128| i64::try_from(end.clamp(i64::MIN.into(), i64::MAX.into())).unwrap_or(0);
        (held(least), held(most))
    }
}

/// Whether two values in this order compare so.
pub(crate) fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
    }
}

/// The truths of a claim about one column whose values have numbers.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) by_code: Vec<Truth>,
    /// Ranges of numbers for which it holds, and for which it does not; none where they are too many to be scanned.
    pub(crate) ranges: Option<[Vec<(i64, i64)>; 2]>,
    pub(crate) absent: Option<Truth>,
    pub(crate) unknown: Option<Truth>,
}

/// The most ranges that are scanned rather than looked up.
const MOST_RANGES: usize = 12;

impl Found {
    /// Finds the truth for every value that is new.
    pub(super) fn learn(&mut self, claim: &Condition, key: &Arc<str>, vocabulary: &Vocabulary) {
        let truth = |known| claim.truth(&One { key, known });
        if self.by_code.len() == vocabulary.values.len() && self.unknown.is_some() {
            return;
        }
        self.absent = Some(truth(Known::Absent));
        self.unknown = Some(truth(Known::Unknown));
        let new = vocabulary.values.iter().skip(self.by_code.len());
        self.by_code.extend(new.map(|value| truth(Known::Value(Cow::Borrowed(value)))));
        let ranges = [Truth::Yes, Truth::No].map(|truth| runs(&self.by_code, truth));
        self.ranges = Some(ranges).filter(|[yes, no]| yes.len() + no.len() <= MOST_RANGES);
    }

    pub(crate) fn truth(&self, code: i64) -> Truth {
        let truth = usize::try_from(code).ok().and_then(|code| self.by_code.get(code));
        truth.copied().unwrap_or(Truth::Unknown)
    }
}

/// Where a truth stands in a row without a gap.
fn runs(truths: &[Truth], sought: Truth) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for (code, _) in (0..).zip(truths).filter(|(_, truth)| **truth == sought) {
        match runs.last_mut() {
            Some(last) if last.1 + 1 == code => last.1 = code,
            _ => runs.push((code, code)),
        }
    }
    runs
}

/// The facts of somebody of whom one field is known.
struct One<'v> {
    key: &'v Arc<str>,
    known: Known<'v>,
}

impl Facts for One<'_> {
    fn fact(&self, name: &str) -> Known<'_> {
        if **self.key == *name { self.known.clone() } else { Known::Unknown }
    }
}

/// What the evaluator distinguishes of a row: the cells of these columns. Equal for rows that are the same to it.
pub(super) fn cells(columns: &[usize], block: &Block, row: usize) -> Option<Box<[u64]>> {
    if block.odd.binary_search_by_key(&row, |odd| odd.row).is_ok() {
        return None;
    }
    let mut cells = Vec::with_capacity(columns.len() * 2);
    for column in columns {
        let whole = &block.wholes[*column];
        if block.is(*column, Plane::Absent, row) {
            cells.extend([0, 0]);
        } else if !block.is(*column, Plane::Has, row) {
            cells.extend([1, 0]);
        } else {
            let value = whole.get(row);
            let truth = u64::from(block.is(*column, Plane::Yes, row));
            cells.extend([2 + truth + (u64::from(whole.places) << 2), value.cast_unsigned()]);
        }
    }
    Some(cells.into())
}

impl Atom {
    /// Learns what it has to know of values that are new in the columns.
    pub(crate) fn learn(&mut self, columns: &Columns) {
        if let (Test::Coded { column, found }, Some(claim)) = (&mut self.test, &self.claim)
            && let Some(key) = columns.key(*column)
        {
            found.learn(claim, key, columns.vocabulary(*column));
        }
    }
}
