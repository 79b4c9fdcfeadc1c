//! The console's files, out of the binary.
//!
//! `console/dist` is embedded when the crate is compiled. A binary compiled before the console was built answers
//! with a page that says so.

use poem::http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use poem::http::{Method, StatusCode};
use poem::{Body, Request, Response, ResponseBuilder};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Console;

/// Serves the built console: mounted at the paths of its pages and at `/assets/*path`, it answers by the whole path.
#[derive(Debug, Clone, Copy)]
pub struct Assets {
    lookup: fn(&str) -> Option<EmbeddedFile>,
}

/// Where pages are answered, each with its file.
const PAGES: [(&str, &str); 3] =
    [("graphiql", "graphiql.html"), ("mail", "mail.html"), ("people", "people.html")];

/// Scripts and styles of our own only; the editor injects styles and starts its workers from blobs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>钱小二</title>\
    <p>此程序编译时尚未构建控制台。请运行 <code>./run</code>，或在 <code>console</code> 目录执行 \
    <code>npm ci &amp;&amp; npm run build</code> 后重新编译。</p>\
    <p lang=\"en\">The console was not built when this program was compiled. Run <code>./run</code>, or \
    <code>npm ci &amp;&amp; npm run build</code> in <code>console</code>, and compile again.</p></html>";

impl Assets {
    /// Serves the files of `console/dist`.
    #[must_use]
    pub fn console() -> Self {
        Self { lookup: Console::get }
    }

    fn answer(self, request: &Request) -> Response {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return secured(StatusCode::METHOD_NOT_ALLOWED).header(ALLOW, "GET, HEAD").finish();
        }
        let path = request.uri().path().trim_start_matches('/');
        let page = PAGES.into_iter().find(|(name, _)| *name == path);
        let path = page.map_or(path, |(_, file)| file);
        match (self.lookup)(path) {
            Some(file) => found(request, path, file),
            None if page.is_some() => secured(StatusCode::SERVICE_UNAVAILABLE)
                .header(CACHE_CONTROL, "no-store")
                .header(CONTENT_TYPE, content_type(path))
                .body(NOT_BUILT),
            None => secured(StatusCode::NOT_FOUND).finish(),
        }
    }
}

impl poem::Endpoint for Assets {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok(self.answer(&request))
    }
}

fn found(request: &Request, path: &str, file: EmbeddedFile) -> Response {
    let tag = entity_tag(&file);
    // The build puts a hash of the content into the name of everything under assets/.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = request.headers().get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let unchanged = known
        .flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag);
    let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let response = secured(status).header(CACHE_CONTROL, caching).header(ETAG, tag);
    if unchanged {
        return response.finish();
    }
    let response = response.header(CONTENT_TYPE, content_type(path)).header(CONTENT_LENGTH, file.data.len());
    if request.method() == Method::HEAD {
        return response.finish();
    }
    response.body(match file.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    })
}

fn secured(status: StatusCode) -> ResponseBuilder {
    Response::builder()
        .status(status)
        .header("content-security-policy", CONTENT_SECURITY_POLICY)
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "same-origin")
}

/// Returns the first half of the content's SHA-256, quoted as RFC 9110 asks.
fn entity_tag(file: &EmbeddedFile) -> String {
    format!("\"{:.32}\"", hex::encode(file.metadata.sha256_hash()))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("ttf") => "font/ttf",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
