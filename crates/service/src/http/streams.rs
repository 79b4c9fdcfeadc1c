//! What the streaming transports share: how many streams a person has, how an answer is written, when all of them end.

use super::document::Prepared;
use super::endpoint::Admitted;
use super::limits;
use super::refusal::Refusal;
use super::reply;
use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Response, ServerError, Value};
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, once};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The streams that are open, by who opened them.
#[derive(Debug, Clone)]
pub struct Streams {
    open: Arc<Mutex<HashMap<[u8; 32], usize>>>,
    /// Turns false when the program wants no more requests.
    wanted: watch::Receiver<bool>,
}

/// The right to one stream, given back when it ends.
#[derive(Debug)]
pub(super) struct Place {
    streams: Streams,
    of: Option<[u8; 32]>,
}

impl Streams {
    /// Makes a register of streams that all end when `wanted` turns false.
    #[must_use]
    pub fn new(wanted: watch::Receiver<bool>) -> Self {
        Self { open: Arc::default(), wanted }
    }

    /// Takes a place for one more stream of this person, if there is one.
    pub(super) fn enter(&self, person: Option<[u8; 32]>) -> Result<Place, Refusal> {
        if let Some(person) = person {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let count = open.entry(person).or_default();
            if *count >= limits::STREAMS {
                return Err(Refusal::TooManyStreams);
            }
            *count += 1;
        }
        Ok(Place { streams: self.clone(), of: person })
    }

    /// Waits until all streams are to end.
    pub(super) async fn ending(&self) {
        let mut wanted = self.wanted.clone();
        let _the_program_is_gone = wanted.wait_for(|wanted| !wanted).await.is_err();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(person) = self.of else { return };
        let mut open = self.streams.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&person) {
            *count -= 1;
            if *count == 0 {
                open.remove(&person);
            }
        }
    }
}

/// Runs a document; what it answers comes one by one. A query or a mutation answers once.
pub(super) fn answers<E: Executor>(
    schema: &E,
    prepared: Prepared,
    admitted: Admitted,
) -> BoxStream<'static, Answer> {
    let Prepared { mut request, operation } = prepared;
    request.data = admitted.data;
    let schema = schema.clone();
    if operation == OperationType::Subscription {
        let mut first = true;
        return schema
            .execute_stream(request, None)
            .map(move |response| Answer::of(response, std::mem::take(&mut first)))
            .boxed();
    }
    let execution = async move {
        match tokio::time::timeout(limits::EXECUTION_TIME, schema.execute(request)).await {
            Ok(response) => Answer::of(response, false),
            Err(_) => Answer::Refused(vec![Refusal::TooSlow.to_error()]),
        }
    };
    once(execution).boxed()
}

/// One answer to a document.
pub(super) enum Answer {
    /// An answer, as JSON.
    Next(String),
    /// The document was not run, and there will be no answer.
    Refused(Vec<ServerError>),
}

impl Answer {
    /// What opens a stream and has only errors is no event of it: there is no stream.
    fn of(mut response: Response, opens: bool) -> Self {
        let nothing = response.data == Value::Null && !response.errors.is_empty();
        if reply::not_run(&mut response) || (opens && nothing) {
            return Self::Refused(response.errors);
        }
        Self::Next(reply::text(&response.errors, Some(&response.data), &response.extensions))
    }
}

/// Errors as the only thing an answer has.
pub(super) fn errors_text(errors: &[ServerError]) -> String {
    reply::text(errors, None, &std::collections::BTreeMap::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_person_has_only_so_many_streams_and_places_come_back() {
        let (_program, wanted) = watch::channel(true);
        let streams = Streams::new(wanted);
        let (one, other) = (Some([1; 32]), Some([2; 32]));
        let mut places: Vec<Place> = (0..limits::STREAMS).map(|_| streams.enter(one).unwrap()).collect();
        assert_eq!(streams.enter(one).unwrap_err(), Refusal::TooManyStreams);
        assert!(streams.enter(other).is_ok() && streams.enter(None).is_ok());
        places.pop();
        assert!(streams.enter(one).is_ok());
        places.clear();
        assert!(streams.open.lock().unwrap().is_empty());
    }
}
