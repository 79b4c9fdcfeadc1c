//! The processes that ship with the desk.
use crate::definition::{Definition, Vocabulary};

/// Every shipped definition, by its path in `definitions`; of each process the newest version last.
const SHIPPED: [(&str, &str); 6] = [
    ("co-handling/v1.toml", include_str!("../definitions/co-handling/v1.toml")),
    ("grid-event/v1.toml", include_str!("../definitions/grid-event/v1.toml")),
    ("policy/v1.toml", include_str!("../definitions/policy/v1.toml")),
    ("policy-application/v1.toml", include_str!("../definitions/policy-application/v1.toml")),
    ("request/v1.toml", include_str!("../definitions/request/v1.toml")),
    ("request/v2.toml", include_str!("../definitions/request/v2.toml")),
];

/// Lists every shipped definition: its path below `definitions`, and its text. Of each process the newest is last.
pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.into_iter()
}

/// The shipped processes, read and checked: what cases of one may spawn of another.
#[derive(Debug, Clone, Default)]
pub struct Library(Vec<Definition>);

impl Library {
    /// Reads every shipped definition; one that `vocabulary` lacks the mails for is left out.
    #[must_use]
    pub fn shipped(vocabulary: &Vocabulary) -> Self {
        Self(shipped().filter_map(|(_, text)| Definition::parse(text, vocabulary).ok()).collect())
    }

    /// The newest version of a process.
    #[must_use]
    pub fn newest(&self, process: &str) -> Option<&Definition> {
        self.0
            .iter()
            .filter(|definition| *definition.process == *process)
            .max_by_key(|definition| definition.version)
    }
}
