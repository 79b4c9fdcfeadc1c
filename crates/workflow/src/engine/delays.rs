//! Delays of a case under way: what happens of itself after a time, or on a day.
use super::run::Run;
use crate::case::{Delay, Key};
use crate::clock::{Due, Moment};
use crate::definition::{Automatic, Trigger};
use crate::form::Answer;
use calendar::{BusinessTime, Limit};
use jiff::Timestamp;
use jiff::civil::Date;

impl Run<'_> {
    /// Sets the delays of states entered and drops those of states left; a day that was recorded anew counts anew.
    pub(super) fn delays(&mut self) {
        let definition = self.definition;
        for (key, automatic) in &definition.automatics {
            if !matches!(automatic.trigger, Trigger::After(_) | Trigger::At(_)) {
                continue;
            }
            let mut entered = self.recorded_anew(automatic);
            for moment in &self.done.moments {
                match moment {
                    Moment::Enter(state) if automatic.from.contains(state) => entered = true,
                    Moment::Leave(state) if automatic.from.contains(state) => {
                        self.case.delayed.shift_remove(key);
                        entered = false;
                    }
                    _ => {}
                }
            }
            if entered {
                self.delay(key, automatic, self.frozen.world.now);
            }
        }
    }

    /// Whether the day that an automatic waits for is another than before, while a state it starts from stays active.
    fn recorded_anew(&self, automatic: &Automatic) -> bool {
        let Trigger::At(field) = &automatic.trigger else { return false };
        let before = self.frozen.case.and_then(|case| case.facts.get(field));
        before != self.case.facts.get(field) && self.stands_in(automatic)
    }

    /// Whether a state that an automatic starts from is active.
    pub(super) fn stands_in(&self, automatic: &Automatic) -> bool {
        let active = &self.case.configuration.active;
        active.iter().any(|state| self.definition.is_from(&automatic.from, state))
    }

    /// Sets the delay of an automatic whose state was entered at `since`.
    pub(super) fn delay(&mut self, key: &Key, automatic: &Automatic, since: Timestamp) {
        if let Some(due) = self.delay_due(automatic, since) {
            self.case.delayed.insert(key.clone(), Delay { since, due });
        } else {
            self.case.delayed.shift_remove(key);
        }
    }

    fn delay_due(&mut self, automatic: &Automatic, since: Timestamp) -> Option<Due> {
        let time = self.frozen.world.time;
        match &automatic.trigger {
            Trigger::After(length) => Some(delayed(since, self.resolved(length), time)),
            Trigger::At(field) => match self.case.facts.get(field) {
                // A day that is past has begun at once.
                Some(Answer::Date(day)) => Some(Due::At(begins(*day, time).max(since))),
                _ => None,
            },
            Trigger::Told(_) | Trigger::On | Trigger::When => None,
        }
    }

    /// Dates delays again; answers whether one moved.
    pub(super) fn delays_anew(&mut self) -> bool {
        let definition = self.definition;
        let mut moved = false;
        for (key, automatic) in &definition.automatics {
            let Some(delay) = self.case.delayed.get(key).copied() else { continue };
            self.delay(key, automatic, delay.since);
            moved |= self.case.delayed.get(key) != Some(&delay);
        }
        moved
    }
}

fn delayed(since: Timestamp, after: Limit, time: &BusinessTime) -> Due {
    time.due(since, after).map_or_else(|missing| Due::Undated { year: missing.year }, Due::At)
}

/// The first instant of a day. A day beyond what instants reach never begins.
fn begins(day: Date, time: &BusinessTime) -> Timestamp {
    day.to_zoned(time.zone().clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
