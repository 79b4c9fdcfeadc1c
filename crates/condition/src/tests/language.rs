//! Laws that hold for every text of the whole language: arithmetic, units, functions, tables, quantifiers.

use std::{
    cell::Cell,
    sync::{Arc, LazyLock},
};

use jiff::civil::{Date, date};
use proptest::{collection::vec, prelude::*};

use super::{FactMap, arithmetic};
use crate::{
    Condition, Dictionary, Facts, Hit, Known, Number, Row, Rules, Table, Truth, Type, Value,
    evaluate::{Asked, MOST_STEPS, Scope},
};

/// The fields of the arithmetic tests with rules over them: a score, its greatest and first kin, and derived fields.
pub(super) static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let row = |when: &str, then: &str| Row { when: Some(when.into()), then: then.into() };
    let last = |then: &str| Row { when: None, then: then.into() };
    let table = |hit, cap: Option<&str>, rows| Table { label: None, hit, cap: cap.map(Into::into), rows };
    let mut rules = Rules::default();
    let score =
        vec![row("employees > 3", "5"), row("listed", "4"), row("debt >= revenue", "-2"), last("revenue")];
    rules.tables.insert("score".into(), table(Hit::Sum, Some("9"), score));
    let most = vec![row("employees > 3", "revenue"), row("listed or audited", "1.5")];
    rules.tables.insert("most".into(), table(Hit::Max, None, most));
    let band = vec![row("audited", "3"), row("revenue > 1", "most"), last("0")];
    rules.tables.insert("band".into(), table(Hit::First, None, band));
    let word = vec![row("listed", "\"a\""), row("penalised", "town"), last("\"\"")];
    rules.tables.insert("word".into(), table(Hit::First, None, word));
    rules.derived.insert("months".into(), "months_between(founded, closed)".into());
    rules.derived.insert("profit".into(), "if listed then grant else assets / 2".into());
    arithmetic::dictionary().with_rules(&rules).unwrap_or_else(|mistake| panic!("{mistake}"))
});

fn pick(texts: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(texts).prop_map(str::to_owned).boxed()
}

/// Numbers without a unit.
fn number(depth: u32, claims: &BoxedStrategy<String>) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        3 => pick(&["employees", "revenue", "debt", "从业人数", "score", "most", "band"]),
        2 => pick(&["0", "1", "-1", "2.5", "-3", "150%", "3", "5"]),
        1 => pick(&["count(scores)", "sum(scores)", "max(scores)", "year(founded)", "month(closed)", "(grant / assets)"]),
    ];
    leaf.prop_recursive(depth, 12, 3, {
        let claims = claims.clone();
        move |part| {
            let pair = || (part.clone(), part.clone());
            prop_oneof![
                (pair(), pick(&["+", "-", "*", "/"])).prop_map(|((a, b), sign)| format!("({a} {sign} {b})")),
                pair().prop_map(|(a, b)| format!("{a} - ({b} + 1) * 2")).prop_map(|text| format!("({text})")),
                (pair(), pick(&["min", "max", "sum", "mean"]))
                    .prop_map(|((a, b), name)| format!("{name}({a}, {b})")),
                (pair(), pick(&["min", "max", "sum"]))
                    .prop_map(|((a, b), name)| format!("{name}([{a}, {b}, 1])")),
                part.clone().prop_map(|a| format!("abs({a})")),
                part.clone().prop_map(|a| format!("(-({a}))")),
                (claims.clone(), pair()).prop_map(|(when, (a, b))| format!("(if {when} then {a} else {b})")),
            ]
        }
    })
    .boxed()
}

fn money() -> BoxedStrategy<String> {
    let leaf = || pick(&["assets", "grant", "profit", "3 万元", "2.5 亿元", "0 元", "资产总额"]);
    prop_oneof![
        leaf(),
        (leaf(), leaf(), pick(&["+", "-"])).prop_map(|(a, b, sign)| format!("({a} {sign} {b})")),
        leaf().prop_map(|a| format!("({a} * 2)")),
        (leaf(), leaf()).prop_map(|(a, b)| format!("max({a}, {b})")),
    ]
    .boxed()
}

fn simple_claim() -> BoxedStrategy<String> {
    let days = || {
        pick(&["founded", "closed", "@\"2020-03-01\"", "date(year(founded) + 1, 6, 30)", "date(2021, 2, 28)"])
    };
    let words = || {
        pick(&[
            "town",
            "street",
            "\"a\"",
            "\"ab\"",
            "word",
            "substring(town, 2, 1)",
            "lookup(numbers, \"2023\")",
        ])
    };
    let comparison = || pick(&["=", "!=", "<", "<=", ">", ">="]);
    prop_oneof![
        2 => pick(&["listed", "audited", "penalised", "true", "lookup(results, 2023)"]),
        2 => (pick(&["employees", "revenue", "debt", "score", "band", "most"]), comparison(), pick(&["1", "3", "5", "9", "revenue"]))
            .prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        2 => (money(), comparison(), money()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        1 => (days(), comparison(), days()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        1 => (words(), words(), pick(&["=", "!="])).prop_map(|(a, b, sign)| format!("{a} {sign} {b}")),
        1 => (words(), words(), pick(&["in", "not in"])).prop_map(|(a, b, word)| format!("{a} {word} ({b}, \"\")")),
        1 => words().prop_map(|a| format!("starts_with({a}, \"a\")")),
        1 => words().prop_map(|a| format!("contains(awards, {a})")),
        1 => pick(&["months >= 2", "months in [1 月..2 年)", "days_between(founded, closed) > 30 天", "staff * 3 元 > grant"]),
        1 => pick(&["debt is absent", "profit is present", "band is absent", "(if listed then debt else 1) is present"]),
    ]
    .boxed()
}

pub(super) fn claim() -> BoxedStrategy<String> {
    let simple = simple_claim();
    let numbers = || number(2, &simple_claim());
    let leaf = prop_oneof![
        3 => simple,
        3 => (numbers(), pick(&["=", "!=", "<", "<=", ">", ">="]), numbers()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        1 => (numbers(), numbers()).prop_map(|(a, b)| format!("{a} between {b} and 5")),
        1 => (numbers(), pick(&["in (1, revenue)", "in [0..employees)", "not in (0..3]", "in scores"]))
            .prop_map(|(a, set)| format!("{a} {set}")),
        1 => (pick(&["some", "every"]), numbers()).prop_map(|(word, a)| format!("({word} x in [1, revenue, debt] satisfies x < {a})")),
        1 => pick(&["(every x in scores satisfies x > revenue or listed)", "(some x in awards satisfies x in (word, street))"]),
    ];
    leaf.prop_recursive(3, 16, 3, |part| {
        let pair = || (part.clone(), part.clone());
        prop_oneof![
            pair().prop_map(|(a, b)| format!("({a} and {b})")),
            pair().prop_map(|(a, b)| format!("({a} or {b})")),
            part.clone().prop_map(|a| format!("not({a})")),
            (pair(), 1..3).prop_map(|((a, b), count)| format!("at least {count} of ({a}, {b})")),
            (part.clone(), pair()).prop_map(|(when, (a, b))| format!("(if {when} then {a} else {b})")),
        ]
    })
    .boxed()
}

fn day() -> impl Strategy<Value = Date> {
    prop::sample::select(vec![date(2020, 2, 29), date(2020, 3, 1), date(2021, 6, 30), date(2022, 1, 31)])
}

fn of_kind(kind: &Type) -> BoxedStrategy<Value> {
    match kind {
        Type::Truth | Type::Anything => any::<bool>().prop_map(Value::Truth).boxed(),
        Type::Number | Type::Amount(_) => (-4..10i64, 1..3i64)
            .prop_map(|(above, below)| {
                Value::Number(Number::parse(&format!("{above}e{}", below - 1)).unwrap())
            })
            .boxed(),
        Type::Date => day().prop_map(Value::Date).boxed(),
        Type::Text => prop::sample::select(&["", "a", "ab", "甲"]).prop_map(Value::from).boxed(),
        Type::Choice(_) => prop::sample::select(&["training", "finance"]).prop_map(Value::from).boxed(),
        Type::List(of) => {
            let part = prop_oneof![8 => of_kind(of), 1 => Just(Value::Absent)];
            vec(part, 0..4).prop_map(Value::List).boxed()
        }
        Type::Map(of) => {
            let keys = || prop::sample::select(&["2023", "2020", "x"]).prop_map(Arc::from);
            proptest::collection::btree_map(keys(), of_kind(of), 0..3).prop_map(Value::Map).boxed()
        }
    }
}

/// The fields that facts may give; the rest follow from them.
fn given() -> Vec<(Arc<str>, Type)> {
    let given = |key: &str| DICTIONARY.entry(key).is_some_and(|(_, entry)| entry.rule.is_none());
    DICTIONARY.fields().filter(|(key, _)| given(key)).map(|(key, kind)| (key.clone(), kind.clone())).collect()
}

/// All facts, and how much of them somebody said.
fn facts() -> impl Strategy<Value = (FactMap, FactMap)> {
    let each: Vec<_> = given()
        .into_iter()
        .map(|(key, kind)| {
            (Just(key), prop_oneof![6 => of_kind(&kind).prop_map(Some), 1 => Just(None)], any::<bool>())
        })
        .collect();
    each.prop_map(|facts| {
        let all = facts.iter().map(|(key, value, _)| (key.clone(), value.clone())).collect();
        let said =
            facts.into_iter().filter(|(_, _, said)| *said).map(|(key, value, _)| (key, value)).collect();
        (all, said)
    })
}

fn parsed(text: &str) -> Condition {
    Condition::parse(text, &DICTIONARY).unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
}

/// Numbers known as ranges this far below and above what they are.
struct Blurred<'f> {
    facts: &'f FactMap,
    by: i64,
}

impl Facts for Blurred<'_> {
    fn fact(&self, name: &str) -> Known<'_> {
        match self.facts.fact(name) {
            Known::Value(value) => match &*value {
                Value::Number(number) if self.by > 0 => {
                    let by = Number::from(self.by);
                    Known::Range { low: number.minus(&by).unwrap(), high: number.plus(&by).unwrap() }
                }
                _ => Known::Value(value),
            },
            known => known,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::times(120), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_parses_to_the_same_tree(text in claim()) {
        let condition = parsed(&text);
        let printed = condition.to_string();
        prop_assert_eq!(&parsed(&printed), &condition, "{}", printed);
        prop_assert_eq!(parsed(&printed).to_string(), printed);
    }

    #[test]
    fn logic_is_kleenes(a in claim(), b in claim(), (_, facts) in facts()) {
        let truth = |text: &str| parsed(text).truth(&facts);
        let (one, other) = (truth(&a), truth(&b));
        prop_assert_eq!(truth(&format!("({a}) and ({b})")), one.min(other));
        prop_assert_eq!(truth(&format!("({a}) or ({b})")), one.max(other));
        prop_assert_eq!(truth(&format!("not({a})")), !one);
        prop_assert_eq!(truth(&format!("not(({a}) and ({b}))")), truth(&format!("not({a}) or not({b})")));
        prop_assert_eq!(truth(&format!("if ({a}) then ({b}) else ({b})")), other);
    }

    #[test]
    fn forgetting_a_fact_never_flips_a_verdict(text in claim(), (all, some) in facts()) {
        let condition = parsed(&text);
        let (before, after) = (condition.truth(&all), condition.truth(&some));
        prop_assert!([before, Truth::Unknown].contains(&after), "{}: {:?}, then {:?}", text, before, after);
        for key in some.keys() {
            let mut fewer = some.clone();
            fewer.remove(key);
            prop_assert!([after, Truth::Unknown].contains(&condition.truth(&fewer)), "{}: forgetting {}", text, key);
        }
    }

    #[test]
    fn narrowing_a_range_never_flips_a_verdict(text in claim(), (_, facts) in facts(), wide in 1..4i64) {
        let condition = parsed(&text);
        let truth = |by| condition.truth(&Blurred { facts: &facts, by });
        let (vague, closer, exact) = (truth(wide), truth(wide - 1), truth(0));
        prop_assert!([closer, Truth::Unknown].contains(&vague), "{}: {:?}, then {:?}", text, vague, closer);
        prop_assert!([exact, Truth::Unknown].contains(&closer), "{}: {:?}, then {:?}", text, closer, exact);
    }

    #[test]
    fn what_is_named_as_missing_is_unknown_and_keeps_it_open(text in claim(), (_, some) in facts()) {
        let condition = parsed(&text);
        let missing = condition.unknowns(&some);
        prop_assert!(missing.iter().all(|name| !some.contains_key(name)));
        prop_assert!(missing.is_empty() || condition.truth(&some) == Truth::Unknown);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::times(50), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_always_decides_does_whatever_the_values(
        text in claim(), (all, some) in facts(), more in vec(facts(), 3)
    ) {
        let condition = parsed(&text);
        for set in condition.questions(&some).always_decides {
            for values in more.iter().map(|(all, _)| all).chain([&all]) {
                let mut learned = some.clone();
                for name in &set {
                    // A derived field has no fact among them, and absence is no value.
                    let value = values.get(name).cloned().flatten();
                    learned.insert(name.clone(), Some(value.unwrap_or(Value::from(7))));
                }
                let fits = |name: &Arc<str>| {
                    let value = learned.get(name).cloned().flatten();
                    DICTIONARY.get(name).is_some_and(|(_, kind)| value.is_some_and(|value| kind.admits(&value)))
                };
                if set.iter().all(fits) {
                    prop_assert_ne!(condition.truth(&learned), Truth::Unknown, "{}: {:?} of {:?}", text, set, some);
                }
            }
        }
    }

    #[test]
    fn what_could_decide_does_for_some_answers_and_no_part_of_it_is_listed(text in claim(), (_, some) in facts()) {
        let condition = parsed(&text);
        let found = condition.questions(&some);
        prop_assert!(found.could_decide.len() <= 5 && found.always_decides.len() <= 5);
        for sets in [&found.could_decide, &found.always_decides] {
            for (index, set) in sets.iter().enumerate() {
                prop_assert!(!set.is_empty() && set.iter().all(|name| !some.contains_key(name)));
                let part = |other: &Vec<Arc<str>>| other.iter().all(|name| set.contains(name));
                prop_assert!(!sets.iter().enumerate().any(|(other, names)| other != index && part(names)));
            }
            prop_assert!(sets.is_sorted_by_key(Vec::len));
        }
        for set in &found.could_decide {
            let steps = Cell::new(MOST_STEPS);
            let outcome = condition.expression().tree().outcome(&Scope::new(&some, Asked::values(set), &steps));
            let exhibit = condition.exhibit(&some, set);
            prop_assert!(
                exhibit.is_some_and(|facts| condition.truth(&facts) != Truth::Unknown)
                    || !outcome.has(crate::Outcome::UNKNOWN),
                "{}: {:?} of {:?}", text, set, some
            );
        }
    }
}
