//! The statechart kernel and XState come to the same configurations, by the same content in the same order, wherever
//! both define the construct. `./test long` compares many more charts.
//!
//! Left out, because they differ by intent, or because only one has them:
//! - A transition whose source and targets meet in a parallel state. SCXML leaves the whole state (3.13: the domain is a
//!   *compound* ancestor), XState only what lies within.
//! - A transition without targets in a chart with a parallel state. It conflicts with nothing, so SCXML takes it beside
//!   one that another region chooses further out; XState asks a parallel state only when no region answers.
//! - A transition that leaves further than one for the same event of a parallel state around it, or of a state around
//!   that. Where a third preempts it, SCXML takes the outer one that other regions chose; XState never asked for it.
//! - Internal transitions of parallel states, which SCXML takes for external ones.
//! - Event descriptors with `*`: XState prefers the longest, SCXML the first.
//! - History without a default, and a transition from within a state to that state's own history, whose domain depends
//!   on what is remembered.
//! - Content on leaving once the chart itself is over, which is the host's to run here.
//! - Delays, which are the host's here.
mod draw;
mod exported;
mod kernel;

use crate::workspace;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::process::Command;

/// Charts of the quick run.
const CHARTS: u64 = 400;

/// What happened at the start or upon an event: the content run, in order, and the innermost states after it.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Stop {
    log: Vec<String>,
    active: Vec<String>,
}

#[test]
fn random_charts_move_as_xstate_moves_them() {
    let times = std::env::var("QXE_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    let mut plays: Vec<_> = (0..CHARTS * times).map(draw::play).collect();
    let ours: Vec<_> = plays.iter().map(kernel::run).collect();
    // Where the kernel finds no rest XState would turn for ever: it is asked only about what comes before.
    for (play, stops) in plays.iter_mut().zip(&ours) {
        play.events.truncate(stops.len().saturating_sub(1));
    }
    let asked = || plays.iter().zip(&ours).filter(|(_, stops)| !stops.is_empty());
    let lines: String = asked().map(|(play, _)| serde_json::to_string(play).unwrap() + "\n").collect();
    let theirs: Vec<Vec<Stop>> = xstate("xstate.mjs", &lines);
    assert_eq!(theirs.len(), asked().count(), "XState answers for every chart");
    for ((play, ours), theirs) in asked().zip(&theirs) {
        assert_eq!(ours, theirs, "{}", serde_json::to_string(play).unwrap());
    }
    let events = ours.iter().flat_map(|stops| stops.iter().skip(1));
    let moved = events.filter(|stop| !stop.log.is_empty()).count();
    println!("{} charts compared, {moved} events that moved them", theirs.len());
    // If hardly anything were compared, agreement would say nothing.
    assert!(theirs.len() * 10 > plays.len() * 9, "{} of {} charts rest", theirs.len(), plays.len());
    assert!(moved > plays.len() * 2, "{moved} events moved {} charts", plays.len());
}

/// What XState says of lines, each on its line, by a script of `tests/conformance`.
fn xstate<T: DeserializeOwned>(script: &str, lines: &str) -> Vec<T> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lines.jsonl");
    std::fs::write(&file, lines).expect("a file can be written");
    let output = Command::new("node")
        .arg(script)
        .arg(&file)
        .current_dir(workspace::root().join("tests/conformance"))
        .output()
        .expect("node is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}
