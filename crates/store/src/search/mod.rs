//! Finding cases, companies and notes by what they say, on both databases by the same plain tables.
//!
//! The index only proposes, the rows decide. Of each kind every document has a number, later ones larger ones; a row of
//! `search_posting` is the set of documents that have a term. Such sets also say which documents a person may be
//! shown at all. What comes out is a superset: each proposed row is read under the same condition of the [`Viewer`] as
//! lists are, and its text compared, so that a stale set shows nobody anything and costs a little time.
//!
//! Who writes leaves only a mark (`search_mark`) in the same transaction; rounds ([`Store::search_go_on`]) put what is
//! marked into the sets, many at once. Until then it is read with every search, so that nothing has to be waited for.
//!
//! Not used: FTS5, whose tables PostgreSQL has not, and `tsvector`, whose `@@` is not leakproof: behind row-level
//! security PostgreSQL will not look it up in an index.
mod mark;
mod round;
mod row;
mod terms;
mod walk;

pub use round::SearchProgress;
pub use terms::{NotSearchable, SearchWords, SnippetPart};

use crate::connection::Store;
use crate::decode;
use crate::entity::search_fill;
use crate::error::StoreError;
use crate::note::NoteId;
use crate::page::{PAGE_MOST, Page, Take};
use crate::viewer::Viewer;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use walk::Walk;
use workflow::ids::{CaseId, CompanyId};

/// How many matches are counted before it is only said that there are more.
const COUNT_MOST: usize = 1_000;

/// A kind of what can be found, in the order in which a search answers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    /// By name, credit code or place.
    Company,
    /// By number or title.
    Case,
    /// By what it says.
    Note,
}

impl SearchKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Company, Self::Case, Self::Note];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Case => "case",
            Self::Note => "note",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoundId {
    /// A company.
    Company(CompanyId),
    /// A case.
    Case(CaseId),
    /// A note.
    Note(NoteId),
}

impl FoundId {
    fn new(kind: SearchKind, id: Uuid) -> Self {
        match kind {
            SearchKind::Company => Self::Company(CompanyId(id)),
            SearchKind::Case => Self::Case(CaseId(id)),
            SearchKind::Note => Self::Note(NoteId(id)),
        }
    }
}

/// A match with what it says of what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What was found.
    pub id: FoundId,
    /// Where it says so.
    pub snippet: Vec<SnippetPart>,
    /// Its place among the matches.
    pub cursor: SearchCursor,
}

/// How many matches of a kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundCount {
    /// The kind.
    pub kind: SearchKind,
    /// How many were counted.
    pub count: usize,
    /// Whether counting stopped there.
    pub capped: bool,
}

/// A place among matches: right at one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SearchCursor {
    kind: SearchKind,
    id: Uuid,
}

impl Store {
    /// Finds what the viewer sees of these kinds and what has all of these words, kind by kind, the latest of each first.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn search_page(
        &self,
        viewer: &Viewer,
        words: &SearchWords,
        kinds: &[SearchKind],
        take: Take,
        (after, before): (Option<SearchCursor>, Option<SearchCursor>),
    ) -> Result<Page<Found>, StoreError> {
        let (count, backward) = match take {
            Take::First(count) => (count, false),
            Take::Last(count) => (count, true),
        };
        let count = usize::try_from(Ord::min(count, PAGE_MOST)).unwrap_or_default();
        let reading = self.reading(viewer.zone()).await?;
        let mut asked: Vec<SearchKind> = asked(kinds).collect();
        asked.retain(|kind| after.is_none_or(|after| after.kind <= *kind));
        asked.retain(|kind| before.is_none_or(|before| before.kind >= *kind));
        if backward {
            asked.reverse();
        }
        let mut items: Vec<Found> = Vec::new();
        for kind in asked {
            let of_kind = |cursor: Option<SearchCursor>| {
                cursor.filter(|cursor| cursor.kind == kind).map(|cursor| cursor.id)
            };
            let mut walk = Walk::begin(&reading, viewer, words, kind).await?;
            walk.limit(of_kind(after), of_kind(before)).await?;
            // One more than asked tells whether there are more.
            items.extend(walk.take((count + 1).saturating_sub(items.len()), backward).await?);
            if items.len() > count {
                break;
            }
        }
        let more = items.len() > count;
        items.truncate(count);
        if backward {
            items.reverse();
        }
        let (has_next, has_previous) =
            if backward { (before.is_some(), more) } else { (more, after.is_some()) };
        Ok(Page { items, has_next, has_previous })
    }

    /// Counts what [`Store::search_page`] finds, by kind.
    ///
    /// # Errors
    /// As [`Store::search_page`].
    pub async fn search_count(
        &self,
        viewer: &Viewer,
        words: &SearchWords,
        kinds: &[SearchKind],
    ) -> Result<Vec<FoundCount>, StoreError> {
        let reading = self.reading(viewer.zone()).await?;
        let mut counts = Vec::new();
        for kind in asked(kinds) {
            let walk = Walk::begin(&reading, viewer, words, kind).await?;
            let (found, more) = walk.count(COUNT_MOST + 1).await?;
            let count = Ord::min(found, COUNT_MOST);
            counts.push(FoundCount { kind, count, capped: more || found > count });
        }
        Ok(counts)
    }

    /// Whether every document of these kinds is in the index of the viewer's zone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn search_complete(&self, viewer: &Viewer, kinds: &[SearchKind]) -> Result<bool, StoreError> {
        let reading = self.reading(viewer.zone()).await?;
        for kind in asked(kinds) {
            let fill = fill_find(&reading, viewer, kind).await?;
            if !fill.is_some_and(|fill| fill.filled && fill.version == terms::VERSION) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Each of these kinds once, in their order.
fn asked(kinds: &[SearchKind]) -> impl Iterator<Item = SearchKind> {
    SearchKind::ALL.into_iter().filter(|kind| kinds.contains(kind))
}

async fn fill_find(
    reading: &impl ConnectionTrait,
    viewer: &Viewer,
    kind: SearchKind,
) -> Result<Option<search_fill::Model>, StoreError> {
    use search_fill::Column;
    let this = Column::ZoneId.eq(viewer.zone().0).and(Column::Kind.eq(kind.as_str()));
    decode::row_find(reading, search_fill::Entity::find().filter(this)).await
}
