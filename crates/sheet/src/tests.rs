//! Tables by hand, and any bytes at all.

use crate::{
    Cell, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Sheet, SheetError, Table, cell::decimal, column_name, write,
};
use encoding_rs::GBK;
use proptest::prelude::*;

mod book;
mod hostile;

const TABLE: &str = "名称,人数\r\n示例电机,12\r\n\"示例,水泵\",\"3\n4\"\r\n";

fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    crate::read(bytes, |_| true)
}

fn cells(sheet: &Sheet) -> Vec<Vec<String>> {
    let row = |row: &crate::Row| row.cells().iter().map(|cell| cell.shown().into_owned()).collect();
    sheet.rows().iter().map(row).collect()
}

fn table(rows: impl IntoIterator<Item = Vec<Cell>>) -> Table {
    let rows: Vec<_> = rows.into_iter().collect();
    let columns = (1..=rows.iter().map(Vec::len).max().unwrap_or(1))
        .map(|column| write::Column { heading: format!("c{column}"), ..write::Column::default() });
    Table { name: "t".into(), columns: columns.collect(), rows }
}

#[test]
fn a_table_reads_alike_in_utf8_with_a_mark_without_one_and_in_gbk() {
    let plain = read(TABLE.as_bytes()).unwrap();
    assert_eq!(plain.header(), ["名称", "人数"]);
    assert_eq!(cells(&plain), [["示例电机", "12"], ["示例,水泵", "3\n4"]]);
    assert_eq!(read(&[b"\xef\xbb\xbf", TABLE.as_bytes()].concat()).unwrap(), plain);
    let (gbk, _, lossy) = GBK.encode(TABLE);
    assert!(!lossy);
    assert_eq!(read(&gbk).unwrap(), plain);
}

#[test]
fn a_cell_is_found_by_the_name_of_its_column_and_a_row_knows_its_line() {
    let sheet = read(b" key , size\n\na,\"1\n2\"\nb,3\n").unwrap();
    let rows = sheet.rows();
    assert_eq!(rows.iter().map(crate::Row::line).collect::<Vec<_>>(), [3, 5]);
    assert_eq!(sheet.cell(&rows[1], "size"), Some(&Cell::text("3")));
    assert_eq!(sheet.cell(&rows[1], "weight"), None);
}

#[test]
fn a_table_without_rows_has_its_header_alone() {
    let sheet = read(b"key,name").unwrap();
    assert_eq!((sheet.header().len(), sheet.rows().len()), (2, 0));
}

#[test]
fn semicolons_and_tabs_separate_too_and_a_title_stands_above_the_header() {
    let is_header = |names: &[String]| names.iter().any(|name| name == "key");
    for text in ["title; of 2025;\n\nkey;size;\na;1,5;\n", "title\t\t\nkey\tsize\t\na\t1,5\t\n"] {
        let sheet = crate::read(text.as_bytes(), is_header).unwrap();
        assert_eq!(sheet.header(), ["key", "size", ""]);
        assert_eq!(cells(&sheet), [["a", "1,5", ""]]);
    }
    // Nobody knows the header: the separator that is most frequent in the first line.
    let sheet = crate::read(b"keys;size;a,b\n1;2;3\n", is_header).unwrap();
    assert_eq!((sheet.header().len(), sheet.line()), (3, 1));
}

#[test]
fn what_is_wrong_is_named_with_line_and_column() {
    let uneven = |line, column, found| SheetError::Uneven { line, column, wanted: 2, found };
    let cases: [(&[u8], SheetError); 14] = [
        (b"", SheetError::Empty),
        (b"\n\n", SheetError::Empty),
        (b"\xff\xfea\0", SheetError::Utf16),
        (b"a,,c\n1,2,3\n", SheetError::Nameless { line: 1, column: 2 }),
        (b"a,b, a\n", SheetError::Repeated { line: 1, column: 3, first: 1, name: "a".into() }),
        (b"a,b\n1,2\n3\n", uneven(3, 2, 1)),
        (b"a,b\n1,2,3\n", uneven(2, 3, 3)),
        (b"a,b\n1,2\n3,\"4\n5,6\n", SheetError::OpenQuote { line: 3, column: 2 }),
        (b"a,\"b\n1,2\n", SheetError::OpenQuote { line: 1, column: 2 }),
        (b"a,b\n1,\"", SheetError::OpenQuote { line: 2, column: 2 }),
        (b"a,b\n1,\xff\n", SheetError::NotText { line: 2, byte: 3, encoding: "UTF-8 or GBK" }),
        (b"\xef\xbb\xbfa\n\xd6\xd0\n", SheetError::NotText { line: 2, byte: 1, encoding: "UTF-8" }),
        ("企业名称\n示例\u{fffd}\n".as_bytes(), SheetError::Lost { line: 2 }),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", SheetError::OldOrLocked),
    ];
    for (bytes, error) in cases {
        assert_eq!(read(bytes), Err(error), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_damaged_file_in_utf8_is_not_taken_for_gbk() {
    let mut bytes = "企业名称,人数\n示例电机,12\n".as_bytes().to_vec();
    bytes.push(0xe4);
    assert_eq!(read(&bytes), Err(SheetError::NotText { line: 3, byte: 1, encoding: "UTF-8" }));
    let (gbk, _, _) = GBK.encode("企业名称,人数\n示例电机,12\n");
    // Half a character at the end.
    let cut = [&gbk[..], b"\xca"].concat();
    assert!(matches!(read(&cut), Err(SheetError::NotText { line: 3, .. })), "{:?}", read(&cut));
}

#[test]
fn a_table_beyond_its_bounds_is_refused() {
    let row = |cells: usize| vec!["x"; cells].join(",");
    let names =
        |columns: usize| (0..columns).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
    assert!(read(names(MOST_COLUMNS).as_bytes()).is_ok());
    let wide = read(names(300).as_bytes());
    assert_eq!(wide, Err(SheetError::TooManyColumns { line: 1, given: 300 }));
    let tall = format!("c\n{}", format!("{}\n", row(1)).repeat(MOST_ROWS));
    assert_eq!(read(tall.as_bytes()).map(|sheet| sheet.rows().len()), Ok(MOST_ROWS));
    let line = MOST_ROWS as u64 + 2;
    assert_eq!(read(format!("{tall}x\n").as_bytes()), Err(SheetError::TooManyRows { line }));
    let given = MOST_BYTES + 1;
    assert_eq!(read(&vec![b'x'; given]), Err(SheetError::TooManyBytes { given }));
    let long = format!("a,b\n1,{}\n", "x".repeat(1 << 20));
    assert_eq!(read(long.as_bytes()), Err(SheetError::LongCell { line: 2, column: 2 }));
    let full = format!("{}\n{}", names(250), format!("{}\n", row(250)).repeat(4_002));
    assert!(matches!(read(full.as_bytes()), Err(SheetError::TooManyCells { line: 4_003 })));
}

#[test]
fn a_cell_that_would_compute_is_guarded_and_reads_back_as_it_was() {
    let row =
        ["=1+2", "+x", "-1+1", "@SUM", "\ttab", "＝1", "-12.5", "+8657100", "-", "a=b", "'=x", "'x", ""];
    let bytes = table([row.map(Cell::text).to_vec()]).csv();
    assert!(bytes.starts_with(b"\xef\xbb\xbfc1,c2,"));
    assert!(bytes.ends_with(b"\r\n"));
    let written = String::from_utf8(bytes.clone()).unwrap();
    let guarded = "'=1+2,'+x,'-1+1,'@SUM,'\ttab,'＝1,-12.5,+8657100,'-,a=b,''=x,'x,\r\n";
    assert_eq!(written.lines().last(), guarded.lines().last());
    assert_eq!(cells(&read(&bytes).unwrap()), [row]);
}

#[test]
fn a_number_is_the_decimal_that_a_spreadsheet_shows() {
    let cases = [
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (1_234_567_890.12, "1234567890.12"),
        (-12.5, "-12.5"),
        (1e15, "1000000000000000"),
        (1e-7, "0.0000001"),
        (100.0, "100"),
        (-0.0, "0"),
        (1.0 / 3.0, "0.333333333333333"),
    ];
    for (number, text) in cases {
        assert_eq!(decimal(number).as_deref(), Some(text));
    }
    assert_eq!((decimal(f64::NAN), decimal(f64::INFINITY)), (None, None));
}

#[test]
fn columns_are_named_as_in_a_spreadsheet() {
    let names = [(1, "A"), (26, "Z"), (27, "AA"), (256, "IV"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")];
    for (column, name) in names {
        assert_eq!(column_name(column), name);
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_bytes_that_look_like_a_table_panic(text in "[a\u{4e2d}\",;\t\n\r\0 ]{0,60}") {
        let (gbk, _, _) = GBK.encode(&text);
        let _ = (read(text.as_bytes()), read(&gbk));
    }

    #[test]
    fn what_is_written_as_csv_reads_back(rows in proptest::collection::vec(["['=+@\u{ff1d}\t\r-]{0,2}.{0,8}", "x.{0,8}"], 0..6)) {
        prop_assume!(rows.iter().flatten().all(|text| !text.contains('\u{fffd}')));
        let bytes = table(rows.iter().map(|row| row.iter().map(Cell::text).collect()).chain([vec![Cell::text("a"), Cell::text("b")]])).csv();
        let sheet = read(&bytes).unwrap();
        let mut back = cells(&sheet);
        back.pop();
        prop_assert_eq!(back, rows);
    }
}
