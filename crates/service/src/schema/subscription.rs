//! What is told of itself: a case that moves, a queue in which something moves, notices to whoever listens.
//!
//! Each event is read anew as the caller may see it then, and the caller is looked up again before it leaves: a session
//! that ended, or rights that changed, end the subscription.
use super::case::Case;
use super::gate::{broken, caller, coded, desk};
use super::id::NodeId;
use super::list::CaseFilterInput;
use super::loader::load;
use super::scalar::DateTime;
use crate::http::limits;
use async_graphql::{Context, ID, Object, Result, SimpleObject, Subscription as Streams};
use desk::{Caller, CaseView, Desk, Live, MailNotice, News, Shown};
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, unfold};
use tokio::time::{Interval, interval};
use workflow::CaseId;

/// The token behind a request, by which its caller is looked up again.
#[derive(Clone)]
pub(crate) struct Credential(pub(crate) String);

/// Cases that moved, seen from a queue.
#[derive(SimpleObject)]
pub struct QueueChange {
    /// Cases that moved and that the filter finds.
    found: Vec<Case>,
    /// Cases that moved and that the filter does not find, or no longer. A case that the caller sees no more is not among
    /// them.
    others: Vec<Case>,
    /// Whether something may have moved that is not told: ask for the list again. So it is in the first event.
    missed: bool,
}

/// A notice to whoever listens: a mail that was written to them.
pub struct Notice(MailNotice);

/// A notice to whoever listens: a mail that was written to them.
#[Object]
impl Notice {
    /// What it is about, by the name of the mail.
    async fn kind(&self) -> &str {
        &self.0.template
    }

    /// When it was written.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// The case it is about, if the caller sees it.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        let Some(case) = self.0.case else { return Ok(None) };
        Ok(load(ctx, case).await?.map(Case))
    }
}

/// The events of one subscription.
type Events<T> = BoxStream<'static, Result<T>>;

/// Everything that is told of itself.
pub struct Subscription;

/// Everything that is told of itself.
#[Streams]
impl Subscription {
    /// A case as it stands: at once, and again whenever it took a step. It ends when the caller sees the case no more;
    /// for a case that is not there at once.
    #[graphql(complexity = "10 + child_complexity")]
    async fn case_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
    ) -> Result<Events<Case>> {
        let id = NodeId::case(&id).unwrap_or(CaseId(uuid::Uuid::nil()));
        let looking = Looking::begin(ctx, "caseChanged")?;
        Ok(events(CaseOf { id, version: None }, looking))
    }

    /// What moves in a queue, several cases at a time where many move. The first event comes at once.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn queue_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which cases; all of them without it.")] filter: Option<CaseFilterInput>,
    ) -> Result<Events<QueueChange>> {
        let looking = Looking::begin(ctx, "queueChanged")?;
        Ok(events(Queue { filter: filter.unwrap_or_default() }, looking))
    }

    /// Notices to the caller that were written since the last event. The first event comes at once and has none.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn notices_changed(&self, ctx: &Context<'_>) -> Result<Events<Vec<Notice>>> {
        let looking = Looking::begin(ctx, "noticesChanged")?;
        Ok(events(Notices { shown: None }, looking))
    }
}

/// What comes of waiting.
enum Came {
    News(News),
    /// Nothing; time to look whether that is right.
    Nothing,
    /// The program stops.
    End,
}

/// A caller who looks at what moves.
struct Looking {
    desk: Desk,
    caller: Caller,
    credential: Credential,
    live: Live,
    beat: Interval,
}

impl Looking {
    /// Begins to listen, for a caller whose rights include the field.
    fn begin(ctx: &Context<'_>, field: &str) -> Result<Self> {
        let (desk, caller) = (desk(ctx)?, caller(ctx)?);
        if !desk.rights().may(&caller.standing, "Subscription", field) {
            return Err(coded("FORBIDDEN", "your roles do not include this field"));
        }
        if !caller.access.reads() {
            return Err(coded("FORBIDDEN", caller.access.message()));
        }
        let mut beat = interval(limits::CALLER_ASKED);
        // The first comes at once otherwise.
        beat.reset();
        let credential = ctx.data::<Credential>()?.clone();
        let live = desk.live(caller);
        Ok(Self { desk: desk.clone(), caller: caller.clone(), credential, live, beat })
    }

    async fn wait(&mut self) -> Came {
        tokio::select! {
            news = self.live.next() => news.map_or(Came::End, Came::News),
            _ = self.beat.tick() => Came::Nothing,
        }
    }

    /// Refuses whoever is not the same caller any more.
    async fn ask_again(&self) -> Result<()> {
        if self.desk.is_still(&self.caller, &self.credential.0).await.map_err(broken)? {
            return Ok(());
        }
        Err(coded(
            "UNAUTHENTICATED",
            "the session is over, or what it may do has changed: sign in and subscribe again",
        ))
    }
}

/// Something to look at.
trait Sight: Send {
    /// What is seen of it.
    type Event: Send;

    /// What there is to see after this came: nothing at the beginning, and empty news now and then, to make sure.
    fn see(
        &mut self,
        looking: &Looking,
        came: Option<News>,
    ) -> impl Future<Output = Result<Seen<Self::Event>>> + Send;
}

/// What there is to see.
enum Seen<T> {
    Event(T),
    Nothing,
    /// Nothing any more.
    End,
}

/// The events of a sight. After an error it ends.
fn events<S: Sight + 'static>(sight: S, looking: Looking) -> Events<S::Event> {
    let events = unfold(Some((sight, looking, true)), |state| async {
        let (mut sight, mut looking, mut beginning) = state?;
        loop {
            let came = if std::mem::take(&mut beginning) {
                None
            } else {
                match looking.wait().await {
                    Came::News(news) => Some(news),
                    Came::Nothing => Some(News::default()),
                    Came::End => return None,
                }
            };
            let idle = came.as_ref().is_some_and(|news| *news == News::default());
            let seen = match sight.see(&looking, came).await {
                Ok(Seen::Nothing) if !idle => continue,
                Ok(Seen::End) => return None,
                seen => seen,
            };
            // Only now, and not at each of a thousand steps that concern others.
            match looking.ask_again().await.and(seen) {
                Ok(Seen::Event(event)) => return Some((Ok(event), Some((sight, looking, false)))),
                Ok(Seen::Nothing) => {}
                Ok(Seen::End) => return None,
                Err(error) => return Some((Err(error), None)),
            }
        }
    });
    events.boxed()
}

/// One case.
struct CaseOf {
    id: CaseId,
    /// The version that was shown.
    version: Option<i64>,
}

impl Sight for CaseOf {
    type Event = Case;

    async fn see(&mut self, looking: &Looking, came: Option<News>) -> Result<Seen<Case>> {
        let concerned = |news: News| news.missed || news.cases.contains(&self.id) || news == News::default();
        if !came.is_none_or(concerned) {
            return Ok(Seen::Nothing);
        }
        let found = looking.desk.case_find(&looking.caller, self.id).await.map_err(broken)?;
        let Some(found) = found else { return Ok(Seen::End) };
        if self.version.replace(found.stored.seq) == Some(found.stored.seq) {
            return Ok(Seen::Nothing);
        }
        Ok(Seen::Event(Case(found)))
    }
}

/// The cases that a filter finds.
struct Queue {
    filter: CaseFilterInput,
}

impl Sight for Queue {
    type Event = QueueChange;

    async fn see(&mut self, looking: &Looking, came: Option<News>) -> Result<Seen<QueueChange>> {
        let Some(news) = came else {
            return Ok(Seen::Event(QueueChange { found: vec![], others: vec![], missed: true }));
        };
        // Decoded anew each time: what is overdue is so by the present instant.
        let filter = self.filter.clone().decode(&looking.desk, &looking.caller);
        let sorted = looking.desk.case_sort(&looking.caller, &filter, &news.cases).await.map_err(broken)?;
        if sorted.found.is_empty() && sorted.others.is_empty() && !news.missed {
            return Ok(Seen::Nothing);
        }
        let cases = |cases: Vec<CaseView>| cases.into_iter().map(Case).collect();
        Ok(Seen::Event(QueueChange {
            found: cases(sorted.found),
            others: cases(sorted.others),
            missed: news.missed,
        }))
    }
}

/// The caller's notices.
struct Notices {
    shown: Option<Shown>,
}

impl Sight for Notices {
    type Event = Vec<Notice>;

    async fn see(&mut self, looking: &Looking, came: Option<News>) -> Result<Seen<Vec<Notice>>> {
        let (desk, caller) = (&looking.desk, &looking.caller);
        let Some(shown) = &mut self.shown else {
            self.shown = Some(desk.notices_from_now(caller).await.map_err(broken)?);
            return Ok(Seen::Event(vec![]));
        };
        if came.is_some_and(|news| !news.mail && !news.missed && news != News::default()) {
            return Ok(Seen::Nothing);
        }
        let notices = desk.notices_unshown(caller, shown).await.map_err(broken)?;
        if notices.is_empty() {
            return Ok(Seen::Nothing);
        }
        Ok(Seen::Event(notices.into_iter().map(Notice).collect()))
    }
}
