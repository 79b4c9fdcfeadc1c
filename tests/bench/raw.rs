//! What SQLite alone can do here: the rows of real steps, committed by prepared statements on one connection into the
//! same tables with the same indexes and settings. Nothing is read, decided or sent.
use rusqlite::types::Value;
use rusqlite::{Connection, Params, Transaction, TransactionBehavior, params, params_from_iter};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many real steps are taken as the pattern.
const STEPS: usize = 512;
/// Tables whose rows others refer to, in the order of reference.
const PARENTS: [&str; 4] = ["zone", "unit", "company", "person"];

type Row = Vec<Value>;

/// The tables of a desk and the rows that steps left in them.
pub(crate) struct Shape {
    schema: Vec<String>,
    parents: Vec<(Table, Vec<Row>)>,
    /// By action; a case takes them in turn.
    steps: Vec<Vec<Step>>,
    tables: Tables,
}

struct Tables {
    file: Table,
    event: Table,
    idempotency: Table,
    outbox: Table,
    timer: Table,
}

/// The rows of one step.
struct Step {
    file: Row,
    event: Row,
    idempotency: Row,
    mails: Vec<Row>,
    timers: Vec<Row>,
}

struct Table {
    name: &'static str,
    columns: Vec<String>,
    insert: String,
}

impl Table {
    fn of(database: &Connection, name: &'static str) -> Self {
        let columns: Vec<String> =
            rows(database, &format!("SELECT name FROM pragma_table_info('{name}')"), params![])
                .into_iter()
                .map(|row| text(&row[0]))
                .collect();
        let holes = vec!["?"; columns.len()].join(", ");
        let insert = format!("INSERT INTO \"{name}\" VALUES ({holes})");
        Self { name, columns, insert }
    }

    fn column(&self, name: &str) -> usize {
        let found = self.columns.iter().position(|column| column == name);
        found.unwrap_or_else(|| panic!("{} has no column {name}", self.name))
    }

    fn insert(&self, transaction: &Transaction<'_>, row: &Row) {
        let mut statement = transaction.prepare_cached(&self.insert).expect("an insert");
        statement.execute(params_from_iter(row)).unwrap_or_else(|error| panic!("{}: {error}", self.name));
    }
}

impl Shape {
    /// Reads the latest steps that the load took.
    pub(crate) fn read(database: &Connection) -> Self {
        let schema =
            rows(database, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid", params![]);
        let all = |name| {
            let table = Table::of(database, name);
            let content = rows(database, &format!("SELECT * FROM \"{name}\""), params![]);
            (table, content)
        };
        let of = |name| Table::of(database, name);
        let tables = Tables {
            file: of("case_file"),
            event: of("case_event"),
            idempotency: of("idempotency"),
            outbox: of("outbox"),
            timer: of("timer"),
        };
        let shape = Self {
            schema: schema.iter().map(|row| text(&row[0])).collect(),
            parents: PARENTS.into_iter().map(all).collect(),
            steps: steps(database, &tables),
            tables,
        };
        assert!(shape.steps.len() > 1, "too few steps were taken that could be the pattern");
        shape
    }

    /// How many rows a step writes on average, the case's own included.
    pub(crate) fn rows_per_step(&self) -> f64 {
        self.mean(|step| 3 + step.mails.len() + step.timers.len())
    }

    /// How many bytes of values a step writes on average.
    pub(crate) fn bytes_per_step(&self) -> f64 {
        let bytes = |row: &Row| row.iter().map(size).sum::<usize>();
        let of_step = |step: &Step| {
            let single = [&step.file, &step.event, &step.idempotency].into_iter();
            single.chain(&step.mails).chain(&step.timers).map(bytes).sum::<usize>()
        };
        self.mean(of_step)
    }

    fn mean(&self, of_step: impl Fn(&Step) -> usize) -> f64 {
        let whole = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let each: Vec<usize> = self.steps.iter().flatten().map(of_step).collect();
        whole(each.iter().sum()) / whole(each.len())
    }
}

/// The latest steps with what they wrote. Only the last one of a case still has its row of the case and its timers
/// there, so a step takes those that another case's last step of the same action left.
fn steps(database: &Connection, tables: &Tables) -> Vec<Vec<Step>> {
    let latest = "SELECT e.* FROM case_event e JOIN idempotency i \
        ON (i.zone_id, i.case_id, i.seq) = (e.zone_id, e.case_id, e.seq) \
        WHERE i.key LIKE 'bench-%' AND e.seq > 1 ORDER BY e.rowid DESC LIMIT ?";
    let limit = i64::try_from(STEPS).expect("a small number");
    let [zone, case, seq, action] =
        ["zone_id", "case_id", "seq", "action"].map(|name| tables.event.column(name));
    let mut by_action: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for event in rows(database, latest, params![limit]) {
        let named = text(&event[action]);
        let step = || {
            let key = params![&event[zone], &event[case], &event[seq]];
            let mine = |table: &str| {
                rows(
                    database,
                    &format!("SELECT * FROM {table} WHERE (zone_id, case_id, seq) = (?, ?, ?)"),
                    key,
                )
            };
            let last = "SELECT f.* FROM case_file f JOIN case_event e \
                ON (e.zone_id, e.case_id, e.seq) = (f.zone_id, f.id, f.seq) \
                WHERE e.zone_id = ? AND e.action = ? AND e.seq > 1 ORDER BY e.rowid DESC LIMIT 1";
            let file = rows(database, last, params![&event[zone], &event[action]]).pop()?;
            let timers = "SELECT * FROM timer WHERE (zone_id, case_id) = (?, ?)";
            let id = &file[tables.file.column("id")];
            let timers = rows(database, timers, params![&event[zone], id]);
            let mails = mine("outbox").into_iter().map(|mail| queued(&tables.outbox, mail)).collect();
            let idempotency = mine("idempotency").pop()?;
            let (file, event) = (file.clone(), event.clone());
            Some(Step { file, event, idempotency, mails, timers })
        };
        by_action.entry(named).or_default().extend(step());
    }
    by_action.into_values().collect()
}

/// A mail as the step wrote it, before it was sent.
fn queued(outbox: &Table, mut mail: Row) -> Row {
    mail[outbox.column("state")] = Value::Text("queued".into());
    for column in ["attempts", "generation"] {
        mail[outbox.column(column)] = Value::Integer(0);
    }
    for column in ["worker", "leased_until", "sent_at", "error"] {
        mail[outbox.column(column)] = Value::Null;
    }
    mail
}

/// The settings that the desk checks at every start.
fn settings(database: &Connection) {
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
    database.execute_batch(pragmas).expect("settings");
    let found: (String, i64, i64) = database
        .query_row(
            "SELECT journal_mode, synchronous, foreign_keys \
             FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .expect("settings are told");
    assert_eq!(found, ("wal".to_owned(), 2, 1));
}

/// Writes steps over and over, each under keys of its own.
pub(crate) struct Writer<'s> {
    pub(crate) shape: &'s Shape,
    database: Connection,
    cases: Vec<(Value, Value, i64)>,
    update: String,
    committed: usize,
}

impl<'s> Writer<'s> {
    /// Makes a database with the same tables and cases.
    pub(crate) fn open(shape: &'s Shape, folder: &Path) -> Self {
        let mut database = Connection::open(folder.join("raw.sqlite")).expect("a database");
        settings(&database);
        let transaction = database.transaction().expect("a transaction");
        for statement in &shape.schema {
            transaction.execute_batch(statement).expect("a table");
        }
        for (table, rows) in &shape.parents {
            for row in rows {
                table.insert(&transaction, row);
            }
        }
        let file = &shape.tables.file;
        let mut cases = vec![];
        for step in shape.steps.iter().flatten() {
            let (zone, id) = (step.event[0].clone(), step.event[1].clone());
            if !cases.iter().any(|(_, known, _)| *known == id) {
                let mut row = step.file.clone();
                row[file.column("id")] = id.clone();
                row[file.column("seq")] = Value::Integer(1);
                row[file.column("number")] = Value::Text(number(cases.len()));
                row[file.column("opened_at")] = instant(0);
                file.insert(&transaction, &row);
                cases.push((zone, id, 1));
            }
        }
        transaction.commit().expect("a commit");
        let set: Vec<String> = file.columns.iter().map(|column| format!("{column} = ?")).collect();
        let update =
            format!("UPDATE case_file SET {} WHERE zone_id = ? AND id = ? AND seq = ?", set.join(", "));
        Self { shape, database, cases, update, committed: 0 }
    }

    /// How many such steps are committed in a second.
    pub(crate) fn run(&mut self, time: Duration) -> f64 {
        let (started, before) = (Instant::now(), self.committed);
        while started.elapsed() < time {
            self.step(self.committed);
            self.committed += 1;
        }
        crate::report::rate(self.committed - before, started.elapsed())
    }

    fn step(&mut self, index: usize) {
        let Shape { tables, steps, .. } = self.shape;
        let place = index % self.cases.len();
        let (zone, case, before) = self.cases[place].clone();
        let seq = before + 1;
        self.cases[place].2 = seq;
        let turn = &steps[usize::try_from(seq).expect("small") % steps.len()];
        let step = &turn[index % turn.len()];
        let now = instant(index);
        let keyed = |table: &Table, row: &Row, case_column: &str| {
            let mut row = row.clone();
            row[table.column(case_column)] = case.clone();
            if let Some(column) = table.columns.iter().position(|column| column == "seq") {
                row[column] = Value::Integer(seq);
            }
            row
        };
        let file = self.file(&step.file, place, before, &now);
        let transaction = self.database.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.expect("a lock");
        let mut idempotency = keyed(&tables.idempotency, &step.idempotency, "case_id");
        let key = tables.idempotency.column("key");
        idempotency[key] = Value::Text(format!("{:0width$}", index, width = text(&idempotency[key]).len()));
        tables.idempotency.insert(&transaction, &idempotency);
        assert_eq!(execute(&transaction, &self.update, params_from_iter(file)), 1);
        let mut event = keyed(&tables.event, &step.event, "case_id");
        event[tables.event.column("at")] = now.clone();
        tables.event.insert(&transaction, &event);
        let delete = "DELETE FROM timer WHERE zone_id = ? AND case_id = ?";
        execute(&transaction, delete, params![zone, case]);
        for timer in &step.timers {
            tables.timer.insert(&transaction, &keyed(&tables.timer, timer, "case_id"));
        }
        for (place, mail) in step.mails.iter().enumerate() {
            let mut mail = keyed(&tables.outbox, mail, "case_id");
            mail[tables.outbox.column("id")] = id(index, place);
            for column in ["created_at", "next_at"] {
                mail[tables.outbox.column(column)] = now.clone();
            }
            tables.outbox.insert(&transaction, &mail);
        }
        transaction.commit().expect("a commit");
    }

    /// The row of a case after a step, and at which version it must be found.
    fn file(&self, file: &Row, place: usize, before: i64, now: &Value) -> Row {
        let table = &self.shape.tables.file;
        let (zone, case, seq) = &self.cases[place];
        let mut row = file.clone();
        row[table.column("id")] = case.clone();
        row[table.column("seq")] = Value::Integer(*seq);
        row[table.column("number")] = Value::Text(number(place));
        row[table.column("opened_at")] = instant(0);
        row[table.column("updated_at")] = now.clone();
        row.extend([zone.clone(), case.clone(), Value::Integer(before)]);
        row
    }
}

/// The number of a case, as long as the desk's own.
fn number(place: usize) -> String {
    format!("QX20260101-{place:04}")
}

/// An instant that, like the desk's own, is later than those before it.
fn instant(index: usize) -> Value {
    Value::Integer(1_800_000_000_000_000 + i64::try_from(index).expect("small") * 1_000)
}

/// An id that, like the desk's own, sorts after those before it.
fn id(index: usize, place: usize) -> Value {
    let mut bytes = vec![0x01];
    bytes.extend_from_slice(&u64::try_from(index * 8 + place).expect("small").to_be_bytes());
    bytes.resize(16, 0x7f);
    Value::Blob(bytes)
}

fn execute(transaction: &Transaction<'_>, sql: &str, parameters: impl Params) -> usize {
    transaction.prepare_cached(sql).and_then(|mut statement| statement.execute(parameters)).expect(sql)
}

fn rows(database: &Connection, sql: &str, parameters: impl Params) -> Vec<Row> {
    let mut statement = database.prepare_cached(sql).expect(sql);
    let columns = statement.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    statement.query_map(parameters, read).and_then(Iterator::collect).expect(sql)
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => panic!("expected a text, found {other:?}"),
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 8,
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
    }
}
