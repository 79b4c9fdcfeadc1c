//! From a row to typed values, or to the name of the value that is none.
use crate::error::{StoreError, driver};
use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IdenStatic, Iterable, QueryResult, QueryTrait,
    Select, sqlx,
};
use serde::de::DeserializeOwned;
use std::fmt::Display;
use uuid::Uuid;

/// A SHA-256.
pub type Hash = [u8; 32];

/// Runs a query for whole rows of one table.
pub(crate) async fn rows<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
) -> Result<Vec<E::Model>, StoreError> {
    connection.query_all(select.as_query()).await?.iter().map(row::<E>).collect()
}

/// The same, for at most one.
pub(crate) async fn row_find<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
) -> Result<Option<E::Model>, StoreError> {
    connection.query_one(select.as_query()).await?.as_ref().map(row::<E>).transpose()
}

/// Reads one row; a column of the wrong type is [`StoreError::Corrupt`] and says where.
pub(crate) fn row<E: EntityTrait>(row: &QueryResult) -> Result<E::Model, StoreError> {
    E::Model::from_query_result(row, "").map_err(|error| {
        let Some(column) = undecodable(&error) else { return error.into() };
        let key = E::PrimaryKey::iter().filter(|column| column.as_str() != "zone_id");
        let key: Vec<_> = key.map(|column| part(row, column.as_str())).collect();
        corrupt(E::default().table_name(), &column, &key.join("/"))
    })
}

/// The column that an error of decoding complains of.
fn undecodable(error: &DbErr) -> Option<String> {
    let named = |text: &str| text.trim_matches('"').to_owned();
    match (driver(error), error) {
        (Some(sqlx::Error::ColumnDecode { index, .. }), _) => Some(named(index)),
        // A null where none may be: SeaORM says so in words that end with the column.
        (None, DbErr::Type(message)) => message.rsplit(' ').next().map(named),
        _ => None,
    }
}

/// A part of a row's key as a reader would write it.
fn part(row: &QueryResult, column: &str) -> String {
    let uuid = row.try_get::<Uuid>("", column).map(|id| id.to_string());
    let text = uuid.or_else(|_| row.try_get::<String>("", column));
    let text = text.or_else(|_| row.try_get::<i64>("", column).map(|number| number.to_string()));
    text.unwrap_or_else(|_| "?".to_owned())
}

pub(crate) fn corrupt(table: &str, column: &str, row: &dyn Display) -> StoreError {
    StoreError::Corrupt { table: table.to_owned(), column: column.to_owned(), row: row.to_string() }
}

/// Microseconds UTC to an instant; `None` outside of what a calendar can name.
pub(crate) fn instant(microseconds: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(microseconds).ok()
}

pub(crate) fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Writes what [`json`] reads. Our own types always have a JSON form; one that has none is refused like a bad value.
pub(crate) fn json_text(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(DbErr::Json(error.to_string())))
}
