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
        let (zh, en) = (&self.label.zh, &self.label.en);
        let limited = |limit: &Value, [zh_limit, zh_by, en_limit, en_by]: [&str; 4]| {
            let limit = self.said(limit);
            let by = change.distance.as_ref().filter(|distance| **distance != Number::from(0));
            let (zh_apart, en_apart) = by.map_or_else(Default::default, |by| self.apart(by));
            let after = |apart: String, before: &str, after: &str| {
                if apart.is_empty() { apart } else { format!("{before}{apart}{after}") }
            };
            Title {
                zh: format!(
                    "{zh} {}，{zh_limit} {}{}",
                    now.0,
                    limit.0,
                    after(zh_apart, &format!("，{zh_by} "), "")
                ),
                en: format!(
                    "{en} {}, {en_limit} {}{}",
                    now.1,
                    limit.1,
                    after(en_apart, ": ", &format!(" {en_by}"))
                ),
            }
        };
        let dated = self.kind == FieldType::Date;
        let many = if self.counts_things() { "too many" } else { "too much" };
        match &change.target {
            Target::AtLeast(limit) if dated => limited(limit, ["不早于", "差", "not before", "to go"]),
            Target::AtMost(limit) if dated => limited(limit, ["不晚于", "晚", "not after", "too late"]),
            Target::AtLeast(limit) => limited(limit, ["下限", "不足", "needs", "short"]),
            Target::MoreThan(limit) => limited(limit, ["须超过", "差", "needs more than", "short"]),
            Target::AtMost(limit) => limited(limit, ["上限", "超出", "limit", many]),
            Target::LessThan(limit) => limited(limit, ["须低于", "超出", "must be below", many]),
            Target::OneOf(values) => {
                let (zh_list, en_list): (Vec<String>, Vec<String>) =
                    values.iter().map(|value| self.said(value)).unzip();
                Title {
                    zh: format!("{zh}：{}，须为{}", now.0, zh_list.join("或")),
                    en: format!("{en}: {}, must be {}", now.1, en_list.join(" or ")),
                }
            }
            Target::Present => {
                Title { zh: format!("{zh}：无，须有"), en: format!("{en}: none, needed") }
            }
            Target::Holding(value) => {
                let value = self.said(value);
                Title { zh: format!("{zh}：须含{}", value.0), en: format!("{en}: must hold {}", value.1) }
            }
        }
    }

    /// Whether it counts things one by one.
    fn counts_things(&self) -> bool {
        matches!(self.unit.as_deref(), Some("人" | "项" | "次"))
    }

    /// A distance in Chinese and in English.
    fn apart(&self, distance: &Number) -> (String, String) {
        match self.kind {
            FieldType::Date => (format!("{distance} 天"), format!("{distance} days")),
            FieldType::Ratio => {
                let points = percent(distance);
                (format!("{points} 个百分点"), format!("{points} percentage points"))
            }
            _ => self.number(distance),
        }
    }

    /// Says a value in Chinese and in English.
    #[must_use]
    pub fn said(&self, value: &Value) -> (String, String) {
        match value {
            Value::Truth(true) => ("是".into(), "yes".into()),
            Value::Truth(false) => ("否".into(), "no".into()),
            Value::Number(number) => self.number(number),
            Value::Text(text) => {
                let zh = self.values.get(text).map_or_else(|| text.to_string(), ToString::to_string);
                (zh, text.replace('_', " "))
            }
            Value::List(values) => {
                let (zh, en): (Vec<String>, Vec<String>) =
                    values.iter().map(|value| self.said(value)).unzip();
                (zh.join("、"), en.join(", "))
            }
            Value::Date(day) => (day.to_string(), day.to_string()),
            other => (other.to_string(), other.to_string()),
        }
    }

    /// A number with its unit in Chinese and in English.
    fn number(&self, number: &Number) -> (String, String) {
        if self.kind == FieldType::Ratio {
            let percent = percent(number) + "%";
            return (percent.clone(), percent);
        }
        let plain = short(number);
        let Some(unit) = self.unit.as_deref() else { return (plain.clone(), plain) };
        let zh = format!("{plain} {unit}");
        let en = match unit {
            "人" | "项" | "次" => plain,
            "万元" => number
                .times(&Number::from(10_000))
                .map_or_else(|| zh.clone(), |yuan| format!("{} yuan", short(&yuan))),
            "个月" => format!("{plain} months"),
            "年" => format!("{plain} years"),
            "天" => format!("{plain} days"),
            "分" => format!("{plain} points"),
            other => format!("{plain} {other}"),
        };
        (zh, en)
    }
}

/// A share in hundredths.
fn percent(share: &Number) -> String {
    share.times(&Number::from(100)).map_or_else(|| short(share), |percent| short(&percent))
}

/// A number; a fraction that no decimal ends with four places.
fn short(number: &Number) -> String {
    let text = number.to_string();
    if text.contains('/') { format!("≈{}", number.rounded(4)) } else { text }
}
