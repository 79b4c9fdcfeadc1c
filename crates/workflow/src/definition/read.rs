//! Reads a TOML tree with spans.
use super::finding::{Findings, Span};
use crate::case::Key;
use crate::nearest;
use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A name with its place.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) key: Key,
    pub(super) span: Span,
}

/// A table whose keys are taken one by one; what nobody took is reported by [`Table::close`].
pub(super) struct Table<'d> {
    span: Span,
    what: String,
    entries: IndexMap<&'d str, (Span, &'d Spanned<DeValue<'d>>)>,
    asked: Vec<&'static str>,
}

impl<'d> Table<'d> {
    pub(super) fn new(what: impl Into<String>, span: Span, table: &'d DeTable<'d>) -> Self {
        let entries = table.iter().map(|(key, value)| (&**key.get_ref(), (key.span(), value))).collect();
        Self { span, what: what.into(), entries, asked: vec![] }
    }

    /// The value as a table of its own.
    pub(super) fn of(
        what: impl Into<String>,
        value: &'d Spanned<DeValue<'d>>,
        found: &mut Findings,
    ) -> Option<Self> {
        let what = what.into();
        match value.get_ref() {
            DeValue::Table(table) => Some(Self::new(what, value.span(), table)),
            other => {
                found.note(&value.span(), format!("{what}: expected a table, found {}", other.type_str()));
                None
            }
        }
    }

    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    /// Takes a value, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.push(key);
        self.entries.shift_remove(key).map(|(_, value)| value)
    }

    /// Takes a value that must be there.
    pub(super) fn need(
        &mut self,
        key: &'static str,
        found: &mut Findings,
    ) -> Option<&'d Spanned<DeValue<'d>>> {
        let value = self.take(key);
        if value.is_none() {
            found.note(&self.span, format!("{} has no `{key}`", self.what));
        }
        value
    }

    /// Takes all that is left, as entries whose keys the author chose.
    pub(super) fn rest(&mut self) -> Vec<(Name, &'d Spanned<DeValue<'d>>)> {
        std::mem::take(&mut self.entries)
            .into_iter()
            .map(|(key, (span, value))| (Name { key: key.into(), span }, value))
            .collect()
    }

    /// Reports what nobody asked for.
    pub(super) fn close(self, found: &mut Findings) {
        for (key, (span, _)) in &self.entries {
            let known = self.asked.iter().copied();
            let hint = nearest(key, known.clone()).map_or_else(
                || format!("allowed are {}", known.collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            found.note(span, format!("{} has no key `{key}`; {hint}", self.what));
        }
    }
}

/// Reads a string.
pub(super) fn name(value: &Spanned<DeValue>, found: &mut Findings) -> Option<Name> {
    match value.get_ref() {
        DeValue::String(text) => Some(Name { key: (**text).into(), span: value.span() }),
        other => wrong(value, "a string", other, found),
    }
}

/// Reads one string or an array of strings.
pub(super) fn names(value: &Spanned<DeValue>, found: &mut Findings) -> Vec<Name> {
    match value.get_ref() {
        DeValue::Array(items) => items.iter().filter_map(|item| name(item, found)).collect(),
        _ => name(value, found).into_iter().collect(),
    }
}

/// Reads a whole number.
pub(super) fn integer(value: &Spanned<DeValue>, found: &mut Findings) -> Option<u32> {
    match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => {
            let read = number.as_str().parse().ok();
            if read.is_none() {
                found.note(&value.span(), "expected a whole number from 0 to 4294967295");
            }
            read
        }
        other => wrong(value, "a whole number", other, found),
    }
}

/// Reads true or false.
pub(super) fn truth(value: &Spanned<DeValue>, found: &mut Findings) -> Option<bool> {
    match value.get_ref() {
        DeValue::Boolean(truth) => Some(*truth),
        other => wrong(value, "true or false", other, found),
    }
}

/// Reads an array; anything else is an array of one.
pub(super) fn items<'d>(value: &'d Spanned<DeValue<'d>>) -> Vec<&'d Spanned<DeValue<'d>>> {
    match value.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![value],
    }
}

fn wrong<T>(value: &Spanned<DeValue>, wanted: &str, other: &DeValue, found: &mut Findings) -> Option<T> {
    found.note(&value.span(), format!("expected {wanted}, found {}", other.type_str()));
    None
}
