//! Connections: filters, orders, cursors, bounds.
use super::case::{Case, Phase};
use super::connection::{CaseConnection, EventConnection, NoteConnection};
use super::event::Event;
use super::gate::{broken, caller, coded, desk};
use super::id::NodeId;
use super::loader::{EventsOf, Known, NotesOf, Place, load};
use super::note::Note;
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, InputObject, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desk::{
    CaseCursor, CaseFilter, CaseOrder, CaseOrderBy, CaseView, EventView, PAGE_MOST, Page, PageRequest, Take,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use workflow::CaseId;

/// Which cases; all conditions hold together.
#[derive(InputObject, Default, Clone)]
pub struct CaseFilterInput {
    /// In one of these phases.
    phases: Option<Vec<Phase>>,
    /// Of this process.
    process: Option<String>,
    /// Of this company.
    company: Option<ID>,
    /// With true, only those past the due time of a running clock.
    overdue: Option<bool>,
    /// With a running clock that has no due time for want of a calendar, or without.
    undated: Option<bool>,
    /// With true, only those that the caller has taken.
    mine: Option<bool>,
    /// With true, only those that the caller follows.
    watching: Option<bool>,
    /// Assigned to this unit.
    unit: Option<ID>,
    /// With this text in number or title.
    text: Option<String>,
    /// Opened at or after this instant.
    opened_from: Option<DateTime>,
    /// Opened before this instant.
    opened_to: Option<DateTime>,
}

/// The order of a list of cases.
#[derive(InputObject)]
pub struct CaseOrderInput {
    /// By what.
    field: CaseOrderField,
    /// Which way.
    direction: OrderDirection,
}

/// What cases can be ordered by.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum CaseOrderField {
    /// When they were opened.
    OpenedAt,
    /// When they last moved.
    UpdatedAt,
    /// When they are due; cases without a due time come last either way.
    DueAt,
    /// Their number.
    Number,
}

/// Which way a list goes.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum OrderDirection {
    /// Smallest or earliest first.
    Asc,
    /// Greatest or latest first.
    Desc,
}

/// First and last, as asked.
pub(super) type Bounds = (Option<i32>, Option<i32>);
/// After and before, as asked.
pub(super) type Cursors = (Option<String>, Option<String>);

/// What a page costs: its fields, so many times.
pub(super) fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let rows = first.or(last).and_then(|rows| usize::try_from(rows).ok()).unwrap_or(PAGE_DEFAULT);
    // A page of a hundred plain rows stays within the limit; nested pages multiply.
    1 + rows.min(100) * child / 10
}

/// Rows of a page when neither `first` nor `last` is given.
const PAGE_DEFAULT: usize = 20;

pub(super) fn take((first, last): Bounds) -> Result<Take> {
    let rows = |word: &str, rows: i32| match u64::try_from(rows) {
        Ok(rows) if (1..=PAGE_MOST).contains(&rows) => Ok(rows),
        _ => Err(coded("BAD_INPUT", format!("`{word}` is from 1 to {PAGE_MOST}, found {rows}"))),
    };
    match (first, last) {
        (Some(_), Some(_)) => Err(coded("BAD_INPUT", "give `first` or `last`, not both")),
        (Some(first), None) => Ok(Take::First(rows("first", first)?)),
        (None, Some(last)) => Ok(Take::Last(rows("last", last)?)),
        (None, None) => Ok(Take::First(PAGE_DEFAULT as u64)),
    }
}

/// A page of cases.
pub(super) async fn case_page(
    ctx: &Context<'_>,
    filter: CaseFilterInput,
    order: Option<CaseOrderInput>,
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<CaseConnection> {
    let (desk, caller) = (desk(ctx)?, caller(ctx)?);
    let filter = filter.decode(desk, caller);
    let order = order.map_or(CaseOrder { by: CaseOrderBy::Opened, descending: true }, |order| order.decode());
    let request = PageRequest { take: take(bounds)?, after: cursor(after)?, before: cursor(before)? };
    let page = desk.case_page(caller, &filter, order, &request).await.map_err(broken)?;
    let edge = |case: CaseView| (encode(&CaseCursor::of(&case.stored, order.by)), Case(case));
    let edges = page.items.into_iter().map(edge).collect();
    Ok(CaseConnection { edges, has_previous: page.has_previous, has_next: page.has_next, context: filter })
}

/// A page of a case's history. Versions count from one without gaps, so the end of it is found without reading all.
pub(super) async fn event_page(
    ctx: &Context<'_>,
    case: &CaseView,
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<EventConnection> {
    let place = |cursor: Option<String>| match cursor.map(|cursor| NodeId::parse(&cursor.into())) {
        None => Ok(None),
        Some(Some(NodeId::Event(id, seq))) if id == case.stored.id => Ok(Some(seq)),
        Some(_) => Err(coded("BAD_INPUT", "the cursor is not of this list")),
    };
    // A cursor is a text that anybody can write: its place may be any number.
    let newest = case.stored.seq;
    let start = place(after)?.map_or(0, |after| after.clamp(0, newest));
    let end = place(before)?.map_or(newest, |before| before.saturating_sub(1).clamp(0, newest));
    let (from, rows) = match take(bounds)? {
        Take::First(rows) => (start, rows),
        Take::Last(rows) => (start.max(end - i64::try_from(rows).unwrap_or(i64::MAX)), rows),
    };
    let rows = rows.min(u64::try_from(end - from).unwrap_or(0));
    let to = from.saturating_add(i64::try_from(rows).unwrap_or(i64::MAX));
    let stretch = EventsOf { case: Known(case.clone()), after: from, to };
    let events = if rows == 0 { vec![] } else { load(ctx, stretch).await?.unwrap_or_default() };
    let last = events.last().map_or(from, |event| event.seq);
    let edge = |event: EventView| (NodeId::Event(event.case, event.seq).encode().to_string(), Event(event));
    let edges = events.into_iter().map(edge).collect();
    Ok(EventConnection {
        edges,
        has_previous: from > 0,
        has_next: last < case.stored.seq,
        context: case.stored.seq,
    })
}

/// A page of a case's notes.
pub(super) async fn note_page(
    ctx: &Context<'_>,
    case: CaseId,
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<NoteConnection> {
    let place = |cursor: Option<String>| match cursor.map(|cursor| NodeId::parse(&cursor.into())) {
        None => Ok(None),
        Some(Some(NodeId::Note(id))) => Ok(Some(id)),
        Some(_) => Err(coded("BAD_INPUT", "the cursor is not of this list")),
    };
    let (after, before) = (place(after)?, place(before)?);
    let page = load(ctx, NotesOf { case, place: Place { take: take(bounds)?, after, before } }).await?;
    let Some(Page { items, has_next, has_previous }) = page else {
        return Ok(NoteConnection { edges: vec![], has_previous: false, has_next: false, context: case });
    };
    let edge = |note: desk::Note| (NodeId::Note(note.id).encode().to_string(), Note(note));
    let edges = items.into_iter().map(edge).collect();
    Ok(NoteConnection { edges, has_previous, has_next, context: case })
}

pub(super) fn encode(cursor: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).unwrap_or_default())
}

pub(super) fn cursor<C: DeserializeOwned>(text: Option<String>) -> Result<Option<C>> {
    let Some(text) = text else { return Ok(None) };
    let read = URL_SAFE_NO_PAD.decode(&text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    read.map(Some).ok_or_else(|| coded("BAD_INPUT", "the cursor is not of this list"))
}

impl CaseOrderInput {
    fn decode(&self) -> CaseOrder {
        let by = match self.field {
            CaseOrderField::OpenedAt => CaseOrderBy::Opened,
            CaseOrderField::UpdatedAt => CaseOrderBy::Updated,
            CaseOrderField::DueAt => CaseOrderBy::Due,
            CaseOrderField::Number => CaseOrderBy::Number,
        };
        CaseOrder { by, descending: self.direction == OrderDirection::Desc }
    }
}

impl CaseFilterInput {
    /// An id that names nothing finds nothing.
    pub(super) fn decode(self, desk: &desk::Desk, caller: &desk::Caller) -> CaseFilter {
        let nothing = || workflow::UnitId(uuid::Uuid::nil());
        let now = desk.surroundings().now();
        CaseFilter {
            phases: self.phases.unwrap_or_default().into_iter().map(Into::into).collect(),
            process: self.process,
            company: self
                .company
                .map(|id| NodeId::company(&id).unwrap_or(workflow::CompanyId(uuid::Uuid::nil()))),
            overdue_at: self.overdue.filter(|overdue| *overdue).map(|_| now),
            undated: self.undated,
            text: self.text,
            assigned_person: self.mine.filter(|mine| *mine).map(|_| caller.person.id),
            watched_by: self.watching.filter(|watching| *watching).map(|_| caller.person.id),
            assigned_unit: self.unit.map(|id| NodeId::unit(&id).unwrap_or_else(nothing)),
            opened_from: self.opened_from.map(|at| at.0),
            opened_to: self.opened_to.map(|at| at.0),
        }
    }
}
