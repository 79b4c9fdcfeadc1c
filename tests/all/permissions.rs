//! Who may read and do what, tried on the running server: every field and every action with every role.
//!
//! What is right comes from the two files people read, `rights.toml` and a process's `v2.rights.md`; the server is
//! asked whether it does what they say.
mod actions;
mod cases;
mod example;
mod fields;
mod schema;

use crate::client::House;
use crate::server::Account;
use crate::workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Those who are told apart: everybody whom the file of rights names, and of the staff some whom it does not.
const ONE_OF_EACH: [&str; 11] = [
    "company",
    "clerk",
    "dispatcher",
    "handler",
    "specialist",
    "visitor",
    "adjudicator",
    "supervisor",
    "centre_head",
    "zone_leader",
    "administrator",
];

/// Somebody of each role, who holds no other that the file of rights names.
fn one_of_each(house: &House) -> Vec<(&'static str, String)> {
    let home = &house.server.accounts[0].zone;
    let named = &Rights::read().sets["named"];
    let only = |account: &Account, role: &str| {
        let holds = |held: &String| held == role || !named.contains(held);
        &account.zone == home
            && account.roles.iter().any(|held| held == role)
            && account.roles.iter().all(holds)
    };
    let one = |role: &'static str| {
        let mut only_that = house.server.accounts.iter().filter(|account| only(account, role));
        // Of the handlers one whose unit leads a request.
        let found = only_that.find(|account| role != "handler" || account.login == "technology");
        (role, found.unwrap_or_else(|| panic!("nobody is {role} alone")).login.clone())
    };
    ONE_OF_EACH.into_iter().map(one).collect()
}

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

    /// Whoever is not of a company is of the staff, whatever they are besides.
    fn may(&self, role: &str, parent: &str, field: &str) -> bool {
        let Some(rows) = self.file.get(parent) else { return false };
        let Some(right) = rows.get(field).or_else(|| rows.get("*")) else { return false };
        let is = |allowed: &str| allowed == role || (role != "company" && allowed == "staff");
        match right.as_str() {
            Some(set) => self.sets[set].iter().any(|allowed| is(allowed)),
            None => {
                right.as_array().is_some_and(|roles| roles.iter().filter_map(toml::Value::as_str).any(is))
            }
        }
    }

    /// The roles that see all cases of the zone.
    fn zone_wide(&self) -> BTreeSet<String> {
        self.file["scope"]["zone"].clone().try_into().expect("a list of roles")
    }
}
