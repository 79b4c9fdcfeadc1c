//! Recording facts, withdrawing them, and reading what counts and what was ever stated.
use super::file::{InForce, in_force};
use super::{mistake, value, written};
use crate::calendar::local;
use crate::company_sheet;
use crate::refused::{Mistake, MistakeKind};
use crate::{Caller, Desk, DeskError, Page, Refused, Take};
use jiff::civil::Date;
use policy::Fields;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::{Company, Confidence, Fact, FactId};
use workflow::{CompanyId, Text};

/// How many facts are recorded at once.
const FACTS_MOST: usize = 300;
/// How many facts a company may ever declare of itself, withdrawn ones too.
const DECLARED_MOST: usize = 10_000;
/// Longest source, in characters.
const SOURCE_MOST: usize = 200;
/// What is said of facts that a company states of itself without saying where they stand.
const OWN_WORD: &str = "企业自报";

/// Asks to record a fact.
#[derive(Debug, Clone)]
pub struct FactOrder {
    /// The field, by its key or its Chinese label.
    pub field: String,
    /// What it is, as people write it; nothing for known absence.
    pub value: Option<String>,
    /// The first day it speaks of.
    pub from: Option<Date>,
    /// The last day it speaks of.
    pub to: Option<Date>,
    /// Who or what says so.
    pub source: Option<String>,
    /// The day it was stated; today without it.
    pub stated_on: Option<Date>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Desk {
    /// Records facts of a company, all or none, and matches it at once with the policies that read them. What people of
    /// a company record of it is marked self-declared.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values and name every mistake.
    pub async fn facts_record(
        &self,
        caller: &Caller,
        company: CompanyId,
        orders: &[FactOrder],
    ) -> Result<Result<(Company, Vec<Fact>), Refused>, DeskError> {
        if orders.is_empty() || orders.len() > FACTS_MOST {
            return Ok(Err(Refused::TooMany { most: FACTS_MOST }));
        }
        let Some(file) = self.store.company_find(&self.viewer(caller), company).await? else {
            return Ok(Err(Refused::NoSuchCompany));
        };
        let facts = match self.facts_of(caller, company, orders).await? {
            Ok(facts) => facts,
            Err(refused) => return Ok(Err(refused)),
        };
        let fields: BTreeSet<String> = facts.iter().map(|fact| fact.field.clone()).collect();
        let tx = self.store.begin(caller.zone).await?;
        if tx.company_lock(&[company]).await?.is_empty() {
            return Ok(Err(Refused::NoSuchCompany));
        }
        if caller.person.company.is_some()
            && tx.fact_declared_count(company).await?.saturating_add(facts.len() as u64)
                > DECLARED_MOST as u64
        {
            let message = Text::new(
                &format!("企业自报累计不超过 {DECLARED_MOST} 条，再多请工作人员录入"),
                &format!("a company may declare {DECLARED_MOST} facts of itself in all; staff record more"),
            );
            return Ok(Err(Refused::Mistakes(vec![mistake("facts", MistakeKind::NotAValue, message)])));
        }
        tx.fact_insert(&facts).await?;
        self.fits_renew(&tx, company, Some(&fields)).await?;
        tx.commit().await?;
        Ok(Ok((file, facts)))
    }

    /// Facts as they were ordered, not recorded yet, or everything that is wrong with them.
    pub(crate) async fn facts_of(
        &self,
        caller: &Caller,
        company: CompanyId,
        orders: &[FactOrder],
    ) -> Result<Result<Vec<Fact>, Refused>, DeskError> {
        let library = self.library(caller.zone).await?;
        let (mut facts, mut mistakes) = (vec![], vec![]);
        for (index, order) in orders.iter().enumerate() {
            facts.extend(self.fact_of(
                caller,
                company,
                (index, order),
                &library.library.fields,
                &mut mistakes,
            ));
        }
        Ok(if mistakes.is_empty() { Ok(facts) } else { Err(Refused::Mistakes(mistakes)) })
    }

    /// Withdraws a fact: it stays in the history and does not count any more. People of a company withdraw what the
    /// company declared of itself. Doing it twice is fine.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn fact_withdraw(
        &self,
        caller: &Caller,
        id: FactId,
    ) -> Result<Result<Fact, Refused>, DeskError> {
        let viewer = self.viewer(caller);
        let Some(fact) = self.store.fact_batch(&viewer, &[id]).await?.pop() else {
            return Ok(Err(Refused::NoSuchFact));
        };
        if caller.person.company.is_some() && !fact.self_declared {
            return Ok(Err(Refused::not_yours(Text::new("工作人员", "the staff"))));
        }
        let tx = self.store.begin(caller.zone).await?;
        tx.company_lock(&[fact.company]).await?;
        if tx.fact_withdraw(id, caller.person.id, self.surroundings.now()).await? {
            self.fits_renew(&tx, fact.company, Some(&BTreeSet::from([fact.field]))).await?;
        }
        tx.commit().await?;
        Ok(self.store.fact_batch(&viewer, &[id]).await?.pop().ok_or(Refused::NoSuchFact))
    }

    /// What counts of each of these companies on a day, by field in the order of the dictionary.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn facts_in_force(
        &self,
        caller: &Caller,
        companies: &[CompanyId],
        day: Date,
    ) -> Result<HashMap<CompanyId, Vec<InForce>>, DeskError> {
        let library = self.library(caller.zone).await?;
        let stated = self.store.fact_list(&self.viewer(caller), companies).await?;
        let mut of: HashMap<CompanyId, Vec<Fact>> = HashMap::new();
        for fact in stated {
            of.entry(fact.company).or_default().push(fact);
        }
        let fields = &library.library.fields;
        let ordered = |facts: Vec<Fact>| {
            let mut counts: Vec<InForce> = in_force(&facts, fields, day).into_values().collect();
            counts.sort_by_key(|counts| fields.fields.get_index_of(counts.fact.field.as_str()));
            counts
        };
        Ok(of.into_iter().map(|(company, facts)| (company, ordered(facts))).collect())
    }

    /// A page of what was ever stated of each of these companies, of a field or of all, the newest first; companies without
    /// any are left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn fact_histories(
        &self,
        caller: &Caller,
        companies: &[CompanyId],
        field: Option<&str>,
        take: Take,
        cursors: (Option<FactId>, Option<FactId>),
    ) -> Result<HashMap<CompanyId, Page<Fact>>, DeskError> {
        let key = self.field_key(caller, field).await?;
        let viewer = self.viewer(caller);
        Ok(self.store.fact_histories(&viewer, companies, key.as_deref(), take, cursors).await?)
    }

    /// How much was ever stated of each of these companies, of a field or of all.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn fact_counts(
        &self,
        caller: &Caller,
        companies: &[CompanyId],
        field: Option<&str>,
    ) -> Result<HashMap<CompanyId, i64>, DeskError> {
        let key = self.field_key(caller, field).await?;
        Ok(self.store.fact_counts(&self.viewer(caller), companies, key.as_deref()).await?)
    }

    /// The key of a field that is named by it or by its label; a name that is none finds nothing.
    async fn field_key(&self, caller: &Caller, name: Option<&str>) -> Result<Option<Arc<str>>, DeskError> {
        let library = self.library(caller.zone).await?;
        let find = |name: &str| {
            library.library.fields.find(name).map_or_else(|_| name.into(), |(key, _)| key.clone())
        };
        Ok(name.map(find))
    }

    /// Facts by their ids; those the caller does not see are left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn fact_batch(&self, caller: &Caller, ids: &[FactId]) -> Result<Vec<Fact>, DeskError> {
        Ok(self.store.fact_batch(&self.viewer(caller), ids).await?)
    }

    /// Today, in the zone.
    #[must_use]
    pub fn today(&self) -> Date {
        local(self.surroundings.now()).date()
    }

    /// A fact as it was ordered, or nothing and what is wrong with it.
    fn fact_of(
        &self,
        caller: &Caller,
        company: CompanyId,
        (index, order): (usize, &FactOrder),
        fields: &Fields,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Fact> {
        let before = mistakes.len();
        let place = |part: &str| format!("facts.{index}.{part}");
        let own = caller.person.company.is_some();
        let today = self.today();
        let stated_on = order.stated_on.unwrap_or(today);
        let source = order.source.clone().or_else(|| own.then(|| OWN_WORD.to_owned())).unwrap_or_default();
        written(mistakes, &place("source"), &source, SOURCE_MOST);
        if order.from.zip(order.to).is_some_and(|(from, to)| to < from) {
            let message = Text::new("结束日期不得早于开始日期", "the last day is not before the first");
            mistakes.push(mistake(&place("to"), MistakeKind::WrongDays, message));
        }
        if stated_on > today {
            let message = Text::new("陈述日期不得晚于今天", "nothing was stated after today");
            mistakes.push(mistake(&place("statedOn"), MistakeKind::WrongDays, message));
        }
        let found = read(fields, &order.field, order.value.as_deref());
        let (field, value) = match found {
            Ok(found) => found,
            Err((kind, message)) => {
                let part = if kind == MistakeKind::NoSuchField { "field" } else { "value" };
                mistakes.push(mistake(&place(part), kind, message));
                return None;
            }
        };
        (mistakes.len() == before).then(|| Fact {
            id: FactId(self.surroundings.id()),
            company,
            field,
            from: order.from,
            to: order.to,
            value,
            source: source.trim().to_owned(),
            stated_on,
            confidence: if own { order.confidence.min(Confidence::Stated) } else { order.confidence },
            author: Some(caller.person.id),
            self_declared: own,
            import: None,
            recorded_at: self.surroundings.now(),
            withdrawn_at: None,
            withdrawn_by: None,
        })
    }
}

/// A field's key and a value as the tables keep it.
fn read(fields: &Fields, name: &str, text: Option<&str>) -> Result<(String, String), (MistakeKind, Text)> {
    let say = |error: &policy::FactError| Text::new(&error.in_chinese(), &error.to_string());
    let (key, field) = fields.find(name).map_err(|error| (MistakeKind::NoSuchField, say(&error)))?;
    if &**key == AS_OF {
        let error = policy::FactError { field: key.to_string(), flaw: policy::FactFlaw::AsOf };
        return Err((MistakeKind::NotAValue, say(&error)));
    }
    let Some(text) = text else { return Ok((key.to_string(), value::stored(None))) };
    if text.trim().is_empty() {
        let message = Text::new("不能为空；确知没有请用 null", "it is blank; null says that there is none");
        return Err((MistakeKind::NotAValue, message));
    }
    let value = company_sheet::read(field, text).map_err(|said| (MistakeKind::NotAValue, said))?;
    Ok((key.to_string(), value::stored(value.as_ref())))
}

/// The field that no file of facts holds: the day of the verdict.
const AS_OF: &str = "as_of";
