//! Expressions and conditions: a checked tree with its type.

use std::{cell::Cell, collections::HashSet, fmt, sync::Arc};

use indexmap::IndexSet;

use crate::{
    Dictionary, Facts, Mistake, Number, Truth, Type, Value,
    evaluate::{Asked, MOST_STEPS, Scope},
    parser::{self, Goal, Parse},
    rules::Rule,
    tree::{Literal, Tree},
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
    /// It is a number from `low` to `high`, both included; without an end, no bound is known on that side.
    Range {
        /// The least it can be.
        low: Option<Number>,
        /// The most it can be.
        high: Option<Number>,
    },
    /// It is one of these, at least two.
    OneOf(Vec<Value>),
}

impl Expression {
    /// Reads a text and checks it against the dictionary.
    ///
    /// # Errors
    /// The first [`Mistake`] of the text, with its place.
    pub fn parse(text: &str, dictionary: &Dictionary) -> Result<Self, Mistake> {
        Self::checked(text, dictionary, &Goal::Anything)
    }

    fn checked(text: &str, dictionary: &Dictionary, goal: &Goal) -> Result<Self, Mistake> {
        let Parse { tree, kind, .. } = parser::parse(text, dictionary, goal).map_err(|mistake| *mistake)?;
        Ok(Self::new(tree, kind))
    }

    fn new(tree: Tree, kind: Type) -> Self {
        let mut fields = IndexSet::new();
        collect_fields(&tree, &mut fields, &mut HashSet::new());
        let fields = fields.into_iter().cloned().collect();
        Self { tree, kind, fields }
    }

    /// Gives the tree that the text became.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Says what type its values have.
    #[must_use]
    pub fn kind(&self) -> &Type {
        &self.kind
    }

    /// Finds its value as far as the facts decide it.
    #[must_use]
    pub fn value(&self, facts: &dyn Facts) -> Evaluation {
        let steps = Cell::new(MOST_STEPS);
        self.tree.value(&Scope::new(facts, Asked::NOTHING, &steps)).evaluation()
    }

    /// Names the unknown fields that keep it from being decided, in the order of the text, each once; none once it is
    /// decided. Fields of parts that are decided, or no longer matter, are not among them.
    #[must_use]
    pub fn unknowns(&self, facts: &dyn Facts) -> Vec<Arc<str>> {
        let mut names = IndexSet::new();
        let steps = Cell::new(MOST_STEPS);
        self.tree.collect_unknowns(&Scope::new(facts, Asked::NOTHING, &steps), &mut names);
        names.into_iter().cloned().collect()
    }

    /// Lists the keys of the fields it speaks of, in the order of the text, each once; after a derived field those
    /// that it follows from, for a table those that its rows speak of.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|key| &**key)
    }
}

/// Collects fields, each before those it follows from; of tables only these. Each rule is looked into once.
fn collect_fields<'t>(tree: &'t Tree, fields: &mut IndexSet<&'t Arc<str>>, seen: &mut HashSet<*const Rule>) {
    if let Tree::Field(field) = tree
        && !field.is_table()
    {
        fields.insert(&field.key);
    }
    if let Some(rule) = tree.rule()
        && seen.insert(Arc::as_ptr(rule))
    {
        rule.visit(&mut |part| collect_fields(part, fields, seen));
    }
    tree.visit_parts(&mut |part| collect_fields(part, fields, seen));
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
        Expression::checked(text, dictionary, &Goal::Claim).map(Self)
    }

    /// Joins conditions by *and*; of none, one that always holds. It parses back from what it prints unless the whole
    /// is longer or deeper than a text may be.
    #[must_use]
    pub fn all<'c>(conditions: impl IntoIterator<Item = &'c Self>) -> Self {
        let mut parts: Vec<Tree> = conditions.into_iter().map(|condition| condition.0.tree.clone()).collect();
        let tree = match parts.len() {
            0 => Literal::plain(true),
            1 => parts.remove(0),
            _ => Tree::And(parts),
        };
        Self(Expression::new(tree, Type::Truth))
    }

    /// Makes a condition of a claim that stands in a checked tree, outside of any quantifier.
    #[must_use]
    pub fn of_part(claim: &Tree) -> Self {
        Self(Expression::new(claim.clone(), Type::Truth))
    }

    /// Weighs the condition against what is known.
    #[must_use]
    pub fn truth(&self, facts: &dyn Facts) -> Truth {
        let steps = Cell::new(MOST_STEPS);
        self.0.tree.outcome(&Scope::new(facts, Asked::NOTHING, &steps)).truth()
    }

    /// Names the unknown fields that keep it from being decided, in the order of the text, each once; none once it is
    /// decided. Fields of parts that are decided, or no longer matter, are not among them.
    #[must_use]
    pub fn unknowns(&self, facts: &dyn Facts) -> Vec<Arc<str>> {
        self.0.unknowns(facts)
    }

    /// Lists the keys of the fields it speaks of, in the order of the text, each once; after a derived field those
    /// that it follows from, for a table those that its rows speak of.
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
