//! The calendars a zone imported, and the counters its case numbers come from.
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::{calendar, counter};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use workflow::ids::ZoneId;

/// A calendar as it was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarRow {
    /// What it is known by in histories.
    pub digest: String,
    /// Its text.
    pub csv: String,
    /// When it was last imported.
    pub imported_at: Timestamp,
}

impl Store {
    /// Finds the calendar that was imported last.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn calendar_current(&self, zone: ZoneId) -> Result<Option<CalendarRow>, StoreError> {
        use calendar::Column;
        let select = calendar::Entity::find().filter(Column::ZoneId.eq(zone.0));
        let select = select.order_by_desc(Column::ImportedAt).order_by_desc(Column::Digest).limit(1);
        decode::row_find(&self.reading(zone).await?, select).await?.map(calendar).transpose()
    }

    /// Finds a calendar by its digest, however old.
    ///
    /// # Errors
    /// As [`Store::calendar_current`].
    pub async fn calendar_find(&self, zone: ZoneId, digest: &str) -> Result<Option<CalendarRow>, StoreError> {
        let select = calendar::Entity::find_by_id((zone.0, digest.to_owned()));
        decode::row_find(&self.reading(zone).await?, select).await?.map(calendar).transpose()
    }
}

impl Tx {
    /// Imports a calendar, which becomes the current one; one that was imported before becomes current again.
    ///
    /// # Errors
    /// What the database says.
    pub async fn calendar_insert(&self, digest: &str, csv: &str, at: Timestamp) -> Result<(), StoreError> {
        use calendar::{ActiveModel, Column, Entity};
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            digest: Set(digest.to_owned()),
            csv: Set(csv.to_owned()),
            imported_at: Set(at.as_microsecond()),
        };
        let mut again = OnConflict::columns([Column::ZoneId, Column::Digest]);
        again.update_column(Column::ImportedAt);
        Entity::insert(row).on_conflict(again).exec_without_returning(&self.transaction).await?;
        self.revision_advance().await
    }

    /// Counts one up on the day's counter, from 1. Whoever counts next waits for this transaction to end, so that no
    /// number is given twice or left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn number_next(&self, day: &str) -> Result<i64, StoreError> {
        use counter::{Column, Entity};
        let more = Expr::col((Entity, Column::Value)).add(1);
        let mut again = OnConflict::columns([Column::ZoneId, Column::Name]);
        again.value(Column::Value, more);
        let mut insert = Query::insert();
        insert.into_table(Entity).columns([Column::ZoneId, Column::Name, Column::Value]);
        insert.values_panic([self.zone.0.into(), day.into(), 1_i64.into()]);
        insert.on_conflict(again).returning_col(Column::Value);
        let row = self.transaction.query_one(&insert).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("counter {day}")))?;
        Ok(row.try_get("", "value")?)
    }
}

fn calendar(row: calendar::Model) -> Result<CalendarRow, StoreError> {
    let imported_at = decode::instant(row.imported_at);
    let imported_at = imported_at.ok_or_else(|| corrupt("calendar", "imported_at", &row.digest))?;
    Ok(CalendarRow { digest: row.digest, csv: row.csv, imported_at })
}
