//! The second factor: one-time codes by time (RFC 6238), and recovery codes for whoever lost them.
use super::{Denied, Knock, Origin, SignedIn, lockout, token};
use crate::{Caller, Desk, DeskError, Viewer};
use sha2::{Digest, Sha256};
use store::{Factor, Person, TicketPurpose, Tx};
use totp_rs::{Builder, Totp};
use workflow::ZoneId;

/// How many recovery codes there are.
const CODES: usize = 10;
/// What a recovery code is written in: no letters that look like digits.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// What programs that show codes call the desk.
const ISSUER: &str = "钱小二";

/// A second factor that was begun. Shown once.
#[derive(Clone)]
pub struct Enrolment {
    /// What codes are made of, as people type it.
    pub secret: String,
    /// The same for programs that show codes, as a picture of it carries it.
    pub uri: String,
}

/// A second factor that was shown to work.
#[derive(Clone)]
pub struct Enrolled {
    /// Each stands for a code, once. Shown once.
    pub recovery_codes: Vec<String>,
    /// The session that takes the place of all others.
    pub signed_in: SignedIn,
}

impl Desk {
    /// Begins a second factor for the caller, who shows that it is them by the password. One that works stays.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn factor_begin(
        &self,
        caller: &Caller,
        password: &str,
        origin: &Origin,
    ) -> Result<Result<Enrolment, Denied>, DeskError> {
        if let Err(denied) = self.owner_check(caller, password, origin).await? {
            return Ok(Err(denied));
        }
        let secret = self.surroundings.bytes::<20>().to_vec();
        let totp = totp(&secret, &caller.person.login)?;
        let uri = totp.to_url().map_err(|_| DeskError::Factor)?;
        let tx = self.store.begin(caller.zone).await?;
        if !tx.factor_begin(caller.person.id, &secret).await? {
            return Ok(Err(Denied::FactorThere));
        }
        tx.commit().await?;
        Ok(Ok(Enrolment { secret: totp.secret().to_base32(), uri }))
    }

    /// Takes the first code of a second factor that was begun: from now on it is asked for. All sessions of the caller
    /// end, and a new one begins.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn factor_confirm(
        &self,
        caller: &Caller,
        code: &str,
        origin: &Origin,
    ) -> Result<Result<Enrolled, Denied>, DeskError> {
        let (zone, person) = (caller.zone, &caller.person);
        let factor = self.store.account_find(zone, person.id).await?.factor;
        let Some(factor) = factor.filter(|factor| factor.since.is_none()) else {
            return Ok(Err(Denied::NoFactor));
        };
        if let Err(denied) = self.codes_knock(zone, person, origin).await? {
            return Ok(Err(denied));
        }
        let Some(step) = self.step_of(&factor, person, code)? else { return Ok(Err(Denied::Wrong)) };
        let recovery_codes: Vec<String> = (0..CODES).map(|_| self.recovery_code()).collect();
        let hashes: Vec<_> = recovery_codes.iter().map(|code| recovery_hash(code)).collect();
        let now = self.surroundings.now();
        let tx = self.store.begin(zone).await?;
        tx.factor_set(person.id, Some(&Factor { since: Some(now), step, ..factor })).await?;
        tx.recovery_codes_set(person.id, &hashes).await?;
        tx.session_end(person.id, None).await?;
        lockout::open(&tx, person).await?;
        self.account_changed(&tx, zone, person, ("动态验证码已启用", "a second factor was added")).await?;
        tx.commit().await?;
        let signed_in = self.session_begin(zone, person.clone(), origin).await?;
        Ok(Ok(Enrolled { recovery_codes, signed_in }))
    }

    /// Takes the caller's second factor away, where their zone does not ask for it: by the password and a code.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn factor_remove(
        &self,
        caller: &Caller,
        (password, code): (&str, &str),
        origin: &Origin,
    ) -> Result<Result<SignedIn, Denied>, DeskError> {
        let (zone, person) = (caller.zone, &caller.person);
        if person.company.is_none() && self.sign_in_rules(zone).await?.second_factor {
            return Ok(Err(Denied::FactorNeeded));
        }
        if !self.factor_is_on(caller).await? {
            return Ok(Err(Denied::NoFactor));
        }
        if let Err(denied) = self.owner_check(caller, password, origin).await? {
            return Ok(Err(denied));
        }
        if let Err(denied) = self.codes_knock(zone, person, origin).await? {
            return Ok(Err(denied));
        }
        let factor = self.store.account_find(zone, person.id).await?.factor;
        let tx = self.store.begin(zone).await?;
        if !self.code_use(&tx, person, factor, code).await? {
            return Ok(Err(Denied::Wrong));
        }
        tx.factor_set(person.id, None).await?;
        tx.session_end(person.id, None).await?;
        lockout::open(&tx, person).await?;
        self.account_changed(&tx, zone, person, ("动态验证码已停用", "the second factor was removed"))
            .await?;
        tx.commit().await?;
        self.session_begin(zone, person.clone(), origin).await.map(Ok)
    }

    /// The second step of a sign-in: a code, or a recovery code.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn sign_in_code(
        &self,
        challenge: &str,
        code: &str,
        origin: &Origin,
    ) -> Result<Result<SignedIn, Denied>, DeskError> {
        let Some(zone) = token::zone(challenge) else { return Ok(Err(Denied::Wrong)) };
        let (hash, now) = (token::hash(challenge), self.surroundings.now());
        let ticket = self.store.ticket_find(zone, TicketPurpose::Code, &hash, now).await?;
        let Some((person, _)) = ticket else {
            // A challenge that is none is a guess like any other.
            let knock = self.knock_address(zone, origin).await?;
            return Ok(Err(match knock {
                Knock::TooMany { until } => Denied::TooMany { until },
                _ => Denied::Wrong,
            }));
        };
        let found = self.store.person_find(&Viewer::System(zone), person).await?;
        let Some(person) = found else { return Ok(Err(Denied::Wrong)) };
        if let Err(denied) = self.codes_knock(zone, &person, origin).await? {
            return Ok(Err(denied));
        }
        // Before the transaction: whoever holds a connection must not wait for another.
        let factor = self.store.account_find(zone, person.id).await?.factor;
        let tx = self.store.begin(zone).await?;
        if !self.code_use(&tx, &person, factor, code).await?
            || !tx.ticket_use(TicketPurpose::Code, &hash, now).await?
        {
            return Ok(Err(Denied::Wrong));
        }
        lockout::open(&tx, &person).await?;
        tx.commit().await?;
        self.knock_take_back(zone, None, origin).await?;
        self.session_begin(zone, person, origin).await.map(Ok)
    }

    /// Whether the caller has a second factor that works, and how many recovery codes are left.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn factor_state(&self, caller: &Caller) -> Result<Option<u64>, DeskError> {
        if !self.factor_is_on(caller).await? {
            return Ok(None);
        }
        Ok(Some(self.store.recovery_code_count(caller.zone, caller.person.id).await?))
    }

    async fn factor_is_on(&self, caller: &Caller) -> Result<bool, DeskError> {
        let factor = self.store.account_find(caller.zone, caller.person.id).await?.factor;
        Ok(factor.is_some_and(|factor| factor.since.is_some()))
    }

    async fn codes_knock(
        &self,
        zone: ZoneId,
        person: &Person,
        origin: &Origin,
    ) -> Result<Result<(), Denied>, DeskError> {
        Ok(match self.knock(zone, lockout::codes(person.id), origin).await? {
            Knock::Open => Ok(()),
            Knock::Locked => Err(Denied::Wrong),
            Knock::TooMany { until } => Err(Denied::TooMany { until }),
        })
    }

    /// Uses up a code or a recovery code of a second factor that works; false if it is none, or was used before.
    async fn code_use(
        &self,
        tx: &Tx,
        person: &Person,
        factor: Option<Factor>,
        code: &str,
    ) -> Result<bool, DeskError> {
        let Some(factor) = factor.filter(|factor| factor.since.is_some()) else { return Ok(false) };
        if let Some(step) = self.step_of(&factor, person, code)? {
            return Ok(tx.factor_use(person.id, step).await?);
        }
        Ok(tx.recovery_code_use(person.id, &recovery_hash(code)).await?)
    }

    /// The step of time that a code is of: the present one, or one beside it for clocks that differ.
    fn step_of(&self, factor: &Factor, person: &Person, code: &str) -> Result<Option<i64>, DeskError> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let now = u64::try_from(self.surroundings.now().as_second()).unwrap_or_default();
        let step = totp(&factor.secret, &person.login)?.check(&code, now);
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    /// 75 bits in three groups.
    fn recovery_code(&self) -> String {
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
        let letters: Vec<char> = self.surroundings.bytes::<15>().into_iter().map(letter).collect();
        letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }
}

/// Six digits, half a minute, SHA-1: what every program that shows codes understands.
fn totp(secret: &[u8], login: &str) -> Result<Totp, DeskError> {
    let builder = Builder::new().with_secret(secret.to_vec()).with_digits(6).with_step_duration(30);
    let builder = builder.with_skew(1).with_issuer(Some(ISSUER)).with_account_name(login.replace(':', "_"));
    builder.build().map_err(|_| DeskError::Factor)
}

/// What is kept of a recovery code: it has 75 random bits, so a fast hash is right.
fn recovery_hash(code: &str) -> [u8; 32] {
    let letters: String = code.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::digest(letters.as_bytes()).into()
}
