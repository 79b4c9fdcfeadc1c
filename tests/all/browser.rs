//! The console in a real browser, served by the real binary.
use crate::server::Server;
use crate::workspace;
use std::path::Path;
use std::process::Command;

#[test]
fn staff_sign_in_and_ask_in_graphiql_without_a_request_to_any_other_host() {
    alone("graphiql", "clerk");
}

#[test]
fn staff_search_by_keys_alone_and_open_what_they_find() {
    alone("search", "clerk");
}

#[test]
fn an_administrator_says_which_mail_to_get_and_in_which_words_the_zone_writes() {
    alone("mail", "administrator");
}

#[test]
fn people_take_their_data_along_and_staff_say_why_before_they_see_more() {
    let server = Server::start(&[]);
    let accounts = ["company", "clerk", "administrator"].map(|role| server.account(role).login.as_str());
    let clerk = server.account("clerk");
    let given = [&[server.url.as_str(), &clerk.zone, &clerk.password], accounts.as_slice()].concat();
    drive("people", &given, &server.dir.path().join("people"));
}

/// Lets somebody of the demonstration do what a script does.
fn alone(script: &str, login: &str) {
    let server = Server::start(&[]);
    let account = server.account(login);
    let given = [&*server.url, &account.zone, &account.login, &account.password];
    drive(script, &given, &server.dir.path().join("picture.png"));
}

/// Uses the console as a script of `tests/e2e` says, which leaves pictures.
fn drive(script: &str, given: &[&str], pictures: &Path) {
    let folder = workspace::root().join("tests/e2e");
    assert!(
        folder.join("node_modules").is_dir(),
        "the browser's driver is missing: run ./test, which brings it"
    );
    let mut node = Command::new("node");
    node.arg(folder.join(format!("{script}.mjs"))).args(given).arg(pictures);
    let output = node.output().expect("node is installed");
    let [said, complained] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert_eq!(said, "ok\n", "{complained}");
}
