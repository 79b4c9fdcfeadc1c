//! Roles, guards, states, actions, automatics and clocks as a definition writes them.
use super::effect::{DraftEffect, effects};
use super::{
    DraftAction, DraftAutomatic, DraftBranch, DraftClock, DraftGuard, DraftRole, DraftState, blank, text_of,
    title,
};
use crate::case::Phase;
use crate::definition::finding::Findings;
use crate::definition::read::{Name, Table, items, name, names, truth};
use indexmap::IndexMap;
use toml::Spanned;
use toml::de::DeValue;

pub(super) fn role(table: &mut Table, found: &mut Findings) -> DraftRole {
    let title = title(table, found);
    DraftRole { title, kind: table.need("is", found).and_then(|value| name(value, found)) }
}

pub(super) fn guard(table: &mut Table, found: &mut Findings) -> DraftGuard {
    let when = table.need("when", found).and_then(|value| name(value, found));
    let says = table.need("says", found).map_or_else(blank, |value| text_of(value, found));
    DraftGuard { when, says }
}

pub(super) fn state(table: &mut Table, found: &mut Findings) -> DraftState {
    let title = title(table, found);
    let phase = table.take("phase").and_then(|value| name(value, found)).and_then(|phase| {
        let read = Phase::parse(&phase.key);
        if read.is_none() {
            found.unknown(&phase, "phase", Phase::ALL.iter().map(|phase| phase.as_str()));
        }
        read
    });
    let flag = |table: &mut Table, key, found: &mut Findings| {
        table.take(key).and_then(|value| truth(value, found)).unwrap_or(false)
    };
    DraftState {
        phase,
        within: table.take("in").and_then(|value| name(value, found)),
        initial: table.take("initial").and_then(|value| name(value, found)),
        parallel: flag(table, "parallel", found),
        end: flag(table, "final", found),
        history: table.take("history").and_then(|value| name(value, found)),
        entry: effects(table.take("entry"), found),
        exit: effects(table.take("exit"), found),
        title,
    }
}

pub(super) fn action(table: &mut Table, found: &mut Findings) -> DraftAction {
    let title = title(table, found);
    let list = |table: &mut Table, key, found: &mut Findings| {
        table.take(key).map(|value| names(value, found)).unwrap_or_default()
    };
    DraftAction {
        // What is neither true nor false was meant to be something.
        opens: table.take("opens").is_some_and(|value| truth(value, found).unwrap_or(true)),
        by: table.take("by").map(|value| names(value, found)),
        from: list(table, "from", found),
        asks: list(table, "asks", found),
        optional: list(table, "optional", found),
        guards: list(table, "guards", found),
        branches: branches(table.take("to"), found),
        then: effects(table.take("then"), found),
        title,
    }
}

/// `to` is a state, or a list of branches of which the first whose `when` holds is taken.
fn branches(value: Option<&Spanned<DeValue>>, found: &mut Findings) -> Vec<DraftBranch> {
    let Some(value) = value else { return vec![] };
    let mut read = vec![];
    for item in items(value) {
        if let DeValue::Table(table) = item.get_ref() {
            let mut branch = Table::new("a branch", item.span(), table);
            read.push(DraftBranch {
                span: item.span(),
                when: branch.take("when").and_then(|value| name(value, found)),
                to: branch.need("state", found).and_then(|value| name(value, found)),
                then: effects(branch.take("then"), found),
            });
            branch.close(found);
        } else {
            let to = name(item, found);
            read.push(DraftBranch { span: item.span(), when: None, to, then: vec![] });
        }
    }
    read
}

pub(super) fn automatic(table: &mut Table, found: &mut Findings) -> DraftAutomatic {
    let title = title(table, found);
    let one =
        |table: &mut Table, key, found: &mut Findings| table.take(key).and_then(|value| name(value, found));
    DraftAutomatic {
        from: table.take("from").map(|value| names(value, found)).unwrap_or_default(),
        after: one(table, "after", found),
        at: one(table, "at", found),
        on: one(table, "on", found),
        when: one(table, "when", found),
        to: one(table, "to", found),
        then: effects(table.take("then"), found),
        title,
    }
}

pub(super) fn clock(table: &mut Table, found: &mut Findings) -> DraftClock {
    let title = title(table, found);
    let internal = table.take("internal").and_then(|value| truth(value, found)).unwrap_or(false);
    let mut moments = IndexMap::new();
    for key in ["start", "pause", "resume", "stop", "cancel", "reset"] {
        let value = if key == "start" { table.need(key, found) } else { table.take(key) };
        moments.insert(key, value.map(|value| names(value, found)).unwrap_or_default());
    }
    let mut limits = vec![];
    for item in table.need("limit", found).map(items).unwrap_or_default() {
        if let DeValue::Table(rule) = item.get_ref() {
            let mut rule = Table::new("a limit", item.span(), rule);
            let when = rule.take("when").and_then(|value| name(value, found));
            let limit = rule.need("limit", found).and_then(|value| name(value, found));
            rule.close(found);
            limits.extend(limit.map(|limit| (when, limit)));
        } else {
            limits.extend(name(item, found).map(|limit| (None, limit)));
        }
    }
    let cap = table.take("cap").and_then(|value| {
        let mut cap = Table::of("`cap`", value, found)?;
        let by = cap.need("by", found).and_then(|value| name(value, found));
        let before = cap.need("before", found).and_then(|value| name(value, found));
        cap.close(found);
        by.zip(before)
    });
    let warns = rungs(table, "warn", "before", found);
    let breach = effects(table.take("breach"), found);
    let late = rungs(table, "late", "after", found);
    DraftClock { title, internal, moments, limits, cap, warns, breach, late }
}

/// Points before or after the due time, each with what happens then; one alone needs no list.
fn rungs(
    table: &mut Table,
    key: &'static str,
    length: &'static str,
    found: &mut Findings,
) -> Vec<(Name, Vec<DraftEffect>)> {
    let mut read = vec![];
    for item in table.take(key).map(items).unwrap_or_default() {
        let Some(mut rung) = Table::of(format!("`{key}`"), item, found) else { continue };
        let length = rung.need(length, found).and_then(|value| name(value, found));
        let then = effects(rung.take("then"), found);
        rung.close(found);
        read.extend(length.map(|length| (length, then)));
    }
    read
}
