//! How people sign in: their sessions, the tokens of their programs, and what the zone asks. What changes secrets is
//! not here but under `/session`, where a new session can take the place of the old ones.
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::scalar::DateTime;
use super::setting::{SettingRefusal, refused};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use desk::{ApiScope, ApiTokenOrder, Denied, Rules};
use jiff::SignedDuration;
use uuid::Uuid;
use workflow::PersonId;

/// Somewhere the caller is signed in.
pub struct Session(pub(super) desk::Session, pub(super) bool);

/// Somewhere the caller is signed in.
#[Object]
impl Session {
    /// What names it when it is ended.
    async fn key(&self) -> String {
        self.0.id.to_string()
    }

    /// Whether this request came by it.
    async fn current(&self) -> bool {
        self.1
    }

    /// When it began.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The last sign of life, to the minute.
    async fn seen_at(&self) -> DateTime {
        DateTime(self.0.seen_at)
    }

    /// When it ends, whatever happens in it.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// The program at the other end, as it calls itself.
    async fn client(&self) -> &str {
        &self.0.client
    }

    /// The network address it began from.
    async fn address(&self) -> &str {
        &self.0.address
    }
}

/// A part of the caller's rights that a program may use.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum ApiTokenScope {
    /// Looking up what the caller may look up.
    Read,
    /// Asking for things: opening cases, and what belongs to them: notes, files.
    Ask,
    /// Acting on cases, and what staff do around them.
    Act,
    /// What counts in the whole zone.
    Administer,
}

impl From<ApiTokenScope> for ApiScope {
    fn from(scope: ApiTokenScope) -> Self {
        match scope {
            ApiTokenScope::Read => Self::Read,
            ApiTokenScope::Ask => Self::Ask,
            ApiTokenScope::Act => Self::Act,
            ApiTokenScope::Administer => Self::Administer,
        }
    }
}

impl From<ApiScope> for ApiTokenScope {
    fn from(scope: ApiScope) -> Self {
        match scope {
            ApiScope::Read => Self::Read,
            ApiScope::Ask => Self::Ask,
            ApiScope::Act => Self::Act,
            ApiScope::Administer => Self::Administer,
        }
    }
}

/// A token by which a program acts for the caller.
pub struct ApiToken(pub(super) desk::ApiToken);

/// A token by which a program acts for the caller.
#[Object]
impl ApiToken {
    /// What names it when it is revoked.
    async fn key(&self) -> String {
        self.0.id.to_string()
    }

    /// What the caller calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it may do.
    async fn scopes(&self) -> Vec<ApiTokenScope> {
        self.0.scopes.iter().filter_map(|scope| ApiScope::parse(scope)).map(Into::into).collect()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it is good no more.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was last used, to the minute.
    async fn used_at(&self) -> Option<DateTime> {
        self.0.used_at.map(DateTime)
    }
}

/// What a zone asks of those who sign in.
#[derive(SimpleObject)]
pub struct SignInRules {
    /// After how many minutes without a sign of life a session of staff ends.
    staff_idle_minutes: i64,
    /// The same for people of companies.
    company_idle_minutes: i64,
    /// How many hours a session lasts, whatever happens in it.
    session_hours: i64,
    /// Whether staff must have a second factor. Those without may enrol one, and nothing else.
    second_factor: bool,
}

impl From<Rules> for SignInRules {
    fn from(rules: Rules) -> Self {
        Self {
            staff_idle_minutes: rules.staff_idle.as_mins(),
            company_idle_minutes: rules.company_idle.as_mins(),
            session_hours: rules.lasts.as_hours(),
            second_factor: rules.second_factor,
        }
    }
}

/// Asks to end sessions of the caller.
#[derive(InputObject)]
pub struct SessionsEndInput {
    /// The key of the one to end; without it all end but the one that asks.
    key: Option<String>,
}

/// What came of ending sessions.
#[derive(SimpleObject)]
pub struct SessionsEndPayload {
    /// How many ended.
    ended: u64,
}

/// Asks for a token by which a program acts for the caller.
#[derive(InputObject)]
pub struct ApiTokenCreateInput {
    /// What to call it, up to 100 characters.
    name: String,
    /// What it may do.
    scopes: Vec<ApiTokenScope>,
    /// When it is good no more: within a year.
    expires_at: DateTime,
}

/// What came of asking for a token.
#[derive(SimpleObject)]
pub struct ApiTokenCreatePayload {
    /// The token itself. It is shown this once.
    token: Option<String>,
    /// The token as it is listed.
    api_token: Option<ApiToken>,
    /// Why there is none.
    refusal: Option<AccountRefusal>,
}

/// Asks to revoke a token of the caller.
#[derive(InputObject)]
pub struct ApiTokenRevokeInput {
    /// Its key.
    key: String,
}

/// What came of revoking a token.
#[derive(SimpleObject)]
pub struct ApiTokenRevokePayload {
    /// Whether there was one.
    revoked: bool,
}

/// Asks to set what the zone asks of those who sign in.
#[derive(InputObject)]
pub struct SignInRulesSetInput {
    /// After how many minutes without a sign of life a session of staff ends: 5 to 1440.
    staff_idle_minutes: i32,
    /// The same for people of companies.
    company_idle_minutes: i32,
    /// How many hours a session lasts, whatever happens in it: 1 to 168.
    session_hours: i32,
    /// Whether staff must have a second factor.
    second_factor: bool,
}

/// What came of setting it.
#[derive(SimpleObject)]
pub struct SignInRulesSetPayload {
    /// What counts now.
    rules: SignInRules,
    /// Why it was not set.
    refusal: Option<SettingRefusal>,
}

/// Asks to help somebody whose account is locked, lost or in wrong hands.
#[derive(InputObject)]
pub struct AccountRescueInput {
    /// Who.
    person_id: ID,
    /// Whether they lost their second factor: then it is taken away.
    #[graphql(default)]
    remove_factor: bool,
}

/// What came of it: sessions and tokens have ended, locks are open.
#[derive(SimpleObject)]
pub struct AccountRescuePayload {
    /// Whether it was done.
    rescued: bool,
    /// Why it was not.
    refusal: Option<AccountRefusal>,
}

/// Why an account stays as it is.
#[derive(SimpleObject)]
pub struct AccountRefusal {
    /// The closed code to switch on.
    pub(super) code: AccountRefusalCode,
    /// What is needed, for people.
    pub(super) message: String,
}

/// The ways for an account to stay as it is.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum AccountRefusalCode {
    /// Something given is not allowed; the message says what is.
    BadInput,
    /// There is no such person.
    NoSuchPerson,
    /// Nobody claims this, or it was decided.
    NoSuchClaim,
    /// Somebody signs in with this address already.
    Taken,
    /// So many mails were asked for that one has to wait.
    TooMany,
}

/// What people change about how they sign in.
#[derive(Default)]
pub struct AccountMutation;

/// What people change about how they sign in.
#[Object]
impl AccountMutation {
    /// Ends sessions of the caller: one, or all but the one that asks.
    #[graphql(complexity = "10 + child_complexity")]
    async fn sessions_end(&self, ctx: &Context<'_>, input: SessionsEndInput) -> Result<SessionsEndPayload> {
        let key = input.key.as_deref().map(key);
        let ended = desk(ctx)?.sessions_end(caller(ctx)?, key).await.map_err(broken)?;
        Ok(SessionsEndPayload { ended })
    }

    /// Makes a token by which a program acts for the caller, with a part of their rights.
    #[graphql(complexity = "10 + child_complexity")]
    async fn api_token_create(
        &self,
        ctx: &Context<'_>,
        input: ApiTokenCreateInput,
    ) -> Result<ApiTokenCreatePayload> {
        let scopes = input.scopes.into_iter().map(ApiScope::from).collect();
        let order = ApiTokenOrder { name: input.name, scopes, expires_at: input.expires_at.0 };
        let made = desk(ctx)?.api_token_create(caller(ctx)?, order, language(ctx)).await;
        Ok(match made.map_err(broken)? {
            Ok(made) => ApiTokenCreatePayload {
                token: Some(made.token),
                api_token: Some(ApiToken(made.listed)),
                refusal: None,
            },
            Err(denied) => {
                ApiTokenCreatePayload { token: None, api_token: None, refusal: Some(denial(&denied, ctx)) }
            }
        })
    }

    /// Revokes a token of the caller.
    #[graphql(complexity = "10 + child_complexity")]
    async fn api_token_revoke(
        &self,
        ctx: &Context<'_>,
        input: ApiTokenRevokeInput,
    ) -> Result<ApiTokenRevokePayload> {
        let revoked = desk(ctx)?.api_token_revoke(caller(ctx)?, key(&input.key)).await.map_err(broken)?;
        Ok(ApiTokenRevokePayload { revoked })
    }

    /// Sets what the zone asks of those who sign in. Sessions that began keep their times; a second factor is asked
    /// for at once, and tokens of staff who have none are revoked.
    #[graphql(complexity = "10 + child_complexity")]
    async fn sign_in_rules_set(
        &self,
        ctx: &Context<'_>,
        input: SignInRulesSetInput,
    ) -> Result<SignInRulesSetPayload> {
        let rules = Rules {
            staff_idle: SignedDuration::from_mins(input.staff_idle_minutes.into()),
            company_idle: SignedDuration::from_mins(input.company_idle_minutes.into()),
            lasts: SignedDuration::from_hours(input.session_hours.into()),
            second_factor: input.second_factor,
        };
        let (desk, caller) = (desk(ctx)?, caller(ctx)?);
        let set = desk.sign_in_rules_set(caller, rules).await.map_err(broken)?;
        let rules = desk.sign_in_rules(caller.zone).await.map_err(broken)?.into();
        Ok(SignInRulesSetPayload { rules, refusal: set.err().map(|not_set| refused(&not_set, ctx)) })
    }

    /// Helps somebody whose account is locked, lost or in wrong hands: ends their sessions and tokens, opens locks.
    #[graphql(complexity = "10 + child_complexity")]
    async fn account_rescue(
        &self,
        ctx: &Context<'_>,
        input: AccountRescueInput,
    ) -> Result<AccountRescuePayload> {
        let person = NodeId::person(&input.person_id).unwrap_or(PersonId(Uuid::nil()));
        let rescued = desk(ctx)?.account_rescue(caller(ctx)?, person, input.remove_factor).await;
        let rescued = rescued.map_err(broken)?;
        let refusal = (!rescued).then(|| AccountRefusal {
            code: AccountRefusalCode::NoSuchPerson,
            message: match language(ctx) {
                workflow::Language::Zh => "没有这个人".into(),
                workflow::Language::En => "there is no such person".into(),
            },
        });
        Ok(AccountRescuePayload { rescued, refusal })
    }
}

pub(super) fn denial(denied: &Denied, ctx: &Context<'_>) -> AccountRefusal {
    let code = match denied {
        Denied::TooMany { .. } => AccountRefusalCode::TooMany,
        _ => AccountRefusalCode::BadInput,
    };
    AccountRefusal { code, message: denied.message(language(ctx)) }
}

/// A key that is none names nothing.
pub(super) fn key(text: &str) -> Uuid {
    Uuid::try_parse(text).unwrap_or(Uuid::nil())
}
