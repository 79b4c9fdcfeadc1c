#![expect(clippy::unused_async, reason = "async-graphql takes only async resolvers")]

use super::*;
use async_graphql::{Context, EmptySubscription, Object, Schema, SimpleObject};
use poem::http::StatusCode;
use poem::{Body, Endpoint, RequestBuilder};
use serde_json::{Value, json};
use std::sync::LazyLock;
use tokio::sync::watch;

struct Query;

#[Object]
impl Query {
    async fn greeting(&self, name: Option<String>) -> String {
        name.unwrap_or_else(|| "hello".into())
    }
    async fn sum(&self, numbers: Vec<i32>) -> i32 {
        numbers.iter().sum()
    }
    async fn caller(&self, context: &Context<'_>) -> async_graphql::Result<String> {
        Ok(context.data::<Caller>()?.0.into())
    }
    async fn broken(&self) -> async_graphql::Result<Option<i32>> {
        Err("broken".into())
    }
    async fn broken_wholly(&self) -> async_graphql::Result<i32> {
        Err("broken wholly".into())
    }
    async fn never(&self) -> i32 {
        std::future::pending().await
    }
    async fn node(&self) -> Node {
        Node { id: 1 }
    }
}

/// A register of streams of a program that goes on.
fn streams() -> Streams {
    static PROGRAM: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::Sender::new(true));
    Streams::new(PROGRAM.subscribe())
}

#[derive(SimpleObject)]
#[graphql(complex)]
struct Node {
    id: i32,
}

#[async_graphql::ComplexObject]
impl Node {
    async fn node(&self) -> Node {
        Node { id: self.id + 1 }
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn set(&self, value: i32) -> i32 {
        value
    }
}

struct Caller(&'static str);

/// Knows one member of staff, lets strangers in, and refuses a token it does not know.
#[derive(Clone)]
struct FrontDoor;

impl Admit for FrontDoor {
    async fn admit(&self, headers: &HeaderMap, _: Option<IpAddr>) -> Result<Admitted, Refusal> {
        let (name, introspection) = match headers.get("authorization").and_then(|value| value.to_str().ok()) {
            None => ("stranger", false),
            Some("Bearer staff") => ("staff", true),
            Some(_) => {
                let message = "the token is not known".to_owned();
                return Err(Refusal::Caller {
                    status: StatusCode::UNAUTHORIZED,
                    code: "UNAUTHENTICATED",
                    message,
                });
            }
        };
        let mut data = Data::default();
        data.insert(Caller(name));
        Ok(Admitted { data, introspection, person: None })
    }
}

fn endpoint() -> impl Endpoint {
    let schema = Schema::build(Query, Mutation, EmptySubscription)
        .limit_depth(limits::SELECTION_DEPTH)
        .limit_complexity(limits::COMPLEXITY)
        .limit_directives(limits::DIRECTIVES_PER_FIELD)
        .extension(crate::http::NullPropagation)
        .finish();
    GraphqlOverHttp::new(schema, FrontDoor, Arc::default(), streams())
}

const STRICT: &str = "application/graphql-response+json";

struct Answer {
    status: StatusCode,
    headers: poem::http::HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }

    fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    #[track_caller]
    fn is_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.code()), (status, code), "{}", self.body);
        assert!(self.body.get("data").is_none(), "{}", self.body);
    }
}

async fn send(request: Request) -> Answer {
    let response = endpoint().get_response(request).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().into_vec().await.unwrap();
    Answer { status, headers, body: serde_json::from_slice(&body).unwrap() }
}

fn posting() -> RequestBuilder {
    Request::builder().method(Method::POST)
}

fn posting_json() -> RequestBuilder {
    posting().header("accept", STRICT).content_type("application/json")
}

async fn post(accept: &str, body: &Value) -> Answer {
    send(posting().header("accept", accept).content_type("application/json").body(body.to_string())).await
}

async fn asked(document: &str) -> Answer {
    post(STRICT, &json!({ "query": document })).await
}

/// Asks by GET, with values that are percent-encoded where they need it.
async fn got(parameters: &[(&str, &str)]) -> Answer {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    send(Request::builder().uri_str(format!("/?{}", pairs.join("&"))).header("accept", STRICT).finish()).await
}

#[tokio::test]
async fn a_query_is_answered_by_post_and_by_get() {
    let body = json!({ "query": "query($n: String) { greeting(name: $n) }", "variables": { "n": "世" } });
    let answer = post(STRICT, &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/graphql-response+json; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.body, json!({ "data": { "greeting": "世" } }));
    let answer =
        got(&[("query", "query($n: String) { greeting(name: $n) }"), ("variables", r#"{"n":"a b"}"#)]).await;
    assert_eq!(answer.body, json!({ "data": { "greeting": "a b" } }));
}

#[tokio::test]
async fn only_json_in_utf_8_is_read() {
    for content_type in ["text/plain", "application/json; charset=gbk", "multipart/form-data; boundary=x"] {
        let request = posting().content_type(content_type).body(r#"{"query":"{greeting}"}"#);
        send(request).await.is_refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    send(posting().body(r#"{"query":"{greeting}"}"#)).await.is_refused(415, "UNSUPPORTED_MEDIA_TYPE");
    let request = posting().content_type("application/json; charset=UTF-8").body(r#"{"query":"{greeting}"}"#);
    assert_eq!(send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_mutation_needs_post() {
    assert_eq!(asked("mutation { set(value: 3) }").await.body, json!({ "data": { "set": 3 } }));
    let answer = got(&[("query", "mutation { set(value: 3) }")]).await;
    answer.is_refused(405, "METHOD_NOT_ALLOWED");
    assert_eq!(answer.headers["allow"], "POST");
}

#[tokio::test]
async fn the_chosen_operation_decides_whether_get_may_run_it() {
    let both = "query Read { greeting } mutation Write { set(value: 3) }";
    let answer = got(&[("query", both), ("operationName", "Read")]).await;
    assert_eq!(answer.body, json!({ "data": { "greeting": "hello" } }));
    got(&[("query", both), ("operationName", "Write")]).await.is_refused(405, "METHOD_NOT_ALLOWED");
    got(&[("query", both)]).await.is_refused(400, "BAD_REQUEST");
    got(&[("query", both), ("operationName", "Other")]).await.is_refused(400, "BAD_REQUEST");
    got(&[("query", "{greeting}"), ("operationName", "Other")]).await.is_refused(400, "BAD_REQUEST");
}

#[tokio::test]
async fn other_methods_are_refused() {
    for method in [Method::PUT, Method::DELETE, Method::OPTIONS, Method::HEAD] {
        let answer = send(Request::builder().method(method).finish()).await;
        answer.is_refused(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.headers["allow"], "GET, POST");
    }
}

#[tokio::test]
async fn what_is_no_graphql_request_is_refused_under_both_media_types() {
    let bodies = [
        json!([{ "query": "{greeting}" }]),
        json!("{greeting}"),
        json!({}),
        json!({ "query": 1 }),
        json!({ "query": "{greeting}", "operationName": 1 }),
        json!({ "query": "{greeting}", "variables": [] }),
        json!({ "query": "{greeting}", "extensions": "x" }),
    ];
    for body in &bodies {
        for accept in [STRICT, "application/json"] {
            post(accept, body).await.is_refused(400, "BAD_REQUEST");
        }
    }
    let request = posting_json().body("{");
    send(request).await.is_refused(400, "BAD_REQUEST");
    got(&[]).await.is_refused(400, "BAD_REQUEST");
    got(&[("query", "{greeting}"), ("query", "{greeting}")]).await.is_refused(400, "BAD_REQUEST");
    got(&[("query", "{greeting}"), ("variables", "{")]).await.is_refused(400, "BAD_REQUEST");
}

#[tokio::test]
async fn variables_nested_without_end_are_refused() {
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let body = format!(r#"{{"query":"{{greeting}}","variables":{{"x":{nested}}}}}"#);
    send(posting_json().body(body)).await.is_refused(400, "BAD_REQUEST");
}

#[tokio::test]
async fn a_body_is_read_to_its_limit_and_no_further() {
    let padded = |bytes: usize| {
        let body = r#"{"query":"{greeting}"}"#;
        posting_json().body(format!("{body}{}", " ".repeat(bytes - body.len())))
    };
    assert_eq!(send(padded(limits::BODY_BYTES)).await.status, StatusCode::OK);
    send(padded(limits::BODY_BYTES + 1)).await.is_refused(413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = posting_json().body(Body::from_bytes_stream(never));
    let before = tokio::time::Instant::now();
    send(request).await.is_refused(408, "TIMEOUT");
    assert_eq!(before.elapsed().as_secs(), limits::BODY_TIME.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_document_that_takes_too_long_is_given_up() {
    let before = tokio::time::Instant::now();
    asked("{ never }").await.is_refused(503, "TIMEOUT");
    assert_eq!(before.elapsed().as_secs(), limits::EXECUTION_TIME.as_secs());
}

#[tokio::test]
async fn an_answer_nobody_accepts_is_not_made() {
    let answer = post("text/html", &json!({ "query": "{greeting}" })).await;
    answer.is_refused(406, "NOT_ACCEPTABLE");
    assert_eq!(answer.headers["content-type"], "application/json; charset=utf-8");
}

#[tokio::test]
async fn an_error_of_the_document_is_400_strictly_and_200_as_plain_json() {
    let documents = [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ greeting(name: \"", "GRAPHQL_PARSE_FAILED"),
        ("{ unknown }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($x: Int!) { greeting }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ __schema { queryType { name } } }", "INTROSPECTION_FORBIDDEN"),
        ("query A { greeting } query B { greeting }", "BAD_REQUEST"),
    ];
    for (document, code) in documents {
        asked(document).await.is_refused(400, code);
        post("application/json", &json!({ "query": document })).await.is_refused(200, code);
    }
}

#[tokio::test]
async fn a_syntax_error_is_one_line_with_its_place() {
    let answer = asked("{\n  greeting(\n}").await;
    assert_eq!(answer.body["errors"][0]["locations"], json!([{ "line": 3, "column": 1 }]));
    assert!(
        answer.message().starts_with("syntax error at line 3, column 1: expected "),
        "{}",
        answer.message()
    );
    assert!(!answer.message().contains('\n'), "{}", answer.message());
    let answer = asked("{ greeting }\nfragment F on Query { greeting(name: \"x) }").await;
    assert_eq!(answer.body["errors"][0]["locations"], json!([{ "line": 2, "column": 38 }]));
}

#[tokio::test]
async fn a_partial_result_is_200() {
    let answer = asked("{ greeting broken }").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["data"], json!({ "greeting": "hello", "broken": null }));
    assert_eq!(answer.body["errors"][0]["path"], json!(["broken"]));
    let answer = asked("{ brokenWholly }").await;
    assert_eq!(
        (answer.status, answer.body.get("data")),
        (StatusCode::OK, Some(&Value::Null)),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_document_over_a_limit_is_told_which_and_how_much() {
    let deep = format!("{{ sum(numbers: {}1{}) }}", "[".repeat(1_500), "]".repeat(1_500));
    let answer = asked(&deep).await;
    answer.is_refused(400, "GRAPHQL_LIMIT_EXCEEDED");
    assert_eq!(answer.message(), "the document has too many nested brackets: at most 40 are allowed");
    assert_eq!(answer.body["errors"][0]["extensions"]["allowed"], json!(40));
    let aliases = format!("{{ {} }}", "a: greeting ".repeat(limits::ALIASES + 1));
    asked(&aliases).await.is_refused(400, "GRAPHQL_LIMIT_EXCEEDED");
    let long = format!("{{ greeting }} #{}", "x".repeat(limits::DOCUMENT_BYTES));
    asked(&long).await.is_refused(400, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_document_full_of_mistakes_is_told_the_first_of_them() {
    let answer = asked(&format!("{{ {} }}", "unknown ".repeat(500))).await;
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), limits::VALIDATION_ERRORS);
}

#[tokio::test]
async fn the_deepest_selection_is_answered_and_one_deeper_is_not() {
    let deep = |fields: usize| format!("{} id {}", "{ node ".repeat(fields - 1) + "{", "}".repeat(fields));
    assert_eq!(asked(&deep(limits::SELECTION_DEPTH)).await.status, StatusCode::OK);
    asked(&deep(limits::SELECTION_DEPTH + 1)).await.is_refused(400, "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn a_subscription_is_pointed_elsewhere() {
    asked("subscription { greeting }").await.is_refused(400, "BAD_REQUEST");
}

#[tokio::test]
async fn the_caller_reaches_the_resolvers() {
    assert_eq!(asked("{ caller }").await.body, json!({ "data": { "caller": "stranger" } }));
    let ask = |token: &str| {
        let request = posting_json().header("authorization", token);
        request.body(json!({ "query": "{ caller }" }).to_string())
    };
    assert_eq!(send(ask("Bearer staff")).await.body, json!({ "data": { "caller": "staff" } }));
    send(ask("Bearer other")).await.is_refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn only_staff_may_ask_about_the_schema() {
    let document = include_str!("introspection.graphql");
    asked(document).await.is_refused(400, "INTROSPECTION_FORBIDDEN");
    let request = posting_json().header("authorization", "Bearer staff");
    let answer = send(request.body(json!({ "query": document }).to_string())).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.body["data"]["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn introspection_is_found_behind_fragments_and_other_names() {
    for document in [
        "{ __type(name: \"Query\") { kind } }",
        "{ a: __schema { queryType { name } } }",
        "{ ... { __schema { queryType { name } } } }",
        "{ ...F } fragment F on Query { __schema { queryType { name } } }",
    ] {
        asked(document).await.is_refused(400, "INTROSPECTION_FORBIDDEN");
    }
    assert_eq!(asked("{ __typename }").await.body, json!({ "data": { "__typename": "Query" } }));
    let names = asked("{ q: __type(name: \"Query\") { name } n: __type(name: \"None\") { name } }").await;
    assert_eq!(names.body, json!({ "data": { "q": { "name": "Query" }, "n": null } }));
}

#[tokio::test]
async fn a_page_of_another_site_may_not_use_the_cookie() {
    let ask = |headers: &[(&str, &str)]| {
        let request = posting_json().header("host", "desk.example:8443");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(json!({ "query": "{ greeting }" }).to_string())
    };
    let cookie = ("cookie", "session=x");
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://other.example"),
        ("origin", "https://desk.example"),
        ("origin", "null"),
    ] {
        send(ask(&[cookie, foreign])).await.is_refused(403, "FORBIDDEN");
        assert_eq!(send(ask(&[foreign])).await.status, StatusCode::OK, "nothing to borrow without a cookie");
    }
    for own in [
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://Desk.example:8443"),
        ("accept-language", "zh"),
    ] {
        assert_eq!(send(ask(&[cookie, own])).await.status, StatusCode::OK, "{own:?}");
    }
}
