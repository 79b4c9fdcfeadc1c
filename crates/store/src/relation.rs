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
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::collections::HashMap;
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

/// A case that points to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointing {
    /// The link's key.
    pub link: String,
    /// The case it points to.
    pub target: CaseId,
    /// The case that points.
    pub case: StoredCase,
}

impl Store {
    /// Counts the cases that each of these spawned, by one statement; a case that spawned none is left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn children_count(
        &self,
        zone: ZoneId,
        cases: &[CaseId],
        now: Timestamp,
    ) -> Result<HashMap<CaseId, Children>, StoreError> {
        children(&self.reading(zone).await?, zone, cases, now).await
    }

    /// Finds what points to these cases, the oldest first, as far as the viewer sees it: by the link of that name, or
    /// by any but [`PARENT`].
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn pointing_batch(
        &self,
        viewer: &Viewer,
        targets: &[CaseId],
        link: Option<&str>,
    ) -> Result<Vec<Pointing>, StoreError> {
        use case_link::{Column, Entity};
        let named = link.map_or_else(|| Column::Link.ne(PARENT), |link| Column::Link.eq(link));
        let like = Column::ZoneId.eq(viewer.zone().0).and(named);
        let like = like.and(Column::TargetId.is_in(targets.iter().map(|target| target.0)));
        let select = Entity::find().filter(like).order_by_asc(Column::Link);
        let mut links: HashMap<CaseId, Vec<(String, CaseId)>> = HashMap::new();
        for row in decode::rows(&self.reading(viewer.zone()).await?, select).await? {
            links.entry(CaseId(row.case_id)).or_default().push((row.link, CaseId(row.target_id)));
        }
        let ids: Vec<CaseId> = links.keys().copied().collect();
        let mut cases = self.case_batch(viewer, &ids).await?;
        cases.sort_by_key(|case| (case.opened_at, case.id));
        let pointing = |case: StoredCase| {
            let links = links.remove(&case.id).unwrap_or_default();
            links.into_iter().map(move |(link, target)| Pointing { link, target, case: case.clone() })
        };
        Ok(cases.into_iter().flat_map(pointing).collect())
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
        let counted = children(&self.transaction, self.zone, &[case], now).await?;
        Ok(counted.get(&case).copied().unwrap_or_default())
    }
}

async fn children(
    connection: &impl ConnectionTrait,
    zone: ZoneId,
    cases: &[CaseId],
    now: Timestamp,
) -> Result<HashMap<CaseId, Children>, StoreError> {
    let link = |column: case_link::Column| Expr::col((case_link::Entity, column));
    let file = |column: case_file::Column| Expr::col((case_file::Entity, column));
    let same_case = file(case_file::Column::ZoneId)
        .equals((case_link::Entity, case_link::Column::ZoneId))
        .and(file(case_file::Column::Id).equals((case_link::Entity, case_link::Column::CaseId)));
    let select = Query::select()
        .expr(link(case_link::Column::TargetId))
        .expr(file(case_file::Column::ClosedAt))
        .expr(file(case_file::Column::DueAt))
        .from(case_link::Entity)
        .inner_join(case_file::Entity, same_case)
        .and_where(link(case_link::Column::ZoneId).eq(zone.0))
        .and_where(link(case_link::Column::Link).eq(PARENT))
        .and_where(link(case_link::Column::TargetId).is_in(cases.iter().map(|case| case.0)))
        .take();
    let mut all: HashMap<CaseId, Children> = HashMap::new();
    for row in connection.query_all(&select).await? {
        let parent = CaseId(row.try_get("", "target_id")?);
        let (closed_at, due_at): (Option<i64>, Option<i64>) =
            (row.try_get("", "closed_at")?, row.try_get("", "due_at")?);
        let counted = all.entry(parent).or_default();
        let open = closed_at.is_none();
        counted.total += 1;
        counted.open += i64::from(open);
        counted.overdue += i64::from(open && due_at.is_some_and(|due| due < now.as_microsecond()));
    }
    Ok(all)
}

/// The ids of cases that point to one by a link.
fn pointing(zone: ZoneId, case: CaseId, link: &str) -> SelectStatement {
    use case_link::{Column, Entity};
    let like = Column::ZoneId.eq(zone.0).and(Column::TargetId.eq(case.0)).and(Column::Link.eq(link));
    Entity::find().select_only().column(Column::CaseId).filter(like).into_query()
}
