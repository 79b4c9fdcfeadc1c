//! Rows to bytes: a table as CSV or as a workbook.

mod book;

use crate::{Cell, SheetError};
use csv::{QuoteStyle, Terminator, WriterBuilder};

/// What a spreadsheet takes for the beginning of a formula, full-width signs of input methods included.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A table to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// What the sheet of a workbook is called; at most 31 characters, none of `[]:*?/\`.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows: a cell for each column, missing ones at the end are empty.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table to be written. CSV has only the heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// What it is called.
    pub heading: String,
    /// What is entered in it.
    pub shape: Shape,
    /// A comment on the heading.
    pub note: Option<String>,
    /// What may be chosen; nothing if anything may be entered.
    pub choices: Vec<String>,
    /// Whether what stands in it is shown as a warning.
    pub warns: bool,
}

/// Says what is entered in a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// Texts. What looks like a number stays as it is typed.
    #[default]
    Text,
    /// Numbers.
    Number,
    /// Shares, shown as percentages.
    Percent,
    /// Days.
    Date,
}

impl Table {
    /// Writes the table as CSV: UTF-8 with a byte order mark, so that spreadsheets show Chinese, and CRLF.
    ///
    /// A cell that a spreadsheet would run as a formula gets an apostrophe in front; plain numbers such as `-12.5` are
    /// left alone. [`crate::read`] gives back every text as it was.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let bytes = b"\xef\xbb\xbf".to_vec();
        let mut builder = WriterBuilder::new();
        builder.flexible(true).terminator(Terminator::CRLF).quote_style(QuoteStyle::Necessary);
        let mut writer = builder.from_writer(bytes);
        // Writing to memory cannot fail, and a flexible writer takes rows of any length.
        let _ = writer.write_record(self.columns.iter().map(|column| guarded(&column.heading)));
        for row in &self.rows {
            let cell =
                |column: usize| row.get(column).map_or_else(String::new, |cell| guarded(&cell.shown()));
            let _ = writer.write_record((0..self.columns.len()).map(cell));
        }
        writer.into_inner().unwrap_or_default()
    }

    /// Writes the table as an Excel workbook: the header stays in sight, choices are drop-downs, and the same table
    /// gives the same bytes.
    ///
    /// A text is written as a text, whatever it begins with; a number that a workbook cannot hold exactly, too.
    ///
    /// # Errors
    /// [`SheetError::Unwritable`] when a workbook has no room for it.
    pub fn xlsx(&self) -> Result<Vec<u8>, SheetError> {
        book::write(self).map_err(|error| SheetError::Unwritable { what: error.to_string() })
    }
}

fn guarded(cell: &str) -> String {
    let bare = cell.trim_start_matches('\'');
    let runs = bare.starts_with(FORMULA) && (bare.len() < cell.len() || !is_number(cell));
    if runs { format!("'{cell}") } else { cell.to_owned() }
}

/// Takes the apostrophe off that [`guarded`] puts on.
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        _ => cell,
    }
}

/// Digits with at most a sign and a point: nothing that computes.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()))
}
