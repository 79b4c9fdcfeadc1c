//! Texts: too long, broken, or looking like something else.
use crate::client::{Visitor, filing, house, list, post_raw, text};
use serde_json::{Value, json};

const OPEN: &str =
    "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { case { id } refusal { code } } }";

fn opening(title: &str, content: &str) -> String {
    json!({"query": OPEN, "variables": {"input": {"process": "request", "answers": filing(title, content)}}})
        .to_string()
}

fn count(visitor: &Visitor) -> Value {
    visitor.ask("{ cases(first: 1) { totalCount } }", &json!({}))["cases"]["totalCount"].take()
}

#[test]
fn a_body_of_ten_megabytes_is_not_read() {
    let house = house();
    let company = house.visitor("jinlu");
    let before = count(&company);
    let bearer = format!("authorization: Bearer {}", company.token.as_deref().expect("signed in"));
    for bytes in [300_000, 10_000_000] {
        let body = opening("长文", &"x".repeat(bytes));
        for path in ["/graphql", "/session"] {
            assert_eq!(post_raw(&house.server.url, path, &bearer, body.as_bytes()), 413, "{bytes} at {path}");
        }
    }
    assert_eq!(count(&company), before);
}

#[test]
fn a_text_may_be_as_long_as_its_field_allows_and_no_longer() {
    let company = house().visitor("hetai");
    let longest = "长".repeat(5_000);
    assert_eq!(company.open(&filing(&"题".repeat(100), &longest), None)["refusal"], Value::Null);
    let over = company.open(&filing(&"题".repeat(101), &format!("{longest}长")), None);
    let codes: Vec<&Value> = list(&over["refusal"]["fields"]).iter().map(|fault| &fault["code"]).collect();
    assert_eq!(codes, ["TOO_LONG", "TOO_LONG"]);
    // Far too long, but within what a request may hold.
    let over = company.open(&filing("题目", &"x".repeat(200_000)), None);
    assert_eq!(over["refusal"]["fields"][0]["code"], "TOO_LONG", "{over}");
}

#[test]
fn control_characters_are_refused_with_their_place() {
    let company = house().visitor("hetai");
    for control in ['\u{0}', '\u{1}', '\u{7}', '\u{8}', '\u{1b}', '\u{7f}', '\u{85}', '\n'] {
        let refused = company.open(&filing(&format!("标题{control}"), "内容"), None)["refusal"].take();
        assert_eq!(refused["fields"][0]["code"], "CONTROL_CHARACTER", "{control:?}: {refused}");
        assert!(text(&refused["fields"][0]["message"]).contains('3'), "{refused}");
    }
    // A text of several lines may have them, and nothing else of the kind.
    assert_eq!(company.open(&filing("标题", "一\r\n二\t三"), None)["refusal"], Value::Null);
    assert_eq!(company.open(&filing("标题", "一\u{0}二"), None)["refusal"]["code"], "FORM");
}

#[test]
fn half_a_character_is_no_text() {
    let company = house().visitor("zhusun");
    let before = count(&company);
    let body = opening("标题MARK", "内容");
    for half in ["\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83dx"] {
        let answer = company.post(body.replace("MARK", half).as_bytes(), &[]);
        assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_REQUEST"), "{half}: {answer:?}");
    }
    let mut broken = body.clone().into_bytes();
    let at = body.find("MARK").expect("the mark");
    broken[at] = 0xFF;
    assert_eq!(company.post(&broken, &[]).status, 400);
    assert_eq!(count(&company), before);
    let whole = company.post(body.replace("MARK", "\\ud83d\\ude00").as_bytes(), &[]).json();
    assert_eq!(whole["data"]["caseOpen"]["refusal"], Value::Null, "{whole}");
}

#[test]
fn texts_that_look_like_code_come_back_as_they_were() {
    let company = house().visitor("hetai");
    for odd in [
        "'; DROP TABLE case_file; --",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }} ${7*7} %s %n {0}",
        "\" OR \"\"=\" \\ \\u0000 \\n",
        "100% _underscore_ [a-z]* ?",
        "𠮷野家 👩‍👩‍👧‍👦 e\u{301} \u{202e}مرحبا\u{202c} ﷽",
        "=cmd|' /C calc'!A0",
    ] {
        let case = company.file(odd, odd);
        let query = "query ($id: ID!, $text: String) { case(id: $id) { title facts { field text } }
            cases(filter: {text: $text}) { nodes { id } } }";
        let data = company.ask(query, &json!({"id": case, "text": odd}));
        assert_eq!(data["case"]["title"], odd);
        let facts = list(&data["case"]["facts"]).iter();
        let content = facts.into_iter().find(|fact| fact["field"] == "content").expect("the content");
        assert_eq!(content["text"], odd);
        assert_eq!(data["cases"]["nodes"], json!([{"id": case}]), "found by {odd:?} alone");
    }
    let wild = "query { a: cases(filter: {text: \"%\"}) { totalCount } b: cases(filter: {text: \"no\\u0000such\"}) { totalCount } }";
    let data = company.ask(wild, &json!({}));
    assert_eq!((&data["a"]["totalCount"], &data["b"]["totalCount"]), (&json!(2), &json!(0)));
}

#[test]
fn titles_are_in_the_language_asked_for() {
    let house = house();
    let (english, chinese) = (house.visitor("clerk"), house.visitor("clerk").in_chinese());
    let query = "{ process(key: \"request\") { title opening { title asks { title } } } }";
    let (english, chinese) = (english.ask(query, &json!({})), chinese.ask(query, &json!({})));
    assert_eq!(
        (&english["process"]["title"], &chinese["process"]["title"]),
        (&json!("Company request"), &json!("企业诉求"))
    );
    assert_eq!(english["process"]["opening"]["asks"][0]["title"], "Title");
    assert_eq!(chinese["process"]["opening"]["asks"][0]["title"], "标题");
    let company = house.visitor("qiming");
    let messages = [&company, &company.in_chinese()]
        .map(|visitor| visitor.open(&json!([]), None)["refusal"]["message"].take());
    assert_ne!(messages[0], messages[1]);
}
