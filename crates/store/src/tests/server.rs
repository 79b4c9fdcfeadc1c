//! The whole suite on PostgreSQL, by one server, which takes seconds to start.
use super::house::House;
use super::postgres::Postgres;
use super::{Body, accounts, daily, damage, outbox, pages, people, steps, viewers};
use crate::{Store, StoreError};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_code_and_migrations_run_on_postgresql() {
    let server = Postgres::start();
    let url = server.url();

    let refused = Store::open(&url).await;
    assert!(matches!(refused, Err(StoreError::SchemaOutdated { .. })), "{refused:?}");
    let (first, second) = tokio::join!(Store::migrate(&url), Store::migrate(&url));
    first.unwrap();
    second.unwrap();
    Store::migrate(&url).await.unwrap();

    let store = Store::open(&url).await.unwrap();
    store.ping().await.unwrap();
    let backup = store.backup(std::path::Path::new("/nowhere")).await;
    assert!(matches!(backup, Err(StoreError::BackupElsewhere)), "{backup:?}");

    let mut red = Vec::new();
    for (name, body) in suite() {
        if let Err(error) = tokio::spawn(body(store.clone())).await {
            red.push(format!("{name}: {error}"));
        }
    }
    assert!(red.is_empty(), "on PostgreSQL:\n{}", red.join("\n"));
    House::build(&store).await;
}

fn suite() -> Vec<Body> {
    [
        accounts::all(),
        daily::all(),
        damage::all(),
        outbox::all(),
        pages::all(),
        people::all(),
        steps::all(),
        viewers::all(),
    ]
    .concat()
}
