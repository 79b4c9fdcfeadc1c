//! What a zone sets for itself: limits, absences, processes of its own.
use super::case::Case;
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::process::{Process, ProcessLimit, limits};
use super::refusal::Refusal;
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use desk::{Absence, NotPublished, NotSet};
use workflow::PersonId;

/// Asks to set a limit of a process for the zone.
#[derive(InputObject)]
pub struct LimitSetInput {
    /// The key of the process.
    process: String,
    /// The name of the limit, as `Process.limits` gives it.
    limit: String,
    /// `5wd` working days, `12wh` working hours, `90wm` working minutes, `2h` hours, `30m` minutes. Without it the
    /// definition's counts again.
    value: Option<String>,
}

/// What came of setting a limit.
#[derive(SimpleObject)]
pub struct LimitSetPayload {
    /// The limits of the process as they count now.
    limits: Vec<ProcessLimit>,
    /// How many open cases are due at another time now.
    recomputed: u64,
    /// Why it may not be set.
    refusal: Option<SettingRefusal>,
}

/// Says that somebody of the staff is away.
#[derive(InputObject)]
pub struct AbsenceSetInput {
    /// Who.
    person_id: ID,
    /// The first instant.
    from: DateTime,
    /// The end.
    to: DateTime,
    /// Who stands in: mails go to both.
    substitute_id: Option<ID>,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct AbsenceSetPayload {
    /// Whether it is kept.
    kept: bool,
    /// Why it is not.
    refusal: Option<SettingRefusal>,
}

/// What came of publishing a definition, or of checking one.
#[derive(SimpleObject)]
pub struct DefinitionPayload {
    /// The process as it is in force; none when it was checked only, or refused.
    process: Option<Process>,
    /// Whether the same text was published before.
    repeated: bool,
    /// Titles of roles that nobody in the zone holds yet.
    vacant_roles: Vec<String>,
    /// Everything that is wrong with the text.
    findings: Vec<Finding>,
    /// Why it was not published.
    refusal: Option<SettingRefusal>,
}

/// Something wrong with a definition or a policy, and where.
#[derive(SimpleObject)]
pub struct Finding {
    /// From one.
    pub(super) line: usize,
    /// In characters, from one.
    pub(super) column: usize,
    /// What was found, what was expected, and the nearest word where there is one.
    pub(super) message: String,
}

/// Asks to move the open cases of a process to a version.
#[derive(InputObject)]
pub struct ProcessMoveInput {
    /// The key of the process.
    process: String,
    /// The version to move to.
    version: u32,
    /// Whether only to tell what it would do.
    #[graphql(default = true)]
    dry_run: bool,
}

/// What a move did, or would do.
#[derive(SimpleObject)]
pub struct ProcessMovePayload {
    /// How many cases moved, or would.
    moved: u64,
    /// How many were moved by someone else at the same time; moving again takes them along.
    busy: u64,
    /// How many have no image in the version, and stay.
    stuck: u64,
    /// The first 500 of them, with the reason.
    stays: Vec<Stay>,
    /// Why nothing may move.
    refusal: Option<Refusal>,
}

/// A case that has no image in a version.
#[derive(SimpleObject)]
pub struct Stay {
    /// The case.
    case: Case,
    /// What is missing.
    refusal: Refusal,
}

/// Why something was not set.
#[derive(SimpleObject)]
pub struct SettingRefusal {
    /// The kind of refusal.
    code: SettingRefusalCode,
    /// What is needed, in the caller's language.
    message: String,
}

/// The kinds of refusal.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum SettingRefusalCode {
    /// There is no such process.
    NoSuchProcess,
    /// The process has no such limit.
    NoSuchLimit,
    /// What was written is no limit.
    NoLimit,
    /// There is no such member of staff.
    NoSuchPerson,
    /// It ends before it begins, or is over.
    NoTime,
    /// The definition has findings.
    Findings,
    /// The version is released with another text.
    Frozen,
    /// A newer version is in force.
    Older,
    /// Sessions would end too early or too late.
    OutOfBounds,
    /// There is no such unit.
    NoSuchUnit,
    /// There is no such role.
    NoSuchRole,
    /// There is no role at all, or too many posts.
    Posts,
    /// Whoever sets it would lose the right to.
    Oneself,
}

/// What a zone can set for itself.
#[derive(Default)]
pub struct SettingMutation;

/// What a zone can set for itself.
#[Object]
impl SettingMutation {
    /// Sets a limit of a process for the zone; open cases are dated by it at once.
    #[graphql(complexity = "50 + child_complexity")]
    async fn limit_set(&self, ctx: &Context<'_>, input: LimitSetInput) -> Result<LimitSetPayload> {
        let (desk, caller) = (desk(ctx)?, caller(ctx)?);
        let set = desk.limit_set(caller, &input.process, &input.limit, input.value.as_deref()).await;
        let (recomputed, refusal) = match set.map_err(broken)? {
            Ok(recomputed) => (recomputed, None),
            Err(not_set) => (0, Some(refused(&not_set, ctx))),
        };
        let definition = desk.catalog().newest(caller.zone, &input.process).cloned();
        let limits = match definition {
            Some(definition) => limits(ctx, &definition).await?,
            None => vec![],
        };
        Ok(LimitSetPayload { limits, recomputed, refusal })
    }

    /// Says that somebody of the staff is away, and who stands in for them.
    async fn absence_set(&self, ctx: &Context<'_>, input: AbsenceSetInput) -> Result<AbsenceSetPayload> {
        let person = |id: &ID| NodeId::person(id).unwrap_or(PersonId(uuid::Uuid::nil()));
        let absence = Absence {
            person: person(&input.person_id),
            from: input.from.0,
            to: input.to.0,
            substitute: input.substitute_id.as_ref().map(person),
        };
        let refusal = match desk(ctx)?.absence_set(caller(ctx)?, absence).await.map_err(broken)? {
            Ok(()) => None,
            Err(not_set) => Some(refused(&not_set, ctx)),
        };
        Ok(AbsenceSetPayload { kept: refusal.is_none(), refusal })
    }

    /// Checks a definition without publishing it: everything that is wrong with it, each with its place.
    #[graphql(complexity = "100 + child_complexity")]
    async fn definition_check(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The definition, in TOML.")] text: String,
    ) -> Result<DefinitionPayload> {
        let findings = desk(ctx)?.definition_check(&text).err().unwrap_or_default();
        Ok(DefinitionPayload {
            process: None,
            repeated: false,
            vacant_roles: vec![],
            findings: findings.into_iter().map(Finding::from).collect(),
            refusal: None,
        })
    }

    /// Publishes a definition in the zone: new cases open under it, open cases stay where they are.
    #[graphql(complexity = "100 + child_complexity")]
    async fn definition_publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The definition, in TOML.")] text: String,
    ) -> Result<DefinitionPayload> {
        let language = language(ctx);
        Ok(match desk(ctx)?.definition_publish(caller(ctx)?, &text).await.map_err(broken)? {
            Ok(published) => DefinitionPayload {
                process: Some(Process(published.definition)),
                repeated: published.repeated,
                vacant_roles: published.vacant.iter().map(|title| title.get(language).to_owned()).collect(),
                findings: vec![],
                refusal: None,
            },
            Err(not_published) => {
                let code = match &not_published {
                    NotPublished::Findings(_) => SettingRefusalCode::Findings,
                    NotPublished::Frozen { .. } => SettingRefusalCode::Frozen,
                    NotPublished::Older { .. } => SettingRefusalCode::Older,
                };
                let refusal = Some(SettingRefusal { code, message: not_published.message(language) });
                let findings = match not_published {
                    NotPublished::Findings(findings) => findings.into_iter().map(Finding::from).collect(),
                    _ => vec![],
                };
                DefinitionPayload { process: None, repeated: false, vacant_roles: vec![], findings, refusal }
            }
        })
    }

    /// Moves the open cases of a process to a version, or tells what that would do. Clocks go on as they are.
    #[graphql(complexity = "100 + child_complexity")]
    async fn process_move(&self, ctx: &Context<'_>, input: ProcessMoveInput) -> Result<ProcessMovePayload> {
        let (desk, caller, language) = (desk(ctx)?, caller(ctx)?, language(ctx));
        let moved = desk.process_move(caller, &input.process, input.version, input.dry_run).await;
        let moved = match moved.map_err(broken)? {
            Ok(moved) => moved,
            Err(refused) => {
                let refusal = Some(Refusal::new(&refused, language));
                return Ok(ProcessMovePayload { moved: 0, busy: 0, stuck: 0, stays: vec![], refusal });
            }
        };
        let mut stays = vec![];
        for (stored, refusal) in moved.named {
            let case = Case(desk.view(stored).map_err(broken)?);
            stays.push(Stay { case, refusal: Refusal::engine(&refusal, language) });
        }
        let (busy, stuck) = (moved.busy, moved.stuck);
        Ok(ProcessMovePayload { moved: moved.moved, busy, stuck, stays, refusal: None })
    }
}

impl From<workflow::Finding> for Finding {
    fn from(finding: workflow::Finding) -> Self {
        Self { line: finding.line, column: finding.column, message: finding.message }
    }
}

pub(super) fn refused(not_set: &NotSet, ctx: &Context<'_>) -> SettingRefusal {
    let code = match not_set {
        NotSet::NoSuchProcess { .. } => SettingRefusalCode::NoSuchProcess,
        NotSet::NoSuchLimit { .. } => SettingRefusalCode::NoSuchLimit,
        NotSet::NoLimit(_) => SettingRefusalCode::NoLimit,
        NotSet::NoSuchPerson => SettingRefusalCode::NoSuchPerson,
        NotSet::NoTime => SettingRefusalCode::NoTime,
        NotSet::OutOfBounds => SettingRefusalCode::OutOfBounds,
        NotSet::NoSuchUnit => SettingRefusalCode::NoSuchUnit,
        NotSet::NoSuchRole { .. } => SettingRefusalCode::NoSuchRole,
        NotSet::Posts { .. } => SettingRefusalCode::Posts,
        NotSet::Oneself => SettingRefusalCode::Oneself,
    };
    SettingRefusal { code, message: not_set.message(language(ctx)) }
}
