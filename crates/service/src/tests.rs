use crate::session;
use poem::endpoint::make_sync;
use poem::http::StatusCode;
use poem::middleware::CatchPanic;
use poem::{Endpoint, EndpointExt, Request, Response};

#[tokio::test]
async fn a_panic_is_answered_and_tells_nothing() {
    let broken = make_sync(|_| -> Response { panic!("a bug of ours") });
    let endpoint = broken.with(CatchPanic::new().with_handler(session::panicked));
    let response = endpoint.call(Request::default()).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = response.into_body().into_string().await.unwrap();
    assert!(body.contains("INTERNAL") && !body.contains("a bug of ours"), "{body}");
}
