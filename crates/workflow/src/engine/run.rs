//! One step under way: the kernel's host, which applies effects to the case and moves its clocks and delays.
use super::facts::Frozen;
use super::{Actor, Mail, Refusal};
use crate::case::{Assignee, Case, Delay, Key};
use crate::clock::{Change, ClockChange, ClockState, Due, Moment};
use crate::definition::{Action, Clock, Definition, Effect, Source, raised};
use crate::form::Answer;
use crate::kernel::{self, BlockId, GuardId, Host};
use calendar::{BusinessTime, Limit};
use condition::{Condition, Truth};
use jiff::Timestamp;

/// What a step did so far.
#[derive(Default)]
pub(super) struct Done {
    pub(super) moments: Vec<Moment>,
    pub(super) clocks: Vec<ClockChange>,
    pub(super) mails: Vec<Mail>,
    pub(super) marked: Vec<Key>,
    pub(super) unmarked: Vec<Key>,
    pub(super) unknown: Vec<Key>,
}

pub(super) struct Run<'s> {
    pub(super) definition: &'s Definition,
    pub(super) frozen: Frozen<'s>,
    /// The action that a person takes, if one does.
    pub(super) acts: Option<&'s Action>,
    pub(super) actor: Option<&'s Actor>,
    pub(super) case: Case,
    pub(super) done: Done,
}

impl Host for Run<'_> {
    fn holds(&mut self, guard: GuardId) -> bool {
        let condition = self.definition.condition(guard);
        let truth = condition.truth(&self.frozen);
        // An action whose way on is unknown is refused; what happens of itself is merely not enabled.
        let decides = |action: &Action| action.branches.iter().any(|branch| branch.when == Some(guard));
        if truth == Truth::Unknown && self.acts.is_some_and(decides) {
            for fact in condition.unknowns(&self.frozen) {
                if !self.done.unknown.contains(&fact) {
                    self.done.unknown.push(fact);
                }
            }
        }
        truth == Truth::Yes
    }

    fn run(&mut self, block: BlockId) -> Vec<Key> {
        let block = self.definition.block(block);
        self.done.moments.push(block.moment.clone());
        self.cause(&block.effects)
    }
}

impl Run<'_> {
    pub(super) fn event(&mut self, event: &str) -> Result<(), Refusal> {
        let before = self.case.configuration.clone();
        let after =
            kernel::macrostep(&self.definition.chart, &before, event, self).map_err(Refusal::Halted)?;
        self.case.configuration = after;
        Ok(())
    }

    /// Applies effects to the case and answers the events they raise.
    fn cause(&mut self, effects: &[Effect]) -> Vec<Key> {
        let mut events = vec![];
        for effect in effects {
            match effect {
                Effect::Mail { template, to } => {
                    self.done.mails.push(Mail { template: template.clone(), to: to.clone() });
                }
                Effect::Assign { role, to } => {
                    if let Some(assignee) = self.assignee(to) {
                        self.case.assigned.insert(role.clone(), assignee);
                    }
                }
                Effect::Record(fields) => {
                    for field in fields {
                        // What is not answered this time is no longer a fact.
                        match self.frozen.answers.and_then(|answers| answers.get(field)) {
                            Some(answer) => drop(self.case.facts.insert(field.clone(), answer.clone())),
                            None => drop(self.case.facts.shift_remove(field)),
                        }
                    }
                }
                Effect::Mark(mark) => {
                    if self.case.marks.insert(mark.clone(), self.frozen.world.now).is_none() {
                        self.done.marked.push(mark.clone());
                    }
                }
                Effect::Unmark(mark) => {
                    if self.case.marks.shift_remove(mark).is_some() {
                        self.done.unmarked.push(mark.clone());
                    }
                }
                Effect::Raise(event) => events.push(raised(event)),
            }
        }
        events
    }

    fn assignee(&self, source: &Source) -> Option<Assignee> {
        match source {
            Source::Actor => {
                self.actor.map(|actor| Assignee::Person { person: actor.person, unit: actor.unit })
            }
            Source::Answer(field) => match self.frozen.answers?.get(field)? {
                Answer::Person(person) => Some(Assignee::Person { person: *person, unit: None }),
                Answer::Unit(unit) => Some(Assignee::Unit(*unit)),
                _ => None,
            },
        }
    }

    /// Moves every clock by what happened, and dates those that moved.
    pub(super) fn clocks(&mut self) {
        let definition = self.definition;
        for (key, clock) in &definition.clocks {
            for moment in std::mem::take(&mut self.done.moments) {
                if let Some(change) = self.hear(key, clock, &moment) {
                    let state = self.case.clocks.get_mut(key);
                    let due = state.and_then(|state| {
                        state.date(clock.warn.as_ref().map(|(before, _)| *before), self.frozen.world.time);
                        state.due
                    });
                    self.done.clocks.push(ClockChange { clock: key.clone(), change, due });
                }
                self.done.moments.push(moment);
            }
        }
    }

    fn hear(&mut self, key: &Key, clock: &Clock, moment: &Moment) -> Option<Change> {
        let now = self.frozen.world.now;
        let conditions = &clock.conditions;
        let state = self.case.clocks.get_mut(key);
        let runs = state.as_ref().is_some_and(|state| state.end.is_none());
        let change = match state.and_then(|state| state.hear(conditions, moment, now)) {
            None if runs && conditions.reset.contains(moment) => Change::Reset,
            None if !runs && conditions.start.contains(moment) => Change::Started,
            heard => return heard,
        };
        let limit = self.limit(&clock.limits);
        self.case.clocks.insert(key.clone(), ClockState::start(limit, now));
        Some(change)
    }

    /// The first limit whose condition holds for the case as it is now, with what this step recorded.
    fn limit(&self, limits: &[(Option<Condition>, Limit)]) -> Limit {
        let facts = Frozen { case: Some(&self.case), answers: self.frozen.answers, world: self.frozen.world };
        let holds = |when: &Option<Condition>| {
            when.as_ref().is_none_or(|condition| condition.truth(&facts) == Truth::Yes)
        };
        limits.iter().find(|(when, _)| holds(when)).map_or(Limit::WorkingDays(1), |(_, limit)| *limit)
    }

    /// Sets the delays of states entered and drops those of states left.
    pub(super) fn delays(&mut self) {
        let world = self.frozen.world;
        for (key, automatic) in &self.definition.automatics {
            let Some(after) = automatic.after else { continue };
            for moment in &self.done.moments {
                match moment {
                    Moment::Enter(state) if automatic.from.contains(state) => {
                        let delay = Delay { since: world.now, due: delayed(world.now, after, world.time) };
                        self.case.delayed.insert(key.clone(), delay);
                    }
                    Moment::Leave(state) if automatic.from.contains(state) => {
                        self.case.delayed.shift_remove(key);
                    }
                    _ => {}
                }
            }
        }
    }

    pub(super) fn warn(&mut self, key: &Key) -> Result<(), Refusal> {
        let definition = self.definition;
        let (clock, state) =
            definition.clocks.get(key).zip(self.case.clocks.get_mut(key)).ok_or(Refusal::NotDue)?;
        state.warns = None;
        state.warned = Some(self.frozen.world.now);
        self.done.clocks.push(ClockChange { clock: key.clone(), change: Change::Warned, due: state.due });
        let effects = clock.warn.as_ref().map(|(_, effects)| effects.as_slice()).unwrap_or_default();
        self.cause_alone(effects)
    }

    pub(super) fn breach(&mut self, key: &Key) -> Result<(), Refusal> {
        let definition = self.definition;
        let now = self.frozen.world.now;
        let (clock, state) =
            definition.clocks.get(key).zip(self.case.clocks.get_mut(key)).ok_or(Refusal::NotDue)?;
        state.breached = Some(now);
        state.warns = None;
        self.done.clocks.push(ClockChange { clock: key.clone(), change: Change::Breached, due: state.due });
        self.cause_alone(&clock.breach)
    }

    /// Causes effects that hang on no transition; the kernel then hears what they raised.
    fn cause_alone(&mut self, effects: &[Effect]) -> Result<(), Refusal> {
        for event in self.cause(effects) {
            self.event(&event)?;
        }
        Ok(())
    }

    /// Dates running clocks and delays by the calendar as it is now.
    pub(super) fn recompute(&mut self) -> Result<(), Refusal> {
        let time = self.frozen.world.time;
        for (key, state) in self.case.clocks.iter_mut().filter(|(_, state)| state.is_running()) {
            let warn = self.definition.clocks.get(key).and_then(|clock| clock.warn.as_ref());
            let before = (state.due, state.warns);
            state.date(warn.map(|(before, _)| *before), time);
            if (state.due, state.warns) != before {
                let change = ClockChange { clock: key.clone(), change: Change::Recomputed, due: state.due };
                self.done.clocks.push(change);
            }
        }
        let mut moved = !self.done.clocks.is_empty();
        for (key, delay) in &mut self.case.delayed {
            if let Some(after) = self.definition.automatics.get(key).and_then(|automatic| automatic.after) {
                let due = delayed(delay.since, after, time);
                moved |= due != delay.due;
                delay.due = due;
            }
        }
        if moved { Ok(()) } else { Err(Refusal::NothingToRecompute) }
    }
}

fn delayed(since: Timestamp, after: Limit, time: &BusinessTime) -> Due {
    time.due(since, after).map_or_else(|missing| Due::Undated { year: missing.year }, Due::At)
}
