//! Where messages go: into a folder, or to a mail server.
use crate::smtp::{Secrets, Smtp};
use lettre::Message;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

/// A way out for messages, read from a setting: `dir:PATH`,
/// `smtp://[USER:PASSWORD@]HOST[:PORT][?tls=starttls|required|none]` or `smtps://[USER:PASSWORD@]HOST[:PORT]`, either
/// of the latter with `timeout=SECONDS` for the answer that ends a hand-over. What does not belong in a URL comes as
/// [`Secrets`].
#[derive(Debug)]
pub enum Transport {
    /// Writes each message to a file `<outbox id>.eml` in this folder, whole or not at all.
    Directory(PathBuf),
    /// Hands messages to a mail server.
    Smtp(Smtp),
}

/// Says what is wrong with the setting of a transport. Never repeats the setting, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// It is none of the known forms.
    #[error(
        "mail transport: expected dir:PATH, smtp://[USER:PASSWORD@]HOST[:PORT][?tls=starttls|required|none] \
         or smtps://[USER:PASSWORD@]HOST[:PORT]"
    )]
    Form,
    /// The URL asks for something unknown.
    #[error("mail transport: unknown option {0:?}; allowed are tls and timeout")]
    Option(String),
    /// `tls` has no such value here.
    #[error("mail transport: tls={0:?}; allowed are starttls, required and none, and only after smtp://")]
    Tls(String),
    /// `timeout` is not a number of seconds.
    #[error("mail transport: timeout={0:?}; allowed are 1 to 3600 seconds")]
    Timeout(String),
    /// A user without password or the other way round, or two passwords.
    #[error(
        "mail transport: USER and PASSWORD come together, both percent-encoded; the password in the URL or in a file, \
         not both"
    )]
    Credentials,
    /// What should be certificates is none.
    #[error("mail transport: expected certificates in PEM, `-----BEGIN CERTIFICATE-----`")]
    Authorities,
    /// `tls=starttls` falls back to plain text, which would give the password away.
    #[error(
        "mail transport: with a password tls=starttls is not allowed; say tls=required, or tls=none to accept plain text"
    )]
    PasswordInTheClear,
    /// The host cannot be verified by TLS.
    #[error("mail transport: {0:?} is not a host that TLS can verify")]
    Host(String),
}

/// Why a message was not handed over. The text names nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SendError {
    /// It may go better later.
    Temporary(String),
    /// It never will.
    Permanent(String),
    /// It never will, since nobody is at the address.
    Gone(String),
}

impl FromStr for Transport {
    type Err = SettingError;

    fn from_str(setting: &str) -> Result<Self, SettingError> {
        Self::new(setting, &Secrets::default())
    }
}

impl Transport {
    /// Reads where messages go.
    ///
    /// # Errors
    /// [`SettingError`].
    pub fn new(setting: &str, secrets: &Secrets) -> Result<Self, SettingError> {
        match setting.strip_prefix("dir:") {
            Some("") => Err(SettingError::Form),
            Some(path) => Ok(Self::Directory(path.into())),
            None => Smtp::new(setting, secrets).map(Self::Smtp),
        }
    }

    /// How long a hand-over takes at most.
    pub(crate) fn patience(&self) -> Duration {
        match self {
            Self::Directory(_) => Duration::from_mins(1),
            Self::Smtp(smtp) => smtp.patience(),
        }
    }

    /// Hands `message` over. Doing it again with the same message leaves the same file, or the same Message-ID twice.
    pub(crate) async fn send(&self, id: Uuid, message: &Message) -> Result<(), SendError> {
        match self {
            Self::Directory(folder) => {
                let (folder, bytes) = (folder.clone(), message.formatted());
                let written = tokio::task::spawn_blocking(move || write(&folder, id, &bytes)).await;
                let failed = |error: io::Error| SendError::Temporary(format!("writing the message: {error}"));
                written.map_err(io::Error::other).flatten().map_err(failed)
            }
            Self::Smtp(smtp) => smtp.send(message).await,
        }
    }
}

/// Writes a file that is whole once it has its name, also after a power cut.
fn write(folder: &Path, id: Uuid, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let partial = folder.join(format!("{id}.partial"));
    let mut file = File::create(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(partial, folder.join(format!("{id}.eml")))?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
