//! Signing in: password, second factor where there is one, session; and all that guards it.
//!
//! - Whatever was wrong about a sign-in, the answer and the work behind it are the same: nobody learns who has an
//!   account, whether it is locked, or whether it has a second factor.
//! - Tries are counted before they are weighed and in the database, so that many at once, on many processes, are no
//!   more than one after the other.
//! - Of every secret only a hash is kept, except of second factors, whose codes are made of it.
mod admission;
mod claim;
mod email;
mod factor;
mod first;
mod lockout;
mod password;
mod program;
mod rules;
mod session;
pub(crate) mod token;

pub use admission::{Admission, AdmissionOrder, CompanyClaim};
pub use claim::{NotDecided, WaitingClaim};
pub use email::EmailOrder;
pub use factor::{Enrolled, Enrolment};
pub use first::FirstOrder;
pub(crate) use password::password_check;
pub use password::{PasswordError, password_hash};
pub use program::{ApiScope, ApiTokenOrder, NewApiToken};
pub use rules::Rules;

use crate::{Caller, Desk, DeskError, SetupError};
use jiff::{SignedDuration, Timestamp};
use lockout::Knock;
use std::net::IpAddr;
use store::{Due, NewMail, Person, Ticket, TicketPurpose};
use workflow::{Language, PersonId, ZoneId};

/// How long the second step of a sign-in may take.
const SECOND_STEP: SignedDuration = SignedDuration::from_mins(5);

/// The other end of a connection, as far as it is known.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The network address.
    pub address: Option<IpAddr>,
    /// The program, as it calls itself.
    pub client: String,
}

/// Somebody who wants in.
#[derive(Clone, Copy)]
pub struct Credentials<'c> {
    /// The key of the zone.
    pub zone: &'c str,
    /// What they sign in with.
    pub login: &'c str,
    /// The password.
    pub password: &'c str,
}

/// A session that just began.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret that stands for it; only its hash is kept.
    pub token: String,
    /// When it ends, whatever happens in it.
    pub expires_at: Timestamp,
    /// Who signed in.
    pub caller: Caller,
}

impl std::fmt::Debug for SignedIn {
    /// Keeps the token out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What came of a sign-in that was not denied.
pub enum Entrance {
    /// The session began.
    In(Box<SignedIn>),
    /// The password was right, and a code of the second factor is wanted.
    Code {
        /// What the code has to come with.
        challenge: String,
        /// Until when.
        expires_at: Timestamp,
    },
}

impl std::fmt::Debug for Entrance {
    /// Keeps the challenge out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::In(signed_in) => f.debug_tuple("In").field(signed_in).finish(),
            Self::Code { expires_at, .. } => {
                f.debug_struct("Code").field("expires_at", expires_at).finish_non_exhaustive()
            }
        }
    }
}

/// Why nobody was let in, or an account stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// Zone, login, password, code or token are wrong, or tries are locked: which of these is not told.
    Wrong,
    /// Too many tries came from this address.
    TooMany {
        /// From when on it may try again.
        until: Timestamp,
    },
    /// The new password is not taken.
    Password(PasswordError),
    /// Something else that was given is misspelt.
    Misspelt(String),
    /// A credit code has wrong check characters, and nobody said that it is right all the same.
    Doubtful(String),
    /// The zone asks staff for a second factor.
    FactorNeeded,
    /// There is no second factor, or none was begun.
    NoFactor,
    /// There is one, and it works.
    FactorThere,
}

impl Denied {
    /// The denial's closed code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wrong => "UNAUTHENTICATED",
            Self::TooMany { .. } => "TOO_MANY",
            Self::Password(_) => "BAD_PASSWORD",
            Self::Misspelt(_) => "BAD_INPUT",
            Self::Doubtful(_) => "DOUBTFUL",
            Self::FactorNeeded => "FACTOR_NEEDED",
            Self::NoFactor => "NO_FACTOR",
            Self::FactorThere => "FACTOR_THERE",
        }
    }

    /// Says what is needed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            // Before a sign-in nobody knows which language is read.
            Self::Wrong => "区域、登录名、密码或验证码不正确 · zone, login, password or code is wrong".into(),
            Self::TooMany { .. } => "尝试过于频繁，请稍后再试 · too many tries; try again later".into(),
            Self::Password(error) => error.message(language),
            Self::Misspelt(what) | Self::Doubtful(what) => what.clone(),
            Self::FactorNeeded if zh => "本区域要求工作人员使用动态验证码，不能停用".into(),
            Self::FactorNeeded => {
                "this zone asks its staff for a second factor; it cannot be taken away".into()
            }
            Self::NoFactor if zh => "尚未启用动态验证码".into(),
            Self::NoFactor => "there is no second factor".into(),
            Self::FactorThere if zh => "动态验证码已启用，请先停用".into(),
            Self::FactorThere => "there is a second factor; take it away first".into(),
        }
    }
}

impl From<PasswordError> for Denied {
    fn from(error: PasswordError) -> Self {
        Self::Password(error)
    }
}

/// Whoever reads a mail about an account.
#[derive(Clone, Copy)]
struct Reader<'r> {
    /// Who they are, if they are somebody here yet.
    person: Option<PersonId>,
    name: &'r str,
    login: &'r str,
    address: &'r str,
    language: Language,
}

impl<'r> Reader<'r> {
    fn of(person: &'r Person, address: &'r str) -> Self {
        let language = Language::parse(&person.language).unwrap_or_default();
        Self { person: Some(person.id), name: &person.name, login: &person.login, address, language }
    }
}

impl Desk {
    /// Begins a session, or its second step.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn sign_in(
        &self,
        given: Credentials<'_>,
        origin: &Origin,
    ) -> Result<Result<Entrance, Denied>, DeskError> {
        let zone = self.store.zone_by_key(given.zone).await?;
        let (knock, credential) = match &zone {
            Some(zone) => {
                let knock = self.knock(zone.id, lockout::account(given.login), origin).await?;
                (knock, self.store.person_by_login(zone.id, given.login).await?)
            }
            None => (self.knock_nowhere(origin).await?, None),
        };
        if let Knock::TooMany { until } = knock {
            return Ok(Err(Denied::TooMany { until }));
        }
        // A locked account is weighed against nothing, which takes as long.
        let hash = credential.as_ref().filter(|_| knock == Knock::Open);
        let hash = hash.map(|credential| credential.password_hash.clone());
        let right = self.password_verify(given.password, hash).await?;
        let (Some(zone), Some(credential), true) = (zone, credential, right) else {
            return Ok(Err(Denied::Wrong));
        };
        let (zone, person) = (zone.id, credential.person);
        let factor = self.store.account_find(zone, person.id).await?.factor;
        if factor.is_some_and(|factor| factor.since.is_some()) {
            self.knock_take_back(zone, Some(lockout::account(&person.login)), origin).await?;
            let challenge = self.challenge(zone, &person).await?;
            return Ok(Ok(challenge));
        }
        self.knock_take_back(zone, None, origin).await?;
        let tx = self.store.begin(zone).await?;
        lockout::open_account(&tx, &person).await?;
        tx.commit().await?;
        let signed_in = self.session_begin(zone, person, origin).await?;
        Ok(Ok(Entrance::In(Box::new(signed_in))))
    }

    async fn challenge(&self, zone: ZoneId, person: &Person) -> Result<Entrance, DeskError> {
        let challenge = token::new(zone, &self.surroundings.bytes());
        let ticket = self.ticket(TicketPurpose::Code, person.id, "", SECOND_STEP);
        let tx = self.store.begin(zone).await?;
        tx.ticket_insert(&token::hash(&challenge), &ticket).await?;
        tx.commit().await?;
        Ok(Entrance::Code { challenge, expires_at: ticket.expires_at })
    }

    /// Something good once, from now on.
    fn ticket(
        &self,
        purpose: TicketPurpose,
        person: PersonId,
        detail: &str,
        lasts: SignedDuration,
    ) -> Ticket {
        let created_at = self.surroundings.now();
        let expires_at = created_at.saturating_add(lasts).unwrap_or(created_at);
        Ticket { purpose, person, detail: detail.to_owned(), created_at, expires_at }
    }

    /// A mail about somebody's account.
    async fn account_mail(
        &self,
        zone: ZoneId,
        template: &str,
        reader: Reader<'_>,
        what: serde_json::Value,
    ) -> Result<NewMail, DeskError> {
        let zone = self.zone(zone).await?.ok_or(DeskError::UnknownZone)?.name;
        let Reader { person, name, login, address, language } = reader;
        Ok(NewMail {
            id: self.surroundings.id(),
            template: template.to_owned(),
            recipient: person,
            address: address.to_owned(),
            name: name.to_owned(),
            language: language.as_str().to_owned(),
            context: serde_json::json!({
                "zone": {"name": zone},
                "recipient": {"name": name, "login": login},
                "account": what,
            }),
            due: Due::At(self.surroundings.now()),
        })
    }

    /// Forgets what is over: sessions, tickets, tallies of days ago, invitations, claims that nobody decided about; and
    /// answers how much it was.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sign_in_sweep(&self, zone: ZoneId) -> Result<u64, DeskError> {
        let now = self.surroundings.now();
        let tx = self.store.begin(zone).await?;
        let mut swept = tx.session_purge(now).await?;
        swept += tx.ticket_purge(now).await?;
        swept += tx.tally_purge(lockout::forgotten(now)).await?;
        swept += tx.admission_purge(now, self.claims_forgotten()).await?;
        tx.commit().await?;
        Ok(swept)
    }
}

/// What a mistake of setting up is to somebody who has no business with the desk's breakage.
fn misspelt(error: SetupError) -> Result<Denied, DeskError> {
    match error {
        SetupError::Desk(error) => Err(error),
        SetupError::Password(error) => Ok(Denied::Password(error)),
        // Who is not signed in has said no language yet.
        error => Ok(Denied::Misspelt(format!("{} · {error}", in_chinese(&error)))),
    }
}

/// What is needed instead of what an account cannot be set up with.
fn in_chinese(error: &SetupError) -> &'static str {
    match error {
        SetupError::Spelling { what: "zone key", .. } => "区域标识应为小写字母、数字和“-”，至多 100 个字符",
        SetupError::Spelling { what: "login", .. } => "登录名应为 1 到 100 个字符，不含空格",
        SetupError::Spelling { what: "name", .. } => "名称应为一行 1 到 100 个字符",
        SetupError::Spelling { what: "e-mail", .. } => "邮箱应如 wang@example.com",
        SetupError::Taken(_) => "已被占用",
        _ => "无法这样设置",
    }
}
