//! The program is killed while requests are under way, again and again on the same folder.
use super::program::{Program, assert_whole, demonstration, look, number, tamper, until};
use super::walker::{Acknowledged, Came, Walker};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

const KILLS: usize = 14;
const CLIENTS: usize = 4;
/// Where the moments of the kills begin.
const SEED: u64 = 20_261_123;

#[test]
fn a_kill_at_any_moment_loses_nothing_acknowledged_and_does_nothing_twice() {
    let folder = TempDir::new().expect("a folder for temporary files");
    let data = folder.path();
    demonstration(data);
    let mut program = Program::start(data);
    let [company, clerk] = ["company", "clerk"].map(|role| program.sign_in(data, role));
    let before = number(&look(data), "SELECT count(*) FROM case_file");
    let mut walkers: Vec<Walker> =
        (0..CLIENTS).map(|index| Walker::new(&format!("walker-{index}"), &company, &clerk)).collect();
    let mut moments = Moments(SEED);
    for _ in 0..KILLS {
        walk_until_killed(&mut program, &mut walkers, moments.next(24));
        // A mail that was under way is free again when its lease is over; this is that time passing.
        tamper(data, "UPDATE outbox SET leased_until = 0 WHERE leased_until IS NOT NULL");
        program = Program::start(data);
        // Whatever was not answered is asked again, with the same key.
        for walker in &mut walkers {
            assert!(matches!(walker.step(&program.url), Came::Acknowledged));
        }
    }
    until("all mail has left", || {
        number(&look(data), "SELECT count(*) FROM outbox WHERE state = 'queued'") == 0
    });
    assert!(program.stop().success());
    assert_whole(data);

    let database = look(data);
    let opened = number(&database, "SELECT count(*) FROM case_file") - before;
    assert_eq!(opened, i64::try_from(CLIENTS).expect("few"), "cases, one per client");
    for walker in &walkers {
        assert_eq!(history(&database, walker), walker.acknowledged);
    }
    assert_eq!(number(&database, VERSIONS_WITH_GAPS), 0, "versions are 1 to n, and the case stands at n");
    assert_eq!(number(&database, STEPS_WITHOUT_THEIR_KEY), 0, "every step was asked for, once");
    assert_eq!(number(&database, MAILS_DOUBLED), 0, "one mail per step, template and person");
    assert_eq!(number(&database, STEPS_WITHOUT_MAIL), 0, "every one of these steps causes mail");
    mails(data, &database);
}

const VERSIONS_WITH_GAPS: &str = "SELECT count(*) FROM (SELECT f.id FROM case_file f JOIN case_event e \
    ON e.zone_id = f.zone_id AND e.case_id = f.id GROUP BY f.zone_id, f.id \
    HAVING min(e.seq) <> 1 OR max(e.seq) <> count(*) OR count(*) <> f.seq)";
const STEPS_WITHOUT_THEIR_KEY: &str = "SELECT count(*) FROM case_event e \
    WHERE e.case_id IN (SELECT case_id FROM idempotency WHERE key LIKE 'walker-%') AND (SELECT count(*) \
    FROM idempotency i WHERE (i.zone_id, i.case_id, i.seq) = (e.zone_id, e.case_id, e.seq)) <> 1";
const MAILS_DOUBLED: &str = "SELECT count(*) FROM (SELECT 1 FROM outbox \
    GROUP BY zone_id, case_id, seq, template, recipient_id HAVING count(*) > 1)";
const STEPS_WITHOUT_MAIL: &str = "SELECT count(*) FROM idempotency i WHERE i.key LIKE 'walker-%' AND NOT EXISTS \
    (SELECT 1 FROM outbox o WHERE (o.zone_id, o.case_id, o.seq) = (i.zone_id, i.case_id, i.seq))";

/// Lets every client walk; when so many steps were acknowledged the program is killed, whatever it is at.
fn walk_until_killed(program: &mut Program, walkers: &mut [Walker], after: usize) {
    let acknowledged = AtomicUsize::new(0);
    let url = program.url.clone();
    std::thread::scope(|scope| {
        for walker in walkers {
            scope.spawn(|| {
                while let Came::Acknowledged = walker.step(&url) {
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        until("steps are acknowledged", || acknowledged.load(Ordering::Relaxed) >= after);
        program.kill();
    });
}

/// The rows of a client's case with the keys of the requests that made them.
fn history(database: &Connection, walker: &Walker) -> Vec<Acknowledged> {
    let rows = "SELECT i.key, e.action, e.seq FROM case_event e JOIN idempotency i \
        ON (i.zone_id, i.case_id, i.seq) = (e.zone_id, e.case_id, e.seq) WHERE e.case_id = \
        (SELECT case_id FROM idempotency WHERE key = ?) ORDER BY e.seq";
    let mut statement = database.prepare(rows).expect("a query");
    let row = |row: &rusqlite::Row<'_>| {
        Ok(Acknowledged { key: row.get(0)?, action: row.get(1)?, version: row.get(2)? })
    };
    let first = walker.acknowledged.first().map(|step| &step.key);
    statement.query_map([first], row).and_then(Iterator::collect).expect("rows")
}

/// Every mail of these cases lies in the folder once, whole, under a Message-ID of its own.
fn mails(data: &Path, database: &Connection) {
    let sent = "SELECT lower(hex(id)) FROM outbox WHERE case_id IN \
        (SELECT case_id FROM idempotency WHERE key LIKE 'walker-%') AND state = 'sent'";
    let mut statement = database.prepare(sent).expect("a query");
    let sent: BTreeSet<String> =
        statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).expect("rows");
    let mut ids = BTreeSet::new();
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(data.join("mail")).expect("the folder of mails") {
        let path = entry.expect("a mail").path();
        let text = std::fs::read_to_string(&path).expect("a mail is text");
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID:"));
        let id = id.unwrap_or_else(|| panic!("{} has no Message-ID", path.display()));
        assert!(ids.insert(id.trim().to_owned()), "{id} came twice");
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let stem = name.strip_suffix(".eml").unwrap_or_else(|| panic!("{name} was left behind"));
        files.insert(stem.replace('-', ""));
    }
    assert!(!sent.is_empty());
    assert!(sent.is_subset(&files), "sent but not there: {:?}", sent.difference(&files));
}

/// Numbers that look drawn and are the same every time (the generator `SplitMix64`).
struct Moments(u64);

impl Moments {
    /// From 1 to `most`.
    fn next(&mut self, most: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % most).expect("small") + 1
    }
}
