//! Clocks of a case as people read them; those that are internal only the staff.
use crate::read::CaseView;
use crate::{Caller, Desk, DeskError};
use jiff::Timestamp;
use workflow::clock::why;
use workflow::definition::Clock;
use workflow::{Call, Case, ClockState, Definition, Due, Entry, Key, Language, Reason};

/// What the timer of an internal clock is called before who applied.
pub(crate) const INTERNAL: &str = "internal";

/// A clock of a case, as people read it.
#[derive(Debug, Clone)]
pub struct ClockView {
    /// Its key.
    pub key: Key,
    /// What it measures.
    pub clock: Clock,
    /// Its last run.
    pub state: ClockState,
    /// Whether it is overdue now.
    pub overdue: bool,
    /// Why it is due when it is.
    pub why: Vec<Reason>,
}

impl CaseView {
    /// The earliest due time of the running clocks that the caller knows of.
    #[must_use]
    pub fn due_at(&self, caller: &Caller) -> Option<Timestamp> {
        if caller.person.company.is_none() {
            return self.stored.due_at;
        }
        let known = self.stored.case.clocks.iter().filter(|(key, _)| !self.definition.is_internal(key));
        known.filter(|(_, state)| state.is_running()).filter_map(|(_, state)| state.due_at()).min()
    }
}

impl Desk {
    /// The clocks of a case, in the order of its definition; those that are internal are for the staff.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn clocks(&self, caller: &Caller, case: &CaseView) -> Result<Vec<ClockView>, DeskError> {
        let (time, now) = (self.time(caller.zone).await?, self.surroundings.now());
        let outsider = caller.person.company.is_some();
        let known = case.definition.clocks.iter().filter(|(_, clock)| !(outsider && clock.internal));
        let started = known.filter_map(|(key, clock)| {
            let state = case.stored.case.clocks.get(key)?;
            Some(ClockView {
                key: key.clone(),
                clock: clock.clone(),
                state: state.clone(),
                overdue: state.is_overdue(now),
                why: why(state, &case.definition.limits, &time),
            })
        });
        Ok(started.collect())
    }
}

/// Takes what internal clocks did out of what happened, for who applied.
pub(crate) fn discreet(entry: &mut Entry, definition: &Definition) {
    entry.clocks.retain(|change| !definition.is_internal(&change.clock));
    if let Call::Fire { timer } = &mut entry.call
        && timer.split('.').nth(1).is_some_and(|clock| definition.is_internal(clock))
    {
        *timer = Key::from(INTERNAL);
    }
}

/// What a case waits for, with its due time: running clocks, an outsider's without those that are internal, then what
/// happens of itself. For mails.
pub(crate) fn due_lines(
    definition: &Definition,
    case: &Case,
    language: Language,
    outsider: bool,
) -> Vec<(String, Option<String>)> {
    let shown = |due: Timestamp| crate::calendar::local(due).strftime("%Y-%m-%d %H:%M").to_string();
    let running = case.clocks.iter().filter(|(_, state)| state.is_running());
    let clocks = running.filter_map(|(key, state)| {
        let clock = definition.clocks.get(key).filter(|clock| !(outsider && clock.internal))?;
        Some((clock.title.get(language).to_owned(), state.due_at().map(shown)))
    });
    let automatics = case.delayed.iter().filter_map(|(key, delay)| {
        let due = match delay.due {
            Due::At(due) => Some(shown(due)),
            Due::Undated { .. } => None,
        };
        Some((definition.automatics.get(key)?.title.get(language).to_owned(), due))
    });
    clocks.chain(automatics).collect()
}
