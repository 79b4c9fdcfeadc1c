//! Reads fields and facts from JSON, with every number as it is written.
use ::condition::{Dictionary, Number, Rules, Type, Unit, Value};
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
    /// What its numbers count; none, or `ratio`, for numbers without a unit.
    #[serde(default)]
    unit: String,
    /// The expression that gives it where the fact itself is not known.
    derived: Option<String>,
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
        let mut dictionary = Dictionary::new().with_common_units();
        let mut rules = Rules::default();
        for (key, field) in &named {
            let kind = kind(key, field, &mut dictionary)?;
            dictionary.insert(key.clone(), kind);
            if let Some(derived) = &field.derived {
                rules.derived.insert(key.clone(), derived.clone());
            }
        }
        // A label that two fields share means neither.
        for (key, field) in &named {
            let Some(label) = &field.label else { continue };
            if named.iter().filter(|(_, other)| other.label.as_ref() == Some(label)).count() == 1 {
                dictionary.alias(label.clone(), key.clone());
            }
        }
        let dictionary = dictionary
            .with_rules(&rules)
            .map_err(|mistake| format!("{mistake}\n{}", mistake.in_chinese()))?;
        Ok(Self { dictionary })
    }
}

fn kind(key: &str, field: &Spelt, dictionary: &mut Dictionary) -> Result<Type, String> {
    let choice = || Type::Choice(field.values.clone().into());
    let list = |of| Type::List(Box::new(of));
    Ok(match field.kind.as_str() {
        "set" if !field.values.is_empty() => list(choice()),
        "set" => list(Type::Text),
        "list" => list(part(key, field.of.as_deref().unwrap_or("text"), field, dictionary)?),
        "series" => list(list(part(key, "number", field, dictionary)?)),
        "map" => Type::Map(Box::new(match field.of.as_deref() {
            Some(of) => part(key, of, field, dictionary)?,
            None => Type::Anything,
        })),
        "choice" | "enum" => choice(),
        kind => part(key, kind, field, dictionary)?,
    })
}

/// A type that has no parts.
fn part(key: &str, kind: &str, field: &Spelt, dictionary: &mut Dictionary) -> Result<Type, String> {
    Ok(match kind {
        "number" | "int" if matches!(field.unit.as_str(), "" | "ratio") => Type::Number,
        "number" | "int" => {
            if dictionary.unit(&field.unit).is_none() {
                dictionary.declare_unit(Unit::new(&*field.unit, &*field.unit, Number::from(1)));
            }
            dictionary.unit(&field.unit).cloned().map_or(Type::Number, Type::Amount)
        }
        "truth" | "bool" => Type::Truth,
        "text" | "string" => Type::Text,
        "date" => Type::Date,
        other => {
            return Err(format!(
                "`{key}`: expected the type number, truth, text, date, choice, list, map or series, found `{other}`"
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
                // Without declared fields an object is a map too, if what it holds is of one type.
                if let (None, Some(map)) = (known, value(&key, raw, levels)?)
                    && of_one_type(&key, Some(map.clone())).is_ok()
                {
                    facts.insert(key.into(), Some(map));
                }
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
    let values: Vec<&Value> = match &value {
        Some(Value::List(values)) => values.iter().collect(),
        Some(Value::Map(values)) => values.values().collect(),
        _ => vec![],
    };
    let mut kinds = values.into_iter().filter(|value| **value != Value::Absent).map(std::mem::discriminant);
    let first = kinds.next();
    if kinds.any(|kind| Some(kind) != first) {
        return Err(format!("`{key}`: a list holds values of one type"));
    }
    Ok(value)
}

/// Reads a fact as the type its field has.
fn typed(key: &str, raw: &RawValue, kind: &Type) -> Result<Option<Value>, String> {
    let value = match value(key, raw, DEEPEST)? {
        None => return Ok(None),
        Some(value) => dated(value, kind),
    };
    let found = || raw.get().chars().take(40).collect::<String>();
    let value = value.filter(|value| kind.admits(value));
    Ok(Some(value.ok_or_else(|| format!("`{key}`: expected {kind}, found {}", found()))?))
}

/// Reads texts as dates where the type says so.
fn dated(value: Value, kind: &Type) -> Option<Value> {
    Some(match (value, kind) {
        (Value::Text(text), Type::Date) => Value::Date(text.parse().ok()?),
        (Value::List(values), Type::List(of)) => {
            Value::List(values.into_iter().map(|value| dated(value, of)).collect::<Option<_>>()?)
        }
        (Value::Map(values), Type::Map(of)) => {
            let dated = values.into_iter().map(|(key, value)| Some((key, dated(value, of)?)));
            Value::Map(dated.collect::<Option<_>>()?)
        }
        (value, _) => value,
    })
}

/// Reads a fact as what it looks like; null is none.
fn value(key: &str, raw: &RawValue, levels: usize) -> Result<Option<Value>, String> {
    let levels = levels.checked_sub(1).ok_or_else(|| format!("`{key}`: facts may have {DEEPEST} levels"))?;
    let text = raw.get();
    let wrong = |error: serde_json::Error| format!("`{key}`: {error}");
    let part = |raw: &RawValue| Ok::<_, String>(value(key, raw, levels)?.unwrap_or(Value::Absent));
    Ok(Some(match text.as_bytes().first() {
        Some(b'n') => return Ok(None),
        Some(b't') => Value::Truth(true),
        Some(b'f') => Value::Truth(false),
        Some(b'"') => Value::Text(serde_json::from_str(text).map_err(wrong)?),
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(wrong)?;
            Value::List(items.iter().map(|item| part(item)).collect::<Result<_, _>>()?)
        }
        Some(b'{') => {
            let items: BTreeMap<Arc<str>, Box<RawValue>> = serde_json::from_str(text).map_err(wrong)?;
            let items = items.iter().map(|(name, item)| Ok((name.clone(), part(item)?)));
            Value::Map(items.collect::<Result<_, String>>()?)
        }
        _ => Value::Number(Number::parse(text).map_err(|error| format!("`{key}`: {error}"))?),
    }))
}
