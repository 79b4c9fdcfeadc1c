//! What can go wrong with the store, in words a caller can act on.
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};
use std::path::PathBuf;

/// Says which expectation of the store did not hold.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Someone else moved the case since it was read: read it again.
    #[error("the case was moved by someone else since it was read")]
    Stale,
    /// A request with this idempotency key was recorded before: answer with what it recorded.
    #[error("this idempotency key was used before")]
    IdempotencyTaken,
    /// The disk is full: nothing was written, reading goes on.
    #[error("there is no room left to write; reading goes on")]
    StorageFull,
    /// The database had no connection or lock to give within its patience: try again.
    #[error("the database is busy; try again")]
    Busy,
    /// The transaction met another on its way and was taken back whole: take it again.
    #[error("the transaction met another and was taken back; try again")]
    Collided,
    /// The database does not answer: nothing was written.
    #[error("the database cannot be reached; nothing was written; try again")]
    Unreachable(#[source] DbErr),
    /// The connection broke while the transaction was being made durable.
    #[error(
        "the connection to the database broke during the commit, so it is not known whether this was written; ask \
         again with the same key"
    )]
    Unknown(#[source] DbErr),
    /// The tables are older than this program: migrate first.
    #[error("the tables lack the migrations {}; run `migrate` first", missing.join(", "))]
    SchemaOutdated {
        /// The migrations that were not run, in their order.
        missing: Vec<String>,
    },
    /// SQLite does not keep its promises as it is set: it may lose what was acknowledged.
    #[error("SQLite answers `{pragma}` = {found}, but only {needed} is safe")]
    UnsafePragma {
        /// The setting.
        pragma: &'static str,
        /// What SQLite says it is.
        found: String,
        /// What it has to be.
        needed: &'static str,
    },
    /// PostgreSQL does not keep its promises as it is set: it may lose what was acknowledged.
    #[error("PostgreSQL runs with `{setting}` = {found}, but only {needed} is safe")]
    UnsafeSetting {
        /// The setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it has to be.
        needed: &'static str,
    },
    /// The role may more than one that serves should: row-level security would not hold it.
    #[error("the role `{role}` {may}; serve as the role that `migrate --app-role` made")]
    UnsafeRole {
        /// The role.
        role: String,
        /// What it may.
        may: &'static str,
    },
    /// Row-level security does not guard these tables.
    #[error("row-level security does not guard {}; run `migrate` first", tables.join(", "))]
    Unguarded {
        /// The tables.
        tables: Vec<String>,
    },
    /// A value in a table is not one that this program writes.
    #[error("column `{column}` of table `{table}` holds what cannot be read, in row {row}")]
    Corrupt {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row's key without its zone.
        row: String,
    },
    /// Another row of the zone already has this.
    #[error("this {what} is taken")]
    Taken {
        /// What must be unique: `login`, `number` and the like.
        what: &'static str,
    },
    /// The cursor was made for another order: only its own continues it.
    #[error("the cursor belongs to another order of the list")]
    ForeignCursor,
    /// A case opens with a number and a title; this record has none.
    #[error("the first step of a case needs a number and a title")]
    Nameless,
    /// The archive of a zone could not be written or is not one that can be read.
    #[error("the archive: {0}")]
    Archive(String),
    /// A table is of a shape that archives cannot hold.
    #[error("an archive cannot hold the tables: {0}")]
    Unportable(String),
    /// SQLite knows no roles.
    #[error("SQLite has no roles; `--app-role` is for PostgreSQL")]
    NoRoles,
    /// PostgreSQL is not copied through a connection.
    #[error("a PostgreSQL database is backed up with `pg_dump`, not through a connection")]
    BackupElsewhere,
    /// The copy could not be put where it was asked for.
    #[error("the backup could not be written to {}", path.display())]
    Backup {
        /// Where it should have gone.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// The database said something else.
    #[error("the database refused")]
    Database(#[source] DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match code(&error).as_deref() {
            // SQLITE_FULL and disk_full.
            Some("13" | "53100") => Self::StorageFull,
            // lock_not_available, query_canceled by a timeout, too_many_connections.
            Some("55P03" | "57014" | "53300") => Self::Busy,
            // serialization_failure, deadlock_detected.
            Some("40001" | "40P01") => Self::Collided,
            // SQLITE_BUSY and SQLITE_LOCKED in the low byte of an extended code.
            Some(text)
                if text.parse::<u32>().is_ok_and(|code| text.len() < 5 && matches!(code & 0xff, 5 | 6)) =>
            {
                Self::Busy
            }
            _ if matches!(error, DbErr::ConnectionAcquire(_)) => Self::Busy,
            _ => match driver(&error) {
                Some(sqlx::Error::PoolTimedOut) => Self::Busy,
                Some(broken) if is_disconnection(broken) => Self::Unreachable(error),
                _ => Self::Database(error),
            },
        }
    }
}

/// What a commit came to that failed. A database that says why has taken it back; one that says nothing more, or that
/// it is going down, may have written it before.
pub(crate) fn uncommitted(error: DbErr) -> StoreError {
    match StoreError::from(error) {
        StoreError::Unreachable(error) => StoreError::Unknown(error),
        refused => refused,
    }
}

/// Whether the connection is what failed, so that another one may do.
pub(crate) fn is_disconnection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        // Connection exceptions, and a server that shuts down, has crashed or is starting up.
        sqlx::Error::Database(said) => said.code().is_some_and(|code| {
            code.len() == 5 && (code.starts_with("08") || code.starts_with("57P") || code == "25P03")
        }),
        _ => false,
    }
}

/// The driver's error below the wrapping, if the driver made one.
pub(crate) fn driver(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

/// SQLite's extended result code or PostgreSQL's SQLSTATE.
pub(crate) fn code(error: &DbErr) -> Option<String> {
    Some(driver(error)?.as_database_error()?.code()?.into_owned())
}

/// The message of a broken unique constraint: SQLite names its columns there, PostgreSQL the constraint.
pub(crate) fn duplicate(error: &DbErr) -> Option<String> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(message)) => Some(message),
        _ => None,
    }
}

/// Reads a broken unique constraint as [`StoreError::Taken`].
pub(crate) fn taken(what: &'static str) -> impl FnOnce(DbErr) -> StoreError {
    move |error| if duplicate(&error).is_some() { StoreError::Taken { what } } else { error.into() }
}
