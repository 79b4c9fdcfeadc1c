//! Tokens by which programs act for a person. Only their hashes are kept.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::api_token::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;
use workflow::ids::{PersonId, ZoneId};

/// A token by which programs act for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is called where it is listed.
    pub id: Uuid,
    /// For whom it acts.
    pub person: PersonId,
    /// What they call it.
    pub name: String,
    /// What it may do, by words that `desk` knows.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is good no more.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
}

impl Store {
    /// Finds a token of a zone that is good by `now`.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn api_token_find(
        &self,
        zone: ZoneId,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<ApiToken>, StoreError> {
        let this = Column::ZoneId.eq(zone.0).and(Column::TokenHash.eq(token_hash.as_slice()));
        let select = Entity::find().filter(this.and(Column::ExpiresAt.gt(now.as_microsecond())));
        decode::row_find(&self.reading(zone).await?, select).await?.map(token).transpose()
    }

    /// Lists a person's tokens, the newest first; those that are good no more too.
    ///
    /// # Errors
    /// As [`Store::api_token_find`].
    pub async fn api_token_list(&self, zone: ZoneId, person: PersonId) -> Result<Vec<ApiToken>, StoreError> {
        let theirs = Column::ZoneId.eq(zone.0).and(Column::PersonId.eq(person.0));
        let select = Entity::find().filter(theirs).order_by_desc(Column::Id);
        decode::rows(&self.reading(zone).await?, select).await?.into_iter().map(token).collect()
    }
}

impl Tx {
    /// Makes a token, unless the person has `most` already; answers whether it did.
    ///
    /// # Errors
    /// What the database says.
    pub async fn api_token_insert(
        &self,
        token_hash: &Hash,
        new: &ApiToken,
        most: u64,
    ) -> Result<bool, StoreError> {
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(new.person.0));
        if Entity::find().filter(theirs).count(&self.transaction).await? >= most {
            return Ok(false);
        }
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            token_hash: Set(token_hash.to_vec()),
            id: Set(new.id),
            person_id: Set(new.person.0),
            name: Set(new.name.clone()),
            scopes: Set(new.scopes.join(" ")),
            created_at: Set(new.created_at.as_microsecond()),
            expires_at: Set(new.expires_at.as_microsecond()),
            used_at: Set(None),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(true)
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// What the database says.
    pub async fn api_token_touch(&self, token_hash: &Hash, now: Timestamp) -> Result<(), StoreError> {
        let this = Column::ZoneId.eq(self.zone.0).and(Column::TokenHash.eq(token_hash.as_slice()));
        let update = Entity::update_many().col_expr(Column::UsedAt, Expr::value(now.as_microsecond()));
        update.filter(this).exec(&self.transaction).await?;
        Ok(())
    }

    /// Revokes tokens of a person: the one of this id, or all of them; and answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn api_token_delete(&self, person: PersonId, id: Option<Uuid>) -> Result<u64, StoreError> {
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        let these = id.into_iter().fold(theirs, |theirs, id| theirs.and(Column::Id.eq(id)));
        Ok(Entity::delete_many().filter(these).exec(&self.transaction).await?.rows_affected)
    }
}

fn token(row: Model) -> Result<ApiToken, StoreError> {
    let instant = |at, column| decode::instant(at).ok_or_else(|| corrupt("api_token", column, &row.id));
    Ok(ApiToken {
        id: row.id,
        person: PersonId(row.person_id),
        scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
        created_at: instant(row.created_at, "created_at")?,
        expires_at: instant(row.expires_at, "expires_at")?,
        used_at: row.used_at.map(|at| instant(at, "used_at")).transpose()?,
        name: row.name,
    })
}
