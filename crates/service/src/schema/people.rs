//! People, companies and units.
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::loader::{FaultOf, load};
use super::preference::MailPreferences;
use async_graphql::{Context, Enum, ID, Object, Result};
use desk::Caller;
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

impl From<Language> for Tongue {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
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

    /// Roles held.
    async fn roles(&self) -> &[String] {
        &self.0.person.roles
    }

    /// The language they read.
    async fn language(&self) -> Language {
        self.0.language.into()
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

    /// The name they sign in with. For staff.
    async fn login(&self) -> Option<&str> {
        Some(&self.0.login)
    }

    /// Where mails go. For staff.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Why mail does not reach them: what a mail server answered, in codes. What is sent meanwhile is held until an
    /// administrator confirms the address. For staff.
    async fn email_fault(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        fault(ctx, self.0.email.as_ref()).await
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

/// A company of the zone.
pub struct Company(pub(super) desk::Company);

/// A company of the zone.
#[Object]
impl Company {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Company(self.0.id).encode()
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The unified social credit code (GB 32100).
    async fn credit_code(&self) -> Option<&str> {
        self.0.credit_code.as_deref()
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

pub(super) async fn load_company(ctx: &Context<'_>, id: workflow::CompanyId) -> Result<Option<Company>> {
    Ok(load(ctx, id).await?.map(Company))
}
