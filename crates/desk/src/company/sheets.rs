//! The sheets of companies that go out: an empty one, what is known, and what was wrong with one that came in.
use crate::company_sheet::{KnownCompany, export, template};
use crate::{Caller, Desk, DeskError, Page, Take, Viewer, aside};
use jiff::civil::Date;
use policy::{FactFile, Fields};
use sheet::Table;
use std::collections::HashMap;
use store::{Company, CompanyCursor, CompanyFilter, Fact, FactImportId};
use workflow::{CompanyId, Language};

/// How many companies are read at once.
const BATCH: u64 = 100;

/// A sheet as it leaves.
#[derive(Debug, Clone)]
pub struct SheetFile {
    /// What the file is called.
    pub name: &'static str,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Says as what a sheet leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    /// An Excel workbook.
    Xlsx,
    /// CSV in UTF-8.
    Csv,
}

impl Desk {
    /// An empty sheet to fill in.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sheet_template(
        &self,
        caller: &Caller,
        format: SheetFormat,
        language: Language,
    ) -> Result<SheetFile, DeskError> {
        let library = self.library(caller.zone).await?;
        let table = template(&library.library.fields, &[], language);
        written(&table, format, ("companies-template.xlsx", "companies-template.csv"))
    }

    /// What is known of the companies that the caller sees, as a sheet that can be imported again.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sheet_export(
        &self,
        caller: &Caller,
        format: SheetFormat,
        language: Language,
    ) -> Result<SheetFile, DeskError> {
        let library = self.library(caller.zone).await?;
        let known = self.known(&self.viewer(caller), &library.library.fields).await?;
        let today = self.today();
        let table = move || export(&library.library.fields, &[], &known, today, language);
        aside(move || written(&table(), format, ("companies.xlsx", "companies.csv"))).await?
    }

    /// The rows of an import that are wrong or doubtful, with the reasons.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sheet_errors(
        &self,
        caller: &Caller,
        id: FactImportId,
        language: Language,
    ) -> Result<Option<SheetFile>, DeskError> {
        let found = self.store.import_find(&self.viewer(caller), id).await?;
        let Some((_, Some(content))) = found else { return Ok(None) };
        let Ok(plan) = self.import_plan(caller, content).await? else { return Ok(None) };
        let errors = ("companies-errors.xlsx", "");
        aside(move || written(&plan.errors_sheet(language), SheetFormat::Xlsx, errors)).await?.map(Some)
    }

    /// Every company of a viewer with what is known of it.
    pub(super) async fn known(
        &self,
        viewer: &Viewer,
        fields: &Fields,
    ) -> Result<Vec<KnownCompany<CompanyId>>, DeskError> {
        let (day, mut all, mut after) = (self.today(), vec![], None);
        loop {
            let filter = CompanyFilter::default();
            let cursors = (after.as_ref(), None);
            let page: Page<Company> =
                self.store.company_page(viewer, &filter, Take::First(BATCH), cursors).await?;
            let ids: Vec<CompanyId> = page.items.iter().map(|company| company.id).collect();
            let mut of: HashMap<CompanyId, Vec<Fact>> = HashMap::new();
            for fact in self.store.fact_list(viewer, &ids).await? {
                of.entry(fact.company).or_default().push(fact);
            }
            after = page.items.last().map(CompanyCursor::of);
            all.extend(page.items.into_iter().map(|company| KnownCompany {
                facts: of.get(&company.id).map(|facts| stated(facts, fields, day)).unwrap_or_default(),
                id: company.id,
                credit_code: company.credit_code,
                name: company.name,
            }));
            if !page.has_next {
                return Ok(all);
            }
        }
    }
}

/// Everything stated of a company that still counts, each with the day from which it does; of several for one day the
/// one that counts.
fn stated(facts: &[Fact], fields: &Fields, day: Date) -> FactFile {
    let mut file = FactFile::default();
    for (field, since, value, source) in super::file::standing(facts, fields, day) {
        file.state(field, value, Some(source.to_owned()), since);
    }
    file
}

fn written(
    table: &Table,
    format: SheetFormat,
    (xlsx, csv): (&'static str, &'static str),
) -> Result<SheetFile, DeskError> {
    Ok(match format {
        SheetFormat::Xlsx => SheetFile { name: xlsx, content: table.xlsx()? },
        SheetFormat::Csv => SheetFile { name: csv, content: table.csv() },
    })
}
