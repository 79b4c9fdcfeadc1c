use crate::binary::{Ran, run_with};

fn eval(text: &str, facts: &str) -> Ran {
    run_with(&["condition", "eval", text, "--facts", "-"], facts)
}

fn value(text: &str, facts: &str) -> String {
    let ran = eval(text, facts);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{text}: {ran:?}");
    let value = ran.out.strip_prefix("{\"value\":").and_then(|rest| rest.strip_suffix("}\n"));
    value.expect("it is an object with a value").to_owned()
}

#[test]
fn values_are_json() {
    assert_eq!(value("a <= 300", r#"{"a":300.0}"#), "true");
    assert_eq!(value("a < 300", r#"{"a":300.0}"#), "false");
    assert_eq!(value("kind", r#"{"kind":"甲\"乙"}"#), r#""甲\"乙""#);
    assert_eq!(value("a", r#"{"a":[1,2.50]}"#), "[1,2.5]");
    assert_eq!(value(r#"@"2026-01-02""#, "{}"), r#""2026-01-02""#);
    assert_eq!(value("case.kind = \"a\" and x.y.z = 1", r#"{"case":{"kind":"a"},"x.y":{"z":1}}"#), "true");
}

#[test]
fn numbers_are_exact() {
    let number = "0.1000000000000000000000000000000000000000000000001";
    assert_eq!(value("a", &format!(r#"{{"a":{number}}}"#)), number);
    assert_eq!(value("a", r#"{"a":1e30}"#), "1000000000000000000000000000000");
    assert_eq!(value("a = b", r#"{"a":9007199254740993,"b":9007199254740992}"#), "false");
    assert_eq!(value("a > 0", r#"{"a":1e-400}"#), "true");
}

#[test]
fn null_is_absent_and_a_missing_fact_unknown() {
    assert_eq!(value("a is absent", r#"{"a":null}"#), "true");
    assert_eq!(value("a > 3", r#"{"a":null}"#), "false");
    assert_eq!(value("a", r#"{"a":null}"#), "null");
    assert_eq!(value("a > 3", "{}"), "\"unknown\"");
    assert_eq!(value("a and b", r#"{"a":false}"#), "false");
    assert_eq!(value("not(a) or b = c and c > 3 and d in (\"x\")", "{}"), "\"unknown\"");
    assert_eq!(value("from in [@\"2026-01-01\"..@\"2026-12-31\"]", "{}"), "\"unknown\"");
    assert_eq!(value("3 in xs", r#"{"xs":[]}"#), "false");
    assert_eq!(value("\"a\" in xs", r#"{"xs":[]}"#), "false");
}

#[test]
fn fields_say_the_types() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let object = file(
        "object.json",
        r#"{"since":{"type":"date"},"kind":{"type":"choice","values":["a","b"]},
            "staff":{"type":"number","label":"从业人数"},"days":{"type":"list","of":"date"}}"#,
    );
    let list = file(
        "list.json",
        r#"[{"name":"since","label":"成立","type":"date","unit":""},{"name":"kind","label":"类","type":"enum","values":["a","b"]},
            {"name":"staff","label":"从业人数","type":"int"},{"name":"days","label":"日","type":"list","of":"date"}]"#,
    );
    for fields in [object, list] {
        let eval = |text: &str, facts: &str| {
            run_with(&["condition", "eval", text, "--facts", "-", "--fields", &fields], facts)
        };
        let facts = r#"{"since":"2020-05-01","从业人数":12,"days":["2026-01-01"],"other":{"x":[[1]]}}"#;
        let text = r#"since < @"2021-01-01" and 从业人数 = 12 and staff = 12 and @"2026-01-01" in days and kind = "a""#;
        let ran = eval(text, facts);
        assert_eq!((ran.code, ran.out.as_str()), (0, "{\"value\":\"unknown\"}\n"), "{ran:?}");
        for (text, facts, said) in [
            ("kind = \"c\"", "{}", "expected one of `\"a\"`, `\"b\"`"),
            ("sttaff > 1", "{}", "did you mean `staff`?"),
            ("staff > 1", r#"{"staff":"12"}"#, "`staff`: expected a number, found \"12\""),
            ("staff > 1", r#"{"since":"soon"}"#, "`since`: expected a date, found \"soon\""),
        ] {
            let ran = eval(text, facts);
            assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{text}");
            assert!(ran.err.contains(said), "{}", ran.err);
        }
    }
}

#[test]
fn arithmetic_units_and_functions() {
    assert_eq!(value("a + b / 3 * 2", r#"{"a":1,"b":4.5}"#), "4");
    assert_eq!(value("1 / a", r#"{"a":3}"#), r#""1/3""#);
    assert_eq!(value("1 / a", r#"{"a":0}"#), "\"unknown\"");
    assert_eq!(value("5000 万元 = 50000000 元", "{}"), "true");
    assert_eq!(value("assets <= 5000 万元 and 从业人数 <= 300 人", "{}"), "\"unknown\"");
    assert_eq!(value("sum(a) + count(a) + max(1, 2)", r#"{"a":[1,2,3.5]}"#), "11.5");
    assert_eq!(value("every x in a satisfies x is absent or x > 1", r#"{"a":[null,2]}"#), "true");
    assert_eq!(value("substring(lookup(m, 2024), 11, 1)", r#"{"m":{"2024":"2023330110A8"}}"#), "\"A\"");
    assert_eq!(value("lookup(m, \"x\")", r#"{"m":{"x":null}}"#), "null");
    assert_eq!(value("m", r#"{"m":{"x":1,"y":null}}"#), r#"{"x":1,"y":null}"#);
    assert_eq!(value("quarter_average(q)", r#"{"q":[[1,2],[3,4]]}"#), "2.5");
    assert_eq!(value("days_between(@\"2024-02-28\", @\"2024-03-01\") > n", r#"{"n":1}"#), "true");
    assert!(eval("5 元 + 3 人 > 1", "{}").err.contains("expected a number of 元"));
}

#[test]
fn what_is_not_known_exactly_is_a_range_or_one_of_several() {
    assert_eq!(value("if a then 5 else 2.5", "{}"), r#"{"range":[2.5,5]}"#);
    assert_eq!(value("(if a then 5 else 2.5) > 2", "{}"), "true");
    assert_eq!(value("(if a then 1 / n else 2)", r#"{"n":3}"#), r#"{"range":["1/3",2]}"#);
    assert_eq!(value("if a then \"x\" else \"y\"", "{}"), r#"{"one_of":["x","y"]}"#);
    assert_eq!(value("if a then @\"2026-01-02\" else d", r#"{"a":true}"#), r#""2026-01-02""#);
}

#[test]
fn fields_have_units_and_follow_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let run = |fields: &str, text: &str, facts: &str| {
        let path = folder.path().join("fields.json");
        std::fs::write(&path, fields).unwrap();
        run_with(&["condition", "eval", text, "--facts", "-", "--fields", path.to_str().unwrap()], facts)
    };
    let fields = r#"[{"name":"assets","label":"资产总额","type":"number","unit":"万元"},
        {"name":"staff","label":"从业人数","type":"int","unit":"person"},{"name":"rank","type":"int","unit":"rank"},
        {"name":"share","type":"number","unit":"ratio","derived":"spend / assets"},
        {"name":"spend","type":"number","unit":"元"},{"name":"series","type":"series","unit":"person"},
        {"name":"days","type":"map","of":"date"},{"name":"free","type":"map"},{"name":"tags","type":"set","values":["a","b"]}]"#;
    for (text, facts, value) in [
        ("资产总额 <= 5000 万元 and assets = 0.5 亿元", r#"{"assets":5000}"#, "true"),
        ("share >= 5%", r#"{"assets":1,"spend":500}"#, "true"),
        ("share", r#"{"assets":1,"spend":500,"share":0.25}"#, "0.25"),
        (
            "quarter_average(series) > 100 person and 从业人数 > 100 人",
            r#"{"series":[[100,101]],"staff":101}"#,
            "true",
        ),
        ("lookup(days, 2024) < @\"2025-01-01\"", r#"{"days":{"2024":"2024-05-06"}}"#, "true"),
        ("lookup(free, \"x\") = 5 or contains(tags, \"b\")", r#"{"free":{"x":true},"tags":["b"]}"#, "true"),
        ("rank <= 3 rank and rank <= 3", r#"{"rank":3}"#, "true"),
    ] {
        let ran = run(fields, text, facts);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (0, &*format!("{{\"value\":{value}}}\n")),
            "{text}: {ran:?}"
        );
    }
    for (fields, text, said) in [
        (fields, "assets + staff > 1", "found `staff` (a number of person), expected a number of 万元"),
        (fields, "assets <= 5 万圆", "did you mean `万元`?"),
        (
            r#"{"a":{"type":"number","derived":"b"},"b":{"type":"number","derived":"a"}}"#,
            "a > 1",
            "a → b → a",
        ),
        (r#"{"a":{"type":"number","derived":"b +"},"b":{"type":"number"}}"#, "a > 1", "第 1 行第 4 列"),
        (r#"{"a":{"type":"tuple"}}"#, "a > 1", "map or series, found `tuple`"),
    ] {
        let ran = run(fields, text, "{}");
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{text}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn a_mistake_is_told_in_both_languages_with_its_place() {
    let ran = eval("a = 3 and", r#"{"a":3}"#);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert!(
        lines[0].starts_with("line 1, column 10: ") && lines[1].starts_with("第 1 行第 10 列："),
        "{lines:?}"
    );
    // Without declared fields, too, the mistake is the text's, not that a name is unknown.
    assert!(eval("a > 3 and a = \"x\"", "{}").err.starts_with("line 1, column 15: "));
}

#[test]
fn facts_that_cannot_be_read_are_refused() {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let deeper = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    for facts in ["", "[]", "null", "{\"a\":", r#"{"a":[1,"b"]}"#, r#"{"a":[1,{}]}"#, &deep, &deeper] {
        let ran = eval("a", facts);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}: {}", &facts[..facts.len().min(40)], ran.err);
    }
}
