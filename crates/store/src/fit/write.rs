//! Writing what was found.
use super::{Fit, closing, fit};
use crate::batch::Batch;
use crate::connection::Tx;
use crate::decode;
use crate::entity::policy_fit::{ActiveModel, Column, Entity};
use crate::error::StoreError;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait, Set};
use std::collections::HashMap;
use uuid::Uuid;
use workflow::ids::CompanyId;

/// How many rows one statement writes.
const ROWS: usize = 500;

impl Tx {
    /// Lists the fits of these companies.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a damaged row.
    pub async fn fit_list(&self, companies: &[CompanyId]) -> Result<Vec<Fit>, StoreError> {
        let these = Column::CompanyId.is_in(companies.iter().map(|id| id.0));
        let select = Entity::find().filter(Column::ZoneId.eq(self.zone.0)).filter(these);
        decode::rows(&self.transaction, select).await?.into_iter().map(fit).collect()
    }

    /// Writes fits, each over what was found before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fit_put(&self, fits: &[Fit]) -> Result<(), StoreError> {
        for some in fits.chunks(ROWS) {
            let mut again = OnConflict::columns([Column::ZoneId, Column::Policy, Column::CompanyId]);
            again.update_columns([
                Column::Digest,
                Column::Verdict,
                Column::Near,
                Column::Truths,
                Column::Amount,
                Column::ClosesOn,
                Column::Lacks,
                Column::AsOf,
                Column::MatchedAt,
            ]);
            let rows = some.iter().map(|fit| self.fit_row(fit)).collect::<Result<Vec<_>, _>>()?;
            Entity::insert_many(rows).on_conflict(again).exec_without_returning(&self.transaction).await?;
        }
        Ok(())
    }

    /// Says of all fits of these companies that they must be weighed again.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fit_doubt(&self, companies: &[CompanyId]) -> Result<(), StoreError> {
        for some in companies.chunks(ROWS) {
            let these = Column::CompanyId.is_in(some.iter().map(|id| id.0));
            let doubted = ActiveModel { digest: Set(String::new()), ..ActiveModel::default() };
            let update = Entity::update_many().set(doubted).filter(Column::ZoneId.eq(self.zone.0));
            update.filter(these).exec(&self.transaction).await?;
        }
        Ok(())
    }

    /// Removes the fits of these policies with these companies.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fit_remove(&self, gone: &[(String, CompanyId)]) -> Result<(), StoreError> {
        let mut policies: HashMap<&str, Vec<Uuid>> = HashMap::new();
        for (policy, company) in gone {
            policies.entry(policy).or_default().push(company.0);
        }
        let mut batch = Batch::new(self.transaction.get_database_backend());
        for (policy, companies) in policies {
            let these = Column::Policy.eq(policy).and(Column::CompanyId.is_in(companies));
            let these = Column::ZoneId.eq(self.zone.0).and(these);
            batch.push(&Entity::delete_many().filter(these).into_query());
        }
        if gone.is_empty() { Ok(()) } else { Ok(batch.execute(&self.transaction).await?) }
    }

    fn fit_row(&self, fit: &Fit) -> Result<ActiveModel, StoreError> {
        Ok(ActiveModel {
            zone_id: Set(self.zone.0),
            policy: Set(fit.policy.clone()),
            company_id: Set(fit.company.0),
            digest: Set(fit.digest.clone()),
            verdict: Set(fit.verdict.key().to_owned()),
            near: Set(fit.near),
            truths: Set(fit.truths.clone()),
            amount: Set(fit.amount),
            closes_on: Set(closing(fit.closes_on)),
            lacks: Set(decode::json_text(&fit.lacks)?),
            as_of: Set(fit.as_of.to_string()),
            matched_at: Set(fit.matched_at.as_microsecond()),
        })
    }
}
