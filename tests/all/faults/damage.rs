//! Rows that are not what the program wrote.
use super::program::{Caller, Program, demonstration, doctor, look, number, tamper, text, until};
use super::walker::is_answered;
use serde_json::json;
use tempfile::TempDir;

#[test]
fn a_damaged_case_is_named_by_table_column_and_row_and_the_others_go_on() {
    let folder = TempDir::new().expect("a folder for temporary files");
    let data = folder.path();
    demonstration(data);
    let program = Program::start(data);
    let caller = Caller::new(&program.url, &program.sign_in(data, "clerk"));
    let listed = caller.ask("{ cases(first: 3) { nodes { id number } } }", &json!({})).expect("an answer");
    let cases = listed["data"]["cases"]["nodes"].as_array().expect("cases").clone();
    let damaged = cases[1]["number"].as_str().expect("a number");
    assert_eq!(tamper(data, &format!("UPDATE case_file SET body = '{{' WHERE number = '{damaged}'")), 1);
    let row = text(&look(data), &format!("SELECT lower(hex(id)) FROM case_file WHERE number = '{damaged}'"));

    for case in &cases {
        let answer = caller.ask("query ($id: ID!) { case(id: $id) { number } }", &json!({"id": case["id"]}));
        let answer = answer.expect("an answer");
        if case["number"] != damaged {
            assert!(is_answered(&answer), "{answer}");
            assert_eq!(answer["data"]["case"]["number"], case["number"]);
            continue;
        }
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "CORRUPT_ROW", "{answer}");
        assert_named(error["message"].as_str().expect("a message"), &row);
    }
    assert!(program.stop().success());
    let output = doctor(data);
    assert_eq!(output.status.code(), Some(1));
    assert_named(&String::from_utf8_lossy(&output.stdout), &row);
}

/// Table, column and row are told; a row's id is written with dashes.
fn assert_named(message: &str, row: &str) {
    for part in ["case_file", "body"] {
        assert!(message.contains(part), "{part} is not named: {message}");
    }
    assert!(message.replace('-', "").contains(row), "row {row} is not named: {message}");
}

#[test]
fn a_damaged_mail_does_not_keep_the_others_from_leaving() {
    let folder = TempDir::new().expect("a folder for temporary files");
    let data = folder.path();
    demonstration(data);
    let some =
        "(SELECT id FROM outbox WHERE zone_id = (SELECT id FROM zone ORDER BY key DESC) ORDER BY id LIMIT 6)";
    let queued = "state = 'queued', sent_at = NULL, leased_until = NULL, worker = NULL";
    assert_eq!(tamper(data, &format!("UPDATE outbox SET {queued} WHERE id IN {some}")), 6);
    tamper(
        data,
        &format!(
            "UPDATE outbox SET context = '' WHERE id IN {some} AND id = (SELECT min(id) FROM outbox \
        WHERE id IN {some})"
        ),
    );
    let program = Program::start(data);
    until("all mail has left or was given up", || {
        number(&look(data), "SELECT count(*) FROM outbox WHERE state = 'queued'") == 0
    });
    assert!(program.stop().success());
    let database = look(data);
    assert_eq!(number(&database, "SELECT count(*) FROM outbox WHERE state = 'dead'"), 1);
    let reason = text(&database, "SELECT error FROM outbox WHERE state = 'dead'");
    assert!(reason.contains("outbox") && reason.contains("context"), "{reason}");
    assert_eq!(doctor(data).status.code(), Some(1), "doctor tells of it");
}
