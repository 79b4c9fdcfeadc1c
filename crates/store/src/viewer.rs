//! Who reads, and what of it they see. Every read of a zone's content passes through one of these conditions.
use crate::entity::{case_assignment, case_file, case_link, company, person};
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use workflow::Key;
use workflow::ids::{CaseId, CompanyId, PersonId, UnitId, ZoneId};

/// Names who reads. A read without a viewer does not exist, except of what comes before one: sign-in, and the loops
/// that go zone by zone.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Zone,
    /// Those the person opened or that are assigned to the person, and besides:
    Staff {
        /// Those assigned to one of these units, with those that point to them.
        units: Vec<UnitId>,
        /// Those of these processes.
        processes: Vec<Key>,
    },
    /// Those of this company that it may know of; of companies this one; of people its own and the staff.
    Company(CompanyId),
}

impl Viewer {
    /// The zone that is read.
    #[must_use]
    pub const fn zone(&self) -> ZoneId {
        match self {
            Self::System(zone) | Self::Person { zone, .. } => *zone,
        }
    }

    pub(crate) fn cases(&self) -> Condition {
        use case_file::Column;
        let zone = self.zone();
        let seen = Condition::all().add(Column::ZoneId.eq(zone.0));
        match self {
            Self::System(_) | Self::Person { scope: Scope::Zone, .. } => seen,
            Self::Person { scope: Scope::Company(company), .. } => {
                seen.add(Column::CompanyId.eq(company.0)).add(Column::Shared.eq(true))
            }
            Self::Person { person, scope: Scope::Staff { units, processes }, .. } => {
                let theirs = case_assignment::Column::PersonId.eq(person.0);
                let theirs = units
                    .iter()
                    .fold(theirs, |theirs, unit| theirs.or(case_assignment::Column::UnitId.eq(unit.0)));
                let any = Condition::any().add(Column::OpenerId.eq(person.0));
                let any = any.add(Column::Id.in_subquery(assigned(zone, theirs.clone())));
                let any = any.add(Column::Id.in_subquery(pointing_to(zone, assigned(zone, theirs))));
                let processes = processes.iter().map(|process| &**process);
                seen.add(any.add(Column::Process.is_in(processes)))
            }
        }
    }

    /// The case if it is seen, as a subquery that answers its id: rows that hang on a case are read through it.
    pub(crate) fn case(&self, case: CaseId) -> SelectStatement {
        self.among(&[case])
    }

    /// Those of these cases that are seen, in the same way.
    pub(crate) fn among(&self, cases: &[CaseId]) -> SelectStatement {
        let select = case_file::Entity::find().select_only().column(case_file::Column::Id);
        let these = case_file::Column::Id.is_in(cases.iter().map(|case| case.0));
        select.filter(self.cases()).filter(these).into_query()
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
        match self {
            Self::Person { scope: Scope::Company(company), .. } => {
                seen.add(company::Column::Id.eq(company.0))
            }
            _ => seen,
        }
    }

    /// The company whose rows alone the viewer sees; none where they see those of all.
    pub(crate) const fn company(&self) -> Option<CompanyId> {
        match self {
            Self::Person { scope: Scope::Company(company), .. } => Some(*company),
            _ => None,
        }
    }

    pub(crate) fn people(&self) -> Condition {
        let seen = Condition::all().add(person::Column::ZoneId.eq(self.zone().0));
        match self {
            Self::Person { scope: Scope::Company(company), .. } => {
                seen.add(person::Column::CompanyId.eq(company.0).or(person::Column::CompanyId.is_null()))
            }
            _ => seen,
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

/// The ids of cases that point to one of these.
fn pointing_to(zone: ZoneId, these: SelectStatement) -> SelectStatement {
    use case_link::Column;
    let pointing = Column::ZoneId.eq(zone.0).and(Column::TargetId.in_subquery(these));
    case_link::Entity::find().select_only().column(Column::CaseId).filter(pointing).into_query()
}
