//! The closed, typed tree that a text becomes.

use std::sync::Arc;

use crate::{Number, Type, Value, rules::Rule};

/// The deepest a tree and the brackets of its text may nest.
pub(crate) const DEEPEST: usize = 64;

/// One expression. The parser is the only maker: it has checked types, and depth against [`DEEPEST`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tree {
    Literal(Literal),
    Field(Field),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    AtLeast {
        count: usize,
        of: Vec<Tree>,
    },
    Compare {
        comparison: Comparison,
        left: Box<Tree>,
        right: Box<Tree>,
    },
    Between {
        value: Box<Tree>,
        low: Box<Tree>,
        high: Box<Tree>,
    },
    In {
        value: Box<Tree>,
        set: Set,
        negated: bool,
    },
    Presence {
        of: Box<Tree>,
        present: bool,
    },
    /// What a quantifier speaks of.
    Variable(Variable),
    /// `a + b - c`, at least two.
    Sum(Vec<Operand>),
    /// `a * b / c`, at least two.
    Product(Vec<Operand>),
    /// `-a`; a negative number is a literal.
    Minus(Box<Tree>),
    /// A number in another unit of its dimension; the text does not show it.
    Scaled {
        factor: Number,
        of: Box<Tree>,
    },
    List(Vec<Tree>),
    Call {
        function: Function,
        arguments: Vec<Tree>,
    },
    If {
        guard: Box<Tree>,
        then: Box<Tree>,
        otherwise: Box<Tree>,
        claims: bool,
    },
    Quantified {
        every: bool,
        name: Arc<str>,
        list: Box<Tree>,
        claim: Box<Tree>,
    },
    /// Whether named criteria hold.
    Criteria {
        id: Arc<str>,
        rule: Arc<Rule>,
    },
}

/// A part of a sum or a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operand {
    /// Whether it is taken away, or divided by.
    pub(crate) inverse: bool,
    pub(crate) tree: Tree,
}

/// The name a quantifier gives to each element in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// How many quantifiers stand around the one that names it.
    pub(crate) level: usize,
    pub(crate) name: Arc<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Sum,
    Mean,
    Min,
    Max,
    Count,
    Abs,
    Date,
    Year,
    Month,
    Day,
    DaysBetween,
    MonthsBetween,
    YearsBetween,
    QuarterAverage,
    Lookup,
    Substring,
    StartsWith,
    Contains,
}

/// A value as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) value: Value,
    pub(crate) notation: Notation,
}

/// How a number was written; the value has it applied already: 5% is 0.05.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notation {
    Plain,
    Percent,
    /// So many of a unit; the value may be converted to another.
    Unit {
        amount: Number,
        unit: Arc<str>,
    },
}

/// A field, by its key and by the name that the author chose for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) key: Arc<str>,
    pub(crate) written: Arc<str>,
    pub(crate) kind: Type,
    /// How it follows from other fields, if it does.
    pub(crate) rule: Option<Arc<Rule>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What a value may be *in*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Set {
    Members(Vec<Tree>),
    Interval { low: Box<Tree>, includes_low: bool, high: Box<Tree>, includes_high: bool },
    List(Box<Tree>),
}

impl Comparison {
    pub(crate) fn of_symbol(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "=" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">" => Self::Greater,
            ">=" => Self::AtLeast,
            _ => return None,
        })
    }

    pub(crate) fn needs_order(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }

    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Tree {
    /// Shows each direct part to `visit`, in the order of the text.
    pub(crate) fn visit_parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::Literal(_) | Self::Field(_) | Self::Variable(_) | Self::Criteria { .. } => {}
            Self::And(parts)
            | Self::Or(parts)
            | Self::AtLeast { of: parts, .. }
            | Self::List(parts)
            | Self::Call { arguments: parts, .. } => parts.iter().for_each(visit),
            Self::Sum(operands) | Self::Product(operands) => {
                operands.iter().map(|operand| &operand.tree).for_each(visit);
            }
            Self::Not(part)
            | Self::Minus(part)
            | Self::Scaled { of: part, .. }
            | Self::Presence { of: part, .. } => {
                visit(part);
            }
            Self::If { guard, then, otherwise, .. } => {
                visit(guard);
                visit(then);
                visit(otherwise);
            }
            Self::Quantified { list, claim, .. } => {
                visit(list);
                visit(claim);
            }
            Self::Compare { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Self::Between { value, low, high } => [value, low, high].into_iter().for_each(|part| visit(part)),
            Self::In { value, set, .. } => {
                visit(value);
                match set {
                    Set::Members(members) => members.iter().for_each(visit),
                    Set::Interval { low, high, .. } => {
                        visit(low);
                        visit(high);
                    }
                    Set::List(list) => visit(list),
                }
            }
        }
    }
}

impl Tree {
    /// The rule that it stands for, if it stands for one.
    pub(crate) fn rule(&self) -> Option<&Arc<Rule>> {
        match self {
            Self::Field(field) => field.rule.as_ref(),
            Self::Criteria { rule, .. } => Some(rule),
            _ => None,
        }
    }
}

impl Function {
    pub(crate) const ALL: [Self; 18] = [
        Self::Sum,
        Self::Mean,
        Self::Min,
        Self::Max,
        Self::Count,
        Self::Abs,
        Self::Date,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::DaysBetween,
        Self::MonthsBetween,
        Self::YearsBetween,
        Self::QuarterAverage,
        Self::Lookup,
        Self::Substring,
        Self::StartsWith,
        Self::Contains,
    ];

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
            Self::Count => "count",
            Self::Abs => "abs",
            Self::Date => "date",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::DaysBetween => "days_between",
            Self::MonthsBetween => "months_between",
            Self::YearsBetween => "years_between",
            Self::QuarterAverage => "quarter_average",
            Self::Lookup => "lookup",
            Self::Substring => "substring",
            Self::StartsWith => "starts_with",
            Self::Contains => "contains",
        }
    }

    /// The fewest and the most arguments.
    pub(crate) fn arguments(self) -> (usize, usize) {
        match self {
            Self::Sum | Self::Mean | Self::Min | Self::Max => (1, usize::MAX),
            Self::Count | Self::Abs | Self::Year | Self::Month | Self::Day | Self::QuarterAverage => (1, 1),
            Self::DaysBetween
            | Self::MonthsBetween
            | Self::YearsBetween
            | Self::Lookup
            | Self::StartsWith
            | Self::Contains => (2, 2),
            Self::Date => (3, 3),
            Self::Substring => (2, 3),
        }
    }

    /// Whether it claims something.
    pub(crate) fn claims(self) -> bool {
        matches!(self, Self::StartsWith | Self::Contains)
    }
}

impl Literal {
    pub(crate) fn plain(value: impl Into<Value>) -> Tree {
        Tree::Literal(Self { value: value.into(), notation: Notation::Plain })
    }

    pub(crate) fn percent(number: &Number) -> Tree {
        Tree::Literal(Self { value: number.hundredth().into(), notation: Notation::Percent })
    }
}
