//! The next best question: the fact that decides most policies, or about most money.
use crate::{FactFile, Library, Verdict};
use condition::Number;
use indexmap::IndexMap;
use jiff::civil::Date;
use std::sync::Arc;

/// An unknown fact, and what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The field to ask for.
    pub field: Arc<str>,
    /// The policies that it decides by itself, whatever the answer.
    pub decides: Vec<Arc<str>>,
    /// The policies that some answers decide by themselves.
    pub could_decide: Vec<Arc<str>>,
    /// The open policies in which it plays a part.
    pub concerns: Vec<Arc<str>>,
    /// The most money of the policies that it could decide, in 元, as far as that is known.
    pub worth: Number,
}

/// Says which question is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// The one that could decide most policies; of equals what always does, then what concerns most.
    Policies,
    /// The one that could decide about most money; of equals, most policies.
    Money,
}

/// Ranks what is not known, over all policies in force on a day, the best question first.
#[must_use]
pub fn questions(library: &Library, file: &FactFile, day: Date, rank: Rank) -> Vec<Question> {
    let facts = file.as_of(Some(day));
    let mut found: IndexMap<Arc<str>, Question> = IndexMap::new();
    for policy in library.policies.values().filter(|policy| policy.closed(day).is_none()) {
        let criteria = policy.criteria();
        if Verdict::from(criteria.truth(&facts)) != Verdict::Unknown {
            continue;
        }
        let questions = criteria.questions(&facts);
        let alone =
            |sets: &[Vec<Arc<str>>], field: &Arc<str>| sets.iter().any(|set| **set == [field.clone()]);
        let worth = policy.benefit.worth(&facts).unwrap_or_else(|| Number::from(0));
        let mut fields = criteria.unknowns(&facts);
        let listed = questions.could_decide.iter().chain(&questions.always_decides).flatten();
        for field in listed {
            if !fields.contains(field) {
                fields.push(field.clone());
            }
        }
        for field in fields {
            let question = found.entry(field.clone()).or_insert_with(|| Question {
                field: field.clone(),
                decides: vec![],
                could_decide: vec![],
                concerns: vec![],
                worth: Number::from(0),
            });
            question.concerns.push(policy.id.clone());
            if alone(&questions.always_decides, &field) {
                question.decides.push(policy.id.clone());
            }
            if alone(&questions.could_decide, &field) {
                question.could_decide.push(policy.id.clone());
                question.worth = question.worth.plus(&worth).unwrap_or_else(|| question.worth.clone());
            }
        }
    }
    let mut questions: Vec<Question> = found.into_values().collect();
    questions.sort_by(|one, other| {
        let counts = |question: &Question| {
            (question.could_decide.len(), question.decides.len(), question.concerns.len())
        };
        let worth = other.worth.cmp(&one.worth);
        let most = counts(other).cmp(&counts(one));
        if rank == Rank::Money { worth.then(most) } else { most.then(worth) }
    });
    questions
}
