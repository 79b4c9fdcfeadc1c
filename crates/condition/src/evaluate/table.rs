//! What a decision table gives.

use std::cmp::Ordering;

use super::Scope;
use crate::{
    Number, Outcome,
    reach::{self, Reach, Spread},
    rules::{CheckedTable, Hit},
    tree::Tree,
};

impl CheckedTable {
    pub(super) fn value<'a>(&'a self, scope: &Scope<'a>) -> Reach<'a> {
        let result = match self.hit {
            Hit::First => self.first(scope),
            Hit::Sum => self.sum(scope),
            Hit::Max => self.max(scope),
        };
        match &self.cap {
            Some(cap) if result != Reach::Absent => {
                reach::extreme(Ordering::Less, &result, &Reach::owned(cap.clone()))
            }
            _ => result,
        }
    }

    /// The rows in order up to the first that surely holds, each with what its guard comes to.
    fn reached<'a>(&'a self, scope: &Scope<'a>) -> Vec<(Outcome, Reach<'a>)> {
        let mut reached = Vec::new();
        for (when, then) in &self.rows {
            let guard = when.as_ref().map_or(Outcome::YES, |when| when.outcome(scope));
            if guard.is(Outcome::NO) {
                continue;
            }
            reached.push((guard, self.result(then, scope)));
            if self.hit == Hit::First && guard.is(Outcome::YES) {
                break;
            }
        }
        reached
    }

    /// What a row gives. Under a cap, what is computed lies between zero and the cap, so that points which nobody
    /// knows have bounds.
    fn result<'a>(&'a self, then: &'a Tree, scope: &Scope<'a>) -> Reach<'a> {
        let result = then.value(scope);
        match &self.cap {
            Some(cap) if !matches!(then, Tree::Literal(_)) => {
                let (zero, cap) = (Number::zero(), cap.clone());
                match result {
                    Reach::Unknown | Reach::Absent => Reach::range(Some(zero), Some(cap)),
                    Reach::Spread(spread) if spread.absent => {
                        Reach::between(zero, cap, spread.open, spread.varies)
                    }
                    result => {
                        let above = reach::extreme(Ordering::Greater, &result, &Reach::owned(zero));
                        reach::extreme(Ordering::Less, &above, &Reach::owned(cap))
                    }
                }
            }
            _ => result,
        }
    }

    /// From the last row up: a row's result where its guard holds, otherwise what the rows below give.
    fn first<'a>(&'a self, scope: &Scope<'a>) -> Reach<'a> {
        let none = if self.claims { Reach::owned(false) } else { Reach::Absent };
        self.reached(scope).into_iter().rev().fold(none, |below, (guard, result)| {
            if guard.is(Outcome::YES) {
                return result;
            }
            result.or_else(below, guard.has(Outcome::UNKNOWN), !guard.is(Outcome::UNKNOWN))
        })
    }

    fn sum<'a>(&'a self, scope: &Scope<'a>) -> Reach<'a> {
        self.reached(scope).into_iter().fold(Reach::owned(Number::zero()), |sum, (guard, result)| {
            let points = if guard.is(Outcome::YES) {
                result
            } else {
                let nothing = Reach::owned(Number::zero());
                result.or_else(nothing, guard.has(Outcome::UNKNOWN), !guard.is(Outcome::UNKNOWN))
            };
            reach::plus(&sum, &points)
        })
    }

    fn max<'a>(&'a self, scope: &Scope<'a>) -> Reach<'a> {
        let (sure, unsure): (Vec<_>, Vec<_>) =
            self.reached(scope).into_iter().partition(|(guard, _)| guard.is(Outcome::YES));
        let greatest = |one: &Reach<'a>, other: &Reach<'a>| reach::extreme(Ordering::Greater, one, other);
        let mut best = Reach::Absent;
        for (_, result) in sure {
            best = if best == Reach::Absent { result } else { greatest(&best, &result) };
        }
        for (guard, result) in unsure {
            let with = match &best {
                Reach::Absent => result,
                Reach::Spread(spread) if spread.absent => {
                    // One of several, or none: the greatest of what there is, or this alone.
                    let there = Spread { absent: false, ..spread.as_ref().clone() }.reach();
                    greatest(&there, &result).or_else(result, spread.open, spread.varies)
                }
                best => greatest(best, &result),
            };
            best = with.or_else(best, guard.has(Outcome::UNKNOWN), !guard.is(Outcome::UNKNOWN));
        }
        best
    }
}
