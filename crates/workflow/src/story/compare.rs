//! Compares what came of a line with what was expected, and says the whole difference.
use super::expect::{Claim, Moved};
use super::stage::Came;
use crate::case::{Case, Key};
use crate::clock::{ClockState, Due, End};
use crate::definition::Definition;
use crate::engine::{Mail, Refusal};
use crate::text::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Everything in which `came` differs from `expected`.
pub(super) fn differences(
    definition: &Definition,
    expected: &Moved,
    case: &Case,
    brought: &Came,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<String> {
    let mut differences = vec![];
    let (active, before) = (&case.configuration.active, &brought.before);
    // A state around others is told by naming it, as well as by naming all that is active within it.
    let stands_in = |key: &Key| active.iter().any(|leaf| definition.is_from(std::slice::from_ref(key), leaf));
    let told =
        |leaf: &Key| expected.states.iter().any(|key| definition.is_from(std::slice::from_ref(key), leaf));
    let as_told = expected.states.iter().all(stands_in) && active.iter().all(told);
    if expected.states.is_empty() {
        if active != before {
            let (from, to) = (before.join(", "), active.join(", "));
            differences.push(format!("moved from {from} to {to}, which is not expected"));
        }
    } else if !as_told {
        differences.push(format!("is at {}, expected {}", active.join(", "), expected.states.join(", ")));
    }
    bags(&mut differences, &expected.mails, &brought.mails, mail);
    bags(&mut differences, &expected.marks, &brought.marked, |mark| format!("marks {mark}"));
    bags(&mut differences, &expected.unmarks, &brought.unmarked, |mark| format!("unmarks {mark}"));
    for (key, claim) in &expected.clocks {
        let found = clock(case.clocks.get(key), now, zone);
        if !holds(case, key, claim, now) {
            differences.push(format!("clock {key} {found}, expected {}", claim_text(claim, zone)));
        }
    }
    differences
}

/// What a refusal says, with every mistake of its form.
pub(super) fn said(refusal: &Refusal, language: Language) -> String {
    let mut said = refusal.message(language);
    if let Refusal::Form(mistakes) = refusal {
        for mistake in mistakes {
            said = format!("{said}; {} {}", mistake.field, mistake.fault.message(language));
        }
    }
    said
}

/// Compares two lists in which the order does not matter.
fn bags<T: PartialEq>(
    differences: &mut Vec<String>,
    expected: &[T],
    came: &[T],
    text: impl Fn(&T) -> String,
) {
    let count = |list: &[T], one: &T| list.iter().filter(|other| *other == one).count();
    for (at, one) in expected.iter().enumerate() {
        if count(&expected[..=at], one) > count(came, one) {
            differences.push(format!("`{}` is expected and did not happen", text(one)));
        }
    }
    for (at, one) in came.iter().enumerate() {
        if count(&came[..=at], one) > count(expected, one) {
            differences.push(format!("`{}` happened and is not expected", text(one)));
        }
    }
}

fn mail(mail: &Mail) -> String {
    format!("mails {} to {}", mail.template, mail.to.join("+"))
}

fn holds(case: &Case, key: &Key, claim: &Claim, now: Timestamp) -> bool {
    let Some(clock) = case.clocks.get(key) else { return false };
    match claim {
        Claim::Due(due) => clock.due_at() == Some(*due) && clock.end.is_none(),
        Claim::Undated(year) => clock.undated() == Some(*year),
        Claim::Paused => clock.is_paused(),
        Claim::Stopped => matches!(clock.end, Some(End::Stopped(_))) && !clock.finished_late(),
        Claim::Cancelled => matches!(clock.end, Some(End::Cancelled(_))),
        Claim::Late => clock.finished_late(),
        Claim::Overdue => clock.is_overdue(now),
    }
}

fn clock(clock: Option<&ClockState>, now: Timestamp, zone: &TimeZone) -> String {
    let Some(clock) = clock else { return "never started".into() };
    match (clock.end, clock.due) {
        (Some(End::Stopped(_)), _) if clock.finished_late() => "stopped late".into(),
        (Some(End::Stopped(_)), _) => "stopped in time".into(),
        (Some(End::Cancelled(_)), _) => "is cancelled".into(),
        (None, None) => "is paused".into(),
        (None, Some(Due::Undated { year })) => format!("is undated for want of {year}"),
        (None, Some(Due::At(due))) if clock.is_overdue(now) => {
            format!("is overdue since {}", minute(due, zone))
        }
        (None, Some(Due::At(due))) => format!("is due {}", minute(due, zone)),
    }
}

fn claim_text(claim: &Claim, zone: &TimeZone) -> String {
    match claim {
        Claim::Due(due) => format!("due {}", minute(*due, zone)),
        Claim::Undated(year) => format!("undated {year}"),
        Claim::Paused => "paused".into(),
        Claim::Stopped => "stopped in time".into(),
        Claim::Cancelled => "cancelled".into(),
        Claim::Late => "stopped late".into(),
        Claim::Overdue => "overdue".into(),
    }
}

fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
