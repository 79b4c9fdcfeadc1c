//! Which company fits which policy, as far as it was found, and the policies that a zone published itself.
//!
//! A row says what was found as of a day. Why, and what is missing, follows from the facts and is not stored.
mod write;

use crate::company::{position, theirs};
use crate::connection::Store;
use crate::decode::{self, corrupt};
use crate::entity::policy_fit::{Column, Entity, Model};
use crate::error::StoreError;
use crate::page::{PAGE_MOST, Page, Take};
use crate::viewer::Viewer;
use ::policy::Verdict;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr, WindowStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;
use workflow::ids::CompanyId;

/// Stands for no last day, so that it sorts last.
const OPEN: &str = "9999-12-31";

/// What a policy says of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The policy.
    pub policy: String,
    /// The company.
    pub company: CompanyId,
    /// The SHA-256 of the policy's text in hexadecimal.
    pub digest: String,
    /// Whether the company fits.
    pub verdict: Verdict,
    /// Whether it does not, for want of little that can be changed.
    pub near: bool,
    /// What each clause says, a letter each: `y`, `n` or `u`.
    pub truths: String,
    /// What it is worth at most, in fen, as far as that is known.
    pub amount: Option<i64>,
    /// The last day of the policy.
    pub closes_on: Option<Date>,
    /// The unknown facts that keep it open.
    pub lacks: Vec<String>,
    /// The day of which the verdict is.
    pub as_of: Date,
    /// When it was found.
    pub matched_at: Timestamp,
}

/// Says which fits are asked for; what is left empty does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct FitFilter {
    /// With one of these verdicts.
    pub verdicts: Vec<Verdict>,
    /// Near, or not.
    pub near: Option<bool>,
    /// Kept open by this fact.
    pub lacks: Option<String>,
}

/// Says in which order fits come; of equals the policies by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitOrder {
    /// What is worth most first; what is worth nobody knows how much last.
    Money,
    /// What closes first.
    Deadline,
}

/// A place in an ordered list of fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FitCursor {
    order: FitOrder,
    key: FitKey,
    policy: String,
    company: CompanyId,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FitKey {
    Money(i64),
    Day(String),
}

/// Whose fits are asked for: each key has a page of its own.
#[derive(Debug, Clone, Copy)]
pub enum FitsOf<'a> {
    /// Those of these companies.
    Companies(&'a [CompanyId]),
    /// Those of these policies.
    Policies(&'a [String]),
}

/// A page to take of each list of fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FitPlace {
    /// In which order.
    pub order: FitOrder,
    /// How many, from which end.
    pub take: Take,
    /// Only what comes after this place.
    pub after: Option<FitCursor>,
    /// Only what comes before this place.
    pub before: Option<FitCursor>,
}

/// How many companies a policy says what of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FitTally {
    /// They fit.
    pub eligible: i64,
    /// They do not, for want of little.
    pub near: i64,
    /// It depends on what nobody said.
    pub unknown: i64,
    /// They do not fit, the near ones left aside.
    pub ineligible: i64,
}

impl FitCursor {
    /// The place of a fit in a list of this order.
    #[must_use]
    pub fn of(fit: &Fit, order: FitOrder) -> Self {
        let key = match order {
            FitOrder::Money => FitKey::Money(-fit.amount.unwrap_or(-1)),
            FitOrder::Deadline => FitKey::Day(closing(fit.closes_on)),
        };
        Self { order, key, policy: fit.policy.clone(), company: fit.company }
    }
}

impl FitsOf<'_> {
    fn of(self, viewer: &Viewer) -> Condition {
        let all = Condition::all().add(Column::ZoneId.eq(viewer.zone().0));
        let all = all.add_option(viewer.company().map(|own| Column::CompanyId.eq(own.0)));
        match self {
            Self::Companies(ids) => all.add(Column::CompanyId.is_in(ids.iter().map(|id| id.0))),
            Self::Policies(ids) => all.add(Column::Policy.is_in(ids.iter().map(String::as_str))),
        }
    }

    /// The key that a fit is listed under.
    fn key(self, fit: &Fit) -> String {
        match self {
            Self::Companies(_) => fit.company.0.to_string(),
            Self::Policies(_) => fit.policy.clone(),
        }
    }

    const fn column(self) -> Column {
        match self {
            Self::Companies(_) => Column::CompanyId,
            Self::Policies(_) => Column::Policy,
        }
    }
}

impl Store {
    /// Lists one page of the fits of each company or policy by one statement, by the company's id as text or by the
    /// policy; those without any are left out.
    ///
    /// # Errors
    /// [`StoreError::ForeignCursor`] when a cursor is of another order, [`StoreError::Corrupt`] for a damaged row.
    pub async fn fit_pages(
        &self,
        viewer: &Viewer,
        of: FitsOf<'_>,
        filter: &FitFilter,
        place: &FitPlace,
    ) -> Result<HashMap<String, Page<Fit>>, StoreError> {
        let (count, backward) = match place.take {
            Take::First(count) => (Ord::min(count, PAGE_MOST), false),
            Take::Last(count) => (Ord::min(count, PAGE_MOST), true),
        };
        let wanted = of.of(viewer).add(self.fit_narrowed(filter)).add(beyond(place)?);
        let way = if backward { Order::Desc } else { Order::Asc };
        let mut numbered = WindowStatement::partition_by(of.column());
        for part in sorted(place.order) {
            numbered.order_by_expr(part, way.clone());
        }
        let numbered = Query::select()
            .columns([Column::Policy, Column::CompanyId])
            .expr_window_as(Func::cust("ROW_NUMBER"), numbered, "place")
            .from(Entity)
            .cond_where(wanted)
            .take();
        // One more of each than asked tells whether the list goes on.
        let near = Query::select()
            .columns([Column::Policy, Column::CompanyId])
            .from_subquery(numbered, "numbered")
            .and_where(Expr::col("place").lte(i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1)))
            .take();
        let pair = Expr::tuple([Expr::col(Column::Policy), Expr::col(Column::CompanyId)]);
        let mut select = Entity::find().filter(of.of(viewer)).filter(pair.in_subquery(near));
        for part in sorted(place.order) {
            select = select.order_by(part, way.clone());
        }
        let (has_next, has_previous) =
            (backward && place.before.is_some(), !backward && place.after.is_some());
        let mut pages: HashMap<String, Page<Fit>> = HashMap::new();
        for row in decode::rows(&self.reading(viewer.zone()).await?, select).await? {
            let fit = fit(row)?;
            let empty = || Page { items: Vec::new(), has_next, has_previous };
            let page = pages.entry(of.key(&fit)).or_insert_with(empty);
            match (page.items.len() as u64 >= count, backward) {
                (false, _) => page.items.push(fit),
                (true, true) => page.has_previous = true,
                (true, false) => page.has_next = true,
            }
        }
        if backward {
            for page in pages.values_mut() {
                page.items.reverse();
            }
        }
        Ok(pages)
    }

    /// Counts the fits of each company or policy, under keys as those of [`Store::fit_pages`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn fit_counts(
        &self,
        viewer: &Viewer,
        of: FitsOf<'_>,
        filter: &FitFilter,
    ) -> Result<HashMap<String, i64>, StoreError> {
        let select = Entity::find().select_only().column_as(Column::ZoneId.count(), "count");
        let select = select.filter(of.of(viewer)).filter(self.fit_narrowed(filter));
        Ok(match of {
            FitsOf::Companies(_) => {
                let select = select.column(Column::CompanyId).group_by(Column::CompanyId);
                let rows: Vec<(i64, Uuid)> =
                    select.into_tuple().all(&self.reading(viewer.zone()).await?).await?;
                rows.into_iter().map(|(count, id)| (id.to_string(), count)).collect()
            }
            FitsOf::Policies(_) => {
                let select = select.column(Column::Policy).group_by(Column::Policy);
                let rows: Vec<(i64, String)> =
                    select.into_tuple().all(&self.reading(viewer.zone()).await?).await?;
                rows.into_iter().map(|(count, policy)| (policy, count)).collect()
            }
        })
    }

    /// Counts the companies of each policy by what it says of them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fit_tallies(
        &self,
        viewer: &Viewer,
        policies: &[String],
    ) -> Result<HashMap<String, FitTally>, StoreError> {
        let select = Entity::find().select_only().columns([Column::Policy, Column::Verdict, Column::Near]);
        let select =
            select.column_as(Column::ZoneId.count(), "count").filter(FitsOf::Policies(policies).of(viewer));
        let select = select.group_by(Column::Policy).group_by(Column::Verdict).group_by(Column::Near);
        let rows: Vec<(String, String, bool, i64)> =
            select.into_tuple().all(&self.reading(viewer.zone()).await?).await?;
        let mut tallies: HashMap<String, FitTally> = HashMap::new();
        for (policy, verdict, near, count) in rows {
            let tally = tallies.entry(policy).or_default();
            match (verdict.as_str(), near) {
                ("eligible", _) => tally.eligible += count,
                ("unknown", _) => tally.unknown += count,
                (_, true) => tally.near += count,
                (_, false) => tally.ineligible += count,
            }
        }
        Ok(tallies)
    }

    /// Finds fits by policy and company with one statement, in no particular order; those not seen are left out.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a damaged row.
    pub async fn fit_batch(
        &self,
        viewer: &Viewer,
        keys: &[(String, CompanyId)],
    ) -> Result<Vec<Fit>, StoreError> {
        let companies: Vec<CompanyId> = keys.iter().map(|key| key.1).collect();
        let policies = Column::Policy.is_in(keys.iter().map(|key| key.0.as_str()));
        let select = Entity::find().filter(theirs(viewer, Column::ZoneId, Column::CompanyId, &companies));
        let rows = decode::rows(&self.reading(viewer.zone()).await?, select.filter(policies)).await?;
        let fits: Vec<Fit> = rows.into_iter().map(fit).collect::<Result<_, _>>()?;
        let asked =
            |fit: &Fit| keys.iter().any(|(policy, company)| *policy == fit.policy && *company == fit.company);
        Ok(fits.into_iter().filter(asked).collect())
    }

    /// Lists the fits of these companies that the viewer sees.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a damaged row.
    pub async fn fit_list(&self, viewer: &Viewer, companies: &[CompanyId]) -> Result<Vec<Fit>, StoreError> {
        let select = Entity::find().filter(FitsOf::Companies(companies).of(viewer));
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(fit).collect()
    }

    fn fit_narrowed(&self, filter: &FitFilter) -> Condition {
        let verdicts = (!filter.verdicts.is_empty())
            .then(|| Column::Verdict.is_in(filter.verdicts.iter().map(|verdict| verdict.key())));
        let lacks = filter.lacks.as_deref().map(|field| {
            let place = Func::cust(position(self.unzoned().get_database_backend()));
            let quoted = serde_json::Value::from(field).to_string();
            Expr::expr(place.arg(Expr::col(Column::Lacks)).arg(quoted)).gt(0)
        });
        Condition::all()
            .add_option(verdicts)
            .add_option(filter.near.map(|near| Column::Near.eq(near)))
            .add_option(lacks)
    }
}

/// What a list of fits is sorted by, all of it upward.
fn sorted(order: FitOrder) -> [SimpleExpr; 3] {
    let key = match order {
        FitOrder::Money => {
            let amount = Func::coalesce([Expr::col(Column::Amount), Expr::val(-1_i64)]);
            Expr::val(0_i64).sub(Expr::expr(amount))
        }
        FitOrder::Deadline => Expr::col(Column::ClosesOn),
    };
    [key, Expr::col(Column::Policy), Expr::col(Column::CompanyId)]
}

/// What lies between the cursors.
fn beyond(place: &FitPlace) -> Result<Condition, StoreError> {
    let at = |cursor: &FitCursor| {
        let key = match (&cursor.key, place.order) {
            (FitKey::Money(key), FitOrder::Money) if cursor.order == place.order => Expr::val(*key),
            (FitKey::Day(day), FitOrder::Deadline) if cursor.order == place.order => Expr::val(day.as_str()),
            _ => return Err(StoreError::ForeignCursor),
        };
        Ok(Expr::tuple([key, Expr::val(cursor.policy.as_str()), Expr::val(cursor.company.0)]))
    };
    let after = place.after.as_ref().map(at).transpose()?;
    let before = place.before.as_ref().map(at).transpose()?;
    Ok(Condition::all()
        .add_option(after.map(|after| Expr::tuple(sorted(place.order)).gt(after)))
        .add_option(before.map(|before| Expr::tuple(sorted(place.order)).lt(before))))
}

fn closing(day: Option<Date>) -> String {
    day.map_or_else(|| OPEN.to_owned(), |day| day.to_string())
}

fn fit(row: Model) -> Result<Fit, StoreError> {
    let bad = |column| corrupt("policy_fit", column, &format!("{}/{}", row.policy, row.company_id));
    let verdicts = [Verdict::Eligible, Verdict::Ineligible, Verdict::Unknown];
    let verdict = verdicts.into_iter().find(|verdict| verdict.key() == row.verdict);
    let closes_on = row.closes_on.parse::<Date>().map_err(|_| bad("closes_on"))?;
    Ok(Fit {
        company: CompanyId(row.company_id),
        verdict: verdict.ok_or_else(|| bad("verdict"))?,
        closes_on: (row.closes_on != OPEN).then_some(closes_on),
        lacks: decode::json(&row.lacks).ok_or_else(|| bad("lacks"))?,
        as_of: row.as_of.parse().map_err(|_| bad("as_of"))?,
        matched_at: decode::instant(row.matched_at).ok_or_else(|| bad("matched_at"))?,
        near: row.near,
        amount: row.amount,
        digest: row.digest,
        truths: row.truths,
        policy: row.policy,
    })
}
