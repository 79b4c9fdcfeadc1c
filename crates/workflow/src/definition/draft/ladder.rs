//! Limits, ladders and lights as a definition writes them.
use super::{DraftLight, DraftLimit, title};
use crate::definition::finding::Findings;
use crate::definition::read::{Name, Table, items, name};
use crate::text::Text;

pub(in crate::definition) struct DraftLadder {
    pub(in crate::definition) title: Text,
    pub(in crate::definition) mail: Option<Name>,
    pub(in crate::definition) steps: Vec<DraftStep>,
}

pub(in crate::definition) struct DraftStep {
    pub(in crate::definition) role: Name,
    pub(in crate::definition) after: Option<Name>,
}

pub(super) fn limit(table: &mut Table, found: &mut Findings) -> DraftLimit {
    let title = title(table, found);
    DraftLimit { title, is: table.need("is", found).and_then(|value| name(value, found)) }
}

pub(super) fn light(table: &mut Table, found: &mut Findings) -> DraftLight {
    let title = title(table, found);
    let mut one = |key| table.need(key, found).and_then(|value| name(value, found));
    DraftLight { title, color: one("color"), when: one("when") }
}

pub(super) fn ladder(table: &mut Table, found: &mut Findings) -> DraftLadder {
    let title = title(table, found);
    let mail = table.need("mail", found).and_then(|value| name(value, found));
    let mut steps = vec![];
    for item in table.need("steps", found).map(items).unwrap_or_default() {
        let Some(mut step) = Table::of("a step", item, found) else { continue };
        let role = step.need("role", found).and_then(|value| name(value, found));
        let after = step.take("after").and_then(|value| name(value, found));
        step.close(found);
        steps.extend(role.map(|role| DraftStep { role, after }));
    }
    DraftLadder { title, mail, steps }
}
