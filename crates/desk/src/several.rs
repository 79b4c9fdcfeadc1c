//! One action on many cases, with a report for each.
use crate::act::Decided;
use crate::refused::KEY_MOST;
use crate::{ActOrder, Acted, Caller, Desk, DeskError, Refused, StoredCase};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use workflow::{Answers, Call, CaseId, Definition, Key, Step};

/// How many cases one request may act on.
const ACTED_MOST: usize = 200;

/// Asks to take one action on many cases.
#[derive(Debug, Clone)]
pub struct SeveralOrder {
    /// The cases, each once.
    pub cases: Vec<CaseId>,
    /// The action.
    pub action: Key,
    /// Answers to what it asks, the same for all.
    pub answers: Answers,
    /// Whether only to say what would happen.
    pub dry_run: bool,
    /// Makes a repeated request harmless: on each case the same key acts once.
    pub idempotency_key: String,
}

/// What came of one of several.
#[derive(Debug, Clone)]
pub enum Reported {
    /// It was done, by this request or by an earlier one like it.
    Done {
        /// The case as it stands.
        case: Box<StoredCase>,
        /// Whether an earlier request did it.
        repeated: bool,
    },
    /// It would be done.
    Would {
        /// The case as it stands; none for one that would be opened.
        case: Option<Box<StoredCase>>,
        /// The definition that the states are in.
        definition: Arc<Definition>,
        /// The states it would be in.
        states: Vec<Key>,
    },
    /// It may not happen.
    Refused(Refused),
}

impl Reported {
    pub(crate) fn of(acted: Acted) -> Self {
        match acted {
            Acted::Moved { case, .. } => Self::Done { case, repeated: false },
            Acted::Repeated { case, .. } => Self::Done { case, repeated: true },
            Acted::Refused(refused) => Self::Refused(refused),
        }
    }

    pub(crate) fn would(case: Option<StoredCase>, definition: Arc<Definition>, step: &Step) -> Self {
        Self::Would { case: case.map(Box::new), definition, states: step.case.configuration.active.clone() }
    }
}

impl Desk {
    /// Takes one action on many cases, each for itself: one that is refused holds up no other.
    ///
    /// # Errors
    /// [`DeskError`]: some cases may have moved then, and asking again with the same key moves the rest.
    pub async fn cases_act(
        &self,
        caller: &Caller,
        order: SeveralOrder,
    ) -> Result<Result<Vec<Reported>, Refused>, DeskError> {
        // A case that is named twice counts twice: what is asked of it a second time is not what one meant.
        let distinct: BTreeSet<&CaseId> = order.cases.iter().collect();
        if order.cases.is_empty() || order.cases.len() > ACTED_MOST || distinct.len() < order.cases.len() {
            return Ok(Err(Refused::TooMany { most: ACTED_MOST }));
        }
        let mut reports = vec![];
        for (place, case) in order.cases.iter().enumerate() {
            let key = match place_key(&order.idempotency_key, place) {
                Ok(key) => key,
                Err(refused) => return Ok(Err(refused)),
            };
            let (action, answers) = (order.action.clone(), order.answers.clone());
            reports.push(if order.dry_run {
                let call = Call::Act { action, actor: caller.actor(), answers };
                match self.decide(caller, *case, None, &call).await? {
                    Ok(Decided { stored, definition, step }) => {
                        Reported::would(Some(stored), definition, &step)
                    }
                    Err(refused) => Reported::Refused(refused),
                }
            } else {
                let idempotency_key = Some(key);
                let act = ActOrder { case: *case, action, answers, expected_version: None, idempotency_key };
                Reported::of(self.case_act(caller, act).await?)
            });
        }
        Ok(Ok(reports))
    }
}

/// The key of one of several: what a request's key and a place in it make, and no key that anybody would choose.
pub(crate) fn place_key(key: &str, place: usize) -> Result<String, Refused> {
    if key.is_empty() || key.len() > KEY_MOST {
        return Err(Refused::BadKey);
    }
    Ok(format!("several {place} {}", hex::encode(Sha256::digest(key))))
}
