//! Writing a zone's archive.
use super::shape::{Column, Kind, Shape, content, shapes};
use super::{FORMAT, Head, Line, Mark};
use crate::connection::Store;
use crate::decode::Hash;
use crate::error::StoreError;
use crate::zone::Zone;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, Value as SqlValue};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Write;
use uuid::Uuid;

/// How many rows are read at once.
const BATCH: u64 = 500;
/// How many bytes of a content are a line.
const PIECE: usize = 96 * 1024;

/// Writes an archive, line by line.
#[derive(Debug)]
pub struct ArchiveWriter<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins an archive.
    pub fn new(out: W) -> Self {
        Self { out, hash: Sha256::new() }
    }

    fn line(&mut self, line: &Line) -> Result<(), StoreError> {
        let mut text = serde_json::to_vec(line).map_err(|error| StoreError::Archive(error.to_string()))?;
        text.push(b'\n');
        self.hash.update(&text);
        self.out.write_all(&text).map_err(|error| StoreError::Archive(error.to_string()))
    }

    /// Adds a content that rows name by its hash.
    ///
    /// # Errors
    /// [`StoreError::Archive`] with what the file system said.
    pub fn content(&mut self, hash: &Hash, bytes: &[u8]) -> Result<(), StoreError> {
        self.line(&Line::Mark(Mark::Content(hex::encode(hash))))?;
        bytes.chunks(PIECE).try_for_each(|piece| self.line(&Line::Piece(STANDARD.encode(piece))))
    }

    /// Ends the archive; without its end it is refused.
    ///
    /// # Errors
    /// As [`ArchiveWriter::content`].
    pub fn finish(mut self) -> Result<W, StoreError> {
        let hash = hex::encode(self.hash.clone().finalize());
        self.line(&Line::Mark(Mark::End(hash)))?;
        self.out.flush().map_err(|error| StoreError::Archive(error.to_string()))?;
        Ok(self.out)
    }
}

impl Store {
    /// Writes all rows of a zone as they stand at one moment, and answers the hashes of the contents that they name.
    ///
    /// # Errors
    /// What the database says; [`StoreError::Archive`] with what the file system said.
    pub async fn zone_export<W: Write>(
        &self,
        zone: &Zone,
        archive: &mut ArchiveWriter<W>,
    ) -> Result<BTreeSet<Hash>, StoreError> {
        let snapshot = self.snapshot(zone.id).await?;
        let head = Head {
            format: FORMAT.to_owned(),
            zone: zone.id.0,
            key: zone.key.clone(),
            migrations: Self::migrations(),
        };
        archive.line(&Line::Mark(Mark::Head(head)))?;
        let mut contents = BTreeSet::new();
        for shape in shapes(&snapshot).await?.into_iter().filter(Shape::is_taken_out) {
            let columns = shape.columns.iter().map(|column| column.name.clone()).collect();
            archive.line(&Line::Mark(Mark::Table { name: shape.table.clone(), columns }))?;
            let mut after: Option<QueryResult> = None;
            loop {
                let rows = snapshot.query_all(&page(&shape, zone.id.0, after.as_ref())?).await?;
                for row in &rows {
                    archive.line(&Line::Row(values(&shape, row)?))?;
                    if shape.names_contents() {
                        contents.extend(content(row)?);
                    }
                }
                let whole = rows.len() as u64 == BATCH && !shape.key.is_empty();
                match rows.into_iter().next_back().filter(|_| whole) {
                    Some(last) => after = Some(last),
                    None => break,
                }
            }
        }
        Ok(contents)
    }
}

/// The next rows of a table by its key.
fn page(shape: &Shape, zone: Uuid, after: Option<&QueryResult>) -> Result<SelectStatement, StoreError> {
    let mut select = Query::select();
    select.from(Alias::new(&shape.table)).and_where(Expr::col(Alias::new(shape.zone)).eq(zone));
    for column in &shape.columns {
        select.column(Alias::new(&column.name));
    }
    for column in &shape.key {
        select.order_by(Alias::new(column), sea_orm::Order::Asc);
    }
    if let Some(last) = after {
        let place = shape.key.iter().map(|name| Expr::col(Alias::new(name)));
        let mut values = Vec::new();
        for name in &shape.key {
            let column = shape.columns.iter().find(|column| column.name == *name);
            values.push(Expr::val(column.map_or(Ok(SqlValue::Bool(None)), |column| sql(column, last))?));
        }
        select.and_where(Expr::tuple(place).gt(Expr::tuple(values)));
    }
    Ok(select.limit(BATCH).take())
}

/// A value of a row, to compare others with.
fn sql(column: &Column, row: &QueryResult) -> Result<SqlValue, StoreError> {
    let name = column.name.as_str();
    Ok(match column.kind {
        Kind::Id => row.try_get::<Option<Uuid>>("", name)?.into(),
        Kind::Number => row.try_get::<Option<i64>>("", name)?.into(),
        Kind::Text => row.try_get::<Option<String>>("", name)?.into(),
        Kind::Bytes => row.try_get::<Option<Vec<u8>>>("", name)?.into(),
        Kind::Flag => row.try_get::<Option<bool>>("", name)?.into(),
    })
}

/// The values of a row as the archive has them.
fn values(shape: &Shape, row: &QueryResult) -> Result<Vec<Value>, StoreError> {
    let value = |column: &Column| {
        let name = column.name.as_str();
        Ok(match column.kind {
            Kind::Id => row.try_get::<Option<Uuid>>("", name)?.map(|id| id.to_string().into()),
            Kind::Number => row.try_get::<Option<i64>>("", name)?.map(Value::from),
            Kind::Text => row.try_get::<Option<String>>("", name)?.map(Value::from),
            Kind::Bytes => {
                row.try_get::<Option<Vec<u8>>>("", name)?.map(|bytes| STANDARD.encode(bytes).into())
            }
            Kind::Flag => row.try_get::<Option<bool>>("", name)?.map(Value::from),
        }
        .unwrap_or(Value::Null))
    };
    shape.columns.iter().map(value).collect()
}
