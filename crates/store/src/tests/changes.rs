//! What moved is told once it is durable, and to whom.
use super::house::{House, fresh};
use super::postgres::Urls;
use super::server::{ready, served};
use crate::{Heard, Listener, NewMail, Store, Subject};
use sea_orm::DbBackend;
use sea_orm::sqlx::{self, Connection as _, PgConnection};

super::bodies! {
    who_listens_hears_of_a_step_once_it_is_committed
    what_was_taken_back_is_not_told
}

/// Listens, and knows that it is heard.
async fn listening(store: &Store) -> Listener {
    let mut listener = store.changes();
    if store.unzoned().get_database_backend() == DbBackend::Postgres {
        // Whatever was sent before the connection listened was missed.
        assert_eq!(listener.next().await, Some(Heard::Gap));
    }
    listener
}

async fn who_listens_hears_of_a_step_once_it_is_committed(store: Store) {
    let house = House::build(&store).await;
    let mut listener = listening(&store).await;
    let mail = NewMail {
        id: fresh(),
        template: "request-accepted".into(),
        recipient: Some(house.owner),
        address: "owner@example.com".into(),
        name: "owner".into(),
        language: "zh".into(),
        context: serde_json::json!({}),
    };
    let opening = crate::StepRecord { mails: vec![mail], ..house.opening(house.company) };
    let id = opening.id;
    let tx = store.begin(house.zone).await.unwrap();
    tx.step_record(opening).await.unwrap();
    assert_eq!(listener.waiting(), None, "nothing is told before the commit");
    tx.commit().await.unwrap();
    for subject in [Subject::Case(id), Subject::Mail(house.owner)] {
        assert_eq!(listener.next().await, Some(Heard::Moved(house.zone, subject)));
    }
    assert_eq!(listener.waiting(), None);
}

async fn what_was_taken_back_is_not_told(store: Store) {
    let house = House::build(&store).await;
    let mut listener = listening(&store).await;
    let tx = store.begin(house.zone).await.unwrap();
    tx.step_record(house.opening(house.company)).await.unwrap();
    tx.roll_back().await;
    let told = house.opening(house.company);
    let id = told.id;
    let tx = store.begin(house.zone).await.unwrap();
    tx.step_record(told).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(listener.next().await, Some(Heard::Moved(house.zone, Subject::Case(id))), "this one alone");
}

#[tokio::test]
async fn who_falls_behind_hears_of_a_gap_and_then_goes_on() {
    let (store, _folder) = super::sqlite::store().await;
    let house = House::build(&store).await;
    let mut listener = store.changes();
    for _ in 0..5_000 {
        store.changes.tell(house.zone, vec![Subject::Mail(house.owner)]);
    }
    assert_eq!(listener.next().await, Some(Heard::Gap));
    assert_eq!(listener.next().await, Some(Heard::Moved(house.zone, Subject::Mail(house.owner))));
}

/// Ends every connection that listens.
async fn cut(urls: &Urls) {
    let mut connection = PgConnection::connect(&urls.superuser).await.unwrap();
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'
        AND datname = current_database()";
    let ended: i64 = sqlx::query_scalar(cut).fetch_one(&mut connection).await.unwrap();
    assert_eq!(ended, 1, "one connection of a process listens");
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_hears_what_another_commits_and_of_a_connection_that_was_lost() {
    let urls = ready().await;
    let (writer, reader) = (served(&urls).await, served(&urls).await);
    let house = House::build(&writer).await;
    let mut listener = listening(&reader).await;
    let write = async || {
        let opening = house.opening(house.company);
        let id = opening.id;
        let tx = writer.begin(house.zone).await.unwrap();
        tx.step_record(opening).await.unwrap();
        tx.commit().await.unwrap();
        Some(Heard::Moved(house.zone, Subject::Case(id)))
    };
    let moved = write().await;
    assert_eq!(listener.next().await, moved);
    cut(&urls).await;
    assert_eq!(listener.next().await, Some(Heard::Gap));
    let moved = write().await;
    assert_eq!(listener.next().await, moved, "a new connection listens");
}
