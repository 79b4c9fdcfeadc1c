//! Importing companies from a sheet: the file comes over HTTP, what it would change is looked at here.
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::people::{Person, load_person};
use super::refusal::Refusal;
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use desk::company_sheet::SheetMistake;
use desk::{ImportSummary, ImportView};
use workflow::Language;

/// How many findings are told; the sheet of errors has them all.
const FINDINGS_MOST: usize = 200;

/// An import of companies from a sheet.
pub struct CompanyImport(pub(super) ImportView);

/// An import of companies from a sheet.
#[Object]
impl CompanyImport {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Import(self.0.import.id).encode()
    }

    /// What the file is called.
    async fn name(&self) -> &str {
        &self.0.import.name
    }

    /// Where it stands.
    async fn state(&self) -> ImportState {
        let import = &self.0.import;
        match (import.undone_at, import.applied_at, import.uploaded_at) {
            (Some(_), ..) => ImportState::Undone,
            (_, Some(_), _) => ImportState::Applied,
            (.., Some(_)) => ImportState::Ready,
            (None, None, None) => ImportState::Awaited,
        }
    }

    /// Who asked for it.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        load_person(ctx, self.0.import.person).await
    }

    /// The SHA-256 of the file in hexadecimal; none while it is awaited.
    async fn sha256(&self) -> Option<&str> {
        self.0.import.digest.as_deref()
    }

    /// When the file came.
    async fn uploaded_at(&self) -> Option<DateTime> {
        self.0.import.uploaded_at.map(DateTime)
    }

    /// When it was imported.
    async fn applied_at(&self) -> Option<DateTime> {
        self.0.import.applied_at.map(DateTime)
    }

    /// When it was undone.
    async fn undone_at(&self) -> Option<DateTime> {
        self.0.import.undone_at.map(DateTime)
    }

    /// What it would do, or did; none while its file is awaited or is no table.
    async fn summary(&self) -> Option<CompanyImportSummary> {
        self.0.summary.map(CompanyImportSummary)
    }

    /// Why the file is no table.
    async fn unreadable(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.unreadable.as_ref().map(|text| text.get(language(ctx)))
    }

    /// What is wrong, from the top of the sheet to its end, at most 200; none once it is done.
    async fn findings(&self, ctx: &Context<'_>) -> Vec<SheetFinding> {
        found(&self.0.findings, language(ctx))
    }

    /// What must be confirmed before it is imported, at most 200.
    async fn doubts(&self, ctx: &Context<'_>) -> Vec<SheetFinding> {
        found(&self.0.doubts, language(ctx))
    }

    /// Where the rows that are wrong or doubtful are fetched by GET, as a workbook with the reasons.
    async fn errors_url(&self) -> Option<String> {
        let some = !self.0.findings.is_empty() || !self.0.doubts.is_empty();
        some.then(|| format!("/imports/{}", NodeId::Import(self.0.import.id).encode().as_str()))
    }
}

fn found(mistakes: &[SheetMistake], language: Language) -> Vec<SheetFinding> {
    let told = |mistake: &SheetMistake| SheetFinding {
        line: mistake.line,
        column: mistake.column,
        message: mistake.said(language),
    };
    mistakes.iter().take(FINDINGS_MOST).map(told).collect()
}

/// Where an import stands.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum ImportState {
    /// Its file is awaited.
    Awaited,
    /// Its file can be looked at and imported.
    Ready,
    /// It was imported.
    Applied,
    /// It was imported and undone.
    Undone,
}

/// What an import did, or would do.
pub struct CompanyImportSummary(ImportSummary);

/// What an import did, or would do.
#[Object]
impl CompanyImportSummary {
    /// Rows of the sheet.
    async fn rows(&self) -> usize {
        self.0.rows
    }

    /// Rows with a mistake; nothing of these is written.
    async fn wrong_rows(&self) -> usize {
        self.0.wrong_rows
    }

    /// Companies that are new.
    async fn new_companies(&self) -> usize {
        self.0.new_companies
    }

    /// Facts of fields of which nothing was known.
    async fn new_facts(&self) -> usize {
        self.0.new_facts
    }

    /// Facts that were known otherwise.
    async fn changed_facts(&self) -> usize {
        self.0.changed_facts
    }

    /// Facts that were known.
    async fn unchanged_facts(&self) -> usize {
        self.0.unchanged_facts
    }

    /// Things to be confirmed.
    async fn doubts(&self) -> usize {
        self.0.doubts
    }
}

/// Something wrong in a sheet, and where.
#[derive(SimpleObject)]
pub struct SheetFinding {
    /// The line, from one.
    line: u64,
    /// The column, from one; none where it is the whole row.
    column: Option<usize>,
    /// What is wrong, where, and what is allowed.
    message: String,
}

/// Asks to import a sheet of companies.
#[derive(InputObject)]
pub struct CompanyImportRequestInput {
    /// What the file is called.
    name: String,
}

/// Asks to import what was looked at.
#[derive(InputObject)]
pub struct CompanyImportApplyInput {
    /// The import.
    import_id: ID,
    /// Whether what is doubtful is confirmed.
    #[graphql(default)]
    accept_doubts: bool,
}

/// Asks to undo an import.
#[derive(InputObject)]
pub struct CompanyImportUndoInput {
    /// The import.
    import_id: ID,
}

/// What came of asking to import.
#[derive(SimpleObject)]
pub struct CompanyImportRequestPayload {
    /// The import, unless it was refused.
    import: Option<CompanyImport>,
    /// Where the file is brought by PUT, once: CSV or .xlsx. Whoever has the address may: keep it secret.
    upload_url: Option<String>,
    /// Until when it is awaited.
    expires_at: Option<DateTime>,
    /// Why it may not be.
    refusal: Option<Refusal>,
}

/// What came of importing, or of undoing it.
#[derive(SimpleObject)]
pub struct CompanyImportPayload {
    /// The import, unless it was refused.
    import: Option<CompanyImport>,
    /// Why it may not be; nothing was written.
    refusal: Option<Refusal>,
}

/// What can be done with imports.
#[derive(Default)]
pub struct ImportMutation;

/// What can be done with imports.
#[Object]
impl ImportMutation {
    /// Asks to import a sheet of companies; it is then brought to `uploadUrl`. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn company_import_request(
        &self,
        ctx: &Context<'_>,
        input: CompanyImportRequestInput,
    ) -> Result<CompanyImportRequestPayload> {
        Ok(match desk(ctx)?.import_request(caller(ctx)?, &input.name).await.map_err(broken)? {
            Ok(awaited) => CompanyImportRequestPayload {
                upload_url: Some(format!("/imports/{}", awaited.token)),
                expires_at: Some(DateTime(awaited.import.expires_at)),
                import: Some(CompanyImport(awaited.import.into())),
                refusal: None,
            },
            Err(refused) => CompanyImportRequestPayload {
                import: None,
                upload_url: None,
                expires_at: None,
                refusal: Some(Refusal::new(&refused, language(ctx))),
            },
        })
    }

    /// Imports the rows that are free of mistakes. The same sheet once more changes nothing. For staff.
    #[graphql(complexity = "100 + child_complexity")]
    async fn company_import_apply(
        &self,
        ctx: &Context<'_>,
        input: CompanyImportApplyInput,
    ) -> Result<CompanyImportPayload> {
        let id = NodeId::import(&input.import_id);
        let done = desk(ctx)?.import_apply(caller(ctx)?, id, input.accept_doubts).await.map_err(broken)?;
        Ok(payload(ctx, done))
    }

    /// Withdraws every fact of an import and removes the companies it added, unless somebody did something else with them
    /// since. For staff.
    #[graphql(complexity = "100 + child_complexity")]
    async fn company_import_undo(
        &self,
        ctx: &Context<'_>,
        input: CompanyImportUndoInput,
    ) -> Result<CompanyImportPayload> {
        let id = NodeId::import(&input.import_id);
        let done = desk(ctx)?.import_undo(caller(ctx)?, id).await.map_err(broken)?;
        Ok(payload(ctx, done))
    }
}

fn payload(ctx: &Context<'_>, done: std::result::Result<ImportView, desk::Refused>) -> CompanyImportPayload {
    match done {
        Ok(import) => CompanyImportPayload { import: Some(CompanyImport(import)), refusal: None },
        Err(refused) => {
            CompanyImportPayload { import: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
        }
    }
}
