//! Clocks of a case.
use super::gate::language;
use super::scalar::DateTime;
use async_graphql::{Context, Enum, Object};
use desk::ClockView;
use workflow::clock::End;

/// A clock of a case: how long something may take.
pub struct Clock(pub(super) ClockView);

/// Where a clock is.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum ClockStatus {
    /// Time counts.
    Running,
    /// Time passes without counting, for example while the company is asked.
    Paused,
    /// It runs, but the notice of working days for a year it needs is missing.
    Undated,
    /// What it measures was done.
    Stopped,
    /// What it measures is no longer asked for.
    Cancelled,
}

/// A clock of a case: how long something may take.
#[Object]
impl Clock {
    /// Its key.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What it measures.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        self.0.clock.title.get(language(ctx))
    }

    /// Where it is.
    async fn status(&self) -> ClockStatus {
        match self.0.state.end {
            Some(End::Stopped(_)) => ClockStatus::Stopped,
            Some(End::Cancelled(_)) => ClockStatus::Cancelled,
            None if self.0.state.is_paused() => ClockStatus::Paused,
            None if self.0.state.undated().is_some() => ClockStatus::Undated,
            None => ClockStatus::Running,
        }
    }

    /// Its limit: `5wd` working days, `12wh` working hours, `90wm` working minutes, `2h` hours, `30m` minutes.
    async fn limit(&self) -> String {
        self.0.state.limit.to_string()
    }

    /// When it started.
    async fn started_at(&self) -> DateTime {
        DateTime(self.0.state.started)
    }

    /// When it is due; none while it is paused or undated.
    async fn due_at(&self) -> Option<DateTime> {
        self.0.state.due_at().map(DateTime)
    }

    /// Whether it runs and its due time has passed.
    async fn overdue(&self) -> bool {
        self.0.overdue
    }

    /// Whether what it measures was done after it was due. This never changes again.
    async fn finished_late(&self) -> bool {
        self.0.state.finished_late()
    }

    /// The first year whose notice of working days is missing, if that is why there is no due time.
    async fn missing_year(&self) -> Option<i32> {
        self.0.state.undated().map(i32::from)
    }

    /// Why it is due when it is, line by line.
    async fn why(&self, ctx: &Context<'_>) -> Vec<String> {
        self.0.why.iter().map(|reason| reason.message(language(ctx))).collect()
    }
}
