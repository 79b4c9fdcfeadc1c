//! The whole suite on PostgreSQL, and what only PostgreSQL has: roles, policies, settings.
use super::house::{House, at, fresh};
use super::postgres::{APP, Postgres, Urls};
use super::{
    Body, accounts, archives, companies, daily, damage, outbox, pages, people, records, search, steps,
    viewers,
};
use crate::connection::POSTGRES_WRITERS;
use crate::{NewIdempotency, StepRecord, Store, StoreError, Viewer, ZoneId};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, PgConnection};
use sea_orm::{ConnectionTrait, DbErr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A database that is migrated and whose app role is admitted.
pub(super) async fn ready() -> Urls {
    let urls = Postgres::shared().database();
    Store::migrate(&urls.owner).await.unwrap();
    Store::admit(&urls.owner, APP, None).await.unwrap();
    urls
}

/// The store as the role that serves has it.
pub(super) async fn served(urls: &Urls) -> Store {
    Store::open(&urls.app).await.unwrap()
}

/// Runs statements as one role, in one session; answers what went wrong.
async fn run(url: &str, statements: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let done = sqlx::Executor::execute(&mut connection, AssertSqlSafe(statements.to_owned())).await;
    connection.close().await.unwrap();
    done.map(drop)
}

/// What a role is shown, as the first column of the first row.
async fn number(url: &str, statement: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let found = sqlx::query_scalar(AssertSqlSafe(statement.to_owned())).fetch_one(&mut connection).await;
    connection.close().await.unwrap();
    found.unwrap()
}

async fn texts(url: &str, statement: &str) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let found = sqlx::query_scalar(AssertSqlSafe(statement.to_owned())).fetch_all(&mut connection).await;
    connection.close().await.unwrap();
    found.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_code_and_migrations_run_on_postgresql() {
    let urls = Postgres::shared().database();
    let (first, second) = tokio::join!(Store::migrate(&urls.owner), Store::migrate(&urls.owner));
    first.unwrap();
    second.unwrap();
    Store::migrate(&urls.owner).await.unwrap();
    Store::admit(&urls.owner, APP, None).await.unwrap();

    let store = Store::open(&urls.app).await.unwrap();
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
        archives::all(),
        companies::all(),
        daily::all(),
        damage::all(),
        outbox::all(),
        pages::all(),
        people::all(),
        records::all(),
        search::all(),
        steps::all(),
        viewers::all(),
    ]
    .concat()
}

#[tokio::test]
async fn only_a_role_that_row_level_security_holds_may_serve() {
    let urls = ready().await;
    Store::open(&urls.app).await.unwrap();
    for (url, may) in [(&urls.superuser, "superuser"), (&urls.owner, "owns")] {
        let refused = Store::open(url).await.unwrap_err();
        assert!(
            matches!(&refused, StoreError::UnsafeRole { may: said, .. } if said.contains(may)),
            "{refused}"
        );
    }
    run(&urls.superuser, "CREATE ROLE bypasser LOGIN BYPASSRLS").await.unwrap();
    let refused = Store::open(&urls.app.replacen(APP, "bypasser", 1)).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::UnsafeRole { may: "bypasses row-level security", .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn an_old_schema_and_an_unguarded_table_are_refused() {
    let urls = ready().await;
    run(&urls.owner, "ALTER TABLE note NO FORCE ROW LEVEL SECURITY; DROP POLICY zone_only ON unit")
        .await
        .unwrap();
    let refused = Store::open(&urls.app).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Unguarded { tables } if tables == &["note", "unit"]), "{refused}");
    Store::migrate(&urls.owner).await.unwrap();
    Store::open(&urls.app).await.unwrap();

    run(&urls.owner, "DELETE FROM seaql_migrations WHERE version LIKE '%daily_verbs'").await.unwrap();
    let refused = Store::open(&urls.app).await.unwrap_err();
    assert!(matches!(&refused, StoreError::SchemaOutdated { missing } if missing.len() == 1), "{refused}");
}

#[tokio::test]
async fn settings_that_forget_are_refused() {
    let urls = ready().await;
    let name = texts(&urls.superuser, "SELECT current_database()::text").await.remove(0);
    run(&urls.superuser, &format!("ALTER DATABASE {name} SET synchronous_commit = off")).await.unwrap();
    let refused = Store::open(&urls.app).await.unwrap_err();
    let StoreError::UnsafeSetting { setting: "synchronous_commit", found, .. } = &refused else {
        panic!("{refused}")
    };
    assert_eq!(found, "off");
    run(&urls.superuser, &format!("ALTER DATABASE {name} SET synchronous_commit = local")).await.unwrap();
    Store::open(&urls.app).await.unwrap();
}

#[tokio::test]
async fn every_table_is_guarded_and_every_zoned_one_is_granted() {
    let urls = ready().await;
    let all = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')";
    let open =
        texts(&urls.superuser, &format!("{all} AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY 1"))
            .await;
    assert_eq!(
        open,
        ["seaql_migrations"],
        "each table has a `zone_id`, or a reason in secure.rs to do without"
    );
    let granted = format!(
        "{all} AND NOT (has_table_privilege('{APP}', oid, 'SELECT') AND has_table_privilege('{APP}', oid, 'INSERT')) ORDER BY 1"
    );
    assert_eq!(texts(&urls.superuser, &granted).await, ["seaql_migrations"]);
}

#[tokio::test]
async fn without_a_zone_nothing_is_seen_and_nothing_is_written() {
    let urls = ready().await;
    let store = served(&urls).await;
    let house = House::build(&store).await;
    house.open(house.company, house.planning).await;
    for table in ["unit", "company", "person", "person_role", "case_file", "case_event", "case_assignment"] {
        let count = format!("SELECT count(*) FROM {table}");
        assert!(number(&urls.superuser, &count).await > 0, "{table}");
        assert_eq!(number(&urls.app, &count).await, 0, "{table}");
    }
    assert_eq!(number(&urls.app, "SELECT count(*) FROM zone").await, 1, "which zones there are is no secret");
    let id = fresh();
    let insert =
        format!("INSERT INTO unit (zone_id, id, key, name) VALUES ('{}', '{id}', 'k', 'n')", house.zone.0);
    let refused = run(&urls.app, &insert).await.unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
    run(&urls.app, "UPDATE person SET name = 'x'; DELETE FROM person_role").await.unwrap();
    assert_eq!(number(&urls.superuser, "SELECT count(*) FROM person WHERE name = 'x'").await, 0);
    assert!(number(&urls.superuser, "SELECT count(*) FROM person_role").await > 0);
}

#[tokio::test]
async fn a_transaction_writes_its_own_zone_only() {
    let urls = ready().await;
    let store = served(&urls).await;
    let (house, other) = (House::build(&store).await, House::build(&store).await);
    let tx = store.begin(house.zone).await.unwrap();
    let touched = tx.transaction.execute_unprepared("UPDATE person SET name = 'theirs'").await.unwrap();
    assert_eq!(touched.rows_affected(), 3, "its own people, without a condition");
    tx.commit().await.unwrap();
    let theirs = store.person_find(&Viewer::System(other.zone), other.clerk).await.unwrap().unwrap();
    assert_eq!(theirs.name, "CLERK");

    for statement in [
        format!(
            "INSERT INTO unit (zone_id, id, key, name) VALUES ('{}', '{}', 'k', 'n')",
            other.zone.0,
            fresh()
        ),
        format!("UPDATE unit SET zone_id = '{}'", other.zone.0),
        format!("INSERT INTO zone (id, key, name, created_at) VALUES ('{}', 'foreign', 'n', 0)", fresh()),
    ] {
        let tx = store.begin(house.zone).await.unwrap();
        let refused = tx.transaction.execute_unprepared(&statement).await.unwrap_err();
        assert!(refused.to_string().contains("row-level security"), "{statement}: {refused}");
    }
    // What a transaction sets ends with it, whichever connection it was on.
    let unset = store.writer.execute_unprepared("UPDATE person SET name = 'anybody'").await.unwrap();
    assert_eq!(unset.rows_affected(), 0);
    // Readers write nothing, whatever they set.
    let reading = store.reading(house.zone).await.unwrap();
    let refused = reading.execute_unprepared("UPDATE person SET name = 'read'").await.unwrap_err();
    assert!(refused.to_string().contains("read-only transaction"), "{refused}");
}

#[tokio::test]
async fn a_history_is_added_to_and_never_changed() {
    let urls = ready().await;
    let store = served(&urls).await;
    let house = House::build(&store).await;
    let opened = house.open(house.company, house.planning).await;
    house.record(house.next(&opened)).await.unwrap();
    for statement in
        ["UPDATE case_event SET action = 'other'", "DELETE FROM case_event", "TRUNCATE case_event CASCADE"]
    {
        let tx = store.begin(house.zone).await.unwrap();
        let refused: DbErr = tx.transaction.execute_unprepared(statement).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{statement}: {refused}");
    }
    assert_eq!(store.event_page(&house.system(), opened.id, 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_table_that_comes_later_is_guarded_and_granted_by_the_next_migration() {
    let urls = ready().await;
    run(
        &urls.owner,
        "CREATE TABLE later (zone_id uuid NOT NULL, id uuid NOT NULL); CREATE TABLE bare (id uuid)",
    )
    .await
    .unwrap();
    Store::migrate(&urls.owner).await.unwrap();
    Store::open(&urls.app).await.unwrap();
    assert_eq!(number(&urls.app, "SELECT count(*) FROM later").await, 0);
    let refused = run(&urls.app, "SELECT FROM bare").await.unwrap_err();
    assert!(
        refused.to_string().contains("permission denied"),
        "what no zone has is granted to nobody: {refused}"
    );
}

#[tokio::test]
async fn a_reader_outlives_the_connections_that_broke() {
    let urls = ready().await;
    let store = served(&urls).await;
    let zone = ZoneId(fresh());
    let tx = store.begin(zone).await.unwrap();
    tx.zone_insert("broken", "断线", at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'app' \
         AND datname = current_database()";
    assert!(number(&urls.superuser, kill).await > 0);
    assert!(store.unit_list(&Viewer::System(zone)).await.unwrap().is_empty());
    store.begin(zone).await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn who_writes_looks_things_up_while_all_others_write() {
    let urls = ready().await;
    let store = served(&urls).await;
    let house = House::build(&store).await;
    let mut writing = Vec::new();
    for _ in 0..POSTGRES_WRITERS {
        writing.push(store.begin(house.zone).await.unwrap());
    }
    assert_eq!(store.unit_list(&house.system()).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_transactions_that_wait_for_each_other_one_is_taken_back() {
    let urls = ready().await;
    let store = served(&urls).await;
    let house = House::build(&store).await;
    let cases =
        [house.open(house.company, house.planning).await, house.open(house.company, house.planning).await];
    let (first, second) = (store.begin(house.zone).await.unwrap(), store.begin(house.zone).await.unwrap());
    first.step_record(house.next(&cases[0])).await.unwrap();
    second.step_record(house.next(&cases[1])).await.unwrap();
    let ended =
        tokio::join!(first.step_record(house.next(&cases[1])), second.step_record(house.next(&cases[0])));
    let collided = [ended.0.err(), ended.1.err()].into_iter().flatten().collect::<Vec<_>>();
    assert!(matches!(collided.as_slice(), [StoreError::Collided]), "{collided:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_unknown_and_its_repetition_is_known() {
    let urls = ready().await;
    let house = House::build(&Store::open(&urls.app).await.unwrap()).await;
    let folder = tempfile::tempdir().unwrap();
    let server = Path::new(urls.app.split_once("host=").unwrap().1);
    let listener = tokio::net::UnixListener::bind(folder.path().join(SOCKET)).unwrap();
    let cut = Arc::new(AtomicBool::new(false));
    tokio::spawn(forward(listener, server.join(SOCKET), cut.clone()));
    let through = urls.app.replace(&server.display().to_string(), &folder.path().display().to_string());
    let store = Store::open(&through).await.unwrap();

    let request = NewIdempotency { person: house.clerk, key: "k".into(), request_hash: [7; 32] };
    let record = StepRecord { idempotency: Some(request.clone()), ..house.opening(house.company) };
    let tx = store.begin(house.zone).await.unwrap();
    tx.step_record(record.clone()).await.unwrap();
    cut.store(true, SeqCst);
    let lost = tx.commit().await.unwrap_err();
    assert!(matches!(lost, StoreError::Unknown(_)), "{lost:?}");
    let gone = store.case_find(&house.system(), record.id).await.unwrap_err();
    assert!(matches!(gone, StoreError::Unreachable(_)), "{gone:?}");

    cut.store(false, SeqCst);
    assert!(store.case_find(&house.system(), record.id).await.unwrap().is_some(), "it was written");
    let tx = store.begin(house.zone).await.unwrap();
    let again = StepRecord { idempotency: Some(request), ..house.opening(house.company) };
    let taken = tx.step_record(again).await.unwrap_err();
    assert!(matches!(taken, StoreError::IdempotencyTaken), "{taken:?}");
}

/// What a server listens at in its folder.
const SOCKET: &str = ".s.PGSQL.5432";

/// Passes everything on, until it is to cut: then what is asked still arrives, and no answer comes back.
async fn forward(listener: tokio::net::UnixListener, server: std::path::PathBuf, cut: Arc<AtomicBool>) {
    while let Ok((client, _)) = listener.accept().await {
        let (server, cut) = (tokio::net::UnixStream::connect(&server).await.unwrap(), cut.clone());
        let (mut asks, mut hears) = client.into_split();
        let (mut answers, mut listens) = server.into_split();
        tokio::spawn(async move { tokio::io::copy(&mut asks, &mut listens).await });
        tokio::spawn(async move {
            let mut bytes = vec![0; 1 << 16];
            loop {
                let count = answers.read(&mut bytes).await.unwrap_or(0);
                if count == 0 || cut.load(SeqCst) || hears.write_all(&bytes[..count]).await.is_err() {
                    break;
                }
            }
        });
    }
}
