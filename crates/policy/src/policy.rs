//! A policy, and what it says of a company.
use condition::{Condition, Dictionary, Facts, Mistake, Truth};
use indexmap::IndexMap;
use serde::Deserialize;
use std::sync::Arc;

/// A title in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A policy as its officers wrote it, checked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub id: Arc<str>,
    /// Its title, as printed.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// What must hold, by name, in the order of the file.
    pub clauses: IndexMap<Arc<str>, Clause>,
}

/// One thing that must hold.
#[derive(Debug, Clone)]
pub struct Clause {
    /// What people read.
    pub title: Title,
    /// What must hold.
    pub when: Condition,
}

/// Whether a company fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every clause holds.
    Eligible,
    /// A clause does not hold, whatever else is known.
    Ineligible,
    /// It depends on facts that nobody gave.
    Unknown,
}

/// What a clause says of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The clause.
    pub clause: Arc<str>,
    /// Whether it holds.
    pub truth: Truth,
    /// The unknown facts that keep it open, by key.
    pub missing: Vec<Arc<str>>,
}

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is not TOML, or has keys that a policy does not.
    #[error("not a policy file: {0}")]
    NotToml(String),
    /// A clause does not read.
    #[error("clause `{clause}`: {mistake}")]
    Clause {
        /// The clause.
        clause: Arc<str>,
        /// What is wrong with it.
        mistake: Box<Mistake>,
    },
    /// Without a clause everybody would fit.
    #[error("a policy needs at least one clause")]
    NoClause,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Arc<str>,
    title: String,
    issuer: String,
    #[serde(default)]
    clause: IndexMap<Arc<str>, FileClause>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileClause {
    title: Title,
    when: String,
}

impl Policy {
    /// Reads a policy file against a dictionary of facts.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn parse(text: &str, dictionary: &Dictionary) -> Result<Self, PolicyError> {
        let file: File =
            toml::from_str(text).map_err(|error| PolicyError::NotToml(error.message().to_owned()))?;
        if file.clause.is_empty() {
            return Err(PolicyError::NoClause);
        }
        let mut clauses = IndexMap::new();
        for (name, clause) in file.clause {
            match Condition::parse(&clause.when, dictionary) {
                Ok(when) => drop(clauses.insert(name, Clause { title: clause.title, when })),
                Err(mistake) => return Err(PolicyError::Clause { clause: name, mistake: Box::new(mistake) }),
            }
        }
        Ok(Self { id: file.id, title: file.title, issuer: file.issuer, clauses })
    }
}

/// Says whether a company of which `facts` are known fits, and clause by clause why.
#[must_use]
pub fn decide(policy: &Policy, facts: &dyn Facts) -> (Verdict, Vec<Finding>) {
    let weighed = policy.clauses.iter().map(|(name, clause)| Finding {
        clause: name.clone(),
        truth: clause.when.truth(facts),
        missing: clause.when.unknowns(facts),
    });
    let findings: Vec<Finding> = weighed.collect();
    let verdict = match Truth::all(findings.iter().map(|finding| finding.truth)) {
        Truth::Yes => Verdict::Eligible,
        Truth::No => Verdict::Ineligible,
        Truth::Unknown => Verdict::Unknown,
    };
    (verdict, findings)
}
