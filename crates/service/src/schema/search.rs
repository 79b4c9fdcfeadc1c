//! Search: one text, everything that says it.
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::list::{Bounds, Cursors, cursor, encode, take};
use super::query::{Node, node};
use super::refusal::Refusal;
use async_graphql::connection::PageInfo;
use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use desk::{Found, FoundId, SearchWords, search_words};
use futures_util::future::try_join_all;

/// A kind of what can be found.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "desk::SearchKind")]
pub enum SearchKind {
    /// Companies, by name, its pinyin initials, credit code or place.
    Company,
    /// Cases, by number, title or its pinyin initials.
    Case,
    /// Notes on cases, by what they say.
    Note,
}

/// What a search finds: companies, then cases, then notes, the latest of each first.
pub struct SearchConnection {
    edges: Vec<SearchEdge>,
    has_previous: bool,
    has_next: bool,
    kinds: Vec<desk::SearchKind>,
    asked: std::result::Result<SearchWords, desk::Refused>,
}

/// A match with its cursor.
#[derive(SimpleObject)]
pub struct SearchEdge {
    /// The cursor, for `after` and `before`.
    cursor: String,
    /// What was found: a company, a case or a note.
    node: Node,
    /// Where it says what was looked for. Plain text, never markup.
    snippet: Vec<SearchSnippetPart>,
}

/// A stretch of a text that was found.
#[derive(SimpleObject)]
pub struct SearchSnippetPart {
    /// What it says.
    text: String,
    /// Whether it was looked for.
    matched: bool,
}

/// How many matches of a kind the caller sees.
#[derive(SimpleObject)]
pub struct SearchCount {
    /// The kind.
    kind: SearchKind,
    /// How many, at most 1,000.
    count: usize,
    /// Whether there are more than were counted.
    capped: bool,
}

/// What a search finds: companies, then cases, then notes, the latest of each first.
#[Object]
impl SearchConnection {
    /// The matches with their cursors.
    async fn edges(&self) -> &[SearchEdge] {
        &self.edges
    }

    /// The matches alone.
    async fn nodes(&self) -> Vec<&Node> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// What lies before and after the page.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }

    /// How many matches of each kind there are in all.
    #[graphql(complexity = "50 + child_complexity")]
    async fn counts(&self, ctx: &Context<'_>) -> Result<Vec<SearchCount>> {
        let Ok(words) = &self.asked else { return Ok(vec![]) };
        let counts = desk(ctx)?.search_count(caller(ctx)?, words, &self.kinds).await.map_err(broken)?;
        let count =
            |of: desk::FoundCount| SearchCount { kind: of.kind.into(), count: of.count, capped: of.capped };
        Ok(counts.into_iter().map(count).collect())
    }

    /// Whether everything can be found. After an update older things are missing until the index is filled again.
    async fn complete(&self, ctx: &Context<'_>) -> Result<bool> {
        desk(ctx)?.search_complete(caller(ctx)?, &self.kinds).await.map_err(broken)
    }

    /// Why nothing can be looked for by this text.
    async fn refusal(&self, ctx: &Context<'_>) -> Option<Refusal> {
        self.asked.as_ref().err().map(|refused| Refusal::new(refused, language(ctx)))
    }
}

/// A page of what has all words of a text.
pub(super) async fn search_page(
    ctx: &Context<'_>,
    text: &str,
    kinds: Option<Vec<SearchKind>>,
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<SearchConnection> {
    let (take, places) = (take(bounds)?, (cursor(after)?, cursor(before)?));
    let kinds: Vec<desk::SearchKind> = match kinds {
        Some(kinds) => kinds.into_iter().map(Into::into).collect(),
        None => desk::SearchKind::ALL.to_vec(),
    };
    let mut found = SearchConnection {
        edges: vec![],
        has_previous: false,
        has_next: false,
        kinds,
        asked: search_words(text),
    };
    let Ok(words) = &found.asked else { return Ok(found) };
    let page =
        desk(ctx)?.search_page(caller(ctx)?, words, &found.kinds, take, places).await.map_err(broken)?;
    (found.has_previous, found.has_next) = (page.has_previous, page.has_next);
    let edges = try_join_all(page.items.into_iter().map(|item| edge(ctx, item))).await?;
    found.edges = edges.into_iter().flatten().collect();
    Ok(found)
}

/// A match as it is shown. What is not seen any more by the time it is read is left out.
async fn edge(ctx: &Context<'_>, found: Found) -> Result<Option<SearchEdge>> {
    let id = match found.id {
        FoundId::Company(id) => NodeId::Company(id),
        FoundId::Case(id) => NodeId::Case(id),
        FoundId::Note(id) => NodeId::Note(id),
    };
    let snippet = |part: desk::SnippetPart| SearchSnippetPart { text: part.text, matched: part.matched };
    let cursor = encode(&found.cursor);
    let snippet = found.snippet.into_iter().map(snippet).collect();
    Ok(node(ctx, &id.encode()).await?.map(|node| SearchEdge { cursor, node, snippet }))
}
