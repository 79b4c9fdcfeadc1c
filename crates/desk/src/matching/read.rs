//! Reading what was found, with why it is so: computed from the facts, for whoever asks.
use crate::company::InForce;
use crate::company::file::{fact_file, in_force};
use crate::library::ZoneLibrary;
use crate::{Caller, Desk, DeskError, Page, Take};
use jiff::civil::Date;
use policy::{Decision, Policy, Question, Rank, questions};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::{Fact, Fit, FitFilter, FitPlace, FitTally, FitsOf, PAGE_MOST};
use workflow::CompanyId;

/// What a policy says of a company, and why.
#[derive(Debug, Clone)]
pub struct FitDecision {
    /// The policies it is among, with the dictionary.
    pub library: Arc<ZoneLibrary>,
    /// What it says.
    pub decision: Decision,
    /// What counts of the company on that day, by field.
    pub facts: Arc<BTreeMap<String, InForce>>,
}

/// A policy among those of its zone.
#[derive(Debug, Clone)]
pub struct PolicyView {
    /// The policies it is among, with the dictionary.
    pub library: Arc<ZoneLibrary>,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// Something to ask a company.
#[derive(Debug, Clone)]
pub struct PolicyQuestion {
    /// The policies it is about, with the dictionary.
    pub library: Arc<ZoneLibrary>,
    /// The question.
    pub question: Question,
}

/// Names a decision that is asked for: the policy, the company, the day.
pub type DecisionKey = (String, CompanyId, Date);

impl Desk {
    /// Finds a policy of the caller's zone.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn policy_find(&self, caller: &Caller, id: &str) -> Result<Option<PolicyView>, DeskError> {
        let library = self.library(caller.zone).await?;
        let policy = library.library.policies.get(id).cloned().map(Arc::new);
        Ok(policy.map(|policy| PolicyView { library, policy }))
    }

    /// A page of the policies of the caller's zone by id: of those in force today, or of all; with a text in id, title or
    /// document number, letter by letter. Answers how many there are in all besides.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn policy_page(
        &self,
        caller: &Caller,
        (text, in_force): (Option<&str>, bool),
        take: Take,
        (after, before): (Option<&str>, Option<&str>),
    ) -> Result<(Page<PolicyView>, usize), DeskError> {
        let library = self.library(caller.zone).await?;
        let day = self.today();
        let says = |policy: &Policy| {
            let number = policy.document.number.as_deref().unwrap_or_default();
            let places = [&*policy.id, &policy.title.zh, &policy.title.en, number];
            text.is_none_or(|text| {
                let text = text.to_lowercase();
                places.iter().any(|place| place.to_lowercase().contains(&text))
            })
        };
        let wanted = |policy: &&Policy| says(policy) && !(in_force && policy.closed(day).is_some());
        let mut policies: Vec<&Policy> = library.library.policies.values().filter(wanted).collect();
        policies.sort_by(|one, other| one.id.cmp(&other.id));
        let all = policies.len();
        let first = after.map_or(0, |after| policies.partition_point(|policy| *policy.id <= *after));
        let end = before.map_or(all, |before| policies.partition_point(|policy| *policy.id < *before));
        let count = |count: u64| usize::try_from(count.min(PAGE_MOST)).unwrap_or(usize::MAX);
        let (first, end) = match take {
            Take::First(most) => (first, end.min(first.saturating_add(count(most)))),
            Take::Last(most) => (first.max(end.saturating_sub(count(most))), end),
        };
        let some = policies.get(first..end).unwrap_or_default().iter();
        let view =
            |policy: &&Policy| PolicyView { library: library.clone(), policy: Arc::new((*policy).clone()) };
        let items = some.map(view).collect();
        Ok((Page { items, has_next: end < all, has_previous: first > 0 }, all))
    }

    /// A page of the fits of each of these companies or policies, as far as the caller sees them, under the company's id
    /// as text or the policy's id.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn fit_pages(
        &self,
        caller: &Caller,
        of: FitsOf<'_>,
        filter: &FitFilter,
        place: &FitPlace,
    ) -> Result<HashMap<String, Page<Fit>>, DeskError> {
        Ok(self.store.fit_pages(&self.viewer(caller), of, filter, place).await?)
    }

    /// How many fits each of these has; one without any is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn fit_counts(
        &self,
        caller: &Caller,
        of: FitsOf<'_>,
        filter: &FitFilter,
    ) -> Result<HashMap<String, i64>, DeskError> {
        Ok(self.store.fit_counts(&self.viewer(caller), of, filter).await?)
    }

    /// How many companies each of these policies says what of; one that says nothing yet is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn fit_tallies(
        &self,
        caller: &Caller,
        policies: &[String],
    ) -> Result<HashMap<String, FitTally>, DeskError> {
        Ok(self.store.fit_tallies(&self.viewer(caller), policies).await?)
    }

    /// Fits by policy and company; those the caller does not see are left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn fit_batch(
        &self,
        caller: &Caller,
        keys: &[(String, CompanyId)],
    ) -> Result<Vec<Fit>, DeskError> {
        Ok(self.store.fit_batch(&self.viewer(caller), keys).await?)
    }

    /// Decides policies for companies as of a day, by the rule and the facts of that day, with everything about why.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn decisions(
        &self,
        caller: &Caller,
        keys: &[DecisionKey],
    ) -> Result<HashMap<DecisionKey, FitDecision>, DeskError> {
        let library = self.library(caller.zone).await?;
        let of = self.stated(caller, keys.iter().map(|key| key.1)).await?;
        let fields = &library.library.fields;
        let mut known = HashMap::new();
        let mut found = HashMap::new();
        for key in keys {
            let (Some(policy), Some(stated)) = (library.library.policies.get(key.0.as_str()), of.get(&key.1))
            else {
                continue;
            };
            let (file, facts) = known.entry((key.1, key.2)).or_insert_with(|| {
                (fact_file(stated, fields, key.2), Arc::new(in_force(stated, fields, key.2)))
            });
            let decision = library.library.decide(policy, file, Some(key.2));
            let (library, facts) = (library.clone(), facts.clone());
            found.insert(key.clone(), FitDecision { library, decision, facts });
        }
        Ok(found)
    }

    /// What to ask each of these companies next: the facts that decide most policies, or most money, the best first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn questions(
        &self,
        caller: &Caller,
        companies: &[CompanyId],
        rank: Rank,
        most: usize,
    ) -> Result<HashMap<CompanyId, Vec<PolicyQuestion>>, DeskError> {
        let library = self.library(caller.zone).await?;
        let day = self.today();
        let of = self.stated(caller, companies.iter().copied()).await?;
        let asked = |(company, stated): (CompanyId, Vec<Fact>)| {
            let file = fact_file(&stated, &library.library.fields, day);
            let best = questions(&library.library, &file, day, rank).into_iter().take(most);
            let view = |question| PolicyQuestion { library: library.clone(), question };
            (company, best.map(view).collect())
        };
        Ok(of.into_iter().map(asked).collect())
    }

    /// What was stated of each company that the caller sees, if only nothing.
    async fn stated(
        &self,
        caller: &Caller,
        companies: impl Iterator<Item = CompanyId>,
    ) -> Result<HashMap<CompanyId, Vec<Fact>>, DeskError> {
        let mut ids: Vec<CompanyId> = companies.collect();
        ids.sort_unstable_by_key(|id| id.0);
        ids.dedup();
        let viewer = self.viewer(caller);
        let seen = self.store.company_batch(&viewer, &ids).await?;
        let mut of: HashMap<CompanyId, Vec<Fact>> =
            seen.into_iter().map(|company| (company.id, vec![])).collect();
        for fact in self.store.fact_list(&viewer, &ids).await? {
            if let Some(facts) = of.get_mut(&fact.company) {
                facts.push(fact);
            }
        }
        Ok(of)
    }
}
