//! What policies say of companies, with why, what is missing, and what to ask.
use super::company::{Company, load_company};
use super::connection::FitConnection;
use super::gate::{desk, language};
use super::id::NodeId;
use super::list::{Bounds, Cursors, cursor, encode, take};
use super::loader::company::{DecisionOf, FitPageOf, FitsFor, PolicyNamed};
use super::loader::load;
use super::policy::{Policy, PolicyField, title};
use super::scalar::{Date, DateTime};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use desk::{Evaluation, Fit, FitCursor, FitDecision, FitFilter, FitPlace, Truth, Value, ZoneLibrary, fen};
use policy::{ClauseFinding, Closed, Gain, Gap, UsedFact, Verdict};
use std::sync::Arc;

/// What a policy says of a company.
pub struct PolicyFit(pub(super) Fit);

/// What a policy says of a company.
#[Object]
impl PolicyFit {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Fit(self.0.policy.clone(), self.0.company).encode()
    }

    /// The policy; none once the zone has it no more.
    async fn policy(&self, ctx: &Context<'_>) -> Result<Option<Policy>> {
        Ok(load(ctx, PolicyNamed(self.0.policy.clone())).await?.map(Policy))
    }

    /// The company.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Company>> {
        load_company(ctx, self.0.company).await
    }

    /// Whether the company fits.
    async fn verdict(&self) -> PolicyVerdict {
        self.0.verdict.into()
    }

    /// Whether it does not, for want of at most two things that can be changed, by a fifth of their limit at most.
    async fn near(&self) -> bool {
        self.0.near
    }

    /// What it is worth at most, in fen, as far as that is known.
    async fn amount_fen(&self) -> Option<i64> {
        self.0.amount
    }

    /// The last day of the policy; none while it is open.
    async fn closes_on(&self) -> Option<Date> {
        self.0.closes_on.map(Date)
    }

    /// The unknown facts that keep it open.
    async fn lacks(&self, ctx: &Context<'_>) -> Result<Vec<PolicyField>> {
        let found = load(ctx, PolicyNamed(self.0.policy.clone())).await?;
        let field = |view: &desk::PolicyView, key: &String| PolicyField {
            library: view.library.clone(),
            key: key.clone(),
        };
        Ok(found.iter().flat_map(|view| self.0.lacks.iter().map(|key| field(view, key))).collect())
    }

    /// The day of which the verdict is.
    async fn as_of(&self) -> Date {
        Date(self.0.as_of)
    }

    /// When it was found.
    async fn matched_at(&self) -> DateTime {
        DateTime(self.0.matched_at)
    }

    /// Why, and what is missing: by the facts that count on a day.
    #[graphql(complexity = "5 + 2 * child_complexity")]
    async fn decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today without it.")] as_of: Option<Date>,
    ) -> Result<Option<PolicyDecision>> {
        let day = as_of.map_or_else(|| desk(ctx).map(desk::Desk::today), |day| Ok(day.0))?;
        let key = (self.0.policy.clone(), self.0.company, day);
        Ok(load(ctx, DecisionOf(key)).await?.map(PolicyDecision))
    }
}

/// What a policy says of a company on a day, and why.
pub struct PolicyDecision(FitDecision);

/// What a policy says of a company on a day, and why.
#[Object]
impl PolicyDecision {
    /// Whether the company fits.
    async fn verdict(&self) -> PolicyVerdict {
        self.0.decision.verdict.into()
    }

    /// The day on which the policy begins, if it says nothing before.
    async fn opens_on(&self) -> Option<Date> {
        match self.0.decision.closed {
            Some(Closed::NotBefore(day)) => Some(Date(day)),
            _ => None,
        }
    }

    /// The day on which the policy ended, if it says nothing since.
    async fn closed_since(&self) -> Option<Date> {
        match self.0.decision.closed {
            Some(Closed::Since(day)) => Some(Date(day)),
            _ => None,
        }
    }

    /// What each clause says, in the order of the paper.
    async fn clauses(&self, ctx: &Context<'_>) -> Vec<ClauseVerdict> {
        self.0.decision.clauses.iter().map(|clause| ClauseVerdict::of(ctx, &self.0, clause)).collect()
    }

    /// For each clause that fails, the smallest changes.
    async fn gaps(&self, ctx: &Context<'_>) -> Vec<PolicyGap> {
        self.0.decision.gaps.iter().map(|gap| PolicyGap::of(ctx, gap)).collect()
    }

    /// The first day on which time alone may have closed every gap.
    async fn possible_from(&self) -> Option<Date> {
        self.0.decision.possible_from.map(Date)
    }

    /// What the benefit comes to, as far as the facts say.
    async fn gains(&self) -> Vec<PolicyGain> {
        self.0.decision.gains.iter().map(PolicyGain::of).collect()
    }
}

/// What a clause says of a company.
#[derive(SimpleObject)]
pub struct ClauseVerdict {
    /// The clause.
    key: String,
    /// What people read.
    title: String,
    /// Whether it holds.
    truth: ClauseTruth,
    /// What is known of the fields it speaks of.
    facts: Vec<ClauseFact>,
    /// The unknown facts that keep it open.
    missing: Vec<PolicyField>,
}

/// A fact that a clause rests on.
#[derive(SimpleObject)]
pub struct ClauseFact {
    /// The field.
    field: PolicyField,
    /// What it is, for people.
    text: String,
    /// Whether it follows from other fields.
    derived: bool,
    /// Who or what says so.
    source: Option<String>,
    /// The day from which it is so.
    date: Option<Date>,
    /// Whether the company says so of itself.
    self_declared: bool,
    /// Whether it is contradicted by what was stated otherwise.
    contradicted: bool,
}

/// What would have to be otherwise for a clause that fails.
#[derive(SimpleObject)]
pub struct PolicyGap {
    /// The clause.
    clause: String,
    /// Sets of changes of which one suffices, the smallest first; none where nothing that can change would help.
    alternatives: Vec<Vec<String>>,
    /// The first day on which time alone has made one of them.
    possible_from: Option<Date>,
}

/// Something that a benefit comes to.
#[derive(SimpleObject)]
pub struct PolicyGain {
    /// What it is: `rate`, `amount`, `cap` and the like.
    output: String,
    /// How much; a range where facts are missing. Money in 元.
    text: String,
    /// Money in fen, where it is known.
    amount_fen: Option<i64>,
}

/// Something to ask a company.
pub struct PolicyQuestion(pub(super) desk::PolicyQuestion);

/// Something to ask a company.
#[Object]
impl PolicyQuestion {
    /// The field to ask for.
    async fn field(&self) -> PolicyField {
        PolicyField { library: self.0.library.clone(), key: self.0.question.field.to_string() }
    }

    /// How many policies it decides by itself, whatever the answer.
    async fn decides(&self) -> usize {
        self.0.question.decides.len()
    }

    /// How many policies some answers decide by themselves.
    async fn could_decide(&self) -> usize {
        self.0.question.could_decide.len()
    }

    /// In how many open policies it plays a part.
    async fn concerns(&self) -> usize {
        self.0.question.concerns.len()
    }

    /// The most money of the policies that it could decide, in fen, as far as that is known.
    async fn worth_fen(&self) -> Option<i64> {
        fen(&self.0.question.worth)
    }
}

/// Whether a company fits.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum PolicyVerdict {
    /// Every clause holds.
    Eligible,
    /// It depends on facts that nobody gave.
    Unknown,
    /// A clause does not hold, whatever else is known.
    Ineligible,
}

impl From<Verdict> for PolicyVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Eligible => Self::Eligible,
            Verdict::Unknown => Self::Unknown,
            Verdict::Ineligible => Self::Ineligible,
        }
    }
}

impl From<PolicyVerdict> for Verdict {
    fn from(verdict: PolicyVerdict) -> Self {
        match verdict {
            PolicyVerdict::Eligible => Self::Eligible,
            PolicyVerdict::Unknown => Self::Unknown,
            PolicyVerdict::Ineligible => Self::Ineligible,
        }
    }
}

/// Whether a clause holds.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum ClauseTruth {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Nobody knows.
    Unknown,
}

/// What decides which question is the best.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum QuestionRank {
    /// How many policies it could decide.
    Policies,
    /// How much money it could decide about.
    Money,
}

/// In which order fits come.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum FitOrder {
    /// What is worth most first; what is worth nobody knows how much last.
    Money,
    /// What closes first.
    Deadline,
}

/// Which fits; all conditions hold together.
#[derive(InputObject, Default)]
pub struct FitFilterInput {
    /// With one of these verdicts.
    verdicts: Option<Vec<PolicyVerdict>>,
    /// Near, or not.
    near: Option<bool>,
    /// Kept open by this fact: the key of its field.
    lacks: Option<String>,
}

/// A page of fits.
pub(super) async fn fit_page(
    ctx: &Context<'_>,
    of: FitsFor,
    (filter, order): (FitFilterInput, Option<FitOrder>),
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<FitConnection> {
    let order = match order {
        Some(FitOrder::Deadline) => desk::FitOrder::Deadline,
        Some(FitOrder::Money) | None => desk::FitOrder::Money,
    };
    let filter = FitFilter {
        verdicts: filter.verdicts.unwrap_or_default().into_iter().map(Into::into).collect(),
        near: filter.near,
        lacks: filter.lacks,
    };
    let place = FitPlace { order, take: take(bounds)?, after: cursor(after)?, before: cursor(before)? };
    let context = (of.clone(), filter.clone());
    let Some(page) = load(ctx, FitPageOf { of, filter, place }).await? else {
        return Ok(FitConnection { edges: vec![], has_previous: false, has_next: false, context });
    };
    let edge = |fit: Fit| (encode(&FitCursor::of(&fit, order)), PolicyFit(fit));
    let edges = page.items.into_iter().map(edge).collect();
    Ok(FitConnection { edges, has_previous: page.has_previous, has_next: page.has_next, context })
}

impl ClauseVerdict {
    fn of(ctx: &Context<'_>, found: &FitDecision, clause: &ClauseFinding) -> Self {
        Self {
            key: clause.clause.to_string(),
            title: title(ctx, &clause.title).to_owned(),
            truth: match clause.truth {
                Truth::Yes => ClauseTruth::Yes,
                Truth::No => ClauseTruth::No,
                Truth::Unknown => ClauseTruth::Unknown,
            },
            facts: clause.facts.iter().map(|fact| ClauseFact::of(ctx, found, fact)).collect(),
            missing: clause.missing.iter().map(|key| field(&found.library, key)).collect(),
        }
    }
}

impl ClauseFact {
    fn of(ctx: &Context<'_>, found: &FitDecision, fact: &UsedFact) -> Self {
        let counts = found.facts.get(&*fact.field);
        Self {
            field: field(&found.library, &fact.field),
            text: found.library.said(&fact.field, fact.value.as_ref(), language(ctx)),
            derived: fact.derived,
            source: fact.source.clone(),
            date: fact.date.map(Date),
            self_declared: counts.is_some_and(|counts| counts.fact.self_declared),
            contradicted: counts.is_some_and(|counts| !counts.conflicts.is_empty()),
        }
    }
}

impl PolicyGap {
    fn of(ctx: &Context<'_>, gap: &Gap) -> Self {
        let set = |set: &Vec<policy::GapChange>| {
            set.iter().map(|change| title(ctx, &change.text).to_owned()).collect()
        };
        Self {
            clause: gap.clause.to_string(),
            alternatives: gap.alternatives.iter().map(set).collect(),
            possible_from: gap.possible_from.map(Date),
        }
    }
}

impl PolicyGain {
    fn of(gain: &Gain) -> Self {
        let known = match &gain.value {
            Evaluation::Value(Value::Number(number)) if gain.output.is_money() => fen(number),
            _ => None,
        };
        Self { output: gain.output.key().to_owned(), text: told(&gain.value), amount_fen: known }
    }
}

/// A value, or what it can still be.
fn told(value: &Evaluation) -> String {
    match value {
        Evaluation::Value(value) => value.to_string(),
        Evaluation::Range { low, high } => {
            let end = |end: &Option<desk::Number>| end.as_ref().map_or("?".to_owned(), ToString::to_string);
            format!("{} – {}", end(low), end(high))
        }
        Evaluation::OneOf(values) => values.iter().map(Value::to_string).collect::<Vec<_>>().join(" / "),
        Evaluation::Absent | Evaluation::Unknown => "?".to_owned(),
    }
}

fn field(library: &Arc<ZoneLibrary>, key: &str) -> PolicyField {
    PolicyField { library: library.clone(), key: key.to_owned() }
}
