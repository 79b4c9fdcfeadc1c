//! The cases of a story, and what a step on one of them brings about in the others.
use super::compare::said;
use super::cover::Point;
use super::line::{case_id, company};
use crate::case::{Case, Key, PARENT};
use crate::definition::Definition;
use crate::engine::{Audience, Call, Entry, Mail, Outcome, Refusal, Spawn, Step, Timer, World, open, step};
use crate::form::Answer;
use crate::ids::{CaseId, CompanyId, UnitId};
use crate::text::Language;
use calendar::{BusinessTime, Limit};
use condition::Number;
use indexmap::IndexMap;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Steps that one step may bring about. Cases that tell each other of more tell for ever.
const CASCADE: usize = 100;

/// A case on the stage.
pub(super) struct Player<'d> {
    pub(super) definition: &'d Definition,
    pub(super) case: Case,
    pub(super) timers: Vec<Timer>,
}

impl Player<'_> {
    fn is_closed(&self) -> bool {
        let active = &self.case.configuration.active;
        active.iter().filter_map(|state| self.definition.phase(state)).any(crate::Phase::is_closed)
    }
}

/// What a line brought about in one case.
#[derive(Default)]
pub(super) struct Came {
    /// Where it stood before.
    pub(super) before: Vec<Key>,
    pub(super) mails: Vec<Mail>,
    pub(super) marked: Vec<Key>,
    pub(super) unmarked: Vec<Key>,
}

pub(super) struct Stage<'d> {
    /// The process the story is of.
    pub(super) definition: &'d Definition,
    /// Other processes, by name.
    pub(super) others: &'d dyn Fn(&str) -> Option<&'d Definition>,
    /// The working time at first, and as the story has it now.
    pub(super) first: &'d BusinessTime,
    pub(super) time: BusinessTime,
    pub(super) now: Option<Timestamp>,
    /// By name, in the order they were opened.
    pub(super) cases: IndexMap<String, Player<'d>>,
    /// What the line at hand brought about, by case.
    pub(super) came: IndexMap<String, Came>,
    /// Roles of which nobody is present.
    pub(super) absent: BTreeSet<Key>,
    pub(super) limits: BTreeMap<Key, Limit>,
    /// What units are called in the story.
    pub(super) units: BTreeMap<UnitId, String>,
    pub(super) shown: Vec<Point>,
}

impl<'d> Stage<'d> {
    /// Begins anew: no case, no time, everybody present, limits as the definition has them.
    pub(super) fn clear(&mut self) {
        self.now = None;
        self.time = self.first.clone();
        self.cases.clear();
        self.came.clear();
        self.absent.clear();
        self.limits.clear();
    }

    /// Calls a case, opening it where there is none of the name, and plays what that brings about in others.
    pub(super) fn call(&mut self, name: &str, call: &Call, now: Timestamp) -> Result<Step, Refusal> {
        self.call_one(name, self.definition, Some(company()), call, now)
    }

    fn call_one(
        &mut self,
        name: &str,
        definition: &'d Definition,
        company: Option<CompanyId>,
        call: &Call,
        now: Timestamp,
    ) -> Result<Step, Refusal> {
        let definition = self.cases.get(name).map_or(definition, |player| player.definition);
        let facts = self.facts(name, definition, now);
        let world = World { now, time: &self.time, limits: &self.limits, facts: &facts };
        let outcome = match self.cases.get(name) {
            Some(player) => step(definition, &player.case, call, world),
            None => open(definition, company, call, world),
        };
        let step = match outcome {
            Outcome::Moved(step) => *step,
            Outcome::Refused(refusal) => return Err(refusal),
        };
        self.now = Some(now);
        let came = self
            .came
            .entry(name.to_owned())
            .or_insert_with(|| Came { before: step.entry.from.clone(), ..Came::default() });
        came.mails.extend(step.mails.iter().cloned());
        came.marked.extend(step.entry.marked.iter().cloned());
        came.unmarked.extend(step.entry.unmarked.iter().cloned());
        let player = Player { definition, case: step.case.clone(), timers: step.timers.clone() };
        self.cases.insert(name.to_owned(), player);
        if std::ptr::eq(definition, self.definition) {
            self.shown.extend(step.entry.automatics.iter().cloned().map(Point::Automatic));
            let changes = step.entry.clocks.iter();
            self.shown.extend(changes.map(|change| Point::Clock(change.clock.clone(), change.change)));
            if matches!(call, Call::Spawn { .. }) {
                self.shown.extend(definition.opening().map(|(key, _)| Point::Action(key.clone())));
            }
        }
        Ok(step)
    }

    /// Opens and tells other cases as a step of the case `name` says, then as their steps say, and so on.
    pub(super) fn cascade(&mut self, name: &str, entry: Entry, now: Timestamp) -> Result<(), String> {
        let mut queue = VecDeque::from([(name.to_owned(), entry)]);
        let mut steps = 0;
        while let Some((name, entry)) = queue.pop_front() {
            let mut calls = vec![];
            for spawn in &entry.spawned {
                calls.push(self.spawned(&name, spawn, now)?);
            }
            for tell in &entry.told {
                let call = Call::Told {
                    event: tell.event.clone(),
                    by: case_id(&name),
                    answers: tell.answers.clone(),
                    assigned: tell.assigned.clone(),
                };
                for hears in self.audience(&name, &tell.to) {
                    match self.call(&hears, &call, now) {
                        Ok(step) => calls.push((hears, step)),
                        // It stays as it is.
                        Err(Refusal::Unheard) => {}
                        Err(refusal) => {
                            return Err(refused(&hears, &format!("is told {}", tell.event), &refusal));
                        }
                    }
                }
            }
            steps += calls.len();
            if steps > CASCADE {
                return Err(format!("more than {CASCADE} steps follow from one"));
            }
            queue.extend(calls.into_iter().map(|(name, step)| (name, step.entry)));
        }
        Ok(())
    }

    fn spawned(&mut self, parent: &str, spawn: &Spawn, now: Timestamp) -> Result<(String, Step), String> {
        let process = &*spawn.process;
        let definition = Some(self.definition).filter(|own| *own.process == *process);
        let definition = definition
            .or_else(|| (self.others)(process))
            .ok_or_else(|| format!("there is no process `{process}` to spawn"))?;
        let unit = spawn.unit.and_then(|unit| self.units.get(&unit));
        let plain = format!("{parent}/{}", unit.map_or(process, |unit| unit));
        let names = std::iter::once(plain.clone()).chain((2..=CASCADE).map(|at| format!("{plain}-{at}")));
        let name = names.into_iter().find(|name| !self.cases.contains_key(name)).unwrap_or(plain);
        let company = self.cases.get(parent).and_then(|player| player.case.company);
        let call = Call::Spawn {
            by: case_id(parent),
            answers: spawn.answers.clone(),
            assigned: spawn.assigned.clone(),
        };
        match self.call_one(&name, definition, company, &call, now) {
            Ok(step) => Ok((name, step)),
            Err(refusal) => Err(refused(&name, "is to be opened", &refusal)),
        }
    }

    fn audience(&self, name: &str, audience: &Audience) -> Vec<String> {
        let here = case_id(name);
        let points = |link: &str| -> Vec<String> {
            let pointing = self.cases.iter().filter(|(_, player)| player.case.links.get(link) == Some(&here));
            pointing.map(|(name, _)| name.clone()).collect()
        };
        match audience {
            Audience::Children => points(PARENT),
            Audience::Linked(link) => points(link),
            Audience::Parent => {
                let parent: Option<CaseId> =
                    self.cases.get(name).and_then(|player| player.case.links.get(PARENT)).copied();
                self.cases.keys().filter(|other| Some(case_id(other)) == parent).cloned().collect()
            }
        }
    }

    /// What a process wants to know beyond the case: of its children, and of who is present.
    pub(super) fn facts(&self, name: &str, definition: &Definition, now: Timestamp) -> BTreeMap<Key, Answer> {
        let children: Vec<&Player> = self
            .audience(name, &Audience::Children)
            .iter()
            .filter_map(|child| self.cases.get(child))
            .collect();
        let overdue = |player: &&&Player| player.case.clocks.values().any(|clock| clock.is_overdue(now));
        let number = |count: usize| Answer::Number(Number::from(i64::try_from(count).unwrap_or(i64::MAX)));
        let fact = |key: &Key| match key.split_once('.')? {
            ("children", "total") => Some(number(children.len())),
            ("children", "open") => Some(number(children.iter().filter(|child| !child.is_closed()).count())),
            ("children", "overdue") => Some(number(children.iter().filter(overdue).count())),
            ("present", role) => Some(Answer::Truth(!self.absent.contains(role))),
            _ => None,
        };
        definition.outside().filter_map(|key| Some((key.clone(), fact(key)?))).collect()
    }
}

fn refused(name: &str, what: &str, refusal: &Refusal) -> String {
    format!("{name} {what}, which is refused: {}", said(refusal, Language::En))
}
