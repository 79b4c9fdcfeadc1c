//! What can be looked up.
use super::account::SignInRules;
use super::admission::CompanyClaim;
use super::attachment::Attachment;
use super::case::Case;
use super::company::{Company, CompanyFact, CompanyFilterInput, company_page};
use super::connection::{CaseConnection, CompanyConnection, MailConnection, PolicyConnection};
use super::event::Event;
use super::fit::PolicyFit;
use super::gate::{broken, caller, coded, desk};
use super::id::NodeId;
use super::import::CompanyImport;
use super::list::{CaseFilterInput, CaseOrderInput, case_page};
use super::loader::company::{FitNamed, PolicyNamed};
use super::loader::{EventsOf, Known, MailId, load};
use super::mail::{Mail, MailFilterInput};
use super::note::Note;
use super::people::{Language, Me, Person, Unit};
use super::personal::{PersonRecord, PersonalField, subject};
use super::policy::{Policy, PolicyFilterInput, policy_page};
use super::process::Process;
use super::search::{SearchConnection, SearchKind, search_page};
use super::snippet::Snippet;
use super::wording::{MailKind, MailPreviewPayload, MailWordsInput};
use async_graphql::{Context, ID, Interface, Object, Result};
use futures_util::future::try_join_all;

/// Something with a global id.
#[derive(Interface)]
#[expect(clippy::large_enum_variant, reason = "one at a time, on its way out")]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
pub enum Node {
    /// A case.
    Case(Case),
    /// A row of a case's history.
    Event(Event),
    /// A company.
    Company(Company),
    /// A person.
    Person(Person),
    /// A unit.
    Unit(Unit),
    /// A note on a case.
    Note(Note),
    /// A file on a case.
    Attachment(Attachment),
    /// A text that staff write again and again.
    Snippet(Snippet),
    /// A mail that a case caused.
    Mail(Mail),
    /// Something that was stated of a company.
    CompanyFact(CompanyFact),
    /// A policy.
    Policy(Policy),
    /// What a policy says of a company.
    PolicyFit(PolicyFit),
    /// An import of companies from a sheet.
    CompanyImport(CompanyImport),
}

/// The most ids that `nodes` takes.
const NODES_MOST: usize = 100;

/// Everything that can be looked up. What the caller may not see is like what is not there.
pub struct Query;

/// Everything that can be looked up. What the caller may not see is like what is not there.
#[Object]
impl Query {
    /// Whoever is signed in.
    async fn me(&self, ctx: &Context<'_>) -> Result<Me> {
        Ok(Me(caller(ctx)?.clone()))
    }

    /// Finds anything by its global id.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
    ) -> Result<Option<Node>> {
        node(ctx, &id).await
    }

    /// Finds things by their global ids, in the order of the ids; none for what is not there.
    #[graphql(complexity = "1 + ids.len().min(100) * child_complexity / 10")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > NODES_MOST {
            return Err(coded("BAD_INPUT", format!("at most {NODES_MOST} ids, found {}", ids.len())));
        }
        try_join_all(ids.iter().map(|id| node(ctx, id))).await
    }

    /// Finds a case.
    async fn case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
    ) -> Result<Option<Case>> {
        let Some(id) = NodeId::case(&id) else { return Ok(None) };
        let found = desk(ctx)?.case_find(caller(ctx)?, id).await.map_err(broken)?;
        Ok(found.map(Case))
    }

    /// Lists cases, the newest first unless another order is asked for.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are those of a Relay connection")]
    async fn cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which cases; all of them without it.")] filter: Option<CaseFilterInput>,
        #[graphql(desc = "In which order.")] order: Option<CaseOrderInput>,
    ) -> Result<CaseConnection> {
        case_page(ctx, filter.unwrap_or_default(), order, (first, last), (after, before)).await
    }

    /// Finds companies, cases and notes that the caller sees and that have every word of a text somewhere in them.
    #[graphql(complexity = "20 + super::list::cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are those of a Relay connection")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What to look for: up to 12 words in up to 200 characters. Nothing in it is syntax."
        )]
        text: String,
        #[graphql(desc = "Of these kinds; of all without it.")] kinds: Option<Vec<SearchKind>>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<SearchConnection> {
        search_page(ctx, &text, kinds, (first, last), (after, before)).await
    }

    /// Lists the mails of the zone, the latest first. For administrators.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    async fn mails(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which mails; all of them without it.")] filter: Option<MailFilterInput>,
    ) -> Result<Option<MailConnection>> {
        let page = super::mail::page(ctx, filter.unwrap_or_default(), (first, last), (after, before));
        Ok(Some(page.await?))
    }

    /// Lists the companies that the caller sees, by name.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    async fn companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which companies; all of them without it.")] filter: Option<CompanyFilterInput>,
    ) -> Result<CompanyConnection> {
        company_page(ctx, filter.unwrap_or_default(), (first, last), (after, before)).await
    }

    /// Finds an import of companies with what it would change. For staff.
    #[graphql(complexity = "50 + child_complexity")]
    async fn company_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
    ) -> Result<Option<CompanyImport>> {
        let found = desk(ctx)?.import_find(caller(ctx)?, NodeId::import(&id)).await.map_err(broken)?;
        Ok(found.map(CompanyImport))
    }

    /// The last imports of companies, at most 20, the newest first, without what they would change. For staff.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn company_imports(&self, ctx: &Context<'_>) -> Result<Option<Vec<CompanyImport>>> {
        let imports = desk(ctx)?.imports(caller(ctx)?).await.map_err(broken)?;
        Ok(Some(imports.into_iter().map(|import| CompanyImport(import.into())).collect()))
    }

    /// Lists the policies of the zone by id, those in force today unless asked otherwise.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    async fn policies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which policies.")] filter: Option<PolicyFilterInput>,
    ) -> Result<PolicyConnection> {
        policy_page(ctx, filter.unwrap_or_default(), (first, last), (after, before)).await
    }

    /// Every kind of mail that a process may send, by name. For administrators.
    #[graphql(complexity = "50 + child_complexity")]
    async fn mail_kinds(&self, ctx: &Context<'_>) -> Result<Option<Vec<MailKind>>> {
        Ok(Some(super::wording::kinds(ctx).await?))
    }

    /// Shows a mail as it would read about a case that never was. For administrators.
    #[graphql(complexity = "10 + child_complexity")]
    async fn mail_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The kind of mail.")] kind: String,
        #[graphql(desc = "The language it is read in.")] language: Language,
        #[graphql(desc = "Words to try; without them those that count in the zone.")] words: Option<
            MailWordsInput,
        >,
    ) -> Result<Option<MailPreviewPayload>> {
        Ok(Some(super::wording::preview(ctx, &kind, language, words).await?))
    }

    /// Finds a process by its key, in its newest version.
    async fn process(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key.")] key: String,
    ) -> Result<Option<Process>> {
        Ok(desk(ctx)?.catalog().newest(caller(ctx)?.zone, &key).cloned().map(Process))
    }

    /// The processes that can be asked for, each in its newest version.
    async fn processes(&self, ctx: &Context<'_>) -> Result<Vec<Process>> {
        Ok(desk(ctx)?.catalog().processes(caller(ctx)?.zone).cloned().map(Process).collect())
    }

    /// The units of the zone. For staff.
    async fn units(&self, ctx: &Context<'_>) -> Result<Option<Vec<Unit>>> {
        let units = desk(ctx)?.units(caller(ctx)?).await.map_err(broken)?;
        Ok(Some(units.into_iter().map(Unit).collect()))
    }

    /// Texts that staff write again and again: the zone's and those of the caller's unit, by title. For staff.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn snippets(&self, ctx: &Context<'_>) -> Result<Option<Vec<Snippet>>> {
        let snippets = desk(ctx)?.snippets(caller(ctx)?).await.map_err(broken)?;
        Ok(Some(snippets.into_iter().map(Snippet).collect()))
    }

    /// What the zone asks of those who sign in. For administrators.
    async fn sign_in_rules(&self, ctx: &Context<'_>) -> Result<Option<SignInRules>> {
        let rules = desk(ctx)?.sign_in_rules(caller(ctx)?.zone).await.map_err(broken)?;
        Ok(Some(rules.into()))
    }

    /// Who says that they speak for a company and waits to be believed, the oldest 100 first. For clerks and
    /// administrators.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn company_claims(&self, ctx: &Context<'_>) -> Result<Option<Vec<CompanyClaim>>> {
        let claims = desk(ctx)?.company_claims(caller(ctx)?).await.map_err(broken)?;
        Ok(Some(claims.into_iter().map(CompanyClaim).collect()))
    }

    /// What data is kept of people, what for, and how long.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn personal_data(&self) -> Vec<PersonalField> {
        desk::PersonalField::all().iter().map(PersonalField).collect()
    }

    /// What was done with the data of a person, of those to call at a company, or in a case, the newest 100 first. For
    /// administrators; everybody sees what was done with theirs in `me`.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn person_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose data.")] id: ID,
    ) -> Result<Option<Vec<PersonRecord>>> {
        let records = desk(ctx)?.person_records(caller(ctx)?, subject(&id)).await.map_err(broken)?;
        Ok(Some(records.into_iter().map(PersonRecord).collect()))
    }

    /// Who asks to be erased and was not answered, at most 100, whoever asked first first. For administrators.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn erasure_wishes(&self, ctx: &Context<'_>) -> Result<Option<Vec<PersonRecord>>> {
        let wishes = desk(ctx)?.erasure_wishes(caller(ctx)?).await.map_err(broken)?;
        Ok(Some(wishes.into_iter().map(PersonRecord).collect()))
    }

    /// Keys of the roles that staff may hold, in alphabetical order. For staff.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<String>>> {
        Ok(Some(desk(ctx)?.staff_roles(caller(ctx)?.zone)))
    }

    /// The people who hold a role. For staff.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role's key.")] role: String,
        #[graphql(desc = "Only those of this unit.")] unit: Option<ID>,
    ) -> Result<Option<Vec<Person>>> {
        let unit = unit.map(|id| NodeId::unit(&id).unwrap_or(workflow::UnitId(uuid::Uuid::nil())));
        let people = desk(ctx)?.people_by_role(caller(ctx)?, &role, unit).await.map_err(broken)?;
        Ok(Some(people.into_iter().map(Person).collect()))
    }
}

pub(super) async fn node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    Ok(match NodeId::parse(id) {
        Some(NodeId::Case(id)) => load(ctx, id).await?.map(|case| Node::Case(Case(case))),
        Some(NodeId::Event(id, seq)) => {
            let Some(case) = load(ctx, id).await? else { return Ok(None) };
            let row = EventsOf { case: Known(case), after: seq.saturating_sub(1), to: seq };
            let event = load(ctx, row).await?.unwrap_or_default().pop();
            event.map(|event| Node::Event(Event(event)))
        }
        Some(NodeId::Company(id)) => load(ctx, id).await?.map(|company| Node::Company(Company(company))),
        Some(NodeId::Person(id)) => load(ctx, id).await?.map(|person| Node::Person(Person(person))),
        Some(NodeId::Unit(id)) => load(ctx, id).await?.map(|unit| Node::Unit(Unit(unit))),
        Some(NodeId::Note(id)) => load(ctx, id).await?.map(|note| Node::Note(Note(note))),
        Some(NodeId::Attachment(id)) => {
            load(ctx, id).await?.map(|attachment| Node::Attachment(Attachment(attachment)))
        }
        Some(NodeId::Snippet(id)) => load(ctx, id).await?.map(|snippet| Node::Snippet(Snippet(snippet))),
        Some(NodeId::Mail(id)) => load(ctx, MailId(id)).await?.map(|mail| Node::Mail(Mail(mail))),
        Some(NodeId::Fact(id)) => load(ctx, id).await?.map(|fact| Node::CompanyFact(CompanyFact(fact))),
        Some(NodeId::Policy(id)) => {
            load(ctx, PolicyNamed(id)).await?.map(|found| Node::Policy(Policy(found)))
        }
        Some(NodeId::Fit(policy, company)) => {
            load(ctx, FitNamed(policy, company)).await?.map(|fit| Node::PolicyFit(PolicyFit(fit)))
        }
        Some(NodeId::Import(id)) => {
            let found = desk(ctx)?.import_find(caller(ctx)?, id).await.map_err(broken)?;
            found.map(|import| Node::CompanyImport(CompanyImport(import)))
        }
        None => None,
    })
}
