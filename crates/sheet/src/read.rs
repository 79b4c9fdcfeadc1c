//! CSV bytes to rows.

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::GB18030;
use std::io::Read;

/// The longest table that is read, in bytes.
pub const MOST_BYTES: usize = 16 << 20;
/// The most rows that are read, the header left out.
pub const MOST_ROWS: usize = 100_000;
/// The most columns that are read.
pub const MOST_COLUMNS: usize = 256;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// A row put after the last one: a quote that never closes swallows it, which is how such a quote is found.
const TAIL: &[u8] = b"\n\0end";

/// A table: a header of distinct names, and rows with a cell for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    header: Vec<String>,
    rows: Vec<Row>,
}

/// One row below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    line: u64,
    cells: Vec<String>,
}

/// Says why bytes are no table. Lines and columns count from 1, the header's line included.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// The bytes are too many; nothing was read.
    #[error("a table may have {MOST_BYTES} bytes, this one has {given}")]
    TooManyBytes {
        /// How many there are.
        given: usize,
    },
    /// There is a row too many.
    #[error("line {line}: a table may have {MOST_ROWS} rows; reading stopped here")]
    TooManyRows {
        /// Where the first row too many begins.
        line: u64,
    },
    /// The header has too many names.
    #[error("line {line}: a table may have {MOST_COLUMNS} columns, this one has {given}")]
    TooManyColumns {
        /// Where the header stands.
        line: u64,
        /// How many names it has.
        given: usize,
    },
    /// A UTF-16 byte order mark.
    #[error("the table is UTF-16; save it as CSV in UTF-8 or GBK")]
    Utf16,
    /// Bytes that are not in the encoding of the ones before.
    #[error("line {line}: the byte {byte} of this line is not {encoding}")]
    NotText {
        /// The line.
        line: u64,
        /// The byte within the line.
        byte: u64,
        /// What the bytes were read as: `UTF-8` because of the mark they begin with, else `UTF-8 or GBK`.
        encoding: &'static str,
    },
    /// Nothing but blank lines.
    #[error("the table is empty: its first line must name the columns")]
    Empty,
    /// A column without a name.
    #[error("line {line}, column {column}: the header has no name for this column")]
    Nameless {
        /// Where the header stands.
        line: u64,
        /// The column.
        column: usize,
    },
    /// A name that an earlier column has.
    #[error("line {line}, column {column}: column {first} is called `{name}` already")]
    Repeated {
        /// Where the header stands.
        line: u64,
        /// The later column.
        column: usize,
        /// The earlier column.
        first: usize,
        /// Their name.
        name: String,
    },
    /// A row with more or fewer cells than the header.
    #[error("line {line}, column {column}: the header names {wanted} columns, this row has {found}")]
    Uneven {
        /// Where the row begins.
        line: u64,
        /// The first column that is missing or too many.
        column: usize,
        /// How many cells it should have.
        wanted: usize,
        /// How many it has.
        found: usize,
    },
    /// A quote that is never closed.
    #[error("line {line}, column {column}: the quote that opens here is never closed")]
    OpenQuote {
        /// Where the row begins.
        line: u64,
        /// The column of the cell.
        column: usize,
    },
}

impl Sheet {
    /// The names of the columns, white space around them left out.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows, blank lines left out.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The cell of a row in the column of this name; none when no column has it.
    #[must_use]
    pub fn cell<'s>(&self, row: &'s Row, name: &str) -> Option<&'s str> {
        let column = self.header.iter().position(|column| column == name)?;
        row.cells.get(column).map(String::as_str)
    }
}

impl Row {
    /// The line it begins on.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Its cells as written, in the order of the header.
    #[must_use]
    pub fn cells(&self) -> &[String] {
        &self.cells
    }
}

/// Reads a table from CSV (RFC 4180; LF will do for a line's end): the first line names the columns.
///
/// Bytes without a byte order mark that are not UTF-8 are read as GBK; the few GBK texts that are UTF-8 by chance
/// are taken for UTF-8.
///
/// # Errors
/// The first [`SheetError`].
pub fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    if bytes.len() > MOST_BYTES {
        return Err(SheetError::TooManyBytes { given: bytes.len() });
    }
    let text = decode(bytes)?;
    let tailed = text.as_bytes().chain(TAIL);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(tailed);
    let mut records = reader.records().map_while(Result::ok).peekable();
    let header = records.next_if(|record| !is_tail(record)).ok_or(SheetError::Empty)?;
    let mut rows = vec![];
    let names = names(line_of(&text, &header), &header, records.peek().is_none())?;
    while let Some(record) = records.next() {
        let line = line_of(&text, &record);
        match (records.peek().is_none(), is_tail(&record)) {
            (true, true) => break,
            (true, false) => return Err(SheetError::OpenQuote { line, column: record.len() }),
            (false, _) => {}
        }
        if rows.len() == MOST_ROWS {
            return Err(SheetError::TooManyRows { line });
        }
        let (wanted, found) = (names.len(), record.len());
        if wanted != found {
            return Err(SheetError::Uneven { line, column: wanted.min(found) + 1, wanted, found });
        }
        rows.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(Sheet { header: names, rows })
}

/// The names of the columns. A header that is the last record swallowed the tail.
fn names(line: u64, header: &StringRecord, is_last: bool) -> Result<Vec<String>, SheetError> {
    if is_last {
        return Err(SheetError::OpenQuote { line, column: header.len() });
    }
    if header.len() > MOST_COLUMNS {
        return Err(SheetError::TooManyColumns { line, given: header.len() });
    }
    let mut names: Vec<String> = vec![];
    for (name, column) in header.iter().map(str::trim).zip(1..) {
        if name.is_empty() {
            return Err(SheetError::Nameless { line, column });
        }
        if let Some(first) = names.iter().position(|known| known == name) {
            return Err(SheetError::Repeated { line, column, first: first + 1, name: name.to_owned() });
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

fn is_tail(record: &StringRecord) -> bool {
    record.len() == 1 && record.get(0) == Some("\0end")
}

/// The line a record begins on. The position the reader tells is before the blank lines it skips.
fn line_of(text: &str, record: &StringRecord) -> u64 {
    let Some(position) = record.position() else { return 1 };
    let rest =
        usize::try_from(position.byte()).ok().and_then(|at| text.as_bytes().get(at..)).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    (position.line()..).nth(blank.filter(|byte| **byte == b'\n').count()).unwrap_or(position.line())
}

fn decode(bytes: &[u8]) -> Result<String, SheetError> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(SheetError::Utf16);
    }
    let (marked, bytes) = bytes.strip_prefix(UTF8_MARK).map_or((false, bytes), |rest| (true, rest));
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) if marked => Err(not_text(bytes, error.valid_up_to(), "UTF-8")),
        Err(_) => gbk(bytes),
    }
}

fn gbk(bytes: &[u8]) -> Result<String, SheetError> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::new();
    text.reserve(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 2));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        encoding_rs::DecoderResult::InputEmpty => Ok(text),
        encoding_rs::DecoderResult::Malformed(bad, after) => {
            Err(not_text(bytes, read.saturating_sub(usize::from(bad) + usize::from(after)), "UTF-8 or GBK"))
        }
        encoding_rs::DecoderResult::OutputFull => Err(not_text(bytes, read, "UTF-8 or GBK")),
    }
}

fn not_text(bytes: &[u8], at: usize, encoding: &'static str) -> SheetError {
    let before = bytes.get(..at).unwrap_or(bytes);
    let (mut line, mut byte) = (1, 1);
    for one in before {
        (line, byte) = if *one == b'\n' { (line + 1, 1) } else { (line, byte + 1) };
    }
    SheetError::NotText { line, byte, encoding }
}
