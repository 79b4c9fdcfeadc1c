//! The whole of a step, written in one transaction: what was asked, the case, who is assigned, the history row, the
//! mails that leave and the timers that wait.
use crate::batch::Batch;
use crate::case::{StoredCase, stored};
use crate::changes::Subject;
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::{case_assignment, case_event, case_file, case_link, idempotency};
use crate::error::{StoreError, duplicate};
use crate::event::row_hash;
use crate::outbox::NewMail;
use jiff::Timestamp;
use sea_orm::sea_query::{ExprTrait, InsertStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityName, EntityTrait, IntoActiveModel, QueryFilter,
    QueryTrait, Set,
};
use workflow::Assignee;
use workflow::ids::{CaseId, PersonId, ZoneId};

/// A step that the engine decided, with what the tables need besides.
#[derive(Debug, Clone)]
pub struct StepRecord {
    /// The case.
    pub id: CaseId,
    /// The case as it was read; nothing for one that opens.
    pub before: Option<StoredCase>,
    /// The number of a case that opens; later steps leave it.
    pub number: Option<String>,
    /// The title of a case that opens; later steps may change it.
    pub title: Option<String>,
    /// Whether people of its company see the case.
    pub shared: bool,
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
        let Some(row) = decode::row_find(&self.reading(zone).await?, select).await? else { return Ok(None) };
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
        let event = self.event(&record)?;
        let file = self.file(&record, &event)?;
        match &record.before {
            Some(before) => self.file_update(&file, before).await?,
            None => self.file_insert(&file).await?,
        }
        let mut batch = Batch::new(self.transaction.get_database_backend());
        if let Some(key) = &record.idempotency {
            batch.push(&self.idempotency_insert(key, record.id, event.seq));
        }
        self.assignments_replace(&mut batch, &record);
        self.links_replace(&mut batch, &record);
        self.timers_replace(&mut batch, record.id, &record.step.timers);
        self.search_step_mark(&mut batch, &record);
        self.mails_insert(&mut batch, &event, &record.mails)?;
        batch.push(&case_event::Entity::insert(event.into_active_model()).into_query());
        self.moved(Subject::Case(record.id));
        batch.execute(&self.transaction).await.map_err(|error| match duplicate(&error) {
            Some(message) if message.contains(idempotency::Entity.table_name()) => {
                StoreError::IdempotencyTaken
            }
            _ => error.into(),
        })?;
        stored(file)
    }

    fn idempotency_insert(&self, new: &NewIdempotency, case: CaseId, seq: i64) -> InsertStatement {
        let row = idempotency::ActiveModel {
            zone_id: Set(self.zone.0),
            person_id: Set(new.person.0),
            key: Set(new.key.clone()),
            request_hash: Set(new.request_hash.to_vec()),
            case_id: Set(case.0),
            seq: Set(seq),
        };
        idempotency::Entity::insert(row).into_query()
    }

    fn event(&self, record: &StepRecord) -> Result<case_event::Model, StoreError> {
        let before = record.before.as_ref();
        let mut event = case_event::Model {
            zone_id: self.zone.0,
            case_id: record.id.0,
            seq: before.map_or(0, |before| before.seq) + 1,
            at: record.at.as_microsecond(),
            actor_id: record.actor.map(|person| person.0),
            action: record.action.clone(),
            entry: decode::json_text(&record.step.entry)?,
            previous: before.map_or([0; size_of::<Hash>()], |before| before.head).to_vec(),
            hash: Vec::new(),
        };
        event.hash = row_hash(&event).to_vec();
        Ok(event)
    }

    fn file(&self, record: &StepRecord, event: &case_event::Model) -> Result<case_file::Model, StoreError> {
        let StepRecord { before, number, title, step, .. } = record;
        let before = before.as_ref();
        let number = before.map(|file| &file.number).or(number.as_ref()).ok_or(StoreError::Nameless)?;
        let title = title.as_ref().or(before.map(|file| &file.title)).ok_or(StoreError::Nameless)?;
        let opened_at = before.map_or(event.at, |file| file.opened_at.as_microsecond());
        let closed_before = before.and_then(|file| file.closed_at).map(Timestamp::as_microsecond);
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
            company_id: step.case.company.map(|company| company.0),
            shared: record.shared,
            opener_id: step.case.opener.map(|person| person.0),
            body: decode::json_text(&step.case)?,
            opened_at,
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

    /// One statement decides who was first: it finds the case only as it was read.
    async fn file_update(&self, file: &case_file::Model, before: &StoredCase) -> Result<(), StoreError> {
        use case_file::Column;
        let row = file.clone().into_active_model().reset_all();
        let read = Column::Seq.eq(before.seq).and(Column::Head.eq(before.head.to_vec()));
        let at = Column::ZoneId.eq(file.zone_id).and(Column::Id.eq(file.id)).and(read);
        let update = case_file::Entity::update_many().set(row).filter(at);
        match update.exec(&self.transaction).await?.rows_affected {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    fn assignments_replace(&self, batch: &mut Batch, record: &StepRecord) {
        use case_assignment::{ActiveModel, Column, Entity};
        let (before, after) = (record.before.as_ref(), &record.step.case.assigned);
        if before.is_some_and(|before| before.case.assigned == *after) {
            return;
        }
        if before.is_some() {
            let of_case = Column::ZoneId.eq(self.zone.0).and(Column::CaseId.eq(record.id.0));
            batch.push(&Entity::delete_many().filter(of_case).into_query());
        }
        let rows = after.iter().map(|(role, assignee)| {
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
        if !after.is_empty() {
            batch.push(&Entity::insert_many(rows).into_query());
        }
    }

    fn links_replace(&self, batch: &mut Batch, record: &StepRecord) {
        use case_link::{ActiveModel, Column, Entity};
        let (before, after) = (record.before.as_ref(), &record.step.case.links);
        if before.map_or(after.is_empty(), |before| before.case.links == *after) {
            return;
        }
        if before.is_some() {
            let of_case = Column::ZoneId.eq(self.zone.0).and(Column::CaseId.eq(record.id.0));
            batch.push(&Entity::delete_many().filter(of_case).into_query());
        }
        let rows = after.iter().map(|(link, target)| ActiveModel {
            zone_id: Set(self.zone.0),
            case_id: Set(record.id.0),
            link: Set(link.to_string()),
            target_id: Set(target.0),
        });
        if !after.is_empty() {
            batch.push(&Entity::insert_many(rows).into_query());
        }
    }
}
