//! A PostgreSQL of our own for tests: made empty, reached by a socket only its owner sees, stopped and removed with the
//! value, or with the process when that is killed. Standard library only, so that any test crate can include this file.
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Starts the server `$1/postgres` with its data in `$2`, says so, and stops and removes it when its input ends.
const KEEPER: &str = r#"
    set -e
    trap 'rm -rf "$2" "$2.log"' EXIT
    "$1/initdb" -D "$2" -U postgres -A trust -E UTF8 -N >"$2.log" 2>&1
    mv "$2.log" "$2/log"
    "$1/pg_ctl" start -w -D "$2" -o "-c listen_addresses='' -c max_connections=300 -k $2" >>"$2/log" 2>&1
    "$1/psql" -h "$2" -U postgres -qc "CREATE ROLE owner LOGIN CREATEROLE" postgres >>"$2/log" 2>&1
    chmod 755 "$2"
    echo ready
    exec >/dev/null
    cat >/dev/null
    "$1/pg_ctl" stop -w -m immediate -D "$2" >/dev/null 2>&1
"#;

/// A server that runs until this is dropped, or its process ends.
#[derive(Debug)]
pub(crate) struct Postgres {
    keeper: Child,
    folder: PathBuf,
    databases: AtomicU32,
}

/// An empty database of a server, as three roles reach it.
#[derive(Debug, Clone)]
pub(crate) struct Urls {
    /// Whom nothing holds.
    pub(crate) superuser: String,
    /// Who owns the tables and migrates.
    pub(crate) owner: String,
    /// Who serves, once the owner has admitted the role [`APP`].
    pub(crate) app: String,
}

/// The role that serves.
pub(crate) const APP: &str = "app";

static STARTED: AtomicU32 = AtomicU32::new(0);
static SHARED: OnceLock<Postgres> = OnceLock::new();

impl Postgres {
    /// The server that the tests of this process share; starting one takes seconds.
    pub(crate) fn shared() -> &'static Self {
        SHARED.get_or_init(Self::start)
    }

    /// Makes a cluster in the folder for temporary files and starts it.
    fn start() -> Self {
        let name = format!("postgres-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        // PostgreSQL refuses to run as root; then it runs as the user its package made.
        let root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        let mut command = if root { Command::new("runuser") } else { Command::new("sh") };
        if root {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        command.args(["-c", KEEPER, "keeper"]).arg(binaries()).arg(&folder).current_dir("/");
        // In a group of its own, so that it outlives an interrupted test and can clean up.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = command.spawn().expect("`sh` and `runuser` can be run");
        let mut said = String::new();
        let mut output = BufReader::new(keeper.stdout.take().expect("the keeper's output is a pipe"));
        output.read_line(&mut said).expect("the keeper's output can be read");
        assert_eq!(said, "ready\n", "PostgreSQL did not start in {}", folder.display());
        Self { keeper, folder, databases: AtomicU32::new(0) }
    }

    /// Makes a database that nobody else uses.
    pub(crate) fn database(&self) -> Urls {
        let name = format!("desk{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let url =
            |role, name: &str| format!("postgres://{role}@localhost/{name}?host={}", self.folder.display());
        query(&url("postgres", "postgres"), &format!("CREATE DATABASE {name} OWNER owner"));
        Urls { superuser: url("postgres", &name), owner: url("owner", &name), app: url(APP, &name) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Runs a statement, and answers its rows as lines and their columns with `|` between.
pub(crate) fn query(url: &str, statement: &str) -> String {
    let mut psql = Command::new(binaries().join("psql"));
    psql.args([url, "-qXAt", "-v", "ON_ERROR_STOP=1", "-c", statement]);
    let output = psql.output().expect("`psql` can be run");
    assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the database speaks UTF-8").trim_end().to_owned()
}

/// The newest PostgreSQL of this machine that brings a server.
fn binaries() -> PathBuf {
    let packaged = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = packaged
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        found.push((0, Path::new(String::from_utf8_lossy(&output.stdout).trim()).to_owned()));
    }
    found.retain(|(_, folder)| folder.join("initdb").is_file());
    found.sort();
    let (_, folder) = found.pop().expect("a PostgreSQL server is installed (package `postgresql`)");
    folder
}
