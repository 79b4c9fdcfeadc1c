//! Runs the binary.
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What a command came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command to its end.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    run_with(arguments, "")
}

/// Runs a command with this on its stdin.
pub(crate) fn run_with(arguments: &[&str], stdin: &str) -> Ran {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut pipe = child.stdin.take().expect("its stdin is a pipe");
    let text = stdin.to_owned();
    // A command that answers while it reads would wait for us, and we for it.
    let writing = std::thread::spawn(move || drop(pipe.write_all(text.as_bytes())));
    let output = child.wait_with_output().expect("the binary ends");
    writing.join().expect("what it asked for was written");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// What a command prints that succeeds.
pub(crate) fn answer(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran.out
}

/// What a command says that is refused; it prints no result.
pub(crate) fn refusal(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{arguments:?}: {ran:?}");
    ran.err
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qianxiaoer"));
    command.args(arguments).env_clear();
    command
}

/// What a desk that serves says on stderr, a file in its folder.
pub(crate) const SAID: &str = "said.log";

/// A desk that serves until this is dropped.
pub(crate) struct Serving {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Serving {
    /// Serves a folder on a free port, and waits until it is ready.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        std::fs::create_dir_all(data).expect("a folder");
        let data = data.to_str().expect("a path in UTF-8");
        let arguments = [&["serve", "--listen", "127.0.0.1:0", "--data", data], more].concat();
        let mut command = command(&arguments);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(Path::new(data).join(SAID)).expect("a file for what it says"))
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its stdout is a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("it prints where it listens");
        let address = line.trim_end().strip_prefix("listening on http://").expect("it listens").to_owned();
        Self { child, address }
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.end();
    }
}
