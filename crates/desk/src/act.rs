//! Opening a case and acting on one: the engine decides, one transaction writes, then the answer leaves.
use crate::refused::KEY_MOST;
use crate::write::{Write, Written};
use crate::{Caller, Desk, DeskError, Refused, StoreError, StoredCase, Viewer};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::NewIdempotency;
use workflow::{
    Answer, Answers, Assignee, Call, CaseId, Definition, Fault, FormMistake, Key, Language, Outcome, Refusal,
    Step, UnitId,
};

/// How often a case that someone else keeps moving is read again before the caller is told to try later.
const TRIES: usize = 3;

/// Asks to open a case.
#[derive(Debug, Clone)]
pub struct OpenOrder {
    /// The process.
    pub process: Key,
    /// Answers to what its opening action asks.
    pub answers: Answers,
    /// Makes a repeated request harmless: the same key opens one case.
    pub idempotency_key: Option<String>,
}

/// Asks to act on a case.
#[derive(Debug, Clone)]
pub struct ActOrder {
    /// The case.
    pub case: CaseId,
    /// The action.
    pub action: Key,
    /// Answers to what it asks.
    pub answers: Answers,
    /// The version of the case that the caller saw; another one is refused.
    pub expected_version: Option<i64>,
    /// Makes a repeated request harmless: the same key acts once.
    pub idempotency_key: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Acted {
    /// The case moved, now or by an earlier request with the same key.
    Moved {
        /// The case as it stands.
        case: Box<StoredCase>,
        /// The number of the history row that the request made.
        seq: i64,
    },
    /// It may not happen.
    Refused(Refused),
}

impl Desk {
    /// Opens a case for the caller's company.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn case_open(&self, caller: &Caller, order: OpenOrder) -> Result<Acted, DeskError> {
        let key = match idempotency(
            caller,
            order.idempotency_key.as_deref(),
            &("open", &order.process, in_any_order(&order.answers)),
        ) {
            Ok(key) => key,
            Err(refused) => return Ok(Acted::Refused(refused)),
        };
        if let Some(before) = self.repeated(caller, key.as_ref()).await? {
            return Ok(before);
        }
        let catalog = self.catalog();
        let Some(definition) = catalog.newest(caller.zone, &order.process) else {
            let processes =
                catalog.processes(caller.zone).map(|definition| definition.process.clone()).collect();
            return Ok(Acted::Refused(Refused::NoSuchProcess { processes }));
        };
        let Some((action, _)) = definition.opening() else {
            return Ok(Acted::Refused(Refused::NoSuchProcess { processes: vec![] }));
        };
        let mistakes = self.strangers(caller, None, definition, action, &order.answers).await?;
        let call = Call::Act { action: action.clone(), actor: caller.actor(), answers: order.answers };
        let circumstances = self.circumstances(caller.zone, definition, None).await?;
        let opened = workflow::open(definition, caller.person.company, &call, circumstances.world());
        let step = match with_mistakes(opened, mistakes) {
            Ok(step) => step,
            Err(refusal) => return Ok(Acted::Refused(Refused::Engine(refusal))),
        };
        let id = CaseId(self.surroundings.id());
        let write = Write {
            id,
            before: None,
            actor: Some(&caller.person),
            definition,
            call: &call,
            step: *step,
            key: key.clone(),
        };
        match self.write(caller.zone, write).await {
            Err(DeskError::Store(StoreError::IdempotencyTaken)) => self.after_race(caller, key).await,
            written => written.map(Written::acted),
        }
    }

    /// Takes one of a case's actions.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn case_act(&self, caller: &Caller, order: ActOrder) -> Result<Acted, DeskError> {
        let request =
            ("act", order.case, &order.action, in_any_order(&order.answers), order.expected_version);
        let key = match idempotency(caller, order.idempotency_key.as_deref(), &request) {
            Ok(key) => key,
            Err(refused) => return Ok(Acted::Refused(refused)),
        };
        let (case, expected) = (order.case, order.expected_version);
        let call = Call::Act { action: order.action, actor: caller.actor(), answers: order.answers };
        for _ in 0..TRIES {
            let refused = match self.act(caller, case, expected, &call, key.clone()).await {
                Ok(Acted::Refused(refused)) => Some(refused),
                // Someone was faster: look again at what they left.
                Err(DeskError::Store(StoreError::Stale | StoreError::IdempotencyTaken)) => None,
                acted => return acted,
            };
            // A request that is repeated is refused, mostly: its case moved on by it. Looking only then spares every
            // other request the look.
            if let Some(before) = self.repeated(caller, key.as_ref()).await? {
                return Ok(before);
            }
            if let Some(refused) = refused {
                return Ok(Acted::Refused(refused));
            }
        }
        Err(DeskError::Store(StoreError::Busy))
    }

    /// Takes an action on a case as it stands, once.
    async fn act(
        &self,
        caller: &Caller,
        id: CaseId,
        expected_version: Option<i64>,
        call: &Call,
        key: Option<NewIdempotency>,
    ) -> Result<Acted, DeskError> {
        let Some(stored) = self.store.case_find(&self.viewer(caller), id).await? else {
            return Ok(Acted::Refused(Refused::NoSuchCase));
        };
        if expected_version.is_some_and(|version| version != stored.seq) {
            return Ok(Acted::Refused(Refused::Stale { version: stored.seq }));
        }
        let definition = self.definition(&stored)?;
        let mistakes = match call {
            Call::Act { action, answers, .. } => {
                self.strangers(caller, Some(&stored), &definition, action, answers).await?
            }
            _ => vec![],
        };
        let circumstances = self.circumstances(caller.zone, &definition, Some(&stored)).await?;
        let outcome = workflow::step(&definition, &stored.case, call, circumstances.world());
        let step = match with_mistakes(outcome, mistakes) {
            Ok(step) => step,
            Err(refusal) => return Ok(Acted::Refused(Refused::Engine(refusal))),
        };
        let write = Write {
            id,
            before: Some(&stored),
            actor: Some(&caller.person),
            definition: &definition,
            call,
            step: *step,
            key,
        };
        self.write(caller.zone, write).await.map(Written::acted)
    }

    /// Lets something other than a person move a case; answers whether it did.
    pub(crate) async fn case_call(
        &self,
        viewer: &Viewer,
        id: CaseId,
        call: &Call,
    ) -> Result<bool, DeskError> {
        for _ in 0..TRIES {
            let Some(stored) = self.store.case_find(viewer, id).await? else { return Ok(false) };
            let definition = self.definition(&stored)?;
            let circumstances = self.circumstances(viewer.zone(), &definition, Some(&stored)).await?;
            let outcome = workflow::step(&definition, &stored.case, call, circumstances.world());
            let Outcome::Moved(step) = outcome else { return Ok(false) };
            let write = Write {
                id,
                before: Some(&stored),
                actor: None,
                definition: &definition,
                call,
                step: *step,
                key: None,
            };
            match self.write(viewer.zone(), write).await {
                Err(DeskError::Store(StoreError::Stale)) => {}
                Ok(Written::Refused(refused)) => {
                    tracing::error!(case = %id, call = call.name(), reason = refused.message(Language::En), "what happens of itself is refused by another case");
                    return Ok(false);
                }
                written => return written.map(|_| true),
            }
        }
        Err(DeskError::Store(StoreError::Busy))
    }

    /// The definition a case is pinned to.
    pub(crate) fn definition(&self, stored: &StoredCase) -> Result<Arc<Definition>, DeskError> {
        let (process, version) = (&stored.case.process, stored.case.version);
        let found = self.catalog().find(stored.zone, process, version).cloned();
        found.ok_or_else(|| DeskError::UnknownDefinition { process: process.clone(), version })
    }

    /// What an earlier request with the same key led to.
    async fn repeated(
        &self,
        caller: &Caller,
        key: Option<&NewIdempotency>,
    ) -> Result<Option<Acted>, DeskError> {
        let Some(key) = key else { return Ok(None) };
        let Some(recorded) = self.store.idempotency_find(caller.zone, key.person, &key.key).await? else {
            return Ok(None);
        };
        if recorded.request_hash != key.request_hash {
            return Ok(Some(Acted::Refused(Refused::KeyReused)));
        }
        let case = self.store.case_find(&self.viewer(caller), recorded.case).await?;
        Ok(Some(match case {
            Some(case) => Acted::Moved { case: Box::new(case), seq: recorded.seq },
            None => Acted::Refused(Refused::NoSuchCase),
        }))
    }

    async fn after_race(&self, caller: &Caller, key: Option<NewIdempotency>) -> Result<Acted, DeskError> {
        let repeated = self.repeated(caller, key.as_ref()).await?;
        repeated.ok_or(DeskError::Store(StoreError::IdempotencyTaken))
    }

    /// Answers that name a person, unit or open case that is not there for the caller, or the case itself. The engine
    /// cannot know.
    async fn strangers(
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
                        let colleague = within.as_ref().is_none_or(|role| {
                            let unit = of.and_then(|stored| unit_of(stored, role));
                            unit.is_some() && person.unit == unit
                        });
                        colleague && person.roles.iter().any(|held| **held == **role)
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

/// The mark that an idempotency key leaves of a request.
fn idempotency(
    caller: &Caller,
    key: Option<&str>,
    request: &impl Serialize,
) -> Result<Option<NewIdempotency>, Refused> {
    let Some(key) = key else { return Ok(None) };
    if key.is_empty() || key.len() > KEY_MOST {
        return Err(Refused::BadKey);
    }
    let request = serde_json::to_vec(request).map_err(|_| Refused::BadKey)?;
    let request_hash = Sha256::digest(request).into();
    Ok(Some(NewIdempotency { person: caller.person.id, key: key.to_owned(), request_hash }))
}

/// Answers by field: the same answers in another order are the same request.
fn in_any_order(answers: &Answers) -> BTreeMap<&Key, &Answer> {
    answers.iter().collect()
}

/// Adds what the desk found to what the engine found, so that all mistakes come at once, and before any guard speaks.
fn with_mistakes(outcome: Outcome, mut mistakes: Vec<FormMistake>) -> Result<Box<Step>, Refusal> {
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
