//! Laws that hold for every tree and all facts.

use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::{collection::vec, option, prelude::*};

use super::{FactMap, dictionary};
use crate::{
    Change, Condition, Expression, Movement, Number, Truth, Value,
    tree::{Comparison, Field, Literal, Set, Tree},
};

fn field(name: &str) -> Tree {
    let dictionary = dictionary();
    let (key, entry) = dictionary.entry(name).unwrap();
    let (key, kind, rule) = (key.clone(), entry.kind.clone(), entry.rule.clone());
    Tree::Field(Field { key, written: name.into(), kind, rule })
}

fn fields(names: &'static [&'static str]) -> impl Strategy<Value = Tree> + Clone {
    prop::sample::select(names).prop_map(field)
}

fn small_number() -> impl Strategy<Value = Number> {
    (-3..4i64, 0..3usize).prop_map(|(whole, places)| Number::parse(&format!("{whole}e-{places}")).unwrap())
}

fn number() -> impl Strategy<Value = Tree> {
    let literal = (small_number(), any::<bool>()).prop_map(|(number, percent)| {
        if percent { Literal::percent(&number) } else { Literal::plain(number) }
    });
    prop_oneof![fields(&["employees", "从业人数", "revenue", "debt", "clock.finish.workdays_left"]), literal]
}

fn day() -> impl Strategy<Value = Date> {
    prop::sample::select(vec![date(2020, 2, 29), date(2026, 1, 2), date(9999, 12, 31), date(0, 1, 1)])
}

fn word() -> impl Strategy<Value = Arc<str>> {
    prop::sample::select(&["a", "甲 ", "say \"a\\n\"\n\t", "", "\r"]).prop_map(Arc::from)
}

fn kind() -> impl Strategy<Value = Arc<str>> {
    prop::sample::select(&["training", "technology", "finance"]).prop_map(Arc::from)
}

/// Operands of one type that has an order.
fn ordered() -> impl Strategy<Value = [Tree; 3]> {
    let dates = || prop_oneof![fields(&["founded", "closed"]), day().prop_map(Literal::plain)];
    prop_oneof![[number(), number(), number()], [dates(), dates(), dates()]]
}

/// Operands of one type that may have none.
fn comparable() -> impl Strategy<Value = [Tree; 3]> {
    let words = || {
        prop_oneof![fields(&["town", "street"]), word().prop_map(|word| Literal::plain(Value::Text(word)))]
    };
    let kinds =
        || prop_oneof![fields(&["answer.kind"]), kind().prop_map(|kind| Literal::plain(Value::Text(kind)))];
    prop_oneof![ordered(), [words(), words(), words()], [kinds(), kinds(), kinds()]]
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    prop::sample::select(&[Equal, NotEqual, Less, AtMost, Greater, AtLeast])
}

fn equality() -> impl Strategy<Value = Comparison> {
    prop::sample::select(&[Comparison::Equal, Comparison::NotEqual])
}

fn compare(comparison: Comparison, left: Tree, right: Tree) -> Tree {
    Tree::Compare { comparison, left: left.into(), right: right.into() }
}

fn inside(value: Tree, set: Set, negated: bool) -> Tree {
    Tree::In { value: value.into(), set, negated }
}

fn leaf() -> impl Strategy<Value = Tree> {
    let interval = (ordered(), any::<[bool; 3]>()).prop_map(|([value, low, high], [from, to, negated])| {
        let (low, high) = (low.into(), high.into());
        inside(value, Set::Interval { low, includes_low: from, high, includes_high: to }, negated)
    });
    let listed = prop_oneof![
        (number(), Just("scores")),
        (fields(&["town", "street"]), Just("awards")),
        (fields(&["answer.kind"]), Just("kinds")),
    ];
    prop_oneof![
        3 => fields(&["listed", "audited", "penalised", "已上市"]),
        1 => any::<bool>().prop_map(Literal::plain),
        2 => (ordered(), comparison()).prop_map(|([left, right, _], comparison)| compare(comparison, left, right)),
        2 => (comparable(), equality()).prop_map(|([left, right, _], equality)| compare(equality, left, right)),
        1 => ordered().prop_map(|[value, low, high]| Tree::Between {
            value: value.into(), low: low.into(), high: high.into()
        }),
        1 => interval,
        1 => (comparable(), any::<bool>()).prop_map(|([value, one, two], negated)| {
            inside(value, Set::Members(vec![one, two]), negated)
        }),
        1 => (listed, any::<bool>()).prop_map(|((value, list), negated)| {
            inside(value, Set::List(field(list).into()), negated)
        }),
        1 => (fields(&["employees", "debt", "awards", "scores", "penalised"]), any::<bool>())
            .prop_map(|(of, present)| Tree::Presence { of: of.into(), present }),
    ]
}

fn claim() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(4, 40, 4, |part| {
        let parts = || vec(part.clone(), 2..5);
        prop_oneof![
            parts().prop_map(Tree::And),
            parts().prop_map(Tree::Or),
            part.clone().prop_map(|part| Tree::Not(part.into())),
            (parts(), any::<prop::sample::Index>())
                .prop_map(|(of, count)| Tree::AtLeast { count: count.index(of.len()) + 1, of }),
            (part.clone(), equality(), part.clone())
                .prop_map(|(left, equality, right)| compare(equality, left, right)),
            (part.clone(), parts(), any::<bool>()).prop_map(|(value, members, negated)| inside(
                value,
                Set::Members(members),
                negated
            )),
            (part.clone(), any::<bool>()).prop_map(|(of, present)| Tree::Presence { of: of.into(), present }),
        ]
    })
}

/// A value, or absence, for every field.
fn all_facts() -> impl Strategy<Value = FactMap> {
    let numbers = || option::weighted(0.8, small_number().prop_map(Value::Number));
    let truths = || option::weighted(0.8, any::<bool>().prop_map(Value::Truth));
    let words = || option::weighted(0.8, word().prop_map(Value::Text));
    let days = || option::weighted(0.8, day().prop_map(Value::Date));
    let kinds = || option::weighted(0.8, kind().prop_map(Value::Text));
    let lists = || {
        (
            option::weighted(0.8, vec(word().prop_map(Value::Text), 0..3).prop_map(Value::List)),
            option::weighted(0.8, vec(small_number().prop_map(Value::Number), 0..3).prop_map(Value::List)),
            option::weighted(0.8, vec(kind().prop_map(Value::Text), 0..3).prop_map(Value::List)),
        )
    };
    let plain = ([numbers(), numbers(), numbers(), numbers()], [truths(), truths(), truths()]);
    (plain, [words(), words()], [days(), days()], kinds(), lists()).prop_map(
        |(([n1, n2, n3, n4], [b1, b2, b3]), [w1, w2], [d1, d2], kind, (awards, scores, kinds))| {
            [
                ("employees", n1),
                ("revenue", n2),
                ("debt", n3),
                ("clock.finish.workdays_left", n4),
                ("listed", b1),
                ("audited", b2),
                ("penalised", b3),
                ("town", w1),
                ("street", w2),
                ("founded", d1),
                ("closed", d2),
                ("answer.kind", kind),
                ("awards", awards),
                ("scores", scores),
                ("kinds", kinds),
            ]
            .map(|(key, value)| (Arc::from(key), value))
            .into()
        },
    )
}

/// All facts, and how much of them somebody said.
fn facts() -> impl Strategy<Value = (FactMap, FactMap)> {
    (all_facts(), any::<[bool; 15]>()).prop_map(|(all, said)| {
        let some =
            all.clone().into_iter().zip(said).filter(|(_, said)| *said).map(|(fact, _)| fact).collect();
        (all, some)
    })
}

fn not(tree: &Tree) -> Tree {
    Tree::Not(tree.clone().into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::times(400), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn de_morgan(a in claim(), b in claim(), (_, facts) in facts()) {
        let both = Tree::And(vec![a.clone(), b.clone()]);
        let neither = Tree::Or(vec![not(&a), not(&b)]);
        prop_assert_eq!(not(&both).truth(&facts), neither.truth(&facts));
        let either = Tree::Or(vec![a.clone(), b.clone()]);
        let none = Tree::And(vec![not(&a), not(&b)]);
        prop_assert_eq!(not(&either).truth(&facts), none.truth(&facts));
    }

    #[test]
    fn order_does_not_matter_and_saying_it_twice_adds_nothing(a in claim(), b in claim(), (_, facts) in facts()) {
        for join in [Tree::And, Tree::Or] {
            let truth = |parts: Vec<Tree>| join(parts).truth(&facts);
            prop_assert_eq!(truth(vec![a.clone(), b.clone()]), truth(vec![b.clone(), a.clone()]));
            prop_assert_eq!(truth(vec![a.clone(), a.clone()]), a.truth(&facts));
        }
    }

    #[test]
    fn denying_twice_is_saying(a in claim(), (_, facts) in facts()) {
        prop_assert_eq!(not(&not(&a)).truth(&facts), a.truth(&facts));
    }

    #[test]
    fn at_least_one_is_or_and_at_least_all_is_and(parts in vec(claim(), 1..4), (_, facts) in facts()) {
        let at_least = |count| Tree::AtLeast { count, of: parts.clone() }.truth(&facts);
        prop_assert_eq!(at_least(1), Tree::Or(parts.clone()).truth(&facts));
        prop_assert_eq!(at_least(parts.len()), Tree::And(parts.clone()).truth(&facts));
    }

    #[test]
    fn forgetting_a_fact_never_flips_a_verdict(a in claim(), (all, some) in facts()) {
        let before = a.truth(&all);
        prop_assert_ne!(before, Truth::Unknown, "who knows everything decides everything");
        prop_assert!([before, Truth::Unknown].contains(&a.truth(&some)));
        for key in some.keys() {
            let mut fewer = some.clone();
            fewer.remove(key);
            prop_assert!([a.truth(&some), Truth::Unknown].contains(&a.truth(&fewer)), "forgetting {}", key);
        }
    }

    #[test]
    fn learning_what_is_named_as_missing_decides(a in claim(), (all, some) in facts()) {
        let expression = Expression::parse(&a.to_string(), &dictionary()).unwrap();
        let missing = expression.unknowns(&some);
        prop_assert_eq!(missing.is_empty(), a.truth(&some) != Truth::Unknown);
        let mut learned = some.clone();
        for name in missing {
            let value = all.get(&name).unwrap().clone();
            prop_assert_eq!(learned.insert(name, value), None, "it was known already");
        }
        prop_assert_eq!(a.truth(&learned), a.truth(&all));
    }

    #[test]
    fn after_the_changes_that_are_listed_nothing_fails_and_each_is_needed(a in claim(), (_, facts) in facts()) {
        let condition = Condition::parse(&a.to_string(), &dictionary()).unwrap();
        let found = condition.changes(&facts, &|_| Movement::Free);
        prop_assert!(found.is_empty() || a.truth(&facts) == Truth::No);
        for set in found {
            let with = |changes: &[&Change]| {
                let mut facts = facts.clone();
                facts.extend(changes.iter().map(|change| (change.field.clone(), Some(change.example.clone()))));
                a.truth(&facts)
            };
            let all: Vec<&Change> = set.iter().collect();
            prop_assert_ne!(with(&all), Truth::No, "{:?}", set);
            for left_out in 0..all.len() {
                let mut fewer = all.clone();
                fewer.remove(left_out);
                prop_assert_eq!(with(&fewer), Truth::No, "{:?} without {}", set, left_out);
            }
        }
    }

    #[test]
    fn what_is_printed_parses_to_the_same_tree(a in claim()) {
        let printed = a.to_string();
        let tree = crate::parser::parse(&printed, &dictionary(), &crate::parser::Goal::Claim)
            .map_err(|mistake| TestCaseError::fail(format!("{printed}: {mistake}")))?
            .tree;
        prop_assert_eq!(&tree, &a, "{}", printed);
        prop_assert_eq!(tree.to_string(), printed);
    }
}
