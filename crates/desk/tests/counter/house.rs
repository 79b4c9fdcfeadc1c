//! A desk over a fresh SQLite file, with a clock that stands where a test puts it.
use desk::{
    ActOrder, Acted, Caller, Catalog, Company, Credentials, Denied, Desk, Entrance, OpenOrder, Origin,
    Person, Refused, Rights, SignedIn, Store, StoredCase, Surroundings, Unit, Viewer, password_hash,
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use store::{MailOutcome, OutboxMail};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;
use workflow::{
    Answer, Answers, CompanyId, Key, Language, MailKind, Patience, PersonId, Refusal, Text, UnitId,
    Vocabulary, ZoneId,
};

pub(crate) const PASSWORD: &str = "correct horse";

const DATABASE: &str = "desk.db";

/// An instant of Hangzhou.
pub(crate) fn at(text: &str) -> Timestamp {
    format!("{text}:00+08:00").parse().unwrap()
}

/// A desk without a zone.
pub(crate) struct Empty {
    pub(crate) desk: Desk,
    pub(crate) store: Store,
    clock: Arc<AtomicI64>,
    folder: TempDir,
}

impl Empty {
    pub(crate) async fn build(now: Timestamp) -> Self {
        Self::build_from(tempfile::tempdir().unwrap(), now).await
    }

    /// A desk over the database in a folder, which is made when it is not there.
    async fn build_from(folder: TempDir, now: Timestamp) -> Self {
        let url = format!("sqlite://{}?mode=rwc", folder.path().join(DATABASE).display());
        Store::migrate(&url).await.unwrap();
        let store = Store::open(&url).await.unwrap();
        let clock = Arc::new(AtomicI64::new(now.as_microsecond()));
        let (shown, counter) = (clock.clone(), AtomicU64::new(1));
        let now = move || Timestamp::from_microsecond(shown.load(Ordering::SeqCst)).unwrap();
        // Different bytes each time are enough here: nobody guesses.
        let chance = move |bytes: &mut [u8]| {
            let next = counter.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            for (byte, seed) in bytes.iter_mut().zip(next.to_be_bytes().into_iter().cycle()) {
                *byte = seed;
            }
        };
        let catalog = Catalog::shipped(&vocabulary()).unwrap();
        let surroundings = Surroundings::new(now, chance);
        let rights = Rights::shipped().unwrap();
        let desk = Desk::new(store.clone(), catalog, vocabulary(), rights, surroundings)
            .with_files(folder.path().join("attachments"))
            .with_mails(kinds());
        Self { desk, store, clock, folder }
    }

    /// A copy of the demonstration as of Monday 2026-11-23 at 10:05. Setting it up takes seconds, so all tests share it.
    pub(crate) async fn demonstration() -> Self {
        static SET_UP: OnceLock<Vec<u8>> = OnceLock::new();
        let set_up = async || {
            let empty = Self::build(at("2026-11-23T10:05")).await;
            desk::demonstration::set_up(&empty.desk).await.unwrap();
            let copy = empty.folder.path().join("copy.db");
            empty.store.backup(&copy).await.unwrap();
            std::fs::read(copy).unwrap()
        };
        // On a thread of its own: a runtime does not start inside another.
        let run = || std::thread::spawn(move || Runtime::new().unwrap().block_on(set_up())).join().unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(DATABASE), SET_UP.get_or_init(run)).unwrap();
        Self::build_from(folder, at("2026-11-23T10:05")).await
    }

    /// Where the contents of files lie.
    pub(crate) fn attachments(&self) -> std::path::PathBuf {
        self.folder.path().join("attachments")
    }

    pub(crate) fn set(&self, now: Timestamp) {
        self.clock.store(now.as_microsecond(), Ordering::SeqCst);
    }
}

/// The first version of the request, small enough to change in a test: no units beside the lead, no returns.
pub(crate) fn v1() -> &'static str {
    workflow::library::shipped().find(|(file, _)| *file == "request/v1.toml").unwrap().1
}

/// The kinds of mail, each called by its name.
fn kinds() -> Vec<MailKind> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../notify/templates/kinds.toml");
    let patience: BTreeMap<String, Patience> =
        toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let kind = |(name, patience): (String, Patience)| MailKind {
        title: Text::new(&name, &name),
        key: name.into(),
        patience,
    };
    patience.into_iter().map(kind).collect()
}

/// The mails that have templates.
pub(crate) fn vocabulary() -> Vocabulary {
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/../notify/templates");
    let names = std::fs::read_dir(templates).unwrap().map(|entry| entry.unwrap().file_name());
    Vocabulary { mails: names.map(|name| Key::from(name.to_str().unwrap())).collect() }
}

/// Everything that is wrong with what was written, in English.
pub(crate) fn faults(refused: &Refused) -> String {
    let Refused::Engine(Refusal::Form(mistakes)) = refused else { panic!("{refused:?}") };
    let said = mistakes.iter().map(|mistake| mistake.fault.message(Language::En));
    said.collect::<Vec<_>>().join("; ")
}

/// A zone with two companies, two units, and somebody for every role.
pub(crate) struct House {
    pub(crate) empty: Empty,
    pub(crate) zone: ZoneId,
    pub(crate) planning: UnitId,
    pub(crate) finance: UnitId,
    pub(crate) owner: Caller,
    pub(crate) partner: Caller,
    pub(crate) rival: Caller,
    pub(crate) clerk: Caller,
    pub(crate) dispatcher: Caller,
    pub(crate) planner: Caller,
    pub(crate) planner2: Caller,
    pub(crate) financier: Caller,
    pub(crate) planning_head: Caller,
    pub(crate) administrator: Caller,
    pub(crate) reporter: Caller,
}

impl House {
    /// On Monday 2026-03-02 at nine.
    pub(crate) async fn build() -> Self {
        Self::build_at("2026-03-02T09:00").await
    }

    pub(crate) async fn build_at(now: &str) -> Self {
        let empty = Empty::build(at(now)).await;
        Self::in_zone(empty, "one").await
    }

    /// Sets up a further zone in the same database.
    pub(crate) async fn in_zone(empty: Empty, key: &str) -> Self {
        let desk = &empty.desk;
        let fresh = || desk.surroundings().id();
        let zone = ZoneId(fresh());
        let (planning, finance) = (UnitId(fresh()), UnitId(fresh()));
        let (own, other) = (CompanyId(fresh()), CompanyId(fresh()));
        let tx = empty.store.begin(zone).await.unwrap();
        tx.zone_insert(key, "示范区", desk.surroundings().now()).await.unwrap();
        for (id, key) in [(planning, "planning"), (finance, "finance")] {
            tx.unit_insert(&Unit { id, key: key.into(), name: format!("{key} unit") }).await.unwrap();
        }
        for (id, name) in [(own, "甲公司"), (other, "乙公司")] {
            let name = name.into();
            tx.company_insert(&Company { id, name, credit_code: None, place: None }).await.unwrap();
        }
        let hash = password_hash(PASSWORD, &[7; 16]).unwrap();
        let mut people = vec![];
        for (login, roles, unit, company) in [
            ("owner", &["company"][..], None, Some(own)),
            ("partner", &["company"], None, Some(own)),
            ("rival", &["company"], None, Some(other)),
            ("clerk", &["clerk"], None, None),
            ("dispatcher", &["dispatcher"], None, None),
            ("planner", &["handler", "co_handler"], Some(planning), None),
            ("planner2", &["handler", "co_handler"], Some(planning), None),
            ("financier", &["handler", "co_handler"], Some(finance), None),
            ("supervisor", &["supervisor"], None, None),
            ("planning_head", &["unit_leader"], Some(planning), None),
            ("visitor", &["visitor"], None, None),
            ("head", &["centre_head"], None, None),
            ("administrator", &["administrator"], None, None),
            ("reporter", &["micro_grid_head", "grid_worker"], Some(planning), None),
        ] {
            let person = somebody(PersonId(fresh()), login, key, (unit, company), roles);
            tx.person_insert(&person, &hash).await.unwrap();
            people.push(Caller::new(zone, person));
        }
        tx.commit().await.unwrap();
        let [
            owner,
            partner,
            rival,
            clerk,
            dispatcher,
            planner,
            planner2,
            financier,
            _supervisor,
            planning_head,
            _visitor,
            _head,
            administrator,
            reporter,
        ] = people.try_into().unwrap();
        Self {
            empty,
            zone,
            planning,
            finance,
            owner,
            partner,
            rival,
            clerk,
            dispatcher,
            planner,
            planner2,
            financier,
            planning_head,
            administrator,
            reporter,
        }
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.empty.desk
    }

    /// Another desk on the same database and under the same clock, that has only the definitions given.
    pub(crate) fn desk_with(&self, texts: &[&str]) -> Desk {
        let mut catalog = Catalog::default();
        for text in texts {
            catalog.publish(self.zone, "a test", text, &vocabulary()).unwrap();
        }
        self.desk_of(catalog)
    }

    /// Another desk on the same database and under the same clock.
    pub(crate) fn desk_of(&self, catalog: Catalog) -> Desk {
        let surroundings = self.desk().surroundings().clone();
        let rights = Rights::shipped().unwrap();
        Desk::new(self.store().clone(), catalog, vocabulary(), rights, surroundings)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.empty.store
    }

    pub(crate) fn set(&self, now: &str) {
        self.empty.set(at(now));
    }

    /// Tries to sign in, from the one address there is here.
    pub(crate) async fn enter(&self, zone: &str, login: &str, password: &str) -> Result<Entrance, Denied> {
        let given = Credentials { zone, login, password };
        self.desk().sign_in(given, &origin()).await.unwrap()
    }

    /// Signs somebody in who has no second factor.
    pub(crate) async fn sign_in(&self, login: &str) -> SignedIn {
        match self.enter("one", login, PASSWORD).await {
            Ok(Entrance::In(signed_in)) => *signed_in,
            other => panic!("{login}: {other:?}"),
        }
    }

    pub(crate) fn system(&self) -> Viewer {
        Viewer::System(self.zone)
    }

    /// Files a request of the owner's company.
    pub(crate) async fn file(&self) -> StoredCase {
        moved(self.desk().case_open(&self.owner, filing(None)).await.unwrap()).0
    }

    /// Takes an action that must not be refused.
    pub(crate) async fn act(
        &self,
        case: &StoredCase,
        caller: &Caller,
        action: &str,
        given: Answers,
    ) -> StoredCase {
        moved(self.desk().case_act(caller, order(case, action, given)).await.unwrap()).0
    }

    /// Takes an action that must be refused.
    pub(crate) async fn refused(
        &self,
        case: &StoredCase,
        caller: &Caller,
        action: &str,
        given: Answers,
    ) -> Refused {
        refused(self.desk().case_act(caller, order(case, action, given)).await.unwrap())
    }

    /// A request that was accepted as a general matter, dispatched to the planning unit and signed by the planner.
    pub(crate) async fn in_progress(&self) -> StoredCase {
        let case = self.file().await;
        let case = self.act(&case, &self.clerk, "accept", general()).await;
        let unit = [("unit".into(), Answer::Unit(self.planning))].into();
        let case = self.act(&case, &self.dispatcher, "dispatch", unit).await;
        self.act(&case, &self.planner, "sign", Answers::new()).await
    }

    /// A request that was filed, as the planner has it: accepted, dispatched to the planning unit and signed.
    pub(crate) async fn handled(&self, case: &StoredCase) -> StoredCase {
        let accept = answers([("nature", "consultation"), ("urgency", "normal")]);
        let case = self.act(case, &self.clerk, "accept", accept).await;
        let unit = [("unit".into(), Answer::Unit(self.planning))].into();
        let case = self.act(&case, &self.dispatcher, "dispatch", unit).await;
        self.act(&case, &self.planner, "sign", Answers::new()).await
    }

    /// A case as its row stands.
    pub(crate) async fn now(&self, case: &StoredCase) -> StoredCase {
        self.store().case_find(&self.system(), case.id).await.unwrap().unwrap()
    }

    /// What happened to a case: its actions in order.
    pub(crate) async fn actions(&self, case: &StoredCase) -> Vec<String> {
        let events = self.store().event_page(&self.system(), case.id, 0, 1_000).await.unwrap();
        events.into_iter().map(|event| event.action).collect()
    }

    /// Every mail that was written since the last call.
    pub(crate) async fn mails(&self) -> Vec<OutboxMail> {
        let now = self.desk().surroundings().now();
        let mails = self.store().outbox_claim(self.zone, "test", now, 600, 1_000, &[]).await.unwrap();
        let sent = mails.iter().map(|mail| (mail, MailOutcome::Sent { at: now }));
        self.store().outbox_settle(&sent.collect::<Vec<_>>()).await.unwrap();
        mails
    }

    /// As [`House::mails`]: template and login of each, sorted.
    pub(crate) async fn mail_names(&self) -> Vec<String> {
        let login = |mail: &OutboxMail| mail.address.split('@').next().unwrap().to_owned();
        let mails = self.mails().await;
        let mut names: Vec<String> =
            mails.iter().map(|mail| format!("{} to {}", mail.template, login(mail))).collect();
        names.sort();
        names
    }
}

/// Where those who sign in come from.
pub(crate) fn origin() -> Origin {
    Origin { address: Some([192, 0, 2, 1].into()), client: "a test".into() }
}

pub(crate) fn text(value: &str) -> Answer {
    Answer::Text(value.into())
}

pub(crate) fn answers<const N: usize>(pairs: [(&str, &str); N]) -> Answers {
    pairs.into_iter().map(|(key, value)| (Key::from(key), text(value))).collect()
}

pub(crate) fn general() -> Answers {
    answers([("nature", "help"), ("urgency", "normal"), ("difficulty", "general")])
}

pub(crate) fn reply() -> Answers {
    answers([("outcome", "solved"), ("reply", "已经修好，请放心使用。"), ("contact_record", "电话联系")])
}

pub(crate) fn filing(key: Option<&str>) -> OpenOrder {
    OpenOrder {
        process: "request".into(),
        answers: answers([
            ("title", "路灯不亮"),
            ("content", "门口的灯坏了。"),
            ("contact", "王"),
            ("phone", "13800000000"),
        ]),
        company: None,
        source: None,
        idempotency_key: key.map(str::to_owned),
    }
}

pub(crate) fn order(case: &StoredCase, action: &str, answers: Answers) -> ActOrder {
    ActOrder { case: case.id, action: action.into(), answers, expected_version: None, idempotency_key: None }
}

pub(crate) fn moved(acted: Acted) -> (StoredCase, i64) {
    match acted {
        Acted::Moved { case, seq } | Acted::Repeated { case, seq } => (*case, seq),
        Acted::Refused(refused) => panic!("refused: {}", refused.message(Language::En)),
    }
}

pub(crate) fn refused(acted: Acted) -> Refused {
    match acted {
        Acted::Moved { case, seq } | Acted::Repeated { case, seq } => {
            panic!("{} moved to row {seq}", case.number)
        }
        Acted::Refused(refused) => refused,
    }
}

pub(crate) fn nobody() -> Uuid {
    Uuid::from_u128(0xdead)
}

/// A person of a zone; everybody reads Chinese but the partner.
fn somebody(
    id: PersonId,
    login: &str,
    zone: &str,
    (unit, company): (Option<UnitId>, Option<CompanyId>),
    roles: &[&str],
) -> Person {
    Person {
        id,
        login: login.into(),
        name: format!("Name of {login}"),
        email: Some(format!("{login}@{zone}.example")),
        language: if login == "partner" { "en" } else { "zh" }.into(),
        unit,
        company,
        roles: roles.iter().map(|role| (*role).into()).collect(),
        posts: vec![],
    }
}
