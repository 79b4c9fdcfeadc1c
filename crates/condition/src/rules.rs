//! What follows from other fields: derived fields, decision tables and named criteria.

mod resolve;

use std::{fmt, sync::Arc};

use indexmap::IndexMap;
use serde::Deserialize;

use crate::{
    Mistake, Number,
    tree::{DEEPEST, Tree},
};

/// Gathers the texts of everything that follows from other fields, by name. They may use each other, in any order,
/// but never in a circle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Fields of the dictionary, each with the text that gives it where the fact itself is not known.
    pub derived: IndexMap<Arc<str>, String>,
    /// Decision tables, used by their names like fields.
    pub tables: IndexMap<Arc<str>, Table>,
    /// Named criteria, all of whose clauses must hold; used as `criteria("name")`.
    pub criteria: IndexMap<Arc<str>, Vec<String>>,
}

/// Holds the texts of a decision table (DMN 1.5, chapter 8).
///
/// As a file has it: `{ hit = "sum", cap = 20, rows = [{ when = "ratio >= 6%", then = "20" }] }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What people read; a name for the table too, where it is one.
    #[serde(default)]
    pub label: Option<Arc<str>>,
    /// Which of the rows that hold give the result.
    #[serde(default)]
    pub hit: Hit,
    /// The most the table gives, a number with its unit if the rows have one. What a row computes, rather than says
    /// as a number, is then held between zero and the cap; so unknown points are somewhere between these.
    #[serde(default, deserialize_with = "spelt")]
    pub cap: Option<String>,
    /// The rows, from the top.
    pub rows: Vec<Row>,
}

/// Holds one row of a decision table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What must hold; nothing always holds.
    #[serde(default)]
    pub when: Option<String>,
    /// What the row gives.
    #[serde(deserialize_with = "spelt_text")]
    pub then: String,
}

/// Says which of the rows that hold give the result of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hit {
    /// The first that holds; absent when none does, and No where the rows are claims.
    #[default]
    First,
    /// All of them, added up; zero when none holds.
    Sum,
    /// The greatest of all of them; absent when none holds.
    Max,
}

/// A number or a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Spelt {
    Whole(i64),
    Text(String),
}

fn spelt_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Spelt::deserialize(deserializer)? {
        Spelt::Whole(number) => number.to_string(),
        Spelt::Text(text) => text,
    })
}

fn spelt<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    spelt_text(deserializer).map(Some)
}

/// What follows from other fields, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// How it follows.
    pub body: Body,
    /// Levels of the trees in it, those of the rules it uses included.
    pub(crate) depth: usize,
}

/// How something follows from other fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// An expression.
    Derived(Tree),
    /// A decision table.
    Table(CheckedTable),
}

/// A decision table, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedTable {
    /// Which of the rows that hold give the result.
    pub hit: Hit,
    /// The most it gives.
    pub cap: Option<Number>,
    /// Guards and results; a row without a guard always holds.
    pub rows: Vec<(Option<Tree>, Tree)>,
    /// Whether the results are claims.
    pub claims: bool,
}

impl Rule {
    /// Shows every tree in it to `visit`.
    pub(crate) fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Tree)) {
        match &self.body {
            Body::Derived(tree) => visit(tree),
            Body::Table(table) => {
                for (when, then) in &table.rows {
                    when.iter().for_each(&mut *visit);
                    visit(then);
                }
            }
        }
    }
}

/// Says what is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RuleMistake {
    /// The derived field, table or criteria.
    pub rule: Arc<str>,
    /// Where in it.
    pub part: Part,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// Says which text of a rule is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The condition of this row, counted from 1.
    When(usize),
    /// The result of this row, counted from 1.
    Then(usize),
    /// The cap.
    Cap,
    /// This clause, counted from 1.
    Clause(usize),
}

/// Says what can be wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The text does not read.
    Text(Box<Mistake>),
    /// It uses itself, by this path, whose last name is its first.
    Cycle(Vec<Arc<str>>),
    /// Rules use rules in a longer row than there may be levels.
    TooDeep,
    /// The dictionary has no such field to derive.
    NoField,
    /// A field has that name already.
    NameTaken,
    /// It has neither rows nor clauses.
    Empty,
    /// Only numbers are added up, compared for the greatest, or capped.
    NoNumbers,
}

impl RuleMistake {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        let part = match self.part {
            Part::Whole => String::new(),
            Part::When(row) => format!("第 {row} 行的条件"),
            Part::Then(row) => format!("第 {row} 行的结果"),
            Part::Cap => "上限".into(),
            Part::Clause(clause) => format!("第 {clause} 条"),
        };
        let flaw = match &self.flaw {
            Flaw::Text(mistake) => mistake.in_chinese(),
            Flaw::Cycle(path) => format!("循环引用：{}", path.join(" → ")),
            Flaw::TooDeep => format!("引用不得超过 {DEEPEST} 层"),
            Flaw::NoField => "字典中没有这个字段".into(),
            Flaw::NameTaken => "已有同名字段".into(),
            Flaw::Empty => "至少应有一行".into(),
            Flaw::NoNumbers => "求和、取最大值或设上限时，每行的结果应为数".into(),
        };
        format!("`{}`{part}：{flaw}", self.rule)
    }
}

impl fmt::Display for RuleMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.rule)?;
        match self.part {
            Part::Whole => {}
            Part::When(row) => write!(f, ", condition of row {row}")?,
            Part::Then(row) => write!(f, ", result of row {row}")?,
            Part::Cap => f.write_str(", cap")?,
            Part::Clause(clause) => write!(f, ", clause {clause}")?,
        }
        match &self.flaw {
            Flaw::Text(mistake) => write!(f, ": {mistake}"),
            Flaw::Cycle(path) => write!(f, " uses itself: {}", path.join(" → ")),
            Flaw::TooDeep => write!(f, ": expected at most {DEEPEST} rules that use one another in a row"),
            Flaw::NoField => f.write_str(": expected a field of the dictionary, found none of that name"),
            Flaw::NameTaken => f.write_str(": expected a new name, found that of a field"),
            Flaw::Empty => f.write_str(": expected at least one row, found none"),
            Flaw::NoNumbers => {
                f.write_str(": expected rows that give numbers, to be added, compared or capped")
            }
        }
    }
}
