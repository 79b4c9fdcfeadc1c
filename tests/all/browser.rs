//! The console in a real browser, served by the real binary.
use crate::server::Server;
use crate::workspace;
use std::process::Command;

#[test]
fn staff_sign_in_and_ask_in_graphiql_without_a_request_to_any_other_host() {
    walk("graphiql");
}

#[test]
fn staff_search_by_keys_alone_and_open_what_they_find() {
    walk("search");
}

/// Lets a clerk of the demonstration do what a script of `tests/e2e` does.
fn walk(script: &str) {
    let folder = workspace::root().join("tests/e2e");
    assert!(
        folder.join("node_modules").is_dir(),
        "the browser's driver is missing: run ./test, which brings it"
    );
    let server = Server::start(&[]);
    let clerk = server.account("clerk");
    let mut node = Command::new("node");
    node.arg(folder.join(format!("{script}.mjs")));
    node.args([&server.url, &clerk.zone, &clerk.login, &clerk.password]);
    let output = node.arg(server.dir.path().join("picture.png")).output().expect("node is installed");
    let [said, complained] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert_eq!(said, "ok\n", "{complained}");
}
