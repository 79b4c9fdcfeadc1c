//! Questions as a definition writes them.
use super::{DraftField, fit, text_of, title};
use crate::case::Key;
use crate::definition::finding::Findings;
use crate::definition::read::{Name, Table, integer, name, names, truth};
use crate::form::{Field, FieldKind, TEXT_MAX};
use crate::text::Text;
use condition::Number;
use indexmap::IndexMap;
use toml::Spanned;
use toml::de::DeValue;

pub(super) fn field(table: &mut Table, found: &mut Findings) -> DraftField {
    let title = title(table, found);
    let hint = table.take("hint").map(|value| text_of(value, found));
    let internal = table.take("internal").and_then(|value| truth(value, found)).unwrap_or(false);
    let hide = table.take("hide").and_then(|value| {
        let mut hide = Table::of("`hide`", value, found)?;
        let from = hide.need("from", found).map(|value| names(value, found));
        let when = hide.need("when", found).and_then(|value| name(value, found));
        hide.close(found);
        from.zip(when)
    });
    let kind = table.need("type", found).and_then(|value| name(value, found));
    let kind = kind.and_then(|kind| field_kind(&kind, table, found));
    if kind.is_none() {
        // What belongs to a kind that cannot be told is no mistake of its own.
        table.rest();
    }
    DraftField { field: kind.map(|kind| Field { title, hint, kind, internal }), hide }
}

fn field_kind(kind: &Name, table: &mut Table, found: &mut Findings) -> Option<FieldKind> {
    let size = |table: &mut Table, key, found: &mut Findings| {
        table.take(key).and_then(|value| integer(value, found)).map(|size| size as usize)
    };
    Some(match &*kind.key {
        "text" => {
            let min = size(table, "min", found).unwrap_or(1);
            let max = size(table, "max", found).unwrap_or(TEXT_MAX);
            let lines = table.take("lines").and_then(|value| truth(value, found)).unwrap_or(false);
            if min > max {
                found.note(table.span(), format!("`min` {min} is above `max` {max}"));
            }
            FieldKind::Text { min, max, lines }
        }
        "number" => {
            let bound = |table: &mut Table, key, found: &mut Findings| {
                table.take(key).and_then(|value| number(value, found))
            };
            let (min, max) = (bound(table, "min", found), bound(table, "max", found));
            if let (Some(min), Some(max)) = (&min, &max)
                && min > max
            {
                found.note(table.span(), format!("`min` {min} is above `max` {max}"));
            }
            let whole = table.take("whole").and_then(|value| truth(value, found)).unwrap_or(false);
            FieldKind::Number { min, max, whole }
        }
        "date" => FieldKind::Date,
        "truth" => FieldKind::Truth,
        "choice" => FieldKind::Choice(choices(table, found)),
        "choices" => FieldKind::Choices(choices(table, found)),
        "person" => {
            let role = table.need("role", found).and_then(|value| name(value, found))?;
            let within = table.take("within").and_then(|value| name(value, found)).map(|name| name.key);
            FieldKind::Person { role: role.key, within }
        }
        "unit" => FieldKind::Unit,
        "units" => FieldKind::Units,
        "case" => FieldKind::Case,
        _ => {
            let kinds =
                ["text", "number", "date", "truth", "choice", "choices", "person", "unit", "units", "case"];
            found.unknown(kind, "type of field", kinds.into_iter());
            return None;
        }
    })
}

fn number(value: &Spanned<DeValue>, found: &mut Findings) -> Option<Number> {
    let text = match value.get_ref() {
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => "",
    };
    let number = Number::parse(text).ok();
    if number.is_none() {
        found.note(&value.span(), format!("expected a number, found {}", value.get_ref().type_str()));
    }
    number
}

fn choices(table: &mut Table, found: &mut Findings) -> IndexMap<Key, Text> {
    let Some(value) = table.need("choices", found) else { return IndexMap::new() };
    let Some(mut choices) = Table::of("`choices`", value, found) else { return IndexMap::new() };
    let read: IndexMap<Key, Text> = choices
        .rest()
        .into_iter()
        .map(|(key, value)| {
            fit(&key, found);
            (key.key, text_of(value, found))
        })
        .collect();
    if read.is_empty() {
        found.note(&value.span(), "`choices` has no choice");
    }
    read
}
