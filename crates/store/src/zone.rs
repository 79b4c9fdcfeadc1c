//! Zones, and the units that handle their cases.
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt, instant};
use crate::entity::{unit, zone};
use crate::error::{StoreError, taken};
use crate::viewer::Viewer;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;
use workflow::ids::{UnitId, ZoneId};

/// A development zone: the tenant all else belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its identity.
    pub id: ZoneId,
    /// Its short name, unique, as people type it when they sign in.
    pub key: String,
    /// Its name.
    pub name: String,
    /// When it was set up.
    pub created_at: Timestamp,
}

/// A department or bureau that handles cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its identity.
    pub id: UnitId,
    /// Its short name, unique in the zone.
    pub key: String,
    /// Its name.
    pub name: String,
}

impl Store {
    /// Lists every zone by key. For sign-in and the loops: no viewer sees more than one.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn zone_list(&self) -> Result<Vec<Zone>, StoreError> {
        let select = zone::Entity::find().order_by_asc(zone::Column::Key);
        decode::rows(self.unzoned(), select).await?.into_iter().map(zone).collect()
    }

    /// Finds a zone by its short name.
    ///
    /// # Errors
    /// As [`Store::zone_list`].
    pub async fn zone_by_key(&self, key: &str) -> Result<Option<Zone>, StoreError> {
        let select = zone::Entity::find().filter(zone::Column::Key.eq(key));
        decode::row_find(self.unzoned(), select).await?.map(zone).transpose()
    }

    /// Lists how often the settings of each zone were changed, by one statement for all zones.
    ///
    /// # Errors
    /// What the database says.
    pub async fn revision_list(&self) -> Result<Vec<(ZoneId, i64)>, StoreError> {
        let select = zone::Entity::find().select_only().columns([zone::Column::Id, zone::Column::Revision]);
        let rows: Vec<(Uuid, i64)> = select.into_tuple().all(self.unzoned()).await?;
        Ok(rows.into_iter().map(|(zone, revision)| (ZoneId(zone), revision)).collect())
    }

    /// Lists the units of the viewer's zone by key. Everybody in a zone sees its units.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unit_list(&self, viewer: &Viewer) -> Result<Vec<Unit>, StoreError> {
        let select = unit::Entity::find().filter(unit::Column::ZoneId.eq(viewer.zone().0));
        let rows =
            decode::rows(&self.reading(viewer.zone()).await?, select.order_by_asc(unit::Column::Key)).await?;
        Ok(rows.into_iter().map(unit).collect())
    }

    /// Finds many units with one statement, in no particular order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unit_batch(&self, viewer: &Viewer, ids: &[UnitId]) -> Result<Vec<Unit>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let select = unit::Entity::find().filter(unit::Column::ZoneId.eq(viewer.zone().0));
        let select = select.filter(unit::Column::Id.is_in(ids.iter().map(|id| id.0)));
        Ok(decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(unit).collect())
    }
}

impl Tx {
    /// Sets up the zone that this transaction was begun for.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the key is.
    pub async fn zone_insert(&self, key: &str, name: &str, at: Timestamp) -> Result<(), StoreError> {
        let row = zone::ActiveModel {
            id: Set(self.zone.0),
            key: Set(key.to_owned()),
            name: Set(name.to_owned()),
            created_at: Set(at.as_microsecond()),
            revision: Set(0),
        };
        let insert = zone::Entity::insert(row).exec_without_returning(&self.transaction).await;
        insert.map(drop).map_err(taken("zone key"))
    }

    /// Counts a change of the zone's settings, which every process that serves the zone then looks at.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn revision_advance(&self) -> Result<(), StoreError> {
        use zone::Column;
        let update = zone::Entity::update_many().filter(Column::Id.eq(self.zone.0));
        let update = update.col_expr(Column::Revision, Expr::col(Column::Revision).add(1));
        update.exec(&self.transaction).await?;
        Ok(())
    }

    /// Adds a unit.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the key is.
    pub async fn unit_insert(&self, new: &Unit) -> Result<(), StoreError> {
        let row = unit::ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id.0),
            key: Set(new.key.clone()),
            name: Set(new.name.clone()),
        };
        let insert = unit::Entity::insert(row).exec_without_returning(&self.transaction).await;
        insert.map(drop).map_err(taken("unit key"))
    }
}

fn zone(row: zone::Model) -> Result<Zone, StoreError> {
    let created_at = instant(row.created_at).ok_or_else(|| corrupt("zone", "created_at", &row.id))?;
    Ok(Zone { id: ZoneId(row.id), key: row.key, name: row.name, created_at })
}

fn unit(row: unit::Model) -> Unit {
    Unit { id: UnitId(row.id), key: row.key, name: row.name }
}
