//! What wakes cases up later. A case's timers are replaced as a whole by each of its steps.
use crate::batch::Batch;
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::timer::{ActiveModel, Column, Entity};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::{Condition, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set};
use std::collections::BTreeMap;
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
        let rows =
            decode::rows(&self.reading(zone).await?, select.order_by_asc(Column::Name).limit(limit)).await?;
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
        let Some(row) = decode::row_find(&self.reading(zone).await?, select.limit(1)).await? else {
            return Ok(None);
        };
        let bad = || corrupt("timer", "due_at", &format!("{}/{}", row.case_id, row.name));
        decode::instant(row.due_at).ok_or_else(bad).map(Some)
    }
}

impl Tx {
    /// Most steps leave the timers as they are: rows that stay are not written again.
    pub(crate) fn timers_replace(&self, batch: &mut Batch, case: CaseId, timers: &[workflow::Timer]) {
        let after: BTreeMap<_, _> =
            timers.iter().map(|timer| (timer.name.to_string(), timer.due.as_microsecond())).collect();
        let stays = |(name, due_at): (&String, &i64)| Column::Name.eq(name).and(Column::DueAt.eq(*due_at));
        let staying = after.iter().map(stays).fold(Condition::any(), Condition::add);
        let of_case = Condition::all().add(Column::ZoneId.eq(self.zone.0)).add(Column::CaseId.eq(case.0));
        let gone = if after.is_empty() { of_case } else { of_case.add(staying.not()) };
        batch.push(&Entity::delete_many().filter(gone).into_query());
        let rows = after.iter().map(|(name, due_at)| ActiveModel {
            zone_id: Set(self.zone.0),
            case_id: Set(case.0),
            name: Set(name.clone()),
            due_at: Set(*due_at),
        });
        if !after.is_empty() {
            let key = [Column::ZoneId, Column::CaseId, Column::Name];
            let unless_there = OnConflict::columns(key).do_nothing().to_owned();
            batch.push(&Entity::insert_many(rows).on_conflict(unless_there).into_query());
        }
    }
}
