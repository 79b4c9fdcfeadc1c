//! The same rules once more, slowly: minute by minute and day by day in local time, without tables.

use std::sync::LazyLock;

use jiff::civil::Weekday;
use proptest::prelude::*;

use super::*;
use crate::days::Day;

/// Opening intervals in minutes since midnight, as the generator made them.
type Intervals = Vec<(i64, i64)>;

#[derive(Clone, Debug)]
struct Week {
    days: Vec<Intervals>,
    makeup: Option<Intervals>,
}

impl Week {
    fn json(&self) -> String {
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let list = |day: &Intervals| {
            let texts: Vec<String> =
                day.iter().map(|(from, to)| format!("\"{}-{}\"", clock(*from), clock(*to))).collect();
            format!("[{}]", texts.join(","))
        };
        let days = self.days.iter().zip(1..).map(|(day, number)| format!("\"{number}\":{}", list(day)));
        let makeup = self.makeup.iter().map(|day| format!("\"makeup\":{}", list(day)));
        format!("{{{}}}", days.chain(makeup).collect::<Vec<_>>().join(","))
    }

    fn on(&self, date: Date) -> Option<Intervals> {
        let own = self.days[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap()].clone();
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        Some(match Calendar::shipped().day(date).ok()? {
            Day::Rest => Vec::new(),
            Day::Work if !weekend => own,
            Day::Work => match &self.makeup {
                Some(makeup) => makeup.clone(),
                None if own.is_empty() => self.days.iter().find(|day| !day.is_empty()).unwrap().clone(),
                None => own,
            },
        })
    }

    fn open_at(&self, date: Date, minute: i64) -> Option<bool> {
        Some(self.on(date)?.iter().any(|(from, to)| (*from..*to).contains(&minute)))
    }

    /// Nothing when an unknown year is reached.
    fn due_minutes(&self, mut date: Date, mut minute: i64, mut left: u32) -> Option<(Date, i64)> {
        loop {
            if self.open_at(date, minute)? {
                left -= 1;
                if left == 0 {
                    return Some((date, minute + 1));
                }
            }
            (date, minute) = if minute == 1439 { (date.tomorrow().unwrap(), 0) } else { (date, minute + 1) };
        }
    }

    fn before_minutes(&self, mut date: Date, mut minute: i64, mut left: u32) -> Option<(Date, i64)> {
        loop {
            (date, minute) = if minute == 0 { (date.yesterday().unwrap(), 1439) } else { (date, minute - 1) };
            if self.open_at(date, minute)? {
                left -= 1;
                if left == 0 {
                    return Some((date, minute));
                }
            }
        }
    }

    fn due_days(&self, mut date: Date, minute: i64, days: u32) -> Option<(Date, i64)> {
        let mut left = days.max(1);
        if days == 0 && self.on(date)?.last().is_some_and(|(_, to)| *to > minute) {
            return self.on(date)?.last().map(|(_, to)| (date, *to));
        }
        loop {
            date = date.tomorrow().unwrap();
            if let Some((_, to)) = self.on(date)?.last() {
                left -= 1;
                if left == 0 {
                    return Some((date, *to));
                }
            }
        }
    }

    fn before_days(&self, mut date: Date, days: u32) -> Option<(Date, i64)> {
        let mut left = days;
        loop {
            date = date.yesterday().unwrap();
            if let Some((_, to)) = self.on(date)?.last() {
                left -= 1;
                if left == 0 {
                    return Some((date, *to));
                }
            }
        }
    }
}

/// So many cases, times what `./test long` asks for.
fn times(quick: u32) -> u32 {
    quick * std::env::var("QXE_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

fn days() -> impl Strategy<Value = Intervals> {
    prop_oneof![
        Just(vec![]),
        Just(vec![(510, 720), (810, 1050)]),
        Just(vec![(0, 1440)]),
        Just(vec![(600, 700), (700, 705), (900, 1440)]),
        Just(vec![(0, 60), (540, 1020)]),
    ]
}

fn weeks() -> impl Strategy<Value = Week> {
    let week = (prop::collection::vec(days(), 7), prop::option::of(days()));
    week.prop_map(|(days, makeup)| Week { days, makeup })
        .prop_filter("never open", |week| week.days.iter().take(5).any(|day| !day.is_empty()))
}

/// A day of the shipped years, more often near a change of year than chance would have it.
fn dates() -> impl Strategy<Value = Date> {
    let anywhere = (date(2004, 1, 1), 0i32..8401);
    let change =
        (prop_oneof![Just(date(2004, 1, 1)), Just(date(2021, 12, 20)), Just(date(2026, 12, 1))], 0i32..31);
    prop_oneof![
        3 => anywhere.1.prop_map(move |days| anywhere.0 + jiff::Span::new().days(days)),
        1 => change.prop_map(|(start, days)| start + jiff::Span::new().days(days)),
    ]
}

fn instant_of(desk: &BusinessTime, moment: (Date, i64)) -> Timestamp {
    let minutes = SignedDuration::from_mins(moment.1);
    desk.zone().to_timestamp(moment.0.at(0, 0, 0, 0)).unwrap() + minutes
}

/// An instant of the shipped years, to the nanosecond.
fn instants() -> impl Strategy<Value = Timestamp> {
    // 2004-01-05 to 2026-06-01, so that a limit has room on both sides.
    (1_073_232_000i64..1_780_272_000, 0i32..1_000_000_000).prop_map(|(second, nanosecond)| {
        Timestamp::new(second, if nanosecond % 3 == 0 { 0 } else { nanosecond }).unwrap()
    })
}

fn desks() -> impl Strategy<Value = &'static BusinessTime> {
    static DESKS: LazyLock<Vec<BusinessTime>> = LazyLock::new(|| {
        let calendar = Calendar::shipped;
        vec![
            desk(),
            within(calendar(), r#"{"mon-fri":["00:00-24:00"]}"#, "America/New_York"),
            within(calendar(), r#"{"mon-sun":["00:30-02:30","02:45-23:00"]}"#, "America/Sao_Paulo"),
            within(calendar(), r#"{"tue":["09:00-10:00"],"makeup":[]}"#, "Pacific/Apia"),
        ]
    });
    (0..DESKS.len()).prop_map(|number| &DESKS[number])
}

fn limits() -> impl Strategy<Value = (Limit, Limit)> {
    let ordered = |most: u32| (0..=most, 0..=most).prop_map(|(one, two)| (one.min(two), one.max(two)));
    prop_oneof![
        ordered(30).prop_map(|(low, high)| (Limit::WorkingDays(low), Limit::WorkingDays(high))),
        ordered(50).prop_map(|(low, high)| (Limit::WorkingHours(low), Limit::WorkingHours(high))),
        ordered(900).prop_map(|(low, high)| (Limit::WorkingMinutes(low), Limit::WorkingMinutes(high))),
        ordered(99).prop_map(|(low, high)| (Limit::Hours(low), Limit::Hours(high))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(times(96)))]

    #[test]
    fn tables_agree_with_counting_minutes_and_days(
        week in weeks(), date in dates(), minute in 0i64..1440, minutes in 1u32..4000, days in 0u32..31,
    ) {
        let desk = open(&week.json());
        let from = instant_of(&desk, (date, minute));
        let instant = |moment| instant_of(&desk, moment);
        prop_assert_eq!(desk.due(from, Limit::WorkingMinutes(minutes)).ok(), week.due_minutes(date, minute, minutes).map(instant));
        prop_assert_eq!(desk.before(from, Limit::WorkingMinutes(minutes)).ok(), week.before_minutes(date, minute, minutes).map(instant));
        prop_assert_eq!(desk.due(from, Limit::WorkingDays(days)).ok(), week.due_days(date, minute, days).map(instant));
        if days > 0 {
            prop_assert_eq!(desk.before(from, Limit::WorkingDays(days)).ok(), week.before_days(date, days).map(instant));
        }
        prop_assert_eq!(desk.works(date).ok(), week.on(date).map(|day| !day.is_empty()));
        // Counted from the day's midnight to forty days on.
        let last = date + jiff::Span::new().days(40);
        let span = || date.series(jiff::Span::new().days(1)).take(41).map(|day| week.on(day));
        let counted: Option<i64> = span().map(|day| Some(day?.iter().map(|(from, to)| to - from).sum::<i64>())).sum();
        let whole = (instant((date, 0)), instant((last, 1439)) + SignedDuration::from_mins(1) - SignedDuration::from_nanos(1));
        let last_minute = week.open_at(last, 1439).map(i64::from);
        prop_assert_eq!(desk.minutes_between(whole.0, whole.1).ok(), counted.zip(last_minute).map(|(sum, cut)| sum - cut));
        let worked: Option<i64> = span().skip(1).map(|day| Some(i64::from(!day?.is_empty()))).sum();
        prop_assert_eq!(desk.days_between(whole.0, whole.1).ok(), worked);
        let rested: Option<u32> = span().map(|day| Some(u32::from(day?.is_empty()))).sum();
        let spans = desk.rests(date, last).ok();
        prop_assert_eq!(spans.as_ref().map(|spans| spans.iter().map(|span| span.days).sum()), rested);
        for pair in spans.unwrap_or_default().windows(2) {
            prop_assert!(pair[0].last.tomorrow().unwrap() < pair[1].first);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(times(1_000)))]

    #[test]
    fn a_later_start_or_a_longer_limit_is_never_due_earlier(
        desk in desks(), one in instants(), two in instants(), (low, high) in limits(),
    ) {
        let (early, late) = (one.min(two), one.max(two));
        if let (Ok(due_early), Ok(due_late)) = (desk.due(early, low), desk.due(late, low)) {
            prop_assert!(due_early <= due_late);
        }
        if let (Ok(due_low), Ok(due_high)) = (desk.due(early, low), desk.due(early, high)) {
            prop_assert!(early <= due_low && due_low <= due_high);
        }
        if let (Ok(early), Ok(late)) = (desk.before(early, low), desk.before(late, low)) {
            prop_assert!(early <= late);
        }
        if let (Ok(far), Ok(near)) = (desk.before(late, high), desk.before(late, low)) {
            prop_assert!(far <= near && near <= late);
        }
    }

    #[test]
    fn adding_subtracting_and_measuring_working_minutes_agree(
        desk in desks(), from in instants(), minutes in 1u32..900,
    ) {
        let start = desk.due(from, Limit::WorkingMinutes(0)).unwrap();
        if let Ok(due) = desk.due(from, Limit::WorkingMinutes(minutes)) {
            prop_assert_eq!(desk.minutes_between(from, due), Ok(i64::from(minutes)));
            prop_assert_eq!(desk.minutes_between(due, from), Ok(-i64::from(minutes)));
            prop_assert_eq!(desk.before(due, Limit::WorkingMinutes(minutes)), Ok(start));
        }
        prop_assert!(from <= start);
    }

    #[test]
    fn a_limit_of_working_days_is_that_many_days_away(desk in desks(), from in instants(), days in 1u32..31) {
        if let Ok(due) = desk.due(from, Limit::WorkingDays(days)) {
            prop_assert_eq!(desk.days_between(from, due - SignedDuration::from_secs(1)), Ok(i64::from(days)));
            prop_assert_eq!(desk.days_between(due - SignedDuration::from_secs(1), from), Ok(-i64::from(days)));
        }
    }
}
