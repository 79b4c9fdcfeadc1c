//! Clocks of a case under way: what moved them, and what rings.
use super::facts::Frozen;
use super::run::Run;
use super::{Mail, Refusal};
use crate::case::Key;
use crate::clock::{Bell, Bells, Capped, Change, ClockChange, ClockState, Extension, Moment};
use crate::definition::{Cap, Clock, Length, RoleKind};
use crate::form::Answer;
use condition::{Condition, Truth};

impl Run<'_> {
    /// Moves every clock by what happened, gives what it was given besides, and dates those that moved.
    pub(super) fn clocks(&mut self) {
        let definition = self.definition;
        for (key, clock) in &definition.clocks {
            for moment in std::mem::take(&mut self.done.moments) {
                if let Some(change) = self.hear(key, clock, &moment) {
                    self.dated(key, clock, change);
                }
                self.done.moments.push(moment);
            }
            for (extended, days) in self.done.extended.clone() {
                let at = self.frozen.world.now;
                let state =
                    self.case.clocks.get_mut(key).filter(|state| extended == *key && state.end.is_none());
                if let Some(state) = state {
                    state.extensions.push(Extension { at, days });
                    self.dated(key, clock, Change::Extended);
                }
            }
            self.capped_anew(key, clock);
        }
    }

    /// Dates a clock that changed, and keeps that it did.
    fn dated(&mut self, key: &Key, clock: &Clock, change: Change) {
        let bells = self.bells(clock);
        let time = self.frozen.world.time;
        let due = self.case.clocks.get_mut(key).and_then(|state| {
            state.date(&bells, time);
            state.due
        });
        self.done.clocks.push(ClockChange { clock: key.clone(), change, due });
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
        let mut state = match self.limit(&clock.limits) {
            Some(length) => {
                let limit = self.resolved(length);
                ClockState { named: length.name().cloned(), ..ClockState::start(limit, now) }
            }
            None => ClockState::start(calendar::Limit::WorkingDays(1), now),
        };
        state.cap = clock.cap.as_ref().and_then(|cap| self.cap(cap));
        self.case.clocks.insert(key.clone(), state);
        Some(change)
    }

    /// The first limit whose condition holds for the case as it is now, with what this step recorded.
    fn limit<'l>(&self, limits: &'l [(Option<Condition>, Length)]) -> Option<&'l Length> {
        let facts = Frozen { case: Some(&self.case), ..self.frozen };
        let holds = |when: &Option<Condition>| {
            when.as_ref().is_none_or(|condition| condition.truth(&facts) == Truth::Yes)
        };
        limits.iter().find(|(when, _)| holds(when)).map(|(_, length)| length)
    }

    /// The day that the case says now, if it says one.
    fn cap(&mut self, cap: &Cap) -> Option<Capped> {
        match self.case.facts.get(&cap.by) {
            Some(Answer::Date(day)) => Some(Capped { day: *day, before: self.resolved(&cap.before) }),
            _ => None,
        }
    }

    /// A cap follows its fact: when another day is recorded, a clock that has not ended is dated again.
    fn capped_anew(&mut self, key: &Key, clock: &Clock) {
        let Some(cap) = &clock.cap else { return };
        let day = match self.case.facts.get(&cap.by) {
            Some(Answer::Date(day)) => Some(*day),
            _ => None,
        };
        let Some(state) = self.case.clocks.get(key).filter(|state| state.end.is_none()) else { return };
        if state.cap.map(|capped| capped.day) != day {
            let capped = self.cap(cap);
            if let Some(state) = self.case.clocks.get_mut(key) {
                state.cap = capped;
            }
            self.dated(key, clock, Change::Recomputed);
        }
    }

    pub(super) fn bells(&mut self, clock: &Clock) -> Bells {
        Bells {
            before: clock.warns.iter().map(|warning| self.resolved(&warning.before)).collect(),
            after: clock.late.iter().map(|rung| self.resolved(&rung.after)).collect(),
        }
    }

    pub(super) fn warn(&mut self, key: &Key, place: usize) -> Result<(), Refusal> {
        let definition = self.definition;
        let now = self.frozen.world.now;
        let (clock, state) =
            definition.clocks.get(key).zip(self.case.clocks.get_mut(key)).ok_or(Refusal::NotDue)?;
        if let Some(bell) = state.warnings.get_mut(place) {
            *bell = Bell { at: None, rang: Some(now) };
        }
        self.done.clocks.push(ClockChange { clock: key.clone(), change: Change::Warned, due: state.due });
        clock.warns.get(place).map_or(Ok(()), |warning| self.cause_alone(&warning.then))
    }

    pub(super) fn breach(&mut self, key: &Key) -> Result<(), Refusal> {
        let definition = self.definition;
        let now = self.frozen.world.now;
        let (clock, state) =
            definition.clocks.get(key).zip(self.case.clocks.get_mut(key)).ok_or(Refusal::NotDue)?;
        state.breached = Some(now);
        // After a breach a warning says nothing new.
        state.warnings.iter_mut().for_each(|bell| bell.at = None);
        self.done.clocks.push(ClockChange { clock: key.clone(), change: Change::Breached, due: state.due });
        self.ringing = Some(key.clone());
        self.cause_alone(&clock.breach)
    }

    pub(super) fn rung(&mut self, key: &Key, place: usize) -> Result<(), Refusal> {
        let definition = self.definition;
        let now = self.frozen.world.now;
        let (clock, state) =
            definition.clocks.get(key).zip(self.case.clocks.get_mut(key)).ok_or(Refusal::NotDue)?;
        if let Some(bell) = state.rungs.get_mut(place) {
            *bell = Bell { at: None, rang: Some(now) };
        }
        self.done.clocks.push(ClockChange { clock: key.clone(), change: Change::Escalated, due: state.due });
        self.ringing = Some(key.clone());
        let Some(rung) = clock.late.get(place) else { return Ok(()) };
        if let Some((ladder, step)) = &rung.step {
            self.climb(ladder, *step);
        }
        self.cause_alone(&rung.then)
    }

    /// Writes to the people of a step of a ladder, and as long as nobody of them is present to those of the next. A role
    /// that nobody is assigned to has nobody to write to.
    pub(super) fn climb(&mut self, ladder: &Key, from: usize) {
        let definition = self.definition;
        let Some(found) = definition.ladders.get(ladder) else { return };
        for (at, step) in found.steps.iter().enumerate().skip(from) {
            // A step that was told early, for want of those before it, is not told again.
            if at > from && self.is_told(ladder, at) {
                break;
            }
            let assigns =
                definition.roles.get(&step.role).is_some_and(|role| role.kind == RoleKind::Assigned);
            if assigns && !self.case.assigned.contains_key(&step.role) {
                continue;
            }
            self.done.mails.push(Mail { template: found.mail.clone(), to: vec![step.role.clone()] });
            let present = self.frozen.world.facts.get(format!("present.{}", step.role).as_str());
            if present != Some(&Answer::Truth(false)) {
                break;
            }
        }
    }

    /// Keeps that a step of a ladder was told; answers whether it had been before.
    fn is_told(&mut self, ladder: &Key, step: usize) -> bool {
        let Some(key) = &self.ringing else { return false };
        let now = self.frozen.world.now;
        let clock = self.definition.clocks.get(key);
        let is_it = |place: &Option<(Key, usize)>| {
            place.as_ref().is_some_and(|(one, at)| one == ladder && *at == step)
        };
        let place = clock.and_then(|clock| clock.late.iter().position(|rung| is_it(&rung.step)));
        let bell = place.and_then(|place| self.case.clocks.get_mut(key)?.rungs.get_mut(place));
        bell.is_some_and(|bell| {
            let told = bell.rang.is_some();
            *bell = Bell { at: None, rang: bell.rang.or(Some(now)) };
            told
        })
    }

    /// Dates clocks and delays by the calendar and the limits as they are now.
    pub(super) fn recompute(&mut self) -> Result<(), Refusal> {
        let definition = self.definition;
        let time = self.frozen.world.time;
        for (key, clock) in &definition.clocks {
            let Some(before) = self.case.clocks.get(key).filter(|state| state.end.is_none()).cloned() else {
                continue;
            };
            let limit = before.named.clone().map(|name| self.resolved(&Length::Named(name)));
            let cap = clock.cap.as_ref().and_then(|cap| self.cap(cap));
            let bells = self.bells(clock);
            let Some(state) = self.case.clocks.get_mut(key) else { continue };
            state.limit = limit.unwrap_or(state.limit);
            state.cap = cap;
            state.date(&bells, time);
            if *state != before {
                let change = ClockChange { clock: key.clone(), change: Change::Recomputed, due: state.due };
                self.done.clocks.push(change);
            }
        }
        let delays = self.delays_anew();
        if delays || !self.done.clocks.is_empty() { Ok(()) } else { Err(Refusal::NothingToRecompute) }
    }
}
