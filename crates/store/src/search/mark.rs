//! Marks: what a transaction leaves of what it changed, to be looked at by a round.
use super::SearchKind;
use crate::batch::Batch;
use crate::connection::Tx;
use crate::entity::search_mark::{ActiveModel, Column, Entity};
use crate::entity::{case_link, note};
use crate::error::StoreError;
use crate::step::StepRecord;
use sea_orm::sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Query, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryTrait, Set};
use uuid::Uuid;
use workflow::ids::CaseId;

impl Tx {
    /// Marks what a step changed of what is searched: nothing, mostly.
    pub(crate) fn search_step_mark(&self, batch: &mut Batch, record: &StepRecord) {
        let case = record.id.0;
        let Some(before) = &record.before else { return batch.push(&self.mark(SearchKind::Case, case)) };
        let after = &record.step.case;
        // Who may be shown it may be others, and so of its notes and of the cases that point to it.
        if before.case.assigned != after.assigned || before.case.links != after.links {
            batch.push(&self.mark(SearchKind::Case, case));
            batch.push(&self.mark_around(record.id));
        } else if record.title.as_ref().is_some_and(|title| *title != before.title) {
            batch.push(&self.mark(SearchKind::Case, case));
        }
    }

    /// Marks rows that say something else now, at least one and a few hundred at most.
    pub(crate) async fn search_mark(
        &self,
        kind: SearchKind,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<(), StoreError> {
        self.transaction.execute(&self.marks(kind, ids)).await?;
        Ok(())
    }

    pub(crate) fn mark(&self, kind: SearchKind, id: Uuid) -> InsertStatement {
        self.marks(kind, [id])
    }

    fn marks(&self, kind: SearchKind, ids: impl IntoIterator<Item = Uuid>) -> InsertStatement {
        let row = |id| ActiveModel {
            zone_id: Set(self.zone.0),
            kind: Set(kind.as_str().to_owned()),
            id: Set(id),
            cause_id: Set(id),
            times: Set(1),
        };
        Entity::insert_many(ids.into_iter().map(row)).on_conflict(again()).into_query()
    }

    /// Marks the cases that point to a case, and with each of them and with itself come their notes.
    fn mark_around(&self, case: CaseId) -> InsertStatement {
        let pointing = || {
            use case_link::Column;
            let to_it = Column::ZoneId.eq(self.zone.0).and(Column::TargetId.eq(case.0));
            Query::select().column(Column::CaseId).from(case_link::Entity).and_where(to_it).take()
        };
        let marks = |kind: SearchKind, id: Expr| {
            Query::select()
                .expr(Expr::val(self.zone.0))
                .expr(Expr::val(kind.as_str()))
                .expr(id)
                .expr(Expr::val(case.0))
                .expr(Expr::val(1_i64))
                .take()
        };
        let mut cases = marks(SearchKind::Case, Expr::col(case_link::Column::CaseId));
        let to_it = case_link::Column::ZoneId.eq(self.zone.0).and(case_link::Column::TargetId.eq(case.0));
        cases.distinct().from(case_link::Entity).and_where(to_it);
        let mut notes = marks(SearchKind::Note, Expr::col(note::Column::Id));
        let theirs = note::Column::CaseId.eq(case.0).or(note::Column::CaseId.in_subquery(pointing()));
        notes.from(note::Entity).and_where(note::Column::ZoneId.eq(self.zone.0)).and_where(theirs);
        let mut insert = Query::insert();
        insert.into_table(Entity);
        insert.columns([Column::ZoneId, Column::Kind, Column::Id, Column::CauseId, Column::Times]);
        // The columns are as many as the values: it cannot fail.
        let _ = insert.select_from(cases.union(UnionType::All, notes).take());
        insert.on_conflict(again()).take()
    }
}

/// A mark that is there already counts up: whoever saw it before does not take it away.
fn again() -> OnConflict {
    let times = Expr::col((Entity, Column::Times)).add(1);
    OnConflict::columns([Column::ZoneId, Column::Kind, Column::Id, Column::CauseId])
        .value(Column::Times, times)
        .to_owned()
}
