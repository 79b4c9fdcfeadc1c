//! A mail server and the connections to it.
//!
//! Connections are kept here and not in lettre's pool: a send that is cut off in the middle would go back into that
//! pool, and the next message would take the late answer for its own. Here a connection returns only after a whole,
//! successful hand-over.
use crate::transport::{SendError, SettingError};
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use std::error::Error as _;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::{Host, Url};

/// RFC 5321 4.5.3.2.6 gives a server ten minutes to answer after the data. Less makes duplicates, more holds up a round.
const PATIENCE: Duration = Duration::from_mins(5);

/// How long to wait for a connection to be made.
const CONNECT_PATIENCE: Duration = Duration::from_secs(30);

/// A mail server.
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    patience: Duration,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

/// How a connection is kept private.
#[derive(Clone)]
enum Security {
    /// TLS from the first byte.
    Tls(TlsParameters),
    /// STARTTLS or nothing.
    Required(TlsParameters),
    /// STARTTLS where the server offers it: private from listeners only.
    Offered(TlsParameters),
    None,
}

impl fmt::Debug for Smtp {
    /// Leaves out who signs in, and how.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tls = match self.security {
            Security::Tls(_) => "from the start",
            Security::Required(_) => "required",
            Security::Offered(_) => "starttls",
            Security::None => "none",
        };
        let mut smtp = f.debug_struct("Smtp");
        smtp.field("host", &self.host).field("port", &self.port).field("tls", &tls);
        smtp.field("signs_in", &self.credentials.is_some())
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl FromStr for Smtp {
    type Err = SettingError;

    fn from_str(setting: &str) -> Result<Self, SettingError> {
        let url = Url::parse(setting).map_err(|_| SettingError::Form)?;
        let wrapped = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(SettingError::Form),
        };
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => return Err(SettingError::Form),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(SettingError::Form);
        }
        let (mut tls, mut patience) = (None, PATIENCE);
        for (option, value) in url.query_pairs() {
            match &*option {
                "tls" => tls = Some(value.into_owned()),
                "timeout" => {
                    let seconds = value.parse().ok().filter(|seconds| (1..=3600).contains(seconds));
                    patience =
                        Duration::from_secs(seconds.ok_or_else(|| SettingError::Timeout(value.into()))?);
                }
                _ => return Err(SettingError::Option(option.into_owned())),
            }
        }
        let credentials = credentials(&url)?;
        let parameters = || TlsParameters::new(host.clone()).map_err(|_| SettingError::Host(host.clone()));
        let security = match (wrapped, tls.as_deref()) {
            (true, None) => Security::Tls(parameters()?),
            (false, Some("required")) => Security::Required(parameters()?),
            (false, None) if credentials.is_some() => Security::Required(parameters()?),
            (false, Some("starttls")) if credentials.is_some() => {
                return Err(SettingError::PasswordInTheClear);
            }
            (false, None | Some("starttls")) => Security::Offered(parameters()?),
            (false, Some("none")) => Security::None,
            (_, Some(other)) => return Err(SettingError::Tls(other.to_owned())),
        };
        let port = url.port().unwrap_or(if wrapped { 465 } else { 25 });
        Ok(Self { host, port, security, credentials, patience, idle: Mutex::default() })
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, SettingError> {
    let decoded = |text| match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(SettingError::Credentials),
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(SettingError::Credentials),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

impl Smtp {
    /// How long a hand-over takes at most, connecting included.
    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// Hands `message` to the server.
    pub(crate) async fn send(&self, message: &Message) -> Result<(), SendError> {
        // lettre's own timeout ends with the connection's making; this one covers every answer.
        tokio::time::timeout(self.patience, self.exchange(message)).await.unwrap_or_else(|_| {
            Err(SendError::Temporary(format!(
                "the mail server did not answer within {} s",
                self.patience.as_secs()
            )))
        })
    }

    async fn exchange(&self, message: &Message) -> Result<(), SendError> {
        // A server that will not have us at all says nothing about this message: never for good.
        let failed = |error| SendError::Temporary(reason(&error));
        let mut connection = self.connection().await.map_err(failed)?;
        connection.send(message.envelope(), &message.formatted()).await.map_err(|error| refusal(&error))?;
        self.idle().push(connection);
        Ok(())
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
        let (server, client) = ((&*self.host, self.port), ClientId::default());
        let wrapper = match &self.security {
            Security::Tls(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let connected =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_PATIENCE), &client, wrapper, None);
        let mut connection = connected.await?;
        match &self.security {
            Security::Required(parameters) => connection.starttls(parameters.clone(), &client).await?,
            Security::Offered(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &client).await?;
            }
            Security::Offered(_) | Security::Tls(_) | Security::None => {}
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a failed exchange says about the message.
fn refusal(error: &Error) -> SendError {
    // 530 wants us to sign in first (RFC 4954): the setting is wrong, not the message.
    let sign_in = error.status().is_some_and(|code| code.to_string() == "530");
    let reason = reason(error);
    // lettre's own refusals: an address that needs SMTPUTF8 where the server has none.
    if error.is_client() || (error.is_permanent() && !sign_in) {
        SendError::Permanent(reason)
    } else {
        SendError::Temporary(reason)
    }
}

/// `error` without what servers like to repeat: of a reply only its codes (RFC 5321, RFC 3463) are kept.
fn reason(error: &Error) -> String {
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    if let Some(code) = error.status() {
        let enhanced = source.split_whitespace().next().filter(|word| {
            word.split('.').count() == 3 && word.chars().all(|c| c.is_ascii_digit() || c == '.')
        });
        return match enhanced {
            Some(enhanced) => format!("the mail server answered {code} {enhanced}"),
            None => format!("the mail server answered {code}"),
        };
    }
    if error.is_response() {
        return "the mail server's answer could not be read".to_owned();
    }
    format!("the mail server could not be used: {source}")
}
