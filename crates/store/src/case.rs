//! Cases as they stand now.
use crate::connection::Store;
use crate::decode::{self, Hash, corrupt};
use crate::entity::case_file::{Column, Entity, Model};
use crate::error::StoreError;
use crate::viewer::Viewer;
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use workflow::Phase;
use workflow::ids::{CaseId, ZoneId};

/// A case as the tables hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCase {
    /// Its identity.
    pub id: CaseId,
    /// The zone it belongs to.
    pub zone: ZoneId,
    /// What people call it by: unique in its zone.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Its version: how many rows its history has.
    pub seq: i64,
    /// The hash of its last history row.
    pub head: Hash,
    /// Where it stands.
    pub phase: Phase,
    /// What the engine knows of it.
    pub case: workflow::Case,
    /// When its first step was taken.
    pub opened_at: Timestamp,
    /// When its last step was taken.
    pub updated_at: Timestamp,
    /// When it came into a closed phase, while it is in one.
    pub closed_at: Option<Timestamp>,
    /// When it is due, if a clock runs.
    pub due_at: Option<Timestamp>,
    /// Whether a clock runs whose due time no published calendar reaches.
    pub undated: bool,
}

impl Store {
    /// Finds a case; a foreign one is like a missing one.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn case_find(&self, viewer: &Viewer, id: CaseId) -> Result<Option<StoredCase>, StoreError> {
        let select = Entity::find().filter(viewer.cases()).filter(Column::Id.eq(id.0));
        decode::row_find(&self.reading(viewer.zone()).await?, select).await?.map(stored).transpose()
    }

    /// Finds many cases with one statement, in no particular order; those not seen are left out.
    ///
    /// # Errors
    /// As [`Store::case_find`].
    pub async fn case_batch(&self, viewer: &Viewer, ids: &[CaseId]) -> Result<Vec<StoredCase>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = ids.iter().map(|id| id.0);
        let select = Entity::find().filter(viewer.cases()).filter(Column::Id.is_in(ids));
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(stored).collect()
    }

    /// Lists open cases of a zone by id, beyond `after`: for loops that touch each once.
    ///
    /// # Errors
    /// What the database says.
    pub async fn case_open_ids(
        &self,
        zone: ZoneId,
        after: Option<CaseId>,
        limit: u64,
    ) -> Result<Vec<CaseId>, StoreError> {
        self.open_ids(zone, false, after, limit).await
    }

    /// Lists open cases of a zone that have an undated clock, by id, beyond `after`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn case_undated_ids(
        &self,
        zone: ZoneId,
        after: Option<CaseId>,
        limit: u64,
    ) -> Result<Vec<CaseId>, StoreError> {
        self.open_ids(zone, true, after, limit).await
    }

    async fn open_ids(
        &self,
        zone: ZoneId,
        undated: bool,
        after: Option<CaseId>,
        limit: u64,
    ) -> Result<Vec<CaseId>, StoreError> {
        let open = Column::ZoneId.eq(zone.0).and(Column::ClosedAt.is_null());
        let mut select = Entity::find().select_only().column(Column::Id).filter(open);
        if undated {
            select = select.filter(Column::Undated.eq(true));
        }
        if let Some(after) = after {
            select = select.filter(Column::Id.gt(after.0));
        }
        let ids =
            select.order_by_asc(Column::Id).limit(limit).into_tuple().all(&self.reading(zone).await?).await?;
        Ok(ids.into_iter().map(CaseId).collect())
    }
}

/// Decodes a row.
pub(crate) fn stored(row: Model) -> Result<StoredCase, StoreError> {
    let bad = |column| corrupt("case_file", column, &row.id);
    Ok(StoredCase {
        id: CaseId(row.id),
        zone: ZoneId(row.zone_id),
        seq: row.seq,
        head: decode::hash(&row.head).ok_or_else(|| bad("head"))?,
        phase: Phase::parse(&row.phase).ok_or_else(|| bad("phase"))?,
        case: decode::json(&row.body).ok_or_else(|| bad("body"))?,
        opened_at: decode::instant(row.opened_at).ok_or_else(|| bad("opened_at"))?,
        updated_at: decode::instant(row.updated_at).ok_or_else(|| bad("updated_at"))?,
        closed_at: row.closed_at.map(|at| decode::instant(at).ok_or_else(|| bad("closed_at"))).transpose()?,
        due_at: row.due_at.map(|at| decode::instant(at).ok_or_else(|| bad("due_at"))).transpose()?,
        undated: row.undated,
        number: row.number,
        title: row.title,
    })
}
