//! What of everything that was stated of a company counts on a day: one rule, for verdicts and for people alike.
use super::value;
use condition::Value;
use jiff::civil::Date;
use policy::{FactFile, FieldType, Fields};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use store::{Confidence, Fact};

/// The field that stands for the day of applying.
const APPLIED: &str = "application_date";
/// What is said of it where nobody said when.
const ASSUMED: &str = "按当日申报计 (as if applied for on that day)";

/// The fact of a field that counts on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The fact.
    pub fact: Fact,
    /// The day from which it counts; none where it always did.
    pub since: Option<Date>,
    /// What it is; nothing where it is known that there is none.
    pub value: Option<Value>,
    /// What was stated otherwise for the same days, the most trusted first.
    pub conflicts: Vec<Fact>,
}

/// Decides which fact of each field counts on a day.
///
/// 1. A withdrawn fact does not count, nor one that its field does not hold any more.
/// 2. A fact speaks of days. A figure of a period (a number, a share, a series) counts from the last day of its period
///    on and until there is a later one, since policies ask for the last year's. Anything else counts from its first day
///    to its last, without one for ever.
/// 3. Of those that count, the one of the latest day does.
/// 4. Of several for the same day: what staff or a register states goes before what the company says of itself; then
///    what is surer; then what was stated later; then what was recorded later.
/// 5. Those for the same day that state another value are its conflicts.
#[must_use]
pub fn in_force(facts: &[Fact], fields: &Fields, day: Date) -> BTreeMap<String, InForce> {
    let mut read: BTreeMap<&str, Vec<Stated<'_>>> = BTreeMap::new();
    for fact in facts {
        let stated = stated(fact, fields).filter(|stated| stated.counts(day));
        read.entry(&fact.field).or_default().extend(stated);
    }
    let mut found = BTreeMap::new();
    for (field, mut stated) in read {
        stated.sort_by_key(|stated| Reverse((stated.since, trust(stated.fact))));
        let mut stated = stated.into_iter();
        let Some(Stated { since, value, fact, .. }) = stated.next() else { continue };
        let same_day = stated.take_while(|other| other.since == since);
        let conflicts = same_day.filter(|other| other.value != value).map(|other| other.fact.clone());
        let conflicts = conflicts.collect();
        found.insert(field.to_owned(), InForce { fact: fact.clone(), since, value, conflicts });
    }
    found
}

/// A fact that its field holds, with the days on which it counts.
struct Stated<'f> {
    fact: &'f Fact,
    value: Option<Value>,
    since: Option<Date>,
    until: Option<Date>,
}

impl Stated<'_> {
    fn counts(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A fact as it counts, if it was not withdrawn and its field holds it.
fn stated<'f>(fact: &'f Fact, fields: &Fields) -> Option<Stated<'f>> {
    use FieldType::{Integer, Number, Ratio, Series};
    let field = fields.fields.get(fact.field.as_str()).filter(|_| fact.withdrawn_at.is_none())?;
    let value = value::read(field, &fact.value)?;
    Some(match field.kind {
        Number | Integer | Ratio | Series => {
            Stated { fact, value, since: fact.to.or(fact.from), until: None }
        }
        _ => Stated { fact, value, since: fact.from, until: fact.to },
    })
}

/// Everything stated that did not end before a day: field, day from which it counts, value and source; of several for one
/// day the most trusted last.
pub(crate) fn standing<'f>(
    facts: &'f [Fact],
    fields: &Fields,
    day: Date,
) -> impl Iterator<Item = (&'f str, Option<Date>, Option<Value>, &'f str)> {
    let mut all: Vec<Stated<'f>> = facts.iter().filter_map(|fact| stated(fact, fields)).collect();
    all.retain(|stated| stated.until.is_none_or(|until| day <= until));
    all.sort_by_key(|stated| trust(stated.fact));
    all.into_iter().map(|one| (one.fact.field.as_str(), one.since, one.value, one.fact.source.as_str()))
}

/// What is trusted more is greater.
fn trust(fact: &Fact) -> impl Ord + use<> {
    let confidence: Confidence = fact.confidence;
    (!fact.self_declared, confidence, fact.stated_on, fact.recorded_at, fact.id)
}

/// The facts that count on a day, as policies read them. Whoever did not say when they apply is taken to apply on
/// that day.
pub(crate) fn fact_file(facts: &[Fact], fields: &Fields, day: Date) -> FactFile {
    let mut file = FactFile::default();
    for (key, InForce { fact, since, value, .. }) in in_force(facts, fields, day) {
        file.state(&key, value, Some(fact.source), since);
    }
    // A dictionary without this field has no policy that asks for it.
    if fields.fields.contains_key(APPLIED) && !facts.iter().any(|fact| fact.field == APPLIED) {
        file.state(APPLIED, Some(day.into()), Some(ASSUMED.to_owned()), None);
    }
    file
}

#[cfg(test)]
mod tests;
