//! The program on a folder that outlives it.
use crate::server::{Account, address, binary};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take that happens of itself: far more than it needs on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A demonstration that was made once and stopped: each test gets a copy.
static DEMONSTRATION: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a folder for temporary files");
    let status = Program::run(folder.path(), &["--demo"]).stop();
    assert!(status.success(), "the demonstration ended with {status}");
    folder
});

/// The program, serving a folder.
pub(crate) struct Program {
    /// `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    child: Child,
}

/// Copies the demonstration's data into a folder.
pub(crate) fn demonstration(to: &Path) {
    for entry in std::fs::read_dir(DEMONSTRATION.path()).expect("a folder") {
        let path = entry.expect("a file").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        // The log beside the database belongs to it: it may hold the latest commits.
        if ["qianxiaoer.sqlite", "qianxiaoer.sqlite-wal", "demo-accounts.json"].contains(&name) {
            std::fs::copy(&path, to.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

impl Program {
    /// Starts it and returns once it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::run(data, &[])
    }

    fn run(data: &Path, arguments: &[&str]) -> Self {
        let log = data.join("server.log");
        let mut command = Command::new(binary());
        command.args(["serve", "--rate", "0", "--listen", "127.0.0.1:0", "--data"]).arg(data).args(arguments);
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped());
        let log_file = File::options().append(true).create(true).open(&log).expect("a log");
        let mut child = command.stderr(log_file).spawn().expect("the binary can be started");
        let url = address(&mut child);
        let mut program = Self { url: url.clone().unwrap_or_default(), child };
        if url.is_none() {
            program.kill();
            panic!("the program did not listen: {}", std::fs::read_to_string(log).unwrap_or_default());
        }
        program
    }

    /// Ends it as a power cut would: nothing of it runs any more.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.is_ok_and(|status| status.success()), "it can be asked to stop");
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.terminate();
        self.ended()
    }

    /// Waits until it has ended.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        until("the program ends", || {
            status = self.child.try_wait().expect("it is our child");
            status.is_some()
        });
        status.expect("it has ended")
    }

    /// A token of the first who holds a role.
    pub(crate) fn sign_in(&self, data: &Path, role: &str) -> String {
        let accounts = std::fs::read(data.join("demo-accounts.json")).expect("the list of accounts");
        let accounts: Vec<Account> = serde_json::from_slice(&accounts).expect("a list of accounts");
        let holds = |account: &&Account| account.roles.iter().any(|held| held == role);
        let account = accounts.iter().find(holds).unwrap_or_else(|| panic!("nobody is {role}"));
        let credentials = json!({"zone": account.zone, "login": account.login, "password": account.password});
        let answer = Caller::new(&self.url, "").post("/session", &credentials).expect("an answer");
        answer["token"].as_str().unwrap_or_else(|| panic!("no token in {answer}")).to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody at the API, over one connection that is kept.
pub(crate) struct Caller {
    agent: ureq::Agent,
    url: String,
    token: String,
}

impl Caller {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None);
        let agent = agent.timeout_global(Some(PATIENCE)).build().new_agent();
        Self { agent, url: url.to_owned(), token: token.to_owned() }
    }

    /// The whole answer to a document; nothing when the connection broke.
    pub(crate) fn ask(&self, query: &str, variables: &Value) -> Option<Value> {
        self.post("/graphql", &json!({"query": query, "variables": variables}))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Option<Value> {
        let request =
            self.agent.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let text = request.send(body.to_string()).ok()?.body_mut().read_to_string().ok()?;
        Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error} in {text:?}")))
    }

    /// The status of a path; nothing when the connection broke.
    pub(crate) fn status(&self, path: &str) -> Option<u16> {
        Some(self.agent.get(format!("{}{path}", self.url)).call().ok()?.status().as_u16())
    }
}

/// Asks until it is so.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !so() {
        assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::yield_now();
    }
}

/// The database of a folder.
fn file(data: &Path) -> PathBuf {
    data.join("qianxiaoer.sqlite")
}

/// A look into the tables, for reading only.
pub(crate) fn look(data: &Path) -> Connection {
    let database = Connection::open_with_flags(file(data), OpenFlags::SQLITE_OPEN_READ_ONLY);
    let database = database.expect("the database can be read");
    database.busy_timeout(PATIENCE).expect("a setting");
    database
}

/// Changes rows behind the program's back.
pub(crate) fn tamper(data: &Path, sql: &str) -> usize {
    let database = Connection::open(file(data)).expect("the database can be written");
    database.busy_timeout(PATIENCE).expect("a setting");
    database.execute(sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// A number out of the tables.
pub(crate) fn number(database: &Connection, sql: &str) -> i64 {
    database.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// A text out of the tables.
pub(crate) fn text(database: &Connection, sql: &str) -> String {
    database.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// What `doctor` says of a folder.
pub(crate) fn doctor(data: &Path) -> Output {
    let mut command = Command::new(binary());
    command.arg("doctor").arg("--data").arg(data).env_clear().stdin(Stdio::null());
    command.output().expect("the binary can be started")
}

/// `doctor` finds nothing.
pub(crate) fn assert_whole(data: &Path) {
    let Output { status, stdout, stderr } = doctor(data);
    let [said, complained] = [&stdout, &stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(status.success(), "{said}{complained}");
}
