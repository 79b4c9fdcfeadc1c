//! Notes on cases: what people write to each other beside the steps of a process. Companies read the public ones.
use crate::batch::Batch;
use crate::case::StoredCase;
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::note::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;
use crate::outbox::NewMail;
use crate::page::{PAGE_MOST, Page, Take};
use crate::search::SearchKind;
use crate::viewer::{Scope, Viewer};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Set,
};
use std::collections::HashMap;
use uuid::Uuid;
use workflow::ids::{CaseId, PersonId};

/// Names a note. Ids of later notes sort later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoteId(pub Uuid);

/// A note on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its identity.
    pub id: NoteId,
    /// The case.
    pub case: CaseId,
    /// Who wrote it.
    pub author: PersonId,
    /// Whether only staff read it.
    pub internal: bool,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// When its author took it back, if they did.
    pub withdrawn_at: Option<Timestamp>,
}

impl Store {
    /// Lists one page of the notes of each of these cases by one statement, as far as the viewer reads them, oldest
    /// first.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn note_pages(
        &self,
        viewer: &Viewer,
        cases: &[CaseId],
        take: Take,
        after: Option<NoteId>,
        before: Option<NoteId>,
    ) -> Result<HashMap<CaseId, Page<Note>>, StoreError> {
        let (count, backward) = match take {
            Take::First(count) => (Ord::min(count, PAGE_MOST), false),
            Take::Last(count) => (Ord::min(count, PAGE_MOST), true),
        };
        let place = Condition::all()
            .add_option(after.map(|after| Column::Id.gt(after.0)))
            .add_option(before.map(|before| Column::Id.lt(before.0)));
        let order = if backward { Order::Desc } else { Order::Asc };
        let theirs = read(viewer).add(Column::CaseId.is_in(cases.iter().map(|case| case.0))).add(place);
        // One more of each than asked tells whether the list goes on.
        let numbered =
            WindowStatement::partition_by(Column::CaseId).order_by(Column::Id, order.clone()).take();
        let numbered = Query::select()
            .column(Column::Id)
            .expr_window_as(Func::cust("ROW_NUMBER"), numbered, "place")
            .from(Entity)
            .cond_where(theirs)
            .take();
        let near = Query::select()
            .column(Column::Id)
            .from_subquery(numbered, "numbered")
            .and_where(Expr::col("place").lte(i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1)))
            .take();
        let select = Entity::find().filter(read(viewer)).filter(Column::Id.in_subquery(near));
        let (has_next, has_previous) = (backward && before.is_some(), !backward && after.is_some());
        let empty = || Page { items: Vec::new(), has_next, has_previous };
        let mut pages: HashMap<CaseId, Page<Note>> = cases.iter().map(|case| (*case, empty())).collect();
        for row in
            decode::rows(&self.reading(viewer.zone()).await?, select.order_by(Column::Id, order)).await?
        {
            let note = note(row)?;
            let page = pages.entry(note.case).or_insert_with(empty);
            let full = page.items.len() as u64 >= count;
            match (full, backward) {
                (false, _) => page.items.push(note),
                (true, true) => page.has_previous = true,
                (true, false) => page.has_next = true,
            }
        }
        if backward {
            for page in pages.values_mut() {
                page.items.reverse();
            }
        }
        Ok(pages)
    }

    /// Counts the notes of each of these cases as far as the viewer reads them; a case without any is left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_counts(
        &self,
        viewer: &Viewer,
        cases: &[CaseId],
    ) -> Result<HashMap<CaseId, i64>, StoreError> {
        let select =
            Entity::find().select_only().column(Column::CaseId).column_as(Column::Id.count(), "count");
        let theirs = Column::CaseId.is_in(cases.iter().map(|case| case.0));
        let select = select.filter(read(viewer)).filter(theirs).group_by(Column::CaseId);
        let counts: Vec<(Uuid, i64)> = select.into_tuple().all(&self.reading(viewer.zone()).await?).await?;
        Ok(counts.into_iter().map(|(case, count)| (CaseId(case), count)).collect())
    }

    /// Finds a note; one that the viewer does not read is like a missing one.
    ///
    /// # Errors
    /// As [`Store::note_pages`].
    pub async fn note_find(&self, viewer: &Viewer, id: NoteId) -> Result<Option<Note>, StoreError> {
        Ok(self.note_batch(viewer, &[id]).await?.pop())
    }

    /// Finds many notes with one statement, in no particular order; those not read are left out.
    ///
    /// # Errors
    /// As [`Store::note_pages`].
    pub async fn note_batch(&self, viewer: &Viewer, ids: &[NoteId]) -> Result<Vec<Note>, StoreError> {
        let these = Column::Id.is_in(ids.iter().map(|id| id.0));
        let select = Entity::find().filter(read(viewer)).filter(these);
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(note).collect()
    }
}

impl Tx {
    /// Adds a note to a case, and the mails that tell of it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_insert(
        &self,
        case: &StoredCase,
        new: &Note,
        mails: &[NewMail],
    ) -> Result<(), StoreError> {
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id.0),
            case_id: Set(new.case.0),
            author_id: Set(new.author.0),
            internal: Set(new.internal),
            text: Set(new.text.clone()),
            at: Set(new.at.as_microsecond()),
            withdrawn_at: Set(None),
        };
        let mut batch = Batch::new(self.transaction.get_database_backend());
        batch.push(&Entity::insert(row).into_query());
        batch.push(&self.mark(SearchKind::Note, new.id.0));
        self.mails_insert_beside(&mut batch, (Some(case.id.0), case.seq), new.at.as_microsecond(), mails)?;
        Ok(batch.execute(&self.transaction).await?)
    }

    /// Takes a note back for its author; answers whether there was one of theirs to take back.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_withdraw(
        &self,
        id: NoteId,
        author: PersonId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::Id.eq(id.0));
        let theirs = theirs.and(Column::AuthorId.eq(author.0)).and(Column::WithdrawnAt.is_null());
        let gone = ActiveModel { withdrawn_at: Set(Some(at.as_microsecond())), ..ActiveModel::default() };
        let update = Entity::update_many().set(gone).filter(theirs).exec(&self.transaction).await?;
        Ok(update.rows_affected == 1)
    }
}

/// What the viewer reads: notes of cases they see, and of these the public ones if they are of a company.
fn read(viewer: &Viewer) -> Condition {
    let outsider =
        matches!(viewer, Viewer::Person { scope: Scope::Company(_), .. }).then(|| Column::Internal.eq(false));
    Condition::all()
        .add(Column::ZoneId.eq(viewer.zone().0))
        .add(Column::CaseId.in_subquery(viewer.case_ids()))
        .add_option(outsider)
}

fn note(row: Model) -> Result<Note, StoreError> {
    let bad = |column| corrupt("note", column, &row.id);
    Ok(Note {
        id: NoteId(row.id),
        case: CaseId(row.case_id),
        author: PersonId(row.author_id),
        internal: row.internal,
        at: decode::instant(row.at).ok_or_else(|| bad("at"))?,
        withdrawn_at: row
            .withdrawn_at
            .map(|at| decode::instant(at).ok_or_else(|| bad("withdrawn_at")))
            .transpose()?,
        text: row.text,
    })
}
