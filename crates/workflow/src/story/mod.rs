//! Stories: the test of a process that the person who ordered it can read.
//!
//! ```text
//! # A comment.
//! case A consultation is answered in time
//! at 2022-09-30 16:50
//! company    file title="招不到研发人员" contact=王 …  => submitted, mails request-filed to company
//! stranger   withdraw                              => refused: only the company may do this
//! clerk      accept kind=consultation              => awaiting_dispatch, finish due 2022-10-10 17:30
//! handler@industry sign                            => in_progress, mails request-signed to company
//! at 2022-10-11 09:00                              => marks overdue, mails request-overdue to handler
//! ```
//!
//! A line is an actor, an action and its answers; after `=>` stands what must come of it. An actor is a role, with
//! `@UNIT` one who works in that unit, with `:NAME` a certain person; `stranger` belongs to another company. `at` moves
//! time and fires what became due on the way, in order of due time. `case` begins a new case, which the opening action
//! then opens. States, mails and marks are exact: what is not expected must not happen, and a line that names no state
//! expects the case to stay where it is. A line without `=>` expects only that it is not refused.
mod compare;
mod cover;
mod expect;
mod line;
mod play;
#[cfg(test)]
mod tests;

pub use cover::Point;
pub use play::{Played, play};

use std::fmt;

/// Something wrong with a story, or with the process it tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryMistake {
    /// The line, from one.
    pub line: usize,
    /// What was found, and what was expected.
    pub message: String,
}

impl fmt::Display for StoryMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}
