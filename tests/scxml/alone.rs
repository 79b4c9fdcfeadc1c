//! Each test in a process of its own, so that none can end or hold up the others.
use crate::files::Test;
use crate::trial::{self, Verdict};
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// The first argument of a process that runs one test.
pub(crate) const MARK: &str = "--alone";

const TIME: Duration = Duration::from_secs(20);
const MEMORY_KIB: usize = 2_000_000;
/// Enough for the deepest expression that anyone writes; what needs more ends its process.
const STACK: usize = 256 << 20;

/// Runs one test and prints its verdict.
pub(crate) fn answer(document: &Path, script: Option<&Path>) -> ExitCode {
    let verdict = std::thread::scope(|scope| {
        let runner = std::thread::Builder::new().stack_size(STACK);
        let run = runner.spawn_scoped(scope, || trial::run(document, script)).ok()?;
        run.join().ok()
    });
    println!("{}", verdict.unwrap_or_else(|| Verdict::Failed("the run panicked".into())));
    ExitCode::SUCCESS
}

/// The verdicts on all tests, in their order.
pub(crate) fn all(tests: &[Test]) -> Vec<Verdict> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut verdicts = vec![];
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(test) = tests.get(at) else { return verdicts };
            verdicts.push((at, one(test).unwrap_or_else(Verdict::Failed)));
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut verdicts: Vec<(usize, Verdict)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    verdicts.sort_by_key(|(at, _)| *at);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

fn one(test: &Test) -> Result<Verdict, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new("sh");
    // The limit is the shell's, because a process cannot set its own without unsafe code.
    command.args(["-c", &format!("ulimit -v {MEMORY_KIB} && ulimit -c 0 && exec \"$0\" \"$@\"")]);
    command.arg(program).arg(MARK).arg(&test.document).args(&test.script);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let said = listen(&mut child);
    // It may be over already, which is what is wanted.
    let _ = child.kill();
    let status = child.wait().map_err(|error| error.to_string())?;
    Verdict::parse(&said?).ok_or_else(|| format!("the process that ran it ended with {status}"))
}

/// What a process says before it ends or its time is up.
fn listen(child: &mut Child) -> Result<String, String> {
    let mut output = child.stdout.take().ok_or("a process without an output")?;
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = output.read_to_string(&mut text);
        tell.send(read.map(|_| text).map_err(|error| error.to_string()))
    });
    told.recv_timeout(TIME).unwrap_or_else(|error| match error {
        RecvTimeoutError::Timeout => Err(format!("no end after {} s", TIME.as_secs())),
        RecvTimeoutError::Disconnected => Err("a process that cannot be heard".into()),
    })
}
