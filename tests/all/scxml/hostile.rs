//! Documents and scripts that mean harm. Each is answered with a reason, and the tests beside them still run.
use super::verdicts;
use std::fmt::Write;
use std::path::Path;

/// A name, what lies within `<scxml>`, and what the reason must contain.
const DOCUMENTS: &[(&str, &str, &str)] = &[
    (
        "eventless",
        "<state id='a'><transition target='b'/></state><state id='b'><transition target='a'/></state>",
        "no rest",
    ),
    (
        "raising",
        "<state id='a'><onentry><raise event='e'/></onentry><transition event='e' target='a'/></state>",
        "no rest",
    ),
    ("turning", "<script>while (true) {}</script><state id='a'/>", "not pass"),
    ("recursing", "<script>function f() { f() } f()</script><state id='a'/>", "not pass"),
    // Out of memory or out of time, whichever comes first.
    ("growing", "<script>let s = 'x'; while (true) s += s</script><state id='a'/>", "failed: "),
    ("backtracking", "<script>/^(a+)+$/.test('a'.repeat(40) + 'b')</script><state id='a'/>", "no end after"),
    ("outside", "<state id='a' initial='b'><state id='c'/></state><state id='b'/>", "outside"),
    ("around", "<state id='a' initial='a'><state id='c'/></state>", "outside"),
    (
        "own-history",
        "<state id='a'><history id='h'><transition target='h'/></history><state id='b'/></state>",
        "after the start in b",
    ),
    ("unknown-target", "<state id='a'><transition target='nowhere'/></state>", "no state is called nowhere"),
    ("twice", "<state id='a'/><state id='a'/>", "two states"),
    ("nothing", "", "after the start in "),
    ("unknown-element", "<state id='a'><onentry><explode/></onentry></state>", "unsupported: <explode>"),
    (
        "reading-out",
        "<datamodel><data id='x' src='../../../../etc/passwd'/></datamodel><state id='a'><transition cond='x' target='pass'/></state><final id='pass'/>",
        "after the start in a",
    ),
    ("reading-on", "<script src='/dev/zero'/><state id='a'/>", "beside the document"),
    ("invoking-itself", "<state id='a'><invoke src='invoking-itself.scxml'/></state>", "sessions"),
];

const EXPECTED: &str = r#"{"initialConfiguration": ["pass"], "events": []}"#;

fn write(folder: &Path, name: &str, document: &str, script: &str) {
    std::fs::write(folder.join(format!("{name}.scxml")), document).expect("a file can be written");
    std::fs::write(folder.join(format!("{name}.json")), script).expect("a file can be written");
}

fn scxml(body: &str) -> String {
    format!("<scxml version='1.0'>{body}</scxml>")
}

#[test]
fn harmful_documents_are_answered_with_a_reason_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    for (name, body, _) in DOCUMENTS {
        write(folder.path(), name, &scxml(body), EXPECTED);
    }
    write(folder.path(), "zz-good", &scxml("<final id='pass'/>"), EXPECTED);
    let said = verdicts(folder.path());
    for (name, _, reason) in DOCUMENTS {
        let line = said.iter().find(|line| line.starts_with(&format!("{name} ")));
        let line = line.unwrap_or_else(|| panic!("nothing is said of {name}: {said:?}"));
        assert!(line.contains(reason), "{line}, not {reason}");
    }
    let last = said.last().unwrap();
    assert!(last.starts_with("1 passed, "), "{last}");
}

#[test]
fn files_that_are_no_tests_are_answered_with_a_reason() {
    let good = scxml("<final id='pass'/>");
    let deep = |times: usize| scxml(&format!("{}{}", "<state>".repeat(times), "</state>".repeat(times)));
    let brackets =
        format!("<state id='a'><transition cond='{}1{}'/></state>", "(".repeat(100_000), ")".repeat(100_000));
    let mut wide = String::new();
    for at in 0..3_000 {
        write!(wide, "<state id='s{at}'/>").unwrap();
    }
    let sending =
        scxml("<state id='a'><onentry><send event='e'/></onentry><transition event='e' target='a'/></state>");
    let late = scxml("<state id='a'><onentry><send event='e' delay='1e308s'/></onentry></state>");
    let waiting = r#"{"initialConfiguration": ["a"], "events": [
        {"after": 18446744073709551615, "event": {"name": "x"}, "nextConfiguration": ["pass"]}
    ]}"#;
    let cases: &[(&str, &str, &str, &str)] = &[
        ("no-xml", "<scxml", EXPECTED, "failed: "),
        ("other-xml", "<html/>", EXPECTED, "<html>"),
        ("entities", "<!DOCTYPE x [<!ENTITY a 'a'>]><scxml>&a;</scxml>", EXPECTED, "DTD"),
        ("deep", &deep(65), EXPECTED, "64 deep"),
        ("very-deep", &deep(50_000), EXPECTED, "nodes limit"),
        ("brackets", &scxml(&brackets), EXPECTED, "failed: "),
        ("wide", &scxml(&format!("<parallel>{wide}</parallel>")), EXPECTED, "after the start in s0 s1 "),
        ("too-long", &scxml(&" ".repeat(4_000_001)), EXPECTED, "4000000 bytes"),
        ("sending", &sending, waiting, "macrosteps"),
        ("endless-delay", &late, waiting, "after x in a, not pass"),
        ("no-json", &good, "{", "the script: "),
        ("other-json", &good, r#"{"initialConfiguration": 1, "events": []}"#, "the script: "),
        (
            "no-time",
            &good,
            r#"{"initialConfiguration": ["pass"], "events": [{"after": -1}]}"#,
            "the script: ",
        ),
        ("not-utf8", &good, "[[[[", "the script: "),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, document, script, _) in cases {
        write(folder.path(), name, document, script);
    }
    std::fs::write(folder.path().join("not-utf8.scxml"), b"<scxml>\xff</scxml>").unwrap();
    std::fs::create_dir(folder.path().join("folder.scxml")).unwrap();
    let said = verdicts(folder.path());
    for (name, _, _, reason) in cases.iter().filter(|case| case.0 != "not-utf8") {
        let line = said.iter().find(|line| line.starts_with(&format!("{name} ")));
        let line = line.unwrap_or_else(|| panic!("nothing is said of {name}: {said:?}"));
        assert!(line.contains(reason), "{line}, not {reason}");
    }
    assert!(said.iter().any(|line| line.starts_with("not-utf8 failed: ")), "{said:?}");
    assert!(said.last().unwrap().starts_with("0 passed, "), "{said:?}");
}
