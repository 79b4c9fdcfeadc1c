//! Why a request is not run.

use super::accept::Media;
use super::guard::{Excess, Limit};
use super::limits;
use async_graphql::parser::Error as ParseError;
use async_graphql::{ErrorExtensionValues, Pos, ServerError};
use poem::http::StatusCode;

/// Why a request is answered without running its document; the wording is the answer's message.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The request is no GraphQL request.
    #[error("{0}")]
    Malformed(String),
    /// The body is over [`limits::BODY_BYTES`].
    #[error("the body is too long: at most {} bytes are read", limits::BODY_BYTES)]
    BodyTooLong,
    /// The body did not arrive within [`limits::BODY_TIME`].
    #[error("the body did not arrive within {} s", limits::BODY_TIME.as_secs())]
    BodyTooSlow,
    /// The body is declared as something else than JSON in UTF-8.
    #[error("the Content-Type must be application/json, in UTF-8")]
    ContentTypeNotJson,
    /// `Accept` leaves no media type to answer in.
    #[error(
        "answers are application/graphql-response+json, application/json or text/event-stream; Accept allows none of them"
    )]
    NotAcceptable,
    /// The method is neither GET nor POST.
    #[error("only GET and POST are answered")]
    MethodNotAllowed,
    /// A mutation was asked by GET.
    #[error("a mutation must be sent by POST")]
    MutationByGet,
    /// A page of another origin asks with a person's cookie.
    #[error("a page of another site may not ask with this site's cookie")]
    CrossSite,
    /// The caller is not let in; what [`Admit`](super::Admit) answers.
    #[error("{message}")]
    Caller {
        /// Status of the answer.
        status: StatusCode,
        /// Code of the answer's error.
        code: &'static str,
        /// Message of the answer's error.
        message: String,
    },
    /// No document has the id that is asked for.
    #[error("no document has this id; an id is `sha256:` and 64 hexadecimal digits in small letters")]
    DocumentUnknown,
    /// Only documents that are known beforehand are answered, and this is none of them.
    #[error("only documents known beforehand are answered here; ask for one by its `documentId`")]
    DocumentRequired,
    /// The document is over a limit, or has a text without an end.
    #[error("{0}")]
    Excess(#[from] Excess),
    /// The document does not parse.
    #[error("{message}")]
    Syntax {
        /// What is wrong, in one line.
        message: String,
        /// Where it is wrong.
        locations: Vec<Pos>,
    },
    /// A fragment spreads itself, directly or through others.
    #[error("fragment {name} spreads itself")]
    FragmentCycle {
        /// Name of the fragment.
        name: String,
    },
    /// The document asks about the schema, and the caller may not.
    #[error("__schema, and of __type all but the name, are answered to staff only")]
    IntrospectionForbidden,
    /// The document has several operations and none is chosen.
    #[error("the document has several operations: `operationName` must name one of them")]
    OperationNotNamed,
    /// The document does not have the named operation.
    #[error("the document has no operation named {name:?}")]
    OperationUnknown {
        /// The name asked for.
        name: String,
    },
    /// A subscription asks for several things, or for none.
    #[error("a subscription asks for exactly one field of its root, and not by a fragment")]
    SubscriptionRoot,
    /// The person has as many streams open as one may have.
    #[error("at most {} streams of one person are open at once", limits::STREAMS)]
    TooManyStreams,
    /// The socket has as many operations under way as one may have.
    #[error("at most {} operations of one socket are under way at once", limits::OPERATIONS)]
    TooManyOperations,
    /// A subscription came where single answers are given.
    #[error(
        "a subscription is answered as text/event-stream or over the WebSocket protocol graphql-transport-ws"
    )]
    SubscriptionUnanswerable,
    /// The document was not answered within [`limits::EXECUTION_TIME`].
    #[error("no answer within {} s; whether a mutation took effect is unknown", limits::EXECUTION_TIME.as_secs())]
    TooSlow,
}

impl Refusal {
    /// Returns the code clients switch on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_)
            | Self::OperationNotNamed
            | Self::OperationUnknown { .. }
            | Self::SubscriptionUnanswerable => "BAD_REQUEST",
            Self::BodyTooLong | Self::Excess(Excess::Over(Limit::Bytes)) => "PAYLOAD_TOO_LARGE",
            Self::BodyTooSlow | Self::TooSlow => "TIMEOUT",
            Self::ContentTypeNotJson => "UNSUPPORTED_MEDIA_TYPE",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::MethodNotAllowed | Self::MutationByGet => "METHOD_NOT_ALLOWED",
            Self::CrossSite => "FORBIDDEN",
            Self::Caller { code, .. } => code,
            Self::DocumentUnknown => "PERSISTED_DOCUMENT_NOT_FOUND",
            Self::DocumentRequired => "PERSISTED_DOCUMENT_REQUIRED",
            Self::TooManyStreams | Self::TooManyOperations => "TOO_MANY_STREAMS",
            Self::Excess(Excess::Over(_)) => "GRAPHQL_LIMIT_EXCEEDED",
            Self::Excess(Excess::OpenText { .. }) | Self::Syntax { .. } => "GRAPHQL_PARSE_FAILED",
            Self::SubscriptionRoot | Self::FragmentCycle { .. } => "GRAPHQL_VALIDATION_FAILED",
            Self::IntrospectionForbidden => "INTROSPECTION_FORBIDDEN",
        }
    }

    /// Returns the status of the answer. What is wrong with the document, and not with the request around it, is
    /// 200 under `application/json`, as the GraphQL-over-HTTP draft asks.
    pub(super) fn status(&self, media: Media) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::BodyTooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::ContentTypeNotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::MethodNotAllowed | Self::MutationByGet => StatusCode::METHOD_NOT_ALLOWED,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Caller { status, .. } => *status,
            Self::TooManyStreams | Self::TooManyOperations => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::SERVICE_UNAVAILABLE,
            _ if media == Media::Json => StatusCode::OK,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Whether the document is wrong, and not the request around it.
    pub(super) fn is_of_document(&self) -> bool {
        self.status(Media::Json) == StatusCode::OK
    }

    /// Returns the methods to name in `Allow`.
    pub(super) fn allow(&self) -> Option<&'static str> {
        match self {
            Self::MethodNotAllowed => Some("GET, POST"),
            Self::MutationByGet => Some("POST"),
            _ => None,
        }
    }

    /// Returns the refusal as the GraphQL error that every transport sends.
    #[must_use]
    pub fn to_error(&self) -> ServerError {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code());
        let mut error = ServerError::new(self.to_string(), None);
        match self {
            Self::Syntax { locations, .. } => error.locations.clone_from(locations),
            Self::Excess(Excess::OpenText { line, column }) => {
                error.locations.push(Pos { line: *line, column: *column });
            }
            Self::Excess(Excess::Over(limit)) => {
                extensions.set("limit", limit.name());
                extensions.set("allowed", limit.allowed());
            }
            _ => {}
        }
        error.extensions = Some(extensions);
        error
    }
}

impl From<ParseError> for Refusal {
    /// Keeps the places, and of the parser's drawing over several lines only what it expected.
    fn from(error: ParseError) -> Self {
        let locations = error.positions().collect();
        let message = match &error {
            ParseError::Syntax { message, start, .. } => {
                let reason = message.rsplit_once("= ").map_or("not expected", |(_, reason)| reason.trim());
                format!(
                    "syntax error at line {}, column {}: {}",
                    start.line,
                    start.column,
                    reason.replace('\n', " ")
                )
            }
            other => other.to_string(),
        };
        Self::Syntax { message, locations }
    }
}
