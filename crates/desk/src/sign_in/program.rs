//! Tokens by which programs act for a person: with a part of their rights, for a year at most, shown once.
use super::{Denied, token};
use crate::caller::Access;
use crate::{Caller, Desk, DeskError, Viewer};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use store::ApiToken;
use uuid::Uuid;
use workflow::{Language, ZoneId};

/// How many a person has at most, those that are good no more included.
const TOKENS_MOST: u64 = 50;
/// Longest name, in characters.
const NAME_MOST: usize = 100;
/// Longest time that one is good.
const LASTS_MOST: SignedDuration = SignedDuration::from_hours(24 * 366);
/// How exactly the last use is noted.
const NOTED: SignedDuration = SignedDuration::from_mins(1);

/// A part of somebody's rights that a program may use. Which fields each is, `rights.toml` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiScope {
    /// Looking up what they may look up.
    Read,
    /// Asking for things: opening cases, and what belongs to them.
    Ask,
    /// Acting on cases, and what staff do around them.
    Act,
    /// What counts in the whole zone.
    Administer,
}

impl ApiScope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Ask, Self::Act, Self::Administer];

    /// How it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Ask => "ask",
            Self::Act => "act",
            Self::Administer => "administer",
        }
    }

    /// What is written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A token that somebody wants.
#[derive(Debug, Clone)]
pub struct ApiTokenOrder {
    /// What they call it.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<ApiScope>,
    /// When it is good no more.
    pub expires_at: Timestamp,
}

/// A token that was made.
#[derive(Clone)]
pub struct NewApiToken {
    /// Itself, shown once: only its hash is kept.
    pub token: String,
    /// As it is listed.
    pub listed: ApiToken,
}

impl Desk {
    /// Makes a token for the caller's programs.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn api_token_create(
        &self,
        caller: &Caller,
        order: ApiTokenOrder,
        language: Language,
    ) -> Result<Result<NewApiToken, Denied>, DeskError> {
        let now = self.surroundings.now();
        if let Some(wrong) = mistake(&order, now, language) {
            return Ok(Err(Denied::Misspelt(wrong)));
        }
        let token = token::program(caller.zone, &self.surroundings.bytes());
        let listed = ApiToken {
            id: self.surroundings.id(),
            person: caller.person.id,
            name: order.name.trim().to_owned(),
            scopes: order.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            created_at: now,
            expires_at: order.expires_at,
            used_at: None,
        };
        let tx = self.store.begin(caller.zone).await?;
        if !tx.api_token_insert(&token::hash(&token), &listed, TOKENS_MOST).await? {
            let zh = language == Language::Zh;
            let (zh_text, en) = (
                format!("已有 {TOKENS_MOST} 个令牌，请先吊销"),
                format!("there are {TOKENS_MOST}; revoke one first"),
            );
            return Ok(Err(Denied::Misspelt(if zh { zh_text } else { en })));
        }
        let what = ("新建了程序访问令牌", "a token for programs was made");
        self.account_changed(&tx, caller.zone, &caller.person, what).await?;
        tx.commit().await?;
        Ok(Ok(NewApiToken { token, listed }))
    }

    /// The caller's tokens, the newest first; those that are good no more too.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn api_tokens(&self, caller: &Caller) -> Result<Vec<ApiToken>, DeskError> {
        Ok(self.store.api_token_list(caller.zone, caller.person.id).await?)
    }

    /// Revokes a token of the caller's; answers whether there was one.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn api_token_revoke(&self, caller: &Caller, id: Uuid) -> Result<bool, DeskError> {
        let tx = self.store.begin(caller.zone).await?;
        let revoked = tx.api_token_delete(caller.person.id, Some(id)).await?;
        tx.commit().await?;
        Ok(revoked > 0)
    }

    /// For whom a token acts, and with what part of their rights.
    pub(super) async fn program(&self, zone: ZoneId, hash: &[u8; 32]) -> Result<Option<Caller>, DeskError> {
        let now = self.surroundings.now();
        let Some(found) = self.store.api_token_find(zone, hash, now).await? else { return Ok(None) };
        let Some(person) = self.store.person_find(&Viewer::System(zone), found.person).await? else {
            return Ok(None);
        };
        if found.used_at.is_none_or(|used| now.duration_since(used) >= NOTED)
            && let Err(error) = self.program_noted(zone, hash).await
        {
            tracing::warn!(%error, "the use of a token could not be noted");
        }
        let scopes = found.scopes.iter().filter_map(|scope| ApiScope::parse(scope)).collect();
        Ok(Some(Caller { access: Access::Program(scopes), ..Caller::new(zone, person) }))
    }

    async fn program_noted(&self, zone: ZoneId, hash: &[u8; 32]) -> Result<(), DeskError> {
        let tx = self.store.begin(zone).await?;
        tx.api_token_touch(hash, self.surroundings.now()).await?;
        Ok(tx.commit().await?)
    }
}

fn mistake(order: &ApiTokenOrder, now: Timestamp, language: Language) -> Option<String> {
    let name = order.name.trim();
    let named = !name.is_empty() && name.chars().count() <= NAME_MOST && !name.chars().any(char::is_control);
    let lasts = order.expires_at.duration_since(now);
    let say = |zh: &str, en: &str| Some(if language == Language::Zh { zh } else { en }.to_owned());
    if !named {
        return say("名称应为一行 1 到 100 个字符", "a name has 1 to 100 characters on one line");
    }
    if order.scopes.is_empty() {
        return say("至少选择一项权限", "a token has one scope at least");
    }
    if lasts <= SignedDuration::ZERO || lasts > LASTS_MOST {
        return say("有效期应晚于现在，且不超过一年", "a token ends after now, and within a year");
    }
    None
}
