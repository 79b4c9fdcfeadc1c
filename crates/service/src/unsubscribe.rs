//! The link in a mail by which its reader does without mails of that kind, signed in or not (RFC 8058).
//!
//! `GET` asks first: programs that look at every link of a mail must not be taken for its reader. `POST` does it, for the
//! button on that page and for mail programs alike. The token in the link is all the right there is; no cookie is read.
use crate::breakage::{chain, code};
use desk::{Desk, DeskError};
use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};
use workflow::{Language, Text};

/// Nothing but the page's own form.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// `GET` and `POST /unsubscribe/TOKEN`.
pub(crate) struct Unsubscribe(pub(crate) Desk);

impl Endpoint for Unsubscribe {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let language = crate::session::language(request.headers(), None);
        let token = request.raw_path_param("token").unwrap_or_default();
        let done = request.method() == Method::POST;
        let found = if done { self.0.unsubscribe(token).await } else { self.0.unsubscribe_kind(token).await };
        Ok(match found {
            Ok(Some(kind)) => page(StatusCode::OK, language, &kind, !done),
            Ok(None) => {
                let what = Text::new("此链接无效", "This link is not valid");
                page(StatusCode::NOT_FOUND, language, &what, false)
            }
            Err(error) => broken(&error, language),
        })
    }
}

/// A page that says what is done, or asks.
fn page(status: StatusCode, language: Language, kind: &Text, asks: bool) -> Response {
    let zh = language == Language::Zh;
    // A kind's name comes from its template, and has none of the characters that HTML minds; a test sees to it.
    let kind = kind.get(language);
    let words = match (status.is_success(), asks) {
        (false, _) => format!("<p>{kind}</p>"),
        (true, true) => {
            let (question, button) = if zh {
                ("不再接收此类邮件？", "不再接收")
            } else {
                ("Receive no more mails of this kind?", "No more")
            };
            format!(
                "<p>{question}</p><p><strong>{kind}</strong></p><form method=\"post\"><button>{button}</button></form>"
            )
        }
        (true, false) if zh => {
            format!("<p>已不再接收此类邮件：<strong>{kind}</strong>。登录后可以恢复。</p>")
        }
        (true, false) => format!(
            "<p>You receive no more mails of this kind: <strong>{kind}</strong>. Sign in to have them again.</p>"
        ),
    };
    let html = format!(
        "<!DOCTYPE html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{kind}</title><body style=\"font-family:sans-serif;margin:3em auto;\
         max-width:30em\">{words}</body></html>",
        language.as_str()
    );
    Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header(header::CACHE_CONTROL, "no-store")
        .body(html)
}

fn broken(error: &DeskError, language: Language) -> Response {
    tracing::error!(code = code(error), error = %chain(error), "a link of a mail could not be followed");
    let what = Text::new("暂时无法处理，请稍后再试", "It does not work at the moment; try again");
    page(StatusCode::SERVICE_UNAVAILABLE, language, &what, false)
}
