//! The same work on `DuckDB`, which `scripts/setup.sh tests` brings.
use crate::work::{Kind, Value, Work, companies, fields};
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Policies a statement counts.
const AT_ONCE: usize = 100;

const PROGRAM: &str = "
import duckdb, json, sys, time
folder = sys.argv[1]
base = duckdb.connect()
base.execute('SET threads = 1')
base.execute(open(folder + '/table.sql').read())
took, counts = 0.0, []
for statement in open(folder + '/count.sql'):
    start = time.perf_counter()
    row = base.execute(statement).fetchone()
    took += time.perf_counter() - start
    counts += [[row[i], row[i + 1]] for i in range(0, len(row), 2)]
print(json.dumps({'version': 'DuckDB ' + duckdb.__version__, 'took': took, 'counts': counts}))
";

#[derive(serde::Deserialize)]
struct Said {
    version: String,
    took: f64,
    counts: Vec<[u64; 2]>,
}

pub(crate) struct Answer {
    /// Yes and no of each policy.
    pub(crate) counts: Vec<[u64; 2]>,
    pub(crate) took: Duration,
    pub(crate) version: String,
}

pub(crate) fn count(work: &Work) -> Answer {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder beside the build");
    write(work, folder.path()).expect("the disk has room");
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    let ran = Command::new(python).arg("-c").arg(PROGRAM).arg(folder.path()).output().expect("Python starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let said: Said = serde_json::from_slice(&ran.stdout).expect("it prints JSON");
    Answer { counts: said.counts, took: Duration::from_secs_f64(said.took), version: said.version }
}

fn write(work: &Work, folder: &Path) -> std::io::Result<()> {
    let file = folder.join("companies.csv");
    let mut csv = BufWriter::new(std::fs::File::create(&file)?);
    for company in companies() {
        let cells = company.cells().iter().map(|cell| match cell {
            Value::Unknown => String::new(),
            Value::Truth(truth) => truth.to_string(),
            Value::Number(text) | Value::Text(text) => text.clone(),
        });
        writeln!(csv, "{}", cells.collect::<Vec<_>>().join(","))?;
    }
    csv.flush()?;
    let values: Vec<String> = (0..12).map(|value| format!("'v{value}'")).collect();
    let mut table = format!("CREATE TYPE named AS ENUM ({});\nCREATE TABLE companies (", values.join(","));
    let columns = fields().into_iter().map(|(name, kind)| match kind {
        Kind::Number => format!("{name} DECIMAL(12,2)"),
        Kind::Truth => format!("{name} BOOLEAN"),
        Kind::Text => format!("{name} named"),
    });
    let _ = writeln!(table, "{});", columns.collect::<Vec<_>>().join(", "));
    let _ = writeln!(table, "COPY companies FROM '{}' (HEADER false);", file.display());
    std::fs::write(folder.join("table.sql"), table)?;
    let mut counts = String::new();
    for policies in work.policies.chunks(AT_ONCE) {
        let each = policies.iter().map(|policy| format!("count_if({0}), count_if(NOT ({0}))", policy.sql));
        let _ = writeln!(counts, "SELECT {} FROM companies", each.collect::<Vec<_>>().join(", "));
    }
    std::fs::write(folder.join("count.sql"), counts)
}
