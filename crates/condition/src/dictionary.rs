//! Which fields a condition may speak of.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;

use crate::Type;

/// Lists the fields that a condition may name, with their types and their other names.
///
/// A key is a path of names joined by dots, such as `employees` or `clock.finish.workdays_left`; a label such as
/// `从业人数` stands for a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    fields: IndexMap<Arc<str>, Type>,
    labels: BTreeMap<Arc<str>, Arc<str>>,
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
        self.fields.insert(key.into(), kind);
    }

    /// Lets a label mean the field of a key. A key of the same name goes before a label.
    pub fn alias(&mut self, label: impl Into<Arc<str>>, key: impl Into<Arc<str>>) {
        self.labels.insert(label.into(), key.into());
    }

    /// Finds the key and type of a field by its key or its label.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(&Arc<str>, &Type)> {
        self.fields.get_key_value(name).or_else(|| self.fields.get_key_value(&**self.labels.get(name)?))
    }

    /// Lists every key with its type, in the order they were added.
    pub fn fields(&self) -> impl Iterator<Item = (&Arc<str>, &Type)> {
        self.fields.iter()
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

/// Finds the word most like a misspelt one, if any is like it enough to be meant.
pub(crate) fn nearest<'a>(name: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.6;
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.to_lowercase();
    words
        .into_iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(&name, &word.to_lowercase()), word))
        .filter(|(alike, _)| *alike >= ALIKE)
        // The first of equals, so that the answer follows the order of the dictionary.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, word)| word)
}
