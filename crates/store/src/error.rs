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
            // lock_not_available, serialization_failure, deadlock_detected.
            Some("55P03" | "40001" | "40P01") => Self::Busy,
            // SQLITE_BUSY and SQLITE_LOCKED in the low byte of an extended code.
            Some(text)
                if text.parse::<u32>().is_ok_and(|code| text.len() < 5 && matches!(code & 0xff, 5 | 6)) =>
            {
                Self::Busy
            }
            _ if matches!(error, DbErr::ConnectionAcquire(_)) => Self::Busy,
            _ => Self::Database(error),
        }
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
