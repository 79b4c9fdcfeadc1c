//! A store with mails in its outbox.
use crate::{Transport, Worker};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{
    CaseFilter, CaseId, CompanyId, Due, MailFilter, MailRecord, MailState, NewMail, Person, PersonId,
    StepRecord, Store, Take, Viewer, ZoneId,
};
use tempfile::TempDir;
use uuid::Uuid;
use workflow::{Call, Case, Entry, Phase, Step};

pub(super) const ZONE: ZoneId = ZoneId(Uuid::from_u128(0x2020));
pub(super) const CASE: CaseId = CaseId(Uuid::from_u128(0xca5e));

const COMPANY: CompanyId = CompanyId(Uuid::from_u128(0xc0));

/// When the mails were caused.
pub(super) fn start() -> Timestamp {
    "2026-09-01T02:30:00Z".parse().unwrap()
}

pub(super) struct Outbox {
    pub(super) store: Store,
    folder: TempDir,
}

/// A mail numbered `number`, to USER@company.example.
pub(super) fn mail(number: u128, user: &str) -> NewMail {
    NewMail {
        id: Uuid::from_u128(number),
        template: "request-accepted".to_owned(),
        recipient: None,
        address: format!("{user}@company.example"),
        name: "王小明".to_owned(),
        language: "zh".to_owned(),
        context: context(),
        due: Due::At(start()),
    }
}

pub(super) fn context() -> Value {
    json!({
        "zone": { "name": "临江经济开发区" },
        "recipient": { "name": "王小明" },
        "case": {
            "number": "QX-20260901-0001", "title": "研发人员难招", "process": "企业诉求", "state": "待派单",
            "company": "凌云精密（虚构）有限公司"
        },
        "action": { "title": "受理", "actor": null },
        "answers": [{ "label": "类别", "value": "一般事项" }],
        "clocks": [{ "title": "办结时限", "due": "2026-09-08 17:30" }]
    })
}

impl Outbox {
    /// A fresh store in which one step caused `mails`.
    pub(super) async fn with(mails: Vec<NewMail>) -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("desk.sqlite").display());
        Store::migrate(&url).await.unwrap();
        let store = Store::open(&url).await.unwrap();
        let tx = store.begin(ZONE).await.unwrap();
        tx.zone_insert("linjiang", "临江经济开发区", start()).await.unwrap();
        tx.company_insert(&store::Company {
            id: COMPANY,
            name: "凌云精密（虚构）有限公司".to_owned(),
            credit_code: None,
            place: None,
        })
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let outbox = Self { store, folder };
        outbox.add(mails).await;
        outbox
    }

    /// Adds mails that a step of a case of its own caused.
    pub(super) async fn add(&self, mails: Vec<NewMail>) {
        let tx = self.store.begin(ZONE).await.unwrap();
        let cases = self.store.case_count(&Viewer::System(ZONE), &CaseFilter::default()).await.unwrap();
        let id = CaseId(Uuid::from_u128(CASE.0.as_u128() + u128::try_from(cases).unwrap()));
        tx.step_record(StepRecord {
            id,
            before: None,
            number: Some(format!("QX-20260901-{:04}", cases + 1)),
            title: Some("研发人员难招".to_owned()),
            shared: true,
            at: start(),
            actor: None,
            action: "file".to_owned(),
            step: step(COMPANY),
            mails,
            idempotency: None,
        })
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) fn worker(&self, transport: Transport) -> Worker {
        let sender = "钱小二服务中心 <desk@zone.example>".parse().unwrap();
        let desk = Some("https://desk.example/".parse().unwrap());
        Worker::new(self.store.clone(), transport, sender, desk, "test".to_owned())
    }

    /// Somebody of the zone.
    pub(super) async fn somebody(&self) -> PersonId {
        let person = Person {
            id: PersonId(Uuid::from_u128(0xbe)),
            login: "wang".to_owned(),
            name: "王小明".to_owned(),
            email: None,
            language: "zh".to_owned(),
            unit: None,
            company: None,
            roles: vec![],
            posts: vec![],
        };
        let tx = self.store.begin(ZONE).await.unwrap();
        tx.person_insert(&person, "").await.unwrap();
        tx.commit().await.unwrap();
        person.id
    }

    /// Where a worker of [`Outbox::directory`] writes.
    pub(super) fn written(&self) -> std::path::PathBuf {
        self.folder.path().join("mail")
    }

    pub(super) fn directory(&self) -> Worker {
        self.worker(Transport::Directory(self.written()))
    }

    /// The mails as the outbox has them, by number.
    pub(super) async fn records(&self) -> Vec<MailRecord> {
        let filter = MailFilter::default();
        let (viewer, mut records, mut after) = (Viewer::System(ZONE), vec![], None);
        loop {
            let page = self.store.outbox_page(&viewer, &filter, Take::First(7), after, None).await.unwrap();
            after = page.items.last().map(|record| record.id);
            records.extend(page.items);
            if !page.has_next {
                break;
            }
        }
        records.sort_by_key(|record| record.id);
        records
    }

    pub(super) async fn states(&self) -> Vec<MailState> {
        self.records().await.iter().map(|record| record.state).collect()
    }
}

/// Sends what is due by `now`, however slow the machine is.
pub(super) async fn drain(worker: &Worker, now: Timestamp) {
    while worker.run_once(ZONE, now).await.unwrap().taken() > 0 {
        worker.finish(now).await.unwrap();
    }
}

fn step(company: CompanyId) -> Step {
    let case = Case { process: "request".into(), version: 1, company: Some(company), ..Case::default() };
    let entry = Entry {
        call: Call::Recompute,
        now: start(),
        calendar: String::new(),
        from: vec![],
        to: vec![],
        clocks: vec![],
        marked: vec![],
        unmarked: vec![],
        automatics: vec![],
        mails: vec![],
        limits: BTreeMap::new(),
        facts: BTreeMap::new(),
        spawned: vec![],
        told: vec![],
        linked: vec![],
        unlinked: vec![],
    };
    Step { case, phase: Phase::Received, due: None, undated: false, mails: vec![], timers: vec![], entry }
}
