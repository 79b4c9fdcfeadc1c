//! Laws that hold whatever people do, in whatever order: of every shipped process, under random calls.
use super::scene::{
    COMPANY, HOUSING, INDUSTRY, REQUEST_V1, TIME, applicant, at, holder, moved, parse, time_with,
};
use super::together::{LEAD, PART};
use crate::case::Assignee;
use crate::definition::{RoleKind, Trigger};
use crate::engine::{Actor, Call, Entry, Outcome, Step, Unlike, World, available, open, replay, step};
use crate::form::{Answer, Answers, FieldKind};
use crate::ids::{CaseId, PersonId};
use crate::{Case, Definition, Key, Origin, library};
use calendar::Limit;
use indexmap::IndexMap;
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use uuid::Uuid;

/// Something random that somebody tries, by places in lists, so that it means the same under any names.
#[derive(Debug, Clone)]
struct Try {
    what: What,
    /// Minutes since the last.
    later: i64,
}

#[derive(Debug, Clone)]
enum What {
    /// Any action by anybody, with answers that are mostly good.
    Act { action: usize, actor: usize, seed: u32 },
    /// Something that is offered to somebody; the last of the list seldom, because it ends the case.
    Offered { pick: usize, seed: u32 },
    /// The timer that is due next, or would be.
    Ring,
    /// Another case tells of something that the process hears, or of something else.
    Told { event: usize, seed: u32 },
    /// Any text for a timer.
    Noise(String),
    /// The zone sets a limit, and everything is computed again.
    Limit { limit: usize, days: u32 },
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let act = (0..60_usize, 0..20_usize, any::<u32>());
    let what = prop_oneof![
        12 => (0..100_usize, any::<u32>()).prop_map(|(pick, seed)| What::Offered { pick, seed }),
        4 => act.prop_map(|(action, actor, seed)| What::Act { action, actor, seed }),
        4 => Just(What::Ring),
        2 => (0..10_usize, any::<u32>()).prop_map(|(event, seed)| What::Told { event, seed }),
        1 => ".{0,20}".prop_map(What::Noise),
        1 => (0..10_usize, 1..20_u32).prop_map(|(limit, days)| What::Limit { limit, days }),
    ];
    let one = (what, 0..6_000_i64).prop_map(|(what, later)| Try { what, later });
    proptest::collection::vec(one, 0..60)
}

/// Every process that ships, and two that use every word there is.
static PROCESSES: LazyLock<Vec<(String, Definition)>> = LazyLock::new(|| {
    let shipped = library::shipped().map(|(_, text)| text);
    shipped.chain([LEAD, PART]).map(|text| (text.to_owned(), parse(text))).collect()
});

fn processes() -> impl Strategy<Value = usize> {
    0..PROCESSES.len()
}

fn people(definition: &Definition) -> Vec<Actor> {
    let mut people = vec![];
    for ((role, found), number) in definition.roles.iter().zip(1..) {
        people.push(match found.kind {
            RoleKind::Applicant => applicant(),
            _ => holder(role, number, Some(INDUSTRY)),
        });
    }
    let assigned = definition.roles.iter().find(|(_, role)| role.kind == RoleKind::Assigned);
    people.extend(assigned.map(|(role, _)| holder(role, 50, Some(HOUSING))));
    people.push(Actor { company: None, ..applicant() });
    people
}

/// A good answer to a field, or now and then none.
fn answer(kind: &FieldKind, seed: u32) -> Answer {
    match kind {
        _ if seed.is_multiple_of(23) => Answer::Truth(true),
        FieldKind::Choice(choices) => {
            Answer::Text(choices.keys().nth((seed / 7) as usize % choices.len()).unwrap().clone())
        }
        FieldKind::Unit => Answer::Unit(if seed.is_multiple_of(2) { INDUSTRY } else { HOUSING }),
        FieldKind::Units => Answer::Units(vec![INDUSTRY, HOUSING]),
        FieldKind::Case => Answer::Case(CaseId(Uuid::from_u128(u128::from(seed % 3)))),
        FieldKind::Date => Answer::Date(jiff::civil::date(2026, 1 + (seed % 12) as i8, 9)),
        FieldKind::Person { .. } => Answer::Person(PersonId(Uuid::from_u128(101))),
        FieldKind::Number { min, max, .. } => {
            let number = i64::from(seed % 9).into();
            Answer::Number(min.clone().or_else(|| max.clone()).unwrap_or(number))
        }
        FieldKind::Truth => Answer::Truth(seed.is_multiple_of(2)),
        FieldKind::Choices(choices) => Answer::Choices(choices.keys().take(1).cloned().collect()),
        FieldKind::Text { .. } => Answer::Text("十个字以内的说明".into()),
    }
}

/// Good answers, some of them spoilt.
fn answers(definition: &Definition, action: &Key, seed: u32) -> Answers {
    let action = &definition.actions[action];
    let asked = action.asks.iter().chain(action.optional.iter().take((seed % 5) as usize));
    let given = |key: &Key| (key.clone(), answer(&definition.fields[key].kind, seed));
    let mut answers: Answers = asked.map(given).collect();
    if seed.is_multiple_of(29) {
        answers.insert("unasked".into(), Answer::Truth(true));
    }
    answers
}

/// What is known beyond the case: some children, some of them open; most people present.
fn facts(definition: &Definition, seed: u32) -> BTreeMap<Key, Answer> {
    let fact = |key: &Key| match key.strip_prefix("present.") {
        Some(_) => Answer::Truth(!seed.is_multiple_of(3)),
        None => Answer::Number(i64::from(seed % 2).into()),
    };
    definition.outside().map(|key| (key.clone(), fact(key))).collect()
}

fn other_case(definition: &Definition, seed: u32) -> (CaseId, IndexMap<Key, Assignee>) {
    let roles = definition.roles.iter().filter(|(_, role)| role.kind == RoleKind::Assigned);
    let assigned = roles.map(|(role, _)| (role.clone(), Assignee::Unit(INDUSTRY))).collect();
    (CaseId(Uuid::from_u128(u128::from(seed % 3))), assigned)
}

/// What came of a run: every step in order, and how many calls were refused.
struct Ran {
    steps: Vec<Step>,
    refused: Vec<&'static str>,
}

impl Ran {
    fn entries(&self) -> Vec<Entry> {
        self.steps.iter().map(|step| step.entry.clone()).collect()
    }

    fn case(&self) -> &Case {
        &self.steps.last().unwrap().case
    }
}

/// The first call of a case: by whoever may open one.
fn opening(definition: &Definition, people: &[Actor]) -> Call {
    let (key, action) = definition.opening().unwrap();
    let answers = answers(definition, key, 1);
    let Some(role) = action.by.first() else {
        let (by, assigned) = other_case(definition, 1);
        return Call::Spawn { by, answers, assigned };
    };
    let actor = people[definition.roles.get_index_of(role).unwrap()].clone();
    Call::Act { action: key.clone(), actor, answers }
}

/// Opens a case and tries everything in turn.
fn run(definition: &Definition, tries: &[Try]) -> Ran {
    let people = people(definition);
    let mut now = at("2026-03-02 09:00");
    let mut limits = BTreeMap::new();
    let call = |action: &Key, actor: usize, seed| Call::Act {
        action: action.clone(),
        actor: people[actor % people.len()].clone(),
        answers: answers(definition, action, seed),
    };
    let none = facts(definition, 1);
    let world = World { facts: &none, ..World::new(now, &TIME) };
    let first = moved(open(definition, Some(COMPANY), &opening(definition, &people), world));
    let mut ran = Ran { steps: vec![first], refused: vec![] };
    for (one, place) in tries.iter().zip(1..) {
        now += SignedDuration::from_mins(one.later);
        let last = ran.steps.last().unwrap();
        let facts = facts(definition, place + u32::try_from(one.later).unwrap());
        if let What::Limit { limit, days } = &one.what
            && let Some((name, _)) = definition.limits.get_index(*limit)
        {
            limits.insert(name.clone(), Limit::WorkingDays(*days));
        }
        let world = |now| World { now, time: &TIME, limits: &limits, facts: &facts };
        let call = match &one.what {
            What::Act { action, actor, seed } => {
                let key = definition.actions.keys().nth(*action % definition.actions.len()).unwrap();
                call(key, *actor, *seed)
            }
            What::Offered { pick, seed } => {
                let offers = (0..people.len()).flat_map(|actor| {
                    let offers = available(definition, &last.case, &people[actor], world(now));
                    offers.into_iter().map(move |offer| (offer.key, actor))
                });
                let mut offers: Vec<(&Key, usize)> = offers.collect();
                offers.sort_by_key(|(key, _)| definition.actions.get_index_of(*key));
                let most = if *pick < 90 { offers.len().saturating_sub(1) } else { offers.len() };
                match offers.get(pick % most.max(1)) {
                    Some((key, actor)) => call(key, *actor, *seed),
                    None => continue,
                }
            }
            What::Ring => {
                let timer = last.timers.iter().min_by_key(|timer| timer.due);
                now = timer.map_or(now, |timer| now.max(timer.due));
                Call::Fire { timer: timer.map_or_else(|| "none".into(), |timer| timer.name.clone()) }
            }
            What::Told { event, seed } => {
                let heard = definition.automatics.values().filter_map(|automatic| match &automatic.trigger {
                    Trigger::Told(event) => Some(event),
                    _ => None,
                });
                let event = heard.cycle().nth(*event).cloned().unwrap_or_else(|| "nothing".into());
                let fields = definition.fields.iter();
                let answers = fields.map(|(key, field)| (key.clone(), answer(&field.kind, *seed))).collect();
                let (by, assigned) = other_case(definition, *seed);
                Call::Told { event, by, answers, assigned }
            }
            What::Noise(text) => Call::Fire { timer: text.as_str().into() },
            What::Limit { .. } => Call::Recompute,
        };
        match step(definition, &last.case, &call, world(now)) {
            Outcome::Moved(step) => ran.steps.push(*step),
            Outcome::Refused(refusal) => ran.refused.push(refusal.code()),
        }
    }
    ran
}

/// A definition under other names: every state and action is renamed, by one rule, wherever it is written.
///
/// Whole words only; fields, roles and marks that share a name follow it, which changes nothing else.
fn renamed(text: &str, definition: &Definition) -> Definition {
    let mut written = String::new();
    let names: Vec<&Key> = definition.states.keys().chain(definition.actions.keys()).collect();
    for line in text.lines() {
        let is_text =
            ["title", "summary", "hint", "says", "phase", "#"].iter().any(|key| line.starts_with(key));
        let mut rest = line;
        while let Some(at) = rest.find(|c: char| c.is_ascii_lowercase()) {
            let (before, word) = rest.split_at(at);
            let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            let end = word.find(|c: char| !inner(c)).unwrap_or(word.len());
            written.push_str(before);
            let sofar = &written[written.rfind('\n').map_or(0, |at| at + 1)..];
            // After a point it is a name whatever follows; elsewhere a word before a blank or a point is none.
            let is_name = sofar.ends_with('.') || !word[end..].starts_with(['-', ' ', '.']);
            let keyword = sofar.ends_with("phase = \"") || sofar.ends_with('-');
            let is_title = sofar.rfind(" en = \"").is_some_and(|at| !sofar[at + 7..].contains('"'));
            let renames = !is_text
                && is_name
                && !keyword
                && !is_title
                && names.iter().any(|name| ***name == word[..end]);
            written.push_str(&word[..end]);
            written.push_str(if renames { "_x" } else { "" });
            rest = &word[end..];
        }
        written.push_str(rest);
        written.push('\n');
    }
    parse(&written)
}

type Definitions<'d> = Box<dyn Fn(&Key, u32) -> Option<&'d Definition> + 'd>;

/// Where a case of one definition comes from.
fn origin<T>(definition: &Definition, time_of: T) -> Origin<'_, Definitions<'_>, T> {
    let definition_of = Box::new(move |process: &Key, version| {
        Some(definition).filter(|found| found.process == *process && found.version == version)
    });
    let (process, version) = (&definition.process, definition.version);
    Origin { process, version, company: Some(COMPANY), definition_of, time_of }
}

/// So many cases, times what `./test long` asks for.
fn times(quick: u32) -> u32 {
    quick * std::env::var("QXE_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: times(128), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replaying_a_history_gives_the_case_every_time(process in processes(), tries in tries()) {
        let definition = &PROCESSES[process].1;
        let ran = run(definition, &tries);
        let time_of = |digest: &str| (digest == TIME.calendar().digest()).then(|| TIME.clone());
        for _ in 0..2 {
            let replayed = replay(&origin(definition, &time_of), &ran.entries());
            prop_assert_eq!(replayed.as_ref(), Ok(ran.case()));
        }
    }

    #[test]
    fn cases_and_entries_read_back_from_json_as_they_were(process in processes(), tries in tries()) {
        for step in run(&PROCESSES[process].1, &tries).steps {
            let case = serde_json::to_string(&step.case).unwrap();
            prop_assert_eq!(serde_json::from_str::<Case>(&case).unwrap(), step.case);
            let entry = serde_json::to_string(&step.entry).unwrap();
            prop_assert_eq!(serde_json::from_str::<Entry>(&entry).unwrap(), step.entry);
        }
    }

    #[test]
    fn names_of_states_and_actions_mean_nothing(process in processes(), tries in tries()) {
        let (definition, other) = (&PROCESSES[process].1, &RENAMED[process]);
        let (one, two) = (run(definition, &tries), run(other, &tries));
        prop_assert_eq!(one.refused, two.refused);
        prop_assert_eq!(one.steps.len(), two.steps.len());
        for (one, two) in one.steps.iter().zip(&two.steps) {
            prop_assert_eq!((one.phase, one.due, one.undated), (two.phase, two.due, two.undated));
            prop_assert_eq!(places(definition, one), places(other, two));
            prop_assert_eq!(one.timers.len(), two.timers.len());
            prop_assert_eq!(one.entry.spawned.len(), two.entry.spawned.len());
            prop_assert_eq!(one.entry.told.len(), two.entry.told.len());
            prop_assert_eq!(one.entry.linked.len(), two.entry.linked.len());
        }
    }

    #[test]
    fn what_a_step_answers_agrees_with_the_case(process in processes(), tries in tries()) {
        let definition = &PROCESSES[process].1;
        for step in run(definition, &tries).steps {
            prop_assert!(!step.case.configuration.active.is_empty());
            // The clocks of a closed case are at rest, and no timer is one that its case would not hear.
            let clocks = step.timers.iter().any(|timer| timer.name.starts_with("clock."));
            prop_assert!(!step.phase.is_closed() || !clocks, "{:?}", step.timers);
            for timer in &step.timers {
                let call = Call::Fire { timer: timer.name.clone() };
                let world = World::new(timer.due, &TIME);
                let outcome = crate::step(definition, &step.case, &call, world);
                prop_assert!(matches!(outcome, Outcome::Moved(_)), "{}: {outcome:?}", timer.name);
            }
            prop_assert!(step.due.is_none_or(|due| step.case.clocks.values().any(|clock| clock.due_at() == Some(due))));
        }
    }

    #[test]
    fn firing_timers_comes_to_an_end(process in processes(), tries in tries()) {
        let definition = &PROCESSES[process].1;
        let mut last = run(definition, &tries).steps.pop().unwrap();
        for _ in 0..100 {
            let Some(timer) = last.timers.iter().min_by_key(|timer| timer.due) else { return Ok(()) };
            let call = Call::Fire { timer: timer.name.clone() };
            let world = World::new(timer.due.max(last.entry.now), &TIME);
            let Outcome::Moved(step) = crate::step(definition, &last.case, &call, world) else {
                return Err(TestCaseError::fail("a due timer is refused"));
            };
            last = *step;
        }
        prop_assert!(last.timers.is_empty(), "{:?}", last.timers);
    }

    #[test]
    fn a_limit_the_zone_sets_is_all_that_the_entry_must_keep_of_the_zone(process in processes(), tries in tries()) {
        // What a step resolved is in its entry; nothing else of the world's limits could have mattered.
        let definition = &PROCESSES[process].1;
        for step in run(definition, &tries).steps {
            prop_assert!(step.entry.limits.keys().all(|name| definition.limits.contains_key(name)));
            for clock in step.case.clocks.values() {
                prop_assert!(clock.named.as_ref().is_none_or(|name| definition.limits.contains_key(name)));
            }
        }
    }
}

/// What a step did, with places for names.
fn places(definition: &Definition, step: &Step) -> impl std::fmt::Debug + PartialEq + use<> {
    let states: Vec<_> =
        step.case.configuration.active.iter().map(|key| definition.states.get_index_of(key)).collect();
    let role = |role: &Key| definition.roles.get_index_of(role);
    let mails: Vec<_> = step
        .mails
        .iter()
        .map(|mail| (mail.template.clone(), mail.to.iter().map(role).collect::<Vec<_>>()))
        .collect();
    let marks: Vec<_> = step.entry.marked.iter().map(|mark| definition.marks.get_index_of(mark)).collect();
    let clock = |key: &Key| definition.clocks.get_index_of(key);
    let clocks: Vec<_> =
        step.entry.clocks.iter().map(|one| (clock(&one.clock), one.change, one.due)).collect();
    (states, mails, marks, clocks)
}

static RENAMED: LazyLock<Vec<Definition>> =
    LazyLock::new(|| PROCESSES.iter().map(|(text, definition)| renamed(text, definition)).collect());

#[test]
fn random_calls_reach_much_of_every_process() {
    // Guards the laws above against being about nothing.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for (_, definition) in PROCESSES.iter() {
        let mut states = BTreeSet::new();
        let leaves = definition.leaves().count();
        // A long process needs more runs: most of them end early.
        for _ in 0..1_000 {
            if states.len() * 2 >= leaves {
                break;
            }
            let tries = tries().new_tree(&mut runner).unwrap().current();
            for step in run(definition, &tries).steps {
                states.extend(step.case.configuration.active);
            }
        }
        assert!(states.len() * 2 >= leaves, "{}: of {leaves} states only {states:?}", definition.process);
    }
}

#[test]
fn every_name_of_a_state_and_an_action_is_renamed() {
    for other in RENAMED.iter() {
        assert!(other.states.keys().all(|key| key.ends_with("_x")), "{:?}", other.states.keys());
        assert!(other.actions.keys().all(|key| key.ends_with("_x")), "{:?}", other.actions.keys());
    }
}

#[test]
fn a_history_that_was_touched_does_not_replay() {
    let ran = run(&REQUEST_V1, &[Try { what: What::Ring, later: 5 }, Try { what: What::Ring, later: 5 }]);
    let entries = ran.entries();
    assert_eq!(entries.len(), 3);
    let time_of = |_: &str| Some(TIME.clone());
    let again = |entries: &[Entry]| replay(&origin(&REQUEST_V1, &time_of), entries);
    assert_eq!(again(&entries).as_ref(), Ok(ran.case()));
    assert_eq!(again(&[]), Err(Unlike::Empty));
    let mut touched = entries.clone();
    touched[1].mails.clear();
    assert_eq!(again(&touched), Err(Unlike::Told { row: 2 }));
    let mut early = entries.clone();
    early[1].now = early[0].now;
    assert!(matches!(again(&early), Err(Unlike::Refused { row: 2, .. })));
    assert!(matches!(again(&entries[1..]), Err(Unlike::Refused { row: 1, .. })));
    let unknown = replay(&origin(&REQUEST_V1, &|_: &str| None), &entries);
    assert!(matches!(unknown, Err(Unlike::Calendar { row: 1, .. })));
    // Another calendar under the same digest would tell another story.
    let other = replay(&origin(&REQUEST_V1, &|_: &str| Some(time_with("2026-03-03,holiday"))), &entries);
    assert_eq!(other, Err(Unlike::Told { row: 1 }));
}
