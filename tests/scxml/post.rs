//! The virtual clock, and every event that is on its way between sessions.
use crate::event::Event;
use std::collections::{BTreeMap, BTreeSet};

/// Names a session by its place among all that were ever opened.
pub(crate) type SessionId = usize;

#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) from: SessionId,
    pub(crate) to: SessionId,
    /// By which `<cancel>` names it.
    pub(crate) send_id: Option<String>,
    /// The receiver's invocation that it comes from.
    pub(crate) invocation: Option<String>,
    pub(crate) event: Event,
}

#[derive(Debug, Default)]
pub(crate) struct Post {
    /// Microseconds since the test began.
    pub(crate) now: u64,
    /// By when they are due, and then in the order they were sent.
    letters: BTreeMap<(u64, u64), Letter>,
    sent: u64,
    pub(crate) live: BTreeSet<SessionId>,
    /// What a session asked for that is not offered; the first.
    pub(crate) missing: Option<String>,
}

impl Post {
    pub(crate) fn send(&mut self, letter: Letter, delay: u64) {
        self.sent += 1;
        self.letters.insert((self.now.saturating_add(delay), self.sent), letter);
    }

    pub(crate) fn cancel(&mut self, from: SessionId, send_id: &str) {
        self.letters.retain(|_, letter| letter.from != from || letter.send_id.as_deref() != Some(send_id));
    }

    /// Ends a session: what it sent for later is never delivered, and what it told its parent neither if the parent
    /// cancelled it (SCXML 6.4.3).
    pub(crate) fn end(&mut self, session: SessionId, cancelled: bool) {
        self.live.remove(&session);
        let now = self.now;
        self.letters.retain(|(due, _), letter| {
            let stays = *due <= now && !(cancelled && letter.invocation.is_some());
            letter.from != session || stays
        });
    }

    /// The next letter due by `until`, with the clock set to when it is.
    pub(crate) fn next(&mut self, until: u64) -> Option<Letter> {
        let first = self.letters.first_entry().filter(|first| first.key().0 <= until)?;
        self.now = self.now.max(first.key().0);
        Some(first.remove())
    }
}
