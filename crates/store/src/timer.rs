//! What wakes cases up later. A case's timers are replaced as a whole by each of its steps.
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::timer::{ActiveModel, Column, Entity};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::BTreeSet;
use workflow::ids::{CaseId, ZoneId};

/// A case that waits for an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerRow {
    /// The case.
    pub case: CaseId,
    /// The timer's name in the case.
    pub name: String,
    /// The instant.
    pub due_at: Timestamp,
}

impl Store {
    /// Lists timers of a zone that are due by `now`, the longest due first.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn timer_due(
        &self,
        zone: ZoneId,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<TimerRow>, StoreError> {
        let due = Column::ZoneId.eq(zone.0).and(Column::DueAt.lte(now.as_microsecond()));
        let select = Entity::find().filter(due).order_by_asc(Column::DueAt).order_by_asc(Column::CaseId);
        let rows = decode::rows(&self.readers, select.order_by_asc(Column::Name).limit(limit)).await?;
        let timer = |row: crate::entity::timer::Model| {
            let due_at = decode::instant(row.due_at)
                .ok_or_else(|| corrupt("timer", "due_at", &format!("{}/{}", row.case_id, row.name)))?;
            Ok(TimerRow { case: CaseId(row.case_id), name: row.name, due_at })
        };
        rows.into_iter().map(timer).collect()
    }

    /// The instant at which the next timer of a zone is due, past ones included.
    ///
    /// # Errors
    /// As [`Store::timer_due`].
    pub async fn timer_next(&self, zone: ZoneId) -> Result<Option<Timestamp>, StoreError> {
        let select = Entity::find().filter(Column::ZoneId.eq(zone.0)).order_by_asc(Column::DueAt);
        let Some(row) = decode::row_find(&self.readers, select.limit(1)).await? else { return Ok(None) };
        let bad = || corrupt("timer", "due_at", &format!("{}/{}", row.case_id, row.name));
        decode::instant(row.due_at).ok_or_else(bad).map(Some)
    }
}

impl Tx {
    /// Most steps leave the timers as they are: reading them is cheaper than writing them again.
    pub(crate) async fn timers_replace(
        &self,
        case: CaseId,
        may_exist: bool,
        timers: &[workflow::Timer],
    ) -> Result<(), StoreError> {
        let after: BTreeSet<_> =
            timers.iter().map(|timer| (timer.name.to_string(), timer.due.as_microsecond())).collect();
        if may_exist {
            let of_case = Column::ZoneId.eq(self.zone.0).and(Column::CaseId.eq(case.0));
            let rows = decode::rows(&self.transaction, Entity::find().filter(of_case.clone())).await?;
            let before: BTreeSet<_> = rows.into_iter().map(|row| (row.name, row.due_at)).collect();
            if before == after {
                return Ok(());
            }
            if !before.is_empty() {
                Entity::delete_many().filter(of_case).exec(&self.transaction).await?;
            }
        }
        let rows = after.into_iter().map(|(name, due_at)| ActiveModel {
            zone_id: Set(self.zone.0),
            case_id: Set(case.0),
            name: Set(name),
            due_at: Set(due_at),
        });
        Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
