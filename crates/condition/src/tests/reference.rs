//! Agreement with the slow, exact evaluator of the policy data set that this language was designed beside.
//!
//! `reference.jsonl` is a sample of what that evaluator, `reference.py`, says: in its first line the fields and the
//! tables, then one case a line. A script drew random criteria trees of the data set's format (comparisons, sets,
//! bands, scores, averages, divisions, dates, look-ups) and random facts, wrote each tree as a condition, and kept
//! 160 cases of each verdict. Where the evaluator does not know, more may be decided here; never against it.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value as Json;

use super::FactMap;
use crate::{Condition, Dictionary, Number, Rules, Table, Truth, Type, Value};

const SAMPLE: &str = include_str!("reference.jsonl");

fn kind(field: &Json, dictionary: &Dictionary) -> Type {
    let number = || field["unit"].as_str().and_then(|unit| dictionary.unit(unit)).cloned();
    let number = || number().map_or(Type::Number, Type::Amount);
    match field["type"].as_str().unwrap() {
        "bool" => Type::Truth,
        "enum" => Type::Choice(
            field["values"]
                .as_array()
                .unwrap()
                .iter()
                .map(|choice| choice.as_str().unwrap().into())
                .collect(),
        ),
        "string" => Type::Text,
        "date" => Type::Date,
        "set" => Type::List(Type::Text.into()),
        "series" => Type::List(Type::List(number().into()).into()),
        "map" => Type::Map(Type::Text.into()),
        _ => number(),
    }
}

fn dictionary(head: &Json) -> Dictionary {
    let mut dictionary = Dictionary::new().with_common_units();
    let mut rules = Rules::default();
    for field in head["fields"].as_array().unwrap() {
        let key = field["name"].as_str().unwrap();
        dictionary.insert(key, kind(field, &dictionary));
        dictionary.alias(field["label"].as_str().unwrap(), key);
        if let Some(text) = field["derived"].as_str() {
            rules.derived.insert(key.into(), text.to_owned());
        }
    }
    for (key, table) in head["tables"].as_object().unwrap() {
        let table: Table = serde_json::from_value(table.clone()).unwrap();
        rules.tables.insert(key.as_str().into(), table);
    }
    dictionary.with_rules(&rules).unwrap_or_else(|mistake| panic!("{mistake}"))
}

fn value(json: &Json, kind: &Type) -> Value {
    match (json, kind) {
        (Json::Null, _) => Value::Absent,
        (Json::Bool(truth), _) => Value::Truth(*truth),
        (Json::Number(number), _) => Value::Number(Number::parse(&number.to_string()).unwrap()),
        (Json::String(text), Type::Date) => Value::Date(text.parse().unwrap()),
        (Json::String(text), _) => Value::Text(text.as_str().into()),
        (Json::Array(values), Type::List(kind)) => {
            Value::List(values.iter().map(|part| value(part, kind)).collect())
        }
        (Json::Object(values), Type::Map(kind)) => {
            let part = |(key, part): (&String, &Json)| (Arc::from(key.as_str()), value(part, kind));
            Value::Map(values.iter().map(part).collect::<BTreeMap<_, _>>())
        }
        _ => panic!("{json} is not {kind}"),
    }
}

fn facts(json: &Json, dictionary: &Dictionary) -> FactMap {
    let fact = |(name, json): (&String, &Json)| {
        let (key, kind) = dictionary.get(name).unwrap();
        let value = value(json, kind);
        (key.clone(), if value == Value::Absent { None } else { Some(value) })
    };
    json.as_object().unwrap().iter().map(fact).collect()
}

#[test]
fn nothing_is_decided_against_the_reference_and_all_that_it_decides() {
    let mut lines = SAMPLE.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let dictionary = dictionary(&lines.next().unwrap());
    let (mut same, mut more) = (0, 0);
    for case in lines {
        let text = case["when"].as_str().unwrap();
        let condition =
            Condition::parse(text, &dictionary).unwrap_or_else(|mistake| panic!("{text}: {mistake}"));
        let facts = facts(&case["facts"], &dictionary);
        let (ours, theirs) = (condition.truth(&facts), case["is"].as_str().unwrap());
        match (theirs, ours) {
            ("yes", Truth::Yes) | ("no", Truth::No) | ("unknown", Truth::Unknown) => same += 1,
            ("unknown", _) => more += 1,
            _ => panic!("{text}: the reference says {theirs}, this {ours:?}, of {facts:?}"),
        }
        let printed = condition.to_string();
        assert_eq!(Condition::parse(&printed, &dictionary), Ok(condition), "{printed}");
        // A random fact may contradict what it is derived from, which then counts.
        for key in
            facts.keys().filter(|key| dictionary.entry(key).is_some_and(|(_, entry)| entry.rule.is_none()))
        {
            let mut fewer = facts.clone();
            fewer.remove(key);
            let forgot = Condition::parse(text, &dictionary).unwrap().truth(&fewer);
            assert!([ours, Truth::Unknown].contains(&forgot), "{text}: forgetting {key}");
        }
    }
    println!("{same} cases as the reference decides them, {more} decided where it does not know");
    assert_eq!(same + more, 480);
}
