//! No text and no facts make the parser or the evaluation panic, hang or exhaust a small stack.

use proptest::{collection::vec, prelude::*};

use super::{dictionary, facts};
use crate::{Condition, Expression};

/// Parses, and does everything that can be done with what parsed.
fn use_up(text: &str) {
    match Expression::parse(text, &dictionary()) {
        Ok(expression) => {
            let value = expression.value(&facts());
            let unknowns = expression.unknowns(&facts());
            assert_eq!(unknowns.is_empty(), value != crate::Evaluation::Unknown, "{expression}");
            let printed = expression.to_string();
            if printed.chars().count() <= 20_000 {
                assert_eq!(Expression::parse(&printed, &dictionary()), Ok(expression), "{printed}");
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
        ] {
            for levels in [21, 60, 63, 64, 65, 10_000] {
                let closings = [")", "]", ", listed)", "..1]", ""];
                for closing in closings {
                    use_up(&format!("{}listed{}", opening.repeat(levels), closing.repeat(levels)));
                }
            }
        }
        let nested = format!("{}listed{}", "(".repeat(9_997), ")".repeat(9_997));
        assert!(Condition::parse(&nested, &dictionary()).is_err());
        let nested = format!("{}listed{}", "not(listed and ".repeat(32), ")".repeat(32));
        assert!(Condition::parse(&nested, &dictionary()).is_ok());
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
        let chain = Condition::parse(&filled("listed", " and listed"), &dictionary()).unwrap();
        assert_eq!(chain.truth(&facts()), crate::Truth::Yes);
    });
}

const FRAGMENTS: [&str; 48] = [
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
