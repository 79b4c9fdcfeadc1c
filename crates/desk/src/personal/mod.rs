//! The data of people: shown in part, revealed for a reason, handed out, erased; and the record of all of it.
mod catalogue;
mod export;
mod mask;

pub use catalogue::PersonalField;
pub(crate) use catalogue::mark;
pub use mask::masked;

use crate::{Caller, CaseView, Contact, Desk, DeskError, Person, PersonRecord, Whose, password_hash};
use jiff::Timestamp;
use serde_json::Value;
use store::{Erased, Tx};
use workflow::{Language, PersonId, Text, ZoneId};

/// How many rows of the record are listed.
const RECORDS_MOST: u64 = 100;
/// Longest reason, in characters.
const REASON_MOST: usize = 500;
/// Where the catalogue says how long addresses of mails are kept.
const MAILS: &str = "outbox.address";
/// What stands for the name of somebody who is erased.
const NOBODY: &str = "已注销 · erased";

/// What was done with the data of a person, as the record names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordAct {
    /// What is shown in part was shown whole.
    Revealed,
    /// All of it was handed out.
    Exported,
    /// They asked that it be erased.
    Asked,
    /// They do not ask for it any more.
    TakenBack,
    /// An administrator said why it is not erased yet.
    Declined,
    /// It was erased.
    Erased,
    /// Their way in was mended by an administrator.
    Rescued,
    /// Staff believed that they speak for a company.
    Admitted,
    /// What they may be was said anew.
    Appointed,
}

impl RecordAct {
    const ALL: [Self; 9] = [
        Self::Revealed,
        Self::Exported,
        Self::Asked,
        Self::TakenBack,
        Self::Declined,
        Self::Erased,
        Self::Rescued,
        Self::Admitted,
        Self::Appointed,
    ];
    /// What answers a wish to be erased.
    const ANSWERS: [&str; 3] = [Self::TakenBack.as_str(), Self::Declined.as_str(), Self::Erased.as_str()];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Revealed => "revealed",
            Self::Exported => "exported",
            Self::Asked => "asked",
            Self::TakenBack => "wish_taken_back",
            Self::Declined => "wish_declined",
            Self::Erased => "erased",
            Self::Rescued => "rescued",
            Self::Admitted => "admitted",
            Self::Appointed => "appointed",
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
    /// There is no such person, company or case, as far as the caller sees.
    NotFound,
    /// Whoever does it says why.
    NoReason,
    /// Nobody erases themselves, or a zone could lose its last administrator.
    Oneself,
    /// They do not ask to be erased.
    NotAsked,
    /// Cases that are open are in their hands.
    HasCases(u64),
}

impl NotDone {
    /// Says what is needed.
    #[must_use]
    pub fn message(self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::NotFound if zh => "没有这个人、企业或事项".into(),
            Self::NotFound => "there is no such person, company or case".into(),
            Self::NoReason if zh => "请说明理由（1 到 500 个字符）".into(),
            Self::NoReason => "say why, in 1 to 500 characters".into(),
            Self::Oneself if zh => "不能注销自己，请由其他管理员办理".into(),
            Self::Oneself => "nobody erases themselves; ask another administrator".into(),
            Self::NotAsked if zh => "本人未申请注销".into(),
            Self::NotAsked => "they do not ask to be erased".into(),
            Self::HasCases(count) if zh => format!("其手上还有 {count} 件未办结事项，请先转交"),
            Self::HasCases(count) => format!("{count} open cases are in their hands; hand them over first"),
        }
    }
}

/// Something that is shown in part elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revealed {
    /// Which it is: the column, the question, or the place among the contacts and the column.
    pub key: String,
    /// What people call it: of a contact, their name.
    pub title: Text,
    /// All of it.
    pub text: String,
}

impl Desk {
    /// Shows whole what staff see in part: a person's login and address, the contacts of a company, or the personal
    /// answers of a case; for a reason that is kept.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn reveal(
        &self,
        caller: &Caller,
        subject: Whose,
        reason: &str,
    ) -> Result<Result<Vec<Revealed>, NotDone>, DeskError> {
        if !is_reason(reason) {
            return Ok(Err(NotDone::NoReason));
        }
        let viewer = self.viewer(caller);
        let revealed = match subject {
            Whose::Person(id) => self.store.person_find(&viewer, id).await?.map(of_person),
            Whose::Company(id) => match self.store.company_find(&viewer, id).await? {
                Some(_) => {
                    let contacts = self.store.company_contacts(&viewer, &[id]).await?.remove(&id);
                    Some(of_contacts(contacts.unwrap_or_default()))
                }
                None => None,
            },
            Whose::Case(id) => match self.case_find(caller, id).await? {
                Some(case) => Some(self.of_case(caller, &case).await?),
                None => None,
            },
        };
        let Some(revealed) = revealed else { return Ok(Err(NotDone::NotFound)) };
        if !revealed.is_empty() {
            let tx = self.store.begin(caller.zone).await?;
            self.person_recorded(&tx, caller, subject, RecordAct::Revealed, Some(reason)).await?;
            tx.commit().await?;
        }
        Ok(Ok(revealed))
    }

    async fn of_case(&self, caller: &Caller, case: &CaseView) -> Result<Vec<Revealed>, DeskError> {
        let reading = self.reading(caller, &case.definition, &case.stored).await?;
        let facts = case.stored.case.facts.iter().filter(|(key, _)| reading.may(key));
        let known = facts.filter_map(|(key, answer)| Some((key, case.definition.fields.get(key)?, answer)));
        let personal = known.filter(|(_, field, _)| field.personal);
        Ok(personal
            .map(|(key, field, answer)| Revealed {
                key: key.to_string(),
                title: field.title.clone(),
                text: answer.display(&field.kind, caller.language),
            })
            .collect())
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
        self.person_recorded(&tx, caller, Whose::Person(person.id), RecordAct::Erased, Some(reason)).await?;
        let login = format!("erased-{}", person.id);
        tx.person_erase(person.id, Erased { login: &login, name: NOBODY, password_hash: &hash }).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Notes that the caller wishes to be erased, or wishes it no more; answers since when they do.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn own_erasure_wish(
        &self,
        caller: &Caller,
        wanted: bool,
    ) -> Result<Option<Timestamp>, DeskError> {
        let since = self.own_erasure_wished(caller).await?;
        let act = match (since, wanted) {
            (None, true) => RecordAct::Asked,
            (Some(_), false) => RecordAct::TakenBack,
            _ => return Ok(since),
        };
        let tx = self.store.begin(caller.zone).await?;
        self.person_recorded(&tx, caller, Whose::Person(caller.person.id), act, None).await?;
        tx.commit().await?;
        self.own_erasure_wished(caller).await
    }

    /// Since when the caller wishes to be erased.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn own_erasure_wished(&self, caller: &Caller) -> Result<Option<Timestamp>, DeskError> {
        let wishes = self.wishes_to_be_erased(caller.zone, Some(caller.person.id)).await?;
        Ok(wishes.first().map(|wish| wish.at))
    }

    /// Who asks to be erased and was not answered, whoever asked first first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn erasure_wishes(&self, caller: &Caller) -> Result<Vec<PersonRecord>, DeskError> {
        self.wishes_to_be_erased(caller.zone, None).await
    }

    async fn wishes_to_be_erased(
        &self,
        zone: ZoneId,
        person: Option<PersonId>,
    ) -> Result<Vec<PersonRecord>, DeskError> {
        let asked = (RecordAct::Asked.as_str(), RecordAct::ANSWERS.as_slice());
        Ok(self.store.person_record_unanswered(zone, person, asked, RECORDS_MOST).await?)
    }

    /// Answers somebody's wish to be erased by saying why they are not; they read it.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn person_erasure_decline(
        &self,
        caller: &Caller,
        person: PersonId,
        reason: &str,
    ) -> Result<Result<(), NotDone>, DeskError> {
        let person = match self.person_meant(caller, person, reason).await? {
            Ok(person) => person,
            Err(not_done) => return Ok(Err(not_done)),
        };
        if self.wishes_to_be_erased(caller.zone, Some(person.id)).await?.is_empty() {
            return Ok(Err(NotDone::NotAsked));
        }
        let tx = self.store.begin(caller.zone).await?;
        let subject = Whose::Person(person.id);
        self.person_recorded(&tx, caller, subject, RecordAct::Declined, Some(reason)).await?;
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
        subject: Whose,
    ) -> Result<Vec<PersonRecord>, DeskError> {
        Ok(self.store.person_record_list(caller.zone, subject, RECORDS_MOST).await?)
    }

    /// Erases what the catalogue keeps for so many days only; answers of how many mails.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn personal_sweep(&self, zone: ZoneId) -> Result<u64, DeskError> {
        let Some(lasts) = catalogue::lasts(MAILS) else { return Ok(0) };
        let now = self.surroundings.now();
        let tx = self.store.begin(zone).await?;
        let swept = tx.mails_forget(now.saturating_sub(lasts).unwrap_or(now)).await?;
        tx.commit().await?;
        Ok(swept)
    }

    /// Keeps that something was done with somebody's data, in the transaction that does it.
    pub(crate) async fn person_recorded(
        &self,
        tx: &Tx,
        caller: &Caller,
        subject: Whose,
        act: RecordAct,
        reason: Option<&str>,
    ) -> Result<(), DeskError> {
        let when = (self.surroundings.now(), self.surroundings.bytes());
        Ok(tx.person_record_add((Some(caller.person.id), subject), act.as_str(), reason, when).await?)
    }

    /// Who is meant, if the caller sees them and says why.
    async fn person_meant(
        &self,
        caller: &Caller,
        person: PersonId,
        reason: &str,
    ) -> Result<Result<Person, NotDone>, DeskError> {
        if !is_reason(reason) {
            return Ok(Err(NotDone::NoReason));
        }
        let found = self.store.person_find(&self.viewer(caller), person).await?;
        Ok(found.ok_or(NotDone::NotFound))
    }
}

fn is_reason(reason: &str) -> bool {
    !reason.trim().is_empty() && reason.chars().count() <= REASON_MOST
}

fn of_person(person: Person) -> Vec<Revealed> {
    let email = person.email.map(|text| ("email", Text::new("邮箱", "E-mail"), text));
    let login = ("login", Text::new("登录名", "Login"), person.login);
    [login]
        .into_iter()
        .chain(email)
        .map(|(key, title, text)| Revealed { key: key.into(), title, text })
        .collect()
}

fn of_contacts(contacts: Vec<Contact>) -> Vec<Revealed> {
    let told = contacts.into_iter().enumerate().flat_map(|(place, contact)| {
        let title = Text::new(&contact.name, &contact.name);
        [("phone", contact.phone), ("email", contact.email)].map(|(what, text)| {
            text.map(|text| Revealed { key: format!("contacts.{place}.{what}"), title: title.clone(), text })
        })
    });
    told.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_a_word_of_its_own() {
        for act in RecordAct::ALL {
            assert_eq!(RecordAct::ALL.iter().filter(|other| other.as_str() == act.as_str()).count(), 1);
        }
    }
}
