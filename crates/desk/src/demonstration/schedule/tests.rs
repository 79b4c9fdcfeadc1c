//! Moments before any present instant of the known years.
use super::{LATEST_YESTERDAY, MINUTES_MOST, When};
use calendar::{BusinessTime, Calendar, Day, Hours};
use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

fn time_of() -> BusinessTime {
    BusinessTime::new(Calendar::shipped(), Hours::default(), TimeZone::get("Asia/Shanghai").unwrap())
}

fn when(text: &str) -> When {
    When::try_from(text.to_owned()).unwrap()
}

fn at(day: Date, hour: i8, minute: i8, business: &BusinessTime) -> Timestamp {
    day.at(hour, minute, 0, 0).to_zoned(business.zone().clone()).unwrap().timestamp()
}

#[test]
fn a_moment_reads_as_written_and_what_is_none_is_refused() {
    assert_eq!(when("-5 09:20"), When::Day { back: 5, at: time(9, 20, 0, 0) });
    assert_eq!(when("-30m"), When::Minutes(30));
    let late = format!("-1 {LATEST_YESTERDAY}");
    for text in ["", "5 09:20", "-0 09:20", "-5", "-5 25:00", "-m", "-91m", "-x 09:20", "-1 16:00", &late] {
        let mistake = When::try_from(text.to_owned()).unwrap_err();
        assert!(mistake.contains(&format!("`{text}`")), "{mistake}");
    }
}

#[test]
fn rest_days_and_make_up_days_are_seen() {
    let business = time_of();
    // 2022-10-08 and -09 were make-up days after the holiday of 1 to 7 October.
    let now = at(date(2022, 10, 10), 9, 0, &business);
    assert_eq!(when("-1 09:20").instant(now, &business), at(date(2022, 10, 9), 9, 20, &business));
    assert_eq!(when("-3 09:20").instant(now, &business), at(date(2022, 9, 30), 9, 20, &business));
    assert_eq!(when("-60m").instant(now, &business), at(date(2022, 10, 9), 17, 0, &business));
}

#[test]
fn a_year_without_a_notice_has_plain_weeks() {
    let business = time_of();
    let now = at(date(2027, 2, 10), 9, 0, &business);
    assert_eq!(when("-3 09:20").instant(now, &business), at(date(2027, 2, 5), 9, 20, &business));
    assert_eq!(when("-60m").instant(now, &business), at(date(2027, 2, 10), 8, 0, &business));
}

#[test]
fn on_every_day_and_at_every_hour_moments_keep_their_order_and_lie_before_now() {
    let business = time_of();
    let moments: Vec<When> =
        ["-25 09:00", "-2 17:29", "-1 08:30", "-1 15:59", "-90m", "-45m", "-8m"].map(when).to_vec();
    assert_eq!(moments[4], When::Minutes(MINUTES_MOST));
    let mut day = date(2005, 1, 1);
    while day < date(2027, 2, 20) {
        for (hour, minute) in [(0, 0), (8, 30), (8, 31), (12, 30), (14, 0), (17, 30), (23, 59)] {
            let now = at(day, hour, minute, &business);
            let instants: Vec<Timestamp> = moments.iter().map(|when| when.instant(now, &business)).collect();
            assert!(instants.is_sorted_by(|one, next| one < next), "{day} {hour}:{minute} {instants:?}");
            assert!(instants.iter().all(|instant| *instant <= now), "{day} {hour}:{minute} {instants:?}");
        }
        day += 1.day();
    }
}

#[test]
fn moments_fall_in_working_time_where_the_calendar_is_known() {
    let business = time_of();
    let now = at(date(2026, 2, 22), 3, 0, &business);
    for text in ["-20 09:20", "-1 13:40", "-30m"] {
        let moment = when(text).instant(now, &business).to_zoned(business.zone().clone());
        assert_eq!(business.calendar().day(moment.date()), Ok(Day::Work), "{text} {moment}");
        assert!(moment.time() >= time(8, 30, 0, 0) && moment.time() <= time(17, 30, 0, 0), "{text} {moment}");
    }
}
