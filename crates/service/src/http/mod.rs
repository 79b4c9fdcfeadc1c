//! GraphQL over HTTP, and the console's files: everything between the socket and the schema.
//!
//! Nothing here knows the desk. The schema comes as an [`async_graphql::Executor`], the caller through
//! [`Admit`]. What is absent by design: batches, multipart uploads, mutations by GET, any content type but
//! JSON, and a document that reaches the parser unmeasured ([`prepare`] is the only way to it, for events and sockets
//! too).

mod accept;
mod assets;
mod budget;
mod document;
mod documents;
mod endpoint;
mod events;
mod guard;
pub mod limits;
mod nulls;
mod origin;
mod parameters;
mod refusal;
mod reply;
mod socket;
mod streams;

pub use assets::Assets;
pub use budget::{Budgets, Metering, Payer, Payers};
pub use document::{Prepared, prepare};
pub use documents::{DocumentError, Documents};
pub(crate) use endpoint::peer;
pub use endpoint::{Admit, Admitted, GraphqlOverHttp};
pub use guard::{Excess, Limit};
pub use nulls::NullPropagation;
pub(crate) use nulls::path;
pub use origin::is_cross_site;
pub use parameters::Parameters;
pub use refusal::Refusal;
pub use streams::Streams;
