//! Who may import whom. ARCHITECTURE.md draws this table; here it is law.
use crate::workspace::{self, text};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use toml::Table;

mod tests;

/// Each crate of ours and those it may import. A new crate gets a row.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("calendar", &[]),
    ("condition", &[]),
    ("sheet", &[]),
    ("workflow", &["calendar", "condition"]),
    ("policy", &["calendar", "condition"]),
    ("migrations", &[]),
    ("store", &["migrations", "policy", "workflow"]),
    ("notify", &["calendar", "store", "workflow"]),
    ("desk", &["calendar", "condition", "policy", "sheet", "store", "workflow"]),
    ("service", &["desk", "policy", "workflow"]),
    ("app", EVERY_CRATE),
    ("tests", EVERY_CRATE),
];

const EVERY_CRATE: &[&str] =
    &["calendar", "condition", "desk", "notify", "policy", "service", "sheet", "store", "workflow"];

/// Libraries that only some crates may name. `tests` looks at everything and may name them all.
const KEEPERS: &[(&str, &[&str])] = &[
    ("sea-orm", &["store"]),
    ("sea-orm-migration", &["migrations", "store"]),
    ("sqlx", &["store"]),
    ("lettre", &["notify"]),
    ("async-graphql", &["service"]),
    ("poem", &["app", "service"]),
    ("tokio", &["app", "desk", "notify", "service", "store"]),
    ("getrandom", &["app", "desk"]),
    ("rand", &[]),
    ("calamine", &["sheet"]),
    ("rust-xlsxwriter", &["sheet"]),
];

/// What the tests of a crate may name beyond what the crate itself may: nothing, so far.
const ALSO_IN_TESTS: &[(&str, &[&str])] = &[];

/// Libraries that a crate must not even reach through others.
const NEVER_REACHES: &[(&str, &[&str])] = &[
    ("calendar", OUTSIDE),
    ("condition", OUTSIDE),
    ("sheet", OUTSIDE),
    ("workflow", OUTSIDE),
    ("policy", OUTSIDE),
    ("migrations", &["async-graphql", "lettre", "poem"]),
    ("store", &["async-graphql", "lettre", "poem"]),
    ("notify", &["async-graphql", "poem"]),
    ("desk", &["async-graphql", "lettre", "poem"]),
    ("service", &["lettre"]),
    // Its binary is built without the desk; its tests may name what they like.
    ("tests", OUTSIDE),
];

/// Everything that writes, sends or waits.
const OUTSIDE: &[&str] = &["async-graphql", "lettre", "poem", "sea-orm", "sqlx", "sqlx-core", "tokio"];

#[test]
fn every_manifest_imports_only_what_the_table_allows() {
    let workspace = manifest(&workspace::read("Cargo.toml"));
    let mut crates = Vec::new();
    let mut wrong = Vec::new();
    for path in
        workspace::files().iter().filter(|path| path.file_name().is_some_and(|name| name == "Cargo.toml"))
    {
        let manifest = manifest(&workspace::read(path));
        let Some(package) = manifest.get("package") else { continue };
        crates.push(package["name"].as_str().expect("a package has a name").to_owned());
        wrong.extend(breaches(&manifest, &workspace, ALSO_IN_TESTS));
    }
    crates.sort();
    let mut rows: Vec<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    rows.sort_unstable();
    assert_eq!(crates, rows, "every crate has a row and every row a crate");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_crate_reaches_through_others_what_it_may_not_name() {
    let metadata = workspace::metadata();
    let graph = Graph::of(&metadata);
    let mut wrong = Vec::new();
    for (from, forbidden) in NEVER_REACHES {
        wrong.extend(forbidden.iter().filter_map(|to| graph.path(from, to)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The walk must see what is known to be there, or an empty answer would mean nothing.
    assert!(graph.path("store", "tokio").is_some(), "store reaches tokio through sea-orm");
}

/// The tables of dependencies, in today's spelling and the one that cargo still reads, and which are for tests.
const TABLES: [(&str, bool); 5] = [
    ("dependencies", false),
    ("build-dependencies", false),
    ("build_dependencies", false),
    ("dev-dependencies", true),
    ("dev_dependencies", true),
];

/// Every breach of the law by one manifest, in words.
fn breaches(manifest: &Table, workspace: &Table, also_in_tests: &[(&str, &[&str])]) -> Vec<String> {
    let name = manifest["package"]["name"].as_str().expect("a package has a name");
    let Some(allowed) = row(MAY_IMPORT, name) else { return vec![format!("{name} has no row in the table")] };
    let listed = row(also_in_tests, name).unwrap_or_default();
    let mut breaches = Vec::new();
    for (import, in_tests) in imports(manifest, workspace) {
        let import = import.as_str();
        if in_tests && listed.contains(&import) {
            continue;
        }
        if row(MAY_IMPORT, import).is_some() && !allowed.contains(&import) {
            breaches.push(format!("{name} may not import {import}; of ours it may import {allowed:?}"));
        }
        let keepers = row(KEEPERS, import).filter(|keepers| name != "tests" && !keepers.contains(&name));
        if let Some(keepers) = keepers {
            breaches.push(format!("{name} may not import {import}, which belongs to {keepers:?}"));
        }
    }
    breaches
}

/// The package behind each dependency, whatever it is called here and in whichever table it stands, and
/// whether only tests see it.
fn imports(manifest: &Table, workspace: &Table) -> Vec<(String, bool)> {
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(Table::values);
    let places = std::iter::once(manifest).chain(targets.filter_map(toml::Value::as_table));
    let mut imports = Vec::new();
    for place in places {
        for (table, in_tests) in TABLES {
            for (key, value) in place.get(table).and_then(toml::Value::as_table).into_iter().flatten() {
                let inherited = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                let value = if inherited { &workspace["workspace"]["dependencies"][key] } else { value };
                let package = value.get("package").and_then(toml::Value::as_str).unwrap_or(key);
                imports.push((package.replace('_', "-"), in_tests));
            }
        }
    }
    imports
}

fn row<'a>(table: &[(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(row, _)| *row == name).map(|(_, cells)| *cells)
}

fn manifest(text: &str) -> Table {
    toml::from_str(text).expect("a manifest is TOML")
}

/// The resolved normal dependencies of every package, on every platform.
struct Graph<'a> {
    names: BTreeMap<&'a str, &'a str>,
    edges: BTreeMap<&'a str, Vec<&'a str>>,
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("cargo metadata gives a list")
}

impl<'a> Graph<'a> {
    fn of(metadata: &'a Value) -> Self {
        let is_normal = |edge: &&Value| list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        let names =
            list(&metadata["packages"]).iter().map(|package| (text(package, "id"), text(package, "name")));
        let edges = list(&metadata["resolve"]["nodes"]).iter().map(|node| {
            let normal = list(&node["deps"]).iter().filter(is_normal).map(|edge| text(edge, "pkg"));
            (text(node, "id"), normal.collect())
        });
        Self { names: names.collect(), edges: edges.collect() }
    }

    /// The shortest way from one package to another, in words.
    fn path(&self, from: &str, to: &str) -> Option<String> {
        let start = self.names.iter().find(|(_, name)| **name == from);
        let (start, _) = start.unwrap_or_else(|| panic!("{from} is not in the workspace"));
        let mut came_from = BTreeMap::from([(*start, None)]);
        let mut queue = VecDeque::from([*start]);
        while let Some(id) = queue.pop_front() {
            if self.names[id] == to {
                let mut way = vec![to];
                let mut at = id;
                while let Some(before) = came_from[at] {
                    way.push(self.names[before]);
                    at = before;
                }
                way.reverse();
                return Some(format!("{from} must not reach {to}: {}", way.join(" -> ")));
            }
            for next in self.edges.get(id).into_iter().flatten() {
                if !came_from.contains_key(next) {
                    came_from.insert(next, Some(id));
                    queue.push_back(next);
                }
            }
        }
        None
    }
}
