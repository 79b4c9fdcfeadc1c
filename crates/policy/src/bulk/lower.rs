//! Turns conditions into a graph over atoms.
mod compare;

use super::atom::{Atom, Found, Key, Test};
use super::block::Kind;
use super::columns::Columns;
use super::graph::{Edge, Graph};
use condition::tree::{Body, CheckedTable, Comparison, Field, Tree};
use condition::{Condition, Hit, Truth, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The most parts that are looked at of one condition, those of the rules it uses each time they are used. What is
/// larger is left to the evaluator as a whole.
const MOST_PARTS: usize = 20_000;

/// The graph and the atoms of all conditions read so far.
pub(crate) struct Lowering<'c> {
    columns: &'c Columns,
    pub(crate) graph: Graph,
    pub(crate) atoms: Vec<Atom>,
    places: HashMap<Key, Edge>,
    parts_left: usize,
}

/// A condition grew too large.
struct TooLarge;

type Lowered = Result<Edge, TooLarge>;

impl<'c> Lowering<'c> {
    pub(crate) fn new(columns: &'c Columns) -> Self {
        Self { columns, graph: Graph::new(), atoms: vec![], places: HashMap::new(), parts_left: 0 }
    }

    pub(crate) fn condition(&mut self, condition: &Condition) -> Edge {
        self.parts_left = MOST_PARTS;
        let tree = condition.expression().tree();
        self.claim(tree).unwrap_or_else(|TooLarge| self.single(tree))
    }

    fn spend(&mut self, parts: usize) -> Result<(), TooLarge> {
        self.parts_left = self.parts_left.checked_sub(parts).ok_or(TooLarge)?;
        Ok(())
    }

    fn claim(&mut self, tree: &Tree) -> Lowered {
        self.spend(1)?;
        Ok(match tree {
            Tree::And(parts) => {
                let parts = self.claims(parts)?;
                self.graph.all(parts)
            }
            Tree::Or(parts) => {
                let parts = self.claims(parts)?;
                self.graph.any(parts)
            }
            Tree::Not(part) => !self.claim(part)?,
            Tree::AtLeast { count, of } => {
                let parts = self.claims(of)?;
                self.graph.at_least(*count, parts)
            }
            Tree::If { guard, then, otherwise, claims: true } => {
                let (guard, then) = (self.claim(guard)?, self.claim(then)?);
                let otherwise = self.claim(otherwise)?;
                self.graph.branch(guard, then, otherwise)
            }
            Tree::Criteria { rule, .. } => match &rule.body {
                Body::Derived(tree) => self.claim(tree)?,
                Body::Table(_) => self.single(tree),
            },
            Tree::Field(field) => self.truth(field, tree)?,
            Tree::Compare { comparison: Comparison::NotEqual, left, right } => {
                !self.compare(Comparison::Equal, left, right)?
            }
            Tree::Compare { comparison, left, right } => self.compare(*comparison, left, right)?,
            Tree::Between { value, low, high } => match self.one_value(tree) {
                Some(edge) => edge,
                None => self.within(value, (low, true), (high, true))?,
            },
            Tree::In { value, set, negated } => self.inside(tree, value, set, *negated)?,
            Tree::Presence { of, present } => match &**of {
                Tree::Field(field) if field.rule.is_none() => {
                    let edge = self.presence(field);
                    if *present { edge } else { !edge }
                }
                _ => self.single(tree),
            },
            _ => self.single(tree),
        })
    }

    fn claims(&mut self, parts: &[Tree]) -> Result<Vec<Edge>, TooLarge> {
        parts.iter().map(|part| self.claim(part)).collect()
    }

    fn place(&mut self, key: Key, make: impl FnOnce() -> Atom) -> Edge {
        if let Some(edge) = self.places.get(&key) {
            return *edge;
        }
        let edge = self.graph.atom(self.atoms.len());
        self.atoms.push(make());
        self.places.insert(key, edge);
        edge
    }

    /// Leaves a claim to the evaluator, but once for each value where it is about one column of such.
    fn single(&mut self, tree: &Tree) -> Edge {
        if let Some(edge) = self.one_value(tree) {
            return edge;
        }
        let claim = Condition::of_part(tree);
        let mut columns: Vec<usize> =
            claim.fields().filter_map(|key| self.columns.column(key)).map(|(column, _)| column).collect();
        columns.sort_unstable();
        self.place(text(&claim), || Atom { test: Test::Single, columns, claim: Some(claim) })
    }

    /// A claim about no field, or about one whose values have numbers.
    fn one_value(&mut self, tree: &Tree) -> Option<Edge> {
        let claim = Condition::of_part(tree);
        let fields: Vec<Arc<str>> = claim.fields().map(Arc::from).collect();
        let key = match &*fields {
            [] => {
                let nothing = BTreeMap::<Arc<str>, Option<Value>>::new();
                return Some(claim.truth(&nothing).into());
            }
            [key] => key,
            _ => return None,
        };
        let Some((column, Kind::Coded)) = self.columns.column(key) else { return None };
        let test = Test::Coded { column, found: Found::default() };
        Some(self.place(text(&claim), || Atom { test, columns: vec![column], claim: Some(claim) }))
    }

    fn known(&mut self, field: &Field) -> Edge {
        match self.columns.column(&field.key) {
            None => Truth::No.into(),
            Some((column, _)) => self.place(Key::Known(column), || plain(Test::Known(column), column)),
        }
    }

    fn presence(&mut self, field: &Field) -> Edge {
        match self.columns.column(&field.key) {
            None => Truth::Unknown.into(),
            Some((column, _)) => self.place(Key::Present(column), || plain(Test::Present(column), column)),
        }
    }

    fn truth(&mut self, field: &Field, tree: &Tree) -> Lowered {
        match field.rule.as_ref().map(|rule| &rule.body) {
            None => Ok(match self.columns.column(&field.key) {
                Some((column, Kind::Truth)) => {
                    self.place(Key::True(column), || plain(Test::True(column), column))
                }
                _ => self.single(tree),
            }),
            Some(Body::Derived(rule)) => {
                let bare = Field { rule: None, ..field.clone() };
                let (known, given) = (self.known(&bare), self.truth(&bare, &Tree::Field(bare.clone()))?);
                let derived = self.claim(rule)?;
                Ok(self.graph.choice(known, given, derived))
            }
            Some(Body::Table(table)) if table.claims && table.hit == Hit::First => {
                self.table(table, Truth::No.into(), Self::claim)
            }
            Some(Body::Table(_)) => Ok(self.single(tree)),
        }
    }

    /// The rows of a table from the last up: what a row says where its guard holds, otherwise what those below say.
    fn table(
        &mut self,
        table: &CheckedTable,
        none: Edge,
        mut result: impl FnMut(&mut Self, &Tree) -> Lowered,
    ) -> Lowered {
        let mut below = none;
        for (when, then) in table.rows.iter().rev() {
            let then = result(self, then)?;
            below = match when {
                None => then,
                Some(when) => {
                    let when = self.claim(when)?;
                    self.graph.branch(when, then, below)
                }
            };
        }
        Ok(below)
    }
}

fn plain(test: Test, column: usize) -> Atom {
    Atom { test, columns: vec![column], claim: None }
}

/// The same text may be about a field that follows from others, or about the field alone.
fn text(claim: &Condition) -> Key {
    fn collect(tree: &Tree, ruled: &mut Vec<bool>) {
        if let Tree::Field(field) = tree {
            ruled.push(field.rule.is_some());
        }
        tree.visit_parts(&mut |part| collect(part, ruled));
    }
    let mut ruled = vec![];
    collect(claim.expression().tree(), &mut ruled);
    Key::Text(claim.to_string(), ruled)
}
