//! Reads facts from JSON, with every number as it is written.
use ::condition::Number;
use ::policy::{FactFile, Given, Library};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Levels of lists and objects within each other.
const DEEPEST: usize = 8;

/// A fact with its origin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    value: Box<RawValue>,
    source: Option<String>,
    date: Option<Date>,
}

/// Reads an object of facts: values, values with their origin, lists of these.
pub(super) fn read(library: &Library, text: &str) -> Result<FactFile, String> {
    let text = text.trim_start_matches('\u{feff}');
    let entries: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(text).map_err(|error| format!("expected an object of facts: {error}"))?;
    let mut facts = FactFile::default();
    for (name, raw) in &entries {
        for (raw, source, date) in told(raw) {
            let given = given(raw.get(), DEEPEST).map_err(|wrong| format!("`{name}`: {wrong}"))?;
            facts.insert(&library.fields, name, &given, source, date).map_err(|error| error.to_string())?;
        }
    }
    Ok(facts)
}

/// What is told of a field: the value alone, or each value with its origin.
fn told(raw: &RawValue) -> Vec<(Box<RawValue>, Option<String>, Option<Date>)> {
    let parts = |told: Told| (told.value, told.source, told.date);
    if let Ok(one) = serde_json::from_str::<Told>(raw.get()) {
        return vec![parts(one)];
    }
    match serde_json::from_str::<Vec<Told>>(raw.get()) {
        Ok(several) if !several.is_empty() => several.into_iter().map(parts).collect(),
        _ => vec![(raw.to_owned(), None, None)],
    }
}

fn given(text: &str, levels: usize) -> Result<Given, String> {
    let levels = levels.checked_sub(1).ok_or_else(|| format!("a fact may have {DEEPEST} levels"))?;
    let wrong = |error: serde_json::Error| error.to_string();
    Ok(match text.as_bytes().first() {
        Some(b'n') => Given::Absent,
        Some(b't') => Given::Truth(true),
        Some(b'f') => Given::Truth(false),
        Some(b'"') => Given::Text(serde_json::from_str(text).map_err(wrong)?),
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(wrong)?;
            Given::List(items.iter().map(|item| given(item.get(), levels)).collect::<Result<_, _>>()?)
        }
        Some(b'{') => {
            let items: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).map_err(wrong)?;
            let items = items.into_iter().map(|(key, item)| Ok((key, given(item.get(), levels)?)));
            Given::Map(items.collect::<Result<_, String>>()?)
        }
        _ => Given::Number(Number::parse(text).map_err(|error| error.to_string())?),
    })
}
