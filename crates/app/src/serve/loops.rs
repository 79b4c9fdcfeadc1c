//! The loops: due timers fire, mail leaves, companies are matched with policies, what was written can be searched for,
//! what was set elsewhere is seen, files that never came are forgotten. Each goes zone by zone.
use super::metrics::Metrics;
use crate::clock::Clock;
use crate::parts::in_full;
use desk::{Desk, DeskError, Store};
use jiff::Timestamp;
use notify::{NotifyError, Worker};
use service::Readiness;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior};

/// How often the loops look. Timers are due by the minute, so a second is soon enough.
const LOOK: Duration = Duration::from_secs(1);
/// How many looks pass between two sweeps of files that never came.
const SWEEP_LOOKS: u32 = 600;
/// How many looks pass between two rounds of the search index. What waits for one is found without it.
const SEARCH_LOOKS: u32 = 10;

/// What runs beside the requests.
pub(super) struct Loops {
    desk: Desk,
    store: Store,
    worker: Worker,
    clock: Clock,
    metrics: Arc<Metrics>,
    readiness: Readiness,
    /// One round at a time, whoever asks for it: the loop, or someone who moves the clock.
    timers: Mutex<()>,
    mail: Mutex<()>,
    matching: Mutex<()>,
}

impl Loops {
    pub(super) fn new(
        (desk, store): (Desk, Store),
        worker: Worker,
        clock: Clock,
        metrics: Arc<Metrics>,
        readiness: Readiness,
    ) -> Self {
        let [timers, mail, matching] = std::array::from_fn(|_| Mutex::new(()));
        Self { desk, store, worker, clock, metrics, readiness, timers, mail, matching }
    }

    /// Starts the loops; they end when `stopping` turns true.
    pub(super) fn spawn(self: &Arc<Self>, stopping: &watch::Receiver<bool>) -> [JoinHandle<()>; 3] {
        let (timers, mail, matching) = (self.clone(), self.clone(), self.clone());
        let looks = || Looks::new(stopping.clone());
        let (mut for_timers, mut for_mail, mut for_matching) = (looks(), looks(), looks());
        let timers = async move {
            while let Some(look) = for_timers.next().await {
                report("settings", timers.desk.settings_follow().await);
                report("timers", timers.fire().await);
                if look.is_multiple_of(SWEEP_LOOKS) {
                    report("files", timers.desk.attachments_sweep().await.map(drop));
                    report("what is past its time", timers.sweep().await);
                }
            }
        };
        let mail = async move {
            while for_mail.next().await.is_some() {
                report("mail", mail.send().await);
            }
            report("mail", mail.worker.finish(mail.clock.now()).await.map(drop));
        };
        let matching = async move {
            while let Some(look) = for_matching.next().await {
                report("matching", matching.match_companies(for_matching.stopping.clone()).await);
                if look.is_multiple_of(SEARCH_LOOKS) {
                    report("search", matching.search_fill(for_matching.stopping.clone()).await);
                }
            }
        };
        [tokio::spawn(timers), tokio::spawn(mail), tokio::spawn(matching)]
    }

    async fn fire(&self) -> Result<(), DeskError> {
        let _alone = self.timers.lock().await;
        for zone in self.desk.zones().await? {
            self.metrics.timers_fired.inc_by(self.desk.timers_fire(zone.id).await?);
            self.desk.digests_write(zone.id).await?;
        }
        Ok(())
    }

    async fn sweep(&self) -> Result<(), DeskError> {
        for zone in self.desk.zones().await? {
            self.desk.sign_in_sweep(zone.id).await?;
            self.desk.personal_sweep(zone.id).await?;
        }
        Ok(())
    }

    /// Matches companies with policies until none waits for it, or the program stops: what is left goes on later.
    async fn match_companies(&self, stopping: watch::Receiver<bool>) -> Result<(), DeskError> {
        let _alone = self.matching.lock().await;
        for zone in self.desk.zones().await? {
            while !*stopping.borrow() && self.desk.matching_go_on(zone.id).await? {}
        }
        Ok(())
    }

    /// Puts what waits into the search index, zone by zone.
    async fn search_fill(&self, stopping: watch::Receiver<bool>) -> Result<(), DeskError> {
        for zone in self.desk.zones().await? {
            while !*stopping.borrow() && self.desk.search_go_on(zone.id).await? {}
            self.metrics.search(&zone.key, self.desk.search_progress(zone.id).await?);
        }
        Ok(())
    }

    /// Sends mail until none is due.
    async fn send(&self) -> Result<(), NotifyError> {
        let _alone = self.mail.lock().await;
        let mut given_up = false;
        for zone in self.store.zone_list().await? {
            loop {
                let report = self.worker.run_once(zone.id, self.clock.now()).await?;
                self.metrics.mails(&report);
                if report.taken() == 0 {
                    break;
                }
            }
            let counts = self.store.outbox_counts(zone.id).await?;
            self.metrics.outbox(&zone.key, &counts);
            given_up |= counts.dead > 0;
        }
        self.readiness.warn(given_up.then_some("mails were given up: ask for `mails` that are DEAD"));
        Ok(())
    }

    /// Moves a virtual clock to `to`, stopping at every timer on the way, so that each fires at its own instant.
    pub(super) async fn forward(&self, to: Timestamp) -> Result<Timestamp, Failed> {
        if matches!(self.clock, Clock::System) {
            return Err(Failed::NotVirtual);
        }
        let now = self.clock.now();
        if to < now {
            return Err(Failed::Backward(now));
        }
        // A timer that cannot fire is tried twice: the first time another process may have been about to fire it.
        let mut tried = None;
        while let Some(next) = self.desk.timer_next().await?.filter(|next| *next <= to) {
            self.clock.forward(next);
            self.fire().await?;
            if tried.replace(next) == Some(next) && self.desk.timer_next().await? == Some(next) {
                break;
            }
        }
        self.clock.forward(to);
        self.fire().await?;
        let (_going_on, stopping) = watch::channel(false);
        self.match_companies(stopping).await?;
        self.send().await?;
        Ok(self.clock.now())
    }
}

/// A look every [`LOOK`], until the program stops.
struct Looks {
    beat: Interval,
    stopping: watch::Receiver<bool>,
    next: u32,
}

impl Looks {
    fn new(stopping: watch::Receiver<bool>) -> Self {
        let mut beat = tokio::time::interval(LOOK);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { beat, stopping, next: 0 }
    }

    /// Waits for the next look and answers its number; none when the program stops.
    async fn next(&mut self) -> Option<u32> {
        let go_on = tokio::select! {
            _ = self.beat.tick() => true,
            _ = self.stopping.wait_for(|stop| *stop) => false,
        };
        let look = self.next;
        self.next = look.wrapping_add(1);
        go_on.then_some(look)
    }
}

/// Why the clock was not moved.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    #[error("this is the system's clock; start with --clock INSTANT to have one that moves")]
    NotVirtual,
    #[error("the clock is at {0} and moves forward only")]
    Backward(Timestamp),
    #[error("what was due could not be done")]
    Desk(#[from] DeskError),
    #[error("mail could not be sent")]
    Mail(#[from] NotifyError),
}

fn report<E: std::error::Error + 'static>(what: &str, done: Result<(), E>) {
    if let Err(error) = done {
        tracing::error!(what, error = %in_full(&error), "a round of the loop broke off; the next one tries again");
    }
}
