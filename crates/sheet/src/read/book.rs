//! Workbook bytes to rows.

use super::{
    MOST_CELLS, MOST_COLUMNS, MOST_LETTERS, MOST_ROWS, MOST_SHEETS, MOST_TEXT, Row, Sheet, guard, header_of,
};
use crate::cell::decimal;
use crate::{Cell, Fault, SheetError, column_name};
use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

pub(super) fn read(bytes: &[u8], is_header: &impl Fn(&[String]) -> bool) -> Result<Sheet, SheetError> {
    guard::check(bytes)?;
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let sheets = book.sheets_metadata().to_vec();
    let visible = sheets
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    let visible: Vec<&str> = visible.map(|sheet| sheet.name.as_str()).take(MOST_SHEETS).collect();
    if visible.is_empty() {
        return Err(SheetError::NoBook);
    }
    let mut first = None;
    for name in visible {
        let rows = rows(&mut book, name)?;
        match header_of(&rows, is_header) {
            Some(header) => return table(&mut book, name, rows, header),
            None if first.is_none() && !rows.is_empty() => first = Some((name, rows)),
            None => {}
        }
    }
    let (name, rows) = first.ok_or(SheetError::Empty)?;
    table(&mut book, name, rows, 0)
}

fn table(book: &mut Book<'_>, name: &str, mut rows: Vec<Row>, header: usize) -> Result<Sheet, SheetError> {
    let below = rows.split_off((header + 1).min(rows.len()));
    let header = rows.pop().ok_or(SheetError::Empty)?;
    let areas = book.merge_cells_by_sheet_name(name).map_err(|error| broken(&error))?;
    let is_filled = |area: &Dimensions| {
        let line = u64::from(area.start.0) + 1;
        let row = below.binary_search_by_key(&line, |row| row.line).ok().and_then(|at| below.get(at));
        let column = usize::try_from(area.start.1).unwrap_or(usize::MAX);
        row.and_then(|row| row.cells.get(column)).is_some_and(|cell| !cell.is_blank())
    };
    match areas.iter().find(|area| area.start != area.end && is_filled(area)) {
        Some(area) => {
            Err(SheetError::Merged { area: format!("{}:{}", address(area.start), address(area.end)) })
        }
        None => Sheet::below(Some(name.to_owned()), &header, below),
    }
}

/// The rows of a sheet that are not blank, in order.
fn rows(book: &mut Book<'_>, name: &str) -> Result<Vec<Row>, SheetError> {
    let percentages = percentages(book, name)?;
    let mut reader = book.worksheet_cells_reader(name).map_err(|error| broken(&error))?;
    let (mut rows, mut count, mut letters) = (BTreeMap::<u32, Vec<Cell>>::new(), 0, 0);
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(|error| broken(&error))? {
        let (row, column) = record.pos;
        let line = u64::from(row) + 1;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let cell = match (&record.value, &record.formula) {
            (DataRef::Empty, None) => continue,
            (DataRef::Empty, Some(_)) => Cell::Fault(Fault::NotComputed),
            (value, _) => cell(value, percentages.contains(&record.pos)),
        };
        if cell.is_blank() {
            continue;
        }
        if column >= MOST_COLUMNS {
            return Err(SheetError::TooManyColumns { line, given: column.saturating_add(1) });
        }
        let text = cell.shown();
        if text.len() > MOST_LETTERS && text.chars().count() > MOST_LETTERS {
            return Err(SheetError::LongCell { line, column: column + 1 });
        }
        letters += text.len();
        if letters > MOST_TEXT {
            return Err(SheetError::TooMuchText { line });
        }
        drop(text);
        // The header is one more.
        if rows.len() > MOST_ROWS {
            return Err(SheetError::TooManyRows { line });
        }
        let cells = rows.entry(row).or_default();
        count += (column + 1).saturating_sub(cells.len());
        if count > MOST_CELLS {
            return Err(SheetError::TooManyCells { line });
        }
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
    }
    Ok(rows.into_iter().map(|(row, cells)| Row { line: u64::from(row) + 1, cells }).collect())
}

/// The cells that are shown as percentages.
fn percentages(book: &mut Book<'_>, name: &str) -> Result<HashSet<(u32, u32)>, SheetError> {
    let mut reader = book.worksheet_cells_reader(name).map_err(|error| broken(&error))?;
    let format = |style: &calamine::Style| style.number_format.clone().map(|format| format.format_code);
    let is_percentage: Vec<bool> =
        reader.styles().iter().map(|style| format(style).is_some_and(|code| code.contains('%'))).collect();
    let mut cells = HashSet::new();
    if is_percentage.contains(&true) {
        while let Some((row, column, style)) = reader.next_style_id().map_err(|error| broken(&error))? {
            if is_percentage.get(style) == Some(&true) {
                cells.insert((row, column));
                if cells.len() > MOST_CELLS {
                    return Err(SheetError::TooManyCells { line: u64::from(row) + 1 });
                }
            }
        }
    }
    Ok(cells)
}

fn cell(value: &DataRef<'_>, is_percentage: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(*text),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => match decimal(*number) {
            Some(number) if is_percentage => Cell::Percent(number),
            Some(number) => Cell::Number(number),
            None => Cell::Fault(Fault::Error("#NUM!".into())),
        },
        DataRef::DateTime(moment) => day(moment),
        DataRef::Error(error) => Cell::Fault(Fault::Error(error.to_string())),
    }
}

/// A day; with a time of day, a text.
fn day(moment: &ExcelDateTime) -> Cell {
    let serial = moment.as_f64();
    if moment.is_duration() || serial < 1.0 {
        return decimal(serial).map_or(Cell::Fault(Fault::NoDay), Cell::Number);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let numbers = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let date = match numbers {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).ok(),
        _ => None,
    };
    match date {
        // The last day of the calendar stands for all that lie beyond it.
        None => Cell::Fault(Fault::NoDay),
        Some(_) if serial >= 2_958_466.0 => Cell::Fault(Fault::NoDay),
        Some(date) if (hour, minute, second) == (0, 0, 0) => Cell::Date(date),
        Some(date) => Cell::Text(format!("{date} {hour:02}:{minute:02}:{second:02}")),
    }
}

fn address((row, column): (u32, u32)) -> String {
    format!("{}{}", column_name(usize::try_from(column).unwrap_or_default() + 1), u64::from(row) + 1)
}

fn broken(error: &XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::OldOrLocked,
        other => SheetError::Broken { what: other.to_string().chars().take(200).collect() },
    }
}
