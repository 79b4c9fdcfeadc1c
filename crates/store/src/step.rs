//! The whole of a step, written in one transaction: what was asked, the case, who is assigned, the history row, the
//! mails that leave and the timers that wait.
use crate::case::{StoredCase, stored};
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::{case_assignment, case_event, case_file, idempotency};
use crate::error::{StoreError, duplicate};
use crate::event::row_hash;
use crate::outbox::NewMail;
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use workflow::Assignee;
use workflow::ids::{CaseId, PersonId, ZoneId};

/// A step that the engine decided, with what the tables need besides.
#[derive(Debug, Clone)]
pub struct StepRecord {
    /// The case.
    pub id: CaseId,
    /// The version it was read at; 0 opens it.
    pub expected_seq: i64,
    /// The number of a case that opens; later steps leave it.
    pub number: Option<String>,
    /// The title of a case that opens; later steps may change it.
    pub title: Option<String>,
    /// When the step is taken.
    pub at: Timestamp,
    /// Who takes it; nobody when it is a timer.
    pub actor: Option<PersonId>,
    /// The action, by its name in the definition.
    pub action: String,
    /// What the engine decided.
    pub step: workflow::Step,
    /// The mails it causes.
    pub mails: Vec<NewMail>,
    /// The request it answers, if that may be repeated.
    pub idempotency: Option<NewIdempotency>,
}

/// The mark of a request, kept so that its repetition is answered and not done again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIdempotency {
    /// Who asks: keys of different people do not meet.
    pub person: PersonId,
    /// The key they chose.
    pub key: String,
    /// The hash of what they asked.
    pub request_hash: Hash,
}

/// What a request with an idempotency key led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The hash of what was asked.
    pub request_hash: Hash,
    /// The case it moved.
    pub case: CaseId,
    /// The row of the case's history it made.
    pub seq: i64,
}

impl Store {
    /// Finds what an earlier request with this key led to.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn idempotency_find(
        &self,
        zone: ZoneId,
        person: PersonId,
        key: &str,
    ) -> Result<Option<Recorded>, StoreError> {
        let select = idempotency::Entity::find_by_id((zone.0, person.0, key.to_owned()));
        let Some(row) = decode::row_find(&self.readers, select).await? else { return Ok(None) };
        let request_hash = decode::hash(&row.request_hash)
            .ok_or_else(|| corrupt("idempotency", "request_hash", &format!("{person}/{key}")))?;
        Ok(Some(Recorded { request_hash, case: CaseId(row.case_id), seq: row.seq }))
    }
}

impl Tx {
    /// Writes the whole of a step and answers the case as it now stands.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the case is not at the expected version, [`StoreError::IdempotencyTaken`] when the
    /// key was used, [`StoreError::Taken`] for a number in use. After any of them the transaction must be dropped.
    pub async fn step_record(&self, record: StepRecord) -> Result<StoredCase, StoreError> {
        let seq = record.expected_seq + 1;
        if let Some(key) = &record.idempotency {
            self.idempotency_insert(key, record.id, seq).await?;
        }
        let before = if record.expected_seq == 0 { None } else { Some(self.before(&record).await?) };
        let event = self.event(&record, before.as_ref())?;
        let file = self.file(&record, before.as_ref(), &event)?;
        if before.is_some() {
            self.file_update(&file, record.expected_seq).await?;
        } else {
            self.file_insert(&file).await?;
        }
        let insert = case_event::Entity::insert(event.into_active_model());
        insert.exec_without_returning(&self.transaction).await?;
        self.assignments_replace(&record, before.as_ref()).await?;
        self.timers_replace(record.id, before.is_some(), &record.step.timers).await?;
        self.mails_insert(record.id, seq, record.at, &record.mails).await?;
        stored(file)
    }

    async fn idempotency_insert(
        &self,
        new: &NewIdempotency,
        case: CaseId,
        seq: i64,
    ) -> Result<(), StoreError> {
        let row = idempotency::ActiveModel {
            zone_id: Set(self.zone.0),
            person_id: Set(new.person.0),
            key: Set(new.key.clone()),
            request_hash: Set(new.request_hash.to_vec()),
            case_id: Set(case.0),
            seq: Set(seq),
        };
        let insert = idempotency::Entity::insert(row).exec_without_returning(&self.transaction).await;
        insert.map(drop).map_err(|error| match duplicate(&error) {
            Some(_) => StoreError::IdempotencyTaken,
            None => error.into(),
        })
    }

    /// The case as it stands; whether that is the expected version is for [`Tx::file_update`] to find.
    async fn before(&self, record: &StepRecord) -> Result<case_file::Model, StoreError> {
        let select = case_file::Entity::find_by_id((self.zone.0, record.id.0));
        decode::row_find(&self.transaction, select).await?.ok_or(StoreError::Stale)
    }

    fn event(
        &self,
        record: &StepRecord,
        before: Option<&case_file::Model>,
    ) -> Result<case_event::Model, StoreError> {
        let mut event = case_event::Model {
            zone_id: self.zone.0,
            case_id: record.id.0,
            seq: record.expected_seq + 1,
            at: record.at.as_microsecond(),
            actor_id: record.actor.map(|person| person.0),
            action: record.action.clone(),
            entry: decode::json_text(&record.step.entry)?,
            previous: before.map_or_else(|| vec![0; size_of::<Hash>()], |file| file.head.clone()),
            hash: Vec::new(),
        };
        event.hash = row_hash(&event).to_vec();
        Ok(event)
    }

    fn file(
        &self,
        record: &StepRecord,
        before: Option<&case_file::Model>,
        event: &case_event::Model,
    ) -> Result<case_file::Model, StoreError> {
        let StepRecord { number, title, step, .. } = record;
        let number = before.map(|file| &file.number).or(number.as_ref()).ok_or(StoreError::Nameless)?;
        let title = title.as_ref().or(before.map(|file| &file.title)).ok_or(StoreError::Nameless)?;
        let closed_before = before.and_then(|file| file.closed_at);
        Ok(case_file::Model {
            zone_id: self.zone.0,
            id: record.id.0,
            number: number.clone(),
            title: title.clone(),
            seq: event.seq,
            head: event.hash.clone(),
            phase: step.phase.as_str().to_owned(),
            process: step.case.process.to_string(),
            version: step.case.version.into(),
            company_id: step.case.company.0,
            body: decode::json_text(&step.case)?,
            opened_at: before.map_or(event.at, |file| file.opened_at),
            updated_at: event.at,
            closed_at: step.phase.is_closed().then(|| closed_before.unwrap_or(event.at)),
            due_at: step.due.map(Timestamp::as_microsecond),
            undated: step.undated,
        })
    }

    async fn file_insert(&self, file: &case_file::Model) -> Result<(), StoreError> {
        let insert = case_file::Entity::insert(file.clone().into_active_model());
        insert.exec_without_returning(&self.transaction).await.map(drop).map_err(|error| {
            match duplicate(&error) {
                Some(message) if message.contains("number") => StoreError::Taken { what: "number" },
                Some(_) => StoreError::Stale,
                None => error.into(),
            }
        })
    }

    /// One statement decides who was first: it finds the case only at the expected version.
    async fn file_update(&self, file: &case_file::Model, expected: i64) -> Result<(), StoreError> {
        use case_file::Column;
        let row = file.clone().into_active_model().reset_all();
        let at = Column::ZoneId.eq(file.zone_id).and(Column::Id.eq(file.id)).and(Column::Seq.eq(expected));
        let update = case_file::Entity::update_many().set(row).filter(at);
        match update.exec(&self.transaction).await?.rows_affected {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    async fn assignments_replace(
        &self,
        record: &StepRecord,
        before: Option<&case_file::Model>,
    ) -> Result<(), StoreError> {
        use case_assignment::{ActiveModel, Column, Entity};
        if let Some(file) = before {
            let case: workflow::Case =
                decode::json(&file.body).ok_or_else(|| corrupt("case_file", "body", &file.id))?;
            if case.assigned == record.step.case.assigned {
                return Ok(());
            }
            let of_case = Column::ZoneId.eq(self.zone.0).and(Column::CaseId.eq(record.id.0));
            Entity::delete_many().filter(of_case).exec(&self.transaction).await?;
        }
        let rows = record.step.case.assigned.iter().map(|(role, assignee)| {
            let (unit, person) = match *assignee {
                Assignee::Unit(unit) => (Some(unit.0), None),
                Assignee::Person { person, unit } => (unit.map(|unit| unit.0), Some(person.0)),
            };
            ActiveModel {
                zone_id: Set(self.zone.0),
                case_id: Set(record.id.0),
                role: Set(role.to_string()),
                unit_id: Set(unit),
                person_id: Set(person),
            }
        });
        Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
