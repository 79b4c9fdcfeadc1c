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
    for facts in
        ["", "[]", "null", "{\"a\":", r#"{"a":[1,"b"]}"#, r#"{"a":[null]}"#, r#"{"a":[{}]}"#, &deep, &deeper]
    {
        let ran = eval("a", facts);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}: {}", &facts[..facts.len().min(40)], ran.err);
    }
}
