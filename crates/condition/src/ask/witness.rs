//! Answers worth supposing: the numbers, dates and texts that a condition speaks of, those beside and between them.

use std::{cell::Cell, sync::Arc};

use indexmap::{IndexMap, IndexSet};
use jiff::{ToSpan, civil::Date};

use super::{Trial, each_tree};
use crate::{
    Known, Number, Type, Value,
    evaluate::{Asked, MOST_STEPS, Scope},
    tree::{Field, Literal, Tree},
};

/// The most answers that are supposed of one field.
const MOST_ANSWERS: usize = 24;

/// The most combinations of answers that are supposed of one set of fields.
const MOST_SUPPOSED: usize = 200;

/// The most combinations that are supposed altogether, for each set that may be tried.
const MOST_EACH: usize = 12;

/// Answers worth supposing, by field; no value is "there is none".
pub(crate) struct Witnesses {
    answers: IndexMap<Arc<str>, Vec<Option<Value>>>,
    left: Cell<usize>,
}

/// What a condition speaks of.
#[derive(Default)]
struct Spoken {
    numbers: IndexSet<String>,
    texts: IndexSet<Arc<str>>,
    dates: IndexSet<Date>,
}

impl Spoken {
    fn note(&mut self, value: &Value) {
        match value {
            Value::Number(number) => drop(self.numbers.insert(number.to_string())),
            Value::Text(text) => drop(self.texts.insert(text.clone())),
            Value::Date(date) => drop(self.dates.insert(*date)),
            Value::List(values) => values.iter().take(MOST_ANSWERS).for_each(|value| self.note(value)),
            Value::Truth(_) | Value::Map(_) | Value::Absent => {}
        }
    }
}

impl Witnesses {
    pub(super) fn new(trial: &Trial<'_>, fields: &IndexMap<&Arc<str>, &Field>, tried: usize) -> Self {
        let steps = Cell::new(MOST_STEPS);
        let mut spoken = Spoken::default();
        each_tree(trial.tree, &Scope::new(trial.facts, Asked::NOTHING, &steps), &mut |part| match part {
            Tree::Literal(Literal { value, .. }) => spoken.note(value),
            Tree::Field(field) => {
                if let Known::Value(value) = trial.facts.fact(&field.key) {
                    spoken.note(&value);
                }
            }
            _ => {}
        });
        let (numbers, dates) = (numbers(&spoken), dates(&spoken));
        let answers = fields.iter().map(|(key, field)| {
            let values = values(&field.kind, &spoken, &numbers, &dates);
            (Arc::clone(key), values.into_iter().map(Some).chain([None]).collect())
        });
        Self { answers: answers.collect(), left: Cell::new(tried * MOST_EACH) }
    }

    /// Finds answers to these fields that decide the condition.
    pub(super) fn find(&self, trial: &Trial<'_>, set: &[Arc<str>]) -> Option<Vec<(Arc<str>, Option<Value>)>> {
        let answers: Option<Vec<&[Option<Value>]>> =
            set.iter().map(|name| self.answers.get(name).map(|answers| &**answers)).collect();
        let answers = answers?;
        let all = answers.iter().try_fold(1_usize, |all, answers| all.checked_mul(answers.len()));
        let mut chance: u64 = 0x9e37_79b9_7f4a_7c15;
        for supposed in 0..all.unwrap_or(usize::MAX).min(MOST_SUPPOSED).min(self.left.get()) {
            self.left.set(self.left.get().saturating_sub(1));
            // All in turn where they are few, otherwise as chance has it, always the same way.
            let mut place = if all.is_some_and(|all| all <= MOST_SUPPOSED) {
                u64::try_from(supposed).unwrap_or_default()
            } else {
                chance =
                    chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                chance >> 11
            };
            let mut more = Vec::with_capacity(set.len());
            for (name, answers) in set.iter().zip(&answers) {
                let count = u64::try_from(answers.len()).unwrap_or(1).max(1);
                let answer = usize::try_from(place % count).ok().and_then(|at| answers.get(at));
                place /= count;
                more.push((name.clone(), answer.cloned().flatten()));
            }
            if trial.is_decided(&more) {
                return Some(more);
            }
        }
        None
    }
}

/// Numbers below and above all that are spoken of, zero, these themselves, and those halfway between neighbours.
fn numbers(spoken: &Spoken) -> Vec<Value> {
    let one = Number::one();
    let mut numbers: Vec<Number> =
        spoken.numbers.iter().filter_map(|text| Number::parse(text).ok()).collect();
    numbers.push(Number::zero());
    numbers.sort();
    numbers.dedup();
    let half = |low: &Number, high: &Number| low.plus(high)?.over(&Number::from(2));
    let between = numbers.windows(2).filter_map(|pair| match pair {
        [low, high] => half(low, high),
        _ => None,
    });
    let below = numbers.first().and_then(|least| least.minus(&one));
    let above = numbers.last().and_then(|most| most.plus(&one));
    let far = numbers.last().and_then(|most| most.plus(&one)?.times(&Number::from(1_000_000_000)));
    let between: Vec<Number> = between.collect();
    let ends = below.into_iter().chain(far).chain(above).chain([Number::zero()]);
    ends.chain(numbers).chain(between).map(Value::Number).collect()
}

fn dates(spoken: &Spoken) -> Vec<Value> {
    let beside = |date: Date| [date.checked_sub(1.day()).ok(), Some(date), date.checked_add(1.day()).ok()];
    let far = [Date::constant(1900, 1, 1), Date::constant(2100, 1, 1)];
    let near = spoken.dates.iter().flat_map(|date| beside(*date)).flatten();
    near.chain(far).map(Value::Date).collect()
}

fn values(kind: &Type, spoken: &Spoken, numbers: &[Value], dates: &[Value]) -> Vec<Value> {
    let texts = || spoken.texts.iter().cloned().chain(["".into()]).map(Value::Text);
    let mut values: Vec<Value> = match kind {
        Type::Truth => vec![Value::Truth(true), Value::Truth(false)],
        Type::Number | Type::Amount(_) => numbers.to_vec(),
        Type::Date => dates.to_vec(),
        Type::Text => texts().collect(),
        Type::Choice(choices) => choices.iter().cloned().map(Value::Text).collect(),
        Type::List(element) => {
            let each = values(element, spoken, numbers, dates);
            let one = each.iter().map(|value| Value::List(vec![value.clone()]));
            [Value::List(vec![])].into_iter().chain(one).chain([Value::List(each.clone())]).collect()
        }
        // What a map would have to hold depends on the key that is looked up.
        Type::Map(_) => vec![],
        Type::Anything => numbers.iter().cloned().chain(texts()).chain(dates.to_vec()).collect(),
    };
    values.truncate(MOST_ANSWERS);
    values
}
