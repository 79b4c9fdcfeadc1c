//! A process as data: what a definition file says once every name in it resolves.
//!
//! A definition may name things; beyond conditions it computes nothing. [`Definition::parse`] reads a file, finds
//! everything wrong with it at once, and answers a value in which no name dangles.
//!
//! A file begins with `process`, `version`, `title`, `prefix`, perhaps `summary`, `subject` (the field that names a
//! case) and `initial` (the state a case begins in; else the first). Then come tables, each `[KIND.NAME]` with a
//! `title = { zh, en }`:
//!
//! | kind | keys |
//! |---|---|
//! | `role` | `is`: `applicant`, `holder`, `assigned` or `opener` |
//! | `field` | `type` and what belongs to it, `hint`, `internal`, `personal`, `hide` |
//! | `guard` | `when`: a condition; `says` instead of a title |
//! | `state` | `phase`, `in`, `initial`, `parallel`, `final`, `history`, `entry`, `exit` |
//! | `action` | `by`, `from`, `opens`, `asks`, `optional`, `guards`, `to`, `then` |
//! | `automatic` | `from`, one of `after`, `at`, `on` (or none), `when`, `to`, `then` |
//! | `clock` | `start`, `pause`, `resume`, `stop`, `cancel`, `reset`, `limit`, `cap`, `warn`, `breach`, `late`, `internal` |
//! | `limit` | `is`: a limit, which a zone may set otherwise |
//! | `ladder` | `mail`, `steps`: a list of `{ role, after }`, the first without `after` |
//! | `link` | |
//! | `light` | `color`, `when`: the first that holds shows how an open case stands |
//! | `mark` | |
//!
//! `to` is a state, or a list of `{ when, state, then }` of which the first that holds is taken. Effects (`then`,
//! `entry`, `exit`, `breach`) are `{ mail, to }`, `{ assign, to }`, `{ record }`, `{ mark }`, `{ unmark }`, `{ raise }`,
//! `{ extend, by }`, `{ spawn, each, as, with }`, `{ link, to }`, `{ unlink }`, `{ tell, to, with }`, and in `breach`
//! `{ climb }`. Moments of clocks are `enter STATE`, `leave STATE`, `on ACTION`. An automatic's `on` is a raised event,
//! `done STATE`, or `told EVENT` when another case tells of it; its `at` is `case.FIELD`, a day. An opening action with
//! `by = []` is taken only when another case spawns one. `[moves]` says what of the version before (`from`) is called
//! what here: tables `state`, `clock`, `field`, `role`, `mark`, `action` of `OLD = "NEW"`; the rest keeps its name.
//!
//! Where a limit is written the name of a `limit` may stand. Conditions speak of `answer.FIELD`, `case.FIELD`,
//! `clock.CLOCK.` with `workdays_left`, `overdue`, `late`, `due_on`, `workdays_limit` or `runs`, `mark.MARK`,
//! `count.ACTION`, `assigned.ROLE`, `link.LINK`, `children.` with `total`, `open` or `overdue`, and `today`; guards also of
//! `actor.ROLE`: whether who acts has that part in the case, so that `not(actor.proposer)` wants a second person.
mod check;
mod draft;
mod effect;
mod finding;
mod limit;
mod moves;
mod read;
mod resolve;
#[cfg(test)]
mod tests;

pub use check::Edge;
pub(crate) use effect::fitting;
pub use effect::{Effect, Given, Source, Spawning};
pub use finding::Finding;
pub use limit::{Cap, Ladder, LadderStep, Length, NamedLimit, Rung, Warning};
pub use moves::{Imageless, Moves, moves_check};
pub(crate) use moves::{image, is_place};
pub(crate) use resolve::{fire, raised, told};

use crate::case::{Key, Phase};
use crate::clock::{Conditions, Moment};
use crate::form::Field;
use crate::kernel::{BlockId, Chart, GuardId, Kind};
use crate::text::Text;
use condition::Condition;
use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a definition may refer to beyond itself.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// The mails that have templates.
    pub mails: BTreeSet<Key>,
}

/// A process in one version. Frozen by its digest once released.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The process's name.
    pub process: Key,
    /// Its version, from one.
    pub version: u32,
    /// What people call it.
    pub title: Text,
    /// What it is for, in a sentence.
    pub summary: Option<Text>,
    /// What case numbers begin with.
    pub prefix: Key,
    /// The field whose answer names the case in lists.
    pub subject: Option<Key>,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// Who takes part.
    pub roles: IndexMap<Key, Role>,
    /// Questions that actions ask.
    pub fields: IndexMap<Key, Field>,
    /// States, in document order of the chart.
    pub states: IndexMap<Key, State>,
    /// What people can do.
    pub actions: IndexMap<Key, Action>,
    /// What happens of itself.
    pub automatics: IndexMap<Key, Automatic>,
    /// How long things may take.
    pub clocks: IndexMap<Key, Clock>,
    /// Limits that a zone may set otherwise.
    pub limits: IndexMap<Key, NamedLimit>,
    /// Who is told, one after the other, that something is overdue.
    pub ladders: IndexMap<Key, Ladder>,
    /// Ways in which a case points to another.
    pub links: IndexMap<Key, Text>,
    /// Marks that effects set.
    pub marks: IndexMap<Key, Text>,
    /// How an open case stands: the first whose condition holds.
    pub lights: IndexMap<Key, Light>,
    /// Who must not read an answer, by field.
    pub hidden: IndexMap<Key, Hidden>,
    /// How cases of the version before come here.
    pub moves: Option<Moves>,
    pub(crate) outside: BTreeSet<Key>,
    pub(crate) chart: Chart,
    pub(crate) blocks: Vec<Block>,
    pub(crate) conditions: Vec<Condition>,
}

/// Someone who takes part in a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// What people call the role.
    pub title: Text,
    /// Who plays it.
    pub kind: RoleKind,
}

/// Who plays a role in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleKind {
    /// People of the company whose case it is.
    Applicant,
    /// Anybody in the zone who holds the role.
    Holder,
    /// Whoever the case was assigned to: a person, or the holders of the role in a unit.
    Assigned,
    /// The person who opened the case and holds the role.
    Opener,
}

/// A state as people see it; its place in the chart is the kernel's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What people call it.
    pub title: Text,
    /// Its phase; a state around others may leave it to them.
    pub phase: Option<Phase>,
}

/// Something a person can do.
#[derive(Debug, Clone)]
pub struct Action {
    /// What its button says.
    pub title: Text,
    /// Whether it opens a case.
    pub opens: bool,
    /// Roles that may take it; none for an opening action that only another case takes.
    pub by: Vec<Key>,
    /// States it may be taken in; none for an opening action.
    pub from: Vec<Key>,
    /// Questions that must be answered.
    pub asks: Vec<Key>,
    /// Questions that may be answered.
    pub optional: Vec<Key>,
    /// What must hold besides.
    pub guards: Vec<Guard>,
    /// Where it leads: the first branch whose condition holds.
    pub branches: Vec<Branch>,
}

/// A named condition with the sentence a refusal says.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Its name.
    pub key: Key,
    /// What must hold.
    pub when: Condition,
    /// What is needed, for people.
    pub says: Text,
}

/// One way an action can lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// What must hold for it.
    pub when: Option<GuardId>,
    /// The state it leads to; none stays.
    pub to: Option<Key>,
}

/// A transition that nobody takes: after a delay, on an event, or as soon as a condition holds.
#[derive(Debug, Clone)]
pub struct Automatic {
    /// What the timeline calls it.
    pub title: Text,
    /// States it leaves.
    pub from: Vec<Key>,
    /// What sets it off.
    pub trigger: Trigger,
    /// The state it leads to; none stays.
    pub to: Option<Key>,
}

/// What sets an automatic off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A delay, counted from entering the state.
    After(Length),
    /// The beginning of the day that this fact says; at once if that is past.
    At(Key),
    /// Another case tells of this event.
    Told(Key),
    /// An effect raises an event, or a state around others ended.
    On,
    /// Its condition holds.
    When,
}

/// How long something may take.
#[derive(Debug, Clone)]
pub struct Clock {
    /// What people call it.
    pub title: Text,
    /// Whether only staff know of it.
    pub internal: bool,
    /// What moves it.
    pub conditions: Conditions,
    /// Limits; the first whose condition holds applies, and the last has none.
    pub limits: Vec<(Option<Condition>, Length)>,
    /// The day before which it is due, whatever its limit.
    pub cap: Option<Cap>,
    /// When it warns, and what happens then.
    pub warns: Vec<Warning>,
    /// What happens when it is overdue.
    pub breach: Vec<Effect>,
    /// What happens later, while it still is.
    pub late: Vec<Rung>,
}

/// How an open case stands, as a colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Light {
    /// What people call it.
    pub title: Text,
    /// The colour, `#rrggbb`.
    pub color: Arc<str>,
    /// When it shines.
    pub when: Condition,
}

/// Who must not read an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The roles it is hidden from.
    pub from: Vec<Key>,
    /// When it is.
    pub when: Condition,
}

/// Content of the chart: the moment it is, and what it causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) moment: Moment,
    pub(crate) effects: Vec<Effect>,
}

impl Definition {
    /// Whether only staff know of a clock.
    #[must_use]
    pub fn is_internal(&self, clock: &str) -> bool {
        self.clocks.get(clock).is_some_and(|clock| clock.internal)
    }

    /// Reads and checks a definition file.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the file.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, Vec<Finding>> {
        let mut found = finding::Findings::new(text);
        let definition = draft::read(text, &mut found)
            .map(|draft| resolve::resolve(&draft, digest(text), vocabulary, &mut found));
        match definition {
            Some(definition) if found.is_empty() => Ok(definition),
            _ => Err(found.into_list()),
        }
    }

    /// The action that opens a case. Every checked definition has exactly one.
    #[must_use]
    pub fn opening(&self) -> Option<(&Key, &Action)> {
        self.actions.iter().find(|(_, action)| action.opens)
    }

    /// The phase of a state: its own, or that of the nearest state around it that has one.
    #[must_use]
    pub fn phase(&self, state: &str) -> Option<Phase> {
        let id = self.chart.find(state)?;
        std::iter::once(id)
            .chain(self.chart.ancestors(id))
            .find_map(|at| self.states.get(&self.chart.state(at).key)?.phase)
    }

    /// Whether `state` or a state around it is named in `from`.
    #[must_use]
    pub fn is_from(&self, from: &[Key], state: &str) -> bool {
        let Some(id) = self.chart.find(state) else { return false };
        std::iter::once(id).chain(self.chart.ancestors(id)).any(|at| from.contains(&self.chart.state(at).key))
    }

    /// What its conditions and ladders want to know beyond the case, as [`World::facts`](crate::World) names it.
    pub fn outside(&self) -> impl Iterator<Item = &Key> {
        self.outside.iter()
    }

    /// Innermost states: those a case can stand in.
    pub fn leaves(&self) -> impl Iterator<Item = (&Key, &State)> {
        self.states.iter().filter(|(key, _)| {
            let kind = self.chart.find(key).map(|id| self.chart.state(id).kind);
            matches!(kind, Some(Kind::Atomic | Kind::Final))
        })
    }

    /// Every way from one innermost state to another, for diagrams and checks.
    #[must_use]
    pub fn edges(&self) -> Vec<Edge> {
        check::edges(self)
    }

    /// Every mail that its steps send, but for those of clocks, with the roles that get it.
    pub fn mails(&self) -> impl Iterator<Item = (&Key, &[Key])> {
        self.effects().filter_map(|effect| match effect {
            Effect::Mail { template, to } => Some((template, &**to)),
            _ => None,
        })
    }

    /// Whether people are given a role: it acts, or is told of something. Another only keeps who did what.
    #[must_use]
    pub fn is_given(&self, role: &Key) -> bool {
        let acts = self.actions.values().any(|action| action.by.contains(role));
        let steps = self.ladders.values().flat_map(|ladder| &ladder.steps);
        let of_clocks = self.clocks.values().flat_map(|clock| {
            let warns = clock.warns.iter().flat_map(|warning| &warning.then);
            let late = clock.late.iter().flat_map(|rung| &rung.then);
            warns.chain(&clock.breach).chain(late)
        });
        let told = |effect: &Effect| matches!(effect, Effect::Mail { to, .. } if to.contains(role));
        acts || steps.into_iter().any(|step| step.role == *role) || self.effects().chain(of_clocks).any(told)
    }

    /// Every effect of its chart: all but those of clocks.
    pub(crate) fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.blocks.iter().flat_map(|block| &block.effects)
    }

    /// What happens when an action or an automatic is taken: for each of its branches, in order.
    pub(crate) fn causes<'d>(&'d self, key: &Key) -> impl Iterator<Item = &'d [Effect]> {
        let moment = Moment::On(key.clone());
        self.blocks.iter().filter(move |block| block.moment == moment).map(|block| &*block.effects)
    }

    pub(crate) fn block(&self, block: BlockId) -> &Block {
        &self.blocks[block.0]
    }

    /// Its states and their transitions, as the kernel runs them.
    #[must_use]
    pub const fn chart(&self) -> &Chart {
        &self.chart
    }

    /// What a guard of its [chart](Self::chart) asks.
    ///
    /// # Panics
    /// If the guard is another chart's.
    #[must_use]
    pub fn condition(&self, guard: GuardId) -> &Condition {
        &self.conditions[guard.0]
    }
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
