//! Contents of files over HTTP: `PUT /attachments/TOKEN` brings one that is awaited, `GET /attachments/ID` fetches one.
//!
//! What is fetched was written by strangers: it leaves as a file to be saved, in its own empty origin, and no browser
//! may guess what it is.
use crate::schema::NodeId;
use crate::session::{Sessions, answer, failed, unable};
use desk::{Desk, Download, Unuploaded};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use poem::http::{StatusCode, header};
use poem::{Body, Endpoint, Request, Response, Result};
use serde_json::json;

/// What `filename*` writes as it is: `attr-char` of RFC 8187, 3.2.1.
pub(crate) const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'{')
    .add(b'}');

/// `PUT /attachments/TOKEN`.
pub(crate) struct Upload(pub(crate) Desk);

impl Endpoint for Upload {
    type Output = Response;

    /// The token is the right to bring the content: no cookie is asked for, so that no other site can lend one.
    async fn call(&self, mut request: Request) -> Result<Response> {
        let token = request.raw_path_param("key").unwrap_or_default().to_owned();
        let language = crate::session::language(request.headers(), None);
        let content = request.take_body().into_async_read();
        Ok(match self.0.attachment_upload(&token, content).await {
            Ok(Ok(attachment)) => answer(
                StatusCode::CREATED,
                &json!({
                    "id": NodeId::Attachment(attachment.id).encode().as_str(),
                    "name": attachment.name,
                    "mediaType": attachment.media_type,
                    "size": attachment.size,
                }),
            ),
            Ok(Err(refused)) => failed(status(&refused), refused.code(), &refused.message(language)),
            Err(error) => unable(&error, "a file could not be taken in"),
        })
    }
}

/// `GET /attachments/ID`.
pub(crate) struct Fetch(pub(crate) Sessions);

impl Endpoint for Fetch {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let caller = match self.0.reader(request.headers(), ("Attachment", "url")).await {
            Ok(caller) => caller,
            Err(refused) => return Ok(refused),
        };
        let id = request.raw_path_param("key").unwrap_or_default().to_owned();
        let Some(id) = NodeId::attachment(&id.into()) else { return Ok(missing()) };
        Ok(match self.0.desk().attachment_open(&caller, id).await {
            Ok(Some(download)) => handed_out(download),
            Ok(None) => missing(),
            Err(error) => unable(&error, "a file could not be handed out"),
        })
    }
}

fn handed_out(Download { attachment, content }: Download) -> Response {
    let name = utf8_percent_encode(&attachment.name, ESCAPED);
    Response::builder()
        .header(header::CONTENT_TYPE, attachment.media_type)
        .header(header::CONTENT_LENGTH, attachment.size)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}"))
        .header(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header("cross-origin-resource-policy", "same-origin")
        .header(header::CACHE_CONTROL, "private, no-store")
        .body(Body::from_async_read(content))
}

/// What is foreign looks like what was never there.
fn missing() -> Response {
    failed(StatusCode::NOT_FOUND, "NO_SUCH_ATTACHMENT", "there is no such file")
}

pub(crate) const fn status(refused: &Unuploaded) -> StatusCode {
    match refused {
        Unuploaded::NoSuchUpload => StatusCode::NOT_FOUND,
        Unuploaded::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Unuploaded::TooShort { .. } => StatusCode::BAD_REQUEST,
        Unuploaded::WrongType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Unuploaded::TooSlow => StatusCode::REQUEST_TIMEOUT,
    }
}
