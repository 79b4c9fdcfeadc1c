//! What earlier versions of the program left, with rows in every table, is brought up to date on both databases and loses
//! nothing.
//!
//! `rows/MIGRATION.jsonl` holds what was written by the program whose last migration that was, into the tables which that
//! migration made: a row a line, as `{"table": {"column": value}}`, bytes in hexadecimal.
use super::postgres::{APP, Postgres, Urls};
use super::sqlite;
use crate::archive::shape::{Kind, Shape, shapes};
use crate::{Chain, Store, Viewer};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::{MigratorTrait, SchemaManager};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The migrations in the order in which they were released. Versions in between had other tables with rows.
const RELEASED: [&str; 3] =
    ["m20261123_000001_first", "m20261123_000002_daily_verbs", "m20261123_000004_people"];
/// What is not kept, and why: tokens came to name their zone, so who was signed in signs in again.
const FORGOTTEN: [&str; 1] = ["session"];

/// The values of each table's rows, without an order, and the columns they are of.
type Rows = BTreeMap<String, (Vec<String>, Vec<String>)>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_every_earlier_version_wrote_to_sqlite_is_there_after_migrating() {
    for version in 1..=RELEASED.len() {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite::url(&folder);
        let urls = Urls { superuser: url.clone(), owner: url.clone(), app: url };
        keeps_everything(&urls, &RELEASED[..version]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_every_earlier_version_wrote_to_postgresql_is_there_after_migrating() {
    for version in 1..=RELEASED.len() {
        keeps_everything(&Postgres::shared().database(), &RELEASED[..version]).await;
    }
}

async fn keeps_everything(urls: &Urls, released: &[&str]) {
    let before = left_behind(&urls.owner, released).await;
    Store::migrate(&urls.owner).await.unwrap();
    if urls.app != urls.owner {
        Store::admit(&urls.owner, APP, None).await.unwrap();
    }
    // Row-level security now shows its owner nothing without a zone.
    let database = Database::connect(&urls.superuser).await.unwrap();
    for (table, (columns, rows)) in &before {
        assert!(!rows.is_empty(), "{released:?}: `{table}` has no row to lose");
        if !FORGOTTEN.contains(&table.as_str()) {
            assert_eq!(&texts(&database, table, columns).await, rows, "{released:?}: `{table}`");
        }
    }
    database.close().await.unwrap();

    let store = Store::open(&urls.app).await.unwrap();
    let zone = store.zone_by_key("qianjiang").await.unwrap().unwrap().id;
    let cases = store.case_open_ids(zone, None, 9).await.unwrap();
    assert_eq!(cases.len(), 2, "{released:?}");
    for case in cases {
        let chain = store.chain_verify(&Viewer::System(zone), case).await.unwrap();
        assert!(matches!(chain, Some(Chain::Whole { rows: 1.. })), "{released:?}: {chain:?}");
        store.event_page(&Viewer::System(zone), case, 0, 9).await.unwrap();
    }
    let tx = store.begin(zone).await.unwrap();
    assert_eq!(tx.number_next("20260901").await.unwrap(), 2, "{released:?}: counting goes on");
    tx.commit().await.unwrap();
}

/// Makes the tables of a version and fills them; answers the rows.
async fn left_behind(url: &str, released: &[&str]) -> Rows {
    let database = Database::connect(url).await.unwrap();
    Migrator::install(&database).await.unwrap();
    for name in released {
        let known = Migrator::migrations().into_iter().find(|migration| migration.name() == *name).unwrap();
        known.up(&SchemaManager::new(&database)).await.unwrap();
        let done = format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{name}', 0)");
        database.execute_unprepared(&done).await.unwrap();
        let shapes = shapes(&database).await.unwrap();
        let rows = format!("{}/src/tests/rows/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
        for line in std::fs::read_to_string(rows).unwrap().lines() {
            let row: BTreeMap<String, Map<String, Value>> = serde_json::from_str(line).unwrap();
            for (table, values) in row {
                let shape = shapes.iter().find(|shape| shape.table == table).unwrap();
                let insert = insert(database.get_database_backend(), shape, &values);
                database.execute_unprepared(&insert).await.unwrap();
            }
        }
    }
    let mut rows = Rows::new();
    for shape in shapes(&database).await.unwrap() {
        let mut columns = vec![shape.zone.to_owned()];
        columns.extend(shape.columns.into_iter().map(|column| column.name));
        let found = texts(&database, &shape.table, &columns).await;
        rows.insert(shape.table, (columns, found));
    }
    database.close().await.unwrap();
    rows
}

/// A row as the database itself writes it.
fn insert(backend: DbBackend, shape: &Shape, values: &Map<String, Value>) -> String {
    let literal = |(column, value): (&String, &Value)| {
        let kind =
            shape.columns.iter().find(|known| known.name == *column).map_or(Kind::Id, |known| known.kind);
        match (value, kind) {
            (Value::String(text), Kind::Text) => format!("'{}'", text.replace('\'', "''")),
            (Value::String(text), _) if backend == DbBackend::Sqlite => {
                format!("x'{}'", text.replace('-', ""))
            }
            (Value::String(text), Kind::Bytes) => format!("'\\x{text}'"),
            (Value::String(text), _) => format!("'{text}'"),
            (other, _) => other.to_string(),
        }
    };
    let columns: Vec<_> = values.keys().map(|column| format!("\"{column}\"")).collect();
    let values: Vec<_> = values.iter().map(literal).collect();
    format!("INSERT INTO \"{}\" ({}) VALUES ({})", shape.table, columns.join(", "), values.join(", "))
}

/// Every row of a table as one text, sorted.
async fn texts(database: &DatabaseConnection, table: &str, columns: &[String]) -> Vec<String> {
    let backend = database.get_database_backend();
    let text = |column: &String| match backend {
        DbBackend::Sqlite => format!("coalesce(hex(\"{column}\"), '-')"),
        _ => format!("coalesce(\"{column}\"::text, '-')"),
    };
    let columns: Vec<_> = columns.iter().map(text).collect();
    let select = format!("SELECT {} AS found FROM \"{table}\"", columns.join(" || ' ' || "));
    let rows = database.query_all_raw(Statement::from_string(backend, select)).await.unwrap();
    let mut texts: Vec<String> = rows.iter().map(|row| row.try_get("", "found").unwrap()).collect();
    texts.sort();
    texts
}
