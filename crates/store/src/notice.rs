//! Mails as what they are to their reader besides: notices.
use crate::connection::Store;
use crate::decode::{self, corrupt};
use crate::entity::outbox::{Column, Entity};
use crate::error::StoreError;
use crate::viewer::Viewer;
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::{Builder, Uuid};
use workflow::ids::{CaseId, PersonId};

/// The most that are read at once.
const MOST: u64 = 100;

/// A mail to a person of ours, without what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailNotice {
    /// Its identity.
    pub id: Uuid,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// The template's name.
    pub template: String,
    /// When it was caused.
    pub at: Timestamp,
}

impl Store {
    /// Lists mails to a person that were caused at an instant or later, oldest first, a hundred at most.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn notice_list(
        &self,
        viewer: &Viewer,
        person: PersonId,
        since: Timestamp,
    ) -> Result<Vec<MailNotice>, StoreError> {
        // Ids begin with their millisecond, so the key itself leads to the newest.
        let millis = u64::try_from(since.as_millisecond()).unwrap_or_default();
        let first = Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
        let since = since.as_microsecond();
        let theirs = Column::ZoneId.eq(viewer.zone().0).and(Column::RecipientId.eq(person.0));
        let new = Column::Id.gte(first).and(Column::CreatedAt.gte(since));
        let select = Entity::find().filter(theirs.and(new)).order_by_asc(Column::CreatedAt);
        let select = select.order_by_asc(Column::Id).limit(MOST);
        let rows = decode::rows(&self.reading(viewer.zone()).await?, select).await?;
        let notice = |row: crate::entity::outbox::Model| {
            let at =
                decode::instant(row.created_at).ok_or_else(|| corrupt("outbox", "created_at", &row.id))?;
            Ok(MailNotice { id: row.id, case: row.case_id.map(CaseId), template: row.template, at })
        };
        rows.into_iter().map(notice).collect()
    }
}
