//! Every body runs on SQLite, and once more on a real PostgreSQL.
#[path = "../tests/postgres/mod.rs"]
mod postgres;

mod accounts;
mod archives;
mod companies;
mod daily;
mod damage;
mod house;
mod lived_in;
mod migrations;
mod outbox;
mod pages;
mod people;
mod power_cut;
mod records;
mod search;
mod server;
mod sqlite;
mod steps;
mod turns;
mod viewers;

use crate::Store;
use std::pin::Pin;

/// A test that does not care which database it runs on, with its name.
type Body = (&'static str, fn(Store) -> Pin<Box<dyn Future<Output = ()> + Send>>);

/// Makes each body a test on SQLite, and lists them for PostgreSQL.
macro_rules! bodies {
    ($($name:ident)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let (store, _folder) = crate::tests::sqlite::store().await;
                super::$name(store).await;
            })*
        }

        pub(super) fn all() -> Vec<crate::tests::Body> {
            vec![$((stringify!($name), |store| Box::pin($name(store)))),*]
        }
    };
}
use bodies;
