//! What a request asks: a document, the operation in it, its variables.

use super::accept;
use super::documents::Documents;
use super::limits;
use super::refusal::Refusal;
use poem::Request;
use poem::error::ReadBodyError;
use poem::http::Method;
use poem::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

/// The parameters of one GraphQL request, read but not yet measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// The document.
    pub query: String,
    /// The operation to run when the document has several.
    pub operation_name: Option<String>,
    /// Values of the operation's variables. Their nesting is bounded by `serde_json` (128 levels), their size by
    /// the body.
    pub variables: Map<String, Value>,
}

impl Parameters {
    /// Reads the parameters from a decoded JSON body.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] names the member that is missing or of another type; [`Refusal::DocumentUnknown`] and
    /// [`Refusal::DocumentRequired`] are of [`Documents`]. `extensions` may be given and is not used; a batch is refused.
    pub fn from_json(body: Value, documents: &Documents) -> Result<Self, Refusal> {
        let Value::Object(mut members) = body else {
            return Err(malformed("the body must be one JSON object; batches are not answered"));
        };
        let query = optional_text(&mut members, "query")?;
        let id = optional_text(&mut members, "documentId")?;
        let operation_name = optional_text(&mut members, "operationName")?;
        let variables = optional_object(&mut members, "variables")?;
        optional_object(&mut members, "extensions")?;
        Ok(Self { query: documents.resolve(query, id.as_deref())?, operation_name, variables })
    }

    /// Reads them from a GET's query string or a POST's body.
    pub(super) async fn read(request: &mut Request, documents: &Documents) -> Result<Self, Refusal> {
        if request.method() == Method::GET {
            return Self::from_query_string(request, documents);
        }
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(accept::is_json) {
            return Err(Refusal::ContentTypeNotJson);
        }
        let body = request.take_body().into_bytes_limit(limits::BODY_BYTES);
        let body = match tokio::time::timeout(limits::BODY_TIME, body).await {
            Ok(Ok(body)) => body,
            Ok(Err(ReadBodyError::PayloadTooLarge)) => return Err(Refusal::BodyTooLong),
            Ok(Err(error)) => return Err(malformed(format!("the body could not be read: {error}"))),
            Err(_) => return Err(Refusal::BodyTooSlow),
        };
        let body = serde_json::from_slice(&body)
            .map_err(|error| malformed(format!("the body is not JSON: {error}")))?;
        Self::from_json(body, documents)
    }

    fn from_query_string(request: &Request, documents: &Documents) -> Result<Self, Refusal> {
        let pairs: Vec<(String, String)> = request
            .params()
            .map_err(|error| malformed(format!("the query string cannot be read: {error}")))?;
        let mut members = Map::new();
        for (name, text) in pairs {
            let value = match name.as_str() {
                "query" | "documentId" | "operationName" => Value::String(text),
                "variables" | "extensions" => serde_json::from_str(&text)
                    .map_err(|error| malformed(format!("`{name}` is not JSON: {error}")))?,
                _ => continue,
            };
            if members.contains_key(&name) {
                return Err(malformed(format!("`{name}` is given twice")));
            }
            members.insert(name, value);
        }
        Self::from_json(Value::Object(members), documents)
    }
}

fn optional_text(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(format!("`{name}` must be a string"))),
    }
}

fn optional_object(members: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, Refusal> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(malformed(format!("`{name}` must be an object"))),
    }
}

fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::Malformed(message.into())
}
