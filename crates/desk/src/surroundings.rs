//! The instant and chance, as the program hands them in.
use jiff::Timestamp;
use std::sync::Arc;
use uuid::{Builder, Uuid};

type Chance = dyn Fn(&mut [u8]) + Send + Sync;

/// Where the desk gets the present instant and random bytes from. Tests and demonstrations hand in their own.
#[derive(Clone)]
pub struct Surroundings {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    chance: Arc<Chance>,
}

impl Surroundings {
    /// Puts them together. `chance` must fill the whole slice with bytes that nobody can guess.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        chance: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), chance: Arc::new(chance) }
    }

    /// The same chance under another clock. Not public: what serves cannot have its clock set.
    pub(crate) fn with_now(&self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { now: Arc::new(now), chance: self.chance.clone() }
    }

    /// The present instant, in the microseconds that tables keep.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.now)();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.chance)(&mut bytes);
        bytes
    }

    /// A new id (UUID version 7, RFC 9562): ids of later instants sort later.
    #[must_use]
    pub fn id(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }
}
