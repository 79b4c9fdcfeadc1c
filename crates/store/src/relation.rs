//! Cases that have to do with each other: those that point to a case by a link.
//!
//! Who decides on a case reads its relations in the transaction that writes: on [`Tx`], as well as on [`Store`].
use crate::case::{StoredCase, stored};
use crate::connection::{Store, Tx};
use crate::decode;
use crate::entity::{case_file, case_link};
use crate::error::StoreError;
use crate::viewer::Viewer;
use jiff::Timestamp;
use sea_orm::sea_query::{ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use workflow::PARENT;
use workflow::ids::{CaseId, ZoneId};

/// How the cases stand that one spawned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Children {
    /// All of them.
    pub total: i64,
    /// Those that are not closed.
    pub open: i64,
    /// Those that are open and past their due time.
    pub overdue: i64,
}

impl Store {
    /// Counts the cases that a case spawned.
    ///
    /// # Errors
    /// What the database says.
    pub async fn children_count(
        &self,
        zone: ZoneId,
        case: CaseId,
        now: Timestamp,
    ) -> Result<Children, StoreError> {
        children(&self.reading(zone).await?, zone, case, now).await
    }

    /// Lists the cases that point to one by a link, oldest first, as far as the viewer sees them.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn linked_list(
        &self,
        viewer: &Viewer,
        case: CaseId,
        link: &str,
    ) -> Result<Vec<StoredCase>, StoreError> {
        let select = case_file::Entity::find().filter(viewer.cases());
        let select = select.filter(case_file::Column::Id.in_subquery(pointing(viewer.zone(), case, link)));
        let select = select.order_by_asc(case_file::Column::OpenedAt).order_by_asc(case_file::Column::Id);
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(stored).collect()
    }
}

impl Tx {
    /// Finds a case as this transaction sees it.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn case_find(&self, id: CaseId) -> Result<Option<StoredCase>, StoreError> {
        let select = case_file::Entity::find_by_id((self.zone.0, id.0));
        decode::row_find(&self.transaction, select).await?.map(stored).transpose()
    }

    /// The cases that point to one by a link, as this transaction sees them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn linked_ids(&self, case: CaseId, link: &str) -> Result<Vec<CaseId>, StoreError> {
        use case_link::{Column, Entity};
        let select =
            Entity::find().select_only().column(Column::CaseId).filter(Column::ZoneId.eq(self.zone.0));
        let select = select.filter(Column::TargetId.eq(case.0)).filter(Column::Link.eq(link));
        let ids = select.order_by_asc(Column::CaseId).into_tuple().all(&self.transaction).await?;
        Ok(ids.into_iter().map(CaseId).collect())
    }

    /// Counts the cases that a case spawned, as this transaction sees them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn children_count(&self, case: CaseId, now: Timestamp) -> Result<Children, StoreError> {
        children(&self.transaction, self.zone, case, now).await
    }
}

async fn children(
    connection: &impl ConnectionTrait,
    zone: ZoneId,
    case: CaseId,
    now: Timestamp,
) -> Result<Children, StoreError> {
    use case_file::{Column, Entity};
    let theirs = Column::ZoneId.eq(zone.0).and(Column::Id.in_subquery(pointing(zone, case, PARENT)));
    let select = Entity::find().select_only().column(Column::ClosedAt).column(Column::DueAt).filter(theirs);
    let rows: Vec<(Option<i64>, Option<i64>)> = select.into_tuple().all(connection).await?;
    let mut counted = Children::default();
    for (closed_at, due_at) in rows {
        let open = closed_at.is_none();
        counted.total += 1;
        counted.open += i64::from(open);
        counted.overdue += i64::from(open && due_at.is_some_and(|due| due < now.as_microsecond()));
    }
    Ok(counted)
}

/// The ids of cases that point to one by a link.
fn pointing(zone: ZoneId, case: CaseId, link: &str) -> SelectStatement {
    use case_link::{Column, Entity};
    let like = Column::ZoneId.eq(zone.0).and(Column::TargetId.eq(case.0)).and(Column::Link.eq(link));
    Entity::find().select_only().column(Column::CaseId).filter(like).into_query()
}
