use crate::binary::{answer, refusal, run, run_with};
use std::fs;

#[test]
fn days_are_a_line_each() {
    let out = answer(&["calendar", "days", "--from", "2022-10-07", "--to", "2022-10-10"]);
    assert_eq!(out, "2022-10-07,rest\n2022-10-08,work\n2022-10-09,work\n2022-10-10,work\n");
    let year = answer(&["calendar", "days", "--from", "2022-01-01", "--to", "2022-12-31"]);
    assert_eq!(year.lines().filter(|line| line.ends_with(",work")).count(), 249);
    assert_eq!(answer(&["calendar", "days", "--from", "2022-10-08", "--to", "2022-10-07"]), "");
}

#[test]
fn days_of_an_unknown_year_are_refused_whole() {
    let err = refusal(&["calendar", "days", "--from", "2026-12-31", "--to", "2027-01-01"]);
    assert!(err.contains("2027"), "{err}");
}

#[test]
fn a_limit_is_over_at_an_instant_with_the_offset_of_its_zone() {
    let due = |from, limit, more: &[&str]| {
        answer(&[&["calendar", "due", "--from", from, "--limit", limit], more].concat())
    };
    assert_eq!(due("2022-09-30T16:50:00+08:00", "1wd", &[]), "2022-10-08T17:30:00+08:00\n");
    assert_eq!(due("2022-09-30T08:50:00Z", "3wd", &[]), "2022-10-10T17:30:00+08:00\n");
    assert_eq!(due("2022-09-30T16:50", "2h", &[]), "2022-09-30T18:50:00+08:00\n");
    assert_eq!(due("2022-09-30T16:50", "1wh", &[]), "2022-10-08T08:50:00+08:00\n");
    assert_eq!(due("2022-09-30T16:50", "2h", &["--zone", "Europe/Berlin"]), "2022-09-30T18:50:00+02:00\n");
}

#[test]
fn hours_and_calendar_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let hours = write("hours.json", r#"{"mon-fri":["09:00-12:00"],"makeup":["10:00-11:00"]}"#);
    let from = ["calendar", "due", "--from", "2022-09-30T16:50", "--limit", "1wd"];
    assert_eq!(answer(&[&from[..], &["--hours", &hours]].concat()), "2022-10-08T11:00:00+08:00\n");
    let calendar = write("c.csv", "date,kind\n2022-10-03,holiday\n");
    assert_eq!(answer(&[&from[..], &["--calendar", &calendar]].concat()), "2022-10-04T17:30:00+08:00\n");
    let shown = answer(&["calendar", "show", "--calendar", &calendar]);
    assert!(shown.ends_with("\nyears 2022\n"), "{shown}");

    let bad = write("bad.csv", "date,kind\n2022-10-03,feast\n2022-10-08,holiday\n");
    let err = refusal(&[&from[..], &["--calendar", &bad]].concat());
    assert!(err.contains(&format!("{bad}:2: ")) && err.contains(&format!("{bad}:3: ")), "{err}");
    let bad = write("bad.json", r#"{"mon":["12:00-09:00"]}"#);
    assert!(refusal(&[&from[..], &["--hours", &bad]].concat()).contains("12:00-09:00"));
}

#[test]
fn one_bad_case_is_refused_by_name() {
    let due = |from, limit| refusal(&["calendar", "due", "--from", from, "--limit", limit]);
    assert!(due("2026-12-30T10:00", "9wd").contains("2027"));
    assert!(due("yesterday", "9wd").contains("`yesterday`"));
    assert!(due("2022-09-30T16:50", "9days").contains("`9days`"));
    // The clocks of Shanghai went from 02:00 to 03:00 that night.
    assert!(due("1991-04-14T02:30", "2h").contains("offset"));
}

#[test]
fn cases_keep_their_order_whatever_becomes_of_each() {
    let cases = r#"{"id":1,"from":"2022-09-30T16:50:00+08:00","limit":"1wd"}
{"id":"zwei","from":"2022-09-30T16:50:00+08:00","limit":"1 wd"}

{"id":3,"from":
{"id":4,"limit":"2h"}
{"id":5,"from":"2026-12-31T10:00","limit":"3wd"}
{"id":6,"from":"2022-09-09T10:00","limit":"1wh","hours":{"mon":["09:00-12:00"]},"note":"other keys are no concern"}
{"id":7,"from":"2022-09-09T10:00","limit":"1wh","zone":"Mars/Base"}
{"id":8,"from":"2022-09-09T10:00","limit":"1wh","hours":"hours.json"}
["id",9,"2022-09-09T10:00","1wh"]
{"id":123456789012345678901234567890.0,"from":"2022-09-09T10:00","limit":"15wd","zone":null}
"#;
    let ran = run_with(&["calendar", "due", "--cases", "-"], cases);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let expected = [
        r#"{"id":1,"due":"2022-10-08T17:30:00+08:00"}"#,
        r#"{"id":"zwei","error":{"code":"INVALID_LIMIT","message":"#,
        r#"{"id":null,"error":{"code":"INVALID_JSON","message":"#,
        r#"{"id":4,"error":{"code":"INVALID_FROM","message":"#,
        r#"{"id":5,"error":{"code":"CALENDAR_MISSING","message":"#,
        r#"{"id":6,"due":"2022-09-19T10:00:00+08:00"}"#,
        r#"{"id":7,"error":{"code":"INVALID_ZONE","message":"#,
        r#"{"id":8,"error":{"code":"INVALID_HOURS","message":"#,
        r#"{"id":null,"error":{"code":"INVALID_JSON","message":"#,
        r#"{"id":123456789012345678901234567890.0,"due":"2022-10-08T17:30:00+08:00"}"#,
    ];
    assert_eq!(ran.out.lines().count(), expected.len(), "{}", ran.out);
    for (line, expected) in ran.out.lines().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
}

#[test]
fn many_cases_of_many_hours_stream_through() {
    let case = |id: u32| {
        let (open, minute) = (8 + id % 3, id % 60);
        format!(
            r#"{{"id":{id},"from":"2022-09-30T10:{minute:02}","limit":"1wd","hours":{{"mon-fri":["{open:02}:{minute:02}-17:30"]}}}}"#
        )
    };
    let cases: String = (0..2_000).map(|id| case(id) + "\n").collect();
    let ran = run_with(&["calendar", "due", "--cases", "-"], &cases);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 2_000), "{}", ran.err);
    assert!(ran.out.lines().all(|line| line.ends_with(r#""due":"2022-10-08T17:30:00+08:00"}"#)));
}

#[test]
fn wrong_usage_is_exit_2() {
    for arguments in [
        &["calendar", "due", "--limit", "1wd"][..],
        &["calendar", "due", "--from", "2022-09-30T16:50", "--limit", "1wd", "--cases", "-"],
        &["calendar", "days", "--from", "soon", "--to", "2022-09-30"],
        &["calendar"],
        &["callendar"],
    ] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
    }
}
