//! Claims: somebody says that they speak for a company, and staff believe them or not.
use super::Reader;
use crate::{Caller, Company, Desk, DeskError, Person, RecordAct, StoreError, Viewer, Whose};
use jiff::{SignedDuration, Timestamp};
use policy::CreditCode;
use serde_json::json;
use store::Claim;
use uuid::Uuid;
use workflow::{CompanyId, Language, ZoneId};

/// How long a claim waits before it is forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How many claims are listed at once.
const CLAIMS_MOST: u64 = 100;
/// Longest reason why somebody is not believed, in characters.
const REASON_MOST: usize = 500;

/// A claim as staff see it.
#[derive(Debug, Clone)]
pub struct WaitingClaim {
    /// What they said.
    pub claim: Claim,
    /// The company of that code, if the zone has it.
    pub company: Option<Company>,
}

impl WaitingClaim {
    /// What is wrong with the check characters of the code.
    #[must_use]
    pub fn doubts(&self, language: Language) -> Vec<String> {
        let doubts = CreditCode::parse(&self.claim.credit_code).map(|code| code.doubts()).unwrap_or_default();
        let say = |doubt: policy::CreditCodeDoubt| match language {
            Language::Zh => doubt.in_chinese(),
            Language::En => doubt.to_string(),
        };
        doubts.into_iter().map(say).collect()
    }
}

/// Why nothing was decided about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDecided {
    /// Nobody claims this, or it was decided.
    NoSuchClaim,
    /// Somebody signs in with this address already, or the company was added this moment.
    Taken,
    /// Whoever is refused hears why.
    NoReason,
}

impl NotDecided {
    /// Says what is needed.
    #[must_use]
    pub const fn message(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::NoSuchClaim, Language::Zh) => "没有这项申请，或已处理",
            (Self::NoSuchClaim, Language::En) => "there is no such claim, or it was decided",
            (Self::Taken, Language::Zh) => "该邮箱已有账号，或该单位刚刚登记，请刷新后重试",
            (Self::Taken, Language::En) => {
                "somebody signs in with this address already, or the company was added this moment; look again"
            }
            (Self::NoReason, Language::Zh) => "请说明理由（1 到 500 个字符）",
            (Self::NoReason, Language::En) => "say why, in 1 to 500 characters",
        }
    }
}

impl Desk {
    /// Claims that wait, the oldest first, each with the company it is about.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn company_claims(&self, caller: &Caller) -> Result<Vec<WaitingClaim>, DeskError> {
        let claims = self.store.claim_list(caller.zone, CLAIMS_MOST).await?;
        let codes: Vec<_> = claims.iter().map(|claim| claim.credit_code.clone()).collect();
        let companies = self.store.company_by_codes(&self.viewer(caller), &codes).await?;
        let of = |claim: &Claim| {
            companies.iter().find(|company| company.credit_code.as_ref() == Some(&claim.credit_code)).cloned()
        };
        Ok(claims.into_iter().map(|claim| WaitingClaim { company: of(&claim), claim }).collect())
    }

    /// Decides about a claim: whoever made it becomes one of the company's people, or is told why not. A company that
    /// the zone does not have yet is added as it was named.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn company_claim_decide(
        &self,
        caller: &Caller,
        id: Uuid,
        decision: Result<(), &str>,
    ) -> Result<Result<Option<Person>, NotDecided>, DeskError> {
        let zone = caller.zone;
        if decision.is_err_and(|why| why.trim().is_empty() || why.chars().count() > REASON_MOST) {
            return Ok(Err(NotDecided::NoReason));
        }
        let Some(claim) = self.store.claim_find(zone, id).await? else {
            return Ok(Err(NotDecided::NoSuchClaim));
        };
        let company = self.company_claimed(zone, &claim).await?;
        let tx = self.store.begin(zone).await?;
        if !tx.claim_take(id).await? {
            return Ok(Err(NotDecided::NoSuchClaim));
        }
        let person = match decision {
            Ok(()) => {
                if let Err(new) = &company {
                    match tx.company_insert(new).await {
                        Err(StoreError::Taken { .. }) => return Ok(Err(NotDecided::Taken)),
                        inserted => inserted?,
                    }
                    self.fits_renew(&tx, new.id, None).await?;
                }
                let company = company.as_ref().unwrap_or_else(|new| new).id;
                let person = self.spokesperson(&claim.email, &claim.name, &claim.language, company);
                match self.admit(&tx, &person, &claim.password_hash).await {
                    Err(StoreError::Taken { .. }) => return Ok(Err(NotDecided::Taken)),
                    admitted => admitted?,
                }
                self.person_recorded(&tx, caller, Whose::Person(person.id), RecordAct::Admitted, None)
                    .await?;
                Some(person)
            }
            Err(_) => None,
        };
        let language = Language::parse(&claim.language).unwrap_or_default();
        let what = json!({"what": told(language, &claim.company_name, decision)});
        let reader = Reader {
            person: person.as_ref().map(|person| person.id),
            name: &claim.name,
            login: &claim.email,
            address: &claim.email,
            language,
        };
        let mail = self.account_mail(zone, "account-claim", reader, what).await?;
        tx.mails_write(self.surroundings.now(), &[mail]).await?;
        tx.commit().await?;
        Ok(Ok(person))
    }

    /// The company that a claim is about, or as it is to be added.
    async fn company_claimed(
        &self,
        zone: ZoneId,
        claim: &Claim,
    ) -> Result<Result<Company, Company>, DeskError> {
        let viewer = Viewer::System(zone);
        let found =
            self.store.company_by_codes(&viewer, std::slice::from_ref(&claim.credit_code)).await?.pop();
        let new = || Company {
            id: CompanyId(self.surroundings.id()),
            name: claim.company_name.clone(),
            credit_code: Some(claim.credit_code.clone()),
            place: None,
        };
        Ok(found.ok_or_else(new))
    }

    /// Before which claims are forgotten that nobody decided about.
    pub(super) fn claims_forgotten(&self) -> Timestamp {
        let now = self.surroundings.now();
        now.saturating_sub(FORGOTTEN).unwrap_or(now)
    }
}

/// What whoever made a claim hears of the decision.
fn told(language: Language, company: &str, decision: Result<(), &str>) -> String {
    match (language, decision) {
        (Language::Zh, Ok(())) => format!("您代表“{company}”的申请已确认，请用本邮箱登录"),
        (Language::Zh, Err(why)) => format!("您代表“{company}”的申请未通过：{why}"),
        (Language::En, Ok(())) => {
            format!("it was confirmed that you speak for {company}; sign in with this address")
        }
        (Language::En, Err(why)) => format!("it was not confirmed that you speak for {company}: {why}"),
    }
}
