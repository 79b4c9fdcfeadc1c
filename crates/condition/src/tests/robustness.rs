//! No text and no facts make the parser or the evaluation panic, hang or exhaust a small stack.

use proptest::{collection::vec, prelude::*};

use super::{
    arithmetic::known,
    language::{DICTIONARY, claim},
};
use crate::{Condition, Evaluation, Expression};

/// Parses, and does everything that can be done with what parsed.
fn use_up(text: &str) {
    match Expression::parse(text, &DICTIONARY) {
        Ok(expression) => {
            let value = expression.value(&known());
            // What divides by zero is unknown with nothing missing; what is decided misses nothing.
            let decided = matches!(value, Evaluation::Value(_) | Evaluation::Absent);
            assert!(!decided || expression.unknowns(&known()).is_empty(), "{expression}");
            let printed = expression.to_string();
            if printed.chars().count() <= 20_000 {
                assert_eq!(Expression::parse(&printed, &DICTIONARY).as_ref(), Ok(&expression), "{printed}");
            }
            if let (true, Ok(condition)) = (text.len() < 500, Condition::parse(text, &DICTIONARY)) {
                assert!(condition.questions(&known()).could_decide.len() <= 5, "{text}");
            }
        }
        Err(mistake) => {
            assert!(mistake.line >= 1 && mistake.column >= 1);
            assert!(!mistake.to_string().contains('\n') && !mistake.in_chinese().contains('\n'));
        }
    }
}

/// Runs on a stack a quarter of what a server's thread has.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(work).unwrap();
    assert!(thread.join().is_ok());
}

fn filled(beginning: &str, part: &str) -> String {
    let mut text = beginning.to_owned();
    let size = part.chars().count();
    let mut length = text.chars().count();
    while length + size <= 20_000 {
        text.push_str(part);
        length += size;
    }
    text
}

#[test]
fn deep_texts_fit_on_a_small_stack() {
    on_a_small_stack(|| {
        for opening in [
            "(",
            "not(",
            "at least 1 of (",
            "employees in (",
            "employees in [",
            "listed or listed and listed = (",
            "date(",
            "-",
            "[",
            "sum([",
            "max(1, ",
            "abs(-",
            "1 + 2 * (",
            "if listed then ",
            "if ",
            "some x in [1] satisfies ",
            "every x in ",
            "criteria(",
        ] {
            for levels in [21, 60, 63, 64, 65, 10_000] {
                let closings =
                    [")", "]", ", listed)", "..1]", "", "])", " then listed else audited", " else audited"];
                for closing in closings {
                    for middle in ["listed", "employees"] {
                        use_up(&format!("{}{middle}{}", opening.repeat(levels), closing.repeat(levels)));
                    }
                }
            }
        }
        let nested = format!("{}listed{}", "(".repeat(9_997), ")".repeat(9_997));
        assert!(Condition::parse(&nested, &DICTIONARY).is_err());
        let nested = format!("{}listed{}", "not(listed and ".repeat(32), ")".repeat(32));
        assert!(Condition::parse(&nested, &DICTIONARY).is_ok());
    });
}

#[test]
fn long_texts_fit_on_a_small_stack() {
    on_a_small_stack(|| {
        for (beginning, part) in [
            ("listed", " and listed"),
            ("listed", " or audited"),
            ("listed", " and listed or audited"),
            ("employees = 1", " or employees=1"),
            ("employees in (1", ",2"),
            ("at least 1 of (listed", ",listed"),
            ("employees = ", "9"),
            ("employees = 0.", "9"),
            ("town = \"", "字"),
            ("town = \"", "\\\\"),
            ("", "字"),
            ("a", ".b"),
            ("", "("),
            ("", "[("),
            ("", "\n"),
            ("employees", "*employees"),
            ("employees", "/7"),
            ("1", "/3.7"),
            ("1 万元", "+1 元"),
            ("1", "-1"),
            ("revenue", " * (revenue)"),
            ("sum(1", ",2"),
            ("0 < sum([1", ",2"),
            ("5 in scores", " or (some x in scores satisfies x in scores)"),
            ("if listed then 1 else ", "if audited then 2 else "),
            ("score", "+score"),
            ("9999999999999999999999", "*9999999999999999999999"),
            ("", "="),
            ("", "\""),
            ("", "\u{0}"),
            ("", "😀"),
            ("", "e\u{301}"),
        ] {
            let text = filled(beginning, part);
            use_up(&text);
            use_up(&format!("{text})"));
            use_up(&text.repeat(3));
        }
        let chain = Condition::parse(&filled("listed", " and listed"), &DICTIONARY).unwrap();
        assert_eq!(chain.truth(&known()), crate::Truth::Yes);
    });
}

const FRAGMENTS: [&str; 77] = [
    "employees",
    "revenue",
    "debt",
    "listed",
    "audited",
    "town",
    "founded",
    "answer.kind",
    "awards",
    "scores",
    "从业人数",
    "and",
    "or",
    "not",
    "not(",
    "in",
    "is",
    "present",
    "absent",
    "between",
    "at least",
    "2",
    "of",
    "(",
    ")",
    "[",
    "]",
    ",",
    "..",
    "=",
    "!=",
    "==",
    "<=",
    ">",
    "-",
    "%",
    "@",
    "\"2026-01-02\"",
    "date(",
    "\"甲\"",
    "\"training\"",
    "true",
    "1.50",
    "\"",
    "\\",
    ".",
    "\n",
    "if",
    "then",
    "else",
    "some",
    "every",
    "x",
    "satisfies",
    "+",
    "*",
    "/",
    "万元",
    "5 元",
    "assets",
    "grant",
    "months",
    "score",
    "band",
    "word",
    "quarters",
    "numbers",
    "sum(",
    "count(",
    "lookup(",
    "substring(",
    "days_between(",
    "quarter_average(",
    "contains(",
    "starts_with(",
    "criteria(",
    "0",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: super::times(2_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_abort(bytes in vec(any::<u8>(), 0..200)) {
        use_up(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_letters_abort(text in any::<String>()) {
        use_up(&text);
    }

    #[test]
    fn no_words_in_disorder_abort(words in vec(prop::sample::select(&FRAGMENTS), 0..20), spaced in any::<bool>()) {
        use_up(&words.join(if spaced { " " } else { "" }));
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::times(500), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_with_something_changed_aborts(
        text in claim(), at in any::<prop::sample::Index>(), take in 0..4usize,
        put in prop_oneof![prop::sample::select(&FRAGMENTS).prop_map(str::to_owned), "\\PC{0,3}"]
    ) {
        let letters: Vec<char> = text.chars().collect();
        let at = at.index(letters.len());
        let (before, after) = (letters.iter().take(at), letters.iter().skip(at + take));
        use_up(&before.copied().chain(put.chars()).chain(after.copied()).collect::<String>());
    }
}

#[test]
fn quantifiers_within_quantifiers_end() {
    let many = crate::Value::List((0..600).map(crate::Value::from).collect());
    let mut facts = known();
    facts.insert("scores".into(), Some(many));
    let nested =
        (0..6).map(|level| format!("every x{level} in scores satisfies ")).collect::<Vec<_>>().concat();
    let condition = Condition::parse(&format!("{nested}x0 + x5 >= 0"), &DICTIONARY).unwrap();
    assert_eq!(condition.truth(&facts), crate::Truth::Unknown, "it would take 600^6 steps");
    assert!(condition.unknowns(&facts).is_empty());
    let once =
        Condition::parse("every x in scores satisfies contains(scores, x) or x > 50", &DICTIONARY).unwrap();
    assert_eq!(once.truth(&facts), crate::Truth::Yes);
}

#[test]
fn numbers_of_facts_as_long_as_they_may_be_end() {
    let long = crate::Number::parse(&"9".repeat(1_000)).unwrap();
    let mut facts = known();
    facts.insert("employees".into(), Some(long.into()));
    let truth = |text: &str| Condition::parse(text, &DICTIONARY).unwrap().truth(&facts);
    assert_eq!(truth("employees > 5"), crate::Truth::Yes);
    assert_eq!(truth("employees + 1 > 5"), crate::Truth::Unknown, "beyond what arithmetic takes");
}

#[test]
fn rules_as_deep_as_they_may_be_fit_on_a_small_stack() {
    on_a_small_stack(|| {
        let mut rules = crate::Rules::default();
        for level in 0..31 {
            let then = if level == 0 { "revenue".into() } else { format!("t{}", level - 1) };
            let row = crate::Row { when: Some("audited".into()), then };
            let table = crate::Table { label: None, hit: crate::Hit::Max, cap: None, rows: vec![row] };
            rules.tables.insert(format!("t{level}").as_str().into(), table);
        }
        let dictionary = super::arithmetic::dictionary().with_rules(&rules).unwrap();
        let condition = Condition::parse("t30 > 5", &dictionary).unwrap();
        assert_eq!(condition.truth(&known()), crate::Truth::Unknown);
        assert_eq!(condition.unknowns(&known()).len(), 2);
        assert_eq!(condition.questions(&known()).always_decides.len(), 1);
        assert!(Condition::parse("not(not(t30 > 5))", &dictionary).is_err(), "that is a level too many");
    });
}
