//! Those who ask the server over HTTP, and the one server that the tests of rights and input share.
use crate::server::{Account, Server};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

/// Where the shared server's clock stands: a Monday morning of a known year.
pub(crate) const NOW: &str = "2026-11-23T02:00:00Z";

/// It keeps no connection: a server that refuses a body without reading it closes the one it came on.
static AGENT: LazyLock<ureq::Agent> = LazyLock::new(|| {
    let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None);
    config.max_idle_connections(0).build().new_agent()
});

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of the first error.
    pub(crate) fn code(&self) -> String {
        let json = self.json();
        json["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no code: {self:?}"))
            .to_owned()
    }
}

/// Sends a request with these headers, and a body if the method has one.
pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body).expect("a request");
    let mut answer = AGENT.run(request).unwrap_or_else(|error| panic!("{method} {url}: {error}"));
    let headers = answer.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
    let (headers, status) = (headers.collect(), answer.status().as_u16());
    let text = answer.body_mut().read_to_string().unwrap_or_else(|error| panic!("{method} {url}: {error}"));
    Answer { status, headers, text }
}

/// Posts JSON over a socket of its own, since the server may close it before everything is written; answers the
/// status.
pub(crate) fn post_raw(url: &str, path: &str, header: &str, body: &[u8]) -> u16 {
    let address = url.strip_prefix("http://").expect("a plain address");
    let mut socket = TcpStream::connect(address).expect("the server listens");
    let mut reader = socket.try_clone().expect("a second hand on the socket");
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{header}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    let body = body.to_vec();
    let writing =
        std::thread::spawn(move || socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(&body)));
    let mut answer = vec![];
    let _closed_while_it_was_sent = reader.read_to_end(&mut answer);
    let _closed_while_we_wrote = writing.join();
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

/// Somebody who asks; without a token nobody in particular. The server stands as long as anybody may ask it.
#[derive(Clone)]
pub(crate) struct Visitor {
    house: Arc<House>,
    pub(crate) token: Option<String>,
    language: &'static str,
}

impl Visitor {
    /// The same person, answered in Chinese.
    pub(crate) fn in_chinese(&self) -> Self {
        Self { language: "zh", ..self.clone() }
    }

    /// Posts a body to `/graphql`.
    pub(crate) fn post(&self, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut all = vec![("content-type", "application/json"), ("accept-language", self.language)];
        all.extend(bearer.as_ref().map(|bearer| ("authorization", bearer.as_str())));
        all.extend(headers);
        send("POST", &format!("{}/graphql", self.house.server.url), &all, body)
    }

    /// The answer to a document, whatever it is.
    pub(crate) fn answer(&self, query: &str, variables: &Value) -> Answer {
        let body = json!({"query": query, "variables": variables});
        self.post(body.to_string().as_bytes(), &[("accept", "application/graphql-response+json")])
    }

    /// The data of a document that is answered without an error.
    pub(crate) fn ask(&self, query: &str, variables: &Value) -> Value {
        let mut answer = self.answer(query, variables).json();
        assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
        answer["data"].take()
    }

    /// What comes of an action; `input` is what `CaseActInput` takes.
    pub(crate) fn act(&self, input: &Value) -> Value {
        let query = "mutation ($input: CaseActInput!) { caseAct(input: $input) { event { id version }
            case { id version number title states { key title } }
            refusal { code message fields { field code message } needs currentVersion } } }";
        self.ask(query, &json!({"input": input}))["caseAct"].take()
    }

    /// What comes of opening a request with these answers.
    pub(crate) fn open(&self, answers: &Value, key: Option<&str>) -> Value {
        let query = "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { event { id version }
            case { id version number title states { key } } refusal { code message fields { field code message } } } }";
        let input = json!({"process": "request", "answers": answers, "idempotencyKey": key});
        self.ask(query, &json!({"input": input}))["caseOpen"].take()
    }

    /// Files a request and answers its id.
    pub(crate) fn file(&self, title: &str, content: &str) -> String {
        let opened = self.open(&filing(title, content), None);
        text(&opened["case"]["id"]).to_owned()
    }

    /// Every case the visitor sees, by the fields asked for.
    pub(crate) fn cases(&self, fields: &str) -> Vec<Value> {
        let query = format!(
            "query ($after: String) {{ cases(first: 20, after: $after, order: {{field: NUMBER, direction: ASC}})
                {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let (mut cases, mut after) = (vec![], Value::Null);
        loop {
            let mut page = self.ask(&query, &json!({"after": after}))["cases"].take();
            cases.append(page["nodes"].as_array_mut().expect("nodes"));
            if page["pageInfo"]["hasNextPage"] == false {
                return cases;
            }
            after = page["pageInfo"]["endCursor"].take();
        }
    }
}

/// Answers to what filing a request asks.
pub(crate) fn filing(title: &str, content: &str) -> Value {
    json!([
        {"field": "title", "value": {"text": title}},
        {"field": "content", "value": {"text": content}},
        {"field": "contact", "value": {"text": "方启然"}},
        {"field": "phone", "value": {"text": "0571-0000-0000"}},
    ])
}

/// Answers to what accepting asks: a call for help that is not urgent.
pub(crate) fn accepting(difficulty: &str) -> Value {
    chosen(&[("nature", "help"), ("urgency", "normal"), ("difficulty", difficulty)])
}

/// Answers that are choices.
pub(crate) fn chosen(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(field, choice)| json!({"field": field, "value": {"choice": choice}})).collect()
}

/// A text in an answer.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The items of a list in an answer.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// A demonstration whose clock stands still, with those who signed in.
pub(crate) struct House {
    pub(crate) server: Server,
    tokens: Mutex<BTreeMap<(String, String), String>>,
}

impl House {
    pub(crate) fn open() -> Arc<Self> {
        Self::at(NOW)
    }

    /// One that opens at another instant.
    pub(crate) fn at(now: &str) -> Arc<Self> {
        Arc::new(Self { server: Server::start(&["--clock", now]), tokens: Mutex::default() })
    }

    /// Forgets who signed in, since sessions end with time.
    pub(crate) fn forget(&self) {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The account with this login, of the zone that is not the first if `elsewhere`.
    pub(crate) fn account(&self, login: &str, elsewhere: bool) -> &Account {
        let home = &self.server.accounts[0].zone;
        let found =
            self.server.accounts.iter().find(|one| one.login == login && (&one.zone != home) == elsewhere);
        found.unwrap_or_else(|| panic!("nobody signs in as {login}"))
    }

    /// Somebody of the first zone, signed in.
    pub(crate) fn visitor(self: &Arc<Self>, login: &str) -> Visitor {
        self.signed_in(self.account(login, false))
    }

    /// Somebody of the second zone, signed in.
    pub(crate) fn foreigner(self: &Arc<Self>, login: &str) -> Visitor {
        self.signed_in(self.account(login, true))
    }

    pub(crate) fn nobody(self: &Arc<Self>) -> Visitor {
        Visitor { house: self.clone(), token: None, language: "en" }
    }

    /// Posts to `/session` as a program does.
    pub(crate) fn session(&self, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        send("POST", &format!("{}/session", self.server.url), &headers, body.to_string().as_bytes())
    }

    fn signed_in(self: &Arc<Self>, account: &Account) -> Visitor {
        let Account { zone, login, password, .. } = account;
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let token = tokens.entry((zone.clone(), login.clone())).or_insert_with(|| {
            let answer = self.session(&json!({"zone": zone, "login": login, "password": password}));
            text(&answer.json()["token"]).to_owned()
        });
        Visitor { token: Some(token.clone()), ..self.nobody() }
    }
}

/// The server that tests share. It ends with the last test that holds it, so that none is left behind.
pub(crate) fn house() -> Arc<House> {
    static SHARED: Mutex<Weak<House>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let house = House::open();
        *shared = Arc::downgrade(&house);
        house
    })
}
