//! What happens of itself when the virtual clock moves.
use crate::client::{House, NOW, chosen, list, send, text};
use serde_json::{Value, json};

fn forward(house: &House, now: &str) -> (u16, Value) {
    let url = format!("{}/clock", house.server.metrics_url);
    let answer = send(
        "POST",
        &url,
        &[("content-type", "application/json")],
        json!({"now": now}).to_string().as_bytes(),
    );
    (answer.status, answer.json())
}

/// Every mail in the folder, as text.
fn mails(house: &House) -> Vec<String> {
    let folder = house.server.dir.path().join("mail");
    let files =
        std::fs::read_dir(folder).expect("the folder of mails").map(|entry| entry.expect("a mail").path());
    let mails = files.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
    mails.map(|path| std::fs::read_to_string(path).expect("a mail is text")).collect()
}

#[test]
fn a_deadline_that_passes_marks_the_case_and_mails_those_who_must_know() {
    // Its clock moves, so it is nobody else's; and a day ends every session.
    let house = House::open();
    let case = house.visitor("qiming").file("逾期测试", "测试办结时限");
    let accept = chosen(&[("nature", "consultation"), ("urgency", "normal")]);
    let acted = house.visitor("clerk").act(&json!({"caseId": case, "action": "accept", "answers": accept}));
    let number = text(&acted["case"]["number"]).to_owned();
    let query = "query ($id: ID!) { case(id: $id) { version dueAt marks { key } clocks { key overdue dueAt }
        timeline(last: 1) { nodes { kind name actor { id } } } } }";
    let found = house.visitor("clerk").ask(query, &json!({"id": case}))["case"].take();
    assert_eq!(
        (&found["marks"], &found["dueAt"]),
        (&json!([]), &json!("2026-11-25T09:30:00.000Z")),
        "{found}"
    );
    for (refused, now) in [(409, "2026-11-22T02:00:00Z"), (400, "yesterday")] {
        assert_eq!(forward(&house, now).0, refused, "{now}");
    }
    assert_eq!(forward(&house, NOW).0, 200, "to stand still is no way back");
    assert_eq!(forward(&house, "2026-11-25T09:30:01Z"), (200, json!({"now": "2026-11-25T09:30:01Z"})));
    let ended = house.visitor("clerk").answer("{ me { login } }", &json!({}));
    assert_eq!(ended.code(), "UNAUTHENTICATED", "a session ends");
    house.forget();
    let found = house.visitor("clerk").ask(query, &json!({"id": case}))["case"].take();
    let marks: Vec<&str> = list(&found["marks"]).iter().map(|mark| text(&mark["key"])).collect();
    assert_eq!(marks, ["overdue"], "{found}");
    assert!(list(&found["clocks"]).iter().any(|clock| clock["overdue"] == true), "{found}");
    assert_eq!(
        found["timeline"]["nodes"],
        json!([{"kind": "TIMER", "name": "clock.finish.breach", "actor": null}])
    );
    assert_eq!(found["version"], 4, "filed, accepted, warned, breached");
    let told = |mail: &String| mail.contains("request-overdue") || mail.contains(&number);
    let overdue: Vec<String> =
        mails(&house).into_iter().filter(told).filter(|mail| mail.contains("supervisor@")).collect();
    assert!(!overdue.is_empty(), "the supervisor is told");
    let query = "query ($id: ID!) { case(id: $id) { mails { template state address } } }";
    let found = house.visitor("clerk").ask(query, &json!({"id": case}))["case"]["mails"].take();
    let to_supervisor = list(&found)
        .iter()
        .find(|mail| mail["template"] == "request-overdue" && text(&mail["address"]).starts_with("s***@"));
    assert_eq!(to_supervisor.expect("a mail")["state"], "SENT", "{found}");
}
