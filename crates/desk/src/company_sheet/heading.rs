//! What the columns of a sheet hold, by what they are called.

use super::flaw::{ColumnFlaw, Flaw, SheetMistake, label};
use condition::{Dictionary, Number, nearest};
use policy::{Field, FieldType, Fields, Scope};
use sheet::Sheet;
use std::sync::Arc;

/// What columns that hold no fact may be called, first what a template calls them in Chinese and in English.
pub(super) const CREDIT_CODE: &[&str] =
    &["统一社会信用代码", "credit code", "信用代码", "社会信用代码", "代码", "credit_code"];
pub(super) const NAME: &[&str] =
    &["企业名称", "company name", "公司名称", "单位名称", "名称", "company", "name"];
pub(super) const SINCE: &[&str] = &["截至日期", "as of", "数据日期", "日期", "as_of"];
pub(super) const SOURCE: &[&str] = &["来源", "source", "数据来源"];
/// What the column of a returned sheet is called; it is not read.
pub(super) const REASONS: &[&str] = &["错误原因", "what is wrong"];

/// What a column holds.
#[derive(Debug, Clone)]
pub(super) enum Holds<'f> {
    /// Credit codes.
    CreditCode,
    /// Names of companies.
    Name,
    /// The day from which the facts of the row count.
    Since,
    /// Where the facts of the row come from.
    Source,
    /// A fact, with what a number without a unit is multiplied by.
    Fact { key: &'f Arc<str>, field: &'f Field, factor: Option<Number> },
    /// Nothing that is read.
    Nothing,
}

/// Says whether this is the row that names the columns.
pub(super) fn is_header(names: &[String]) -> bool {
    names.iter().any(|name| is_called(name, CREDIT_CODE) || is_called(name, NAME))
}

/// What each column holds, and what is wrong with their names.
pub(super) fn columns<'f>(sheet: &Sheet, fields: &'f Fields) -> (Vec<Holds<'f>>, Vec<SheetMistake>) {
    let (mut columns, mut mistakes): (Vec<Holds<'f>>, _) = (vec![], vec![]);
    for (name, column) in sheet.header().iter().zip(1..) {
        let holds = holds(name, fields).and_then(|holds| {
            let first = columns.iter().position(|other| same(other, &holds));
            first.map_or(Ok(holds), |first| Err(ColumnFlaw::ColumnTwice(short(name), first + 1)))
        });
        columns.push(holds.unwrap_or_else(|flaw| {
            mistakes.push(SheetMistake {
                line: sheet.line(),
                column: Some(column),
                flaw: Flaw::Column(flaw),
            });
            Holds::Nothing
        }));
    }
    if !columns.iter().any(|holds| matches!(holds, Holds::CreditCode | Holds::Name)) {
        mistakes.insert(
            0,
            SheetMistake { line: sheet.line(), column: None, flaw: Flaw::Column(ColumnFlaw::NoCompanies) },
        );
    }
    (columns, mistakes)
}

fn same(one: &Holds<'_>, other: &Holds<'_>) -> bool {
    match (one, other) {
        (Holds::Fact { key, .. }, Holds::Fact { key: other, .. }) => key == other,
        (Holds::Nothing, Holds::Nothing) => false,
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

fn holds<'f>(name: &str, fields: &'f Fields) -> Result<Holds<'f>, ColumnFlaw> {
    // A star is how templates elsewhere mark what must be filled in.
    let name = name.trim_matches(['*', '＊']).trim();
    let plain = [
        (CREDIT_CODE, Holds::CreditCode),
        (NAME, Holds::Name),
        (SINCE, Holds::Since),
        (SOURCE, Holds::Source),
        (REASONS, Holds::Nothing),
    ];
    if name.is_empty() {
        return Ok(Holds::Nothing);
    }
    if let Some((_, holds)) = plain.into_iter().find(|(names, _)| is_called(name, names)) {
        return Ok(holds);
    }
    let (called, unit) = match field_called(name, fields) {
        Some(_) => (name, None),
        None => without_unit(name).map_or((name, None), |(called, unit)| (called, Some(unit))),
    };
    let Some((key, field)) = field_called(called, fields) else {
        return Err(ColumnFlaw::NoField(short(name), nearest_name(called, fields)));
    };
    if field.scope != Scope::Company {
        return Err(ColumnFlaw::NotOfCompanies(label(field)));
    }
    Ok(Holds::Fact { key, field, factor: unit.map_or(Ok(None), |unit| factor(field, unit))? })
}

/// What a number in the unit of a heading is multiplied by; nothing for the unit of the field.
fn factor(field: &Field, found: &str) -> Result<Option<Number>, ColumnFlaw> {
    let clash = || {
        let wanted = field.unit.as_deref().map(str::to_owned);
        ColumnFlaw::HeadingUnit(label(field), wanted, short(found))
    };
    match (field.kind, &field.unit) {
        (FieldType::Ratio, _) if matches!(found, "%" | "％") => {
            Number::from(1).over(&Number::from(100)).map(Some).ok_or_else(clash)
        }
        (FieldType::Number | FieldType::Integer, Some(unit)) if **unit == *found => Ok(None),
        (FieldType::Number | FieldType::Integer, Some(unit)) => {
            let units = Dictionary::new().with_common_units();
            let known = units.unit(found).zip(units.unit(unit));
            known.and_then(|(found, unit)| found.in_terms_of(unit)).map(Some).ok_or_else(clash)
        }
        (FieldType::Number | FieldType::Integer | FieldType::Ratio, None) => Err(clash()),
        // A hint how to write it, such as （YYYY-MM-DD）.
        _ => Ok(None),
    }
}

/// A heading without what stands in brackets at its end, and that.
fn without_unit(name: &str) -> Option<(&str, &str)> {
    let open = name.rfind(['（', '(', '[', '【'])?;
    let (called, rest) = name.split_at_checked(open)?;
    let unit = rest.trim_start_matches(['（', '(', '[', '【']).strip_suffix(['）', ')', ']', '】'])?;
    let unit = unit.trim().trim_start_matches("单位").trim_start_matches(['：', ':']);
    Some((called.trim_end(), unit.trim()))
}

/// Finds a field by its key or either label. `Fields::find` would look for the nearest name each time it finds none.
fn field_called<'f>(name: &str, fields: &'f Fields) -> Option<(&'f Arc<str>, &'f Field)> {
    let is_called = |field: &Field| field.label.zh == name || field.label.en.eq_ignore_ascii_case(name);
    fields.fields.get_key_value(name).or_else(|| fields.fields.iter().find(|(_, field)| is_called(field)))
}

fn nearest_name(name: &str, fields: &Fields) -> Option<String> {
    let of_company = || fields.fields.iter().filter(|(_, field)| field.scope == Scope::Company);
    let labels = of_company().map(|(_, field)| field.label.zh.as_str());
    let labels = labels.chain(of_company().map(|(_, field)| field.label.en.as_str()));
    let plain = [CREDIT_CODE, NAME, SINCE, SOURCE].into_iter().flatten().copied();
    nearest(name, plain.chain(labels).chain(of_company().map(|(key, _)| &**key))).map(str::to_owned)
}

fn is_called(name: &str, names: &[&str]) -> bool {
    let name = name.trim_matches(['*', '＊']).trim();
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A text to be told back: not long, on one line.
pub(super) fn short(text: &str) -> String {
    text.trim().chars().take(40).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
