//! Where cases came from: tickets of other lines, each of which opens one case.
use crate::connection::{Store, Tx};
use crate::decode;
use crate::entity::case_source::{ActiveModel, Column, Entity, Model};
use crate::error::{StoreError, taken};
use crate::viewer::Viewer;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde::Serialize;
use workflow::ids::{CaseId, ZoneId};

/// A ticket of another line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The other line, such as `12345`.
    pub system: String,
    /// The ticket's number there.
    pub number: String,
}

/// A case and the ticket it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSource {
    /// The case.
    pub id: CaseId,
    /// Where it came from.
    pub source: Source,
}

impl Store {
    /// Finds the case that a ticket opened.
    ///
    /// # Errors
    /// What the database says.
    pub async fn source_find(&self, zone: ZoneId, source: &Source) -> Result<Option<CaseId>, StoreError> {
        let select = Entity::find_by_id((zone.0, source.system.clone(), source.number.clone()));
        Ok(decode::row_find(&self.reading(zone).await?, select).await?.map(|row| CaseId(row.case_id)))
    }

    /// Finds the tickets that cases came from with one statement; those that came from none are left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn source_batch(
        &self,
        viewer: &Viewer,
        cases: &[CaseId],
    ) -> Result<Vec<CaseSource>, StoreError> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let select = Entity::find()
            .filter(Column::ZoneId.eq(viewer.zone().0))
            .filter(Column::CaseId.is_in(cases.iter().map(|case| case.0)))
            .filter(Column::CaseId.in_subquery(viewer.case_ids()));
        let found = |Model { case_id, system, number, .. }| CaseSource {
            id: CaseId(case_id),
            source: Source { system, number },
        };
        Ok(decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(found).collect())
    }
}

impl Tx {
    /// Keeps the ticket that a case came from.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when it opened another.
    pub async fn source_insert(
        &self,
        source: &Source,
        case: CaseId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            system: Set(source.system.clone()),
            number: Set(source.number.clone()),
            case_id: Set(case.0),
            imported_at: Set(at.as_microsecond()),
        };
        let insert = Entity::insert(row).exec_without_returning(&self.transaction).await;
        insert.map(drop).map_err(taken("source"))
    }
}
