//! Expressions and conditions: a checked tree with its type.

use std::{fmt, sync::Arc};

use indexmap::IndexSet;

use crate::{
    Dictionary, Facts, Known, Mistake, Truth, Type, Value,
    parser::{self, Goal},
    tree::Tree,
};

/// Holds a checked expression of any type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    tree: Tree,
    kind: Type,
    fields: Arc<[Arc<str>]>,
}

/// Says what an expression comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evaluation {
    /// The facts do not decide it.
    Unknown,
    /// It is known that there is no value.
    Absent,
    /// It is this.
    Value(Value),
}

impl Expression {
    /// Reads a text and checks it against the dictionary.
    ///
    /// # Errors
    /// The first [`Mistake`] of the text, with its place.
    pub fn parse(text: &str, dictionary: &Dictionary) -> Result<Self, Mistake> {
        Self::checked(text, dictionary, Goal::Anything)
    }

    fn checked(text: &str, dictionary: &Dictionary, goal: Goal) -> Result<Self, Mistake> {
        let (tree, kind) = parser::parse(text, dictionary, goal).map_err(|mistake| *mistake)?;
        let mut fields = IndexSet::new();
        collect_fields(&tree, &mut fields);
        let fields = fields.into_iter().cloned().collect();
        Ok(Self { tree, kind, fields })
    }

    /// Says what type its values have.
    #[must_use]
    pub fn kind(&self) -> &Type {
        &self.kind
    }

    /// Finds its value as far as the facts decide it.
    #[must_use]
    pub fn value(&self, facts: &dyn Facts) -> Evaluation {
        match self.tree.value(facts) {
            Known::Unknown => Evaluation::Unknown,
            Known::Absent => Evaluation::Absent,
            Known::Value(value) => Evaluation::Value(value.into_owned()),
        }
    }

    /// Names the unknown fields that keep it from being decided, in the order of the text, each once; none once it is
    /// decided. Fields of parts that are decided, or no longer matter, are not among them.
    #[must_use]
    pub fn unknowns(&self, facts: &dyn Facts) -> Vec<Arc<str>> {
        let mut names = IndexSet::new();
        self.tree.collect_unknowns(facts, &mut names);
        names.into_iter().cloned().collect()
    }

    /// Lists the keys of the fields it speaks of, in the order of the text, each once.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|key| &**key)
    }
}

fn collect_fields<'a>(tree: &'a Tree, fields: &mut IndexSet<&'a Arc<str>>) {
    if let Tree::Field(field) = tree {
        fields.insert(&field.key);
    }
    tree.visit_parts(&mut |part| collect_fields(part, fields));
}

impl fmt::Display for Expression {
    /// Prints the expression with one space between words and no needless brackets; it parses to the same tree,
    /// unless those spaces take a text near the longest length beyond it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.tree)
    }
}

/// Holds a checked expression that claims something, such as a guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition(Expression);

impl Condition {
    /// Reads a text and checks it against the dictionary.
    ///
    /// # Errors
    /// The first [`Mistake`] of the text, with its place; a text that is not a claim, such as `1`, is one.
    pub fn parse(text: &str, dictionary: &Dictionary) -> Result<Self, Mistake> {
        Expression::checked(text, dictionary, Goal::Claim).map(Self)
    }

    /// Weighs the condition against what is known.
    #[must_use]
    pub fn truth(&self, facts: &dyn Facts) -> Truth {
        self.0.tree.truth(facts)
    }

    /// Names the unknown fields that keep it from being decided, in the order of the text, each once; none once it is
    /// decided. Fields of parts that are decided, or no longer matter, are not among them.
    #[must_use]
    pub fn unknowns(&self, facts: &dyn Facts) -> Vec<Arc<str>> {
        self.0.unknowns(facts)
    }

    /// Lists the keys of the fields it speaks of, in the order of the text, each once.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.fields()
    }

    /// Gives the condition as an expression of type [`Type::Truth`].
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.0
    }
}

impl fmt::Display for Condition {
    /// Prints the condition as its [`Expression`] prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
