//! The program as an operator runs it: the release build, in a process of its own.
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the server may take for anything that is not measured.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Server {
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    /// From starting the process to its line that it listens.
    pub(crate) ready_after: Duration,
    data: PathBuf,
    child: Child,
}

/// Someone who can sign in.
#[derive(serde::Deserialize)]
pub(crate) struct Account {
    pub(crate) zone: String,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) roles: Vec<String>,
}

impl Server {
    /// Serves the demonstration in a folder, and makes it there the first time.
    pub(crate) fn start(data: &Path) -> Self {
        std::fs::create_dir_all(data).expect("a folder for the data");
        let log = File::create(data.join("server.log")).expect("a log");
        let mut command = Command::new(binary());
        command.args(["serve", "--demo", "--rate", "0", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let started = Instant::now();
        let mut child = command.spawn().expect("the binary can be started");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is ours")).lines();
        let line = lines.next().and_then(Result::ok);
        let ready_after = started.elapsed();
        let address = line.as_deref().and_then(|line| line.strip_prefix("listening on http://"));
        let address = address.expect("the server says where it listens").to_owned();
        Self { address, ready_after, data: data.to_owned(), child }
    }

    /// Everyone in the demonstration.
    pub(crate) fn accounts(&self) -> Vec<Account> {
        let accounts = std::fs::read(self.data.join("demo-accounts.json")).expect("the list of accounts");
        serde_json::from_slice(&accounts).expect("a list of accounts")
    }

    /// A look into its database, for reading only.
    pub(crate) fn database(&self) -> Connection {
        let file = self.data.join("qianxiaoer.sqlite");
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("its database")
    }

    /// Resident memory in MiB.
    pub(crate) fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("/proc");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS is told");
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number of kB");
        kib / 1024.0
    }

    /// Waits until all mail has left, so that its sending takes nothing from what is measured next.
    pub(crate) fn mail_wait(&self) {
        let database = self.database();
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let count = "SELECT count(*) FROM outbox WHERE state = 'queued'";
            let queued: i64 = database.query_row(count, [], |row| row.get(0)).expect("the outbox");
            if queued == 0 {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("mail did not leave within {PATIENCE:?}");
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.is_ok_and(|status| status.success()), "the server can be asked to stop");
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "the server ended with {status}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary beside this one, `target/release/deps/desk-…`.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("this program has a path");
    let profile = own.parent().and_then(Path::parent).expect("it lies in target/release/deps");
    let binary = profile.join("qianxiaoer");
    assert!(binary.is_file(), "{} is missing: run ./bench, which builds it first", binary.display());
    binary
}
