//! A case that has one of everything, so that every field of it has something to show.
use super::schema::Example;
use crate::client::{House, Visitor, accepting, filing, list, send, text};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// The example as somebody tries it: the full case where they see it, else one of theirs.
pub(super) fn example(house: &Arc<House>, visitor: &Visitor) -> Example {
    let full = furnished(house);
    let token = "mutation { apiTokenCreate(input: {name: \"walk\", scopes: [READ],
        expiresAt: \"2026-12-23T00:00:00Z\"}) { refusal { message } } }";
    assert_eq!(visitor.ask(token, &json!({}))["apiTokenCreate"]["refusal"], Value::Null);
    visitor.ask("mutation { ownExport { data } }", &json!({}));
    let query = "query ($id: ID!) { case(id: $id) { id availableActions { key } } }";
    let case = match visitor.ask(query, &json!({"id": full}))["case"].take() {
        Value::Null => visitor.cases("id availableActions { key }").into_iter().next(),
        seen => Some(seen),
    };
    let case = case.expect("the visitor sees a case");
    let action = case["availableActions"][0]["key"].as_str().unwrap_or("accept");
    // Companies have none: to them any id names nothing.
    let imports = visitor.answer("{ companyImports { id } }", &json!({})).json();
    let import = imports["data"]["companyImports"][0]["id"].as_str().unwrap_or("none");
    Example { case: text(&case["id"]).to_owned(), action: action.to_owned(), import: import.to_owned() }
}

/// The case, made by whoever asks first: it is the one of its ticket.
fn furnished(house: &Arc<House>) -> String {
    static BUSY: Mutex<()> = Mutex::new(());
    let _busy = BUSY.lock().unwrap_or_else(PoisonError::into_inner);
    let (clerk, company) = (house.visitor("clerk"), house.visitor("qiming"));
    let of = company.ask("{ me { person { company { id } } } }", &json!({}));
    let query = "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { repeated case { id } } }";
    let input = json!({"process": "request", "answers": filing("路灯不亮", "园区东路路灯不亮"),
        "companyId": of["me"]["person"]["company"]["id"], "source": {"system": "12345", "number": "T-1"}});
    let opened = clerk.ask(query, &json!({"input": input}))["caseOpen"].take();
    let case = opened["case"]["id"].clone();
    if opened["repeated"] == false {
        furnish(house, &case);
    }
    text(&case).to_owned()
}

/// Gives a clerk the same role in another unit, which changes no right of theirs.
fn posted(house: &Arc<House>, unit: &Value) {
    let administrator = house.visitor("administrator");
    let clerks = "{ people(role: \"clerk\") { id roles unit { id } } }";
    let clerk = administrator.ask(clerks, &json!({}))["people"][0].take();
    let query =
        "mutation ($input: PersonPostsSetInput!) { personPostsSet(input: $input) { refusal { message } } }";
    let input = json!({"personId": clerk["id"], "unitId": clerk["unit"]["id"], "roles": clerk["roles"],
        "posts": [{"unitId": unit, "role": "clerk"}]});
    let set = administrator.ask(query, &json!({"input": input}));
    assert_eq!(set["personPostsSet"]["refusal"], Value::Null);
}

fn furnish(house: &Arc<House>, case: &Value) {
    let (clerk, company) = (house.visitor("clerk"), house.visitor("qiming"));
    let (dispatcher, handler) = (house.visitor("dispatcher"), house.visitor("technology"));
    let act = |by: &Visitor, case: &Value, action: &str, answers: Value| {
        let acted = by.act(&json!({"caseId": case, "action": action, "answers": answers}));
        assert_eq!(acted["refusal"], Value::Null, "{action}");
    };
    let units = clerk.ask("{ units { id key } }", &json!({}))["units"].take();
    let unit = |key: &str| {
        list(&units).iter().find(|unit| unit["key"] == key).unwrap_or_else(|| panic!("no unit {key}"))["id"]
            .clone()
    };
    act(&clerk, case, "accept", accepting("general"));
    let dispatch = json!([
        {"field": "unit", "value": {"unit": unit("technology")}},
        {"field": "co_units", "value": {"units": [unit("planning")]}},
        {"field": "co_task", "value": {"text": "核对线路"}},
    ]);
    act(&dispatcher, case, "dispatch", dispatch);
    let second = json!(company.file("路灯又不亮", "园区东路路灯又不亮"));
    act(&clerk, &second, "merge", json!([{"field": "master", "value": {"case": case}}]));
    let say = |by: &Visitor, words: &str, internal: bool| {
        let query = "mutation ($input: NoteAddInput!) { noteAdd(input: $input) { refusal { message } } }";
        let said = by.ask(query, &json!({"input": {"caseId": case, "text": words, "internal": internal}}));
        assert_eq!(said["noteAdd"]["refusal"], Value::Null);
    };
    say(&company, "晚班员工反映较多", false);
    say(&handler, "先查配电箱", true);
    let query = "mutation ($input: AttachmentRequestInput!) {
        attachmentRequest(input: $input) { uploadUrl refusal { message } } }";
    let content = "东路一至六号灯杆".as_bytes();
    let input = json!({"caseId": case, "name": "灯杆.txt", "mediaType": "text/plain", "size": content.len()});
    let awaited = company.ask(query, &json!({"input": input}))["attachmentRequest"].take();
    let url = format!("{}{}", house.server.url, text(&awaited["uploadUrl"]));
    let put = send("PUT", &url, &[("content-type", "text/plain")], content);
    assert_eq!(put.status, 201, "{put:?}");
    let query = "mutation { companyImportRequest(input: {name: \"a.csv\"}) { uploadUrl } }";
    let awaited = clerk.ask(query, &json!({}))["companyImportRequest"].take();
    let url = format!("{}{}", house.server.url, text(&awaited["uploadUrl"]));
    let sheet = "企业名称,统一社会信用代码,人数\n甲,1,2\n";
    let put = send("PUT", &url, &[("content-type", "text/csv")], sheet.as_bytes());
    assert_eq!(put.status, 201, "{put:?}");
    for by in [&clerk, &dispatcher] {
        by.ask(
            "mutation ($id: ID!) { caseLook(input: {caseId: $id}) { refusal { code } }
                caseWatch(input: {caseId: $id, watching: true}) { refusal { code } } }",
            &json!({"id": case}),
        );
    }
    let words = "mutation { mailWordingSet(input: {kind: \"request-withdrawn\", language: EN,
        words: {subject: \"{{ case.number }}\", happened: \"Withdrawn.\", next: \"Nothing.\"}}) { refusal { code } } }";
    let set = house.visitor("administrator").ask(words, &json!({}));
    assert_eq!(set["mailWordingSet"]["refusal"], Value::Null);
    posted(house, &unit("planning"));
    let snippet = "mutation { snippetAdd(input: {title: \"收到\", text: \"已收到，正在核实。\", zoneWide: true}) { refusal { code } } }";
    assert_eq!(clerk.ask(snippet, &json!({}))["snippetAdd"]["refusal"], Value::Null);
}
