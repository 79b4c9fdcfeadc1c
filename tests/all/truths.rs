//! What is checked in about the API is what the binary says of itself. `UPDATE=1` writes it anew.
use crate::client::house;
use crate::workspace;
use std::path::Path;
use std::process::Command;

/// Each checked-in file with the command that prints it.
const TRUTHS: [(&str, &str); 2] = [("schema.graphql", "schema"), ("docs/rights.md", "rights")];

#[test]
fn the_schema_and_the_rights_are_checked_in_as_the_binary_prints_them() {
    let mut outdated = Vec::new();
    for (file, command) in TRUTHS {
        let output =
            Command::new(crate::server::binary()).arg(command).output().expect("the binary can be started");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        let path = workspace::root().join(file);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &output.stdout).unwrap_or_else(|error| panic!("{file}: {error}"));
        } else if std::fs::read(&path).ok() != Some(output.stdout) {
            outdated.push(file);
        }
    }
    assert!(
        outdated.is_empty(),
        "{outdated:?} differ from what the binary prints: run ./test update and read the diff"
    );
}

#[test]
fn clients_that_introspect_and_clients_that_read_the_file_see_one_schema() {
    let house = house();
    let token = house.visitor("clerk").token.expect("a member of staff");
    let schema = workspace::root().join("schema.graphql");
    let schema = schema.to_str().expect("a path in UTF-8");
    let said = conformance(&["introspection.mjs", &graphql(&house.server.url), schema, &bearer(&token)]);
    assert_eq!(said, "one schema");
}

#[test]
fn every_audit_of_graphql_over_http_passes_for_staff_and_for_strangers() {
    let house = house();
    let url = graphql(&house.server.url);
    let token = house.visitor("clerk").token.expect("a member of staff");
    assert_eq!(conformance(&["audit.mjs", &url, &bearer(&token)]), "61 passed, 0 failed");
    assert_eq!(conformance(&["audit.mjs", &url]), "61 passed, 0 failed");
}

#[test]
fn the_schema_is_written_as_clients_expect_and_its_judge_finds_what_is_not() {
    let schema = workspace::root().join("schema.graphql");
    assert_eq!(conformance(&["style.mjs", schema.to_str().expect("a path in UTF-8")]), "no fault of style");
    for (right, wrong, rule) in [
        ("CaseEdge", "CaseRow", "relay-edge-types"),
        ("hasNextPage: Boolean!", "hasNextPage: Int!", "relay-page-info"),
        ("\"\"\"\nA company of the zone.\n\"\"\"\n", "", "require-description"),
    ] {
        let spoilt = Spoilt::new(right, wrong);
        let said = conformance(&["style.mjs", spoilt.path()]);
        assert!(said.contains(rule), "{right} as {wrong:?}: {said}");
    }
}

#[test]
fn nothing_in_the_schema_breaks_clients_of_the_last_release() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(workspace::root())
            .output()
            .expect("git is installed");
        output.status.success().then_some(output.stdout)
    };
    let now = workspace::root().join("schema.graphql");
    let now = now.to_str().expect("a path in UTF-8");
    // The judge first: it must see what breaks.
    let spoilt = Spoilt::new("\tlogin: String\n", "\tsurname: String\n");
    assert_eq!(conformance(&["breaking.mjs", now, spoilt.path()]), "Person.login was removed.");
    match git(&["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"]) {
        None => println!("there is no release yet, so nothing can break its clients"),
        Some(tag) => {
            let tag = String::from_utf8_lossy(&tag).trim().to_owned();
            let released = git(&["show", &format!("{tag}:schema.graphql")]).expect("a release has a schema");
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), released).expect("the released schema");
            let released = file.path().to_str().expect("a path in UTF-8");
            assert_eq!(conformance(&["breaking.mjs", released, now]), "nothing breaks", "since {tag}");
        }
    }
}

/// The schema with a fault in it.
struct Spoilt(tempfile::NamedTempFile);

impl Spoilt {
    fn new(right: &str, wrong: &str) -> Self {
        let schema = workspace::read("schema.graphql");
        assert!(schema.contains(right), "{right:?} is in the schema");
        let file = tempfile::Builder::new().suffix(".graphql").tempfile().expect("a file");
        std::fs::write(file.path(), schema.replace(right, wrong)).expect("a schema");
        Self(file)
    }

    fn path(&self) -> &str {
        self.0.path().to_str().expect("a path in UTF-8")
    }
}

#[test]
fn the_python_client_gql_fetches_the_schema_and_walks_a_list() {
    let house = house();
    let token = house.visitor("clerk").token.expect("a member of staff");
    let root = workspace::root();
    let mut python = Command::new(root.join(".venv/bin/python"));
    python.arg(root.join("tests/conformance/gql_client.py")).args([&graphql(&house.server.url), &token]);
    let output = python.output().expect("Python's packages are installed: run ./test");
    let [said, complained] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert_eq!(said, "ok\n", "{complained}");
}

fn graphql(url: &str) -> String {
    format!("{url}/graphql")
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// What a script of `tests/conformance` says.
fn conformance(arguments: &[&str]) -> String {
    let folder = workspace::root().join("tests/conformance");
    assert!(
        Path::new(&folder).join("node_modules").is_dir(),
        "the judges are missing: run ./test, which brings them"
    );
    let output =
        Command::new("node").args(arguments).current_dir(folder).output().expect("node is installed");
    let said = String::from_utf8_lossy(&output.stdout);
    format!("{said}{}", String::from_utf8_lossy(&output.stderr)).trim().to_owned()
}
