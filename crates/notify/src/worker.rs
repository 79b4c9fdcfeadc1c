//! One round over a zone's outbox.
use crate::message::{Sender, compose};
use crate::transport::{SendError, Transport};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use store::{MailOutcome, OutboxMail, Store, StoreError, ZoneId};
use uuid::Uuid;

/// How many mails a round takes. All leave at once, so that a slow one delays no other and one lease covers all.
const BATCH: u64 = 8;
/// How much longer than the slowest hand-over a lease lasts, for the outbox to hear of it.
const MARGIN_SECONDS: u64 = 60;
/// How many attempts a mail gets: by the waits below, most of a day.
const ATTEMPTS: i64 = 12;
const FIRST_WAIT_SECONDS: i64 = 60;
const LONGEST_WAIT_SECONDS: i64 = 6 * 60 * 60;

/// Sends what lies in the outbox. Any number of workers may share one.
#[derive(Debug)]
pub struct Worker {
    /// Where the outbox is.
    pub store: Store,
    /// How messages leave.
    pub transport: Transport,
    /// Who they come from.
    pub sender: Sender,
    /// The worker's name on its leases.
    pub name: String,
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
}

impl Report {
    /// How many mails the round took; with none, there is nothing to do for now.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.sent + self.retried + self.dead + self.lost
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
    /// Takes some of the zone's mails that are due by `now`, sends them, and records what became of each.
    ///
    /// # Errors
    /// [`NotifyError::Outbox`] when the outbox fails; a mail that fails is no error.
    pub async fn run_once(&self, zone: ZoneId, now: Timestamp) -> Result<Report, NotifyError> {
        let lease = u32::try_from(self.transport.patience().as_secs() + MARGIN_SECONDS).unwrap_or(u32::MAX);
        let mails = self.store.outbox_claim(zone, &self.name, now, lease, BATCH).await?;
        self.deliver(&mails, now).await
    }

    /// Hands the mails over, all at once, and then records the ends of all in one transaction.
    pub(crate) async fn deliver(&self, mails: &[OutboxMail], now: Timestamp) -> Result<Report, NotifyError> {
        let outcomes = join_all(mails.iter().map(|mail| self.outcome(mail, now))).await;
        let held = self.store.outbox_settle(&outcomes).await?;
        let mut report = Report::default();
        for ((_, outcome), held) in outcomes.iter().zip(held) {
            *match outcome {
                _ if !held => &mut report.lost,
                MailOutcome::Sent { .. } => &mut report.sent,
                MailOutcome::Delayed { .. } => &mut report.retried,
                MailOutcome::Dead { .. } => &mut report.dead,
            } += 1;
        }
        Ok(report)
    }

    async fn outcome<'mail>(
        &self,
        mail: &'mail OutboxMail,
        now: Timestamp,
    ) -> (&'mail OutboxMail, MailOutcome) {
        let id = mail.id;
        let outcome = match self.attempt(mail).await {
            Ok(()) => {
                tracing::info!(mail = %id, template = mail.template, attempt = mail.attempts, "mail sent");
                MailOutcome::Sent { at: now }
            }
            Err(SendError::Temporary(error)) if mail.attempts < ATTEMPTS => {
                tracing::warn!(mail = %id, template = mail.template, attempt = mail.attempts, error, "mail delayed");
                let until = now.checked_add(wait(mail.attempts, id)).unwrap_or(Timestamp::MAX);
                MailOutcome::Delayed { until, error }
            }
            Err(SendError::Temporary(error) | SendError::Permanent(error)) => {
                tracing::error!(mail = %id, template = mail.template, attempt = mail.attempts, error, "mail given up");
                MailOutcome::Dead { error }
            }
        };
        (mail, outcome)
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

/// How long to wait after failed attempt number `attempt` (from 1): doubling from a minute to six hours, less up to a
/// quarter that depends on the mail, so that mails that failed together do not come back together.
fn wait(attempt: i64, id: Uuid) -> SignedDuration {
    let whole = (FIRST_WAIT_SECONDS << (attempt - 1).clamp(0, 16)).min(LONGEST_WAIT_SECONDS);
    let [.., share] = *id.as_bytes();
    SignedDuration::from_secs(whole - whole / 4 * i64::from(share) / 255)
}

#[cfg(test)]
mod tests;
