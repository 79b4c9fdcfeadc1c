//! The company file: what was stated of each company, when, by whom, of which days. A fact is added and never changed;
//! it can be withdrawn, and stays readable.
use crate::company::theirs;
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::fact;
use crate::error::StoreError;
use crate::import::FactImportId;
use crate::page::{PAGE_MOST, Page, Take};
use crate::viewer::Viewer;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use std::collections::HashMap;
use uuid::Uuid;
use workflow::ids::{CompanyId, PersonId};

/// How many rows one statement adds, so that its values stay below what databases take.
const ROWS: usize = 500;

/// Names a fact. Ids of later facts sort later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId(pub Uuid);

/// Something that was stated of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its identity.
    pub id: FactId,
    /// The company.
    pub company: CompanyId,
    /// The field of the dictionary.
    pub field: String,
    /// The first day it speaks of; none where it always was so.
    pub from: Option<Date>,
    /// The last day it speaks of; none while it is open.
    pub to: Option<Date>,
    /// What it is, as JSON: `null` where it is known that there is none; numbers as texts, so that they stay exact.
    pub value: String,
    /// Who or what says so.
    pub source: String,
    /// The day it was stated.
    pub stated_on: Date,
    /// How sure it is.
    pub confidence: Confidence,
    /// Who recorded it; nobody where the program did.
    pub author: Option<PersonId>,
    /// Whether the company says so of itself.
    pub self_declared: bool,
    /// The import it came with.
    pub import: Option<FactImportId>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was withdrawn, if it was.
    pub withdrawn_at: Option<Timestamp>,
    /// Who withdrew it.
    pub withdrawn_by: Option<PersonId>,
}

/// Says how sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// It is a guess.
    Estimated,
    /// Somebody said so.
    Stated,
    /// It was seen in a register or on paper.
    Verified,
}

impl Confidence {
    /// Its name in the tables.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Estimated => "estimated",
            Self::Stated => "stated",
            Self::Verified => "verified",
        }
    }

    fn parse(key: &str) -> Option<Self> {
        [Self::Estimated, Self::Stated, Self::Verified].into_iter().find(|one| one.key() == key)
    }
}

impl Store {
    /// Lists everything stated of these companies that was not withdrawn, with one statement, the oldest first.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn fact_list(&self, viewer: &Viewer, companies: &[CompanyId]) -> Result<Vec<Fact>, StoreError> {
        use fact::{Column, Entity};
        if companies.is_empty() {
            return Ok(Vec::new());
        }
        let select = Entity::find().filter(theirs(viewer, Column::ZoneId, Column::CompanyId, companies));
        let select = select.filter(Column::WithdrawnAt.is_null()).order_by_asc(Column::Id);
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(fact).collect()
    }

    /// Lists one page of what was ever stated of each of these companies, of a field or of all, by one statement, the newest
    /// first; companies without any are left out.
    ///
    /// # Errors
    /// As [`Store::fact_list`].
    pub async fn fact_histories(
        &self,
        viewer: &Viewer,
        companies: &[CompanyId],
        field: Option<&str>,
        take: Take,
        (after, before): (Option<FactId>, Option<FactId>),
    ) -> Result<HashMap<CompanyId, Page<Fact>>, StoreError> {
        use fact::{Column, Entity};
        let (count, backward) = match take {
            Take::First(count) => (Ord::min(count, PAGE_MOST), false),
            Take::Last(count) => (Ord::min(count, PAGE_MOST), true),
        };
        let wanted = theirs(viewer, Column::ZoneId, Column::CompanyId, companies)
            .add_option(field.map(|field| Column::Field.eq(field)))
            .add_option(after.map(|after| Column::Id.lt(after.0)))
            .add_option(before.map(|before| Column::Id.gt(before.0)));
        let order = if backward { Order::Asc } else { Order::Desc };
        let numbered =
            WindowStatement::partition_by(Column::CompanyId).order_by(Column::Id, order.clone()).take();
        let numbered = Query::select()
            .column(Column::Id)
            .expr_window_as(Func::cust("ROW_NUMBER"), numbered, "place")
            .from(Entity)
            .cond_where(wanted)
            .take();
        // One more of each than asked tells whether the list goes on.
        let near = Query::select()
            .column(Column::Id)
            .from_subquery(numbered, "numbered")
            .and_where(Expr::col("place").lte(i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1)))
            .take();
        let select = Entity::find().filter(theirs(viewer, Column::ZoneId, Column::CompanyId, companies));
        let select = select.filter(Column::Id.in_subquery(near)).order_by(Column::Id, order);
        let (has_next, has_previous) = (backward && before.is_some(), !backward && after.is_some());
        let mut pages: HashMap<CompanyId, Page<Fact>> = HashMap::new();
        for row in decode::rows(&self.reading(viewer.zone()).await?, select).await? {
            let fact = fact(row)?;
            let empty = || Page { items: Vec::new(), has_next, has_previous };
            let page = pages.entry(fact.company).or_insert_with(empty);
            match (page.items.len() as u64 >= count, backward) {
                (false, _) => page.items.push(fact),
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

    /// Counts what was ever stated of each of these companies, of a field or of all; one of which nothing was is left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fact_counts(
        &self,
        viewer: &Viewer,
        companies: &[CompanyId],
        field: Option<&str>,
    ) -> Result<HashMap<CompanyId, i64>, StoreError> {
        use fact::{Column, Entity};
        let wanted = theirs(viewer, Column::ZoneId, Column::CompanyId, companies)
            .add_option(field.map(|field| Column::Field.eq(field)));
        let select = Entity::find().select_only().column(Column::CompanyId);
        let select = select.column_as(Column::Id.count(), "count").filter(wanted).group_by(Column::CompanyId);
        let counts: Vec<(Uuid, i64)> = select.into_tuple().all(&self.reading(viewer.zone()).await?).await?;
        Ok(counts.into_iter().map(|(company, count)| (CompanyId(company), count)).collect())
    }

    /// Finds many facts with one statement, in no particular order; those not seen are left out.
    ///
    /// # Errors
    /// As [`Store::fact_list`].
    pub async fn fact_batch(&self, viewer: &Viewer, ids: &[FactId]) -> Result<Vec<Fact>, StoreError> {
        use fact::{Column, Entity};
        let select = Entity::find().filter(Column::ZoneId.eq(viewer.zone().0));
        let own = Condition::all().add_option(viewer.company().map(|own| Column::CompanyId.eq(own.0)));
        let select = select.filter(own).filter(Column::Id.is_in(ids.iter().map(|id| id.0)));
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(fact).collect()
    }
}

impl Tx {
    /// Lists everything stated of these companies that was not withdrawn, as this transaction sees it.
    ///
    /// # Errors
    /// As [`Store::fact_list`].
    pub async fn fact_list(&self, companies: &[CompanyId]) -> Result<Vec<Fact>, StoreError> {
        use fact::{Column, Entity};
        let these = Column::CompanyId.is_in(companies.iter().map(|id| id.0));
        let select = Entity::find().filter(Column::ZoneId.eq(self.zone.0)).filter(these);
        let select = select.filter(Column::WithdrawnAt.is_null()).order_by_asc(Column::Id);
        decode::rows(&self.transaction, select).await?.into_iter().map(fact).collect()
    }

    /// Counts what a company ever declared of itself.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fact_declared_count(&self, company: CompanyId) -> Result<u64, StoreError> {
        use fact::{Column, Entity};
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::CompanyId.eq(company.0));
        let declared = Entity::find().filter(theirs.and(Column::SelfDeclared.eq(true)));
        Ok(declared.count(&self.transaction).await?)
    }

    /// Names what is stated of these companies and was not withdrawn.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fact_ids(&self, companies: &[CompanyId]) -> Result<Vec<(CompanyId, FactId)>, StoreError> {
        use fact::{Column, Entity};
        let these = Column::CompanyId.is_in(companies.iter().map(|id| id.0));
        let select = Entity::find().select_only().columns([Column::CompanyId, Column::Id]);
        let select = select.filter(Column::ZoneId.eq(self.zone.0).and(these));
        let select = select.filter(Column::WithdrawnAt.is_null());
        let ids: Vec<(uuid::Uuid, uuid::Uuid)> = select.into_tuple().all(&self.transaction).await?;
        Ok(ids.into_iter().map(|(company, id)| (CompanyId(company), FactId(id))).collect())
    }

    /// Adds facts.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fact_insert(&self, facts: &[Fact]) -> Result<(), StoreError> {
        for some in facts.chunks(ROWS) {
            let rows = some.iter().map(|new| self.fact_row(new));
            fact::Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        }
        Ok(())
    }

    /// Withdraws a fact; answers whether it was there and not withdrawn.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fact_withdraw(&self, id: FactId, by: PersonId, at: Timestamp) -> Result<bool, StoreError> {
        use fact::Column;
        Ok(self.withdraw(Column::Id.eq(id.0), by, at).await? == 1)
    }

    pub(crate) async fn withdraw(
        &self,
        which: sea_orm::sea_query::SimpleExpr,
        by: PersonId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        use fact::{ActiveModel, Column, Entity};
        let gone = ActiveModel {
            withdrawn_at: Set(Some(at.as_microsecond())),
            withdrawn_by: Set(Some(by.0)),
            ..ActiveModel::default()
        };
        let which = Column::ZoneId.eq(self.zone.0).and(which).and(Column::WithdrawnAt.is_null());
        let update = Entity::update_many().set(gone).filter(which).exec(&self.transaction).await?;
        Ok(update.rows_affected)
    }

    fn fact_row(&self, new: &Fact) -> fact::ActiveModel {
        fact::ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id.0),
            company_id: Set(new.company.0),
            field: Set(new.field.clone()),
            period_from: Set(new.from.map(|day| day.to_string())),
            period_to: Set(new.to.map(|day| day.to_string())),
            value: Set(new.value.clone()),
            source: Set(new.source.clone()),
            stated_on: Set(new.stated_on.to_string()),
            confidence: Set(new.confidence.key().to_owned()),
            author_id: Set(new.author.map(|author| author.0)),
            self_declared: Set(new.self_declared),
            import_id: Set(new.import.map(|import| import.0)),
            recorded_at: Set(new.recorded_at.as_microsecond()),
            withdrawn_at: Set(new.withdrawn_at.map(Timestamp::as_microsecond)),
            withdrawn_by: Set(new.withdrawn_by.map(|person| person.0)),
        }
    }
}

fn fact(row: fact::Model) -> Result<Fact, StoreError> {
    let bad = |column| corrupt("fact", column, &row.id);
    let day = |column, text: &Option<String>| {
        text.as_deref().map(|text| text.parse::<Date>().map_err(|_| bad(column))).transpose()
    };
    let instant = |column, at: i64| decode::instant(at).ok_or_else(|| bad(column));
    Ok(Fact {
        id: FactId(row.id),
        company: CompanyId(row.company_id),
        from: day("period_from", &row.period_from)?,
        to: day("period_to", &row.period_to)?,
        stated_on: row.stated_on.parse().map_err(|_| bad("stated_on"))?,
        confidence: Confidence::parse(&row.confidence).ok_or_else(|| bad("confidence"))?,
        author: row.author_id.map(PersonId),
        self_declared: row.self_declared,
        import: row.import_id.map(FactImportId),
        recorded_at: instant("recorded_at", row.recorded_at)?,
        withdrawn_at: row.withdrawn_at.map(|at| instant("withdrawn_at", at)).transpose()?,
        withdrawn_by: row.withdrawn_by.map(PersonId),
        field: row.field,
        value: row.value,
        source: row.source,
    })
}
