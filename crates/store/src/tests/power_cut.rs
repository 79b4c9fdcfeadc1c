//! The power is cut at hundreds of points while steps are recorded: what was acknowledged must be there afterwards.
//!
//! This test runs itself a second time under a shim that writes down all writes and syncs (`tests/powercut/shim.c`),
//! makes disks from prefixes of that log, and opens each. It lives inside the crate because its control must weaken
//! SQLite's `synchronous`, for which the crate has no door.
mod disk;

use super::house::{House, mail, timer};
use crate::{Chain, NewIdempotency, Store, StoreError, Viewer};
use disk::{Chance, Disk, Operation, Record, records};
use jiff::ToSpan;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use workflow::ids::{CaseId, ZoneId};

const TEST: &str = "tests::power_cut::a_power_cut_loses_nothing_that_was_acknowledged";
const STEPS: i64 = 150;
/// Images of the disk to try, times what `./test long` asks for.
const IMAGES: usize = 400;
const ACKNOWLEDGED: &str = "acknowledged";

fn images() -> usize {
    IMAGES * std::env::var("QXE_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// What hundreds of power cuts did.
#[derive(Debug, Default, PartialEq, Eq)]
struct Toll {
    /// Disks whose database could not be read, or whose history was torn.
    corrupt: usize,
    /// Disks on which an acknowledged step was missing.
    lost: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_loses_nothing_that_was_acknowledged() {
    if let Ok(folder) = std::env::var("POWER_CUT_FOLDER") {
        return workload(Path::new(&folder)).await;
    }
    let workbench = tempfile::tempdir().unwrap();
    let shim = workbench.path().join("shim.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/powercut/shim.c");
    let compiled =
        Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&shim).args([source, "-ldl"]).status();
    assert!(compiled.is_ok_and(|status| status.success()), "a C compiler builds the shim");

    let full = toll(workbench.path(), &shim, false).await;
    assert_eq!(full, Toll::default(), "of {} disks", images());
    let control = toll(workbench.path(), &shim, true).await;
    assert!(control.lost > 0, "the control lost nothing, so this test would not see a loss: {control:?}");
}

/// Records steps of one case in `folder` and acknowledges each after its commit, as the desk would.
async fn workload(folder: &Path) {
    let url = format!("sqlite://{}?mode=rwc", folder.join("desk.db").display());
    Store::migrate(&url).await.unwrap();
    let store = Store::open(&url).await.unwrap();
    // Checkpoints more often than in service, so that many cuts fall into one.
    store.writer.execute_unprepared("PRAGMA wal_autocheckpoint = 100").await.unwrap();
    if std::env::var_os("POWER_CUT_CONTROL").is_some() {
        store.writer.execute_unprepared("PRAGMA synchronous = NORMAL").await.unwrap();
    }
    let house = House::build(&store).await;
    let mut acknowledged = std::fs::File::create(folder.join(ACKNOWLEDGED)).unwrap();
    let mut record = house.opening(house.company);
    for seq in 1..=STEPS {
        record.mails = vec![mail("a@example.test"), mail("b@example.test")];
        record.step.timers = vec![timer("clock.reply.breach", record.at + 1.hour())];
        let (person, key) = (house.clerk, format!("key-{seq}"));
        record.idempotency = Some(NewIdempotency { person, key, request_hash: [1; 32] });
        let stored = house.record(record).await.unwrap();
        // One write, so that it is one record.
        acknowledged.write_all(format!("{} {} {seq}\n", house.zone, stored.id).as_bytes()).unwrap();
        record = house.next(&stored);
    }
}

/// Runs the workload under the shim and cuts its power many times.
async fn toll(workbench: &Path, shim: &Path, control: bool) -> Toll {
    let folder = tempfile::tempdir_in(workbench).unwrap();
    let log = workbench.join("log");
    let mut workload = Command::new(std::env::current_exe().unwrap());
    workload.args(["--exact", TEST]).env("LD_PRELOAD", shim).stdout(Stdio::null());
    workload.env("POWER_CUT_FOLDER", folder.path()).env("POWER_CUT_LOG", &log);
    if control {
        workload.env("POWER_CUT_CONTROL", "");
    }
    let status = workload.status();
    assert!(status.is_ok_and(|status| status.success()), "the workload records its steps");
    let records = records(&std::fs::read(&log).unwrap());
    std::fs::remove_file(log).unwrap();
    let written = acknowledgement(&records, records.len()).map(|(_, _, seq)| seq);
    assert_eq!(written, Some(STEPS), "the shim wrote everything down");

    let mut chance = Chance(20_261_123);
    let bound = u64::try_from(records.len()).unwrap() + 1;
    let mut cuts: Vec<_> = (0..images()).map(|_| usize::try_from(chance.below(bound)).unwrap()).collect();
    cuts.sort_unstable();
    let (mut toll, mut disk, mut happened) = (Toll::default(), Disk::default(), 0);
    for cut in cuts {
        for record in &records[happened..cut] {
            disk.happen(record);
        }
        happened = cut;
        let image = tempfile::tempdir_in(workbench).unwrap();
        disk.cut(&mut chance, image.path());
        match found(image.path(), acknowledgement(&records, cut)).await {
            Ok(true) => {}
            Ok(false) => toll.lost += 1,
            Err(_) => toll.corrupt += 1,
        }
    }
    toll
}

/// The last step that was acknowledged before a point of the log.
fn acknowledgement(records: &[Record], before: usize) -> Option<(ZoneId, CaseId, i64)> {
    records[..before].iter().rev().find_map(|(name, operation)| match operation {
        Operation::Write { data, .. } if name == ACKNOWLEDGED => {
            let line = std::str::from_utf8(data).unwrap();
            let mut words = line.split_whitespace();
            let mut word = || words.next().unwrap();
            Some((word().parse().unwrap(), word().parse().unwrap(), word().parse().unwrap()))
        }
        _ => None,
    })
}

/// Whether a database has every step up to the acknowledged one; an error when it cannot be read, or a step is torn.
async fn found(image: &Path, acknowledged: Option<(ZoneId, CaseId, i64)>) -> Result<bool, String> {
    let url = format!("sqlite://{}", image.join("desk.db").display());
    let Some((zone, case, seq)) = acknowledged else {
        // Nothing was promised yet; but what is there must be a database, or become one.
        return Store::migrate(&format!("{url}?mode=rwc"))
            .await
            .map(|()| true)
            .map_err(|error| error.to_string());
    };
    let store = match Store::open(&url).await {
        Err(StoreError::SchemaOutdated { .. }) => return Ok(false),
        opened => opened.map_err(|error| error.to_string())?,
    };
    let check = Statement::from_string(
        DbBackend::Sqlite,
        "SELECT integrity_check AS found FROM pragma_integrity_check",
    );
    let row = store.unzoned().query_one_raw(check).await.map_err(|error| error.to_string())?;
    let answer: String = row.ok_or("no answer")?.try_get("", "found").map_err(|error| error.to_string())?;
    if answer != "ok" {
        return Err(answer);
    }
    let viewer = Viewer::System(zone);
    let rows = match store.chain_verify(&viewer, case).await {
        Ok(Some(Chain::Whole { rows })) => rows,
        Ok(None) => return Ok(false),
        other => return Err(format!("{other:?}")),
    };
    let mails = store.outbox_list(&viewer, &[case]).await.map_err(|error| error.to_string())?.len();
    if i64::try_from(mails).ok() != Some(2 * rows) {
        return Err(format!("{rows} steps have {mails} mails"));
    }
    Ok(rows >= seq)
}
