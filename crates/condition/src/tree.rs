//! The closed, typed tree that a text becomes: for whoever weighs it otherwise than fact by fact, in columns or in SQL.
//!
//! Whoever reads the tree of a condition may rely on what the parser checked: types, units (numbers of two units meet
//! only through [`Tree::Scaled`]) and depth.

mod function;

use std::sync::Arc;

use crate::{Number, Type, Value};

pub use crate::rules::{Body, CheckedTable, Rule};
pub use function::Function;

/// The deepest a tree and the brackets of its text may nest.
pub(crate) const DEEPEST: usize = 64;

/// One expression. The parser is the only maker: it has checked types, and depth against [`DEEPEST`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// A value as written.
    Literal(Literal),
    /// What is known of a field.
    Field(Field),
    /// All of these claims.
    And(Vec<Tree>),
    /// Any of these claims.
    Or(Vec<Tree>),
    /// The contrary of a claim.
    Not(Box<Tree>),
    /// So many of these claims.
    AtLeast {
        /// How many must hold.
        count: usize,
        /// The claims.
        of: Vec<Tree>,
    },
    /// Two values of one type, side by side.
    Compare {
        /// How they must compare.
        comparison: Comparison,
        /// What stands first.
        left: Box<Tree>,
        /// What stands second.
        right: Box<Tree>,
    },
    /// A value from one to another, both included.
    Between {
        /// The value.
        value: Box<Tree>,
        /// The least.
        low: Box<Tree>,
        /// The most.
        high: Box<Tree>,
    },
    /// A value in a set; of what does not exist, `not in` does not hold either.
    In {
        /// The value.
        value: Box<Tree>,
        /// The set.
        set: Set,
        /// Whether it is `not in`.
        negated: bool,
    },
    /// Whether there is such a value.
    Presence {
        /// The value.
        of: Box<Tree>,
        /// Whether it is `is present`.
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
        /// How many of the new unit one of the old is.
        factor: Number,
        /// The value.
        of: Box<Tree>,
    },
    /// Values in order.
    List(Vec<Tree>),
    /// A function of values.
    Call {
        /// Which.
        function: Function,
        /// Its arguments, as many as it takes.
        arguments: Vec<Tree>,
    },
    /// What a guard chooses.
    If {
        /// The claim that chooses.
        guard: Box<Tree>,
        /// Where it holds.
        then: Box<Tree>,
        /// Where it does not.
        otherwise: Box<Tree>,
        /// Whether the two are claims.
        claims: bool,
    },
    /// A claim about some or every element of a list.
    Quantified {
        /// Whether it is `every`.
        every: bool,
        /// The name of the element in the claim.
        name: Arc<str>,
        /// The list.
        list: Box<Tree>,
        /// What is claimed of each.
        claim: Box<Tree>,
    },
    /// Whether named criteria hold.
    Criteria {
        /// Their name.
        id: Arc<str>,
        /// What they say.
        rule: Arc<Rule>,
    },
}

/// A part of a sum or a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// Whether it is taken away, or divided by.
    pub inverse: bool,
    /// The part itself.
    pub tree: Tree,
}

/// The name a quantifier gives to each element in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// How many quantifiers stand around the one that names it.
    pub level: usize,
    /// The name.
    pub name: Arc<str>,
}

/// A value as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The value, percent and unit applied.
    pub value: Value,
    /// How it was written.
    pub notation: Notation,
}

/// How a number was written; the value has it applied already: 5% is 0.05.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notation {
    /// As it is.
    Plain,
    /// With a percent sign.
    Percent,
    /// So many of a unit; the value may be converted to another.
    Unit {
        /// So many.
        amount: Number,
        /// Of this unit.
        unit: Arc<str>,
    },
}

/// A field, by its key and by the name that the author chose for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The key of the dictionary.
    pub key: Arc<str>,
    /// The key or label that the text has.
    pub written: Arc<str>,
    /// What it holds.
    pub kind: Type,
    /// How it follows from other fields, if it does.
    pub rule: Option<Arc<Rule>>,
}

/// How two values may compare; where either is absent only [`Self::NotEqual`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// What a value may be *in*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Set {
    /// These values.
    Members(Vec<Tree>),
    /// Everything from one value to another.
    Interval {
        /// The lower end.
        low: Box<Tree>,
        /// Whether the lower end is in it.
        includes_low: bool,
        /// The upper end.
        high: Box<Tree>,
        /// Whether the upper end is in it.
        includes_high: bool,
    },
    /// What is in a list.
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
    pub fn visit_parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
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

impl Literal {
    pub(crate) fn plain(value: impl Into<Value>) -> Tree {
        Tree::Literal(Self { value: value.into(), notation: Notation::Plain })
    }

    pub(crate) fn percent(number: &Number) -> Tree {
        Tree::Literal(Self { value: number.hundredth().into(), notation: Notation::Percent })
    }
}
