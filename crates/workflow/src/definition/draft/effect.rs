//! Effects as a definition writes them.
use crate::case::Key;
use crate::definition::finding::Findings;
use crate::definition::read::{Name, Table, items, name, names};
use toml::Spanned;
use toml::de::DeValue;

pub(in crate::definition) enum DraftEffect {
    Mail { template: Name, to: Vec<Name> },
    Assign { role: Name, to: Name },
    Record(Vec<Name>),
    Mark(Name),
    Unmark(Name),
    Raise(Name),
}

impl DraftEffect {
    /// The mark it sets.
    pub(in crate::definition) fn marks(&self) -> Option<&Key> {
        match self {
            Self::Mark(mark) => Some(&mark.key),
            _ => None,
        }
    }

    /// The event it raises.
    pub(in crate::definition) fn raises(&self) -> Option<&str> {
        match self {
            Self::Raise(event) => Some(&event.key),
            _ => None,
        }
    }

    /// The fields whose answers it keeps.
    pub(in crate::definition) fn records(&self) -> &[Name] {
        match self {
            Self::Record(fields) => fields,
            _ => &[],
        }
    }
}

pub(super) fn effects(value: Option<&Spanned<DeValue>>, found: &mut Findings) -> Vec<DraftEffect> {
    value
        .map(|value| items(value).into_iter().filter_map(|item| effect(item, found)).collect())
        .unwrap_or_default()
}

fn effect(value: &Spanned<DeValue>, found: &mut Findings) -> Option<DraftEffect> {
    let mut table = Table::of("an effect", value, found)?;
    let read = if let Some(template) = table.take("mail") {
        let to = table.need("to", found).map(|to| names(to, found));
        name(template, found).zip(to).map(|(template, to)| DraftEffect::Mail { template, to })
    } else if let Some(role) = table.take("assign") {
        let to = table.need("to", found).and_then(|to| name(to, found));
        name(role, found).zip(to).map(|(role, to)| DraftEffect::Assign { role, to })
    } else if let Some(fields) = table.take("record") {
        Some(DraftEffect::Record(names(fields, found)))
    } else if let Some(mark) = table.take("mark") {
        name(mark, found).map(DraftEffect::Mark)
    } else if let Some(mark) = table.take("unmark") {
        name(mark, found).map(DraftEffect::Unmark)
    } else if let Some(event) = table.take("raise") {
        name(event, found).map(DraftEffect::Raise)
    } else {
        let rest = table.rest();
        let (span, what) =
            rest.first().map_or((value.span(), "nothing"), |(key, _)| (key.span.clone(), &*key.key));
        let message =
            format!("an effect is one of mail, assign, record, mark, unmark, raise; found `{what}`");
        found.note(&span, message);
        None
    };
    table.close(found);
    read
}
