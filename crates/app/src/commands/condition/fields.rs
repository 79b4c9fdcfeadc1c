//! Reads fields and facts from JSON, with every number as it is written.
use ::condition::{Dictionary, Number, Type, Value};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known, by key: a value, or that there is none.
pub(super) type Facts = BTreeMap<Arc<str>, Option<Value>>;

/// The fields an expression may name.
pub(super) struct Fields {
    pub(super) dictionary: Dictionary,
}

/// A field as files spell it.
#[derive(Deserialize)]
struct Spelt {
    name: Option<Arc<str>>,
    #[serde(rename = "type")]
    kind: String,
    label: Option<Arc<str>>,
    #[serde(default)]
    values: Vec<Arc<str>>,
    of: Option<String>,
}

impl Fields {
    /// Reads an object of fields by key, or a list of fields with their names.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let named: Vec<(Arc<str>, Spelt)> = if text.trim_start().starts_with('[') {
            let fields: Vec<Spelt> = serde_json::from_str(text).map_err(|error| error.to_string())?;
            let named = fields.into_iter().map(|field| Some((field.name.clone()?, field)));
            named.collect::<Option<_>>().ok_or("every field of a list has a `name`")?
        } else {
            let fields: BTreeMap<Arc<str>, Spelt> =
                serde_json::from_str(text).map_err(|error| error.to_string())?;
            fields.into_iter().collect()
        };
        let mut dictionary = Dictionary::new();
        for (key, field) in &named {
            // Maps and series come with the words that read them; until then no condition can name one.
            if !matches!(field.kind.as_str(), "map" | "series") {
                dictionary.insert(key.clone(), kind(key, field)?);
            }
        }
        // A label that two fields share means neither.
        for (key, field) in &named {
            let Some(label) = &field.label else { continue };
            if named.iter().filter(|(_, other)| other.label.as_ref() == Some(label)).count() == 1 {
                dictionary.alias(label.clone(), key.clone());
            }
        }
        Ok(Self { dictionary })
    }
}

fn kind(key: &str, field: &Spelt) -> Result<Type, String> {
    let choice = || Type::Choice(field.values.clone().into());
    Ok(match field.kind.as_str() {
        "number" | "int" => Type::Number,
        "truth" | "bool" => Type::Truth,
        "text" | "string" => Type::Text,
        "date" => Type::Date,
        "choice" | "enum" => choice(),
        "set" if !field.values.is_empty() => Type::List(Box::new(choice())),
        "set" => Type::List(Box::new(Type::Text)),
        "list" => match field.of.as_deref() {
            Some("number") => Type::List(Box::new(Type::Number)),
            Some("text") | None => Type::List(Box::new(Type::Text)),
            Some("date") => Type::List(Box::new(Type::Date)),
            Some(other) => {
                return Err(format!("`{key}`: expected a list of number, text or date, found `{other}`"));
            }
        },
        other => {
            return Err(format!(
                "`{key}`: expected the type number, truth, text, date, choice or list, found `{other}`"
            ));
        }
    })
}

/// Levels of objects and lists within each other.
const DEEPEST: usize = 64;

/// Reads facts. Of fields that are given, each must have its type; without them, a list must have one type.
pub(super) fn facts(text: &str, fields: Option<&Fields>) -> Result<Facts, String> {
    let mut facts = Facts::new();
    collect("", text.trim_start_matches('\u{feff}'), fields, DEEPEST, &mut facts)?;
    Ok(facts)
}

fn collect(
    path: &str,
    text: &str,
    fields: Option<&Fields>,
    levels: usize,
    facts: &mut Facts,
) -> Result<(), String> {
    let levels = levels.checked_sub(1).ok_or_else(|| format!("facts may have {DEEPEST} levels"))?;
    let entries: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(text).map_err(|error| format!("expected an object of facts: {error}"))?;
    for (name, raw) in &entries {
        let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let known = fields.map(|fields| fields.dictionary.get(&key));
        match known {
            Some(Some((key, kind))) => {
                facts.insert(key.clone(), typed(key, raw, kind)?);
            }
            Some(None) | None if raw.get().starts_with('{') => {
                collect(&key, raw.get(), fields, levels, facts)?;
            }
            // No expression can name it, so nobody needs to read it.
            Some(None) => {}
            None => {
                facts.insert(key.as_str().into(), of_one_type(&key, value(&key, raw, levels)?)?);
            }
        }
    }
    Ok(())
}

fn of_one_type(key: &str, value: Option<Value>) -> Result<Option<Value>, String> {
    if let Some(Value::List(values)) = &value {
        let mut kinds = values.iter().map(std::mem::discriminant);
        let first = kinds.next();
        if kinds.any(|kind| Some(kind) != first) {
            return Err(format!("`{key}`: a list holds values of one type"));
        }
    }
    Ok(value)
}

/// Reads a fact as the type its field has.
fn typed(key: &str, raw: &RawValue, kind: &Type) -> Result<Option<Value>, String> {
    let value = match (value(key, raw, DEEPEST)?, kind) {
        (None, _) => return Ok(None),
        (Some(value), Type::Date) => date(&value),
        (Some(Value::List(values)), Type::List(of)) if **of == Type::Date => {
            values.iter().map(date).collect::<Option<Vec<_>>>().map(Value::List)
        }
        (Some(value), _) => Some(value),
    };
    let value = value.filter(|value| kind.admits(value));
    let found = || raw.get().chars().take(40).collect::<String>();
    let value = value.ok_or_else(|| format!("`{key}`: expected {kind}, found {}", found()))?;
    Ok(Some(value))
}

fn date(value: &Value) -> Option<Value> {
    let Value::Text(text) = value else { return None };
    text.parse().ok().map(Value::Date)
}

/// Reads a fact as what it looks like; null is none.
fn value(key: &str, raw: &RawValue, levels: usize) -> Result<Option<Value>, String> {
    let levels = levels.checked_sub(1).ok_or_else(|| format!("`{key}`: facts may have {DEEPEST} levels"))?;
    let text = raw.get();
    let wrong = |error: serde_json::Error| format!("`{key}`: {error}");
    Ok(Some(match text.as_bytes().first() {
        Some(b'n') => return Ok(None),
        Some(b't') => Value::Truth(true),
        Some(b'f') => Value::Truth(false),
        Some(b'"') => Value::Text(serde_json::from_str(text).map_err(wrong)?),
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(wrong)?;
            let values =
                items.iter().map(|item| value(key, item, levels)).collect::<Result<Option<Vec<_>>, _>>()?;
            Value::List(values.ok_or_else(|| format!("`{key}`: a list holds values, found null in it"))?)
        }
        Some(b'{') => return Err(format!("`{key}`: expected a value, found an object")),
        _ => Value::Number(Number::parse(text).map_err(|error| format!("`{key}`: {error}"))?),
    }))
}
