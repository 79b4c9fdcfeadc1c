//! Companies and the company file (一企一档): what is known of each, who says so, and how it is looked after.
use super::connection::{CompanyConnection, FactConnection, FitConnection};
use super::fit::{FitFilterInput, FitOrder, PolicyQuestion, QuestionRank, fit_page};
use super::gate::{broken, caller, coded, desk, language};
use super::id::NodeId;
use super::list::{Bounds, Cursors, encode, take};
use super::loader::company::{
    ContactsOf, FactList, FactsOf, FitsFor, HistoryCountOf, HistoryOf, QuestionsOf, SpecialistOf, TagsOf,
};
use super::loader::load;
use super::people::{Person, load_person};
use super::policy::PolicyField;
use super::scalar::{Date, DateTime};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use desk::{CompanyCursor, CompanyFilter, InForce};
use workflow::{CompanyId, PersonId};

/// A company of the zone.
pub struct Company(pub(super) desk::Company);

/// A company of the zone.
#[Object]
impl Company {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Company(self.0.id).encode()
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The unified social credit code (GB 32100).
    async fn credit_code(&self) -> Option<&str> {
        self.0.credit_code.as_deref()
    }

    /// Where in the zone it sits: a park, a building.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// What it is filed under. For staff.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Option<Vec<String>>> {
        Ok(Some(load(ctx, TagsOf(self.0.id)).await?.unwrap_or_default()))
    }

    /// Who of the staff looks after it. For staff.
    async fn specialist(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match load(ctx, SpecialistOf(self.0.id)).await? {
            Some(person) => load_person(ctx, person).await,
            None => Ok(None),
        }
    }

    /// Whom to call, the first to call first.
    async fn contacts(&self, ctx: &Context<'_>) -> Result<Vec<Contact>> {
        let contacts = load(ctx, ContactsOf(self.0.id)).await?.unwrap_or_default();
        let in_part = caller(ctx)?.person.company.is_none();
        Ok(contacts.into_iter().map(|contact| Contact { contact, in_part }).collect())
    }

    /// What is known of it: of each field the fact that counts on a day, with those that contradict it.
    #[graphql(complexity = "2 + 4 * child_complexity")]
    async fn facts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today without it.")] as_of: Option<Date>,
    ) -> Result<Vec<FactInForce>> {
        let day = as_of.map_or_else(|| desk(ctx).map(desk::Desk::today), |day| Ok(day.0))?;
        let facts = load(ctx, FactsOf { company: self.0.id, day }).await?.unwrap_or_default();
        Ok(facts.into_iter().map(FactInForce).collect())
    }

    /// What was ever stated of it, the newest first, withdrawn facts too.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    async fn fact_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this field: its key or Chinese label.")] field: Option<String>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<FactConnection> {
        fact_page(ctx, self.0.id, field, (first, last), (after, before)).await
    }

    /// What policies say of it, worth most first unless another order is asked for.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are those of a Relay connection")]
    async fn fits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which; all of them without it.")] filter: Option<FitFilterInput>,
        #[graphql(desc = "In which order.")] order: Option<FitOrder>,
    ) -> Result<FitConnection> {
        let asked = (filter.unwrap_or_default(), order);
        fit_page(ctx, FitsFor::Company(self.0.id), asked, (first, last), (after, before)).await
    }

    /// What to ask it next: the unknown facts that decide most, the best first, at most ten.
    #[graphql(complexity = "20 + 4 * child_complexity")]
    async fn questions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What decides which is the best; the number of policies without it.")] rank: Option<
            QuestionRank,
        >,
    ) -> Result<Vec<PolicyQuestion>> {
        let by_money = rank == Some(QuestionRank::Money);
        let asked = load(ctx, QuestionsOf { company: self.0.id, by_money }).await?.unwrap_or_default();
        Ok(asked.into_iter().map(PolicyQuestion).collect())
    }
}

/// Somebody to call at a company.
pub struct Contact {
    contact: desk::Contact,
    /// Whether whoever asks is shown how to reach them in part: the staff are, the company is not.
    in_part: bool,
}

/// Somebody to call at a company.
#[Object]
impl Contact {
    /// Their name.
    async fn name(&self) -> &str {
        &self.contact.name
    }

    /// What they are there.
    async fn post(&self) -> Option<&str> {
        self.contact.post.as_deref()
    }

    /// Their telephone; to staff in part: `reveal` shows it whole.
    async fn phone(&self) -> Option<String> {
        self.contact.phone.as_deref().map(|phone| self.shown(phone))
    }

    /// Their address of mail; to staff in part: `reveal` shows it whole.
    async fn email(&self) -> Option<String> {
        self.contact.email.as_deref().map(|email| self.shown(email))
    }
}

impl Contact {
    fn shown(&self, text: &str) -> String {
        if self.in_part { desk::masked(text) } else { text.to_owned() }
    }
}

/// The fact of a field that counts on a day.
pub struct FactInForce(InForce);

/// The fact of a field that counts on a day.
#[Object]
impl FactInForce {
    /// The fact.
    async fn fact(&self) -> CompanyFact {
        CompanyFact(self.0.fact.clone())
    }

    /// The day from which it counts; none where it always did.
    async fn since(&self) -> Option<Date> {
        self.0.since.map(Date)
    }

    /// What was stated otherwise for the same days, the most trusted first.
    async fn conflicts(&self) -> Vec<CompanyFact> {
        self.0.conflicts.iter().cloned().map(CompanyFact).collect()
    }
}

/// Something that was stated of a company.
pub struct CompanyFact(pub(super) desk::Fact);

/// Something that was stated of a company.
#[Object]
impl CompanyFact {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Fact(self.0.id).encode()
    }

    /// The field.
    async fn field(&self, ctx: &Context<'_>) -> Result<PolicyField> {
        let library = desk(ctx)?.library(caller(ctx)?.zone).await.map_err(broken)?;
        Ok(PolicyField { library, key: self.0.field.clone() })
    }

    /// What it is, as JSON: `null` where it is known that there is none; numbers as texts, so that they stay exact.
    async fn value(&self) -> &str {
        &self.0.value
    }

    /// What it is, for people.
    async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        let library = desk(ctx)?.library(caller(ctx)?.zone).await.map_err(broken)?;
        Ok(library.fact_said(&self.0, language(ctx)))
    }

    /// The first day it speaks of.
    async fn from(&self) -> Option<Date> {
        self.0.from.map(Date)
    }

    /// The last day it speaks of.
    async fn to(&self) -> Option<Date> {
        self.0.to.map(Date)
    }

    /// Who or what says so.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// The day it was stated.
    async fn stated_on(&self) -> Date {
        Date(self.0.stated_on)
    }

    /// How sure it is.
    async fn confidence(&self) -> FactConfidence {
        self.0.confidence.into()
    }

    /// Whether the company says so of itself.
    async fn self_declared(&self) -> bool {
        self.0.self_declared
    }

    /// Who recorded it. Companies read only the names of their own people.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.author {
            Some(author) => load_person(ctx, author).await,
            None => Ok(None),
        }
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// When it was withdrawn, if it was.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime)
    }
}

/// How sure a fact is.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum FactConfidence {
    /// It was seen in a register or on paper.
    Verified,
    /// Somebody said so.
    Stated,
    /// It is a guess.
    Estimated,
}

impl From<desk::Confidence> for FactConfidence {
    fn from(confidence: desk::Confidence) -> Self {
        match confidence {
            desk::Confidence::Verified => Self::Verified,
            desk::Confidence::Stated => Self::Stated,
            desk::Confidence::Estimated => Self::Estimated,
        }
    }
}

impl From<FactConfidence> for desk::Confidence {
    fn from(confidence: FactConfidence) -> Self {
        match confidence {
            FactConfidence::Verified => Self::Verified,
            FactConfidence::Stated => Self::Stated,
            FactConfidence::Estimated => Self::Estimated,
        }
    }
}

/// Which companies; all conditions hold together.
#[derive(InputObject, Default)]
pub struct CompanyFilterInput {
    /// With this text in name or credit code.
    text: Option<String>,
    /// Filed under this tag. For staff.
    tag: Option<String>,
    /// Looked after by this person. For staff.
    specialist: Option<ID>,
    /// At this place.
    place: Option<String>,
}

impl CompanyFilterInput {
    /// An id that names nobody finds nothing.
    fn decode(self) -> CompanyFilter {
        let person = |id: ID| NodeId::person(&id).unwrap_or(PersonId(uuid::Uuid::nil()));
        let specialist = self.specialist.map(person);
        CompanyFilter { text: self.text, tag: self.tag, specialist, place: self.place }
    }
}

/// A page of companies.
pub(super) async fn company_page(
    ctx: &Context<'_>,
    filter: CompanyFilterInput,
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<CompanyConnection> {
    let (desk, caller) = (desk(ctx)?, caller(ctx)?);
    let filter = filter.decode();
    if caller.person.company.is_some() && (filter.tag.is_some() || filter.specialist.is_some()) {
        return Err(coded("FORBIDDEN", "your roles do not include these conditions"));
    }
    let (after, before): (Option<CompanyCursor>, Option<CompanyCursor>) =
        (super::list::cursor(after)?, super::list::cursor(before)?);
    let cursors = (after.as_ref(), before.as_ref());
    let page = desk.company_page(caller, &filter, take(bounds)?, cursors).await.map_err(broken)?;
    let edge = |company: desk::Company| (encode(&CompanyCursor::of(&company)), Company(company));
    let edges = page.items.into_iter().map(edge).collect();
    Ok(CompanyConnection { edges, has_previous: page.has_previous, has_next: page.has_next, context: filter })
}

async fn fact_page(
    ctx: &Context<'_>,
    company: CompanyId,
    field: Option<String>,
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<FactConnection> {
    let place = |cursor: Option<String>| match cursor.map(|cursor| NodeId::parse(&cursor.into())) {
        None => Ok(None),
        Some(Some(NodeId::Fact(id))) => Ok(Some(id)),
        Some(_) => Err(coded("BAD_INPUT", "the cursor is not of this list")),
    };
    let context = HistoryCountOf { company, field: field.clone() };
    let list = FactList { field, take: take(bounds)?, cursors: (place(after)?, place(before)?) };
    let Some(page) = load(ctx, HistoryOf { company, list }).await? else {
        return Ok(FactConnection { edges: vec![], has_previous: false, has_next: false, context });
    };
    let edge = |fact: desk::Fact| (NodeId::Fact(fact.id).encode().to_string(), CompanyFact(fact));
    let edges = page.items.into_iter().map(edge).collect();
    Ok(FactConnection { edges, has_previous: page.has_previous, has_next: page.has_next, context })
}

pub(super) async fn load_company(ctx: &Context<'_>, id: CompanyId) -> Result<Option<Company>> {
    Ok(load(ctx, id).await?.map(Company))
}

/// An id that names no company names one that is not there.
pub(super) fn company_id(id: &ID) -> CompanyId {
    NodeId::company(id).unwrap_or(CompanyId(uuid::Uuid::nil()))
}
