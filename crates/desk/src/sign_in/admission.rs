//! How somebody becomes a person of a company. Nothing of a company is seen until one of its people invited them, or
//! staff confirmed that they speak for it.
//!
//! Both begin with a mail to their address, which is what they sign in with from then on. Whoever asks learns nothing
//! by it: not whether the address has an account, nor whether the company is there.
use super::{Denied, Knock, Origin, Reader, misspelt, token};
use crate::setup::{email_check, name_check, shortened};
use crate::{COMPANY, Caller, Desk, DeskError, Person, SetupError, StoreError};
use jiff::SignedDuration;
use policy::CreditCode;
use serde_json::json;
use store::{Claim, Invitation};
use workflow::{CompanyId, Language, PersonId, ZoneId};

/// How long the mailed token is good.
const LASTS: SignedDuration = SignedDuration::from_hours(72);
/// Longest address that somebody signs in with, in characters: a login is no longer.
const EMAIL_MOST: usize = 100;

/// Somebody who was mailed a token and says who they are.
#[derive(Clone, Copy)]
pub struct AdmissionOrder<'o> {
    /// The token.
    pub token: &'o str,
    /// Their name.
    pub name: &'o str,
    /// The password they sign in with.
    pub password: &'o str,
    /// The company they speak for; none if one of its people invited them.
    pub company: Option<CompanyClaim<'o>>,
}

/// The company that somebody says they speak for.
#[derive(Clone, Copy)]
pub struct CompanyClaim<'o> {
    /// Its unified social credit code (GB 32100), as they write it.
    pub credit_code: &'o str,
    /// Its name.
    pub name: &'o str,
    /// Whether the code is right although its check characters are not.
    pub acknowledge: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// They may sign in.
    Admitted,
    /// Staff are asked whether they speak for the company.
    Claimed,
}

impl Desk {
    /// Mails a token to whoever wants to speak for a company. Who has an account gets one that sets a new password.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn admission_ask(
        &self,
        zone: &str,
        email: &str,
        language: Language,
        origin: &Origin,
    ) -> Result<Result<(), Denied>, DeskError> {
        let email = match address(email) {
            Ok(email) => email,
            Err(error) => return misspelt(error).map(Err),
        };
        let zone = self.store.zone_by_key(zone).await?;
        let knock = match &zone {
            Some(zone) => self.knock_address(zone.id, origin).await?,
            None => self.knock_nowhere(origin).await?,
        };
        if let Knock::TooMany { until } = knock {
            return Ok(Err(Denied::TooMany { until }));
        }
        let Some(zone) = zone else { return Ok(Ok(())) };
        if let Some(known) = self.store.person_by_login(zone.id, &email).await? {
            self.reset_mail(zone.id, &email, Some(known.person)).await?;
            return Ok(Ok(()));
        }
        let tx = self.store.begin(zone.id).await?;
        if self.mail_knock(&tx, &email).await? {
            let invitation = self.invitation(email, language, None);
            self.invitation_mail(&tx, zone.id, &invitation, "").await?;
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Mails a token by which somebody becomes one of the people of the caller's company.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn company_invite(
        &self,
        caller: &Caller,
        email: &str,
        language: Language,
    ) -> Result<Result<(), Denied>, DeskError> {
        let Some(company) = caller.person.company else { return Ok(Err(Denied::Wrong)) };
        let email = match address(email) {
            Ok(email) => email,
            Err(error) => return misspelt(error).map(Err),
        };
        let name = self.store.company_find(&self.viewer(caller), company).await?.map(|company| company.name);
        let tx = self.store.begin(caller.zone).await?;
        let asker = caller.person.id.to_string();
        if !self.mail_knock(&tx, &email).await? || !self.mail_knock(&tx, &asker).await? {
            tx.commit().await?;
            return Ok(Err(self.mails_wait()));
        }
        let invitation = self.invitation(email, language, Some((company, caller.person.id)));
        self.invitation_mail(&tx, caller.zone, &invitation, &name.unwrap_or_default()).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Takes a mailed token. Whom a company invited is one of its people from then on; for others staff decide.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn admission(
        &self,
        order: AdmissionOrder<'_>,
        origin: &Origin,
    ) -> Result<Result<Admission, Denied>, DeskError> {
        let Some(zone) = token::zone(order.token) else { return Ok(Err(Denied::Wrong)) };
        if let Knock::TooMany { until } = self.knock_address(zone, origin).await? {
            return Ok(Err(Denied::TooMany { until }));
        }
        let (hash, now) = (token::hash(order.token), self.surroundings.now());
        let Some(invitation) = self.store.invitation_find(zone, &hash, now).await? else {
            return Ok(Err(Denied::Wrong));
        };
        if let Err(error) = name_check("name", order.name) {
            return misspelt(error).map(Err);
        }
        let company = match (invitation.company, order.company) {
            (Some((company, _)), _) => Ok(company),
            (None, Some(company)) => match claimed(company) {
                Ok(company) => Err(company),
                Err(denied) => return Ok(Err(denied)),
            },
            (None, None) => return Ok(Err(Denied::Misspelt(NO_COMPANY.into()))),
        };
        let hashed = self.password_new_hash((&invitation.email, order.name), order.password).await?;
        let password_hash = match hashed {
            Ok(hash) => hash,
            Err(error) => return Ok(Err(error.into())),
        };
        let claim = |(credit_code, company_name)| Claim {
            id: self.surroundings.id(),
            credit_code,
            company_name,
            name: order.name.to_owned(),
            email: invitation.email.clone(),
            language: invitation.language.clone(),
            password_hash: password_hash.clone(),
            claimed_at: now,
        };
        let tx = self.store.begin(zone).await?;
        if !tx.invitation_use(&hash, now).await? {
            return Ok(Err(Denied::Wrong));
        }
        let kept = match company {
            Ok(company) => {
                let person = self.spokesperson(&invitation.email, order.name, &invitation.language, company);
                self.admit(&tx, &person, &password_hash).await.map(|()| Admission::Admitted)
            }
            Err(company) => tx.claim_insert(&claim(company)).await.map(|()| Admission::Claimed),
        };
        match kept {
            Ok(admission) => {
                tx.commit().await?;
                Ok(Ok(admission))
            }
            Err(StoreError::Taken { what }) => misspelt(SetupError::Taken(what)).map(Err),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn spokesperson(&self, email: &str, name: &str, language: &str, company: CompanyId) -> Person {
        Person {
            id: PersonId(self.surroundings.id()),
            login: email.to_owned(),
            name: name.to_owned(),
            email: Some(email.to_owned()),
            language: language.to_owned(),
            unit: None,
            company: Some(company),
            roles: vec![COMPANY.to_owned()],
            posts: vec![],
        }
    }

    /// Adds somebody at whose address mail was seen to arrive.
    pub(super) async fn admit(
        &self,
        tx: &store::Tx,
        person: &Person,
        password_hash: &str,
    ) -> Result<(), StoreError> {
        tx.person_insert(person, password_hash).await?;
        match &person.email {
            Some(email) => tx.person_email_set(person.id, email).await,
            None => Ok(()),
        }
    }

    fn invitation(
        &self,
        email: String,
        language: Language,
        company: Option<(CompanyId, PersonId)>,
    ) -> Invitation {
        let created_at = self.surroundings.now();
        let expires_at = created_at.saturating_add(LASTS).unwrap_or(created_at);
        Invitation { email, language: language.as_str().to_owned(), company, created_at, expires_at }
    }

    async fn invitation_mail(
        &self,
        tx: &store::Tx,
        zone: ZoneId,
        invitation: &Invitation,
        company: &str,
    ) -> Result<(), DeskError> {
        let token = token::new(zone, &self.surroundings.bytes());
        tx.invitation_insert(&token::hash(&token), invitation).await?;
        let what = json!({"code": token, "hours": LASTS.as_hours(), "company": company});
        let language = Language::parse(&invitation.language).unwrap_or_default();
        // Nobody's words but the address's own: anybody can have a mail written to anybody.
        let (name, login) = (&*invitation.email, &*invitation.email);
        let reader = Reader { person: None, name, login, address: login, language };
        let mail = self.account_mail(zone, "account-invitation", reader, what).await?;
        Ok(tx.mails_write(self.surroundings.now(), &[mail]).await?)
    }
}

const NO_COMPANY: &str =
    "请填写单位名称和统一社会信用代码 · name the company you speak for and its credit code";

/// An address as somebody signs in with it.
fn address(email: &str) -> Result<String, SetupError> {
    let email = email.trim().to_lowercase();
    email_check(&email)?;
    if email.chars().count() > EMAIL_MOST {
        let expected = "an address of 100 characters at most";
        return Err(SetupError::Spelling { what: "e-mail", found: shortened(&email), expected });
    }
    Ok(email)
}

/// The code and the name of a company that somebody says they speak for.
fn claimed(company: CompanyClaim<'_>) -> Result<(String, String), Denied> {
    let code = CreditCode::parse(company.credit_code)
        .map_err(|error| Denied::Misspelt(format!("{} · {error}", error.in_chinese())))?;
    let doubts = code.doubts();
    if !doubts.is_empty() && !company.acknowledge {
        let doubts: Vec<_> = doubts.iter().map(|doubt| format!("{} · {doubt}", doubt.in_chinese())).collect();
        return Err(Denied::Doubtful(doubts.join("\n")));
    }
    let name = company.name.trim();
    match name_check("name", name) {
        Ok(()) => Ok((code.as_str().to_owned(), name.to_owned())),
        Err(error) => Err(Denied::Misspelt(format!("单位名称应为一行 1 到 100 个字符 · {error}"))),
    }
}
