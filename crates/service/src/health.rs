//! What an orchestrator asks: is the process alive, may it get requests.
use desk::Desk;
use poem::http::StatusCode;
use poem::{Endpoint, Request, Response, Result};
use std::sync::Arc;
use tokio::sync::watch;

/// Whether the program wants requests. It stops wanting them when it is told to stop.
#[derive(Debug, Clone)]
pub struct Readiness(Arc<watch::Sender<bool>>);

impl Default for Readiness {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(true)))
    }
}

impl Readiness {
    /// Asks for no more requests; streams that are open end.
    pub fn leave(&self) {
        self.0.send_replace(false);
    }

    /// Tells when requests are no longer wanted.
    pub(crate) fn wanted(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
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
        let wanted = *self.readiness.0.borrow();
        let (status, why) = match (wanted, self.desk.ping().await) {
            (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "leaving"),
            (true, Err(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
            (true, Ok(())) => (StatusCode::OK, "ready"),
        };
        Ok(Response::builder().status(status).content_type("text/plain").body(why))
    }
}
