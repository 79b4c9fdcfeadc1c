//! Bytes to rows, whatever format they are in.

mod book;
mod guard;
mod lines;

use crate::{Cell, SheetError};

/// The longest file that is read, in bytes.
pub const MOST_BYTES: usize = 16 << 20;
/// The most bytes that the parts of a workbook may have together when unpacked. They are counted while they stream by,
/// before anything is kept, whatever the file says of itself; how far each is compressed then does not matter.
pub const MOST_UNPACKED: u64 = 64 << 20;
/// The most parts of a workbook.
pub const MOST_PARTS: usize = 1_000;
/// The most rows that are read, the header left out.
pub const MOST_ROWS: usize = 100_000;
/// The most columns that are read.
pub const MOST_COLUMNS: usize = 256;
/// The most cells that are read: rows times the columns they reach to.
pub const MOST_CELLS: usize = 1_000_000;
/// The most bytes of text in all cells together. A workbook holds a text once that stands in many cells.
pub const MOST_TEXT: usize = 32 << 20;
/// The most characters of a cell, as in Excel.
pub const MOST_LETTERS: usize = 32_767;

/// How many sheets of a workbook are looked at for a header.
const MOST_SHEETS: usize = 10;
/// How many rows from the top are looked at for the header.
const MOST_ABOVE: usize = 20;

/// A table: the names of its columns, and the rows below them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    name: Option<String>,
    line: u64,
    header: Vec<String>,
    rows: Vec<Row>,
}

/// One row below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    line: u64,
    cells: Vec<Cell>,
}

impl Sheet {
    /// What the sheet of a workbook is called; nothing for CSV.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The line of the header.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The names of the columns, white space around them left out. They are distinct; only a column without any cell
    /// may have an empty one.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows, blank ones left out, hidden ones not.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The cell of a row in the column of this name; none when no column has it.
    #[must_use]
    pub fn cell<'s>(&self, row: &'s Row, name: &str) -> Option<&'s Cell> {
        let column = self.header.iter().position(|column| column == name)?;
        row.cells.get(column)
    }
}

impl Row {
    /// The line it begins on; in a workbook, the number of the row.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Its cells in the order of the header, as many as it has names.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }
}

/// Reads a table from CSV or from the first visible sheet of a workbook that has one, of the first ten.
///
/// The header is the first row among the first 20 that `is_header` holds of, given the row's texts without white space
/// around them; what stands above it, such as a title, is not read. If it holds of none, the first row that is not
/// blank is the header, so that the caller can say what is wrong with it. `|_| true` takes the first row.
///
/// CSV is RFC 4180, LF will do for a line's end; the separator is that of comma, semicolon and tab under which a header
/// is found. Bytes without a byte order mark that are not UTF-8 are read as GBK; the few GBK texts that are UTF-8 by
/// chance are taken for UTF-8. An apostrophe in front of what a spreadsheet would run as a formula is taken off, as
/// [`crate::Table::csv`] puts it there.
///
/// In a workbook, days of both calendars (1900 and 1904) are days, percentages [`Cell::Percent`], formulas what they
/// last gave. Cells merged below the header are refused.
///
/// # Errors
/// The first [`SheetError`].
pub fn read(bytes: &[u8], is_header: impl Fn(&[String]) -> bool) -> Result<Sheet, SheetError> {
    if bytes.len() > MOST_BYTES {
        return Err(SheetError::TooManyBytes { given: bytes.len() });
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        book::read(bytes, &is_header)
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        Err(SheetError::OldOrLocked)
    } else {
        lines::read(bytes, &is_header)
    }
}

/// Finds the header among the first rows; the first one, if none is.
fn header_of(rows: &[Row], is_header: &impl Fn(&[String]) -> bool) -> Option<usize> {
    rows.iter().take(MOST_ABOVE).position(|row| is_header(&names(row)))
}

fn names(row: &Row) -> Vec<String> {
    row.cells.iter().map(|cell| cell.shown().trim().to_owned()).collect()
}

impl Sheet {
    /// Makes a table of a header and what stands below it.
    fn below(name: Option<String>, header: &Row, mut rows: Vec<Row>) -> Result<Self, SheetError> {
        let line = header.line;
        let mut header = names(header);
        let reach =
            |row: &Row| row.cells.iter().rposition(|cell| !cell.is_blank()).map_or(0, |last| last + 1);
        let width = rows.iter().map(reach).max().unwrap_or(0).max(header.len());
        if width > MOST_COLUMNS {
            return Err(SheetError::TooManyColumns { line, given: width });
        }
        header.resize(width, String::new());
        for (index, name) in header.iter().enumerate() {
            let column = index + 1;
            if name.is_empty() {
                if rows.iter().any(|row| row.cells.get(index).is_some_and(|cell| !cell.is_blank())) {
                    return Err(SheetError::Nameless { line, column });
                }
            } else if let Some(first) = header.iter().take(index).position(|known| known == name) {
                return Err(SheetError::Repeated { line, column, first: first + 1, name: name.clone() });
            }
        }
        for row in &mut rows {
            row.cells.resize(width, Cell::Empty);
        }
        Ok(Self { name, line, header, rows })
    }
}
