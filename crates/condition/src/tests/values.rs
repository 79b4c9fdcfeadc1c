//! Numbers, values in JSON, and the dictionary.

use jiff::civil::date;
use proptest::prelude::*;

use crate::{Dictionary, Number, Truth, Type, Value};

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn numbers_read_exactly_and_print_shortest() {
    for (text, printed) in [
        ("0", "0"),
        ("-0.00", "0"),
        ("007", "7"),
        ("12.50", "12.5"),
        ("-0.05", "-0.05"),
        ("1.5e6", "1500000"),
        ("1E-3", "0.001"),
        ("1e+2", "100"),
        ("1/3", "1/3"),
        ("-2/6", "-1/3"),
        ("3/8", "0.375"),
        ("10/5", "2"),
        ("0.1000000000000000000000000000000000000001", "0.1000000000000000000000000000000000000001"),
    ] {
        assert_eq!(number(text).to_string(), printed, "{text}");
    }
}

#[test]
fn what_is_no_number_is_refused() {
    let long = "1".repeat(1_001);
    for text in [
        "",
        "-",
        ".",
        "1.",
        ".5",
        "+1",
        "--1",
        "1e",
        "1e--1",
        "1e+-1",
        "1e1.5",
        "1e1001",
        "1e-99999999999",
        "1/0",
        "1/-2",
        "1/",
        "/2",
        "1/2/3",
        "1.5/2",
        " 1",
        "1 ",
        "１",
        "1_000",
        "0x1",
        "NaN",
        "inf",
        &long,
    ] {
        assert!(Number::parse(text).is_err(), "{text}");
    }
    let told = Number::parse("5 万元").map_err(|error| error.to_string());
    let expected = "expected a number such as 12.50, -3, 1.5e6 or 1/3 of at most 1000 digits, found `5 万元`";
    assert_eq!(told, Err(expected.to_owned()));
}

#[test]
fn numbers_compare_exactly_where_floats_do_not() {
    assert!(number("1/3") > number("0.333333333333333333333333"));
    assert!(number("-1/3") < number("-0.3333333333333333"));
    assert_eq!(number("9007199254740993").to_i64(), Some(9_007_199_254_740_993));
    assert_eq!(number("9223372036854775808").to_i64(), None);
    assert_eq!(number("0.5").to_i64(), None);
    assert_eq!(Number::from(-3), number("-3.0"));
}

#[test]
fn values_say_their_type_in_json() {
    for (value, json) in [
        (Value::from(true), r#"{"truth":true}"#),
        (Value::from(number("12.50")), r#"{"number":"12.5"}"#),
        (Value::from(number("1/3")), r#"{"number":"1/3"}"#),
        (Value::from("12.5"), r#"{"text":"12.5"}"#),
        (Value::from(date(2026, 1, 2)), r#"{"date":"2026-01-02"}"#),
        (Value::List(vec!["甲".into(), 3.into()]), r#"{"list":[{"text":"甲"},{"number":"3"}]}"#),
    ] {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(serde_json::from_str::<Value>(json).unwrap(), value);
    }
    for json in [r#"{"number":12.5}"#, r#"{"number":"x"}"#, r#"{"date":"2026-13-01"}"#, "3", "null"] {
        assert!(serde_json::from_str::<Value>(json).is_err(), "{json}");
    }
}

#[test]
fn verdicts_are_words_in_json() {
    let words = serde_json::to_string(&[Truth::No, Truth::Unknown, Truth::Yes]).unwrap();
    assert_eq!(words, r#"["no","unknown","yes"]"#);
    assert_eq!(serde_json::from_str::<Truth>("\"unknown\"").unwrap(), Truth::Unknown);
}

#[test]
fn values_print_as_conditions_write_them() {
    let list = Value::List(vec![1.into(), "a\"b".into(), date(2026, 1, 2).into(), false.into()]);
    assert_eq!(list.to_string(), r#"[1, "a\"b", @"2026-01-02", false]"#);
}

#[test]
fn a_key_goes_before_a_label_and_a_label_of_nothing_means_nothing() {
    let mut dictionary = Dictionary::new().with("a", Type::Truth).with("b", Type::Number);
    dictionary.alias("甲", "a");
    dictionary.alias("b", "a");
    dictionary.alias("乙", "gone");
    assert_eq!(dictionary.get("甲"), Some((&"a".into(), &Type::Truth)));
    assert_eq!(dictionary.get("b"), Some((&"b".into(), &Type::Number)));
    assert_eq!(dictionary.get("乙"), None);
    assert_eq!(dictionary.fields().map(|(key, _)| &**key).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn a_name_is_found_by_its_last_part_or_its_spelling_unless_it_is_endless() {
    let long = "a".repeat(300);
    let dictionary = Dictionary::new()
        .with("answers", Type::Text)
        .with("case.answer", Type::Text)
        .with(&*long, Type::Text);
    assert_eq!(dictionary.nearest("answer"), Some("case.answer"));
    assert_eq!(dictionary.nearest("Anwsers"), Some("answers"));
    assert_eq!(dictionary.nearest("revenue"), None);
    assert_eq!(dictionary.nearest(&format!("{long}b")), None);
}

#[test]
fn types_admit_their_values() {
    let texts = Type::List(Type::Text.into());
    assert!(texts.admits(&Value::List(vec!["a".into()])));
    assert!(!texts.admits(&Value::List(vec!["a".into(), 1.into()])));
    assert!(!Type::Number.admits(&"1".into()));
    assert!(!Type::Truth.admits(&1.into()));
}

proptest! {
    #[test]
    fn numbers_print_what_they_read(text in "-?[0-9]{1,30}(\\.[0-9]{1,30})?(e-?[0-9]{1,2})?|-?[0-9]{1,30}/[1-9][0-9]{0,30}") {
        let number = number(&text);
        prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
    }

    #[test]
    fn numbers_are_ordered_as_their_difference_says(a in -99..99i64, b in 1..99i64, c in -99..99i64, d in 1..99i64) {
        let order = number(&format!("{a}/{b}")).cmp(&number(&format!("{c}/{d}")));
        prop_assert_eq!(order, (a * d).cmp(&(c * b)));
    }
}
