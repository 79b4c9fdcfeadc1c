//! Batch reads of the company file and of what policies say.
use super::{Reads, by, keyed};
use crate::schema::gate::broken;
use async_graphql::dataloader::Loader;
use async_graphql::{Error, Result};
use desk::{
    Contact, DecisionKey, DeskError, Fact, FactId, Fit, FitDecision, FitFilter, FitPlace, FitTally, FitsOf,
    InForce, Page, PolicyQuestion, PolicyView, Take,
};
use jiff::civil::Date;
use policy::Rank;
use std::collections::HashMap;
use std::sync::Arc;
use workflow::{CompanyId, PersonId};

/// How many questions are told.
const QUESTIONS_MOST: usize = 10;

/// What a company is filed under.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::schema) struct TagsOf(pub(in crate::schema) CompanyId);

/// Who looks after a company.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::schema) struct SpecialistOf(pub(in crate::schema) CompanyId);

/// Whom to call at a company.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::schema) struct ContactsOf(pub(in crate::schema) CompanyId);

/// What counts of a company on a day.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::schema) struct FactsOf {
    pub(in crate::schema) company: CompanyId,
    pub(in crate::schema) day: Date,
}

/// Which page of which history.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct FactList {
    pub(in crate::schema) field: Option<String>,
    pub(in crate::schema) take: Take,
    pub(in crate::schema) cursors: (Option<FactId>, Option<FactId>),
}

/// A page of what was ever stated of a company.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct HistoryOf {
    pub(in crate::schema) company: CompanyId,
    pub(in crate::schema) list: FactList,
}

/// How much was ever stated of a company.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct HistoryCountOf {
    pub(in crate::schema) company: CompanyId,
    pub(in crate::schema) field: Option<String>,
}

/// What to ask a company next.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::schema) struct QuestionsOf {
    pub(in crate::schema) company: CompanyId,
    pub(in crate::schema) by_money: bool,
}

/// Whose fits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) enum FitsFor {
    Company(CompanyId),
    Policy(String),
}

/// A page of fits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct FitPageOf {
    pub(in crate::schema) of: FitsFor,
    pub(in crate::schema) filter: FitFilter,
    pub(in crate::schema) place: FitPlace,
}

/// How many fits there are.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct FitCountOf {
    pub(in crate::schema) of: FitsFor,
    pub(in crate::schema) filter: FitFilter,
}

/// How many companies a policy says what of.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct TallyOf(pub(in crate::schema) String);

/// A policy of the zone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct PolicyNamed(pub(in crate::schema) String);

/// A fit by its policy and company.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct FitNamed(pub(in crate::schema) String, pub(in crate::schema) CompanyId);

/// What a policy says of a company on a day, and why.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::schema) struct DecisionOf(pub(in crate::schema) DecisionKey);

read!(TagsOf => Vec<String>, |desk, caller, keys| {
    let ids: Vec<CompanyId> = keys.iter().map(|key| key.0).collect();
    keyed(desk.company_tags(caller, &ids).await?, TagsOf)
});
read!(SpecialistOf => PersonId, |desk, caller, keys| {
    let ids: Vec<CompanyId> = keys.iter().map(|key| key.0).collect();
    keyed(desk.company_specialists(caller, &ids).await?, SpecialistOf)
});
read!(ContactsOf => Vec<Contact>, |desk, caller, keys| {
    let ids: Vec<CompanyId> = keys.iter().map(|key| key.0).collect();
    keyed(desk.company_contacts(caller, &ids).await?, ContactsOf)
});
read!(FactId => Fact, |desk, caller, ids| by(desk.fact_batch(caller, ids).await?, |fact| fact.id));
read!(FactsOf => Vec<InForce>, |desk, caller, keys| {
    let mut all = HashMap::new();
    for (day, ids) in parted(keys, |key| (key.day, key.company)) {
        let found = desk.facts_in_force(caller, &ids, day).await?;
        all.extend(keyed(found, |company| FactsOf { company, day }));
    }
    all
});
read!(HistoryOf => Page<Fact>, |desk, caller, keys| {
    let mut all = HashMap::new();
    for (list, ids) in parted(keys, |key| (key.list.clone(), key.company)) {
        let FactList { field, take, cursors } = &list;
        let found = desk.fact_histories(caller, &ids, field.as_deref(), *take, *cursors).await?;
        all.extend(keyed(found, |company| HistoryOf { company, list: list.clone() }));
    }
    all
});
read!(HistoryCountOf => i64, |desk, caller, keys| {
    let mut all = HashMap::new();
    for (field, ids) in parted(keys, |key| (key.field.clone(), key.company)) {
        let found = desk.fact_counts(caller, &ids, field.as_deref()).await?;
        all.extend(keyed(found, |company| HistoryCountOf { company, field: field.clone() }));
    }
    all
});
read!(QuestionsOf => Vec<PolicyQuestion>, |desk, caller, keys| {
    let mut all = HashMap::new();
    for (by_money, ids) in parted(keys, |key| (key.by_money, key.company)) {
        let rank = if by_money { Rank::Money } else { Rank::Policies };
        let found = desk.questions(caller, &ids, rank, QUESTIONS_MOST).await?;
        all.extend(keyed(found, |company| QuestionsOf { company, by_money }));
    }
    all
});
read!(FitPageOf => Page<Fit>, |desk, caller, keys| {
    let mut all = HashMap::new();
    for ((filter, place), of) in parted(keys, |key| ((key.filter.clone(), key.place.clone()), key.of.clone())) {
        for of in Kin::of(of) {
            let mut found = desk.fit_pages(caller, of.all(), &filter, &place).await?;
            let page = |of: FitsFor| {
                let page = found.remove(&name(&of))?;
                Some((FitPageOf { of, filter: filter.clone(), place: place.clone() }, page))
            };
            all.extend(of.each().filter_map(page));
        }
    }
    all
});
read!(FitCountOf => i64, |desk, caller, keys| {
    let mut all = HashMap::new();
    for (filter, of) in parted(keys, |key| (key.filter.clone(), key.of.clone())) {
        for of in Kin::of(of) {
            let found = desk.fit_counts(caller, of.all(), &filter).await?;
            let count = |of: FitsFor| {
                let count = found.get(&name(&of)).copied().unwrap_or_default();
                (FitCountOf { of, filter: filter.clone() }, count)
            };
            all.extend(of.each().map(count));
        }
    }
    all
});
read!(TallyOf => FitTally, |desk, caller, keys| {
    let ids: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
    desk.fit_tallies(caller, &ids).await?.into_iter().map(|(id, tally)| (TallyOf(id), tally)).collect()
});
read!(PolicyNamed => PolicyView, |desk, caller, keys| {
    let mut all = HashMap::new();
    for key in keys {
        // They are at hand: none of these asks the database.
        all.extend(desk.policy_find(caller, &key.0).await?.map(|policy| (key.clone(), policy)));
    }
    all
});
read!(FitNamed => Fit, |desk, caller, keys| {
    let keys: Vec<(String, CompanyId)> = keys.iter().map(|key| (key.0.clone(), key.1)).collect();
    by(desk.fit_batch(caller, &keys).await?, |fit| FitNamed(fit.policy.clone(), fit.company))
});
read!(DecisionOf => FitDecision, |desk, caller, keys| {
    let keys: Vec<DecisionKey> = keys.iter().map(|key| key.0.clone()).collect();
    desk.decisions(caller, &keys).await?.into_iter().map(|(key, found)| (DecisionOf(key), found)).collect()
});

/// Keys that differ in what one statement cannot ask at once, apart.
fn parted<K, P: Eq + std::hash::Hash, I>(keys: &[K], part: impl Fn(&K) -> (P, I)) -> HashMap<P, Vec<I>> {
    let mut parts: HashMap<P, Vec<I>> = HashMap::new();
    for key in keys {
        let (part, id) = part(key);
        parts.entry(part).or_default().push(id);
    }
    parts
}

/// Companies, or policies: one statement reads the fits of many of a kind.
enum Kin {
    Companies(Vec<CompanyId>),
    Policies(Vec<String>),
}

impl Kin {
    fn of(all: Vec<FitsFor>) -> impl Iterator<Item = Self> {
        let (mut companies, mut policies) = (vec![], vec![]);
        for one in all {
            match one {
                FitsFor::Company(id) => companies.push(id),
                FitsFor::Policy(id) => policies.push(id),
            }
        }
        let companies = (!companies.is_empty()).then_some(Self::Companies(companies));
        let policies = (!policies.is_empty()).then_some(Self::Policies(policies));
        companies.into_iter().chain(policies)
    }

    fn all(&self) -> FitsOf<'_> {
        match self {
            Self::Companies(ids) => FitsOf::Companies(ids),
            Self::Policies(ids) => FitsOf::Policies(ids),
        }
    }

    fn each(&self) -> impl Iterator<Item = FitsFor> {
        let (companies, policies): (&[CompanyId], &[String]) = match self {
            Self::Companies(ids) => (ids, &[]),
            Self::Policies(ids) => (&[], ids),
        };
        companies.iter().copied().map(FitsFor::Company).chain(policies.iter().cloned().map(FitsFor::Policy))
    }
}

/// The name under which the desk answers.
fn name(of: &FitsFor) -> String {
    match of {
        FitsFor::Company(id) => id.0.to_string(),
        FitsFor::Policy(id) => id.clone(),
    }
}
