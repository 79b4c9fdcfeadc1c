//! CSV bytes to rows.

use super::{MOST_ABOVE, MOST_CELLS, MOST_COLUMNS, MOST_LETTERS, MOST_ROWS, Row, Sheet, header_of};
use crate::write::unguarded;
use crate::{Cell, SheetError};
use csv::{ReaderBuilder, StringRecord};
use encoding_rs::GB18030;
use std::io::Read;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// A row put after the last one: a quote that never closes swallows it, which is how such a quote is found.
const TAIL: &[u8] = b"\n\0end";
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

pub(super) fn read(bytes: &[u8], is_header: &impl Fn(&[String]) -> bool) -> Result<Sheet, SheetError> {
    let text = decode(bytes)?;
    if let Some(lost) = text.lines().zip(1..).find(|(line, _)| line.contains('\u{fffd}')) {
        return Err(SheetError::Lost { line: lost.1 });
    }
    let (separator, above) = shape(&text, is_header);
    let mut records = records(&text, separator).skip(above).peekable();
    let header = records.next_if(|record| !is_tail(record)).ok_or(SheetError::Empty)?;
    let line = line_of(&text, &header);
    if records.peek().is_none() {
        return Err(SheetError::OpenQuote { line, column: header.len() });
    }
    let wanted = header.len();
    if wanted > MOST_COLUMNS {
        return Err(SheetError::TooManyColumns { line, given: wanted });
    }
    let header = row(line, &header)?;
    let mut rows = vec![];
    while let Some(record) = records.next() {
        let line = line_of(&text, &record);
        match (records.peek().is_none(), is_tail(&record)) {
            (true, true) => break,
            (true, false) => return Err(SheetError::OpenQuote { line, column: record.len() }),
            (false, _) => {}
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(SheetError::TooManyRows { line });
        }
        if rows.len() * wanted > MOST_CELLS {
            return Err(SheetError::TooManyCells { line });
        }
        let found = record.len();
        if wanted != found {
            return Err(SheetError::Uneven { line, column: wanted.min(found) + 1, wanted, found });
        }
        rows.push(row(line, &record)?);
    }
    Sheet::below(None, &header, rows)
}

/// The separator, and how many records stand above the header.
fn shape(text: &str, is_header: &impl Fn(&[String]) -> bool) -> (u8, usize) {
    let first_line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let first = |separator| {
        let rows: Vec<Row> = records(text, separator)
            .take(MOST_ABOVE)
            .take_while(|record| !is_tail(record))
            .map(|record| Row { line: 0, cells: record.iter().map(Cell::text).collect() })
            .collect();
        header_of(&rows, is_header)
    };
    let found = SEPARATORS.iter().find_map(|separator| Some((*separator, first(*separator)?)));
    let often = |separator: &u8| first_line.bytes().filter(|byte| byte == separator).count();
    found.unwrap_or_else(|| {
        // Of several that are as frequent, `max_by_key` gives the last.
        (SEPARATORS.iter().rev().copied().max_by_key(often).unwrap_or(b','), 0)
    })
}

fn records(text: &str, separator: u8) -> impl Iterator<Item = StringRecord> {
    let tailed = text.as_bytes().chain(TAIL);
    let reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(tailed);
    reader.into_records().map_while(Result::ok)
}

fn row(line: u64, record: &StringRecord) -> Result<Row, SheetError> {
    let cell = |(text, column): (&str, usize)| {
        if text.len() > MOST_LETTERS && text.chars().count() > MOST_LETTERS {
            return Err(SheetError::LongCell { line, column });
        }
        Ok(Cell::text(unguarded(text)))
    };
    Ok(Row { line, cells: record.iter().zip(1..).map(cell).collect::<Result<_, _>>()? })
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
        Err(error) if marked || is_chinese(bytes.get(..error.valid_up_to()).unwrap_or_default()) => {
            Err(not_text(bytes, error.valid_up_to(), "UTF-8"))
        }
        Err(_) => gbk(bytes),
    }
}

/// Says whether what came before a byte that is not UTF-8 was Chinese in UTF-8 all the same. Text in GBK hardly ever
/// gives four such characters before the first that is wrong; read as GBK, a damaged UTF-8 file would be gibberish.
fn is_chinese(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    text.chars().filter(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}')).nth(3).is_some()
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
