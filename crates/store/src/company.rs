//! Companies, to be found by what they are called, where they sit, and how they are looked after.
use crate::connection::{Store, Tx};
use crate::decode;
use crate::entity::{company, company_specialist, company_tag};
use crate::error::{StoreError, taken};
use crate::import::FactImportId;
use crate::page::{PAGE_MOST, Page, Take};
use crate::viewer::Viewer;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde::{Deserialize, Serialize};
use workflow::ids::{CompanyId, PersonId};

/// How many rows one statement reads or writes.
const ROWS: usize = 500;

/// A company in a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its identity.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// Its unified social credit code, unique in the zone.
    pub credit_code: Option<String>,
    /// Where in the zone it sits: a park, a building.
    pub place: Option<String>,
}

/// Says which companies are asked for; what is left empty does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompanyFilter {
    /// With this text in name or credit code, letter by letter; ASCII letters match either case.
    pub text: Option<String>,
    /// Filed under this tag.
    pub tag: Option<String>,
    /// Looked after by this person.
    pub specialist: Option<PersonId>,
    /// At this place.
    pub place: Option<String>,
}

/// A place in a list of companies by name: right at one company.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CompanyCursor {
    name: String,
    id: CompanyId,
}

impl CompanyCursor {
    /// The place of a company.
    #[must_use]
    pub fn of(company: &Company) -> Self {
        Self { name: company.name.clone(), id: company.id }
    }
}

impl Store {
    /// Finds a company; a foreign one is like a missing one.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn company_find(&self, viewer: &Viewer, id: CompanyId) -> Result<Option<Company>, StoreError> {
        Ok(self.company_batch(viewer, &[id]).await?.pop())
    }

    /// Finds many companies with one statement, in no particular order; those not seen are left out.
    ///
    /// # Errors
    /// As [`Store::company_find`].
    pub async fn company_batch(
        &self,
        viewer: &Viewer,
        ids: &[CompanyId],
    ) -> Result<Vec<Company>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = ids.iter().map(|id| id.0);
        let select =
            company::Entity::find().filter(viewer.companies()).filter(company::Column::Id.is_in(ids));
        Ok(decode::rows(&self.reading(viewer.zone()).await?, select)
            .await?
            .into_iter()
            .map(company)
            .collect())
    }

    /// Finds companies by their credit codes with one statement, in no particular order; those not seen are left out.
    ///
    /// # Errors
    /// As [`Store::company_find`].
    pub async fn company_by_codes(
        &self,
        viewer: &Viewer,
        codes: &[String],
    ) -> Result<Vec<Company>, StoreError> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let codes = company::Column::CreditCode.is_in(codes.iter().map(String::as_str));
        let select = company::Entity::find().filter(viewer.companies()).filter(codes);
        Ok(decode::rows(&self.reading(viewer.zone()).await?, select)
            .await?
            .into_iter()
            .map(company)
            .collect())
    }

    /// Lists the companies the viewer sees by name and id, beyond `after`.
    ///
    /// # Errors
    /// As [`Store::company_find`].
    pub async fn company_list(
        &self,
        viewer: &Viewer,
        after: Option<(&str, CompanyId)>,
        limit: u64,
    ) -> Result<Vec<Company>, StoreError> {
        use company::Column;
        let select = company::Entity::find().filter(viewer.companies());
        let select =
            select.filter(Condition::all().add_option(after.map(|(name, id)| row().gt(at(name, id)))));
        let select = select.order_by_asc(Column::Name).order_by_asc(Column::Id).limit(limit);
        Ok(decode::rows(&self.reading(viewer.zone()).await?, select)
            .await?
            .into_iter()
            .map(company)
            .collect())
    }

    /// Lists the next companies of the viewer's zone in the order of their ids.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_ids(
        &self,
        viewer: &Viewer,
        after: Option<CompanyId>,
        limit: u64,
    ) -> Result<Vec<CompanyId>, StoreError> {
        use company::Column;
        let beyond = Condition::all().add_option(after.map(|after| Column::Id.gt(after.0)));
        let select = company::Entity::find().select_only().column(Column::Id).filter(viewer.companies());
        let select = select.filter(beyond).order_by_asc(Column::Id).limit(limit);
        let ids: Vec<uuid::Uuid> = select.into_tuple().all(&self.reading(viewer.zone()).await?).await?;
        Ok(ids.into_iter().map(CompanyId).collect())
    }

    /// Lists one page of the companies the viewer sees, by name.
    ///
    /// # Errors
    /// As [`Store::company_find`].
    pub async fn company_page(
        &self,
        viewer: &Viewer,
        filter: &CompanyFilter,
        take: Take,
        (after, before): (Option<&CompanyCursor>, Option<&CompanyCursor>),
    ) -> Result<Page<Company>, StoreError> {
        use company::Column;
        let (count, backward) = match take {
            Take::First(count) => (Ord::min(count, PAGE_MOST), false),
            Take::Last(count) => (Ord::min(count, PAGE_MOST), true),
        };
        let beyond = Condition::all()
            .add_option(after.map(|after| row().gt(at(&after.name, after.id))))
            .add_option(before.map(|before| row().lt(at(&before.name, before.id))));
        let order = if backward { Order::Desc } else { Order::Asc };
        let select = company::Entity::find().filter(viewer.companies()).filter(beyond);
        let select = select.filter(self.company_narrowed(viewer, filter));
        let select = select.order_by(Column::Name, order.clone()).order_by(Column::Id, order);
        let rows = decode::rows(&self.reading(viewer.zone()).await?, select.limit(count + 1)).await?;
        let goes_on = rows.len() as u64 > count;
        let taken = usize::try_from(count).unwrap_or(usize::MAX);
        let mut items: Vec<Company> = rows.into_iter().take(taken).map(company).collect();
        if backward {
            items.reverse();
        }
        let (has_next, has_previous) =
            if backward { (before.is_some(), goes_on) } else { (goes_on, after.is_some()) };
        Ok(Page { items, has_next, has_previous })
    }

    /// Counts the companies the viewer sees.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_count(&self, viewer: &Viewer, filter: &CompanyFilter) -> Result<i64, StoreError> {
        let select = company::Entity::find().select_only().column_as(company::Column::Id.count(), "count");
        let select = select.filter(viewer.companies()).filter(self.company_narrowed(viewer, filter));
        Ok(select.into_tuple().one(&self.reading(viewer.zone()).await?).await?.unwrap_or_default())
    }

    fn company_narrowed(&self, viewer: &Viewer, filter: &CompanyFilter) -> Condition {
        use company::Column;
        let tagged = |tag: &String| {
            let like = company_tag::Column::ZoneId.eq(viewer.zone().0).and(company_tag::Column::Tag.eq(tag));
            Query::select()
                .column(company_tag::Column::CompanyId)
                .from(company_tag::Entity)
                .and_where(like)
                .take()
        };
        let looked_after = |person: PersonId| {
            use company_specialist::Column;
            let like = Column::ZoneId.eq(viewer.zone().0).and(Column::PersonId.eq(person.0));
            Query::select().column(Column::CompanyId).from(company_specialist::Entity).and_where(like).take()
        };
        Condition::all()
            .add_option(filter.text.as_deref().map(|text| self.company_says(text)))
            .add_option(filter.place.as_deref().map(|place| Column::Place.eq(place)))
            .add_option(filter.tag.as_ref().map(|tag| Column::Id.in_subquery(tagged(tag))))
            .add_option(filter.specialist.map(|person| Column::Id.in_subquery(looked_after(person))))
    }

    /// Looks for a text as it is: without LIKE there are no wildcards to escape.
    fn company_says(&self, text: &str) -> SimpleExpr {
        let text = text.to_ascii_lowercase();
        let within = |column: company::Column| {
            let place = Func::cust(position(self.unzoned().get_database_backend()));
            Expr::expr(place.arg(Func::lower(Expr::col(column))).arg(text.as_str())).gt(0)
        };
        within(company::Column::Name).or(within(company::Column::CreditCode))
    }
}

impl Tx {
    /// Adds a company.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the credit code is.
    pub async fn company_insert(&self, new: &Company) -> Result<(), StoreError> {
        self.companies_insert(std::slice::from_ref(new), None).await
    }

    /// Adds companies, all by one import or each by hand.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the credit code of one is.
    pub async fn companies_insert(
        &self,
        new: &[Company],
        import: Option<FactImportId>,
    ) -> Result<(), StoreError> {
        for some in new.chunks(ROWS) {
            let rows = some.iter().map(|new| company::ActiveModel {
                // Facts are rows of their own.
                facts: Set("{}".to_owned()),
                import_id: Set(import.map(|import| import.0)),
                ..self.company_row(new)
            });
            let insert = company::Entity::insert_many(rows).exec_without_returning(&self.transaction);
            insert.await.map_err(taken("credit code"))?;
        }
        Ok(())
    }

    /// Writes a company anew; answers whether it is there.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the credit code is.
    pub async fn company_update(&self, new: &Company) -> Result<bool, StoreError> {
        use company::Column;
        let this = Column::ZoneId.eq(self.zone.0).and(Column::Id.eq(new.id.0));
        let update = company::Entity::update_many().set(self.company_row(new)).filter(this);
        let done = update.exec(&self.transaction).await.map_err(taken("credit code"))?;
        Ok(done.rows_affected == 1)
    }

    /// Keeps others from writing what hangs on these companies until the transaction ends; answers those there are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_lock(&self, ids: &[CompanyId]) -> Result<Vec<CompanyId>, StoreError> {
        use company::Column;
        // In one order, so that two who lock several never wait for each other. SQLite has one writer anyway.
        let mut ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(ROWS) {
            let these = Column::ZoneId.eq(self.zone.0).and(Column::Id.is_in(some.iter().copied()));
            let select = company::Entity::find().select_only().column(Column::Id).filter(these);
            let select = select.order_by_asc(Column::Id).lock_exclusive();
            let locked: Vec<uuid::Uuid> = select.into_tuple().all(&self.transaction).await?;
            found.extend(locked.into_iter().map(CompanyId));
        }
        Ok(found)
    }

    fn company_row(&self, new: &Company) -> company::ActiveModel {
        company::ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id.0),
            name: Set(new.name.clone()),
            credit_code: Set(new.credit_code.clone()),
            place: Set(new.place.clone()),
            ..company::ActiveModel::default()
        }
    }
}

/// The function that finds a text in another.
pub(crate) const fn position(backend: DbBackend) -> &'static str {
    if matches!(backend, DbBackend::Sqlite) { "instr" } else { "strpos" }
}

/// Rows of these companies, as far as the viewer sees them.
pub(crate) fn theirs<C: ColumnTrait>(viewer: &Viewer, zone: C, company: C, ids: &[CompanyId]) -> Condition {
    Condition::all()
        .add(zone.eq(viewer.zone().0))
        .add(company.is_in(ids.iter().map(|id| id.0)))
        .add_option(viewer.company().map(|own| company.eq(own.0)))
}

fn row() -> SimpleExpr {
    Expr::tuple([Expr::col(company::Column::Name), Expr::col(company::Column::Id)])
}

fn at(name: &str, id: CompanyId) -> SimpleExpr {
    Expr::tuple([Expr::val(name), Expr::val(id.0)])
}

fn company(row: company::Model) -> Company {
    Company { id: CompanyId(row.id), name: row.name, credit_code: row.credit_code, place: row.place }
}
