//! Sheets of companies to be written: an empty one, one of what is known, and one of what is wrong.

use super::heading::{CREDIT_CODE, NAME, REASONS, SINCE, SOURCE};
use super::plan::{KnownCompany, Plan};
use super::value::{cell, name_of, word};
use jiff::civil::Date;
use policy::{Field, FieldType, Fields, Scope};
use sheet::{Cell, Column, Shape, Table};
use std::sync::Arc;
use workflow::Language;

/// Makes an empty sheet to fill in, with a column for each of these fields; unknown keys are left out, and without any
/// it is every field of a company that does not follow from others.
#[must_use]
pub fn template(fields: &Fields, keys: &[Arc<str>], language: Language) -> Table {
    let chosen = chosen(fields, keys);
    let facts = chosen.iter().map(|(_, field)| column(field, language));
    let name = word(language, ["企业", "companies"]).to_owned();
    Table { name, columns: head(language).into_iter().chain(facts).collect(), rows: vec![] }
}

/// Makes a sheet of what is known of companies on a day, with the columns of a [`template`].
#[must_use]
pub fn export<K>(
    fields: &Fields,
    keys: &[Arc<str>],
    companies: &[KnownCompany<K>],
    day: Date,
    language: Language,
) -> Table {
    let chosen = chosen(fields, keys);
    let row = |company: &KnownCompany<K>| {
        let known = company.facts.as_of(Some(day));
        let code = Cell::text(company.credit_code.clone().unwrap_or_default());
        let head = [code, Cell::text(company.name.clone()), Cell::Date(day), Cell::Empty];
        let facts = chosen.iter().map(|(key, field)| {
            known.get(key).map_or(Cell::Empty, |fact| cell(field, fact.value.as_ref(), language))
        });
        head.into_iter().chain(facts).collect()
    };
    Table { rows: companies.iter().map(row).collect(), ..template(fields, keys, language) }
}

impl<K: Copy + Eq + std::hash::Hash> Plan<K> {
    /// Makes a sheet of the rows that were wrong or doubtful, as they were uploaded, with the reasons in front. Corrected,
    /// it can be uploaded as it is. With a wrong column every row is in it.
    #[must_use]
    pub fn errors_sheet(&self, language: Language) -> Table {
        let reasons = Column {
            heading: word(language, [REASONS[0], REASONS[1]]).to_owned(),
            warns: true,
            ..Column::default()
        };
        // Of a sheet that came back once already, the old reasons are left out.
        let is_kept = |heading: &String| !REASONS.iter().any(|reasons| reasons == heading);
        let kept = || self.sheet.header().iter().zip(1..).filter(|(heading, _)| is_kept(heading));
        let columns = kept().map(|(heading, column)| {
            let wrong = self.mistakes.iter().find(|mistake| mistake.column == Some(column));
            Column {
                heading: heading.clone(),
                note: wrong.map(|mistake| mistake.flaw.text().get(language).to_owned()),
                ..Column::default()
            }
        });
        let lines = self.sheet.rows().iter().enumerate().filter_map(|(index, row)| {
            let planned = self.rows.get(index);
            let own = planned.into_iter().flat_map(|planned| planned.mistakes.iter().chain(&planned.doubts));
            let said: Vec<String> =
                self.mistakes.iter().chain(own).map(|mistake| mistake.said(language)).collect();
            let cells = kept().filter_map(|(_, column)| row.cells().get(column - 1).cloned());
            let cells = std::iter::once(Cell::text(said.join("\n"))).chain(cells);
            (!said.is_empty()).then(|| cells.collect())
        });
        let rows = lines.collect();
        let name = word(language, ["待更正", "to correct"]).to_owned();
        Table { name, columns: std::iter::once(reasons).chain(columns).collect(), rows }
    }
}

fn chosen<'f>(fields: &'f Fields, keys: &[Arc<str>]) -> Vec<(&'f Arc<str>, &'f Field)> {
    let of_company = fields.fields.iter().filter(|(_, field)| field.scope == Scope::Company);
    if keys.is_empty() {
        return of_company.filter(|(_, field)| field.derived.is_none()).collect();
    }
    of_company.filter(|(key, _)| keys.contains(key)).collect()
}

fn head(language: Language) -> Vec<Column> {
    let column = |names: &[&'static str], shape, note: [&'static str; 2]| Column {
        heading: word(language, [names[0], names[1]]).to_owned(),
        shape,
        note: Some(word(language, note).to_owned()),
        ..Column::default()
    };
    vec![
        column(CREDIT_CODE, Shape::Text, ["18 位；新企业必填", "18 characters; a new company needs it"]),
        column(NAME, Shape::Text, ["新企业必填", "a new company needs it"]),
        column(
            SINCE,
            Shape::Date,
            [
                "本行事实自何日起；不填则为导入当日",
                "from which day the facts of the row count; the day of the import without it",
            ],
        ),
        column(SOURCE, Shape::Text, ["本行事实的出处", "where the facts of the row come from"]),
    ]
}

/// The column of a field.
fn column(field: &Field, language: Language) -> Column {
    let label = word_of(field, language);
    let heading = match &field.unit {
        Some(unit) if matches!(field.kind, FieldType::Number | FieldType::Integer) => {
            if language == Language::Zh {
                format!("{label}（{unit}）")
            } else {
                format!("{label} ({unit})")
            }
        }
        _ => label.to_owned(),
    };
    let (shape, hint) = match field.kind {
        FieldType::Number | FieldType::Integer => (Shape::Number, ["数", "a number"]),
        FieldType::Ratio => (Shape::Percent, ["百分数，例如 5%", "a percentage such as 5%"]),
        FieldType::Date => (Shape::Date, ["日期，例如 2026-01-02", "a day such as 2026-01-02"]),
        FieldType::Truth => (Shape::Text, ["是或否", "yes or no"]),
        FieldType::Choice => (Shape::Text, ["从列表中选择", "choose from the list"]),
        FieldType::Set => (Shape::Text, ["可填多项，以顿号分隔", "several, with commas between them"]),
        FieldType::Series => (
            Shape::Text,
            ["每期期初~期末，以分号分隔：120~135；135~140", "start~end of each period: 120~135; 135~140"],
        ),
        FieldType::Map => {
            (Shape::Text, ["以分号分隔：2024：…；2025：…", "with semicolons between them: 2024: …; 2025: …"])
        }
        FieldType::Text => (Shape::Text, ["文本", "a text"]),
    };
    let choices = match field.kind {
        FieldType::Truth => {
            [["是", "yes"], ["否", "no"]].map(|words| word(language, words).to_owned()).to_vec()
        }
        FieldType::Choice | FieldType::Set => {
            field.values.keys().map(|key| name_of(field, key, language)).collect()
        }
        _ => vec![],
    };
    let meaning = if language == Language::Zh { &field.meaning.zh } else { &field.meaning.en };
    let note = Some(format!("{meaning}\n{}", word(language, hint)));
    Column { heading, shape, note, choices, warns: false }
}

fn word_of(field: &Field, language: Language) -> &str {
    match language {
        Language::Zh => &field.label.zh,
        Language::En => &field.label.en,
    }
}
