//! GraphQL over HTTP: decode, one call of the desk, encode.
//!
//! `schema/` holds the API, a file per noun; `http/` the strict endpoint and the bundled console; `session` sign-in;
//! `attachments` contents of files; `unsubscribe` the link in mails; `health` what an orchestrator asks; `trace` one log line and one measurement per request.
//!
//! Absent: SQL, mail, the clock, and decisions. What may be done to a case its definition says, what else may be read
//! or changed the file of rights says, and both are asked through `desk`.
#![recursion_limit = "512"]
mod attachments;
mod breakage;
mod health;
pub mod http;
pub mod schema;
mod session;
#[cfg(test)]
mod tests;
mod trace;
mod unsubscribe;

pub use health::Readiness;
pub use http::{DocumentError, Documents};
pub use schema::{api, fields, sdl};
pub use trace::Observed;

use desk::Desk;
use http::{Assets, Budgets, GraphqlOverHttp};
use poem::middleware::CatchPanic;
use poem::{Endpoint, EndpointExt, Route, get, post, put};
use std::sync::Arc;

/// How the service shows itself outside.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whether people reach it by https: cookies are then bound to it.
    pub secure: bool,
    /// Points of cost that a token may spend a second, a person twice as many; with zero nobody is limited.
    pub rate: u32,
    /// Documents that are known beforehand.
    pub documents: Documents,
}

/// Everything the program answers on its main listener.
pub fn routes(
    desk: Desk,
    settings: Settings,
    readiness: Readiness,
    observe: impl Fn(&Observed) + Send + Sync + 'static,
) -> impl Endpoint<Output = poem::Response> {
    let api = api(desk.clone(), Arc::new(Budgets::new(settings.rate)));
    let sessions = session::Sessions::new(desk.clone(), settings.secure);
    let console = Assets::console();
    Route::new()
        .at("/graphql", GraphqlOverHttp::new(api, sessions.clone(), Arc::new(settings.documents)))
        .at("/session", post(session::SignIn(sessions.clone())).delete(session::SignOut(sessions.clone())))
        .at("/attachments/:key", put(attachments::Upload(desk.clone())).get(attachments::Fetch(sessions)))
        .at(
            "/unsubscribe/:token",
            get(unsubscribe::Unsubscribe(desk.clone())).post(unsubscribe::Unsubscribe(desk.clone())),
        )
        .at("/graphiql", console)
        .at("/assets/*path", console)
        .at("/livez", get(health::Live))
        .at("/readyz", get(health::Ready::new(desk.clone(), readiness)))
        .with(CatchPanic::new().with_handler(session::panicked))
        .with(trace::Trace::new(desk, observe))
}
