//! Reads the lines of a story.
use super::StoryMistake;
use super::expect::expected;
use crate::case::{Assignee, Key};
use crate::definition::{Definition, RoleKind};
use crate::engine::Actor;
use crate::form::{Answer, Answers, FieldKind};
use crate::ids::{CaseId, CompanyId, PersonId, UnitId};
use crate::nearest;
use calendar::Limit;
use condition::Number;
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A line of a story, parted but not read: what its words mean depends on the case it speaks of.
pub(super) struct Line {
    /// Its number, from one.
    pub(super) number: usize,
    /// The case it says it speaks of.
    pub(super) on: Option<String>,
    /// What happens.
    pub(super) told: String,
    /// What must come of it; nothing said, nothing refused.
    pub(super) outcome: Option<String>,
}

pub(super) enum Verb {
    /// Begins a new case.
    Case,
    /// Moves time.
    At(Timestamp),
    /// Takes an action; the last is the name of the case it opens.
    Act { role: Key, actor: Actor, action: Key, answers: Answers, name: Option<String> },
    /// Opens a case as if another had spawned it.
    Spawned { answers: Answers, assigned: IndexMap<Key, Assignee>, name: Option<String> },
    /// Tells a case of an event as if another did.
    Told { event: Key, answers: Answers },
    /// Says whether anybody of a role is present.
    Presence { role: Key, present: bool },
    /// Adds a row to the calendar.
    Calendar(String),
    /// Sets a limit in the zone.
    Limit { name: Key, is: Limit },
}

/// The name of the case that a story opens where it gives none.
pub(super) const CASE: &str = "case";

/// What lines are read against.
pub(super) struct Reader<'d> {
    pub(super) definition: &'d Definition,
    pub(super) zone: &'d TimeZone,
}

/// The company whose case every story tells of.
pub(super) fn company() -> CompanyId {
    CompanyId(identity("company", "the company"))
}

/// The case of this name.
pub(super) fn case_id(name: &str) -> CaseId {
    CaseId(identity("case", name))
}

/// The unit of this name.
pub(super) fn unit_id(name: &str) -> UnitId {
    UnitId(identity("unit", name))
}

/// An id made of a name: the same story has the same ids, whoever plays it.
fn identity(kind: &str, name: &str) -> Uuid {
    let digest = Sha256::digest(format!("{kind} {name}").as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(byte, hashed)| *byte = *hashed);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

impl Reader<'_> {
    /// Parts every line, or says what is wrong with each that cannot be read. Lines and claims that speak of another
    /// case are read once it is there.
    pub(super) fn lines(&self, story: &str) -> Result<Vec<Line>, Vec<StoryMistake>> {
        let (mut lines, mut mistakes) = (vec![], vec![]);
        for (text, number) in story.lines().zip(1..) {
            match self.line(text, number) {
                Ok(line) => lines.extend(line),
                Err(message) => mistakes.push(StoryMistake { line: number, message }),
            }
        }
        if mistakes.is_empty() { Ok(lines) } else { Err(mistakes) }
    }

    fn line(&self, text: &str, number: usize) -> Result<Option<Line>, String> {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            return Ok(None);
        }
        let (told, outcome) = halves(text)?;
        let (on, told) = match told.strip_prefix("on ").and_then(|rest| rest.split_once(": ")) {
            Some((name, told)) => (Some(name.trim().to_owned()), told),
            None => (None, told),
        };
        let line =
            Line { number, on, told: told.to_owned(), outcome: outcome.map(|text| text.trim().to_owned()) };
        if line.on.is_none() {
            let verb = self.verb(told)?;
            let expected = line.outcome.as_deref().map(|text| expected(self, text, &|_| None)).transpose()?;
            let silent = matches!(verb, Verb::Case | Verb::Presence { .. });
            if silent && expected.is_some() {
                let word = if matches!(verb, Verb::Case) {
                    "`case` only begins a case"
                } else {
                    "nothing comes of this"
                };
                return Err(format!("{word}: expected no `=>`"));
            }
        }
        Ok(Some(line))
    }

    /// Reads what stands before `=>`.
    pub(super) fn verb(&self, told: &str) -> Result<Verb, String> {
        let words = words(told)?;
        let (words, name) = match &words.iter().map(|word| &**word).collect::<Vec<_>>()[..] {
            [opening @ .., "as", name] => (opening.to_vec(), Some((*name).to_owned())),
            all => (all.to_vec(), None),
        };
        let verb = match words[..] {
            ["case", ..] => return Ok(Verb::Case),
            ["at", day, time] => Verb::At(self.instant(day, time)?),
            ["at", ..] => return Err("expected `at YYYY-MM-DD HH:MM`".into()),
            [word @ ("absent" | "present"), role] => {
                Verb::Presence { role: role.into(), present: word == "present" }
            }
            ["limit", limit, "=", is] => {
                let is = is.parse().map_err(|mistake| format!("`{is}`: {mistake}"))?;
                Verb::Limit { name: limit.into(), is }
            }
            ["calendar", row] => Verb::Calendar(row.into()),
            ["calendar", ..] => return Err("expected `calendar YYYY-MM-DD,KIND`".into()),
            ["limit", ..] => return Err("expected `limit NAME = 5wd`".into()),
            ["spawned", ref rest @ ..] => return self.spawned(rest, name),
            ["told", event, ref answers @ ..] => {
                Verb::Told { event: event.into(), answers: self.answers(answers)? }
            }
            [actor, action, ref answers @ ..] => return self.act(actor, action, answers, name),
            [alone] => {
                return Err(format!("`{alone}` does nothing: expected an actor and an action, or `at`"));
            }
            [] => return Err("expected an actor and an action before `=>`".into()),
        };
        match name {
            Some(name) => Err(format!("`as {name}` names a case, and this opens none")),
            None => Ok(verb),
        }
    }

    /// An instant of the zone's clock.
    pub(super) fn instant(&self, day: &str, time: &str) -> Result<Timestamp, String> {
        let written = DateTime::strptime("%Y-%m-%d %H:%M", format!("{day} {time}"));
        let zoned = written.and_then(|at| at.to_zoned(self.zone.clone()));
        zoned
            .map(|zoned| zoned.timestamp())
            .map_err(|_| format!("`{day} {time}` is no time: expected YYYY-MM-DD HH:MM"))
    }

    fn act(&self, actor: &str, action: &str, answers: &[&str], name: Option<String>) -> Result<Verb, String> {
        let (role, actor) = self.actor(actor)?;
        let action = self.known("action", action, &self.definition.actions)?;
        let answers = self.answers(answers)?;
        Ok(Verb::Act { role, actor, action, answers, name })
    }

    /// Reads who plays what, `ROLE@UNIT`, and answers.
    fn spawned(&self, words: &[&str], name: Option<String>) -> Result<Verb, String> {
        let mut assigned = IndexMap::new();
        let (roles, answers): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| !word.contains('='));
        for word in roles {
            let (role, unit) =
                word.split_once('@').ok_or_else(|| format!("`{word}`: expected ROLE@UNIT or FIELD=VALUE"))?;
            let role = self.known("role", role, &self.definition.roles)?;
            assigned.insert(role, Assignee::Unit(unit_id(unit)));
        }
        Ok(Verb::Spawned { answers: self.answers(&answers)?, assigned, name })
    }

    fn answers(&self, answers: &[&str]) -> Result<Answers, String> {
        let mut given = Answers::new();
        for answer in answers {
            let (field, value) = answer
                .split_once('=')
                .ok_or_else(|| format!("`{answer}` is no answer: expected FIELD=VALUE"))?;
            let field = self.known("field", field, &self.definition.fields)?;
            let kind = &self.definition.fields[&field].kind;
            if given.insert(field.clone(), answer_of(&field, kind, value)?).is_some() {
                return Err(format!("`{field}` is answered twice"));
            }
        }
        Ok(given)
    }

    /// Reads `ROLE`, `ROLE@UNIT`, `ROLE:NAME@UNIT` or `stranger`.
    fn actor(&self, text: &str) -> Result<(Key, Actor), String> {
        let (who, unit) = text.split_once('@').map_or((text, None), |(who, unit)| (who, Some(unit)));
        let (role, name) = who.split_once(':').unwrap_or((who, text));
        let unit = unit.map(unit_id);
        let person = PersonId(identity("person", name));
        if role == "stranger" {
            let another = CompanyId(identity("company", "another"));
            return Ok((
                role.into(),
                Actor { person, roles: vec![], unit, posts: vec![], company: Some(another) },
            ));
        }
        let key = match self.known("role", role, &self.definition.roles) {
            Err(message) => return Err(format!("{message} (or `stranger`)")),
            Ok(key) => key,
        };
        let applies = self.definition.roles.get(&key).is_some_and(|role| role.kind == RoleKind::Applicant);
        let company = applies.then(company);
        Ok((key.clone(), Actor { person, roles: vec![key], unit, posts: vec![], company }))
    }

    /// A name of the definition, or what is wrong with it.
    pub(super) fn known<T>(&self, what: &str, name: &str, known: &IndexMap<Key, T>) -> Result<Key, String> {
        if let Some((key, _)) = known.get_key_value(name) {
            return Ok(key.clone());
        }
        let process = &self.definition.process;
        let all = || known.keys().map(|key| &**key);
        let hint = nearest(name, all()).map_or_else(
            || format!("there are {}", all().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        Err(format!("`{process}` has no {what} `{name}`; {hint}"))
    }
}

fn answer_of(field: &Key, kind: &FieldKind, value: &str) -> Result<Answer, String> {
    let wrong = |wanted: &str| format!("`{field}={value}`: expected {wanted}");
    Ok(match kind {
        FieldKind::Text { .. } | FieldKind::Choice(_) => Answer::Text(value.into()),
        FieldKind::Number { .. } => Answer::Number(Number::parse(value).map_err(|_| wrong("a number"))?),
        FieldKind::Date => Answer::Date(value.parse().map_err(|_| wrong("a day, YYYY-MM-DD"))?),
        FieldKind::Truth => Answer::Truth(match value {
            "yes" => true,
            "no" => false,
            _ => return Err(wrong("yes or no")),
        }),
        FieldKind::Choices(_) => Answer::Choices(value.split(',').map(Key::from).collect()),
        FieldKind::Person { .. } => Answer::Person(PersonId(identity("person", value))),
        FieldKind::Unit => Answer::Unit(unit_id(value)),
        FieldKind::Units => Answer::Units(value.split(',').map(unit_id).collect()),
        FieldKind::Case => Answer::Case(case_id(value)),
    })
}

/// Parts a line at the first `=>` that stands outside quotes.
fn halves(text: &str) -> Result<(&str, Option<&str>), String> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '=' if !quoted && text[at..].starts_with("=>") => {
                return Ok((&text[..at], Some(&text[at + 2..])));
            }
            _ => {}
        }
    }
    if quoted { Err("a quote is not closed".into()) } else { Ok((text, None)) }
}

/// Parts at blanks outside quotes; the quotes go.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = vec![];
    let (mut word, mut open, mut quoted) = (String::new(), false, false);
    for c in text.chars() {
        match c {
            '"' => (quoted, open) = (!quoted, true),
            c if c.is_whitespace() && !quoted => {
                if open {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            c => {
                word.push(c);
                open = true;
            }
        }
    }
    if quoted {
        return Err("a quote is not closed".into());
    }
    if open {
        words.push(word);
    }
    Ok(words)
}
