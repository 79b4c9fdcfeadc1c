//! The only place that reads the clock. Everything else is told what time it is.
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The system's clock, or a virtual one that stands still until it is moved.
#[derive(Debug, Clone)]
pub(crate) enum Clock {
    /// The system's.
    System,
    /// One for demonstrations and tests, in microseconds since 1970.
    Virtual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub(crate) fn standing(at: Timestamp) -> Self {
        Self::Virtual(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one reading that the others are told")]
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Virtual(at) => Timestamp::from_microsecond(at.load(Ordering::Acquire)).unwrap_or_default(),
        }
    }

    /// Moves a virtual clock forward; it never goes back. A system clock stays as it is.
    pub(crate) fn forward(&self, to: Timestamp) {
        if let Self::Virtual(at) = self {
            at.fetch_max(to.as_microsecond(), Ordering::AcqRel);
        }
    }
}
