//! Answers as bytes.

use super::accept::Media;
use super::budget::{RATE_LIMITED, RETRY_AFTER};
use super::limits;
use super::refusal::Refusal;
use async_graphql::{ServerError, Value};
use poem::Response;
use poem::http::StatusCode;
use poem::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER as RETRY_AFTER_HEADER, VARY,
};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    /// Absent when the document was not run; null is an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

/// Renders what the schema answered.
pub(super) fn answered(media: Media, mut answer: async_graphql::Response) -> Response {
    let not_run = not_run(&mut answer);
    let mut status = StatusCode::OK;
    if not_run {
        if media == Media::GraphqlResponse {
            status = StatusCode::BAD_REQUEST;
        }
        if let Some(wait) = retry_after(&answer.errors) {
            status = StatusCode::TOO_MANY_REQUESTS;
            answer.http_headers.insert(RETRY_AFTER_HEADER, wait);
        }
    }
    let data = (!not_run).then_some(&answer.data);
    let mut response =
        render(media, status, &Body { errors: &answer.errors, data, extensions: &answer.extensions });
    response.headers_mut().extend(answer.http_headers);
    response
}

/// Whether a document was not run: errors of execution have a path; without one, and without data, nothing was. What is
/// then told is bounded and has a code.
pub(super) fn not_run(answer: &mut async_graphql::Response) -> bool {
    let not_run = answer.data == Value::Null
        && !answer.errors.is_empty()
        && answer.errors.iter().all(|error| error.path.is_empty());
    if not_run {
        answer.errors.truncate(limits::VALIDATION_ERRORS);
        for error in &mut answer.errors {
            let extensions = error.extensions.get_or_insert_default();
            if extensions.get("code").is_none() {
                extensions.set("code", "GRAPHQL_VALIDATION_FAILED");
            }
        }
    }
    not_run
}

/// An answer as one line of JSON.
pub(super) fn text(
    errors: &[ServerError],
    data: Option<&Value>,
    extensions: &BTreeMap<String, Value>,
) -> String {
    serde_json::to_string(&Body { errors, data, extensions }).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        r#"{"errors":[{"message":"the answer could not be written","extensions":{"code":"INTERNAL"}}]}"#
            .to_owned()
    })
}

/// How many seconds to wait, where that is why a document was not run.
fn retry_after(errors: &[ServerError]) -> Option<HeaderValue> {
    let extensions = errors.first()?.extensions.as_ref()?;
    if extensions.get("code")? != &Value::from(RATE_LIMITED) {
        return None;
    }
    HeaderValue::from_str(&extensions.get(RETRY_AFTER)?.to_string()).ok()
}

/// Renders why the document was not run.
pub(super) fn refused(media: Media, refusal: &Refusal) -> Response {
    let errors = [refusal.to_error()];
    let body = Body { errors: &errors, data: None, extensions: &BTreeMap::new() };
    let mut response = render(media, refusal.status(media), &body);
    if let Some(methods) = refusal.allow() {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    }
    response
}

fn render(media: Media, status: StatusCode, body: &Body<'_>) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => Response::builder()
            .status(status)
            .header(CONTENT_TYPE, media.content_type())
            .header(CACHE_CONTROL, "no-store")
            .header(VARY, "Accept")
            .header("x-content-type-options", "nosniff")
            .body(bytes),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into()
        }
    }
}
