//! A real mail server, `tests/smtp_server.py`.
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub(super) struct Server {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Server {
    /// Starts one with `arguments`, and returns once it listens.
    pub(super) fn start(arguments: &[&str]) -> Self {
        let room = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = room.join("../../.venv/bin/python");
        assert!(python.exists(), "{} is missing: run ./test once, it makes it", python.display());
        let folder = TempDir::new().unwrap();
        let mut child = Command::new(python)
            .args(["-W", "ignore"])
            .arg(room.join("tests/smtp_server.py"))
            .arg(folder.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("ready ").and_then(|port| port.parse().ok());
        Self { child, port: port.expect("the mail server did not start"), folder }
    }

    /// The setting of a transport to it; `options` go after the port.
    pub(super) fn setting(&self, options: &str) -> String {
        format!("smtp://127.0.0.1:{}{options}", self.port)
    }

    pub(super) fn setting_as(&self, user: &str, options: &str) -> String {
        format!("smtp://{user}@127.0.0.1:{}{options}", self.port)
    }

    /// What arrived.
    pub(super) fn mails(&self) -> Vec<Vec<u8>> {
        let new = self.folder.path().join("mail/new");
        fs::read_dir(new).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// The Message-IDs of everything it was sent, kept or not.
    pub(super) fn attempts(&self) -> Vec<String> {
        let attempts = fs::read_to_string(self.folder.path().join("attempts")).unwrap_or_default();
        attempts.lines().map(str::to_owned).collect()
    }

    /// The faults of a mix, each with the address that met it.
    pub(super) fn faults(&self) -> Vec<String> {
        let faults = fs::read_to_string(self.folder.path().join("faults")).unwrap_or_default();
        faults.lines().map(str::to_owned).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
