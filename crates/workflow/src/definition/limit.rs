//! Lengths of time that a definition writes out or names, and the people that a long wait climbs to.
use super::Effect;
use crate::case::Key;
use crate::text::Text;
use calendar::Limit;

/// A length of time as a definition writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Length {
    /// Written out.
    Fixed(Limit),
    /// By the name of a limit, which a zone may set otherwise than the definition does.
    Named(Key),
}

impl Length {
    /// The name, if it is by name.
    #[must_use]
    pub const fn name(&self) -> Option<&Key> {
        match self {
            Self::Fixed(_) => None,
            Self::Named(name) => Some(name),
        }
    }
}

/// A limit that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLimit {
    /// What people call it.
    pub title: Text,
    /// How long it is where a zone sets nothing else.
    pub is: Limit,
}

/// A point before a clock's due time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// How long before.
    pub before: Length,
    /// What happens then.
    pub then: Vec<Effect>,
}

/// A point after a clock's due time, reached while it still runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// How long after.
    pub after: Length,
    /// What happens then.
    pub then: Vec<Effect>,
    /// The step of a ladder that is climbed then, by its place.
    pub step: Option<(Key, usize)>,
}

/// A day before which something must be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// The fact that says which day.
    pub by: Key,
    /// How long before the end of that day.
    pub before: Length,
}

/// People who are told, one after the other, that something is overdue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// What people call it.
    pub title: Text,
    /// The mail they get.
    pub mail: Key,
    /// Who gets it, in order; the first at once.
    pub steps: Vec<LadderStep>,
}

/// One of the people on a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LadderStep {
    /// Who.
    pub role: Key,
    /// How long after the due time; none for the first.
    pub after: Option<Length>,
}
