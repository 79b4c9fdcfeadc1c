//! People, companies and units.
use super::account::{ApiToken, Session};
use super::company::{Company, load_company};
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::loader::{FaultOf, load};
use super::personal::PersonRecord;
use super::post::Post;
use super::preference::MailPreferences;
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result};
use desk::{Caller, Whose};
use workflow::Language as Tongue;

/// A language the desk speaks.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum Language {
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

impl From<Tongue> for Language {
    fn from(language: Tongue) -> Self {
        match language {
            Tongue::Zh => Self::Zh,
            Tongue::En => Self::En,
        }
    }
}

/// Whoever is signed in.
pub struct Me(pub(super) Caller);

/// Whoever is signed in.
#[Object]
impl Me {
    /// The person.
    async fn person(&self) -> Person {
        Person(self.0.person.clone())
    }

    /// The name they sign in with.
    async fn login(&self) -> &str {
        &self.0.person.login
    }

    /// Where mails go.
    async fn email(&self) -> Option<&str> {
        self.0.person.email.as_deref()
    }

    /// Why mail does not reach them: what a mail server answered, in codes. What is sent meanwhile is held.
    async fn email_fault(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        fault(ctx, self.0.person.email.as_ref()).await
    }

    /// What they wish of their mail.
    async fn mail_preferences(&self, ctx: &Context<'_>) -> Result<MailPreferences> {
        let wishes = desk(ctx)?.wishes(&self.0).await.map_err(broken)?;
        Ok(MailPreferences::new(wishes, language(ctx)))
    }

    /// Keys of the roles held, whichever the unit, each once.
    async fn roles(&self) -> Vec<&str> {
        self.0.person.held().into_iter().collect()
    }

    /// The language they read.
    async fn language(&self) -> Language {
        self.0.language.into()
    }

    /// Whether mail to their address was seen to arrive.
    async fn email_verified(&self, ctx: &Context<'_>) -> Result<bool> {
        desk(ctx)?.email_is_verified(caller(ctx)?).await.map_err(broken)
    }

    /// How many recovery codes are left; none where there is no second factor.
    async fn recovery_codes_left(&self, ctx: &Context<'_>) -> Result<Option<u64>> {
        desk(ctx)?.factor_state(caller(ctx)?).await.map_err(broken)
    }

    /// Where they are signed in, the newest first.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let (desk, caller) = (desk(ctx)?, caller(ctx)?);
        let sessions = desk.sessions(caller).await.map_err(broken)?.into_iter();
        Ok(sessions
            .map(|one| (caller.session == Some(one.id), one))
            .map(|(current, one)| Session(one, current))
            .collect())
    }

    /// The tokens of their programs, the newest first; those that are good no more too.
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Vec<ApiToken>> {
        let tokens = desk(ctx)?.api_tokens(caller(ctx)?).await.map_err(broken)?;
        Ok(tokens.into_iter().map(ApiToken).collect())
    }

    /// What was done with their data, the newest 100 first.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn records(&self, ctx: &Context<'_>) -> Result<Vec<PersonRecord>> {
        let caller = caller(ctx)?;
        let records =
            desk(ctx)?.person_records(caller, Whose::Person(caller.person.id)).await.map_err(broken)?;
        Ok(records.into_iter().map(PersonRecord).collect())
    }

    /// Since when they ask that their data be erased; none while they do not.
    async fn erasure_asked_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let since = desk(ctx)?.own_erasure_wished(caller(ctx)?).await.map_err(broken)?;
        Ok(since.map(DateTime))
    }

    /// The name of the zone.
    async fn zone(&self, ctx: &Context<'_>) -> Result<String> {
        desk(ctx)?.zone_name(caller(ctx)?).await.map_err(broken)
    }
}

/// A person of the zone.
pub struct Person(pub(super) desk::Person);

/// A person of the zone.
#[Object]
impl Person {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Person(self.0.id).encode()
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The name they sign in with, shown in part where it is an address: `reveal` shows it whole. For staff.
    async fn login(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(Some(self.shown(ctx, &self.0.login)?))
    }

    /// Where mails go, shown in part: `reveal` shows it whole. For staff.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.0.email.as_deref().map(|email| self.shown(ctx, email)).transpose()
    }

    /// Why mail does not reach them: what a mail server answered, in codes. What is sent meanwhile is held until an
    /// administrator confirms the address. For staff.
    async fn email_fault(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        fault(ctx, self.0.email.as_ref()).await
    }

    /// Keys of their roles, in their unit where they are of one. For staff.
    async fn roles(&self) -> Option<&[String]> {
        Some(&self.0.roles)
    }

    /// Their roles in other units. For staff.
    async fn posts(&self) -> Option<Vec<Post>> {
        Some(self.0.posts.iter().cloned().map(Post).collect())
    }

    /// The unit they work in.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>> {
        match self.0.unit {
            Some(unit) => load_unit(ctx, unit).await,
            None => Ok(None),
        }
    }

    /// The company they act for.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Company>> {
        match self.0.company {
            Some(company) => load_company(ctx, company).await,
            None => Ok(None),
        }
    }
}

impl Person {
    /// An address in part, but whole to whom it belongs.
    fn shown(&self, ctx: &Context<'_>, text: &str) -> Result<String> {
        let own = caller(ctx)?.person.id == self.0.id;
        Ok(if own { text.to_owned() } else { desk::masked(text) })
    }
}

/// A unit of the zone: a department or bureau that handles cases.
pub struct Unit(pub(super) desk::Unit);

/// A unit of the zone: a department or bureau that handles cases.
#[Object]
impl Unit {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Unit(self.0.id).encode()
    }

    /// The short name that files use.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

async fn fault(ctx: &Context<'_>, address: Option<&String>) -> Result<Option<String>> {
    match address {
        Some(address) => load(ctx, FaultOf(address.to_lowercase())).await,
        None => Ok(None),
    }
}

pub(super) async fn load_unit(ctx: &Context<'_>, id: workflow::UnitId) -> Result<Option<Unit>> {
    Ok(load(ctx, id).await?.map(Unit))
}

/// Nobody where the caller may not know who it is.
pub(super) async fn load_person(ctx: &Context<'_>, id: workflow::PersonId) -> Result<Option<Person>> {
    Ok(load(ctx, id).await?.map(Person))
}
