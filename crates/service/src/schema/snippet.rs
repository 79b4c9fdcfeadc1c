//! Texts that staff write again and again (常用语).
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::people::{Unit, load_unit};
use super::refusal::Refusal;
use super::scalar::DateTime;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

/// A text that staff write again and again.
pub struct Snippet(pub(super) desk::Snippet);

/// A text that staff write again and again.
#[Object]
impl Snippet {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Snippet(self.0.id).encode()
    }

    /// The unit whose it is; none for the whole zone's.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>> {
        match self.0.unit {
            Some(unit) => load_unit(ctx, unit).await,
            None => Ok(None),
        }
    }

    /// What lists call it.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The text.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// When it was last written.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }
}

/// Asks to add a snippet.
#[derive(InputObject)]
pub struct SnippetAddInput {
    /// What lists call it, up to 100 characters.
    title: String,
    /// The text, up to 5,000 characters.
    text: String,
    /// Whether it is the whole zone's; otherwise it is that of the caller's unit.
    #[graphql(default)]
    zone_wide: bool,
}

/// Asks to write a snippet anew.
#[derive(InputObject)]
pub struct SnippetChangeInput {
    /// The snippet.
    snippet_id: ID,
    /// What lists call it, up to 100 characters.
    title: String,
    /// The text, up to 5,000 characters.
    text: String,
}

/// Asks to remove a snippet.
#[derive(InputObject)]
pub struct SnippetRemoveInput {
    /// The snippet.
    snippet_id: ID,
}

/// What came of adding a snippet.
#[derive(SimpleObject)]
pub struct SnippetAddPayload {
    /// The snippet, unless it was refused.
    snippet: Option<Snippet>,
    /// Why it may not be added.
    refusal: Option<Refusal>,
}

/// What came of writing a snippet anew.
#[derive(SimpleObject)]
pub struct SnippetChangePayload {
    /// The snippet, unless it was refused.
    snippet: Option<Snippet>,
    /// Why it may not be changed.
    refusal: Option<Refusal>,
}

/// What came of removing a snippet.
#[derive(SimpleObject)]
pub struct SnippetRemovePayload {
    /// Why it may not be removed; nothing when it is gone.
    refusal: Option<Refusal>,
}

pub(super) async fn add(ctx: &Context<'_>, input: SnippetAddInput) -> Result<SnippetAddPayload> {
    let SnippetAddInput { title, text, zone_wide } = input;
    let added = desk(ctx)?.snippet_add(caller(ctx)?, zone_wide, &title, &text).await.map_err(broken)?;
    Ok(match added {
        Ok(snippet) => SnippetAddPayload { snippet: Some(Snippet(snippet)), refusal: None },
        Err(refused) => {
            SnippetAddPayload { snippet: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
        }
    })
}

pub(super) async fn change(ctx: &Context<'_>, input: SnippetChangeInput) -> Result<SnippetChangePayload> {
    let SnippetChangeInput { snippet_id, title, text } = input;
    let (desk, id) = (desk(ctx)?, NodeId::snippet(&snippet_id));
    Ok(match desk.snippet_change(caller(ctx)?, id, &title, &text).await.map_err(broken)? {
        Ok(snippet) => SnippetChangePayload { snippet: Some(Snippet(snippet)), refusal: None },
        Err(refused) => {
            SnippetChangePayload { snippet: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
        }
    })
}

pub(super) async fn remove(ctx: &Context<'_>, input: SnippetRemoveInput) -> Result<SnippetRemovePayload> {
    let removed = desk(ctx)?.snippet_remove(caller(ctx)?, NodeId::snippet(&input.snippet_id)).await;
    let refused = removed.map_err(broken)?.err();
    Ok(SnippetRemovePayload { refusal: refused.map(|refused| Refusal::new(&refused, language(ctx))) })
}
