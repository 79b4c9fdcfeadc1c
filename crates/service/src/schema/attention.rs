//! Who follows a case, and who has it open.
use super::case::Case;
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::people::Person;
use super::refusal::Refusal;
use super::scalar::DateTime;
use async_graphql::{Context, ID, InputObject, Result, SimpleObject};
use workflow::CaseId;

/// Somebody of the staff who has a case open.
#[derive(SimpleObject)]
pub struct Looker {
    /// Who.
    person: Person,
    /// When they last said so.
    at: DateTime,
}

impl From<(desk::Person, jiff::Timestamp)> for Looker {
    fn from((person, at): (desk::Person, jiff::Timestamp)) -> Self {
        Self { person: Person(person), at: DateTime(at) }
    }
}

/// Asks to follow a case, or to follow it no more.
#[derive(InputObject)]
pub struct CaseWatchInput {
    /// The case.
    case_id: ID,
    /// Whether to follow it: whoever does is mailed when its state changes.
    watching: bool,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct CaseWatchPayload {
    /// The case, unless it was refused.
    case: Option<Case>,
    /// Why it may not happen.
    refusal: Option<Refusal>,
}

/// Says that the caller has a case open; say it again at least once a minute.
#[derive(InputObject)]
pub struct CaseLookInput {
    /// The case.
    case_id: ID,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct CaseLookPayload {
    /// The case, unless it was refused; its `lookers` are who else has it open.
    case: Option<Case>,
    /// Why it may not happen.
    refusal: Option<Refusal>,
}

pub(super) async fn watch(ctx: &Context<'_>, input: CaseWatchInput) -> Result<CaseWatchPayload> {
    let case = NodeId::case(&input.case_id).unwrap_or(CaseId(uuid::Uuid::nil()));
    Ok(match desk(ctx)?.case_watch(caller(ctx)?, case, input.watching).await.map_err(broken)? {
        Ok(case) => CaseWatchPayload { case: Some(Case(case)), refusal: None },
        Err(refused) => CaseWatchPayload { case: None, refusal: Some(Refusal::new(&refused, language(ctx))) },
    })
}

pub(super) async fn look(ctx: &Context<'_>, input: CaseLookInput) -> Result<CaseLookPayload> {
    let case = NodeId::case(&input.case_id).unwrap_or(CaseId(uuid::Uuid::nil()));
    Ok(match desk(ctx)?.case_look(caller(ctx)?, case).await.map_err(broken)? {
        Ok(case) => CaseLookPayload { case: Some(Case(case)), refusal: None },
        Err(refused) => CaseLookPayload { case: None, refusal: Some(Refusal::new(&refused, language(ctx))) },
    })
}
