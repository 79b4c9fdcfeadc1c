//! What would have to be otherwise.

use super::arithmetic::{dictionary, known};
use crate::{Change, Condition, Hit, Movement, Row, Rules, Table, Target};

/// Each set of changes as text, fields that stand for people in whole numbers.
fn changes(text: &str) -> Vec<String> {
    let condition =
        Condition::parse(text, &dictionary()).unwrap_or_else(|mistake| panic!("{text}: {mistake}"));
    listed(&condition)
}

fn listed(condition: &Condition) -> Vec<String> {
    let movement = |key: &str| match key {
        "town" => Movement::Never,
        "staff" => Movement::Whole,
        _ => Movement::Free,
    };
    let set = |set: &Vec<Change>| set.iter().map(spelt).collect::<Vec<_>>().join(", ");
    condition.changes(&known(), &movement).iter().map(set).collect()
}

fn spelt(change: &Change) -> String {
    let Change { field, target, distance, .. } = change;
    let by = distance.as_ref().map_or(String::new(), |distance| format!(" by {distance}"));
    match target {
        Target::AtLeast(value) => format!("{field} >= {value}{by}"),
        Target::MoreThan(value) => format!("{field} > {value}{by}"),
        Target::AtMost(value) => format!("{field} <= {value}{by}"),
        Target::LessThan(value) => format!("{field} < {value}{by}"),
        Target::OneOf(values) => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            format!("{field} in ({})", values.join(", "))
        }
        Target::Holding(value) => format!("{field} holds {value}"),
        Target::Present => format!("{field} is present"),
    }
}

const NOTHING: [&str; 0] = [];

#[test]
fn what_holds_or_is_open_needs_no_change() {
    assert_eq!(changes("employees = 120"), NOTHING);
    assert_eq!(changes("revenue > 5"), NOTHING);
}

#[test]
fn a_limit_is_reached_or_passed_as_the_text_says() {
    assert_eq!(changes("employees <= 100"), ["employees <= 100 by 20"]);
    assert_eq!(changes("employees < 100"), ["employees < 100 by 20"]);
    assert_eq!(changes("employees >= 120.5"), ["employees >= 120.5 by 0.5"]);
    assert_eq!(changes("employees > 120"), ["employees > 120 by 0"]);
    assert_eq!(changes("employees between 20 and 100"), ["employees <= 100 by 20"]);
    assert_eq!(changes("employees in (1..20]"), ["employees <= 20 by 100"]);
    assert_eq!(changes("employees = 7 or employees = 9"), ["employees in (7, 9)"]);
    assert_eq!(changes("assets <= 30000000 元"), ["assets <= 3000 by 2000"], "in the unit of the field");
    assert_eq!(changes("staff * 3 > 361 人"), ["staff >= 121 by 1"], "people are whole");
    assert_eq!(changes("staff < 120 人"), ["staff <= 119 by 1"]);
}

#[test]
fn ratios_are_solved_for_both_parts() {
    assert_eq!(changes("grant / assets >= 10%"), ["grant >= 5000000 by 4970000", "assets <= 30 by 4970"]);
    assert_eq!(
        changes("(assets - grant) / assets <= 50%"),
        ["assets <= 6 by 4994", "grant >= 25000000 by 24970000"]
    );
    assert_eq!(changes("employees * employees > 20000"), NOTHING, "squares are not solved");
}

#[test]
fn days_are_found_on_both_sides() {
    assert_eq!(changes("founded >= @\"2020-03-01\""), ["founded >= @\"2020-03-01\" by 1"]);
    assert_eq!(changes("founded < @\"2019-03-01\""), ["founded <= @\"2019-02-28\" by 366"]);
    assert_eq!(
        changes("years_between(founded, @\"2026-02-28\") >= 6 年"),
        ["founded <= @\"2020-02-28\" by 1"]
    );
    assert_eq!(changes("year(founded) = 2021"), ["founded >= @\"2021-01-01\" by 307"]);
}

#[test]
fn words_and_truths_are_named() {
    assert_eq!(changes("not(listed)"), ["listed in (false)"]);
    assert_eq!(changes("penalised"), ["penalised in (true)"]);
    assert_eq!(
        changes("answer.kind in (\"finance\", \"technology\")"),
        ["answer.kind in (\"technology\", \"finance\")"]
    );
    assert_eq!(changes("answer.kind != \"training\""), ["answer.kind in (\"technology\", \"finance\")"]);
    assert_eq!(changes("contains(awards, \"x\")"), ["awards holds \"x\""]);
    assert_eq!(
        changes("some award in awards satisfies award in (\"x\", \"y\")"),
        ["awards holds \"x\"", "awards holds \"y\""]
    );
    assert_eq!(changes("town = \"乙\""), NOTHING, "a town does not move");
}

#[test]
fn parts_that_all_must_hold_change_together_and_any_part_alone() {
    assert_eq!(
        changes("employees > 200 and not(listed) and revenue > 3"),
        ["employees > 200 by 80, listed in (false)"]
    );
    assert_eq!(
        changes("employees > 200 or not(listed) or staff > 500 人 and town = \"乙\""),
        ["employees > 200 by 80", "listed in (false)"]
    );
    assert_eq!(
        changes("if listed then employees < 20 else employees < 200"),
        ["listed in (false)", "employees < 20 by 100"]
    );
    assert_eq!(
        changes("at least 2 of (employees > 200, not(listed), staff > 500 人)"),
        [
            "employees > 200 by 80, listed in (false)",
            "employees > 200 by 80, staff >= 501 by 381",
            "listed in (false), staff >= 501 by 381",
        ]
    );
}

#[test]
fn where_there_is_nothing_something_is_wanted_on_the_right_side() {
    assert_eq!(changes("debt <= 3"), ["debt <= 3"]);
    assert_eq!(changes("debt > 3"), ["debt > 3"]);
    assert_eq!(changes("debt between 3 and 5"), ["debt >= 3", "debt <= 5"]);
    assert_eq!(changes("debt = 3"), ["debt in (3)"]);
    assert_eq!(changes("closed is present"), ["closed is present"]);
    assert_eq!(changes("penalised is present"), ["penalised in (true, false)"]);
    assert_eq!(changes("contains(kinds, \"finance\")"), ["kinds holds \"finance\""]);
    assert_eq!(changes("employees is absent"), NOTHING, "what is there does not go away");
}

#[test]
fn changes_that_undo_each_other_are_not_listed() {
    assert_eq!(changes("employees >= 200 and employees <= 110"), NOTHING);
    assert_eq!(changes("employees >= 200 and employees + staff / 1 人 <= 230"), NOTHING);
}

#[test]
fn points_are_raised_where_a_row_is_near() {
    let row = |when: &str, then: &str| Row { when: Some(when.into()), then: then.into() };
    let rows = vec![
        row("employees >= 150", "20"),
        row("employees >= 100", "10"),
        Row { when: None, then: "0".into() },
    ];
    let table = |hit, rows| Table { label: None, hit, cap: None, rows };
    let rules = Rules {
        tables: [
            ("staff_points".into(), table(Hit::First, rows)),
            (
                "points".into(),
                table(Hit::Sum, vec![row("true", "staff_points"), row("assets >= 6000 万元", "10")]),
            ),
        ]
        .into(),
        ..Rules::default()
    };
    let dictionary = dictionary().with_rules(&rules).unwrap();
    let condition = |text: &str| Condition::parse(text, &dictionary).unwrap();
    assert_eq!(listed(&condition("points >= 20")), ["employees >= 150 by 30", "assets >= 6000 by 1000"]);
    assert_eq!(listed(&condition("points >= 30")), ["employees >= 150 by 30, assets >= 6000 by 1000"]);
    assert_eq!(listed(&condition("points >= 40")), NOTHING);
}

#[test]
fn a_long_condition_is_searched_in_bounded_time() {
    let text: Vec<String> =
        (1..400).map(|limit| format!("employees * {limit} + staff / 1 人 > {limit}000000")).collect();
    assert!(!changes(&text.join(" or ")).is_empty());
    let _ = changes(&text[..200].join(" and "));
}
