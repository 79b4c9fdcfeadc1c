//! What to ask for.

use super::arithmetic::{dictionary, known};
use crate::{Condition, Hit, Questions, Row, Rules, Table};

fn questions(text: &str) -> Questions {
    Condition::parse(text, &dictionary())
        .unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
        .questions(&known())
}

fn sets(sets: &[Vec<std::sync::Arc<str>>]) -> Vec<String> {
    sets.iter().map(|set| set.join(" ")).collect()
}

fn check(text: &str, could: &[&str], always: &[&str]) {
    let found = questions(text);
    assert_eq!(sets(&found.could_decide), could, "{text}");
    assert_eq!(sets(&found.always_decides), always, "{text}");
}

#[test]
fn the_smallest_sets_come_first() {
    check("listed", &[], &[]);
    check("audited", &["audited"], &["audited"]);
    check("audited and revenue > 5", &["audited", "revenue"], &["audited revenue"]);
    check("audited or revenue > 5", &["audited", "revenue"], &["audited revenue"]);
    check("at least 2 of (audited, revenue > 1, listed)", &["audited", "revenue"], &["audited revenue"]);
    check("revenue + months / 1 月 > 5", &["revenue months"], &["revenue months"]);
    check("audited and (listed or revenue > 5)", &["audited"], &["audited"]);
    check(
        "if audited then revenue > 5 else street = \"x\"",
        &["audited revenue", "audited street", "revenue street"],
        &["audited revenue street"],
    );
}

#[test]
fn what_may_be_divided_by_zero_may_decide_but_need_not() {
    check("employees / revenue > 5", &["revenue"], &[]);
    check("revenue / employees > 5", &["revenue"], &["revenue"]);
    check("lookup(results, 2023)", &[], &[]);
}

#[test]
fn rare_answers_are_found_and_that_there_is_none_is_one() {
    check("revenue > 5 and revenue < 6 and audited", &["revenue", "audited"], &["revenue audited"]);
    check("revenue in [5.1..5.2] or audited", &["revenue", "audited"], &["revenue audited"]);
    check("street is absent or contains(scores, 5)", &["street", "scores"], &["street scores"]);
}

#[test]
fn values_that_are_each_known_may_differ_where_nobody_knows_which_counts() {
    check("(if audited then \"a\" else \"b\") in (\"a\", \"c\")", &["audited"], &["audited"]);
    check(
        "(if audited then revenue else months / 1 月) > 5",
        &["audited revenue", "audited months", "revenue months"],
        &["audited revenue months"],
    );
    // A table as much as an `if`.
    let row = |when: Option<&str>, then: &str| Row { when: when.map(Into::into), then: then.into() };
    let rows = vec![row(Some("audited"), "revenue"), row(None, "months / 1 月")];
    let table = Table { label: None, hit: Hit::First, cap: None, rows };
    let rules = Rules { tables: [("band".into(), table)].into(), ..Rules::default() };
    let dictionary = dictionary().with_rules(&rules).unwrap();
    let found = Condition::parse("band > 5", &dictionary).unwrap().questions(&known());
    assert_eq!(sets(&found.could_decide), ["audited revenue", "audited months", "revenue months"]);
    assert_eq!(sets(&found.always_decides), ["audited revenue months"]);
}

#[test]
fn at_most_five_of_each() {
    let dictionary = (0..30)
        .fold(dictionary(), |dictionary, index| dictionary.with(format!("f{index}"), crate::Type::Number));
    let joined =
        |word: &str| (0..30).map(|index| format!("f{index} > {index}")).collect::<Vec<_>>().join(word);
    let found = Condition::parse(&joined(" and "), &dictionary).unwrap().questions(&known());
    assert_eq!(sets(&found.could_decide), ["f0", "f1", "f2", "f3", "f4"]);
    assert_eq!(found.always_decides.len(), 1);
    assert_eq!(found.always_decides.first().map(Vec::len), Some(30));
    let least = format!("at least 25 of ({})", joined(", "));
    let found = Condition::parse(&least, &dictionary).unwrap().questions(&known());
    assert!(!found.could_decide.is_empty() && found.could_decide.iter().all(|set| set.len() == 6));
    assert_eq!(found.always_decides.first().map(Vec::len), Some(30));
}

#[test]
fn a_derived_field_is_asked_for_beside_what_it_follows_from() {
    let mut rules = Rules::default();
    rules.derived.insert("revenue".into(), "months_between(founded, closed) + count(scores)".into());
    let dictionary = dictionary().with_rules(&rules).unwrap();
    let mut facts = known();
    facts.remove("closed");
    let found = Condition::parse("revenue > 5", &dictionary).unwrap().questions(&facts);
    assert_eq!(sets(&found.could_decide), ["revenue", "closed scores"]);
    assert_eq!(sets(&found.always_decides), ["revenue", "closed scores"]);
}
