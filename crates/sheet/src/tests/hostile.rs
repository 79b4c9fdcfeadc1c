//! Workbooks that mean ill, or were damaged.

use super::book::{sheet, workbook, workbook_of, zip};
use super::{read, table};
use crate::{Cell, MOST_PARTS, MOST_UNPACKED, SheetError};
use proptest::prelude::*;
use std::fmt::Write;

/// Says whether the guard found it, and not the library behind it.
fn guarded(bytes: &[u8]) -> bool {
    let said = ["out of bounds", "too many or too long styles"];
    matches!(read(bytes), Err(SheetError::Broken { what }) if said.iter().any(|said| what.contains(said)))
}

fn broken(bytes: &[u8]) -> bool {
    matches!(read(bytes), Err(SheetError::Broken { .. }))
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_kept() {
    let zeros = vec![0; usize::try_from(MOST_UNPACKED).unwrap() + 1];
    let bomb = zip([("xl/workbook.xml", &zeros[..])]);
    assert!(bomb.len() < 200_000);
    assert_eq!(read(&bomb), Err(SheetError::TooBigUnpacked));
    // Several together, as files that overlap would.
    let third = &zeros[..=zeros.len() / 3];
    let several = zip([("xl/a", third), ("xl/b", third), ("xl/c", third)]);
    assert_eq!(read(&several), Err(SheetError::TooBigUnpacked));
}

#[test]
fn a_zip_bomb_that_lies_about_its_size_is_refused_too() {
    let zeros = vec![0; usize::try_from(MOST_UNPACKED).unwrap() + 1];
    let mut bomb = zip([("xl/workbook.xml", &zeros[..])]);
    let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    let places: Vec<usize> = (0..bomb.len() - 4).filter(|at| bomb[*at..*at + 4] == size).collect();
    assert_eq!(places.len(), 2, "in the header of the part and in the directory");
    for at in places {
        bomb[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    let refused = read(&bomb);
    assert!(matches!(refused, Err(SheetError::TooBigUnpacked | SheetError::Broken { .. })), "{refused:?}");
}

#[test]
fn many_parts_macros_and_other_zip_files_are_refused() {
    let names: Vec<String> = (0..=MOST_PARTS).map(|part| format!("xl/{part}")).collect();
    let many = zip(names.iter().map(|name| (name.as_str(), &b"x"[..])));
    assert_eq!(read(&many), Err(SheetError::TooManyParts { given: MOST_PARTS + 1 }));
    assert_eq!(
        read(&zip([("xl/workbook.xml", &b"<a/>"[..]), ("xl/vbaProject.bin", b"x")])),
        Err(SheetError::Macros)
    );
    assert_eq!(read(&zip([("word/document.xml", &b"<a/>"[..])])), Err(SheetError::NoBook));
    // A zip within a zip is never opened.
    let nested = zip([("inner.zip", &zip([("xl/workbook.xml", &b"<a/>"[..])])[..])]);
    assert_eq!(read(&nested), Err(SheetError::NoBook));
}

#[test]
fn a_workbook_cut_short_is_refused_wherever_it_is_cut() {
    let whole = table([vec![Cell::text("a"), Cell::Number("1".into())]]).xlsx().unwrap();
    for length in (4..whole.len()).step_by(97) {
        assert!(broken(&whole[..length]), "cut to {length} of {}", whole.len());
    }
}

#[test]
fn numbers_that_the_reading_library_would_believe_are_refused() {
    let rows = |rows: &str| workbook(&sheet(rows, ""), "", "visible");
    assert!(guarded(&rows(r#"<row r="99999999999999"><c r="A2"><v>1</v></c></row>"#)));
    assert!(guarded(&rows(r#"<row r="2"><c r="AAAAAAAAAAAAAA2"><v>1</v></c></row>"#)));
    assert!(guarded(&rows(r#"<row r="2"><c r="A4294967297"><v>1</v></c></row>"#)));
    assert!(guarded(&rows(
        r#"<row r="2"><c r="A2"><f t="shared" si="0" ref="B9:A1">1</f><v>1</v></c></row>"#
    )));
    let reversed = sheet("", "").replace("A1:F9", "F9:A1");
    assert!(guarded(&workbook(&reversed, "", "visible")));
    let announced = zip([
        ("xl/workbook.xml", &b"<workbook/>"[..]),
        ("xl/sharedStrings.xml", br#"<sst uniqueCount="99999999999999"/>"#),
    ]);
    assert!(guarded(&announced));
    // A shared formula with any number is not looked up.
    let shared =
        rows(r#"<row r="2"><c r="A2"><f t="shared" si="99999999999" ref="A2:A2">1</f><v>1</v></c></row>"#);
    assert_eq!(read(&shared).unwrap().rows().len(), 1);
}

#[test]
fn what_the_reading_library_would_copy_many_times_is_refused() {
    let font = format!(
        r#"<styleSheet><fonts><font><name val="{}"/></font></fonts></styleSheet>"#,
        "x".repeat(2_000)
    );
    assert!(guarded(&zip([("xl/workbook.xml", &b"<workbook/>"[..]), ("xl/Styles.xml", font.as_bytes())])));
    let many = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(70_000));
    assert!(guarded(&zip([("xl/workbook.xml", &b"<workbook/>"[..]), ("xl/styles.xml", many.as_bytes())])));
    // One text of 30,000 letters in two thousand cells.
    let mut rows = String::new();
    for row in 2..2_002 {
        write!(rows, r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#).unwrap();
    }
    let text = "x".repeat(30_000);
    let refused = read(&workbook_of(&sheet(&rows, ""), "", "visible", &text));
    assert_eq!(refused, Err(SheetError::TooMuchText { line: 1_120 }));
}

#[test]
fn far_and_wide_cells_and_long_ones_are_refused_with_their_place() {
    let rows = |rows: &str| read(&workbook(&sheet(rows, ""), "", "visible"));
    let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    assert_eq!(rows(far), Err(SheetError::TooManyColumns { line: 1_048_576, given: 16_384 }));
    let cells: String = (0..300).map(|_| "<c><v>1</v></c>").collect();
    assert_eq!(rows(&format!("<row>{cells}</row>")), Err(SheetError::TooManyColumns { line: 2, given: 257 }));
    let long =
        format!(r#"<row r="2"><c r="B2" t="inlineStr"><is><t>{}</t></is></c></row>"#, "x".repeat(1 << 20));
    assert_eq!(rows(&long), Err(SheetError::LongCell { line: 2, column: 2 }));
    let mut last = String::new();
    for row in 2..8_000 {
        write!(last, r#"<row r="{row}"><c r="IV{row}"><v>1</v></c></row>"#).unwrap();
    }
    assert!(matches!(rows(&last), Err(SheetError::TooManyCells { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_damage_to_a_workbook_panics(damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = workbook(&sheet(r#"<row r="2"><c r="A2"><v>1</v></c></row>"#, ""), "", "visible");
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes);
    }

    #[test]
    fn no_text_in_the_place_of_a_sheet_panics(text in "(<(row|c|v|f|is|t|mergeCell|/row|/c|/v)( (r|s|t|ref|si)=\"(A1|5|s|shared|[A-Z0-9:]{1,12})\"){0,3}/?>|[0-9a]{1,3}){0,30}") {
        let _ = read(&workbook(&sheet(&text, ""), "", "visible"));
        let _ = read(&workbook(&sheet("", &text), "", "visible"));
    }
}
