//! What is missing for a clause that fails: the smallest changes, by how much, and when time alone makes them.
use crate::facts::KnownThen;
use crate::{Changes, Clause, Field, FieldType, Library, Title};
use condition::{Change, MONTHS, Movement, Number, Target, Unit, Value};
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::Arc;

/// What would have to be otherwise for a clause that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The clause.
    pub clause: Arc<str>,
    /// Sets of changes of which one suffices, the smallest first; after it the clause holds, or is open only for what
    /// nobody knows. None where nothing that can change would help.
    pub alternatives: Vec<Vec<GapChange>>,
    /// The first day on which time alone has made one of them.
    pub possible_from: Option<Date>,
}

/// A change, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapChange {
    /// The change.
    pub change: Change,
    /// The day on which time alone makes it.
    pub possible_on: Option<Date>,
    /// What people read: "employees 312, limit 300: 12 too many".
    pub text: Title,
}

impl Library {
    pub(super) fn gap(&self, name: &Arc<str>, clause: &Clause, facts: KnownThen<'_>) -> Gap {
        let movement = |key: &str| match self.fields.fields.get(key) {
            Some(field) if field.changes == Changes::Never => Movement::Never,
            Some(field) if field.kind == FieldType::Integer => Movement::Whole,
            _ => Movement::Free,
        };
        let sets = clause.when.changes(&facts, &movement);
        let worded =
            |set: Vec<Change>| set.into_iter().filter_map(|change| self.worded(change, facts)).collect();
        let alternatives: Vec<Vec<GapChange>> = sets.into_iter().map(worded).collect();
        let day = |set: &Vec<GapChange>| {
            let days: Option<Vec<Date>> = set.iter().map(|change| change.possible_on).collect();
            days.and_then(|days| days.into_iter().max())
        };
        let possible_from = alternatives.iter().filter_map(day).min();
        Gap { clause: name.clone(), alternatives, possible_from }
    }

    fn worded(&self, change: Change, facts: KnownThen<'_>) -> Option<GapChange> {
        let field = self.fields.fields.get(&change.field)?;
        let possible_on = field.comes(&change, facts);
        Some(GapChange { text: field.words(&change), possible_on, change })
    }
}

impl Field {
    /// The day on which time alone makes a change.
    fn comes(&self, change: &Change, facts: KnownThen<'_>) -> Option<Date> {
        match (self.changes, &change.target) {
            (Changes::WithTime, Target::AtLeast(Value::Date(day))) => Some(*day),
            // A year of the calendar begins on its first day.
            (Changes::WithTime, Target::AtLeast(Value::Number(year))) => {
                Date::new(i16::try_from(year.to_i64()?).ok()?, 1, 1).ok()
            }
            (Changes::Grows, Target::AtLeast(Value::Number(_))) => {
                let since = facts.get(&change.field)?.date.or(facts.day)?;
                let month = Unit::new("个月", MONTHS, Number::from(1));
                let unit =
                    condition::Dictionary::new().with_common_units().unit(self.unit.as_deref()?)?.clone();
                let months = change.distance.as_ref()?.times(&unit.in_terms_of(&month)?)?;
                since.checked_add(months.ceiling().to_i64()?.months()).ok()
            }
            _ => None,
        }
    }

    fn words(&self, change: &Change) -> Title {
        let now = change.now.as_ref().map_or(("无".into(), "none".into()), |now| self.said(now));
        let distance = change.distance.as_ref().map(|distance| match self.kind {
            FieldType::Date => (format!("{distance} 天"), format!("{distance} days")),
            FieldType::Ratio => {
                let points = self.number(distance);
                let points = points.trim_end_matches('%');
                (format!("{points} 个百分点"), format!("{points} points"))
            }
            _ => (self.number(distance), self.number(distance)),
        });
        let (zh, en) = (&self.label.zh, &self.label.en);
        let limited = |limit: &Value, words: [&str; 4]| {
            let limit = self.said(limit);
            let [zh_limit, zh_by, en_limit, en_by] = words;
            let by = distance.as_ref().filter(|_| change.distance.as_ref() != Some(&Number::from(0)));
            Title {
                zh: format!(
                    "{zh} {}，{zh_limit} {}{}",
                    now.0,
                    limit.0,
                    by.map_or(String::new(), |by| format!("，{zh_by} {}", by.0))
                ),
                en: format!(
                    "{en} {}, {en_limit} {}{}",
                    now.1,
                    limit.1,
                    by.map_or(String::new(), |by| format!(": {} {en_by}", by.1))
                ),
            }
        };
        let dated = self.kind == FieldType::Date;
        let many = if matches!(self.kind, FieldType::Integer) { "too many" } else { "too much" };
        match &change.target {
            Target::AtLeast(limit) if dated => limited(limit, ["不早于", "差", "not before", "to go"]),
            Target::AtMost(limit) if dated => limited(limit, ["不晚于", "晚", "not after", "too late"]),
            Target::AtLeast(limit) => limited(limit, ["下限", "不足", "needs", "short"]),
            Target::MoreThan(limit) => limited(limit, ["须超过", "差", "needs more than", "short"]),
            Target::AtMost(limit) => limited(limit, ["上限", "超出", "limit", many]),
            Target::LessThan(limit) => limited(limit, ["须低于", "超出", "must be below", many]),
            Target::OneOf(values) => {
                let said: Vec<(String, String)> = values.iter().map(|value| self.said(value)).collect();
                let list = |pick: fn(&(String, String)) -> &String, or: &str| {
                    said.iter().map(pick).cloned().collect::<Vec<_>>().join(or)
                };
                Title {
                    zh: format!("{zh}：{}，须为{}", now.0, list(|said| &said.0, "或")),
                    en: format!("{en}: {}, must be {}", now.1, list(|said| &said.1, " or ")),
                }
            }
            Target::Holding(value) => {
                let value = self.said(value);
                Title { zh: format!("{zh}：须含{}", value.0), en: format!("{en}: must hold {}", value.1) }
            }
        }
    }

    /// A value in Chinese and in English.
    fn said(&self, value: &Value) -> (String, String) {
        let both = |text: String| (text.clone(), text);
        match value {
            Value::Truth(true) => ("是".into(), "yes".into()),
            Value::Truth(false) => ("否".into(), "no".into()),
            Value::Number(number) => both(self.number(number)),
            Value::Date(day) => both(day.to_string()),
            Value::Text(text) => {
                let zh = self.values.get(text).map_or_else(|| text.to_string(), ToString::to_string);
                (zh, text.replace('_', " "))
            }
            Value::List(values) => {
                let said: Vec<(String, String)> = values.iter().map(|value| self.said(value)).collect();
                let zh: Vec<&str> = said.iter().map(|said| said.0.as_str()).collect();
                let en: Vec<&str> = said.iter().map(|said| said.1.as_str()).collect();
                (zh.join("、"), en.join(", "))
            }
            other => both(other.to_string()),
        }
    }

    /// A number with its unit; a fraction no decimal ends with four places.
    fn number(&self, number: &Number) -> String {
        let short = |number: &Number| {
            let text = number.to_string();
            if text.contains('/') { format!("≈{}", number.rounded(4)) } else { text }
        };
        match (self.kind, &self.unit) {
            (FieldType::Ratio, _) => {
                let hundred = number.times(&Number::from(100));
                hundred.map_or_else(|| short(number), |percent| format!("{}%", short(&percent)))
            }
            (_, Some(unit)) => format!("{} {unit}", short(number)),
            (_, None) => short(number),
        }
    }
}
