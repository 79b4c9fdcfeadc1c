//! The one transition function.
use super::facts::Frozen;
use super::permission::{permitted, spawnable};
use super::run::{Done, Run};
use super::{Call, Entry, Outcome, Refusal, Step, Timer, World};
use crate::case::{Case, Key, PARENT, Phase};
use crate::clock::{Bell, ClockState, Due, Moment};
use crate::definition::{Definition, RoleKind, Trigger, fire, fitting, told};
use crate::form::Answers;
use crate::ids::CompanyId;
use crate::kernel;
use jiff::{SignedDuration, Timestamp};

/// Answers what the opening action of `definition` does when it is called for `company`, or for none.
#[must_use]
pub fn open(definition: &Definition, company: Option<CompanyId>, call: &Call, world: World) -> Outcome {
    let case = Case {
        process: definition.process.clone(),
        version: definition.version,
        company,
        opener: call.person(),
        ..Case::default()
    };
    step(definition, &case, call, world)
}

/// Answers what `call` does to `case`. Writes nothing, sends nothing.
#[must_use]
pub fn step(definition: &Definition, case: &Case, call: &Call, world: World) -> Outcome {
    let moved = match call {
        Call::Act { action: key, actor, answers } => permitted(definition, case, key, actor, answers, world)
            .and_then(|action| {
                let start =
                    if action.opens { Start::Open } else { Start::Event(format!("act.{key}").into()) };
                run(definition, case, call, world, start)
            }),
        Call::Fire { timer } => alarm(definition, case, timer, world.now)
            .and_then(|start| run(definition, case, call, world, start)),
        Call::Recompute => run(definition, case, call, world, Start::Recompute),
        Call::Spawn { by, answers, assigned } => {
            let mut born = case.clone();
            let theirs =
                |role: &Key| definition.roles.get(role).is_some_and(|role| role.kind == RoleKind::Assigned);
            born.assigned.extend(
                assigned.iter().filter(|(role, _)| theirs(role)).map(|(role, who)| (role.clone(), *who)),
            );
            born.links.insert(PARENT.into(), *by);
            spawnable(definition, &born, answers, world)
                .and_then(|()| run(definition, &born, call, world, Start::Open))
        }
        Call::Told { event, .. } => {
            let hears = |trigger: &Trigger| matches!(trigger, Trigger::Told(heard) if heard == event);
            if definition.automatics.values().any(|automatic| hears(&automatic.trigger)) {
                run(definition, case, call, world, Start::Event(told(event)))
            } else {
                Err(Refusal::Unheard)
            }
        }
        // Moving to another version takes both definitions; see `relocate`.
        Call::Relocate { .. } => Err(Refusal::NotDue),
    };
    moved.map_or_else(Outcome::Refused, |step| Outcome::Moved(Box::new(step)))
}

/// What sets a step in motion once it is permitted.
enum Start {
    Open,
    Event(Key),
    Delay(Key),
    Warn(Key, usize),
    Breach(Key),
    Rung(Key, usize),
    Recompute,
}

/// Finds what a timer means now. A timer that the case no longer has, or not yet, is refused.
fn alarm(definition: &Definition, case: &Case, timer: &Key, now: Timestamp) -> Result<Start, Refusal> {
    if !timers(definition, case).iter().any(|one| one.name == *timer && one.due <= now) {
        return Err(Refusal::NotDue);
    }
    match timer.split('.').collect::<Vec<_>>()[..] {
        ["clock", clock, word @ ("warn" | "late"), place] => {
            let place = place.parse().map_err(|_| Refusal::NotDue)?;
            Ok(if word == "warn" {
                Start::Warn(clock.into(), place)
            } else {
                Start::Rung(clock.into(), place)
            })
        }
        ["clock", clock, "breach"] => Ok(Start::Breach(clock.into())),
        ["after", automatic] => Ok(Start::Delay(automatic.into())),
        _ => Err(Refusal::NotDue),
    }
}

fn run(
    definition: &Definition,
    before: &Case,
    call: &Call,
    world: World,
    start: Start,
) -> Result<Step, Refusal> {
    let takes = match call {
        Call::Act { action, .. } => definition.actions.get_key_value(action),
        Call::Spawn { .. } => definition.opening(),
        _ => None,
    };
    let heard: Answers;
    let (actor, answers, told) = match call {
        Call::Act { actor, answers, .. } => (Some(actor), Some(answers), None),
        Call::Spawn { answers, assigned, .. } => (None, Some(answers), Some(assigned)),
        Call::Told { answers, assigned, .. } => {
            heard = fitting(answers, |field| definition.fields.get(field).map(|field| &field.kind));
            (None, Some(&heard), Some(assigned))
        }
        _ => (None, None, None),
    };
    let mut run = Run {
        definition,
        frozen: Frozen { case: Some(before), answers, world, acts: None },
        acts: takes.map(|(_, action)| action),
        actor,
        told,
        ringing: None,
        case: before.clone(),
        done: Done::default(),
    };
    match start {
        Start::Open => {
            run.case.configuration = kernel::start(&definition.chart, &mut run).map_err(Refusal::Halted)?;
        }
        Start::Event(event) => run.event(&event)?,
        Start::Delay(automatic) => {
            // Spent, whether or not its condition holds now: a timer that stayed would be due for ever.
            run.case.delayed.shift_remove(&automatic);
            run.event(&fire(&automatic))?;
        }
        Start::Warn(clock, place) => run.warn(&clock, place)?,
        Start::Rung(clock, place) => run.rung(&clock, place)?,
        Start::Breach(clock) => run.breach(&clock)?,
        Start::Recompute => run.recompute()?,
    }
    if !run.done.unknown.is_empty() {
        return Err(Refusal::Unknown { facts: run.done.unknown });
    }
    if run.done.moments.is_empty() {
        match call {
            Call::Act { .. } => return Err(Refusal::NoBranch),
            Call::Told { .. } => return Err(Refusal::Unheard),
            _ => {}
        }
    }
    if let Some(refusal) = run.done.refusal.take() {
        return Err(refusal);
    }
    if let Some((key, _)) = takes {
        let times = run.case.taken.entry(key.clone()).or_default();
        *times = times.saturating_add(1);
    }
    run.clocks();
    run.delays();
    run.spawned_due_on();
    let Run { case, done, .. } = run;
    Ok(completed(definition, before, call, world, case, done))
}

pub(super) fn completed(
    definition: &Definition,
    before: &Case,
    call: &Call,
    world: World,
    case: Case,
    done: Done,
) -> Step {
    let running = || case.clocks.values().filter(|clock| clock.is_running());
    let fired = done.moments.iter().filter_map(|moment| match moment {
        Moment::On(key) if definition.automatics.contains_key(key) => Some(key.clone()),
        _ => None,
    });
    let entry = Entry {
        call: call.clone(),
        now: world.now,
        calendar: world.time.calendar().digest().to_owned(),
        limits: done.limits,
        facts: world.facts.clone(),
        from: before.configuration.active.clone(),
        to: case.configuration.active.clone(),
        clocks: done.clocks,
        marked: done.marked,
        unmarked: done.unmarked,
        automatics: fired.collect(),
        mails: done.mails.clone(),
        spawned: done.spawned,
        told: done.told,
        linked: done.linked,
        unlinked: done.unlinked,
    };
    Step {
        phase: phase(definition, &case),
        due: running().filter_map(ClockState::due_at).min(),
        undated: running().any(|clock| clock.undated().is_some()),
        mails: done.mails,
        timers: timers(definition, &case),
        entry,
        case,
    }
}

/// The phase of the first active state. Regions of one case do not differ in phase: the check asks for one around them.
fn phase(definition: &Definition, case: &Case) -> Phase {
    case.configuration.active.iter().find_map(|state| definition.phase(state)).unwrap_or(Phase::Active)
}

/// All timers of a case: warnings and breaches of running clocks, and delays.
fn timers(definition: &Definition, case: &Case) -> Vec<Timer> {
    let mut timers = vec![];
    let runs =
        |(key, clock): &(&Key, &ClockState)| clock.is_running() && definition.clocks.contains_key(*key);
    for (key, clock) in case.clocks.iter().filter(runs) {
        timers.extend(bells(key, "warn", &clock.warnings));
        if let (Some(due), None) = (clock.due_at(), clock.breached) {
            // Overdue begins after the due instant, not at it.
            let due = due.saturating_add(SignedDuration::from_micros(1)).unwrap_or(due);
            timers.push(Timer { name: format!("clock.{key}.breach").into(), due });
        }
        timers.extend(bells(key, "late", &clock.rungs));
    }
    for (key, delay) in &case.delayed {
        if let Due::At(due) = delay.due {
            timers.push(Timer { name: format!("after.{key}").into(), due });
        }
    }
    timers
}

/// The timers of bells that will ring, `clock.KEY.WORD.PLACE`.
fn bells(key: &Key, word: &str, bells: &[Bell]) -> impl Iterator<Item = Timer> {
    let timer = move |(place, bell): (usize, &Bell)| {
        Some(Timer { name: format!("clock.{key}.{word}.{place}").into(), due: bell.at? })
    };
    bells.iter().enumerate().filter_map(timer)
}
