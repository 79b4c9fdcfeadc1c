//! What `policy sql` prints means on real databases what the evaluator says.
#[path = "policy_sql/work.rs"]
mod work;

use crate::postgres::Postgres;
use crate::workspace;
use policy::sql::Dialect;
use std::io::Write;
use std::process::{Command, Stdio};
use work::Work;

#[test]
fn postgresql_says_what_the_evaluator_says() {
    let work = Work::new(Dialect::Postgres);
    let mut psql = Command::new("psql");
    psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname"]);
    psql.arg(Postgres::shared().database().superuser);
    work.compare(&answers(psql, &work.script()));
}

#[test]
fn duckdb_says_what_the_evaluator_says() {
    let work = Work::new(Dialect::Duckdb);
    let mut python = Command::new(workspace::root().join(".venv/bin/python"));
    python.args(["-c", work::PYTHON, "duckdb"]);
    work.compare(&answers(python, &work.script()));
}

#[test]
fn sqlite_says_what_the_evaluator_says() {
    let work = Work::new(Dialect::Sqlite);
    let database = rusqlite::Connection::open_in_memory().unwrap();
    database.execute_batch(&work.table()).unwrap();
    let mut found = Vec::new();
    for query in work.queries() {
        let mut statement = database.prepare(&query).unwrap_or_else(|error| panic!("{query}: {error}"));
        let rows = statement.query_map([], |row| row.get::<_, Option<i64>>(0)).unwrap();
        found.extend(rows.map(|row| row.unwrap().map(|truth| truth == 1)));
    }
    work.compare(&found);
}

/// The lines that a program prints which reads a script: 1, 0 or nothing.
fn answers(mut program: Command, script: &str) -> Vec<Option<bool>> {
    let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap_or_else(|error| panic!("{program:?}: {error}"));
    let mut input = child.stdin.take().expect("its input is a pipe");
    let script = script.to_owned();
    let writing = std::thread::spawn(move || drop(input.write_all(script.as_bytes())));
    let output = child.wait_with_output().expect("it ends");
    writing.join().expect("the script was written");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    work::lines(&String::from_utf8_lossy(&output.stdout))
}
