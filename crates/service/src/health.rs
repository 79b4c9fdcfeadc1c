//! What an orchestrator asks: is the process alive, may it get requests.
use desk::Desk;
use poem::http::StatusCode;
use poem::{Endpoint, Request, Response, Result};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// Whether the program wants requests. It stops wanting them when it is told to stop.
#[derive(Debug, Clone)]
pub struct Readiness(Arc<State>);

#[derive(Debug)]
struct State {
    wanted: watch::Sender<bool>,
    warning: RwLock<Option<&'static str>>,
}

impl Default for Readiness {
    fn default() -> Self {
        Self(Arc::new(State { wanted: watch::Sender::new(true), warning: RwLock::default() }))
    }
}

impl Readiness {
    /// Asks for no more requests; streams that are open end.
    pub fn leave(&self) {
        self.0.wanted.send_replace(false);
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

    /// Tells when requests are no longer wanted.
    pub(crate) fn wanted(&self) -> watch::Receiver<bool> {
        self.0.wanted.subscribe()
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
        let wanted = *self.readiness.0.wanted.borrow();
        let (status, why) = match (wanted, self.desk.ping().await) {
            (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "leaving".to_owned()),
            (true, Err(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer".to_owned()),
            (true, Ok(())) => (StatusCode::OK, self.readiness.says()),
        };
        Ok(Response::builder().status(status).content_type("text/plain").body(why))
    }
}
