//! What people wish of their mail: each kind at once, in a digest a day, or not at all; and none while the desk is closed.
use crate::sign_in::token;
use crate::{Caller, Desk, DeskError, Person, Refused, Viewer, note};
use ::calendar::{BusinessTime, Limit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp, ToSpan};
use sha2::Sha256;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::{Due, MailWish, MailWishes};
use uuid::Uuid;
use workflow::{Definition, Fault, Key, MailKind, Patience, PersonId, RoleKind, Text, ZoneId};

/// When a digest goes out where the calendar does not know.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// How many kinds of mail one request names.
const KINDS_MOST: usize = 100;
/// The bytes of a signature.
const SIGNATURE: usize = 32;

/// A kind of mail with what somebody wishes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishView {
    /// The kind.
    pub kind: MailKind,
    /// What they wish.
    pub wish: MailWish,
}

/// What somebody wishes of their mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishesView {
    /// Mails that may wait do so until the desk is open.
    pub quiet: bool,
    /// The kinds that may wait.
    pub kinds: Vec<WishView>,
}

/// What decides when mails of one step may go out.
#[derive(Default)]
pub(crate) struct Waits {
    kinds: Arc<HashMap<Key, MailKind>>,
    wishes: HashMap<PersonId, MailWishes>,
    signer: Option<Signer>,
}

/// Signs links of a zone.
#[derive(Clone)]
pub(crate) struct Signer {
    zone: ZoneId,
    secret: Arc<[u8]>,
}

impl Waits {
    /// When a mail may go out; none for a mail that its recipient does without.
    pub(crate) fn due(
        &self,
        template: &str,
        person: PersonId,
        now: Timestamp,
        time: &BusinessTime,
    ) -> Option<Due> {
        let patience = self.patience(template);
        let Some(wishes) = self.wishes.get(&person).filter(|_| patience != Patience::None) else {
            return Some(Due::At(now));
        };
        match wishes.kinds.get(template).copied().unwrap_or_default() {
            MailWish::Off if patience == Patience::Off => None,
            MailWish::Daily => Some(Due::InDigest(morning(now, time))),
            // What could once be done without, and no longer can, comes as it comes.
            _ if wishes.quiet => Some(Due::At(opening(now, time))),
            _ => Some(Due::At(now)),
        }
    }

    /// The token by which a person does without mails of this kind, where they may.
    pub(crate) fn unsubscribe(&self, template: &str, person: PersonId) -> Option<String> {
        let signer = self.signer.as_ref().filter(|_| self.patience(template) == Patience::Off)?;
        signer.token(person, template)
    }

    fn patience(&self, template: &str) -> Patience {
        self.kinds.get(template).map(|kind| kind.patience).unwrap_or_default()
    }
}

impl Signer {
    /// A token: the zone, a point, the signature, the person, the kind.
    fn token(&self, person: PersonId, template: &str) -> Option<String> {
        let said = [person.0.as_bytes(), template.as_bytes()].concat();
        let signature = self.mac(&said)?.finalize().into_bytes();
        let signed = [&signature[..], &said].concat();
        Some(format!("{}.{}", self.zone.0.as_simple(), URL_SAFE_NO_PAD.encode(signed)))
    }

    /// Who a token of this zone speaks for, and of which kind of mail.
    fn read(&self, token: &str) -> Option<(PersonId, String)> {
        let signed = URL_SAFE_NO_PAD.decode(token.split_once('.')?.1).ok()?;
        let (signature, said) = signed.split_at_checked(SIGNATURE)?;
        self.mac(said)?.verify_slice(signature).ok()?;
        let (person, template) = said.split_at_checked(16)?;
        let person = PersonId(Uuid::from_slice(person).ok()?);
        Some((person, String::from_utf8(template.to_vec()).ok()?))
    }

    fn mac(&self, said: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(b"unsubscribe\0");
        mac.update(self.zone.0.as_bytes());
        mac.update(said);
        Some(mac)
    }
}

/// When the desk is open next; at once where the calendar does not know.
fn opening(now: Timestamp, time: &BusinessTime) -> Timestamp {
    time.due(now, Limit::WorkingMinutes(0)).unwrap_or(now)
}

/// When the desk opens next in the morning of a working day.
fn morning(now: Timestamp, time: &BusinessTime) -> Timestamp {
    let midnight = |days: i64| {
        let day = now.to_zoned(time.zone().clone()).start_of_day().ok()?.checked_add(days.days()).ok()?;
        time.due(day.timestamp(), Limit::WorkingMinutes(0)).ok()
    };
    let first = midnight(0).filter(|today| *today > now).or_else(|| midnight(1));
    first.unwrap_or_else(|| now.saturating_add(A_DAY).unwrap_or(now))
}

/// Whether who applied plays this role.
fn applies(process: &Definition, role: &Key) -> bool {
    process.roles.get(role).is_some_and(|role| role.kind == RoleKind::Applicant)
}

impl Desk {
    /// The same desk, knowing of what kinds of mail people may have a say in.
    #[must_use]
    pub fn with_mails(self, kinds: Vec<MailKind>) -> Self {
        let kinds = kinds.into_iter().map(|kind| (kind.key.clone(), kind)).collect();
        Self { mails: Arc::new(kinds), ..self }
    }

    /// What decides when mails to these people may go out.
    pub(crate) async fn waits(
        &self,
        zone: ZoneId,
        people: impl Iterator<Item = &Person>,
    ) -> Result<Waits, DeskError> {
        let people: HashSet<PersonId> = people.map(|person| person.id).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let wishes = self.store.wish_batch(&Viewer::System(zone), &people).await?;
        let signer = self.signers.read().ok().and_then(|known| known.get(&zone).cloned());
        Ok(Waits { kinds: self.mails.clone(), wishes, signer })
    }

    /// What a mail of this kind is called.
    pub(crate) fn mail_title(&self, template: &str) -> Option<&Text> {
        self.mails.get(template).map(|kind| &kind.title)
    }

    /// What signs links of a zone, made when there is none. Never asked for inside a transaction.
    pub(crate) async fn signer(&self, zone: ZoneId) -> Result<Signer, DeskError> {
        if let Some(signer) = self.signers.read().ok().and_then(|known| known.get(&zone).cloned()) {
            return Ok(signer);
        }
        if self.store.mail_key_find(zone).await?.is_none() {
            let tx = self.store.begin(zone).await?;
            tx.mail_key_insert(&self.surroundings.bytes::<SIGNATURE>()).await?;
            tx.commit().await?;
        }
        // Another process may have been quicker: what is in the table counts.
        let secret = self.store.mail_key_find(zone).await?.ok_or(DeskError::UnknownZone)?;
        let signer = Signer { zone, secret: secret.into() };
        if let Ok(mut known) = self.signers.write() {
            known.insert(zone, signer.clone());
        }
        Ok(signer)
    }

    /// What the caller wishes of their mail.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn wishes(&self, caller: &Caller) -> Result<WishesView, DeskError> {
        let person = caller.person.id;
        let wishes = self.store.wish_batch(&self.viewer(caller), &[person]).await?.remove(&person);
        let MailWishes { quiet, kinds } = wishes.unwrap_or_default();
        let view = |kind: &MailKind| WishView {
            kind: kind.clone(),
            wish: kinds.get(&*kind.key).copied().unwrap_or_default(),
        };
        let theirs = self.kinds_of(caller);
        let mut kinds: Vec<WishView> = theirs.into_iter().map(view).collect();
        kinds.sort_by(|one, other| one.kind.key.cmp(&other.kind.key));
        Ok(WishesView { quiet, kinds })
    }

    /// Takes note of what the caller wishes of their mail; what is not named stays.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn wishes_set(
        &self,
        caller: &Caller,
        quiet: Option<bool>,
        kinds: &[(String, MailWish)],
    ) -> Result<Result<WishesView, Refused>, DeskError> {
        if kinds.len() > KINDS_MOST {
            return Ok(Err(Refused::TooMany { most: KINDS_MOST }));
        }
        let theirs = self.kinds_of(caller);
        for (name, wish) in kinds {
            let Some(kind) = theirs.iter().find(|kind| *kind.key == **name) else {
                let choices = theirs.iter().map(|kind| kind.key.clone()).collect();
                return Ok(Err(Refused::form("kind", Fault::NoSuchChoice { choices })));
            };
            if *wish == MailWish::Off && kind.patience != Patience::Off {
                let choices = vec!["AT_ONCE".into(), "DAILY".into()];
                return Ok(Err(Refused::form(name, Fault::NoSuchChoice { choices })));
            }
        }
        let tx = self.store.begin(caller.zone).await?;
        if let Some(quiet) = quiet {
            tx.quiet_set(caller.person.id, quiet).await?;
        }
        for (name, wish) in kinds {
            tx.wish_set(caller.person.id, name, *wish).await?;
        }
        tx.commit().await?;
        Ok(Ok(self.wishes(caller).await?))
    }

    /// Does what the link in a mail says: its reader does without mails of that kind. Answers what the kind is called;
    /// none for a link that is none of ours. Doing it twice is fine.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn unsubscribe(&self, link: &str) -> Result<Option<Text>, DeskError> {
        let Some((zone, person, kind)) = self.unsubscription(link).await? else { return Ok(None) };
        let tx = self.store.begin(zone).await?;
        tx.wish_set(person, &kind.key, MailWish::Off).await?;
        tx.commit().await?;
        tracing::info!(person = %person, kind = %kind.key, "somebody does without mails of a kind");
        Ok(Some(kind.title))
    }

    /// What the link in a mail would do: the kind of mail that its reader would do without.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn unsubscribe_kind(&self, link: &str) -> Result<Option<Text>, DeskError> {
        Ok(self.unsubscription(link).await?.map(|(_, _, kind)| kind.title))
    }

    async fn unsubscription(&self, link: &str) -> Result<Option<(ZoneId, PersonId, MailKind)>, DeskError> {
        let Some(zone) = token::zone(link) else { return Ok(None) };
        if self.zone(zone).await?.is_none() {
            return Ok(None);
        }
        let Some((person, template)) = self.signer(zone).await?.read(link) else { return Ok(None) };
        let kind = self.mails.get(&*template).filter(|kind| kind.patience == Patience::Off);
        let Some(kind) = kind.cloned() else { return Ok(None) };
        let found = self.store.person_batch(&Viewer::System(zone), &[person]).await?;
        Ok((!found.is_empty()).then_some((zone, person, kind)))
    }

    /// The kinds of mail that may wait and that somebody like the caller gets: a company those that a process sends to
    /// who applied, the staff all others too.
    fn kinds_of(&self, caller: &Caller) -> Vec<&MailKind> {
        let catalog = self.catalog();
        let told: HashSet<Key> = catalog
            .processes(caller.zone)
            .flat_map(|process| {
                process.mails().filter(move |(_, to)| to.iter().any(|role| applies(process, role)))
            })
            .map(|(template, _)| template.clone())
            .chain([Key::from(note::ADDED)])
            .collect();
        let outsider = caller.person.company.is_some();
        let theirs =
            |kind: &&MailKind| kind.patience != Patience::None && (!outsider || told.contains(&kind.key));
        self.mails.values().filter(theirs).collect()
    }
}
