//! One step under way: the kernel's host, and what the step did so far.
use super::facts::Frozen;
use super::{Actor, Mail, Refusal, Spawn, Tell};
use crate::case::{Assignee, Case, Key};
use crate::clock::{ClockChange, Moment};
use crate::definition::{Action, Definition, Effect, Length};
use crate::ids::CaseId;
use crate::kernel::{self, BlockId, GuardId, Host};
use calendar::Limit;
use condition::Truth;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// What a step did so far.
#[derive(Default)]
pub(super) struct Done {
    pub(super) moments: Vec<Moment>,
    pub(super) clocks: Vec<ClockChange>,
    pub(super) mails: Vec<Mail>,
    pub(super) marked: Vec<Key>,
    pub(super) unmarked: Vec<Key>,
    pub(super) spawned: Vec<Spawn>,
    /// Answers of spawned cases that are days on which clocks are due, which is known once the clocks have moved: the
    /// case by its place, the field, the clock.
    pub(super) due_on: Vec<(usize, Key, Key)>,
    pub(super) told: Vec<Tell>,
    pub(super) linked: Vec<(Key, CaseId)>,
    pub(super) unlinked: Vec<(Key, CaseId)>,
    /// Working days to give to clocks once they have moved.
    pub(super) extended: Vec<(Key, u32)>,
    /// Named limits, as they were resolved.
    pub(super) limits: BTreeMap<Key, Limit>,
    pub(super) unknown: Vec<Key>,
    /// Why the step may not be, found on the way.
    pub(super) refusal: Option<Refusal>,
}

pub(super) struct Run<'s> {
    pub(super) definition: &'s Definition,
    pub(super) frozen: Frozen<'s>,
    /// The action that is taken, if one is.
    pub(super) acts: Option<&'s Action>,
    pub(super) actor: Option<&'s Actor>,
    /// Who plays what in the case that told or spawned.
    pub(super) told: Option<&'s IndexMap<Key, Assignee>>,
    /// The clock whose breach or rung runs.
    pub(super) ringing: Option<Key>,
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

    /// Causes effects that hang on no transition; the kernel then hears what they raised.
    pub(super) fn cause_alone(&mut self, effects: &[Effect]) -> Result<(), Refusal> {
        for event in self.cause(effects) {
            self.event(&event)?;
        }
        Ok(())
    }

    /// What a length comes to now. The step keeps every named limit it resolved, so that replaying needs no other.
    pub(super) fn resolved(&mut self, length: &Length) -> Limit {
        match length {
            Length::Fixed(limit) => *limit,
            Length::Named(name) => {
                let declared = self.definition.limits.get(name).map(|limit| limit.is);
                let set = self.frozen.world.limits.get(name).copied();
                let limit = set.or(declared).unwrap_or(Limit::WorkingDays(1));
                self.done.limits.insert(name.clone(), limit);
                limit
            }
        }
    }
}
