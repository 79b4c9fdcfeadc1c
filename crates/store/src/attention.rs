//! Who follows a case, and who has it open right now. Both are the staff's.
use crate::batch::Batch;
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::{looker, watcher};
use crate::error::StoreError;
use crate::viewer::{Scope, Viewer};
use jiff::Timestamp;
use sea_orm::sea_query::{ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};
use workflow::ids::{CaseId, PersonId, ZoneId};

/// Somebody who has a case open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looker {
    /// Who.
    pub person: PersonId,
    /// When they last said so.
    pub at: Timestamp,
}

impl Store {
    /// Lists who follows these cases, of each the longest first. Companies are told of nobody.
    ///
    /// # Errors
    /// What the database says.
    pub async fn watcher_list(
        &self,
        viewer: &Viewer,
        cases: &[CaseId],
    ) -> Result<Vec<(CaseId, PersonId)>, StoreError> {
        use watcher::{Column, Entity};
        if outsider(viewer) {
            return Ok(Vec::new());
        }
        let of_cases =
            Column::ZoneId.eq(viewer.zone().0).and(Column::CaseId.in_subquery(viewer.among(cases)));
        let select =
            Entity::find().filter(of_cases).order_by_asc(Column::Since).order_by_asc(Column::PersonId);
        let rows = decode::rows(&self.reading(viewer.zone()).await?, select).await?;
        Ok(rows.into_iter().map(|row| (CaseId(row.case_id), PersonId(row.person_id))).collect())
    }

    /// Which of these cases a person follows, by one statement.
    ///
    /// # Errors
    /// What the database says.
    pub async fn watched_batch(
        &self,
        viewer: &Viewer,
        person: PersonId,
        cases: &[CaseId],
    ) -> Result<Vec<CaseId>, StoreError> {
        use watcher::{Column, Entity};
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let theirs = Column::ZoneId.eq(viewer.zone().0).and(Column::PersonId.eq(person.0));
        let select = Entity::find().select_only().column(Column::CaseId).filter(theirs);
        let select = select.filter(Column::CaseId.is_in(cases.iter().map(|case| case.0)));
        Ok(select
            .into_tuple()
            .all(&self.reading(viewer.zone()).await?)
            .await?
            .into_iter()
            .map(CaseId)
            .collect())
    }

    /// Lists who has said since an instant that they have one of these cases open, by person. Companies are told of
    /// nobody.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn looker_list(
        &self,
        viewer: &Viewer,
        cases: &[CaseId],
        since: Timestamp,
    ) -> Result<Vec<(CaseId, Looker)>, StoreError> {
        use looker::{Column, Entity, Model};
        if outsider(viewer) {
            return Ok(Vec::new());
        }
        let of_cases =
            Column::ZoneId.eq(viewer.zone().0).and(Column::CaseId.in_subquery(viewer.among(cases)));
        let recent = of_cases.and(Column::At.gt(since.as_microsecond()));
        let select = Entity::find().filter(recent).order_by_asc(Column::PersonId);
        let looker = |row: Model| {
            let at = decode::instant(row.at);
            let at =
                at.ok_or_else(|| corrupt("looker", "at", &format!("{}/{}", row.case_id, row.person_id)))?;
            Ok((CaseId(row.case_id), Looker { person: PersonId(row.person_id), at }))
        };
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(looker).collect()
    }
}

impl Tx {
    /// Lets a person follow a case; following it twice is following it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn watcher_insert(
        &self,
        case: CaseId,
        person: PersonId,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        use watcher::{ActiveModel, Column, Entity};
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            case_id: Set(case.0),
            person_id: Set(person.0),
            since: Set(since.as_microsecond()),
        };
        let key = [Column::ZoneId, Column::CaseId, Column::PersonId];
        let unless_there = OnConflict::columns(key).do_nothing().to_owned();
        let insert = Entity::insert(row).on_conflict(unless_there).into_query();
        self.transaction.execute(&insert).await?;
        Ok(())
    }

    /// Lets a person follow a case no more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn watcher_delete(&self, case: CaseId, person: PersonId) -> Result<(), StoreError> {
        watcher::Entity::delete_by_id((self.zone.0, case.0, person.0)).exec(&self.transaction).await?;
        Ok(())
    }

    /// Records that a person has a case open, and forgets those of the case who said so before `stale`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn looker_record(
        &self,
        case: CaseId,
        looker: Looker,
        stale: Timestamp,
    ) -> Result<(), StoreError> {
        use looker::{ActiveModel, Column, Entity};
        let mut batch = Batch::new(self.transaction.get_database_backend());
        let gone = Column::ZoneId.eq(self.zone.0).and(Column::CaseId.eq(case.0));
        let gone = gone.and(Column::At.lte(stale.as_microsecond())).and(Column::PersonId.ne(looker.person.0));
        batch.push(&Entity::delete_many().filter(gone).into_query());
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            case_id: Set(case.0),
            person_id: Set(looker.person.0),
            at: Set(looker.at.as_microsecond()),
        };
        let key = [Column::ZoneId, Column::CaseId, Column::PersonId];
        let anew = OnConflict::columns(key).update_column(Column::At).to_owned();
        batch.push(&Entity::insert(row).on_conflict(anew).into_query());
        Ok(batch.execute(&self.transaction).await?)
    }
}

/// The ids of cases that a person follows.
pub(crate) fn watched(zone: ZoneId, person: PersonId) -> SelectStatement {
    Query::select()
        .column(watcher::Column::CaseId)
        .from(watcher::Entity)
        .and_where(watcher::Column::ZoneId.eq(zone.0))
        .and_where(watcher::Column::PersonId.eq(person.0))
        .take()
}

fn outsider(viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::Person { scope: Scope::Company(_), .. })
}
