//! Which fields a condition may speak of.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;

use crate::{Number, Type, Unit, rules::Rule, units::COMMON};

/// Lists the fields that a condition may name, with their types and their other names.
///
/// A key is a path of names joined by dots, such as `employees` or `clock.finish.workdays_left`; a label such as
/// `从业人数` stands for a key. It declares the units that texts may write too, and holds what follows from other
/// fields: see [`Dictionary::with_rules`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    fields: IndexMap<Arc<str>, Entry>,
    labels: BTreeMap<Arc<str>, Arc<str>>,
    units: IndexMap<Arc<str>, Unit>,
    criteria: BTreeMap<Arc<str>, Arc<Rule>>,
}

/// A field: its type, and how it follows from others, if it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: Type,
    pub(crate) rule: Option<Arc<Rule>>,
}

impl Dictionary {
    /// Starts a dictionary without fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field, replacing what the key meant before.
    #[must_use]
    pub fn with(mut self, key: impl Into<Arc<str>>, kind: Type) -> Self {
        self.insert(key, kind);
        self
    }

    /// Adds a field, replacing what the key meant before.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, kind: Type) {
        self.fields.insert(key.into(), Entry { kind, rule: None });
    }

    /// Declares the units common in texts about companies: 元 with 千元, 万元, 百万元 and 亿元; 人; 天; 月 and 年; 项, 次,
    /// 分, ㎡, 家; some of them under English names too.
    #[must_use]
    pub fn with_common_units(mut self) -> Self {
        for (name, dimension, factor) in COMMON {
            self.declare_unit(Unit::new(name, dimension, Number::from(factor)));
        }
        self
    }

    /// Declares a unit that texts may write after a number, replacing one of the same name.
    pub fn declare_unit(&mut self, unit: Unit) {
        self.units.insert(unit.name().into(), unit);
    }

    /// Finds a unit by its name.
    #[must_use]
    pub fn unit(&self, name: &str) -> Option<&Unit> {
        self.units.get(name)
    }

    /// The first unit of a dimension that is so many of its base unit.
    pub(crate) fn unit_of(&self, dimension: &str, factor: i64) -> Option<&Unit> {
        let meant = Unit::new("", dimension, Number::from(factor));
        self.units.values().find(|unit| unit.in_terms_of(&meant) == Some(Number::one()))
    }

    pub(crate) fn unit_names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.units.keys()
    }

    pub(crate) fn entry(&self, name: &str) -> Option<(&Arc<str>, &Entry)> {
        self.fields.get_key_value(name).or_else(|| self.fields.get_key_value(&**self.labels.get(name)?))
    }

    /// The key that a name means, whether or not there is a field of that key yet.
    pub(crate) fn key(&self, name: &str) -> Option<&Arc<str>> {
        self.fields.get_key_value(name).map(|(key, _)| key).or_else(|| self.labels.get(name))
    }

    pub(crate) fn set_rule(&mut self, key: &Arc<str>, kind: Type, rule: Arc<Rule>) {
        self.fields.insert(key.clone(), Entry { kind, rule: Some(rule) });
    }

    pub(crate) fn criteria(&self, id: &str) -> Option<(&Arc<str>, &Arc<Rule>)> {
        self.criteria.get_key_value(id)
    }

    pub(crate) fn set_criteria(&mut self, id: &Arc<str>, rule: Arc<Rule>) {
        self.criteria.insert(id.clone(), rule);
    }

    pub(crate) fn nearest_criteria(&self, id: &str) -> Option<&str> {
        nearest(id, self.criteria.keys().map(|id| &**id))
    }

    /// Lets a label mean the field of a key. A key of the same name goes before a label.
    pub fn alias(&mut self, label: impl Into<Arc<str>>, key: impl Into<Arc<str>>) {
        self.labels.insert(label.into(), key.into());
    }

    /// Finds the key and type of a field by its key or its label.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(&Arc<str>, &Type)> {
        self.entry(name).map(|(key, entry)| (key, &entry.kind))
    }

    /// Lists every key with its type, in the order they were added, tables too.
    pub fn fields(&self) -> impl Iterator<Item = (&Arc<str>, &Type)> {
        self.fields.iter().map(|(key, entry)| (key, &entry.kind))
    }

    /// Finds the key or label that a name probably meant: one that ends in it (`kind` for `answer.kind`), or one
    /// spelt almost like it.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let names = || self.fields.keys().chain(self.labels.keys()).map(|name| &**name);
        let ends_in_it = |key: &&str| key.rsplit_once('.').is_some_and(|(_, last)| last == name);
        names().find(ends_in_it).or_else(|| nearest(name, names()))
    }
}

/// Names of more bytes are not searched for: the comparison is quadratic and the text may be hostile.
const LONGEST_NAME: usize = 256;

/// Finds the word most like a misspelt one, if any is like it enough to be meant; of equals the first.
#[must_use]
pub fn nearest<'a>(name: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    alike(0.6, name, words)
}

/// Finds the unit most like a misspelt one; of two letters one may be wrong.
pub(crate) fn nearest_unit<'a>(name: &str, units: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    alike(0.5, name, units)
}

fn alike<'a>(least: f64, name: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.to_lowercase();
    words
        .into_iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(&name, &word.to_lowercase()), word))
        .filter(|(alike, _)| *alike >= least)
        // The first of equals, so that the answer follows the order of the dictionary.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, word)| word)
}
