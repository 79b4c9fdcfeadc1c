//! Passwords: which are taken, how they are hashed, and how they are changed and reset.
use super::{Denied, Knock, Origin, Reader, SignedIn, lockout, token};
use crate::{Caller, Desk, DeskError, Viewer, aside};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use jiff::SignedDuration;
use serde_json::json;
use std::collections::HashSet;
use std::sync::LazyLock;
use store::{Person, TicketPurpose};
use workflow::{Language, ZoneId};

/// Longest password that is hashed, in bytes.
const PASSWORD_MOST: usize = 1_024;
/// Shortest password that is set, in characters.
const PASSWORD_LEAST: usize = 10;
/// Fewest different characters.
const VARIETY_LEAST: usize = 5;
/// How long a mailed token sets a new password.
const RESET: SignedDuration = SignedDuration::from_hours(1);

/// Passwords that many have, of those long enough to be taken otherwise; small letters.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("common-passwords.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has {PASSWORD_LEAST} characters at least and {PASSWORD_MOST} bytes at most")]
    Length,
    /// Whoever guesses begins with it.
    #[error("this password is among the first that are guessed; take one with more words or characters")]
    Common,
    /// It is made of what everybody knows of its owner.
    #[error("a password does not contain the login or the name")]
    Personal,
    /// The hash function refused it.
    #[error("the password could not be hashed")]
    Hash,
}

impl PasswordError {
    /// Says what is needed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Length, Language::Zh) => {
                format!("密码至少 {PASSWORD_LEAST} 个字符，至多 {PASSWORD_MOST} 字节")
            }
            (Self::Common, Language::Zh) => "该密码过于常见，请换用更多词语或字符".into(),
            (Self::Personal, Language::Zh) => "密码不能包含登录名或姓名".into(),
            (Self::Hash, Language::Zh) => "密码无法处理，请换一个".into(),
            (error, Language::En) => error.to_string(),
        }
    }
}

/// Hashes a password with Argon2id (RFC 9106), 19 MiB and two passes.
///
/// # Errors
/// [`PasswordError`].
pub fn password_hash(password: &str, salt: &[u8; 16]) -> Result<String, PasswordError> {
    taken_check(password)?;
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Hash)
}

fn taken_check(password: &str) -> Result<(), PasswordError> {
    if password.chars().count() < PASSWORD_LEAST || password.len() > PASSWORD_MOST {
        return Err(PasswordError::Length);
    }
    if is_common(password) { Err(PasswordError::Common) } else { Ok(()) }
}

/// Whether whoever guesses begins with it: a list, few characters, a short piece again and again, or a run.
fn is_common(password: &str) -> bool {
    let small = password.to_lowercase();
    let characters: Vec<char> = small.chars().collect();
    let variety = characters.iter().collect::<HashSet<_>>().len();
    let piece = |length: usize| characters.iter().zip(characters.iter().skip(length)).all(|(a, b)| a == b);
    let run = |up: bool| {
        let next = |(a, b): (&char, &char)| {
            let (low, high) = if up { (a, b) } else { (b, a) };
            u32::from(*high) == u32::from(*low) + 1 || (*low, *high) == ('9', '0')
        };
        characters.iter().zip(characters.iter().skip(1)).all(next)
    };
    let repeats = (1..=characters.len() / 2).any(piece);
    variety < VARIETY_LEAST || repeats || run(true) || run(false) || COMMON.contains(small.as_str())
}

/// Refuses a password that is too short, is guessed first, or is made of what everybody knows of its owner.
pub(crate) fn password_check(password: &str, login: &str, name: &str) -> Result<(), PasswordError> {
    taken_check(password)?;
    let small = password.to_lowercase();
    // A login of three letters may be in any word.
    let known = |text: &str| text.chars().count() >= 4 && small.contains(&text.to_lowercase());
    if known(login) || known(name) { Err(PasswordError::Personal) } else { Ok(()) }
}

impl Desk {
    /// Gives the caller another password. Every session of theirs ends, and a new one begins.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn password_change(
        &self,
        caller: &Caller,
        (old, new): (&str, &str),
        origin: &Origin,
    ) -> Result<Result<SignedIn, Denied>, DeskError> {
        if let Err(denied) = self.owner_check(caller, old, origin).await? {
            return Ok(Err(denied));
        }
        let hash = match self.password_new_hash((&caller.person.login, &caller.person.name), new).await? {
            Ok(hash) => hash,
            Err(error) => return Ok(Err(error.into())),
        };
        self.password_set(caller.zone, &caller.person, &hash, None).await?;
        self.session_begin(caller.zone, caller.person.clone(), origin).await.map(Ok)
    }

    /// Whether it is the caller who asks: they know their password. Counted like a sign-in.
    pub(super) async fn owner_check(
        &self,
        caller: &Caller,
        password: &str,
        origin: &Origin,
    ) -> Result<Result<(), Denied>, DeskError> {
        let (zone, login) = (caller.zone, &caller.person.login);
        let subject = lockout::account(login);
        let knock = self.knock(zone, subject.clone(), origin).await?;
        if let Knock::TooMany { until } = knock {
            return Ok(Err(Denied::TooMany { until }));
        }
        let credential = self.store.person_by_login(zone, login).await?;
        let hash = credential.filter(|_| knock == Knock::Open).map(|credential| credential.password_hash);
        if !self.password_verify(password, hash).await? {
            return Ok(Err(Denied::Wrong));
        }
        self.knock_take_back(zone, Some(subject), origin).await?;
        Ok(Ok(()))
    }

    /// Mails a token that sets a new password, to whoever signs in as this and has an address. Whoever asks learns
    /// nothing, after the same work; a person's mails of this kind are few.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn password_reset_ask(
        &self,
        zone: &str,
        login: &str,
        origin: &Origin,
    ) -> Result<Result<(), Denied>, DeskError> {
        let zone = self.store.zone_by_key(zone).await?;
        let knock = match &zone {
            Some(zone) => self.knock_address(zone.id, origin).await?,
            None => self.knock_nowhere(origin).await?,
        };
        if let Knock::TooMany { until } = knock {
            return Ok(Err(Denied::TooMany { until }));
        }
        // Nothing is weighed: what follows differs by less than this work varies.
        self.password_verify("", None).await?;
        let Some(zone) = zone else { return Ok(Ok(())) };
        let person = self.store.person_by_login(zone.id, login).await?.map(|credential| credential.person);
        self.reset_mail(zone.id, login, person).await.map(Ok)
    }

    /// Mails a token that sets a new password, if there is somebody who has an address and was not mailed too often.
    pub(super) async fn reset_mail(
        &self,
        zone: ZoneId,
        login: &str,
        person: Option<Person>,
    ) -> Result<(), DeskError> {
        let address = person.as_ref().and_then(|person| person.email.clone());
        let tx = self.store.begin(zone).await?;
        let open = self.mail_knock(&tx, address.as_deref().unwrap_or(login)).await?;
        if let (Some(person), Some(address), true) = (person, address, open) {
            let token = token::new(zone, &self.surroundings.bytes());
            let ticket = self.ticket(TicketPurpose::Reset, person.id, "", RESET);
            tx.ticket_insert(&token::hash(&token), &ticket).await?;
            let what = json!({"code": token, "minutes": RESET.as_mins()});
            let reader = Reader::of(&person, &address);
            let mail = self.account_mail(zone, "account-reset", reader, what).await?;
            tx.mails_write(self.surroundings.now(), &[mail]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Sets a new password by a mailed token, once. Every session of its owner ends, and every lock.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn password_reset(
        &self,
        token: &str,
        new: &str,
        origin: &Origin,
    ) -> Result<Result<(), Denied>, DeskError> {
        let Some(zone) = token::zone(token) else { return Ok(Err(Denied::Wrong)) };
        if let Knock::TooMany { until } = self.knock_address(zone, origin).await? {
            return Ok(Err(Denied::TooMany { until }));
        }
        let (hash, now) = (token::hash(token), self.surroundings.now());
        let ticket = self.store.ticket_find(zone, TicketPurpose::Reset, &hash, now).await?;
        let Some((person, _)) = ticket else { return Ok(Err(Denied::Wrong)) };
        let found = self.store.person_find(&Viewer::System(zone), person).await?;
        let Some(person) = found else { return Ok(Err(Denied::Wrong)) };
        let new = match self.password_new_hash((&person.login, &person.name), new).await? {
            Ok(hash) => hash,
            Err(error) => return Ok(Err(error.into())),
        };
        let done = self.password_set(zone, &person, &new, Some(&hash)).await?;
        Ok(if done { Ok(()) } else { Err(Denied::Wrong) })
    }

    /// Hashes a password that somebody of this login and name wants, as their turn comes.
    pub(super) async fn password_new_hash(
        &self,
        (login, name): (&str, &str),
        password: &str,
    ) -> Result<Result<String, PasswordError>, DeskError> {
        if let Err(error) = password_check(password, login, name) {
            return Ok(Err(error));
        }
        let (password, salt) = (password.to_owned(), self.surroundings.bytes());
        self.hashed(move || password_hash(&password, &salt)).await
    }

    /// Writes a new password, if the ticket it comes by is still good; ends sessions, locks and tickets of its owner,
    /// and tells them.
    async fn password_set(
        &self,
        zone: ZoneId,
        person: &Person,
        hash: &str,
        ticket: Option<&[u8; 32]>,
    ) -> Result<bool, DeskError> {
        let now = self.surroundings.now();
        let tx = self.store.begin(zone).await?;
        if let Some(ticket) = ticket {
            if !tx.ticket_use(TicketPurpose::Reset, ticket, now).await? {
                return Ok(false);
            }
            // Whoever had to ask for this may have lost the account: what was made in it meanwhile ends too.
            tx.api_token_delete(person.id, None).await?;
        }
        tx.person_password_set(person.id, hash).await?;
        tx.session_end(person.id, None).await?;
        for purpose in [TicketPurpose::Reset, TicketPurpose::Code] {
            tx.ticket_void(purpose, person.id).await?;
        }
        // Not that of the codes: a mailbox in wrong hands must not be a way to try more of them.
        lockout::open_account(&tx, person).await?;
        self.account_changed(&tx, zone, person, ("密码已更换", "the password was changed")).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Tells somebody that their account was changed, where they have an address.
    pub(super) async fn account_changed(
        &self,
        tx: &store::Tx,
        zone: ZoneId,
        person: &Person,
        (zh, en): (&str, &str),
    ) -> Result<(), DeskError> {
        let Some(address) = &person.email else { return Ok(()) };
        let what = if Language::parse(&person.language) == Some(Language::En) { en } else { zh };
        let what = json!({"what": what});
        let mail = self.account_mail(zone, "account-changed", Reader::of(person, address), what).await?;
        Ok(tx.mails_write(self.surroundings.now(), &[mail]).await?)
    }

    /// Compares a password with a hash. Without one it works as long, so that time does not tell who has an account.
    pub(super) async fn password_verify(
        &self,
        password: &str,
        hash: Option<String>,
    ) -> Result<bool, DeskError> {
        if password.len() > PASSWORD_MOST {
            return Ok(false);
        }
        let (password, salt) = (password.to_owned(), self.surroundings.bytes::<16>());
        let work = move || {
            if let Some(text) = hash {
                let hash = PasswordHash::new(&text).map_err(|_| DeskError::PasswordHash)?;
                Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            } else {
                let _same_work = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
                Ok(false)
            }
        };
        self.hashed(work).await?
    }

    /// Does work that takes 19 MiB and a core for a while, on a thread for it, as its turn comes; where too many wait
    /// already it is not begun, or signing in would be a way to stop the desk.
    pub(crate) async fn hashed<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, DeskError> {
        let _place = self.hashing.waiting.clone().try_acquire_owned().map_err(|_| DeskError::Crowded)?;
        let permit = self.hashing.working.clone().acquire_owned().await.map_err(|_| DeskError::Aside)?;
        let work = move || {
            let _permit = permit;
            work()
        };
        aside(work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_not_taken() {
        for password in [
            "1234567890",
            "9876543210",
            "abcdefghijkl",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "1212121212",
            "Password123",
            "qwertyuiop",
            "1q2w3e4r5t",
            "Woaini1314520",
            "qwe123qwe123",
        ] {
            assert!(is_common(password), "{password}");
        }
        for password in ["correct horse", "qianxiaoer-demo-1", "电机噪声测试台排队太久", "0123456789x"]
        {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn the_list_holds_only_what_would_be_taken_otherwise() {
        for line in COMMON.iter() {
            assert!(line.chars().count() >= PASSWORD_LEAST && *line == line.to_lowercase(), "{line}");
        }
        assert!(COMMON.len() > 100);
    }

    #[test]
    fn a_password_is_not_made_of_its_owner() {
        assert_eq!(password_check("Dispatcher-2026", "dispatcher", "王敏"), Err(PasswordError::Personal));
        assert_eq!(password_check("correct horse li", "li", "王敏"), Ok(()));
        assert_eq!(
            password_check("my name of owner!", "owner1", "Name of owner"),
            Err(PasswordError::Personal)
        );
    }
}
