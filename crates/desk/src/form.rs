//! Mistakes in answers that the engine cannot know of.
use crate::caller::actor;
use crate::{Caller, Desk, DeskError, StoredCase, Viewer};
use workflow::{
    Answer, Answers, Assignee, Definition, Fault, FormMistake, Key, Outcome, Refusal, Step, UnitId,
};

impl Desk {
    /// Answers that name a person, unit or open case that is not there for the caller, or the case itself. The engine
    /// cannot know.
    pub(crate) async fn strangers(
        &self,
        caller: &Caller,
        of: Option<&StoredCase>,
        definition: &Definition,
        action: &Key,
        answers: &Answers,
    ) -> Result<Vec<FormMistake>, DeskError> {
        let viewer = Viewer::System(caller.zone);
        let Some(action) = definition.actions.get(action) else { return Ok(vec![]) };
        let mut mistakes = vec![];
        for field in action.asks.iter().chain(&action.optional) {
            let kind = definition.fields.get(field).map(|field| &field.kind);
            let fault = match (answers.get(field), kind) {
                (Some(Answer::Unit(unit)), Some(workflow::FieldKind::Unit)) => {
                    self.store.unit_batch(&viewer, &[*unit]).await?.is_empty().then_some(Fault::NoSuchUnit)
                }
                (Some(Answer::Units(units)), Some(workflow::FieldKind::Units)) => {
                    let found = self.store.unit_batch(&viewer, units).await?;
                    (found.len() < units.len()).then_some(Fault::NoSuchUnit)
                }
                (Some(Answer::Case(case)), Some(workflow::FieldKind::Case)) => {
                    let found = self.store.case_find(&self.viewer(caller), *case).await?;
                    let fits = found.is_some_and(|found| {
                        of.is_none_or(|stored| stored.id != found.id) && !found.phase.is_closed()
                    });
                    (!fits).then_some(Fault::NoSuchCase)
                }
                (Some(Answer::Person(person)), Some(workflow::FieldKind::Person { role, within })) => {
                    let found = self.store.person_find(&viewer, *person).await?;
                    let fits = found.is_some_and(|person| {
                        let holder = actor(&person);
                        match within {
                            Some(place) => of
                                .and_then(|stored| unit_of(stored, place))
                                .is_some_and(|unit| holder.holds_in(role, unit)),
                            None => holder.holds(role),
                        }
                    });
                    (!fits).then_some(Fault::NoSuchPerson)
                }
                _ => None,
            };
            mistakes.extend(fault.map(|fault| FormMistake { field: field.clone(), fault }));
        }
        Ok(mistakes)
    }
}

/// The unit that plays a role in a case.
fn unit_of(stored: &StoredCase, role: &Key) -> Option<UnitId> {
    match stored.case.assigned.get(role)? {
        Assignee::Unit(unit) | Assignee::Person { unit: Some(unit), .. } => Some(*unit),
        Assignee::Person { unit: None, .. } => None,
    }
}

/// Adds what the desk found to what the engine found, so that all mistakes come at once, and before any guard speaks.
pub(crate) fn with_mistakes(outcome: Outcome, mut mistakes: Vec<FormMistake>) -> Result<Box<Step>, Refusal> {
    match outcome {
        Outcome::Refused(Refusal::Form(mut found)) => {
            found.append(&mut mistakes);
            Err(Refusal::Form(found))
        }
        Outcome::Moved(_)
        | Outcome::Refused(Refusal::Guard { .. } | Refusal::Unknown { .. } | Refusal::NoBranch)
            if !mistakes.is_empty() =>
        {
            Err(Refusal::Form(mistakes))
        }
        Outcome::Moved(step) => Ok(step),
        Outcome::Refused(refusal) => Err(refusal),
    }
}
