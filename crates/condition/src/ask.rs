//! What to ask for: the smallest sets of unknown fields that would decide a condition.

mod witness;

use std::{cell::Cell, sync::Arc};

use indexmap::IndexMap;

use witness::Witnesses;

use crate::{
    Condition, Facts, Known, Outcome, Value,
    evaluate::{Asked, MOST_STEPS, Scope},
    tree::{Field, Tree},
};

/// The most sets that are listed of either kind.
const MOST_SETS: usize = 5;

/// The most unknown fields that are looked at, in the order of the text.
const MOST_FIELDS: usize = 100;

/// The most sets that are tried of either kind, fewer of a long condition. Where there are more, sets that decide are
/// found by leaving out one field after the other: minimal still, but perhaps not the smallest there are.
const MOST_TRIED: usize = 400;

/// The most parts of trees that are looked at in trying sets of either kind, about.
const MOST_PARTS: usize = 1_000_000;

/// Lists sets of unknown fields to ask for, the smallest first, at most five of each kind. None holds another of its
/// kind. A derived field stands among them as itself beside those it follows from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// Sets of which some answers decide the condition, "there is none" among the answers. The search for such
    /// answers is bounded: what is listed decides, but where only rare answers decide, a set may be missed.
    pub could_decide: Vec<Vec<Arc<str>>>,
    /// Sets of which all values decide the condition. A divisor that could be zero decides nothing when it is.
    pub always_decides: Vec<Vec<Arc<str>>>,
}

impl Condition {
    /// Finds what to ask for; nothing when the condition is decided.
    #[must_use]
    pub fn questions(&self, facts: &dyn Facts) -> Questions {
        let trial = Trial { tree: self.expression().tree(), facts, steps: Cell::new(MOST_STEPS) };
        if !trial.outcome(Asked::NOTHING).is(Outcome::UNKNOWN) {
            return Questions::default();
        }
        let (fields, parts) = self.unknown_fields(facts);
        let tried = (MOST_PARTS / parts.max(1)).clamp(MOST_TRIED / 20, MOST_TRIED);
        let names: Vec<Arc<str>> = fields.keys().take(MOST_FIELDS).map(|key| Arc::clone(key)).collect();
        let decides = |set: &[Arc<str>]| !trial.outcome(Asked::values(set)).has(Outcome::UNKNOWN);
        let mut always = Search { test: decides, left: tried, found: vec![] };
        always.run(&names, true);
        let trial = Trial { steps: Cell::new(MOST_STEPS), ..trial };
        let witnesses = Witnesses::new(&trial, &fields, tried);
        let could = |set: &[Arc<str>]| {
            !trial.outcome(Asked::values(set)).has(Outcome::UNKNOWN)
                || (!trial.outcome(Asked::answers(set)).is(Outcome::UNKNOWN)
                    && witnesses.find(&trial, set).is_some())
        };
        let mut could = Search { test: could, left: tried, found: vec![] };
        could.run(&names, false);
        Questions { could_decide: could.found, always_decides: always.found }
    }

    /// The fields of which nothing is known, derived ones too; and of how many parts the condition is.
    fn unknown_fields(&self, facts: &dyn Facts) -> (IndexMap<&Arc<str>, &Field>, usize) {
        let steps = Cell::new(MOST_STEPS);
        let scope = Scope::new(facts, Asked::NOTHING, &steps);
        let mut fields = IndexMap::new();
        let mut parts = 0;
        each_tree(self.expression().tree(), &scope, &mut |tree| {
            parts += 1;
            if let Tree::Field(field) = tree
                && !field.is_table()
                && scope.is_unknown(field)
                && !matches!(facts.fact(&field.key), Known::Range { .. })
            {
                fields.insert(&field.key, field);
            }
        });
        (fields, parts)
    }
}

/// A condition and the facts it is tried with. All trials share the steps of one evaluation.
struct Trial<'t> {
    tree: &'t Tree,
    facts: &'t dyn Facts,
    steps: Cell<u32>,
}

impl Trial<'_> {
    /// What the condition comes to when these fields are known, whatever they are.
    fn outcome(&self, asked: Asked<'_>) -> Outcome {
        self.tree.outcome(&Scope::new(self.facts, asked, &self.steps))
    }

    /// Whether the condition is decided once this is known too.
    fn is_decided(&self, more: &[(Arc<str>, Option<Value>)]) -> bool {
        let supposed = Supposed { facts: self.facts, more };
        !self.tree.outcome(&Scope::new(&supposed, Asked::NOTHING, &self.steps)).is(Outcome::UNKNOWN)
    }
}

/// Shows every part of a tree to `visit`, those of its rules too, within the steps that the scope has.
pub(crate) fn each_tree<'t>(tree: &'t Tree, scope: &Scope<'_>, visit: &mut dyn FnMut(&'t Tree)) {
    visit(tree);
    if let Some(rule) = tree.rule().filter(|_| scope.step()) {
        rule.visit(&mut |part| each_tree(part, scope, visit));
    }
    tree.visit_parts(&mut |part| each_tree(part, scope, visit));
}

/// Looks for minimal sets that pass a test which every larger set passes too.
struct Search<T> {
    test: T,
    left: usize,
    found: Vec<Vec<Arc<str>>>,
}

impl<T: Fn(&[Arc<str>]) -> bool> Search<T> {
    /// `exact` says that the test never fails a set of which a part passes, so that a field without which all the
    /// others fail is in every set.
    fn run(&mut self, names: &[Arc<str>], exact: bool) {
        let without =
            |name: &Arc<str>| names.iter().filter(|other| *other != name).cloned().collect::<Vec<_>>();
        let mut needed: Vec<Arc<str>> = vec![];
        if exact {
            if !(self.test)(names) {
                return;
            }
            needed = names.iter().filter(|name| !(self.test)(&without(name))).cloned().collect();
        }
        let free: Vec<Arc<str>> = names.iter().filter(|name| !needed.contains(name)).cloned().collect();
        for size in 0..=free.len() {
            self.sized(&mut needed.clone(), &free, size);
            if self.left == 0 || self.found.len() == MOST_SETS {
                break;
            }
        }
        if self.found.is_empty() && (self.test)(names) {
            self.shrink(names);
        }
        for found in &mut self.found {
            found.sort_by_key(|name| names.iter().position(|other| other == name));
        }
        self.found.sort_by_key(Vec::len);
    }

    /// Tries every choice of `size` more fields.
    fn sized(&mut self, chosen: &mut Vec<Arc<str>>, free: &[Arc<str>], size: usize) {
        if self.found.len() == MOST_SETS || self.left == 0 || free.len() < size {
            return;
        }
        if size == 0 {
            let holds_another = |chosen: &[Arc<str>]| {
                self.found.iter().any(|set| set.iter().all(|name| chosen.contains(name)))
            };
            if !chosen.is_empty() && !holds_another(chosen) {
                self.left -= 1;
                if (self.test)(chosen) {
                    self.found.push(chosen.clone());
                }
            }
            return;
        }
        let Some((first, rest)) = free.split_first() else { return };
        chosen.push(first.clone());
        self.sized(chosen, rest, size - 1);
        chosen.pop();
        self.sized(chosen, rest, size);
    }

    /// Leaves out one field after the other; then begins again without one of those that were left.
    fn shrink(&mut self, names: &[Arc<str>]) {
        let first = self.shrunk(names.to_vec());
        self.found.push(first.clone());
        for name in first {
            let others: Vec<Arc<str>> = names.iter().filter(|other| **other != name).cloned().collect();
            if self.found.len() == MOST_SETS || !(self.test)(&others) {
                continue;
            }
            let set = self.shrunk(others);
            if !self.found.contains(&set) {
                self.found.push(set);
            }
        }
    }

    fn shrunk(&self, mut set: Vec<Arc<str>>) -> Vec<Arc<str>> {
        let mut at = 0;
        while at < set.len() {
            let name = set.remove(at);
            if !(self.test)(&set) {
                set.insert(at, name);
                at += 1;
            }
        }
        set
    }
}

/// Facts with some more.
pub(crate) struct Supposed<'f> {
    pub(crate) facts: &'f dyn Facts,
    pub(crate) more: &'f [(Arc<str>, Option<Value>)],
}

impl Facts for Supposed<'_> {
    fn fact(&self, name: &str) -> Known<'_> {
        match self.more.iter().find(|(key, _)| **key == *name) {
            Some((_, Some(value))) => Known::Value(std::borrow::Cow::Borrowed(value)),
            Some((_, None)) => Known::Absent,
            None => self.facts.fact(name),
        }
    }
}

#[cfg(test)]
impl Condition {
    /// The facts with answers to these fields that decide the condition, if any were found.
    pub(crate) fn exhibit(
        &self,
        facts: &std::collections::BTreeMap<Arc<str>, Option<Value>>,
        set: &[Arc<str>],
    ) -> Option<std::collections::BTreeMap<Arc<str>, Option<Value>>> {
        let trial = Trial { tree: self.expression().tree(), facts, steps: Cell::new(MOST_STEPS) };
        let answers = Witnesses::new(&trial, &self.unknown_fields(facts).0, MOST_TRIED).find(&trial, set)?;
        Some(facts.clone().into_iter().chain(answers).collect())
    }
}
