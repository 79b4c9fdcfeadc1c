//! The statechart kernel, judged by the tests of the W3C and of SCION, and the judge itself under bad input.
mod hostile;

use crate::workspace;
use std::path::Path;
use std::process::{Command, Output};

const SUITE: &str = "tests/conformance/node_modules/@scion-scxml/test-framework/test";

fn judge(folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scxml")).arg(folder).output().expect("the judge can be started")
}

/// What the judge says of a folder, once it has finished.
fn verdicts(folder: &Path) -> Vec<String> {
    let output = judge(folder);
    assert!(output.status.success(), "{}: {}", folder.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn what_does_not_pass_is_what_is_checked_in_with_its_reason() {
    let suite = workspace::root().join(SUITE);
    assert!(suite.is_dir(), "the suite is missing: run ./test, which brings it");
    let known = workspace::read("tests/scxml/not-passed.txt");
    let known: Vec<_> = known.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(verdicts(&suite), known, "a test began to pass or to fail: see to it, then to the list");
}

#[test]
fn without_scripts_a_document_must_end_in_pass() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, body: &str| {
        let text = format!("<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0'>{body}</scxml>");
        std::fs::write(folder.path().join(name), text).unwrap();
    };
    write(
        "good.scxml",
        "<state id='a'><onentry><send event='e' delay='5s'/></onentry>
        <transition event='e' target='pass'/></state><final id='pass'/>",
    );
    write(
        "bad.scxml",
        "<state id='a'><transition target='fail'/></state><final id='pass'/><final id='fail'/>",
    );
    write("stuck.scxml", "<state id='pass'/>");
    write("good_sub1.scxml", "<state id='a'/>");
    write("lua.scxml", "<state id='a'><invoke src='nothing' type='http'/></state><final id='pass'/>");
    let said = verdicts(folder.path());
    assert_eq!(
        said,
        [
            "bad failed: came to rest in fail",
            "lua unsupported: invocations of the type http",
            "stuck failed: came to rest in pass",
            "1 passed, 2 failed, 1 unsupported",
        ]
    );
}

#[test]
fn a_wrong_call_is_told_apart_from_a_folder_that_is_not_there() {
    let nothing = Command::new(env!("CARGO_BIN_EXE_scxml")).output().unwrap();
    assert_eq!(nothing.status.code(), Some(2));
    let nowhere = judge(Path::new("nowhere"));
    assert_eq!((nowhere.status.code(), nowhere.stdout.is_empty()), (Some(1), true));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("nowhere"));
}
