//! What an orchestrator asks: is the process alive, may it get requests.
use desk::Desk;
use poem::http::StatusCode;
use poem::{Endpoint, Request, Response, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Whether the program wants requests. It stops wanting them when it is told to stop.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<State>);

#[derive(Debug, Default)]
struct State {
    leaves: AtomicBool,
    warning: RwLock<Option<&'static str>>,
}

impl Readiness {
    /// Asks for no more requests.
    pub fn leave(&self) {
        self.0.leaves.store(true, Ordering::Release);
    }

    /// Says what somebody should look at, though requests are answered; or that there is nothing.
    pub fn warn(&self, warning: Option<&'static str>) {
        *self.0.warning.write().unwrap_or_else(PoisonError::into_inner) = warning;
    }

    fn says(&self) -> String {
        match *self.0.warning.read().unwrap_or_else(PoisonError::into_inner) {
            Some(warning) => format!("ready; {warning}"),
            None => "ready".to_owned(),
        }
    }
}

/// Alive as long as it answers.
pub(crate) struct Live;

impl Endpoint for Live {
    type Output = Response;

    async fn call(&self, _: Request) -> Result<Response> {
        Ok(StatusCode::OK.into())
    }
}

/// Ready while it wants requests and its database answers.
pub(crate) struct Ready {
    desk: Desk,
    readiness: Readiness,
}

impl Ready {
    pub(crate) fn new(desk: Desk, readiness: Readiness) -> Self {
        Self { desk, readiness }
    }
}

impl Endpoint for Ready {
    type Output = Response;

    async fn call(&self, _: Request) -> Result<Response> {
        let leaves = self.readiness.0.leaves.load(Ordering::Acquire);
        let (status, why) = match (leaves, self.desk.ping().await) {
            (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "leaving".to_owned()),
            (false, Err(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer".to_owned()),
            (false, Ok(())) => (StatusCode::OK, self.readiness.says()),
        };
        Ok(Response::builder().status(status).content_type("text/plain").body(why))
    }
}
