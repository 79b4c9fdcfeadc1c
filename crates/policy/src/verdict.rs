//! The verdict of a policy on a company, with everything it rests on.
mod gap;

pub use gap::{Gap, GapChange};

use crate::facts::{AS_OF, FactFile, KnownThen};
use crate::{Clause, Gain, Library, Policy, Title};
use condition::{Evaluation, Facts as _, Known, Questions, Truth, Value};
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// Whether a company fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every clause holds.
    Eligible,
    /// A clause does not hold, whatever else is known.
    Ineligible,
    /// It depends on facts that nobody gave.
    Unknown,
}

impl Verdict {
    /// Its name in files and answers.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Ineligible => "ineligible",
            Self::Unknown => "unknown",
        }
    }
}

impl From<Truth> for Verdict {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::Yes => Self::Eligible,
            Truth::No => Self::Ineligible,
            Truth::Unknown => Self::Unknown,
        }
    }
}

/// What a policy says of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The policy.
    pub policy: Arc<str>,
    /// The day of which it is, if one was asked about.
    pub as_of: Option<Date>,
    /// Whether the company fits.
    pub verdict: Verdict,
    /// Why the policy says nothing on that day, whatever the facts.
    pub closed: Option<Closed>,
    /// The version of the rule that was in force on that day, if it is another policy.
    pub version: Option<Arc<str>>,
    /// What each clause says, in the order of the paper.
    pub clauses: Vec<ClauseFinding>,
    /// For an open verdict, what to ask for.
    pub questions: Questions,
    /// For a clause that fails, the smallest changes.
    pub gaps: Vec<Gap>,
    /// The first day on which time alone may have closed every gap, within the days of the policy.
    pub possible_from: Option<Date>,
    /// What the benefit comes to, as far as the facts say.
    pub gains: Vec<Gain>,
}

/// Says why a policy is closed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It begins on this day.
    NotBefore(Date),
    /// It ended on this day.
    Since(Date),
}

/// What a clause says of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseFinding {
    /// The clause.
    pub clause: Arc<str>,
    /// What people read.
    pub title: Title,
    /// Whether it holds.
    pub truth: Truth,
    /// What is known of the fields it speaks of.
    pub facts: Vec<UsedFact>,
    /// The unknown facts that keep it open, by key.
    pub missing: Vec<Arc<str>>,
}

/// A fact that a clause rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedFact {
    /// The field.
    pub field: Arc<str>,
    /// What it is; nothing if it is known that there is none.
    pub value: Option<Value>,
    /// Whether it follows from other fields.
    pub derived: bool,
    /// Who or what says so.
    pub source: Option<String>,
    /// The day from which it is so.
    pub date: Option<Date>,
}

impl Library {
    /// Says whether a company fits, and everything about why. With a day, the policy must be in force on it, and only
    /// facts of that day or before count.
    #[must_use]
    pub fn decide(&self, policy: &Policy, file: &FactFile, as_of: Option<Date>) -> Decision {
        let facts = file.as_of(as_of);
        let clauses: Vec<ClauseFinding> =
            policy.clauses.iter().map(|(name, clause)| self.weigh(name, clause, facts)).collect();
        let truth = Truth::all(clauses.iter().map(|clause| clause.truth));
        let closed = as_of.and_then(|day| policy.closed(day));
        let verdict = if closed.is_some() { Verdict::Ineligible } else { truth.into() };
        let gaps: Vec<Gap> = policy
            .clauses
            .iter()
            .zip(&clauses)
            .filter(|(_, finding)| finding.truth == Truth::No)
            .map(|((name, clause), _)| self.gap(name, clause, facts))
            .collect();
        let version = as_of.and_then(|day| self.version(policy, day)).filter(|other| other.id != policy.id);
        let possible_from = possible_from(policy, closed, &gaps);
        Decision {
            policy: policy.id.clone(),
            as_of,
            verdict,
            closed,
            version: version.map(|other| other.id.clone()),
            questions: if verdict == Verdict::Unknown {
                policy.criteria().questions(&facts)
            } else {
                Questions::default()
            },
            possible_from,
            gains: policy.gains(facts),
            clauses,
            gaps,
        }
    }

    fn weigh(&self, name: &Arc<str>, clause: &Clause, facts: KnownThen<'_>) -> ClauseFinding {
        ClauseFinding {
            clause: name.clone(),
            title: clause.title.clone(),
            truth: clause.when.truth(&facts),
            facts: clause.when.fields().filter_map(|key| self.used(key, facts)).collect(),
            missing: clause.when.unknowns(&facts),
        }
    }

    /// What is known of a field, given or following from others.
    fn used(&self, key: &str, facts: KnownThen<'_>) -> Option<UsedFact> {
        let (field, _) = self.fields.fields.get_key_value(key).map(|(key, field)| (key.clone(), field))?;
        if let Some(fact) = facts.get(key) {
            let (value, source) = (fact.value.clone(), fact.source.clone());
            return Some(UsedFact { field, value, derived: false, source, date: fact.date });
        }
        let (value, derived) = match facts.fact(key) {
            Known::Value(value) if key == AS_OF => (Some(value.into_owned()), false),
            _ => match self.derived(key)?.value(&facts) {
                Evaluation::Value(value) => (Some(value), true),
                Evaluation::Absent => (None, true),
                _ => return None,
            },
        };
        Some(UsedFact { field, value, derived, source: None, date: None })
    }
}

impl Policy {
    /// Says only whether a company fits, of what was known on a day.
    #[must_use]
    pub fn verdict(&self, facts: KnownThen<'_>) -> Verdict {
        if facts.day.is_some_and(|day| self.closed(day).is_some()) {
            return Verdict::Ineligible;
        }
        Truth::all(self.clauses.values().map(|clause| clause.when.truth(&facts))).into()
    }

    /// What the benefit comes to for a company that is not ineligible.
    #[must_use]
    pub fn gains(&self, facts: KnownThen<'_>) -> Vec<Gain> {
        if self.verdict(facts) == Verdict::Ineligible { vec![] } else { self.benefit.gains(&facts) }
    }

    /// Why it says nothing on a day, if it does not.
    #[must_use]
    pub fn closed(&self, day: Date) -> Option<Closed> {
        if day < self.in_force.from {
            return Some(Closed::NotBefore(self.in_force.from));
        }
        self.in_force.to.filter(|to| day > *to).map(Closed::Since)
    }
}

/// The day on which time has closed all gaps, if it closes each.
fn possible_from(policy: &Policy, closed: Option<Closed>, gaps: &[Gap]) -> Option<Date> {
    let begins = match closed {
        Some(Closed::Since(_)) => return None,
        Some(Closed::NotBefore(day)) => Some(day),
        None => None,
    };
    let days: Option<Vec<Date>> = gaps.iter().map(|gap| gap.possible_from).collect();
    let day = days?.into_iter().chain(begins).max()?;
    policy.in_force.to.is_none_or(|to| day <= to).then_some(day)
}
