//! The closed, typed tree that a text becomes, and the text it prints as.

use std::{fmt, sync::Arc};

use crate::{Number, Type, Value};

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
    AtLeast { count: usize, of: Vec<Tree> },
    Compare { comparison: Comparison, left: Box<Tree>, right: Box<Tree> },
    Between { value: Box<Tree>, low: Box<Tree>, high: Box<Tree> },
    In { value: Box<Tree>, set: Set, negated: bool },
    Presence { of: Box<Tree>, present: bool },
}

/// A value as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) value: Value,
    pub(crate) notation: Notation,
}

/// How a number was written; the value has it applied already: 5% is 0.05.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    Plain,
    Percent,
}

/// A field, by its key and by the name that the author chose for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) key: Arc<str>,
    pub(crate) written: Arc<str>,
    pub(crate) kind: Type,
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

    fn symbol(self) -> &'static str {
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
            Self::Literal(_) | Self::Field(_) => {}
            Self::And(parts) | Self::Or(parts) | Self::AtLeast { of: parts, .. } => {
                parts.iter().for_each(visit);
            }
            Self::Not(part) | Self::Presence { of: part, .. } => visit(part),
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

    /// How tightly the printed text of this tree holds together; the levels of the grammar.
    fn binding(&self) -> Binding {
        match self {
            Self::Or(_) => Binding::Or,
            Self::And(_) => Binding::And,
            Self::Compare { .. } | Self::Between { .. } | Self::In { .. } | Self::Presence { .. } => {
                Binding::Claim
            }
            Self::Literal(_) | Self::Field(_) | Self::Not(_) | Self::AtLeast { .. } => Binding::Item,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Claim,
    Item,
}

/// Prints a tree where the grammar takes no less than `least`, in brackets if need be.
struct At<'a>(&'a Tree, Binding);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(tree, least) = self;
        if tree.binding() < *least { write!(f, "({tree})") } else { write!(f, "{tree}") }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let item = |tree| At(tree, Binding::Item);
        match self {
            Self::Literal(literal) => write!(f, "{literal}"),
            Self::Field(field) => f.write_str(&field.written),
            Self::And(parts) => joined(f, parts, " and ", Binding::Claim),
            Self::Or(parts) => joined(f, parts, " or ", Binding::And),
            Self::Not(part) => write!(f, "not({part})"),
            Self::AtLeast { count, of } => {
                write!(f, "at least {count} of (")?;
                joined(f, of, ", ", Binding::Or)?;
                f.write_str(")")
            }
            Self::Compare { comparison, left, right } => {
                write!(f, "{} {} {}", item(left), comparison.symbol(), item(right))
            }
            Self::Between { value, low, high } => {
                write!(f, "{} between {} and {}", item(value), item(low), item(high))
            }
            Self::In { value, set, negated } => {
                let word = if *negated { "not in" } else { "in" };
                write!(f, "{} {word} {set}", item(value))
            }
            Self::Presence { of, present } => {
                let word = if *present { "present" } else { "absent" };
                write!(f, "{} is {word}", item(of))
            }
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Tree], between: &str, least: Binding) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        write!(f, "{}", At(part, least))?;
    }
    Ok(())
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members(members) => {
                f.write_str("(")?;
                joined(f, members, ", ", Binding::Or)?;
                f.write_str(")")
            }
            Self::Interval { low, includes_low, high, includes_high } => {
                let open = if *includes_low { "[" } else { "(" };
                let close = if *includes_high { "]" } else { ")" };
                write!(f, "{open}{low}..{high}{close}")
            }
            Self::List(list) => write!(f, "{list}"),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.notation, &self.value) {
            (Notation::Percent, Value::Number(number)) => write!(f, "{}%", number.times_hundred()),
            (_, value) => write!(f, "{value}"),
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
