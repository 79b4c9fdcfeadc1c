//! Mails that cases caused.
use super::scalar::DateTime;
use async_graphql::{Enum, Object};
use desk::MailRecord;

/// A mail that a case caused, without its body.
pub struct Mail(pub(super) MailRecord);

/// Where a mail is.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum MailState {
    /// It waits to be sent, or to be tried again.
    Queued,
    /// It was handed over.
    Sent,
    /// It cannot be delivered; `error` says why.
    Dead,
}

/// A mail that a case caused, without its body.
#[Object]
impl Mail {
    /// The template's name.
    async fn template(&self) -> &str {
        &self.0.template
    }

    /// The name of the recipient.
    async fn recipient(&self) -> &str {
        &self.0.name
    }

    /// The address it goes to.
    async fn address(&self) -> &str {
        &self.0.address
    }

    /// Where it is.
    async fn state(&self) -> MailState {
        match self.0.state {
            desk::MailState::Queued => MailState::Queued,
            desk::MailState::Sent => MailState::Sent,
            desk::MailState::Dead => MailState::Dead,
        }
    }

    /// How often sending was tried.
    async fn attempts(&self) -> i64 {
        self.0.attempts
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was handed over.
    async fn sent_at(&self) -> Option<DateTime> {
        self.0.sent_at.map(DateTime)
    }

    /// Why the last try failed.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }
}
