use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn the_shipped_calendar_knows_2004_to_2026() {
    assert!(Calendar::shipped().years().eq(2004..=2026));
}

#[test]
fn the_shipped_file_is_canonical() {
    assert_eq!(
        Calendar::shipped().to_csv(),
        include_str!("../../data/cn-exceptions.csv").replace("\r\n", "\n")
    );
}

#[test]
fn the_year_2022_has_249_working_days() {
    let calendar = Calendar::shipped();
    let days = date(2022, 1, 1).series(jiff::Span::new().days(1)).take(365);
    assert_eq!(days.filter(|day| calendar.day(*day) == Ok(Day::Work)).count(), 249);
}

#[test]
fn the_notice_for_2022_holds() {
    let calendar = Calendar::shipped();
    for (first, last) in [
        (date(2022, 1, 1), date(2022, 1, 3)),
        (date(2022, 1, 31), date(2022, 2, 6)),
        (date(2022, 4, 3), date(2022, 4, 5)),
        (date(2022, 4, 30), date(2022, 5, 4)),
        (date(2022, 6, 3), date(2022, 6, 5)),
        (date(2022, 9, 10), date(2022, 9, 12)),
        (date(2022, 10, 1), date(2022, 10, 7)),
    ] {
        for day in first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last) {
            assert_eq!(calendar.day(day), Ok(Day::Rest), "{day}");
        }
    }
    let makeups = [(1, 29), (1, 30), (4, 2), (4, 24), (5, 7), (10, 8), (10, 9)]
        .map(|(month, day)| date(2022, month, day));
    assert!(makeups.iter().all(|day| calendar.day(*day) == Ok(Day::Work)));
    assert!(calendar.makeups(date(2022, 1, 1), date(2022, 12, 31)).eq(makeups));
}

#[test]
fn a_year_without_a_row_is_refused_and_never_guessed() {
    let calendar = Calendar::shipped();
    assert_eq!(calendar.day(date(2003, 12, 31)), Err(MissingYear { year: 2003 }));
    assert_eq!(calendar.day(date(2027, 1, 4)), Err(MissingYear { year: 2027 }));
    assert_eq!(calendar.day(Date::MIN), Err(MissingYear { year: -9999 }));
    assert!(MissingYear { year: 2027 }.to_string().contains("2027"));
    let none = Calendar::parse("date,kind\n").unwrap();
    assert_eq!(none.day(date(2022, 1, 4)), Err(MissingYear { year: 2022 }));
}

#[test]
fn one_row_makes_a_year_known_and_leaves_the_rest_to_the_plain_week() {
    let calendar = Calendar::parse("date,kind\n2030-01-01,holiday\n").unwrap();
    assert!(calendar.years().eq([2030]));
    assert_eq!(calendar.day(date(2030, 1, 1)), Ok(Day::Rest));
    assert_eq!(calendar.day(date(2030, 1, 2)), Ok(Day::Work));
    assert_eq!(calendar.day(date(2030, 1, 5)), Ok(Day::Rest));
}

#[test]
fn the_digest_is_the_sha_256_of_the_canonical_text() {
    // printf 'date,kind\n2022-10-08,workday\n' | sha256sum
    let digest = "d18035dfb1180d1f258deb579b722b2910c982a9c9e30b151d5ec503c556b180";
    assert_eq!(Calendar::parse("date,kind\n2022-10-08,workday\n").unwrap().digest(), digest);
}

#[test]
fn a_byte_order_mark_crlf_blanks_and_the_order_of_rows_do_not_matter() {
    let plain = Calendar::parse("date,kind\n2022-10-03,holiday\n2022-10-08,workday\n").unwrap();
    let excel =
        Calendar::parse("\u{feff}date,kind\r\n2022-10-08 , workday\r\n\r\n2022-10-03,holiday").unwrap();
    assert_eq!(plain, excel);
    assert_eq!(plain.digest(), excel.digest());
    assert_eq!(plain.to_csv(), excel.to_csv());
    assert_ne!(plain, Calendar::parse("date,kind\n2022-10-03,holiday\n").unwrap());
}

proptest! {
    #[test]
    fn any_calendar_survives_writing_shuffling_and_crlf(
        days in prop::collection::btree_set((1900i16..2200, 1i16..=365), 0..60),
        seed in any::<u64>(),
    ) {
        let mut rows: Vec<String> = days
            .into_iter()
            .map(|(year, day)| date(year, 1, 1) + jiff::Span::new().days(day - 1))
            .map(|day| format!("{day},{}", if is_weekend(day.weekday()) { "workday" } else { "holiday" }))
            .collect();
        let calendar = Calendar::parse(&format!("date,kind\n{}", rows.join("\n"))).unwrap();
        let again = Calendar::parse(&calendar.to_csv()).unwrap();
        prop_assert_eq!(&calendar, &again);
        prop_assert_eq!(calendar.to_csv(), again.to_csv());
        prop_assert!(calendar.years().eq(again.years()));
        let step = usize::try_from(seed % 60).unwrap();
        rows.reverse();
        let step = step.min(rows.len());
        rows.rotate_left(step);
        let shuffled = Calendar::parse(&format!("date,kind\r\n{}\r\n", rows.join("\r\n"))).unwrap();
        prop_assert_eq!(calendar.digest(), shuffled.digest());
    }
}
