//! The console in a real browser, served by the real binary.
use crate::server::Server;
use crate::workspace;
use std::process::Command;

/// Plays a script of `tests/e2e` as somebody who signs in.
fn play(script: &str, login: &str) {
    let folder = workspace::root().join("tests/e2e");
    assert!(
        folder.join("node_modules").is_dir(),
        "the browser's driver is missing: run ./test, which brings it"
    );
    let server = Server::start(&[]);
    let account = server.account(login);
    let mut node = Command::new("node");
    node.arg(folder.join(script)).args([&server.url, &account.zone, &account.login, &account.password]);
    let output = node.arg(server.dir.path().join("picture.png")).output().expect("node is installed");
    let [said, complained] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert_eq!(said, "ok\n", "{complained}");
}

#[test]
fn staff_sign_in_and_ask_in_graphiql_without_a_request_to_any_other_host() {
    play("graphiql.mjs", "clerk");
}

#[test]
fn an_administrator_says_which_mail_to_get_and_in_which_words_the_zone_writes() {
    play("mail.mjs", "administrator");
}
