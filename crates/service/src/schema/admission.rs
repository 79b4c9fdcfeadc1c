//! How somebody becomes a person of a company: its people invite them, or staff confirm that they speak for it. What
//! whoever is not signed in does about it is under `/session/register`.
use super::account::{AccountRefusal, AccountRefusalCode, denial, key};
use super::company::Company;
use super::gate::{broken, caller, desk, language};
use super::people::{Language, Person};
use super::scalar::DateTime;
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use desk::WaitingClaim;
use workflow::Language as Tongue;

/// Somebody who says that they speak for a company, and whom staff have yet to believe.
pub struct CompanyClaim(pub(super) WaitingClaim);

/// Somebody who says that they speak for a company, and whom staff have yet to believe.
#[Object]
impl CompanyClaim {
    /// What names it when it is decided.
    async fn key(&self) -> String {
        self.0.claim.id.to_string()
    }

    /// The company's unified social credit code (GB 32100), as they wrote it.
    async fn credit_code(&self) -> &str {
        &self.0.claim.credit_code
    }

    /// What is wrong with the code's check characters. They said that it is right all the same.
    async fn doubts(&self, ctx: &Context<'_>) -> Vec<String> {
        self.0.doubts(language(ctx))
    }

    /// What they call the company.
    async fn company_name(&self) -> &str {
        &self.0.claim.company_name
    }

    /// The zone's company of that code. Where there is none, confirming adds it as it was named.
    async fn company(&self) -> Option<Company> {
        self.0.company.clone().map(Company)
    }

    /// Their name.
    async fn name(&self) -> &str {
        &self.0.claim.name
    }

    /// Their address, at which mail was seen to arrive.
    async fn email(&self) -> &str {
        &self.0.claim.email
    }

    /// When they said so.
    async fn claimed_at(&self) -> DateTime {
        DateTime(self.0.claim.claimed_at)
    }
}

/// Asks to invite somebody to act for the caller's company.
#[derive(InputObject)]
pub struct CompanyInviteInput {
    /// Their address, which is what they sign in with.
    email: String,
    /// The language they read.
    language: Language,
}

/// What came of inviting somebody.
#[derive(SimpleObject)]
pub struct CompanyInvitePayload {
    /// Whether a mail was written.
    invited: bool,
    /// Why none was.
    refusal: Option<AccountRefusal>,
}

/// Asks to decide whether somebody speaks for a company.
#[derive(InputObject)]
pub struct CompanyClaimDecideInput {
    /// The claim's key.
    key: String,
    /// Why not, which is mailed to them; without it they are one of the company's people from now on.
    refuse_because: Option<String>,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct CompanyClaimDecidePayload {
    /// Who may sign in now.
    person: Option<Person>,
    /// Why nothing was decided.
    refusal: Option<AccountRefusal>,
}

/// How somebody becomes a person of a company.
#[derive(Default)]
pub struct AdmissionMutation;

/// How somebody becomes a person of a company.
#[Object]
impl AdmissionMutation {
    /// Invites somebody by mail to act for the caller's company. For people of companies.
    #[graphql(complexity = "10 + child_complexity")]
    async fn company_invite(
        &self,
        ctx: &Context<'_>,
        input: CompanyInviteInput,
    ) -> Result<CompanyInvitePayload> {
        let invited = desk(ctx)?.company_invite(caller(ctx)?, &input.email, input.language.into()).await;
        let refusal = invited.map_err(broken)?.err().map(|denied| denial(&denied, ctx));
        Ok(CompanyInvitePayload { invited: refusal.is_none(), refusal })
    }

    /// Decides whether somebody speaks for a company, and mails them so.
    #[graphql(complexity = "10 + child_complexity")]
    async fn company_claim_decide(
        &self,
        ctx: &Context<'_>,
        input: CompanyClaimDecideInput,
    ) -> Result<CompanyClaimDecidePayload> {
        let decision = input.refuse_because.as_deref().map_or(Ok(()), Err);
        let decided = desk(ctx)?.company_claim_decide(caller(ctx)?, key(&input.key), decision).await;
        Ok(match decided.map_err(broken)? {
            Ok(person) => CompanyClaimDecidePayload { person: person.map(Person), refusal: None },
            Err(not_decided) => {
                let code = match not_decided {
                    desk::NotDecided::NoSuchClaim => AccountRefusalCode::NoSuchClaim,
                    desk::NotDecided::Taken => AccountRefusalCode::Taken,
                    desk::NotDecided::NoReason => AccountRefusalCode::BadInput,
                };
                let message = not_decided.message(language(ctx)).to_owned();
                CompanyClaimDecidePayload { person: None, refusal: Some(AccountRefusal { code, message }) }
            }
        })
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
