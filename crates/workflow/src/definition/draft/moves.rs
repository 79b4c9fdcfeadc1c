//! The moves from the version before, as a definition writes them.
use crate::definition::finding::{Findings, Span};
use crate::definition::read::{Name, Table, integer, name};
use indexmap::IndexMap;
use toml::Spanned;
use toml::de::DeValue;

/// What can have another name than before.
pub(in crate::definition) const KINDS: [&str; 6] = ["state", "clock", "field", "role", "mark", "action"];

pub(in crate::definition) struct DraftMoves {
    pub(in crate::definition) from: Option<(Span, u32)>,
    /// By kind: the name before, and the name here.
    pub(in crate::definition) names: IndexMap<&'static str, Vec<(Name, Name)>>,
}

pub(super) fn moves(value: &Spanned<DeValue>, found: &mut Findings) -> Option<DraftMoves> {
    let mut table = Table::of("`moves`", value, found)?;
    let from = table.need("from", found).and_then(|value| Some((value.span(), integer(value, found)?)));
    let mut names = IndexMap::new();
    for kind in KINDS {
        let Some(value) = table.take(kind) else { continue };
        let Some(mut one) = Table::of(format!("`moves.{kind}`"), value, found) else { continue };
        let pairs = one.rest().into_iter().filter_map(|(old, new)| Some((old, name(new, found)?)));
        names.insert(kind, pairs.collect());
    }
    table.close(found);
    Some(DraftMoves { from, names })
}
