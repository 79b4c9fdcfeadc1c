use super::*;

fn refusal(json: &str) -> String {
    Hours::parse(json).unwrap_err().to_string()
}

#[test]
fn the_default_hours_leave_out_lunch() {
    let json = serde_json::to_string(&Hours::default()).unwrap();
    let day = r#"["08:30-12:00","13:30-17:30"]"#;
    assert_eq!(json, format!(r#"{{"mon":{day},"tue":{day},"wed":{day},"thu":{day},"fri":{day}}}"#));
    assert_eq!(Hours::parse(&json), Ok(Hours::default()));
}

#[test]
fn every_spelling_of_a_key_and_an_interval_means_the_same() {
    for json in [
        r#"{"mon-fri":["08:30-12:00","13:30-17:30"]}"#,
        r#"{"Mon - Fri":["13:30-17:30","08:30-12:00"]}"#,
        r#"{"monday-thursday":["8:30-12:00","13:30-17:30"],"FRIDAY":[["08:30","12:00"],["13:30","17:30"]]}"#,
        r#"{"1-4":[{"from":"08:30","to":"12:00"},{"to":"17:30","from":"13:30"}],"5":["08:30–12:00","13：30~17：30"]}"#,
        r#"{"周一至周五":["08:30-12:00","13:30-17:30"],"周日":[],"sat":null}"#,
        r#"{"星期一-星期四":["08:30-12:00","13:30-17:30"],"周五":["08:30-12:00","13:30-17:30"],"星期天":[]}"#,
        "\u{feff}{\"mon-tues\":[\"08:30-12:00\",\"13:30-17:30\"],\"3-5\":[\"08:30-12:00\",\"13:30-17:30\"]}",
    ] {
        assert_eq!(Hours::parse(json), Ok(Hours::default()), "{json}");
    }
}

#[test]
fn one_interval_may_stand_without_a_list_and_end_at_midnight() {
    let hours = Hours::parse(r#"{"fri":"00:00-24:00"}"#).unwrap();
    assert_eq!(hours.of_working_day(Weekday::Friday), [Interval { from: 0, to: 1440 }]);
    assert!(hours.of_working_day(Weekday::Monday).is_empty());
    assert_eq!(serde_json::to_string(&hours).unwrap(), r#"{"fri":["00:00-24:00"]}"#);
}

#[test]
fn make_up_days_take_their_own_hours_then_the_weekend_s_then_the_first_open_weekday_s() {
    let at = |from| [Interval { from, to: from + 60 }];
    let neither = Hours::parse(r#"{"tue":["01:00-02:00"],"wed":["02:00-03:00"]}"#).unwrap();
    assert_eq!(neither.of_working_day(Weekday::Saturday), at(60));
    let weekend = Hours::parse(r#"{"tue":["01:00-02:00"],"sat":["03:00-04:00"]}"#).unwrap();
    assert_eq!(weekend.of_working_day(Weekday::Saturday), at(180));
    assert_eq!(weekend.of_working_day(Weekday::Sunday), at(60));
    for key in ["makeup", "make-up", "Makeup", "调休"] {
        let given = Hours::parse(&format!(
            r#"{{"tue":["01:00-02:00"],"sat":["03:00-04:00"],"{key}":["04:00-05:00"]}}"#
        ));
        assert_eq!(given.as_ref().unwrap().of_working_day(Weekday::Saturday), at(240));
        let json = serde_json::to_string(given.as_ref().unwrap()).unwrap();
        assert_eq!(Hours::parse(&json), given);
    }
    let closed = Hours::parse(r#"{"tue":["01:00-02:00"],"makeup":[]}"#).unwrap();
    assert!(closed.of_working_day(Weekday::Saturday).is_empty());
}

#[test]
fn intervals_that_touch_do_not_overlap() {
    assert!(Hours::parse(r#"{"mon":["08:00-12:00","12:00-17:00"]}"#).is_ok());
    let refusal = refusal(r#"{"mon":["11:59-17:00","08:00-12:00"]}"#);
    assert!(refusal.starts_with("`08:00-12:00` and `11:59-17:00` under `mon` overlap: "), "{refusal}");
}

#[test]
fn an_empty_or_backward_interval_is_refused() {
    for interval in ["12:00-12:00", "17:00-08:00", "22:00-00:00", "24:00-24:00"] {
        let refusal = refusal(&format!(r#"{{"mon":["{interval}"]}}"#));
        assert!(
            refusal.starts_with(&format!("`{interval}` under `mon` is empty or backward: ")),
            "{refusal}"
        );
    }
}

#[test]
fn an_unreadable_interval_is_refused_with_the_forms_there_are() {
    for found in [
        r#""0830-1200""#,
        r#""08:30""#,
        r#""08:60-12:00""#,
        r#""24:01-24:30""#,
        r#""08:30-12:00-13:00""#,
        "830",
        r#"["08:30"]"#,
        r#"{"from":"08:30"}"#,
        r#"{"from":"08:30","to":"12:00","x":1}"#,
        r#""+8:30-12:00""#,
        "[8,12]",
        r#""-""#,
    ] {
        let refusal = refusal(&format!(r#"{{"Mon":[{found}]}}"#));
        assert!(refusal.starts_with(&format!("{found} under `Mon` is not an interval: ")), "{refusal}");
    }
    assert!(refusal(r#"{"mon":5}"#).starts_with("5 under `mon` is not an interval"));
}

#[test]
fn an_unknown_weekday_or_a_backward_range_is_refused() {
    for key in ["", "moon", "0", "8", "周八", "fri-mon", "mon-", "-", "mon-wed-fri", "周"] {
        let refusal = refusal(&format!(r#"{{"{key}":["08:30-12:00"]}}"#));
        assert!(refusal.starts_with(&format!("`{key}` is not a weekday: write mon to sun")), "{refusal}");
    }
}

#[test]
fn a_weekday_given_twice_is_refused() {
    let day = r#"["08:30-12:00"]"#;
    for (first, second, name) in [
        ("mon", "mon", "mon"),
        ("mon-fri", "周三", "wed"),
        ("1", "Monday", "mon"),
        ("makeup", "调休", "makeup"),
    ] {
        let refusal = refusal(&format!(r#"{{"{first}":{day},"{second}":{day}}}"#));
        assert!(refusal.starts_with(&format!("`{name}` is given twice")), "{refusal}");
    }
}

#[test]
fn a_week_that_is_never_open_is_refused() {
    for json in ["{}", r#"{"mon":[]}"#, r#"{"sat":["08:30-12:00"],"makeup":["08:30-12:00"]}"#] {
        assert_eq!(Hours::parse(json), Err(HoursMistake::NeverOpen), "{json}");
    }
}

#[test]
fn a_day_may_have_no_more_than_24_intervals() {
    let hours: Vec<String> = (0..24).map(|hour| format!("\"{hour:02}:00-{hour:02}:30\"")).collect();
    let json = |more| format!(r#"{{"mon":[{}{more}]}}"#, hours.join(","));
    assert!(Hours::parse(&json("")).is_ok());
    assert_eq!(refusal(&json(r#","23:40-23:50""#)), "`mon` has 25 intervals: at most 24 a day");
}

#[test]
fn what_is_no_object_is_refused_with_an_example() {
    for json in ["", "[]", "5", "{\"mon\":", "{} {}", &"[".repeat(100_000)] {
        assert!(refusal(json).starts_with("opening hours are a JSON object such as {\"mon-fri\":"), "{json}");
    }
}

#[test]
fn serde_refuses_with_the_same_words() {
    let error = serde_json::from_str::<Hours>(r#"{"moon":[]}"#).unwrap_err().to_string();
    assert!(error.contains("`moon` is not a weekday"), "{error}");
}
