//! What the library says, judged by its cases, by the evaluator of the data it was made from, and by laws.
mod bad;
mod examples;
mod laws;
mod time;
mod together;

use crate::*;
use condition::Number;
use serde_json::Value as Json;

/// Facts as JSON has them, digits kept by way of the text of the number.
fn given(json: &Json) -> Given {
    match json {
        Json::Null => Given::Absent,
        Json::Bool(truth) => Given::Truth(*truth),
        Json::Number(number) => Given::Number(Number::parse(&number.to_string()).unwrap()),
        Json::String(text) => Given::Text(text.clone()),
        Json::Array(items) => Given::List(items.iter().map(given).collect()),
        Json::Object(entries) => {
            Given::Map(entries.iter().map(|(key, part)| (key.clone(), given(part))).collect())
        }
    }
}

/// Facts without origin.
fn facts(json: &Json) -> FactFile {
    let mut file = FactFile::default();
    for (name, json) in json.as_object().unwrap() {
        file.insert(&Library::shipped().fields, name, &given(json), None, None)
            .unwrap_or_else(|error| panic!("{error}"));
    }
    file
}

fn policy(id: &str) -> &'static Policy {
    Library::shipped().policy_find(id).unwrap()
}

fn decide(id: &str, json: &Json) -> Decision {
    Library::shipped().decide(policy(id), &facts(json), None)
}

#[test]
fn every_file_of_the_library_reads() {
    let findings: Vec<String> = Library::shipped_findings().iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert_eq!(Library::shipped().policies.len(), 70);
}

#[test]
fn every_case_comes_out_as_told() {
    let library = Library::shipped();
    let findings: Vec<String> = library.check(|_| None).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    let given = library.cases().filter(|case| !case.id.starts_with(&*case.policy)).count();
    assert_eq!((given, library.examples.len()), (65, 25), "the cases and examples of the data set");
}

#[test]
fn every_clause_decides_some_case() {
    assert_eq!(Library::shipped().unexercised(), []);
}
