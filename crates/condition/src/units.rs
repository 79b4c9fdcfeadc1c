//! Units: what a number counts, and how units of one dimension convert.

use std::{fmt, sync::Arc};

use crate::Number;

/// The dimension of money. A product of money and anything else that is counted is money (`2000 元 * 新招人数`).
pub const MONEY: &str = "money";
/// The dimension of what `days_between` gives.
pub const DAYS: &str = "days";
/// The dimension of what `months_between` and `years_between` give.
pub const MONTHS: &str = "months";

/// Says what a number counts. Units of one dimension convert exactly, units of two never mix.
#[derive(Clone, PartialEq, Eq)]
pub struct Unit(Arc<Parts>);

#[derive(PartialEq, Eq)]
struct Parts {
    name: Arc<str>,
    dimension: Arc<str>,
    factor: Number,
}

/// The units that texts of such desks use: name, dimension, how many of the base unit it is.
pub(crate) const COMMON: [(&str, &str, i64); 26] = [
    ("元", MONEY, 1),
    ("千元", MONEY, 1_000),
    ("万元", MONEY, 10_000),
    ("百万元", MONEY, 1_000_000),
    ("亿元", MONEY, 100_000_000),
    ("人", "people", 1),
    ("person", "people", 1),
    ("天", DAYS, 1),
    ("日", DAYS, 1),
    ("day", DAYS, 1),
    ("月", MONTHS, 1),
    ("个月", MONTHS, 1),
    ("month", MONTHS, 1),
    ("年", MONTHS, 12),
    ("year", MONTHS, 12),
    ("项", "items", 1),
    ("件", "items", 1),
    ("个", "items", 1),
    ("item", "items", 1),
    ("次", "times", 1),
    ("times", "times", 1),
    ("分", "points", 1),
    ("point", "points", 1),
    ("平方米", "area", 1),
    ("㎡", "area", 1),
    ("家", "companies", 1),
];

impl Unit {
    /// Names a unit that is `factor` of the base unit of its dimension: 万元 is 10,000 元.
    ///
    /// A factor that is not above zero counts as one.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, dimension: impl Into<Arc<str>>, factor: Number) -> Self {
        let factor = if factor > Number::zero() { factor } else { Number::one() };
        Self(Arc::new(Parts { name: name.into(), dimension: dimension.into(), factor }))
    }

    /// Gives its name, as texts write it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Gives what it measures, such as `money`.
    #[must_use]
    pub fn dimension(&self) -> &str {
        &self.0.dimension
    }

    /// Says how many of `other` one of it is; nothing if they measure different things.
    #[must_use]
    pub fn in_terms_of(&self, other: &Self) -> Option<Number> {
        if self.dimension() == other.dimension() { self.0.factor.over(&other.0.factor) } else { None }
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)
    }
}
