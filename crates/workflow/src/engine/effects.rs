//! Effects, applied to the case.
use super::run::Run;
use super::{Mail, Refusal, Spawn, Tell};
use crate::case::{Assignee, Key};
use crate::definition::{Effect, Given, Source, Spawning, raised};
use crate::form::{Answer, Answers, Fault, FieldKind, FormMistake};
use crate::ids::UnitId;

/// Most working days one extension may give.
const DAYS_MAX: i64 = 3_650;

impl Run<'_> {
    /// Applies effects to the case and answers the events they raise.
    pub(super) fn cause(&mut self, effects: &[Effect]) -> Vec<Key> {
        let mut events = vec![];
        for effect in effects {
            match effect {
                Effect::Mail { template, to } => {
                    self.done.mails.push(Mail { template: template.clone(), to: to.clone() });
                }
                Effect::Assign { role, to } => self.assign(role, to),
                Effect::Record(fields) => self.record(fields),
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
                Effect::Extend { clock, by } => self.extend(clock, by),
                Effect::Climb(ladder) => self.climb(ladder, 0),
                Effect::Spawn(spawning) => self.spawn(spawning),
                Effect::Link { link, to } => self.link(link, to),
                Effect::Unlink(link) => self.unlink(link),
                Effect::Tell { event, to, with } => {
                    let told =
                        with.iter().filter_map(|field| Some((field.clone(), self.case.facts.get(field)?)));
                    self.done.told.push(Tell {
                        event: event.clone(),
                        to: to.clone(),
                        answers: told.map(|(field, answer)| (field, answer.clone())).collect(),
                        assigned: self.case.assigned.clone(),
                    });
                }
            }
        }
        events
    }

    fn answered(&self, field: &Key) -> Option<&Answer> {
        self.frozen.answers?.get(field)
    }

    fn record(&mut self, fields: &[Key]) {
        for field in fields {
            // What is not answered this time is no longer a fact.
            match self.answered(field).cloned() {
                Some(answer) => drop(self.case.facts.insert(field.clone(), answer)),
                None => drop(self.case.facts.shift_remove(field)),
            }
        }
    }

    fn assign(&mut self, role: &Key, to: &Source) {
        let assignee = match to {
            Source::Nobody => {
                self.case.assigned.shift_remove(role);
                None
            }
            // Who has posts in several units acts here for the one that the case is with.
            Source::Actor => self.actor.map(|actor| {
                let with = self.case.assigned.get(role).and_then(|assignee| match assignee {
                    Assignee::Unit(unit) | Assignee::Person { unit: Some(unit), .. } => Some(*unit),
                    Assignee::Person { unit: None, .. } => None,
                });
                let unit = with.filter(|unit| actor.holds_in(role, *unit)).or(actor.unit);
                Assignee::Person { person: actor.person, unit }
            }),
            Source::Answer(field) => match self.answered(field) {
                Some(Answer::Person(person)) => {
                    Some(Assignee::Person { person: *person, unit: self.unit_within(field) })
                }
                Some(Answer::Unit(unit)) => Some(Assignee::Unit(*unit)),
                _ => None,
            },
            Source::Told(theirs) => self.told.and_then(|told| told.get(theirs).copied()),
        };
        // Who is not named stays who they were.
        if let Some(assignee) = assignee {
            self.case.assigned.insert(role.clone(), assignee);
        }
    }

    /// The unit that a person must be of who is answered to a field, where the field says so.
    fn unit_within(&self, field: &Key) -> Option<UnitId> {
        let Some(FieldKind::Person { within: Some(role), .. }) =
            self.definition.fields.get(field).map(|field| &field.kind)
        else {
            return None;
        };
        match self.case.assigned.get(role)? {
            Assignee::Unit(unit) => Some(*unit),
            Assignee::Person { unit, .. } => *unit,
        }
    }

    fn extend(&mut self, clock: &Key, by: &Key) {
        let Some(Answer::Number(number)) = self.answered(by) else { return };
        let days = number.to_i64().filter(|days| (1..=DAYS_MAX).contains(days));
        if let Some(days) = days.and_then(|days| u32::try_from(days).ok()) {
            self.done.extended.push((clock.clone(), days));
        } else {
            let mistake = FormMistake { field: by.clone(), fault: Fault::NoWholeDays { max: DAYS_MAX } };
            self.done.refusal.get_or_insert(Refusal::Form(vec![mistake]));
        }
    }

    fn spawn(&mut self, spawning: &Spawning) {
        let Some((field, role)) = &spawning.each else { return self.spawn_one(spawning, None) };
        let units: Vec<UnitId> = match self.answered(field) {
            Some(Answer::Unit(unit)) => vec![*unit],
            Some(Answer::Units(units)) => units.clone(),
            _ => vec![],
        };
        for unit in units {
            self.spawn_one(spawning, Some((role, unit)));
        }
    }

    fn spawn_one(&mut self, spawning: &Spawning, each: Option<(&Key, UnitId)>) {
        let place = self.done.spawned.len();
        let mut answers = Answers::new();
        for (field, given) in &spawning.with {
            let answer = match given {
                Given::Answer(source) => self.answered(source).cloned(),
                Given::Fact(fact) => self.case.facts.get(fact).cloned(),
                Given::Is(text) => Some(Answer::Text(text.clone())),
                Given::DueOn(clock) => {
                    self.done.due_on.push((place, field.clone(), clock.clone()));
                    None
                }
            };
            answers.extend(answer.map(|answer| (field.clone(), answer)));
        }
        let mut assigned = self.case.assigned.clone();
        assigned.extend(each.map(|(role, unit)| (role.clone(), Assignee::Unit(unit))));
        let unit = each.map(|(_, unit)| unit);
        self.done.spawned.push(Spawn { process: spawning.process.clone(), answers, assigned, unit });
    }

    /// Answers what spawned cases were to be told of clocks, now that these have moved.
    pub(super) fn spawned_due_on(&mut self) {
        for (place, field, clock) in std::mem::take(&mut self.done.due_on) {
            let due = self.case.clocks.get(&clock).and_then(crate::ClockState::due_at);
            if let (Some(due), Some(spawn)) = (due, self.done.spawned.get_mut(place)) {
                let day = due.to_zoned(self.frozen.world.time.zone().clone()).date();
                spawn.answers.insert(field, Answer::Date(day));
            }
        }
    }

    fn link(&mut self, link: &Key, to: &Key) {
        let Some(Answer::Case(case)) = self.answered(to) else { return };
        let case = *case;
        if self.case.links.get(link) == Some(&case) {
            return;
        }
        self.unlink(link);
        self.case.links.insert(link.clone(), case);
        self.done.linked.push((link.clone(), case));
    }

    fn unlink(&mut self, link: &Key) {
        if let Some(case) = self.case.links.shift_remove(link) {
            self.done.unlinked.push((link.clone(), case));
        }
    }
}
