//! What may be seen of a case: its light, and who reads which answer.
use super::facts::Frozen;
use super::{Actor, World};
use crate::case::{Case, Key, Phase};
use crate::definition::{Definition, Light};
use condition::Truth;

/// Answers the first light of the process that shines on an open case; none on a closed one.
#[must_use]
pub fn light<'d>(definition: &'d Definition, case: &Case, world: World) -> Option<(&'d Key, &'d Light)> {
    let phases = case.configuration.active.iter().filter_map(|state| definition.phase(state));
    if phases.into_iter().any(Phase::is_closed) {
        return None;
    }
    let facts = Frozen { case: Some(case), answers: None, world, acts: None };
    definition.lights.iter().find(|(_, light)| light.when.truth(&facts) == Truth::Yes)
}

/// Whether `actor` may read what is recorded for `field`.
///
/// Internal answers are not for people of companies. A hidden one is not for those who, of the roles of the process, hold
/// none but those it is hidden from; people of the case's company always read it. Whether they may see the case at all
/// is another question.
#[must_use]
pub fn readable(definition: &Definition, case: &Case, field: &Key, actor: &Actor, world: World) -> bool {
    if actor.company.is_some() && definition.fields.get(field).is_some_and(|field| field.internal) {
        return false;
    }
    let Some(hidden) = definition.hidden.get(field) else { return true };
    if case.company.is_some() && actor.company == case.company {
        return true;
    }
    let facts = Frozen { case: Some(case), answers: None, world, acts: None };
    let held = || actor.roles.iter().filter(|role| definition.roles.contains_key(*role));
    hidden.when.truth(&facts) != Truth::Yes || held().any(|role| !hidden.from.contains(role))
}
