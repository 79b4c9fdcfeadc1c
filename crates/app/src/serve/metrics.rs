//! What is measured, and the listener that tells it: OpenMetrics at `/metrics`, the virtual clock at `/clock`.
use super::loops::{Failed, Loops};
use crate::parts::in_full;
use notify::Report;
use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response, Result, Route, get, post};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use serde::Deserialize;
use service::Observed;
use std::sync::Arc;
use store::{OutboxCounts, SearchProgress};

/// Upper bounds of the request histogram, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfZone {
    zone: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Became {
    result: &'static str,
}

/// Counters and gauges of the program.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Histogram, fn() -> Histogram>,
    pub(super) timers_fired: Counter,
    mails: Family<Became, Counter>,
    outbox_queued: Family<OfZone, Gauge>,
    outbox_held: Family<OfZone, Gauge>,
    outbox_gathered: Family<OfZone, Gauge>,
    outbox_dead: Family<OfZone, Gauge>,
    search_documents: Family<OfZone, Gauge>,
    search_marked: Family<OfZone, Gauge>,
    search_complete: Family<OfZone, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let requests: Family<Answered, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let (timers_fired, mails) = (Counter::default(), Family::default());
        let (outbox_queued, outbox_held) = (Family::default(), Family::default());
        let (outbox_gathered, outbox_dead) = (Family::default(), Family::default());
        let (search_documents, search_marked) = (Family::default(), Family::default());
        let search_complete = Family::default();
        registry.register_with_unit(
            "http_server_request_duration",
            "Requests answered",
            Unit::Seconds,
            requests.clone(),
        );
        registry.register("case_timers_fired", "Timers that moved a case", timers_fired.clone());
        registry.register("mail", "Mails by what became of them", mails.clone());
        registry.register("outbox_queued", "Mails that wait", outbox_queued.clone());
        registry.register(
            "outbox_held",
            "Mails that wait until somebody is at their address",
            outbox_held.clone(),
        );
        registry.register("outbox_gathered", "Mails that wait for a digest", outbox_gathered.clone());
        registry.register("outbox_dead", "Mails given up, undecided", outbox_dead.clone());
        registry.register("search_documents", "Documents in the search index", search_documents.clone());
        registry.register("search_marked", "Documents that wait for a round", search_marked.clone());
        registry.register("search_complete", "Whether all can be found: 1 or 0", search_complete.clone());
        Self {
            registry,
            requests,
            timers_fired,
            mails,
            outbox_queued,
            outbox_held,
            outbox_gathered,
            outbox_dead,
            search_documents,
            search_marked,
            search_complete,
        }
    }
}

impl Metrics {
    pub(super) fn observe(&self, observed: &Observed) {
        let labels = Answered { route: observed.route, status: observed.status };
        self.requests.get_or_create(&labels).observe(observed.took.as_secs_f64());
    }

    pub(super) fn mails(&self, report: &Report) {
        let counts = [
            ("sent", report.sent),
            ("retried", report.retried),
            ("dead", report.dead),
            ("lost", report.lost),
        ];
        for (result, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            self.mails.get_or_create(&Became { result }).inc_by(count as u64);
        }
    }

    pub(super) fn outbox(&self, zone: &str, counts: &OutboxCounts) {
        let labels = OfZone { zone: zone.to_owned() };
        self.outbox_queued.get_or_create(&labels).set(counts.queued);
        self.outbox_held.get_or_create(&labels).set(counts.held);
        self.outbox_gathered.get_or_create(&labels).set(counts.gathered);
        self.outbox_dead.get_or_create(&labels).set(counts.dead);
    }

    pub(super) fn search(&self, zone: &str, progress: SearchProgress) {
        let labels = OfZone { zone: zone.to_owned() };
        let marked = i64::try_from(progress.marked).unwrap_or(i64::MAX);
        self.search_documents.get_or_create(&labels).set(progress.documents);
        self.search_marked.get_or_create(&labels).set(marked);
        self.search_complete.get_or_create(&labels).set(progress.complete.into());
    }
}

/// What the metrics listener answers.
pub(super) fn routes(metrics: Arc<Metrics>, loops: Arc<Loops>) -> Route {
    Route::new().at("/metrics", get(Tell(metrics))).at("/clock", post(Move(loops)))
}

struct Tell(Arc<Metrics>);

impl Endpoint for Tell {
    type Output = Response;

    async fn call(&self, _: Request) -> Result<Response> {
        let mut text = String::new();
        let status = match encode(&mut text, &self.0.registry) {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Ok(Response::builder().status(status).header(header::CONTENT_TYPE, kind).body(text))
    }
}

struct Move(Arc<Loops>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoveTo {
    now: jiff::Timestamp,
}

impl Endpoint for Move {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let body = request.take_body().into_bytes_limit(1_024).await;
        let Some(to) = body.ok().and_then(|body| serde_json::from_slice::<MoveTo>(&body).ok()) else {
            return Ok(answer(
                StatusCode::BAD_REQUEST,
                &serde_json::json!({"error": "expected {\"now\": INSTANT}"}),
            ));
        };
        Ok(match self.0.forward(to.now).await {
            Ok(now) => answer(StatusCode::OK, &serde_json::json!({"now": now})),
            Err(error @ (Failed::NotVirtual | Failed::Backward(_))) => {
                answer(StatusCode::CONFLICT, &serde_json::json!({"error": error.to_string()}))
            }
            Err(error) => {
                let error = in_full(&error);
                tracing::error!(%error, "the clock could not be moved");
                answer(StatusCode::INTERNAL_SERVER_ERROR, &serde_json::json!({"error": error}))
            }
        })
    }
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}
