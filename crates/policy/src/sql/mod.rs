//! Policies as SQL, for databases that hold a whole country: one boolean expression, TRUE where the evaluator says Yes,
//! FALSE where it says No, NULL where it does not know.
//!
//! A field is a column of its name, NULL where nobody said; that there is none says a second column `<field>_absent`.
//! It is the same graph of claims that [`crate::bulk`] computes, printed. What a dialect cannot say exactly is refused,
//! never approximated: a number that the arithmetic of a dialect could not hold gives NULL.
mod claim;
mod dialect;
mod number;

pub use dialect::Dialect;

use crate::bulk::Columns;
use crate::bulk::atom::{Atom, Test};
use crate::bulk::graph::{Edge, Node};
use crate::bulk::lower::Lowering;
use condition::{Condition, Dictionary, Truth};
use std::fmt::Write as _;

/// The most characters of an expression.
pub const LONGEST: usize = 1_000_000;

/// Why a condition has no SQL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A claim that no column or no arithmetic of the dialect says exactly.
    #[error("`{claim}` cannot be said in {dialect}: {reason}")]
    Claim {
        /// The claim.
        claim: String,
        /// The dialect.
        dialect: Dialect,
        /// Why not.
        reason: Reason,
    },
    /// An expression longer than [`LONGEST`].
    #[error("the expression would have more than {LONGEST} characters")]
    TooLong,
}

/// Why a claim has no SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It is about a list or a map, or applies a function that SQL does not know alike.
    #[error("only numbers, dates, truths and texts, sums and ratios of them, and parts of texts can be said")]
    NoColumn,
    /// A number has more digits than the dialect compares exactly.
    #[error("a number has more than 15 digits, which are compared as floats there")]
    TooManyDigits,
    /// Integers of 64 bits do not hold the factors.
    #[error("the factors are too large for integers of 64 bits")]
    TooLarge,
}

impl Refusal {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Claim { claim, dialect, reason } => {
                let reason = match reason {
                    Reason::NoColumn => "只能表达数、日期、真假值和文本，以及它们的和、比与文本的一部分",
                    Reason::TooManyDigits => "有数超过 15 位，该数据库以浮点数比较",
                    Reason::TooLarge => "系数超出 64 位整数",
                };
                format!("`{claim}` 无法用 {dialect} 表达：{reason}")
            }
            Self::TooLong => format!("表达式将超过 {LONGEST} 个字符"),
        }
    }
}

/// Says a condition in SQL; its fields are those of the dictionary that it was parsed against.
///
/// # Errors
/// [`Refusal`].
pub fn expression(
    condition: &Condition,
    dictionary: &Dictionary,
    dialect: Dialect,
) -> Result<String, Refusal> {
    let fields = condition.fields().filter_map(|key| dictionary.get(key));
    let columns = Columns::new(fields.map(|(key, kind)| (&**key, kind)));
    let mut lowering = Lowering::new(&columns);
    let edge = lowering.condition(condition);
    let (nodes, atoms) = (&lowering.graph.nodes, &lowering.atoms);
    let printer = Printer { dialect, columns: &columns, nodes, atoms };
    let mut text = String::new();
    printer.edge(edge, &mut text)?;
    Ok(text)
}

/// Prints a graph as an expression, what is used twice twice.
struct Printer<'p> {
    dialect: Dialect,
    columns: &'p Columns,
    nodes: &'p [Node],
    atoms: &'p [Atom],
}

impl Printer<'_> {
    fn edge(&self, edge: Edge, text: &mut String) -> Result<(), Refusal> {
        if edge.is_contrary() {
            // What is no conjunction of claims was a disjunction of their contraries.
            if let Node::And(parts) = &self.nodes[edge.node()] {
                return self.joined(parts.iter().map(|part| !*part), " OR ", text);
            }
            text.push_str("NOT ");
        }
        match &self.nodes[edge.node()] {
            Node::Yes => text.push_str("TRUE"),
            Node::Unknown => text.push_str("CAST(NULL AS BOOLEAN)"),
            Node::And(parts) => self.joined(parts.iter().copied(), " AND ", text)?,
            Node::AtLeast(count, parts) => {
                text.push_str("(CASE WHEN ");
                self.counted(parts, "THEN 1 ELSE 0", text)?;
                let _ = write!(text, " >= {count} THEN TRUE WHEN ");
                self.counted(&parts.iter().map(|part| !*part).collect::<Vec<_>>(), "THEN 0 ELSE 1", text)?;
                let _ = write!(text, " < {count} THEN FALSE END)");
            }
            Node::Atom(atom) => text.push_str(&self.atom(&self.atoms[*atom])?),
        }
        if text.len() > LONGEST { Err(Refusal::TooLong) } else { Ok(()) }
    }

    fn joined(&self, edges: impl Iterator<Item = Edge>, by: &str, text: &mut String) -> Result<(), Refusal> {
        for (index, edge) in edges.enumerate() {
            text.push_str(if index == 0 { "(" } else { by });
            self.edge(edge, text)?;
        }
        text.push(')');
        Ok(())
    }

    /// How many of these are TRUE, or are not.
    fn counted(&self, edges: &[Edge], worth: &str, text: &mut String) -> Result<(), Refusal> {
        for (index, edge) in edges.iter().enumerate() {
            text.push_str(if index == 0 { "(CASE WHEN " } else { " + CASE WHEN " });
            self.edge(*edge, text)?;
            let _ = write!(text, " {worth} END");
        }
        text.push(')');
        Ok(())
    }

    fn atom(&self, atom: &Atom) -> Result<String, Refusal> {
        let refused = |reason| {
            let claim = atom.claim.as_ref().map(ToString::to_string).unwrap_or_default();
            Refusal::Claim { claim, dialect: self.dialect, reason }
        };
        match &atom.test {
            Test::Known(column) => {
                let (name, absent) = self.names(*column);
                Ok(format!("({name} IS NOT NULL OR {absent} IS TRUE)"))
            }
            Test::Present(column) => {
                let (name, absent) = self.names(*column);
                Ok(format!("(CASE WHEN {absent} IS TRUE THEN FALSE WHEN {name} IS NOT NULL THEN TRUE END)"))
            }
            Test::True(column) => Ok(self.there(self.names(*column).0, &[*column])),
            Test::Range { column, limit, absent } => {
                let holds = self.range(*column, *limit).map_err(refused)?;
                Ok(if *absent == Truth::No { self.there(holds, &[*column]) } else { holds })
            }
            Test::Sign { of, comparison } => {
                let holds = self.sign(of, *comparison).map_err(refused)?;
                Ok(self.there(holds, &of.alone))
            }
            Test::Coded { .. } | Test::Single => {
                let tree = atom.claim.as_ref().map(|claim| claim.expression().tree());
                tree.and_then(|tree| self.claim(tree)).ok_or(Reason::NoColumn).map_err(refused)
            }
        }
    }

    /// A column, and the one that says that there is none.
    fn names(&self, column: usize) -> (String, String) {
        let key = self.columns.key(column).map(|key| &**key).unwrap_or_default();
        (self.dialect.name(key), self.dialect.name(&format!("{key}_absent")))
    }

    /// A claim that is FALSE where these columns have no value.
    fn there(&self, claim: String, columns: &[usize]) -> String {
        if columns.is_empty() {
            return claim;
        }
        let there = columns.iter().map(|column| format!(" AND {} IS NOT TRUE", self.names(*column).1));
        format!("({claim}{})", there.collect::<String>())
    }
}
