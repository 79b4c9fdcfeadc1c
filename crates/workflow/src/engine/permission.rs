//! Who may try what, and what stands in the way: role, state, form and guards, in this order.
use super::facts::Frozen;
use super::{Actor, Refusal, World};
use crate::case::{Assignee, Case, Key};
use crate::definition::{Action, Definition, Guard, Role, RoleKind};
use crate::form::{Answers, Field, mistakes};
use condition::Truth;

/// An action that an actor may try.
#[derive(Debug, Clone)]
pub struct Offer<'d> {
    /// Its key.
    pub key: &'d Key,
    /// The action.
    pub action: &'d Action,
    /// What stands in its way whatever is answered.
    pub blocked: Option<Refusal>,
}

/// Lists what `actor` may try on `case`, in the order of the definition.
#[must_use]
pub fn available<'d>(definition: &'d Definition, case: &Case, actor: &Actor, world: World) -> Vec<Offer<'d>> {
    let frozen = Frozen { case: Some(case), answers: None, world, acts: Some((definition, actor)) };
    let offered =
        |action: &Action| starts_here(definition, case, action) && may(definition, case, action, actor);
    let blocked = |action: &Action| {
        let known_now = |guard: &&Guard| guard.when.fields().all(|field| !field.starts_with("answer."));
        action.guards.iter().filter(known_now).find_map(|guard| weigh(guard, &frozen).err())
    };
    let actions = definition.actions.iter().filter(|(_, action)| offered(action));
    actions.map(|(key, action)| Offer { key, action, blocked: blocked(action) }).collect()
}

/// Whether `actor` plays `role` in `case`.
#[must_use]
pub fn plays(definition: &Definition, case: &Case, role: &Key, actor: &Actor) -> bool {
    let Some(found) = definition.roles.get(role) else { return false };
    match found.kind {
        RoleKind::Opener => actor.roles.contains(role) && case.opener == Some(actor.person),
        RoleKind::Applicant => case.company.is_some() && actor.company == case.company,
        RoleKind::Holder => actor.roles.contains(role),
        RoleKind::Assigned => {
            actor.roles.contains(role)
                && match case.assigned.get(role) {
                    Some(Assignee::Person { person, .. }) => actor.person == *person,
                    Some(Assignee::Unit(unit)) => actor.unit == Some(*unit),
                    None => false,
                }
        }
    }
}

/// Whether `actor` is whom a guard means by `role`: the person who was given an assigned role, or opened the case, whatever
/// roles that person holds today; else who plays it. Someone who proposed stays the one who proposed.
pub(super) fn takes_part(definition: &Definition, case: &Case, role: &str, actor: &Actor) -> bool {
    let Some((key, found)) = definition.roles.get_key_value(role) else { return false };
    match (found.kind, case.assigned.get(role)) {
        (RoleKind::Assigned, Some(Assignee::Person { person, .. })) => actor.person == *person,
        (RoleKind::Opener, _) => case.opener == Some(actor.person),
        _ => plays(definition, case, key, actor),
    }
}

/// An action starts in its states; the one that opens a case starts where no case is yet.
fn starts_here(definition: &Definition, case: &Case, action: &Action) -> bool {
    let active = &case.configuration.active;
    if action.opens {
        active.is_empty()
    } else {
        active.iter().any(|state| definition.is_from(&action.from, state))
    }
}

fn may(definition: &Definition, case: &Case, action: &Action, actor: &Actor) -> bool {
    action.by.iter().any(|role| plays(definition, case, role, actor))
}

/// Asks role, state, form and guards, in this order.
pub(super) fn permitted<'d>(
    definition: &'d Definition,
    case: &Case,
    key: &Key,
    actor: &Actor,
    answers: &Answers,
    world: World,
) -> Result<&'d Action, Refusal> {
    let Some(action) = definition.actions.get(key) else {
        let nearest = crate::nearest(key, definition.actions.keys().map(|key| &**key)).map(Key::from);
        return Err(Refusal::NoSuchAction { action: key.clone(), nearest });
    };
    if !may(definition, case, action, actor) {
        let titles = action.by.iter().filter_map(|role| definition.roles.get(role));
        return Err(Refusal::NotYours { by: titles.map(|role| role.title.clone()).collect() });
    }
    if !starts_here(definition, case, action) {
        return Err(not_from_here(definition, case, action));
    }
    in_order(definition, case, action, Some(actor), answers, world)?;
    Ok(action)
}

/// Asks whether another case may open this one: state, form and guards of the opening action.
pub(super) fn spawnable(
    definition: &Definition,
    case: &Case,
    answers: &Answers,
    world: World,
) -> Result<(), Refusal> {
    let Some((_, action)) = definition.opening() else { return Err(Refusal::Unheard) };
    if !starts_here(definition, case, action) {
        return Err(not_from_here(definition, case, action));
    }
    in_order(definition, case, action, None, answers, world)
}

/// Asks for the company that a case of somebody needs, for the form and for the guards.
fn in_order(
    definition: &Definition,
    case: &Case,
    action: &Action,
    actor: Option<&Actor>,
    answers: &Answers,
    world: World,
) -> Result<(), Refusal> {
    let applies = |role: &Role| role.kind == RoleKind::Applicant;
    if action.opens && case.company.is_none() && definition.roles.values().any(applies) {
        return Err(Refusal::NoCompany);
    }
    let found =
        mistakes(&questions(definition, &action.asks), &questions(definition, &action.optional), answers);
    if !found.is_empty() {
        return Err(Refusal::Form(found));
    }
    let frozen = Frozen {
        case: Some(case),
        answers: Some(answers),
        world,
        acts: actor.map(|actor| (definition, actor)),
    };
    for guard in &action.guards {
        weigh(guard, &frozen)?;
    }
    Ok(())
}

fn questions<'d>(definition: &'d Definition, keys: &'d [Key]) -> Vec<(&'d Key, &'d Field)> {
    keys.iter().filter_map(|key| Some((key, definition.fields.get(key)?))).collect()
}

fn weigh(guard: &Guard, frozen: &Frozen) -> Result<(), Refusal> {
    match guard.when.truth(frozen) {
        Truth::Yes => Ok(()),
        Truth::No => Err(Refusal::Guard { key: guard.key.clone(), says: guard.says.clone() }),
        Truth::Unknown => Err(Refusal::Unknown { facts: guard.when.unknowns(frozen) }),
    }
}

fn not_from_here(definition: &Definition, case: &Case, action: &Action) -> Refusal {
    let titles = |keys: &[Key]| {
        keys.iter().filter_map(|key| definition.states.get(key)).map(|state| state.title.clone()).collect()
    };
    Refusal::NotFromHere { at: titles(&case.configuration.active), from: titles(&action.from) }
}

/// The branch that a permitted action takes, by its place: the first whose condition holds.
pub(crate) fn branch(
    definition: &Definition,
    case: &Case,
    action: &Action,
    answers: &Answers,
    world: World,
) -> Option<usize> {
    let frozen = Frozen { case: Some(case), answers: Some(answers), world, acts: None };
    let holds = |guard| definition.condition(guard).truth(&frozen) == Truth::Yes;
    action.branches.iter().position(|branch| branch.when.is_none_or(holds))
}
