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
//!
//! A story may have several cases, each with a name: the opening line ends with `as NAME`, or the case is called `case`.
//! A case spawned for a unit is `NAME/UNIT`, one spawned alone `NAME/PROCESS`. `on NAME:` before an actor takes an action
//! on that case; else it is taken on `case`, or on the one opened last. What a line brings about in other cases is
//! expected with their name before it, as exactly as for the case itself.
//!
//! ```text
//! clerk   dispatch unit=industry with=housing,labour  => awaiting_sign, case/housing: assigned, case/labour: assigned
//! on case/housing: co_handler@housing answer reply=…  => answered, case: mails request-co-answered to handler
//! absent handler
//! limit general = 3wd                                 => finish due 2026-03-05 17:30
//! ```
//!
//! `absent ROLE` and `present ROLE` say whether anybody of a role is there; everybody is until then. `limit NAME = 3wd`
//! sets a limit in the zone, `calendar 2027-01-01,holiday` adds a row to its calendar; both date every case anew. The story of a process that only other cases open begins with `spawned ROLE@UNIT FIELD=VALUE`
//! and tells the case what another would with `told EVENT FIELD=VALUE`.
mod compare;
mod cover;
mod expect;
mod line;
mod play;
mod stage;
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
