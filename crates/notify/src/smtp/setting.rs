//! Where a mail server is and how it is spoken to, read from a URL and from what does not belong in one.
use crate::transport::SettingError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use percent_encoding::percent_decode_str;
use std::fmt;
use std::time::Duration;
use url::{Host, Url};

/// RFC 5321 4.5.3.2.6 gives a server ten minutes to answer after the data. Less makes duplicates, more holds up mail.
const PATIENCE: Duration = Duration::from_mins(5);

/// What a mail server needs beside its URL.
#[derive(Clone, Default)]
pub struct Secrets {
    /// The password of the URL's user, if it is not in the URL.
    pub password: Option<String>,
    /// Certificates in PEM that are trusted besides those the world trusts.
    pub authorities: Option<Vec<u8>>,
}

impl fmt::Debug for Secrets {
    /// Leaves out the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("authorities", &self.authorities.is_some()).finish_non_exhaustive()
    }
}

/// How a connection is kept private.
#[derive(Clone)]
pub(super) enum Security {
    /// TLS from the first byte.
    Tls(TlsParameters),
    /// STARTTLS or nothing.
    Required(TlsParameters),
    /// STARTTLS where the server offers it: private from listeners only.
    Offered(TlsParameters),
    None,
}

/// Everything there is to know of a mail server before it is spoken to.
pub(super) struct Setting {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
    /// How long to wait for the answer that ends a hand-over.
    pub(super) patience: Duration,
}

impl Setting {
    pub(super) fn read(setting: &str, secrets: &Secrets) -> Result<Self, SettingError> {
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
        let credentials = credentials(&url, secrets)?;
        let parameters = || parameters(&host, secrets);
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
        Ok(Self { host, port, security, credentials, patience })
    }
}

fn credentials(url: &Url, secrets: &Secrets) -> Result<Option<Credentials>, SettingError> {
    let decoded = |text| match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(SettingError::Credentials),
    };
    match (url.username(), url.password(), &secrets.password) {
        ("", None, None) => Ok(None),
        (user, Some(password), None) if !user.is_empty() => {
            Ok(Some(Credentials::new(decoded(user)?, decoded(password)?)))
        }
        (user, None, Some(password)) if !user.is_empty() => {
            Ok(Some(Credentials::new(decoded(user)?, password.clone())))
        }
        _ => Err(SettingError::Credentials),
    }
}

fn parameters(host: &str, secrets: &Secrets) -> Result<TlsParameters, SettingError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = &secrets.authorities {
        // Text without any certificate reads as none, which would be trusted silently in vain.
        let named = pem.windows(11).any(|window| window == b"CERTIFICATE");
        let certificate = Certificate::from_pem(pem).ok().filter(|_| named);
        builder = builder.add_root_certificate(certificate.ok_or(SettingError::Authorities)?);
    }
    builder.build().map_err(|_| SettingError::Host(host.to_owned()))
}
