use super::*;
use async_graphql::parser::parse_query;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

fn over(limit: Limit) -> Result<(), Excess> {
    Err(Excess::Over(limit))
}

fn guard(document: &str) -> Result<(), Excess> {
    check(document.as_bytes())
}

/// Runs `work` on tokio's default stack size; an overflow aborts the whole test binary.
fn on_two_mebibytes(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap();
    thread.join().unwrap();
}

/// Documents that open `depth` brackets, one shape for each way the grammar nests.
fn nested(depth: usize) -> Vec<String> {
    let around = |head: &str, open: &str, middle: &str, close: &str, tail: &str, taken: usize| {
        format!("{head}{}{middle}{}{tail}", open.repeat(depth - taken), close.repeat(depth - taken))
    };
    vec![
        around("{a(x:", "[", "1", "]", ")}", 2),
        around("{a(x:", "{k:", "1", "}", ")}", 2),
        around("query($x:I=", "[", "1", "]", "){a}", 1),
        around("query($x:I=", "{k:", "1", "}", "){a}", 1),
        around("query($x:", "[", "I", "]", "){a}", 1),
        around("", "{a", "{a}", "}", "", 1),
        around("", "{...", "{a}", "}", "", 1),
        around("{a @d(x:", "[", "1", "]", ")}", 2),
    ]
}

#[test]
fn an_ordinary_document_passes() {
    assert_eq!(
        guard("query Q($a: [Int!]! = [1, -2.5e+3]) { one: a(x: $a, y: {k: \"v\"}) @d { ...F b } }"),
        Ok(())
    );
    assert_eq!(guard(""), Ok(()));
}

#[test]
fn brackets_nest_to_the_limit_and_no_further() {
    for document in nested(limits::BRACKET_DEPTH) {
        assert_eq!(guard(&document), Ok(()), "{document}");
    }
    for document in nested(limits::BRACKET_DEPTH + 1) {
        assert_eq!(guard(&document), over(Limit::BracketDepth), "{document}");
    }
}

#[test]
fn brackets_in_texts_and_comments_do_not_nest() {
    let many = "[".repeat(500);
    assert_eq!(guard(&format!("{{a(x:\"{many}\")}}")), Ok(()));
    assert_eq!(guard(&format!("{{a(x:\"\"\"{many} \\\"\"\" \" \"\"\")}}")), Ok(()));
    assert_eq!(guard(&format!("# {many}\n{{a}}")), Ok(()));
}

#[test]
fn a_text_hides_nothing_after_its_end() {
    let many = "[".repeat(500);
    for text in ["\"\\\\\"", "\"\"", "\"\"\"\\\"\"\"\"\"\"", "\"\\\"\"", "# \" \r", "# \"\"\" \n"] {
        assert_eq!(guard(&format!("{{a(x:{text}{many}")), over(Limit::BracketDepth), "{text}");
    }
}

#[test]
fn each_countable_thing_has_its_limit() {
    let aliases = |count: usize| format!("{{{}}}", "x:a ".repeat(count));
    let directives = |count: usize| format!("{{a {}}}", "@x".repeat(count));
    let fields = |count: usize| format!("{{{}}}", "a ".repeat(count));
    assert_eq!(guard(&aliases(limits::ALIASES)), Ok(()));
    assert_eq!(guard(&aliases(limits::ALIASES + 1)), over(Limit::Aliases));
    assert_eq!(guard(&directives(limits::DIRECTIVES)), Ok(()));
    assert_eq!(guard(&directives(limits::DIRECTIVES + 1)), over(Limit::Directives));
    assert_eq!(guard(&fields(limits::TOKENS - 2)), Ok(()));
    assert_eq!(guard(&fields(limits::TOKENS - 1)), over(Limit::Tokens));
    assert_eq!(guard(&"#".repeat(limits::DOCUMENT_BYTES)), Ok(()));
    assert_eq!(guard(&"#".repeat(limits::DOCUMENT_BYTES + 1)), over(Limit::Bytes));
}

#[test]
fn the_colon_of_an_argument_is_no_alias() {
    let arguments = "k:1 ".repeat(limits::ALIASES + 1);
    assert_eq!(guard(&format!("{{a({arguments})}}")), Ok(()));
    assert_eq!(guard(&format!("{{a(x:{{{arguments}}})}}")), Ok(()));
    assert_eq!(guard(&format!("{{a() {arguments}}}")), over(Limit::Aliases));
}

#[test]
fn tokens_without_spaces_between_them_count_one_each() {
    for run in ["...F", "-1", "1[", "\"\" ", "世"] {
        assert_eq!(guard(&run.repeat(limits::TOKENS + 1).replace('[', "]")), over(Limit::Tokens), "{run}");
    }
}

#[test]
fn a_text_without_an_end_is_named_with_its_place() {
    let open = |line, column| Err(Excess::OpenText { line, column });
    assert_eq!(guard("{a(x:\"abc"), open(1, 6));
    assert_eq!(guard("{a(x:\"abc\\"), open(1, 6));
    assert_eq!(guard("{a(x:\"abc\\\n\")}"), open(1, 6));
    assert_eq!(guard("{\n a(世:\"abc\n\")}"), open(2, 6));
    assert_eq!(guard("{a(x:\"\"\"abc\\\"\"\""), open(1, 6));
}

#[test]
fn a_refusal_says_what_and_how_much() {
    let message = guard(&"[".repeat(50)).unwrap_err().to_string();
    assert_eq!(message, "the document has too many nested brackets: at most 40 are allowed");
}

#[test]
fn the_deepest_document_that_passes_parses_on_a_quarter_of_the_stack() {
    for document in nested(limits::BRACKET_DEPTH) {
        assert_eq!(guard(&document), Ok(()));
        let thread = std::thread::Builder::new().stack_size(512 << 10);
        thread.spawn(move || assert!(parse_query(&document).is_ok(), "{document}")).unwrap().join().unwrap();
    }
}

#[test]
fn no_bytes_make_the_guard_panic() {
    proptest!(|(bytes in proptest::collection::vec(any::<u8>(), 0..4_000))| {
        let _ = check(&bytes);
    });
}

#[test]
fn whatever_passes_the_guard_is_parsed_without_overflowing_the_stack() {
    on_two_mebibytes(|| {
        let piece = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "{a",
            "{a(x:",
            "{k:",
            "[[[[[[[[",
            "{...",
            "...F",
            "...on T{",
            "a",
            "x:a",
            "@d",
            "@d(x:",
            "$v",
            ":",
            "=",
            "!",
            "1",
            "-1.5e3",
            "\"",
            "\"\"\"",
            "\\",
            "\"s\"",
            "# c\n",
            "#",
            "\n",
            " ",
            "query",
            "query($x:",
            "fragment F on T{a}",
            "true",
            "世",
        ]);
        let documents = proptest::collection::vec(piece, 0..200).prop_map(|pieces| pieces.concat());
        TestRunner::default()
            .run(&documents, |document| {
                if guard(&document).is_ok() {
                    let gave_up =
                        parse_query(&document).is_err_and(|error| error.to_string().contains("stack limit"));
                    prop_assert!(!gave_up, "{document}");
                }
                Ok(())
            })
            .unwrap();
    });
}
