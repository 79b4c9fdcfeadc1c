//! Plays a story against its process.
use super::StoryMistake;
use super::compare::{differences, said};
use super::cover::{Point, points};
use super::expect::{Expected, Moved, expected};
use super::line::{CASE, Line, Reader, Verb, case_id, unit_id};
use super::stage::{Came, Stage};
use crate::case::Key;
use crate::definition::Definition;
use crate::engine::{Call, Refusal, Timer, World, branch};
use crate::form::Answers;
use crate::text::Language;
use calendar::{BusinessTime, Calendar, Limit};
use indexmap::IndexMap;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Timers that one move of time may fire. A process that needs more rings for ever.
const RINGS: usize = 1_000;

/// What a story that went as told has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// Lines that were played.
    pub lines: usize,
    /// What the story exercised of the process.
    pub shown: Vec<Point>,
    /// What it did not.
    pub missed: Vec<Point>,
}

/// Plays `story` against `definition`, in the working time of `time`. `others` answers the other processes that its cases
/// spawn, by name.
///
/// # Errors
/// Lines that cannot be read, if there are any; else every line that went another way than told, the first of each case.
pub fn play<'d>(
    definition: &'d Definition,
    others: &'d dyn Fn(&str) -> Option<&'d Definition>,
    story: &str,
    time: &'d BusinessTime,
) -> Result<Played, Vec<StoryMistake>> {
    let lines = Reader { definition, zone: time.zone() }.lines(story)?;
    let mut stage = Stage {
        definition,
        others,
        first: time,
        time: time.clone(),
        now: None,
        cases: IndexMap::new(),
        came: IndexMap::new(),
        absent: BTreeSet::new(),
        limits: BTreeMap::new(),
        units: BTreeMap::new(),
        shown: vec![],
    };
    let mut opened = None;
    let mut mistakes = vec![];
    let mut lost = false;
    for line in &lines {
        lost &= !is_case(line);
        // What follows a line that went wrong would go wrong for that reason alone.
        if lost {
            continue;
        }
        if let Err(message) = stage.play(line, &mut opened) {
            mistakes.push(StoryMistake { line: line.number, message });
            lost = true;
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let (shown, missed) = points(definition).into_iter().partition(|point| stage.shown.contains(point));
    Ok(Played { lines: lines.len(), shown, missed })
}

fn is_case(line: &Line) -> bool {
    line.on.is_none() && line.told.split_whitespace().next() == Some("case")
}

impl Stage<'_> {
    /// Plays a line. `opened` is the case that a line opened last.
    fn play(&mut self, line: &Line, opened: &mut Option<String>) -> Result<(), String> {
        self.came.clear();
        self.name_units(&line.told);
        // The case a line speaks of: the one it names, the one of the usual name, the one opened last.
        let usual = Some(CASE.to_owned()).filter(|name| self.cases.contains_key(name));
        let on = line.on.clone().or(usual).or_else(|| opened.clone()).unwrap_or_else(|| CASE.into());
        if line.on.is_some() && !self.cases.contains_key(&on) {
            return Err(self.no_case(&on));
        }
        let definition = self.cases.get(&on).map_or(self.definition, |player| player.definition);
        let reader = Reader { definition, zone: self.first.zone() };
        let outcome = line.outcome.as_deref();
        match reader.verb(&line.told)? {
            Verb::Case => {
                self.clear();
                *opened = None;
                Ok(())
            }
            Verb::At(at) => {
                self.wait(at)?;
                self.judge(&on, outcome)
            }
            Verb::Presence { role, present } => {
                if present {
                    self.absent.remove(&role);
                } else {
                    self.absent.insert(role);
                }
                Ok(())
            }
            Verb::Calendar(row) => {
                let calendar = Calendar::parse(&format!("{}{row}\n", self.time.calendar().to_csv()));
                let calendar =
                    calendar.map_err(|_| format!("`{row}`: expected a row of a calendar, DAY,KIND"))?;
                self.time = BusinessTime::new(calendar, self.time.hours().clone(), self.time.zone().clone());
                self.recompute()?;
                self.judge(&on, outcome)
            }
            Verb::Limit { name, is } => {
                self.set_limit(name, is)?;
                self.judge(&on, outcome)
            }
            Verb::Told { event, answers } => {
                let by = case_id("another");
                let call = Call::Told { event, by, answers, assigned: IndexMap::new() };
                self.called(&on, &call, None, outcome)
            }
            Verb::Spawned { answers, assigned, name } => {
                let name = name.unwrap_or_else(|| CASE.into());
                let call = Call::Spawn { by: case_id("another"), answers, assigned };
                *opened = Some(name.clone());
                self.called(&name, &call, None, outcome)
            }
            Verb::Act { role, actor, action, answers, name } => {
                let opens = definition.actions.get(&action).is_some_and(|action| action.opens);
                let name = match name {
                    Some(name) if opens => name,
                    Some(name) => return Err(format!("`as {name}` names a case, and `{action}` opens none")),
                    None => on,
                };
                let taken = self.branch(&name, &action, &answers);
                if opens && !self.cases.contains_key(&name) {
                    *opened = Some(name.clone());
                }
                let (call, own) = (Call::Act { action: action.clone(), actor, answers }, self.is_own(&name));
                self.called(&name, &call, Some(&role), outcome)?;
                if own && !outcome.is_some_and(|outcome| outcome.starts_with("refused")) {
                    self.shown.push(Point::Action(action.clone()));
                    self.shown.extend(taken.map(|at| Point::Branch(action, at + 1)));
                }
                Ok(())
            }
        }
    }

    /// Calls a case and judges what came of it; `role` is who acts.
    fn called(
        &mut self,
        name: &str,
        call: &Call,
        role: Option<&Key>,
        outcome: Option<&str>,
    ) -> Result<(), String> {
        let now = self.now.ok_or("nobody said when: expected `at YYYY-MM-DD HH:MM` before it")?;
        let refusal = match self.call(name, call, now) {
            Ok(step) => {
                self.cascade(name, step.entry, now)?;
                return self.judge(name, outcome);
            }
            Err(refusal) => refusal,
        };
        let [zh, en] = Language::ALL.map(|language| said(&refusal, language));
        let words = outcome.and_then(|outcome| outcome.strip_prefix("refused"));
        let Some(says) = words.map(|words| words.trim_start().trim_start_matches(':').trim()) else {
            return Err(format!("is refused: {en} ({zh}), which is not expected"));
        };
        if !zh.contains(says) && !en.contains(says) {
            return Err(format!("is refused: {en} ({zh}), expected the words: {says}"));
        }
        if self.is_own(name) {
            self.shown.extend(role.cloned().map(Point::Refusal));
            if let Refusal::Guard { key, .. } = refusal {
                self.shown.push(Point::Guard(key));
            }
        }
        Ok(())
    }

    /// Moves time, and fires what is due on the way as if it were that time.
    fn wait(&mut self, until: Timestamp) -> Result<(), String> {
        if self.now.is_some_and(|now| until < now) {
            return Err("time went backwards; `case` begins a new case at any time".into());
        }
        for _ in 0..RINGS {
            let timers = self
                .cases
                .iter()
                .flat_map(|(name, player)| player.timers.iter().map(move |timer| (name, timer)));
            let due = timers.filter(|(_, timer)| timer.due <= until).min_by_key(|(_, timer)| timer.due);
            let Some((name, Timer { name: timer, due })) =
                due.map(|(name, timer)| (name.clone(), timer.clone()))
            else {
                self.now = Some(until);
                return Ok(());
            };
            let at = self.now.map_or(due, |now| due.max(now));
            match self.call(&name, &Call::Fire { timer: timer.clone() }, at) {
                Ok(step) => self.cascade(&name, step.entry, at)?,
                Err(refusal) => {
                    return Err(format!(
                        "timer {timer} of {name} is refused: {}",
                        said(&refusal, Language::En)
                    ));
                }
            }
        }
        Err(format!("more than {RINGS} timers fired"))
    }

    /// Sets a limit in the zone, and dates every case anew.
    fn set_limit(&mut self, name: Key, is: Limit) -> Result<(), String> {
        let known = self.cases.values().any(|player| player.definition.limits.contains_key(&name));
        if !known && !self.definition.limits.contains_key(&name) {
            let reader = Reader { definition: self.definition, zone: self.time.zone() };
            reader.known("limit", &name, &self.definition.limits)?;
        }
        self.limits.insert(name, is);
        self.recompute()
    }

    /// Dates every case anew.
    fn recompute(&mut self) -> Result<(), String> {
        let now = self.now.ok_or("nobody said when: expected `at YYYY-MM-DD HH:MM` before it")?;
        for name in self.cases.keys().cloned().collect::<Vec<_>>() {
            match self.call(&name, &Call::Recompute, now) {
                Ok(step) => self.cascade(&name, step.entry, now)?,
                Err(Refusal::NothingToRecompute) => {}
                Err(refusal) => return Err(format!("{name} is refused: {}", said(&refusal, Language::En))),
            }
        }
        Ok(())
    }

    fn is_own(&self, name: &str) -> bool {
        self.cases.get(name).is_none_or(|player| std::ptr::eq(player.definition, self.definition))
    }

    fn branch(&self, name: &str, action: &Key, answers: &Answers) -> Option<usize> {
        let player = self.cases.get(name)?;
        let facts = self.facts(name, player.definition, self.now?);
        let world = World { now: self.now?, time: &self.time, limits: &self.limits, facts: &facts };
        branch(player.definition, &player.case, player.definition.actions.get(action)?, answers, world)
    }

    /// Keeps what units are called, so that cases spawned for them can be named.
    fn name_units(&mut self, told: &str) {
        for word in told.split_whitespace() {
            let (_, value) = word.split_once(['@', '=']).unwrap_or(("", word));
            for name in value.split(',').filter(|name| !name.is_empty()) {
                let name = name.trim_matches('"');
                self.units.insert(unit_id(name), name.to_owned());
            }
        }
    }

    fn no_case(&self, name: &str) -> String {
        let names: Vec<&str> = self.cases.keys().map(String::as_str).collect();
        let hint = crate::nearest(name, names.iter().copied()).map_or_else(
            || format!("there are {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        format!("there is no case `{name}`; {hint}")
    }

    /// Compares what came of a line with what was expected: of the case it speaks of, then of every other.
    fn judge(&self, on: &str, outcome: Option<&str>) -> Result<(), String> {
        let Some(outcome) = outcome else { return Ok(()) };
        let Some(player) = self.cases.get(on) else {
            return Err("there is no case yet, so nothing can come of it".into());
        };
        let reader = Reader { definition: player.definition, zone: self.time.zone() };
        let definition_of = |name: &str| self.cases.get(name).map(|player| player.definition);
        let (own, others) = match expected(&reader, outcome, &definition_of)? {
            Expected::Refused(says) => return Err(format!("happened, expected a refusal: {says}")),
            Expected::Moved(own, others) => (own, others),
        };
        let mut found = self.differences(on, &own);
        if let Some(name) = others.keys().find(|name| !self.cases.contains_key(*name)) {
            found.push(self.no_case(name));
        }
        for name in self.cases.keys().filter(|name| *name != on) {
            let nothing = Moved::default();
            let differences = self.differences(name, others.get(name).unwrap_or(&nothing));
            found.extend(differences.into_iter().map(|difference| format!("{name}: {difference}")));
        }
        if found.is_empty() { Ok(()) } else { Err(found.join("; ")) }
    }

    fn differences(&self, name: &str, expected: &Moved) -> Vec<String> {
        let (Some(player), Some(now)) = (self.cases.get(name), self.now) else { return vec![] };
        let still = Came { before: player.case.configuration.active.clone(), ..Came::default() };
        let came = self.came.get(name).unwrap_or(&still);
        differences(player.definition, expected, &player.case, came, now, self.time.zone())
    }
}
