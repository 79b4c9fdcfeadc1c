//! The data of people: what is kept and what for, who looked at it, and how it is handed out and erased.
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::people::{Person, load_person};
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use desk::{NotDone, RecordAct, Whose};
use uuid::Uuid;
use workflow::PersonId;

/// One kind of data that is kept of people.
pub struct PersonalField(pub(super) &'static desk::PersonalField);

/// One kind of data that is kept of people.
#[Object]
impl PersonalField {
    /// Tables and columns.
    async fn places(&self) -> &[String] {
        &self.0.places
    }

    /// `contact` reaches somebody, `trace` tells what somebody did, `secret` lets somebody in, `words` is free text
    /// that may name anybody.
    async fn class(&self) -> &str {
        &self.0.class
    }

    /// What it is kept for.
    async fn purpose(&self, ctx: &Context<'_>) -> &str {
        self.0.purpose(language(ctx))
    }

    /// How long it is kept.
    async fn kept(&self, ctx: &Context<'_>) -> &str {
        self.0.kept(language(ctx))
    }

    /// What erasing the person makes of it.
    async fn erased(&self, ctx: &Context<'_>) -> &str {
        self.0.erased(language(ctx))
    }
}

/// What was done with the data of a person.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "desk::RecordAct")]
pub enum PersonRecordAct {
    /// What is shown in part was shown whole.
    Revealed,
    /// All of it was handed out.
    Exported,
    /// They asked that it be erased.
    Asked,
    /// They do not ask for it any more.
    TakenBack,
    /// An administrator said why it is not erased yet.
    Declined,
    /// It was erased.
    Erased,
    /// Their way in was mended by an administrator.
    Rescued,
    /// Staff believed that they speak for a company.
    Admitted,
    /// What they may be was said anew.
    Appointed,
}

/// Something that was done with the data of a person.
pub struct PersonRecord(pub(super) desk::PersonRecord);

/// Something that was done with the data of a person.
#[Object]
impl PersonRecord {
    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// What.
    async fn act(&self) -> Option<PersonRecordAct> {
        RecordAct::of(&self.0).map(Into::into)
    }

    /// Whose data, where it is somebody who signs in.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.subject {
            Whose::Person(person) => load_person(ctx, person).await,
            Whose::Company(_) | Whose::Case(_) => Ok(None),
        }
    }

    /// Who did it.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.actor {
            Some(actor) => load_person(ctx, actor).await,
            None => Ok(None),
        }
    }

    /// Why, as they said.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
}

/// Names whose data is to be shown, and says why.
#[derive(InputObject)]
pub struct RevealInput {
    /// A person, a company with those to call there, or a case with its personal answers.
    id: ID,
    /// Why, in 1 to 500 characters; it is kept.
    reason: String,
}

/// Says whether the caller wishes to be erased.
#[derive(InputObject)]
pub struct OwnErasureWishInput {
    /// Whether they do.
    wanted: bool,
}

/// Since when the caller wishes to be erased.
#[derive(SimpleObject)]
pub struct OwnErasureWishPayload {
    /// Since when; none when they do not.
    asked_at: Option<DateTime>,
}

/// Names a person, and says why.
#[derive(InputObject)]
pub struct PersonReasonInput {
    /// Who.
    person_id: ID,
    /// Why, in 1 to 500 characters; it is kept.
    reason: String,
}

/// What staff see in part elsewhere, whole.
#[derive(SimpleObject)]
pub struct RevealPayload {
    /// All of it; none when it was refused.
    revealed: Option<Vec<Revealed>>,
    /// Why nothing is shown.
    refusal: Option<PersonalRefusal>,
}

/// Something that is shown in part elsewhere.
pub struct Revealed(desk::Revealed);

/// Something that is shown in part elsewhere.
#[Object]
impl Revealed {
    /// Which it is: `login` or `email` of a person, the question of a case, `contacts.0.phone` of a company.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What people call it: of a contact, their name.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        self.0.title.get(language(ctx))
    }

    /// All of it.
    async fn text(&self) -> &str {
        &self.0.text
    }
}

/// Everything that is kept of a person.
#[derive(SimpleObject)]
pub struct PersonExportPayload {
    /// A JSON object.
    data: Option<String>,
    /// Why nothing is handed out.
    refusal: Option<PersonalRefusal>,
}

/// What came of erasing a person, or of declining to.
#[derive(SimpleObject)]
pub struct PersonErasePayload {
    /// Whether it was done.
    done: bool,
    /// Why it was not.
    refusal: Option<PersonalRefusal>,
}

/// Why nothing was done with a person's data.
#[derive(SimpleObject)]
pub struct PersonalRefusal {
    /// The closed code to switch on.
    code: PersonalRefusalCode,
    /// What is needed, for people.
    message: String,
}

/// The ways for nothing to be done with a person's data.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum PersonalRefusalCode {
    /// There is no such person, company or case.
    NotFound,
    /// No reason was given.
    NoReason,
    /// Nobody erases themselves.
    Oneself,
    /// They do not ask to be erased.
    NotAsked,
    /// Open cases are in their hands.
    HasCases,
}

/// What is done with the data of people.
#[derive(Default)]
pub struct PersonalMutation;

/// What is done with the data of people.
#[Object]
impl PersonalMutation {
    /// Shows whole what staff see in part; that it did is kept, and the person sees it. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn reveal(&self, ctx: &Context<'_>, input: RevealInput) -> Result<RevealPayload> {
        let revealed = desk(ctx)?.reveal(caller(ctx)?, subject(&input.id), &input.reason).await;
        Ok(match revealed.map_err(broken)? {
            Ok(all) => {
                RevealPayload { revealed: Some(all.into_iter().map(Revealed).collect()), refusal: None }
            }
            Err(not_done) => RevealPayload { revealed: None, refusal: Some(refused(not_done, ctx)) },
        })
    }

    /// Says that the caller wishes their data to be erased, or wishes it no more. Administrators see it and decide.
    #[graphql(complexity = "10 + child_complexity")]
    async fn own_erasure_wish(
        &self,
        ctx: &Context<'_>,
        input: OwnErasureWishInput,
    ) -> Result<OwnErasureWishPayload> {
        let since = desk(ctx)?.own_erasure_wish(caller(ctx)?, input.wanted).await.map_err(broken)?;
        Ok(OwnErasureWishPayload { asked_at: since.map(DateTime) })
    }

    /// Answers somebody's wish to be erased by saying why they are not; they read it. For administrators.
    #[graphql(complexity = "10 + child_complexity")]
    async fn person_erasure_decline(
        &self,
        ctx: &Context<'_>,
        input: PersonReasonInput,
    ) -> Result<PersonErasePayload> {
        let declined = desk(ctx)?.person_erasure_decline(caller(ctx)?, person(&input), &input.reason).await;
        let refusal = declined.map_err(broken)?.err().map(|not_done| refused(not_done, ctx));
        Ok(PersonErasePayload { done: refusal.is_none(), refusal })
    }

    /// Hands out everything that is kept of the caller.
    #[graphql(complexity = "30 + child_complexity")]
    async fn own_export(&self, ctx: &Context<'_>) -> Result<PersonExportPayload> {
        let data = desk(ctx)?.own_export(caller(ctx)?).await.map_err(broken)?;
        Ok(PersonExportPayload { data: Some(data.to_string()), refusal: None })
    }

    /// Hands out everything that is kept of somebody; that it did is kept, and the person sees it. For administrators.
    #[graphql(complexity = "30 + child_complexity")]
    async fn person_export(
        &self,
        ctx: &Context<'_>,
        input: PersonReasonInput,
    ) -> Result<PersonExportPayload> {
        let exported = desk(ctx)?.person_export(caller(ctx)?, person(&input), &input.reason).await;
        Ok(match exported.map_err(broken)? {
            Ok(data) => PersonExportPayload { data: Some(data.to_string()), refusal: None },
            Err(not_done) => PersonExportPayload { data: None, refusal: Some(refused(not_done, ctx)) },
        })
    }

    /// Erases a person: histories name a pseudonym from then on. It cannot be taken back. For administrators.
    #[graphql(complexity = "10 + child_complexity")]
    async fn person_erase(&self, ctx: &Context<'_>, input: PersonReasonInput) -> Result<PersonErasePayload> {
        let erased = desk(ctx)?.person_erase(caller(ctx)?, person(&input), &input.reason).await;
        let refusal = erased.map_err(broken)?.err().map(|not_done| refused(not_done, ctx));
        Ok(PersonErasePayload { done: refusal.is_none(), refusal })
    }
}

/// Whose data an id names; what is no id of somebody's names nobody.
pub(super) fn subject(id: &ID) -> Whose {
    match NodeId::parse(id) {
        Some(NodeId::Person(person)) => Whose::Person(person),
        Some(NodeId::Company(company)) => Whose::Company(company),
        Some(NodeId::Case(case)) => Whose::Case(case),
        _ => Whose::Person(PersonId(Uuid::nil())),
    }
}

/// What is no person's id names nobody.
fn person(input: &PersonReasonInput) -> PersonId {
    NodeId::person(&input.person_id).unwrap_or(PersonId(Uuid::nil()))
}

fn refused(not_done: NotDone, ctx: &Context<'_>) -> PersonalRefusal {
    let code = match not_done {
        NotDone::NotFound => PersonalRefusalCode::NotFound,
        NotDone::NotAsked => PersonalRefusalCode::NotAsked,
        NotDone::NoReason => PersonalRefusalCode::NoReason,
        NotDone::Oneself => PersonalRefusalCode::Oneself,
        NotDone::HasCases(_) => PersonalRefusalCode::HasCases,
    };
    PersonalRefusal { code, message: not_done.message(language(ctx)) }
}
