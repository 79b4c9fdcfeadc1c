//! The handler of `/graphql`: GraphQL over HTTP (draft of 2025), strictly.
//!
//! async-graphql-poem's own runs mutations by GET and by forms of other sites, and reads bodies and batches
//! without a bound; therefore this one.

use super::accept::{Media, negotiate};
use super::document::{Prepared, prepare};
use super::documents::Documents;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::socket::{PROTOCOL, Socket};
use super::streams::{Streams, answers};
use super::{events, limits, origin, reply};

use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Executor};
use poem::http::header::{ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use poem::http::{HeaderMap, Method};
use poem::web::websocket::{WebSocket, WebSocketConfig};
use poem::{FromRequest, IntoResponse, Request, Response};
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

/// What a request brings along once its caller is known.
#[derive(Debug, Default)]
pub struct Admitted {
    /// Data for the resolvers: the caller, the loaders.
    pub data: Data,
    /// Whether the caller may ask about the schema.
    pub introspection: bool,
    /// Who it is, told apart and no more; none for a stranger.
    pub person: Option<[u8; 32]>,
}

/// Tells who asks.
pub trait Admit: Send + Sync {
    /// Turns a request's headers, and the address at its other end, into what its resolvers need, before its document is
    /// parsed.
    ///
    /// # Errors
    /// A [`Refusal::Caller`] for whoever is not let in at all.
    fn admit(
        &self,
        headers: &HeaderMap,
        peer: Option<IpAddr>,
    ) -> impl Future<Output = Result<Admitted, Refusal>> + Send;
}

/// Serves a schema over HTTP: queries by GET, queries and mutations by POST, one at a time; subscriptions as server-sent
/// events or over a socket.
///
/// Cookies from pages of other origins are refused; everything else about the caller is [`Admit`]'s.
#[derive(Debug, Clone)]
pub struct GraphqlOverHttp<E, A> {
    schema: E,
    admit: A,
    documents: Arc<Documents>,
    streams: Streams,
}

impl<E: Executor, A: Admit + Clone + 'static> GraphqlOverHttp<E, A> {
    /// Makes the handler of `schema` for callers told apart by `admit`, with these documents known beforehand.
    pub fn new(schema: E, admit: A, documents: Arc<Documents>, streams: Streams) -> Self {
        Self { schema, admit, documents, streams }
    }

    /// What a request asks and who asks it, before anything of it is run.
    async fn asked(&self, mut request: Request) -> Result<(Prepared, Admitted), Refusal> {
        if !matches!(*request.method(), Method::GET | Method::POST) {
            return Err(Refusal::MethodNotAllowed);
        }
        if origin::is_cross_site(&request) {
            return Err(Refusal::CrossSite);
        }
        let parameters = Parameters::read(&mut request, &self.documents).await?;
        let admitted = self.admit.admit(request.headers(), peer(&request)).await?;
        let prepared = prepare(parameters, admitted.introspection)?;
        if prepared.operation == OperationType::Mutation && request.method() == Method::GET {
            return Err(Refusal::MutationByGet);
        }
        Ok((prepared, admitted))
    }

    async fn answer(&self, request: Request) -> Result<async_graphql::Response, Refusal> {
        let (Prepared { request: mut document, operation }, admitted) = self.asked(request).await?;
        if operation == OperationType::Subscription {
            return Err(Refusal::SubscriptionUnanswerable);
        }
        document.data = admitted.data;
        let execution = self.schema.execute(document);
        tokio::time::timeout(limits::EXECUTION_TIME, execution).await.map_err(|_| Refusal::TooSlow)
    }

    /// Answers as server-sent events.
    async fn events(&self, request: Request) -> Result<Response, Refusal> {
        let (prepared, admitted) = self.asked(request).await?;
        let place = self.streams.enter(admitted.person)?;
        Ok(events::answered(answers(&self.schema, prepared, admitted), place, self.streams.clone()))
    }

    /// Opens a socket.
    async fn socket(&self, request: Request) -> Result<Response, Refusal> {
        if origin::is_cross_site(&request) {
            return Err(Refusal::CrossSite);
        }
        let offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL).iter();
        let mut offered = offered.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let agreed = offered.any(|offer| offer.trim() == PROTOCOL);
        let socket = WebSocket::from_request_without_body(&request).await;
        let socket = socket.map_err(|error| Refusal::Malformed(format!("no WebSocket: {error}")))?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(limits::BODY_BYTES))
            .max_frame_size(Some(limits::BODY_BYTES));
        let served = Socket {
            schema: self.schema.clone(),
            admit: self.admit.clone(),
            documents: self.documents.clone(),
            streams: self.streams.clone(),
            headers: request.headers().clone(),
            peer: peer(&request),
        };
        let socket = socket.protocols([PROTOCOL]).config(config);
        Ok(socket.on_upgrade(move |stream| served.serve(stream, agreed)).into_response())
    }
}

impl<E: Executor, A: Admit + Clone + 'static> poem::Endpoint for GraphqlOverHttp<E, A> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let upgrade = request.headers().get(UPGRADE);
        if upgrade.is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket")) {
            return Ok(self
                .socket(request)
                .await
                .unwrap_or_else(|refusal| reply::refused(Media::Json, &refusal)));
        }
        let accepted = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let Some(media) = negotiate(accepted) else {
            return Ok(reply::refused(Media::Json, &Refusal::NotAcceptable));
        };
        if media == Media::Events {
            return Ok(match self.events(request).await {
                Ok(events) => events,
                Err(refusal) if refusal.is_of_document() => events::refused(&refusal),
                Err(refusal) => reply::refused(Media::Json, &refusal),
            });
        }
        Ok(match self.answer(request).await {
            Ok(answer) => reply::answered(media, answer),
            Err(refusal) => reply::refused(media, &refusal),
        })
    }
}

/// The address at the other end of a connection.
pub(crate) fn peer(request: &Request) -> Option<IpAddr> {
    request.remote_addr().as_socket_addr().map(|address| address.ip().to_canonical())
}

#[cfg(test)]
mod tests;
