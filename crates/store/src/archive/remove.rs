//! Removing a zone, whole. Only the owner of the tables can: who serves may not even remove a row of a history.
use super::shape::shapes;
use crate::connection::{Store, Tx};
use crate::decode::Hash;
use crate::error::StoreError;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeSet;
use workflow::ids::ZoneId;

impl Store {
    /// Removes every row of the zone of a key, all or none, and answers the hashes of contents that no other zone names;
    /// none where no zone has the key. `url` is the owner's.
    ///
    /// # Errors
    /// What the database says.
    pub async fn zone_remove(url: &str, key: &str) -> Result<Option<BTreeSet<Hash>>, StoreError> {
        let store = Self::owned(url).await?;
        let Some(zone) = store.zone_by_key(key).await?.map(|zone| zone.id) else { return Ok(None) };
        let mut contents = store.contents(zone).await?;
        let tx = store.begin(zone).await?;
        tx.rows_remove().await?;
        tx.commit().await?;
        for other in store.zone_list().await? {
            if contents.is_empty() {
                break;
            }
            for kept in store.contents(other.id).await? {
                contents.remove(&kept);
            }
        }
        Ok(Some(contents))
    }

    /// The contents that a zone's rows name.
    async fn contents(&self, zone: ZoneId) -> Result<BTreeSet<Hash>, StoreError> {
        use crate::entity::attachment::{Column, Entity};
        let named = Column::ZoneId.eq(zone.0).and(Column::ContentHash.is_not_null());
        let select = Entity::find().select_only().column(Column::ContentHash).distinct().filter(named);
        let hashes: Vec<Vec<u8>> = select.into_tuple().all(&self.reading(zone).await?).await?;
        Ok(hashes.into_iter().filter_map(|hash| Hash::try_from(hash).ok()).collect())
    }
}

impl Tx {
    async fn rows_remove(&self) -> Result<(), StoreError> {
        for shape in shapes(&self.transaction).await?.into_iter().rev() {
            let mut delete = Query::delete();
            delete.from_table(Alias::new(&shape.table));
            delete.and_where(Expr::col(Alias::new(shape.zone)).eq(self.zone().0));
            self.transaction.execute(&delete).await?;
        }
        Ok(())
    }
}
