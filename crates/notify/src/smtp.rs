//! A mail server and the connections to it.
//!
//! Connections are kept here and not in lettre's pool: a send that is cut off in the middle would go back into that
//! pool, and the next message would take the late answer for its own. Here a connection returns only after a whole,
//! successful hand-over.
mod setting;

pub use setting::Secrets;

use crate::status::Status;
use crate::transport::{SendError, SettingError};
use lettre::Message;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use setting::{Security, Setting};
use std::error::Error as _;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a server may take to take a connection: greeting, TLS and sign-in included.
const CONNECT_PATIENCE: Duration = Duration::from_mins(1);
/// How long it may take to answer a command. Only after the data is a late answer worth waiting for: what ends before
/// that leaves no doubt.
const COMMAND_PATIENCE: Duration = Duration::from_secs(30);
/// MAIL, RCPT and DATA.
const COMMANDS: u32 = 3;

/// A mail server.
pub struct Smtp {
    setting: Setting,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl fmt::Debug for Smtp {
    /// Leaves out who signs in, and how.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tls = match self.setting.security {
            Security::Tls(_) => "from the start",
            Security::Required(_) => "required",
            Security::Offered(_) => "starttls",
            Security::None => "none",
        };
        let mut smtp = f.debug_struct("Smtp");
        smtp.field("host", &self.setting.host).field("port", &self.setting.port).field("tls", &tls);
        smtp.field("signs_in", &self.setting.credentials.is_some())
            .field("patience", &self.setting.patience)
            .finish_non_exhaustive()
    }
}

impl Smtp {
    /// Reads where the server is.
    ///
    /// # Errors
    /// [`SettingError`].
    pub fn new(setting: &str, secrets: &Secrets) -> Result<Self, SettingError> {
        Ok(Self { setting: Setting::read(setting, secrets)?, idle: Mutex::default() })
    }

    /// How long a hand-over takes at most, connecting included.
    pub(crate) fn patience(&self) -> Duration {
        self.short(CONNECT_PATIENCE) + self.short(COMMAND_PATIENCE) * COMMANDS + self.setting.patience
    }

    /// Nothing takes longer than the end is given.
    fn short(&self, patience: Duration) -> Duration {
        patience.min(self.setting.patience)
    }

    /// Hands `message` to the server.
    pub(crate) async fn send(&self, message: &Message) -> Result<(), SendError> {
        // A server that will not have us at all says nothing about this message: never for good.
        let connecting = within(self.short(CONNECT_PATIENCE), self.connection());
        let mut connection = connecting.await.map_err(|failed| failed.temporary())?;
        self.hand_over(&mut connection, message).await.map_err(Failed::refusal)?;
        self.idle().push(connection);
        Ok(())
    }

    /// Says it command by command, since each is given its own time.
    async fn hand_over(&self, connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Failed> {
        let envelope: &Envelope = message.envelope();
        let mut parameters = vec![];
        if !envelope.to().iter().all(|address| AsRef::<str>::as_ref(address).is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Failed::NeedsUtf8);
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let patience = self.short(COMMAND_PATIENCE);
        within(patience, connection.command(Mail::new(envelope.from().cloned(), parameters))).await?;
        for recipient in envelope.to() {
            within(patience, connection.command(Rcpt::new(recipient.clone(), vec![]))).await?;
        }
        within(patience, connection.command(Data)).await?;
        within(self.setting.patience, connection.message(&message.formatted())).await.map(drop)
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Error> {
        loop {
            // Taken in a statement of its own: the lock is not held while the server answers.
            let Some(mut connection) = self.idle().pop() else { break };
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.connect().await
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let (server, client) = ((&*self.setting.host, self.setting.port), ClientId::default());
        let wrapper = match &self.setting.security {
            Security::Tls(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let connected =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_PATIENCE), &client, wrapper, None);
        let mut connection = connected.await?;
        match &self.setting.security {
            Security::Required(parameters) => connection.starttls(parameters.clone(), &client).await?,
            Security::Offered(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &client).await?;
            }
            Security::Offered(_) | Security::Tls(_) | Security::None => {}
        }
        if let Some(credentials) = &self.setting.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a hand-over failed.
enum Failed {
    /// The server did not answer in time.
    Late(Duration),
    /// It said no, or nothing that can be read.
    Said(Box<Error>),
    /// The address cannot be said to this server.
    NeedsUtf8,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Said(Box::new(error))
    }
}

impl Failed {
    fn temporary(&self) -> SendError {
        SendError::Temporary(self.reason())
    }

    /// What it says about the message.
    fn refusal(self) -> SendError {
        if self.status().is_some_and(Status::is_gone) {
            return SendError::Gone(self.reason());
        }
        let for_good = match &self {
            Self::Late(_) => false,
            Self::NeedsUtf8 => true,
            // 530 wants us to sign in first (RFC 4954): the setting is wrong, not the message.
            Self::Said(error) => {
                error.is_permanent() && error.status().is_none_or(|code| code.to_string() != "530")
            }
        };
        if for_good { SendError::Permanent(self.reason()) } else { self.temporary() }
    }

    /// The enhanced code of a reply.
    fn status(&self) -> Option<Status> {
        match self {
            Self::Said(error) if error.status().is_some() => Status::parse(&error.source()?.to_string()),
            _ => None,
        }
    }

    /// What happened, without what servers like to repeat: of a reply only its codes (RFC 5321, RFC 3463) are kept.
    fn reason(&self) -> String {
        let error = match self {
            Self::Late(patience) => {
                return format!("the mail server did not answer within {} s", patience.as_secs());
            }
            Self::NeedsUtf8 => {
                return "the address has letters beyond ASCII, which the mail server does not take"
                    .to_owned();
            }
            Self::Said(error) => error,
        };
        if let Some(code) = error.status() {
            return match self.status() {
                Some(status) => format!("the mail server answered {code} {status}"),
                None => format!("the mail server answered {code}"),
            };
        }
        if error.is_response() {
            return "the mail server's answer could not be read".to_owned();
        }
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        format!("the mail server could not be used: {source}")
    }
}

/// What the server answers, if it does so in time.
async fn within<T>(patience: Duration, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Failed> {
    // On the heap: lettre's futures hold whole buffers, and many wait at once.
    let answer: Pin<Box<_>> = Box::pin(answer);
    Ok(tokio::time::timeout(patience, answer).await.map_err(|_| Failed::Late(patience))??)
}
