//! The disk is full, and later it is not.
use super::program::{Caller, Program, assert_whole, demonstration, look, number};
use super::walker::{Came, Walker, is_answered};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const TEST: &str = "faults::full::a_full_disk_refuses_writes_and_answers_reads_until_there_is_room_again";
const MOUNT: &str = "QXE_FULL_DISK";
/// How many further steps may fit into what files had reserved before the disk was filled.
const SLACK: usize = 200;

/// Runs itself a second time in a mount namespace of its own, where it may mount a small disk that goes with it.
#[test]
fn a_full_disk_refuses_writes_and_answers_reads_until_there_is_room_again() {
    if let Some(disk) = std::env::var_os(MOUNT) {
        return on_a_small_disk(Path::new(&disk));
    }
    let folder = TempDir::new().expect("a folder for temporary files");
    let mut unshare = Command::new("unshare");
    unshare
        .args(["--mount", "--map-root-user", "--"])
        .arg(std::env::current_exe().expect("this test has a path"));
    let output = unshare.args(["--exact", TEST, "--nocapture"]).env(MOUNT, folder.path()).output();
    let output = output.expect("unshare (util-linux) is installed");
    let [said, complained] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{said}{complained}");
    assert!(said.contains("1 passed"), "the test did not find itself: {said}");
}

fn on_a_small_disk(disk: &Path) {
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(disk).output();
    let mount = mount.expect("mount is installed");
    let complained = String::from_utf8_lossy(&mount.stderr);
    assert!(mount.status.success(), "this test needs to mount a small disk, which was refused: {complained}");
    demonstration(disk);
    let program = Program::start(disk);
    let [company, clerk] = ["company", "clerk"].map(|role| program.sign_in(disk, role));
    let mut walker = Walker::new("walker", &company, &clerk);
    for _ in 0..6 {
        assert!(matches!(walker.step(&program.url), Came::Acknowledged));
    }

    let ballast = disk.join("ballast");
    fill(&ballast);
    let refused = (0..SLACK).find_map(|_| match walker.step(&program.url) {
        Came::Acknowledged => None,
        refused => Some(refused),
    });
    let Some(Came::Broke(code)) = &refused else { panic!("{refused:?}") };
    assert_eq!(code, "STORAGE_FULL");
    let caller = Caller::new(&program.url, &clerk);
    let read =
        || caller.ask("{ me { zone } cases(first: 3) { totalCount nodes { number title } } }", &json!({}));
    for _ in 0..3 {
        let answer = read().expect("reads go on");
        assert!(is_answered(&answer), "{answer}");
        assert_eq!(answer["data"]["cases"]["nodes"].as_array().map(Vec::len), Some(3));
        let again = walker.step(&program.url);
        assert!(matches!(&again, Came::Broke(code) if code == "STORAGE_FULL"), "{again:?}");
    }

    std::fs::remove_file(&ballast).expect("room is made");
    for _ in 0..6 {
        let came = walker.step(&program.url);
        assert!(matches!(came, Came::Acknowledged), "there is room again: {came:?}");
    }
    assert!(program.stop().success());
    assert_whole(disk);
    let written = "SELECT count(*) FROM case_event WHERE case_id IN (SELECT case_id FROM idempotency \
        WHERE key LIKE 'walker-%')";
    assert_eq!(number(&look(disk), written), i64::try_from(walker.acknowledged.len()).expect("few"));
}

/// Writes until there is no room for a byte more.
fn fill(ballast: &Path) {
    let mut file = File::create(ballast).expect("a file");
    for size in [1 << 16, 1 << 10, 1] {
        let zeros = vec![0; size];
        while file.write_all(&zeros).is_ok() {}
    }
}
