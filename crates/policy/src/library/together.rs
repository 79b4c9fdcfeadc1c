//! What a company enjoys together: the rules of the papers, and the best that they allow.
use super::Library;
use crate::award::Fen;
use crate::award::combination::{Combination, CombinationError, Offer, Stack, combine};
use crate::benefit::is_money;
use crate::facts::KnownThen;
use crate::finding::{Finding, Flaw, Source, nearest_key};
use crate::policy::{FileStack, StackRule};
use crate::{Output, Policy, Verdict};
use condition::{Dictionary, Evaluation, Expression, Facts, Mistake, Value};
use indexmap::IndexMap;
use std::sync::Arc;

/// The best a company can enjoy, and what no amount is known of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enjoyed {
    /// Of the benefits whose amount is exact.
    pub combination: Combination,
    /// Policies it fits whose benefit is no amount of money, or is not known to the fen.
    pub unpriced: Vec<Arc<str>>,
}

/// Reads the stacks of a policy.
pub(super) fn stacks(
    file: &IndexMap<Arc<str>, FileStack>,
    ids: &[Arc<str>],
    dictionary: &Dictionary,
    echoes: &dyn Fn(&Mistake) -> bool,
    source: Source<'_>,
    findings: &mut Vec<Finding>,
) -> IndexMap<Arc<str>, StackRule> {
    let mut stacks = IndexMap::new();
    for (name, stack) in file {
        for (index, other) in stack.with.iter().enumerate().filter(|(_, other)| !ids.contains(other)) {
            let path = ["stack".into(), name.into(), "with".into(), index.into()];
            findings
                .push(source.finding(&path, Flaw::NoPolicy(other.clone(), nearest_key(other, ids.iter()))));
        }
        let path = ["stack".into(), name.into(), "most".into()];
        match Expression::parse(&stack.most, dictionary) {
            Ok(most) if is_money(most.kind()) => {
                let (title, with) = (stack.title.clone(), stack.with.clone());
                stacks.insert(name.clone(), StackRule { title, with, most });
            }
            Ok(_) => findings.push(source.finding(
                &path,
                Flaw::Field("what a stack comes to at most is money", "限额组的上限应为货币"),
            )),
            Err(mistake) if echoes(&mistake) => {}
            Err(mistake) => findings.push(source.mistake(&path, &mistake)),
        }
    }
    stacks
}

impl Library {
    /// Finds the best that a company can enjoy together of the policies it fits: [`combine`] by `highest_of`,
    /// `exclusive_with` and the stacks of the papers.
    ///
    /// # Errors
    /// A stack whose limit the facts do not give; what [`combine`] refuses.
    pub fn enjoyed(&self, facts: KnownThen<'_>) -> Result<Enjoyed, CombinationError> {
        let fits = |policy: &&Policy| policy.verdict(facts) == Verdict::Eligible;
        let (mut offers, mut unpriced) = (vec![], vec![]);
        for policy in self.policies.values().filter(fits) {
            match policy.benefit.exactly(&facts) {
                Some(worth) => offers.push(Offer {
                    id: policy.id.clone(),
                    worth,
                    kind: policy.highest_of.clone(),
                    excludes: policy.exclusive_with.iter().cloned().collect(),
                }),
                None => unpriced.push(policy.id.clone()),
            }
        }
        let mut stacks = vec![];
        for policy in self.policies.values() {
            for (name, rule) in &policy.stacks {
                let members: Vec<&Arc<str>> = rule.with.iter().chain([&policy.id]).collect();
                if !offers.iter().any(|offer| members.contains(&&offer.id)) {
                    continue;
                }
                let id: Arc<str> = format!("{}.{name}", policy.id).into();
                let most = exactly(&rule.most, &facts).ok_or_else(|| CombinationError::Limit(id.clone()))?;
                stacks.push(Stack { id, members: members.into_iter().cloned().collect(), most });
            }
        }
        Ok(Enjoyed { combination: combine(&offers, &stacks)?, unpriced })
    }
}

impl crate::Benefit {
    /// What it comes to, where that is an amount of money known to the fen.
    #[must_use]
    pub fn exactly(&self, facts: &dyn Facts) -> Option<Fen> {
        let gain = self.gains(facts).into_iter().find(|gain| gain.output == Output::Amount)?;
        match gain.value {
            Evaluation::Value(Value::Number(yuan)) => Fen::of_yuan(&yuan),
            _ => None,
        }
    }
}

fn exactly(most: &Expression, facts: &dyn Facts) -> Option<Fen> {
    match crate::benefit::in_yuan(most.value(facts), most.kind()) {
        Evaluation::Value(Value::Number(yuan)) => Fen::of_yuan(&yuan),
        _ => None,
    }
}
