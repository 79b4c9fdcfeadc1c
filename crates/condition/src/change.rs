//! What would have to be otherwise for a condition that does not hold: the smallest changes, each verified.

mod candidates;

use std::{cell::Cell, sync::Arc};

use candidates::{Candidate, Form};

use crate::{
    Condition, Facts, Number, Outcome, Value,
    ask::Supposed,
    evaluate::{Asked, MOST_STEPS, Scope},
    rules::Body,
    tree::Tree,
};

/// The most alternatives that are listed.
const MOST_ALTERNATIVES: usize = 8;

/// The most changes that are tried in pairs.
const MOST_PAIRED: usize = 40;

/// Parts of trees that are looked at in trying changes, about.
const MOST_PARTS: usize = 4_000_000;

/// Says how a field can be otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// It is as it is, such as a day in the past.
    Never,
    /// In whole numbers.
    Whole,
    /// To any value of its type.
    Free,
}

/// Says what a field would have to be, instead of what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The key of the field.
    pub field: Arc<str>,
    /// What it is now; nothing if it is known that there is none.
    pub now: Option<Value>,
    /// What it would have to be.
    pub target: Target,
    /// The value nearest to the present one that meets the target; of a limit that is not included, one beyond it.
    pub example: Value,
    /// How far the limit is from the present value: in the unit of the field, dates in days.
    pub distance: Option<Number>,
}

/// Says which values would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// This number or more, this day or later.
    AtLeast(Value),
    /// More than this number.
    MoreThan(Value),
    /// This number or less, this day or earlier.
    AtMost(Value),
    /// Less than this number.
    LessThan(Value),
    /// One of these.
    OneOf(Vec<Value>),
    /// A list that holds this too.
    Holding(Value),
    /// Anything, where there is nothing.
    Present,
}

impl Condition {
    /// Finds the smallest sets of changes after which the condition does not fail any more: it holds, or is open only
    /// for what nobody knows. The fewest changes first, at most eight sets; none unless it fails now, and none where
    /// nothing that may change would help. Every set is tried out before it is listed.
    #[must_use]
    pub fn changes(&self, facts: &dyn Facts, movement: &dyn Fn(&str) -> Movement) -> Vec<Vec<Change>> {
        let search = Search::new(self.expression().tree(), facts, movement);
        if !search.outcome(search.root, &[]).is(Outcome::NO) {
            return vec![];
        }
        let mut found: Vec<Vec<Change>> = vec![];
        for changes in search.alternatives(search.root) {
            if let Some(needed) = search.needed(changes)
                && !found.contains(&needed)
            {
                found.push(needed);
            }
        }
        found.sort_by_key(Vec::len);
        found.truncate(MOST_ALTERNATIVES);
        found
    }
}

/// A condition, the facts it fails with, and how many more trials it may cost. All share the steps of a few
/// evaluations.
struct Search<'s> {
    root: &'s Tree,
    facts: &'s dyn Facts,
    movement: &'s dyn Fn(&str) -> Movement,
    left: Cell<usize>,
    steps: Cell<u32>,
}

impl<'s> Search<'s> {
    fn new(root: &'s Tree, facts: &'s dyn Facts, movement: &'s dyn Fn(&str) -> Movement) -> Self {
        let search = Self { root, facts, movement, left: Cell::new(1), steps: Cell::new(MOST_STEPS) };
        let mut parts = 1_usize;
        crate::ask::each_tree(root, &search.scope(), &mut |_| parts += 1);
        search.left.set((MOST_PARTS / parts).clamp(200, 20_000));
        search.steps.set(MOST_STEPS.saturating_mul(10));
        search
    }

    fn scope(&self) -> Scope<'_> {
        Scope::new(self.facts, Asked::NOTHING, &self.steps)
    }

    fn outcome(&self, tree: &Tree, more: &[(Arc<str>, Option<Value>)]) -> Outcome {
        let supposed = Supposed { facts: self.facts, more };
        tree.outcome(&Scope::new(&supposed, Asked::NOTHING, &self.steps))
    }

    /// Whether a claim still fails after these changes, or trying them would cost too much.
    fn fails(&self, tree: &Tree, changes: &[Change]) -> bool {
        let Some(left) = self.left.get().checked_sub(1) else { return true };
        self.left.set(left);
        let more: Vec<_> =
            changes.iter().map(|change| (change.field.clone(), Some(change.example.clone()))).collect();
        self.outcome(tree, &more).is(Outcome::NO)
    }

    /// The set without what it does not need; nothing if it does not suffice.
    fn needed(&self, mut changes: Vec<Change>) -> Option<Vec<Change>> {
        if self.fails(self.root, &changes) {
            return None;
        }
        let mut at = 0;
        while at < changes.len() {
            let change = changes.remove(at);
            if self.fails(self.root, &changes) {
                changes.insert(at, change);
                at += 1;
            }
        }
        Some(changes)
    }

    /// Sets of changes after which a claim that fails does not.
    fn alternatives(&self, tree: &Tree) -> Vec<Vec<Change>> {
        let candidates = candidates::of(self, tree);
        let single = self.single(tree, &candidates);
        let mut found: Vec<Vec<Change>> = single.into_iter().map(|change| vec![change]).collect();
        if found.is_empty() {
            found = self.by_parts(tree);
        }
        if found.is_empty() {
            found = self.pairs(tree, &candidates);
        }
        found.sort_by_key(Vec::len);
        found.truncate(MOST_ALTERNATIVES);
        found
    }

    /// The changes that suffice alone; of several to one field those nearest to what it is, values of a set as one.
    fn single(&self, tree: &Tree, candidates: &[Candidate]) -> Vec<Change> {
        let mut found: Vec<Change> = vec![];
        for candidate in candidates {
            let Some(change) = self.tried(tree, candidate) else { continue };
            let same = found.iter_mut().find(|other| other.field == change.field && other.is_like(&change));
            match same {
                Some(other) => other.join(change),
                None => found.push(change),
            }
        }
        found
    }

    /// The change if it suffices; a limit, where it does not suffice itself, as one to go beyond. Where there is no
    /// number yet, a limit could lie on either side: it is one only if what is beyond it suffices too.
    fn tried(&self, tree: &Tree, candidate: &Candidate) -> Option<Change> {
        let suffices = |change: &Change| !self.fails(tree, std::slice::from_ref(change));
        candidate.forms((self.movement)(&candidate.field)).into_iter().find_map(|Form { near, beyond }| {
            let nothing_yet = near.as_ref().is_some_and(|near| near.now.is_none());
            if nothing_yet && beyond.as_ref().is_some_and(|beyond| !suffices(beyond)) {
                return None;
            }
            near.filter(suffices).or_else(|| beyond.filter(suffices))
        })
    }

    /// All parts that fail of what must hold together; any part of what may hold instead.
    fn by_parts(&self, tree: &Tree) -> Vec<Vec<Change>> {
        let failing = |part: &&Tree| self.outcome(part, &[]).is(Outcome::NO);
        match tree {
            Tree::And(parts) => {
                let mut sets: Vec<Vec<Change>> = vec![vec![]];
                for part in parts.iter().filter(failing) {
                    let options = self.alternatives(part);
                    sets = sets
                        .iter()
                        .flat_map(|set| options.iter().filter_map(|option| together(set, option)))
                        .take(MOST_ALTERNATIVES * MOST_ALTERNATIVES)
                        .collect();
                }
                sets.retain(|set| !set.is_empty());
                sets
            }
            Tree::Or(parts) => parts.iter().flat_map(|part| self.alternatives(part)).collect(),
            Tree::If { guard, then, otherwise, .. } => {
                let chosen = if self.outcome(guard, &[]).is(Outcome::NO) { otherwise } else { then };
                self.alternatives(chosen)
            }
            _ => match tree.rule().map(|rule| &rule.body) {
                Some(Body::Derived(tree)) => self.by_parts(tree),
                _ => vec![],
            },
        }
    }

    /// Two changes at once, of two fields.
    fn pairs(&self, tree: &Tree, candidates: &[Candidate]) -> Vec<Vec<Change>> {
        let changes: Vec<Change> = candidates
            .iter()
            .flat_map(|candidate| candidate.forms((self.movement)(&candidate.field)))
            .flat_map(|Form { near, beyond }| near.into_iter().chain(beyond))
            .take(MOST_PAIRED)
            .collect();
        let mut found = vec![];
        for (index, one) in changes.iter().enumerate() {
            for other in changes.iter().skip(index + 1).filter(|other| other.field != one.field) {
                let pair = vec![one.clone(), other.clone()];
                let listed = |known: &Vec<Change>| {
                    known.iter().zip(&pair).all(|(one, other)| one.field == other.field && one.is_like(other))
                };
                if found.len() < MOST_ALTERNATIVES && !found.iter().any(listed) && !self.fails(tree, &pair) {
                    found.push(pair);
                }
            }
        }
        found
    }
}

/// Both sets, unless they want different things of one field; of two limits on one side the farther.
fn together(set: &[Change], other: &[Change]) -> Option<Vec<Change>> {
    let mut joined = set.to_vec();
    for change in other {
        match joined.iter_mut().find(|before| before.field == change.field) {
            None => joined.push(change.clone()),
            Some(before) if before.is_like(change) => {
                if change.distance > before.distance {
                    *before = change.clone();
                }
            }
            Some(_) => return None,
        }
    }
    Some(joined)
}

impl Change {
    /// Whether both go the same way.
    fn is_like(&self, other: &Self) -> bool {
        match (&self.target, &other.target) {
            (Target::OneOf(_), Target::OneOf(_))
            | (Target::AtLeast(_) | Target::MoreThan(_), Target::AtLeast(_) | Target::MoreThan(_))
            | (Target::AtMost(_) | Target::LessThan(_), Target::AtMost(_) | Target::LessThan(_)) => true,
            (one, other) => one == other,
        }
    }

    /// Takes another that suffices too: more values of a set, or the nearer limit.
    fn join(&mut self, other: Self) {
        match (&mut self.target, other.target) {
            (Target::OneOf(values), Target::OneOf(more)) => {
                for value in more {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            }
            (_, target) if other.distance < self.distance => {
                (self.target, self.example, self.distance) = (target, other.example, other.distance);
            }
            _ => {}
        }
    }
}
