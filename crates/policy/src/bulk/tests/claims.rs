//! Random conditions, as text.
use proptest::prelude::*;
use proptest::sample::select;

fn any_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    select(texts).prop_map(str::to_owned)
}

fn comparison() -> impl Strategy<Value = String> + Clone {
    any_of(&["=", "!=", "<", "<=", ">", ">="])
}

/// Amounts of money, in different units.
fn money() -> BoxedStrategy<String> {
    let item =
        any_of(&["revenue", "spend", "profit", "5000 万元", "300 万元", "20 元", "0.05 万元", "1 亿元"]);
    item.prop_recursive(2, 6, 2, |part| {
        prop_oneof![
            (part.clone(), any_of(&["+", "-"]), part.clone())
                .prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
            (part.clone(), any_of(&["* 2", "/ 3", "* 0", "/ 0", "* ratio", "/ ratio"]))
                .prop_map(|(a, by)| format!("{a} {by}")),
            part.clone().prop_map(|a| format!("-({a})")),
            (part.clone(), part.clone()).prop_map(|(a, b)| format!("sum({a}, {b})")),
            (part.clone(), part.clone()).prop_map(|(a, b)| format!("mean([{a}, {b}])")),
            (part.clone(), part).prop_map(|(a, b)| format!("max({a}, {b})")),
        ]
    })
    .boxed()
}

/// Numbers without a unit.
fn plain() -> BoxedStrategy<String> {
    let item =
        any_of(&["ratio", "share", "growth", "points", "band", "5%", "0.05", "1", "20", "0", "1/3", "12"]);
    let ratio = (money(), money()).prop_map(|(a, b)| format!("{a} / ({b})"));
    let chosen = any_of(&[
        "(if listed then 5 else ratio)",
        "(if staff > 20 人 then 1 else 20)",
        "(if small then share else 0.05)",
    ]);
    prop_oneof![4 => item, 1 => ratio, 1 => chosen]
        .prop_recursive(2, 5, 2, |part| {
            prop_oneof![
                (part.clone(), any_of(&["+", "-", "*", "/"]), part.clone())
                    .prop_map(|(a, sign, b)| format!("({a}) {sign} ({b})")),
                part.prop_map(|a| format!("abs({a})")),
            ]
        })
        .boxed()
}

fn leaf() -> impl Strategy<Value = String> + Clone {
    let staff = || any_of(&["staff", "20 人", "300 人", "19.99 人", "301", "staff * 2", "staff - staff"]);
    let day = || any_of(&["founded", "closed", "@\"2024-12-31\"", "@\"2020-02-29\"", "date(2025, 3, 1)"]);
    let text = any_of(&[
        "kind = \"a\"",
        "kind != \"b\"",
        "kind in (\"a\", \"c\")",
        "kind not in (\"a\", \"c\")",
        "kind is present",
        "region is absent",
        "starts_with(region, \"3301\")",
        "substring(region, 3, 2) = \"01\"",
        "region = class",
        "class = \"micro\"",
        "class in (\"micro\", \"small\")",
        "class not in (\"x\")",
        "class is present",
        "size = \"micro\"",
        "size != \"small\"",
        "size in (\"small\", \"large\")",
        "contains(awards, \"a\")",
        "some x in awards satisfies x = region",
        "every x in scores satisfies x > ratio",
        "count(scores) > 1",
        "kind in awards",
        "listed",
        "small",
        "listed = true",
        "listed = false",
        "small != true",
        "listed = small",
        "listed is absent",
        "small is present",
        "share is present",
        "growth is absent",
        "staff is absent",
        "true",
        "1 / 0 > 3",
        "criteria(\"base\")",
        "years_between(founded, closed) >= 3",
        "month(founded) = 2",
        "band = 5",
        "band >= 3",
        "points > 10",
    ]);
    let sum = |a: BoxedStrategy<String>| {
        (a.clone(), comparison(), a).prop_map(|(a, by, b)| format!("{a} {by} {b}"))
    };
    let between = |a: BoxedStrategy<String>| {
        let shape = any_of(&[
            "A between B and C",
            "A in [B..C)",
            "A in (B..C]",
            "A not in [B..C]",
            "A in (B, C)",
            "A not in (B, C)",
        ]);
        (shape, a.clone(), a.clone(), a)
            .prop_map(|(shape, a, b, c)| shape.replace('A', &a).replace('B', &b).replace('C', &c))
    };
    let days = (day(), day(), any_of(&["<= 1767", "> 60 天", "= 0", "<= ratio * 1 天"]))
        .prop_map(|(a, b, than)| format!("days_between({a}, {b}) {than}"));
    prop_oneof![
        4 => text,
        2 => sum(staff().boxed()),
        1 => between(staff().boxed()),
        2 => sum(money()),
        1 => between(money()),
        3 => sum(plain()),
        1 => between(plain()),
        1 => sum(day().boxed()),
        1 => between(day().boxed()),
        1 => days,
    ]
}

/// A condition in the fields of the dictionary.
pub(super) fn condition() -> impl Strategy<Value = String> {
    leaf().prop_recursive(3, 12, 4, |part| {
        let parts = || prop::collection::vec(part.clone(), 2..5);
        prop_oneof![
            parts().prop_map(|parts| format!("({})", parts.join(" and "))),
            parts().prop_map(|parts| format!("({})", parts.join(" or "))),
            part.clone().prop_map(|part| format!("not({part})")),
            (parts(), 1..3).prop_map(|(parts, count)| format!("at least {count} of ({})", parts.join(", "))),
            [part.clone(), part.clone(), part.clone()]
                .prop_map(|[guard, then, otherwise]| format!("(if {guard} then {then} else {otherwise})")),
        ]
    })
}
