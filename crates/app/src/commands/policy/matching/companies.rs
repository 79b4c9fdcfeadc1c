//! The companies: a CSV file, read row by row.
use crate::commands::input;
use crate::parts::Failure;
use ::condition::{Dictionary, Type};
use ::policy::bulk::{Cell, Columns};
use csv::ByteRecord;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

/// The column of the companies' ids.
pub(super) const ID: &str = "id";
/// How many mistakes are told.
const MOST_TOLD: usize = 20;
/// The most bytes of a cell, so that no text of the vocabulary is without bound.
const LONGEST_CELL: usize = 2_000;

/// Who they are, and what is known of them.
pub(super) struct Companies {
    pub(super) ids: Ids,
    pub(super) columns: Columns,
}

/// The companies' ids, one after the other.
#[derive(Default)]
pub(super) struct Ids {
    text: String,
    ends: Vec<usize>,
}

impl Ids {
    fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }

    pub(super) fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(row).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    /// A row whose id another row before it has, and that row.
    fn twice(&self) -> Option<(usize, usize)> {
        let mut rows: Vec<usize> = (0..self.ends.len()).collect();
        rows.sort_by(|one, other| self.get(*one).cmp(self.get(*other)).then(one.cmp(other)));
        let pairs = rows.windows(2).filter_map(|pair| match pair {
            [one, other] if self.get(*one) == self.get(*other) => Some((*other, *one)),
            _ => None,
        });
        pairs.min()
    }
}

/// Reads every row; or says what is wrong with which cells.
pub(super) fn read(path: &Path, dictionary: &Dictionary) -> Result<Companies, Failure> {
    let file = csv::Reader::from_reader(input::open(path)?);
    read_all(file, dictionary).map_err(|wrong| {
        let told: Vec<String> = wrong.iter().map(|what| format!("{}:{what}", path.display())).collect();
        told.join("\n").into()
    })
}

fn read_all(
    mut file: csv::Reader<impl std::io::Read>,
    dictionary: &Dictionary,
) -> Result<Companies, Vec<String>> {
    let header = file.byte_headers().map_err(|error| vec![broken(&error)])?;
    let (id, places) = places(header, dictionary)?;
    let kinds: Vec<&Type> = dictionary.fields().map(|(_, kind)| kind).collect();
    let mut columns = Columns::new(dictionary.fields().map(|(key, kind)| (&**key, kind)));
    let mut ids = Ids::default();
    let mut record = ByteRecord::new();
    let mut wrong = Vec::new();
    while wrong.len() < MOST_TOLD {
        match file.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                wrong.push(broken(&error));
                break;
            }
        }
        let line = record.position().map_or(0, csv::Position::line);
        match text(&record, id) {
            Ok("") => wrong.push(format!("{line}:{}: expected the id of a company, found nothing", id + 1)),
            Ok(id) => ids.push(id),
            Err(what) => wrong.push(format!("{line}:{}: {what}", id + 1)),
        }
        columns.push(places.iter().zip(&kinds).map(|(place, kind)| {
            text(&record, *place).and_then(|text| cell(text, kind)).unwrap_or_else(|what| {
                wrong.push(format!("{line}:{}: {what}", place + 1));
                Cell::Unknown
            })
        }));
    }
    if let (true, Some((row, before))) = (wrong.is_empty(), ids.twice()) {
        let (id, row, before) = (ids.get(row), row + 1, before + 1);
        wrong.push(format!(
            "the company `{id}` is there twice, as row {before} and row {row} below the header"
        ));
    }
    wrong.truncate(MOST_TOLD);
    if wrong.is_empty() { Ok(Companies { ids, columns }) } else { Err(wrong) }
}

fn broken(error: &csv::Error) -> String {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{line}:1: expected {expected_len} cells as in the header, found {len}")
        }
        _ => format!("{line}:1: {error}"),
    }
}

/// Where the ids stand in the file, and where each field does.
fn places(header: &ByteRecord, dictionary: &Dictionary) -> Result<(usize, Vec<usize>), Vec<String>> {
    let mut found = HashMap::new();
    let mut wrong = Vec::new();
    for place in 0..header.len() {
        match text(header, place) {
            Err(what) => wrong.push(format!("1:{}: {what}", place + 1)),
            Ok(name) if name != ID && dictionary.get(name).is_none() => {
                let near = dictionary.nearest(name).map(|near| format!("; did you mean `{near}`?"));
                let near = near.unwrap_or_default();
                wrong.push(format!(
                    "1:{}: expected `{ID}` or a field, found `{}`{near}",
                    place + 1,
                    short(name)
                ));
            }
            Ok(name) => {
                if let Some(before) = found.insert(name, place) {
                    wrong.push(format!("1:{}: `{name}` is column {} already", place + 1, before + 1));
                }
            }
        }
    }
    let mut place = |name: &str| {
        let place = found.get(name).copied();
        if place.is_none() {
            wrong.push(format!("1:1: expected a column `{name}`, found none"));
        }
        place.unwrap_or_default()
    };
    let id = place(ID);
    let places = dictionary.fields().map(|(key, _)| place(key)).collect();
    wrong.truncate(MOST_TOLD);
    if wrong.is_empty() { Ok((id, places)) } else { Err(wrong) }
}

fn text(record: &ByteRecord, place: usize) -> Result<&str, String> {
    let bytes = record.get(place).unwrap_or_default();
    if bytes.len() > LONGEST_CELL {
        return Err(format!("a cell may have {LONGEST_CELL} bytes, found {}", bytes.len()));
    }
    std::str::from_utf8(bytes).map_err(|_| "expected UTF-8, found other bytes".to_owned())
}

fn cell<'t>(text: &'t str, kind: &Type) -> Result<Cell<'t>, String> {
    if text.is_empty() {
        return Ok(Cell::Unknown);
    }
    match kind {
        Type::Truth => match text {
            "1" | "true" | "TRUE" | "True" => Ok(Cell::Truth(true)),
            "0" | "false" | "FALSE" | "False" => Ok(Cell::Truth(false)),
            _ => Err(format!("expected 1, 0, true or false, found `{}`", short(text))),
        },
        Type::Number => Cell::number(text).map_err(|error| error.to_string()),
        _ => Ok(Cell::Text(Cow::Borrowed(text))),
    }
}

/// The beginning of a text, to be told.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
