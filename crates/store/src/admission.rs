//! How somebody becomes a person of a company: by an invitation that is mailed, or by a claim that staff confirm.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::{claim, invitation};
use crate::error::{StoreError, taken};
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;
use workflow::ids::{CompanyId, PersonId, ZoneId};

/// Who may become a person, once they show that mail to an address reaches them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The address.
    pub email: String,
    /// `zh` or `en`.
    pub language: String,
    /// The company they are to speak for and who of it says so; none of both if they asked themselves.
    pub company: Option<(CompanyId, PersonId)>,
    /// When it was mailed.
    pub created_at: Timestamp,
    /// When it is good no more.
    pub expires_at: Timestamp,
}

/// Somebody who says that they speak for a company, and whom staff have yet to believe.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// What it is called where it is listed.
    pub id: Uuid,
    /// The company's credit code, as it is written.
    pub credit_code: String,
    /// What they call the company.
    pub company_name: String,
    /// Their name.
    pub name: String,
    /// Their address, at which mail was seen to arrive.
    pub email: String,
    /// `zh` or `en`.
    pub language: String,
    /// The hash of their password, in PHC form.
    pub password_hash: String,
    /// When they said so.
    pub claimed_at: Timestamp,
}

impl std::fmt::Debug for Claim {
    /// Keeps the hash out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claim").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Store {
    /// Finds an invitation that is good by `now`.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn invitation_find(
        &self,
        zone: ZoneId,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<Invitation>, StoreError> {
        use invitation::Column;
        let this = Column::ZoneId.eq(zone.0).and(Column::TokenHash.eq(token_hash.as_slice()));
        let good = this.and(Column::ExpiresAt.gt(now.as_microsecond()));
        let Some(row) =
            decode::row_find(&self.reading(zone).await?, invitation::Entity::find().filter(good)).await?
        else {
            return Ok(None);
        };
        let instant =
            |at, column| decode::instant(at).ok_or_else(|| corrupt("invitation", column, &"of a token"));
        Ok(Some(Invitation {
            company: row.company_id.map(CompanyId).zip(row.inviter_id.map(PersonId)),
            created_at: instant(row.created_at, "created_at")?,
            expires_at: instant(row.expires_at, "expires_at")?,
            email: row.email,
            language: row.language,
        }))
    }

    /// Lists the claims of a zone that wait, the oldest first.
    ///
    /// # Errors
    /// As [`Store::invitation_find`].
    pub async fn claim_list(&self, zone: ZoneId, most: u64) -> Result<Vec<Claim>, StoreError> {
        use claim::Column;
        let select = claim::Entity::find().filter(Column::ZoneId.eq(zone.0));
        let select = select.order_by_asc(Column::ClaimedAt).order_by_asc(Column::Id).limit(most);
        decode::rows(&self.reading(zone).await?, select).await?.into_iter().map(read).collect()
    }

    /// Finds a claim that waits.
    ///
    /// # Errors
    /// As [`Store::invitation_find`].
    pub async fn claim_find(&self, zone: ZoneId, id: Uuid) -> Result<Option<Claim>, StoreError> {
        let select = claim::Entity::find_by_id((zone.0, id));
        decode::row_find(&self.reading(zone).await?, select).await?.map(read).transpose()
    }
}

impl Tx {
    /// Keeps an invitation; those mailed to the same address for the same are good no more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn invitation_insert(&self, token_hash: &Hash, new: &Invitation) -> Result<(), StoreError> {
        use invitation::{ActiveModel, Column, Entity};
        let company = new.company.map(|(company, _)| company.0);
        let same = match company {
            Some(company) => Column::CompanyId.eq(company),
            None => Column::CompanyId.is_null(),
        };
        let before = Column::ZoneId.eq(self.zone.0).and(Column::Email.eq(new.email.as_str())).and(same);
        Entity::delete_many().filter(before).exec(&self.transaction).await?;
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            token_hash: Set(token_hash.to_vec()),
            email: Set(new.email.clone()),
            language: Set(new.language.clone()),
            company_id: Set(company),
            inviter_id: Set(new.company.map(|(_, inviter)| inviter.0)),
            created_at: Set(new.created_at.as_microsecond()),
            expires_at: Set(new.expires_at.as_microsecond()),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Uses an invitation up; of several who try only the first is answered true.
    ///
    /// # Errors
    /// What the database says.
    pub async fn invitation_use(&self, token_hash: &Hash, now: Timestamp) -> Result<bool, StoreError> {
        use invitation::{Column, Entity};
        let this = Column::ZoneId.eq(self.zone.0).and(Column::TokenHash.eq(token_hash.as_slice()));
        let good = this.and(Column::ExpiresAt.gt(now.as_microsecond()));
        Ok(Entity::delete_many().filter(good).exec(&self.transaction).await?.rows_affected == 1)
    }

    /// Keeps a claim until staff decide about it.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another claim of the address waits.
    pub async fn claim_insert(&self, new: &Claim) -> Result<(), StoreError> {
        let row = claim::ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id),
            credit_code: Set(new.credit_code.clone()),
            company_name: Set(new.company_name.clone()),
            name: Set(new.name.clone()),
            email: Set(new.email.clone()),
            language: Set(new.language.clone()),
            password_hash: Set(new.password_hash.clone()),
            claimed_at: Set(new.claimed_at.as_microsecond()),
        };
        let insert = claim::Entity::insert(row).exec_without_returning(&self.transaction).await;
        insert.map(drop).map_err(taken("e-mail"))
    }

    /// Takes a claim away, since it was decided; of several who decide only the first is answered true.
    ///
    /// # Errors
    /// What the database says.
    pub async fn claim_take(&self, id: Uuid) -> Result<bool, StoreError> {
        let this = claim::Entity::delete_by_id((self.zone.0, id));
        Ok(this.exec(&self.transaction).await?.rows_affected == 1)
    }

    /// Forgets invitations that are good no more by `now` and claims of before `old`, and answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn admission_purge(&self, now: Timestamp, old: Timestamp) -> Result<u64, StoreError> {
        let late = invitation::Column::ZoneId.eq(self.zone.0);
        let late = late.and(invitation::Column::ExpiresAt.lte(now.as_microsecond()));
        let invitations = invitation::Entity::delete_many().filter(late).exec(&self.transaction).await?;
        let forgotten = claim::Column::ZoneId.eq(self.zone.0);
        let forgotten = forgotten.and(claim::Column::ClaimedAt.lt(old.as_microsecond()));
        let claims = claim::Entity::delete_many().filter(forgotten).exec(&self.transaction).await?;
        Ok(invitations.rows_affected + claims.rows_affected)
    }
}

fn read(row: claim::Model) -> Result<Claim, StoreError> {
    let claimed_at = decode::instant(row.claimed_at);
    let claimed_at = claimed_at.ok_or_else(|| corrupt("claim", "claimed_at", &row.id))?;
    Ok(Claim {
        id: row.id,
        credit_code: row.credit_code,
        company_name: row.company_name,
        name: row.name,
        email: row.email,
        language: row.language,
        password_hash: row.password_hash,
        claimed_at,
    })
}
