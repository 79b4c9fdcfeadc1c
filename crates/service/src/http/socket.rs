//! The protocol graphql-transport-ws over a WebSocket, with its close codes.
//!
//! async-graphql has a server of its own, which answers other codes than the protocol says and sends refusals as answers;
//! therefore this one. It holds no more than [`limits::EVENTS_WAITING`] answers for a reader that is slow, and leaves
//! one that takes nothing.

use super::document::prepare;
use super::documents::Documents;
use super::endpoint::{Admit, Admitted};
use super::limits;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::streams::{Answer, Place, Streams, answers};
use async_graphql::{Executor, ServerError};
use futures_util::{SinkExt, StreamExt};
use poem::http::HeaderMap;
use poem::http::header::{AUTHORIZATION, HeaderValue};
use poem::web::websocket::{Message, WebSocketStream};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Instant, interval, sleep, timeout};

/// The name of the protocol, as a client asks for it.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";

/// Why a socket is closed, by the protocol's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Close {
    /// The program stops.
    GoingAway,
    /// The person has too many streams.
    TryAgainLater,
    /// What came is no message of the protocol.
    Invalid(&'static str),
    /// Something was asked before the socket was initialised.
    Unauthorized,
    /// Nobody is signed in, or no longer.
    Forbidden,
    /// The client asked for another protocol.
    Subprotocol,
    /// The socket was not initialised in time.
    InitialisationTimeout,
    /// An operation has the name of one that is under way.
    SubscriberExists,
    /// The socket was initialised twice.
    TooManyInitialisations,
}

impl Close {
    fn message(self) -> Message {
        let (code, reason) = match self {
            Self::GoingAway => (1001, "Going away"),
            Self::TryAgainLater => (1013, "Too many streams"),
            Self::Invalid(what) => (4400, what),
            Self::Unauthorized => (4401, "Unauthorized"),
            Self::Forbidden => (4403, "Forbidden"),
            Self::Subprotocol => (4406, "Subprotocol not acceptable"),
            Self::InitialisationTimeout => (4408, "Connection initialisation timeout"),
            Self::SubscriberExists => (4409, "Subscriber already exists"),
            Self::TooManyInitialisations => (4429, "Too many initialisation requests"),
        };
        Message::close_with(code, reason)
    }
}

/// What the socket's loop ends with: a code to close with, or nothing where nobody is left to hear it.
type Ended = Option<Close>;

/// What an operation has to say.
struct Said {
    id: String,
    /// Tells an operation from a later one of the same name.
    serial: u64,
    what: What,
}

enum What {
    Next(String),
    Error(Vec<ServerError>),
    Complete,
}

/// One socket.
pub(super) struct Socket<E, A> {
    pub(super) schema: E,
    pub(super) admit: A,
    pub(super) documents: Arc<Documents>,
    pub(super) streams: Streams,
    /// The headers that it was opened with; the authorization may come later.
    pub(super) headers: HeaderMap,
    /// The address at its other end.
    pub(super) peer: Option<IpAddr>,
}

/// What a socket that is initialised knows.
struct Session {
    person: [u8; 32],
    _place: Place,
    operations: HashMap<String, (u64, AbortHandle)>,
    serial: u64,
    sender: mpsc::Sender<Said>,
}

impl Drop for Session {
    fn drop(&mut self) {
        for (_, operation) in self.operations.values() {
            operation.abort();
        }
    }
}

impl<E: Executor, A: Admit> Socket<E, A> {
    /// Serves the socket until it ends; `agreed` says whether the client asked for this protocol.
    pub(super) async fn serve(mut self, mut stream: WebSocketStream, agreed: bool) {
        let ended = if agreed { self.run(&mut stream).await } else { Some(Close::Subprotocol) };
        if let Some(close) = ended {
            let _not_heard = write(&mut stream, close.message()).await;
        }
        // Until the other end has closed too: it is owed a close for its own, and what it still sends would make the
        // network lose the reason.
        let closed = async { while let Some(Ok(_)) = stream.next().await {} };
        let _left_open = timeout(limits::INITIALISATION, closed).await;
    }

    async fn run(&mut self, stream: &mut WebSocketStream) -> Ended {
        let (sender, mut said) = mpsc::channel(limits::EVENTS_WAITING);
        let mut session: Option<Session> = None;
        let streams = self.streams.clone();
        let initialisation = sleep(limits::INITIALISATION);
        tokio::pin!(initialisation);
        let mut alive = interval(limits::ALIVE);
        let mut asked = interval(limits::CALLER_ASKED);
        let mut heard = Instant::now();
        loop {
            let text = tokio::select! {
                () = streams.ending() => return Some(Close::GoingAway),
                () = &mut initialisation, if session.is_none() => return Some(Close::InitialisationTimeout),
                _ = alive.tick() => {
                    if heard.elapsed() > limits::ALIVE * 3 {
                        return None;
                    }
                    write(stream, Message::Ping(vec![])).await?;
                    continue;
                }
                _ = asked.tick() => {
                    if let Some(session) = &session
                        && self.person().await != Some(session.person)
                    {
                        return Some(Close::Forbidden);
                    }
                    continue;
                }
                Some(said) = said.recv() => {
                    if let Some(text) = session.as_mut().and_then(|session| session.told(said)) {
                        write(stream, Message::Text(text)).await?;
                    }
                    continue;
                }
                message = stream.next() => match message? {
                    Ok(Message::Text(text)) => text,
                    Ok(Message::Binary(_)) => return Some(Close::Invalid("Messages are text")),
                    Ok(Message::Close(_)) | Err(_) => return None,
                    Ok(Message::Ping(_) | Message::Pong(_)) => {
                        heard = Instant::now();
                        continue;
                    }
                },
            };
            heard = Instant::now();
            match self.hear(&text, &mut session, &sender).await {
                Ok(None) => {}
                Ok(Some(answer)) => write(stream, Message::Text(answer.to_string())).await?,
                Err(close) => return Some(close),
            }
        }
    }

    /// Does what a message asks; answers what is to be sent at once.
    async fn hear(
        &mut self,
        text: &str,
        session: &mut Option<Session>,
        sender: &mpsc::Sender<Said>,
    ) -> Result<Option<Value>, Close> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Err(Close::Invalid("A message is a JSON object"));
        };
        let Some(Value::String(kind)) = message.remove("type") else {
            return Err(Close::Invalid("A message has a type"));
        };
        let payload = match message.remove("payload") {
            None | Some(Value::Null) => None,
            Some(Value::Object(payload)) => Some(payload),
            Some(_) => return Err(Close::Invalid("A payload is an object")),
        };
        match kind.as_str() {
            "connection_init" if session.is_some() => Err(Close::TooManyInitialisations),
            "connection_init" => {
                *session = Some(self.initialise(payload, sender).await?);
                Ok(Some(json!({"type": "connection_ack"})))
            }
            "ping" => {
                let pong = json!({"type": "pong"});
                Ok(Some(match payload {
                    None => pong,
                    Some(payload) => json!({"type": "pong", "payload": payload}),
                }))
            }
            "pong" => Ok(None),
            "subscribe" => {
                let session = session.as_mut().ok_or(Close::Unauthorized)?;
                let id = id(&mut message)?;
                let payload = payload.ok_or(Close::Invalid("A subscribe message has a payload"))?;
                self.subscribe(session, id, payload).await?;
                Ok(None)
            }
            "complete" => {
                let session = session.as_mut().ok_or(Close::Unauthorized)?;
                if let Some((_, operation)) = session.operations.remove(&id(&mut message)?) {
                    operation.abort();
                }
                Ok(None)
            }
            _ => Err(Close::Invalid("The type of the message is not known")),
        }
    }

    async fn initialise(
        &mut self,
        payload: Option<Map<String, Value>>,
        sender: &mpsc::Sender<Said>,
    ) -> Result<Session, Close> {
        // A browser's socket carries no headers of the page's, so the token comes here.
        let authorization = payload.unwrap_or_default();
        let authorization =
            authorization.iter().find(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION.as_str()));
        if let Some(value) = authorization.and_then(|(_, value)| value.as_str()) {
            let value = HeaderValue::from_str(value).map_err(|_| Close::Forbidden)?;
            self.headers.insert(AUTHORIZATION, value);
        }
        let person = self.person().await.ok_or(Close::Forbidden)?;
        let place = self.streams.enter(Some(person)).map_err(|_| Close::TryAgainLater)?;
        Ok(Session { person, _place: place, operations: HashMap::new(), serial: 0, sender: sender.clone() })
    }

    /// Who is at the other end now.
    async fn person(&self) -> Option<[u8; 32]> {
        self.admit.admit(&self.headers, self.peer).await.ok()?.person
    }

    async fn subscribe(
        &self,
        session: &mut Session,
        id: String,
        payload: Map<String, Value>,
    ) -> Result<(), Close> {
        if session.operations.contains_key(&id) {
            return Err(Close::SubscriberExists);
        }
        // Whoever asks is known anew for each operation, with what they may by now.
        let admitted = self.admit.admit(&self.headers, self.peer).await;
        if admitted.as_ref().is_ok_and(|admitted| admitted.person != Some(session.person)) {
            return Err(Close::Forbidden);
        }
        session.serial += 1;
        let said = |what| Said { id: id.clone(), serial: session.serial, what };
        let sender = session.sender.clone();
        let (error, complete) =
            (|refusal: &Refusal| said(What::Error(vec![refusal.to_error()])), said(What::Complete));
        let begun = admitted.and_then(|admitted| self.begin(payload, admitted, session.operations.len()));
        let task = match begun {
            Err(refusal) => {
                let error = error(&refusal);
                tokio::spawn(async move {
                    let _ = sender.send(error).await;
                })
            }
            Ok(mut answers) => {
                let (id, serial) = (id.clone(), session.serial);
                tokio::spawn(async move {
                    while let Some(answer) = answers.next().await {
                        let what = match answer {
                            Answer::Next(json) => What::Next(json),
                            Answer::Refused(errors) => What::Error(errors),
                        };
                        let last = matches!(what, What::Error(_));
                        let said = Said { id: id.clone(), serial, what };
                        if sender.send(said).await.is_err() || last {
                            return;
                        }
                    }
                    let _ = sender.send(complete).await;
                })
            }
        };
        session.operations.insert(id, (session.serial, task.abort_handle()));
        Ok(())
    }

    fn begin(
        &self,
        payload: Map<String, Value>,
        admitted: Admitted,
        under_way: usize,
    ) -> Result<futures_util::stream::BoxStream<'static, Answer>, Refusal> {
        if under_way >= limits::OPERATIONS {
            return Err(Refusal::TooManyOperations);
        }
        let parameters = Parameters::from_json(Value::Object(payload), &self.documents)?;
        let prepared = prepare(parameters, admitted.introspection)?;
        Ok(answers(&self.schema, prepared, admitted))
    }
}

impl Session {
    /// Writes what an operation said as a message; nothing of one that the client has ended.
    fn told(&mut self, Said { id, serial, what }: Said) -> Option<String> {
        if self.operations.get(&id).is_none_or(|(known, _)| *known != serial) {
            return None;
        }
        let quoted = Value::String(id.clone());
        match what {
            What::Next(answer) => Some(format!(r#"{{"type":"next","id":{quoted},"payload":{answer}}}"#)),
            What::Error(errors) => {
                self.operations.remove(&id);
                Some(json!({"type": "error", "id": id, "payload": errors}).to_string())
            }
            What::Complete => {
                self.operations.remove(&id);
                Some(json!({"type": "complete", "id": id}).to_string())
            }
        }
    }
}

/// Sends a message; none to a reader that takes nothing, and the socket ends.
async fn write(stream: &mut WebSocketStream, message: Message) -> Option<()> {
    timeout(limits::SLOWEST_READER, stream.send(message)).await.ok()?.ok()
}

fn id(message: &mut Map<String, Value>) -> Result<String, Close> {
    match message.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => Ok(id),
        _ => Err(Close::Invalid("The message has an id that is a text")),
    }
}
