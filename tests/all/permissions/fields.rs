//! Every field of the API with every role, and with nobody signed in.
use super::example::example;
use super::schema::{Example, Schema, Way};
use super::{Rights, one_of_each};
use crate::client::{Visitor, house, list};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many fields are asked for at once: all of `Mutation` would cost more than a document may.
const FIELDS: usize = 20;

/// What a role read.
pub(super) struct Read {
    /// Every answer, as text.
    pub(super) answers: Vec<String>,
    /// A way on which each type was seen.
    ways: BTreeMap<String, Way>,
}

/// Reads everything a role may, type by type: on all ways, or on the first on which an object of the type is seen.
pub(super) fn read(
    visitor: &Visitor,
    role: &str,
    schema: &Schema,
    example: &Example,
    all_ways: bool,
) -> Read {
    let rights = Rights::read();
    let mut read = Read { answers: vec![], ways: BTreeMap::new() };
    for (kind, ways) in schema.ways(example, |parent, field| rights.may(role, parent, field)) {
        let allowed = schema.types[kind].iter().filter(|field| rights.may(role, kind, &field.name));
        let fields: Vec<String> = allowed.map(|field| schema.selection(field, example)).collect();
        for way in ways {
            let mut seen = false;
            for fields in fields.chunks(FIELDS) {
                let selection = format!("__typename {}", fields.join(" "));
                let data = visitor.ask(&way.document(&selection), &json!({}));
                read.answers.push(data.to_string());
                seen |= has_one(&data, &schema.objects[kind]);
            }
            if seen {
                read.ways.entry(kind.to_owned()).or_insert(way);
                if !all_ways {
                    break;
                }
            }
        }
    }
    read
}

fn has_one(data: &Value, kinds: &BTreeSet<String>) -> bool {
    match data {
        Value::Object(fields) => {
            let named = fields.get("__typename").and_then(Value::as_str);
            named.is_some_and(|name| kinds.contains(name)) || fields.values().any(|one| has_one(one, kinds))
        }
        Value::Array(items) => items.iter().any(|item| has_one(item, kinds)),
        _ => false,
    }
}

/// Whether there is anything but nulls and empty lists.
fn tells(data: &Value) -> bool {
    match data {
        Value::Null => false,
        Value::Object(fields) => fields.values().any(tells),
        Value::Array(items) => items.iter().any(tells),
        _ => true,
    }
}

/// Whether an answer refuses this field of these: with this code alone, at its place, and without a value.
fn is_refused(answer: &Value, code: &str, field: Option<&str>) -> bool {
    let errors = answer["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let here = |error: &Value| {
        field.is_none_or(|field| list(&error["path"]).last().is_some_and(|last| last == field))
    };
    let refuses = |error: &Value| error["extensions"]["code"] == code && here(error);
    !errors.is_empty() && errors.iter().all(refuses) && !tells(&answer["data"])
}

#[test]
fn every_field_is_answered_to_the_roles_that_the_file_of_rights_names_and_to_no_other() {
    let house = house();
    let (schema, rights) = (Schema::of(&house.visitor("clerk")), Rights::read());
    let mut wrong = vec![];
    let (mut answered, mut refused) = (0, 0);
    for (role, login) in one_of_each(&house) {
        let visitor = house.visitor(&login);
        let example = example(&house, &visitor);
        let read = read(&visitor, role, &schema, &example, false);
        // Every telephone of the demonstration begins so; staff see none whole before they say why.
        let whole = |answer: &&String| answer.contains("0571-0000-") && !answer.contains("\"reveal\":");
        if let Some(answer) = read.answers.iter().find(whole).filter(|_| role != "company") {
            wrong.push(format!("{role} reads a whole number: {answer}"));
        }
        let anyhow = schema.ways(&example, |_, _| true);
        let reached = schema.ways(&example, |parent, field| rights.may(role, parent, field));
        let mut unseen = BTreeSet::new();
        for (kind, fields) in &schema.types {
            let way = read.ways.get(kind);
            if way.is_none() && reached.contains_key(kind.as_str()) {
                unseen.insert(kind.as_str());
            }
            for field in fields {
                if rights.may(role, kind, &field.name) {
                    answered += usize::from(way.is_some());
                    continue;
                }
                refused += 1;
                let document =
                    way.unwrap_or(&anyhow[kind.as_str()][0]).document(&schema.selection(field, &example));
                let answer = visitor.answer(&document, &json!({})).json();
                if !is_refused(&answer, "FORBIDDEN", way.map(|_| field.name.as_str())) {
                    wrong.push(format!("{role}: {kind}.{}: {answer}", field.name));
                }
            }
        }
        // Where nothing of a type is seen its fields were not tried.
        let expected: &[&str] = match role {
            // All open cases of the demonstration stand in the version in force.
            "administrator" => &["Stay"],
            // Only administrators name people, and so somebody who is none.
            _ => &["PersonalRefusal"],
        };
        if unseen != expected.iter().copied().collect() {
            wrong.push(format!("{role} sees nothing of {unseen:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(answered > 700 && refused > 10, "{answered} fields were answered and {refused} refused");
}

#[test]
fn nobody_reads_a_field_before_signing_in() {
    let house = house();
    let clerk = house.visitor("clerk");
    let (schema, example) = (Schema::of(&clerk), example(&house, &clerk));
    let (nobody, mut wrong) = (house.nobody(), vec![]);
    for (kind, ways) in schema.ways(&example, |_, _| true) {
        for field in &schema.types[kind] {
            let document = ways[0].document(&schema.selection(field, &example));
            let answer = nobody.answer(&document, &json!({})).json();
            if !is_refused(&answer, "UNAUTHENTICATED", None) {
                wrong.push(format!("{kind}.{}: {answer}", field.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        nobody.answer("{ __schema { types { name } } }", &json!({})).code(),
        "INTROSPECTION_FORBIDDEN"
    );
}

#[test]
fn companies_may_not_ask_about_the_schema() {
    let company = house().visitor("tuoye");
    for document in ["{ __schema { types { name } } }", "{ __type(name: \"Case\") { fields { name } } }"] {
        assert_eq!(company.answer(document, &json!({})).code(), "INTROSPECTION_FORBIDDEN", "{document}");
    }
}
