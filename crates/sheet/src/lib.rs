//! Tables as people hand them in: CSV or Excel bytes to rows of cells, rows to bytes.
//!
//! [`read`] takes CSV (UTF-8 with or without a byte order mark, GBK; comma, semicolon or tab) and Excel workbooks
//! (`.xlsx`), and finds the row that names the columns. A [`Table`] is written as either. Cells keep what was written:
//! a number its decimal text, a day a day; what a cell should have been, the caller decides.
//!
//! A workbook holds numbers as binary fractions, of which a spreadsheet shows 15 significant digits. So does
//! [`Cell::Number`]: `0.1` is `0.1`, a computed `0.30000000000000004` is `0.3`, and an amount in 万元 keeps its 分 up to
//! a thousand billion. What needs more digits is written as a text.
//!
//! No cell is written that a spreadsheet would run as a formula. Formulas that were handed in count as what they last
//! gave; one that gave an error, or was never computed, is a [`Fault`] of its cell.
//!
//! What is absent, on purpose: files (bytes are arguments), guesses (a short row is a mistake, not padded), and
//! bounds left open ([`MOST_BYTES`], [`MOST_UNPACKED`], [`MOST_COLUMNS`], [`MOST_ROWS`], [`MOST_CELLS`],
//! [`MOST_LETTERS`], [`MOST_TEXT`]). No input panics.

mod cell;
mod error;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use cell::{Cell, Fault, column_name};
pub use error::SheetError;
pub use read::{
    MOST_BYTES, MOST_CELLS, MOST_COLUMNS, MOST_LETTERS, MOST_PARTS, MOST_ROWS, MOST_TEXT, MOST_UNPACKED, Row,
    Sheet, read,
};
pub use write::{Column, Shape, Table};
