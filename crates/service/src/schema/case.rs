//! A case: one running instance of any process.
use super::action::AvailableAction;
use super::answer::{Fact, facts};
use super::attachment::Attachment;
use super::attention::Looker;
use super::clock::Clock;
use super::company::{Company, load_company};
use super::connection::{EventConnection, NoteConnection};
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::list::{event_page, note_page};
use super::loader::{
    ActionsOf, AttachmentsOf, ChildrenOf, Known, LightOf, LinksOf, LookersOf, MailsOf, SourceOf, WatchedBy,
    WatchersOf, load,
};
use super::mail::Mail;
use super::people::{Person, Unit, load_person, load_unit};
use super::process::Process;
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use desk::{CaseSource, CaseView, LinkView};
use workflow::{Assignee, Key, Phase as EnginePhase};

/// A case: one running instance of a process, such as a company's request.
pub struct Case(pub(super) CaseView);

/// Where a case stands, in words every process shares. Switch on this, never on states.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum Phase {
    /// It came in and nobody has taken it yet.
    Received,
    /// Staff are at work on it.
    Active,
    /// Staff wait for the company.
    Waiting,
    /// The company has an answer and may still object.
    Answered,
    /// It came to its end.
    Done,
    /// It ended without a result: withdrawn, or not accepted.
    Dropped,
}

impl From<EnginePhase> for Phase {
    fn from(phase: EnginePhase) -> Self {
        match phase {
            EnginePhase::Received => Self::Received,
            EnginePhase::Active => Self::Active,
            EnginePhase::Waiting => Self::Waiting,
            EnginePhase::Answered => Self::Answered,
            EnginePhase::Done => Self::Done,
            EnginePhase::Dropped => Self::Dropped,
        }
    }
}

impl From<Phase> for EnginePhase {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Received => Self::Received,
            Phase::Active => Self::Active,
            Phase::Waiting => Self::Waiting,
            Phase::Answered => Self::Answered,
            Phase::Done => Self::Done,
            Phase::Dropped => Self::Dropped,
        }
    }
}

/// A state of a process. Its key may change with a new version; its phase is what lasts.
#[derive(SimpleObject)]
pub struct State {
    /// Its key in the definition.
    pub(super) key: String,
    /// What people call it.
    pub(super) title: String,
}

/// The ticket of another line that a case came from.
#[derive(SimpleObject)]
#[graphql(name = "CaseSource")]
pub struct Source {
    /// The other line, such as `12345`.
    system: String,
    /// The ticket's number there.
    number: String,
}

/// A mark that hangs on a case, such as being overdue.
#[derive(SimpleObject)]
pub struct Mark {
    /// Its key in the definition.
    key: String,
    /// What people call it.
    title: String,
    /// When it was set.
    at: DateTime,
}

/// How urgent a case looks.
#[derive(SimpleObject)]
pub struct Light {
    /// Its key in the definition.
    key: String,
    /// What people call it.
    title: String,
    /// Its colour, as `#rrggbb`.
    color: String,
}

/// Another case that a case has to do with.
#[derive(SimpleObject)]
pub struct CaseLink {
    /// The link's key in the definition.
    key: String,
    /// What people call it.
    title: String,
    /// Whether the other case points to this one.
    inbound: bool,
    /// The other case.
    case: Case,
}

/// Who plays an assigned role in a case.
pub struct Assignment {
    role: Key,
    title: String,
    assignee: Assignee,
}

/// Who plays an assigned role in a case.
#[Object]
impl Assignment {
    /// The role's key.
    async fn role(&self) -> &str {
        &self.role
    }

    /// What people call the role.
    async fn title(&self) -> &str {
        &self.title
    }

    /// The unit.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>> {
        match self.assignee {
            Assignee::Unit(unit) | Assignee::Person { unit: Some(unit), .. } => load_unit(ctx, unit).await,
            Assignee::Person { unit: None, .. } => Ok(None),
        }
    }

    /// The person, once one has taken it. Companies read only the unit.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Assignee::Person { person, .. } = self.assignee else { return Ok(None) };
        load_person(ctx, person).await
    }
}

impl Case {
    fn known(&self) -> Known {
        Known(self.0.clone())
    }
}

/// A case: one running instance of a process, such as a company's request.
#[Object]
impl Case {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Case(self.0.stored.id).encode()
    }

    /// The number people say on the phone.
    async fn number(&self) -> &str {
        &self.0.stored.number
    }

    /// What lists call it.
    async fn title(&self) -> &str {
        &self.0.stored.title
    }

    /// Its version: how many events it has. Send it back as `expectedVersion`.
    async fn version(&self) -> i64 {
        self.0.stored.seq
    }

    /// The process, in the version the case is pinned to.
    async fn process(&self) -> Process {
        Process(self.0.definition.clone())
    }

    /// Where it stands, in words every process shares.
    async fn phase(&self) -> Phase {
        self.0.stored.phase.into()
    }

    /// The states it is in: one, unless the process has regions side by side.
    async fn states(&self, ctx: &Context<'_>) -> Vec<State> {
        let active = &self.0.stored.case.configuration.active;
        let named = active.iter().filter_map(|key| Some((key, self.0.definition.states.get(key)?)));
        named
            .map(|(key, state)| State { key: key.to_string(), title: state.title.get(language(ctx)).into() })
            .collect()
    }

    /// The company whose case it is; none where the process is about no company.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Company>> {
        match self.0.stored.case.company {
            Some(company) => load_company(ctx, company).await,
            None => Ok(None),
        }
    }

    /// The case that spawned it, if one did and the caller may see it.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        let Some(parent) = self.0.parent() else { return Ok(None) };
        Ok(load(ctx, parent).await?.map(Case))
    }

    /// The cases it spawned, oldest first, as far as the caller may see them.
    #[graphql(complexity = "5 + 5 * child_complexity")]
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Case>> {
        let children = load(ctx, ChildrenOf(self.0.stored.id)).await?.unwrap_or_default();
        Ok(children.into_iter().map(Case).collect())
    }

    /// Cases it points to, and cases that point to it, as far as the caller may see them.
    #[graphql(complexity = "5 + 5 * child_complexity")]
    async fn links(&self, ctx: &Context<'_>) -> Result<Vec<CaseLink>> {
        let links = load(ctx, LinksOf(self.known())).await?.unwrap_or_default();
        let shown = |link: LinkView| CaseLink {
            key: link.key.to_string(),
            title: link.title.get(language(ctx)).to_owned(),
            inbound: link.inbound,
            case: Case(link.case),
        };
        Ok(links.into_iter().map(shown).collect())
    }

    /// How urgent it looks, by the lights of its process; none when no light holds, or it is closed.
    async fn light(&self, ctx: &Context<'_>) -> Result<Option<Light>> {
        let light = load(ctx, LightOf(self.known())).await?;
        let shown = |(key, title, color): (Key, workflow::Text, String)| Light {
            key: key.to_string(),
            title: title.get(language(ctx)).to_owned(),
            color,
        };
        Ok(light.map(shown))
    }

    /// Who plays its assigned roles.
    async fn assignments(&self, ctx: &Context<'_>) -> Vec<Assignment> {
        let assigned = self.0.stored.case.assigned.iter();
        let assignment = |(role, assignee): (&Key, &Assignee)| Assignment {
            role: role.clone(),
            title: self
                .0
                .definition
                .roles
                .get(role)
                .map_or("", |role| role.title.get(language(ctx)))
                .to_owned(),
            assignee: *assignee,
        };
        assigned.map(assignment).collect()
    }

    /// What was recorded, by question, as far as the caller may read it.
    async fn facts(&self, ctx: &Context<'_>) -> Result<Vec<Fact>> {
        let CaseView { stored, definition } = &self.0;
        let reading = desk(ctx)?.reading(caller(ctx)?, definition, stored).await.map_err(broken)?;
        Ok(facts(definition, &stored.case.facts, &reading))
    }

    /// Marks that hang on it.
    async fn marks(&self, ctx: &Context<'_>) -> Vec<Mark> {
        let marks = self.0.stored.case.marks.iter();
        let titled = marks.filter_map(|(key, at)| Some((key, self.0.definition.marks.get(key)?, at)));
        titled
            .map(|(key, title, at)| Mark {
                key: key.to_string(),
                title: title.get(language(ctx)).to_owned(),
                at: DateTime(*at),
            })
            .collect()
    }

    /// Its clocks, with why each is due when it is.
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<Clock>> {
        let clocks = desk(ctx)?.clocks(caller(ctx)?, &self.0).await.map_err(broken)?;
        Ok(clocks.into_iter().map(Clock).collect())
    }

    /// The earliest due time of its running clocks, as far as the caller knows of them.
    async fn due_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.0.due_at(caller(ctx)?).map(DateTime))
    }

    /// Whether a running clock has no due time because the notice of working days for a year is missing.
    async fn undated(&self) -> bool {
        self.0.stored.undated
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.stored.opened_at)
    }

    /// When it last moved.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.stored.updated_at)
    }

    /// When it came to its end.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.stored.closed_at.map(DateTime)
    }

    /// What the caller may do with it now, with the questions each action asks.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<AvailableAction>> {
        let actions = load(ctx, ActionsOf(self.known())).await?.unwrap_or_default();
        Ok(actions.into_iter().map(AvailableAction).collect())
    }

    /// What happened to it, oldest first.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<EventConnection> {
        event_page(ctx, &self.0, (first, last), (after, before)).await
    }

    /// Notes on it, oldest first, as far as the caller may read them.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    async fn notes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<NoteConnection> {
        note_page(ctx, self.0.stored.id, (first, last), (after, before)).await
    }

    /// Files on it, oldest first, as far as the caller may read them; at most 50.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        let found = load(ctx, AttachmentsOf(self.0.stored.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(Attachment).collect())
    }

    /// The ticket of another line that it came from, if it came from one. For staff.
    async fn source(&self, ctx: &Context<'_>) -> Result<Option<Source>> {
        let found = load(ctx, SourceOf(self.0.stored.id)).await?;
        Ok(found.map(|CaseSource { source, .. }| Source { system: source.system, number: source.number }))
    }

    /// Whether the caller follows it and is mailed when its state changes. For staff.
    async fn watching(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        Ok(Some(load(ctx, WatchedBy(self.0.stored.id)).await?.is_some()))
    }

    /// Who follows it, the longest first. For staff.
    async fn watchers(&self, ctx: &Context<'_>) -> Result<Option<Vec<Person>>> {
        let people = load(ctx, WatchersOf(self.0.stored.id)).await?.unwrap_or_default();
        Ok(Some(people.into_iter().map(Person).collect()))
    }

    /// Who said within the last minute that they have it open, the caller included. For staff.
    async fn lookers(&self, ctx: &Context<'_>) -> Result<Option<Vec<Looker>>> {
        let lookers = load(ctx, LookersOf(self.0.stored.id)).await?.unwrap_or_default();
        Ok(Some(lookers.into_iter().map(Looker::from).collect()))
    }

    /// The mails it caused. For staff.
    async fn mails(&self, ctx: &Context<'_>) -> Result<Option<Vec<Mail>>> {
        let mails = load(ctx, MailsOf(self.0.stored.id)).await?.unwrap_or_default();
        Ok(Some(mails.into_iter().map(Mail).collect()))
    }
}
