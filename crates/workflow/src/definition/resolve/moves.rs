//! The moves from the version before: names here must be there; of names before nothing is known yet.
use super::{Resolver, keys};
use crate::case::Key;
use crate::definition::Moves;
use crate::definition::draft::DraftMoves;
use std::collections::BTreeMap;

impl Resolver<'_, '_, '_> {
    pub(super) fn moves(&mut self) -> Option<Moves> {
        let draft = self.draft;
        let moves = draft.moves.as_ref()?;
        let (span, from) = moves.from.as_ref()?;
        if let Some((_, version)) = &draft.version
            && (*from == 0 || from >= version)
        {
            self.found.note(span, format!("`from` is a version before this one, which is {version}"));
        }
        let history = |key: &str| draft.states.get(key).is_some_and(|(_, state)| state.history.is_some());
        let places = keys(&draft.states).filter(|key| !history(key));
        Some(Moves {
            from: *from,
            states: self.names(moves, "state", &places),
            clocks: self.names(moves, "clock", &keys(&draft.clocks)),
            fields: self.names(moves, "field", &keys(&draft.fields)),
            roles: self.names(moves, "role", &keys(&draft.roles)),
            marks: self.names(moves, "mark", &keys(&draft.marks)),
            actions: self.names(moves, "action", &keys(&draft.actions)),
        })
    }

    fn names<'n>(
        &mut self,
        moves: &DraftMoves,
        kind: &'static str,
        known: &(impl Iterator<Item = &'n str> + Clone),
    ) -> BTreeMap<Key, Key> {
        let mut names = BTreeMap::new();
        for (old, new) in moves.names.get(kind).into_iter().flatten() {
            if !known.clone().any(|one| one == &*new.key) {
                self.found.unknown(new, kind, known.clone());
            }
            names.insert(old.key.clone(), new.key.clone());
        }
        names
    }
}
