use super::{Answer, Answers, Fault, Field, FieldKind, FormMistake, mistakes};
use crate::Key;
use crate::ids::{PersonId, UnitId};
use crate::tests::scene::{answers, text};
use crate::text::{Language, Text};
use condition::{Number, Type, Value};
use indexmap::IndexMap;
use jiff::civil::date;
use uuid::Uuid;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

fn choices() -> IndexMap<Key, Text> {
    IndexMap::from([("a".into(), Text::new("甲", "First")), ("b".into(), Text::new("乙", "Second"))])
}

fn keys(keys: &[&str]) -> Vec<Key> {
    keys.iter().map(|key| Key::from(*key)).collect()
}

fn line(min: usize, max: usize) -> FieldKind {
    FieldKind::Text { min, max, lines: false }
}

#[test]
fn a_text_is_measured_in_characters_without_the_blanks_around_it() {
    let kind = line(2, 4);
    assert_eq!(kind.fault(&text("招聘")), None);
    assert_eq!(kind.fault(&text(" 招 ")), Some(Fault::TooShort { min: 2, given: 1 }));
    assert_eq!(kind.fault(&text("招不到人了")), Some(Fault::TooLong { max: 4, given: 5 }));
    assert_eq!(kind.fault(&text("  ")), Some(Fault::Missing));
    assert_eq!(line(0, 4).fault(&text("")), Some(Fault::Missing));
}

#[test]
fn a_text_holds_no_control_characters_and_line_breaks_only_where_lines_are_asked_for() {
    assert_eq!(line(1, 9).fault(&text("a\nb")), Some(Fault::ControlCharacter { at: 2 }));
    let lines = FieldKind::Text { min: 1, max: 9, lines: true };
    assert_eq!(lines.fault(&text("a\r\n\tb")), None);
    assert_eq!(lines.fault(&text("ab\u{0}")), Some(Fault::ControlCharacter { at: 3 }));
    assert_eq!(lines.fault(&text("ab\u{85}")), Some(Fault::ControlCharacter { at: 3 }));
}

#[test]
fn a_number_lies_within_its_bounds_which_are_allowed_themselves() {
    let kind = FieldKind::Number { min: Some(number("1")), max: Some(number("2.5")), whole: false };
    for good in ["1", "2", "2.5"] {
        assert_eq!(kind.fault(&Answer::Number(number(good))), None);
    }
    for bad in ["0.999999999999999999", "2.500000000000000001"] {
        let fault = Fault::OutOfBounds { min: Some(number("1")), max: Some(number("2.5")) };
        assert_eq!(kind.fault(&Answer::Number(number(bad))), Some(fault));
    }
    assert_eq!(
        FieldKind::Number { min: None, max: None, whole: false }.fault(&Answer::Number(number("-1e9"))),
        None
    );
}

#[test]
fn fen_are_whole_and_within_their_bounds() {
    let kind = FieldKind::Number { min: Some(number("1")), max: None, whole: true };
    let fault = |fen: &str| kind.fault(&Answer::Number(number(fen)));
    assert_eq!((fault("12345"), fault("1e3")), (None, None));
    assert_eq!(fault("1.5"), Some(Fault::NotWhole));
    assert_eq!(fault("0.5"), Some(Fault::OutOfBounds { min: Some(number("1")), max: None }));
}

#[test]
fn a_choice_is_one_of_the_listed() {
    let kind = FieldKind::Choice(choices());
    assert_eq!(kind.fault(&text("b")), None);
    assert_eq!(kind.fault(&text("First")), Some(Fault::NoSuchChoice { choices: keys(&["a", "b"]) }));
}

#[test]
fn choices_are_some_of_the_listed_each_once() {
    let kind = FieldKind::Choices(choices());
    let fault = |chosen: &[&str]| kind.fault(&Answer::Choices(keys(chosen)));
    assert_eq!(fault(&["b", "a"]), None);
    assert_eq!(fault(&[]), Some(Fault::Missing));
    assert_eq!(fault(&["a", "c"]), Some(Fault::NoSuchChoice { choices: keys(&["a", "b"]) }));
    assert_eq!(fault(&["a", "b", "a"]), Some(Fault::Repeated("a".into())));
}

#[test]
fn every_kind_takes_answers_of_its_own_shape_only() {
    let person = Answer::Person(PersonId(Uuid::nil()));
    let unit = Answer::Unit(UnitId(Uuid::nil()));
    let kinds = [
        (line(1, 9), text("a")),
        (FieldKind::Number { min: None, max: None, whole: false }, Answer::Number(number("1"))),
        (FieldKind::Date, Answer::Date(date(2026, 1, 1))),
        (FieldKind::Truth, Answer::Truth(false)),
        (FieldKind::Choice(choices()), text("a")),
        (FieldKind::Choices(choices()), Answer::Choices(keys(&["a"]))),
        (FieldKind::Person { role: "handler".into(), within: None }, person),
        (FieldKind::Unit, unit),
    ];
    for (at, (kind, _)) in kinds.iter().enumerate() {
        for (other, (_, answer)) in kinds.iter().enumerate() {
            let fits = at == other
                || matches!((kind, answer), (FieldKind::Text { .. }, Answer::Text(_)))
                || matches!((kind, answer), (FieldKind::Choice(_), Answer::Text(_)));
            let wrong = (!fits).then(|| Fault::WrongKind { wants: kind.name() });
            assert_eq!(kind.fault(answer), wrong, "{} takes {answer:?}", kind.name());
        }
    }
}

#[test]
fn all_mistakes_come_at_once_in_the_order_of_the_questions() {
    let field = |kind| Field { title: Text::new("题", "Question"), hint: None, kind, internal: false };
    let (name, day, note) = (field(line(1, 9)), field(FieldKind::Date), field(line(1, 2)));
    let [one, two, three] = ["name", "day", "note"].map(Key::from);
    let given: Answers = answers([
        ("nmae", text("x")),
        ("note", text("too long")),
        ("day", text("tomorrow")),
        ("zzz", text("x")),
    ]);
    let found = mistakes(&[(&one, &name), (&two, &day)], &[(&three, &note)], &given);
    let expected = [
        ("name", Fault::Missing),
        ("day", Fault::WrongKind { wants: "date" }),
        ("note", Fault::TooLong { max: 2, given: 8 }),
        ("nmae", Fault::Unasked { nearest: Some("name".into()) }),
        ("zzz", Fault::Unasked { nearest: None }),
    ];
    assert_eq!(found, expected.map(|(field, fault)| FormMistake { field: field.into(), fault }));
}

#[test]
fn an_optional_question_may_stay_open_but_not_be_answered_wrongly() {
    let field = Field { title: Text::new("题", "Question"), hint: None, kind: line(1, 9), internal: false };
    let key = Key::from("note");
    let found = |given: &Answers| mistakes(&[], &[(&key, &field)], given);
    assert_eq!(found(&Answers::new()), []);
    assert_eq!(found(&answers([("note", text(" "))]))[0].fault, Fault::Missing);
}

#[test]
fn every_fault_has_a_code_of_its_own_and_says_what_is_allowed_in_both_languages() {
    let bounds = |min: Option<&str>, max: Option<&str>| Fault::OutOfBounds {
        min: min.map(number),
        max: max.map(number),
    };
    let faults = [
        (Fault::Missing, "MISSING", "must be answered"),
        (Fault::Unasked { nearest: Some("name".into()) }, "UNASKED", "did you mean `name`"),
        (Fault::Unasked { nearest: None }, "UNASKED", "is not asked here"),
        (Fault::WrongKind { wants: "date" }, "WRONG_KIND", "kind date"),
        (Fault::TooShort { min: 2, given: 1 }, "TOO_SHORT", "at least 2 characters, has 1"),
        (Fault::TooLong { max: 2, given: 3 }, "TOO_LONG", "at most 2 characters, has 3"),
        (Fault::ControlCharacter { at: 7 }, "CONTROL_CHARACTER", "character 7"),
        (bounds(Some("1"), Some("2")), "OUT_OF_BOUNDS", "between 1 and 2"),
        (bounds(Some("1"), None), "OUT_OF_BOUNDS", "at least 1"),
        (bounds(None, Some("2")), "OUT_OF_BOUNDS", "at most 2"),
        (Fault::NotWhole, "NOT_WHOLE", "whole number"),
        (Fault::NoSuchChoice { choices: keys(&["a", "b"]) }, "NO_SUCH_CHOICE", "one of a, b"),
        (Fault::Repeated("a".into()), "REPEATED", "`a` twice"),
        (Fault::NoSuchPerson, "NO_SUCH_PERSON", "nobody"),
        (Fault::NoSuchUnit, "NO_SUCH_UNIT", "no unit"),
    ];
    for (fault, code, english) in faults {
        assert_eq!(fault.code(), code);
        assert!(fault.message(Language::En).contains(english), "{}", fault.message(Language::En));
        assert!(!fault.message(Language::Zh).is_empty() && !fault.message(Language::Zh).is_ascii());
    }
}

#[test]
fn answers_are_read_by_people_as_titles_and_by_conditions_as_values() {
    let kind = FieldKind::Choices(choices());
    let chosen = Answer::Choices(keys(&["b", "a"]));
    assert_eq!(chosen.display(&kind, Language::Zh), "乙、甲");
    assert_eq!(chosen.display(&kind, Language::En), "Second, First");
    assert_eq!(text("a").display(&FieldKind::Choice(choices()), Language::En), "First");
    assert_eq!(text("gone").display(&FieldKind::Choice(choices()), Language::En), "gone");
    assert_eq!(Answer::Truth(true).display(&FieldKind::Truth, Language::Zh), "是");
    assert_eq!(Answer::Truth(false).display(&FieldKind::Truth, Language::En), "no");
    assert_eq!(Answer::Date(date(2026, 3, 2)).display(&FieldKind::Date, Language::Zh), "2026-03-02");
    assert_eq!(chosen.to_value(), Value::List(vec![Value::Text("b".into()), Value::Text("a".into())]));
    for kind in [line(1, 9), FieldKind::Unit, FieldKind::Person { role: "handler".into(), within: None }] {
        assert_eq!(kind.condition_type(), Type::Text);
    }
}
