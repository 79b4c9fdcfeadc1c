//! Files on cases: their rows. A row waits for its content under a secret token until it expires; the content itself
//! lies beside the database, named by its hash, and one content may serve many rows of any zone.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::attachment::{ActiveModel, Column, Entity, Model};
use crate::entity::case_file;
use crate::error::StoreError;
use crate::viewer::{Scope, Viewer};
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;
use workflow::ids::{CaseId, PersonId, ZoneId};

/// Names a file on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttachmentId(pub Uuid);

/// A file on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its identity.
    pub id: AttachmentId,
    /// The case.
    pub case: CaseId,
    /// Who put it there.
    pub author: PersonId,
    /// Whether only staff read it.
    pub internal: bool,
    /// What people call it; never a path.
    pub name: String,
    /// What it is, as RFC 6838 names it.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// Until when its content is awaited.
    pub expires_at: Timestamp,
    /// The SHA-256 of its content, once that is there.
    pub content: Option<Hash>,
    /// When the content came.
    pub uploaded_at: Option<Timestamp>,
}

impl Store {
    /// Lists the files of cases as far as the viewer reads them and they are there, oldest first.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn attachment_list(
        &self,
        viewer: &Viewer,
        cases: &[CaseId],
    ) -> Result<Vec<Attachment>, StoreError> {
        let theirs = Column::CaseId.is_in(cases.iter().map(|case| case.0));
        let select = Entity::find().filter(read(viewer)).filter(theirs);
        let rows = decode::rows(&self.reading(viewer.zone()).await?, select.order_by_asc(Column::Id)).await?;
        rows.into_iter().map(attachment).collect()
    }

    /// Finds files by one statement, in no particular order; one that the viewer does not read, or that never came, is
    /// like a missing one.
    ///
    /// # Errors
    /// As [`Store::attachment_list`].
    pub async fn attachment_batch(
        &self,
        viewer: &Viewer,
        ids: &[AttachmentId],
    ) -> Result<Vec<Attachment>, StoreError> {
        let these = Column::Id.is_in(ids.iter().map(|id| id.0));
        let rows = decode::rows(
            &self.reading(viewer.zone()).await?,
            Entity::find().filter(read(viewer)).filter(these),
        )
        .await?;
        rows.into_iter().map(attachment).collect()
    }

    /// Finds the file that is awaited under a token of a zone: whoever brings it need not be signed in.
    ///
    /// # Errors
    /// As [`Store::attachment_list`].
    pub async fn attachment_awaited(
        &self,
        zone: ZoneId,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<Attachment>, StoreError> {
        let select = Entity::find().filter(awaited(zone, token_hash, now));
        decode::row_find(&self.reading(zone).await?, select).await?.map(attachment).transpose()
    }
}

impl Tx {
    /// Lets a case await a file, unless it has or awaits `most` already; answers whether it does.
    ///
    /// # Errors
    /// What the database says.
    pub async fn attachment_insert(
        &self,
        new: &Attachment,
        token_hash: &Hash,
        now: Timestamp,
        most: i64,
    ) -> Result<bool, StoreError> {
        // Whoever else adds to the case waits here, so that two do not both count one too few.
        let case = case_file::Entity::find_by_id((self.zone.0, new.case.0)).lock_exclusive();
        decode::row_find(&self.transaction, case).await?;
        let kept = Column::UploadedAt.is_not_null().or(Column::ExpiresAt.gt(now.as_microsecond()));
        let of_case = Column::ZoneId.eq(self.zone.0).and(Column::CaseId.eq(new.case.0)).and(kept);
        let count = Entity::find().select_only().column_as(Column::Id.count(), "count").filter(of_case);
        let count: i64 = count.into_tuple().one(&self.transaction).await?.unwrap_or_default();
        if count >= most {
            return Ok(false);
        }
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id.0),
            case_id: Set(new.case.0),
            author_id: Set(new.author.0),
            internal: Set(new.internal),
            name: Set(new.name.clone()),
            media_type: Set(new.media_type.clone()),
            size: Set(new.size),
            token_hash: Set(token_hash.to_vec()),
            expires_at: Set(new.expires_at.as_microsecond()),
            content_hash: Set(None),
            uploaded_at: Set(None),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(true)
    }

    /// Gives the file awaited under a token its content; of several who bring one only the first is answered true.
    ///
    /// # Errors
    /// What the database says.
    pub async fn attachment_complete(
        &self,
        token_hash: &Hash,
        content: &Hash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let there = ActiveModel {
            content_hash: Set(Some(content.to_vec())),
            uploaded_at: Set(Some(now.as_microsecond())),
            ..ActiveModel::default()
        };
        let this = awaited(self.zone, token_hash, now);
        let update = Entity::update_many().set(there).filter(this).exec(&self.transaction).await?;
        Ok(update.rows_affected == 1)
    }

    /// Forgets the files that did not come in time, and answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn attachment_purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let late = Column::ZoneId.eq(self.zone.0).and(Column::UploadedAt.is_null());
        let late = late.and(Column::ExpiresAt.lte(now.as_microsecond()));
        Ok(Entity::delete_many().filter(late).exec(&self.transaction).await?.rows_affected)
    }
}

fn awaited(zone: ZoneId, token_hash: &Hash, now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::ZoneId.eq(zone.0))
        .add(Column::TokenHash.eq(token_hash.as_slice()))
        .add(Column::UploadedAt.is_null())
        .add(Column::ExpiresAt.gt(now.as_microsecond()))
}

/// What the viewer reads: files that are there, of cases they see, and of these the public ones if they are of a
/// company.
fn read(viewer: &Viewer) -> Condition {
    let outsider =
        matches!(viewer, Viewer::Person { scope: Scope::Company(_), .. }).then(|| Column::Internal.eq(false));
    Condition::all()
        .add(Column::ZoneId.eq(viewer.zone().0))
        .add(Column::CaseId.in_subquery(viewer.case_ids()))
        .add(Column::UploadedAt.is_not_null())
        .add_option(outsider)
}

fn attachment(row: Model) -> Result<Attachment, StoreError> {
    let bad = |column| corrupt("attachment", column, &row.id);
    let instant = |at, column| decode::instant(at).ok_or_else(|| bad(column));
    let content =
        row.content_hash.as_deref().map(|bytes| decode::hash(bytes).ok_or_else(|| bad("content_hash")));
    Ok(Attachment {
        id: AttachmentId(row.id),
        case: CaseId(row.case_id),
        author: PersonId(row.author_id),
        internal: row.internal,
        size: row.size,
        expires_at: instant(row.expires_at, "expires_at")?,
        content: content.transpose()?,
        uploaded_at: row.uploaded_at.map(|at| instant(at, "uploaded_at")).transpose()?,
        name: row.name,
        media_type: row.media_type,
    })
}
