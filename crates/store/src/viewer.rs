//! Who reads, and what of it they see. Every read of a zone's content passes through one of these conditions.
use crate::entity::{case_assignment, case_file, company, person};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use workflow::ids::{CaseId, CompanyId, PersonId, UnitId, ZoneId};

/// Names who reads. A read without a viewer does not exist, except of what comes before one: sign-in, and the loops
/// that go zone by zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// The program itself, in one zone: it sees all of it.
    System(ZoneId),
    /// A person, in their zone.
    Person {
        /// The zone they signed in to.
        zone: ZoneId,
        /// Who they are.
        person: PersonId,
        /// What they see.
        scope: Scope,
    },
}

/// Says what of a zone's cases a person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Zone,
    /// Those assigned to this unit, or to the person alone.
    Unit(UnitId),
    /// Those of this company; of companies this one; of people its own and the staff.
    Company(CompanyId),
    /// None; no companies either, and of people only oneself.
    Nothing,
}

impl Viewer {
    /// The zone that is read.
    #[must_use]
    pub const fn zone(&self) -> ZoneId {
        match *self {
            Self::System(zone) | Self::Person { zone, .. } => zone,
        }
    }

    pub(crate) fn cases(&self) -> Condition {
        let seen = Condition::all().add(case_file::Column::ZoneId.eq(self.zone().0));
        match *self {
            Self::System(_) | Self::Person { scope: Scope::Zone, .. } => seen,
            Self::Person { scope: Scope::Company(company), .. } => {
                seen.add(case_file::Column::CompanyId.eq(company.0))
            }
            Self::Person { zone, person, scope: Scope::Unit(unit) } => {
                let theirs = case_assignment::Column::UnitId.eq(unit.0);
                let theirs = theirs.or(case_assignment::Column::PersonId.eq(person.0));
                seen.add(case_file::Column::Id.in_subquery(assigned(zone, theirs)))
            }
            Self::Person { scope: Scope::Nothing, .. } => seen.add(never()),
        }
    }

    /// The case if it is seen, as a subquery that answers its id: rows that hang on a case are read through it.
    pub(crate) fn case(&self, case: CaseId) -> SelectStatement {
        let select = case_file::Entity::find().select_only().column(case_file::Column::Id);
        select.filter(self.cases()).filter(case_file::Column::Id.eq(case.0)).into_query()
    }

    /// The ids of all cases that are seen, as a subquery.
    pub(crate) fn case_ids(&self) -> SelectStatement {
        case_file::Entity::find()
            .select_only()
            .column(case_file::Column::Id)
            .filter(self.cases())
            .into_query()
    }

    pub(crate) fn companies(&self) -> Condition {
        let seen = Condition::all().add(company::Column::ZoneId.eq(self.zone().0));
        match *self {
            Self::System(_) | Self::Person { scope: Scope::Zone | Scope::Unit(_), .. } => seen,
            Self::Person { scope: Scope::Company(company), .. } => {
                seen.add(company::Column::Id.eq(company.0))
            }
            Self::Person { scope: Scope::Nothing, .. } => seen.add(never()),
        }
    }

    pub(crate) fn people(&self) -> Condition {
        let seen = Condition::all().add(person::Column::ZoneId.eq(self.zone().0));
        match *self {
            Self::System(_) | Self::Person { scope: Scope::Zone | Scope::Unit(_), .. } => seen,
            Self::Person { scope: Scope::Company(company), .. } => {
                seen.add(person::Column::CompanyId.eq(company.0).or(person::Column::CompanyId.is_null()))
            }
            Self::Person { person, scope: Scope::Nothing, .. } => seen.add(person::Column::Id.eq(person.0)),
        }
    }
}

/// The ids of cases with an assignment like this.
pub(crate) fn assigned(zone: ZoneId, like: sea_orm::sea_query::SimpleExpr) -> SelectStatement {
    let zoned = case_assignment::Column::ZoneId.eq(zone.0);
    Query::select()
        .column(case_assignment::Column::CaseId)
        .from(case_assignment::Entity)
        .and_where(zoned)
        .and_where(like)
        .take()
}

fn never() -> sea_orm::sea_query::SimpleExpr {
    Expr::cust("1 = 0")
}
