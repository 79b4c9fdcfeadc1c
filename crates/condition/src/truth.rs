//! The three verdicts and their logic (Kleene's strong logic of indeterminacy, 1938).

use serde::{Deserialize, Serialize};

/// Says how true a claim is. The order is the logic: *and* is the least, *or* the greatest, *not* swaps the ends.
///
/// Written as `"no"`, `"unknown"` and `"yes"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// The claim is false whatever the unknown facts turn out to be.
    No,
    /// The facts do not decide the claim yet.
    Unknown,
    /// The claim is true whatever the unknown facts turn out to be.
    Yes,
}

impl Truth {
    /// Joins claims by *and*: the least of them, Yes when there are none. Stops at the first No.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut least = Self::Yes;
        for truth in truths {
            least = least.min(truth);
            if least == Self::No {
                break;
            }
        }
        least
    }

    /// Joins claims by *or*: the greatest of them, No when there are none. Stops at the first Yes.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut greatest = Self::No;
        for truth in truths {
            greatest = greatest.max(truth);
            if greatest == Self::Yes {
                break;
            }
        }
        greatest
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
