//! The tests of the language, with the fields and facts they share.

mod arithmetic;
mod changes;
mod language;
mod laws;
mod meaning;
mod mistakes;
mod questions;
mod reference;
mod robustness;
mod rules;
mod values;

use std::{cell::Cell, collections::BTreeMap, sync::Arc};

use jiff::civil::date;

use crate::{
    Condition, Dictionary, Truth, Type, Value,
    evaluate::{Asked, MOST_STEPS, Scope},
    tree::Tree,
};

type FactMap = BTreeMap<Arc<str>, Option<Value>>;

/// Fields of every type; three of each of the plain ones, so that a test can know, not know and miss one.
fn dictionary() -> Dictionary {
    let kinds: Arc<[Arc<str>]> = ["training", "technology", "finance"].map(Arc::from).into();
    let mut dictionary = Dictionary::new()
        .with("employees", Type::Number)
        .with("revenue", Type::Number)
        .with("debt", Type::Number)
        .with("listed", Type::Truth)
        .with("audited", Type::Truth)
        .with("penalised", Type::Truth)
        .with("town", Type::Text)
        .with("street", Type::Text)
        .with("founded", Type::Date)
        .with("closed", Type::Date)
        .with("answer.kind", Type::Choice(kinds.clone()))
        .with("awards", Type::List(Type::Text.into()))
        .with("scores", Type::List(Type::Number.into()))
        .with("kinds", Type::List(Type::Choice(kinds).into()))
        .with("clock.finish.workdays_left", Type::Number);
    dictionary.alias("从业人数", "employees");
    dictionary.alias("已上市", "listed");
    dictionary
}

/// Every type has something known; `revenue`, `audited`, `street` and `scores` are unknown; `debt`, `penalised`,
/// `closed` and `kinds` are absent.
fn facts() -> FactMap {
    let awards = Value::List(vec!["national".into(), "town".into()]);
    [
        ("employees", Some(Value::from(120))),
        ("debt", None),
        ("listed", Some(true.into())),
        ("penalised", None),
        ("town", Some("甲".into())),
        ("founded", Some(date(2020, 2, 29).into())),
        ("closed", None),
        ("answer.kind", Some("training".into())),
        ("awards", Some(awards)),
        ("kinds", None),
        ("clock.finish.workdays_left", Some(Value::from(-2))),
    ]
    .map(|(key, value)| (Arc::from(key), value))
    .into()
}

fn condition(text: &str) -> Condition {
    Condition::parse(text, &dictionary()).unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
}

/// So many cases, times what `./test long` asks for.
fn times(quick: u32) -> u32 {
    quick * std::env::var("QXE_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

impl Tree {
    fn truth(&self, facts: &FactMap) -> Truth {
        self.outcome(&Scope::new(facts, Asked::NOTHING, &Cell::new(MOST_STEPS))).truth()
    }
}
