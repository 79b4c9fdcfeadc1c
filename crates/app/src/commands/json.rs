//! Values of the language of conditions as JSON, numbers with all their digits.
use ::condition::{Evaluation, Number, Value};
use std::sync::Arc;

/// What an expression comes to; ends of a range that are not bounded are null.
pub(super) fn evaluation_json(evaluation: &Evaluation) -> Result<String, serde_json::Error> {
    match evaluation {
        Evaluation::Unknown => Ok("\"unknown\"".into()),
        Evaluation::Absent => Ok("null".into()),
        Evaluation::Value(value) => value_json(value),
        Evaluation::Range { low, high } => {
            let end = |end: &Option<Number>| end.as_ref().map_or("null".into(), number_json);
            Ok(format!("{{\"range\":[{},{}]}}", end(low), end(high)))
        }
        Evaluation::OneOf(values) => Ok(format!("{{\"one_of\":{}}}", list_json(values)?)),
    }
}

/// A value; known absence is null.
pub(super) fn value_json(value: &Value) -> Result<String, serde_json::Error> {
    Ok(match value {
        Value::Truth(truth) => truth.to_string(),
        Value::Text(text) => serde_json::to_string(&**text)?,
        Value::Date(date) => format!("\"{date}\""),
        Value::Number(number) => number_json(number),
        Value::List(values) => list_json(values)?,
        Value::Map(values) => {
            let entry = |(key, value): (&Arc<str>, &Value)| {
                Ok(format!("{}:{}", serde_json::to_string(&**key)?, value_json(value)?))
            };
            let entries = values.iter().map(entry).collect::<Result<Vec<_>, serde_json::Error>>()?;
            format!("{{{}}}", entries.join(","))
        }
        Value::Absent => "null".into(),
    })
}

/// Only a fraction that no decimal ends is a text.
pub(super) fn number_json(number: &Number) -> String {
    match number.to_string() {
        fraction if fraction.contains('/') => format!("\"{fraction}\""),
        decimal => decimal,
    }
}

fn list_json(values: &[Value]) -> Result<String, serde_json::Error> {
    let values = values.iter().map(value_json).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("[{}]", values.join(",")))
}
