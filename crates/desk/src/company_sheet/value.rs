//! A cell as the value of a field, and back.

use super::flaw::{Doubt, RowFlaw, label};
use super::heading::short;
use condition::{Number, Value, nearest};
use jiff::civil::Date;
use policy::{Field, FieldType, Given};
use sheet::Cell;
use workflow::{Language, Text};

/// How many characters a text may have.
const MOST_LETTERS: usize = 10_000;
/// What says that there is none.
const NONE: [&str; 2] = ["（无）", "(none)"];
/// What says so too where no text is expected.
const NONE_TOO: [&str; 3] = ["无", "没有", "none"];
const YES: [&str; 9] = ["是", "yes", "true", "有", "y", "1", "√", "✓", "对"];
const NO: [&str; 8] = ["否", "no", "false", "无", "n", "0", "×", "没有"];
/// What separates several values in one cell.
const SEPARATORS: [char; 7] = ['、', ',', '，', ';', '；', '\n', '|'];

/// What a cell says: nothing for known absence, and what is doubtful about it.
pub(super) type Said = (Option<Value>, Option<Doubt>);

/// Reads a cell that is not blank. A number without a unit is multiplied by the factor of its column.
pub(super) fn read(field: &Field, factor: Option<&Number>, cell: &Cell) -> Result<Said, RowFlaw> {
    if let Cell::Fault(fault) = cell {
        return Err(RowFlaw::Unreadable(fault.clone()));
    }
    let shown = cell.shown();
    let text = shown.trim();
    if text.chars().count() > MOST_LETTERS {
        return Err(RowFlaw::TooLong(MOST_LETTERS));
    }
    let is_value = field.values.iter().any(|(key, name)| **key == *text || **name == *text);
    let speaks = !matches!(field.kind, FieldType::Text | FieldType::Truth) && !is_value;
    if NONE.contains(&text) || (speaks && NONE_TOO.iter().any(|none| none.eq_ignore_ascii_case(text))) {
        return Ok((None, None));
    }
    let mut doubt = None;
    let given = match field.kind {
        FieldType::Truth => truth(cell, text),
        FieldType::Number | FieldType::Integer => number(field, factor, cell, text),
        FieldType::Ratio => {
            let given = number(field, factor, cell, text);
            let is_share =
                matches!(cell, Cell::Percent(_)) || factor.is_some() || text.ends_with(['%', '％']);
            match &given {
                Given::Number(number) if !is_share && *number > Number::from(1) => {
                    doubt = Some(Doubt::AboveOne(label(field), short(text)));
                }
                _ => {}
            }
            given
        }
        FieldType::Choice => Given::Text(choice(field, text)?),
        FieldType::Text if is_cut(cell) => return Err(RowFlaw::LostDigits),
        FieldType::Text => Given::Text(text.to_owned()),
        FieldType::Date => Given::Text(day(cell).map_or_else(|| text.to_owned(), |day| day.to_string())),
        FieldType::Set => parts(text)
            .map(|part| choice(field, part).map(Given::Text))
            .collect::<Result<_, _>>()
            .map(Given::List)?,
        FieldType::Series => Given::List(parts(text).map(pair).collect()),
        FieldType::Map => Given::Map(entries(field, text)),
    };
    let refused = |flaw| RowFlaw::Value(label(field), flaw);
    Ok((field.value(&given).map_err(refused)?, doubt))
}

/// Says whether a cell was entered as a number with more digits than a workbook keeps.
pub(super) fn is_cut(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(number) if number.chars().filter(char::is_ascii_digit).count() > 15)
}

/// Says whether two values are the same; in which order the values of a set are told does not matter.
pub(super) fn same(field: &Field, one: Option<&Value>, other: Option<&Value>) -> bool {
    match (field.kind, one, other) {
        (FieldType::Set, Some(Value::List(one)), Some(Value::List(other))) => {
            one.iter().all(|value| other.contains(value)) && other.iter().all(|value| one.contains(value))
        }
        (_, one, other) => one == other,
    }
}

fn truth(cell: &Cell, text: &str) -> Given {
    let is_one = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match cell {
        Cell::Truth(truth) => Given::Truth(*truth),
        _ if is_one(&YES) => Given::Truth(true),
        _ if is_one(&NO) => Given::Truth(false),
        _ => Given::Text(text.to_owned()),
    }
}

/// A number; what it is not stays a text, in which the field may find a number with its unit.
fn number(field: &Field, factor: Option<&Number>, cell: &Cell, text: &str) -> Given {
    let other = Given::Text(text.to_owned());
    let (number, is_share) = match (cell, decimal(text)) {
        (Cell::Date(_) | Cell::Truth(_), _) | (_, None) => return other,
        (Cell::Percent(_), Some((number, _))) => (Some(number), true),
        (_, Some((number, false))) => (Some(number), false),
        (_, Some((number, true))) => (number.over(&Number::from(100)), true),
    };
    // A percentage is a number without a unit, whatever the heading says.
    let number = match (is_share, factor) {
        (true, _) if field.unit.is_some() => return other,
        (false, Some(factor)) => number.and_then(|number| number.times(factor)),
        _ => number,
    };
    number.map_or(other, Given::Number)
}

/// A plain number as people write it, and whether a percent sign follows it.
fn decimal(text: &str) -> Option<(Number, bool)> {
    let narrow = |letter: char| match letter {
        // Full-width forms are those of ASCII, moved.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '−' => '-',
        letter => letter,
    };
    let text: String = text.chars().map(narrow).filter(|letter| *letter != ' ').collect();
    let (text, is_share) = text.strip_suffix('%').map_or((text.as_str(), false), |text| (text, true));
    let text = text.strip_prefix('+').unwrap_or(text);
    let number = Number::parse(text).ok().or_else(|| Number::parse(&without_thousands(text)?).ok())?;
    Some((number, is_share))
}

/// `1,234,567.8` without its commas. A comma elsewhere may be a decimal one, so it is not taken away.
fn without_thousands(text: &str) -> Option<String> {
    let (sign, size) = text.strip_prefix('-').map_or(("", text), |size| ("-", size));
    let (whole, part) = size.split_once('.').map_or((size, None), |(whole, part)| (whole, Some(part)));
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let rest: Vec<&str> = groups.collect();
    if rest.is_empty() || rest.iter().any(|group| group.len() != 3) {
        return None;
    }
    let part = part.map_or_else(String::new, |part| format!(".{part}"));
    Some(format!("{sign}{first}{}{part}", rest.concat()))
}

/// The key of a value that is named by its key or by what it is called.
fn choice(field: &Field, text: &str) -> Result<String, RowFlaw> {
    let called = || field.values.iter().find(|(_, name)| ***name == *text);
    let found = field.values.get_key_value(text).or_else(called);
    found.map(|(key, _)| key.to_string()).ok_or_else(|| {
        let names = || field.values.iter().flat_map(|(key, name)| [&**name, &**key]);
        let all = field.values.iter().map(|(key, name)| Text::new(name, key)).collect();
        RowFlaw::NoValue(label(field), short(text), nearest(text, names()).map(str::to_owned), all)
    })
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty())
}

/// The two ends of `120~135`.
fn pair(text: &str) -> Given {
    let end = |end: &str| {
        decimal(end).map_or_else(|| Given::Text(end.trim().to_owned()), |(end, _)| Given::Number(end))
    };
    match text.split_once(['~', '～', '至', '→']) {
        Some((first, last)) => Given::List(vec![end(first), end(last)]),
        None => Given::Text(text.to_owned()),
    }
}

/// What a map holds, each on a line or between semicolons: `2024：是；2025：否`.
fn entries(field: &Field, text: &str) -> Vec<(String, Given)> {
    let entry = |entry: &str| {
        let (key, value) = entry.split_once(['：', ':']).unwrap_or((entry, ""));
        let value = value.trim();
        let given = match field.of {
            _ if NONE.contains(&value) => Given::Absent,
            Some(FieldType::Truth) => truth(&Cell::Empty, value),
            Some(FieldType::Number | FieldType::Integer | FieldType::Ratio) => decimal(value)
                .map_or_else(|| Given::Text(value.to_owned()), |(number, _)| Given::Number(number)),
            _ => Given::Text(value.to_owned()),
        };
        (key.trim().to_owned(), given)
    };
    let entries = text.split(['\n', ';', '；']).map(str::trim).filter(|part| !part.is_empty());
    entries.map(entry).collect()
}

/// A day as people write it: `2026-01-02`, `2026/1/2`, `2026.1.2`, `2026年1月2日`, `20260102`.
pub(super) fn day(cell: &Cell) -> Option<Date> {
    let shown = match cell {
        Cell::Date(day) => return Some(*day),
        Cell::Text(text) | Cell::Number(text) => text.trim(),
        _ => return None,
    };
    let text = shown.strip_suffix(" 00:00:00").unwrap_or(shown);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = match (text.len(), is_digits(text)) {
        (8, true) => format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..)?),
        _ => text.strip_suffix('日').unwrap_or(text).replace(['/', '.', '年', '月'], "-"),
    };
    let mut numbers = text.split('-').map(str::trim);
    let (year, month, day) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let lengths = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    if numbers.next().is_some() || !lengths || ![year, month, day].into_iter().all(is_digits) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Writes a value so that [`read`] gives it back. What no cell can say leaves it empty: an empty set, and a text in a map
/// that holds a semicolon.
pub(super) fn cell(field: &Field, value: Option<&Value>, language: Language) -> Cell {
    let written = match value {
        None => Cell::text(word(language, NONE)),
        Some(value) => written(field, value, language),
    };
    let back = if written.is_blank() { None } else { read(field, None, &written).ok() };
    match back {
        Some((back, _)) if same(field, back.as_ref(), value) => written,
        _ => Cell::Empty,
    }
}

fn written(field: &Field, value: &Value, language: Language) -> Cell {
    match (field.kind, value) {
        (_, Value::Date(day)) => Cell::Date(*day),
        // A fraction that is no decimal.
        (_, Value::Number(number)) if number.to_string().contains('/') => Cell::text(number.to_string()),
        (FieldType::Ratio, Value::Number(number)) => Cell::Percent(number.to_string()),
        (_, Value::Number(number)) => Cell::Number(number.to_string()),
        (FieldType::Series, Value::List(pairs)) => {
            let pair = |pair: &Value| match pair {
                Value::List(ends) => {
                    ends.iter().map(|end| plain(field, end, language)).collect::<Vec<_>>().join("~")
                }
                other => plain(field, other, language),
            };
            Cell::text(pairs.iter().map(pair).collect::<Vec<_>>().join("；"))
        }
        (_, Value::List(values)) => {
            let values: Vec<_> = values.iter().map(|value| plain(field, value, language)).collect();
            Cell::text(values.join(word(language, ["、", ", "])))
        }
        (_, Value::Map(entries)) => {
            let entry = |(key, value)| format!("{key}：{}", plain(field, value, language));
            Cell::text(entries.iter().map(entry).collect::<Vec<_>>().join("；"))
        }
        (_, value) => Cell::text(plain(field, value, language)),
    }
}

fn plain(field: &Field, value: &Value, language: Language) -> String {
    match value {
        Value::Absent => word(language, NONE).to_owned(),
        Value::Truth(truth) => word(language, if *truth { ["是", "yes"] } else { ["否", "no"] }).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Text(text) => name_of(field, text, language),
        Value::List(_) | Value::Map(_) => String::new(),
    }
}

/// What a value is called where that means it and nothing else; in English its key.
pub(super) fn name_of(field: &Field, key: &str, language: Language) -> String {
    let called = field.values.get(key).filter(|name| {
        language == Language::Zh
            && !(field.kind == FieldType::Set && name.contains(SEPARATORS))
            && choice(field, name).is_ok_and(|found| found == *key)
    });
    called.map_or_else(|| key.to_owned(), ToString::to_string)
}

pub(super) fn word(language: Language, [zh, en]: [&'static str; 2]) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}
