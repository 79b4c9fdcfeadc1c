//! Numbers as columns can compute them: sums of columns, and ratios of two such sums.
use super::block::{Kind, day_number};
use super::columns::Columns;
use condition::Value;
use condition::tree::{Function, Literal, Tree};
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, Zero};

type Fraction = Ratio<i128>;

/// The most bits that all numbers of one comparison may have together. The evaluator calls longer arithmetic unknown
/// (`Number::MOST_BITS`); below this, with cells of 123 bits at most, it never gets there.
const MOST_BITS: u32 = 256;

/// `constant + factor · column + …`, each column once, those with the factor zero too: they must be known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    pub(crate) constant: i128,
    pub(crate) terms: Vec<(usize, i128)>,
}

/// What two values are apart: a form, perhaps divided by another, whose sign says how the values compare.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Difference {
    pub(crate) above: Form,
    /// What it is divided by; where that is zero, nobody knows.
    pub(crate) below: Option<Form>,
    /// Columns that stand alone on a side: where there is no such value, no order and no equality holds.
    pub(crate) alone: Vec<usize>,
}

/// A sum with fractions for factors.
#[derive(Debug, Clone)]
struct Sum {
    constant: Fraction,
    terms: Vec<(usize, Fraction)>,
}

/// A value as a ratio of sums.
struct Side {
    above: Sum,
    below: Option<Sum>,
    /// The column, if it is that and nothing else.
    alone: Option<usize>,
}

/// Finds what `left - right` is, if columns can compute it exactly.
pub(crate) fn difference(columns: &Columns, left: &Tree, right: &Tree) -> Option<Difference> {
    let mut reader = Reader { columns, bits: MOST_BITS };
    let (left, right) = (reader.side(left)?, reader.side(right)?);
    let (above, below) = match (left.below, right.below) {
        (None, None) => (left.above.plus(&right.above, true)?, None),
        (Some(below), None) => (left.above.plus(&below.times(right.above.number()?)?, true)?, Some(below)),
        (None, Some(below)) => (below.times(left.above.number()?)?.plus(&right.above, true)?, Some(below)),
        (Some(_), Some(_)) => return None,
    };
    let below = match below {
        Some(below) => Some(below.form()?),
        None => None,
    };
    let mut alone: Vec<usize> = [left.alone, right.alone].into_iter().flatten().collect();
    alone.sort_unstable();
    alone.dedup();
    Some(Difference { above: above.form()?, below, alone })
}

impl Difference {
    /// Every column it reads, each once.
    pub(crate) fn columns(&self) -> Vec<usize> {
        let forms = std::iter::once(&self.above).chain(&self.below);
        let mut columns: Vec<usize> = forms.flat_map(|form| form.terms.iter().map(|term| term.0)).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

impl Sum {
    fn of(constant: Fraction) -> Self {
        Self { constant, terms: vec![] }
    }

    fn number(&self) -> Option<Fraction> {
        self.terms.is_empty().then_some(self.constant)
    }

    fn plus(&self, other: &Self, taken_away: bool) -> Option<Self> {
        let sign = Fraction::from_integer(if taken_away { -1 } else { 1 });
        let mut sum = self.clone();
        sum.constant = sum.constant.checked_add(&other.constant.checked_mul(&sign)?)?;
        for (column, factor) in &other.terms {
            let factor = factor.checked_mul(&sign)?;
            match sum.terms.iter_mut().find(|term| term.0 == *column) {
                Some(term) => term.1 = term.1.checked_add(&factor)?,
                None => sum.terms.push((*column, factor)),
            }
        }
        Some(sum)
    }

    fn times(&self, by: Fraction) -> Option<Self> {
        let mut product = self.clone();
        product.constant = product.constant.checked_mul(&by)?;
        for term in &mut product.terms {
            term.1 = term.1.checked_mul(&by)?;
        }
        Some(product)
    }

    /// The same in whole factors: the sign stays.
    fn form(&self) -> Option<Form> {
        let factors = || self.terms.iter().map(|term| term.1).chain([self.constant]);
        let whole = factors().try_fold(1_i128, |multiple, factor| {
            let common = Fraction::new(multiple, *factor.denom());
            i128::checked_mul(multiple, *common.denom())
        })?;
        let scaled = |factor: Fraction| i128::checked_mul(*factor.numer(), whole / factor.denom());
        let terms = self.terms.iter().map(|(column, factor)| Some((*column, scaled(*factor)?)));
        let mut terms = terms.collect::<Option<Vec<_>>>()?;
        terms.sort_unstable();
        Some(Form { constant: scaled(self.constant)?, terms })
    }
}

struct Reader<'c> {
    columns: &'c Columns,
    bits: u32,
}

impl Reader<'_> {
    fn side(&mut self, tree: &Tree) -> Option<Side> {
        let plain = |above| Some(Side { above, below: None, alone: None });
        match tree {
            Tree::Literal(Literal { value: Value::Number(number), .. }) => {
                plain(Sum::of(self.number(number)?))
            }
            Tree::Literal(Literal { value: Value::Date(date), .. }) => {
                plain(Sum::of(Fraction::from_integer(day_number(*date).into())))
            }
            Tree::Field(field) if field.rule.is_none() => {
                let (column, kind) = self.columns.column(&field.key)?;
                if !matches!(kind, Kind::Number | Kind::Date) {
                    return None;
                }
                let above =
                    Sum { constant: Fraction::zero(), terms: vec![(column, Fraction::from_integer(1))] };
                Some(Side { above, below: None, alone: Some(column) })
            }
            Tree::Scaled { factor, of } => {
                let (factor, of) = (self.number(factor)?, self.side(of)?);
                Some(Side { above: of.above.times(factor)?, ..of })
            }
            Tree::Minus(of) => {
                let of = self.side(of)?;
                Some(Side { above: of.above.times(Fraction::from_integer(-1))?, alone: None, ..of })
            }
            Tree::Sum(operands) => {
                self.chain(operands.iter().map(|part| (part.inverse, &part.tree)), Self::add)
            }
            Tree::Product(operands) => {
                self.chain(operands.iter().map(|part| (part.inverse, &part.tree)), Self::multiply)
            }
            Tree::Call { function: Function::Sum, arguments } => {
                self.chain(listed(arguments).iter().map(|part| (false, part)), Self::add)
            }
            Tree::Call { function: Function::Mean, arguments } => {
                let parts = listed(arguments);
                let sum = self.chain(parts.iter().map(|part| (false, part)), Self::add)?;
                let share = Fraction::new(1, i128::try_from(parts.len()).ok()?);
                Some(Side { above: sum.above.times(share)?, ..sum })
            }
            Tree::Call { function: Function::DaysBetween, arguments } => match &**arguments {
                [from, to] => self.chain([(false, to), (true, from)].into_iter(), Self::add),
                _ => None,
            },
            _ => None,
        }
    }

    fn number(&mut self, number: &condition::Number) -> Option<Fraction> {
        let (above, below) = number.to_fraction()?;
        let bits = |part: i64| 64 - part.unsigned_abs().leading_zeros();
        self.bits = self.bits.checked_sub(bits(above) + bits(below))?;
        Some(Fraction::new(above.into(), below.into()))
    }

    fn chain<'t>(
        &mut self,
        mut parts: impl Iterator<Item = (bool, &'t Tree)>,
        join: fn(Side, Side, bool) -> Option<Side>,
    ) -> Option<Side> {
        let mut side = self.side(parts.next()?.1)?;
        for (inverse, tree) in parts {
            let next = self.side(tree)?;
            side = join(side, next, inverse)?;
        }
        // A sum of one is not the value itself: of what does not exist it is unknown.
        side.alone = None;
        Some(side)
    }

    fn add(left: Side, right: Side, taken_away: bool) -> Option<Side> {
        let side = |above, below| Some(Side { above, below, alone: None });
        match (left.below, right.below) {
            (None, None) => side(left.above.plus(&right.above, taken_away)?, None),
            (Some(below), None) => {
                let scaled = below.times(right.above.number()?)?;
                side(left.above.plus(&scaled, taken_away)?, Some(below))
            }
            (None, Some(below)) => {
                let scaled = below.times(left.above.number()?)?;
                side(scaled.plus(&right.above, taken_away)?, Some(below))
            }
            (Some(_), Some(_)) => None,
        }
    }

    fn multiply(left: Side, right: Side, divided: bool) -> Option<Side> {
        let side = |above, below| Some(Side { above, below, alone: None });
        if !divided {
            return match (left.above.number().filter(|_| left.below.is_none()), &right.below) {
                (Some(number), _) => side(right.above.times(number)?, right.below),
                (None, None) => side(left.above.times(right.above.number()?)?, left.below),
                (None, Some(_)) => None,
            };
        }
        match (left.below, right.below, right.above.number()) {
            (_, None, Some(zero)) if zero.is_zero() => None,
            (below, None, Some(number)) => side(left.above.times(number.recip())?, below),
            (None, None, None) => side(left.above, Some(right.above)),
            _ => None,
        }
    }
}

/// The numbers that a function is given: its arguments, or those of its one list.
fn listed(arguments: &[Tree]) -> &[Tree] {
    match arguments {
        [Tree::List(parts)] => parts,
        arguments => arguments,
    }
}
