//! A definition as its author wrote it: names with their places, nothing resolved yet.
mod effect;
mod entry;
mod field;
mod ladder;
mod moves;

pub(super) use effect::{DraftEffect, DraftGiven, DraftSpawn};
pub(super) use ladder::DraftLadder;
pub(super) use moves::DraftMoves;

use super::finding::{Findings, Span};
use super::read::{Name, Table, integer, name};
use crate::case::{Key, Phase};
use crate::form::Field;
use crate::text::Text;
use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Longest definition that is read, in bytes.
const LONGEST: usize = 512 * 1024;

/// Most entries of a kind; the checks look at every path.
const MOST: usize = 500;

pub(super) struct Draft {
    pub(super) process: Option<Name>,
    pub(super) version: Option<(Span, u32)>,
    pub(super) title: Text,
    pub(super) summary: Option<Text>,
    pub(super) prefix: Option<Name>,
    pub(super) subject: Option<Name>,
    pub(super) initial: Option<Name>,
    pub(super) roles: Entries<DraftRole>,
    pub(super) fields: Entries<DraftField>,
    pub(super) guards: Entries<DraftGuard>,
    pub(super) states: Entries<DraftState>,
    pub(super) actions: Entries<DraftAction>,
    pub(super) automatics: Entries<DraftAutomatic>,
    pub(super) clocks: Entries<DraftClock>,
    pub(super) limits: Entries<DraftLimit>,
    pub(super) ladders: Entries<DraftLadder>,
    pub(super) links: Entries<Text>,
    pub(super) marks: Entries<Text>,
    pub(super) lights: Entries<DraftLight>,
    pub(super) moves: Option<DraftMoves>,
}

/// Entries by key, in the order of the file, each with the place of its key.
pub(super) type Entries<T> = IndexMap<Key, (Span, T)>;

pub(super) struct DraftField {
    /// None where the kind cannot be told: the name is known, and nothing else.
    pub(super) field: Option<Field>,
    /// From whom it is hidden, and when.
    pub(super) hide: Option<(Vec<Name>, Name)>,
}

pub(super) struct DraftLimit {
    pub(super) title: Text,
    pub(super) is: Option<Name>,
}

pub(super) struct DraftLight {
    pub(super) title: Text,
    pub(super) color: Option<Name>,
    pub(super) when: Option<Name>,
}

pub(super) struct DraftRole {
    pub(super) title: Text,
    pub(super) kind: Option<Name>,
}

pub(super) struct DraftGuard {
    pub(super) when: Option<Name>,
    pub(super) says: Text,
}

pub(super) struct DraftState {
    pub(super) title: Text,
    pub(super) phase: Option<Phase>,
    pub(super) within: Option<Name>,
    pub(super) initial: Option<Name>,
    pub(super) parallel: bool,
    pub(super) end: bool,
    pub(super) history: Option<Name>,
    pub(super) entry: Vec<DraftEffect>,
    pub(super) exit: Vec<DraftEffect>,
}

pub(super) struct DraftAction {
    pub(super) title: Text,
    pub(super) opens: bool,
    /// None where the file says nothing, which is not the same as nobody.
    pub(super) by: Option<Vec<Name>>,
    pub(super) from: Vec<Name>,
    pub(super) asks: Vec<Name>,
    pub(super) optional: Vec<Name>,
    pub(super) guards: Vec<Name>,
    pub(super) branches: Vec<DraftBranch>,
    pub(super) then: Vec<DraftEffect>,
}

impl DraftAction {
    /// Its questions, those that must be answered first.
    pub(super) fn asked(&self) -> impl Iterator<Item = &Name> {
        self.asks.iter().chain(&self.optional)
    }
}

pub(super) struct DraftBranch {
    pub(super) span: Span,
    pub(super) when: Option<Name>,
    pub(super) to: Option<Name>,
    pub(super) then: Vec<DraftEffect>,
}

pub(super) struct DraftAutomatic {
    pub(super) title: Text,
    pub(super) from: Vec<Name>,
    pub(super) after: Option<Name>,
    pub(super) at: Option<Name>,
    pub(super) on: Option<Name>,
    pub(super) when: Option<Name>,
    pub(super) to: Option<Name>,
    pub(super) then: Vec<DraftEffect>,
}

pub(super) struct DraftClock {
    pub(super) title: Text,
    pub(super) internal: bool,
    pub(super) moments: IndexMap<&'static str, Vec<Name>>,
    pub(super) limits: Vec<(Option<Name>, Name)>,
    pub(super) cap: Option<(Name, Name)>,
    pub(super) warns: Vec<(Name, Vec<DraftEffect>)>,
    pub(super) breach: Vec<DraftEffect>,
    pub(super) late: Vec<(Name, Vec<DraftEffect>)>,
}

impl DraftAutomatic {
    /// The event it hears from other cases.
    pub(super) fn told(&self) -> Option<&str> {
        self.on.as_ref()?.key.strip_prefix("told ").map(str::trim)
    }
}

impl Draft {
    /// Every limit that is written anywhere.
    pub(super) fn lengths(&self) -> impl Iterator<Item = &Name> {
        let automatics = self.automatics.values().filter_map(|(_, automatic)| automatic.after.as_ref());
        let steps = self.ladders.values().flat_map(|(_, ladder)| &ladder.steps);
        let clocks = self.clocks.values().flat_map(|(_, clock)| {
            let rungs = clock.warns.iter().chain(&clock.late).map(|(length, _)| length);
            let cap = clock.cap.iter().map(|(_, before)| before);
            clock.limits.iter().map(|(_, limit)| limit).chain(rungs).chain(cap)
        });
        automatics.chain(steps.filter_map(|step| step.after.as_ref())).chain(clocks)
    }

    /// Every effect that is written anywhere.
    pub(super) fn effects(&self) -> impl Iterator<Item = &DraftEffect> {
        let states = self.states.values().flat_map(|(_, state)| state.entry.iter().chain(&state.exit));
        let actions = self.actions.values().flat_map(|(_, action)| {
            action.then.iter().chain(action.branches.iter().flat_map(|branch| &branch.then))
        });
        let automatics = self.automatics.values().flat_map(|(_, automatic)| &automatic.then);
        let clocks = self.clocks.values().flat_map(|(_, clock)| {
            let rungs = clock.warns.iter().chain(&clock.late);
            rungs.flat_map(|(_, then)| then).chain(&clock.breach)
        });
        states.chain(actions).chain(automatics).chain(clocks)
    }
}

/// Reads the text. What could be read is answered even when there are findings, with blanks for what could not.
pub(super) fn read(text: &str, found: &mut Findings) -> Option<Draft> {
    if text.len() > LONGEST {
        found.note(&(0..0), format!("the definition has {} bytes; at most {LONGEST} are read", text.len()));
        return None;
    }
    let (tree, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        found
            .note(&error.span().unwrap_or(0..0), format!("not TOML: {}", error.message().replace('\n', " ")));
    }
    if !errors.is_empty() {
        return None;
    }
    let mut table = Table::new("the definition", 0..0, tree.get_ref());
    let draft = Draft {
        process: table.need("process", found).and_then(|value| process(value, found)),
        version: table.need("version", found).and_then(|value| Some((value.span(), integer(value, found)?))),
        title: title(&mut table, found),
        summary: table.take("summary").map(|value| text_of(value, found)),
        prefix: table.need("prefix", found).and_then(|value| name(value, found)),
        subject: table.take("subject").and_then(|value| name(value, found)),
        initial: table.take("initial").and_then(|value| name(value, found)),
        roles: entries(&mut table, "role", found, entry::role),
        fields: entries(&mut table, "field", found, field::field),
        guards: entries(&mut table, "guard", found, entry::guard),
        states: entries(&mut table, "state", found, entry::state),
        actions: entries(&mut table, "action", found, entry::action),
        automatics: entries(&mut table, "automatic", found, entry::automatic),
        clocks: entries(&mut table, "clock", found, entry::clock),
        limits: entries(&mut table, "limit", found, ladder::limit),
        ladders: entries(&mut table, "ladder", found, ladder::ladder),
        links: entries(&mut table, "link", found, title),
        marks: entries(&mut table, "mark", found, title),
        lights: entries(&mut table, "light", found, ladder::light),
        moves: table.take("moves").and_then(|value| moves::moves(value, found)),
    };
    table.close(found);
    Some(draft)
}

fn entries<'d, T>(
    table: &mut Table<'d>,
    kind: &'static str,
    found: &mut Findings,
    one: impl Fn(&mut Table<'d>, &mut Findings) -> T,
) -> Entries<T> {
    let Some(value) = table.take(kind) else { return Entries::new() };
    let Some(mut all) = Table::of(format!("`{kind}`"), value, found) else { return Entries::new() };
    let mut read = Entries::new();
    let rest = all.rest();
    if rest.len() > MOST {
        found.note(
            all.span(),
            format!("there are {} entries of `{kind}`; at most {MOST} are read", rest.len()),
        );
    }
    for (key, value) in rest.into_iter().take(MOST) {
        fit(&key, found);
        let Some(mut entry) = Table::of(format!("{kind} `{}`", key.key), value, found) else { continue };
        let done = one(&mut entry, found);
        entry.close(found);
        read.insert(key.key, (key.span, done));
    }
    read
}

/// Keys are written in conditions, URLs and diagrams, so they keep to what all of these take.
fn fit(key: &Name, found: &mut Findings) {
    fit_with(key, '_', found);
}

fn fit_with(key: &Name, joint: char, found: &mut Findings) {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint;
    let text = &key.key;
    if text.len() > 40 || !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(small) {
        let short: String = text.chars().take(40).collect();
        let message = format!(
            "`{short}` is no name: a small letter, then small letters, digits and {joint}, 40 at most"
        );
        found.note(&key.span, message);
    }
}

/// Processes are named like the folders they lie in.
fn process(value: &Spanned<DeValue>, found: &mut Findings) -> Option<Name> {
    let key = name(value, found)?;
    fit_with(&key, '-', found);
    Some(key)
}

/// A text in both languages.
fn text_of(value: &Spanned<DeValue>, found: &mut Findings) -> Text {
    let Some(mut table) = Table::of("a text", value, found) else { return blank() };
    let mut one = |language| {
        let text = table.need(language, found).and_then(|value| name(value, found))?;
        if text.key.trim().is_empty() {
            found.note(&text.span, format!("`{language}` says nothing"));
        }
        Some(text.key)
    };
    let (zh, en) = (one("zh"), one("en"));
    table.close(found);
    Text { zh: zh.unwrap_or_default(), en: en.unwrap_or_default() }
}

fn title(table: &mut Table, found: &mut Findings) -> Text {
    table.need("title", found).map_or_else(blank, |value| text_of(value, found))
}

fn blank() -> Text {
    Text::new("", "")
}
