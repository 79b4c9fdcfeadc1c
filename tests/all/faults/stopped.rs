//! Being told to stop while requests are under way.
use super::program::{Caller, Program, assert_whole, demonstration, look, number, until};
use super::walker::{Came, Walker};
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

const CLIENTS: usize = 4;
const STEPS_BEFORE: usize = 20;

#[test]
fn told_to_stop_under_load_it_says_so_answers_what_is_under_way_and_leaves() {
    let folder = TempDir::new().expect("a folder for temporary files");
    let data = folder.path();
    demonstration(data);
    let mut program = Program::start(data);
    let [company, clerk] = ["company", "clerk"].map(|role| program.sign_in(data, role));
    let mut walkers: Vec<Walker> =
        (0..CLIENTS).map(|index| Walker::new(&format!("walker-{index}"), &company, &clerk)).collect();
    let (acknowledged, url) = (AtomicUsize::new(0), program.url.clone());
    let ready = || Caller::new(&url, "").status("/readyz");
    assert_eq!(ready(), Some(200));
    std::thread::scope(|scope| {
        for walker in &mut walkers {
            scope.spawn(|| {
                while let Came::Acknowledged = walker.step(&url) {
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        until("steps are acknowledged", || acknowledged.load(Ordering::Relaxed) >= STEPS_BEFORE);
        program.terminate();
        let mut seen = vec![];
        until("nobody listens any more", || {
            seen.push(ready());
            seen.last() == Some(&None)
        });
        seen.dedup();
        assert!(seen.contains(&Some(503)), "it did not say that it leaves before it left: {seen:?}");
    });
    assert_eq!(program.ended().code(), Some(0));
    assert_whole(data);
    // What was done was also answered: a client whose step was taken and not acknowledged would count less.
    let taken = "SELECT count(*) FROM idempotency WHERE key LIKE 'walker-%'";
    let told: usize = walkers.iter().map(|walker| walker.acknowledged.len()).sum();
    assert_eq!(number(&look(data), taken), i64::try_from(told).expect("few"));
}
