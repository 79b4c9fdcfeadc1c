//! Writing a step with all that it causes, in one transaction: mails, timers, cases it opens, and cases it tells.
//!
//! What a step causes in other cases happens at once or not at all: a case that cannot be opened refuses the step.
//! Cases that do not listen to what they are told stay as they are.
use crate::letter::Post;
use crate::{Acted, Desk, DeskError, Person, Refused, Source, StoredCase};
use std::collections::VecDeque;
use store::{NewIdempotency, StepRecord, Tx};
use workflow::engine::{Audience, Spawn, Tell};
use workflow::{Answer, Call, CaseId, Definition, Entry, Outcome, PARENT, RoleKind, Step, ZoneId};

/// How many cases one step may move. No process comes near; definitions that tell each other in a circle do.
const CASES_MOST: usize = 500;

/// A step on its way into the tables.
pub(crate) struct Write<'w> {
    pub(crate) id: CaseId,
    pub(crate) before: Option<&'w StoredCase>,
    pub(crate) actor: Option<&'w Person>,
    pub(crate) definition: &'w Definition,
    pub(crate) call: &'w Call,
    pub(crate) step: Step,
    pub(crate) source: Option<&'w Source>,
    pub(crate) key: Option<NewIdempotency>,
}

/// What became of it.
pub(crate) enum Written {
    /// It is written.
    Done(Box<StoredCase>),
    /// A case that it would open cannot be; nothing is written.
    Refused(Refused),
}

impl Written {
    pub(crate) fn acted(self) -> Acted {
        match self {
            Self::Done(case) => Acted::Moved { seq: case.seq, case },
            Self::Refused(refused) => Acted::Refused(refused),
        }
    }
}

/// A case that moved, and what its step wants of others.
struct Wave {
    case: StoredCase,
    spawned: Vec<Spawn>,
    told: Vec<Tell>,
}

impl Wave {
    fn of(case: StoredCase, entry: &Entry) -> Self {
        Self { case, spawned: entry.spawned.clone(), told: entry.told.clone() }
    }
}

impl Desk {
    /// Writes a step and everything it causes. On the heap: the future of every caller would carry room for it.
    pub(crate) async fn write(&self, zone: ZoneId, write: Write<'_>) -> Result<Written, DeskError> {
        Box::pin(self.written(zone, write)).await
    }

    async fn written(&self, zone: ZoneId, write: Write<'_>) -> Result<Written, DeskError> {
        // Before the transaction, in which others would wait for it.
        let before = write.before.map(|stored| &stored.case);
        // On the heap, or the future of the whole would be large.
        let post = self.post(zone, write.id, write.definition, before, &write.step, write.actor);
        let post = Box::pin(post).await?;
        let tx = self.store.begin(zone).await?;
        let written = self.whole(&tx, write, &post).await;
        match &written {
            Ok(Written::Done(_)) => tx.commit().await?,
            // Whoever looks next at what was in the way must find it.
            Ok(Written::Refused(_)) | Err(_) => tx.roll_back().await,
        }
        written
    }

    /// A step and what it causes, in an open transaction.
    async fn whole(&self, tx: &Tx, write: Write<'_>, post: &Post) -> Result<Written, DeskError> {
        let (actor, entry) = (write.actor, write.step.entry.clone());
        let stored = self.record(tx, write, post).await?;
        let refused = Box::pin(self.spread(tx, actor, Wave::of(stored.clone(), &entry))).await?;
        Ok(refused.map_or_else(|| Written::Done(Box::new(stored)), Written::Refused))
    }

    async fn record(&self, tx: &Tx, write: Write<'_>, post: &Post) -> Result<StoredCase, DeskError> {
        let Write { id, before, actor, definition, call, step, source, key } = write;
        let title = before.map_or_else(|| subject(definition, call), |stored| stored.title.clone());
        let at = step.entry.now;
        let time = self.time(tx.zone()).await?;
        let number = if let Some(stored) = before {
            stored.number.clone()
        } else {
            let day = at.to_zoned(time.zone().clone()).strftime("%Y%m%d").to_string();
            let next = tx.number_next(&day).await?;
            format!("{}{day}-{next:04}", definition.prefix)
        };
        let mails = self.letters(post, definition, &number, &title, &step, &time);
        let record = StepRecord {
            id,
            before: before.cloned(),
            number: before.is_none().then_some(number),
            title: before.is_none().then_some(title),
            shared: is_shared(definition),
            at,
            actor: match call {
                // Moved by nobody's action, but at somebody's word.
                Call::Relocate { .. } => actor.map(|person| person.id),
                _ => call.person(),
            },
            action: call.name().to_owned(),
            step,
            mails,
            idempotency: key,
        };
        let stored = tx.step_record(record).await?;
        if let Some(source) = source {
            tx.source_insert(source, id, at).await?;
        }
        Ok(stored)
    }

    /// Carries out what a step wants of other cases, and what their steps want, breadth first.
    async fn spread(
        &self,
        tx: &Tx,
        actor: Option<&Person>,
        first: Wave,
    ) -> Result<Option<Refused>, DeskError> {
        let mut waves = VecDeque::from([first]);
        let mut moved = 0;
        while let Some(Wave { case, spawned, told }) = waves.pop_front() {
            for spawn in spawned {
                match self.spawn(tx, actor, &case, spawn).await? {
                    Ok(wave) => waves.push_back(wave),
                    Err(refused) => return Ok(Some(refused)),
                }
                moved += 1;
            }
            for tell in told {
                for id in audience(tx, &case, &tell.to).await? {
                    if let Some(wave) = self.tell(tx, actor, case.id, id, &tell).await? {
                        waves.push_back(wave);
                        moved += 1;
                    }
                }
            }
            if moved > CASES_MOST {
                return Err(DeskError::Endless { process: case.case.process.clone() });
            }
        }
        Ok(None)
    }

    async fn spawn(
        &self,
        tx: &Tx,
        actor: Option<&Person>,
        parent: &StoredCase,
        spawn: Spawn,
    ) -> Result<Result<Wave, Refused>, DeskError> {
        let Spawn { process, answers, assigned, .. } = spawn;
        let catalog = self.catalog();
        let Some(definition) = catalog.newest(tx.zone(), &process) else {
            return Ok(Err(Refused::NoSuchProcess { processes: vec![process] }));
        };
        let call = Call::Spawn { by: parent.id, answers, assigned };
        let circumstances = self.circumstances_within(tx, definition, None).await?;
        let step = match workflow::open(definition, parent.case.company, &call, circumstances.world()) {
            Outcome::Moved(step) => *step,
            Outcome::Refused(refusal) => {
                return Ok(Err(Refused::Elsewhere { process: definition.title.clone(), refusal }));
            }
        };
        let id = CaseId(self.surroundings.id());
        Ok(Ok(self
            .caused(
                tx,
                Write { id, before: None, actor, definition, call: &call, step, source: None, key: None },
            )
            .await?))
    }

    async fn tell(
        &self,
        tx: &Tx,
        actor: Option<&Person>,
        by: CaseId,
        id: CaseId,
        tell: &Tell,
    ) -> Result<Option<Wave>, DeskError> {
        let Some(stored) = tx.case_find(id).await? else { return Ok(None) };
        let definition = self.definition(&stored)?;
        let Tell { event, answers, assigned, .. } = tell.clone();
        let call = Call::Told { event, by, answers, assigned };
        let circumstances = self.circumstances_within(tx, &definition, Some((id, &stored.case))).await?;
        let step = match workflow::step(&definition, &stored.case, &call, circumstances.world()) {
            Outcome::Moved(step) => *step,
            Outcome::Refused(refusal) => {
                tracing::debug!(case = %id, event = %tell.event, reason = refusal.code(), "a case does not listen");
                return Ok(None);
            }
        };
        let before = Some(&stored);
        let write =
            Write { id, before, actor, definition: &definition, call: &call, step, source: None, key: None };
        self.caused(tx, write).await.map(Some)
    }

    /// Writes a step that another case's step caused.
    async fn caused(&self, tx: &Tx, write: Write<'_>) -> Result<Wave, DeskError> {
        let entry = write.step.entry.clone();
        let before = write.before.map(|stored| &stored.case);
        let post = self.post(tx.zone(), write.id, write.definition, before, &write.step, write.actor);
        let post = Box::pin(post).await?;
        Ok(Wave::of(self.record(tx, write, &post).await?, &entry))
    }
}

/// The cases that hear something, as the transaction sees them.
async fn audience(tx: &Tx, case: &StoredCase, to: &Audience) -> Result<Vec<CaseId>, DeskError> {
    Ok(match to {
        Audience::Children => tx.linked_ids(case.id, PARENT).await?,
        Audience::Parent => case.case.links.get(PARENT).copied().into_iter().collect(),
        Audience::Linked(link) => tx.linked_ids(case.id, link).await?,
    })
}

/// Whether people of a case's company see it: where one of them plays a role.
pub(crate) fn is_shared(definition: &Definition) -> bool {
    definition.roles.values().any(|role| role.kind == RoleKind::Applicant)
}

/// What lists call the case: the answer to the definition's subject, in one line.
fn subject(definition: &Definition, call: &Call) -> String {
    let answer = match (call, &definition.subject) {
        (Call::Act { answers, .. } | Call::Spawn { answers, .. }, Some(subject)) => answers.get(subject),
        _ => None,
    };
    match answer {
        Some(Answer::Text(text)) => text.trim().to_owned(),
        _ => definition.title.zh.to_string(),
    }
}
