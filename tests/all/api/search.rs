//! Search: who finds what, and that nothing that is typed is an error.
use crate::client::{House, Visitor, house, list, text};
use serde_json::{Value, json};

const SEARCH: &str =
    "query ($text: String!, $kinds: [SearchKind!]) { search(text: $text, kinds: $kinds, first: 50) {
    edges { node { __typename id ... on Case { number title } ... on Company { name } ... on Note { text } }
        snippet { text matched } }
    counts { kind count capped } complete refusal { code message fields { field code message } } } }";

fn search(visitor: &Visitor, text: &str) -> Value {
    visitor.ask(SEARCH, &json!({"text": text, "kinds": null}))["search"].take()
}

/// How many of each type are found; the counts say the same.
fn found(visitor: &Visitor, text: &str) -> [usize; 3] {
    let answer = search(visitor, text);
    assert_eq!(answer["refusal"], Value::Null, "{text}: {answer}");
    let of =
        |kind: &str| list(&answer["edges"]).iter().filter(|edge| edge["node"]["__typename"] == kind).count();
    let found = [of("Company"), of("Case"), of("Note")];
    let counted: Vec<&Value> = list(&answer["counts"]).iter().map(|count| &count["count"]).collect();
    assert_eq!(json!(counted), json!(found), "{text}: {answer}");
    found
}

fn note(visitor: &Visitor, case: &str, said: &str, internal: bool) -> String {
    let add =
        "mutation ($input: NoteAddInput!) { noteAdd(input: $input) { note { id } refusal { message } } }";
    let input = json!({"caseId": case, "text": said, "internal": internal});
    text(&visitor.ask(add, &json!({"input": input}))["noteAdd"]["note"]["id"]).to_owned()
}

#[test]
fn everybody_finds_what_they_see_and_counts_tell_no_more() {
    let house = House::open();
    let (company, rival, clerk) = (house.visitor("qiming"), house.visitor("tuoye"), house.visitor("clerk"));
    let foreigner = house.foreigner("clerk");
    let case = company.file("翡翠鹦鹉的笼子坏了", "请派人修理翡翠鹦鹉的笼子");
    note(&clerk, &case, "翡翠鹦鹉已转交", false);
    let internal = note(&clerk, &case, "翡翠鹦鹉另有隐情", true);
    for word in ["翡翠鹦鹉", "fcyw", "翠"] {
        let by_initials = word == "fcyw";
        let notes = |all: usize| if by_initials { 0 } else { all };
        assert_eq!(found(&clerk, word), [0, 1, notes(2)], "{word}");
        assert_eq!(found(&company, word), [0, 1, notes(1)], "{word}");
        assert_eq!(found(&rival, word), [0, 0, 0], "{word}");
        assert_eq!(found(&foreigner, word), [0, 0, 0], "{word}");
    }
    // Whoever has nothing to do with it is not told of it either.
    assert_eq!(found(&house.visitor("technology"), "翡翠鹦鹉"), [0, 0, 0]);
    let withdraw =
        format!("mutation {{ noteWithdraw(input: {{noteId: \"{internal}\"}}) {{ refusal {{ message }} }} }}");
    clerk.ask(&withdraw, &json!({}));
    assert_eq!(found(&clerk, "翡翠鹦鹉"), [0, 1, 1]);

    let edge = &search(&company, "鹦鹉")["edges"][0];
    let parts = json!([{"text": "翡翠", "matched": false}, {"text": "鹦鹉", "matched": true},
        {"text": "的笼子坏了", "matched": false}]);
    assert_eq!(edge["snippet"], parts);
    let number = text(&edge["node"]["number"]).to_owned();
    assert_eq!(found(&clerk, &number), [0, 1, 0]);
    let by_last_digits = search(&clerk, &number[number.len() - 4..]);
    assert!(list(&by_last_digits["edges"]).iter().any(|found| found["node"]["id"] == case.as_str()));
}

#[test]
fn what_cannot_be_looked_for_is_refused_with_what_can() {
    let clerk = house().visitor("clerk").in_chinese();
    let refused = [
        ("", "请输入至少一个汉字、字母或数字"),
        (" \t ", "请输入至少一个汉字、字母或数字"),
        ("\"*\" ¡ 😀", "请输入至少一个汉字、字母或数字"),
        (&"长".repeat(201), "最多 200 个字符"),
        ("1 2 3 4 5 6 7 8 9 10 11 12 13", "最多 12 个词"),
    ];
    for (asked, message) in refused {
        let answer = search(&clerk, asked);
        assert_eq!(answer["refusal"]["code"], "FORM", "{asked}: {answer}");
        let fault = json!([{"field": "text", "code": "NOT_A_TEXT", "message": message}]);
        assert_eq!(answer["refusal"]["fields"], fault, "{asked}");
        assert_eq!((&answer["edges"], &answer["counts"]), (&json!([]), &json!([])));
    }
}

#[test]
fn nothing_that_is_typed_is_syntax_or_breaks() {
    let clerk = house().visitor("clerk");
    for typed in [
        "' OR 1=1 --",
        "\"近\" 公",
        "NEAR(a b)",
        "a* b^",
        "title:公司",
        "\\",
        "公\u{0}司",
        "مرحبا",
        "a\u{202e}b",
        "% _",
        "公司 😀",
        "(a",
        "AND",
        "\u{1F468}\u{200D}x",
    ] {
        let answer = search(&clerk, typed);
        assert!(answer["edges"].is_array(), "{typed}: {answer}");
    }
    assert_eq!(
        clerk.answer(SEARCH, &json!({"text": "a", "kinds": ["PERSON"]})).code(),
        "GRAPHQL_VALIDATION_FAILED"
    );
    let only = clerk.ask(SEARCH, &json!({"text": "公司", "kinds": ["COMPANY"]}))["search"].take();
    assert!(!list(&only["edges"]).is_empty() && list(&only["counts"]).len() == 1, "{only}");
}
