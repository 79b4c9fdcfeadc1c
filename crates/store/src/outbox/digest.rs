//! Mails that go out together, once a day.
use super::{Column, Entity, MailState, NewMail};
use crate::batch::Batch;
use crate::connection::{Store, Tx};
use crate::decode;
use crate::entity::outbox::{ActiveModel, Model};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::Value;
use uuid::Uuid;
use workflow::ids::{PersonId, ZoneId};

/// A mail that waits for a digest.
#[derive(Debug, Clone, PartialEq)]
pub struct GatheredMail {
    /// Its identity.
    pub id: Uuid,
    /// The person it goes to.
    pub recipient: Option<PersonId>,
    /// The template's name.
    pub template: String,
    /// When it was caused.
    pub created_at: Timestamp,
    /// What its template would fill in; none where the row is damaged.
    pub context: Option<Value>,
}

impl Store {
    /// Lists mails whose digest is due, those of one person together and in the order they were caused. A damaged row
    /// stops no other.
    ///
    /// # Errors
    /// What the database says.
    pub async fn gathered_list(
        &self,
        zone: ZoneId,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<GatheredMail>, StoreError> {
        let select = Entity::find().filter(waiting(zone)).filter(Column::DigestAt.lte(now.as_microsecond()));
        let select = select.order_by_asc(Column::RecipientId).order_by_asc(Column::CreatedAt);
        let select = select.order_by_asc(Column::Seq).order_by_asc(Column::Id).limit(limit);
        let gathered = |row: Model| {
            let created_at = decode::instant(row.created_at);
            GatheredMail {
                id: row.id,
                recipient: row.recipient_id.map(PersonId),
                context: created_at.and_then(|_| decode::json(&row.context)),
                created_at: created_at.unwrap_or_default(),
                template: row.template,
            }
        };
        let rows = decode::rows(&self.reading(zone).await?, select).await?;
        Ok(rows.into_iter().map(gathered).collect())
    }
}

impl Tx {
    /// Puts mails that wait into a digest, which goes out in their place; answers whether all of them still waited. If
    /// not, another process was quicker, and this transaction is to be taken back.
    ///
    /// # Errors
    /// What the database says.
    pub async fn digest_insert(
        &self,
        digest: &NewMail,
        at: Timestamp,
        mails: &[Uuid],
    ) -> Result<bool, StoreError> {
        let mut batch = Batch::new(self.transaction.get_database_backend());
        self.mails_insert_beside(&mut batch, (None, 0), at.as_microsecond(), std::slice::from_ref(digest))?;
        batch.execute(&self.transaction).await?;
        let gone = ActiveModel {
            state: Set(MailState::Sent.as_str().to_owned()),
            sent_at: Set(Some(at.as_microsecond())),
            digest_id: Set(Some(digest.id)),
            ..ActiveModel::default()
        };
        let these = waiting(self.zone).add(Column::Id.is_in(mails.iter().copied()));
        let moved = Entity::update_many().set(gone).filter(these).exec(&self.transaction).await?;
        Ok(moved.rows_affected == mails.len() as u64)
    }

    /// Lets mails that wait for a digest go out each by itself; answers as [`Tx::digest_insert`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn gathered_release(&self, at: Timestamp, mails: &[Uuid]) -> Result<bool, StoreError> {
        let single =
            ActiveModel { digest_at: Set(None), next_at: Set(at.as_microsecond()), ..ActiveModel::default() };
        let these = waiting(self.zone).add(Column::Id.is_in(mails.iter().copied()));
        let moved = Entity::update_many().set(single).filter(these).exec(&self.transaction).await?;
        Ok(moved.rows_affected == mails.len() as u64)
    }
}

/// The mails of a zone that wait for a digest.
pub(super) fn waiting(zone: ZoneId) -> Condition {
    let waits = Column::DigestAt.is_not_null().and(Column::DigestId.is_null());
    Condition::all().add(Column::ZoneId.eq(zone.0)).add(waits)
}
