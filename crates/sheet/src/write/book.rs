//! A table as a workbook.

use super::{Column, Shape, Table};
use crate::cell::decimal;
use crate::{Cell, column_name};
use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    Formula, Note, Workbook, Worksheet, XlsxError,
};

/// The sheet, out of sight, that the choices of drop-downs lie on. Within a drop-down they may have 255 characters
/// together; there they may have any number.
const CHOICES: &str = "choices";
/// Down to which row a drop-down and the shape of a column reach beyond the last row, so that rows can be added.
const MORE_ROWS: u32 = 5_000;
const WIDEST: usize = 40;
const NARROWEST: usize = 10;

pub(super) fn write(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Otherwise it is the time of writing, and two exports of the same differ.
    let written = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&written));
    let sheet = book.add_worksheet();
    sheet.set_name(&table.name)?.set_freeze_panes(1, 0)?;
    let mut chosen = vec![];
    for (column, index) in table.columns.iter().zip(0u16..) {
        head(sheet, column, index)?;
        let last = u32::try_from(table.rows.len()).unwrap_or(u32::MAX).saturating_add(MORE_ROWS);
        if !column.choices.is_empty() {
            chosen.push(&column.choices);
            sheet.add_data_validation(1, index, last, index, &drop_down(chosen.len(), column)?)?;
        }
    }
    for (row, line) in table.rows.iter().zip(1u32..) {
        for ((column, index), cell) in table.columns.iter().zip(0u16..).zip(row) {
            body(sheet, (line, index), column, cell)?;
        }
    }
    if !chosen.is_empty() {
        let sheet = book.add_worksheet();
        sheet.set_name(CHOICES)?.set_hidden(true);
        for (choices, column) in chosen.into_iter().zip(0u16..) {
            for (choice, line) in choices.iter().zip(0u32..) {
                sheet.write_string(line, column, choice)?;
            }
        }
    }
    book.save_to_buffer()
}

fn head(sheet: &mut Worksheet, column: &Column, index: u16) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, index, &column.heading, &bold)?;
    sheet.set_column_width(index, width(&column.heading))?;
    sheet.set_column_format(index, &format(column))?;
    if let Some(note) = &column.note {
        // Otherwise the name of whoever writes stands in front.
        sheet.insert_note(0, index, &Note::new(note).add_author_prefix(false))?;
    }
    Ok(())
}

fn width(heading: &str) -> f64 {
    // Chinese characters are twice as wide.
    let letters: usize = heading.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    u32::try_from((letters + 2).clamp(NARROWEST, WIDEST)).map_or(0.0, f64::from)
}

fn format(column: &Column) -> Format {
    let format = Format::new().set_num_format(match column.shape {
        Shape::Text => "@",
        Shape::Number => "General",
        Shape::Percent => "0.00%",
        Shape::Date => "yyyy-mm-dd",
    });
    if column.warns {
        format.set_background_color(Color::RGB(0x00FF_C7CE)).set_font_color(Color::RGB(0x009C_0006))
    } else {
        format
    }
}

fn body(
    sheet: &mut Worksheet,
    (row, index): (u32, u16),
    column: &Column,
    cell: &Cell,
) -> Result<(), XlsxError> {
    let text = Column { shape: Shape::Text, ..column.clone() };
    match cell {
        Cell::Empty => {}
        Cell::Number(number) => match exact(number) {
            Some(number) => {
                let shape = if column.shape == Shape::Percent { Shape::Percent } else { Shape::Number };
                let shaped = Column { shape, ..column.clone() };
                sheet.write_number_with_format(row, index, number, &format(&shaped))?;
            }
            None => {
                sheet.write_string_with_format(row, index, number, &format(&text))?;
            }
        },
        Cell::Percent(number) => match exact(number) {
            Some(number) => {
                let shaped = Column { shape: Shape::Percent, ..column.clone() };
                sheet.write_number_with_format(row, index, number, &format(&shaped))?;
            }
            None => {
                sheet.write_string_with_format(row, index, number, &format(&text))?;
            }
        },
        Cell::Truth(truth) => {
            sheet.write_boolean_with_format(row, index, *truth, &format(column))?;
        }
        Cell::Date(day) => match moment(*day) {
            Some(moment) => {
                let shaped = Column { shape: Shape::Date, ..column.clone() };
                sheet.write_datetime_with_format(row, index, &moment, &format(&shaped))?;
            }
            None => {
                sheet.write_string_with_format(row, index, day.to_string(), &format(&text))?;
            }
        },
        Cell::Text(_) | Cell::Fault(_) => {
            sheet.write_string_with_format(row, index, cell.shown(), &format(&text))?;
        }
    }
    Ok(())
}

/// The binary fraction that reads back as this decimal, if there is one.
fn exact(number: &str) -> Option<f64> {
    let fraction: f64 = number.parse().ok()?;
    (decimal(fraction)? == number).then_some(fraction)
}

/// A day that a workbook can hold. Before March 1900 its calendar is not ours.
fn moment(day: Date) -> Option<ExcelDateTime> {
    let first = Date::new(1900, 3, 1).ok()?;
    let (year, month, day_of_month) =
        (u16::try_from(day.year()).ok()?, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    (day >= first).then(|| ExcelDateTime::from_ymd(year, month, day_of_month).ok()).flatten()
}

fn drop_down(place: usize, column: &Column) -> Result<DataValidation, XlsxError> {
    let letters = column_name(place);
    let list = format!("{CHOICES}!${letters}$1:${letters}${}", column.choices.len());
    // Some columns take several choices at once, so what is not among them is pointed out, not forbidden.
    DataValidation::new()
        .allow_list_formula(Formula::new(list))
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("?")?
        .set_error_message(column.heading.chars().take(100).collect::<String>())
}
