//! Transactions that see one zone. On PostgreSQL row-level security shows a role only the zone that its transaction has
//! set, so nothing is read or written but in one of these; on SQLite the conditions of the statements are all there is.
use crate::error::{StoreError, uncommitted};
use crate::turn::Turn;
use sea_orm::sea_query::Values;
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::sqlx::{self, AssertSqlSafe, Postgres, Transaction};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::async_trait::async_trait;
use sea_query_sqlx::SqlxValues;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;
use workflow::ids::ZoneId;

/// The setting that the policies of row-level security look at.
pub(crate) const SETTING: &str = "app.zone";

/// Reads one zone.
#[derive(Debug)]
pub(crate) enum Reading {
    /// The readers of SQLite.
    Sqlite(DatabaseConnection),
    /// A transaction that ends with this.
    Postgres(Zoned),
}

/// One transaction in one zone. Dropping it takes everything back.
#[derive(Debug)]
pub(crate) enum Zoned {
    /// A writer's savepoint with its turn, which is dropped after it; or, to read, a transaction alone.
    Sqlite(DatabaseTransaction, Option<Turn>),
    /// With what counts its statements.
    Postgres(Mutex<Transaction<'static, Postgres>>, Arc<AtomicU64>),
}

impl Zoned {
    /// Begins in a zone on PostgreSQL: the transaction and its zone are one trip.
    pub(crate) async fn postgres(
        database: &DatabaseConnection,
        zone: ZoneId,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, StoreError> {
        let begin = format!("BEGIN; SET LOCAL {SETTING} = '{}'", zone.0);
        Ok(Self::Postgres(Mutex::new(postgres_begin(database, begin).await?), statements.clone()))
    }

    /// Begins to read a zone as it stands at one moment. It may take its time, and nothing waits for it.
    pub(crate) async fn snapshot(
        database: &DatabaseConnection,
        zone: ZoneId,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, StoreError> {
        if database.get_database_backend() != DbBackend::Postgres {
            // On SQLite a transaction that only reads is a snapshot from its first statement on.
            let reading = database.begin_with_options(TransactionOptions::default()).await?;
            return Ok(Self::Sqlite(reading, None));
        }
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL {SETTING} = '{}'; \
             SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
            zone.0
        );
        Ok(Self::Postgres(Mutex::new(postgres_begin(database, begin).await?), statements.clone()))
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(savepoint, Some(turn)) => turn.commit(savepoint).await,
            Self::Sqlite(transaction, None) => Ok(transaction.commit().await?),
            Self::Postgres(transaction, _) => {
                transaction.into_inner().commit().await.map_err(|error| uncommitted(failed(error)))
            }
        }
    }

    /// Takes everything back, and waits until what was in the way is readable.
    pub(crate) async fn roll_back(self) {
        match self {
            Self::Sqlite(savepoint, Some(turn)) => turn.roll_back(savepoint).await,
            Self::Sqlite(transaction, None) => drop(transaction),
            Self::Postgres(transaction, _) => drop(transaction),
        }
    }
}

/// Begins a transaction on PostgreSQL with these words. A connection that broke while it lay in the pool is found out
/// here and not by a ping before each use; each that is found out is gone, so this comes to an end.
pub(crate) async fn postgres_begin(
    database: &DatabaseConnection,
    begin: String,
) -> Result<Transaction<'static, Postgres>, DbErr> {
    let pool = database.get_postgres_connection_pool();
    let mut stale = pool.size();
    loop {
        match pool.begin_with(AssertSqlSafe(begin.clone())).await {
            Err(error) if stale > 0 && crate::error::is_disconnection(&error) => stale -= 1,
            outcome => return outcome.map_err(failed),
        }
    }
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

/// A statement as sqlx takes it.
fn bound(statement: Statement) -> sqlx::query::Query<'static, Postgres, SqlxValues> {
    let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

#[async_trait]
impl ConnectionTrait for Zoned {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(transaction, _) => transaction.get_database_backend(),
            Self::Postgres(..) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(transaction, _) => transaction.execute_raw(statement).await,
            Self::Postgres(transaction, statements) => {
                statements.fetch_add(1, Ordering::Relaxed);
                let done = bound(statement).execute(&mut **transaction.lock().await).await;
                done.map(ExecResult::from).map_err(failed)
            }
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(transaction, _) => transaction.execute_unprepared(sql).await,
            Self::Postgres(transaction, statements) => {
                statements.fetch_add(1, Ordering::Relaxed);
                let sql = AssertSqlSafe(sql.to_owned());
                let done = sqlx::Executor::execute(&mut **transaction.lock().await, sql).await;
                done.map(ExecResult::from).map_err(failed)
            }
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(transaction, _) => transaction.query_one_raw(statement).await,
            Self::Postgres(transaction, statements) => {
                statements.fetch_add(1, Ordering::Relaxed);
                let row = bound(statement).fetch_optional(&mut **transaction.lock().await).await;
                Ok(row.map_err(failed)?.map(QueryResult::from))
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(transaction, _) => transaction.query_all_raw(statement).await,
            Self::Postgres(transaction, statements) => {
                statements.fetch_add(1, Ordering::Relaxed);
                let rows: Vec<PgRow> =
                    bound(statement).fetch_all(&mut **transaction.lock().await).await.map_err(failed)?;
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
        }
    }
}

#[async_trait]
impl ConnectionTrait for Reading {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(readers) => readers.get_database_backend(),
            Self::Postgres(transaction) => transaction.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(readers) => readers.execute_raw(statement).await,
            Self::Postgres(transaction) => transaction.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(readers) => readers.execute_unprepared(sql).await,
            Self::Postgres(transaction) => transaction.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(readers) => readers.query_one_raw(statement).await,
            Self::Postgres(transaction) => transaction.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(readers) => readers.query_all_raw(statement).await,
            Self::Postgres(transaction) => transaction.query_all_raw(statement).await,
        }
    }
}
