//! Which benefits a company enjoys together: the allowed set that comes to the most, and why the others are not in it.
//!
//! - **Highest only** (同类就高不重复; Hangzhou Binjiang: "same year and same kind of district money: the highest, no
//!   repetition", workflows.md 2.4): of one kind at most one.
//! - **Exclusion**: two benefits of which either paper says that it is not enjoyed beside the other.
//! - **Stacks**: benefits that together come to a limit at most (Yuhang: "total at most 20 % of the investment",
//!   workflows.md 2.2). Within one that is full, what there is is parted pro rata. Stacks are apart or one within the
//!   other; two that cross are refused, since papers do not say which of them would give way first.
//!
//! Of sets that come to the same the one with the most benefits is taken (应享尽享), then the one whose benefits are worth
//! more one by one, then the one of lesser ids. The search is exact. Benefits that have nothing against each other are not
//! searched through; of those that have, [`MOST`] may hang together. More are refused: an approximation would be someone's
//! money.
mod search;
#[cfg(test)]
mod tests;

use super::Fen;
use super::budget::pro_rata;
use search::Group;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most benefits that may hang together by kinds and exclusions, directly or by way of others and of stacks.
pub const MOST: usize = 20;

/// A benefit that a company is entitled to, were it the only one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// Its name: that of its policy.
    pub id: Arc<str>,
    /// What it comes to.
    pub worth: Fen,
    /// The kind of which one gets the highest only.
    pub kind: Option<Arc<str>>,
    /// What cannot be enjoyed beside it; what is not offered says nothing.
    pub excludes: BTreeSet<Arc<str>>,
}

/// Benefits that come to a limit at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub id: Arc<str>,
    /// Their names; what is not offered says nothing.
    pub members: BTreeSet<Arc<str>>,
    /// The limit.
    pub most: Fen,
}

/// The best that a company can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combination {
    /// What it comes to.
    pub total: u128,
    /// What becomes of each offer, in the order they were given.
    pub choices: Vec<Choice>,
}

/// What becomes of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The offer.
    pub offer: Arc<str>,
    /// What it is worth alone.
    pub worth: Fen,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// Says what becomes of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is enjoyed.
    Taken {
        /// What it comes to within its stacks.
        gets: Fen,
        /// The stacks that make it less than it is worth, the innermost first.
        full: Vec<Arc<str>>,
    },
    /// It is not.
    Refused {
        /// What is taken that it cannot be beside; never nothing.
        because: Vec<Because>,
        /// By how much less the best combination with it would come to.
        less: u128,
    },
}

/// Says why two offers are not enjoyed together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// Of their kind one gets the highest only.
    Kind {
        /// The one that is taken.
        other: Arc<str>,
        /// The kind.
        kind: Arc<str>,
    },
    /// One of their papers excludes the other.
    Excluded {
        /// The one that is taken.
        other: Arc<str>,
    },
}

impl Because {
    /// Says it in Chinese and in English.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        match self {
            Self::Kind { other, kind } => (
                format!("与 `{other}` 同属“{kind}”类，就高不重复"),
                format!("of the kind “{kind}” only the highest is given, which is `{other}`"),
            ),
            Self::Excluded { other } => {
                (format!("不得与 `{other}` 同时享受"), format!("it is not enjoyed beside `{other}`"))
            }
        }
    }
}

/// Says why no combination is computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CombinationError {
    /// Two offers or two stacks have one name.
    #[error("every benefit and every stack is named once; `{0}` is named twice")]
    Twice(Arc<str>),
    /// Two stacks have some benefits in common and some not.
    #[error("stacks are apart or one within the other; `{0}` and `{1}` cross")]
    Cross(Arc<str>, Arc<str>),
    /// The facts do not give the limit of a stack.
    #[error("the limit of stack `{0}` depends on facts that are not known")]
    Limit(Arc<str>),
    /// Too many hang together.
    #[error(
        "at most {MOST} benefits may hang together by kinds and exclusions, {0} do; a person must choose"
    )]
    TooMany(usize),
}

impl CombinationError {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Twice(id) => format!("`{id}` 出现了两次"),
            Self::Cross(one, other) => {
                format!("限额组 `{one}` 与 `{other}` 交叉：应互不相交或一个包含另一个")
            }
            Self::Limit(stack) => format!("限额组 `{stack}` 的上限所依据的情况未知"),
            Self::TooMany(count) => {
                format!("相互牵连的优惠最多 {MOST} 项，现有 {count} 项；须由人工选择")
            }
        }
    }
}

/// Finds the best combination.
///
/// # Errors
/// Names given twice, stacks that cross, more benefits that hang together than can be searched exactly.
pub fn combine(offers: &[Offer], stacks: &[Stack]) -> Result<Combination, CombinationError> {
    check(offers, stacks)?;
    let mut total = 0;
    let mut choices: Vec<(usize, Choice)> = vec![];
    for members in groups(offers, stacks) {
        let group = Group::new(offers, stacks, &members)?;
        let best = group.best(None);
        total += best.total;
        for (place, (index, offer)) in group.offers.iter().enumerate() {
            let outcome = if best.takes(place) {
                group.taken(&best, place)
            } else {
                let with = group.best(Some(place));
                Outcome::Refused { because: group.because(&best, place), less: best.total - with.total }
            };
            choices.push((*index, Choice { offer: offer.id.clone(), worth: offer.worth, outcome }));
        }
    }
    choices.sort_by_key(|(index, _)| *index);
    Ok(Combination { total, choices: choices.into_iter().map(|(_, choice)| choice).collect() })
}

fn check(offers: &[Offer], stacks: &[Stack]) -> Result<(), CombinationError> {
    let named = twice(offers.iter().map(|offer| &offer.id));
    let named = named.or_else(|| twice(stacks.iter().map(|stack| &stack.id)));
    if let Some(id) = named {
        return Err(CombinationError::Twice(id));
    }
    let offered: BTreeSet<&Arc<str>> = offers.iter().map(|offer| &offer.id).collect();
    let members = |stack: &Stack| -> BTreeSet<Arc<str>> {
        stack.members.iter().filter(|id| offered.contains(id)).cloned().collect()
    };
    for (at, one) in stacks.iter().enumerate() {
        for other in stacks.iter().skip(at + 1) {
            let (ours, theirs) = (members(one), members(other));
            if !ours.is_disjoint(&theirs) && !ours.is_subset(&theirs) && !theirs.is_subset(&ours) {
                return Err(CombinationError::Cross(one.id.clone(), other.id.clone()));
            }
        }
    }
    Ok(())
}

/// The first name that came before.
fn twice<'n>(mut ids: impl Iterator<Item = &'n Arc<str>>) -> Option<Arc<str>> {
    let mut seen = BTreeSet::new();
    ids.find(|id| !seen.insert(*id)).cloned()
}

/// Whether two offers have something against each other.
fn against(one: &Offer, other: &Offer) -> Option<Because> {
    let taken = other.id.clone();
    if let Some(kind) = one.kind.as_ref().filter(|kind| other.kind.as_ref() == Some(kind)) {
        return Some(Because::Kind { other: taken, kind: kind.clone() });
    }
    let excludes = one.excludes.contains(&other.id) || other.excludes.contains(&one.id);
    (one.id != other.id && excludes).then_some(Because::Excluded { other: taken })
}

/// Parts offers into groups that have nothing to do with each other: neither against each other nor in one stack.
fn groups(offers: &[Offer], stacks: &[Stack]) -> Vec<Vec<usize>> {
    let together = |one: &Offer, other: &Offer| {
        against(one, other).is_some()
            || stacks.iter().any(|stack| stack.members.contains(&one.id) && stack.members.contains(&other.id))
    };
    let mut rest: Vec<(usize, &Offer)> = offers.iter().enumerate().collect();
    let mut groups = vec![];
    while let Some(first) = rest.pop() {
        let (mut group, mut reached) = (vec![], vec![first]);
        while let Some((index, offer)) = reached.pop() {
            group.push(index);
            let (near, far) = rest.into_iter().partition(|(_, other)| together(offer, other));
            rest = far;
            reached.extend::<Vec<_>>(near);
        }
        groups.push(group);
    }
    groups
}
