//! Reads what stands after `=>`.
use super::line::Reader;
use crate::case::Key;
use crate::definition::Definition;
use crate::engine::Mail;
use indexmap::IndexMap;
use jiff::Timestamp;

/// What must come of a line.
pub(super) enum Expected {
    /// It is refused, and the refusal says this, in either language.
    Refused(String),
    /// It happens, and leads here: the case it speaks of, and others by name.
    Moved(Moved, IndexMap<String, Moved>),
}

/// What must come of a line for one case.
#[derive(Default)]
pub(super) struct Moved {
    /// The active states; none says that they stay.
    pub(super) states: Vec<Key>,
    pub(super) mails: Vec<Mail>,
    pub(super) marks: Vec<Key>,
    pub(super) unmarks: Vec<Key>,
    pub(super) clocks: Vec<(Key, Claim)>,
}

/// What a line claims of a clock.
pub(super) enum Claim {
    Due(Timestamp),
    Undated(i16),
    Paused,
    Stopped,
    Cancelled,
    /// Done after it was due.
    Late,
    /// Due and not done.
    Overdue,
}

const FORMS: &str = "expected a state, `mails MAIL to ROLE+ROLE`, `marks MARK`, `unmarks MARK`, `refused: TEXT`, or a \
                     clock with `due YYYY-MM-DD HH:MM`, `paused`, `stopped`, `cancelled`, `late`, `overdue` or \
                     `undated YEAR`";

/// Reads what must come of a line. What is said of a case of another name is read by the definition that `other` has for
/// it, and not at all where it has none yet.
pub(super) fn expected<'d>(
    reader: &Reader<'d>,
    text: &str,
    other: &dyn Fn(&str) -> Option<&'d Definition>,
) -> Result<Expected, String> {
    if let Some(says) = text.strip_prefix("refused") {
        let says = says.trim_start().strip_prefix(':').map_or("", str::trim);
        return if says.is_empty() {
            Err("expected `refused: TEXT`, with words of the refusal".into())
        } else {
            Ok(Expected::Refused(says.into()))
        };
    }
    let (mut own, mut others) = (Moved::default(), IndexMap::<String, Moved>::new());
    for part in text.split(',').map(str::trim) {
        match part.split_once(": ") {
            Some((name, part)) => {
                let name = name.trim();
                let moved = others.entry(name.to_owned()).or_default();
                if let Some(definition) = other(name) {
                    moved.add(&Reader { definition, ..*reader }, part.trim())?;
                }
            }
            None => own.add(reader, part)?,
        }
    }
    Ok(Expected::Moved(own, others))
}

impl Moved {
    fn add(&mut self, reader: &Reader, part: &str) -> Result<(), String> {
        let definition = reader.definition;
        let words: Vec<&str> = part.split_whitespace().collect();
        match words[..] {
            ["mails", template, "to", roles] => {
                let role = |role| reader.known("role", role, &definition.roles);
                let to = roles.split('+').map(role).collect::<Result<_, _>>()?;
                self.mails.push(Mail { template: template.into(), to });
            }
            ["mails", ..] => return Err(format!("`{part}`: expected `mails MAIL to ROLE+ROLE`")),
            ["marks", mark] => self.marks.push(reader.known("mark", mark, &definition.marks)?),
            ["unmarks", mark] => self.unmarks.push(reader.known("mark", mark, &definition.marks)?),
            [state] => self.states.push(reader.known("state", state, &definition.states)?),
            [clock, ref claim @ ..] => {
                let key = reader.known("clock", clock, &definition.clocks)?;
                self.clocks.push((key, claimed(reader, part, claim)?));
            }
            [] => return Err(format!("nothing stands between two commas; {FORMS}")),
        }
        Ok(())
    }
}

fn claimed(reader: &Reader, part: &str, claim: &[&str]) -> Result<Claim, String> {
    Ok(match claim {
        ["due", day, time] => Claim::Due(reader.instant(day, time)?),
        ["undated", year] => {
            let year = year.parse();
            Claim::Undated(year.map_err(|_| format!("`{part}`: expected a year of four digits"))?)
        }
        ["paused"] => Claim::Paused,
        ["stopped"] => Claim::Stopped,
        ["cancelled"] => Claim::Cancelled,
        ["late"] => Claim::Late,
        ["overdue"] => Claim::Overdue,
        _ => return Err(format!("`{part}` is not understood; {FORMS}")),
    })
}
