//! Writers on SQLite share a commit, and nothing else.
use super::house::{at, fresh};
use super::sqlite::store;
use crate::{Store, StoreError, ZoneId};
use sea_orm::ConnectionTrait;
use std::path::Path;
use tokio::task::JoinHandle;

/// Queues up for a turn, writes a zone and commits it, unless told to go away before. Queued when this returns: tasks
/// of a test run one at a time, in the order in which they were made.
async fn queue(store: &Store, key: &'static str, commits: bool) -> JoinHandle<Result<(), StoreError>> {
    let store = store.clone();
    let task = tokio::spawn(async move {
        let tx = store.begin(ZoneId(fresh())).await?;
        tx.zone_insert(key, key, at(0)).await?;
        if commits { tx.commit().await } else { Ok(()) }
    });
    tokio::task::yield_now().await;
    task
}

async fn is_written(store: &Store, key: &str) -> bool {
    store.zone_by_key(key).await.unwrap().is_some()
}

/// How often the log was committed to: a frame that ends a commit names the size of the database
/// (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>, 4.1).
fn commits(folder: &Path) -> usize {
    let log = std::fs::read(folder.join("desk.db-wal")).unwrap();
    let Some(page) = log.get(8..12) else { return 0 };
    let page = usize::try_from(u32::from_be_bytes(page.try_into().unwrap())).unwrap();
    log[32..].chunks_exact(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
}

#[tokio::test]
async fn who_waits_when_the_first_is_done_is_committed_with_it() {
    let (store, folder) = store().await;
    let first = store.begin(ZoneId(fresh())).await.unwrap();
    let mut tasks = vec![];
    for key in ["b", "c", "d", "e"] {
        tasks.push(queue(&store, key, true).await);
    }
    let before = commits(folder.path());
    first.zone_insert("a", "a", at(0)).await.unwrap();
    first.commit().await.unwrap();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(commits(folder.path()) - before, 1);
    for key in ["a", "b", "c", "d", "e"] {
        assert!(is_written(&store, key).await, "{key}");
    }
}

#[tokio::test]
async fn who_goes_away_takes_back_only_their_own() {
    let (store, _folder) = store().await;
    let first = store.begin(ZoneId(fresh())).await.unwrap();
    let goes = queue(&store, "goes", false).await;
    let stays = queue(&store, "stays", true).await;
    first.zone_insert("first", "first", at(0)).await.unwrap();
    first.commit().await.unwrap();
    goes.await.unwrap().unwrap();
    stays.await.unwrap().unwrap();
    assert!(is_written(&store, "first").await && is_written(&store, "stays").await);
    assert!(!is_written(&store, "goes").await);
}

#[tokio::test]
async fn a_caller_who_stops_waiting_does_not_stop_the_others() {
    let (store, _folder) = store().await;
    let first = store.begin(ZoneId(fresh())).await.unwrap();
    let impatient = queue(&store, "impatient", true).await;
    let patient = queue(&store, "patient", true).await;
    first.zone_insert("first", "first", at(0)).await.unwrap();
    let committed = tokio::spawn(first.commit());
    tokio::task::yield_now().await;
    impatient.abort();
    committed.await.unwrap().unwrap();
    patient.await.unwrap().unwrap();
    assert!(is_written(&store, "first").await && is_written(&store, "patient").await);
}

#[tokio::test]
async fn when_the_common_transaction_is_lost_all_in_it_hear_so_and_the_next_begin_anew() {
    let (store, _folder) = store().await;
    let first = store.begin(ZoneId(fresh())).await.unwrap();
    let second = {
        let store = store.clone();
        tokio::spawn(async move {
            let tx = store.begin(ZoneId(fresh())).await.unwrap();
            // What SQLite does of itself when the disk is full.
            tx.transaction.execute_unprepared("ROLLBACK").await.unwrap();
        })
    };
    tokio::task::yield_now().await;
    let third = queue(&store, "third", true).await;
    first.zone_insert("first", "first", at(0)).await.unwrap();
    let lost = first.commit().await.unwrap_err();
    assert!(matches!(lost, StoreError::Database(_)), "{lost:?}");
    second.await.unwrap();
    third.await.unwrap().unwrap();
    assert!(!is_written(&store, "first").await);
    assert!(is_written(&store, "third").await);
}

#[tokio::test]
async fn who_is_told_that_something_is_taken_finds_it_there() {
    let (store, _folder) = store().await;
    let first = store.begin(ZoneId(fresh())).await.unwrap();
    let second = {
        let store = store.clone();
        tokio::spawn(async move {
            let tx = store.begin(ZoneId(fresh())).await.unwrap();
            let taken = tx.zone_insert("key", "second", at(0)).await.unwrap_err();
            tx.roll_back().await;
            (taken, is_written(&store, "key").await)
        })
    };
    tokio::task::yield_now().await;
    first.zone_insert("key", "first", at(0)).await.unwrap();
    first.commit().await.unwrap();
    let (taken, found) = second.await.unwrap();
    assert!(matches!(taken, StoreError::Taken { .. }), "{taken:?}");
    assert!(found);
}
