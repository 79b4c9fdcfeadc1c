//! Opening a case and acting on one: the engine decides, one transaction writes, then the answer leaves.
use crate::filing::Opening;
use crate::form::with_mistakes;
use crate::refused::KEY_MOST;
use crate::write::{Write, Written};
use crate::{Caller, Desk, DeskError, Refused, Source, StoreError, StoredCase, Viewer};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::NewIdempotency;
use workflow::{Answer, Answers, Call, CaseId, CompanyId, Definition, Key, Language, Outcome, Step};

/// How often a case that someone else keeps moving is read again before the caller is told to try later.
const TRIES: usize = 3;

/// Asks to open a case.
#[derive(Debug, Clone)]
pub struct OpenOrder {
    /// The process.
    pub process: Key,
    /// Answers to what its opening action asks.
    pub answers: Answers,
    /// The company whose case it is, where staff file for one; nothing where somebody of a company files.
    pub company: Option<CompanyId>,
    /// The ticket of another line that it comes from. The same ticket opens one case, whatever else is asked.
    pub source: Option<Source>,
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
    /// The case moved.
    Moved {
        /// The case as it stands.
        case: Box<StoredCase>,
        /// The number of the history row that the request made.
        seq: i64,
    },
    /// The case moved before, by an earlier request with the same key or by an import of the same ticket.
    Repeated {
        /// The case as it stands.
        case: Box<StoredCase>,
        /// The number of the history row that the earlier request made.
        seq: i64,
    },
    /// It may not happen.
    Refused(Refused),
}

/// A step that may be taken, and what it was decided on.
pub(crate) struct Decided {
    pub(crate) stored: StoredCase,
    pub(crate) definition: Arc<Definition>,
    pub(crate) step: Box<Step>,
}

impl Desk {
    /// Opens a case: for the caller's company, for a company that staff name, or for none.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn case_open(&self, caller: &Caller, order: OpenOrder) -> Result<Acted, DeskError> {
        let request =
            ("case_open", &order.process, order.company, &order.source, in_any_order(&order.answers));
        let key = match idempotency(caller, order.idempotency_key.as_deref(), &request) {
            Ok(key) => key,
            Err(refused) => return Ok(Acted::Refused(refused)),
        };
        if let Some(before) = self.repeated(caller, key.as_ref()).await? {
            return Ok(before);
        }
        if let Some(before) = self.imported(caller, order.source.as_ref()).await? {
            return Ok(before);
        }
        for _ in 1..TRIES {
            match self.open(caller, order.clone(), key.clone()).await {
                Err(DeskError::Store(StoreError::Collided)) => {}
                opened => return opened,
            }
        }
        self.open(caller, order, key).await
    }

    /// Opens a case, once.
    async fn open(
        &self,
        caller: &Caller,
        order: OpenOrder,
        key: Option<NewIdempotency>,
    ) -> Result<Acted, DeskError> {
        let source = order.source.clone();
        let Opening { definition, call, step } = match self.opening(caller, order).await? {
            Ok(opening) => opening,
            Err(refused) => return Ok(Acted::Refused(refused)),
        };
        let write = Write {
            id: CaseId(self.surroundings.id()),
            before: None,
            actor: Some(&caller.person),
            definition: &definition,
            call: &call,
            step: *step,
            source: source.as_ref(),
            key: key.clone(),
        };
        match self.write(caller.zone, write).await {
            Err(DeskError::Store(StoreError::IdempotencyTaken)) => self.after_race(caller, key).await,
            Err(DeskError::Store(taken @ StoreError::Taken { what: "source" })) => {
                self.imported(caller, source.as_ref()).await?.ok_or(DeskError::Store(taken))
            }
            written => written.map(Written::acted),
        }
    }

    /// Takes one of a case's actions.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn case_act(&self, caller: &Caller, order: ActOrder) -> Result<Acted, DeskError> {
        let request =
            ("case_act", order.case, &order.action, in_any_order(&order.answers), order.expected_version);
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
                Err(DeskError::Store(
                    StoreError::Stale | StoreError::IdempotencyTaken | StoreError::Collided,
                )) => None,
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
        let Decided { stored, definition, step } =
            match self.decide(caller, id, expected_version, call).await? {
                Ok(decided) => decided,
                Err(refused) => return Ok(Acted::Refused(refused)),
            };
        let write = Write {
            id,
            before: Some(&stored),
            actor: Some(&caller.person),
            definition: &definition,
            call,
            step: *step,
            source: None,
            key,
        };
        self.write(caller.zone, write).await.map(Written::acted)
    }

    /// What an action would do to a case as it stands. Writes nothing.
    pub(crate) async fn decide(
        &self,
        caller: &Caller,
        id: CaseId,
        expected_version: Option<i64>,
        call: &Call,
    ) -> Result<Result<Decided, Refused>, DeskError> {
        let Some(stored) = self.store.case_find(&self.viewer(caller), id).await? else {
            return Ok(Err(Refused::NoSuchCase));
        };
        if expected_version.is_some_and(|version| version != stored.seq) {
            return Ok(Err(Refused::Stale { version: stored.seq }));
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
        Ok(match with_mistakes(outcome, mistakes) {
            Ok(step) => Ok(Decided { stored, definition, step }),
            Err(refusal) => Err(Refused::Engine(refusal)),
        })
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
                source: None,
                key: None,
            };
            match self.write(viewer.zone(), write).await {
                Err(DeskError::Store(StoreError::Stale | StoreError::Collided)) => {}
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
            Some(case) => Acted::Repeated { case: Box::new(case), seq: recorded.seq },
            None => Acted::Refused(Refused::NoSuchCase),
        }))
    }

    async fn after_race(&self, caller: &Caller, key: Option<NewIdempotency>) -> Result<Acted, DeskError> {
        let repeated = self.repeated(caller, key.as_ref()).await?;
        repeated.ok_or(DeskError::Store(StoreError::IdempotencyTaken))
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
