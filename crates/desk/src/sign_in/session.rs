//! Sessions: their begin and end, who a token stands for, and lists of them.
use super::{Origin, SignedIn, lockout, token};
use crate::caller::Access;
use crate::{Caller, Desk, DeskError, RecordAct, Viewer, Whose};
use jiff::{SignedDuration, Timestamp};
use store::{NewSession, Person, Session};
use uuid::Uuid;
use workflow::{PersonId, ZoneId};

/// How exactly the last sign of life is noted: a write per session and minute is enough.
const NOTED: SignedDuration = SignedDuration::from_mins(1);
/// Longest name of a program that is kept, in characters.
const CLIENT_MOST: usize = 200;

impl Desk {
    /// Begins a session under a new token. Staff who lack the second factor that their zone asks for may only enrol.
    pub(super) async fn session_begin(
        &self,
        zone: ZoneId,
        person: Person,
        origin: &Origin,
    ) -> Result<SignedIn, DeskError> {
        let rules = self.sign_in_rules(zone).await?;
        let staff = person.company.is_none();
        let limited = rules.second_factor && staff && {
            let factor = self.store.account_find(zone, person.id).await?.factor;
            factor.is_none_or(|factor| factor.since.is_none())
        };
        let token = token::new(zone, &self.surroundings.bytes());
        let now = self.surroundings.now();
        let client = origin.client.chars().filter(|c| !c.is_control()).take(CLIENT_MOST).collect();
        let new = NewSession {
            token_hash: token::hash(&token),
            id: self.surroundings.id(),
            person: person.id,
            created_at: now,
            expires_at: now.saturating_add(rules.lasts).unwrap_or(now),
            idle: if staff { rules.staff_idle } else { rules.company_idle },
            limited,
            client,
            address: origin.address.map(|address| address.to_canonical().to_string()).unwrap_or_default(),
        };
        let tx = self.store.begin(zone).await?;
        tx.session_insert(&new).await?;
        tx.commit().await?;
        let access = if limited { Access::Enrolment } else { Access::Whole };
        let caller = Caller { session: Some(new.id), access, ..Caller::new(zone, person) };
        Ok(SignedIn { token, expires_at: new.expires_at, caller })
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

    /// Who a token stands for; none when it is unknown or over. That it was used is noted.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, DeskError> {
        let Some((caller, seen_at)) = self.stands_for(token).await? else { return Ok(None) };
        let idle = seen_at.map(|seen_at| self.surroundings.now().duration_since(seen_at));
        if idle.is_some_and(|idle| idle >= NOTED)
            // Reading goes on where nothing can be written, such as on a full disk.
            && let Err(error) = self.session_noted(caller.zone, &token::hash(token)).await
        {
            tracing::warn!(%error, "a sign of life could not be noted");
        }
        Ok(Some(caller))
    }

    /// Whether a token still stands for the same caller with the same rights. It is no sign of life: a page that is left
    /// open keeps no session from ending.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn is_still(&self, caller: &Caller, token: &str) -> Result<bool, DeskError> {
        let same = |again: &Caller| {
            (again.zone, &again.person, &again.access) == (caller.zone, &caller.person, &caller.access)
        };
        Ok(self.stands_for(token).await?.is_some_and(|(again, _)| same(&again)))
    }

    /// Whom a token stands for, and when their session last gave a sign of life.
    async fn stands_for(&self, token: &str) -> Result<Option<(Caller, Option<Timestamp>)>, DeskError> {
        if let Some(zone) = token::zone_of_program(token) {
            return Ok(self.program(zone, &token::hash(token)).await?.map(|caller| (caller, None)));
        }
        let Some(zone) = token::zone(token) else { return Ok(None) };
        let session = self.store.session_find(zone, &token::hash(token), self.surroundings.now()).await?;
        Ok(session.map(|session| {
            let access = if session.limited { Access::Enrolment } else { Access::Whole };
            let caller = Caller { session: Some(session.id), access, ..Caller::new(zone, session.person) };
            (caller, Some(session.seen_at))
        }))
    }

    async fn session_noted(&self, zone: ZoneId, hash: &[u8; 32]) -> Result<(), DeskError> {
        let tx = self.store.begin(zone).await?;
        tx.session_touch(hash, self.surroundings.now()).await?;
        Ok(tx.commit().await?)
    }

    /// The caller's sessions, the newest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<Session>, DeskError> {
        Ok(self.store.session_list(caller.zone, caller.person.id, self.surroundings.now()).await?)
    }

    /// Ends one session of the caller's, or without an id all but the one they ask by; answers how many.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sessions_end(&self, caller: &Caller, id: Option<Uuid>) -> Result<u64, DeskError> {
        let ids = if let Some(id) = id {
            vec![id]
        } else {
            let others = self.sessions(caller).await?.into_iter().map(|session| session.id);
            others.filter(|id| caller.session != Some(*id)).collect()
        };
        let tx = self.store.begin(caller.zone).await?;
        let mut ended = 0;
        for id in ids {
            ended += tx.session_end(caller.person.id, Some(id)).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// Helps somebody whose account is locked, lost or in wrong hands: ends their sessions and tokens, opens locks, and
    /// takes away a second factor they lost. Whether they are there at all is answered.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn account_rescue(
        &self,
        caller: &Caller,
        person: PersonId,
        remove_factor: bool,
    ) -> Result<bool, DeskError> {
        let found = self.store.person_find(&Viewer::System(caller.zone), person).await?;
        let Some(person) = found else { return Ok(false) };
        let tx = self.store.begin(caller.zone).await?;
        tx.session_end(person.id, None).await?;
        tx.api_token_delete(person.id, None).await?;
        lockout::open(&tx, &person).await?;
        if remove_factor {
            tx.factor_set(person.id, None).await?;
        }
        self.person_recorded(&tx, caller, Whose::Person(person.id), RecordAct::Rescued, None).await?;
        let what = ("管理员已结束您的全部登录", "an administrator ended all your sessions");
        self.account_changed(&tx, caller.zone, &person, what).await?;
        tx.commit().await?;
        Ok(true)
    }
}
