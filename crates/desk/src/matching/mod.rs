//! Finding: which company fits which policy. A fact that is recorded or withdrawn is matched in its own transaction,
//! with the policies that read it; a policy that is published and a day that begins are matched in rounds over the
//! whole zone. What is stored says only what came out: why it did is computed where it is read.
mod read;
mod round;

pub use read::{DecisionKey, FitDecision, PolicyQuestion, PolicyView};

use crate::company::file::fact_file;
use crate::library::ZoneLibrary;
use crate::{Desk, DeskError};
use condition::{Change, Number, Target, Truth, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use policy::{FactFile, Policy, Verdict};
use std::collections::{BTreeSet, HashMap};
use store::{Fit, MatchingRound, Tx};
use workflow::CompanyId;

/// How many clauses may fail for a company to be near, and by what part of its limit each at most.
const NEAR_GAPS: usize = 2;
const NEAR_PART: i64 = 5;
/// How many companies are matched while somebody waits.
const AT_ONCE: usize = 20;

impl Desk {
    /// Matches a company again with the policies that read these fields, or with all, within a transaction that has
    /// locked it.
    pub(crate) async fn fits_renew(
        &self,
        tx: &Tx,
        company: CompanyId,
        fields: Option<&BTreeSet<String>>,
    ) -> Result<(), DeskError> {
        let library = self.library(tx.zone()).await?;
        let (day, now) = (self.today(), self.surroundings.now());
        let facts = tx.fact_list(&[company]).await?;
        let file = fact_file(&facts, &library.library.fields, day);
        let touched = fields.map(|fields| library.reading(fields));
        let policies = library.library.policies.values();
        let policies = policies.filter(|policy| touched.as_ref().is_none_or(|ids| ids.contains(&policy.id)));
        let found: Vec<Fit> =
            policies.filter_map(|policy| weighed(&library, policy, &file, company, day, now)).collect();
        if found.is_empty() {
            return Ok(());
        }
        let before: HashMap<String, Fit> =
            tx.fit_list(&[company]).await?.into_iter().map(|fit| (fit.policy.clone(), fit)).collect();
        let changed: Vec<Fit> = found
            .into_iter()
            .filter(|fit| before.get(&fit.policy).is_none_or(|old| differs(old, fit)))
            .collect();
        tx.fit_put(&changed).await?;
        Ok(())
    }

    /// Matches these companies again with all policies: a few at once, more by the next round.
    pub(crate) async fn fits_renew_all(&self, tx: &Tx, companies: &[CompanyId]) -> Result<(), DeskError> {
        if companies.len() <= AT_ONCE {
            for company in companies {
                self.fits_renew(tx, *company, None).await?;
            }
            return Ok(());
        }
        tx.fit_doubt(companies).await?;
        let anew = MatchingRound {
            digest: String::new(),
            as_of: self.today(),
            company: None,
            matched: 0,
            finished_at: None,
        };
        tx.matching_lock().await?;
        tx.matching_put(&anew).await?;
        Ok(())
    }
}

/// What a policy says of a company; nothing while it is not in force.
pub(crate) fn weighed(
    library: &ZoneLibrary,
    policy: &Policy,
    file: &FactFile,
    company: CompanyId,
    day: Date,
    now: Timestamp,
) -> Option<Fit> {
    if policy.closed(day).is_some() {
        return None;
    }
    let decision = library.library.decide(policy, file, Some(day));
    let verdict = decision.verdict;
    let closable = decision
        .gaps
        .iter()
        .all(|gap| gap.alternatives.iter().any(|set| set.iter().all(|change| is_small(&change.change))));
    let near = verdict == Verdict::Ineligible && decision.gaps.len() <= NEAR_GAPS && closable;
    let worth = (verdict != Verdict::Ineligible || near)
        .then(|| policy.benefit.worth(&file.as_of(Some(day))))
        .flatten();
    let mut lacks: Vec<String> = vec![];
    if verdict == Verdict::Unknown {
        let asked = &decision.questions;
        let asked = asked.could_decide.iter().chain(&asked.always_decides).flatten();
        let open = decision.clauses.iter().flat_map(|clause| &clause.missing);
        lacks = asked.chain(open).map(ToString::to_string).collect::<BTreeSet<_>>().into_iter().collect();
    }
    Some(Fit {
        policy: policy.id.to_string(),
        company,
        digest: library.digest(policy).to_owned(),
        verdict,
        near,
        truths: decision.clauses.iter().map(|clause| letter(clause.truth)).collect(),
        amount: worth.and_then(|worth| fen(&worth)),
        closes_on: policy.in_force.to,
        lacks,
        as_of: day,
        matched_at: now,
    })
}

/// Whether a change is by no more than a fifth of its limit. What is no number changes at once or not at all.
fn is_small(change: &Change) -> bool {
    use Target::{AtLeast, AtMost, LessThan, MoreThan};
    match (&change.target, &change.distance) {
        (
            AtLeast(Value::Number(limit))
            | MoreThan(Value::Number(limit))
            | AtMost(Value::Number(limit))
            | LessThan(Value::Number(limit)),
            Some(distance),
        ) => distance.times(&Number::from(NEAR_PART)).is_some_and(|apart| apart <= *limit),
        _ => true,
    }
}

/// Gives 元 in whole fen, if they fit.
#[must_use]
pub fn fen(yuan: &Number) -> Option<i64> {
    yuan.times(&Number::from(100))?.floor().to_i64()
}

const fn letter(truth: Truth) -> char {
    match truth {
        Truth::Yes => 'y',
        Truth::No => 'n',
        Truth::Unknown => 'u',
    }
}

/// Whether what came out is another, whenever it was found.
fn differs(old: &Fit, new: &Fit) -> bool {
    let same = Fit { as_of: old.as_of, matched_at: old.matched_at, ..new.clone() };
    *old != same
}
