//! Matching a whole zone: after a policy was published, after the program changed, and when a day begins, since time alone
//! changes verdicts. A round goes on where it stopped, whichever process takes it up, some companies at a time.
use super::{differs, letter, weighed};
use crate::company::file::fact_file;
use crate::library::ZoneLibrary;
use crate::{Desk, DeskError, Viewer, aside};
use condition::{Dictionary, Type};
use jiff::Timestamp;
use jiff::civil::Date;
use policy::bulk::{Columns, Matcher};
use policy::{FactFile, Policy};
use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::Arc;
use store::{Fact, FactId, Fit, MatchingRound, Tx};
use workflow::{CompanyId, ZoneId};

/// How many companies are matched before others may write.
const SLICE: u64 = 100;

/// The facts of every company of a slice.
type Files = Vec<(CompanyId, FactFile)>;

impl Desk {
    /// Matches some more companies of a zone with its policies, if any wait for it; answers whether more do.
    ///
    /// # Errors
    /// [`DeskError`]; what was matched stays so.
    pub async fn matching_go_on(&self, zone: ZoneId) -> Result<bool, DeskError> {
        let library = self.library(zone).await?;
        let (day, now) = (self.today(), self.surroundings.now());
        let under_way = |round: &MatchingRound| round.digest == library.digest && round.as_of == day;
        let seen = self.store.matching_find(zone).await?;
        if seen.as_ref().is_some_and(|round| under_way(round) && round.finished_at.is_some()) {
            return Ok(false);
        }
        let reached = seen.as_ref().filter(|round| under_way(round)).and_then(|round| round.company);
        let system = Viewer::System(zone);
        let ids = self.store.company_ids(&system, reached, SLICE).await?;
        // Weighing takes long: nobody waits for it with a lock, nor on a thread that serves others.
        let before = self.store.fit_list(&system, &ids).await?;
        let facts = self.store.fact_list(&system, &ids).await?;
        let read: BTreeSet<(CompanyId, FactId)> = facts.iter().map(|fact| (fact.company, fact.id)).collect();
        let of_all = ids.clone();
        let weighing = library.clone();
        let found = aside(move || found(&weighing, &of_all, facts, &before, day, now)).await?;
        let tx = self.store.begin(zone).await?;
        if tx.matching_lock().await? != seen {
            // Somebody else went on, or began anew.
            return Ok(true);
        }
        let mut round = seen.filter(under_way).unwrap_or_else(|| MatchingRound {
            digest: library.digest.clone(),
            as_of: day,
            company: None,
            matched: 0,
            finished_at: None,
        });
        match ids.last() {
            None => round.finished_at = Some(now),
            Some(last) => {
                self.found_put(&tx, &ids, &read, found).await?;
                round.company = Some(*last);
                round.matched += i64::try_from(ids.len()).unwrap_or_default();
            }
        }
        tx.matching_put(&round).await?;
        tx.commit().await?;
        Ok(round.finished_at.is_none())
    }

    /// Writes what was found of companies by the facts that were read of them. Those of which something else was stated
    /// meanwhile are matched anew.
    async fn found_put(
        &self,
        tx: &Tx,
        ids: &[CompanyId],
        read: &BTreeSet<(CompanyId, FactId)>,
        found: Found,
    ) -> Result<(), DeskError> {
        let there: BTreeSet<CompanyId> = tx.company_lock(ids).await?.into_iter().collect();
        let stands: BTreeSet<(CompanyId, FactId)> = tx.fact_ids(ids).await?.into_iter().collect();
        let moved: BTreeSet<CompanyId> = read.symmetric_difference(&stands).map(|stated| stated.0).collect();
        let mut changed = found.changed;
        changed.retain(|fit| there.contains(&fit.company) && !moved.contains(&fit.company));
        tx.fit_remove(&found.gone).await?;
        tx.fit_put(&changed).await?;
        for company in moved.intersection(&there) {
            self.fits_renew(tx, *company, None).await?;
        }
        Ok(())
    }

    /// How far the matching of the caller's zone got; nothing before the first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn matching(&self, zone: ZoneId) -> Result<Option<MatchingRound>, DeskError> {
        Ok(self.store.matching_find(zone).await?)
    }
}

/// What a round has to write.
struct Found {
    changed: Vec<Fit>,
    gone: Vec<(String, CompanyId)>,
}

/// Finds what came out otherwise than it stands. All clauses are decided for everybody at once; only where one says
/// something else, or the policy is another, is it weighed in full.
fn found(
    library: &ZoneLibrary,
    ids: &[CompanyId],
    facts: Vec<Fact>,
    before: &[Fit],
    day: Date,
    now: Timestamp,
) -> Found {
    let mut of: HashMap<CompanyId, Vec<Fact>> = HashMap::new();
    for fact in facts {
        of.entry(fact.company).or_default().push(fact);
    }
    let fields = &library.library.fields;
    let file =
        |id: &CompanyId| (*id, fact_file(of.get(id).map(Vec::as_slice).unwrap_or_default(), fields, day));
    let files: Files = ids.iter().map(file).collect();
    let policies = library.library.policies.values().filter(|policy| policy.closed(day).is_none());
    let policies: Vec<&Policy> = policies.collect();
    let truths = truths(library.library.dictionary(), &policies, &files, day);
    let standing: HashMap<(&str, CompanyId), &Fit> =
        before.iter().map(|fit| ((fit.policy.as_str(), fit.company), fit)).collect();
    let mut changed = vec![];
    for ((company, file), truths) in files.iter().zip(&truths) {
        for (policy, truths) in policies.iter().zip(truths) {
            let old = standing.get(&(&*policy.id, *company));
            let stands = |old: &&&Fit| {
                old.digest == library.digest(policy) && old.truths == *truths && !hangs_on_the_day(policy)
            };
            if old.as_ref().is_some_and(stands) {
                continue;
            }
            let fit = weighed(library, policy, file, *company, day, now);
            changed.extend(fit.filter(|fit| old.is_none_or(|old| differs(old, fit))));
        }
    }
    let open: BTreeSet<&str> = policies.iter().map(|policy| &*policy.id).collect();
    let gone = before.iter().filter(|fit| !open.contains(fit.policy.as_str()));
    Found { changed, gone: gone.map(|fit| (fit.policy.clone(), fit.company)).collect() }
}

/// Whether what it is worth, and not only whether one fits, may be another on another day.
fn hangs_on_the_day(policy: &Policy) -> bool {
    policy.benefit.fields().any(|field| field == "as_of" || field == "application_date")
}

/// What every clause says of every company: for each company and policy a letter a clause.
fn truths(dictionary: &Dictionary, policies: &[&Policy], files: &Files, day: Date) -> Vec<Vec<String>> {
    let clauses = policies.iter().flat_map(|policy| policy.clauses.values());
    let conditions: Vec<_> = clauses.map(|clause| &clause.when).collect();
    let fields: Vec<(&Arc<str>, &Type)> = dictionary.fields().collect();
    let mut columns = Columns::new(fields.iter().map(|(key, kind)| (&***key, *kind)));
    for (_, file) in files {
        columns.push_facts(&file.as_of(Some(day)));
    }
    let matcher = Matcher::new(columns, conditions);
    let mut all = Vec::with_capacity(files.len());
    let shown: Result<(), Infallible> = matcher.verdicts(NonZeroUsize::MIN, |verdicts| {
        for row in verdicts.rows() {
            let mut at = 0;
            let of_policy = |policy: &&Policy| {
                let first = at;
                at += policy.clauses.len();
                (first..at).map(|condition| letter(verdicts.truth(row, condition))).collect()
            };
            all.push(policies.iter().map(of_policy).collect());
        }
        Ok(())
    });
    let Ok(()) = shown;
    all
}
