//! What staff do every day around a case, over HTTP from the running server.
use crate::client::{Answer, House, Visitor, filing, house, list, send, text};
use serde_json::{Value, json};
use std::sync::Arc;

const CSV: &[u8] = "编号,企业\n1,甲\n".as_bytes();

fn company_of(visitor: &Visitor) -> Value {
    visitor.ask("{ me { person { company { id } } } }", &json!({}))["me"]["person"]["company"]["id"].take()
}

fn open(visitor: &Visitor, input: &Value) -> Value {
    let query = "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { repeated
        case { id company { id } source { system number } } refusal { code message needs fields { field code } } } }";
    visitor.ask(query, &json!({"input": input}))["caseOpen"].take()
}

#[test]
fn the_clerk_files_for_a_company_and_a_ticket_is_imported_once() {
    let house = house();
    let (clerk, company) = (house.visitor("clerk"), house.visitor("qinghe"));
    let own = company_of(&company);
    let input = |number: &str, named: &Value| {
        json!({"process": "request", "answers": filing("电话诉求", "来电反映"), "companyId": named,
            "source": {"system": "12345", "number": number}})
    };
    let first = open(&clerk, &input("GD-1", &own));
    assert_eq!(first["refusal"], Value::Null, "{first}");
    assert_eq!((&first["repeated"], &first["case"]["company"]["id"]), (&json!(false), &own));
    assert_eq!(first["case"]["source"], json!({"system": "12345", "number": "GD-1"}));
    let again = open(&clerk, &input("GD-1", &company_of(&house.visitor("huanyu"))));
    assert_eq!((&again["repeated"], &again["case"]), (&json!(true), &first["case"]));
    let seen = company.ask("query ($id: ID!) { case(id: $id) { id } }", &json!({"id": first["case"]["id"]}));
    assert_eq!(seen["case"]["id"], first["case"]["id"]);
    let home = &house.server.accounts[0].zone;
    let abroad = |one: &&crate::server::Account| one.zone != *home && one.roles == ["company"];
    let abroad = house.server.accounts.iter().find(abroad).expect("a company of another zone");
    let foreign = company_of(&house.foreigner(&abroad.login));
    for named in [foreign, json!("nonsense"), json!(""), first["case"]["id"].clone()] {
        assert_eq!(open(&clerk, &input("GD-2", &named))["refusal"]["code"], "NO_SUCH_COMPANY", "{named}");
    }
    let without =
        |named: &Value| json!({"process": "request", "answers": filing("甲乙", "丙丁"), "companyId": named});
    let query = "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { case { id } refusal { code message } } }";
    let theirs = |named: &Value| company.ask(query, &json!({"input": without(named)}));
    assert_eq!(theirs(&company_of(&house.visitor("huanyu"))), theirs(&json!("nonsense")));
    let import = company.ask(query, &json!({"input": input("GD-9", &own)}));
    assert_eq!(import["caseOpen"]["refusal"]["code"], "NOT_YOURS");
}

#[test]
fn many_at_once_are_reported_one_by_one_and_a_dry_run_does_nothing() {
    let house = house();
    let clerk = house.visitor("clerk");
    let own = company_of(&house.visitor("qinghe"));
    let item = |title: &str| json!({"process": "request", "answers": filing(title, "座谈会上提出"), "companyId": own});
    let several = |dry: bool, key: &str| {
        let query = "mutation ($input: CasesOpenInput!) { casesOpen(input: $input) { refusal { code }
            reports { outcome states { key } case { id version } refusal { code fields { field } } } } }";
        let input = json!({"items": [item("座谈一"), item("x"), item("座谈二")], "dryRun": dry, "idempotencyKey": key});
        clerk.ask(query, &json!({"input": input}))["casesOpen"]["reports"].take()
    };
    let outcomes = |reports: &Value| {
        list(reports).iter().map(|one| text(&one["outcome"]).to_owned()).collect::<Vec<_>>()
    };
    let dry = several(true, "meeting-1");
    assert_eq!(outcomes(&dry), ["WOULD", "REFUSED", "WOULD"]);
    assert_eq!((&dry[0]["case"], list(&dry[0]["states"]).len()), (&Value::Null, 1));
    let done = several(false, "meeting-1");
    assert_eq!(outcomes(&done), ["DONE", "REFUSED", "DONE"]);
    assert_eq!(outcomes(&several(false, "meeting-1")), ["REPEATED", "REFUSED", "REPEATED"]);

    let cases = [&done[0]["case"]["id"], &done[2]["case"]["id"], &json!("nonsense"), &json!("other")];
    let act = |dry: bool| {
        let query = "mutation ($input: CasesActInput!) { casesAct(input: $input) { refusal { code }
            reports { outcome case { id version } states { key } refusal { code } } } }";
        let input =
            json!({"caseIds": cases, "action": "withdraw", "dryRun": dry, "idempotencyKey": "bulk-1"});
        clerk.ask(query, &json!({"input": input}))["casesAct"]["reports"].take()
    };
    let dry = act(true);
    assert_eq!(outcomes(&dry), ["WOULD", "WOULD", "REFUSED", "REFUSED"]);
    assert_eq!((&dry[0]["case"]["version"], &dry[2]["refusal"]["code"]), (&json!(1), &json!("NO_SUCH_CASE")));
    let done = act(false);
    assert_eq!(outcomes(&done), ["DONE", "DONE", "REFUSED", "REFUSED"]);
    assert_eq!(done[0]["case"]["version"], 2);
    assert_eq!(outcomes(&act(false)), ["REPEATED", "REPEATED", "REFUSED", "REFUSED"]);
}

#[test]
fn whoever_comes_second_reads_what_changed() {
    let house = house();
    let company = house.visitor("qinghe");
    let case = company.file("变更冲突", "两人同时处理");
    company.act(&json!({"caseId": case, "action": "withdraw"}));
    let query = "mutation ($input: CaseActInput!) { caseAct(input: $input) { refusal { code currentVersion
        changes { version name actor { name } } } } }";
    let late = |visitor: &Visitor| {
        let input = json!({"caseId": case, "action": "withdraw", "expectedVersion": 1});
        visitor.ask(query, &json!({"input": input}))["caseAct"]["refusal"].take()
    };
    let refusal = late(&house.visitor("clerk"));
    assert_eq!((&refusal["code"], &refusal["currentVersion"]), (&json!("STALE"), &json!(2)));
    assert_eq!((list(&refusal["changes"]).len(), &refusal["changes"][0]["name"]), (1, &json!("withdraw")));
    let stranger = late(&house.visitor("huanyu"));
    assert_eq!((&stranger["code"], &stranger["changes"]), (&json!("NO_SUCH_CASE"), &json!([])));
}

#[test]
fn notes_go_to_and_fro_and_companies_read_no_names_of_staff() {
    let house = house();
    let (clerk, company) = (house.visitor("clerk"), house.visitor("qinghe"));
    let case = company.file("留言测试", "请答复");
    let add = |visitor: &Visitor, words: &str, internal: bool| {
        let query = "mutation ($input: NoteAddInput!) { noteAdd(input: $input) { note { id text } refusal { code } } }";
        visitor.ask(query, &json!({"input": {"caseId": case, "text": words, "internal": internal}}))["noteAdd"].take()
    };
    let first = add(&clerk, "已收到", false);
    add(&clerk, "内部：转交前核实", true);
    let own = add(&company, "谢谢", false);
    let notes = |visitor: &Visitor, page: &str| {
        let query = format!(
            "query ($id: ID!) {{ case(id: $id) {{ notes{page} {{ totalCount pageInfo {{ hasNextPage endCursor }}
            nodes {{ id text internal withdrawn fromCompany author {{ name }} }} }} }} }}"
        );
        visitor.ask(&query, &json!({"id": case}))["case"]["notes"].take()
    };
    assert_eq!(
        (&notes(&clerk, "")["totalCount"], &notes(&company, "")["totalCount"]),
        (&json!(3), &json!(2))
    );
    let theirs = notes(&company, "");
    let from_staff =
        list(&theirs["nodes"]).iter().find(|note| note["id"] == first["note"]["id"]).expect("a note");
    assert_eq!((&from_staff["author"], &from_staff["fromCompany"]), (&Value::Null, &json!(false)));
    let from_us = list(&theirs["nodes"]).iter().find(|note| note["id"] == own["note"]["id"]).expect("a note");
    assert_eq!(from_us["fromCompany"], true);
    assert_eq!(notes(&clerk, "(first: 1)")["pageInfo"]["hasNextPage"], true);
    let withdraw = |visitor: &Visitor| {
        let query = "mutation ($id: ID!) { noteWithdraw(input: {noteId: $id}) { note { text withdrawn } refusal { code } } }";
        visitor.ask(query, &json!({"id": first["note"]["id"]}))["noteWithdraw"].take()
    };
    assert_eq!(withdraw(&company)["refusal"]["code"], "NOT_YOURS");
    assert_eq!(withdraw(&house.visitor("huanyu"))["refusal"]["code"], "NO_SUCH_NOTE");
    assert_eq!(withdraw(&clerk)["note"], json!({"text": null, "withdrawn": true}));
    assert_eq!(add(&company, "内部", true)["refusal"]["code"], "NOT_YOURS");
    let huge = json!({"query": "mutation ($input: NoteAddInput!) { noteAdd(input: $input) { refusal { code } } }",
        "variables": {"input": {"caseId": case, "text": "长".repeat(4_000_000)}}});
    assert_eq!(
        crate::client::post_raw(&house.server.url, "/graphql", "x-test: 1", huge.to_string().as_bytes()),
        413
    );
}

/// Asks to add a file and answers the whole payload.
fn ask_file(visitor: &Visitor, case: &str, name: &str, kind: &str, size: usize) -> Value {
    let query = "mutation ($input: AttachmentRequestInput!) { attachmentRequest(input: $input) {
        uploadUrl expiresAt attachment { id url name } refusal { code fields { field code } } } }";
    let input = json!({"caseId": case, "name": name, "mediaType": kind, "size": size});
    visitor.ask(query, &json!({"input": input}))["attachmentRequest"].take()
}

fn put(house: &Arc<House>, path: &str, content: &[u8]) -> Answer {
    send("PUT", &format!("{}{path}", house.server.url), &[("accept-language", "en")], content)
}

fn get(visitor: &Visitor, house: &Arc<House>, path: &str) -> Answer {
    let bearer = visitor.token.as_ref().map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
    send("GET", &format!("{}{path}", house.server.url), &headers, b"")
}

#[test]
fn a_file_is_brought_once_and_handed_out_to_be_saved() {
    let house = house();
    let company = house.visitor("qinghe");
    let case = company.file("附件测试", "见附件");
    let name = "../名单 \"2026\";\r.csv".replace('\r', "");
    let asked = ask_file(&company, &case, &name, "text/csv", CSV.len());
    assert_eq!((&asked["refusal"], &asked["attachment"]["url"]), (&Value::Null, &Value::Null), "{asked}");
    let path = text(&asked["uploadUrl"]);
    let long = put(&house, path, &[CSV, b"x"].concat());
    assert_eq!((long.status, long.code().as_str()), (413, "TOO_LONG"), "{long:?}");
    let lie = put(&house, path, &b"<!doctype html>     "[..CSV.len()]);
    assert_eq!((lie.status, lie.code().as_str()), (415, "WRONG_TYPE"), "{lie:?}");
    assert!(lie.text.contains("text/html"), "it is said what was found: {lie:?}");
    let short = put(&house, path, &CSV[..5]);
    assert_eq!((short.status, short.code().as_str()), (400, "TOO_SHORT"), "{short:?}");
    let brought = put(&house, path, CSV);
    assert_eq!(brought.status, 201, "{brought:?}");
    let twice = put(&house, path, CSV);
    assert_eq!((twice.status, twice.code().as_str()), (404, "NO_SUCH_UPLOAD"));
    for never in
        ["/attachments/x", "/attachments/..%2f..%2fetc%2fpasswd", "/attachments/%00", "/attachments/%ff"]
    {
        assert_eq!(put(&house, never, CSV).status, 404, "{never}");
    }

    let listed = company.ask(
        "query ($id: ID!) { case(id: $id) { attachments { name size url sha256 } } }",
        &json!({"id": case}),
    );
    let file = &listed["case"]["attachments"][0];
    assert_eq!((&file["name"], text(&file["sha256"]).len()), (&json!(name), 64));
    let url = text(&file["url"]);
    let fetched = get(&company, &house, url);
    assert_eq!((fetched.status, fetched.text.as_bytes()), (200, CSV));
    let header = |name: &str| fetched.headers.get(name).map(String::as_str).unwrap_or_default();
    assert!(header("content-disposition").starts_with("attachment; filename*=UTF-8''..%2F"), "{fetched:?}");
    assert!(!header("content-disposition").contains('"'));
    assert_eq!((header("content-type"), header("x-content-type-options")), ("text/csv", "nosniff"));
    assert!(header("content-security-policy").starts_with("sandbox"));
    assert_eq!(get(&house.nobody(), &house, url).status, 401);
    let missing = get(&house.visitor("huanyu"), &house, "/attachments/AAAA");
    let foreign = get(&house.visitor("huanyu"), &house, url);
    assert_eq!((foreign.status, &foreign.text), (404, &missing.text));
    assert_eq!(get(&house.foreigner("clerk"), &house, url).status, 404);
    assert_eq!(get(&company, &house, path).status, 404, "a token is no id");
}

#[test]
fn files_that_may_not_be_are_refused_before_they_are_sent() {
    let house = house();
    let company = house.visitor("qinghe");
    let case = company.file("附件拒绝", "见附件");
    for (name, kind, size, field) in [
        ("a.svg", "image/svg+xml", 9, "mediaType"),
        ("a.html", "text/html", 9, "mediaType"),
        ("a.exe", "text/plain", 9, "name"),
        ("", "text/plain", 9, "name"),
        ("a.txt", "text/plain", 0, "size"),
        ("a.txt", "text/plain", 21 * 1024 * 1024, "size"),
    ] {
        let refused = ask_file(&company, &case, name, kind, size);
        assert_eq!(refused["refusal"]["fields"][0]["field"], field, "{refused}");
        assert_eq!(refused["uploadUrl"], Value::Null);
    }
    let strange = ask_file(&house.visitor("huanyu"), &case, "a.txt", "text/plain", 9);
    assert_eq!(strange["refusal"], ask_file(&company, "nonsense", "a.txt", "text/plain", 9)["refusal"]);
}

#[test]
fn staff_follow_cases_see_who_else_looks_and_keep_snippets() {
    let house = house();
    let (clerk, dispatcher, company) =
        (house.visitor("clerk"), house.visitor("dispatcher"), house.visitor("qinghe"));
    let case = company.file("关注测试", "请关注");
    let watch = |visitor: &Visitor, watching: bool| {
        let query = "mutation ($input: CaseWatchInput!) { caseWatch(input: $input) { case { watching watchers { login } } refusal { code } } }";
        visitor.answer(query, &json!({"input": {"caseId": case, "watching": watching}}))
    };
    assert_eq!(watch(&company, true).code(), "FORBIDDEN");
    let watched = watch(&dispatcher, true).json()["data"]["caseWatch"]["case"].take();
    assert_eq!(watched, json!({"watching": true, "watchers": [{"login": "dispatcher"}]}));
    let filtered = |visitor: &Visitor| {
        let query = "{ cases(filter: {watching: true}, first: 100) { nodes { id watching } } }";
        visitor.ask(query, &json!({}))["cases"]["nodes"].to_string().contains(&case)
    };
    assert_eq!((filtered(&dispatcher), filtered(&clerk)), (true, false));
    watch(&dispatcher, false);
    assert!(!filtered(&dispatcher));
    let look = "mutation ($id: ID!) { caseLook(input: {caseId: $id}) { case { lookers { person { login } } } refusal { code } } }";
    clerk.ask(look, &json!({"id": case}));
    let seen = dispatcher.ask(look, &json!({"id": case}))["caseLook"]["case"]["lookers"].to_string();
    assert!(seen.contains("\"clerk\"") && seen.contains("\"dispatcher\""), "{seen}");
    assert_eq!(company.answer(look, &json!({"id": case})).code(), "FORBIDDEN");
    let missing = clerk.ask(look, &json!({"id": "nonsense"}))["caseLook"]["refusal"]["code"].take();
    assert_eq!(missing, "NO_SUCH_CASE");

    let add = "mutation ($input: SnippetAddInput!) { snippetAdd(input: $input) { snippet { id title unit { key } } refusal { code } } }";
    let zone = clerk.ask(add, &json!({"input": {"title": "开场白", "text": "您好", "zoneWide": true}}));
    assert_eq!(zone["snippetAdd"]["refusal"], Value::Null);
    let handler = house.visitor("technology");
    let unit = handler.ask(add, &json!({"input": {"title": "科技专用", "text": "已联系"}}));
    assert_eq!(unit["snippetAdd"]["snippet"]["unit"]["key"], "technology");
    let titles =
        |visitor: &Visitor| visitor.ask("{ snippets { title } }", &json!({}))["snippets"].to_string();
    assert!(titles(&handler).contains("开场白") && titles(&handler).contains("科技专用"));
    assert!(!titles(&house.visitor("finance")).contains("科技专用"));
    assert_eq!(company.answer("{ snippets { title } }", &json!({})).code(), "FORBIDDEN");
}
