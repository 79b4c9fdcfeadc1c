//! What people do at the counter: they sign in, file requests, take actions, look things up; and what happens of
//! itself when a timer is due.
//!
//! - A case changes only here, through [`Desk::case_open`], [`Desk::case_act`], [`Desk::timers_fire`] and
//!   [`Desk::calendar_import`], which all take the same way: engine, then one transaction of `store`.
//! - A refusal is a value ([`Refused`]); an error ([`DeskError`]) is breakage.
//! - What is foreign looks exactly like what is missing.
//! - The instant and chance come from [`Surroundings`]; nothing here reads a clock.
//!
//! Absent: SQL (`store`), mail transport (`notify`), GraphQL and HTTP (`service`), names of states or actions.
mod act;
mod archive;
mod attachment;
mod attention;
mod calendar;
mod caller;
mod catalog;
mod circumstances;
mod clock;
mod company;
pub mod company_sheet;
pub mod demonstration;
mod digest;
mod error;
mod filing;
mod form;
mod history;
mod letter;
mod library;
mod live;
mod mail;
mod matching;
mod note;
mod notice;
mod personal;
mod post;
mod process;
mod read;
mod refused;
mod relation;
mod rights;
mod search;
mod setting;
mod setup;
mod several;
mod sign_in;
mod snippet;
mod surroundings;
mod timer;
mod wish;
mod wording;
mod write;

pub use ::condition::{Evaluation, Number, Truth, Value};
pub use act::{ActOrder, Acted, OpenOrder};
pub use archive::contents_remove;
pub use attachment::{AttachmentOrder, Awaited, Download, Unuploaded};
pub use calendar::{CalendarImported, ImportError};
pub use caller::{Access, Caller};
pub use catalog::{Catalog, CatalogError};
pub use clock::ClockView;
pub use company::{
    CompanyChange, CompanyOrder, FactOrder, ImportAwaited, ImportSummary, ImportView, InForce, SheetFile,
    SheetFormat, in_force,
};
pub use error::DeskError;
pub use library::{PolicyNotPublished, PolicyPublished, ZoneLibrary};
pub use live::{Live, News, Shown, Sorted};
pub use matching::{DecisionKey, FitDecision, PolicyQuestion, PolicyView, fen};
pub use personal::{NotDone, PersonalField, RecordAct, Revealed, masked};
pub use post::PostsOrder;
pub use process::{Moved, NotPublished, Published};
pub use read::{ActionView, CaseView, EventView, Reading};
pub use refused::{Mistake, MistakeKind, Refused};
pub use relation::{Light, LinkView};
pub use rights::{COMPANY, Rights, RightsError, STAFF};
pub use search::search_words;
pub use setting::{LimitView, NotSet};
pub use setup::{NewPerson, SetupError};
pub use several::{Reported, SeveralOrder};
pub(crate) use sign_in::password_check;
pub use sign_in::{
    Admission, AdmissionOrder, ApiScope, ApiTokenOrder, CompanyClaim, Credentials, Denied, EmailOrder,
    Enrolled, Enrolment, Entrance, FirstOrder, NewApiToken, NotDecided, Origin, PasswordError, Rules,
    SignedIn, WaitingClaim, password_hash,
};
pub use store::{
    Absence, ApiToken, Attachment, AttachmentId, CaseCursor, CaseFilter, CaseOrder, CaseOrderBy, CaseSource,
    Claim, Company, CompanyCursor, CompanyFilter, Confidence, Contact, Fact, FactId, FactImport,
    FactImportId, Fit, FitCursor, FitFilter, FitOrder, FitPlace, FitTally, FitsOf, Found, FoundCount,
    FoundId, MailDiscard, MailFilter, MailNotice, MailRecord, MailState, MailWish, MailWording,
    MatchingRound, Note, NoteId, PAGE_MOST, Page, PageRequest, Person, PersonRecord, Post, Scope,
    SearchCursor, SearchKind, SearchProgress, SearchWords, Session, Snippet, SnippetId, SnippetPart, Source,
    Store, StoreError, StoredCase, Take, Undeliverable, Unit, Viewer, Whose, Zone,
};
pub use surroundings::Surroundings;
pub use wish::{WishView, WishesView};
pub use wording::{MailPreview, Previewer};

use ::calendar::BusinessTime;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::Semaphore;
use workflow::{Key, MailKind, Vocabulary, ZoneId};

/// The desk: one per process of the program, shared by everything that serves.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    catalog: Arc<RwLock<Arc<Catalog>>>,
    vocabulary: Arc<Vocabulary>,
    rights: Arc<Rights>,
    surroundings: Surroundings,
    /// Working time by zone, as of the last look at its calendar.
    times: Arc<RwLock<HashMap<ZoneId, BusinessTime>>>,
    settings: Arc<RwLock<HashMap<ZoneId, Arc<setting::Settings>>>>,
    /// What each zone's settings were when they were last followed.
    seen: Arc<RwLock<HashMap<ZoneId, setting::Seen>>>,
    zones: Arc<RwLock<HashMap<ZoneId, Zone>>>,
    libraries: Arc<RwLock<HashMap<ZoneId, Arc<ZoneLibrary>>>>,
    /// The kinds of mail.
    mails: Arc<HashMap<Key, MailKind>>,
    previewer: Option<Arc<Previewer>>,
    signers: Arc<RwLock<HashMap<ZoneId, wish::Signer>>>,
    hashing: Hashing,
    /// The code by which somebody becomes the first administrator, where there is nobody.
    first: Arc<Mutex<Option<String>>>,
    /// Where the contents of files lie.
    vault: Option<Arc<attachment::Vault>>,
}

/// Who may hash passwords. Hashing one takes 19 MiB and a core for a while.
#[derive(Clone)]
struct Hashing {
    /// How many do so at once.
    working: Arc<Semaphore>,
    /// How many do so or wait for their turn.
    waiting: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { working: Arc::new(Semaphore::new(2)), waiting: Arc::new(Semaphore::new(50)) }
    }
}

impl Desk {
    /// Puts a desk together.
    #[must_use]
    pub fn new(
        store: Store,
        catalog: Catalog,
        vocabulary: Vocabulary,
        rights: Rights,
        surroundings: Surroundings,
    ) -> Self {
        Self {
            store,
            catalog: Arc::new(RwLock::new(Arc::new(catalog))),
            vocabulary: Arc::new(vocabulary),
            rights: Arc::new(rights),
            surroundings,
            times: Arc::default(),
            settings: Arc::default(),
            seen: Arc::default(),
            zones: Arc::default(),
            libraries: Arc::default(),
            mails: Arc::default(),
            previewer: None,
            signers: Arc::default(),
            hashing: Hashing::default(),
            first: Arc::default(),
            vault: None,
        }
    }

    /// The same desk, for whoever works under another clock: the demonstration.
    fn with_surroundings(&self, surroundings: Surroundings) -> Self {
        Self { surroundings, ..self.clone() }
    }

    /// The processes it runs, as of the last look at what zones published.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who may read and change what.
    #[must_use]
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Where it gets the instant and chance from.
    #[must_use]
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// Whether its database answers.
    ///
    /// # Errors
    /// What the database said.
    pub async fn ping(&self) -> Result<(), DeskError> {
        Ok(self.store.ping().await?)
    }

    /// Every zone of the database.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn zones(&self) -> Result<Vec<Zone>, DeskError> {
        Ok(self.store.zone_list().await?)
    }

    /// A zone by its id, remembered after the first look: zones do not change under a running desk.
    pub(crate) async fn zone(&self, id: ZoneId) -> Result<Option<Zone>, DeskError> {
        if let Some(zone) = self.zones.read().ok().and_then(|zones| zones.get(&id).cloned()) {
            return Ok(Some(zone));
        }
        let found = self.store.zone_list().await?.into_iter().find(|zone| zone.id == id);
        if let (Some(zone), Ok(mut zones)) = (&found, self.zones.write()) {
            zones.insert(id, zone.clone());
        }
        Ok(found)
    }
}

/// Does work that takes long without waiting for anybody, such as reading a sheet, where it holds up no other request.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, DeskError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| DeskError::Aside)
}
