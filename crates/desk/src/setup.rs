//! Setting up: zones, their units and companies, and the people who sign in.
use crate::{
    COMPANY, Company, Desk, DeskError, PasswordError, Person, STAFF, StoreError, Unit, Viewer, Zone,
    password_check, password_hash,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeSet;
use workflow::{CompanyId, Language, PersonId, UnitId, ZoneId};

/// Longest key, login or name, in characters.
const NAME_MOST: usize = 100;

/// Somebody to add to a zone.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Where their mail goes, if anywhere.
    pub email: Option<String>,
    /// The language they read.
    pub language: Language,
    /// What they may be.
    pub roles: Vec<String>,
    /// The key of the unit they work in, if they are staff of one.
    pub unit: Option<String>,
    /// The credit code of the company they speak for, if they are not staff.
    pub company: Option<String>,
}

/// Why something was not set up; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is no such zone.
    #[error("there is no zone `{key}`; there are: {}", listed(zones))]
    NoSuchZone {
        /// What was asked for.
        key: String,
        /// The zones there are.
        zones: Vec<String>,
    },
    /// The zone has no such unit.
    #[error("the zone has no unit `{key}`; there are: {}", listed(units))]
    NoSuchUnit {
        /// What was asked for.
        key: String,
        /// The units there are.
        units: Vec<String>,
    },
    /// The zone has no such company.
    #[error("the zone has no company with the credit code {0}")]
    NoSuchCompany(String),
    /// There is no such role.
    #[error("there is no role `{role}`; there are: {}", listed(roles))]
    UnknownRole {
        /// What was asked for.
        role: String,
        /// The roles there are.
        roles: Vec<String>,
    },
    /// Whoever holds no role may do nothing.
    #[error("a person holds one role at least; there are: {}", listed(roles))]
    NoRole {
        /// The roles there are.
        roles: Vec<String>,
    },
    /// A person works for the zone or speaks for a company.
    #[error("a person works in a unit or speaks for a company, not both")]
    UnitAndCompany,
    /// A word is misspelt.
    #[error("{what} `{found}`: expected {expected}")]
    Spelling {
        /// Which one.
        what: &'static str,
        /// What was given, shortened.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// The zone, or the desk, has one with that name.
    #[error("this {0} is taken")]
    Taken(&'static str),
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The desk could not do it.
    #[error("it could not be set up")]
    Desk(#[from] DeskError),
}

impl From<StoreError> for SetupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken { what } => Self::Taken(what),
            error => Self::Desk(error.into()),
        }
    }
}

impl Desk {
    /// Finds a zone by its key.
    ///
    /// # Errors
    /// [`SetupError::NoSuchZone`] with the zones there are.
    pub async fn zone_by_key(&self, key: &str) -> Result<Zone, SetupError> {
        if let Some(zone) = self.store.zone_by_key(key).await? {
            return Ok(zone);
        }
        let zones = self.store.zone_list().await?.into_iter().map(|zone| zone.key).collect();
        Err(SetupError::NoSuchZone { key: shortened(key), zones })
    }

    /// Adds a zone.
    ///
    /// # Errors
    /// [`SetupError`].
    pub async fn zone_add(&self, key: &str, name: &str) -> Result<ZoneId, SetupError> {
        key_check("zone key", key)?;
        name_check("name", name)?;
        let zone = ZoneId(self.surroundings.id());
        let tx = self.store.begin(zone).await?;
        tx.zone_insert(key, name, self.surroundings.now()).await?;
        tx.commit().await?;
        Ok(zone)
    }

    /// Adds a unit to a zone.
    ///
    /// # Errors
    /// [`SetupError`].
    pub async fn unit_add(&self, zone: ZoneId, key: &str, name: &str) -> Result<UnitId, SetupError> {
        key_check("unit key", key)?;
        name_check("name", name)?;
        let unit = Unit { id: UnitId(self.surroundings.id()), key: key.to_owned(), name: name.to_owned() };
        let tx = self.store.begin(zone).await?;
        tx.unit_insert(&unit).await?;
        tx.commit().await?;
        Ok(unit.id)
    }

    /// Adds a company to a zone.
    ///
    /// # Errors
    /// [`SetupError`].
    pub async fn company_add(
        &self,
        zone: ZoneId,
        name: &str,
        credit_code: Option<&str>,
    ) -> Result<CompanyId, SetupError> {
        name_check("name", name)?;
        if let Some(code) = credit_code.filter(|code| !is_credit_code(code)) {
            let expected = "18 digits and capital letters whose last is their check digit (GB 32100)";
            return Err(SetupError::Spelling { what: "credit code", found: shortened(code), expected });
        }
        let company = Company {
            id: CompanyId(self.surroundings.id()),
            name: name.to_owned(),
            credit_code: credit_code.map(str::to_owned),
            place: None,
        };
        let tx = self.store.begin(zone).await?;
        tx.company_insert(&company).await?;
        self.fits_renew(&tx, company.id, None).await?;
        tx.commit().await?;
        Ok(company.id)
    }

    /// Adds a person to a zone.
    ///
    /// # Errors
    /// [`SetupError`].
    pub async fn person_add(
        &self,
        zone: ZoneId,
        new: NewPerson,
        password: &str,
    ) -> Result<PersonId, SetupError> {
        person_check(&new, password)?;
        if new.unit.is_some() && new.company.is_some() {
            return Err(SetupError::UnitAndCompany);
        }
        let roles = match new.company {
            Some(_) => vec![COMPANY.to_owned()],
            None => self.staff_roles(zone),
        };
        if let Some(role) = new.roles.iter().find(|role| !roles.contains(role)) {
            return Err(SetupError::UnknownRole { role: shortened(role), roles });
        }
        if new.roles.is_empty() {
            return Err(SetupError::NoRole { roles });
        }
        let person = Person {
            id: PersonId(self.surroundings.id()),
            unit: self.unit_named(zone, new.unit).await?,
            company: self.company_coded(zone, new.company).await?,
            login: new.login,
            name: new.name,
            email: new.email,
            language: new.language.as_str().to_owned(),
            roles: new.roles.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
            posts: vec![],
        };
        let hash = password_hash(password, &self.surroundings.bytes())?;
        let tx = self.store.begin(zone).await?;
        tx.person_insert(&person, &hash).await?;
        tx.commit().await?;
        Ok(person.id)
    }

    /// Every role that staff may hold: those of processes, and those that the rights of the API name.
    #[must_use]
    pub fn staff_roles(&self, zone: ZoneId) -> Vec<String> {
        let named = self.rights.roles().iter().filter(|role| *role != COMPANY && *role != STAFF).cloned();
        let given = self.catalog().roles(zone);
        named.chain(given.iter().map(ToString::to_string)).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// A password that nobody guesses: 120 bits as 20 letters, digits, `-` and `_`.
    #[must_use]
    pub fn password_new(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.surroundings.bytes::<15>())
    }

    async fn unit_named(&self, zone: ZoneId, key: Option<String>) -> Result<Option<UnitId>, SetupError> {
        let Some(key) = key else { return Ok(None) };
        let units = self.store.unit_list(&Viewer::System(zone)).await?;
        if let Some(unit) = units.iter().find(|unit| unit.key == key) {
            return Ok(Some(unit.id));
        }
        let units = units.into_iter().map(|unit| unit.key).collect();
        Err(SetupError::NoSuchUnit { key: shortened(&key), units })
    }

    async fn company_coded(
        &self,
        zone: ZoneId,
        code: Option<String>,
    ) -> Result<Option<CompanyId>, SetupError> {
        let Some(code) = code else { return Ok(None) };
        let found = self.store.company_by_codes(&Viewer::System(zone), std::slice::from_ref(&code)).await?;
        match found.first() {
            Some(company) => Ok(Some(company.id)),
            None => Err(SetupError::NoSuchCompany(shortened(&code))),
        }
    }
}

/// Whether somebody may be added as this, as far as that does not depend on who is there.
pub(crate) fn person_check(new: &NewPerson, password: &str) -> Result<(), SetupError> {
    login_check(&new.login)?;
    name_check("name", &new.name)?;
    if let Some(email) = &new.email {
        email_check(email)?;
    }
    Ok(password_check(password, &new.login, &new.name)?)
}

fn key_check(what: &'static str, key: &str) -> Result<(), SetupError> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let right =
        key.starts_with(letter) && key.len() <= NAME_MOST && key.chars().all(|c| letter(c) || c == '-');
    let expected = "up to 100 small letters, digits and `-`, the first not `-`";
    if right { Ok(()) } else { Err(SetupError::Spelling { what, found: shortened(key), expected }) }
}

fn login_check(login: &str) -> Result<(), SetupError> {
    let right = !login.is_empty() && login.chars().count() <= NAME_MOST;
    let right = right && !login.chars().any(|c| c.is_whitespace() || c.is_control());
    let expected = "1 to 100 characters without spaces";
    if right {
        Ok(())
    } else {
        Err(SetupError::Spelling { what: "login", found: shortened(login), expected })
    }
}

pub(crate) fn name_check(what: &'static str, name: &str) -> Result<(), SetupError> {
    let right =
        !name.trim().is_empty() && name.chars().count() <= NAME_MOST && !name.chars().any(char::is_control);
    let expected = "1 to 100 characters on one line";
    if right { Ok(()) } else { Err(SetupError::Spelling { what, found: shortened(name), expected }) }
}

/// Keeps out what is no address at all; whether mail arrives there only the outbox finds out.
pub(crate) fn email_check(email: &str) -> Result<(), SetupError> {
    let strange = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\"\\".contains(c);
    let parts = email
        .split_once('@')
        .filter(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    let right = parts.is_some() && email.len() <= 254 && !email.contains(strange);
    let expected = "an address such as wang@example.com";
    if right {
        Ok(())
    } else {
        Err(SetupError::Spelling { what: "e-mail", found: shortened(email), expected })
    }
}

/// Whether a text is a unified social credit code: 18 characters of 31, the last a check digit (GB 32100-2015, 4.6).
fn is_credit_code(code: &str) -> bool {
    const CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = code.chars().map(|c| CHARACTERS.find(c)).collect();
    let Some((check, values)) = values.as_deref().and_then(<[usize]>::split_last) else { return false };
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let sum: usize = values.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    values.len() == 17 && *check == (31 - sum % 31) % 31
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}
