//! Plays a story against its process.
use super::StoryMistake;
use super::compare::{differences, said};
use super::cover::{Point, points};
use super::expect::Expected;
use super::line::{Line, Reader, Verb, company};
use crate::case::{Case, Key};
use crate::definition::Definition;
use crate::engine::{Actor, Call, Mail, Outcome, Refusal, Step, Timer, World, branch, open, step};
use crate::form::Answers;
use crate::text::Language;
use calendar::BusinessTime;
use jiff::Timestamp;

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

/// Plays `story` against `definition`, in the working time of `time`.
///
/// # Errors
/// Lines that cannot be read, if there are any; else every line that went another way than told, the first of each case.
pub fn play(definition: &Definition, story: &str, time: &BusinessTime) -> Result<Played, Vec<StoryMistake>> {
    let lines = Reader { definition, zone: time.zone() }.lines(story)?;
    let mut stage = Stage { definition, time, now: None, case: None, timers: vec![], shown: vec![] };
    let mut mistakes = vec![];
    let mut lost = false;
    for line in &lines {
        lost &= !matches!(line.verb, Verb::Case);
        // What follows a line that went wrong would go wrong for that reason alone.
        if lost {
            continue;
        }
        if let Err(message) = stage.play(line) {
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

/// What outcome of a line.
pub(super) struct Came {
    pub(super) case: Case,
    pub(super) mails: Vec<Mail>,
    pub(super) marked: Vec<Key>,
    pub(super) unmarked: Vec<Key>,
}

struct Stage<'d> {
    definition: &'d Definition,
    time: &'d BusinessTime,
    now: Option<Timestamp>,
    case: Option<Case>,
    timers: Vec<Timer>,
    shown: Vec<Point>,
}

impl Stage<'_> {
    fn play(&mut self, line: &Line) -> Result<(), String> {
        match &line.verb {
            Verb::Case => {
                (self.now, self.case) = (None, None);
                self.timers.clear();
                Ok(())
            }
            Verb::At(at) => self.wait(*at, line.expected.as_ref()),
            Verb::Act { role, actor, action, answers } => {
                self.act(role, actor, action, answers, line.expected.as_ref())
            }
        }
    }

    /// Moves time, and fires what is due on the way as if it were that time.
    fn wait(&mut self, until: Timestamp, expected: Option<&Expected>) -> Result<(), String> {
        if self.now.is_some_and(|now| until < now) {
            return Err("time went backwards; `case` begins a new case at any time".into());
        }
        let before = self.active();
        let mut steps = vec![];
        for _ in 0..RINGS {
            let due =
                self.timers.iter().filter(|timer| timer.due <= until).min_by_key(|timer| timer.due).cloned();
            let Some(Timer { name, due }) = due else {
                self.now = Some(until);
                return self.judge(&before, steps, expected);
            };
            let at = self.now.map_or(due, |now| due.max(now));
            match self.call(&Call::Fire { timer: name.clone() }, at) {
                Ok(step) => steps.push(step),
                Err(refusal) => {
                    return Err(format!("timer {name} is refused: {}", said(&refusal, Language::En)));
                }
            }
        }
        Err(format!("more than {RINGS} timers fired"))
    }

    fn act(
        &mut self,
        role: &Key,
        actor: &Actor,
        action: &Key,
        answers: &Answers,
        expected: Option<&Expected>,
    ) -> Result<(), String> {
        let now = self.now.ok_or("nobody said when: expected `at YYYY-MM-DD HH:MM` before it")?;
        let before = self.active();
        let taken = self.branch(action, answers, now);
        let call = Call::Act { action: action.clone(), actor: actor.clone(), answers: answers.clone() };
        let refusal = match self.call(&call, now) {
            Ok(step) => {
                self.shown.push(Point::Action(action.clone()));
                self.shown.extend(taken.map(|at| Point::Branch(action.clone(), at + 1)));
                return self.judge(&before, vec![step], expected);
            }
            Err(refusal) => refusal,
        };
        let [zh, en] = Language::ALL.map(|language| said(&refusal, language));
        match expected {
            Some(Expected::Refused(says)) if zh.contains(says) || en.contains(says) => {
                self.shown.push(Point::Refusal(role.clone()));
                if let Refusal::Guard { key, .. } = refusal {
                    self.shown.push(Point::Guard(key));
                }
                Ok(())
            }
            Some(Expected::Refused(says)) => {
                Err(format!("is refused: {en} ({zh}), expected the words: {says}"))
            }
            _ => Err(format!("is refused: {en} ({zh}), which is not expected")),
        }
    }

    fn active(&self) -> Vec<Key> {
        self.case.as_ref().map(|case| case.configuration.active.clone()).unwrap_or_default()
    }

    fn branch(&self, action: &Key, answers: &Answers, now: Timestamp) -> Option<usize> {
        let action = self.definition.actions.get(action)?;
        branch(self.definition, self.case.as_ref()?, action, answers, World::new(now, self.time))
    }

    /// Calls the engine and keeps what came of it.
    fn call(&mut self, call: &Call, now: Timestamp) -> Result<Step, Refusal> {
        let world = World::new(now, self.time);
        let outcome = match &self.case {
            Some(case) => step(self.definition, case, call, world),
            None => open(self.definition, Some(company()), call, world),
        };
        let step = match outcome {
            Outcome::Moved(step) => *step,
            Outcome::Refused(refusal) => return Err(refusal),
        };
        self.now = Some(now);
        self.case = Some(step.case.clone());
        self.timers.clone_from(&step.timers);
        self.shown.extend(step.entry.automatics.iter().cloned().map(Point::Automatic));
        let changes = step.entry.clocks.iter();
        self.shown.extend(changes.map(|change| Point::Clock(change.clock.clone(), change.change)));
        Ok(step)
    }

    fn judge(&self, before: &[Key], steps: Vec<Step>, expected: Option<&Expected>) -> Result<(), String> {
        let expected = match expected {
            None => return Ok(()),
            Some(Expected::Refused(says)) => return Err(format!("happened, expected a refusal: {says}")),
            Some(Expected::Moved(moved)) => moved,
        };
        let (Some(case), Some(now)) = (self.case.clone(), self.now) else {
            return Err("there is no case yet, so nothing can come of it".into());
        };
        let mut outcome = Came { case, mails: vec![], marked: vec![], unmarked: vec![] };
        for step in steps {
            outcome.mails.extend(step.mails);
            outcome.marked.extend(step.entry.marked);
            outcome.unmarked.extend(step.entry.unmarked);
        }
        let found = differences(self.definition, expected, before, &outcome, now, self.time.zone());
        if found.is_empty() { Ok(()) } else { Err(found.join("; ")) }
    }
}
