//! What a claim may come to: a set of verdicts, one for each way that the fields asked about may turn out.
//!
//! Weighing facts gives exactly one verdict. Asking "what if these fields were known" gives several.

use crate::Truth;

/// A set of verdicts, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome(u8);

impl Outcome {
    pub(crate) const NO: Self = Self(1);
    pub(crate) const UNKNOWN: Self = Self(2);
    pub(crate) const YES: Self = Self(4);

    pub(crate) fn has(self, verdict: Self) -> bool {
        self.0 & verdict.0 != 0
    }

    /// Whether it is this verdict whatever the fields asked about turn out to be.
    pub(crate) fn is(self, verdict: Self) -> bool {
        self == verdict
    }

    pub(crate) fn or_also(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The least of any two verdicts, one of each set: what is in either and not above the highest of both.
    pub(crate) fn and(self, other: Self) -> Self {
        let highest = |set: u8| 1 << set.ilog2();
        let limit: u8 = highest(self.0).min(highest(other.0));
        Self((self.0 | other.0) & (limit * 2 - 1))
    }

    /// What two branches come to when nobody knows which of them counts: their verdict where they agree.
    pub(crate) fn fork(self, other: Self) -> Self {
        let differ = self != other || self.0.count_ones() > 1;
        Self((self.0 & other.0) | if differ { Self::UNKNOWN.0 } else { 0 })
    }

    pub(crate) fn all(outcomes: impl IntoIterator<Item = Self>) -> Self {
        let mut least = Self::YES;
        for outcome in outcomes {
            least = least.and(outcome);
            if least == Self::NO {
                break;
            }
        }
        least
    }

    pub(crate) fn any(outcomes: impl IntoIterator<Item = Self>) -> Self {
        !Self::all(outcomes.into_iter().map(|outcome| !outcome))
    }

    pub(crate) fn at_least(count: usize, outcomes: impl IntoIterator<Item = Self>) -> Self {
        let (mut sure, mut never_no, mut maybe_yes, mut not_lost, mut open) = (0, 0, 0, 0, false);
        for outcome in outcomes {
            sure += usize::from(outcome == Self::YES);
            never_no += usize::from(!outcome.has(Self::NO));
            maybe_yes += usize::from(outcome.has(Self::YES));
            not_lost += usize::from(outcome != Self::NO);
            open |= outcome.has(Self::UNKNOWN);
        }
        let set = |holds: bool, verdict: Self| if holds { verdict.0 } else { 0 };
        Self(
            set(maybe_yes >= count, Self::YES)
                | set(never_no < count, Self::NO)
                | set(open && sure < count && not_lost >= count, Self::UNKNOWN),
        )
    }

    /// The verdict that holds however things turn out.
    pub(crate) fn truth(self) -> Truth {
        match self {
            Self::YES => Truth::Yes,
            Self::NO => Truth::No,
            _ => Truth::Unknown,
        }
    }
}

impl std::ops::Not for Outcome {
    type Output = Self;

    fn not(self) -> Self {
        Self((self.0 & Self::UNKNOWN.0) | (self.0 & Self::NO.0) << 2 | (self.0 & Self::YES.0) >> 2)
    }
}

impl From<bool> for Outcome {
    fn from(holds: bool) -> Self {
        if holds { Self::YES } else { Self::NO }
    }
}
