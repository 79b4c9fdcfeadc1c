//! A budget and the claims on it: who gets how much, to the fen.
//!
//! Rules act one after the other, each on what the ones before it left:
//!
//! 1. a policy's **quota**: of its claims those of the best ranks;
//! 2. a **company's cap**: what one company gets in all;
//! 3. a **policy's cap**: what one policy gives in all;
//! 4. the **pool**: what there is.
//!
//! Where amounts are above a cap or the pool they are cut pro rata (Shenzhen Longgang 2026: "if the total exceeds the
//! budget, awards are cut in proportion"; workflows.md 2.4). The fen that the division leaves over go one each to the
//! largest remainders, among equal ones to the claim that was filed first, then to the lesser id. So what is granted adds
//! up to the lesser of the cap and the sum exactly, and nobody gets more than was claimed.
//!
//! A larger pool never takes from anybody more than that one fen of rounding; no rule of rounding that stays this near to
//! the proportion can promise the last fen as well (the paradox of Alabama), unless it deals out fen by fen.
#[cfg(test)]
mod tests;

use super::Fen;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a company is entitled to under a policy, before the budget is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name: the number of the application.
    pub id: Arc<str>,
    /// Whose it is.
    pub company: Arc<str>,
    /// Under which policy.
    pub policy: Arc<str>,
    /// When it was filed.
    pub filed: Timestamp,
    /// Its place in the review, from one; needed where its policy has a quota. Equal places go by order of filing.
    pub rank: Option<u32>,
    /// How much it is.
    pub amount: Fen,
}

/// What there is to give, and its limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budget {
    /// What there is.
    pub pool: Fen,
    /// The most that one company gets out of it.
    pub company_cap: Option<Fen>,
    /// How many claims of a policy are met at most.
    pub quotas: BTreeMap<Arc<str>, usize>,
    /// The most that a policy gives out of it.
    pub policy_caps: BTreeMap<Arc<str>, Fen>,
}

/// What everybody gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// For each claim, in the order they were given.
    pub grants: Vec<Granted>,
    /// What is left of the pool.
    pub left: Fen,
}

/// What one claim gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The claim.
    pub claim: Arc<str>,
    /// How much.
    pub amount: Fen,
    /// Why it is less than claimed, in the order of the rules.
    pub cuts: Vec<Cut>,
}

/// A rule that made a grant less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The rule.
    pub rule: Rule,
    /// What it was before.
    pub from: Fen,
    /// What it is after.
    pub to: Fen,
}

/// Says what can make a grant less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It is ranked beyond those that are met.
    Quota {
        /// Its place, from one, equal ranks told apart.
        place: usize,
        /// How many are met.
        most: usize,
    },
    /// Its company is entitled to more than one company gets.
    Company {
        /// What one gets.
        most: Fen,
        /// What it would be.
        asked: u128,
    },
    /// Its policy comes to more than it gives.
    Policy {
        /// What it gives.
        most: Fen,
        /// What it would be.
        asked: u128,
    },
    /// All come to more than there is.
    Pool {
        /// What there is.
        most: Fen,
        /// What it would be.
        asked: u128,
    },
}

impl Rule {
    /// Says it in Chinese and in English.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        let yuan = |fen: u128| format!("{}.{:02}", fen / 100, fen % 100);
        match self {
            Self::Quota { place, most } => (
                format!("名额 {most} 个，排名第 {place}"),
                format!("{most} are met, and it is in place {place}"),
            ),
            Self::Company { most, asked } => (
                format!("同一企业最高 {most} 元，应得合计 {} 元，按比例核减", yuan(*asked)),
                format!(
                    "a company gets {most} yuan at most; its {} yuan are cut in proportion",
                    yuan(*asked)
                ),
            ),
            Self::Policy { most, asked } => (
                format!("本政策最高 {most} 元，应付合计 {} 元，按比例核减", yuan(*asked)),
                format!("the policy gives {most} yuan at most; {} yuan are cut in proportion", yuan(*asked)),
            ),
            Self::Pool { most, asked } => (
                format!("预算 {most} 元，应付合计 {} 元，按比例核减", yuan(*asked)),
                format!("the budget is {most} yuan; {} yuan are cut in proportion", yuan(*asked)),
            ),
        }
    }
}

/// Says why a budget cannot be parted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BudgetError {
    /// Two claims have one name.
    #[error("every claim is named once; `{0}` is named twice")]
    Twice(Arc<str>),
    /// A quota goes by rank, and a claim has none.
    #[error("policy `{policy}` has a quota, so every claim needs its rank in the review; `{claim}` has none")]
    NoRank {
        /// The claim.
        claim: Arc<str>,
        /// Its policy.
        policy: Arc<str>,
    },
}

impl BudgetError {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Twice(claim) => format!("申请 `{claim}` 出现了两次"),
            Self::NoRank { claim, policy } => {
                format!("政策 `{policy}` 有名额限制，每件申请须有评审名次；`{claim}` 没有名次")
            }
        }
    }
}

/// Parts a budget among the claims on it.
///
/// # Errors
/// Two claims of one name, or a claim without a rank under a policy with a quota.
pub fn allocate(claims: &[Claim], budget: &Budget) -> Result<Allocation, BudgetError> {
    let mut seen = BTreeSet::new();
    for claim in claims {
        if !seen.insert(&claim.id) {
            return Err(BudgetError::Twice(claim.id.clone()));
        }
        if claim.rank.is_none() && budget.quotas.contains_key(&claim.policy) {
            let (claim, policy) = (claim.id.clone(), claim.policy.clone());
            return Err(BudgetError::NoRank { claim, policy });
        }
    }
    // All rules go by order of filing, so that the order in which claims are given says nothing.
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by_key(|place| claims.get(*place).map(|claim| (claim.filed, &claim.id)));
    let mut parting = Parting {
        rows: order
            .iter()
            .filter_map(|place| claims.get(*place))
            .map(|claim| Row { claim, amount: claim.amount, cuts: vec![] })
            .collect(),
    };
    for (policy, most) in &budget.quotas {
        parting.keep_best(policy, *most);
    }
    if let Some(most) = budget.company_cap {
        let companies: BTreeSet<&Arc<str>> = claims.iter().map(|claim| &claim.company).collect();
        for company in companies {
            parting.cut(most, |claim| claim.company == *company, |asked| Rule::Company { most, asked });
        }
    }
    for (policy, most) in &budget.policy_caps {
        let most = *most;
        parting.cut(most, |claim| claim.policy == *policy, |asked| Rule::Policy { most, asked });
    }
    parting.cut(budget.pool, |_| true, |asked| Rule::Pool { most: budget.pool, asked });
    let left = budget.pool.minus(parting.rows.iter().map(|row| row.amount).sum());
    let mut grants: Vec<(usize, Granted)> =
        order.into_iter().zip(parting.rows.into_iter().map(Row::granted)).collect();
    grants.sort_by_key(|(place, _)| *place);
    Ok(Allocation { grants: grants.into_iter().map(|(_, granted)| granted).collect(), left })
}

/// Claims in order of filing, with what each still gets.
struct Parting<'c> {
    rows: Vec<Row<'c>>,
}

struct Row<'c> {
    claim: &'c Claim,
    amount: Fen,
    cuts: Vec<Cut>,
}

impl Row<'_> {
    fn set(&mut self, to: Fen, rule: Rule) {
        if to < self.amount {
            self.cuts.push(Cut { rule, from: self.amount, to });
            self.amount = to;
        }
    }

    fn granted(self) -> Granted {
        Granted { claim: self.claim.id.clone(), amount: self.amount, cuts: self.cuts }
    }
}

impl Parting<'_> {
    /// Leaves nothing to claims of a policy beyond the best `most`. Sorting is stable: equal ranks go by filing.
    fn keep_best(&mut self, policy: &str, most: usize) {
        let mut ranked: Vec<&mut Row> =
            self.rows.iter_mut().filter(|row| *row.claim.policy == *policy).collect();
        ranked.sort_by_key(|row| row.claim.rank);
        for (place, row) in ranked.into_iter().enumerate().skip(most) {
            row.set(Fen::ZERO, Rule::Quota { place: place + 1, most });
        }
    }

    /// Cuts those that belong together to `most`.
    fn cut(&mut self, most: Fen, belongs: impl Fn(&Claim) -> bool, rule: impl Fn(u128) -> Rule) {
        let mut rows: Vec<&mut Row> = self.rows.iter_mut().filter(|row| belongs(row.claim)).collect();
        let amounts: Vec<Fen> = rows.iter().map(|row| row.amount).collect();
        let asked = Fen::total(amounts.iter().copied());
        for (row, to) in rows.iter_mut().zip(pro_rata(most, &amounts)) {
            row.set(to, rule(asked));
        }
    }
}

/// Parts `pool` in proportion to amounts that come to more; leaves them as they are where they do not. What the division
/// leaves over goes one fen each to the largest remainders, the first of equal ones first.
#[must_use]
pub fn pro_rata(pool: Fen, amounts: &[Fen]) -> Vec<Fen> {
    let total = Fen::total(amounts.iter().copied());
    if total <= u128::from(pool.get()) {
        return amounts.to_vec();
    }
    // Two numbers of 64 bits: their product has 128.
    let exact = |amount: &Fen| u128::from(pool.get()) * u128::from(amount.get());
    let mut shares: Vec<Fen> =
        amounts.iter().map(|amount| Fen::MOST.at_most(exact(amount) / total)).collect();
    let left = u128::from(pool.get()) - Fen::total(shares.iter().copied());
    let mut remainders: Vec<(u128, &mut Fen)> =
        amounts.iter().map(|amount| exact(amount) % total).zip(&mut shares).collect();
    remainders.sort_by(|(one, _), (other, _)| other.cmp(one));
    // There are at least as many remainders above nothing as fen are left, so nobody gets more than the amount.
    for (_, share) in remainders.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        *share = share.plus(Fen::ONE);
    }
    shares
}
