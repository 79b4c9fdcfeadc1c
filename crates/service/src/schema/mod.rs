//! The GraphQL schema: one folder, a file per noun. A resolver decodes, makes one call of the desk, encodes.
#![expect(unreachable_pub, reason = "async-graphql's derives need `pub`; what leaves is re-exported")]
#![expect(clippy::unused_async, reason = "async-graphql's resolvers are async, whether they wait or not")]
mod account;
mod action;
mod admission;
mod answer;
mod attachment;
mod attention;
mod batch;
mod case;
mod clock;
mod company;
mod company_change;
mod connection;
mod event;
mod fit;
mod gate;
mod id;
mod import;
mod list;
mod loader;
mod mail;
mod mutation;
mod note;
mod people;
mod personal;
mod policy;
mod post;
mod preference;
mod process;
mod query;
mod refusal;
mod scalar;
mod search;
mod setting;
mod several;
mod snippet;
mod subscription;
#[cfg(test)]
mod tests;
mod wording;

use crate::http::{Budgets, Metering, NullPropagation, limits};
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use async_graphql::{SDLExportOptions, Schema, parser};
use desk::Desk;
pub use gate::Asker;
pub(crate) use id::NodeId;
pub(crate) use loader::reads;
pub use mutation::Mutation;
pub use query::Query;
use std::sync::Arc;
pub(crate) use subscription::Credential;
pub use subscription::Subscription;

/// The API.
pub type Api = Schema<Query, Mutation, Subscription>;

/// Builds the API over a desk, for callers who pay out of these budgets.
#[must_use]
pub fn api(desk: Desk, budgets: Arc<Budgets>) -> Api {
    Schema::build(Query, Mutation::default(), Subscription)
        .limit_depth(limits::SELECTION_DEPTH)
        .limit_complexity(limits::COMPLEXITY)
        .limit_directives(limits::DIRECTIVES_PER_FIELD)
        .disable_suggestions()
        .extension(Metering::new(budgets))
        .extension(NullPropagation)
        .extension(gate::Gate)
        .extension(batch::Batching)
        .data(desk)
        .finish()
}

/// The schema as the definition language writes it: what `schema.graphql` holds.
#[must_use]
pub fn sdl() -> String {
    let schema = Schema::build(Query, Mutation::default(), Subscription).finish();
    let options =
        SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    let sdl = schema.sdl_with_options(options);
    format!("{}\n", sdl.trim())
}

/// Every field of every object type and interface, as `(type, field)` in the order of the definition language.
#[must_use]
pub fn fields() -> Vec<(String, String)> {
    let Ok(document) = parser::parse_schema(sdl()) else { return vec![] };
    let mut fields = vec![];
    for definition in document.definitions {
        let TypeSystemDefinition::Type(named) = definition else { continue };
        // A field asked of an interface is judged as the interface's, not as that of the object behind it.
        let own = match named.node.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            _ => continue,
        };
        let name = named.node.name.node.to_string();
        fields.extend(own.into_iter().map(|field| (name.clone(), field.node.name.node.to_string())));
    }
    fields
}
