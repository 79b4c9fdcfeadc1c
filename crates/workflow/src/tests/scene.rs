//! What tests begin from: the shipped request, its people, its calendar.
use crate::engine::{Actor, Call, Outcome, Refusal, Step, World};
use crate::form::{Answer, Answers};
use crate::ids::{CompanyId, PersonId, UnitId};
use crate::{Case, Definition, Vocabulary, library};
use calendar::{BusinessTime, Calendar, Hours};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// Working time of the mainland as shipped. Laid out once: it takes milliseconds.
pub(crate) static TIME: LazyLock<BusinessTime> = LazyLock::new(|| time(Calendar::shipped()));

fn time(calendar: Calendar) -> BusinessTime {
    BusinessTime::new(calendar, Hours::default(), TimeZone::get("Asia/Shanghai").unwrap())
}

/// The same with one more row in the calendar, such as `2027-01-01,holiday`.
pub(crate) fn time_with(row: &str) -> BusinessTime {
    time(Calendar::parse(&format!("{}{row}\n", Calendar::shipped().to_csv())).unwrap())
}

/// The mails that have templates: each is a folder of theirs, but for the layout they share.
static MAILS: LazyLock<BTreeSet<Arc<str>>> = LazyLock::new(|| {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../notify/templates");
    let folders = std::fs::read_dir(templates).unwrap().map(|entry| entry.unwrap());
    let mails = folders.filter(|entry| entry.file_type().unwrap().is_dir());
    mails
        .map(|entry| entry.file_name().to_str().unwrap().into())
        .filter(|name: &Arc<str>| &**name != "layout")
        .collect()
});

pub(crate) fn vocabulary() -> Vocabulary {
    Vocabulary { mails: MAILS.clone() }
}

pub(crate) fn parse(text: &str) -> Definition {
    Definition::parse(text, &vocabulary()).unwrap_or_else(|findings| {
        panic!("{}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

/// Every shipped definition with its path below `definitions`.
pub(crate) fn shipped() -> Vec<(&'static str, Definition)> {
    library::shipped().map(|(path, text)| (path, parse(text))).collect()
}

pub(crate) const REQUEST: &str = include_str!("../../definitions/request/v1.toml");

pub(crate) static REQUEST_V1: LazyLock<Definition> = LazyLock::new(|| parse(REQUEST));

/// An instant of the zone's clock, `2022-09-30 16:50`.
pub(crate) fn at(text: &str) -> Timestamp {
    let civil = DateTime::strptime("%Y-%m-%d %H:%M", text).unwrap();
    civil.to_zoned(TIME.zone().clone()).unwrap().timestamp()
}

pub(crate) fn world(text: &str) -> World<'static> {
    World::new(at(text), &TIME)
}

pub(crate) const COMPANY: CompanyId = CompanyId(Uuid::from_u128(1));
pub(crate) const INDUSTRY: UnitId = UnitId(Uuid::from_u128(2));
pub(crate) const HOUSING: UnitId = UnitId(Uuid::from_u128(3));

/// A person of the company.
pub(crate) fn applicant() -> Actor {
    Actor {
        person: PersonId(Uuid::from_u128(10)),
        roles: vec![],
        unit: None,
        posts: vec![],
        company: Some(COMPANY),
    }
}

/// A person who holds `role`, with a number to tell them apart, in a unit.
pub(crate) fn holder(role: &str, number: u128, unit: Option<UnitId>) -> Actor {
    let person = PersonId(Uuid::from_u128(100 + number));
    Actor { person, roles: vec![role.into()], unit, posts: vec![], company: None }
}

pub(crate) fn text(text: &str) -> Answer {
    Answer::Text(text.into())
}

pub(crate) fn answers<const N: usize>(answers: [(&str, Answer); N]) -> Answers {
    answers.into_iter().map(|(field, answer)| (Arc::from(field), answer)).collect()
}

pub(crate) fn act(action: &str, actor: &Actor, answers: Answers) -> Call {
    Call::Act { action: action.into(), actor: actor.clone(), answers }
}

pub(crate) fn fire(timer: &str) -> Call {
    Call::Fire { timer: timer.into() }
}

pub(crate) fn moved(outcome: Outcome) -> Step {
    match outcome {
        Outcome::Moved(step) => *step,
        Outcome::Refused(refusal) => panic!("refused: {refusal:?}"),
    }
}

pub(crate) fn refused(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        Outcome::Moved(step) => panic!("moved to {:?}", step.case.configuration.active),
    }
}

/// Opens `definition` with its opening action, unasked, and answers the case.
pub(crate) fn opened(definition: &Definition, action: &str, now: &str) -> Case {
    moved(crate::open(definition, Some(COMPANY), &act(action, &applicant(), Answers::new()), world(now))).case
}

/// Does something to a case that must happen.
pub(crate) fn next(definition: &Definition, case: &Case, call: &Call, now: &str) -> Step {
    moved(crate::step(definition, case, call, world(now)))
}

/// Compares a checked-in file with what it should say, or writes it when `UPDATE` is 1. `path` is below `definitions`.
pub(crate) fn assert_checked_in(path: &Path, says: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("definitions").join(path);
    if std::env::var("UPDATE").is_ok_and(|update| update == "1") {
        std::fs::write(&file, says).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == says, "{} is not what the definition says; UPDATE=1 renews it", file.display());
}
