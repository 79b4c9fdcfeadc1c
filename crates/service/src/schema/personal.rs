//! The data of people: what is kept and what for, who looked at it, and how it is handed out and erased.
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::people::{Person, load_person};
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use desk::{NotDone, RecordAct};
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
    /// It was erased.
    Erased,
    /// Their way in was mended by an administrator.
    Rescued,
    /// Staff believed that they speak for a company.
    Admitted,
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

/// Names a person, and says why.
#[derive(InputObject)]
pub struct PersonReasonInput {
    /// Who.
    person_id: ID,
    /// Why, in 1 to 500 characters; it is kept.
    reason: String,
}

/// A person's login and address, whole.
#[derive(SimpleObject)]
pub struct PersonRevealPayload {
    /// The name they sign in with.
    login: Option<String>,
    /// Where mails go.
    email: Option<String>,
    /// Why nothing is shown.
    refusal: Option<PersonalRefusal>,
}

/// Everything that is kept of a person.
#[derive(SimpleObject)]
pub struct PersonExportPayload {
    /// A JSON object.
    data: Option<String>,
    /// Why nothing is handed out.
    refusal: Option<PersonalRefusal>,
}

/// What came of erasing a person.
#[derive(SimpleObject)]
pub struct PersonErasePayload {
    /// Whether they are erased.
    erased: bool,
    /// Why they are not.
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
    /// There is no such person.
    NoSuchPerson,
    /// No reason was given.
    NoReason,
    /// Nobody erases themselves.
    Oneself,
    /// Open cases are in their hands.
    HasCases,
}

/// What is done with the data of people.
#[derive(Default)]
pub struct PersonalMutation;

/// What is done with the data of people.
#[Object]
impl PersonalMutation {
    /// Shows a person's login and address whole; that it did is kept, and the person sees it. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn person_reveal(
        &self,
        ctx: &Context<'_>,
        input: PersonReasonInput,
    ) -> Result<PersonRevealPayload> {
        let revealed = desk(ctx)?.person_reveal(caller(ctx)?, person(&input), &input.reason).await;
        Ok(match revealed.map_err(broken)? {
            Ok(person) => {
                PersonRevealPayload { login: Some(person.login), email: person.email, refusal: None }
            }
            Err(not_done) => {
                PersonRevealPayload { login: None, email: None, refusal: Some(refused(not_done, ctx)) }
            }
        })
    }

    /// Hands out everything that is kept of the caller.
    #[graphql(complexity = "100 + child_complexity")]
    async fn own_export(&self, ctx: &Context<'_>) -> Result<PersonExportPayload> {
        let data = desk(ctx)?.own_export(caller(ctx)?).await.map_err(broken)?;
        Ok(PersonExportPayload { data: Some(data.to_string()), refusal: None })
    }

    /// Hands out everything that is kept of somebody; that it did is kept, and the person sees it. For administrators.
    #[graphql(complexity = "100 + child_complexity")]
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
    #[graphql(complexity = "100 + child_complexity")]
    async fn person_erase(&self, ctx: &Context<'_>, input: PersonReasonInput) -> Result<PersonErasePayload> {
        let erased = desk(ctx)?.person_erase(caller(ctx)?, person(&input), &input.reason).await;
        let refusal = erased.map_err(broken)?.err().map(|not_done| refused(not_done, ctx));
        Ok(PersonErasePayload { erased: refusal.is_none(), refusal })
    }
}

/// What is no person's id names nobody.
fn person(input: &PersonReasonInput) -> PersonId {
    NodeId::person(&input.person_id).unwrap_or(PersonId(Uuid::nil()))
}

fn refused(not_done: NotDone, ctx: &Context<'_>) -> PersonalRefusal {
    let code = match not_done {
        NotDone::NoSuchPerson => PersonalRefusalCode::NoSuchPerson,
        NotDone::NoReason => PersonalRefusalCode::NoReason,
        NotDone::Oneself => PersonalRefusalCode::Oneself,
        NotDone::HasCases(_) => PersonalRefusalCode::HasCases,
    };
    PersonalRefusal { code, message: not_done.message(language(ctx)) }
}
