//! Opening, migrating and copying the database, and the one way to write.
//!
//! SQLite has one writer, so it gets one writing connection, at which writers take [`Turns`] instead of SQLite's busy
//! waiting. Readers have connections of their own that refuse to write.
use crate::changes::{Changes, Listener, Subject};
use crate::error::StoreError;
use crate::secure;
use crate::turn::{Turns, stopped};
use crate::zoned::{Reading, Zoned};
use migrations::Migrator;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _, SqliteConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use workflow::ids::ZoneId;

/// How long a caller waits for a connection or for another process's lock before it hears [`StoreError::Busy`].
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// How long until it is tried again, where SQLite does not wait itself.
const AGAIN: Duration = Duration::from_millis(20);
const SQLITE_READERS: u32 = 8;
pub(crate) const POSTGRES_WRITERS: u32 = 16;
/// Readers have their own here too: who writes may have to look something up, and those who all write at once would
/// otherwise all wait for each other's connection.
const POSTGRES_READERS: u32 = 12;
/// What a connection of PostgreSQL gives up after, in milliseconds: a statement, waiting for a lock, and a transaction in
/// which nothing happens. No statement of this program comes near them.
const POSTGRES_TIMEOUTS: [(&str, &str); 3] = [
    ("statement_timeout", "30000"),
    ("lock_timeout", "10000"),
    ("idle_in_transaction_session_timeout", "60000"),
];

/// Reads the database, and begins what writes to it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    /// Nothing but [`Store::reading`] and [`Store::unzoned`] hands it out.
    readers: DatabaseConnection,
    pub(crate) writer: DatabaseConnection,
    /// How writers share SQLite's connection; PostgreSQL has several.
    turns: Option<Turns>,
    /// How many statements were run.
    statements: Arc<AtomicU64>,
    /// Where it is told what moved.
    pub(crate) changes: Changes,
}

/// One transaction in one zone, the only thing that writes. Dropping it takes everything back.
#[derive(Debug)]
#[must_use = "a transaction that is dropped takes back what it wrote"]
pub struct Tx {
    pub(crate) zone: ZoneId,
    pub(crate) transaction: Zoned,
    /// What is told once it is durable, and where.
    moved: Mutex<Vec<Subject>>,
    changes: Changes,
}

impl Store {
    /// Opens the database at `sqlite://PATH?mode=rwc` or `postgres://…`, without migrating it.
    ///
    /// # Errors
    /// [`StoreError::SchemaOutdated`] when migrations are missing, [`StoreError::UnsafePragma`] when SQLite cannot
    /// keep what it acknowledges, such as in memory.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let statements = Arc::new(AtomicU64::new(0));
        let store = if is_sqlite(url) {
            let writer = counted(sqlite_writer(url).await?, &statements);
            let readers = counted(Database::connect(sqlite(url, SQLITE_READERS, true)).await?, &statements);
            pragmas_check(&readers).await?;
            let changes = Changes::new(&writer);
            Self { readers, writer, turns: Some(Turns::default()), statements, changes }
        } else {
            let readers =
                counted(Database::connect(postgres(url, POSTGRES_READERS, true)).await?, &statements);
            secure::role_check(&readers).await?;
            let writer =
                counted(Database::connect(postgres(url, POSTGRES_WRITERS, false)).await?, &statements);
            let changes = Changes::new(&writer);
            Self { readers, writer, turns: None, statements, changes }
        };
        let pending = Migrator::get_pending_migrations_read_only(&store.readers).await?;
        if !pending.is_empty() {
            let missing = pending.iter().map(|migration| migration.name().to_owned()).collect();
            return Err(StoreError::SchemaOutdated { missing });
        }
        if !is_sqlite(url) {
            secure::guard_check(&store.readers).await?;
            secure::durability_check(&store.readers).await?;
        }
        Ok(store)
    }

    /// Runs the migrations that are missing, all or none, while others who try the same wait, and on PostgreSQL puts
    /// every table under row-level security. Doing it twice is fine.
    ///
    /// # Errors
    /// What the database says; [`StoreError::UnsafePragma`] as in [`Store::open`].
    pub async fn migrate(url: &str) -> Result<(), StoreError> {
        if is_sqlite(url) {
            let database = sqlite_writer(url).await?;
            let transaction = write_begin(&database).await?;
            Migrator::up(&transaction, None).await?;
            transaction.commit().await?;
            return Ok(database.close().await?);
        }
        let database = Database::connect(owner(url)).await?;
        let transaction = write_begin(&database).await?;
        secure::migration_lock(&transaction).await?;
        if !Migrator::get_pending_migrations(&transaction).await?.is_empty() {
            secure::policies_lift(&transaction).await?;
            Migrator::up(&transaction, None).await?;
        }
        secure::policies_apply(&transaction).await?;
        transaction.commit().await?;
        Ok(database.close().await?)
    }

    /// Lets a role of PostgreSQL serve: makes it if it is not there, gives it the password if there is one, and grants
    /// it what serving needs and no more. `url` is the owner's.
    ///
    /// # Errors
    /// What the database says, [`StoreError::NoRoles`] for SQLite.
    pub async fn admit(url: &str, role: &str, password: Option<&str>) -> Result<(), StoreError> {
        if is_sqlite(url) {
            return Err(StoreError::NoRoles);
        }
        let database = Database::connect(owner(url)).await?;
        let transaction = write_begin(&database).await?;
        secure::migration_lock(&transaction).await?;
        secure::role_make(&transaction, role, password).await?;
        secure::rights_grant(&transaction, role).await?;
        transaction.commit().await?;
        Ok(database.close().await?)
    }

    /// Begins to write in a zone.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when other writers took longer than patience lasts.
    pub async fn begin(&self, zone: ZoneId) -> Result<Tx, StoreError> {
        let transaction = match &self.turns {
            Some(turns) => {
                let (savepoint, turn) = turns.take(&self.writer).await?;
                Zoned::Sqlite(savepoint, Some(turn))
            }
            None => Zoned::postgres(&self.writer, zone, &self.statements).await?,
        };
        Ok(Tx { zone, transaction, moved: Mutex::default(), changes: self.changes.clone() })
    }

    /// Reads one zone: what another's policy hides is not there.
    pub(crate) async fn reading(&self, zone: ZoneId) -> Result<Reading, StoreError> {
        Ok(match self.readers.get_database_backend() {
            DbBackend::Postgres => {
                Reading::Postgres(Zoned::postgres(&self.readers, zone, &self.statements).await?)
            }
            _ => Reading::Sqlite(self.readers.clone()),
        })
    }

    /// Reads one zone as it stands at one moment, for as long as it takes.
    pub(crate) async fn snapshot(&self, zone: ZoneId) -> Result<Zoned, StoreError> {
        Zoned::snapshot(&self.readers, zone, &self.statements).await
    }

    /// Opens the database as its owner does who is about to change what nobody who serves may.
    pub(crate) async fn owned(url: &str) -> Result<Self, StoreError> {
        if is_sqlite(url) {
            return Self::open(url).await;
        }
        let pool = Database::connect(owner(url)).await?;
        let changes = Changes::new(&pool);
        Ok(Self { readers: pool.clone(), writer: pool, turns: None, statements: Arc::default(), changes })
    }

    /// The migrations that this program's tables are made by, in order.
    pub(crate) fn migrations() -> Vec<String> {
        Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
    }

    /// Reads what is in no zone: which zones there are. On PostgreSQL nothing else is there for it.
    pub(crate) fn unzoned(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// Listens to what moves, in all zones, from now on.
    #[must_use]
    pub fn changes(&self) -> Listener {
        self.changes.listen()
    }

    /// How many statements were run since the store was opened.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// Whatever keeps it from answering.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.readers.ping().await?)
    }

    /// Copies a SQLite database to a new file while it is in use. The file appears whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when the file exists or cannot be written, [`StoreError::BackupElsewhere`] on
    /// PostgreSQL.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if self.readers.get_database_backend() != DbBackend::Sqlite {
            return Err(StoreError::BackupElsewhere);
        }
        let failed = |source| StoreError::Backup { path: to.to_owned(), source };
        let exists = tokio::fs::try_exists(to).await.map_err(failed)?;
        if exists {
            return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
        }
        let mut partial = to.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        // What an interrupted backup left: VACUUM INTO refuses a file that has content.
        if let Err(error) = tokio::fs::remove_file(&partial).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(failed(error));
        }
        let path = partial.to_str().ok_or_else(|| failed(std::io::ErrorKind::InvalidFilename.into()))?;
        // On a connection of its own, so that writers do not wait for the copy; the readers' refuse this statement.
        let options = self.readers.get_sqlite_connection_pool().connect_options();
        let options = sqlx::sqlite::SqliteConnectOptions::clone(&options).pragma("query_only", "OFF");
        let mut connection = options.connect().await.map_err(connection_failed)?;
        let copied = sqlx::query("VACUUM INTO ?").bind(path).execute(&mut connection).await;
        copied.map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))?;
        connection.close().await.map_err(connection_failed)?;
        // SQLite does not sync the copy; without this a power cut could leave half of it under the final name.
        tokio::fs::File::open(&partial).await.map_err(failed)?.sync_all().await.map_err(failed)?;
        tokio::fs::rename(&partial, to).await.map_err(failed)?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        tokio::fs::File::open(folder).await.map_err(failed)?.sync_all().await.map_err(failed)
    }
}

impl Tx {
    /// The zone that is written.
    #[must_use]
    pub const fn zone(&self) -> ZoneId {
        self.zone
    }

    /// Makes everything the transaction wrote durable and visible, at once.
    ///
    /// # Errors
    /// Then nothing of it was written, but for [`StoreError::Unknown`].
    pub async fn commit(self) -> Result<(), StoreError> {
        let Self { zone, transaction, moved, changes } = self;
        let moved = moved.into_inner().unwrap_or_else(PoisonError::into_inner);
        if moved.is_empty() || !changes.reach_anybody() {
            return transaction.commit().await;
        }
        // A task of its own: whoever asked may go away while the commit is on its way, and others are to hear of it.
        let committed = tokio::spawn(async move {
            let committed = transaction.commit().await;
            // Also where it is not known whether it was: who hears looks for themselves.
            changes.tell(zone, moved);
            committed
        });
        committed.await.map_err(|_| stopped())?
    }

    /// Notes what is to be told once it is durable.
    pub(crate) fn moved(&self, subject: Subject) {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).push(subject);
    }

    /// Takes back what the transaction wrote. What made it fail, such as a version that others moved, is readable
    /// after this; after dropping the transaction it may still be on its way.
    pub async fn roll_back(self) {
        self.transaction.roll_back().await;
    }
}

/// Lets a connection count what it runs.
fn counted(mut connection: DatabaseConnection, statements: &Arc<AtomicU64>) -> DatabaseConnection {
    let statements = statements.clone();
    connection.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::Relaxed);
    });
    connection
}

fn connection_failed(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

pub(crate) fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

/// An immediate transaction takes SQLite's write lock before it reads: a deferred one fails on its first write when
/// another wrote in between, and waiting does not help it.
pub(crate) async fn write_begin(database: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(database.begin_with_options(options).await?)
}

async fn sqlite_writer(url: &str) -> Result<DatabaseConnection, StoreError> {
    let started = Instant::now();
    let writer = loop {
        match Database::connect(sqlite(url, 1, false)).await.map_err(StoreError::from) {
            // Of several who turn a new file to WAL at once, SQLite sends all but one away without waiting.
            Err(StoreError::Busy) if started.elapsed() < PATIENCE => tokio::time::sleep(AGAIN).await,
            connected => break connected?,
        }
    };
    pragmas_check(&writer).await?;
    Ok(writer)
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    // A connection is a file handle here: it neither goes stale nor needs a ping.
    options.min_connections(1).max_connections(connections).test_before_acquire(false).sqlx_logging(false);
    options.acquire_timeout(PATIENCE).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let sqlite = sqlite.foreign_keys(true).busy_timeout(PATIENCE);
        if read_only { sqlite.pragma("query_only", "ON") } else { sqlite }
    });
    if !read_only {
        options.map_sqlx_sqlite_pool_opts(|pool| {
            pool.after_release(|connection, _| Box::pin(is_out_of_transactions(connection)))
        });
    }
    options
}

/// Whether a connection may be used again. SQLite ends a transaction itself when the disk is full, and sqlx goes on
/// counting it: what came later on that connection would be acknowledged inside a transaction that nobody commits.
async fn is_out_of_transactions(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A dropped transaction left its rollback in the queue: this waits for it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn postgres(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.min_connections(1).max_connections(connections).acquire_timeout(PATIENCE);
    // A connection that broke meanwhile is found out when a transaction begins on it.
    options.test_before_acquire(false).sqlx_logging(false);
    options.map_sqlx_postgres_opts(move |postgres| {
        let postgres = postgres.application_name("qianxiaoer").options(POSTGRES_TIMEOUTS);
        if read_only { postgres.options([("default_transaction_read_only", "on")]) } else { postgres }
    });
    options
}

/// The owner's one connection, which takes its time.
fn owner(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).acquire_timeout(PATIENCE).sqlx_logging(false);
    options
}

/// Reads back what was set: a URL, a file system or a build of SQLite may have it otherwise.
pub(crate) async fn pragmas_check(database: &DatabaseConnection) -> Result<(), StoreError> {
    for (pragma, needed) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
        let select = format!("SELECT CAST({pragma} AS TEXT) AS found FROM pragma_{pragma}");
        let row = database.query_one_raw(Statement::from_string(DbBackend::Sqlite, select)).await?;
        let found = row.map(|row| row.try_get::<String>("", "found")).transpose()?.unwrap_or_default();
        if found != needed {
            return Err(StoreError::UnsafePragma { pragma, found, needed });
        }
    }
    Ok(())
}
