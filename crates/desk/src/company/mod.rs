//! Companies and the company file (一企一档): what is known of each, who says so, and how it is looked after.
mod fact;
pub(crate) mod file;
mod import;
mod sheets;
pub(crate) mod value;

pub use fact::FactOrder;
pub use file::{InForce, in_force};
pub use import::{ImportAwaited, ImportSummary, ImportView};
pub use sheets::{SheetFile, SheetFormat};

use crate::refused::{Mistake, MistakeKind, text_check};
use crate::{Caller, Desk, DeskError, Page, Refused, StoreError, Take};
use policy::CreditCode;
use std::collections::{BTreeSet, HashMap};
use store::{Company, CompanyCursor, CompanyFilter, Contact};
use workflow::{CompanyId, PersonId, Text};

/// Longest name, place and tag, in characters.
const NAME_MOST: usize = 200;
const PLACE_MOST: usize = 100;
const TAG_MOST: usize = 50;
/// How many tags and contacts a company has.
const TAGS_MOST: usize = 30;
const CONTACTS_MOST: usize = 20;

/// Asks to add a company.
#[derive(Debug, Clone)]
pub struct CompanyOrder {
    /// Its name.
    pub name: String,
    /// Its credit code.
    pub credit_code: Option<String>,
    /// Where in the zone it sits.
    pub place: Option<String>,
    /// Whether its credit code is taken although its check digit fails: a few early ones are legal.
    pub accept_doubts: bool,
}

/// Asks to change a company; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct CompanyChange {
    /// Its name.
    pub name: Option<String>,
    /// Where in the zone it sits; nothing inside takes it away.
    pub place: Option<Option<String>>,
    /// What it is filed under, all of it.
    pub tags: Option<Vec<String>>,
    /// Who looks after it; nothing inside means nobody.
    pub specialist: Option<Option<PersonId>>,
    /// Whom to call, all of them, the first to call first.
    pub contacts: Option<Vec<Contact>>,
}

impl Desk {
    /// A page of the companies that the caller sees, by name.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn company_page(
        &self,
        caller: &Caller,
        filter: &CompanyFilter,
        take: Take,
        cursors: (Option<&CompanyCursor>, Option<&CompanyCursor>),
    ) -> Result<Page<Company>, DeskError> {
        Ok(self.store.company_page(&self.viewer(caller), filter, take, cursors).await?)
    }

    /// How many companies a filter finds.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn company_count(&self, caller: &Caller, filter: &CompanyFilter) -> Result<i64, DeskError> {
        Ok(self.store.company_count(&self.viewer(caller), filter).await?)
    }

    /// What each of these companies is filed under; one without tags is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn company_tags(
        &self,
        caller: &Caller,
        ids: &[CompanyId],
    ) -> Result<HashMap<CompanyId, Vec<String>>, DeskError> {
        Ok(self.store.company_tags(&self.viewer(caller), ids).await?)
    }

    /// Who looks after each of these companies; one that nobody looks after is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn company_specialists(
        &self,
        caller: &Caller,
        ids: &[CompanyId],
    ) -> Result<HashMap<CompanyId, PersonId>, DeskError> {
        Ok(self.store.company_specialists(&self.viewer(caller), ids).await?)
    }

    /// Whom to call at each of these companies; one without contacts is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn company_contacts(
        &self,
        caller: &Caller,
        ids: &[CompanyId],
    ) -> Result<HashMap<CompanyId, Vec<Contact>>, DeskError> {
        Ok(self.store.company_contacts(&self.viewer(caller), ids).await?)
    }

    /// Adds a company to the caller's zone.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn company_register(
        &self,
        caller: &Caller,
        order: CompanyOrder,
    ) -> Result<Result<Company, Refused>, DeskError> {
        let mut mistakes = vec![];
        written(&mut mistakes, "name", &order.name, NAME_MOST);
        if let Some(place) = &order.place {
            written(&mut mistakes, "place", place, PLACE_MOST);
        }
        let code = order.credit_code.as_deref().map(|code| code_check(code, order.accept_doubts));
        let code = match code.transpose() {
            Ok(code) => code,
            Err(message) => {
                mistakes.push(mistake("creditCode", MistakeKind::NotACode, message));
                None
            }
        };
        if !mistakes.is_empty() {
            return Ok(Err(Refused::Mistakes(mistakes)));
        }
        let company = Company {
            id: CompanyId(self.surroundings.id()),
            name: order.name.trim().to_owned(),
            credit_code: code,
            place: order.place.map(|place| place.trim().to_owned()),
        };
        let tx = self.store.begin(caller.zone).await?;
        match tx.company_insert(&company).await {
            Ok(()) => {}
            Err(StoreError::Taken { .. }) => return Ok(Err(Refused::CodeTaken)),
            Err(error) => return Err(error.into()),
        }
        self.fits_renew(&tx, company.id, None).await?;
        tx.commit().await?;
        Ok(Ok(company))
    }

    /// Changes how a company is looked after. People of a company change whom to call at their own.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn company_change(
        &self,
        caller: &Caller,
        id: CompanyId,
        change: CompanyChange,
    ) -> Result<Result<Company, Refused>, DeskError> {
        let Some(mut company) = self.store.company_find(&self.viewer(caller), id).await? else {
            return Ok(Err(Refused::NoSuchCompany));
        };
        let CompanyChange { name, place, tags, specialist, contacts } = change;
        let staffs_own = name.is_some() || place.is_some() || tags.is_some() || specialist.is_some();
        if caller.person.company.is_some() && staffs_own {
            return Ok(Err(Refused::not_yours(Text::new("工作人员", "the staff"))));
        }
        let tags: Option<BTreeSet<String>> =
            tags.map(|tags| tags.iter().map(|tag| tag.trim().to_owned()).collect());
        let mut mistakes = vec![];
        let texts = name.iter().map(|name| ("name", name, NAME_MOST));
        let texts = texts.chain(place.iter().flatten().map(|place| ("place", place, PLACE_MOST)));
        for (field, text, most) in texts.chain(tags.iter().flatten().map(|tag| ("tags", tag, TAG_MOST))) {
            written(&mut mistakes, field, text, most);
        }
        for contact in contacts.iter().flatten() {
            contact_check(&mut mistakes, contact);
        }
        if let Some(Some(person)) = specialist
            && !self.is_staff(caller, person).await?
        {
            let message = Text::new("没有这名工作人员", "there is no such member of staff");
            mistakes.push(mistake("specialistId", MistakeKind::NoSuchPerson, message));
        }
        if !mistakes.is_empty() {
            return Ok(Err(Refused::Mistakes(mistakes)));
        }
        let tags: Option<Vec<String>> = tags.map(|tags| tags.into_iter().collect());
        if tags.as_ref().is_some_and(|tags| tags.len() > TAGS_MOST) {
            return Ok(Err(Refused::TooMany { most: TAGS_MOST }));
        }
        if contacts.as_ref().is_some_and(|contacts| contacts.len() > CONTACTS_MOST) {
            return Ok(Err(Refused::TooMany { most: CONTACTS_MOST }));
        }
        let tx = self.store.begin(caller.zone).await?;
        if name.is_some() || place.is_some() {
            company.name = name.map_or(company.name, |name| name.trim().to_owned());
            company.place = place.map_or(company.place, |place| place.map(|place| place.trim().to_owned()));
            tx.company_update(&company).await?;
        }
        if let Some(tags) = tags {
            tx.company_tags_set(id, &tags).await?;
        }
        if let Some(specialist) = specialist {
            tx.company_specialist_set(id, specialist).await?;
        }
        if let Some(contacts) = contacts {
            tx.company_contacts_set(id, &contacts).await?;
        }
        tx.commit().await?;
        Ok(Ok(company))
    }

    async fn is_staff(&self, caller: &Caller, person: PersonId) -> Result<bool, DeskError> {
        let found = self.store.person_batch(&self.viewer(caller), &[person]).await?;
        Ok(found.iter().any(|person| person.company.is_none()))
    }
}

/// A credit code in capitals, or what is wrong with it.
pub(crate) fn code_check(code: &str, accept_doubts: bool) -> Result<String, Text> {
    let parsed =
        CreditCode::parse(code).map_err(|error| Text::new(&error.in_chinese(), &error.to_string()))?;
    match parsed.doubts().first() {
        Some(doubt) if !accept_doubts => Err(Text::new(&doubt.in_chinese(), &doubt.to_string())),
        _ => Ok(parsed.as_str().to_owned()),
    }
}

fn contact_check(mistakes: &mut Vec<Mistake>, contact: &Contact) {
    written(mistakes, "contacts.name", &contact.name, PLACE_MOST);
    let rest = [("post", &contact.post), ("phone", &contact.phone), ("email", &contact.email)];
    for (place, text) in rest {
        if let Some(text) = text {
            let place = format!("contacts.{place}");
            written(mistakes, &place, text, PLACE_MOST);
            if text.contains('*') {
                let message = Text::new(
                    "`*` 处为未显示的内容，请先查看完整号码",
                    "`*` stands for what is not shown: reveal it first",
                );
                mistakes.push(mistake(&place, MistakeKind::NotAText, message));
            }
        }
    }
}

/// Notes when a text is blank, too long, or has characters that no text has.
fn written(mistakes: &mut Vec<Mistake>, place: &str, text: &str, most: usize) {
    if let Err(refused) = text_check(place, text, most, false) {
        let say = |language| refused.message(language);
        let message = Text::new(&say(workflow::Language::Zh), &say(workflow::Language::En));
        mistakes.push(mistake(place, MistakeKind::NotAText, message));
    }
}

pub(crate) fn mistake(place: &str, kind: MistakeKind, message: Text) -> Mistake {
    Mistake { place: place.to_owned(), kind, message }
}
