//! Workbooks, written here and by hand.

use super::{cells, read, table};
use crate::{Cell, Column, Fault, Shape, Sheet, SheetError, Table};
use jiff::civil::date;
use proptest::prelude::*;
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A zip file of these parts.
pub(super) fn zip<'p>(parts: impl IntoIterator<Item = (&'p str, &'p [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>
<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
const SECOND: &str = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>second</t></is></c></row></sheetData></worksheet>"#;

/// A workbook of two sheets, the first of this XML, in the calendar of 1900 or of 1904.
pub(super) fn workbook(sheet: &str, properties: &str, first_state: &str) -> Vec<u8> {
    workbook_of(sheet, properties, first_state, "shared")
}

/// The same with another first shared text.
pub(super) fn workbook_of(sheet: &str, properties: &str, first_state: &str, shared: &str) -> Vec<u8> {
    let book = format!(
        r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr {properties}/>
<sheets><sheet name="one" sheetId="1" state="{first_state}" r:id="r1"/><sheet name="two" sheetId="2" r:id="r2"/></sheets></workbook>"#
    );
    let strings = format!(
        r#"<sst count="1" uniqueCount="2"><si><t>{shared}</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si></sst>"#
    );
    let parts = [
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", &strings),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/worksheets/sheet2.xml", SECOND),
    ];
    zip(parts.map(|(name, text)| (name, text.as_bytes())))
}

/// A sheet with these cells below a header of six names.
pub(super) fn sheet(rows: &str, after: &str) -> String {
    let names: String = ["A", "B", "C", "D", "E", "F"]
        .map(|column| format!(r#"<c r="{column}1" t="inlineStr"><is><t>n{column}</t></is></c>"#))
        .concat();
    format!(
        r#"<worksheet><dimension ref="A1:F9"/><sheetData><row r="1">{names}</row>{rows}</sheetData>{after}</worksheet>"#
    )
}

fn read_rows(rows: &str) -> Sheet {
    read(&workbook(&sheet(rows, ""), "", "visible")).unwrap()
}

#[test]
fn each_kind_of_cell_is_read_as_what_it_is() {
    let sheet = read_rows(
        r#"<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>0.1</v></c><c r="C3" s="1"><v>45292</v></c>
        <c r="D3" s="2"><v>0.05</v></c><c r="E3" t="b"><v>1</v></c><c r="F3" t="e"><v>#DIV/0!</v></c></row>
        <row r="5" hidden="1"><c r="A5" t="str"><f>A3&amp;"!"</f><v>rich!</v></c><c r="B5"><f>0.1+0.2</f><v>0.30000000000000004</v></c>
        <c r="C5" s="1"><v>60</v></c><c r="D5"><f>1+1</f></c><c r="E5" s="3"><v>45292.5</v></c><c r="F5" t="d"><v>2024-01-01</v></c></row>
        <row r="6"><c r="A6" s="1"/><c r="B6" t="inlineStr"><is><t>  </t></is></c></row>"#,
    );
    assert_eq!((sheet.name(), sheet.line(), sheet.header().len()), (Some("one"), 1, 6));
    let rows: Vec<_> = sheet.rows().iter().map(|row| (row.line(), row.cells().to_vec())).collect();
    let first = [
        Cell::text("rich"),
        Cell::Number("0.1".into()),
        Cell::Date(date(2024, 1, 1)),
        Cell::Percent("0.05".into()),
        Cell::Truth(true),
        Cell::Fault(Fault::Error("#DIV/0!".into())),
    ];
    let second = [
        Cell::text("rich!"),
        Cell::Number("0.3".into()),
        Cell::Fault(Fault::NoDay),
        Cell::Fault(Fault::NotComputed),
        Cell::text("2024-01-01 12:00:00"),
        Cell::text("2024-01-01"),
    ];
    assert_eq!(rows, [(3, first.to_vec()), (5, second.to_vec())]);
}

#[test]
fn a_day_counts_from_1904_where_the_workbook_says_so() {
    let rows = sheet(r#"<row r="2"><c r="A2" s="1"><v>43830</v></c></row>"#, "");
    for (properties, day) in [("", date(2019, 12, 31)), (r#"date1904="1""#, date(2024, 1, 1))] {
        let read = read(&workbook(&rows, properties, "visible")).unwrap();
        assert_eq!(read.rows()[0].cells()[0], Cell::Date(day));
    }
}

#[test]
fn a_hidden_sheet_is_passed_over_and_one_with_the_header_preferred() {
    let one = sheet("", "");
    assert_eq!(read(&workbook(&one, "", "hidden")).unwrap().name(), Some("two"));
    let is_second = |names: &[String]| names.iter().any(|name| name == "second");
    assert_eq!(crate::read(&workbook(&one, "", "visible"), is_second).unwrap().name(), Some("two"));
}

#[test]
fn merged_cells_are_a_title_above_the_header_and_refused_below_it() {
    let merged = |area: &str| format!(r#"<mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>"#);
    let rows = r#"<row r="2"><c r="A2"><v>1</v></c></row>"#;
    let with = |area: &str| read(&workbook(&sheet(rows, &merged(area)), "", "visible"));
    assert!(with("A1:C1").is_ok());
    // Nothing is in them.
    assert!(with("B2:B4").is_ok());
    assert_eq!(with("A2:A4"), Err(SheetError::Merged { area: "A2:A4".into() }));
}

#[test]
fn a_workbook_is_written_with_shapes_choices_and_comments_and_is_the_same_each_time() {
    let column = |heading: &str, shape| Column { heading: heading.into(), shape, ..Column::default() };
    let long: Vec<String> = (0..100).map(|number| format!("choice {number}")).collect();
    let table = Table {
        name: "企业".into(),
        columns: vec![
            column("text", Shape::Text),
            column("number", Shape::Number),
            column("share", Shape::Percent),
            Column { note: Some("a day".into()), ..column("day", Shape::Date) },
            Column { choices: long, ..column("choice", Shape::Text) },
            Column { warns: true, ..column("wrong", Shape::Text) },
        ],
        rows: vec![vec![
            Cell::text("=1+2"),
            Cell::Number("0.1".into()),
            Cell::Percent("0.05".into()),
            Cell::Date(date(2024, 1, 1)),
            Cell::text("choice 3"),
            Cell::text("no such thing"),
        ]],
    };
    let bytes = table.xlsx().unwrap();
    assert_eq!(table.xlsx().unwrap(), bytes);
    let sheet = read(&bytes).unwrap();
    assert_eq!((sheet.name(), sheet.rows()[0].cells()), (Some("企业"), &table.rows[0][..]));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
    let xml = part("xl/worksheets/sheet1.xml");
    assert!(!xml.contains("<f>"), "nothing computes");
    assert!(
        xml.contains(r#"type="list""#) && xml.contains("<formula1>choices!$A$1:$A$100</formula1>"),
        "{xml}"
    );
    assert!(xml.contains(r#"state="frozen""#));
    assert!(part("xl/workbook.xml").contains(r#"name="choices" sheetId="2" state="hidden""#));
    assert!(part("xl/comments1.xml").contains("a day"));
    assert!(part("xl/styles.xml").contains("FFC7CE"));
}

#[test]
fn what_a_workbook_cannot_hold_is_a_text_or_refused() {
    let exact = Cell::Number("0.1234567890123456789".into());
    let old = Cell::Date(date(1899, 5, 1));
    let bytes = table([vec![exact, old]]).xlsx().unwrap();
    assert_eq!(cells(&read(&bytes).unwrap()), [["0.1234567890123456789", "1899-05-01"]]);
    let named = Table { name: "a/b".into(), ..table([]) };
    assert!(matches!(named.xlsx(), Err(SheetError::Unwritable { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_written_as_a_workbook_reads_back(
        texts in proptest::collection::vec("['=+@-]{0,2}[^\u{fffe}\u{ffff}]{1,8}", 1..4),
        numbers in proptest::collection::vec((-999_999_999_999_i64..1_000_000_000_000, 0_u32..7), 1..4),
    ) {
        let number = |(mantissa, places): &(i64, u32)| {
            // At most six places, as an amount in 万元 down to the 分.
            let power = 10_i64.pow(*places);
            let (sign, size) = (if *mantissa < 0 { "-" } else { "" }, mantissa.abs());
            let text = format!("{sign}{}.{:0width$}", size / power, size % power, width = *places as usize);
            let text = if *places == 0 { format!("{sign}{size}") } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() };
            Cell::Number(if text == "-0" { "0".into() } else { text })
        };
        let row: Vec<Cell> = texts.iter().map(Cell::text).chain(numbers.iter().map(number)).chain([Cell::text("end")]).collect();
        let sheet = read(&table([row.clone()]).xlsx().unwrap()).unwrap();
        let blank_is_empty = |cell: &Cell| if cell.is_blank() { Cell::Empty } else { cell.clone() };
        prop_assert_eq!(sheet.rows()[0].cells().iter().map(blank_is_empty).collect::<Vec<_>>(), row.iter().map(blank_is_empty).collect::<Vec<_>>());
    }
}
