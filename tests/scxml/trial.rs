//! One test: a document, and what must become of it.
use crate::document::Document;
use crate::event::{Data, Event};
use crate::read;
use crate::world::World;
use serde::Deserialize;
use std::fmt;
use std::path::Path;

/// How a test went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    Failed(String),
    /// It did not pass, and asked for what this adapter does not offer.
    Unsupported(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => write!(f, "passed"),
            Self::Failed(reason) => write!(f, "failed: {reason}"),
            Self::Unsupported(reason) => write!(f, "{}{reason}", read::UNSUPPORTED),
        }
    }
}

impl Verdict {
    /// Reads what [`Verdict`] prints.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let failed = || text.strip_prefix("failed: ").map(|reason| Self::Failed(reason.to_owned()));
        let unsupported =
            || text.strip_prefix(read::UNSUPPORTED).map(|what| Self::Unsupported(what.to_owned()));
        if text == "passed" { Some(Self::Passed) } else { failed().or_else(unsupported) }
    }

    /// Whether it went well, or why not.
    fn of(result: Result<(), String>, missing: Option<String>) -> Self {
        match (result, missing) {
            (Ok(()), _) => Self::Passed,
            (Err(_), Some(what)) => Self::Unsupported(line(&what)),
            (Err(reason), None) => match reason.strip_prefix(read::UNSUPPORTED) {
                Some(what) => Self::Unsupported(line(what)),
                None => Self::Failed(line(&reason)),
            },
        }
    }
}

/// A reason may quote a document; this is what of it fits on a line.
fn line(reason: &str) -> String {
    reason.chars().take(200).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Script {
    initial_configuration: Vec<String>,
    events: Vec<Turn>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    /// Milliseconds to wait before the event.
    #[serde(default)]
    after: u64,
    event: Sent,
    next_configuration: Vec<String>,
}

#[derive(Deserialize)]
struct Sent {
    name: String,
    data: Option<serde_json::Value>,
}

/// Runs a document with the script beside it, or, without one, until it ends in the state `pass`.
pub(crate) fn run(document: &Path, script: Option<&Path>) -> Verdict {
    let mut missing = None;
    let opened = open(document);
    let result = opened.and_then(|mut world| {
        let result = match script {
            Some(script) => follow(&mut world, script),
            None => until_pass(&mut world),
        };
        missing = world.missing();
        result
    });
    Verdict::of(result, missing)
}

fn open(path: &Path) -> Result<World, String> {
    let text = read::read_file(path)?;
    World::open(Document::read(&text, path.parent().unwrap_or(Path::new("")))?)
}

/// Runs a script: after each of its events, once nothing moves of itself, the configuration must be the one it says.
/// What a document sent, without a delay too, arrives when the script lets time pass.
fn follow(world: &mut World, script: &Path) -> Result<(), String> {
    let script: Script =
        serde_json::from_str(&read::read_file(script)?).map_err(|error| format!("the script: {error}"))?;
    compare(world, "the start", script.initial_configuration)?;
    for turn in script.events {
        world.pass(turn.after.saturating_mul(1_000))?;
        let data = turn.event.data.map_or(Data::Nothing, Data::Json);
        world.send(Event { data, ..Event::new("external", &turn.event.name) })?;
        compare(world, &turn.event.name, turn.next_configuration)?;
    }
    Ok(())
}

fn compare(world: &World, after: &str, mut wanted: Vec<String>) -> Result<(), String> {
    let mut active = world.active();
    active.sort();
    wanted.sort();
    if active == wanted {
        return Ok(());
    }
    Err(format!("after {after} in {}, not {}", active.join(" "), wanted.join(" ")))
}

fn until_pass(world: &mut World) -> Result<(), String> {
    while !world.is_over() && world.deliver_next(u64::MAX)? {}
    let active = world.active();
    if active == ["pass"] && world.is_over() {
        Ok(())
    } else {
        Err(format!("came to rest in {}", active.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, line};

    #[test]
    fn a_verdict_is_read_as_it_is_printed_and_stands_on_one_line() {
        let verdicts = [Verdict::Passed, Verdict::Failed("a: b".into()), Verdict::Unsupported("c".into())];
        for verdict in verdicts {
            assert_eq!(Verdict::parse(&format!("{verdict}\n")), Some(verdict));
        }
        assert_eq!((Verdict::parse(""), Verdict::parse("passed?")), (None, None));
        assert_eq!(line("two\nlines"), "two lines");
        assert_eq!(line(&"x".repeat(1_000)).len(), 200);
    }
}
