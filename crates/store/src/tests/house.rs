//! A zone with people and companies, and steps to record in it.
use crate::{
    CaseId, Company, CompanyId, Due, NewMail, Person, PersonId, Scope, StepRecord, Store, StoredCase, Unit,
    UnitId, Viewer, ZoneId,
};
use jiff::{Timestamp, ToSpan};
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;
use workflow::{Assignee, Call, Case, Entry, Phase, Step, Timer};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// An identity that no other test of this process has.
pub(super) fn fresh() -> Uuid {
    // Scattered, so that the order of ids is not the order of making.
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u64_pair(next.wrapping_mul(0x9e37_79b9_7f4a_7c15), next)
}

/// So many minutes into the first morning.
pub(super) fn at(minutes: i64) -> Timestamp {
    "2026-09-01T01:00:00Z".parse::<Timestamp>().unwrap() + minutes.minutes()
}

pub(super) struct House {
    pub(super) store: Store,
    pub(super) zone: ZoneId,
    pub(super) service: UnitId,
    pub(super) planning: UnitId,
    pub(super) company: CompanyId,
    pub(super) rival: CompanyId,
    pub(super) clerk: PersonId,
    pub(super) handler: PersonId,
    pub(super) owner: PersonId,
}

impl House {
    pub(super) async fn build(store: &Store) -> Self {
        let house = Self {
            store: store.clone(),
            zone: ZoneId(fresh()),
            service: UnitId(fresh()),
            planning: UnitId(fresh()),
            company: CompanyId(fresh()),
            rival: CompanyId(fresh()),
            clerk: PersonId(fresh()),
            handler: PersonId(fresh()),
            owner: PersonId(fresh()),
        };
        let tx = store.begin(house.zone).await.unwrap();
        tx.zone_insert(&format!("zone-{}", house.zone), "示范区", at(0)).await.unwrap();
        for (id, key) in [(house.service, "service"), (house.planning, "planning")] {
            tx.unit_insert(&Unit { id, key: key.into(), name: key.to_uppercase() }).await.unwrap();
        }
        for (id, name) in [(house.company, "甲公司"), (house.rival, "乙公司")] {
            let credit_code = Some(format!("code-{id}"));
            tx.company_insert(&Company { id, name: name.into(), credit_code, place: None }).await.unwrap();
        }
        let clerk =
            Person { unit: Some(house.service), roles: vec!["clerk".into()], ..person(house.clerk, "clerk") };
        tx.person_insert(&clerk, "hash-of-clerk").await.unwrap();
        let roles = vec!["handler".into(), "supervisor".into()];
        let handler = Person { unit: Some(house.planning), roles, ..person(house.handler, "handler") };
        tx.person_insert(&handler, "hash-of-handler").await.unwrap();
        let owner = Person { company: Some(house.company), ..person(house.owner, "owner") };
        tx.person_insert(&owner, "hash-of-owner").await.unwrap();
        tx.commit().await.unwrap();
        house
    }

    pub(super) fn system(&self) -> Viewer {
        Viewer::System(self.zone)
    }

    pub(super) fn viewer(&self, person: PersonId, scope: Scope) -> Viewer {
        Viewer::Person { zone: self.zone, person, scope }
    }

    /// The first step of a case of `company`, with nobody assigned and nothing to wait for.
    pub(super) fn opening(&self, company: CompanyId) -> StepRecord {
        let id = CaseId(fresh());
        let case = Case { process: "request".into(), version: 1, company: Some(company), ..Case::default() };
        StepRecord {
            id,
            before: None,
            number: Some(format!("N-{id}")),
            title: Some("缺少研发人员".into()),
            shared: true,
            at: at(1),
            actor: Some(self.clerk),
            action: "file".into(),
            step: step(case, Phase::Received),
            mails: Vec::new(),
            idempotency: None,
        }
    }

    /// A further step of a case.
    pub(super) fn next(&self, stored: &StoredCase) -> StepRecord {
        StepRecord {
            before: Some(stored.clone()),
            number: None,
            title: None,
            at: stored.updated_at + 1.minute(),
            action: "accept".into(),
            step: step(stored.case.clone(), Phase::Active),
            id: stored.id,
            ..self.opening(stored.case.company.unwrap_or(self.company))
        }
    }

    pub(super) async fn record(&self, record: StepRecord) -> Result<StoredCase, crate::StoreError> {
        let tx = self.store.begin(self.zone).await?;
        let stored = tx.step_record(record).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// Opens a case assigned to a unit.
    pub(super) async fn open(&self, company: CompanyId, unit: UnitId) -> StoredCase {
        let mut record = self.opening(company);
        record.step.case.assigned.insert("handler".into(), Assignee::Unit(unit));
        self.record(record).await.unwrap()
    }

    /// Runs SQL behind the program's back.
    pub(super) async fn tamper(&self, sql: &str) {
        use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
        if self.store.writer.get_database_backend() == sea_orm::DbBackend::Sqlite {
            sea_orm::ConnectionTrait::execute_unprepared(&self.store.writer, sql).await.unwrap();
            return;
        }
        // The role that serves could not.
        let options = self.store.writer.get_postgres_connection_pool().connect_options();
        let mut connection = (*options).clone().username("postgres").connect().await.unwrap();
        connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        connection.close().await.unwrap();
    }

    /// An identity as a literal of this database.
    pub(super) fn literal(&self, id: Uuid) -> String {
        match self.store.writer.get_database_backend() {
            sea_orm::DbBackend::Sqlite => format!("x'{}'", id.simple()),
            _ => format!("'{id}'"),
        }
    }
}

pub(super) fn mail(to: &str) -> NewMail {
    NewMail {
        id: fresh(),
        template: "received".into(),
        recipient: None,
        address: to.into(),
        name: "收件人".into(),
        language: "zh".into(),
        context: serde_json::json!({ "number": "N-1" }),
        due: Due::At(at(1)),
    }
}

pub(super) fn timer(name: &str, due: Timestamp) -> Timer {
    Timer { name: name.into(), due }
}

fn step(case: Case, phase: Phase) -> Step {
    let entry = Entry {
        call: Call::Recompute,
        now: at(1),
        calendar: "digest".into(),
        from: Vec::new(),
        to: vec!["received".into()],
        clocks: Vec::new(),
        marked: Vec::new(),
        unmarked: Vec::new(),
        automatics: Vec::new(),
        mails: Vec::new(),
        limits: [].into(),
        facts: [].into(),
        spawned: Vec::new(),
        told: Vec::new(),
        linked: Vec::new(),
        unlinked: Vec::new(),
    };
    Step { case, phase, due: None, undated: false, mails: Vec::new(), timers: Vec::new(), entry }
}

fn person(id: PersonId, name: &str) -> Person {
    Person {
        id,
        login: name.into(),
        name: name.to_uppercase(),
        email: Some(format!("{name}@example.test")),
        language: "zh".into(),
        unit: None,
        company: None,
        roles: Vec::new(),
        posts: Vec::new(),
    }
}
