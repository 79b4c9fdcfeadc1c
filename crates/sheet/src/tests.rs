//! Tables by hand, and any bytes at all.

use crate::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Sheet, SheetError, read, write};
use encoding_rs::GBK;
use proptest::prelude::*;

const TABLE: &str = "名称,人数\r\n示例电机,12\r\n\"示例,水泵\",\"3\n4\"\r\n";

fn cells(sheet: &Sheet) -> Vec<Vec<&str>> {
    sheet.rows().iter().map(|row| row.cells().iter().map(String::as_str).collect()).collect()
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
    assert_eq!(sheet.cell(&rows[1], "size"), Some("3"));
    assert_eq!(sheet.cell(&rows[1], "weight"), None);
}

#[test]
fn a_table_without_rows_has_its_header_alone() {
    let sheet = read(b"key,name").unwrap();
    assert_eq!((sheet.header().len(), sheet.rows().len()), (2, 0));
}

#[test]
fn what_is_wrong_is_named_with_line_and_column() {
    let uneven = |line, column, found| SheetError::Uneven { line, column, wanted: 2, found };
    let cases: [(&[u8], SheetError); 12] = [
        (b"", SheetError::Empty),
        (b"\n\n", SheetError::Empty),
        (b"\xff\xfea\0", SheetError::Utf16),
        (b"a,,c\n", SheetError::Nameless { line: 1, column: 2 }),
        (b"a,b, a\n", SheetError::Repeated { line: 1, column: 3, first: 1, name: "a".into() }),
        (b"a,b\n1,2\n3\n", uneven(3, 2, 1)),
        (b"a,b\n1,2,3\n", uneven(2, 3, 3)),
        (b"a,b\n1,2\n3,\"4\n5,6\n", SheetError::OpenQuote { line: 3, column: 2 }),
        (b"a,\"b\n1,2\n", SheetError::OpenQuote { line: 1, column: 2 }),
        (b"a,b\n1,\"", SheetError::OpenQuote { line: 2, column: 2 }),
        (b"a,b\n1,\xff\n", SheetError::NotText { line: 2, byte: 3, encoding: "UTF-8 or GBK" }),
        (b"\xef\xbb\xbfa\n\xd6\xd0\n", SheetError::NotText { line: 2, byte: 1, encoding: "UTF-8" }),
    ];
    for (bytes, error) in cases {
        assert_eq!(read(bytes), Err(error), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_table_beyond_its_bounds_is_refused() {
    let row = |cells: usize| vec!["x"; cells].join(",");
    let names =
        |columns: usize| (0..columns).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
    assert!(read(names(MOST_COLUMNS).as_bytes()).is_ok());
    let wide = read(names(MOST_COLUMNS + 1).as_bytes());
    assert_eq!(wide, Err(SheetError::TooManyColumns { line: 1, given: MOST_COLUMNS + 1 }));
    let tall = format!("c\n{}", format!("{}\n", row(1)).repeat(MOST_ROWS));
    assert_eq!(read(tall.as_bytes()).map(|sheet| sheet.rows().len()), Ok(MOST_ROWS));
    let line = MOST_ROWS as u64 + 2;
    assert_eq!(read(format!("{tall}x\n").as_bytes()), Err(SheetError::TooManyRows { line }));
    let given = MOST_BYTES + 1;
    assert_eq!(read(&vec![b'x'; given]), Err(SheetError::TooManyBytes { given }));
}

#[test]
fn a_cell_that_would_compute_is_written_as_a_text() {
    let row = ["=1+2", "+x", "-1+1", "@SUM", "\ttab", "＝1", "-12.5", "+8657100", "-", "a=b", ""];
    let header = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
    let bytes = write(header, [row]);
    assert!(bytes.starts_with(b"\xef\xbb\xbfa,b,"));
    assert!(bytes.ends_with(b"\r\n"));
    let sheet = read(&bytes).unwrap();
    let guarded = ["'=1+2", "'+x", "'-1+1", "'@SUM", "'\ttab", "'＝1", "-12.5", "+8657100", "'-", "a=b", ""];
    assert_eq!(cells(&sheet), [guarded]);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_bytes_that_look_like_a_table_panic(text in "[a\u{4e2d}\",\n\r\0 ]{0,60}") {
        let (gbk, _, _) = GBK.encode(&text);
        let _ = (read(text.as_bytes()), read(&gbk));
    }

    #[test]
    fn what_is_written_reads_back(rows in proptest::collection::vec(["[^=+@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\t\r-]?.{0,8}", "x.{0,8}"], 0..6)) {
        let rows: Vec<[String; 2]> = rows.into_iter().map(|[a, b]| [format!("a{a}"), b]).collect();
        let bytes = write(["one", "two"], rows.iter().map(|row| row.iter().map(String::as_str)));
        let sheet = read(&bytes).unwrap();
        let back: Vec<[String; 2]> = sheet.rows().iter().map(|row| [row.cells()[0].clone(), row.cells()[1].clone()]).collect();
        prop_assert_eq!(back, rows);
    }
}
