//! Rounds: what is marked, and at first everything, is put into the sets, many documents at once. Whichever process comes
//! first goes on where the last stopped.
use super::row::{Document, Which, documents};
use super::terms::VERSION;
use super::walk::{PART, set};
use super::{SearchKind, fill_find};
use crate::connection::{Store, Tx};
use crate::decode;
use crate::entity::{search_document, search_fill, search_mark, search_posting};
use crate::error::StoreError;
use crate::viewer::Viewer;
use roaring::RoaringBitmap;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;
use workflow::ids::ZoneId;

/// How many documents one transaction puts in.
const SLICE: u64 = 500;
/// How many marks are left to searches to read: each round writes whole sets, so it is to be worth it.
const MARKS_LEFT: u64 = 200;
/// How many rows one statement reads or writes.
const ROWS: usize = 1_000;

/// How far the index of a zone got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchProgress {
    /// How many documents it has.
    pub documents: i64,
    /// How many marks wait for a round.
    pub marked: u64,
    /// Whether everything that there was is in it.
    pub complete: bool,
}

/// The sets to be written, by term and part.
type Sets = BTreeMap<(String, u32), RoaringBitmap>;

/// What is to be put in, and from where.
struct Slice {
    documents: Vec<Document>,
    /// The marks that it answers, as they were seen.
    marks: Vec<(Uuid, Uuid, i64)>,
    after: search_fill::Model,
}

impl Store {
    /// Puts some more documents of a zone into its index, if enough of them wait; answers whether more do.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn search_go_on(&self, zone: ZoneId) -> Result<bool, StoreError> {
        for kind in SearchKind::ALL {
            if self.go_on(zone, kind).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How far the index of a zone got.
    ///
    /// # Errors
    /// What the database says.
    pub async fn search_progress(&self, zone: ZoneId) -> Result<SearchProgress, StoreError> {
        let viewer = Viewer::System(zone);
        let reading = self.reading(zone).await?;
        let mut documents = 0;
        for kind in SearchKind::ALL {
            documents += fill_find(&reading, &viewer, kind).await?.map_or(0, |fill| fill.next_doc);
        }
        let marks = search_mark::Entity::find().filter(search_mark::Column::ZoneId.eq(zone.0));
        let marked = marks.count(&reading).await?;
        let complete = self.search_complete(&viewer, &SearchKind::ALL).await?;
        Ok(SearchProgress { documents, marked, complete })
    }

    async fn go_on(&self, zone: ZoneId, kind: SearchKind) -> Result<bool, StoreError> {
        let seen = fill_find(&self.reading(zone).await?, &Viewer::System(zone), kind).await?;
        let Some(seen) = seen.filter(|seen| seen.version == VERSION) else {
            let tx = self.begin(zone).await?;
            tx.search_begin(kind).await?;
            tx.commit().await?;
            return Ok(true);
        };
        let slice = if seen.filled {
            self.marked(zone, kind, &seen).await?
        } else {
            self.next(zone, kind, &seen).await?
        };
        let Some(slice) = slice else { return Ok(false) };
        let tx = self.begin(zone).await?;
        // Whoever else goes on waits here, and then finds that it is another's turn.
        if tx.search_lock(kind).await?.as_ref() == Some(&seen) {
            tx.search_put(kind, slice).await?;
            tx.commit().await?;
        }
        Ok(true)
    }

    /// The next documents of the first filling, or its end.
    async fn next(
        &self,
        zone: ZoneId,
        kind: SearchKind,
        seen: &search_fill::Model,
    ) -> Result<Option<Slice>, StoreError> {
        let reading = self.reading(zone).await?;
        let documents = documents(&reading, zone, kind, &Which::After(seen.reached, SLICE)).await?;
        let mut after = search_fill::Model { turn: seen.turn + 1, ..seen.clone() };
        match documents.last() {
            Some(last) => after.reached = Some(last.id),
            None => after.filled = true,
        }
        Ok(Some(Slice { documents, marks: Vec::new(), after }))
    }

    /// What is marked, if it is much.
    async fn marked(
        &self,
        zone: ZoneId,
        kind: SearchKind,
        seen: &search_fill::Model,
    ) -> Result<Option<Slice>, StoreError> {
        use search_mark::Column;
        let reading = self.reading(zone).await?;
        let zoned = Column::ZoneId.eq(zone.0).and(Column::Kind.eq(kind.as_str()));
        let select =
            search_mark::Entity::find().select_only().columns([Column::Id, Column::CauseId, Column::Times]);
        let select = select.filter(zoned).order_by_asc(Column::Id).limit(SLICE);
        let marks: Vec<(Uuid, Uuid, i64)> = select.into_tuple().all(&reading).await?;
        if (marks.len() as u64) <= MARKS_LEFT {
            return Ok(None);
        }
        let ids: Vec<Uuid> = marks.iter().map(|(id, ..)| *id).collect();
        let documents = documents(&reading, zone, kind, &Which::Ids(&ids)).await?;
        let after = search_fill::Model { turn: seen.turn + 1, ..seen.clone() };
        Ok(Some(Slice { documents, marks, after }))
    }
}

impl Tx {
    /// Begins the index of a kind anew.
    async fn search_begin(&self, kind: SearchKind) -> Result<(), StoreError> {
        use search_fill::Column;
        if self.search_lock(kind).await?.is_some_and(|fill| fill.version == VERSION) {
            return Ok(());
        }
        let zoned = search_posting::Column::ZoneId.eq(self.zone.0);
        let zoned = zoned.and(search_posting::Column::Kind.eq(kind.as_str()));
        search_posting::Entity::delete_many().filter(zoned).exec(&self.transaction).await?;
        let zoned = search_document::Column::ZoneId.eq(self.zone.0);
        let zoned = zoned.and(search_document::Column::Kind.eq(kind.as_str()));
        search_document::Entity::delete_many().filter(zoned).exec(&self.transaction).await?;
        let zoned = Column::ZoneId.eq(self.zone.0).and(Column::Kind.eq(kind.as_str()));
        search_fill::Entity::delete_many().filter(zoned).exec(&self.transaction).await?;
        let fill = search_fill::ActiveModel {
            zone_id: Set(self.zone.0),
            kind: Set(kind.as_str().to_owned()),
            version: Set(VERSION),
            next_doc: Set(0),
            reached: Set(None),
            filled: Set(false),
            turn: Set(0),
        };
        // Two may begin at once where there was no row to wait for.
        let there = OnConflict::columns([Column::ZoneId, Column::Kind]).do_nothing().to_owned();
        let insert = search_fill::Entity::insert(fill).on_conflict(there);
        insert.exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    async fn search_lock(&self, kind: SearchKind) -> Result<Option<search_fill::Model>, StoreError> {
        use search_fill::Column;
        let this = Column::ZoneId.eq(self.zone.0).and(Column::Kind.eq(kind.as_str()));
        decode::row_find(&self.transaction, search_fill::Entity::find().filter(this).lock_exclusive()).await
    }

    async fn search_put(&self, kind: SearchKind, slice: Slice) -> Result<(), StoreError> {
        let Slice { documents, marks, mut after } = slice;
        let docs = self.search_number(kind, &documents, &mut after.next_doc).await?;
        let mut sets = Sets::new();
        for Document { id, terms } in documents {
            let Some(doc) = docs.get(&id).and_then(|doc| u32::try_from(*doc).ok()) else { continue };
            for term in terms {
                sets.entry((term, doc / PART)).or_default().insert(doc);
            }
        }
        self.search_add(kind, sets).await?;
        for some in marks.chunks(ROWS) {
            use search_mark::Column;
            let seen = [Expr::col(Column::Id), Expr::col(Column::CauseId), Expr::col(Column::Times)];
            let these = Expr::tuple(seen).in_tuples(some.iter().copied());
            let zoned = Column::ZoneId.eq(self.zone.0).and(Column::Kind.eq(kind.as_str()));
            search_mark::Entity::delete_many().filter(zoned).filter(these).exec(&self.transaction).await?;
        }
        let this = search_fill::Column::ZoneId.eq(self.zone.0);
        let this = this.and(search_fill::Column::Kind.eq(kind.as_str()));
        let fill = search_fill::ActiveModel {
            next_doc: Set(after.next_doc),
            reached: Set(after.reached),
            filled: Set(after.filled),
            turn: Set(after.turn),
            ..search_fill::ActiveModel::default()
        };
        search_fill::Entity::update_many().set(fill).filter(this).exec(&self.transaction).await?;
        Ok(())
    }

    /// The number of each document: what has none gets the next, earlier ones first.
    async fn search_number(
        &self,
        kind: SearchKind,
        documents: &[Document],
        next: &mut i64,
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        use search_document::{ActiveModel, Column, Entity};
        let ids = documents.iter().map(|document| document.id);
        let these = Column::ZoneId.eq(self.zone.0).and(Column::Kind.eq(kind.as_str()));
        let these = these.and(Column::Id.is_in(ids));
        let known = Entity::find().select_only().columns([Column::Id, Column::Doc]).filter(these);
        let known: Vec<(Uuid, i64)> = known.into_tuple().all(&self.transaction).await?;
        let mut docs: HashMap<Uuid, i64> = known.into_iter().collect();
        let mut rows = Vec::new();
        for document in documents {
            docs.entry(document.id).or_insert_with(|| {
                let doc = *next;
                *next += 1;
                rows.push(ActiveModel {
                    zone_id: Set(self.zone.0),
                    kind: Set(kind.as_str().to_owned()),
                    doc: Set(doc),
                    id: Set(document.id),
                });
                doc
            });
        }
        if !rows.is_empty() {
            Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        }
        Ok(docs)
    }

    /// Adds documents to the sets that lie in the tables.
    async fn search_add(&self, kind: SearchKind, mut sets: Sets) -> Result<(), StoreError> {
        use search_posting::{ActiveModel, Column, Entity};
        let zoned = || Column::ZoneId.eq(self.zone.0).and(Column::Kind.eq(kind.as_str()));
        let parts: BTreeSet<u32> = sets.keys().map(|(_, part)| *part).collect();
        for part in parts {
            let of_part = sets.keys().filter(|(_, of)| *of == part);
            let terms: Vec<String> = of_part.map(|(term, _)| term.clone()).collect();
            for some in terms.chunks(ROWS) {
                let these = zoned().and(Column::Part.eq(i64::from(part)));
                let these = these.and(Column::Term.is_in(some.iter().map(String::as_str)));
                let select = Entity::find().select_only().columns([Column::Term, Column::Docs]);
                let rows: Vec<(String, Vec<u8>)> =
                    select.filter(these).into_tuple().all(&self.transaction).await?;
                for (term, docs) in rows {
                    let before = set(&docs, &term)?;
                    *sets.entry((term, part)).or_default() |= before;
                }
            }
        }
        let mut rows = Vec::new();
        for ((term, part), mut docs) in sets {
            docs.optimize();
            let mut bytes = Vec::with_capacity(docs.serialized_size());
            // Writing to memory does not fail.
            let _ = docs.serialize_into(&mut bytes);
            rows.push(ActiveModel {
                zone_id: Set(self.zone.0),
                kind: Set(kind.as_str().to_owned()),
                term: Set(term),
                part: Set(i64::from(part)),
                docs: Set(bytes),
            });
        }
        let key = [Column::ZoneId, Column::Kind, Column::Term, Column::Part];
        while !rows.is_empty() {
            let some = rows.split_off(rows.len().saturating_sub(ROWS));
            let again = OnConflict::columns(key).update_column(Column::Docs).to_owned();
            let insert = Entity::insert_many(some).on_conflict(again);
            insert.exec_without_returning(&self.transaction).await?;
        }
        Ok(())
    }
}
