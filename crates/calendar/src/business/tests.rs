use jiff::civil::{DateTime, date};

use super::*;

mod oracle;

/// Default hours in Shanghai, on the shipped calendar.
fn desk() -> BusinessTime {
    open("{\"mon-fri\":[\"08:30-12:00\",\"13:30-17:30\"]}")
}

fn open(hours: &str) -> BusinessTime {
    within(Calendar::shipped(), hours, "Asia/Shanghai")
}

fn within(calendar: Calendar, hours: &str, zone: &str) -> BusinessTime {
    BusinessTime::new(calendar, Hours::parse(hours).unwrap(), TimeZone::get(zone).unwrap())
}

/// The shipped calendar, of which only some years are known.
fn known(years: &[i16]) -> Calendar {
    let csv = Calendar::shipped().to_csv();
    let keep = |line: &&str| {
        line.get(..4).and_then(|year| year.parse().ok()).is_none_or(|year| years.contains(&year))
    };
    Calendar::parse(&csv.lines().filter(keep).collect::<Vec<_>>().join("\n")).unwrap()
}

/// An instant from the local time of a desk, `2022-09-30 10:00`.
fn at(desk: &BusinessTime, local: &str) -> Timestamp {
    desk.zone().to_timestamp(local.parse::<DateTime>().unwrap()).unwrap()
}

fn local(desk: &BusinessTime, instant: Timestamp) -> String {
    instant.to_zoned(desk.zone().clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The due time in local time, or the missing year.
fn due(desk: &BusinessTime, from: &str, limit: &str) -> Result<String, i16> {
    let instant = desk.due(at(desk, from), limit.parse().unwrap());
    instant.map(|instant| local(desk, instant)).map_err(|missing| missing.year)
}

fn before(desk: &BusinessTime, from: &str, limit: &str) -> Result<String, i16> {
    let instant = desk.before(at(desk, from), limit.parse().unwrap());
    instant.map(|instant| local(desk, instant)).map_err(|missing| missing.year)
}

fn all_agree(cases: &[(&str, &str, &str)], compute: fn(&BusinessTime, &str, &str) -> Result<String, i16>) {
    let desk = desk();
    for (from, limit, expected) in cases {
        assert_eq!(compute(&desk, from, limit).as_deref(), Ok(*expected), "{from} {limit}");
    }
}

#[test]
fn working_days_skip_holidays_and_count_make_up_days() {
    all_agree(
        &[
            ("2022-09-30 10:00", "1wd", "2022-10-08 17:30"),
            ("2022-09-30 10:00", "3wd", "2022-10-10 17:30"),
            ("2022-09-30 10:00", "5wd", "2022-10-12 17:30"),
            ("2022-10-01 10:00", "1wd", "2022-10-08 17:30"),
            ("2022-10-08 10:00", "1wd", "2022-10-09 17:30"),
            ("2022-01-28 10:00", "1wd", "2022-01-29 17:30"),
            ("2022-01-28 10:00", "3wd", "2022-02-07 17:30"),
            ("2022-01-30 10:00", "1wd", "2022-02-07 17:30"),
            ("2022-04-29 10:00", "5wd", "2022-05-10 17:30"),
            ("2022-05-06 10:00", "1wd", "2022-05-07 17:30"),
            ("2022-09-09 10:00", "1wd", "2022-09-13 17:30"),
            ("2022-09-09 10:00", "15wd", "2022-10-08 17:30"),
            ("2022-12-30 10:00", "1wd", "2023-01-03 17:30"),
        ],
        due,
    );
}

#[test]
fn the_day_of_receipt_is_not_counted_at_any_hour() {
    for from in ["2022-10-10 00:00", "2022-10-10 08:30", "2022-10-10 17:30", "2022-10-10 23:59"] {
        assert_eq!(due(&desk(), from, "1wd").as_deref(), Ok("2022-10-11 17:30"), "{from}");
    }
}

#[test]
fn zero_working_days_end_today_while_working_time_is_left() {
    all_agree(
        &[
            ("2022-09-30 00:00", "0wd", "2022-09-30 17:30"),
            ("2022-09-30 12:30", "0wd", "2022-09-30 17:30"),
            ("2022-09-30 17:29:59.9", "0wd", "2022-09-30 17:30"),
            ("2022-09-30 17:30", "0wd", "2022-10-08 17:30"),
            ("2022-10-01 10:00", "0wd", "2022-10-08 17:30"),
        ],
        due,
    );
}

#[test]
fn working_time_stops_for_lunch_and_the_night() {
    all_agree(
        &[
            ("2022-09-30 10:00", "2wh", "2022-09-30 12:00"),
            ("2022-09-30 10:00", "121wm", "2022-09-30 13:31"),
            ("2022-09-30 10:00", "6wh", "2022-09-30 17:30"),
            ("2022-09-30 10:00", "361wm", "2022-10-08 08:31"),
            ("2022-09-30 10:00", "12wh", "2022-10-08 16:00"),
            ("2022-09-30 12:00", "1wm", "2022-09-30 13:31"),
            ("2022-09-30 12:40", "4wh", "2022-09-30 17:30"),
            ("2022-09-30 03:00", "1wh", "2022-09-30 09:30"),
            ("2022-10-03 03:00", "1wh", "2022-10-08 09:30"),
            ("2022-09-30 17:30", "1wh", "2022-10-08 09:30"),
        ],
        due,
    );
}

#[test]
fn clock_time_runs_through_lunch_nights_and_holidays() {
    all_agree(
        &[("2022-09-30 23:00", "2h", "2022-10-01 01:00"), ("2022-09-30 11:50", "30m", "2022-09-30 12:20")],
        due,
    );
    assert_eq!(due(&desk(), "2027-05-01 23:59", "1m").as_deref(), Ok("2027-05-02 00:00"));
    assert_eq!(before(&desk(), "2027-05-01 00:00", "1h").as_deref(), Ok("2027-04-30 23:00"));
}

#[test]
fn what_lies_a_limit_before_mirrors_the_due_time() {
    all_agree(
        &[
            ("2022-10-10 17:30", "1wd", "2022-10-09 17:30"),
            ("2022-10-10 17:30", "3wd", "2022-09-30 17:30"),
            ("2022-10-08 17:30", "1wd", "2022-09-30 17:30"),
            ("2022-10-04 10:00", "1wd", "2022-09-30 17:30"),
            ("2022-10-10 17:30", "0wd", "2022-10-10 17:30"),
            ("2022-10-10 17:29", "0wd", "2022-10-09 17:30"),
            ("2022-10-10 17:30", "4wh", "2022-10-10 13:30"),
            ("2022-10-10 17:30", "241wm", "2022-10-10 11:59"),
            ("2022-10-10 13:00", "1wm", "2022-10-10 11:59"),
            ("2022-10-08 08:30", "1wm", "2022-09-30 17:29"),
            ("2022-10-04 08:30", "30wm", "2022-09-30 17:00"),
            ("2022-10-10 01:00", "2h", "2022-10-09 23:00"),
        ],
        before,
    );
}

#[test]
fn fractions_of_a_second_are_carried_through() {
    let desk = desk();
    let from = at(&desk, "2022-09-30 11:59:30.25");
    let due = desk.due(from, Limit::WorkingMinutes(1)).unwrap();
    assert_eq!(due, at(&desk, "2022-09-30 13:30:30.25"));
    assert_eq!(desk.before(due, Limit::WorkingMinutes(1)), Ok(from));
    assert_eq!(desk.minutes_between(from, due), Ok(1));
    assert_eq!(desk.minutes_between(from, at(&desk, "2022-09-30 13:30:30.249")), Ok(0));
    assert_eq!(desk.minutes_between(due, from), Ok(-1));
    // One nanosecond more than the interval holds ends in the next one.
    let from = at(&desk, "2022-09-30 11:59:00.000000001");
    assert_eq!(desk.due(from, Limit::WorkingMinutes(1)), Ok(at(&desk, "2022-09-30 13:30:00.000000001")));
    assert_eq!(desk.before(at(&desk, "2022-09-30 13:30:00.000000001"), Limit::WorkingMinutes(1)), Ok(from));
}

#[test]
fn fractions_hold_before_1970_too() {
    let calendar = Calendar::parse("date,kind\n1960-01-01,holiday\n").unwrap();
    let desk = within(calendar, r#"{"mon-fri":["08:30-12:00","13:30-17:30"]}"#, "Asia/Shanghai");
    let (from, due) = (at(&desk, "1960-01-04 11:59:30.25"), at(&desk, "1960-01-04 13:30:30.25"));
    assert_eq!(desk.due(from, Limit::WorkingMinutes(1)), Ok(due));
    assert_eq!(desk.before(due, Limit::WorkingMinutes(1)), Ok(from));
    // A quarter of a second before the interval ends is not its end yet.
    let from = at(&desk, "1960-01-04 11:59:59.75");
    assert_eq!(desk.due(from, Limit::WorkingMinutes(0)), Ok(from));
}

#[test]
fn only_the_years_that_are_touched_must_be_known() {
    let desk = within(known(&[2022]), "{\"mon-fri\":[\"08:30-12:00\",\"13:30-17:30\"]}", "Asia/Shanghai");
    assert_eq!(due(&desk, "2022-12-30 10:00", "1wd"), Err(2023));
    assert_eq!(due(&desk, "2022-12-30 10:00", "0wd").as_deref(), Ok("2022-12-30 17:30"));
    assert_eq!(due(&desk, "2022-12-30 17:30", "0wd"), Err(2023));
    assert_eq!(due(&desk, "2022-12-30 10:00", "6wh").as_deref(), Ok("2022-12-30 17:30"));
    assert_eq!(due(&desk, "2022-12-30 10:00", "361wm"), Err(2023));
    assert_eq!(due(&desk, "2022-12-31 10:00", "1wm"), Err(2023));
    assert_eq!(due(&desk, "2022-09-30 10:00", "3wd").as_deref(), Ok("2022-10-10 17:30"));
    assert_eq!(due(&desk, "2023-05-01 10:00", "1wm"), Err(2023));
    assert_eq!(due(&desk, "2021-05-01 10:00", "1wd"), Err(2021));
    // The day of receipt is not counted, so its year need not be known.
    assert_eq!(due(&desk, "2021-12-31 10:00", "1wd").as_deref(), Ok("2022-01-04 17:30"));
    assert_eq!(due(&desk, "2021-12-31 10:00", "0wd"), Err(2021));
    assert_eq!(before(&desk, "2022-01-05 17:30", "1wd").as_deref(), Ok("2022-01-04 17:30"));
    assert_eq!(before(&desk, "2022-01-04 17:30", "1wd"), Err(2021));
    assert_eq!(before(&desk, "2022-01-04 10:00", "0wd"), Err(2021));
    assert_eq!(before(&desk, "2022-01-04 08:31", "1wm").as_deref(), Ok("2022-01-04 08:30"));
    assert_eq!(before(&desk, "2022-01-04 08:31", "2wm"), Err(2021));
    assert_eq!(before(&desk, "2022-01-01 08:31", "1wm"), Err(2021));
}

#[test]
fn a_gap_between_known_years_is_never_bridged() {
    let desk =
        within(known(&[2021, 2023]), "{\"mon-fri\":[\"08:30-12:00\",\"13:30-17:30\"]}", "Asia/Shanghai");
    let (early, late) = (at(&desk, "2021-12-30 10:00"), at(&desk, "2023-01-04 10:00"));
    assert_eq!(due(&desk, "2021-12-30 10:00", "1wd").as_deref(), Ok("2021-12-31 17:30"));
    assert_eq!(due(&desk, "2021-12-30 10:00", "2wd"), Err(2022));
    assert_eq!(due(&desk, "2023-01-04 10:00", "1wd").as_deref(), Ok("2023-01-05 17:30"));
    assert_eq!(before(&desk, "2023-01-04 10:00", "2wd"), Err(2022));
    assert_eq!(desk.minutes_between(early, late), Err(MissingYear { year: 2022 }));
    assert_eq!(desk.minutes_between(late, early), Err(MissingYear { year: 2022 }));
    assert_eq!(desk.days_between(early, late), Err(MissingYear { year: 2022 }));
    assert_eq!(desk.rests(date(2021, 12, 1), date(2023, 2, 1)), Err(MissingYear { year: 2022 }));
    assert_eq!(desk.makeups(date(2021, 12, 1), date(2023, 2, 1)), Err(MissingYear { year: 2022 }));
}

#[test]
fn differences_count_the_same_both_ways() {
    let desk = desk();
    let (from, to) = (at(&desk, "2022-09-30 10:00"), at(&desk, "2022-10-10 09:30"));
    assert_eq!(desk.days_between(from, to), Ok(3));
    assert_eq!(desk.days_between(to, from), Ok(-3));
    assert_eq!(desk.minutes_between(from, to), Ok(360 + 2 * 450 + 60));
    assert_eq!(desk.minutes_between(to, from), Ok(-1320));
    assert_eq!(desk.days_between(to, to), Ok(0));
    assert_eq!(desk.days_between(from, at(&desk, "2022-10-07 23:59")), Ok(0));
}

#[test]
fn a_due_time_can_be_explained_by_rests_and_make_up_days() {
    let desk = desk();
    let (from, to) = (date(2022, 9, 30), date(2022, 10, 16));
    assert_eq!(
        desk.rests(from, to),
        Ok(vec![
            RestSpan { first: date(2022, 10, 1), last: date(2022, 10, 7), days: 7 },
            RestSpan { first: date(2022, 10, 15), last: date(2022, 10, 16), days: 2 },
        ])
    );
    assert_eq!(desk.makeups(from, to), Ok(vec![date(2022, 10, 8), date(2022, 10, 9)]));
    let inside = RestSpan { first: date(2022, 10, 2), last: date(2022, 10, 3), days: 2 };
    assert_eq!(desk.rests(date(2022, 10, 2), date(2022, 10, 3)), Ok(vec![inside]));
    assert_eq!((desk.rests(to, from), desk.makeups(to, from)), (Ok(Vec::new()), Ok(Vec::new())));
}

#[test]
fn make_up_days_have_the_hours_that_are_given_for_them() {
    let desk = open(r#"{"mon-fri":["09:00-17:00"],"sun":["10:00-11:00"],"makeup":["09:00-12:00"]}"#);
    assert_eq!(due(&desk, "2022-09-30 16:00", "1wd").as_deref(), Ok("2022-10-08 12:00"));
    assert_eq!(due(&desk, "2022-09-30 16:00", "7wh").as_deref(), Ok("2022-10-09 12:00"));
    let desk = open(r#"{"mon-fri":["09:00-17:00"],"sun":["10:00-11:00"]}"#);
    assert_eq!(due(&desk, "2022-09-30 16:00", "1wd").as_deref(), Ok("2022-10-08 17:00"));
    assert_eq!(due(&desk, "2022-09-30 16:00", "2wd").as_deref(), Ok("2022-10-09 11:00"));
}

#[test]
fn a_day_without_an_interval_is_no_working_day() {
    let desk = open(r#"{"mon-thu":["09:00-17:00"],"makeup":[]}"#);
    assert_eq!(due(&desk, "2022-09-29 10:00", "1wd").as_deref(), Ok("2022-10-10 17:00"));
    assert_eq!(desk.works(date(2022, 9, 29)), Ok(true));
    assert_eq!(desk.works(date(2022, 9, 30)), Ok(false));
    assert_eq!(desk.makeups(date(2022, 10, 1), date(2022, 10, 31)), Ok(Vec::new()));
    let span = RestSpan { first: date(2022, 9, 30), last: date(2022, 10, 9), days: 10 };
    assert_eq!(desk.rests(date(2022, 9, 29), date(2022, 10, 10)), Ok(vec![span]));
}

#[test]
fn working_time_may_end_at_midnight() {
    let desk = open(r#"{"mon-fri":["00:00-24:00"]}"#);
    assert_eq!(due(&desk, "2022-10-10 10:00", "14wh").as_deref(), Ok("2022-10-11 00:00"));
    assert_eq!(due(&desk, "2022-10-10 10:00", "0wd").as_deref(), Ok("2022-10-11 00:00"));
    assert_eq!(due(&desk, "2022-10-14 10:00", "15wh").as_deref(), Ok("2022-10-17 01:00"));
}

#[test]
fn the_zone_decides_which_day_it_is() {
    let desk = desk();
    let late_in_london: Timestamp = "2022-09-29T17:00:00Z".parse().unwrap();
    let due = desk.due(late_in_london, Limit::WorkingDays(1)).unwrap();
    assert_eq!(due, "2022-10-08T09:30:00Z".parse().unwrap());
}

#[test]
fn working_minutes_are_real_minutes_when_clocks_change() {
    // Clocks went forward on Sunday 2022-03-13 and back on Sunday 2022-11-06, at 02:00. A calendar with make-up
    // days on both makes them working days.
    let calendar = Calendar::parse("date,kind\n2022-03-13,workday\n2022-11-06,workday\n").unwrap();
    let desk = within(calendar.clone(), r#"{"mon-sun":["00:00-24:00"]}"#, "America/New_York");
    assert_eq!(due(&desk, "2022-03-13 00:00", "23wh").as_deref(), Ok("2022-03-14 00:00"));
    assert_eq!(due(&desk, "2022-03-13 01:00", "1wh").as_deref(), Ok("2022-03-13 03:00"));
    assert_eq!(due(&desk, "2022-11-06 00:00", "25wh").as_deref(), Ok("2022-11-07 00:00"));
    assert_eq!(desk.minutes_between(at(&desk, "2022-11-06 00:00"), at(&desk, "2022-11-07 00:00")), Ok(1500));
    // 02:30 does not exist on that day and means 03:30, which is after 03:10: the first interval vanishes.
    let desk = within(calendar, r#"{"mon-sun":["02:30-03:10","03:20-04:00"]}"#, "America/New_York");
    assert_eq!(due(&desk, "2022-03-13 01:00", "40wm").as_deref(), Ok("2022-03-13 04:00"));
    assert_eq!(due(&desk, "2022-03-13 01:00", "0wd").as_deref(), Ok("2022-03-13 04:00"));
}

#[test]
fn time_skipped_by_a_zone_is_counted_once() {
    // The first interval is moved by an hour into the second: together they hold what the clock really shows.
    let calendar = Calendar::parse("date,kind\n2022-03-13,workday\n").unwrap();
    let desk = within(calendar, r#"{"mon-sun":["02:00-02:50","03:00-04:00"]}"#, "America/New_York");
    assert_eq!(desk.minutes_between(at(&desk, "2022-03-13 00:00"), at(&desk, "2022-03-13 23:00")), Ok(60));
    // Samoa had no Friday 2011-12-30 at all.
    let calendar = Calendar::parse("date,kind\n2011-01-01,workday\n2012-01-02,holiday\n").unwrap();
    let desk = within(calendar, r#"{"mon-fri":["09:00-17:00"],"sat":["09:00-17:00"]}"#, "Pacific/Apia");
    assert_eq!(desk.minutes_between(at(&desk, "2011-12-29 09:00"), at(&desk, "2012-01-01 09:00")), Ok(960));
}

#[test]
fn extremes_are_refused_and_never_panic() {
    let limits = [
        Limit::WorkingDays(0),
        Limit::WorkingDays(u32::MAX),
        Limit::WorkingHours(u32::MAX),
        Limit::WorkingMinutes(u32::MAX),
        Limit::WorkingMinutes(0),
        Limit::Hours(u32::MAX),
        Limit::Minutes(u32::MAX),
    ];
    for zone in ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "UTC"] {
        let desk = within(Calendar::shipped(), r#"{"mon-fri":["00:00-24:00"]}"#, zone);
        for limit in limits {
            // Only eight thousand years of clock minutes are reachable without a calendar.
            let refused = !matches!(limit, Limit::Minutes(_));
            assert!(desk.due(Timestamp::MAX, limit).is_err());
            assert!(desk.before(Timestamp::MIN, limit).is_err());
            assert_eq!(desk.due(Timestamp::MIN, limit).is_err(), refused);
            assert_eq!(desk.before(Timestamp::MAX, limit).is_err(), refused);
        }
        let now = at(&desk, "2022-10-10 10:00");
        for limit in [limits[1], limits[2], limits[3]] {
            assert_eq!(desk.due(now, limit), Err(MissingYear { year: 2027 }));
            assert_eq!(desk.before(now, limit), Err(MissingYear { year: 2003 }));
        }
        assert!(desk.minutes_between(Timestamp::MIN, Timestamp::MAX).is_err());
        assert!(desk.days_between(Timestamp::MAX, Timestamp::MIN).is_err());
        assert!(desk.rests(Date::MIN, Date::MAX).is_err());
        assert!(desk.makeups(Date::MIN, Date::MAX).is_err());
        assert_eq!(desk.due(Timestamp::MAX, Limit::Minutes(1)), Err(MissingYear { year: 10_000 }));
    }
}

#[test]
fn no_working_time_at_all_is_the_next_working_moment() {
    // Cannot be written as text, but can be built.
    let desk = desk();
    for (from, next) in [("2022-10-10 12:30", "2022-10-10 13:30"), ("2022-10-10 09:00", "2022-10-10 09:00")] {
        assert_eq!(desk.due(at(&desk, from), Limit::WorkingMinutes(0)), Ok(at(&desk, next)));
    }
    for (due, last) in [
        ("2022-10-10 12:30", "2022-10-10 12:00"),
        ("2022-10-10 17:30", "2022-10-10 17:30"),
        ("2022-10-10 13:30:00.25", "2022-10-10 13:30:00.25"),
    ] {
        assert_eq!(desk.before(at(&desk, due), Limit::WorkingHours(0)), Ok(at(&desk, last)));
    }
}

#[test]
fn a_missing_year_survives_serde_and_business_time_prints_short() {
    let json = serde_json::to_string(&MissingYear { year: 2027 }).unwrap();
    assert_eq!(serde_json::from_str::<MissingYear>(&json).unwrap(), MissingYear { year: 2027 });
    assert!(format!("{:?}", desk()).len() < 2000);
}
