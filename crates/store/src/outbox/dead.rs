//! Mails that do not arrive: what people decide about them, and addresses at which nobody is.
use super::record::discarded;
use super::{Column, Entity, MailState, lower};
use crate::connection::Tx;
use crate::entity::outbox::ActiveModel;
use crate::entity::{mail_discard, undeliverable};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::{ExprTrait, OnConflict, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set,
};
use uuid::Uuid;
use workflow::ids::{PersonId, ZoneId};

/// An address at which nobody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undeliverable {
    /// The address, in small letters.
    pub address: String,
    /// What a mail server said.
    pub reason: String,
    /// When it was found.
    pub since: Timestamp,
}

/// Somebody's decision that a mail need not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailDiscard {
    /// Who decided.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

impl Tx {
    /// Puts dead mails back into the queue, to be tried at once and as often as new ones, under the same identity;
    /// answers how many. Those that were discarded stay where they are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_resend(
        &self,
        ids: Option<&[Uuid]>,
        template: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let these = self.dead().add(Column::Id.not_in_subquery(discarded(self.zone)));
        let these = these.add_option(ids.map(|ids| Column::Id.is_in(ids.iter().copied())));
        let these = these.add_option(template.map(|template| Column::Template.eq(template)));
        let change = ActiveModel {
            state: Set(MailState::Queued.as_str().to_owned()),
            attempts: Set(0),
            next_at: Set(now.as_microsecond()),
            error: Set(None),
            ..ActiveModel::default()
        };
        Ok(Entity::update_many().set(change).filter(these).exec(&self.transaction).await?.rows_affected)
    }

    /// Takes note that a dead mail need not arrive; answers whether there is such a mail. The first decision stays.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_discard(&self, id: Uuid, discard: &MailDiscard) -> Result<bool, StoreError> {
        let count = Entity::find().select_only().column_as(Column::Id.count(), "count");
        let count = count.filter(self.dead().add(Column::Id.eq(id))).into_tuple::<i64>();
        if count.one(&self.transaction).await? != Some(1) {
            return Ok(false);
        }
        let row = mail_discard::ActiveModel {
            zone_id: Set(self.zone.0),
            mail_id: Set(id),
            person_id: Set(discard.by.0),
            at: Set(discard.at.as_microsecond()),
            reason: Set(discard.reason.clone()),
        };
        let key = [mail_discard::Column::ZoneId, mail_discard::Column::MailId];
        let insert = mail_discard::Entity::insert(row);
        let insert = insert.on_conflict(OnConflict::columns(key).do_nothing().to_owned());
        insert.exec_without_returning(&self.transaction).await?;
        Ok(true)
    }

    /// Takes note that a mail came back, from this address and for good; answers whether it was one of ours to it.
    /// With `gone` nobody is there, and what else goes there is held.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_bounce(
        &self,
        id: Uuid,
        address: &str,
        at: Timestamp,
        error: &str,
        gone: bool,
    ) -> Result<bool, StoreError> {
        let this = Column::ZoneId.eq(self.zone.0).and(Column::Id.eq(id));
        let this = this.and(lower(Column::Address).eq(address.to_lowercase()));
        let dead = ActiveModel {
            state: Set(MailState::Dead.as_str().to_owned()),
            error: Set(Some(error.to_owned())),
            leased_until: Set(None),
            worker: Set(None),
            ..ActiveModel::default()
        };
        let update = Entity::update_many().set(dead).filter(this);
        let ours = update.exec(&self.transaction).await?.rows_affected == 1;
        if ours && gone {
            undeliverable_insert(&self.transaction, self.zone, address, at, error).await?;
        }
        Ok(ours)
    }

    /// Takes note that somebody is at an address again: what was held goes out. Answers whether it was held.
    ///
    /// # Errors
    /// What the database says.
    pub async fn address_confirm(&self, address: &str) -> Result<bool, StoreError> {
        let delete = undeliverable::Entity::delete_by_id((self.zone.0, address.to_lowercase()));
        Ok(delete.exec(&self.transaction).await?.rows_affected == 1)
    }

    fn dead(&self) -> Condition {
        let dead = Column::State.eq(MailState::Dead.as_str());
        Condition::all().add(Column::ZoneId.eq(self.zone.0)).add(dead)
    }
}

/// The addresses of a zone at which nobody is, as a subquery.
pub(super) fn undeliverable(zone: ZoneId) -> SelectStatement {
    let select = undeliverable::Entity::find().select_only().column(undeliverable::Column::Address);
    select.filter(undeliverable::Column::ZoneId.eq(zone.0)).into_query()
}

/// Takes note of an address at which nobody is. What was found first stays.
pub(super) async fn undeliverable_insert(
    connection: &impl ConnectionTrait,
    zone: ZoneId,
    address: &str,
    since: Timestamp,
    reason: &str,
) -> Result<(), StoreError> {
    let row = undeliverable::ActiveModel {
        zone_id: Set(zone.0),
        address: Set(address.to_lowercase()),
        reason: Set(reason.to_owned()),
        since: Set(since.as_microsecond()),
    };
    let key = [undeliverable::Column::ZoneId, undeliverable::Column::Address];
    let insert = undeliverable::Entity::insert(row);
    let insert = insert.on_conflict(OnConflict::columns(key).do_nothing().to_owned());
    insert.exec_without_returning(connection).await?;
    Ok(())
}
