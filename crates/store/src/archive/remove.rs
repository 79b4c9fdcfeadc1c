//! Removing a zone, whole. Only the owner of the tables can: who serves may not even remove a row of a history.
use super::shape::{CONTENT_HASH, Shape, content, shapes};
use crate::connection::{Store, Tx};
use crate::decode::Hash;
use crate::error::StoreError;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
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
        let mut contents = store.content_list(zone).await?;
        let tx = store.begin(zone).await?;
        tx.rows_remove().await?;
        tx.commit().await?;
        for other in store.zone_list().await? {
            if contents.is_empty() {
                break;
            }
            for kept in store.content_list(other.id).await? {
                contents.remove(&kept);
            }
        }
        Ok(Some(contents))
    }

    /// Lists the contents of files that a zone's rows name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn content_list(&self, zone: ZoneId) -> Result<BTreeSet<Hash>, StoreError> {
        let reading = self.reading(zone).await?;
        let mut contents = BTreeSet::new();
        for shape in shapes(&reading).await?.into_iter().filter(Shape::names_contents) {
            let mut select = Query::select();
            select.distinct().column(CONTENT_HASH).from(Alias::new(&shape.table));
            select.and_where(Expr::col(Alias::new(shape.zone)).eq(zone.0));
            for row in reading.query_all(&select).await? {
                contents.extend(content(&row)?);
            }
        }
        Ok(contents)
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
