use super::date::due;
use super::{Bell, Bells, Capped, Change, ClockState, Conditions, Due, End, Extension, Moment, Reason, why};
use crate::tests::scene::{TIME, at, time_with};
use crate::tests::together::LEAD_V2;
use crate::text::Language;
use calendar::Limit;
use indexmap::IndexMap;
use jiff::Timestamp;

fn on(key: &str) -> Moment {
    Moment::On(key.into())
}

fn conditions() -> Conditions {
    let one = |key: &str| vec![on(key)];
    Conditions {
        start: one("start"),
        pause: one("pause"),
        resume: one("resume"),
        stop: one("stop"),
        cancel: one("cancel"),
        reset: one("reset"),
    }
}

fn limit(text: &str) -> Limit {
    text.parse().unwrap()
}

/// A clock of `limit` that starts at `start`, and what it hears: a word and the time.
fn heard(limit_text: &str, warn: Option<&str>, start: &str, moments: &[(&str, &str)]) -> ClockState {
    let bells = bells(warn);
    let mut clock = ClockState::start(limit(limit_text), at(start));
    clock.date(&bells, &TIME);
    for (word, when) in moments {
        clock.hear(&conditions(), &on(word), at(when));
        clock.date(&bells, &TIME);
    }
    clock
}

fn bells(warn: Option<&str>) -> Bells {
    Bells { before: warn.map(limit).into_iter().collect(), after: vec![] }
}

/// When the first warning comes.
fn warns(clock: &ClockState) -> Option<Timestamp> {
    clock.warnings.first()?.at
}

fn due_of(clock: &ClockState) -> Option<Timestamp> {
    clock.due_at()
}

#[test]
fn a_pause_adds_the_working_days_after_its_first_day() {
    let due = |from, to| due_of(&heard("2wd", None, "2026-03-02 09:00", &[("pause", from), ("resume", to)]));
    // Within one day: nothing. Over a night: one day. Over a weekend: the Monday alone.
    assert_eq!(due("2026-03-02 10:00", "2026-03-02 16:00"), Some(at("2026-03-04 17:30")));
    assert_eq!(due("2026-03-02 16:00", "2026-03-03 09:00"), Some(at("2026-03-05 17:30")));
    assert_eq!(due("2026-03-06 16:00", "2026-03-09 09:00"), Some(at("2026-03-05 17:30")));
    // The Lunar New Year of 2026 rests from 15 to 23 February; the 14th and the 28th are made up.
    let holiday = [("pause", "2026-02-13 10:00"), ("resume", "2026-02-24 10:00")];
    assert_eq!(due_of(&heard("1wd", None, "2026-02-13 09:00", &holiday)), Some(at("2026-02-25 17:30")));
}

#[test]
fn a_pause_of_a_clock_in_working_hours_adds_the_working_minutes_that_passed() {
    let pauses = [("pause", "2026-03-02 11:00"), ("resume", "2026-03-02 14:00")];
    // One hour before lunch and half an hour after it.
    assert_eq!(due_of(&heard("4wh", None, "2026-03-02 09:00", &pauses)), Some(at("2026-03-02 16:00")));
    assert_eq!(due_of(&heard("240wm", None, "2026-03-02 09:00", &pauses)), Some(at("2026-03-02 16:00")));
}

#[test]
fn a_pause_of_a_clock_in_clock_time_adds_what_passed_day_and_night() {
    let pauses = [("pause", "2026-03-02 23:00"), ("resume", "2026-03-03 02:30")];
    assert_eq!(due_of(&heard("2h", None, "2026-03-02 22:00", &pauses)), Some(at("2026-03-03 03:30")));
    assert_eq!(due_of(&heard("30m", None, "2026-03-02 22:45", &pauses)), Some(at("2026-03-03 02:45")));
}

#[test]
fn several_pauses_add_up() {
    let pauses = [
        ("pause", "2026-03-02 10:00"),
        ("resume", "2026-03-03 10:00"),
        ("pause", "2026-03-04 10:00"),
        ("resume", "2026-03-06 10:00"),
    ];
    let clock = heard("5wd", None, "2026-03-02 09:00", &pauses);
    assert_eq!((due_of(&clock), clock.pauses.len()), (Some(at("2026-03-12 17:30")), 2));
}

#[test]
fn a_clock_at_rest_has_no_due_time_and_is_never_overdue() {
    let clock = heard("1wd", Some("1wh"), "2026-03-02 09:00", &[("pause", "2026-03-02 10:00")]);
    assert!(clock.is_paused() && !clock.is_running());
    assert_eq!((clock.due, warns(&clock)), (None, None));
    assert!(!clock.is_overdue(at("2027-01-01 09:00")));
}

#[test]
fn the_six_conditions_move_a_clock() {
    let mut clock = heard("1wd", None, "2026-03-02 09:00", &[]);
    let mut hear = |word: &str| clock.hear(&conditions(), &on(word), at("2026-03-02 10:00"));
    // Starting and starting anew are the engine's, which knows the limit.
    assert_eq!((hear("start"), hear("reset"), hear("resume"), hear("other")), (None, None, None, None));
    assert_eq!((hear("pause"), hear("pause")), (Some(Change::Paused), None));
    assert_eq!((hear("resume"), hear("resume")), (Some(Change::Resumed), None));
    assert_eq!((hear("stop"), hear("pause"), hear("cancel")), (Some(Change::Stopped), None, None));
    let mut called_off = heard("1wd", None, "2026-03-02 09:00", &[]);
    let change = called_off.hear(&conditions(), &on("cancel"), at("2026-03-02 10:00"));
    assert_eq!(change, Some(Change::Cancelled));
    assert_eq!(called_off.end, Some(End::Cancelled(at("2026-03-02 10:00"))));
}

#[test]
fn a_clock_that_is_paused_and_stopped_by_the_same_moment_stops() {
    let both = Conditions { pause: vec![on("stop")], ..conditions() };
    let mut clock = heard("1wd", None, "2026-03-02 09:00", &[]);
    assert_eq!(clock.hear(&both, &on("stop"), at("2026-03-02 10:00")), Some(Change::Stopped));
    assert!(!clock.is_paused());
}

#[test]
fn overdue_begins_after_the_due_instant_and_ends_when_it_is_done_late_is_for_ever() {
    let running = heard("1wd", None, "2026-03-02 09:00", &[]);
    let due = at("2026-03-03 17:30");
    assert!(!running.is_overdue(due) && running.is_overdue(due + jiff::SignedDuration::from_micros(1)));
    assert!(!running.finished_late());
    let late = heard("1wd", None, "2026-03-02 09:00", &[("stop", "2026-03-03 17:31")]);
    assert!(late.finished_late() && !late.is_overdue(at("2026-03-09 09:00")));
    let punctual = heard("1wd", None, "2026-03-02 09:00", &[("stop", "2026-03-03 17:30")]);
    assert!(!punctual.finished_late());
    let called_off = heard("1wd", None, "2026-03-02 09:00", &[("cancel", "2026-03-09 09:00")]);
    assert!(!called_off.finished_late());
}

#[test]
fn a_clock_that_is_done_while_it_rests_is_late_if_it_would_have_been() {
    let done = |pause| {
        heard("1wd", None, "2026-03-02 09:00", &[("pause", pause), ("stop", "2026-03-10 09:00")])
            .finished_late()
    };
    assert!(!done("2026-03-03 10:00"));
    assert!(done("2026-03-05 10:00"));
}

#[test]
fn a_warning_before_the_start_says_nothing() {
    let warns = |before| self::warns(&heard("1wd", Some(before), "2026-03-02 09:00", &[]));
    assert_eq!(warns("2wh"), Some(at("2026-03-03 15:30")));
    assert_eq!(warns("1wd"), Some(at("2026-03-02 17:30")));
    assert_eq!(warns("2wd"), None);
    assert_eq!(warns("100h"), None);
}

#[test]
fn what_was_warned_of_is_said_again_only_for_a_later_time() {
    let mut clock = heard("2wd", Some("1wd"), "2026-03-02 09:00", &[]);
    assert_eq!(warns(&clock), Some(at("2026-03-03 17:30")));
    clock.warnings[0] = Bell { at: None, rang: Some(at("2026-03-03 17:30")) };
    let mut again = |from, to| {
        clock.hear(&conditions(), &on("pause"), at(from));
        clock.hear(&conditions(), &on("resume"), at(to));
        clock.date(&bells(Some("1wd")), &TIME);
        warns(&clock)
    };
    assert_eq!(again("2026-03-04 09:00", "2026-03-04 10:00"), None);
    assert_eq!(again("2026-03-04 11:00", "2026-03-05 10:00"), Some(at("2026-03-04 17:30")));
}

#[test]
fn a_breach_stays_and_is_not_warned_of_again() {
    let mut clock = heard("1wd", Some("2wh"), "2026-03-02 09:00", &[]);
    clock.breached = Some(at("2026-03-04 09:00"));
    clock.hear(&conditions(), &on("pause"), at("2026-03-05 09:00"));
    clock.hear(&conditions(), &on("resume"), at("2026-03-09 09:00"));
    clock.date(&bells(Some("2wh")), &TIME);
    assert_eq!((clock.breached, warns(&clock)), (Some(at("2026-03-04 09:00")), None));
}

#[test]
fn a_due_time_in_a_year_without_its_notice_is_undated_until_the_notice_comes() {
    let mut clock = heard("1wd", Some("1wh"), "2026-12-31 09:00", &[]);
    assert_eq!(
        (clock.due, clock.undated(), warns(&clock)),
        (Some(Due::Undated { year: 2027 }), Some(2027), None)
    );
    assert!(clock.is_running() && !clock.is_overdue(at("2027-06-01 09:00")));
    clock.date(&bells(None), &time_with("2027-01-01,holiday"));
    assert_eq!(clock.due, Some(Due::At(at("2027-01-04 17:30"))));
    // Clock time needs no calendar.
    assert_eq!(due_of(&heard("48h", None, "2026-12-31 09:00", &[])), Some(at("2027-01-02 09:00")));
}

#[test]
fn the_due_time_of_an_ended_clock_never_changes() {
    let ended = heard("1wd", None, "2026-03-02 09:00", &[("stop", "2026-03-02 10:00")]);
    let mut dated = ended.clone();
    dated.date(&bells(None), &time_with("2026-03-03,holiday"));
    assert_eq!(dated, ended);
}

#[test]
fn no_limit_and_no_pause_overflow() {
    for text in ["3650wd", "87600wh", "5256000wm", "87600h", "5256000m"] {
        let pause = super::Pause { from: at("1990-01-01 00:00"), to: Some(at("2990-01-01 00:00")) };
        // Years this far are unknown or fine; what counts is that it answers.
        let _ = due(at("2026-03-02 09:00"), limit(text), &[pause], &TIME);
    }
    let _ = due(Timestamp::MAX, limit("87600h"), &[], &TIME);
}

#[test]
fn a_clock_reads_back_from_json_as_it_was() {
    let pauses =
        [("pause", "2026-03-02 10:00"), ("resume", "2026-03-03 10:00"), ("pause", "2026-03-04 10:00")];
    let clock = heard("5wd", Some("1wd"), "2026-03-02 09:00", &pauses);
    let written = serde_json::to_string(&clock).unwrap();
    assert_eq!(serde_json::from_str::<ClockState>(&written).unwrap(), clock);
}

#[test]
fn why_a_clock_is_due_lists_its_start_its_limit_its_rests_and_the_days_that_did_not_count() {
    let clock = heard("1wd", None, "2022-09-30 16:50", &[]);
    let said = |language| {
        why(&clock, &IndexMap::new(), &TIME).iter().map(|reason| reason.message(language)).collect::<Vec<_>>()
    };
    assert_eq!(
        said(Language::En),
        [
            "started 2022-09-30 16:50",
            "limit 1 working day, the first day not counted",
            "2022-10-01 to 2022-10-07 are rest days and do not count",
            "2022-10-08 is a make-up working day and counts",
            "due 2022-10-08 17:30",
        ]
    );
    assert_eq!(said(Language::Zh)[2], "2022-10-01 至 2022-10-07 休息，不计");
}

#[test]
fn why_tells_of_pauses_ends_and_missing_years() {
    let moments =
        [("pause", "2026-03-02 10:00"), ("resume", "2026-03-03 10:00"), ("stop", "2026-03-03 11:00")];
    let clock = heard("2h", None, "2026-03-02 09:00", &moments);
    let reasons = why(&clock, &IndexMap::new(), &TIME);
    assert!(
        matches!(reasons[2], Reason::Paused { .. }) && matches!(reasons[4], Reason::Stopped(_)),
        "{reasons:?}"
    );
    assert!(
        !reasons.iter().any(|reason| matches!(reason, Reason::Rest { .. })),
        "clock time counts every day"
    );
    let resting = heard("2h", None, "2026-03-02 09:00", &moments[..1]);
    assert!(matches!(why(&resting, &IndexMap::new(), &TIME)[..], [_, _, Reason::Resting(_)]));
    let undated = heard("1wd", None, "2026-12-31 09:00", &[]);
    assert!(matches!(why(&undated, &IndexMap::new(), &TIME)[..], [_, _, Reason::Undated(2027)]));
    let called_off = heard("2h", None, "2026-03-02 09:00", &[("cancel", "2026-03-02 10:00")]);
    assert!(matches!(
        why(&called_off, &IndexMap::new(), &TIME)[..],
        [_, _, Reason::Due(_), Reason::Cancelled(_)]
    ));
}

#[test]
fn every_reason_is_said_in_both_languages() {
    let zoned = at("2026-03-02 09:00").to_zoned(TIME.zone().clone());
    let day = zoned.date();
    let reasons = [
        Reason::Started(zoned.clone()),
        Reason::Limit(limit("3wd"), None),
        Reason::Limit(limit("3wh"), None),
        Reason::Limit(limit("3wm"), None),
        Reason::Limit(limit("3h"), None),
        Reason::Limit(limit("3m"), None),
        Reason::Paused { from: zoned.clone(), to: zoned.clone() },
        Reason::Resting(zoned.clone()),
        Reason::Rest { first: day, last: day },
        Reason::Rest { first: day, last: day.tomorrow().unwrap() },
        Reason::MakeUp(day),
        Reason::Due(zoned.clone()),
        Reason::Undated(2027),
        Reason::Stopped(zoned.clone()),
        Reason::Cancelled(zoned),
    ];
    let mut said: Vec<String> = vec![];
    for reason in &reasons {
        said.extend(Language::ALL.map(|language| reason.message(language)));
    }
    assert!(said.iter().all(|text| text.contains(['2', '3'])), "{said:?}");
    let different: std::collections::BTreeSet<&String> = said.iter().collect();
    assert_eq!(different.len(), said.len(), "{said:?}");
}

/// A clock that was given days, and whose bells ring before and after its due time.
fn extended(limit_text: &str, days: &[u32], before: &[&str], after: &[&str]) -> (ClockState, Bells) {
    let limits = |texts: &[&str]| texts.iter().copied().map(limit).collect();
    let bells = Bells { before: limits(before), after: limits(after) };
    let mut clock = ClockState::start(limit(limit_text), at("2026-03-02 09:00"));
    clock.extensions =
        days.iter().map(|days| Extension { at: at("2026-03-02 10:00"), days: *days }).collect();
    clock.date(&bells, &TIME);
    (clock, bells)
}

#[test]
fn an_extension_counts_working_days_on_from_the_due_time_before_it() {
    let due = |limit, days: &[u32]| extended(limit, days, &[], &[]).0.due_at();
    assert_eq!(due("3wd", &[]), Some(at("2026-03-05 17:30")));
    assert_eq!(due("3wd", &[1]), Some(at("2026-03-06 17:30")));
    assert_eq!(due("3wd", &[1, 2]), Some(at("2026-03-10 17:30")));
    // From a due time in clock time it goes on to the end of the working day.
    assert_eq!(due("30m", &[1]), Some(at("2026-03-03 17:30")));
}

#[test]
fn every_warning_and_every_rung_has_its_own_time_and_a_rung_rings_once() {
    let (mut clock, bells) = extended("3wd", &[], &["2wd", "2wh", "9wd"], &["1wd", "2wh", "30m"]);
    let times = |bells: &[Bell]| bells.iter().map(|bell| bell.at).collect::<Vec<_>>();
    let warnings = [Some(at("2026-03-03 17:30")), Some(at("2026-03-05 15:30")), None];
    assert_eq!(times(&clock.warnings), warnings);
    let rungs = [Some(at("2026-03-06 17:30")), Some(at("2026-03-06 10:30")), Some(at("2026-03-05 18:00"))];
    assert_eq!(times(&clock.rungs), rungs);
    clock.rungs[2] = Bell { at: None, rang: Some(at("2026-03-05 18:00")) };
    clock.extensions.push(Extension { at: at("2026-03-05 18:00"), days: 5 });
    clock.date(&bells, &TIME);
    assert_eq!(times(&clock.rungs), [Some(at("2026-03-13 17:30")), Some(at("2026-03-13 10:30")), None]);
    clock.hear(&conditions(), &on("pause"), at("2026-03-06 09:00"));
    assert_eq!((times(&clock.warnings), times(&clock.rungs)), (vec![None; 3], vec![None; 3]));
    clock.hear(&conditions(), &on("stop"), at("2026-03-06 09:00"));
    clock.date(&bells, &TIME);
    assert_eq!((times(&clock.warnings), times(&clock.rungs)), (vec![None; 3], vec![None; 3]));
}

#[test]
fn a_cap_is_never_passed_unless_it_lies_before_the_start() {
    let due = |limit_text: &str, day: &str, before: &str| {
        let mut clock = ClockState::start(limit(limit_text), at("2026-03-02 09:00"));
        clock.cap = Some(Capped { day: day.parse().unwrap(), before: limit(before) });
        clock.date(&bells(None), &TIME);
        clock.due_at()
    };
    assert_eq!(due("3wd", "2026-03-20", "1wd"), Some(at("2026-03-05 17:30")));
    assert_eq!(due("3wd", "2026-03-05", "1wd"), Some(at("2026-03-04 17:30")));
    assert_eq!(due("3wd", "2026-03-05", "2wh"), Some(at("2026-03-05 15:30")));
    assert_eq!(due("3wd", "2026-03-05", "0wd"), Some(at("2026-03-05 17:30")));
    // The day before today is past, so the end of the day itself; yesterday is past altogether.
    assert_eq!(due("3wd", "2026-03-02", "1wd"), Some(at("2026-03-02 17:30")));
    assert_eq!(due("3wd", "2026-03-01", "1wd"), Some(at("2026-03-05 17:30")));
    // A day of rest: the working day before it counts, or midnight at its end.
    assert_eq!(due("30wd", "2026-03-08", "1wd"), Some(at("2026-03-06 17:30")));
    assert_eq!(due("30wd", "2026-03-08", "0wd"), Some(at("2026-03-06 17:30")));
    assert_eq!(due("30wd", "2027-03-08", "1wd"), None, "a year that is not known");
}

#[test]
fn a_cap_within_the_known_years_dates_a_limit_that_reaches_beyond_them() {
    let capped = |day: &str| {
        let mut clock = ClockState::start(limit("60wd"), at("2026-11-23 09:00"));
        clock.cap = Some(Capped { day: day.parse().unwrap(), before: limit("0wd") });
        clock.date(&bells(None), &TIME);
        clock
    };
    let known = capped("2026-11-27");
    assert_eq!(due_of(&known), Some(at("2026-11-27 17:30")));
    assert!(known.is_capped(&TIME));
    // Before the start it says nothing, and next year has no days yet.
    for day in ["2026-11-20", "2027-01-05"] {
        let unknown = capped(day);
        assert_eq!(
            (unknown.due, unknown.is_capped(&TIME)),
            (Some(Due::Undated { year: 2027 }), false),
            "{day}"
        );
    }
}

#[test]
fn why_tells_of_extensions_of_the_cap_and_of_the_name_of_the_limit() {
    let (mut clock, bells) = extended("3wd", &[2], &[], &[]);
    clock.named = Some("simple".into());
    clock.cap = Some(Capped { day: "2026-03-09".parse().unwrap(), before: limit("1wd") });
    clock.date(&bells, &TIME);
    let limits = &LEAD_V2.limits;
    let said = |clock: &ClockState, language| {
        why(clock, limits, &TIME).iter().map(|reason| reason.message(language)).collect::<Vec<_>>()
    };
    assert_eq!(
        said(&clock, Language::En),
        [
            "started 2026-03-02 09:00",
            "limit 3 working days (Simple matter), the first day not counted",
            "extended 2026-03-02 10:00 by 2 working days",
            "due no later than 1 working day before the end of 2026-03-09",
            "due 2026-03-06 17:30",
        ]
    );
    assert_eq!(
        said(&clock, Language::Zh)[1..4],
        [
            "时限 3 个工作日（简单事项），首日不计",
            "2026-03-02 10:00 延长 2 个工作日",
            "不得晚于 2026-03-09 结束前 1 个工作日"
        ]
    );
    // A cap that changes nothing is not told of.
    clock.cap = Some(Capped { day: "2026-03-20".parse().unwrap(), before: limit("1wd") });
    clock.date(&bells, &TIME);
    assert!(!why(&clock, limits, &TIME).iter().any(|reason| matches!(reason, Reason::Capped { .. })));
}
