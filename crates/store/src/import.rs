//! Imports of facts: a sheet that is awaited, lies here while somebody looks at what it would change, and is imported or
//! forgotten.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::fact_import::{ActiveModel, Column, Entity, Model};
use crate::entity::{
    case_file, company, company_contact, company_specialist, company_tag, fact, invitation, person,
    policy_fit,
};
use crate::error::StoreError;
use crate::viewer::Viewer;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;
use workflow::ids::{CompanyId, PersonId, ZoneId};

/// Names an import of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FactImportId(pub Uuid);

/// An import of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactImport {
    /// Its identity.
    pub id: FactImportId,
    /// Who asked for it.
    pub person: PersonId,
    /// What the file is called.
    pub name: String,
    /// Until when its file is awaited.
    pub expires_at: Timestamp,
    /// The SHA-256 of the file in hexadecimal; none while it is awaited.
    pub digest: Option<String>,
    /// When its file came; none while it is awaited.
    pub uploaded_at: Option<Timestamp>,
    /// What it did, as JSON; none before it was done.
    pub summary: Option<String>,
    /// When it was done.
    pub applied_at: Option<Timestamp>,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

impl Store {
    /// Lists the last imports of the viewer's zone, the newest first. Companies have none.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn import_list(&self, viewer: &Viewer, limit: u64) -> Result<Vec<FactImport>, StoreError> {
        if viewer.company().is_some() {
            return Ok(Vec::new());
        }
        let select = Entity::find().filter(Column::ZoneId.eq(viewer.zone().0));
        let select = select.order_by_desc(Column::Id).limit(limit);
        decode::rows(&self.reading(viewer.zone()).await?, select)
            .await?
            .into_iter()
            .map(|row| import(row).map(|one| one.0))
            .collect()
    }

    /// Finds an import of the viewer's zone with its file, if that came and was not imported. Companies have none.
    ///
    /// # Errors
    /// As [`Store::import_list`].
    pub async fn import_find(
        &self,
        viewer: &Viewer,
        id: FactImportId,
    ) -> Result<Option<(FactImport, Option<Vec<u8>>)>, StoreError> {
        if viewer.company().is_some() {
            return Ok(None);
        }
        let select = Entity::find_by_id((viewer.zone().0, id.0));
        decode::row_find(&self.reading(viewer.zone()).await?, select).await?.map(import).transpose()
    }

    /// Finds the import that awaits its file under this token.
    ///
    /// # Errors
    /// As [`Store::import_list`].
    pub async fn import_awaited(
        &self,
        zone: ZoneId,
        token: &Hash,
        now: Timestamp,
    ) -> Result<Option<FactImport>, StoreError> {
        let this = Column::ZoneId.eq(zone.0).and(Column::TokenHash.eq(token.to_vec()));
        let select = Entity::find().filter(this).filter(Column::UploadedAt.is_null());
        let select = select.filter(Column::ExpiresAt.gt(now.as_microsecond()));
        let found = decode::row_find(&self.reading(zone).await?, select).await?;
        found.map(|row| import(row).map(|one| one.0)).transpose()
    }
}

impl Tx {
    /// Adds an import that awaits its file.
    ///
    /// # Errors
    /// What the database says.
    pub async fn import_insert(&self, new: &FactImport, token: &Hash) -> Result<(), StoreError> {
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id.0),
            person_id: Set(new.person.0),
            name: Set(new.name.clone()),
            token_hash: Set(token.to_vec()),
            expires_at: Set(new.expires_at.as_microsecond()),
            content: Set(None),
            digest: Set(None),
            uploaded_at: Set(None),
            summary: Set(None),
            applied_at: Set(None),
            undone_at: Set(None),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Takes in the file of an import; answers whether it was awaited.
    ///
    /// # Errors
    /// What the database says.
    pub async fn import_content_set(
        &self,
        id: FactImportId,
        content: &[u8],
        digest: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let came = ActiveModel {
            content: Set(Some(content.to_vec())),
            digest: Set(Some(digest.to_owned())),
            uploaded_at: Set(Some(at.as_microsecond())),
            ..ActiveModel::default()
        };
        let awaited = self.import(id).and(Column::UploadedAt.is_null());
        let done = Entity::update_many().set(came).filter(awaited).exec(&self.transaction).await?;
        Ok(done.rows_affected == 1)
    }

    /// Notes that an import was done, and lets go of its file; answers whether it had not been.
    ///
    /// # Errors
    /// What the database says.
    pub async fn import_apply(
        &self,
        id: FactImportId,
        summary: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = ActiveModel {
            content: Set(None),
            summary: Set(Some(summary.to_owned())),
            applied_at: Set(Some(at.as_microsecond())),
            ..ActiveModel::default()
        };
        let ready = self.import(id).and(Column::AppliedAt.is_null()).and(Column::UploadedAt.is_not_null());
        let done = Entity::update_many().set(done).filter(ready).exec(&self.transaction).await?;
        Ok(done.rows_affected == 1)
    }

    /// Removes the companies that an import added, unless something else hangs on them by now, and withdraws its other
    /// facts, those withdrawn before left aside; answers of which companies.
    ///
    /// # Errors
    /// What the database says.
    pub async fn import_undo(
        &self,
        id: FactImportId,
        by: PersonId,
        at: Timestamp,
    ) -> Result<Vec<CompanyId>, StoreError> {
        self.import_companies_remove(id).await?;
        let theirs = fact::Column::ZoneId.eq(self.zone.0).and(fact::Column::ImportId.eq(id.0));
        let select = fact::Entity::find().select_only().column(fact::Column::CompanyId).distinct();
        let select = select.filter(theirs).filter(fact::Column::WithdrawnAt.is_null());
        let companies: Vec<Uuid> =
            select.order_by_asc(fact::Column::CompanyId).into_tuple().all(&self.transaction).await?;
        self.withdraw(fact::Column::ImportId.eq(id.0), by, at).await?;
        let undone = ActiveModel { undone_at: Set(Some(at.as_microsecond())), ..ActiveModel::default() };
        Entity::update_many().set(undone).filter(self.import(id)).exec(&self.transaction).await?;
        Ok(companies.into_iter().map(CompanyId).collect())
    }

    async fn import_companies_remove(&self, id: FactImportId) -> Result<(), StoreError> {
        use company::Column as Of;
        let of = |zone: SimpleExpr, company: SimpleExpr| {
            zone.eq(Expr::col((company::Entity, Of::ZoneId)))
                .and(company.eq(Expr::col((company::Entity, Of::Id))))
        };
        macro_rules! hangs {
            ($table:ident) => {{
                use $table::{Column as Theirs, Entity as Table};
                let [zone, company] =
                    [Theirs::ZoneId, Theirs::CompanyId].map(|column| Expr::col((Table, column)));
                Query::select().expr(Expr::val(1)).from(Table).and_where(of(zone, company)).take()
            }};
        }
        let mut facts = hangs!(fact);
        let others = Expr::col((fact::Entity, fact::Column::ImportId));
        facts.and_where(others.clone().is_null().or(others.ne(id.0)));
        let mut untouched = Query::select();
        untouched.column(Of::Id).from(company::Entity);
        untouched.and_where(Of::ZoneId.eq(self.zone.0)).and_where(Of::ImportId.eq(id.0));
        // Where it sits is written by hand only.
        untouched.and_where(Of::Place.is_null());
        for hanging in [
            hangs!(person),
            hangs!(case_file),
            hangs!(invitation),
            hangs!(company_tag),
            hangs!(company_specialist),
            hangs!(company_contact),
            facts,
        ] {
            untouched.and_where(Expr::exists(hanging).not());
        }
        let fits = policy_fit::Column::CompanyId.in_subquery(untouched.clone());
        let fits =
            policy_fit::Entity::delete_many().filter(policy_fit::Column::ZoneId.eq(self.zone.0).and(fits));
        fits.exec(&self.transaction).await?;
        // What makes a company one of these is not changed by removing its facts: they are of this import.
        let facts = fact::Column::CompanyId.in_subquery(untouched.clone());
        let facts = fact::Entity::delete_many().filter(fact::Column::ZoneId.eq(self.zone.0).and(facts));
        facts.exec(&self.transaction).await?;
        let theirs = company::Entity::delete_many().filter(Of::ZoneId.eq(self.zone.0));
        theirs.filter(Of::Id.in_subquery(untouched)).exec(&self.transaction).await?;
        Ok(())
    }

    /// Forgets imports that were never done and whose time is over; answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn import_sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let old = Column::ZoneId.eq(self.zone.0).and(Column::ExpiresAt.lt(before.as_microsecond()));
        let old = old.and(Column::AppliedAt.is_null());
        Ok(Entity::delete_many().filter(old).exec(&self.transaction).await?.rows_affected)
    }

    fn import(&self, id: FactImportId) -> sea_orm::sea_query::SimpleExpr {
        Column::ZoneId.eq(self.zone.0).and(Column::Id.eq(id.0))
    }
}

fn import(row: Model) -> Result<(FactImport, Option<Vec<u8>>), StoreError> {
    let bad = |column| corrupt("fact_import", column, &row.id);
    let instant = |column, at: i64| decode::instant(at).ok_or_else(|| bad(column));
    let some = |column, at: Option<i64>| at.map(|at| instant(column, at)).transpose();
    let import = FactImport {
        id: FactImportId(row.id),
        person: PersonId(row.person_id),
        expires_at: instant("expires_at", row.expires_at)?,
        uploaded_at: some("uploaded_at", row.uploaded_at)?,
        applied_at: some("applied_at", row.applied_at)?,
        undone_at: some("undone_at", row.undone_at)?,
        name: row.name,
        digest: row.digest,
        summary: row.summary,
    };
    Ok((import, row.content))
}
