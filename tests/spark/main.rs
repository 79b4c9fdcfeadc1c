//! What `policy sql` prints means on Apache Spark what the evaluator says. `./test long` brings Spark and runs this.
#[path = "../all/policy_sql/work.rs"]
mod work;

use policy::sql::Dialect;
use std::path::Path;
use std::process::{Command, Stdio};
use work::Work;

#[test]
fn spark_says_what_the_evaluator_says() {
    let work = Work::new(Dialect::Spark);
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script.sql");
    std::fs::write(&script, work.script()).unwrap();
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv-spark/bin/python");
    let mut command = Command::new(python);
    // Spark keeps its tables in the folder it is started in.
    command.args(["-c", work::PYTHON, "spark"]).current_dir(folder.path());
    command.stdin(std::fs::File::open(&script).unwrap()).stderr(Stdio::piped());
    let output = command.output().expect("Spark is installed: scripts/setup.sh spark");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    work.compare(&work::lines(&String::from_utf8_lossy(&output.stdout)));
}
