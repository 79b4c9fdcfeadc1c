//! A value of the company file as the tables keep it: as JSON, `null` for known absence, numbers as texts, so that they
//! stay exact whoever reads them.
use condition::{Number, Value};
use policy::{Field, FieldType, Given};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Levels of lists and objects within each other.
const DEEPEST: usize = 4;

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
#[expect(clippy::option_option, reason = "a value that is absent is not a text that cannot be read")]
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
