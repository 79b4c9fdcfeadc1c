//! The binary as an operator starts it, for the tests that need all of it at once.
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

/// How long a server may take until it listens: far more than it needs on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A demonstration that runs until this is dropped.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    /// The same of the listener for metrics and the virtual clock.
    pub(crate) metrics_url: String,
    /// Its data folder, with the mail it sent in `mail/`.
    pub(crate) dir: TempDir,
    /// Everyone who can sign in.
    pub(crate) accounts: Vec<Account>,
    child: Child,
}

/// A line of `demo-accounts.json`.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct Account {
    pub(crate) zone: String,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) roles: Vec<String>,
}

impl Server {
    /// Starts a demonstration in an empty folder, with further arguments of `serve`, and returns once it listens. Tests
    /// ask faster than people may.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::limited(&[&["--rate", "0"], arguments].concat())
    }

    /// The same with the limits that people have.
    pub(crate) fn limited(arguments: &[&str]) -> Self {
        Self::on(TempDir::new().expect("a folder for temporary files"), arguments)
    }

    /// The same in a folder whose database may be filled already; then its accounts lie there too.
    pub(crate) fn on(dir: TempDir, arguments: &[&str]) -> Self {
        let log = dir.path().join("server.log");
        let mut command = Command::new(binary());
        command.args([
            "serve",
            "--demo",
            "--listen",
            "127.0.0.1:0",
            "--metrics-listen",
            "127.0.0.1:0",
            "--data",
        ]);
        command.arg(dir.path()).arg("--mail").arg(format!("dir:{}", dir.path().join("mail").display()));
        // Settings may also come from the environment; these must not.
        command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child =
            command.stderr(File::create(&log).expect("a log")).spawn().expect("the binary can be started");
        let Some(url) = address(&mut child) else {
            let _ = child.kill();
            let ended = child.wait().map(|status| status.to_string()).unwrap_or_default();
            panic!("no server listens ({ended}): {}", std::fs::read_to_string(log).unwrap_or_default());
        };
        let metrics_url = metrics_url(&log).expect("the log says where metrics are");
        let accounts = dir.path().join("demo-accounts.json");
        let accounts = std::fs::read(accounts).expect("the demonstration writes its accounts");
        let accounts = serde_json::from_slice(&accounts).expect("a list of accounts");
        Self { url, metrics_url, dir, accounts, child }
    }

    /// Someone with a role.
    pub(crate) fn account(&self, role: &str) -> &Account {
        let holds = |account: &&Account| account.roles.iter().any(|held| held == role);
        self.accounts.iter().find(holds).unwrap_or_else(|| panic!("nobody in the demonstration is {role}"))
    }

    /// A token of the person with this login.
    pub(crate) fn sign_in(&self, login: &str) -> String {
        let account = self.accounts.iter().find(|account| account.login == login);
        let Account { zone, login, password, .. } =
            account.unwrap_or_else(|| panic!("there is no login {login}"));
        let credentials = json!({"zone": zone, "login": login, "password": password});
        let answer = post(&format!("{}/session", self.url), None, &credentials);
        answer["token"].as_str().unwrap_or_else(|| panic!("no token in {answer}")).to_owned()
    }

    /// The whole answer to a query, `errors` included.
    pub(crate) fn graphql(&self, token: &str, query: &str, variables: &Value) -> Value {
        let request = json!({"query": query, "variables": variables});
        post(&format!("{}/graphql", self.url), Some(token), &request)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Posts JSON and reads JSON, whatever the status.
fn post(url: &str, token: Option<&str>, body: &Value) -> Value {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
    let mut request = agent.post(url).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = request.send(body.to_string()).and_then(|mut answer| answer.body_mut().read_to_string());
    let answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{url}: {error} in {answer:?}"))
}

/// Where the server listens, from the one line it prints; nothing if it ends or is silent for too long.
pub(crate) fn address(child: &mut Child) -> Option<String> {
    let lines = BufReader::new(child.stdout.take().expect("its output is ours")).lines();
    let (sender, receiver) = mpsc::channel();
    // The thread reads on, so that the server never waits for a reader; it ends with the server.
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some(url) = line.strip_prefix("listening on ") {
                let _ = sender.send(url.to_owned());
            }
        }
    });
    receiver.recv_timeout(PATIENCE).ok()
}

/// Where the log of a server says that its second listener is.
fn metrics_url(log: &Path) -> Option<String> {
    let log = std::fs::read_to_string(log).ok()?;
    let told = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut told = told.map(|line| line["fields"].clone()).filter(|fields| fields["message"] == "metrics");
    told.next()?["url"].as_str().map(str::to_owned)
}

/// An address nobody listens on, for a program that must be told one.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").to_string()
}

/// The binary beside this test, `target/debug/deps/all-…`.
pub(crate) fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let profile = test.parent().and_then(Path::parent).expect("it lies in target/PROFILE/deps");
    let binary = profile.join("qianxiaoer");
    assert!(binary.is_file(), "{} is missing: run ./test, which builds it first", binary.display());
    binary
}

#[test]
fn a_member_of_staff_asks_with_a_token_and_a_stranger_learns_nothing() {
    let server = Server::start(&[]);
    let clerk = server.account("clerk").clone();
    let query = "query ($first: Int) { me { roles } cases(first: $first) { nodes { number } } }";
    let answer = server.graphql(&server.sign_in(&clerk.login), query, &json!({"first": 2}));
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    assert_eq!(answer["data"]["me"]["roles"], json!(clerk.roles));
    assert_eq!(answer["data"]["cases"]["nodes"].as_array().map(Vec::len), Some(2));
    let stranger = server.graphql("nobody's", query, &json!({"first": 2}));
    assert!(!stranger.to_string().contains("number"), "{stranger}");
}

#[test]
fn a_virtual_clock_stands_where_it_is_put_and_moves_only_forward() {
    let server = Server::start(&["--clock", "2022-10-10T02:00:00Z"]);
    let forward = |now: &str| post(&format!("{}/clock", server.metrics_url), None, &json!({"now": now}));
    assert_eq!(forward("2022-10-11T02:00:00Z"), json!({"now": "2022-10-11T02:00:00Z"}));
    let refused = forward("2022-10-10T02:00:00Z");
    assert!(
        refused["error"].as_str().is_some_and(|error| error.contains("2022-10-11T02:00:00Z")),
        "{refused}"
    );
}
