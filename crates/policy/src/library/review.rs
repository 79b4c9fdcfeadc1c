//! What a reader of a policy would ask its author: clauses that contradict each other or never matter, bands with a gap
//! between them, rows that are never reached.
//!
//! Nothing of this is wrong by itself, so that no policy is refused for it. It is exact where a claim compares one field
//! with what is written: between the values that are written there such a claim is the same everywhere, so that one value
//! of each stretch, and none at all, stand for all of them; the values are weighed by the evaluator itself. Claims that
//! compute, or compare fields with each other, are [not decided](Review::undecided).
mod claim;
#[cfg(test)]
mod tests;

use super::Library;
use crate::facts::KnownThen;
use crate::finding::{Finding, Flaw, Source, Step};
use crate::policy::File;
use crate::{FieldType, Policy};
use claim::{Claims, Holds};
use condition::{Condition, Hit, Table, Truth};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a review came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// What to ask the author, in the order of the file.
    pub remarks: Vec<Finding>,
    /// The clauses of which some claim could not be compared with the others, by name.
    pub undecided: Vec<Arc<str>>,
}

/// How companies on file come out under a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The clause.
    pub clause: Arc<str>,
    /// For how many it does not hold, is open, and holds.
    pub counts: [usize; 3],
    /// The first company of each, by its place.
    pub witnesses: [Option<usize>; 3],
}

impl Tally {
    /// What it says of every company alike, if it does: then it tells none of them apart.
    #[must_use]
    pub fn always(&self) -> Option<Truth> {
        let [no, open, yes] = self.counts.map(|count| count > 0);
        match (no, open, yes) {
            (true, false, false) => Some(Truth::No),
            (false, true, false) => Some(Truth::Unknown),
            (false, false, true) => Some(Truth::Yes),
            _ => None,
        }
    }
}

impl Policy {
    /// Counts how companies come out under each clause.
    #[must_use]
    pub fn tally(&self, companies: &[KnownThen<'_>]) -> Vec<Tally> {
        let tally = |(name, clause): (&Arc<str>, &crate::Clause)| {
            let mut tally = Tally { clause: name.clone(), counts: [0; 3], witnesses: [None; 3] };
            for (place, facts) in companies.iter().enumerate() {
                let [no, open, yes] = &mut tally.counts;
                let [first_no, first_open, first_yes] = &mut tally.witnesses;
                let (count, first) = match clause.when.truth(facts) {
                    Truth::No => (no, first_no),
                    Truth::Unknown => (open, first_open),
                    Truth::Yes => (yes, first_yes),
                };
                *count += 1;
                first.get_or_insert(place);
            }
            tally
        };
        self.clauses.iter().map(tally).collect()
    }
}

impl Library {
    /// Reviews the file of a policy, in the words of this library. What does not read is told by [`Library::read`].
    #[must_use]
    pub fn review(&self, name: &str, text: &str) -> Review {
        let source = Source { file: name, text };
        let Ok(file) = source.read::<File>() else { return Review::default() };
        let mut review = Review::default();
        self.review_clauses(source, &file, &mut review);
        for (key, table) in &file.table {
            self.review_table(source, &["table".into(), key.into()], table, &mut review.remarks);
        }
        for (output, table) in file.benefit.bands() {
            self.review_table(source, &["benefit".into(), output.key().into()], table, &mut review.remarks);
        }
        review.remarks.sort();
        review.remarks.dedup();
        review
    }

    fn review_clauses(&self, source: Source<'_>, file: &File, review: &mut Review) {
        let at = |name: &Arc<str>, flaw| {
            source.finding(&[Step::Key("clause"), name.into(), Step::Key("when")], flaw)
        };
        let mut clauses = vec![];
        for (name, clause) in &file.clause {
            let Ok(when) = Condition::parse(&clause.when, self.dictionary()) else { continue };
            let (claims, whole) = Claims::of(&when);
            if !whole {
                review.undecided.push(name.clone());
            }
            clauses.push((name, claims, whole));
        }
        let fields: BTreeSet<&Arc<str>> = clauses.iter().flat_map(|(_, claims, _)| claims.fields()).collect();
        let all: Vec<(&Arc<str>, &Claims)> =
            clauses.iter().map(|(name, claims, _)| (*name, claims)).collect();
        let mut contradicted = false;
        for field in fields {
            if self.meets(field, &all).next().is_some() {
                continue;
            }
            contradicted = true;
            // Clauses without which it is still so have no part in it.
            let mut part: Vec<(&Arc<str>, &Claims)> =
                all.iter().copied().filter(|(_, claims)| claims.speaks_of(field)).collect();
            for (name, _) in part.clone() {
                let without: Vec<_> = part.iter().copied().filter(|(other, _)| *other != name).collect();
                if !without.is_empty() && self.meets(field, &without).next().is_none() {
                    part = without;
                }
            }
            let names: Vec<Arc<str>> = part.iter().map(|(name, _)| (*name).clone()).collect();
            if let Some((last, _)) = part.last() {
                review.remarks.push(at(last, Flaw::Contradiction(names, field.clone())));
            }
        }
        // Where nothing holds everything follows from everything.
        if contradicted {
            return;
        }
        let mut idle: Vec<&Arc<str>> = vec![];
        for (name, claims, _) in clauses.iter().rev().filter(|(_, _, whole)| *whole) {
            let others: Vec<(&Arc<str>, &Claims)> =
                all.iter().copied().filter(|(other, _)| other != name && !idle.contains(other)).collect();
            let follows = |field: &Arc<str>| {
                let own = [(*name, claims)];
                let values = self.values(field, &[&others[..], &own[..]].concat());
                values.iter().filter(|value| value.hold(&others)).all(|value| value.hold(&own))
            };
            if claims.fields().all(follows) {
                idle.push(name);
                let speaks = |other: &Claims| claims.fields().any(|field| other.speaks_of(field));
                let by = others.iter().filter(|(_, other)| speaks(other)).map(|(other, _)| (*other).clone());
                review.remarks.push(at(name, Flaw::Idle((*name).clone(), by.collect())));
            }
        }
    }

    /// Bands of one field: a value between two of them that none holds, and rows behind others that hold all they do.
    fn review_table(&self, source: Source<'_>, path: &[Step<'_>], table: &Table, remarks: &mut Vec<Finding>) {
        let condition = |when: &Option<String>| {
            Condition::parse(when.as_deref().unwrap_or("true"), self.dictionary()).ok()
        };
        let Some(rows) = table.rows.iter().map(|row| condition(&row.when)).collect::<Option<Vec<_>>>() else {
            return;
        };
        let rows: Vec<(Claims, bool)> = rows.iter().map(Claims::of).collect();
        let fields: BTreeSet<&Arc<str>> = rows.iter().flat_map(|(claims, _)| claims.fields()).collect();
        let (Some(field), 1) = (fields.first().copied(), fields.len()) else { return };
        if rows.iter().any(|(_, whole)| !whole) {
            return;
        }
        let none: Arc<str> = "".into();
        let named: Vec<(&Arc<str>, &Claims)> = rows.iter().map(|(claims, _)| (&none, claims)).collect();
        let values = self.values(field, &named);
        let held = |value: &Holds| named.iter().any(|row| value.hold(&[*row]));
        let ordered: Vec<&Holds> = values.iter().filter(|value| value.is_ordered()).collect();
        let inner =
            ordered.iter().position(|value| held(value)).zip(ordered.iter().rposition(|value| held(value)));
        let gap = inner.and_then(|(first, last)| ordered.get(first..last)?.iter().find(|value| !held(value)));
        if let Some(gap) = gap {
            remarks.push(source.finding(path, Flaw::Gap(field.clone(), gap.to_string())));
        }
        if table.hit != Hit::First {
            return;
        }
        for (index, row) in named.iter().enumerate() {
            let before = named.get(..index).unwrap_or_default();
            let mut own = values.iter().filter(|value| value.hold(&[*row]));
            if own.all(|value| before.iter().any(|earlier| value.hold(&[*earlier]))) {
                let path = [path, &["rows".into(), index.into()][..]].concat();
                remarks.push(source.finding(&path, Flaw::NeverReached(index + 1)));
            }
        }
    }

    /// A value of each stretch of a field on which all that is claimed of it is the same.
    fn values(&self, field: &Arc<str>, clauses: &[(&Arc<str>, &Claims)]) -> Vec<Holds> {
        let whole = self.fields.fields.get(field).is_some_and(|field| field.kind == FieldType::Integer);
        claim::values(field, whole, clauses.iter().map(|(_, claims)| *claims))
    }

    /// Those of them that meet all that is claimed.
    fn meets(&self, field: &Arc<str>, clauses: &[(&Arc<str>, &Claims)]) -> impl Iterator<Item = Holds> {
        let values = self.values(field, clauses).into_iter();
        let hold: Vec<Holds> = values.filter(|value| value.hold(clauses)).collect();
        hold.into_iter()
    }
}
