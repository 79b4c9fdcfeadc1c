//! What conditions see: the case as it was before the step, the answers given, clocks, marks, and today.
use super::World;
use crate::case::Case;
use crate::clock::Due;
use crate::form::Answers;
use condition::{Facts, Known, Value};
use std::borrow::Cow;

/// Facts frozen for one step.
pub(super) struct Frozen<'s> {
    pub(super) case: Option<&'s Case>,
    pub(super) answers: Option<&'s Answers>,
    pub(super) world: World<'s>,
}

impl Facts for Frozen<'_> {
    fn fact(&self, name: &str) -> Known<'_> {
        let value = |value: Value| Known::Value(Cow::Owned(value));
        match name.split_once('.') {
            // An optional question left open is known to have no answer.
            Some(("answer", field)) => self.answers.map_or(Known::Unknown, |answers| {
                answers.get(field).map_or(Known::Absent, |answer| value(answer.to_value()))
            }),
            Some(("case", field)) => {
                let fact = self.case.and_then(|case| case.facts.get(field));
                fact.map_or(Known::Unknown, |answer| value(answer.to_value()))
            }
            Some(("mark", mark)) => {
                value(Value::Truth(self.case.is_some_and(|case| case.marks.contains_key(mark))))
            }
            Some(("clock", rest)) => self.clock(rest),
            None if name == "today" => {
                value(Value::Date(self.world.now.to_zoned(self.world.time.zone().clone()).date()))
            }
            _ => Known::Unknown,
        }
    }
}

impl Frozen<'_> {
    fn clock(&self, name: &str) -> Known<'_> {
        let Some((clock, question)) = name.split_once('.') else { return Known::Unknown };
        let Some(state) = self.case.and_then(|case| case.clocks.get(clock)) else { return Known::Absent };
        let now = self.world.now;
        match (question, state.due) {
            ("overdue", _) => Known::Value(Cow::Owned(Value::Truth(state.is_overdue(now)))),
            ("workdays_left", Some(Due::At(due))) if state.is_running() => {
                match self.world.time.days_between(now, due) {
                    Ok(days) => Known::Value(Cow::Owned(Value::from(days))),
                    Err(_) => Known::Unknown,
                }
            }
            ("workdays_left", Some(Due::Undated { .. })) if state.is_running() => Known::Unknown,
            _ => Known::Absent,
        }
    }
}
