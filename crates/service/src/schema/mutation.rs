//! What can be changed: a case is opened, or acted on, every process by the same two; and what hangs on cases.
use super::account::AccountMutation;
use super::admission::AdmissionMutation;
use super::answer::{AnswerInput, decode};
use super::attachment::{self, AttachmentRequestInput, AttachmentRequestPayload};
use super::attention::{self, CaseLookInput, CaseLookPayload, CaseWatchInput, CaseWatchPayload};
use super::case::Case;
use super::company_change::CompanyMutation;
use super::event::Event;
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::import::ImportMutation;
use super::mail::MailMutation;
use super::note::{self, NoteAddInput, NoteAddPayload, NoteWithdrawInput, NoteWithdrawPayload};
use super::personal::PersonalMutation;
use super::post::PostMutation;
use super::preference::PreferenceMutation;
use super::refusal::Refusal;
use super::setting::SettingMutation;
use super::several::{self, CasesActInput, CasesActPayload, CasesOpenInput, CasesOpenPayload};
use super::snippet::{
    self, SnippetAddInput, SnippetAddPayload, SnippetChangeInput, SnippetChangePayload, SnippetRemoveInput,
    SnippetRemovePayload,
};
use super::wording::WordingMutation;
use async_graphql::{Context, ID, InputObject, MergedObject, Object, Result, SimpleObject};
use desk::{ActOrder, Acted, OpenOrder, Refused};
use workflow::{CaseId, Key};

/// Asks to open a case.
#[derive(InputObject)]
pub struct CaseOpenInput {
    /// The key of the process.
    process: String,
    /// Answers to what its opening asks.
    answers: Vec<AnswerInput>,
    /// The company whose case it is, where staff file for one; people of a company file for their own.
    company_id: Option<ID>,
    /// The ticket of another line that it comes from. The same ticket opens one case, whatever else is asked. For staff.
    source: Option<CaseSourceInput>,
    /// Makes a repeated request harmless: the same key opens one case. Any text of up to 200 bytes.
    idempotency_key: Option<String>,
}

/// A ticket of another line.
#[derive(InputObject)]
pub struct CaseSourceInput {
    /// The other line, such as `12345`, up to 50 characters.
    system: String,
    /// The ticket's number there, up to 100 characters.
    number: String,
}

impl From<CaseSourceInput> for desk::Source {
    fn from(CaseSourceInput { system, number }: CaseSourceInput) -> Self {
        Self { system, number }
    }
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
    /// Whether an earlier request with the same key, or an import of the same ticket, opened it.
    repeated: bool,
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
    /// Whether an earlier request with the same key did it.
    repeated: bool,
    /// Why it may not happen.
    refusal: Option<Refusal>,
}

/// Everything that can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    CaseMutation,
    SettingMutation,
    AccountMutation,
    AdmissionMutation,
    MailMutation,
    PreferenceMutation,
    WordingMutation,
    CompanyMutation,
    ImportMutation,
    PersonalMutation,
    PostMutation,
);

/// What can be done with a case.
#[derive(Default)]
pub struct CaseMutation;

/// What can be done with a case.
#[Object]
impl CaseMutation {
    /// Opens a case: for the caller's company, or for one that staff name.
    #[graphql(complexity = "10 + child_complexity")]
    async fn case_open(&self, ctx: &Context<'_>, input: CaseOpenInput) -> Result<CaseOpenPayload> {
        let order = OpenOrder {
            process: Key::from(input.process.as_str()),
            answers: decode(input.answers)?,
            company: input.company_id.map(|id| several::company(&id)),
            source: input.source.map(Into::into),
            idempotency_key: input.idempotency_key,
        };
        let acted = desk(ctx)?.case_open(caller(ctx)?, order).await.map_err(broken)?;
        let Came { case, event, repeated, refusal } = came_of(ctx, acted).await?;
        Ok(CaseOpenPayload { case, event, repeated, refusal })
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
        let (desk, caller, id, expected) = (desk(ctx)?, caller(ctx)?, order.case, order.expected_version);
        let acted = desk.case_act(caller, order).await.map_err(broken)?;
        let stale = matches!(acted, Acted::Refused(Refused::Stale { .. }));
        let Came { case, event, repeated, mut refusal } = came_of(ctx, acted).await?;
        if let (true, Some(refusal), Some(expected)) = (stale, &mut refusal, expected)
            && ctx.look_ahead().field("refusal").field("changes").exists()
        {
            let changes = desk.changes_since(caller, id, expected).await.map_err(broken)?;
            refusal.changes = changes.into_iter().map(Event).collect();
        }
        Ok(CaseActPayload { case, event, repeated, refusal })
    }

    /// Opens several cases, each for itself, with a report for each.
    #[graphql(complexity = "several::cost(input.items.len(), child_complexity)")]
    async fn cases_open(&self, ctx: &Context<'_>, input: CasesOpenInput) -> Result<CasesOpenPayload> {
        several::open(ctx, input).await
    }

    /// Takes one action on many cases, each for itself, with a report for each.
    #[graphql(complexity = "several::cost(input.case_ids.len(), child_complexity)")]
    async fn cases_act(&self, ctx: &Context<'_>, input: CasesActInput) -> Result<CasesActPayload> {
        several::act(ctx, input).await
    }

    /// Adds a note to a case.
    #[graphql(complexity = "10 + child_complexity")]
    async fn note_add(&self, ctx: &Context<'_>, input: NoteAddInput) -> Result<NoteAddPayload> {
        note::add(ctx, input).await
    }

    /// Takes a note of the caller's back.
    #[graphql(complexity = "10 + child_complexity")]
    async fn note_withdraw(
        &self,
        ctx: &Context<'_>,
        input: NoteWithdrawInput,
    ) -> Result<NoteWithdrawPayload> {
        note::withdraw(ctx, input).await
    }

    /// Asks to add a file to a case; its content is then brought to `uploadUrl`.
    #[graphql(complexity = "10 + child_complexity")]
    async fn attachment_request(
        &self,
        ctx: &Context<'_>,
        input: AttachmentRequestInput,
    ) -> Result<AttachmentRequestPayload> {
        attachment::request(ctx, input).await
    }

    /// Follows a case, or follows it no more. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn case_watch(&self, ctx: &Context<'_>, input: CaseWatchInput) -> Result<CaseWatchPayload> {
        attention::watch(ctx, input).await
    }

    /// Says that the caller has a case open. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn case_look(&self, ctx: &Context<'_>, input: CaseLookInput) -> Result<CaseLookPayload> {
        attention::look(ctx, input).await
    }

    /// Adds a snippet for the caller's unit or for the whole zone. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn snippet_add(&self, ctx: &Context<'_>, input: SnippetAddInput) -> Result<SnippetAddPayload> {
        snippet::add(ctx, input).await
    }

    /// Writes a snippet anew. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn snippet_change(
        &self,
        ctx: &Context<'_>,
        input: SnippetChangeInput,
    ) -> Result<SnippetChangePayload> {
        snippet::change(ctx, input).await
    }

    /// Removes a snippet. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn snippet_remove(
        &self,
        ctx: &Context<'_>,
        input: SnippetRemoveInput,
    ) -> Result<SnippetRemovePayload> {
        snippet::remove(ctx, input).await
    }
}

/// What came of a step, for the answer.
struct Came {
    case: Option<Case>,
    event: Option<Event>,
    repeated: bool,
    refusal: Option<Refusal>,
}

async fn came_of(ctx: &Context<'_>, acted: Acted) -> Result<Came> {
    let repeated = matches!(acted, Acted::Repeated { .. });
    match acted {
        Acted::Refused(refused) => {
            let refusal = Some(Refusal::new(&refused, language(ctx)));
            Ok(Came { case: None, event: None, repeated, refusal })
        }
        Acted::Moved { case, seq } | Acted::Repeated { case, seq } => {
            let (desk, caller) = (desk(ctx)?, caller(ctx)?);
            let case = desk.view(*case).map_err(broken)?;
            let event = if ctx.look_ahead().field("event").exists() {
                desk.event_page(caller, &case, seq.saturating_sub(1), 1).await.map_err(broken)?.pop()
            } else {
                None
            };
            Ok(Came { case: Some(Case(case)), event: event.map(Event), repeated, refusal: None })
        }
    }
}
