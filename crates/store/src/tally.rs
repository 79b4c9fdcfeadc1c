//! What is counted against guessing, shared by every process that serves.
use crate::connection::Tx;
use crate::decode;
use crate::entity::tally::{ActiveModel, Column, Entity};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

/// How often something was tried, and until when it is locked. Instants are microseconds, zero for never.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tries since [`Tally::since`].
    pub count: i64,
    /// When the first of them was.
    pub since: i64,
    /// How often it was locked in a row.
    pub locks: i64,
    /// Until when it is locked.
    pub locked_until: i64,
}

impl Tx {
    /// Reads the tally of a subject. Whoever else counts the same waits until this transaction ends.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tally_find(&self, subject: &str) -> Result<Tally, StoreError> {
        // The row that is there can be locked; one that is not could be counted twice from zero.
        self.tally_insert(subject, &Tally::default(), false).await?;
        let select = Entity::find_by_id((self.zone.0, subject.to_owned())).lock_exclusive();
        let row = decode::row_find(&self.transaction, select).await?;
        let tally = row.map(|row| Tally {
            count: row.count,
            since: row.since,
            locks: row.locks,
            locked_until: row.locked_until,
        });
        Ok(tally.unwrap_or_default())
    }

    /// Keeps the tally of a subject.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tally_set(&self, subject: &str, tally: &Tally) -> Result<(), StoreError> {
        self.tally_insert(subject, tally, true).await
    }

    /// Forgets the tally of a subject.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tally_remove(&self, subject: &str) -> Result<(), StoreError> {
        Entity::delete_by_id((self.zone.0, subject.to_owned())).exec(&self.transaction).await?;
        Ok(())
    }

    /// Forgets tallies that began and were unlocked before an instant, and answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tally_purge(&self, before: Timestamp) -> Result<u64, StoreError> {
        let before = before.as_microsecond();
        let old = Column::ZoneId.eq(self.zone.0).and(Column::Since.lt(before));
        let old = old.and(Column::LockedUntil.lt(before));
        Ok(Entity::delete_many().filter(old).exec(&self.transaction).await?.rows_affected)
    }

    async fn tally_insert(&self, subject: &str, tally: &Tally, replace: bool) -> Result<(), StoreError> {
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            subject: Set(subject.to_owned()),
            count: Set(tally.count),
            since: Set(tally.since),
            locks: Set(tally.locks),
            locked_until: Set(tally.locked_until),
        };
        let mut there = OnConflict::columns([Column::ZoneId, Column::Subject]);
        if replace {
            there.update_columns([Column::Count, Column::Since, Column::Locks, Column::LockedUntil]);
        } else {
            there.do_nothing();
        }
        Entity::insert(row).on_conflict(there).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
