//! Documents made to hurt: each is refused at once, and the server answers on.
use crate::client::{Answer, Visitor, house};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Far more than a refusal takes, far less than the work it saves.
const AT_ONCE: Duration = Duration::from_secs(3);

fn is_refused_at_once(visitor: &Visitor, document: &str, code: &str) -> Answer {
    let start = Instant::now();
    let answer = visitor.answer(document, &json!({}));
    let shown: String = document.chars().take(60).collect();
    assert!(start.elapsed() < AT_ONCE, "{shown}: {:?}", start.elapsed());
    assert_eq!((answer.status, answer.code().as_str()), (400, code), "{shown}: {answer:?}");
    answer
}

#[test]
fn documents_made_to_hurt_are_refused_at_once_and_the_server_answers_on() {
    let house = house();
    let limit = "GRAPHQL_LIMIT_EXCEEDED";
    let repeat = |text: &str, times: usize| text.repeat(times);
    let deep = format!(
        "{{ cases {{ nodes {{ {} id {} }} }} }}",
        repeat("timeline { nodes { actor { company { id ", 3),
        repeat("} } } }", 3)
    );
    let aliases = (0..31).map(|at| format!("a{at}: me {{ login }} ")).collect::<Vec<_>>().concat();
    let links = (0..30).map(|at| format!("fragment F{at} on Query {{ ...F{0} ...F{0} }} ", at + 1));
    let links = links.collect::<Vec<_>>().concat();
    let documents = [
        (format!("{{ me(x: {}", repeat("[", 50_000)), limit),
        (format!("{{ me(x: {}{}) }}", repeat("[", 30_000), repeat("]", 30_000)), limit),
        (format!("{{ me(x: {}", repeat("[", 100_000)), "PAYLOAD_TOO_LARGE"),
        (repeat("{ me ", 10_000), limit),
        (repeat("query { me { login } } ", 500), limit),
        (format!("{{ {aliases} }}"), limit),
        (format!("{{ me {} {{ login }} }}", repeat("@include(if: true) ", 51)), limit),
        (format!("{{ me {} {{ login }} }}", repeat("@include(if: true) ", 6)), "GRAPHQL_VALIDATION_FAILED"),
        (format!("{{ ...F0 }} {links} fragment F30 on Query {{ me {{ login }} }}"), limit),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...A } fragment A on Query { ...A }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        (repeat("x", 70_000), "PAYLOAD_TOO_LARGE"),
        (format!("# {}\n{{ me {{ login }} }}", repeat("#", 70_000)), "PAYLOAD_TOO_LARGE"),
        ("{ me(x: \"".to_owned(), "GRAPHQL_PARSE_FAILED"),
        ("\u{0}".to_owned(), "GRAPHQL_PARSE_FAILED"),
        (deep, "GRAPHQL_VALIDATION_FAILED"),
        (
            "{ cases(first: 100) { nodes { timeline(first: 100) { nodes { id version at kind name title from to marked actor { name } } } } } }".to_owned(),
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ];
    let nobody = house.nobody();
    let clerk = house.visitor("clerk");
    for (document, code) in &documents {
        for visitor in [&nobody, &clerk] {
            is_refused_at_once(visitor, document, code);
        }
    }
    assert_eq!(clerk.ask("{ me { login } }", &json!({})), json!({"me": {"login": "clerk"}}));
}

#[test]
fn bodies_made_to_hurt_are_refused_at_once_and_the_server_answers_on() {
    let house = house();
    let clerk = house.visitor("clerk");
    let nested = |open: &str, close: &str| {
        format!(
            "{{\"query\":\"{{ me {{ login }} }}\",\"variables\":{{\"x\":{}1{}}}}}",
            open.repeat(50_000),
            close.repeat(50_000)
        )
    };
    let batch = json!([{"query": "{ me { login } }"}, {"query": "{ me { login } }"}]).to_string();
    for body in [
        nested("[", "]"),
        nested("{\"a\":", ""),
        batch,
        "null".into(),
        "{}".into(),
        "{\"query\":null}".into(),
        "{\"query\":1}".into(),
    ] {
        let start = Instant::now();
        let answer = clerk.post(body.as_bytes(), &[]);
        assert!(start.elapsed() < AT_ONCE);
        assert!((400..500).contains(&answer.status), "{answer:?}");
        assert!(answer.json()["data"].is_null() && !answer.text.contains("clerk"), "{answer:?}");
    }
    let many: Vec<Value> = (0..101).map(|_| json!("x")).collect();
    let nodes = clerk.answer("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", &json!({"ids": many}));
    assert_eq!(nodes.code(), "BAD_INPUT");
    assert_eq!(clerk.ask("{ me { login } }", &json!({})), json!({"me": {"login": "clerk"}}));
}
