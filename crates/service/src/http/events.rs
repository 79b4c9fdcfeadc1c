//! Server-sent events: GraphQL over SSE in its mode of distinct connections, one stream a request.

use super::limits;
use super::refusal::Refusal;
use super::streams::{Answer, Place, Streams, errors_text};
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, once, unfold};
use poem::http::StatusCode;
use poem::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use poem::{Body, Response};
use std::io;
use tokio::sync::mpsc;
use tokio::time::{interval, timeout};

/// Nobody reads what is after the colon; it shows both ends, and every proxy, that the stream is alive.
const ALIVE: &str = ":\n\n";
/// Clients want a line of data, if an empty one.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// Answers with a stream of events.
pub(super) fn answered(answers: BoxStream<'static, Answer>, place: Place, streams: Streams) -> Response {
    let (sender, receiver) = mpsc::channel::<String>(limits::EVENTS_WAITING);
    tokio::spawn(write(answers, place, streams, sender));
    let body = unfold(receiver, |mut receiver| async {
        let event = receiver.recv().await?;
        Some((Ok::<_, io::Error>(event.into_bytes()), receiver))
    });
    response(Body::from_bytes_stream(body))
}

/// Answers why there are none, as a stream of one event.
pub(super) fn refused(refusal: &Refusal) -> Response {
    let event = next(&errors_text(&[refusal.to_error()]));
    let all = format!("{event}{COMPLETE}").into_bytes();
    response(Body::from_bytes_stream(once(async { Ok::<_, io::Error>(all) })))
}

fn response(body: Body) -> Response {
    Response::builder()
        .status(StatusCode::OK)
        .header(CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(CACHE_CONTROL, "no-store")
        // nginx keeps back what looks small.
        .header("x-accel-buffering", "no")
        .header("x-content-type-options", "nosniff")
        .body(body)
}

fn next(json: &str) -> String {
    format!("event: next\ndata: {json}\n\n")
}

/// Writes answers until they end, the program stops, or the other end is gone or takes nothing.
async fn write(
    mut answers: BoxStream<'static, Answer>,
    place: Place,
    streams: Streams,
    sender: mpsc::Sender<String>,
) {
    let _place = place;
    let sender = &sender;
    let send = async |event: String| {
        timeout(limits::SLOWEST_READER, sender.send(event)).await.is_ok_and(|sent| sent.is_ok())
    };
    let mut alive = interval(limits::ALIVE);
    loop {
        let event = tokio::select! {
            () = sender.closed() => return,
            () = streams.ending() => break,
            _ = alive.tick() => ALIVE.to_owned(),
            answer = answers.next() => match answer {
                Some(Answer::Next(json)) => next(&json),
                Some(Answer::Refused(errors)) => {
                    send(next(&errors_text(&errors))).await;
                    break;
                }
                None => break,
            },
        };
        if !send(event).await {
            return;
        }
    }
    send(COMPLETE.to_owned()).await;
}
