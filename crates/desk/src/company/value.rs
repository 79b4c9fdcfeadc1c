//! A value of the company file as people write it, and as the tables keep it.
//!
//! Kept as JSON: `null` for known absence; numbers as texts, so that they stay exact whoever reads them.
use condition::{Number, Value};
use policy::{FactFlaw, Field, FieldType, Given};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Levels of lists and objects within each other.
const DEEPEST: usize = 4;

/// Reads what somebody wrote: `310`, `300 万元`, `是`, a value's key or its Chinese name, `2026-01-02`; several values of
/// a set with commas between them; series and tables as JSON.
///
/// # Errors
/// [`FactFlaw`] when the field holds no such value.
pub(crate) fn parse(field: &Field, text: &str) -> Result<Value, FactFlaw> {
    let text = text.trim();
    let given = match field.kind {
        FieldType::Truth => truth(text),
        FieldType::Number | FieldType::Integer | FieldType::Ratio => number(text),
        FieldType::Choice => Given::Text(named(field, text)),
        FieldType::Text | FieldType::Date => Given::Text(text.to_owned()),
        FieldType::Set => {
            let parts =
                text.split([',', '，', '、', ';', '；']).map(str::trim).filter(|part| !part.is_empty());
            let parts: Vec<String> = parts.map(|part| named(field, part)).collect();
            if let Some(stranger) = parts.iter().find(|part| !field.values.contains_key(part.as_str())) {
                // The choice among the same values says which is near.
                let choice = Field { kind: FieldType::Choice, ..field.clone() };
                return choice.value(&Given::Text(stranger.clone())).and_then(absent_is_none);
            }
            Given::List(parts.into_iter().map(Given::Text).collect())
        }
        FieldType::Series | FieldType::Map => {
            let json: Option<Json> = serde_json::from_str(text).ok();
            json.map_or_else(
                || Given::Text(text.to_owned()),
                |json| given(field.kind, field.of, &json, DEEPEST),
            )
        }
    };
    let given = match (field.kind, given) {
        (FieldType::Integer, Given::Number(number)) if number.floor() != number => {
            Given::Text(number.to_string())
        }
        (_, given) => given,
    };
    field.value(&given).and_then(absent_is_none)
}

fn absent_is_none(value: Option<Value>) -> Result<Value, FactFlaw> {
    value.ok_or(FactFlaw::Type("a value", "值", "null".into()))
}

fn truth(text: &str) -> Given {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "是" | "有" => Given::Truth(true),
        "false" | "no" | "否" | "无" => Given::Truth(false),
        _ => Given::Text(text.to_owned()),
    }
}

/// A number alone is in the unit of the field; `12.5%` is a share; with a unit the field converts it.
fn number(text: &str) -> Given {
    let plain = text.replace([',', '，'], "");
    if let Ok(number) = Number::parse(&plain) {
        return Given::Number(number);
    }
    let share = plain.strip_suffix(['%', '％']).and_then(|share| Number::parse(share.trim()).ok());
    let share = share.and_then(|share| share.over(&Number::from(100)));
    share.map_or(Given::Text(plain), Given::Number)
}

/// The key of a value that is named by its key or in Chinese.
fn named(field: &Field, text: &str) -> String {
    let found = field.values.iter().find(|(_, name)| ***name == *text);
    found.map_or_else(|| text.to_owned(), |(key, _)| key.to_string())
}

/// Writes a value as the tables keep it.
pub(crate) fn stored(value: Option<&Value>) -> String {
    value.map_or(Json::Null, json).to_string()
}

fn json(value: &Value) -> Json {
    match value {
        Value::Absent => Json::Null,
        Value::Truth(truth) => (*truth).into(),
        Value::Number(number) => number.to_string().into(),
        Value::Text(text) => (**text).into(),
        Value::Date(day) => day.to_string().into(),
        Value::List(values) => values.iter().map(json).collect(),
        Value::Map(values) => {
            Json::Object(values.iter().map(|(key, value)| (key.to_string(), json(value))).collect())
        }
    }
}

/// Reads what the tables keep; nothing where the field holds no such value any more.
pub(crate) fn read(field: &Field, text: &str) -> Option<Option<Value>> {
    let json: Json = serde_json::from_str(text).ok()?;
    field.value(&given(field.kind, field.of, &json, DEEPEST)).ok()
}

fn given(kind: FieldType, of: Option<FieldType>, json: &Json, levels: usize) -> Given {
    let inner = match kind {
        FieldType::Set => FieldType::Text,
        FieldType::Map => of.unwrap_or(FieldType::Text),
        FieldType::Series => FieldType::Number,
        kind => kind,
    };
    let numeric = matches!(inner, FieldType::Number | FieldType::Integer | FieldType::Ratio);
    let Some(levels) = levels.checked_sub(1) else { return Given::Text("…".into()) };
    match json {
        Json::Null => Given::Absent,
        Json::Bool(truth) => Given::Truth(*truth),
        Json::Number(number) => {
            Number::parse(&number.to_string()).map_or_else(|_| Given::Text(number.to_string()), Given::Number)
        }
        Json::String(text) if numeric => {
            Number::parse(text).map_or_else(|_| Given::Text(text.clone()), Given::Number)
        }
        Json::String(text) => Given::Text(text.clone()),
        Json::Array(items) => Given::List(items.iter().map(|item| given(kind, of, item, levels)).collect()),
        Json::Object(entries) => {
            let entries: BTreeMap<&String, &Json> = entries.iter().collect();
            let entry = |(key, item): (&String, &Json)| (key.clone(), given(inner, None, item, levels));
            Given::Map(entries.into_iter().map(entry).collect())
        }
    }
}

#[cfg(test)]
mod tests;
