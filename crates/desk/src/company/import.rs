//! Importing a sheet of companies: it is brought under a secret address, looked at, imported and undone; and the sheets
//! that go out.
use super::mistake;
use crate::company_sheet::{Plan, PlannedCompany, PlannedRow, SheetMistake, Summary};
use crate::refused::{MistakeKind, text_check};
use crate::sign_in::token;
use crate::{Caller, Desk, DeskError, Refused, StoreError, Unuploaded, Viewer, aside};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::{Company, Confidence, Fact, FactId, FactImport, FactImportId, Tx};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use workflow::{CompanyId, Language, Text};

/// How long a file is awaited, and then kept for somebody to look at.
const AWAITED: SignedDuration = SignedDuration::from_mins(15);
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Longest name of a file, in characters.
const NAME_MOST: usize = 200;
/// How many imports are listed.
const LISTED: u64 = 20;

/// A file of companies that is awaited.
#[derive(Clone)]
pub struct ImportAwaited {
    /// The import.
    pub import: FactImport,
    /// The secret under which the file may be brought, once; only its hash is kept.
    pub token: String,
}

impl std::fmt::Debug for ImportAwaited {
    /// Keeps the token out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportAwaited").field("import", &self.import).finish_non_exhaustive()
    }
}

/// What an import did, or would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSummary {
    /// Rows of the sheet.
    pub rows: usize,
    /// Rows with a mistake; nothing of these is written.
    pub wrong_rows: usize,
    /// Companies that are new.
    pub new_companies: usize,
    /// Facts of fields of which nothing was known.
    pub new_facts: usize,
    /// Facts that were known otherwise.
    pub changed_facts: usize,
    /// Facts that were known.
    pub unchanged_facts: usize,
    /// Things to be confirmed.
    pub doubts: usize,
}

impl From<Summary> for ImportSummary {
    fn from(summary: Summary) -> Self {
        Self {
            rows: summary.rows,
            wrong_rows: summary.wrong_rows,
            new_companies: summary.new_companies,
            new_facts: summary.new_facts,
            changed_facts: summary.changed_facts,
            unchanged_facts: summary.unchanged_facts,
            doubts: summary.doubts,
        }
    }
}

/// An import with what it would do, or did.
#[derive(Debug, Clone)]
pub struct ImportView {
    /// The import.
    pub import: FactImport,
    /// What it would do, or did; nothing while its file is awaited, or is no table.
    pub summary: Option<ImportSummary>,
    /// Why the file is no table.
    pub unreadable: Option<Text>,
    /// Everything that is wrong; nothing once it is done.
    pub findings: Vec<SheetMistake>,
    /// What must be confirmed.
    pub doubts: Vec<SheetMistake>,
}

impl From<FactImport> for ImportView {
    /// Without what it would do: that takes reading its file.
    fn from(import: FactImport) -> Self {
        let summary = import.summary.as_deref().and_then(|summary| serde_json::from_str(summary).ok());
        Self { import, summary, unreadable: None, findings: vec![], doubts: vec![] }
    }
}

impl Desk {
    /// Lets the caller's zone await a sheet of companies.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn import_request(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<Result<ImportAwaited, Refused>, DeskError> {
        if let Err(refused) = text_check("name", name, NAME_MOST, false) {
            return Ok(Err(refused));
        }
        let now = self.surroundings.now();
        let import = FactImport {
            id: FactImportId(self.surroundings.id()),
            person: caller.person.id,
            name: name.trim().to_owned(),
            expires_at: now.saturating_add(AWAITED).unwrap_or(now),
            digest: None,
            uploaded_at: None,
            summary: None,
            applied_at: None,
            undone_at: None,
        };
        let token = token::new(caller.zone, &self.surroundings.bytes());
        let tx = self.store.begin(caller.zone).await?;
        // What was never imported is forgotten here: whoever imports sweeps.
        tx.import_sweep(now.saturating_sub(KEPT).unwrap_or(now)).await?;
        tx.import_insert(&import, &token::hash(&token)).await?;
        tx.commit().await?;
        Ok(Ok(ImportAwaited { import, token }))
    }

    /// Takes in the sheet that is awaited under a token. The token is the right to bring it: nobody signs in for it.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn import_upload(
        &self,
        token: &str,
        content: impl AsyncRead + Unpin,
    ) -> Result<Result<FactImport, Unuploaded>, DeskError> {
        let Some(zone) = token::zone(token) else { return Ok(Err(Unuploaded::NoSuchUpload)) };
        let now = self.surroundings.now();
        let Some(awaited) = self.store.import_awaited(zone, &token::hash(token), now).await? else {
            return Ok(Err(Unuploaded::NoSuchUpload));
        };
        let most = u64::try_from(sheet::MOST_BYTES).unwrap_or(u64::MAX);
        let mut bytes = vec![];
        let mut content = content.take(most + 1);
        match tokio::time::timeout(UPLOAD, content.read_to_end(&mut bytes)).await {
            Ok(read) => read?,
            Err(_) => return Ok(Err(Unuploaded::TooSlow)),
        };
        if bytes.len() as u64 > most {
            return Ok(Err(Unuploaded::TooLong { size: most }));
        }
        let digest = hex::encode(Sha256::digest(&bytes));
        let tx = self.store.begin(zone).await?;
        if !tx.import_content_set(awaited.id, &bytes, &digest, now).await? {
            return Ok(Err(Unuploaded::NoSuchUpload));
        }
        tx.commit().await?;
        Ok(Ok(FactImport { digest: Some(digest), uploaded_at: Some(now), ..awaited }))
    }

    /// Finds an import of the caller's zone with what it would do, or did.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn import_find(
        &self,
        caller: &Caller,
        id: FactImportId,
    ) -> Result<Option<ImportView>, DeskError> {
        let Some((import, content)) = self.store.import_find(&self.viewer(caller), id).await? else {
            return Ok(None);
        };
        let mut view = ImportView::from(import);
        if let Some(content) = content {
            match self.import_plan(caller, content).await? {
                Ok(plan) => {
                    view.summary = Some(plan.summary().into());
                    view.findings = plan.findings().cloned().collect();
                    view.doubts = plan.doubts().cloned().collect();
                }
                Err(unreadable) => view.unreadable = Some(unreadable),
            }
        }
        Ok(Some(view))
    }

    /// The last imports of the caller's zone, the newest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn imports(&self, caller: &Caller) -> Result<Vec<FactImport>, DeskError> {
        Ok(self.store.import_list(&self.viewer(caller), LISTED).await?)
    }

    /// Imports the rows of a sheet that are free of mistakes, all of them or none; what is doubtful only if it is
    /// confirmed. The same sheet once more changes nothing.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn import_apply(
        &self,
        caller: &Caller,
        id: FactImportId,
        accept_doubts: bool,
    ) -> Result<Result<ImportView, Refused>, DeskError> {
        let found = self.store.import_find(&self.viewer(caller), id).await?;
        let Some((import, Some(content))) = found else { return Ok(Err(Refused::NoSuchImport)) };
        let plan = match self.import_plan(caller, content).await? {
            Ok(plan) => plan,
            Err(message) => return Ok(Err(wrong("sheet", message))),
        };
        if let Some(first) = plan.mistakes.first() {
            return Ok(Err(wrong("columns", said(first))));
        }
        if let Some(first) = plan.doubts().next().filter(|_| !accept_doubts) {
            return Ok(Err(wrong("doubts", said(first))));
        }
        let summary = ImportSummary::from(plan.summary());
        let tx = self.store.begin(caller.zone).await?;
        let text = serde_json::to_string(&summary).unwrap_or_default();
        if !tx.import_apply(id, &text, self.surroundings.now()).await? {
            return Ok(Err(Refused::NoSuchImport));
        }
        let touched = match self.rows_write(&tx, caller, &import, &plan).await {
            Ok(touched) => touched,
            Err(DeskError::Store(StoreError::Taken { .. })) => return Ok(Err(Refused::CodeTaken)),
            Err(error) => return Err(error),
        };
        self.fits_renew_all(&tx, &touched).await?;
        tx.commit().await?;
        Ok(self.import_find(caller, id).await?.ok_or(Refused::NoSuchImport))
    }

    /// Withdraws every fact of an import, and removes the companies that it added, unless somebody did something else with
    /// them since. Doing it twice is fine.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn import_undo(
        &self,
        caller: &Caller,
        id: FactImportId,
    ) -> Result<Result<ImportView, Refused>, DeskError> {
        let found = self.store.import_find(&self.viewer(caller), id).await?;
        let Some(import) = found.map(|found| found.0).filter(|import| import.applied_at.is_some()) else {
            return Ok(Err(Refused::NoSuchImport));
        };
        if import.undone_at.is_none() {
            let tx = self.store.begin(caller.zone).await?;
            let touched = tx.import_undo(id, caller.person.id, self.surroundings.now()).await?;
            self.fits_renew_all(&tx, &touched).await?;
            tx.commit().await?;
        }
        Ok(self.import_find(caller, id).await?.ok_or(Refused::NoSuchImport))
    }

    pub(super) async fn import_plan(
        &self,
        caller: &Caller,
        content: Vec<u8>,
    ) -> Result<Result<Plan<CompanyId>, Text>, DeskError> {
        let (library, today) = (self.library(caller.zone).await?, self.today());
        let known = self.known(&Viewer::System(caller.zone), &library.library.fields).await?;
        let plan = aside(move || Plan::read(&content, &library.library.fields, &known, today)).await?;
        Ok(plan.map_err(|error| Text::new(&error.in_chinese(), &error.to_string())))
    }

    /// Writes what a plan changes; answers of which companies.
    async fn rows_write(
        &self,
        tx: &Tx,
        caller: &Caller,
        import: &FactImport,
        plan: &Plan<CompanyId>,
    ) -> Result<Vec<CompanyId>, DeskError> {
        let mut added: HashMap<String, CompanyId> = HashMap::new();
        let (mut new, mut touched, mut facts) = (vec![], vec![], vec![]);
        for row in plan.changes() {
            let company = match row.company {
                PlannedCompany::Known(id) => id,
                PlannedCompany::New | PlannedCompany::Unclear => {
                    let code = row.credit_code.as_ref().map(|code| code.as_str().to_owned());
                    let key = code.clone().or_else(|| row.name.clone()).unwrap_or_default();
                    if let Some(id) = added.get(&key) {
                        *id
                    } else {
                        let id = CompanyId(self.surroundings.id());
                        let name = row.name.clone().unwrap_or_else(|| key.clone());
                        new.push(Company { id, name, credit_code: code, place: None });
                        added.insert(key, id);
                        id
                    }
                }
            };
            touched.push(company);
            facts.extend(self.row_facts(caller, import, company, row));
        }
        tx.companies_insert(&new, Some(import.id)).await?;
        let touched = tx.company_lock(&touched).await?;
        tx.fact_insert(&facts).await?;
        Ok(touched)
    }

    fn row_facts(
        &self,
        caller: &Caller,
        import: &FactImport,
        company: CompanyId,
        row: &PlannedRow<CompanyId>,
    ) -> Vec<Fact> {
        let today = self.today();
        let source = row.source.clone().unwrap_or_else(|| import.name.clone());
        let fact = |planned: &crate::company_sheet::PlannedFact| Fact {
            id: FactId(self.surroundings.id()),
            company,
            field: planned.field.to_string(),
            from: Some(row.since),
            to: None,
            value: super::value::stored(planned.value.as_ref()),
            source: source.clone(),
            stated_on: today,
            confidence: Confidence::Verified,
            author: Some(caller.person.id),
            self_declared: false,
            import: Some(import.id),
            recorded_at: self.surroundings.now(),
            withdrawn_at: None,
            withdrawn_by: None,
        };
        row.changes().map(fact).collect()
    }
}

/// How long a file may take to come.
const UPLOAD: std::time::Duration = std::time::Duration::from_mins(1);

fn said(found: &SheetMistake) -> Text {
    Text::new(&found.said(Language::Zh), &found.said(Language::En))
}

fn wrong(place: &str, message: Text) -> Refused {
    Refused::Mistakes(vec![mistake(place, MistakeKind::NotAValue, message)])
}
