use super::*;
use poem::{Endpoint, Route};

#[derive(RustEmbed)]
#[folder = "tests/bundle"]
struct Bundle;

const SCRIPT: &str = "/assets/console-1a2b3c4d.js";

async fn asked(
    lookup: fn(&str) -> Option<EmbeddedFile>,
    method: Method,
    path: &str,
    known: &str,
) -> Response {
    let assets = Assets { lookup };
    let route = Route::new().at("/graphiql", assets).at("/assets/*path", assets);
    route
        .get_response(Request::builder().method(method).uri_str(path).header(IF_NONE_MATCH, known).finish())
        .await
}

async fn got(path: &str) -> Response {
    asked(Bundle::get, Method::GET, path, "").await
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response) -> String {
    response.into_body().into_string().await.unwrap()
}

#[tokio::test]
async fn a_page_is_asked_for_again_each_time() {
    let response = got("/graphiql").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&response, "cache-control"), "no-cache");
    assert_eq!(body(response).await, "<!doctype html><title>console</title>\n");
}

#[tokio::test]
async fn a_file_named_by_its_content_is_kept_for_ever() {
    let response = got(SCRIPT).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(body(response).await, "export {};\n");
}

#[tokio::test]
async fn a_known_file_is_not_sent_again() {
    let tag = header(&got(SCRIPT).await, "etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() == 34, "{tag}");
    for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let response = asked(Bundle::get, Method::GET, SCRIPT, &known).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&response, "etag"), tag);
        assert_eq!(body(response).await, "");
    }
    assert_eq!(asked(Bundle::get, Method::GET, SCRIPT, "\"other\"").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn head_answers_the_headers_alone() {
    let response = asked(Bundle::get, Method::HEAD, SCRIPT, "").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-length"), "11");
    assert_eq!(body(response).await, "");
}

#[tokio::test]
async fn other_methods_and_other_files_are_refused() {
    let response = asked(Bundle::get, Method::POST, SCRIPT, "").await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, "allow"), "GET, HEAD");
    for path in ["/assets/none.js", "/assets/../assets/console-1a2b3c4d.js", "/assets/%2e%2e/Cargo.toml"] {
        assert_eq!(got(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/graphiql", SCRIPT, "/assets/none.js"] {
        let response = got(path).await;
        let policy = header(&response, "content-security-policy");
        assert!(
            policy.contains("default-src 'self';") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("script-src") && !policy.contains("  "), "{policy}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "referrer-policy"), "same-origin");
    }
}

#[tokio::test]
async fn a_console_that_was_not_built_says_how_to_build_it() {
    let response = asked(|_| None, Method::GET, "/graphiql", "").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = body(response).await;
    assert!(page.contains("./run") && page.contains("npm run build") && page.contains("请运行"), "{page}");
}
