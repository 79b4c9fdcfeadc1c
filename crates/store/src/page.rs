//! Lists of cases: what is asked, in which order, and one page of it by keyset, so that a page costs the same wherever
//! it lies and no row is skipped or shown twice while others are added.
use crate::attention::watched;
use crate::case::{StoredCase, stored};
use crate::connection::Store;
use crate::decode;
use crate::entity::case_assignment;
use crate::entity::case_file::{Column, Entity};
use crate::error::StoreError;
use crate::viewer::{Viewer, assigned};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Func, NullOrdering, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use workflow::Phase;
use workflow::ids::{CaseId, CompanyId, PersonId, UnitId, ZoneId};

/// The most that one page holds.
pub const PAGE_MOST: u64 = 100;

/// Says which cases are asked for; what is left empty does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// In one of these phases.
    pub phases: Vec<Phase>,
    /// Of this process.
    pub process: Option<String>,
    /// Of this company.
    pub company: Option<CompanyId>,
    /// Open, and due before this instant.
    pub overdue_at: Option<Timestamp>,
    /// With or without an undated clock.
    pub undated: Option<bool>,
    /// With this text in number or title, letter by letter; ASCII letters match either case.
    pub text: Option<String>,
    /// Assigned to this person.
    pub assigned_person: Option<PersonId>,
    /// Assigned to this unit.
    pub assigned_unit: Option<UnitId>,
    /// Followed by this person.
    pub watched_by: Option<PersonId>,
    /// Opened at or after.
    pub opened_from: Option<Timestamp>,
    /// Opened before.
    pub opened_to: Option<Timestamp>,
}

/// What a list of cases is ordered by; cases that agree in it are ordered by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseOrderBy {
    /// When they were opened.
    Opened,
    /// When they last moved.
    Updated,
    /// When they are due; cases without a due time come last, whatever the direction.
    Due,
    /// Their number.
    Number,
}

/// The order of a list of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CaseOrder {
    /// By what.
    pub by: CaseOrderBy,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A place in an ordered list of cases: right at one case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CaseCursor {
    by: CaseOrderBy,
    key: CursorKey,
    id: CaseId,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CursorKey {
    Instant(i64),
    Text(String),
    Missing,
}

/// How many cases to take, and from which end of what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Take {
    /// The first so many, at most [`PAGE_MOST`].
    First(u64),
    /// The last so many, at most [`PAGE_MOST`].
    Last(u64),
}

/// One page of an ordered list, in the sense of Relay's connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// How many, from which end.
    pub take: Take,
    /// Only what comes after this place.
    pub after: Option<CaseCursor>,
    /// Only what comes before this place.
    pub before: Option<CaseCursor>,
}

/// A part of a list, in the list's order whichever end it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether the list goes on after it.
    pub has_next: bool,
    /// Whether the list goes on before it.
    pub has_previous: bool,
}

impl CaseCursor {
    /// The place of a case in a list of this order.
    #[must_use]
    pub fn of(case: &StoredCase, by: CaseOrderBy) -> Self {
        let key = match by {
            CaseOrderBy::Opened => CursorKey::Instant(case.opened_at.as_microsecond()),
            CaseOrderBy::Updated => CursorKey::Instant(case.updated_at.as_microsecond()),
            CaseOrderBy::Due => {
                case.due_at.map_or(CursorKey::Missing, |due| CursorKey::Instant(due.as_microsecond()))
            }
            CaseOrderBy::Number => CursorKey::Text(case.number.clone()),
        };
        Self { by, key, id: case.id }
    }
}

impl Store {
    /// Lists one page of the cases the viewer sees.
    ///
    /// # Errors
    /// [`StoreError::ForeignCursor`] when a cursor is of another order.
    pub async fn case_page(
        &self,
        viewer: &Viewer,
        filter: &CaseFilter,
        order: CaseOrder,
        request: &PageRequest,
    ) -> Result<Page<StoredCase>, StoreError> {
        let (count, backward) = match request.take {
            Take::First(count) => (Ord::min(count, PAGE_MOST), false),
            Take::Last(count) => (Ord::min(count, PAGE_MOST), true),
        };
        let mut select = Entity::find().filter(viewer.cases()).filter(self.narrowed(viewer.zone(), filter));
        if let Some(cursor) = &request.after {
            select = select.filter(beyond(order, cursor, false)?);
        }
        if let Some(cursor) = &request.before {
            select = select.filter(beyond(order, cursor, true)?);
        }
        let direction = if order.descending == backward { Order::Asc } else { Order::Desc };
        let key = column(order.by);
        select = if order.by == CaseOrderBy::Due {
            let nulls = if backward { NullOrdering::First } else { NullOrdering::Last };
            select.order_by_with_nulls(key, direction.clone(), nulls)
        } else {
            select.order_by(key, direction.clone())
        };
        // One more than asked tells whether the list goes on.
        let select = select.order_by(Column::Id, direction).limit(count + 1);
        let mut rows = decode::rows(&self.reading(viewer.zone()).await?, select).await?;
        let more = rows.len() as u64 > count;
        rows.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        if backward {
            rows.reverse();
        }
        let items = rows.into_iter().map(stored).collect::<Result<_, _>>()?;
        // At the other end a cursor is itself the proof that something lies beyond the page.
        let (has_next, has_previous) =
            if backward { (request.before.is_some(), more) } else { (more, request.after.is_some()) };
        Ok(Page { items, has_next, has_previous })
    }

    /// Counts the cases the viewer sees.
    ///
    /// # Errors
    /// What the database says.
    pub async fn case_count(&self, viewer: &Viewer, filter: &CaseFilter) -> Result<i64, StoreError> {
        let select = Entity::find().select_only().column_as(Column::Id.count(), "count");
        let select = select.filter(viewer.cases()).filter(self.narrowed(viewer.zone(), filter));
        Ok(select.into_tuple().one(&self.reading(viewer.zone()).await?).await?.unwrap_or_default())
    }

    /// Those of these cases that the viewer sees and the filter finds, in no particular order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn case_among(
        &self,
        viewer: &Viewer,
        filter: &CaseFilter,
        ids: &[CaseId],
    ) -> Result<Vec<CaseId>, StoreError> {
        let select = Entity::find().select_only().column(Column::Id);
        let select = select.filter(viewer.cases()).filter(self.narrowed(viewer.zone(), filter));
        let select = select.filter(Column::Id.is_in(ids.iter().map(|id| id.0)));
        let found = select.into_tuple().all(&self.reading(viewer.zone()).await?).await?;
        Ok(found.into_iter().map(CaseId).collect())
    }

    fn narrowed(&self, zone: ZoneId, filter: &CaseFilter) -> Condition {
        let microseconds = |at: Timestamp| at.as_microsecond();
        let phases = (!filter.phases.is_empty())
            .then(|| Column::Phase.is_in(filter.phases.iter().map(|phase| phase.as_str())));
        let overdue = filter.overdue_at.map(microseconds);
        let overdue = overdue.map(|at| Column::DueAt.lt(at).and(Column::ClosedAt.is_null()));
        let person = filter.assigned_person.map(|person| case_assignment::Column::PersonId.eq(person.0));
        let unit = filter.assigned_unit.map(|unit| case_assignment::Column::UnitId.eq(unit.0));
        let assigned = |like| Column::Id.in_subquery(assigned(zone, like));
        Condition::all()
            .add_option(phases)
            .add_option(filter.process.as_deref().map(|process| Column::Process.eq(process)))
            .add_option(filter.company.map(|company| Column::CompanyId.eq(company.0)))
            .add_option(overdue)
            .add_option(filter.undated.map(|undated| Column::Undated.eq(undated)))
            .add_option(filter.text.as_deref().map(|text| self.contains(text)))
            .add_option(person.map(assigned))
            .add_option(unit.map(assigned))
            .add_option(filter.watched_by.map(|person| Column::Id.in_subquery(watched(zone, person))))
            .add_option(filter.opened_from.map(|at| Column::OpenedAt.gte(microseconds(at))))
            .add_option(filter.opened_to.map(|at| Column::OpenedAt.lt(microseconds(at))))
    }

    /// Looks for a text as it is: without LIKE there are no wildcards to escape. Both databases fold ASCII only, since
    /// the columns compare byte by byte.
    fn contains(&self, text: &str) -> SimpleExpr {
        let position =
            if self.unzoned().get_database_backend() == DbBackend::Sqlite { "instr" } else { "strpos" };
        let text = text.to_ascii_lowercase();
        let within = |column: Column| {
            Expr::expr(Func::cust(position).arg(Func::lower(Expr::col(column))).arg(text.as_str())).gt(0)
        };
        within(Column::Number).or(within(Column::Title))
    }
}

fn column(by: CaseOrderBy) -> Column {
    match by {
        CaseOrderBy::Opened => Column::OpenedAt,
        CaseOrderBy::Updated => Column::UpdatedAt,
        CaseOrderBy::Due => Column::DueAt,
        CaseOrderBy::Number => Column::Number,
    }
}

/// What lies after the cursor in this order, or before it.
fn beyond(order: CaseOrder, cursor: &CaseCursor, before: bool) -> Result<Condition, StoreError> {
    let of_text = matches!(cursor.key, CursorKey::Text(_));
    if cursor.by != order.by
        || of_text != (order.by == CaseOrderBy::Number)
        || (cursor.key == CursorKey::Missing && order.by != CaseOrderBy::Due)
    {
        return Err(StoreError::ForeignCursor);
    }
    let (key, upward) = (column(order.by), order.descending == before);
    let place = |value: SimpleExpr| {
        let (row, place) = ([Expr::col(key), Expr::col(Column::Id)], [value, Expr::val(cursor.id.0)]);
        let (row, place) = (Expr::tuple(row), Expr::tuple(place));
        if upward { row.gt(place) } else { row.lt(place) }
    };
    Ok(match &cursor.key {
        CursorKey::Text(text) => Condition::all().add(place(Expr::val(text.as_str()))),
        CursorKey::Instant(at) => {
            let undated_follow = order.by == CaseOrderBy::Due && !before;
            Condition::any().add(place(Expr::val(*at))).add_option(undated_follow.then(|| key.is_null()))
        }
        // Among those without a key the id decides; before them come all that have one.
        CursorKey::Missing => {
            let id = if upward { Column::Id.gt(cursor.id.0) } else { Column::Id.lt(cursor.id.0) };
            let among = Condition::all().add(key.is_null()).add(id);
            Condition::any().add(among).add_option(before.then(|| key.is_not_null()))
        }
    })
}
