//! Rounds over a zone's outbox.
//!
//! A round waits a moment for what it sent and no longer: whatever is slow goes on beside later rounds, and its domain
//! gets nothing more until it has answered. So a domain that answers a byte a second holds up its own mail only.
use crate::message::{Sender, compose};
use crate::transport::{SendError, Transport};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use store::{MailOutcome, OutboxMail, Store, StoreError, ZoneId};
use tokio::sync::Mutex;
use tokio::task::{self, JoinSet};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// How many mails are under way at once.
const AT_ONCE: usize = 32;
/// How many of them to one domain.
const TO_ONE_DOMAIN: usize = 4;
/// How long a round waits for what it sent.
const MOMENT: Duration = Duration::from_secs(1);
/// How much longer than the slowest hand-over a lease lasts, for the outbox to hear of it.
const MARGIN_SECONDS: u64 = 60;
/// How many attempts a mail gets: by the waits below, most of a day.
const ATTEMPTS: i64 = 12;
const FIRST_WAIT_SECONDS: i64 = 60;
const LONGEST_WAIT_SECONDS: i64 = 6 * 60 * 60;

/// Sends what lies in the outbox. Any number of workers may share one.
#[derive(Debug)]
pub struct Worker {
    store: Store,
    name: String,
    post: Arc<Post>,
    under_way: Mutex<UnderWay>,
}

/// How messages leave.
#[derive(Debug)]
struct Post {
    transport: Transport,
    sender: Sender,
}

/// What was begun and has not ended.
#[derive(Debug, Default)]
pub(crate) struct UnderWay {
    attempts: JoinSet<Attempt>,
    /// The domain that each is for.
    domains: HashMap<task::Id, String>,
}

/// An attempt that ended.
#[derive(Debug)]
struct Attempt {
    mail: OutboxMail,
    came_to: Result<(), SendError>,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Mails handed over.
    pub sent: usize,
    /// Mails that will be tried again.
    pub retried: usize,
    /// Mails given up.
    pub dead: usize,
    /// Mails another worker took over meanwhile; one of them may have left twice.
    pub lost: usize,
    /// Mails that were begun and still are under way.
    pub slow: usize,
}

impl Report {
    /// How many mails the round took or ended; with none, there is nothing to do for now.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.sent + self.retried + self.dead + self.lost + self.slow
    }
}

/// Says why a round broke off. Mails whose end it could not record are sent again once their lease is over.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The outbox could not be read or written.
    #[error("the outbox failed")]
    Outbox(#[from] StoreError),
}

impl Worker {
    /// A worker over an outbox; `name` stands on its leases.
    #[must_use]
    pub fn new(store: Store, transport: Transport, sender: Sender, name: String) -> Self {
        let post = Arc::new(Post { transport, sender });
        Self { store, name, post, under_way: Mutex::default() }
    }

    /// Takes some of the zone's mails that are due by `now`, sends them, and records what became of each, and of those
    /// that earlier rounds left under way.
    ///
    /// # Errors
    /// [`NotifyError::Outbox`] when the outbox fails; a mail that fails is no error.
    pub async fn run_once(&self, zone: ZoneId, now: Timestamp) -> Result<Report, NotifyError> {
        let mut under_way = self.under_way.lock().await;
        let room = AT_ONCE.saturating_sub(under_way.attempts.len());
        let mails = if room > 0 {
            let lease = u32::try_from(self.post.patience().as_secs() + MARGIN_SECONDS).unwrap_or(u32::MAX);
            let busy: BTreeSet<&String> = under_way.domains.values().collect();
            let busy: Vec<String> = busy.into_iter().cloned().collect();
            self.store.outbox_claim(zone, &self.name, now, lease, room as u64, &busy).await?
        } else {
            vec![]
        };
        self.deliver(&mut under_way, mails, now).await
    }

    /// Sends these mails, and records what ended by the time the moment is over; what was not begun by then is not.
    pub(crate) async fn deliver(
        &self,
        under_way: &mut UnderWay,
        mut waiting: Vec<OutboxMail>,
        now: Timestamp,
    ) -> Result<Report, NotifyError> {
        let until = Instant::now() + MOMENT;
        let (mut begun, mut ended) = (HashSet::new(), vec![]);
        loop {
            waiting = self.begin(under_way, waiting, &mut begun);
            if begun.is_empty() {
                break;
            }
            let Ok(Some(joined)) = timeout_at(until, under_way.attempts.join_next_with_id()).await else {
                break;
            };
            begun.remove(&under_way.end(joined, &mut ended));
        }
        while let Some(joined) = under_way.attempts.try_join_next_with_id() {
            begun.remove(&under_way.end(joined, &mut ended));
        }
        let tried = ended.into_iter().map(|attempt| (attempt.outcome(now), attempt.mail));
        let untried = waiting.into_iter().map(|mail| (MailOutcome::Untried, mail));
        let report = self.record(tried.chain(untried).collect()).await?;
        Ok(Report { slow: begun.len(), ..report })
    }

    /// Waits for everything that is under way, and records it. Whoever stops should: what is cut off between its last
    /// word and the answer is sent again.
    ///
    /// # Errors
    /// As [`Worker::run_once`].
    pub async fn finish(&self, now: Timestamp) -> Result<Report, NotifyError> {
        let mut under_way = self.under_way.lock().await;
        let mut ended = vec![];
        while let Some(joined) = under_way.attempts.join_next_with_id().await {
            under_way.end(joined, &mut ended);
        }
        self.record(ended.into_iter().map(|attempt| (attempt.outcome(now), attempt.mail)).collect()).await
    }

    /// Begins what its domain has room for, and answers the rest.
    fn begin(
        &self,
        under_way: &mut UnderWay,
        waiting: Vec<OutboxMail>,
        begun: &mut HashSet<task::Id>,
    ) -> Vec<OutboxMail> {
        let mut rest = vec![];
        for mail in waiting {
            let domain = domain(&mail.address);
            if under_way.domains.values().filter(|other| **other == domain).count() >= TO_ONE_DOMAIN {
                rest.push(mail);
                continue;
            }
            let post = self.post.clone();
            let attempt = under_way.attempts.spawn(async move {
                let came_to = post.attempt(&mail).await;
                Attempt { mail, came_to }
            });
            under_way.domains.insert(attempt.id(), domain);
            begun.insert(attempt.id());
        }
        rest
    }

    /// Records outcomes, zone by zone, each in one transaction.
    async fn record(&self, outcomes: Vec<(MailOutcome, OutboxMail)>) -> Result<Report, NotifyError> {
        let mut report = Report::default();
        let mut zones: HashMap<ZoneId, Vec<_>> = HashMap::new();
        for (outcome, mail) in &outcomes {
            zones.entry(mail.zone).or_default().push((mail, outcome.clone()));
        }
        for outcomes in zones.values() {
            let held = self.store.outbox_settle(outcomes).await?;
            for ((_, outcome), held) in outcomes.iter().zip(held) {
                *match outcome {
                    MailOutcome::Untried => continue,
                    _ if !held => &mut report.lost,
                    MailOutcome::Sent { .. } => &mut report.sent,
                    MailOutcome::Delayed { .. } => &mut report.retried,
                    MailOutcome::Dead { .. } | MailOutcome::Undeliverable { .. } => &mut report.dead,
                } += 1;
            }
        }
        Ok(report)
    }
}

impl UnderWay {
    /// Takes note of an attempt's end, and answers which it was.
    fn end(
        &mut self,
        joined: Result<(task::Id, Attempt), task::JoinError>,
        ended: &mut Vec<Attempt>,
    ) -> task::Id {
        let id = match joined {
            Ok((id, attempt)) => {
                ended.push(attempt);
                id
            }
            // One that panicked says nothing; its lease brings the mail back, and the attempt counts.
            Err(error) => error.id(),
        };
        self.domains.remove(&id);
        id
    }
}

impl Post {
    fn patience(&self) -> Duration {
        self.transport.patience()
    }

    async fn attempt(&self, mail: &OutboxMail) -> Result<(), SendError> {
        if mail.attempts > ATTEMPTS {
            // Attempts that were begun and never recorded: something about this mail ends the worker.
            return Err(SendError::Permanent(format!("{ATTEMPTS} attempts were begun and not ended")));
        }
        let message = compose(mail, &self.sender).map_err(|error| SendError::Permanent(error.to_string()))?;
        self.transport.send(mail.id, &message).await
    }
}

impl Attempt {
    fn outcome(&self, now: Timestamp) -> MailOutcome {
        let OutboxMail { id, template, attempts, .. } = &self.mail;
        match &self.came_to {
            Ok(()) => {
                tracing::info!(mail = %id, template, attempt = attempts, "mail sent");
                MailOutcome::Sent { at: now }
            }
            Err(SendError::Temporary(error)) if *attempts < ATTEMPTS => {
                tracing::warn!(mail = %id, template, attempt = attempts, error, "mail delayed");
                let until = now.checked_add(wait(*attempts, *id)).unwrap_or(Timestamp::MAX);
                MailOutcome::Delayed { until, error: error.clone() }
            }
            Err(SendError::Gone(error)) => {
                tracing::error!(mail = %id, template, attempt = attempts, error, "nobody is at the address");
                MailOutcome::Undeliverable { at: now, error: error.clone() }
            }
            Err(SendError::Temporary(error) | SendError::Permanent(error)) => {
                tracing::error!(mail = %id, template, attempt = attempts, error, "mail given up");
                MailOutcome::Dead { error: error.clone() }
            }
        }
    }
}

/// The domain of an address, by which mails are kept apart.
fn domain(address: &str) -> String {
    address.rsplit_once('@').map_or(address, |(_, domain)| domain).to_lowercase()
}

/// How long to wait after failed attempt number `attempt` (from 1): doubling from a minute to six hours, less up to a
/// quarter that depends on the mail, so that mails that failed together do not come back together.
fn wait(attempt: i64, id: Uuid) -> SignedDuration {
    let whole = (FIRST_WAIT_SECONDS << (attempt - 1).clamp(0, 16)).min(LONGEST_WAIT_SECONDS);
    let [.., share] = *id.as_bytes();
    SignedDuration::from_secs(whole - whole / 4 * i64::from(share) / 255)
}

#[cfg(test)]
mod tests;
