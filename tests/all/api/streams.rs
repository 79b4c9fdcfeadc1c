//! What is told of itself: to whom, and until when.
use crate::client::{Answer, House, Visitor, house, send, text};
use crate::workspace;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// How long an event may take: far more than it needs on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A stream of events that is open.
struct Events(BufReader<TcpStream>);

impl Events {
    /// Subscribes; or the status where there is no stream.
    fn open(house: &House, token: Option<&str>, query: &str) -> Result<Self, u16> {
        let address = house.server.url.strip_prefix("http://").expect("a plain address");
        let mut socket = TcpStream::connect(address).expect("the server listens");
        socket.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        let bearer = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let body = json!({"query": query}).to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: {address}\r\n{bearer}accept: text/event-stream\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        socket.write_all(head.as_bytes()).expect("the server reads");
        let mut lines = BufReader::new(socket);
        let mut first = String::new();
        lines.read_line(&mut first).expect("the server answers");
        match first.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status") {
            200 => Ok(Self(lines)),
            status => Err(status),
        }
    }

    /// The next answer; none when it is complete.
    fn next(&mut self) -> Option<Value> {
        let mut kind = String::new();
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).expect("the stream goes on");
            assert!(read > 0, "a stream ends with an event that says so");
            let line = line.trim_end();
            if let Some(event) = line.strip_prefix("event: ") {
                event.clone_into(&mut kind);
            } else if kind == "complete" && line.starts_with("data:") {
                return None;
            } else if let Some(json) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {line}")));
            }
        }
    }
}

fn subscribe(visitor: &Visitor, house: &House, query: &str) -> Events {
    let events = Events::open(house, visitor.token.as_deref(), query);
    events.unwrap_or_else(|status| panic!("{query}: {status}"))
}

fn ask_more(house: &Arc<House>, case: &str) {
    let answers = json!([{"field": "missing", "value": {"text": "请说明时间"}}]);
    let input = json!({"caseId": case, "action": "ask_supplement", "answers": answers});
    assert_eq!(house.visitor("clerk").act(&input)["refusal"], Value::Null);
}

const QUEUE: &str = "subscription { queueChanged { missed found { id title } others { id } } }";

fn changed(case: &str) -> String {
    format!("subscription {{ caseChanged(id: \"{case}\") {{ version }} }}")
}

#[test]
fn a_company_hears_of_its_own_cases_and_of_no_other() {
    let house = House::open();
    let (ours, theirs) = (house.visitor("qiming"), house.visitor("tuoye"));
    let mut queue = subscribe(&ours, &house, QUEUE);
    assert_eq!(queue.next().expect("an event at once")["data"]["queueChanged"]["missed"], true);
    let foreign = theirs.file("别家的诉求", "别家的诉求，与我无关");
    ask_more(&house, &foreign);
    let own = ours.file("自家的诉求", "自家的诉求，请协调");
    let change = queue.next().expect("what moved of its own");
    assert_eq!(change["data"]["queueChanged"]["found"][0]["id"], json!(own), "{change}");
    assert!(!change.to_string().contains(&foreign), "{change}");

    let mut watched = subscribe(&theirs, &house, &changed(&own));
    assert_eq!(watched.next(), None, "what is foreign ends like what is not there");
    let foreigner = house.foreigner("clerk");
    assert_eq!(subscribe(&foreigner, &house, &changed(&own)).next(), None, "in another zone too");
    assert_eq!(subscribe(&ours, &house, &changed("bm9ib2R5")).next(), None);
}

#[test]
fn a_stream_ends_with_the_session_it_began_in() {
    let house = House::open();
    let account = house.account("clerk", false);
    let body = json!({"zone": account.zone, "login": account.login, "password": account.password});
    let token = text(&house.session(&body).json()["token"]).to_owned();
    let mut queue = Events::open(&house, Some(&token), QUEUE).expect("a stream");
    assert!(queue.next().is_some());
    let bearer = format!("Bearer {token}");
    let ended: Answer =
        send("DELETE", &format!("{}/session", house.server.url), &[("authorization", &bearer)], b"");
    assert_eq!(ended.status, 204);
    house.visitor("qiming").file("退出以后的诉求", "退出以后不应再看到");
    let refused = queue.next().expect("why it ends");
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{refused}");
    assert!(!refused.to_string().contains("退出"), "{refused}");
    assert_eq!(queue.next(), None);
}

#[test]
fn nobody_hears_anything_before_signing_in() {
    let house = house();
    for query in [QUEUE, "subscription { noticesChanged { kind } }", &changed("x")] {
        let mut events = Events::open(&house, None, query).expect("a stream");
        let refused = events.next().expect("why there is nothing");
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{query}: {refused}");
        assert_eq!(events.next(), None);
    }
}

#[test]
fn a_person_has_only_so_many_streams_at_once() {
    let house = House::open();
    let clerk = house.visitor("clerk");
    let mut open: Vec<Events> = (0..20).map(|_| subscribe(&clerk, &house, QUEUE)).collect();
    for events in &mut open {
        assert!(events.next().is_some());
    }
    assert_eq!(Events::open(&house, clerk.token.as_deref(), QUEUE).err(), Some(429));
    assert!(subscribe(&house.visitor("dispatcher"), &house, QUEUE).next().is_some(), "others may");
    open.clear();
    let again = || Events::open(&house, clerk.token.as_deref(), QUEUE).ok();
    let mut events = std::iter::repeat_with(again).find_map(|events| events).expect("a place came back");
    assert!(events.next().is_some());
}

#[test]
fn a_subscription_is_pointed_to_where_it_is_answered() {
    let clerk = house().visitor("clerk");
    let refused = clerk.answer(QUEUE, &json!({}));
    assert_eq!((refused.status, refused.code().as_str()), (400, "BAD_REQUEST"), "{refused:?}");
    assert!(refused.text.contains("text/event-stream"), "{refused:?}");
}

#[test]
fn the_reference_clients_subscribe_and_every_breach_of_the_protocol_has_its_code() {
    let house = House::open();
    let token = |login: &str| house.visitor(login).token.expect("signed in");
    let mut node = std::process::Command::new("node");
    node.arg("streams.mjs").current_dir(workspace::root().join("tests/conformance"));
    node.args([&format!("{}/graphql", house.server.url), &token("qiming"), &token("clerk")]);
    let output = node.output().expect("node is installed");
    let [said, complained] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert_eq!(said, "ok\n", "{complained}");
}
