//! What is checked of a workbook before the library that reads workbooks sees it.
//!
//! That library believes what a file says of itself: it reserves room for as many shared texts as are announced, adds up
//! the letters of an address without a limit, copies what a font is called into each style, and unpacks whatever there
//! is. So every part is unpacked once beforehand,
//! keeping nothing, with its bytes counted and its numbers looked at.

use super::{MOST_CELLS, MOST_PARTS, MOST_UNPACKED};
use crate::SheetError;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor, Read};
use zip::ZipArchive;

/// The most digits of a row.
const MOST_DIGITS: usize = 7;
/// The most letters of a column.
const MOST_COLUMN_LETTERS: usize = 3;
/// The most styles of a workbook, as in Excel, and the most bytes of anything said in one: each is kept whole.
const MOST_STYLES: usize = 65_490;
const MOST_STYLE_BYTES: usize = 1_024;

/// Checks all parts of a workbook.
pub(super) fn check(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MOST_PARTS {
        return Err(SheetError::TooManyParts { given: archive.len() });
    }
    let names = archive.file_names().map(|name| Ok(name.map_err(|error| broken(&error))?.to_lowercase()));
    let names: Vec<String> = names.collect::<Result<_, SheetError>>()?;
    if names.iter().any(|name| name.ends_with("vbaproject.bin")) {
        return Err(SheetError::Macros);
    }
    if !names.iter().any(|name| name.trim_start_matches('/').starts_with("xl/")) {
        return Err(SheetError::NoBook);
    }
    let mut left = MOST_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = part.name().map_err(|error| broken(&error))?.into_owned();
        let mut counted = Counted { part, left, is_over: false };
        let checked = part_check(&mut counted, name.to_lowercase().ends_with("styles.xml"));
        // Whatever the reading said, running out of room is why.
        if counted.is_over {
            return Err(SheetError::TooBigUnpacked);
        }
        checked.map_err(|what| SheetError::Broken { what: format!("{name}: {what}") })?;
        left = counted.left;
    }
    Ok(())
}

/// Walks through one part to its end.
fn part_check(counted: &mut Counted<impl Read>, is_styles: bool) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(&mut *counted));
    // As the other reader is set: it sees the same elements.
    let config = reader.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    let (mut buffer, mut styles) = (vec![], 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => {
                element_check(&element)?;
                if is_styles {
                    styles += usize::from(element.local_name().as_ref() == "xf");
                    let mut attributes = element.attributes();
                    let mut attributes = attributes.with_checks(false).flatten();
                    let is_long = attributes.any(|attribute| attribute.value.len() > MOST_STYLE_BYTES);
                    if styles > MOST_STYLES || is_long {
                        return Err("too many or too long styles".into());
                    }
                }
            }
            // A picture, or what the other reader will refuse where it stops too.
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    drop(reader);
    std::io::copy(counted, &mut std::io::sink()).map_err(|error| error.to_string())?;
    Ok(())
}

fn element_check(element: &BytesStart<'_>) -> Result<(), String> {
    let named = element.local_name();
    let is_read = matches!(named.as_ref(), "sst" | "row" | "c" | "dimension" | "mergeCell" | "f");
    if !is_read {
        return Ok(());
    }
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = &*attribute.value;
        let is_sane = match (named.as_ref(), attribute.key.local_name().as_ref()) {
            ("sst", _) => value.parse().is_ok_and(|count: usize| count <= MOST_CELLS) || !is_number(value),
            (_, "r" | "ref") => is_area(value),
            _ => true,
        };
        if !is_sane {
            let value: String = value.chars().take(40).collect();
            return Err(format!("`{value}` is out of bounds"));
        }
    }
    Ok(())
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text that is an address, or two with the first left above the second; or none at all, which is refused elsewhere.
fn is_area(text: &str) -> bool {
    let mut ends = text.split(':').map(address);
    match (ends.next(), ends.next(), ends.next()) {
        (Some(Some(_)), None, _) => true,
        (Some(Some(first)), Some(Some(last)), None) => first.0 <= last.0 && first.1 <= last.1,
        _ => false,
    }
}

/// The column and row of an address such as `B3`, from 1; of a row's number alone, the column 0.
fn address(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = text.split_at_checked(letters)?;
    if letters > MOST_COLUMN_LETTERS || row.is_empty() || row.len() > MOST_DIGITS {
        return None;
    }
    let column =
        column.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    Some((column, row.parse().ok()?))
}

fn broken(error: &zip::result::ZipError) -> SheetError {
    SheetError::Broken { what: error.to_string() }
}

/// Counts what is read.
struct Counted<R> {
    part: R,
    left: u64,
    is_over: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.part.read(buffer)?;
        let Some(left) = self.left.checked_sub(read as u64) else {
            self.is_over = true;
            return Err(std::io::Error::other("too much"));
        };
        self.left = left;
        Ok(read)
    }
}
