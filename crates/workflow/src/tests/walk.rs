//! Every action of every shipped process, from every state, by every role: what is offered is what the rights say.
use super::scene::{COMPANY, INDUSTRY, TIME, at, shipped};
use crate::case::{Assignee, Key};
use crate::definition::{Action, Definition, RoleKind};
use crate::engine::{Actor, Call, Outcome, Refusal, World, available, step};
use crate::form::{Answer, Answers, FieldKind};
use crate::ids::{CaseId, PersonId};
use crate::kernel::Configuration;
use crate::{Case, Language, matrix};
use uuid::Uuid;

/// A person who plays `role`, as far as holding it and working in the right place goes.
fn player(definition: &Definition, role: &Key) -> Actor {
    let applies = definition.roles[role].kind == RoleKind::Applicant;
    Actor {
        person: PersonId(Uuid::from_u128(7)),
        roles: vec![role.clone()],
        unit: Some(INDUSTRY),
        company: applies.then_some(COMPANY),
    }
}

/// A case that stands in `state`, assigned to the unit everybody here works in.
fn standing(definition: &Definition, state: &Key) -> Case {
    let assigned = definition.roles.iter().filter(|(_, role)| role.kind == RoleKind::Assigned);
    Case {
        process: definition.process.clone(),
        version: definition.version,
        company: Some(COMPANY),
        opener: Some(PersonId(Uuid::from_u128(7))),
        configuration: Configuration { active: vec![state.clone()], ..Configuration::default() },
        facts: Answers::new(),
        assigned: assigned.map(|(role, _)| (role.clone(), Assignee::Unit(INDUSTRY))).collect(),
        marks: [].into(),
        clocks: [].into(),
        links: [].into(),
        taken: [].into(),
        delayed: [].into(),
    }
}

/// An answer that a field takes.
fn answer(kind: &FieldKind) -> Answer {
    match kind {
        FieldKind::Text { min, .. } => Answer::Text("字".repeat((*min).max(1)).into()),
        FieldKind::Number { min, max, .. } => {
            Answer::Number(min.clone().or_else(|| max.clone()).unwrap_or_else(|| 1.into()))
        }
        FieldKind::Date => Answer::Date(jiff::civil::date(2026, 4, 1)),
        FieldKind::Truth => Answer::Truth(true),
        FieldKind::Choice(choices) => Answer::Text(choices.keys().next().unwrap().clone()),
        FieldKind::Choices(choices) => Answer::Choices(choices.keys().cloned().collect()),
        FieldKind::Person { .. } => Answer::Person(PersonId(Uuid::from_u128(8))),
        FieldKind::Unit => Answer::Unit(INDUSTRY),
        FieldKind::Units => Answer::Units(vec![INDUSTRY]),
        FieldKind::Case => Answer::Case(CaseId(Uuid::from_u128(9))),
    }
}

fn answered(definition: &Definition, action: &Action) -> Answers {
    action.asks.iter().map(|key| (key.clone(), answer(&definition.fields[key].kind))).collect()
}

fn world() -> World<'static> {
    World::new(at("2026-03-02 09:00"), &TIME)
}

#[test]
fn every_action_is_offered_in_its_states_to_its_roles_and_refused_elsewhere() {
    for (path, definition) in shipped() {
        let mut moved = 0;
        for (state, _) in definition.leaves() {
            let case = standing(&definition, state);
            for role in definition.roles.keys() {
                let actor = player(&definition, role);
                let offers = available(&definition, &case, &actor, world());
                for (key, action) in &definition.actions {
                    let (theirs, here) = (action.by.contains(role), definition.is_from(&action.from, state));
                    let offered = offers.iter().any(|offer| offer.key == key);
                    assert_eq!(offered, theirs && here, "{path}: {key} in {state} by {role}");
                    let answers = answered(&definition, action);
                    let call = Call::Act { action: key.clone(), actor: actor.clone(), answers };
                    match step(&definition, &case, &call, world()) {
                        Outcome::Refused(Refusal::NotYours { .. }) => {
                            assert!(!theirs, "{path}: {key} by {role}");
                        }
                        Outcome::Refused(Refusal::NotFromHere { .. }) => {
                            assert!(theirs && !here, "{path}: {key} in {state}");
                        }
                        Outcome::Refused(Refusal::Guard { .. } | Refusal::Unknown { .. }) => {
                            assert!(theirs && here && !action.guards.is_empty() || action.branches.len() > 1);
                        }
                        Outcome::Refused(refusal) => {
                            panic!("{path}: {key} in {state} by {role}: {refusal:?}")
                        }
                        Outcome::Moved(step) => {
                            assert!(theirs && here, "{path}: {key} in {state} by {role}");
                            assert!(
                                step.case
                                    .configuration
                                    .active
                                    .iter()
                                    .all(|at| definition.states.contains_key(at))
                            );
                            moved += 1;
                        }
                    }
                }
            }
        }
        assert!(moved >= definition.actions.len() - 1, "{path}: only {moved} steps were taken");
    }
}

#[test]
fn a_person_of_another_company_or_unit_is_offered_nothing() {
    for (_, definition) in shipped() {
        for (state, _) in definition.leaves() {
            let case = standing(&definition, state);
            for (role, found) in &definition.roles {
                let mut actor = player(&definition, role);
                (actor.company, actor.unit) = (None, None);
                if !matches!(found.kind, RoleKind::Holder | RoleKind::Opener) {
                    assert!(available(&definition, &case, &actor, world()).is_empty(), "{role} in {state}");
                }
            }
        }
    }
}

#[test]
fn the_printed_rights_are_what_is_offered() {
    for (_, definition) in shipped() {
        let printed = matrix::matrix(&definition, Language::En);
        let rows: Vec<Vec<&str>> = printed
            .lines()
            .filter(|line| line.starts_with('|'))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        for ((state, titles), row) in definition.leaves().zip(&rows[3..]) {
            assert_eq!(row[0], &*titles.title.en);
            let case = standing(&definition, state);
            for (role, cell) in definition.roles.keys().zip(&row[1..]) {
                let offers = available(&definition, &case, &player(&definition, role), world());
                let offered: Vec<&str> = offers.iter().map(|offer| &*offer.action.title.en).collect();
                let shown: Vec<&str> = cell
                    .split("<br>")
                    .filter(|title| !title.is_empty())
                    .map(|title| title.split(" [").next().unwrap())
                    .collect();
                assert_eq!(shown, offered, "{state} {role}");
            }
        }
    }
}

#[test]
fn answers_of_the_walk_are_answers_the_forms_take() {
    for (_, definition) in shipped() {
        for field in definition.fields.values() {
            assert_eq!(field.kind.fault(&answer(&field.kind)), None);
        }
    }
}
