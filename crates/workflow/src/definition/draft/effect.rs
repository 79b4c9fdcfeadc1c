//! Effects as a definition writes them.
use super::process;
use crate::case::Key;
use crate::definition::finding::{Findings, Span};
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
    Extend { clock: Name, by: Name },
    Climb(Name),
    Spawn(DraftSpawn),
    Link { link: Name, to: Name },
    Unlink(Name),
    Tell { event: Name, to: Name, with: Vec<Name> },
}

pub(in crate::definition) struct DraftSpawn {
    pub(in crate::definition) span: Span,
    pub(in crate::definition) process: Name,
    pub(in crate::definition) each: Option<Name>,
    pub(in crate::definition) role: Option<Name>,
    pub(in crate::definition) with: Vec<(Key, DraftGiven)>,
}

pub(in crate::definition) enum DraftGiven {
    From(Name),
    Is(Name),
}

/// The words effects begin with.
const WORDS: [&str; 12] = [
    "mail", "assign", "record", "mark", "unmark", "raise", "extend", "climb", "spawn", "link", "unlink",
    "tell",
];

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

    /// The ladder it climbs.
    pub(in crate::definition) fn climbs(&self) -> Option<&Key> {
        match self {
            Self::Climb(ladder) => Some(&ladder.key),
            _ => None,
        }
    }

    /// The link it makes.
    pub(in crate::definition) fn links(&self) -> Option<&Key> {
        match self {
            Self::Link { link, .. } => Some(&link.key),
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
    // Tried in turn, so that a stray key is told every word an effect begins with, and what belongs to its own.
    let word = WORDS.into_iter().find_map(|word| Some((word, table.take(word)?)));
    let Some((word, subject)) = word else {
        let rest = table.rest();
        let (span, what) =
            rest.first().map_or((value.span(), "nothing"), |(key, _)| (key.span.clone(), &*key.key));
        let message = format!("an effect is one of {}; found `{what}`", WORDS.join(", "));
        found.note(&span, message);
        return None;
    };
    let read = read(word, subject, &mut table, value.span(), found);
    table.close(found);
    read
}

fn read(
    word: &str,
    subject: &Spanned<DeValue>,
    table: &mut Table,
    span: Span,
    found: &mut Findings,
) -> Option<DraftEffect> {
    let one = |table: &mut Table, key, found: &mut Findings| {
        table.need(key, found).and_then(|value| name(value, found))
    };
    let list = |value: Option<&Spanned<DeValue>>, found: &mut Findings| {
        value.map(|value| names(value, found)).unwrap_or_default()
    };
    Some(match word {
        "mail" => {
            let to = table.need("to", found).map(|to| names(to, found));
            DraftEffect::Mail { template: name(subject, found)?, to: to? }
        }
        "assign" => {
            let to = one(table, "to", found);
            DraftEffect::Assign { role: name(subject, found)?, to: to? }
        }
        "record" => DraftEffect::Record(names(subject, found)),
        "mark" => DraftEffect::Mark(name(subject, found)?),
        "unmark" => DraftEffect::Unmark(name(subject, found)?),
        "raise" => DraftEffect::Raise(name(subject, found)?),
        "extend" => {
            let by = one(table, "by", found);
            DraftEffect::Extend { clock: name(subject, found)?, by: by? }
        }
        "climb" => DraftEffect::Climb(name(subject, found)?),
        "spawn" => {
            let each = table.take("each").and_then(|value| name(value, found));
            let role = table.take("as").and_then(|value| name(value, found));
            let with = table.take("with").map(|value| given(value, found)).unwrap_or_default();
            DraftEffect::Spawn(DraftSpawn { span, process: process(subject, found)?, each, role, with })
        }
        "link" => {
            let to = one(table, "to", found);
            DraftEffect::Link { link: name(subject, found)?, to: to? }
        }
        "unlink" => DraftEffect::Unlink(name(subject, found)?),
        _ => {
            let (to, with) = (one(table, "to", found), list(table.take("with"), found));
            let event = name(subject, found)?;
            super::fit(&event, found);
            DraftEffect::Tell { event, to: to?, with }
        }
    })
}

/// What a spawned case is opened with: by its field a source, or `{ is = "text" }`.
fn given(value: &Spanned<DeValue>, found: &mut Findings) -> Vec<(Key, DraftGiven)> {
    let Some(mut table) = Table::of("`with`", value, found) else { return vec![] };
    let mut read = vec![];
    for (field, source) in table.rest() {
        let given = if let DeValue::Table(literal) = source.get_ref() {
            let mut literal = Table::new("a literal", source.span(), literal);
            let is = literal.need("is", found).and_then(|value| name(value, found));
            literal.close(found);
            is.map(DraftGiven::Is)
        } else {
            name(source, found).map(DraftGiven::From)
        };
        read.extend(given.map(|given| (field.key, given)));
    }
    read
}
