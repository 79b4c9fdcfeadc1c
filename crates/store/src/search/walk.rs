//! One search of one kind: what the sets propose, newest first, each read before it is a match.
use super::terms::{Needed, SearchWords, Text};
use super::{Found, FoundId, SearchCursor, SearchKind, row};
use crate::decode::corrupt;
use crate::entity::{note, search_document, search_mark, search_posting};
use crate::error::StoreError;
use crate::viewer::Viewer;
use roaring::RoaringBitmap;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// How many documents have a row of `search_posting` in common.
pub(super) const PART: u32 = 1 << 16;
/// How many marks one search reads. Rounds keep them far fewer.
const MARKS_MOST: u64 = 4_000;
/// How many rows are read at once, at first and at most.
const ROWS: (usize, usize) = (64, 512);
/// How many proposed rows are read for a page, and to count. Nearly every proposed row is a match.
const READ_MOST: (usize, usize) = (40_000, 8_000);

/// What a search of one kind goes through. First come those that have no number yet.
pub(super) struct Walk<'w, C> {
    reading: &'w C,
    viewer: &'w Viewer,
    words: &'w SearchWords,
    kind: SearchKind,
    /// Without a number, newest first.
    fresh: Vec<Uuid>,
    docs: RoaringBitmap,
}

/// A proposed row.
enum Place {
    Fresh(Uuid),
    Doc(i64),
}

impl<'w, C: ConnectionTrait> Walk<'w, C> {
    pub(super) async fn begin(
        reading: &'w C,
        viewer: &'w Viewer,
        words: &'w SearchWords,
        kind: SearchKind,
    ) -> Result<Self, StoreError> {
        let mut walk = Self { reading, viewer, words, kind, fresh: Vec::new(), docs: RoaringBitmap::new() };
        let marked = walk.marked().await?;
        let (numbered, fresh) = walk.numbers(marked).await?;
        walk.docs = walk.proposed().await? | numbered;
        walk.fresh = fresh;
        walk.fresh.sort_unstable();
        walk.fresh.dedup();
        walk.fresh.reverse();
        Ok(walk)
    }

    /// Leaves out what comes before one match and after another.
    pub(super) async fn limit(
        &mut self,
        after: Option<Uuid>,
        before: Option<Uuid>,
    ) -> Result<(), StoreError> {
        if let Some(after) = after {
            if let Some(doc) = self.number(after).await? {
                self.fresh.clear();
                self.docs.remove_range(doc..);
            } else {
                self.fresh.retain(|id| *id < after);
            }
        }
        if let Some(before) = before {
            if let Some(doc) = self.number(before).await? {
                self.docs.remove_range(..=doc);
            } else {
                self.docs.clear();
                self.fresh.retain(|id| *id > before);
            }
        }
        Ok(())
    }

    async fn number(&self, id: Uuid) -> Result<Option<u32>, StoreError> {
        Ok(self.numbers(vec![id]).await?.0.min())
    }

    /// The documents that have all terms, as far as the viewer may be shown them.
    async fn proposed(&self) -> Result<RoaringBitmap, StoreError> {
        let needed = self.words.needed();
        let shown = row::shown_to(self.viewer, self.kind);
        let mut terms: BTreeSet<&str> = shown.iter().flatten().map(String::as_str).collect();
        for Needed { plain, initials } in &needed {
            terms.extend(plain.iter().chain(initials).map(String::as_str));
        }
        let sets = self.sets(&terms).await?;
        let all_of = |terms: &[String]| {
            let mut sets = terms.iter().map(|term| sets.get(term.as_str()));
            let first = sets.next().flatten().cloned().unwrap_or_default();
            sets.fold(first, |all, set| set.map(|set| all & set).unwrap_or_default())
        };
        let mut docs: Option<RoaringBitmap> = shown.map(|shown| {
            let some = shown.iter().filter_map(|term| sets.get(term.as_str()));
            some.fold(RoaringBitmap::new(), |some, set| some | set)
        });
        for Needed { plain, initials } in &needed {
            let word = all_of(plain) | all_of(initials);
            docs = Some(match docs {
                Some(docs) => docs & word,
                None => word,
            });
        }
        Ok(docs.unwrap_or_default())
    }

    /// The whole sets of these terms.
    async fn sets(&self, terms: &BTreeSet<&str>) -> Result<HashMap<String, RoaringBitmap>, StoreError> {
        use search_posting::Column;
        let zoned = Column::ZoneId.eq(self.viewer.zone().0).and(Column::Kind.eq(self.kind.as_str()));
        let these = zoned.and(Column::Term.is_in(terms.iter().copied()));
        let select = search_posting::Entity::find().select_only().columns([Column::Term, Column::Docs]);
        let rows: Vec<(String, Vec<u8>)> = select.filter(these).into_tuple().all(self.reading).await?;
        let mut sets: HashMap<String, RoaringBitmap> = HashMap::new();
        for (term, docs) in rows {
            let docs = set(&docs, &term)?;
            *sets.entry(term).or_default() |= docs;
        }
        Ok(sets)
    }

    /// What was written and not yet looked at by a round; of notes also those of marked cases.
    async fn marked(&self) -> Result<Vec<Uuid>, StoreError> {
        use search_mark::Column;
        let of = async |kind: SearchKind| {
            let zoned = Column::ZoneId.eq(self.viewer.zone().0).and(Column::Kind.eq(kind.as_str()));
            let select = search_mark::Entity::find().select_only().column(Column::Id).filter(zoned);
            let select = select.order_by_desc(Column::Id).limit(MARKS_MOST);
            Ok::<Vec<Uuid>, StoreError>(select.into_tuple().all(self.reading).await?)
        };
        let mut marked = of(self.kind).await?;
        if self.kind == SearchKind::Note {
            let cases = of(SearchKind::Case).await?;
            if !cases.is_empty() {
                let theirs = note::Column::ZoneId.eq(self.viewer.zone().0);
                let theirs = theirs.and(note::Column::CaseId.is_in(cases));
                let notes = note::Entity::find().select_only().column(note::Column::Id).filter(theirs);
                let notes: Vec<Uuid> = notes.limit(MARKS_MOST).into_tuple().all(self.reading).await?;
                marked.extend(notes);
            }
        }
        Ok(marked)
    }

    /// The numbers of those of these that have one, and the others.
    async fn numbers(&self, ids: Vec<Uuid>) -> Result<(RoaringBitmap, Vec<Uuid>), StoreError> {
        use search_document::Column;
        if ids.is_empty() {
            return Ok((RoaringBitmap::new(), ids));
        }
        let select = self.documents().filter(Column::Id.is_in(ids.iter().copied())).select_only();
        let known: Vec<(Uuid, i64)> =
            select.columns([Column::Id, Column::Doc]).into_tuple().all(self.reading).await?;
        let known: HashMap<Uuid, i64> = known.into_iter().collect();
        let docs = known.values().filter_map(|doc| u32::try_from(*doc).ok()).collect();
        Ok((docs, ids.into_iter().filter(|id| !known.contains_key(id)).collect()))
    }

    fn documents(&self) -> sea_orm::Select<search_document::Entity> {
        use search_document::Column;
        let zoned = Column::ZoneId.eq(self.viewer.zone().0).and(Column::Kind.eq(self.kind.as_str()));
        search_document::Entity::find().filter(zoned)
    }

    /// The first so many matches, or the last, from there on.
    pub(super) async fn take(self, wanted: usize, backward: bool) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::new();
        let (kind, words) = (self.kind, self.words);
        let hand_over = |id, texts: &[Text]| {
            let cursor = SearchCursor { kind, id };
            found.push(Found { id: FoundId::new(kind, id), snippet: words.snippet(texts), cursor });
            found.len() < wanted
        };
        self.each(backward, READ_MOST.0, hand_over).await?;
        Ok(found)
    }

    /// How many matches there are, up to so many, and whether not all that was proposed was read.
    pub(super) async fn count(self, most: usize) -> Result<(usize, bool), StoreError> {
        let mut count = 0;
        let hand_over = |_, _: &[Text]| {
            count += 1;
            count < most
        };
        let more = self.each(false, READ_MOST.1, hand_over).await?;
        Ok((count, more))
    }

    /// Hands over one match after the other while more are wanted; answers whether there was more to read.
    async fn each(
        &self,
        backward: bool,
        most: usize,
        mut hand_over: impl FnMut(Uuid, &[Text]) -> bool,
    ) -> Result<bool, StoreError> {
        let fresh = self.fresh.iter().map(|id| Place::Fresh(*id));
        let docs = self.docs.iter().map(|doc| Place::Doc(i64::from(doc)));
        let mut places: Box<dyn Iterator<Item = Place> + Send> =
            if backward { Box::new(docs.chain(fresh.rev())) } else { Box::new(fresh.chain(docs.rev())) };
        let (mut rows, mut read) = (ROWS.0, 0);
        loop {
            let some: Vec<Place> = places.by_ref().take(rows).collect();
            if some.is_empty() {
                return Ok(false);
            }
            read += some.len();
            let ids = self.ids(&some).await?;
            let texts = row::texts(self.reading, self.viewer, self.kind, &ids).await?;
            for id in ids {
                let Some(texts) = texts.get(&id).filter(|texts| self.words.are_in(texts)) else { continue };
                if !hand_over(id, texts) {
                    return Ok(true);
                }
            }
            if read >= most {
                return Ok(true);
            }
            rows = Ord::min(rows * 2, ROWS.1);
        }
    }

    /// The ids of proposed rows, in their order.
    async fn ids(&self, places: &[Place]) -> Result<Vec<Uuid>, StoreError> {
        use search_document::Column;
        let docs =
            places.iter().filter_map(|place| if let Place::Doc(doc) = place { Some(*doc) } else { None });
        let docs: Vec<i64> = docs.collect();
        let mut ids: HashMap<i64, Uuid> = HashMap::new();
        if !docs.is_empty() {
            let select = self.documents().filter(Column::Doc.is_in(docs)).select_only();
            let rows: Vec<(i64, Uuid)> =
                select.columns([Column::Doc, Column::Id]).into_tuple().all(self.reading).await?;
            ids.extend(rows);
        }
        let id = |place: &Place| match place {
            Place::Fresh(id) => Some(*id),
            Place::Doc(doc) => ids.get(doc).copied(),
        };
        Ok(places.iter().filter_map(id).collect())
    }
}

/// A set as it lies in its row.
pub(super) fn set(bytes: &[u8], term: &str) -> Result<RoaringBitmap, StoreError> {
    RoaringBitmap::deserialize_from(bytes).map_err(|_| corrupt("search_posting", "docs", &term))
}
