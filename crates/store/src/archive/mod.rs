//! A zone as one file, whole: taken out of one database, put into another, which may be the other of the two kinds.
//!
//! The file is lines of JSON: a head; for each table its name and columns, then a row a line; for each content of a file
//! its hash, then its bytes in pieces; and an end that holds the hash of all lines before it. So a file that was cut off
//! or changed is refused, and everything can be read with common tools.
mod put_in;
mod remove;
pub(crate) mod shape;
mod take_out;

pub use put_in::ArchiveReader;
pub use take_out::ArchiveWriter;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// What the first line calls itself.
const FORMAT: &str = "qianxiaoer zone 1";

/// A line that is no row and no piece of a content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Mark {
    /// The first line.
    Head(Head),
    /// Rows of a table follow: their values in the order of the columns.
    Table { name: String, columns: Vec<String> },
    /// Pieces of a content follow: the SHA-256 of all of them together, in hexadecimal.
    Content(String),
    /// The last line: the SHA-256 of all before it, in hexadecimal.
    End(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    zone: Uuid,
    key: String,
    /// The migrations that made the tables: rows fit only tables that the same ones made.
    migrations: Vec<String>,
}

/// Any line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Mark(Mark),
    Row(Vec<Value>),
    Piece(String),
}
