//! The data of people: shown in part, revealed for a reason, handed out, erased; and the record of all of it.
use crate::{Caller, Desk, DeskError, Person, PersonRecord, Viewer, password_hash};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use store::{Erased, PersonalTraces, Tx};
use workflow::{Language, PersonId};

/// How many rows of a kind are handed out.
const ROWS_MOST: u64 = 10_000;
/// How many rows of the record are listed.
const RECORDS_MOST: u64 = 100;
/// Longest reason, in characters.
const REASON_MOST: usize = 500;
/// What stands for the name of somebody who is erased.
const NOBODY: &str = "已注销 · erased";

/// What was done with the data of a person, as the record names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordAct {
    /// What is shown in part was shown whole.
    Revealed,
    /// All of it was handed out.
    Exported,
    /// It was erased.
    Erased,
    /// Their way in was mended by an administrator.
    Rescued,
    /// Staff believed that they speak for a company.
    Admitted,
}

impl RecordAct {
    const ALL: [Self; 5] = [Self::Revealed, Self::Exported, Self::Erased, Self::Rescued, Self::Admitted];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Revealed => "revealed",
            Self::Exported => "exported",
            Self::Erased => "erased",
            Self::Rescued => "rescued",
            Self::Admitted => "admitted",
        }
    }

    /// What a row of the record is about.
    #[must_use]
    pub fn of(record: &PersonRecord) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == record.act)
    }
}

/// Why nothing was done with somebody's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDone {
    /// There is no such person, as far as the caller sees.
    NoSuchPerson,
    /// Whoever does it says why.
    NoReason,
    /// Nobody erases themselves, or a zone could lose its last administrator.
    Oneself,
    /// Cases that are open are in their hands.
    HasCases(u64),
}

impl NotDone {
    /// Says what is needed.
    #[must_use]
    pub fn message(self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::NoSuchPerson if zh => "没有这个人".into(),
            Self::NoSuchPerson => "there is no such person".into(),
            Self::NoReason if zh => "请说明理由（1 到 500 个字符）".into(),
            Self::NoReason => "say why, in 1 to 500 characters".into(),
            Self::Oneself if zh => "不能注销自己，请由其他管理员办理".into(),
            Self::Oneself => "nobody erases themselves; ask another administrator".into(),
            Self::HasCases(count) if zh => format!("其手上还有 {count} 件未办结事项，请先转交"),
            Self::HasCases(count) => format!("{count} open cases are in their hands; hand them over first"),
        }
    }
}

/// One kind of personal data: where it lies, what for and how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalField {
    /// Tables and columns.
    pub places: Vec<String>,
    /// What for, by the key of a purpose.
    purpose: String,
    /// `contact`, `trace`, `secret` or `words`.
    pub class: String,
    kept: Said,
    erased: Said,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    zh: String,
    en: String,
}

impl Said {
    fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    purpose: BTreeMap<String, Said>,
    field: Vec<PersonalField>,
}

/// The file that the program was built with; a test keeps it readable.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    toml::from_str(include_str!("../personal.toml"))
        .unwrap_or_else(|_| Catalogue { purpose: BTreeMap::new(), field: Vec::new() })
});

impl PersonalField {
    /// Every kind that the desk keeps.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &CATALOGUE.field
    }

    /// What it is kept for.
    #[must_use]
    pub fn purpose(&self, language: Language) -> &str {
        CATALOGUE.purpose.get(&self.purpose).map_or("", |said| said.get(language))
    }

    /// How long it is kept.
    #[must_use]
    pub fn kept(&self, language: Language) -> &str {
        self.kept.get(language)
    }

    /// What erasing the person makes of it.
    #[must_use]
    pub fn erased(&self, language: Language) -> &str {
        self.erased.get(language)
    }
}

/// An address as others see it: its first letter and where it is. What is no address is shown as it is.
#[must_use]
pub fn masked(text: &str) -> String {
    match text.split_once('@') {
        Some((name, host)) => {
            let first = name.chars().next().map(String::from).unwrap_or_default();
            format!("{first}***@{host}")
        }
        None => text.to_owned(),
    }
}

impl Desk {
    /// Shows a person's login and address whole, for a reason that is kept.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn person_reveal(
        &self,
        caller: &Caller,
        person: PersonId,
        reason: &str,
    ) -> Result<Result<Person, NotDone>, DeskError> {
        let person = match self.person_meant(caller, person, reason).await? {
            Ok(person) => person,
            Err(not_done) => return Ok(Err(not_done)),
        };
        let tx = self.store.begin(caller.zone).await?;
        self.record(&tx, caller, person.id, RecordAct::Revealed, Some(reason)).await?;
        tx.commit().await?;
        Ok(Ok(person))
    }

    /// Hands out everything that is kept of the caller, as JSON.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn own_export(&self, caller: &Caller) -> Result<Value, DeskError> {
        self.export(caller, &caller.person, None).await
    }

    /// Hands out everything that is kept of somebody, as JSON, for a reason that is kept.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn person_export(
        &self,
        caller: &Caller,
        person: PersonId,
        reason: &str,
    ) -> Result<Result<Value, NotDone>, DeskError> {
        match self.person_meant(caller, person, reason).await? {
            Ok(person) => self.export(caller, &person, Some(reason)).await.map(Ok),
            Err(not_done) => Ok(Err(not_done)),
        }
    }

    /// Erases a person, for a reason whose words are not kept: they may name them. Histories go on naming their id,
    /// which says nothing any more.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn person_erase(
        &self,
        caller: &Caller,
        person: PersonId,
        reason: &str,
    ) -> Result<Result<(), NotDone>, DeskError> {
        let person = match self.person_meant(caller, person, reason).await? {
            Ok(person) if person.id == caller.person.id => return Ok(Err(NotDone::Oneself)),
            Ok(person) => person,
            Err(not_done) => return Ok(Err(not_done)),
        };
        let (secret, salt) = (self.password_new(), self.surroundings.bytes());
        let hash = self.hashed(move || password_hash(&secret, &salt)).await?;
        let hash = hash.map_err(|_| DeskError::PasswordHash)?;
        let tx = self.store.begin(caller.zone).await?;
        let in_hand = tx.case_in_hand_count(person.id).await?;
        if in_hand > 0 {
            return Ok(Err(NotDone::HasCases(in_hand)));
        }
        self.record(&tx, caller, person.id, RecordAct::Erased, Some(reason)).await?;
        let login = format!("erased-{}", person.id);
        tx.person_erase(person.id, Erased { login: &login, name: NOBODY, password_hash: &hash }).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// What was done with somebody's data, the newest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn person_records(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<Vec<PersonRecord>, DeskError> {
        Ok(self.store.person_record_list(caller.zone, person, RECORDS_MOST).await?)
    }

    /// Keeps that something was done with somebody's data, in the transaction that does it.
    pub(crate) async fn record(
        &self,
        tx: &Tx,
        caller: &Caller,
        person: PersonId,
        act: RecordAct,
        reason: Option<&str>,
    ) -> Result<(), DeskError> {
        let when = (self.surroundings.now(), self.surroundings.bytes());
        Ok(tx.person_record_add((Some(caller.person.id), person), act.as_str(), reason, when).await?)
    }

    /// Who is meant, if the caller sees them and says why.
    async fn person_meant(
        &self,
        caller: &Caller,
        person: PersonId,
        reason: &str,
    ) -> Result<Result<Person, NotDone>, DeskError> {
        if reason.trim().is_empty() || reason.chars().count() > REASON_MOST {
            return Ok(Err(NotDone::NoReason));
        }
        let found = self.store.person_find(&self.viewer(caller), person).await?;
        Ok(found.ok_or(NotDone::NoSuchPerson))
    }

    async fn export(
        &self,
        caller: &Caller,
        person: &Person,
        reason: Option<&str>,
    ) -> Result<Value, DeskError> {
        let (zone, now) = (caller.zone, self.surroundings.now());
        // First, so that nothing is handed out that no row tells of.
        let tx = self.store.begin(zone).await?;
        self.record(&tx, caller, person.id, RecordAct::Exported, reason).await?;
        tx.commit().await?;
        let account = self.store.account_find(zone, person.id).await?;
        let sessions = self.store.session_list(zone, person.id, now).await?;
        let tokens = self.store.api_token_list(zone, person.id).await?;
        let records = self.store.person_record_list(zone, person.id, ROWS_MOST).await?;
        let traces = self.store.personal_traces(zone, person.id, ROWS_MOST).await?;
        let viewer = Viewer::System(zone);
        let company = match person.company {
            Some(company) => self.store.company_find(&viewer, company).await?.map(|company| company.name),
            None => None,
        };
        let language = Language::parse(&person.language).unwrap_or_default();
        Ok(json!({
            "zone": self.zone_name(caller).await?,
            "exportedAt": now.to_string(),
            "rowsMost": ROWS_MOST,
            "person": {
                "login": person.login, "name": person.name, "email": person.email,
                "emailVerified": account.verified_email.is_some() && account.verified_email == person.email,
                "secondFactor": account.factor.is_some_and(|factor| factor.since.is_some()),
                "language": person.language, "roles": person.roles, "company": company,
            },
            "sessions": sessions.iter().map(|one| json!({
                "createdAt": one.created_at.to_string(), "seenAt": one.seen_at.to_string(),
                "client": one.client, "address": one.address,
            })).collect::<Vec<_>>(),
            "apiTokens": tokens.iter().map(|one| json!({
                "name": one.name, "scopes": one.scopes, "createdAt": one.created_at.to_string(),
                "expiresAt": one.expires_at.to_string(),
            })).collect::<Vec<_>>(),
            "record": records.iter().map(|one| json!({
                "at": one.at.to_string(), "act": one.act, "bySelf": one.actor == Some(person.id),
                "reason": one.reason,
            })).collect::<Vec<_>>(),
            "traces": written(&traces),
            "catalogue": PersonalField::all().iter().map(|field| json!({
                "places": field.places, "class": field.class, "purpose": field.purpose(language),
                "kept": field.kept(language), "erased": field.erased(language),
            })).collect::<Vec<_>>(),
        }))
    }
}

/// Traces as they are handed out.
fn written(traces: &PersonalTraces) -> Value {
    let list = |rows: &[(String, String, i64)], one: &str, other: &str| -> Value {
        let row = |(first, second, at): &(String, String, i64)| {
            let at = jiff::Timestamp::from_microsecond(*at).map(|at| at.to_string()).unwrap_or_default();
            json!({ one: first, other: second, "at": at })
        };
        rows.iter().map(row).collect()
    };
    json!({
        "casesOpened": list(&traces.opened, "case", "title"),
        "steps": list(&traces.acts, "case", "action"),
        "notes": list(&traces.notes, "case", "text"),
        "files": list(&traces.files, "case", "name"),
        "mails": list(&traces.mails, "template", "address"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_in_part_and_what_is_none_whole() {
        assert_eq!(masked("wang@example.com"), "w***@example.com");
        assert_eq!(masked("王@example.com"), "王***@example.com");
        assert_eq!((masked("@x").as_str(), masked("clerk").as_str()), ("***@x", "clerk"));
    }

    #[test]
    fn every_kind_of_personal_data_says_what_for_and_how_long() {
        let catalogue: Catalogue = toml::from_str(include_str!("../personal.toml")).unwrap();
        assert!(!catalogue.field.is_empty());
        for field in &catalogue.field {
            for language in Language::ALL {
                assert!(!field.purpose(language).is_empty(), "{field:?}");
                assert!(!field.kept(language).is_empty() && !field.erased(language).is_empty(), "{field:?}");
            }
            assert!(["contact", "trace", "secret", "words"].contains(&&*field.class), "{field:?}");
        }
        for act in RecordAct::ALL {
            assert_eq!(RecordAct::ALL.iter().filter(|other| other.as_str() == act.as_str()).count(), 1);
        }
    }
}
