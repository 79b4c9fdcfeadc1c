//! What tables there are, from the database's own catalogue: a new table is taken along without a line here.
use crate::decode::Hash;
use crate::error::StoreError;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// A table with rows of zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) table: String,
    /// The column that names the zone.
    pub(crate) zone: &'static str,
    /// The others, in alphabetical order.
    pub(crate) columns: Vec<Column>,
    /// Those of them that tell rows of a zone apart, in the key's order.
    pub(crate) key: Vec<String>,
}

/// Tables made of other rows: they are not taken out, and made again where the zone was put in.
const MADE: [&str; 4] = ["search_document", "search_fill", "search_mark", "search_posting"];

/// The column in which a row names the content of a file, whichever table it is of.
pub(crate) const CONTENT_HASH: &str = "content_hash";

impl Shape {
    /// Whether its rows are what they are by themselves.
    pub(crate) fn is_taken_out(&self) -> bool {
        !MADE.contains(&self.table.as_str())
    }

    /// Whether its rows name contents.
    pub(crate) fn names_contents(&self) -> bool {
        self.columns.iter().any(|column| column.name == CONTENT_HASH)
    }
}

/// The content that a row names, if it does.
pub(crate) fn content(row: &QueryResult) -> Result<Option<Hash>, StoreError> {
    let hash: Option<Vec<u8>> = row.try_get("", CONTENT_HASH)?;
    Ok(hash.and_then(|hash| Hash::try_from(hash).ok()))
}

/// A column of one of the few kinds there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Number,
    Text,
    Bytes,
    Flag,
}

impl Kind {
    /// By the type's name in either database.
    fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let begins = |kinds: &[&str]| kinds.iter().any(|kind| name.starts_with(kind));
        Some(match () {
            () if begins(&["uuid"]) => Self::Id,
            () if begins(&["bigint", "integer"]) => Self::Number,
            () if begins(&["text", "varchar", "character varying"]) => Self::Text,
            () if begins(&["bytea", "blob"]) => Self::Bytes,
            () if begins(&["bool"]) => Self::Flag,
            () => return None,
        })
    }
}

/// Every column of every table: its type, and its place in the key from 1, or 0.
const POSTGRES_COLUMNS: &str = "SELECT c.relname::text AS place, a.attname::text AS name, \
     format_type(a.atttypid, NULL) AS kind, coalesce(array_position(i.indkey::int2[], a.attnum), -1)::bigint + 1 AS rank \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
     WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY 1, 2";
const SQLITE_COLUMNS: &str = "SELECT m.name AS place, p.name AS name, p.type AS kind, p.pk AS rank \
     FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1, 2";
/// Which table refers to which.
const POSTGRES_REFERENCES: &str = "SELECT c.relname::text AS place, t.relname::text AS name FROM pg_constraint r \
     JOIN pg_class c ON c.oid = r.conrelid JOIN pg_class t ON t.oid = r.confrelid \
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.contype = 'f' AND n.nspname = current_schema()";
const SQLITE_REFERENCES: &str = "SELECT m.name AS place, f.\"table\" AS name \
     FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";

/// The tables with rows of zones, each after those it refers to.
pub(crate) async fn shapes(database: &impl ConnectionTrait) -> Result<Vec<Shape>, StoreError> {
    let backend = database.get_database_backend();
    let (columns, references) = match backend {
        DbBackend::Postgres => (POSTGRES_COLUMNS, POSTGRES_REFERENCES),
        _ => (SQLITE_COLUMNS, SQLITE_REFERENCES),
    };
    let mut tables: BTreeMap<String, Vec<(i64, String, String)>> = BTreeMap::new();
    for row in database.query_all_raw(Statement::from_string(backend, columns)).await? {
        let column = (row.try_get("", "rank")?, row.try_get("", "name")?, row.try_get("", "kind")?);
        tables.entry(row.try_get("", "place")?).or_default().push(column);
    }
    let mut unplaced = BTreeMap::new();
    for (table, columns) in tables {
        let zone = if table == "zone" { "id" } else { "zone_id" };
        if columns.iter().any(|(_, name, _)| name == zone) {
            unplaced.insert(table.clone(), shape(table, zone, columns)?);
        }
    }
    let mut references_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in database.query_all_raw(Statement::from_string(backend, references)).await? {
        references_of.entry(row.try_get("", "place")?).or_default().insert(row.try_get("", "name")?);
    }
    ordered(unplaced, &references_of)
}

fn shape(
    table: String,
    zone: &'static str,
    columns: Vec<(i64, String, String)>,
) -> Result<Shape, StoreError> {
    let mut key = BTreeMap::new();
    let mut kinds = Vec::new();
    for (rank, name, kind) in columns.into_iter().filter(|(_, name, _)| name != zone) {
        let Some(known) = Kind::parse(&kind) else {
            return Err(StoreError::Unportable(format!("`{table}.{name}` is of type {kind}")));
        };
        if rank > 0 {
            key.insert(rank, name.clone());
        }
        kinds.push(Column { name, kind: known });
    }
    Ok(Shape { table, zone, columns: kinds, key: key.into_values().collect() })
}

/// Each after those it refers to; among those that could come next, by name.
fn ordered(
    mut unplaced: BTreeMap<String, Shape>,
    references: &BTreeMap<String, BTreeSet<String>>,
) -> Result<Vec<Shape>, StoreError> {
    let mut placed = Vec::new();
    while !unplaced.is_empty() {
        let waits = |table: &String| {
            let of = references.get(table).into_iter().flatten();
            of.into_iter().any(|other| other != table && unplaced.contains_key(other))
        };
        let Some(next) = unplaced.keys().find(|table| !waits(table)).cloned() else {
            let circle: Vec<_> = unplaced.into_keys().collect();
            return Err(StoreError::Unportable(format!(
                "{} refer to each other in a circle",
                circle.join(", ")
            )));
        };
        placed.extend(unplaced.remove(&next));
    }
    Ok(placed)
}
