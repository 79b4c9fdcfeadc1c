//! The handler of `/graphql`: GraphQL over HTTP (draft of 2025), strictly.
//!
//! async-graphql-poem's own runs mutations by GET and by forms of other sites, and reads bodies and batches
//! without a bound; therefore this one.

use super::accept::{Media, negotiate};
use super::document::{Prepared, prepare};
use super::documents::Documents;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::{limits, origin, reply};

use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Executor};
use poem::http::Method;
use poem::http::header::ACCEPT;
use poem::{Request, Response};
use std::future::Future;
use std::sync::Arc;

/// What a request brings along once its caller is known.
#[derive(Debug, Default)]
pub struct Admitted {
    /// Data for the resolvers: the caller, the loaders.
    pub data: Data,
    /// Whether the caller may ask about the schema.
    pub introspection: bool,
}

/// Tells who asks.
pub trait Admit: Send + Sync {
    /// Turns a request into what its resolvers need, before its document is parsed.
    ///
    /// # Errors
    /// A [`Refusal::Caller`] for whoever is not let in at all.
    fn admit(&self, request: &Request) -> impl Future<Output = Result<Admitted, Refusal>> + Send;
}

/// Serves a schema over HTTP: queries by GET, queries and mutations by POST, one at a time.
///
/// Cookies from pages of other origins are refused; everything else about the caller is [`Admit`]'s.
#[derive(Debug, Clone)]
pub struct GraphqlOverHttp<E, A> {
    schema: E,
    admit: A,
    documents: Arc<Documents>,
}

impl<E: Executor, A: Admit> GraphqlOverHttp<E, A> {
    /// Makes the handler of `schema` for callers told apart by `admit`, with these documents known beforehand.
    pub fn new(schema: E, admit: A, documents: Arc<Documents>) -> Self {
        Self { schema, admit, documents }
    }

    async fn answer(&self, mut request: Request) -> Result<async_graphql::Response, Refusal> {
        if !matches!(*request.method(), Method::GET | Method::POST) {
            return Err(Refusal::MethodNotAllowed);
        }
        if origin::is_cross_site(&request) {
            return Err(Refusal::CrossSite);
        }
        let parameters = Parameters::read(&mut request, &self.documents).await?;
        let admitted = self.admit.admit(&request).await?;
        let Prepared { request: mut document, operation } = prepare(parameters, admitted.introspection)?;
        match operation {
            OperationType::Subscription => return Err(Refusal::SubscriptionUnanswerable),
            OperationType::Mutation if request.method() == Method::GET => return Err(Refusal::MutationByGet),
            OperationType::Mutation | OperationType::Query => {}
        }
        document.data = admitted.data;
        let execution = self.schema.execute(document);
        tokio::time::timeout(limits::EXECUTION_TIME, execution).await.map_err(|_| Refusal::TooSlow)
    }
}

impl<E: Executor, A: Admit> poem::Endpoint for GraphqlOverHttp<E, A> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let accepted = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let Some(media) = negotiate(accepted) else {
            return Ok(reply::refused(Media::Json, &Refusal::NotAcceptable));
        };
        Ok(match self.answer(request).await {
            Ok(answer) => reply::answered(media, answer),
            Err(refusal) => reply::refused(media, &refusal),
        })
    }
}

#[cfg(test)]
mod tests;
