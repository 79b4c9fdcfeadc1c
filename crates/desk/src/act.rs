//! Opening a case and acting on one: the engine decides, one transaction writes, then the answer leaves.
use crate::refused::KEY_MOST;
use crate::{Caller, Desk, DeskError, Person, Refused, StoreError, StoredCase, Viewer};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{NewIdempotency, StepRecord};
use workflow::{
    Answer, Answers, Call, CaseId, Definition, Fault, FormMistake, Key, Outcome, Refusal, Step, World,
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

/// A step on its way into the tables.
struct Write<'w> {
    id: CaseId,
    before: Option<&'w StoredCase>,
    actor: Option<&'w Person>,
    definition: &'w Definition,
    call: &'w Call,
    step: Step,
    key: Option<NewIdempotency>,
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
        let Some(definition) = self.catalog.newest(&order.process).cloned() else {
            let processes = self.catalog.processes().map(|definition| definition.process.clone()).collect();
            return Ok(Acted::Refused(Refused::NoSuchProcess { processes }));
        };
        let Some((action, _)) = definition.opening() else {
            return Ok(Acted::Refused(Refused::NoSuchProcess { processes: vec![] }));
        };
        let mistakes = self.strangers(caller, &definition, action, &order.answers).await?;
        let call = Call::Act { action: action.clone(), actor: caller.actor(), answers: order.answers };
        let time = self.time(caller.zone).await?;
        let world = World::new(self.surroundings.now(), &time);
        let opened = workflow::open(&definition, caller.person.company, &call, world);
        let step = match with_mistakes(opened, mistakes) {
            Ok(step) => step,
            Err(refusal) => return Ok(Acted::Refused(Refused::Engine(refusal))),
        };
        let id = CaseId(self.surroundings.id());
        let write = Write {
            id,
            before: None,
            actor: Some(&caller.person),
            definition: &definition,
            call: &call,
            step: *step,
            key: key.clone(),
        };
        match self.write(caller.zone, write).await {
            Err(DeskError::Store(StoreError::IdempotencyTaken)) => self.after_race(caller, key).await,
            written => written.map(|case| Acted::Moved { seq: case.seq, case: Box::new(case) }),
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
            Call::Act { action, answers, .. } => self.strangers(caller, &definition, action, answers).await?,
            _ => vec![],
        };
        let time = self.time(caller.zone).await?;
        let world = World::new(self.surroundings.now(), &time);
        let step = match with_mistakes(workflow::step(&definition, &stored.case, call, world), mistakes) {
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
        let case = self.write(caller.zone, write).await?;
        Ok(Acted::Moved { seq: case.seq, case: Box::new(case) })
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
            let time = self.time(viewer.zone()).await?;
            let world = World::new(self.surroundings.now(), &time);
            let Outcome::Moved(step) = workflow::step(&definition, &stored.case, call, world) else {
                return Ok(false);
            };
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
                written => return written.map(|_| true),
            }
        }
        Err(DeskError::Store(StoreError::Busy))
    }

    /// Writes a step and everything it causes, in one transaction.
    async fn write(&self, zone: workflow::ZoneId, write: Write<'_>) -> Result<StoredCase, DeskError> {
        let Write { id, before, actor, definition, call, step, key } = write;
        let title = before.map_or_else(|| subject(definition, call), |stored| stored.title.clone());
        let post = self.post(zone, definition, &step, actor).await?;
        let at = step.entry.now;
        let tx = self.store.begin(zone).await?;
        let number = if let Some(stored) = before {
            stored.number.clone()
        } else {
            let time = self.time(zone).await?;
            let day = at.to_zoned(time.zone().clone()).strftime("%Y%m%d").to_string();
            let next = tx.number_next(&day).await?;
            format!("{}{day}-{next:04}", definition.prefix)
        };
        let mails = self.letters(&post, definition, &number, &title, &step);
        let record = StepRecord {
            id,
            before: before.cloned(),
            number: before.is_none().then_some(number),
            title: before.is_none().then_some(title),
            at,
            actor: call.person(),
            action: call.name().to_owned(),
            step,
            mails,
            idempotency: key,
        };
        let stored = tx.step_record(record).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// The definition a case is pinned to.
    pub(crate) fn definition(&self, stored: &StoredCase) -> Result<Arc<Definition>, DeskError> {
        let (process, version) = (&stored.case.process, stored.case.version);
        let found = self.catalog.find(process, version).cloned();
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

    /// Answers that name a person or unit whom the zone does not have. The engine cannot know.
    async fn strangers(
        &self,
        caller: &Caller,
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
                    found.is_none().then_some(Fault::NoSuchCase)
                }
                (Some(Answer::Person(person)), Some(workflow::FieldKind::Person { role, .. })) => {
                    let found = self.store.person_find(&viewer, *person).await?;
                    let holds = found.is_some_and(|person| person.roles.iter().any(|held| **held == **role));
                    (!holds).then_some(Fault::NoSuchPerson)
                }
                _ => None,
            };
            mistakes.extend(fault.map(|fault| FormMistake { field: field.clone(), fault }));
        }
        Ok(mistakes)
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

/// What lists call the case: the answer to the definition's subject, in one line.
fn subject(definition: &Definition, call: &Call) -> String {
    let answer = match (call, &definition.subject) {
        (Call::Act { answers, .. }, Some(subject)) => answers.get(subject),
        _ => None,
    };
    match answer {
        Some(Answer::Text(text)) => text.trim().to_owned(),
        _ => definition.title.zh.to_string(),
    }
}
