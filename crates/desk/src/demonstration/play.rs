//! Plays stories through the desk, step by step in the order of time, timers in between as they come due.
use super::DemonstrationError;
use super::cast::{Cast, Player};
use super::data::{Move, Story};
use super::schedule::When;
use crate::{ActOrder, Acted, Desk, OpenOrder, Refused, StoredCase, Viewer};
use calendar::BusinessTime;
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{MailOutcome, ZoneId};
use workflow::{Answer, Answers, Assignee, CaseId, Definition, FieldKind, Key, PARENT, Refusal, UnitId};

/// How many mails are settled at once.
const BATCH: u64 = 500;
/// How long the settling may take, in seconds.
const LEASE: u32 = 60;

/// A step with its story and its instant.
struct Beat<'s> {
    at: Timestamp,
    story: usize,
    /// None opens the case.
    action: Option<&'s Move>,
}

/// The desk of the demonstration: the same tables and rules, a clock of its own.
struct Stage<'p> {
    desk: Desk,
    clock: Arc<AtomicI64>,
    cast: &'p Cast,
    time: BusinessTime,
}

/// Plays all stories of a zone up to `now`.
pub(super) async fn play(
    desk: &Desk,
    cast: &Cast,
    stories: &[Story],
    now: Timestamp,
) -> Result<(), DemonstrationError> {
    let clock = Arc::new(AtomicI64::new(0));
    let shown = clock.clone();
    let instant = move || Timestamp::from_microsecond(shown.load(Ordering::Relaxed)).unwrap_or_default();
    let time = desk.time(cast.zone).await?;
    let stage =
        Stage { desk: desk.with_surroundings(desk.surroundings.with_now(instant)), clock, cast, time };
    let mut opened = Opened::default();
    for beat in beats(stories, now, &stage.time) {
        let Some(story) = stories.get(beat.story) else { continue };
        stage.timers_fire(beat.at).await?;
        match (beat.action, opened.cases.get(&beat.story).copied()) {
            (None, _) => {
                let id = stage.open(story, &opened.named).await?;
                opened.cases.insert(beat.story, id);
                opened.named.extend(story.opening.name.as_deref().map(|name| (name, id)));
            }
            (Some(action), Some(id))
                if !opened.halted.contains(&beat.story)
                    && !stage.act(story, action, id, &opened.named).await? =>
            {
                opened.halted.insert(beat.story);
            }
            _ => {}
        }
    }
    stage.timers_fire(now).await
}

/// The cases that stories opened so far.
#[derive(Default)]
struct Opened<'s> {
    cases: HashMap<usize, CaseId>,
    named: Named<'s>,
    /// Stories that go no further: their next step depends on a date that the calendar does not know yet.
    halted: HashSet<usize>,
}

/// Cases by what answers call them.
type Named<'s> = HashMap<&'s str, CaseId>;

/// Says that mails from before the last two working days were sent when they were caused, so that starting the
/// demonstration does not send five weeks of mail.
pub(super) async fn mails_settle(
    desk: &Desk,
    zone: ZoneId,
    now: Timestamp,
) -> Result<(), DemonstrationError> {
    let until = When::Day { back: 2, at: Time::midnight() }.instant(now, &desk.time(zone).await?);
    loop {
        let mails = desk.store.outbox_claim(zone, "demonstration", until, LEASE, BATCH, &[]).await?;
        if mails.is_empty() {
            return Ok(());
        }
        let sent = mails.iter().map(|mail| (mail, MailOutcome::Sent { at: mail.created_at }));
        desk.store.outbox_settle(&sent.collect::<Vec<_>>()).await?;
    }
}

/// Every step of every story in the order of time; of one instant, in the order of the files.
fn beats<'s>(stories: &'s [Story], now: Timestamp, time: &BusinessTime) -> Vec<Beat<'s>> {
    let mut beats = vec![];
    for (story, told) in stories.iter().enumerate() {
        beats.push(Beat { at: told.opening.at.instant(now, time), story, action: None });
        let then = told.opening.then.iter();
        beats.extend(then.map(|action| Beat {
            at: action.at.instant(now, time),
            story,
            action: Some(action),
        }));
    }
    beats.sort_by_key(|beat| beat.at);
    beats
}

impl Stage<'_> {
    /// Fires what comes due until an instant, each at its own, and shows that instant.
    async fn timers_fire(&self, until: Timestamp) -> Result<(), DemonstrationError> {
        while let Some(due) = self.desk.store.timer_next(self.cast.zone).await?.filter(|due| *due <= until) {
            self.show(due);
            if self.desk.timers_fire(self.cast.zone).await? == 0 {
                break;
            }
        }
        self.show(until);
        Ok(())
    }

    fn show(&self, at: Timestamp) {
        self.clock.store(at.as_microsecond(), Ordering::Relaxed);
    }

    async fn open(&self, story: &Story, named: &Named<'_>) -> Result<CaseId, DemonstrationError> {
        let opening = &story.opening;
        let player = self.player(story, &opening.by)?;
        let definition = self.desk.catalog().newest(self.cast.zone, &story.process).cloned();
        let answers =
            match definition.as_ref().and_then(|definition| Some((definition, definition.opening()?.0))) {
                Some((definition, action)) => {
                    self.answers(story, definition, action, player, &opening.answers, named)?
                }
                None => Answers::new(),
            };
        let order = OpenOrder {
            process: story.process.as_str().into(),
            answers,
            company: None,
            source: None,
            idempotency_key: None,
        };
        let acted = self.desk.case_open(&player.caller, order).await?;
        match acted {
            Acted::Moved { case, .. } | Acted::Repeated { case, .. } => Ok(case.id),
            Acted::Refused(refused) => Err(self.refused(story, &story.process, &opening.by, &refused)),
        }
    }

    /// Takes a step; answers whether the story goes on.
    async fn act(
        &self,
        story: &Story,
        action: &Move,
        case: CaseId,
        named: &Named<'_>,
    ) -> Result<bool, DemonstrationError> {
        let player = self.player(story, &action.by)?;
        let stored = self.meant(story, action, case).await?;
        let definition = self.desk.definition(&stored)?;
        let key = Key::from(action.action.as_str());
        let answers = self.answers(story, &definition, &key, player, &action.answers, named)?;
        let order =
            ActOrder { case: stored.id, action: key, answers, expected_version: None, idempotency_key: None };
        match self.desk.case_act(&player.caller, order).await? {
            Acted::Moved { .. } | Acted::Repeated { .. } => Ok(true),
            Acted::Refused(Refused::Engine(Refusal::Unknown { .. })) => Ok(false),
            Acted::Refused(refused) => Err(self.refused(story, &action.action, &action.by, &refused)),
        }
    }

    /// The case that a step is taken on: the story's own, or the one that it opened for a unit.
    async fn meant(
        &self,
        story: &Story,
        action: &Move,
        case: CaseId,
    ) -> Result<StoredCase, DemonstrationError> {
        let viewer = Viewer::System(self.cast.zone);
        let found = match &action.on {
            None => self.desk.store.case_find(&viewer, case).await?,
            Some(key) => {
                let unit = self.cast.units.get(key);
                let children = self.desk.store.linked_list(&viewer, case, PARENT).await?;
                children.into_iter().find(|child| unit.is_some_and(|unit| is_of(child, *unit)))
            }
        };
        let missing = || DemonstrationError::Data {
            file: story.file,
            problem: format!("`{}` at {:?} has no case", action.action, action.at),
        };
        found.ok_or_else(missing)
    }

    fn player(&self, story: &Story, login: &str) -> Result<&Player, DemonstrationError> {
        let unknown =
            || DemonstrationError::Data { file: story.file, problem: format!("there is no `{login}`") };
        self.cast.people.get(login).ok_or_else(unknown)
    }

    fn refused(&self, story: &Story, action: &str, by: &str, refused: &Refused) -> DemonstrationError {
        DemonstrationError::Refused {
            file: story.file,
            action: action.to_owned(),
            at: self.desk.surroundings.now(),
            by: by.to_owned(),
            message: refused.message(workflow::Language::En),
        }
    }

    /// Answers as the forms want them: those given, and what the player answers wherever it is asked.
    fn answers(
        &self,
        story: &Story,
        definition: &Definition,
        action: &Key,
        player: &Player,
        given: &IndexMap<String, toml::Value>,
        named: &Named<'_>,
    ) -> Result<Answers, DemonstrationError> {
        let asks = definition.actions.get(action).map_or(&[][..], |action| &action.asks);
        let always = player.answers.iter().filter(|(key, _)| asks.iter().any(|ask| **ask == *key.as_str()));
        let today = self.desk.surroundings.now().to_zoned(self.time.zone().clone()).date();
        let mut answers = Answers::new();
        for (key, value) in always.chain(given) {
            let field = definition.fields.get(key.as_str());
            let answer = field.and_then(|field| self.answer(&field.kind, value, today, named));
            let bad = || DemonstrationError::Data {
                file: story.file,
                problem: format!("`{key} = {value}` is no answer"),
            };
            answers.insert(key.as_str().into(), answer.ok_or_else(bad)?);
        }
        Ok(answers)
    }

    fn answer(
        &self,
        kind: &FieldKind,
        value: &toml::Value,
        today: Date,
        named: &Named<'_>,
    ) -> Option<Answer> {
        Some(match kind {
            FieldKind::Text { .. } | FieldKind::Choice(_) => Answer::Text(value.as_str()?.trim().into()),
            FieldKind::Number { .. } => Answer::Number(value.as_integer()?.into()),
            FieldKind::Date => {
                Answer::Date(today.saturating_add(jiff::Span::new().try_days(value.as_integer()?).ok()?))
            }
            FieldKind::Truth => Answer::Truth(value.as_bool()?),
            FieldKind::Choices(_) => Answer::Choices(
                value.as_array()?.iter().map(|key| key.as_str().map(Key::from)).collect::<Option<_>>()?,
            ),
            FieldKind::Person { .. } => {
                Answer::Person(self.cast.people.get(value.as_str()?)?.caller.person.id)
            }
            FieldKind::Unit => Answer::Unit(*self.cast.units.get(value.as_str()?)?),
            FieldKind::Units => {
                let unit = |name: &toml::Value| self.cast.units.get(name.as_str()?).copied();
                Answer::Units(value.as_array()?.iter().map(unit).collect::<Option<_>>()?)
            }
            FieldKind::Case => Answer::Case(*named.get(value.as_str()?)?),
        })
    }
}

/// Whether a unit, or somebody of it, has a task.
fn is_of(task: &StoredCase, unit: UnitId) -> bool {
    let of = |assignee: &Assignee| match assignee {
        Assignee::Unit(of) | Assignee::Person { unit: Some(of), .. } => *of == unit,
        Assignee::Person { unit: None, .. } => false,
    };
    task.case.assigned.values().any(of)
}
