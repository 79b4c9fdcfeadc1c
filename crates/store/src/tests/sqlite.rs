//! What only SQLite has: its file, its settings, its full disk.
use super::house::{House, at, fresh};
use crate::{StepRecord, Store, StoreError, Viewer, ZoneId};
use sea_orm::ConnectionTrait;
use sea_orm::sqlx::{self, Connection as _};
use tempfile::TempDir;

/// A new database, and the folder it lives in while this is kept.
pub(super) async fn store() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = url(&folder);
    Store::migrate(&url).await.unwrap();
    (Store::open(&url).await.unwrap(), folder)
}

pub(super) fn url(folder: &TempDir) -> String {
    format!("sqlite://{}?mode=rwc", folder.path().join("desk.db").display())
}

#[tokio::test]
async fn a_database_that_forgets_is_refused() {
    let refused = Store::open("sqlite::memory:").await.unwrap_err();
    assert!(matches!(refused, StoreError::UnsafePragma { pragma: "journal_mode", .. }), "{refused:?}");
}

#[tokio::test]
async fn every_connection_has_the_pragmas() {
    let (store, _folder) = store().await;
    for (database, query_only) in [(store.unzoned(), "1"), (&store.writer, "0")] {
        super::super::connection::pragmas_check(database).await.unwrap();
        let sql = "SELECT CAST(query_only AS TEXT) AS found FROM pragma_query_only";
        let row =
            database.query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql)).await;
        assert_eq!(row.unwrap().unwrap().try_get::<String>("", "found").unwrap(), query_only);
    }
    store.writer.execute_unprepared("PRAGMA synchronous = NORMAL").await.unwrap();
    let refused = super::super::connection::pragmas_check(&store.writer).await.unwrap_err();
    assert!(matches!(refused, StoreError::UnsafePragma { pragma: "synchronous", .. }), "{refused:?}");
}

#[tokio::test]
async fn an_old_schema_is_refused_with_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Store::open(&url(&folder)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::SchemaOutdated { missing } if !missing.is_empty()), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrating_twice_and_by_many_at_once_is_migrating_once() {
    let folder = tempfile::tempdir().unwrap();
    let tasks: Vec<_> = (0..6)
        .map(|_| url(&folder))
        .map(|url| tokio::spawn(async move { Store::migrate(&url).await }))
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    Store::migrate(&url(&folder)).await.unwrap();
    House::build(&Store::open(&url(&folder)).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_that_writes_is_waited_for() {
    let (store, folder) = store().await;
    let house = House::build(&store).await;
    let mut tasks = Vec::new();
    for process in [store, Store::open(&url(&folder)).await.unwrap()] {
        let records: Vec<_> = (0..60).map(|_| house.opening(house.company)).collect();
        let zone = house.zone;
        tasks.push(tokio::spawn(async move {
            for record in records {
                let tx = process.begin(zone).await?;
                let opened = tx.step_record(record.clone()).await?;
                tx.commit().await?;
                // A further step reads before it writes: a deferred transaction would fail here.
                let tx = process.begin(zone).await?;
                tx.step_record(StepRecord { before: Some(opened), ..record }).await?;
                tx.commit().await?;
            }
            Ok::<_, StoreError>(())
        }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let (store, _folder) = store().await;
    let house = House::build(&store).await;
    let stored = house.record(house.opening(house.company)).await.unwrap();

    store.writer.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let mut big = house.opening(house.company);
    big.title = Some("x".repeat(1 << 20));
    let refused = house.record(big.clone()).await.unwrap_err();
    assert!(matches!(refused, StoreError::StorageFull), "{refused:?}");
    assert_eq!(store.case_find(&house.system(), stored.id).await.unwrap(), Some(stored));
    assert_eq!(store.case_find(&house.system(), big.id).await.unwrap(), None);

    store.writer.execute_unprepared("PRAGMA max_page_count = 1073741823").await.unwrap();
    house.record(big).await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_sqlite_ended_itself_is_not_the_frame_of_the_next() {
    let (store, _folder) = store().await;
    let house = House::build(&store).await;
    for _ in 0..2 {
        let tx = store.begin(house.zone).await.unwrap();
        // What SQLite does of itself when the disk is full.
        tx.transaction.execute_unprepared("ROLLBACK").await.unwrap();
        drop(tx);
    }
    let mut connection = store.writer.get_sqlite_connection_pool().acquire().await.unwrap();
    assert!(!connection.is_in_transaction(), "sqlx believes that a transaction is open");
    let writable = sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await;
    assert!(writable.is_ok(), "{writable:?}");
}

#[tokio::test]
async fn a_backup_of_a_database_in_use_is_whole() {
    let (store, folder) = store().await;
    let house = House::build(&store).await;
    let stored = house.record(house.opening(house.company)).await.unwrap();
    let open = store.begin(house.zone).await.unwrap();
    open.number_next("2026-09-01").await.unwrap();

    let copy = folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    drop(open);
    let again = store.backup(&copy).await.unwrap_err();
    assert!(matches!(again, StoreError::Backup { .. }), "{again:?}");

    let copy = Store::open(&format!("sqlite://{}", copy.display())).await.unwrap();
    assert_eq!(copy.case_find(&house.system(), stored.id).await.unwrap(), Some(stored));
    assert!(!folder.path().join("copy.db.partial").exists());
}

#[tokio::test]
async fn a_reader_cannot_write_and_sees_what_is_committed() {
    let (store, _folder) = store().await;
    let refused = store.unzoned().execute_unprepared("DELETE FROM zone").await.unwrap_err();
    assert!(refused.to_string().contains("readonly"), "{refused}");

    let zone = ZoneId(fresh());
    let tx = store.begin(zone).await.unwrap();
    tx.zone_insert("new", "新区", at(0)).await.unwrap();
    assert!(store.zone_by_key("new").await.unwrap().is_none());
    tx.commit().await.unwrap();
    assert!(store.zone_by_key("new").await.unwrap().is_some());
    assert!(store.unit_list(&Viewer::System(zone)).await.unwrap().is_empty());
}
