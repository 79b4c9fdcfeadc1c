//! Secrets that are good once and for a while: what was mailed to somebody, or waits for the second step of a sign-in.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash};
use crate::entity::ticket::{ActiveModel, Column, Entity};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::{ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use workflow::ids::{PersonId, ZoneId};

/// What a ticket is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketPurpose {
    /// Setting a new password.
    Reset,
    /// Showing that mail to an address arrives.
    Email,
    /// The second step of a sign-in.
    Code,
}

impl TicketPurpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Email => "email",
            Self::Code => "code",
        }
    }
}

/// Something that is good once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// What for.
    pub purpose: TicketPurpose,
    /// Whose.
    pub person: PersonId,
    /// What it is about, such as an address.
    pub detail: String,
    /// When it was handed out.
    pub created_at: Timestamp,
    /// When it is good no more.
    pub expires_at: Timestamp,
}

impl Store {
    /// Finds whose a ticket is and what it is about, if it is good by `now`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ticket_find(
        &self,
        zone: ZoneId,
        purpose: TicketPurpose,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<(PersonId, String)>, StoreError> {
        let select = Entity::find().filter(good(zone, purpose, token_hash, now));
        let row = decode::row_find(&self.reading(zone).await?, select).await?;
        Ok(row.map(|row| (PersonId(row.person_id), row.detail)))
    }
}

impl Tx {
    /// Hands out a ticket; whatever the person held for the same purpose is good no more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ticket_insert(&self, token_hash: &Hash, ticket: &Ticket) -> Result<(), StoreError> {
        self.ticket_void(ticket.purpose, ticket.person).await?;
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            token_hash: Set(token_hash.to_vec()),
            purpose: Set(ticket.purpose.as_str().to_owned()),
            person_id: Set(ticket.person.0),
            detail: Set(ticket.detail.clone()),
            created_at: Set(ticket.created_at.as_microsecond()),
            expires_at: Set(ticket.expires_at.as_microsecond()),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Uses a ticket up; of several who try only the first is answered true.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ticket_use(
        &self,
        purpose: TicketPurpose,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let this = good(self.zone, purpose, token_hash, now);
        Ok(Entity::delete_many().filter(this).exec(&self.transaction).await?.rows_affected == 1)
    }

    /// Takes back the tickets somebody holds for a purpose.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ticket_void(&self, purpose: TicketPurpose, person: PersonId) -> Result<(), StoreError> {
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        let these = theirs.and(Column::Purpose.eq(purpose.as_str()));
        Entity::delete_many().filter(these).exec(&self.transaction).await?;
        Ok(())
    }

    /// Forgets the tickets that are good no more by `now`, and answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ticket_purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let late = Column::ZoneId.eq(self.zone.0).and(Column::ExpiresAt.lte(now.as_microsecond()));
        Ok(Entity::delete_many().filter(late).exec(&self.transaction).await?.rows_affected)
    }
}

fn good(zone: ZoneId, purpose: TicketPurpose, token_hash: &Hash, now: Timestamp) -> SimpleExpr {
    let this = Column::ZoneId.eq(zone.0).and(Column::TokenHash.eq(token_hash.as_slice()));
    this.and(Column::Purpose.eq(purpose.as_str())).and(Column::ExpiresAt.gt(now.as_microsecond()))
}
