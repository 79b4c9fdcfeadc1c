//! Whether a page of another site asks with a person's cookie.

use poem::Request;
use poem::http::header::{COOKIE, HOST, ORIGIN};
use poem::http::uri::Authority;

/// Tells whether a request that carries a cookie comes from a page of another origin.
///
/// Without a cookie there is nothing to borrow, and a program that sends neither header is no browser. A proxy
/// in front must hand on `Host` as the browser sent it, port included.
#[must_use]
pub fn is_cross_site(request: &Request) -> bool {
    let headers = request.headers();
    if !headers.contains_key(COOKIE) {
        return false;
    }
    if headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| site.as_bytes().eq_ignore_ascii_case(b"cross-site"))
    {
        return true;
    }
    // HTTP/2 has no `Host`; its `:authority` is in the URI.
    let host = match headers.get(HOST) {
        Some(host) => host.to_str().ok(),
        None => request.uri().authority().map(Authority::as_str),
    };
    headers.get_all(ORIGIN).iter().any(|origin| {
        let asking = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
        !matches!((asking, host), (Some(asking), Some(host)) if asking.eq_ignore_ascii_case(host))
    })
}
