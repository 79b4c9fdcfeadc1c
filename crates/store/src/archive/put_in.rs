//! Reading a zone's archive. Nothing of it is there before all of it was read and its end agreed.
use super::shape::{Column, Kind, Shape, shapes};
use super::{FORMAT, Head, Line, Mark};
use crate::connection::{Store, Tx};
use crate::decode::Hash;
use crate::error::{StoreError, duplicate};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, Query, Value as SqlValue};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::io::{BufRead, Read};
use uuid::Uuid;
use workflow::ids::ZoneId;

/// How long a line may be: the longest is a case with its answers, and a piece of a content.
const LINE_MOST: u64 = 64 * 1024 * 1024;
/// How large a content may be; uploads allow less.
const CONTENT_MOST: usize = 256 * 1024 * 1024;
/// How many values one statement brings. SQLite takes 32,766.
const VALUES_MOST: usize = 16_000;

/// Reads an archive, line by line.
#[derive(Debug)]
pub struct ArchiveReader<R> {
    from: R,
    hash: Sha256,
    line: u64,
}

impl<R: BufRead> ArchiveReader<R> {
    /// Begins to read.
    pub fn new(from: R) -> Self {
        Self { from, hash: Sha256::new(), line: 0 }
    }

    fn wrong(&self, what: impl std::fmt::Display) -> StoreError {
        StoreError::Archive(format!("line {}: {what}", self.line))
    }

    /// The next line; the end is compared with what came before it.
    fn next(&mut self) -> Result<Line, StoreError> {
        self.line += 1;
        let mut text = Vec::new();
        let read = (&mut self.from).take(LINE_MOST).read_until(b'\n', &mut text);
        read.map_err(|error| self.wrong(error))?;
        if !text.ends_with(b"\n") {
            return Err(self.wrong(match text.len() as u64 {
                LINE_MOST => "it is longer than any that this program writes",
                _ => "the archive was cut off: it has no end",
            }));
        }
        let line: Line = serde_json::from_slice(&text).map_err(|error| self.wrong(error))?;
        if let Line::Mark(Mark::End(expected)) = &line
            && hex::encode(self.hash.clone().finalize()) != *expected
        {
            return Err(self.wrong("the archive was changed after it was written: its hash is another"));
        }
        self.hash.update(&text);
        Ok(line)
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        let Line::Mark(Mark::Head(head)) = self.next()? else {
            return Err(self.wrong("the head of an archive was expected"));
        };
        if head.format != FORMAT {
            return Err(
                self.wrong(format_args!("the format is {:?}; this program reads {FORMAT:?}", head.format))
            );
        }
        let ours = Store::migrations();
        if head.migrations != ours {
            let of = |migrations: &[String]| migrations.last().cloned().unwrap_or_default();
            return Err(self.wrong(format_args!(
                "the tables it was taken from had the migrations up to {}, these have those up to {}; take it out \
                 again with the program of this version",
                of(&head.migrations),
                of(&ours)
            )));
        }
        Ok(head)
    }
}

impl Store {
    /// Puts a zone in, whole or not at all. Each content is handed to `keep` with its hash before the rows are there.
    ///
    /// # Errors
    /// [`StoreError::Archive`] for a file that is not whole or not of this version, [`StoreError::Taken`] when the zone is
    /// there already.
    pub async fn zone_import<R: BufRead, F: Future<Output = std::io::Result<()>>>(
        &self,
        archive: &mut ArchiveReader<R>,
        mut keep: impl FnMut(Hash, Vec<u8>) -> F,
    ) -> Result<String, StoreError> {
        let head = archive.head()?;
        let tx = self.begin(ZoneId(head.zone)).await?;
        let shapes = shapes(&tx.transaction).await?;
        let mut line = archive.next()?;
        loop {
            line = match line {
                Line::Mark(Mark::Table { name, columns }) => {
                    let shape = shapes.iter().find(|shape| shape.table == name);
                    let shape = shape.filter(|shape| shape.columns.iter().map(|one| &one.name).eq(&columns));
                    let unlike =
                        || archive.wrong(format_args!("there is no table `{name}` with these columns"));
                    let shape = shape.ok_or_else(unlike)?;
                    tx.rows_put(shape, archive).await?
                }
                Line::Mark(Mark::Content(name)) => {
                    let (hash, bytes, next) = content(&name, archive)?;
                    keep(hash, bytes).await.map_err(|error| archive.wrong(error))?;
                    next
                }
                Line::Mark(Mark::End(_)) => break,
                _ => return Err(archive.wrong("a table, a content or the end was expected")),
            };
        }
        tx.commit().await?;
        Ok(head.key)
    }
}

impl Tx {
    /// Puts the rows of one table in; answers the line after them.
    async fn rows_put<R: BufRead>(
        &self,
        shape: &Shape,
        archive: &mut ArchiveReader<R>,
    ) -> Result<Line, StoreError> {
        let at_once = VALUES_MOST / (shape.columns.len() + 1);
        let mut rows = Vec::new();
        loop {
            let line = archive.next()?;
            let more = match line {
                Line::Row(values) => {
                    rows.push(row(shape, self.zone().0, values).map_err(|what| archive.wrong(what))?);
                    None
                }
                other => Some(other),
            };
            if rows.len() == at_once || (more.is_some() && !rows.is_empty()) {
                let mut insert = Query::insert();
                let columns =
                    std::iter::once(shape.zone).chain(shape.columns.iter().map(|one| one.name.as_str()));
                insert.into_table(Alias::new(&shape.table)).columns(columns.map(Alias::new));
                for row in rows.drain(..) {
                    insert.values_panic(row.into_iter().map(Expr::val));
                }
                self.transaction.execute(&insert).await.map_err(|error| match duplicate(&error) {
                    Some(_) if shape.table == "zone" => StoreError::Taken { what: "zone" },
                    Some(message) => archive.wrong(format_args!("`{}`: {message}", shape.table)),
                    None => error.into(),
                })?;
            }
            if let Some(next) = more {
                return Ok(next);
            }
        }
    }
}

/// A row's values, the zone's first.
fn row(shape: &Shape, zone: Uuid, values: Vec<Value>) -> Result<Vec<SqlValue>, String> {
    if values.len() != shape.columns.len() {
        return Err(format!(
            "`{}` has {} columns, the row {}",
            shape.table,
            shape.columns.len(),
            values.len()
        ));
    }
    let mut row = vec![SqlValue::from(zone)];
    for (column, value) in shape.columns.iter().zip(values) {
        row.push(
            sql(column, value)
                .ok_or_else(|| format!("`{}.{}` cannot hold this", shape.table, column.name))?,
        );
    }
    Ok(row)
}

fn sql(column: &Column, value: Value) -> Option<SqlValue> {
    Some(match (column.kind, value) {
        (Kind::Id, Value::Null) => None::<Uuid>.into(),
        (Kind::Id, Value::String(text)) => Uuid::parse_str(&text).ok()?.into(),
        (Kind::Number, Value::Null) => None::<i64>.into(),
        (Kind::Number, Value::Number(number)) => number.as_i64()?.into(),
        (Kind::Text, Value::Null) => None::<String>.into(),
        (Kind::Text, Value::String(text)) => text.into(),
        (Kind::Bytes, Value::Null) => None::<Vec<u8>>.into(),
        (Kind::Bytes, Value::String(text)) => STANDARD.decode(text).ok()?.into(),
        (Kind::Flag, Value::Null) => None::<bool>.into(),
        (Kind::Flag, Value::Bool(flag)) => flag.into(),
        _ => return None,
    })
}

/// A content, which must be what it is named by; and the line after it.
fn content<R: BufRead>(
    name: &str,
    archive: &mut ArchiveReader<R>,
) -> Result<(Hash, Vec<u8>, Line), StoreError> {
    let mut bytes = Vec::new();
    loop {
        match archive.next()? {
            Line::Piece(piece) => {
                bytes.extend(STANDARD.decode(piece).map_err(|error| archive.wrong(error))?);
                if bytes.len() > CONTENT_MOST {
                    return Err(archive.wrong("a content is larger than any that this program takes"));
                }
            }
            next => {
                let hash: Hash = Sha256::digest(&bytes).into();
                if hex::encode(hash) != name {
                    return Err(archive.wrong(format_args!("the content before it is not {name}")));
                }
                return Ok((hash, bytes, next));
            }
        }
    }
}
