//! Rows to CSV bytes.

use csv::{QuoteStyle, Terminator, WriterBuilder};

/// What a spreadsheet takes for the beginning of a formula, full-width signs of input methods included.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes a table as CSV: UTF-8 with a byte order mark, so that spreadsheets show Chinese, and CRLF.
///
/// A cell that a spreadsheet would run as a formula gets an apostrophe in front; plain numbers such as `-12.5` are
/// left alone. Reading gives back every other cell as it was.
#[must_use]
pub fn write<'c>(
    header: impl IntoIterator<Item = &'c str>,
    rows: impl IntoIterator<Item = impl IntoIterator<Item = &'c str>>,
) -> Vec<u8> {
    let bytes = b"\xef\xbb\xbf".to_vec();
    let mut builder = WriterBuilder::new();
    builder.flexible(true).terminator(Terminator::CRLF).quote_style(QuoteStyle::Necessary);
    let mut writer = builder.from_writer(bytes);
    // Writing to memory cannot fail, and a flexible writer takes rows of any length.
    let _ = writer.write_record(header.into_iter().map(guarded));
    for row in rows {
        let _ = writer.write_record(row.into_iter().map(guarded));
    }
    writer.into_inner().unwrap_or_default()
}

fn guarded(cell: &str) -> String {
    if cell.starts_with(FORMULA) && !is_number(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Digits with at most a sign and a point: nothing that computes.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()))
}
