//! The gate before every field: it asks the file of rights, and denies what has no row.
use crate::breakage::{chain, code};
use crate::http::path;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{Context, ErrorExtensions, ServerError, ServerResult, Value};
use desk::{Caller, Desk, DeskError, StoreError};
use std::sync::Arc;
use workflow::Language;

/// Who asks, put into every request: somebody signed in, or nobody.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The caller, if signed in.
    pub caller: Option<Caller>,
    /// The language to answer in.
    pub language: Language,
}

pub(super) struct Gate;

impl ExtensionFactory for Gate {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Gate {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let schema_itself = info.name.starts_with("__") || info.parent_type.starts_with("__");
        // The items of a list are announced one by one, as fields of the list type; the list was let through.
        let item_of_list = info.parent_type.starts_with('[');
        if !schema_itself && !item_of_list {
            let asker = ctx.data_opt::<Asker>().and_then(|asker| asker.caller.as_ref());
            let denied = match (asker, ctx.data_opt::<Desk>()) {
                (None, _) | (_, None) => Some(("UNAUTHENTICATED", "sign in first: POST /session")),
                (Some(caller), Some(desk)) => {
                    let (rights, parent, field) = (desk.rights(), info.parent_type, info.name);
                    if !rights.may(&caller.standing, parent, field) {
                        Some(("FORBIDDEN", "your roles do not include this field"))
                    } else if rights.goes_with(&caller.access, parent, field) {
                        None
                    } else {
                        Some(("FORBIDDEN", caller.access.message()))
                    }
                }
            };
            if let Some((code, message)) = denied {
                let mut error = ServerError::new(message, Some(info.field.name.pos));
                // async-graphql gives a path to the errors of resolvers only; without one it looks like a bad document.
                error.path = path(info.path_node);
                error.extensions.get_or_insert_default().set("code", code);
                return Err(error);
            }
        }
        next.run(ctx, info).await.map_err(|mut error| {
            // Every error of ours has its code. What has none is async-graphql's, of an argument it cannot read.
            let extensions = error.extensions.get_or_insert_default();
            if extensions.get("code").is_none() {
                extensions.set("code", "BAD_INPUT");
            }
            error
        })
    }
}

/// The caller. The gate let the field through, so there is one.
pub(super) fn caller<'c>(ctx: &Context<'c>) -> async_graphql::Result<&'c Caller> {
    let asker = ctx.data::<Asker>()?;
    asker.caller.as_ref().ok_or_else(|| coded("UNAUTHENTICATED", "sign in first: POST /session"))
}

/// The language to answer in.
pub(super) fn language(ctx: &Context<'_>) -> Language {
    ctx.data_opt::<Asker>().map(|asker| asker.language).unwrap_or_default()
}

/// The desk.
pub(super) fn desk<'c>(ctx: &Context<'c>) -> async_graphql::Result<&'c Desk> {
    ctx.data::<Desk>()
}

/// An error with a code.
pub(super) fn coded(code: &'static str, message: impl Into<String>) -> async_graphql::Error {
    async_graphql::Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// Breakage as a client may know it. The whole chain of causes goes to the log, once, here.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over, everywhere")]
pub(super) fn broken(error: DeskError) -> async_graphql::Error {
    let code = code(&error);
    tracing::error!(code, error = %chain(&error), "a field could not be resolved");
    match &error {
        DeskError::Store(StoreError::ForeignCursor) => {
            coded(code, "the cursor belongs to another order of the list")
        }
        DeskError::Store(corrupt @ StoreError::Corrupt { .. }) => coded(code, corrupt.to_string()),
        DeskError::Store(
            refused @ (StoreError::StorageFull
            | StoreError::Busy
            | StoreError::Collided
            | StoreError::Unreachable(_)
            | StoreError::Unknown(_)),
        ) => coded(code, refused.to_string()),
        _ => coded(code, "something broke on our side; the log knows more"),
    }
}
