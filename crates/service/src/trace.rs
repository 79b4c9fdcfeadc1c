//! One log line and one measurement per request, by a request id; no personal data.
use desk::Desk;
use poem::http::{HeaderValue, StatusCode};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;

const HEADER: &str = "x-request-id";

/// What is measured of a request.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The route, without anything a client chose.
    pub route: &'static str,
    /// The answer's status.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
}

/// Traces what passes.
pub(crate) struct Trace {
    desk: Desk,
    observe: Arc<dyn Fn(&Observed) + Send + Sync>,
}

impl Trace {
    pub(crate) fn new(desk: Desk, observe: impl Fn(&Observed) + Send + Sync + 'static) -> Self {
        Self { desk, observe: Arc::new(observe) }
    }
}

impl<E: Endpoint> Middleware<E> for Trace {
    type Output = Traced<E>;

    fn transform(&self, inner: E) -> Traced<E> {
        Traced { inner, desk: self.desk.clone(), observe: self.observe.clone() }
    }
}

/// An endpoint that is traced.
pub(crate) struct Traced<E> {
    inner: E,
    desk: Desk,
    observe: Arc<dyn Fn(&Observed) + Send + Sync>,
}

impl<E: Endpoint> Endpoint for Traced<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let started = Instant::now();
        let id = request_id(&request);
        let id = id.unwrap_or_else(|| hex::encode(self.desk.surroundings().bytes::<8>()));
        let route = route(request.uri().path());
        let method = request.method().clone();
        let span = tracing::info_span!("request", request_id = %id);
        let mut response = match self.inner.call(request).instrument(span.clone()).await {
            Ok(response) => response.into_response(),
            Err(error) => error.into_response(),
        };
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HEADER, value);
        }
        let observed = Observed { route, status: response.status().as_u16(), took: started.elapsed() };
        let millis = u64::try_from(observed.took.as_millis()).unwrap_or(u64::MAX);
        let _entered = span.enter();
        if response.status() >= StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(%method, route, status = observed.status, millis, "a request was answered");
        } else {
            tracing::info!(%method, route, status = observed.status, millis, "a request was answered");
        }
        (self.observe)(&observed);
        Ok(response)
    }
}

/// The id a proxy gave, if it looks like one.
fn request_id(request: &Request) -> Option<String> {
    let id = request.header(HEADER)?;
    let fits =
        (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| id.to_owned())
}

fn route(path: &str) -> &'static str {
    match path {
        "/graphql" => "/graphql",
        path if path == "/session" || path.starts_with("/session/") => "/session",
        "/graphiql" => "/graphiql",
        "/livez" => "/livez",
        "/readyz" => "/readyz",
        path if path.starts_with("/assets/") => "/assets",
        // The rest of the path is a secret.
        path if path.starts_with("/attachments/") => "/attachments",
        _ => "other",
    }
}
