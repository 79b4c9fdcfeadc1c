//! The timeline of a case.
use super::answer::{Fact, facts};
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::people::{Person, load_person};
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use desk::EventView;
use workflow::clock::{Change, ClockChange};
use workflow::{Call, Due};

/// Something that happened to a case. Events are never changed.
pub struct Event(pub(super) EventView);

/// What set an event off.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum EventKind {
    /// Somebody took an action.
    Action,
    /// A timer was due.
    Timer,
    /// Another case opened this one.
    Spawned,
    /// Another case told of something.
    Told,
    /// A new calendar or limit moved due times.
    Recomputed,
    /// The case moved to another version of its process.
    Relocated,
}

/// Something that happened to a case. Events are never changed.
#[Object]
impl Event {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Event(self.0.case, self.0.seq).encode()
    }

    /// Its place in the case's history, from one: the version it made.
    async fn version(&self) -> i64 {
        self.0.seq
    }

    /// When it happened.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// What set it off.
    async fn kind(&self) -> EventKind {
        match self.0.entry.call {
            Call::Act { .. } => EventKind::Action,
            Call::Fire { .. } => EventKind::Timer,
            Call::Spawn { .. } => EventKind::Spawned,
            Call::Told { .. } => EventKind::Told,
            Call::Recompute => EventKind::Recomputed,
            Call::Relocate { .. } => EventKind::Relocated,
        }
    }

    /// The key of the action or timer.
    async fn name(&self) -> &str {
        self.0.entry.call.name()
    }

    /// What happened, for people.
    async fn title(&self, ctx: &Context<'_>) -> String {
        self.0.title(language(ctx))
    }

    /// Who acted. Companies read only the names of their own people; nobody acted where it happened of itself.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(id) = self.0.actor else { return Ok(None) };
        load_person(ctx, id).await
    }

    /// The keys of the states the case was in before.
    async fn from(&self) -> Vec<&str> {
        self.0.entry.from.iter().map(|key| &**key).collect()
    }

    /// The keys of the states the case was in after.
    async fn to(&self) -> Vec<&str> {
        self.0.entry.to.iter().map(|key| &**key).collect()
    }

    /// What was answered, as far as the caller may read it.
    async fn answers(&self, ctx: &Context<'_>) -> Result<Vec<Fact>> {
        let EventView { stored, definition, .. } = &self.0;
        let reading = desk(ctx)?.reading(caller(ctx)?, definition, stored).await.map_err(broken)?;
        Ok(match &self.0.entry.call {
            Call::Act { answers, .. } | Call::Spawn { answers, .. } | Call::Told { answers, .. } => {
                facts(definition, answers, &reading)
            }
            Call::Fire { .. } | Call::Recompute | Call::Relocate { .. } => vec![],
        })
    }

    /// What it did to clocks.
    async fn clocks(&self, ctx: &Context<'_>) -> Vec<ClockEvent> {
        self.0.entry.clocks.iter().map(|change| self.clock(change, ctx)).collect()
    }

    /// Titles of the marks it set.
    async fn marked(&self, ctx: &Context<'_>) -> Vec<&str> {
        let titles = self.0.entry.marked.iter().filter_map(|mark| self.0.definition.marks.get(mark));
        titles.map(|title| title.get(language(ctx))).collect()
    }

    /// Its hash over the event before it, in hexadecimal. For staff.
    async fn hash(&self) -> Option<String> {
        Some(hex::encode(self.0.hash))
    }
}

impl Event {
    fn clock(&self, change: &ClockChange, ctx: &Context<'_>) -> ClockEvent {
        let title = self
            .0
            .definition
            .clocks
            .get(&change.clock)
            .map(|clock| clock.title.get(language(ctx)).to_owned());
        ClockEvent {
            clock: change.clock.to_string(),
            title: title.unwrap_or_default(),
            change: change.change.into(),
            due_at: match change.due {
                Some(Due::At(due)) => Some(DateTime(due)),
                _ => None,
            },
        }
    }
}

/// What an event did to a clock.
#[derive(SimpleObject)]
pub struct ClockEvent {
    /// The clock's key.
    clock: String,
    /// What the clock measures.
    title: String,
    /// What happened to it.
    change: ClockChangeKind,
    /// When it is due after that; none while it is paused or undated.
    due_at: Option<DateTime>,
}

/// What can happen to a clock.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum ClockChangeKind {
    /// It began.
    Started,
    /// It rests.
    Paused,
    /// It goes on.
    Resumed,
    /// What it measures was done.
    Stopped,
    /// What it measures is no longer asked for.
    Cancelled,
    /// It began anew.
    Reset,
    /// It was given more working days.
    Extended,
    /// Its due time is near.
    Warned,
    /// Its due time passed.
    Breached,
    /// A new calendar, limit or cap moved its due time.
    Recomputed,
    /// It was overdue for so long that someone further up heard of it.
    Escalated,
}

impl From<Change> for ClockChangeKind {
    fn from(change: Change) -> Self {
        match change {
            Change::Started => Self::Started,
            Change::Paused => Self::Paused,
            Change::Resumed => Self::Resumed,
            Change::Stopped => Self::Stopped,
            Change::Cancelled => Self::Cancelled,
            Change::Reset => Self::Reset,
            Change::Extended => Self::Extended,
            Change::Warned => Self::Warned,
            Change::Breached => Self::Breached,
            Change::Escalated => Self::Escalated,
            Change::Recomputed => Self::Recomputed,
        }
    }
}
