//! How much may be asked, and which documents.
use crate::client::send;
use crate::server::{Account, Server};
use serde_json::{Value, json};

/// Somebody who asks over and over.
struct Asker<'s> {
    url: &'s str,
    bearer: String,
}

impl<'s> Asker<'s> {
    fn new(server: &'s Server, role: &str) -> Self {
        let Account { login, .. } = server.account(role);
        Self { url: &server.url, bearer: format!("Bearer {}", server.sign_in(login)) }
    }

    fn post(&self, body: &Value) -> crate::client::Answer {
        let headers = [("content-type", "application/json"), ("authorization", self.bearer.as_str())];
        send("POST", &format!("{}/graphql", self.url), &headers, body.to_string().as_bytes())
    }
}

const DEAR: &str = "{ cases(first: 100) { nodes { number title phase } } }";

#[test]
fn who_asks_too_much_at_once_is_told_how_long_to_wait_and_nobody_else_is() {
    let server = Server::limited(&["--rate", "1"]);
    let (clerk, dispatcher) = (Asker::new(&server, "clerk"), Asker::new(&server, "dispatcher"));
    let first = clerk.post(&json!({"query": DEAR}));
    let cost = first.json()["extensions"]["cost"].clone();
    let points = cost["requestedQueryCost"].as_u64().expect("its cost");
    assert!(points > 10, "a page of a hundred is dear: {cost}");
    assert_eq!(cost["throttleStatus"]["maximumAvailable"], 1_000, "{cost}");
    let enough = 1_000 / points;
    let refused =
        (0..=enough).map(|_| clerk.post(&json!({"query": DEAR}))).find(|answer| answer.status != 200);
    let refused = refused.expect("a thousand points are not enough");
    assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"), "{refused:?}");
    assert_eq!(refused.json()["data"], Value::Null);
    let wait: u64 = refused.headers["retry-after"].parse().expect("seconds");
    assert!((1..=points).contains(&wait), "{refused:?}");
    // A second token of the same person has a bucket of its own, and no more than the person has left.
    let again = Asker::new(&server, "clerk");
    assert_eq!(again.post(&json!({"query": DEAR})).status, 200);
    let spent =
        (0..2 * enough).map(|_| again.post(&json!({"query": DEAR}))).find(|answer| answer.status == 429);
    assert!(spent.is_some(), "a person has twice what a token has");
    let third = Asker::new(&server, "clerk");
    let statuses = (0..enough).map(|_| third.post(&json!({"query": DEAR})).status);
    assert!(statuses.into_iter().any(|status| status == 429), "however many tokens they have");
    assert_eq!(dispatcher.post(&json!({"query": DEAR})).status, 200, "others are not concerned");
}

#[test]
fn who_is_not_signed_in_asks_only_so_much_from_one_address_and_whoever_is_goes_on() {
    let server = Server::limited(&["--rate", "1"]);
    let clerk = Asker::new(&server, "clerk");
    let ask = || {
        let body = json!({"query": DEAR}).to_string();
        let headers = [("content-type", "application/json")];
        send("POST", &format!("{}/graphql", server.url), &headers, body.as_bytes())
    };
    assert_eq!(ask().code(), "UNAUTHENTICATED");
    let refused = (0..1_000).map(|_| ask()).find(|answer| answer.status == 429);
    assert_eq!(refused.expect("an address has ten thousand points").code(), "RATE_LIMITED");
    assert_eq!(clerk.post(&json!({"query": DEAR})).status, 200, "who is signed in has points of their own");
}

#[test]
fn only_documents_known_beforehand_are_answered_where_that_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let known = "query Queue($first: Int) { cases(first: $first) { nodes { number } } }";
    std::fs::write(folder.path().join("queue.graphql"), known).expect("a document");
    let folder = folder.path().to_str().expect("a path in UTF-8");
    let server = Server::start(&["--documents", folder, "--documents-only"]);
    let clerk = Asker::new(&server, "clerk");
    // printf '%s' DOCUMENT | sha256sum
    let id = "sha256:8d0f577a24c4da5e919974b7a5b1c618f2945be07ef46f5bc67b589c4b696db9";
    let answer = clerk.post(&json!({"documentId": id, "variables": {"first": 2}})).json();
    assert_eq!(answer["data"]["cases"]["nodes"].as_array().map(Vec::len), Some(2), "{answer}");
    for (body, code) in [
        (json!({"query": "{ me { login } }"}), "PERSISTED_DOCUMENT_REQUIRED"),
        (json!({"query": format!("{known} ")}), "PERSISTED_DOCUMENT_REQUIRED"),
        (json!({"documentId": "sha256:0"}), "PERSISTED_DOCUMENT_NOT_FOUND"),
        (json!({"documentId": id, "query": known}), "BAD_REQUEST"),
        (json!({"documentId": 7}), "BAD_REQUEST"),
        (json!({}), "BAD_REQUEST"),
    ] {
        let refused = clerk.post(&body);
        assert_eq!(refused.code(), code, "{body}: {refused:?}");
    }
    let open = Server::start(&["--documents", folder]);
    let clerk = Asker::new(&open, "clerk");
    for body in [json!({"query": "{ me { login } }"}), json!({"documentId": id})] {
        assert_eq!(clerk.post(&body).json()["errors"], Value::Null, "{body}");
    }
}
