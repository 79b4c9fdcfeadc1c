//! Measures the desk in one run of release builds and writes docs/benchmarks.md.
//!
//! Absolute figures belong to the machine; therefore each has beside it the bar it must pass, and steps per second
//! have the raw commits of the same machine and moment.
mod client;
mod deadlines;
mod load;
mod machine;
mod raw;
mod report;
mod server;

use report::{Report, Round, Steps};
use server::Server;
use std::path::Path;
use std::time::Duration;

/// Steps over HTTP and raw commits are measured in turns, so that what else the machine does meets both.
const ROUNDS: usize = 8;
/// How long a turn of steps over HTTP takes.
const LOAD: Duration = Duration::from_secs(1);
/// How long a turn of raw commits takes.
const RAW: Duration = Duration::from_millis(500);
const WARM_UP: Duration = Duration::from_secs(2);
const CLIENTS: usize = 16;
const BOOTS: usize = 5;

fn main() {
    // On the disk of the build, which is a real one where a folder for temporary files may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder beside the build");
    let data = folder.path().join("data");

    say("boot to ready");
    Server::start(&data).stop();
    let boots: Vec<Duration> = (0..BOOTS)
        .map(|_| {
            let server = Server::start(&data);
            let took = server.ready_after;
            server.stop();
            took
        })
        .collect();

    let server = Server::start(&data);
    server.mail_wait();
    let idle = server.resident();
    let mut desk = load::Desk::open(&server, CLIENTS);

    say("steps over HTTP and raw commits, in turns");
    desk.run(CLIENTS, WARM_UP);
    server.mail_wait();
    let shape = raw::Shape::read(&server.database());
    let mut writer = raw::Writer::open(&shape, folder.path());
    writer.run(RAW);
    let mut loaded = server.resident();
    let mut rounds = vec![];
    for _ in 0..ROUNDS {
        let before = writer.run(RAW);
        let alone = desk.run(1, LOAD);
        server.mail_wait();
        let between = writer.run(RAW);
        let together = desk.run(CLIENTS, LOAD);
        loaded = server.resident().max(loaded);
        server.mail_wait();
        rounds.push(Round { commits: [before, between, writer.run(RAW)], alone, together });
    }
    server.stop();

    say("deadlines");
    let deadlines = deadlines::per_second();

    let steps = Steps { shape: writer.shape, rounds };
    let report = Report { boots, idle, loaded, steps, deadlines, clients: CLIENTS }.markdown();
    print!("{report}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
    std::fs::write(&path, report).expect("docs/benchmarks.md can be written");
}

/// Says on stderr what is measured now.
fn say(what: &str) {
    eprintln!("-- {what}");
}
