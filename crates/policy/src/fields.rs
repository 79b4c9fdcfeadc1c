//! The dictionary of facts: which fields there are, what they are called, what they hold.
use crate::finding::{Finding, Flaw, Source, nearest_key};
use crate::{FactError, FactFlaw, Title};
use condition::{Dictionary, Table, Type, Unit};
use indexmap::IndexMap;
use serde::Deserialize;
use std::sync::Arc;

/// The name of the file of fields.
pub(crate) const FILE: &str = "fields.toml";

/// Holds every field, with what people need to know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// The fields by key, in the order of the file.
    pub fields: IndexMap<Arc<str>, Field>,
    /// Decision tables that derived fields use.
    pub tables: IndexMap<Arc<str>, Table>,
}

/// A field of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What people call it; the Chinese one may be written in conditions too.
    pub label: Title,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// What a map holds.
    #[serde(default)]
    pub of: Option<FieldType>,
    /// What its numbers count: `人`, `万元`; nothing for ratios, ranks and years of the calendar.
    #[serde(default)]
    pub unit: Option<Arc<str>>,
    /// The values of a choice or a set, with what they are called in Chinese.
    #[serde(default)]
    pub values: IndexMap<Arc<str>, Arc<str>>,
    /// What it means.
    pub meaning: Title,
    /// The official statistic or paper it is taken from.
    #[serde(default)]
    pub statistic: Option<String>,
    /// What it is a fact of.
    pub scope: Scope,
    /// How it can become otherwise.
    #[serde(default)]
    pub changes: Changes,
    /// The text or table that gives it where it is not known itself.
    #[serde(default)]
    pub derived: Option<String>,
}

/// Says what a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// True or false.
    Truth,
    /// A number, with a unit or none.
    Number,
    /// A number of things that are not divided.
    Integer,
    /// A share, written as a fraction of one: 0.05 is 5%.
    Ratio,
    /// One of its values.
    Choice,
    /// Any text.
    Text,
    /// A day.
    Date,
    /// Some of its values.
    Set,
    /// Pairs of numbers, at the start and the end of each period.
    Series,
    /// Values by year or another key.
    Map,
}

/// Says what a field is a fact of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The company.
    Company,
    /// What is applied for, and when.
    Application,
    /// The person hired or supported.
    Person,
    /// The project, or the equipment bought.
    Project,
}

/// Says how a field can become otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changes {
    /// By what the company does.
    #[default]
    Freely,
    /// Not at all: it is of the past, or of the kind of the thing.
    Never,
    /// By waiting: the day of applying.
    WithTime,
    /// By waiting: months or years that add up.
    Grows,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    table: IndexMap<Arc<str>, Table>,
    #[serde(flatten)]
    fields: IndexMap<Arc<str>, Field>,
}

impl Fields {
    /// Reads the file of fields.
    pub(crate) fn read(source: Source<'_>, findings: &mut Vec<Finding>) -> Self {
        let file: File = match source.read() {
            Ok(file) => file,
            Err(finding) => {
                findings.push(finding);
                return Self::default();
            }
        };
        for (key, field) in &file.fields {
            if let Some((en, zh)) = field.flaw() {
                findings.push(source.finding(&[key.into(), "type".into()], Flaw::Field(en, zh)));
            }
        }
        Self { fields: file.fields, tables: file.table }
    }

    /// The dictionary of the fields, without what follows from others.
    pub(crate) fn dictionary(&self) -> Dictionary {
        let mut dictionary = Dictionary::new().with_common_units();
        for (key, field) in &self.fields {
            let kind = field.kind(&mut dictionary);
            dictionary.insert(key.clone(), kind);
        }
        // A label that two fields share means neither.
        for (key, field) in &self.fields {
            let label = &field.label.zh;
            if self.fields.values().filter(|other| other.label.zh == *label).count() == 1 {
                dictionary.alias(label.as_str(), key.clone());
            }
        }
        dictionary
    }

    /// Finds a field by its key or its Chinese label.
    ///
    /// # Errors
    /// [`FactError`] with the nearest name.
    pub fn find(&self, name: &str) -> Result<(&Arc<str>, &Field), FactError> {
        self.fields
            .get_key_value(name)
            .or_else(|| self.fields.iter().find(|(_, field)| field.label.zh == name))
            .ok_or_else(|| FactError {
                field: name.chars().take(80).collect(),
                flaw: FactFlaw::NoField(nearest_key(name, self.fields.keys())),
            })
    }
}

impl Field {
    /// What is at odds within it, in English and in Chinese.
    fn flaw(&self) -> Option<(&'static str, &'static str)> {
        let chosen = matches!(self.kind, FieldType::Choice | FieldType::Set);
        let numbers = matches!(self.kind, FieldType::Number | FieldType::Integer | FieldType::Series);
        if chosen == self.values.is_empty() {
            return Some((
                "a choice and a set have `values`, nothing else has",
                "选项和集合须有 `values`，其他类型不得有",
            ));
        }
        if (self.kind == FieldType::Map) != self.of.is_some() {
            return Some((
                "a map says what it is `of`, nothing else does",
                "对照表须以 `of` 说明内容，其他类型不得有",
            ));
        }
        if self.unit.is_some() && !numbers {
            return Some(("only numbers have a `unit`", "只有数才有 `unit`"));
        }
        None
    }

    fn kind(&self, dictionary: &mut Dictionary) -> Type {
        let choices = || Type::Choice(self.values.keys().cloned().collect());
        let mut plain = |kind| match kind {
            FieldType::Truth => Type::Truth,
            FieldType::Date => Type::Date,
            FieldType::Ratio => Type::Number,
            FieldType::Number | FieldType::Integer | FieldType::Series => match &self.unit {
                None => Type::Number,
                Some(unit) => {
                    if dictionary.unit(unit).is_none() {
                        dictionary.declare_unit(Unit::new(unit.clone(), unit.clone(), 1.into()));
                    }
                    dictionary.unit(unit).cloned().map_or(Type::Number, Type::Amount)
                }
            },
            _ => Type::Text,
        };
        match self.kind {
            FieldType::Choice => choices(),
            FieldType::Set => Type::List(Box::new(choices())),
            FieldType::Series => {
                let pair = Type::List(Box::new(plain(FieldType::Series)));
                Type::List(Box::new(pair))
            }
            FieldType::Map => Type::Map(Box::new(plain(self.of.unwrap_or(FieldType::Text)))),
            kind => plain(kind),
        }
    }
}
