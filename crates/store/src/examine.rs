//! Whether a database is whole and one of this program's: for whoever restores one, or doubts it. Changes no row.
use crate::connection::{Store, is_sqlite};
use crate::error::StoreError;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, RuntimeErr, Statement};
use sea_orm_migration::SchemaManager;
use std::time::Duration;

/// What was found out about a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// What SQLite says of its pages and of references to missing rows. PostgreSQL watches over both itself.
    pub damages: Vec<String>,
    /// Migrations that were run; none on a database that is not this program's.
    pub applied: Vec<String>,
    /// Migrations that the tables lack.
    pub missing: Vec<String>,
    /// Migrations that this program does not know: a newer one wrote the tables.
    pub unknown: Vec<String>,
}

impl Store {
    /// Examines the database at a URL as [`Store::open`] takes it, whatever its schema is.
    ///
    /// # Errors
    /// What the database says; a file that is no database at all is [`StoreError::Database`].
    pub async fn examine(url: &str) -> Result<Examination, StoreError> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("query_only", "ON"));
        let database = Database::connect(options).await?;
        let damages = if is_sqlite(url) { damages(&database).await? } else { Vec::new() };
        let applied = applied(&database).await?;
        database.close().await?;
        let known = Self::migrations();
        let missing = known.iter().filter(|known| !applied.contains(known)).cloned().collect();
        let unknown = applied.iter().filter(|applied| !known.contains(applied)).cloned().collect();
        Ok(Examination { damages, applied, missing, unknown })
    }

    /// Says whether some other connection has this SQLite database open. If none has, what its log still holds is
    /// moved into the file, and the log is gone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn is_in_use(url: &str) -> Result<bool, StoreError> {
        let failed = |error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into()));
        let options: SqliteConnectOptions = url.parse().map_err(failed)?;
        let mut connection = options.busy_timeout(Duration::ZERO).connect().await.map_err(failed)?;
        // Leaving the write-ahead log takes the whole file, which SQLite grants only to its one user.
        let alone = sqlx::query("PRAGMA journal_mode = DELETE").execute(&mut connection).await;
        // Waited for, or the next who asks may meet this one.
        connection.close().await.map_err(failed)?;
        match alone.map_err(|error| StoreError::from(failed(error))) {
            Ok(_) => Ok(false),
            Err(StoreError::Busy) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// The first hundred damages of each kind.
async fn damages(database: &DatabaseConnection) -> Result<Vec<String>, StoreError> {
    let pages = "SELECT integrity_check AS found FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
    let strays = "SELECT 'a row of `' || \"table\" || '` refers to a missing row of `' || parent || '`' AS found \
         FROM pragma_foreign_key_check LIMIT 100";
    let mut damages = texts(database, pages).await?;
    damages.extend(texts(database, strays).await?);
    Ok(damages)
}

async fn applied(database: &DatabaseConnection) -> Result<Vec<String>, StoreError> {
    if !SchemaManager::new(database).has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    texts(database, "SELECT version AS found FROM seaql_migrations ORDER BY version").await
}

async fn texts(database: &DatabaseConnection, select: &str) -> Result<Vec<String>, StoreError> {
    let statement = Statement::from_string(database.get_database_backend(), select);
    let rows = database.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| row.try_get("", "found")).collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_examination_finds_what_is_wrong_and_who_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("desk.db").display());
        let all = Store::migrations().len();
        let found = Store::examine(&url).await.unwrap();
        assert_eq!((found.applied.len(), found.missing.len()), (0, all));
        Store::migrate(&url).await.unwrap();
        let store = Store::open(&url).await.unwrap();
        let found = Store::examine(&url).await.unwrap();
        assert_eq!((found.applied.len(), found.missing.len(), found.unknown.len()), (all, 0, 0));
        assert_eq!(found.damages, <[String; 0]>::default());
        for statement in [
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2099', 0)",
            "PRAGMA foreign_keys = OFF",
            "INSERT INTO unit (zone_id, id, key, name) VALUES (x'00', x'01', 'k', 'n')",
        ] {
            store.writer.execute_unprepared(statement).await.unwrap();
        }
        let found = Store::examine(&url).await.unwrap();
        assert_eq!(found.damages, ["a row of `unit` refers to a missing row of `zone`"]);
        assert_eq!((found.missing.len(), found.unknown), (0, vec!["m2099".to_owned()]));

        assert!(Store::is_in_use(&url).await.unwrap());
        store.unzoned().clone().close().await.unwrap();
        store.writer.close().await.unwrap();
        assert!(!Store::is_in_use(&url).await.unwrap());
    }
}
