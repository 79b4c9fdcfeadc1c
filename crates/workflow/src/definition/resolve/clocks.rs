//! Clocks: what moves them, how long they run, and what happens around their due time.
use super::effects::Place;
use super::{Resolver, keys};
use crate::case::Key;
use crate::clock::{Conditions, Moment};
use crate::definition::draft::DraftClock;
use crate::definition::finding::Span;
use crate::definition::read::Name;
use crate::definition::{Cap, Clock, Effect, Length, Rung, Warning};
use condition::Condition;
use indexmap::IndexMap;

impl Resolver<'_, '_, '_> {
    pub(super) fn clocks(&mut self) -> IndexMap<Key, Clock> {
        let draft = self.draft;
        draft.clocks.iter().map(|(key, (span, clock))| (key.clone(), self.clock(key, span, clock))).collect()
    }

    fn clock(&mut self, key: &Key, span: &Span, clock: &DraftClock) -> Clock {
        let conditions = self.conditions_of(clock);
        let limits = self.clock_limits(clock);
        let has = |word| clock.moments.get(word).is_some_and(|moments| !moments.is_empty());
        if !has("stop") && !has("cancel") {
            self.found
                .note(span, format!("clock `{key}` can never stop: it has neither `stop` nor `cancel`"));
        }
        if has("pause") != has("resume") {
            self.found.note(span, format!("clock `{key}` needs both `pause` and `resume`, or neither"));
        }
        let cap = clock.cap.as_ref().and_then(|(by, before)| {
            let by = self.day(by);
            Some(Cap { before: self.length(before)?, by: by? })
        });
        let mut warns = vec![];
        for (before, then) in &clock.warns {
            let then = self.effects(then, Place::default());
            warns.extend(self.length(before).map(|before| Warning { before, then }));
        }
        let breach = self.effects(&clock.breach, Place { breach: true, ..Place::default() });
        let mut late = vec![];
        for (after, then) in &clock.late {
            let then = self.effects(then, Place::default());
            late.extend(self.length(after).map(|after| Rung { after, then, step: None }));
        }
        late.extend(self.climbs(&breach));
        if clock.internal {
            self.tells_nobody(key, span, warns.iter().flat_map(|warn: &Warning| &warn.then).chain(&breach));
            self.tells_nobody(key, span, late.iter().flat_map(|rung: &Rung| &rung.then));
        }
        Clock {
            title: clock.title.clone(),
            internal: clock.internal,
            conditions,
            limits,
            cap,
            warns,
            breach,
            late,
        }
    }

    /// An internal clock mails nobody who applied: the mail would tell of it.
    fn tells_nobody<'e>(&mut self, key: &Key, span: &Span, effects: impl Iterator<Item = &'e Effect>) {
        for effect in effects {
            let Effect::Mail { to, .. } = effect else { continue };
            let roles = &self.draft.roles;
            let kind = |role: &Key| roles.get(role).and_then(|(_, role)| role.kind.as_ref());
            let applies = |role: &&Key| kind(role).is_some_and(|kind| *kind.key == *"applicant");
            if let Some(role) = to.iter().find(applies) {
                let message = format!("clock `{key}` is internal, and mails `{role}`, who applied");
                self.found.note(span, message);
            }
        }
    }

    /// The later steps of ladders that a breach begins to climb.
    fn climbs(&mut self, breach: &[Effect]) -> Vec<Rung> {
        let draft = self.draft;
        let mut rungs = vec![];
        for effect in breach {
            let Effect::Climb(key) = effect else { continue };
            let Some((_, ladder)) = draft.ladders.get(key) else { continue };
            for (at, step) in ladder.steps.iter().enumerate().skip(1) {
                // What is wrong with it was found where the ladder is.
                let Some(after) = step.after.as_ref().and_then(|after| self.known_length(after)) else {
                    continue;
                };
                rungs.push(Rung { after, then: vec![], step: Some((key.clone(), at)) });
            }
        }
        rungs
    }

    fn clock_limits(&mut self, clock: &DraftClock) -> Vec<(Option<Condition>, Length)> {
        let last = clock.limits.len().saturating_sub(1);
        let mut limits = vec![];
        for (at, (when, limit)) in clock.limits.iter().enumerate() {
            if (at == last) != when.is_none() {
                self.found.note(&limit.span, "of the limits of a clock the last, and only it, has no `when`");
            }
            let when = when.as_ref().and_then(|when| self.parse(when, &[]));
            limits.extend(self.length(limit).map(|limit| (when, limit)));
        }
        limits
    }

    fn conditions_of(&mut self, clock: &DraftClock) -> Conditions {
        let mut read = |word: &str| -> Vec<Moment> {
            let names = clock.moments.get(word).map(Vec::as_slice).unwrap_or_default();
            names.iter().filter_map(|name| self.moment(name)).collect()
        };
        Conditions {
            start: read("start"),
            pause: read("pause"),
            resume: read("resume"),
            stop: read("stop"),
            cancel: read("cancel"),
            reset: read("reset"),
        }
    }

    /// Reads `enter STATE`, `leave STATE` or `on ACTION`.
    fn moment(&mut self, name: &Name) -> Option<Moment> {
        let (verb, key) = name.key.split_once(' ').unwrap_or((&name.key, ""));
        let named = Name { key: key.trim().into(), span: name.span.clone() };
        match verb {
            "enter" => self.known_state(&named).then_some(Moment::Enter(named.key)),
            "leave" => self.known_state(&named).then_some(Moment::Leave(named.key)),
            "on" => {
                let (actions, automatics) = (&self.draft.actions, &self.draft.automatics);
                let known = actions.contains_key(&named.key) || automatics.contains_key(&named.key);
                if !known {
                    self.found.unknown(&named, "action or automatic", keys(actions).chain(keys(automatics)));
                }
                known.then_some(Moment::On(named.key))
            }
            _ => {
                let message =
                    format!("`{}` is no moment: write `enter STATE`, `leave STATE` or `on ACTION`", name.key);
                self.found.note(&name.span, message);
                None
            }
        }
    }
}
