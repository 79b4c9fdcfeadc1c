use super::*;
use condition::{Number, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

type Known = BTreeMap<Arc<str>, Option<Value>>;

fn policy(id: &str) -> Policy {
    let dictionary = dictionary().unwrap();
    let all = LIBRARY.map(|(file, text)| {
        Policy::parse(text, &dictionary).unwrap_or_else(|error| panic!("{file}: {error}"))
    });
    all.into_iter().find(|policy| &*policy.id == id).unwrap()
}

fn staff(number: &str) -> Known {
    Known::from([
        ("entity_type".into(), Some(Value::from("company"))),
        ("staff_avg_annual".into(), Some(Value::Number(Number::parse(number).unwrap()))),
    ])
}

#[test]
fn every_policy_of_the_library_is_named_like_its_file() {
    for (file, text) in LIBRARY {
        let read = Policy::parse(text, &dictionary().unwrap()).unwrap();
        assert_eq!(format!("{}.toml", read.id), file);
    }
}

#[test]
fn thirty_itself_is_exempt_and_thirty_and_a_half_is_not() {
    let exempt = policy("cn-cbj-exempt-2023");
    assert_eq!(decide(&exempt, &staff("30")).0, Verdict::Eligible);
    assert_eq!(decide(&exempt, &staff("30.5")).0, Verdict::Ineligible);
}

#[test]
fn what_is_not_known_is_asked_for_and_never_refused() {
    let award = policy("hz-hnte-award-2025");
    let (verdict, findings) =
        decide(&award, &Known::from([("region_city".into(), Some(Value::from("3301")))]));
    assert_eq!(verdict, Verdict::Unknown);
    assert_eq!(findings[1].missing, [Arc::from("hnte_recognition_event")]);
    let elsewhere = Known::from([("region_city".into(), Some(Value::from("3302")))]);
    assert_eq!(decide(&award, &elsewhere).0, Verdict::Ineligible, "one certain No decides");
}

#[test]
fn a_clause_that_does_not_read_is_named_with_the_nearest_field() {
    let text = "id = \"x\"\ntitle = \"x\"\nissuer = \"x\"\n[clause.size]\ntitle = { zh = \"x\", en = \"x\" }\nwhen = \"staff_avg_anual <= 30\"\n";
    let error = Policy::parse(text, &dictionary().unwrap()).unwrap_err();
    assert!(
        error.to_string().contains("clause `size`") && error.to_string().contains("staff_avg_annual"),
        "{error}"
    );
    assert_eq!(
        Policy::parse("id = \"x\"\ntitle = \"x\"\nissuer = \"x\"\n", &dictionary().unwrap()).unwrap_err(),
        PolicyError::NoClause
    );
}
