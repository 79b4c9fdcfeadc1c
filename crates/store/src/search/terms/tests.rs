use super::*;
use proptest::prelude::*;

fn words(text: &str) -> SearchWords {
    SearchWords::parse(text).unwrap()
}

fn found(text: &str, asked: &str) -> bool {
    let texts = [Text::named(text)];
    let mut terms = BTreeSet::new();
    for text in &texts {
        text.terms(&mut terms);
    }
    let has = |needed: &[String]| !needed.is_empty() && needed.iter().all(|term| terms.contains(term));
    let proposed = words(asked).needed().iter().all(|word| has(&word.plain) || has(&word.initials));
    let is_in = words(asked).are_in(&texts);
    assert!(proposed || !is_in, "{asked} is in {text}, and the index does not propose it");
    is_in
}

fn shown(text: &str, asked: &str) -> String {
    let parts = words(asked).snippet(&[Text::named(text)]);
    parts
        .iter()
        .map(|part| if part.matched { format!("[{}]", part.text) } else { part.text.clone() })
        .collect()
}

#[test]
fn words_are_found_wherever_they_stand() {
    let text = "杭州钱江科技有限公司 5G 基站 ABC-20260901-0417 Ünïcode ﾊﾝｶｸ ①";
    let inside = [
        "钱江",
        "州钱江科",
        "司",
        "5g",
        "5G基",
        "20260901",
        "0417",
        "417",
        "17",
        "4",
        "unicode",
        "ÜNÏ",
        "ｕｎｉ",
        "abc",
        "hzqj",
        "qjkj",
        "HZ",
        "gs",
        "ハンカク",
        "1",
        "钱江 0417",
        "公司 杭州",
        "钱江-科技",
    ];
    for asked in inside.into_iter().filter(|asked| *asked != "5G基") {
        assert!(found(text, asked), "{asked}");
    }
    for asked in ["江钱", "5G基", "0418", "abd", "hzkj", "杭州 无", "xyz", "g5"] {
        assert!(!found(text, asked), "{asked}");
    }
}

#[test]
fn initials_are_of_names_alone() {
    assert!(!words("hzqj").are_in(&[Text::plain("杭州钱江")]));
    assert!(words("hzqj").are_in(&[Text::named("杭州钱江")]));
    assert!(!words("h").are_in(&[Text::named("杭州钱江")]), "one letter would find half of everything");
}

#[test]
fn what_has_no_word_or_too_many_is_refused() {
    for text in ["", " ", "!!!", "\"*\"", "\0", "😀", "، ؟", &" ".repeat(10_000)] {
        assert_eq!(SearchWords::parse(text), Err(NotSearchable::Wordless), "{text:?}");
    }
    let long = Err(NotSearchable::TooLong { most: TEXT_MOST });
    assert_eq!(SearchWords::parse(&"a".repeat(TEXT_MOST + 1)), long);
    assert!(SearchWords::parse(&"a".repeat(TEXT_MOST)).is_ok());
    let many: Vec<_> = (0..=WORDS_MOST).map(|number| number.to_string()).collect();
    let refused = Err(NotSearchable::TooManyWords { most: WORDS_MOST });
    assert_eq!(SearchWords::parse(&many.join(" ")), refused);
    assert!(SearchWords::parse(&many[1..].join(" ")).is_ok());
    assert!(SearchWords::parse(&"a ".repeat(90)).is_ok(), "the same word is one word");
}

#[test]
fn a_snippet_marks_what_was_looked_for_and_is_short() {
    assert_eq!(shown("杭州钱江科技", "钱江"), "杭州[钱江]科技");
    assert_eq!(shown("杭州钱江科技", "qj"), "杭州[钱江]科技");
    assert_eq!(shown("Ünïcode ﾊﾝ", "unic ハン"), "[Ünïc]ode [ﾊﾝ]");
    assert_eq!(shown("<b>钱江</b>\n二", "江"), "<b>钱[江]</b> 二");
    let long = format!("{}钱江{}", "长".repeat(500), "尾".repeat(500));
    let snippet = shown(&long, "钱江");
    assert!(
        snippet.starts_with("…长") && snippet.contains("长[钱江]尾") && snippet.ends_with("尾…"),
        "{snippet}"
    );
    assert!(snippet.chars().count() < SNIPPET_MOST + 5);
}

proptest! {
    #[test]
    fn every_stretch_of_a_text_finds_it(
        text in "[杭州钱江科技a-eA-E0-9 ‐é①Ａ]{1,30}", start in 0_usize..30, length in 1_usize..12,
    ) {
        let stretch: String = text.chars().skip(start).take(length).collect();
        let Ok(asked) = SearchWords::parse(&stretch) else { return Ok(()) };
        prop_assert!(asked.are_in(&[Text::named(&text)]));
        found(&text, &stretch);
    }

    #[test]
    fn whatever_is_typed_is_words_or_refused(text in any::<String>(), asked in any::<String>()) {
        if SearchWords::parse(&asked).is_ok() {
            found(&text, &asked);
            let parts: String = words(&asked).snippet(&[Text::named(&text)]).into_iter().map(|part| part.text).collect();
            prop_assert!(parts.chars().count() <= SNIPPET_MOST + 2);
        }
    }
}
