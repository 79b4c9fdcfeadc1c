//! What of everything that was stated of a company counts on a day: one rule, for verdicts and for people alike.
use super::value;
use condition::Value;
use jiff::civil::Date;
use policy::{FactFile, Field, FieldType, Fields};
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
    let mut read: BTreeMap<&str, Vec<(Option<Date>, Option<Value>, &Fact)>> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.withdrawn_at.is_none()) {
        let Some(field) = fields.fields.get(fact.field.as_str()) else { continue };
        let Some(value) = value::read(field, &fact.value) else { continue };
        if let Some(since) = counts_since(field, fact, day) {
            read.entry(&fact.field).or_default().push((since, value, fact));
        }
    }
    let mut found = BTreeMap::new();
    for (field, mut stated) in read {
        stated.sort_by_key(|(since, _, fact)| Reverse((*since, trust(fact))));
        let mut stated = stated.into_iter();
        let Some((since, value, fact)) = stated.next() else { continue };
        let same_day = stated.take_while(|(other, ..)| *other == since);
        let conflicts = same_day.filter(|(_, other, _)| *other != value).map(|(.., fact)| fact.clone());
        let conflicts = conflicts.collect();
        found.insert(field.to_owned(), InForce { fact: fact.clone(), since, value, conflicts });
    }
    found
}

/// The day from which a fact counts, if it counts on the day.
fn counts_since(field: &Field, fact: &Fact, day: Date) -> Option<Option<Date>> {
    use FieldType::{Integer, Number, Ratio, Series};
    let since = match field.kind {
        Number | Integer | Ratio | Series => fact.to.or(fact.from),
        _ if fact.to.is_some_and(|to| to < day) => return None,
        _ => fact.from,
    };
    since.is_none_or(|since| since <= day).then_some(since)
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
