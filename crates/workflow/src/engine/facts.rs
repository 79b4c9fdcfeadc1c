//! What conditions see: the case as it was before the step, the answers given, clocks, marks, today, and in guards who
//! acts.
use super::permission::takes_part;
use super::{Actor, World};
use crate::case::Case;
use crate::clock::{ClockState, Due};
use crate::definition::Definition;
use crate::form::Answers;
use calendar::Limit;
use condition::{Facts, Known, Type, Value};
use std::borrow::Cow;

/// What conditions may ask of a clock.
pub(crate) const CLOCK_QUESTIONS: [(&str, Type); 6] = [
    ("workdays_left", Type::Number),
    ("overdue", Type::Truth),
    ("late", Type::Truth),
    ("due_on", Type::Date),
    ("workdays_limit", Type::Number),
    ("runs", Type::Truth),
];

/// Facts frozen for one step.
#[derive(Clone, Copy)]
pub(super) struct Frozen<'s> {
    pub(super) case: Option<&'s Case>,
    pub(super) answers: Option<&'s Answers>,
    pub(super) world: World<'s>,
    /// Who acts in a case of which process; only guards ask.
    pub(super) acts: Option<(&'s Definition, &'s Actor)>,
}

impl Facts for Frozen<'_> {
    fn fact(&self, name: &str) -> Known<'_> {
        let has = |known: fn(&Case, &str) -> bool, key: &str| {
            value(Value::Truth(self.case.is_some_and(|case| known(case, key))))
        };
        match name.split_once('.') {
            // An optional question left open is known to have no answer.
            Some(("answer", field)) => self.answers.map_or(Known::Unknown, |answers| {
                answers.get(field).map_or(Known::Absent, |answer| value(answer.to_value()))
            }),
            Some(("case", field)) => {
                let fact = self.case.and_then(|case| case.facts.get(field));
                fact.map_or(Known::Unknown, |answer| value(answer.to_value()))
            }
            Some(("mark", mark)) => has(|case, key| case.marks.contains_key(key), mark),
            Some(("actor", role)) => {
                self.acts.zip(self.case).map_or(Known::Unknown, |((definition, actor), case)| {
                    value(Value::Truth(takes_part(definition, case, role, actor)))
                })
            }
            Some(("link", link)) => has(|case, key| case.links.contains_key(key), link),
            Some(("assigned", role)) => has(|case, key| case.assigned.contains_key(key), role),
            Some(("count", action)) => {
                let taken = self.case.and_then(|case| case.taken.get(action));
                value(Value::from(i64::from(taken.copied().unwrap_or(0))))
            }
            Some(("children", _)) => {
                self.world.facts.get(name).map_or(Known::Unknown, |answer| value(answer.to_value()))
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
        let state = self.case.and_then(|case| case.clocks.get(clock));
        let now = self.world.now;
        match (question, state) {
            // A clock that never started is not late and does not run; one that rests does, until it ends.
            ("late", state) => value(Value::Truth(state.is_some_and(ClockState::was_late))),
            ("runs", state) => value(Value::Truth(state.is_some_and(|state| state.end.is_none()))),
            ("overdue", Some(state)) => value(Value::Truth(state.is_overdue(now))),
            ("due_on", Some(state)) => match state.due {
                Some(Due::At(due)) => value(Value::Date(due.to_zoned(self.world.time.zone().clone()).date())),
                Some(Due::Undated { .. }) => Known::Unknown,
                None => Known::Absent,
            },
            ("workdays_limit", Some(state)) => match state.limit {
                Limit::WorkingDays(days) => value(Value::from(i64::from(days))),
                _ => Known::Absent,
            },
            ("workdays_left", Some(state)) if state.is_running() => match state.due {
                Some(Due::At(due)) => match self.world.time.days_between(now, due) {
                    Ok(days) => value(Value::from(days)),
                    Err(_) => Known::Unknown,
                },
                _ => Known::Unknown,
            },
            _ => Known::Absent,
        }
    }
}

fn value(value: Value) -> Known<'static> {
    Known::Value(Cow::Owned(value))
}
