//! Several at once, with a report for each.
use super::answer::{AnswerInput, decode};
use super::case::{Case, State};
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::mutation::CaseSourceInput;
use super::refusal::Refusal;
use async_graphql::{Context, Enum, ID, InputObject, Result, SimpleObject};
use desk::{OpenOrder, Reported, SeveralOrder};
use workflow::{CaseId, CompanyId, Definition, Key};

/// Asks to open several cases, such as those that came up in a meeting.
#[derive(InputObject)]
pub struct CasesOpenInput {
    /// The cases, 1 to 100.
    pub(super) items: Vec<CasesOpenItemInput>,
    /// With true, nothing is done: the reports say what would be.
    #[graphql(default)]
    dry_run: bool,
    /// Makes a repeated request harmless: after an error ask again with the same key, and what was open stays one case.
    /// Any text of up to 200 bytes.
    idempotency_key: String,
}

/// One of several cases to open.
#[derive(InputObject)]
pub struct CasesOpenItemInput {
    /// The key of the process.
    process: String,
    /// Answers to what its opening asks.
    answers: Vec<AnswerInput>,
    /// The company whose case it is, where staff file for one.
    company_id: Option<ID>,
    /// The ticket of another line that it comes from. For staff.
    source: Option<CaseSourceInput>,
}

/// Asks to take one action on many cases.
#[derive(InputObject)]
pub struct CasesActInput {
    /// The cases, 1 to 200, each once.
    pub(super) case_ids: Vec<ID>,
    /// The key of the action.
    action: String,
    /// Answers to what the action asks, the same for all.
    #[graphql(default)]
    answers: Vec<AnswerInput>,
    /// With true, nothing is done: the reports say what would be.
    #[graphql(default)]
    dry_run: bool,
    /// Makes a repeated request harmless: after an error ask again with the same key, and what was done stays done once.
    /// Any text of up to 200 bytes.
    idempotency_key: String,
}

/// What came of opening several cases.
#[derive(SimpleObject)]
pub struct CasesOpenPayload {
    /// A report for each, in the order of the request; none of them when all of it was refused.
    reports: Vec<CaseReport>,
    /// Why all of it may not happen.
    refusal: Option<Refusal>,
}

/// What came of acting on many cases.
#[derive(SimpleObject)]
pub struct CasesActPayload {
    /// A report for each, in the order of the request; none of them when all of it was refused.
    reports: Vec<CaseReport>,
    /// Why all of it may not happen.
    refusal: Option<Refusal>,
}

/// What came of one of several.
#[derive(SimpleObject)]
pub struct CaseReport {
    /// What came of it.
    outcome: CaseReportOutcome,
    /// The case as it stands; none when it was refused or would only be opened.
    case: Option<Case>,
    /// The states it would be in, for a dry run.
    states: Vec<State>,
    /// Why it may not happen.
    refusal: Option<Refusal>,
}

/// What can come of one of several.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum CaseReportOutcome {
    /// It was done.
    Done,
    /// An earlier request like it, or an import of the same ticket, did it.
    Repeated,
    /// It would be done.
    Would,
    /// It may not happen; `refusal` says why.
    Refused,
}

/// What several cost: their fields, so many times.
pub(super) fn cost(rows: usize, child: usize) -> usize {
    10 + rows.min(200) * child / 10
}

pub(super) async fn open(ctx: &Context<'_>, input: CasesOpenInput) -> Result<CasesOpenPayload> {
    let orders = input.items.into_iter().map(CasesOpenItemInput::decode).collect::<Result<Vec<_>>>()?;
    let (desk, caller) = (desk(ctx)?, caller(ctx)?);
    let opened = desk.cases_open(caller, orders, input.dry_run, &input.idempotency_key).await;
    Ok(match opened.map_err(broken)? {
        Ok(reports) => CasesOpenPayload { reports: encode(ctx, reports)?, refusal: None },
        Err(refused) => {
            CasesOpenPayload { reports: vec![], refusal: Some(Refusal::new(&refused, language(ctx))) }
        }
    })
}

pub(super) async fn act(ctx: &Context<'_>, input: CasesActInput) -> Result<CasesActPayload> {
    // Ids that name nothing are told apart, so that each gets its report.
    let never_given_out = |place: usize| CaseId(uuid::Uuid::from_u128(place as u128));
    let cases = input.case_ids.iter().enumerate();
    let order = SeveralOrder {
        cases: cases.map(|(at, id)| NodeId::case(id).unwrap_or_else(|| never_given_out(at))).collect(),
        action: Key::from(input.action.as_str()),
        answers: decode(input.answers)?,
        dry_run: input.dry_run,
        idempotency_key: input.idempotency_key,
    };
    Ok(match desk(ctx)?.cases_act(caller(ctx)?, order).await.map_err(broken)? {
        Ok(reports) => CasesActPayload { reports: encode(ctx, reports)?, refusal: None },
        Err(refused) => {
            CasesActPayload { reports: vec![], refusal: Some(Refusal::new(&refused, language(ctx))) }
        }
    })
}

impl CasesOpenItemInput {
    fn decode(self) -> Result<OpenOrder> {
        Ok(OpenOrder {
            process: Key::from(self.process.as_str()),
            answers: decode(self.answers)?,
            company: self.company_id.map(|id| company(&id)),
            source: self.source.map(Into::into),
            idempotency_key: None,
        })
    }
}

/// An id of another kind names no company.
pub(super) fn company(id: &ID) -> CompanyId {
    NodeId::company(id).unwrap_or(CompanyId(uuid::Uuid::nil()))
}

fn encode(ctx: &Context<'_>, reports: Vec<Reported>) -> Result<Vec<CaseReport>> {
    let desk = desk(ctx)?;
    let view = |stored: Box<desk::StoredCase>| desk.view(*stored).map(Case).map_err(broken);
    let state = |definition: &Definition, key: &Key| {
        let title = definition.states.get(key)?.title.get(language(ctx)).to_owned();
        Some(State { key: key.to_string(), title })
    };
    let report = |reported: Reported| {
        Ok(match reported {
            Reported::Done { case, repeated } => CaseReport {
                outcome: if repeated { CaseReportOutcome::Repeated } else { CaseReportOutcome::Done },
                case: Some(view(case)?),
                states: vec![],
                refusal: None,
            },
            Reported::Would { case, definition, states } => CaseReport {
                outcome: CaseReportOutcome::Would,
                case: case.map(view).transpose()?,
                states: states.iter().filter_map(|key| state(&definition, key)).collect(),
                refusal: None,
            },
            Reported::Refused(refused) => CaseReport {
                outcome: CaseReportOutcome::Refused,
                case: None,
                states: vec![],
                refusal: Some(Refusal::new(&refused, language(ctx))),
            },
        })
    };
    reports.into_iter().map(report).collect()
}
