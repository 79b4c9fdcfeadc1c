//! Who may read and do what, tried on the running server: every field and every action with every role.
//!
//! What is right comes from the two files people read, `rights.toml` and a process's `v1.rights.md`; the server is
//! asked whether it does what they say.
mod actions;
mod cases;
mod fields;
mod schema;

use crate::workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody of each role.
const ONE_OF_EACH: [(&str, &str); 6] = [
    ("company", "tuoye"),
    ("clerk", "clerk"),
    ("dispatcher", "dispatcher"),
    ("handler", "technology"),
    ("supervisor", "supervisor"),
    ("administrator", "administrator"),
];

/// `rights.toml`, read without the desk's own reader.
struct Rights {
    sets: BTreeMap<String, BTreeSet<String>>,
    file: toml::Table,
}

impl Rights {
    fn read() -> Self {
        let file: toml::Table =
            workspace::read("crates/desk/rights.toml").parse().expect("the rights are TOML");
        let sets = file["set"].clone().try_into().expect("sets are lists of roles");
        Self { sets, file }
    }

    fn may(&self, role: &str, parent: &str, field: &str) -> bool {
        let Some(rows) = self.file.get(parent) else { return false };
        let Some(right) = rows.get(field).or_else(|| rows.get("*")) else { return false };
        match right.as_str() {
            Some(set) => self.sets[set].contains(role),
            None => right.as_array().is_some_and(|roles| roles.iter().any(|one| one.as_str() == Some(role))),
        }
    }
}
