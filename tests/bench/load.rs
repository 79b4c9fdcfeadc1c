//! Steps of real cases over HTTP: the clerk asks for a supplement, the company gives it, and so on.
use crate::client::Client;
use crate::server::Server;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How many cases each client moves in turn.
const CASES: usize = 8;
const OPEN: &str = "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { \
    case { id version } refusal { code message } } }";
const ACT: &str = "mutation ($input: CaseActInput!) { caseAct(input: $input) { \
    case { version phase } refusal { code message } } }";
const MISSING: &str = "请补充近三年研发人员名单、现有培训安排，以及拟与高校合作的专业方向。";
const SUPPLEMENT: &str =
    "研发人员共四十二人，其中三年内离职十一人；希望与高校共建工业软件方向的实习基地，每年接收二十名学生。";
const CONTENT: &str = "我公司研发岗位流动性大，新人培养周期约十八个月，培养成熟后常被同行挖走。希望园区牵头与高校对接，\
    并就人才公寓、培训补贴给予指导。";

/// Clients with their cases.
pub(crate) struct Desk {
    clients: Vec<Walker>,
}

/// What a run came to.
pub(crate) struct Rate {
    /// How long it ran.
    pub(crate) took: Duration,
    /// How long each step took that was acknowledged.
    pub(crate) answers: Vec<Duration>,
}

impl Rate {
    pub(crate) fn per_second(&self) -> f64 {
        crate::report::rate(self.answers.len(), self.took)
    }
}

struct Walker {
    client: Client,
    company: String,
    clerk: String,
    name: usize,
    cases: Vec<Walked>,
}

struct Walked {
    id: String,
    version: i64,
}

impl Desk {
    /// Connects clients and opens their cases.
    pub(crate) fn open(server: &Server, clients: usize) -> Self {
        let [company, clerk] = ["company", "clerk"].map(|role| sign_in(server, role));
        let walker = |name| {
            let client = Client::connect(&server.address);
            let mut walker =
                Walker { client, company: company.clone(), clerk: clerk.clone(), name, cases: vec![] };
            walker.cases = (0..CASES).map(|index| walker.open(index)).collect();
            walker
        };
        Self { clients: (0..clients).map(walker).collect() }
    }

    /// Lets some of the clients walk for a while, all at once.
    pub(crate) fn run(&mut self, clients: usize, time: Duration) -> Rate {
        let started = Instant::now();
        let answers = std::thread::scope(|scope| {
            let walk = |walker| scope.spawn(move || Walker::walk(walker, started, time));
            let running: Vec<_> = self.clients.iter_mut().take(clients).map(walk).collect();
            running.into_iter().flat_map(|client| client.join().expect("a client walks on")).collect()
        });
        Rate { took: started.elapsed(), answers }
    }
}

impl Walker {
    fn open(&mut self, index: usize) -> Walked {
        let text = |field: &str, text: &str| json!({"field": field, "value": {"text": text}});
        let input = json!({
            "process": "request",
            "answers": [
                text("title", "研发人员难培养、难留住"),
                text("content", CONTENT),
                text("contact", "王工"),
                text("phone", "0571-0000-0000"),
            ],
            "idempotencyKey": format!("bench-open-{}-{index}", self.name),
        });
        let request = json!({"query": OPEN, "variables": {"input": input}});
        let answer = self.client.post("/graphql", &self.company, &request);
        let case = &answer["data"]["caseOpen"]["case"];
        let (Some(id), Some(version)) = (case["id"].as_str(), case["version"].as_i64()) else {
            panic!("no case was opened: {answer}")
        };
        Walked { id: id.to_owned(), version }
    }

    fn walk(&mut self, started: Instant, time: Duration) -> Vec<Duration> {
        let mut answers = vec![];
        loop {
            for index in 0..self.cases.len() {
                let begun = Instant::now();
                if begun.duration_since(started) >= time {
                    return answers;
                }
                self.step(index);
                answers.push(begun.elapsed());
            }
        }
    }

    fn step(&mut self, index: usize) {
        let Walked { id, version } = &self.cases[index];
        // A case is opened at version 1, awaiting the clerk.
        let (token, action, field, text) = match version % 2 {
            1 => (&self.clerk, "ask_supplement", "missing", MISSING),
            _ => (&self.company, "supplement", "supplement", SUPPLEMENT),
        };
        let input = json!({
            "caseId": id,
            "action": action,
            "answers": [{"field": field, "value": {"text": text}}],
            "expectedVersion": version,
            "idempotencyKey": format!("bench-{id}-{version}"),
        });
        let answer =
            self.client.post("/graphql", token, &json!({"query": ACT, "variables": {"input": input}}));
        let moved = answer["data"]["caseAct"]["case"]["version"].as_i64();
        assert_eq!(moved, Some(version + 1), "the step was not taken: {answer}");
        self.cases[index].version += 1;
    }
}

fn sign_in(server: &Server, role: &str) -> String {
    let accounts = server.accounts();
    let account = accounts.iter().find(|account| account.roles.iter().any(|held| held == role));
    let account = account.unwrap_or_else(|| panic!("nobody in the demonstration is {role}"));
    let body = json!({"zone": account.zone, "login": account.login, "password": account.password});
    let answer: Value = Client::connect(&server.address).post("/session", "", &body);
    answer["token"].as_str().unwrap_or_else(|| panic!("no token in {answer}")).to_owned()
}
