//! Several processes of the program on one PostgreSQL: what is due happens once, what one sets the others see.
//!
//! Their clocks stand still until they are moved; nothing here waits for a while.
use crate::postgres::{APP, Postgres, Urls, query};
use crate::server::Server;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long anything may take that happens of itself: far more than it needs on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);
const FIRST: &str = "2026-03-02T09:00:00+08:00";
const LATER: &str = "2026-03-20T09:00:00+08:00";

/// An empty database that the program's own `migrate` has made ready.
pub(crate) fn ready() -> Urls {
    let urls = Postgres::shared().database();
    let mut migrate = Command::new(crate::server::binary());
    migrate.args(["migrate", "--owner-url", &urls.owner, "--app-role", APP]).env_clear();
    let output = migrate.output().expect("the binary can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, "the schema is up to date\napp may serve\n", "{output:?}");
    urls
}

/// Demonstrations on one database, each with a folder and a standing clock of its own.
fn processes<const N: usize>(urls: &Urls) -> [Server; N] {
    std::array::from_fn(|_| Server::start(&["--clock", FIRST, "--database-url", &urls.app]))
}

fn until(what: &str, mut so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !so() {
        assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::yield_now();
    }
}

/// Moves a process's clock, which fires and sends all that is due on the way.
fn forward(server: &Server, to: &str) {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
    let request =
        agent.post(format!("{}/clock", server.metrics_url)).header("content-type", "application/json");
    let mut answer = request.send(json!({"now": to}).to_string()).expect("an answer");
    let text = answer.body_mut().read_to_string().expect("a text");
    assert!(answer.status().is_success(), "{text}");
}

/// How many files each mail was handed over as.
fn handed_over(folders: &[&Path]) -> BTreeMap<String, usize> {
    let mut mails = BTreeMap::new();
    for folder in folders {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let name = entry.expect("a file").file_name().to_string_lossy().into_owned();
            *mails.entry(name.trim_end_matches(".eml").to_owned()).or_default() += 1;
        }
    }
    mails
}

#[test]
fn three_processes_fire_every_timer_and_send_every_mail_once() {
    let urls = ready();
    let servers: [Server; 3] = processes(&urls);
    std::thread::scope(|scope| {
        for server in &servers {
            scope.spawn(|| forward(server, LATER));
        }
    });
    let due = format!(
        "SELECT count(*) FROM timer WHERE due_at <= extract(epoch FROM timestamptz '{LATER}') * 1000000"
    );
    assert_eq!(query(&urls.superuser, &due), "0", "what was due has fired");
    // One process alone, on its own SQLite, takes the same steps.
    let alone = Server::start(&["--clock", FIRST]);
    forward(&alone, LATER);
    let steps = "SELECT action || ' ' || count(*) FROM case_event GROUP BY action ORDER BY action";
    let taken = query(&urls.superuser, steps);
    assert_eq!(taken.lines().collect::<Vec<_>>(), column(&alone, steps));
    assert!(taken.lines().any(|line| line.starts_with("clock.")), "timers were due: {taken}");

    let waiting = "SELECT count(*) FROM outbox WHERE state = 'queued'";
    until("all mail has left", || query(&urls.superuser, waiting) == "0");
    let folders: Vec<_> = servers.iter().map(|server| server.dir.path().join("mail")).collect();
    let sent = handed_over(&folders.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    let several: Vec<_> = sent.iter().filter(|(_, count)| **count != 1).collect();
    assert!(several.is_empty(), "handed over more than once: {several:?}");
    // Mails of before the demonstration's present count as sent, and most were not handed over.
    let of_now = format!(
        "SELECT id FROM outbox WHERE created_at >= extract(epoch FROM timestamptz '{FIRST}') * 1000000"
    );
    let of_now = query(&urls.superuser, &of_now);
    let lost: Vec<_> = of_now.lines().filter(|id| !sent.contains_key(*id)).collect();
    assert!(lost.is_empty(), "never handed over: {lost:?}");
    assert!(of_now.lines().count() > 10, "{of_now}");
    assert_eq!(query(&urls.superuser, "SELECT count(*) FROM outbox WHERE attempts > 1"), "0");

    let mut doctor = Command::new(crate::server::binary());
    doctor.args(["doctor", "--database-url", &urls.app]).env_clear();
    let output = doctor.output().expect("the binary can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// A column out of the tables of a process's own SQLite.
fn column(server: &Server, select: &str) -> Vec<String> {
    let database = Connection::open_with_flags(
        server.dir.path().join("qianxiaoer.sqlite"),
        OpenFlags::SQLITE_OPEN_READ_ONLY,
    );
    let database = database.expect("its database");
    let mut statement = database.prepare(select).expect("a statement");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
}

/// The answer to a document that must have one.
fn data(server: &Server, token: &str, document: &str, input: &Value) -> Value {
    let mut answer = server.graphql(token, document, &json!({ "input": input }));
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"].take()
}

#[test]
fn what_one_process_sets_the_other_sees_and_dates_its_cases_by() {
    let urls = ready();
    let [one, other]: [Server; 2] = processes(&urls);
    let administrator = one.account("administrator").login.clone();
    let token = one.sign_in(&administrator);
    let limits = |server: &Server| {
        let document = "{ processes { key limits { key value } } }";
        let answer = server.graphql(&token, document, &Value::Null);
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"].to_string()
    };
    assert_eq!(limits(&one), limits(&other), "a session of one is a session of the other");

    let due = "SELECT string_agg(coalesce(due_at, 0)::text, ',' ORDER BY id) FROM case_file WHERE closed_at IS NULL";
    let dated = query(&urls.superuser, due);
    let set = "mutation ($input: LimitSetInput!) { limitSet(input: $input) { refusal { message } } }";
    let input = json!({"process": "request", "limit": "acceptance", "value": "9wd"});
    // Dating every case takes its time; who is cut off meanwhile finds that the loops go on with it.
    let answer = one.graphql(&token, set, &json!({ "input": input }));
    assert!(answer["data"]["limitSet"]["refusal"].is_null(), "{answer}");
    until("open cases are dated anew", || query(&urls.superuser, due) != dated);
    until("both see the limit", || [&one, &other].into_iter().all(|server| limits(server).contains("9wd")));
}

#[test]
fn a_transaction_that_collides_is_taken_again_and_nobody_hears_of_it() {
    let urls = ready();
    let [server]: [Server; 1] = processes(&urls);
    // Of every three rows of history the first two are refused as PostgreSQL refuses a collision. A sequence goes on
    // counting when a transaction is taken back.
    query(
        &urls.superuser,
        "CREATE SEQUENCE collisions; GRANT USAGE ON SEQUENCE collisions TO app;
         CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF nextval('collisions') % 3 <> 0 THEN RAISE EXCEPTION 'collided' USING ERRCODE = '40001'; END IF;
           RETURN NEW; END $$;
         CREATE TRIGGER collide BEFORE INSERT ON case_event FOR EACH ROW EXECUTE FUNCTION collide()",
    );
    let login = server.account("company").login.clone();
    let token = server.sign_in(&login);
    let text = |field: &str| json!({"field": field, "value": {"text": "0571-0000-0000"}});
    let answers: Vec<Value> = ["title", "content", "contact", "phone"].map(text).into();
    let open =
        "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { case { number } refusal { code } } }";
    let input = json!({"process": "request", "idempotencyKey": "once", "answers": answers});
    let opened = data(&server, &token, open, &input);
    assert!(opened["caseOpen"]["case"]["number"].is_string(), "{opened}");
    assert_eq!(query(&urls.superuser, "SELECT last_value FROM collisions"), "3");
    assert_eq!(query(&urls.superuser, "SELECT count(*) FROM idempotency WHERE key = 'once'"), "1");
}
