use super::*;
use crate::Calendar;

fn problems(csv: &str) -> Vec<(usize, String)> {
    let mistakes = Calendar::parse(csv).unwrap_err();
    mistakes.into_iter().map(|mistake| (mistake.line, mistake.problem.to_string())).collect()
}

#[test]
fn every_mistake_is_reported_at_once_with_its_line() {
    let csv = "date,kind\n\
               2022-10-03,holiday\n\
               2022-10-01,holiday\n\
               2022-10-10,workday\n\
               2022-02-30,holiday\n\
               2022-10-04,rest\n\
               \n\
               2022-10-03,holiday\n\
               2022-10-05\n";
    assert_eq!(
        problems(csv),
        [
            (3, "2022-10-01 is a Saturday, which rests anyway: `holiday` is for Monday to Friday".into()),
            (4, "2022-10-10 is a Monday, which works anyway: `workday` is for Saturday and Sunday".into()),
            (
                5,
                "`2022-02-30` is not a date: write YYYY-MM-DD, a day that exists in the years 1900 to 2199"
                    .into()
            ),
            (6, "`rest` is not a kind: write `holiday` or `workday`".into()),
            (8, "2022-10-03 stands on line 2 already: each day may have one row".into()),
            (9, "a row is `date,kind`, for example `2022-10-08,workday`; found `2022-10-05`".into()),
        ]
    );
    assert_eq!(Calendar::parse(csv).unwrap_err()[0].to_string().split(':').next(), Some("line 3"));
}

#[test]
fn a_text_without_the_header_is_refused() {
    for (csv, found) in
        [("", ""), ("2022-10-03,holiday\n", "2022-10-03,holiday"), ("Datum;Art\n", "Datum;Art")]
    {
        assert_eq!(problems(csv), [(1, format!("the first line must be `date,kind`, found `{found}`"))]);
    }
}

#[test]
fn dates_have_one_spelling_and_a_sane_year() {
    for date in [
        "20221003",
        "2022-10-3",
        "2022-13-03",
        "2022-10-03T00:00",
        "-002022-10-03",
        "1899-12-29",
        "2200-01-01",
        "0000-00-00",
        "",
    ] {
        let mistakes = Calendar::parse(&format!("date,kind\n{date},holiday\n")).unwrap_err();
        assert_eq!(mistakes, [CsvMistake { line: 2, problem: CsvProblem::Date(date.to_owned()) }]);
    }
}

#[test]
fn what_is_quoted_in_a_message_is_short() {
    let csv = format!("date,kind\n2022-10-03,{}\n", "长".repeat(1000));
    assert_eq!(problems(&csv)[0].1.chars().filter(|letter| *letter == '长').count(), 40);
}

#[test]
fn reading_stops_after_a_hundred_thousand_rows() {
    let csv = |rows| format!("date,kind\n{}", "2022-10-01,holiday\n".repeat(rows));
    assert_eq!(Calendar::parse(&csv(100_000)).unwrap_err().len(), 100_000);
    let mistakes = Calendar::parse(&csv(200_000)).unwrap_err();
    assert_eq!(mistakes.last(), Some(&CsvMistake { line: 100_002, problem: CsvProblem::TooManyRows }));
    assert_eq!(mistakes.len(), 100_001);
}
