//! The text that a tree prints as: one space between words, no needless brackets; it parses to the same tree.

use std::fmt;

use crate::{
    Value,
    tree::{Literal, Notation, Operand, Set, Tree},
};

/// How tightly the text of a tree holds together; the levels of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    /// What goes on as far as it can, so that nothing may follow it without brackets.
    Open,
    Or,
    And,
    Claim,
    Sum,
    Product,
    Unary,
    Item,
}

impl Tree {
    fn binding(&self) -> Binding {
        match self {
            Self::If { .. } | Self::Quantified { .. } => Binding::Open,
            Self::Or(_) => Binding::Or,
            Self::And(_) => Binding::And,
            Self::Compare { .. } | Self::Between { .. } | Self::In { .. } | Self::Presence { .. } => {
                Binding::Claim
            }
            Self::Sum(_) => Binding::Sum,
            Self::Product(_) => Binding::Product,
            Self::Minus(_) => Binding::Unary,
            Self::Literal(Literal { notation: Notation::Unit { amount, .. }, .. })
                if amount.is_negative() =>
            {
                Binding::Unary
            }
            Self::Literal(Literal { value: Value::Number(number), .. }) if number.is_negative() => {
                Binding::Unary
            }
            Self::Scaled { of, .. } => of.binding(),
            Self::Literal(_)
            | Self::Field(_)
            | Self::Variable(_)
            | Self::Not(_)
            | Self::AtLeast { .. }
            | Self::List(_)
            | Self::Call { .. }
            | Self::Criteria { .. } => Binding::Item,
        }
    }
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
        match self {
            Self::Literal(literal) => write!(f, "{literal}"),
            Self::Field(field) => f.write_str(&field.written),
            Self::Variable(variable) => f.write_str(&variable.name),
            Self::And(parts) => joined(f, parts, " and ", Binding::Claim),
            Self::Or(parts) => joined(f, parts, " or ", Binding::And),
            Self::Not(part) => write!(f, "not({part})"),
            Self::AtLeast { count, of } => {
                write!(f, "at least {count} of (")?;
                joined(f, of, ", ", Binding::Open)?;
                f.write_str(")")
            }
            Self::Compare { .. } | Self::Between { .. } | Self::In { .. } | Self::Presence { .. } => {
                self.fmt_claim(f)
            }
            Self::Sum(operands) => chained(f, operands, [" + ", " - "], Binding::Product),
            Self::Product(operands) => chained(f, operands, [" * ", " / "], Binding::Unary),
            Self::Minus(part) => write!(f, "-{}", At(part, Binding::Item)),
            Self::Scaled { of, .. } => write!(f, "{of}"),
            Self::List(parts) => {
                f.write_str("[")?;
                joined(f, parts, ", ", Binding::Open)?;
                f.write_str("]")
            }
            Self::Call { function, arguments } => {
                write!(f, "{}(", function.name())?;
                joined(f, arguments, ", ", Binding::Open)?;
                f.write_str(")")
            }
            Self::If { guard, then, otherwise, .. } => write!(f, "if {guard} then {then} else {otherwise}"),
            Self::Quantified { every, name, list, claim } => {
                let word = if *every { "every" } else { "some" };
                write!(f, "{word} {name} in {list} satisfies {claim}")
            }
            Self::Criteria { id, .. } => write!(f, "criteria({})", Value::Text(id.clone())),
        }
    }
}

impl Tree {
    fn fmt_claim(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |tree| At(tree, Binding::Sum);
        match self {
            Self::Compare { comparison, left, right } => {
                write!(f, "{} {} {}", sum(left), comparison.symbol(), sum(right))
            }
            Self::Between { value, low, high } => {
                write!(f, "{} between {} and {}", sum(value), sum(low), sum(high))
            }
            Self::In { value, set, negated } => {
                let word = if *negated { "not in" } else { "in" };
                write!(f, "{} {word} {set}", sum(value))
            }
            Self::Presence { of, present } => {
                let word = if *present { "present" } else { "absent" };
                write!(f, "{} is {word}", sum(of))
            }
            _ => Ok(()),
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

fn chained(
    f: &mut fmt::Formatter<'_>,
    operands: &[Operand],
    [straight, inverse]: [&str; 2],
    least: Binding,
) -> fmt::Result {
    for (index, operand) in operands.iter().enumerate() {
        if index > 0 {
            f.write_str(if operand.inverse { inverse } else { straight })?;
        }
        write!(f, "{}", At(&operand.tree, least))?;
    }
    Ok(())
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members(members) => {
                f.write_str("(")?;
                joined(f, members, ", ", Binding::Open)?;
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
        match (&self.notation, &self.value) {
            (Notation::Percent, Value::Number(number)) => write!(f, "{}%", number.times_hundred()),
            (Notation::Unit { amount, unit }, _) => write!(f, "{amount} {unit}"),
            (_, value) => write!(f, "{value}"),
        }
    }
}
