//! Processes at run time: checking a definition, publishing it in a zone, and moving open cases to a new version.
//!
//! A version is frozen by its digest: the same text may be published again, another text under the same version never.
use crate::write::{Write, Written};
use crate::{Caller, CatalogError, Desk, DeskError, Refused, StoreError, StoredCase, Viewer};
use std::sync::Arc;
use store::PublishedDefinition;
use workflow::engine::relocate;
use workflow::{Call, CaseId, Definition, Finding, Language, Outcome, Refusal, Text, ZoneId};

/// How many cases are looked at before the next ones are read.
const BATCH: u64 = 200;
/// How many cases that cannot move a report names; it counts all.
const NAMED_MOST: usize = 500;

/// A definition that is in force.
#[derive(Debug, Clone)]
pub struct Published {
    /// The definition.
    pub definition: Arc<Definition>,
    /// Whether it was published before with the same text.
    pub repeated: bool,
    /// Roles that nobody in the zone holds yet.
    pub vacant: Vec<Text>,
}

/// Why a definition was not published; nothing was written.
#[derive(Debug, Clone)]
pub enum NotPublished {
    /// It does not pass its check.
    Findings(Vec<Finding>),
    /// Another text was published under this version, which is frozen.
    Frozen {
        /// The next version that is free.
        next: u32,
    },
    /// A newer version is in force.
    Older {
        /// The version in force.
        newest: u32,
    },
}

impl NotPublished {
    /// The refusal's closed code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Findings(_) => "FINDINGS",
            Self::Frozen { .. } => "FROZEN",
            Self::Older { .. } => "OLDER",
        }
    }

    /// Says what is needed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::Findings(findings) if zh => format!("流程定义有 {} 处问题", findings.len()),
            Self::Findings(findings) => format!("the definition has {} findings", findings.len()),
            Self::Frozen { next } if zh => {
                format!("此版本已发布，内容不可更改，请改为 version = {next}")
            }
            Self::Frozen { next } => {
                format!("this version is released with another text and frozen; make it version = {next}")
            }
            Self::Older { newest } if zh => format!("现行版本为 {newest}，新版本号必须更大"),
            Self::Older { newest } => format!("version {newest} is in force; a new one has a greater number"),
        }
    }
}

/// What a move of open cases to a new version did, or would do.
#[derive(Debug, Clone, Default)]
pub struct Moved {
    /// Cases that have an image in the new version, and moved unless it was a rehearsal.
    pub moved: u64,
    /// Cases that were moved by someone else meanwhile; moving again takes them along.
    pub busy: u64,
    /// How many cases have no image.
    pub stuck: u64,
    /// The first of them, each with the reason.
    pub named: Vec<(StoredCase, Refusal)>,
}

impl Desk {
    /// Checks a definition without publishing it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn definition_check(&self, text: &str) -> Result<Definition, Vec<Finding>> {
        Definition::parse(text, &self.vocabulary)
    }

    /// Publishes a definition in the caller's zone: new cases open under it. Open cases stay where they are.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn definition_publish(
        &self,
        caller: &Caller,
        text: &str,
    ) -> Result<Result<Published, NotPublished>, DeskError> {
        let definition = match self.definition_check(text) {
            Ok(definition) => definition,
            Err(findings) => return Ok(Err(NotPublished::Findings(findings))),
        };
        let zone = caller.zone;
        self.catalog_refresh(zone).await?;
        let (process, version) = (definition.process.clone(), definition.version);
        if let Some(newest) = self.catalog().newest(zone, &process).map(|newest| newest.version) {
            if let Some(known) = self.catalog().find(zone, &process, version) {
                if known.digest != definition.digest {
                    return Ok(Err(NotPublished::Frozen { next: newest + 1 }));
                }
                let vacant = self.vacant(zone, known).await?;
                return Ok(Ok(Published { definition: known.clone(), repeated: true, vacant }));
            }
            if version < newest {
                return Ok(Err(NotPublished::Older { newest }));
            }
        }
        let row = PublishedDefinition {
            zone,
            process: process.to_string(),
            version,
            digest: definition.digest.clone(),
            text: text.to_owned(),
            published_at: self.surroundings.now(),
            published_by: Some(caller.person.id),
        };
        let tx = self.store.begin(zone).await?;
        match tx.definition_insert(&row).await {
            Ok(()) => tx.commit().await?,
            // Someone published this version a moment ago.
            Err(StoreError::Taken { .. }) => return Ok(Err(NotPublished::Frozen { next: version + 1 })),
            Err(error) => return Err(error.into()),
        }
        self.catalog_refresh(zone).await?;
        let vacant = self.vacant(zone, &definition).await?;
        Ok(Ok(Published { definition: Arc::new(definition), repeated: false, vacant }))
    }

    /// Roles of a definition that people are given and that nobody in the zone holds.
    async fn vacant(&self, zone: ZoneId, definition: &Definition) -> Result<Vec<Text>, DeskError> {
        use workflow::RoleKind::{Applicant, Assigned, Holder, Opener};
        let mut vacant = vec![];
        for (key, role) in &definition.roles {
            let given = match role.kind {
                Holder | Assigned => true,
                Applicant | Opener => false,
            };
            if given && self.store.person_by_roles(&Viewer::System(zone), key, None).await?.is_empty() {
                vacant.push(role.title.clone());
            }
        }
        Ok(vacant)
    }

    /// Takes in what a zone published since the last look, here or in another process.
    pub(crate) async fn catalog_refresh(&self, zone: ZoneId) -> Result<(), DeskError> {
        let mut catalog = (*self.catalog()).clone();
        let mut changed = false;
        for (process, version, digest) in self.store.definition_keys(zone).await? {
            let known = u32::try_from(version).ok().and_then(|version| catalog.find(zone, &process, version));
            if known.is_some_and(|known| known.digest == digest) {
                continue;
            }
            let Some(row) = self.store.definition_find(zone, &process, version).await? else { continue };
            match catalog.publish(zone, &format!("{process} v{version}"), &row.text, &self.vocabulary) {
                Ok(()) => changed = true,
                // It passed its check when it was published: the program is older, or the row was damaged.
                Err(error @ (CatalogError::Faulty { .. } | CatalogError::Twice { .. })) => {
                    tracing::error!(%zone, %error, "a published process is passed over");
                }
            }
        }
        if changed && let Ok(mut known) = self.catalog.write() {
            *known = Arc::new(catalog);
        }
        Ok(())
    }

    /// Moves every open case of a process to a version, or with `rehearsal` only tells what that would do. Cases that
    /// have no image there stay and are named; clocks go on as they are.
    ///
    /// # Errors
    /// [`DeskError`]; what moved before stays moved.
    pub async fn process_move(
        &self,
        caller: &Caller,
        process: &str,
        version: u32,
        rehearsal: bool,
    ) -> Result<Result<Moved, Refused>, DeskError> {
        let zone = caller.zone;
        let catalog = self.catalog();
        let Some(new) = catalog.find(zone, process, version) else {
            let processes = catalog.processes(zone).map(|definition| definition.process.clone()).collect();
            return Ok(Err(Refused::NoSuchProcess { processes }));
        };
        let viewer = Viewer::System(zone);
        let (mut after, mut report): (Option<CaseId>, Moved) = (None, Moved::default());
        loop {
            let ids = self.store.case_open_ids(zone, after, BATCH).await?;
            let Some(last) = ids.last().copied() else { return Ok(Ok(report)) };
            after = Some(last);
            for stored in self.store.case_batch(&viewer, &ids).await? {
                if *stored.case.process != *process || stored.case.version >= version {
                    continue;
                }
                match self.relocated(caller, &stored, new, rehearsal).await {
                    Ok(None) => report.moved += 1,
                    Ok(Some(refusal)) => {
                        report.stuck += 1;
                        if report.named.len() < NAMED_MOST {
                            report.named.push((stored, refusal));
                        }
                    }
                    Err(DeskError::Store(StoreError::Stale | StoreError::Collided)) => report.busy += 1,
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// Moves one case, or answers why it cannot.
    async fn relocated(
        &self,
        caller: &Caller,
        stored: &StoredCase,
        new: &Definition,
        rehearsal: bool,
    ) -> Result<Option<Refusal>, DeskError> {
        let old = self.definition(stored)?;
        let circumstances = self.circumstances(caller.zone, new, Some(stored)).await?;
        let step = match relocate(&old, new, &stored.case, circumstances.world()) {
            Outcome::Moved(step) => *step,
            Outcome::Refused(refusal) => return Ok(Some(refusal)),
        };
        if !rehearsal {
            let call = Call::Relocate { version: new.version };
            let (id, before) = (stored.id, Some(stored));
            let actor = Some(&caller.person);
            let write =
                Write { id, before, actor, definition: new, call: &call, step, source: None, key: None };
            if let Written::Refused(Refused::Engine(refusal) | Refused::Elsewhere { refusal, .. }) =
                self.write(caller.zone, write).await?
            {
                return Ok(Some(refusal));
            }
        }
        Ok(None)
    }
}
