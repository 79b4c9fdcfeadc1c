//! Laws that hold whatever people do, in whatever order: of the shipped request, under random calls.
use super::scene::{
    COMPANY, HOUSING, INDUSTRY, REQUEST, REQUEST_V1, TIME, applicant, at, holder, parse, time_with,
};
use crate::engine::{Actor, Call, Entry, Outcome, Step, Unlike, World, available, open, replay, step};
use crate::form::{Answer, Answers, FieldKind};
use crate::ids::{CaseId, PersonId};
use crate::{Case, Definition, Key, Origin};
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
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
    Act {
        action: usize,
        actor: usize,
        seed: u32,
    },
    /// Something that is offered to somebody; the last of the list seldom, because it ends the case.
    Offered {
        pick: usize,
        seed: u32,
    },
    /// The timer that is due next, or would be.
    Ring,
    /// Any text for a timer.
    Noise(String),
    Recompute,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let act = (0..12_usize, 0..7_usize, any::<u32>());
    let what = prop_oneof![
        10 => (0..100_usize, any::<u32>()).prop_map(|(pick, seed)| What::Offered { pick, seed }),
        4 => act.prop_map(|(action, actor, seed)| What::Act { action, actor, seed }),
        4 => Just(What::Ring),
        1 => ".{0,20}".prop_map(What::Noise),
        1 => Just(What::Recompute),
    ];
    let one = (what, 0..6_000_i64).prop_map(|(what, later)| Try { what, later });
    proptest::collection::vec(one, 0..60)
}

fn people(definition: &Definition) -> Vec<Actor> {
    let mut people = vec![applicant()];
    for (role, number) in definition.roles.keys().skip(1).zip(1..) {
        people.push(holder(role, number, Some(INDUSTRY)));
    }
    people.push(holder(definition.roles.keys().nth(3).unwrap(), 50, Some(HOUSING)));
    people.push(Actor { company: None, ..applicant() });
    people
}

/// Good answers, some of them spoilt.
fn answers(definition: &Definition, action: &Key, seed: u32) -> Answers {
    let action = &definition.actions[action];
    let asked = action.asks.iter().chain(action.optional.iter().take((seed % 3) as usize));
    let mut answers: Answers = asked
        .map(|key| {
            let answer = match &definition.fields[key].kind {
                _ if seed.is_multiple_of(23) => Answer::Truth(true),
                FieldKind::Choice(choices) => {
                    let at = (seed / 7) as usize % choices.len();
                    Answer::Text(choices.keys().nth(at).unwrap().clone())
                }
                FieldKind::Unit => Answer::Unit(if seed.is_multiple_of(2) { INDUSTRY } else { HOUSING }),
                FieldKind::Units => Answer::Units(vec![INDUSTRY, HOUSING]),
                FieldKind::Case => Answer::Case(CaseId(Uuid::from_u128(u128::from(seed)))),
                FieldKind::Date => Answer::Date(jiff::civil::date(2026, 1 + (seed % 12) as i8, 9)),
                FieldKind::Person { .. } => Answer::Person(PersonId(Uuid::from_u128(101))),
                FieldKind::Number { .. } => Answer::Number(i64::from(seed).into()),
                FieldKind::Truth => Answer::Truth(seed.is_multiple_of(2)),
                FieldKind::Choices(choices) => Answer::Choices(choices.keys().take(1).cloned().collect()),
                FieldKind::Text { .. } => Answer::Text("十个字以内的说明".into()),
            };
            (key.clone(), answer)
        })
        .collect();
    if seed.is_multiple_of(29) {
        answers.insert("unasked".into(), Answer::Truth(true));
    }
    answers
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

/// Opens a case and tries everything in turn.
fn run(definition: &Definition, tries: &[Try]) -> Ran {
    let people = people(definition);
    let mut now = at("2026-03-02 09:00");
    let opening = definition.opening().unwrap().0;
    let call = |action: &Key, actor: usize, seed| Call::Act {
        action: action.clone(),
        actor: people[actor].clone(),
        answers: answers(definition, action, seed),
    };
    let Outcome::Moved(first) = open(definition, Some(COMPANY), &call(opening, 0, 1), World::new(now, &TIME))
    else {
        panic!("the case does not open")
    };
    let mut ran = Ran { steps: vec![*first], refused: vec![] };
    for one in tries {
        now += SignedDuration::from_mins(one.later);
        let last = ran.steps.last().unwrap();
        let call = match &one.what {
            What::Act { action, actor, seed } => {
                let key = definition.actions.keys().nth(*action % definition.actions.len()).unwrap();
                call(key, *actor, *seed)
            }
            What::Offered { pick, seed } => {
                let world = World::new(now, &TIME);
                let offers = (0..people.len()).flat_map(|actor| {
                    let offers = available(definition, &last.case, &people[actor], world);
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
            What::Noise(text) => Call::Fire { timer: text.as_str().into() },
            What::Recompute => Call::Recompute,
        };
        match step(definition, &last.case, &call, World::new(now, &TIME)) {
            Outcome::Moved(step) => ran.steps.push(*step),
            Outcome::Refused(refusal) => ran.refused.push(refusal.code()),
        }
    }
    ran
}

/// The request under other names: every state and action is renamed, by one rule, wherever it is written.
fn renamed() -> Definition {
    let mut text = String::new();
    let names: Vec<&Key> = REQUEST_V1.states.keys().chain(REQUEST_V1.actions.keys()).collect();
    // Whole words only; fields, mails and marks that share a name follow it, which changes nothing else.
    for line in REQUEST.lines() {
        let is_text = line.starts_with("title") || line.starts_with("summary") || line.starts_with("hint");
        let mut rest = line;
        while let Some(at) = rest.find(|c: char| c.is_ascii_lowercase()) {
            let (before, word) = rest.split_at(at);
            let end = word.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(word.len());
            text.push_str(before);
            let renames = !is_text
                && !before.ends_with('-')
                && !word[end..].starts_with(['-', ' ', '.'])
                && names.iter().any(|name| ***name == word[..end]);
            text.push_str(&word[..end]);
            text.push_str(if renames { "_x" } else { "" });
            rest = &word[end..];
        }
        text.push_str(rest);
        text.push('\n');
    }
    parse(&text)
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
    #![proptest_config(ProptestConfig { cases: times(64), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replaying_a_history_gives_the_case_every_time(tries in tries()) {
        let ran = run(&REQUEST_V1, &tries);
        let time_of = |digest: &str| (digest == TIME.calendar().digest()).then(|| TIME.clone());
        for _ in 0..2 {
            let replayed = replay(&origin(&REQUEST_V1, &time_of), &ran.entries());
            prop_assert_eq!(replayed.as_ref(), Ok(ran.case()));
        }
    }

    #[test]
    fn cases_and_entries_read_back_from_json_as_they_were(tries in tries()) {
        for step in run(&REQUEST_V1, &tries).steps {
            let case = serde_json::to_string(&step.case).unwrap();
            prop_assert_eq!(serde_json::from_str::<Case>(&case).unwrap(), step.case);
            let entry = serde_json::to_string(&step.entry).unwrap();
            prop_assert_eq!(serde_json::from_str::<Entry>(&entry).unwrap(), step.entry);
        }
    }

    #[test]
    fn names_of_states_and_actions_mean_nothing(tries in tries()) {
        let other = renamed();
        let (one, two) = (run(&REQUEST_V1, &tries), run(&other, &tries));
        prop_assert_eq!(one.refused, two.refused);
        prop_assert_eq!(one.steps.len(), two.steps.len());
        for (one, two) in one.steps.iter().zip(&two.steps) {
            prop_assert_eq!((one.phase, one.due, one.undated), (two.phase, two.due, two.undated));
            let places = |definition: &Definition, case: &Case| -> Vec<Option<usize>> {
                case.configuration.active.iter().map(|key| definition.states.get_index_of(key)).collect()
            };
            prop_assert_eq!(places(&REQUEST_V1, &one.case), places(&other, &two.case));
            prop_assert_eq!(&one.mails, &two.mails);
            prop_assert_eq!(&one.entry.marked, &two.entry.marked);
            let clocks = |definition: &Definition, step: &Step| -> Vec<_> {
                let place = |key| definition.clocks.get_index_of(key);
                step.entry.clocks.iter().map(|one| (place(&one.clock), one.change, one.due)).collect()
            };
            prop_assert_eq!(clocks(&REQUEST_V1, one), clocks(&other, two));
            prop_assert_eq!(one.timers.len(), two.timers.len());
        }
    }

    #[test]
    fn what_a_step_answers_agrees_with_the_case(tries in tries()) {
        for step in run(&REQUEST_V1, &tries).steps {
            prop_assert_eq!(step.case.configuration.active.len(), 1);
            // A closed case asks for nothing more, and no timer is one that its case would not hear.
            prop_assert!(!step.phase.is_closed() || step.timers.is_empty(), "{:?}", step.timers);
            for timer in &step.timers {
                let call = Call::Fire { timer: timer.name.clone() };
                let world = World::new(timer.due, &TIME);
                prop_assert!(matches!(crate::step(&REQUEST_V1, &step.case, &call, world), Outcome::Moved(_)));
            }
            prop_assert!(step.due.is_none_or(|due| step.case.clocks.values().any(|clock| clock.due_at() == Some(due))));
        }
    }

    #[test]
    fn firing_timers_comes_to_an_end(tries in tries()) {
        let mut last = run(&REQUEST_V1, &tries).steps.pop().unwrap();
        for _ in 0..20 {
            let Some(timer) = last.timers.iter().min_by_key(|timer| timer.due) else { return Ok(()) };
            let call = Call::Fire { timer: timer.name.clone() };
            let world = World::new(timer.due.max(last.entry.now), &TIME);
            let Outcome::Moved(step) = crate::step(&REQUEST_V1, &last.case, &call, world) else {
                return Err(TestCaseError::fail("a due timer is refused"));
            };
            last = *step;
        }
        prop_assert!(last.timers.is_empty(), "{:?}", last.timers);
    }
}

#[test]
fn random_calls_reach_much_of_the_process() {
    // Guards the laws above against being about nothing.
    let mut states = std::collections::BTreeSet::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..64 {
        let tries = tries().new_tree(&mut runner).unwrap().current();
        for step in run(&REQUEST_V1, &tries).steps {
            states.extend(step.case.configuration.active);
        }
    }
    assert!(states.len() >= 8, "{states:?}");
}

#[test]
fn every_name_of_a_state_and_an_action_is_renamed() {
    let other = renamed();
    assert!(other.states.keys().all(|key| key.ends_with("_x")), "{:?}", other.states.keys());
    assert!(other.actions.keys().all(|key| key.ends_with("_x")), "{:?}", other.actions.keys());
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
