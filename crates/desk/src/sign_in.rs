//! Sign-in with a password, and sessions.
use crate::{Caller, Desk, DeskError, token};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use jiff::{SignedDuration, Timestamp};
use store::NewSession;

/// How long a session lasts, whatever happens in it.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// Longest password that is hashed, in bytes.
const PASSWORD_MOST: usize = 1_024;
/// Shortest password that is set, in characters.
const PASSWORD_LEAST: usize = 10;

/// A session that just began.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret that stands for it; only its hash is kept.
    pub token: String,
    /// When it ends.
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

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has {PASSWORD_LEAST} characters at least and {PASSWORD_MOST} bytes at most")]
    Length,
    /// The hash function refused it.
    #[error("the password could not be hashed")]
    Hash,
}

/// Hashes a password with Argon2id (RFC 9106), 19 MiB and two passes.
///
/// # Errors
/// [`PasswordError`].
pub fn password_hash(password: &str, salt: &[u8; 16]) -> Result<String, PasswordError> {
    if password.chars().count() < PASSWORD_LEAST || password.len() > PASSWORD_MOST {
        return Err(PasswordError::Length);
    }
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Hash)
}

impl Desk {
    /// Begins a session; none when zone, login or password are wrong, whichever it was, after the same work.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sign_in(
        &self,
        zone: &str,
        login: &str,
        password: &str,
    ) -> Result<Option<SignedIn>, DeskError> {
        let zone = self.store.zone_by_key(zone).await?;
        let credential = match &zone {
            Some(zone) => self.store.person_by_login(zone.id, login).await?,
            None => None,
        };
        let hash = credential.as_ref().map(|credential| credential.password_hash.clone());
        let right = self.verify(password.to_owned(), hash).await?;
        let (Some(zone), Some(credential), true) = (zone, credential, right) else { return Ok(None) };
        let token = token::new(zone.id, &self.surroundings.bytes());
        let now = self.surroundings.now();
        let expires_at = now.saturating_add(SESSION).unwrap_or(now);
        let tx = self.store.begin(zone.id).await?;
        tx.session_insert(&NewSession {
            token_hash: token::hash(&token),
            id: self.surroundings.id(),
            person: credential.person.id,
            created_at: now,
            expires_at,
            idle: SESSION,
            limited: false,
            client: String::new(),
            address: String::new(),
        })
        .await?;
        tx.commit().await?;
        Ok(Some(SignedIn { token, expires_at, caller: Caller::new(zone.id, credential.person) }))
    }

    /// Ends the session a token stands for, if there is one.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sign_out(&self, token: &str) -> Result<(), DeskError> {
        let Some(zone) = token::zone(token) else { return Ok(()) };
        let (hash, now) = (token::hash(token), self.surroundings.now());
        if self.store.session_find(zone, &hash, now).await?.is_some() {
            let tx = self.store.begin(zone).await?;
            tx.session_delete(&hash).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Who a token stands for; none when it is unknown or its session is over.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, DeskError> {
        let Some(zone) = token::zone(token) else { return Ok(None) };
        let session = self.store.session_find(zone, &token::hash(token), self.surroundings.now()).await?;
        Ok(session.map(|session| Caller::new(zone, session.person)))
    }

    /// Compares a password with a hash. Without one it works as long, so that time does not tell who has an account.
    async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, DeskError> {
        if password.len() > PASSWORD_MOST {
            return Ok(false);
        }
        let permit = self.hashing.clone().acquire_owned().await.map_err(|_| DeskError::Hashing)?;
        let salt = self.surroundings.bytes::<16>();
        let work = move || {
            let _permit = permit;
            if let Some(text) = hash {
                let hash = PasswordHash::new(&text).map_err(|_| DeskError::PasswordHash)?;
                Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            } else {
                let _same_work = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
                Ok(false)
            }
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| DeskError::Hashing)?
    }
}
