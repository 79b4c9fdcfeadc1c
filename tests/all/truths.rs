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
