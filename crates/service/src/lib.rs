//! GraphQL over HTTP: decode, one call of the desk, encode.
//!
//! `schema/` holds the API, a file per noun; `http/` the strict endpoint and the bundled console; `session` sign-in;
//! `attachments` contents of files; `unsubscribe` the link in mails; `health` what an orchestrator asks; `trace` one log line and one measurement per request.
//! `attachments` contents of files; `sheets` companies as sheets; `unsubscribe` the link in mails; `health` what an orchestrator asks; `trace` one log line and one measurement per request.
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
mod sheets;
#[cfg(test)]
mod tests;
mod trace;
mod unsubscribe;

pub use health::Readiness;
pub use http::{DocumentError, Documents};
pub use schema::{api, fields, sdl};
pub use trace::Observed;

use desk::{Desk, SheetFormat};
use http::{Assets, Budgets, GraphqlOverHttp, Streams};
use ipnet::IpNet;
use poem::middleware::CatchPanic;
use poem::{Endpoint, EndpointExt, Route, get, post, put};
use session::{Account, Door, Step};
use sheets::Sheet;
use std::sync::Arc;
use unsubscribe::Unsubscribe;

/// How the service shows itself outside.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whether people reach it by https: cookies are then bound to it.
    pub secure: bool,
    /// Proxies in front of it, which are believed when they say where a request comes from.
    pub proxies: Vec<IpNet>,
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
    let sessions = session::Sessions::new(desk.clone(), settings.secure, settings.proxies);
    let account = |step| post(Account(sessions.clone(), step));
    let streams = Streams::new(readiness.wanted());
    let graphql = GraphqlOverHttp::new(api, sessions.clone(), Arc::new(settings.documents), streams);
    let console = Assets::console();
    let fetch = |sheet| sheets::Fetch(sessions.clone(), sheet);
    Route::new()
        .at("/graphql", graphql)
        .at("/session", post(Door::SignIn(sessions.clone())).delete(Door::SignOut(sessions.clone())))
        .at("/session/code", post(Door::Code(sessions.clone())))
        .at("/session/first", post(Door::First(sessions.clone())))
        .at("/session/reset", post(Door::ResetAsk(sessions.clone())))
        .at("/session/reset/finish", post(Door::Reset(sessions.clone())))
        .at("/session/email/finish", post(Door::Email(sessions.clone())))
        .at("/session/register", post(Door::Register(sessions.clone())))
        .at("/session/register/finish", post(Door::Admission(sessions.clone())))
        .at("/session/email", account(Step::Email))
        .at("/session/password", account(Step::Password))
        .at("/session/factor", account(Step::FactorBegin))
        .at("/session/factor/finish", account(Step::FactorConfirm))
        .at("/session/factor/remove", account(Step::FactorRemove))
        .at(
            "/attachments/:key",
            put(attachments::Upload(desk.clone())).get(attachments::Fetch(sessions.clone())),
        )
        .at("/unsubscribe/:token", get(Unsubscribe(desk.clone())).post(Unsubscribe(desk.clone())))
        .at("/imports/:key", put(sheets::Bring(desk.clone())).get(fetch(Sheet::Errors)))
        .at("/companies.xlsx", get(fetch(Sheet::Known(SheetFormat::Xlsx))))
        .at("/companies.csv", get(fetch(Sheet::Known(SheetFormat::Csv))))
        .at("/companies-template.xlsx", get(fetch(Sheet::Template(SheetFormat::Xlsx))))
        .at("/companies-template.csv", get(fetch(Sheet::Template(SheetFormat::Csv))))
        .at("/graphiql", console)
        .at("/mail", console)
        .at("/people", console)
        .at("/assets/*path", console)
        .at("/livez", get(health::Live))
        .at("/readyz", get(health::Ready::new(desk.clone(), readiness)))
        .with(CatchPanic::new().with_handler(session::panicked))
        .with(trace::Trace::new(desk, observe))
}
