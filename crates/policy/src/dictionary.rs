//! The dictionary of facts: which fields there are, what they are called, what they hold.
use crate::PolicyError;
use condition::{Dictionary, Type};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const FILE: &str = include_str!("../library/fields.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    label: Arc<str>,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    values: Vec<Arc<str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Number,
    Date,
    Truth,
    Choice,
}

/// Reads the dictionary the program is built with.
///
/// # Errors
/// [`PolicyError::NotToml`]; a test keeps the file free of it.
pub fn dictionary() -> Result<Dictionary, PolicyError> {
    let fields: BTreeMap<Arc<str>, Field> =
        toml::from_str(FILE).map_err(|error| PolicyError::NotToml(error.message().to_owned()))?;
    let mut dictionary = Dictionary::new();
    for (key, field) in fields {
        let kind = match field.kind {
            Kind::Text => Type::Text,
            Kind::Number => Type::Number,
            Kind::Date => Type::Date,
            Kind::Truth => Type::Truth,
            Kind::Choice => Type::Choice(field.values.into()),
        };
        dictionary.insert(key.clone(), kind);
        dictionary.alias(field.label, key);
    }
    Ok(dictionary)
}
