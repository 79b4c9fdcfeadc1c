//! What can be changed: a case is opened, or acted on. Every process uses the same two.
use super::answer::{AnswerInput, decode};
use super::case::Case;
use super::event::Event;
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::refusal::Refusal;
use super::setting::SettingMutation;
use async_graphql::{Context, ID, InputObject, MergedObject, Object, Result, SimpleObject};
use desk::{ActOrder, Acted, OpenOrder};
use workflow::{CaseId, Key};

/// Asks to open a case.
#[derive(InputObject)]
pub struct CaseOpenInput {
    /// The key of the process.
    process: String,
    /// Answers to what its opening asks.
    answers: Vec<AnswerInput>,
    /// Makes a repeated request harmless: the same key opens one case. Any text of up to 200 bytes.
    idempotency_key: Option<String>,
}

/// Asks to act on a case.
#[derive(InputObject)]
pub struct CaseActInput {
    /// The case.
    case_id: ID,
    /// The key of one of its `availableActions`.
    action: String,
    /// Answers to what the action asks.
    #[graphql(default)]
    answers: Vec<AnswerInput>,
    /// The version of the case you saw; if it moved since, nothing is done.
    expected_version: Option<i64>,
    /// Makes a repeated request harmless: the same key acts once. Any text of up to 200 bytes.
    idempotency_key: Option<String>,
}

/// What came of opening a case.
#[derive(SimpleObject)]
pub struct CaseOpenPayload {
    /// The case, unless it was refused.
    case: Option<Case>,
    /// The first event of its history.
    event: Option<Event>,
    /// Why it may not happen.
    refusal: Option<Refusal>,
}

/// What came of acting on a case.
#[derive(SimpleObject)]
pub struct CaseActPayload {
    /// The case as it stands now, unless it was refused.
    case: Option<Case>,
    /// The event that this request made; the same for a repeated request.
    event: Option<Event>,
    /// Why it may not happen.
    refusal: Option<Refusal>,
}

/// Everything that can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(CaseMutation, SettingMutation);

/// What can be done with a case.
#[derive(Default)]
pub struct CaseMutation;

/// What can be done with a case.
#[Object]
impl CaseMutation {
    /// Opens a case for the caller's company.
    #[graphql(complexity = "10 + child_complexity")]
    async fn case_open(&self, ctx: &Context<'_>, input: CaseOpenInput) -> Result<CaseOpenPayload> {
        let order = OpenOrder {
            process: Key::from(input.process.as_str()),
            answers: decode(input.answers)?,
            idempotency_key: input.idempotency_key,
        };
        let acted = desk(ctx)?.case_open(caller(ctx)?, order).await.map_err(broken)?;
        let (case, event, refusal) = came_of(ctx, acted).await?;
        Ok(CaseOpenPayload { case, event, refusal })
    }

    /// Takes one of a case's `availableActions`.
    #[graphql(complexity = "10 + child_complexity")]
    async fn case_act(&self, ctx: &Context<'_>, input: CaseActInput) -> Result<CaseActPayload> {
        let order = ActOrder {
            // An id of another kind names no case.
            case: NodeId::case(&input.case_id).unwrap_or(CaseId(uuid::Uuid::nil())),
            action: Key::from(input.action.as_str()),
            answers: decode(input.answers)?,
            expected_version: input.expected_version,
            idempotency_key: input.idempotency_key,
        };
        let acted = desk(ctx)?.case_act(caller(ctx)?, order).await.map_err(broken)?;
        let (case, event, refusal) = came_of(ctx, acted).await?;
        Ok(CaseActPayload { case, event, refusal })
    }
}

async fn came_of(ctx: &Context<'_>, acted: Acted) -> Result<(Option<Case>, Option<Event>, Option<Refusal>)> {
    match acted {
        Acted::Refused(refused) => Ok((None, None, Some(Refusal::new(&refused, language(ctx))))),
        Acted::Moved { case, seq } => {
            let (desk, caller) = (desk(ctx)?, caller(ctx)?);
            let case = desk.view(*case).map_err(broken)?;
            let event = if ctx.look_ahead().field("event").exists() {
                desk.event_find(caller, &case, seq).await.map_err(broken)?
            } else {
                None
            };
            Ok((Some(Case(case)), event.map(Event), None))
        }
    }
}
