//! What people sign in with besides a login: passwords, addresses that were shown to be theirs, second factors; and
//! what their zone asks of them.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::{account, api_token, person, recovery_code, session, sign_in_rules};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Set};
use workflow::ids::{PersonId, ZoneId};

/// What a person signs in with besides the password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The address at which mail was seen to arrive.
    pub verified_email: Option<String>,
    /// The second factor, once begun.
    pub factor: Option<Factor>,
}

/// A second factor: one-time codes by time (RFC 6238).
#[derive(Clone, PartialEq, Eq)]
pub struct Factor {
    /// What the codes are made of.
    pub secret: Vec<u8>,
    /// When it was first shown to work; until then nobody is asked for it.
    pub since: Option<Timestamp>,
    /// The step of time whose code was used last: it and those before it are used up.
    pub step: i64,
}

impl std::fmt::Debug for Account {
    /// Keeps the secret out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Factor {
    /// Keeps the secret out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Factor").field("since", &self.since).finish_non_exhaustive()
    }
}

/// What a zone asks of those who sign in. Durations are microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInRules {
    /// After how long without a sign of life a session of staff ends.
    pub staff_idle: i64,
    /// The same for people of companies.
    pub company_idle: i64,
    /// How long a session lasts, whatever happens in it.
    pub lasts: i64,
    /// Whether staff must have a second factor.
    pub second_factor: bool,
}

impl Store {
    /// What a person signs in with besides the password.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn account_find(&self, zone: ZoneId, person: PersonId) -> Result<Account, StoreError> {
        let select = account::Entity::find_by_id((zone.0, person.0));
        let Some(row) = decode::row_find(&self.reading(zone).await?, select).await? else {
            return Ok(Account::default());
        };
        let since = row
            .factor_since
            .map(|at| decode::instant(at).ok_or_else(|| corrupt("account", "factor_since", &row.person_id)));
        let since = since.transpose()?;
        Ok(Account {
            verified_email: row.verified_email,
            factor: row.factor_secret.map(|secret| Factor { secret, since, step: row.factor_step }),
        })
    }

    /// How many recovery codes a person has left.
    ///
    /// # Errors
    /// What the database says.
    pub async fn recovery_code_count(&self, zone: ZoneId, person: PersonId) -> Result<u64, StoreError> {
        use recovery_code::{Column, Entity};
        let theirs = Column::ZoneId.eq(zone.0).and(Column::PersonId.eq(person.0));
        Ok(Entity::find().filter(theirs).count(&self.reading(zone).await?).await?)
    }

    /// What a zone asks of those who sign in, if it was set.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sign_in_rules_find(&self, zone: ZoneId) -> Result<Option<SignInRules>, StoreError> {
        let row =
            decode::row_find(&self.reading(zone).await?, sign_in_rules::Entity::find_by_id(zone.0)).await?;
        Ok(row.map(|row| SignInRules {
            staff_idle: row.staff_idle,
            company_idle: row.company_idle,
            lasts: row.lasts,
            second_factor: row.second_factor,
        }))
    }

    /// Whether anybody at all may sign in to a zone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_any(&self, zone: ZoneId) -> Result<bool, StoreError> {
        let select = person::Entity::find().filter(person::Column::ZoneId.eq(zone.0)).limit(1);
        Ok(decode::row_find(&self.reading(zone).await?, select).await?.is_some())
    }
}

impl Tx {
    /// Gives a person another password.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_password_set(&self, person: PersonId, password_hash: &str) -> Result<(), StoreError> {
        use person::{Column, Entity};
        let this = Column::ZoneId.eq(self.zone.0).and(Column::Id.eq(person.0));
        let update = Entity::update_many().col_expr(Column::PasswordHash, Expr::value(password_hash));
        update.filter(this).exec(&self.transaction).await?;
        Ok(())
    }

    /// Gives a person an address at which mail was seen to arrive.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_email_set(&self, person: PersonId, email: &str) -> Result<(), StoreError> {
        use person::{Column, Entity};
        let this = Column::ZoneId.eq(self.zone.0).and(Column::Id.eq(person.0));
        let update = Entity::update_many().col_expr(Column::Email, Expr::value(email));
        update.filter(this).exec(&self.transaction).await?;
        let row =
            account::ActiveModel { verified_email: Set(Some(email.to_owned())), ..self.account(person) };
        self.account_write(row, &[account::Column::VerifiedEmail]).await
    }

    /// Begins a second factor, unless the person has one that works; answers whether it did.
    ///
    /// # Errors
    /// What the database says.
    pub async fn factor_begin(&self, person: PersonId, secret: &[u8]) -> Result<bool, StoreError> {
        use account::{Column, Entity};
        let row = account::ActiveModel { factor_secret: Set(Some(secret.to_vec())), ..self.account(person) };
        let mut again = OnConflict::columns([Column::ZoneId, Column::PersonId]);
        again.update_columns([Column::FactorSecret, Column::FactorStep]);
        // Named with its table: what was refused has such a column too.
        again.action_and_where(Expr::col((Entity, Column::FactorSince)).is_null());
        let insert = Entity::insert(row).on_conflict(again);
        Ok(insert.exec_without_returning(&self.transaction).await? == 1)
    }

    /// Sets a person's second factor, or takes it away with every recovery code.
    ///
    /// # Errors
    /// What the database says.
    pub async fn factor_set(&self, person: PersonId, factor: Option<&Factor>) -> Result<(), StoreError> {
        use account::Column;
        let row = account::ActiveModel {
            factor_secret: Set(factor.map(|factor| factor.secret.clone())),
            factor_since: Set(factor.and_then(|factor| factor.since).map(Timestamp::as_microsecond)),
            factor_step: Set(factor.map(|factor| factor.step).unwrap_or_default()),
            ..self.account(person)
        };
        self.account_write(row, &[Column::FactorSecret, Column::FactorSince, Column::FactorStep]).await?;
        if factor.is_none() { self.recovery_codes_set(person, &[]).await } else { Ok(()) }
    }

    /// Uses up a step of time and those before it; of several who try only the first is answered true.
    ///
    /// # Errors
    /// What the database says.
    pub async fn factor_use(&self, person: PersonId, step: i64) -> Result<bool, StoreError> {
        use account::{Column, Entity};
        let this = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        let this = this.and(Column::FactorStep.lt(step));
        let update = Entity::update_many().col_expr(Column::FactorStep, Expr::value(step)).filter(this);
        Ok(update.exec(&self.transaction).await?.rows_affected == 1)
    }

    /// Gives a person these recovery codes and no others.
    ///
    /// # Errors
    /// What the database says.
    pub async fn recovery_codes_set(&self, person: PersonId, hashes: &[Hash]) -> Result<(), StoreError> {
        use recovery_code::{ActiveModel, Column, Entity};
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        Entity::delete_many().filter(theirs).exec(&self.transaction).await?;
        if hashes.is_empty() {
            return Ok(());
        }
        let rows = hashes.iter().map(|hash| ActiveModel {
            zone_id: Set(self.zone.0),
            person_id: Set(person.0),
            code_hash: Set(hash.to_vec()),
        });
        Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Uses a recovery code up; of several who try only the first is answered true.
    ///
    /// # Errors
    /// What the database says.
    pub async fn recovery_code_use(&self, person: PersonId, hash: &Hash) -> Result<bool, StoreError> {
        let this = recovery_code::Entity::delete_by_id((self.zone.0, person.0, hash.to_vec()));
        Ok(this.exec(&self.transaction).await?.rows_affected == 1)
    }

    /// Sets what the zone asks of those who sign in. Where it asks staff for a second factor, sessions of staff who
    /// have none are good for enrolling one and nothing else from now on, and their tokens for nothing at all.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sign_in_rules_set(
        &self,
        rules: &SignInRules,
        set_at: Timestamp,
        set_by: Option<PersonId>,
    ) -> Result<(), StoreError> {
        use sign_in_rules::{ActiveModel, Column, Entity};
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            staff_idle: Set(rules.staff_idle),
            company_idle: Set(rules.company_idle),
            lasts: Set(rules.lasts),
            second_factor: Set(rules.second_factor),
            set_at: Set(set_at.as_microsecond()),
            set_by: Set(set_by.map(|person| person.0)),
        };
        let mut again = OnConflict::column(Column::ZoneId);
        let columns = [Column::StaffIdle, Column::CompanyIdle, Column::Lasts, Column::SecondFactor];
        again.update_columns(columns).update_columns([Column::SetAt, Column::SetBy]);
        Entity::insert(row).on_conflict(again).exec_without_returning(&self.transaction).await?;
        if rules.second_factor { self.unenrolled_limit().await } else { Ok(()) }
    }

    async fn unenrolled_limit(&self) -> Result<(), StoreError> {
        let enrolled = Query::select()
            .column(account::Column::PersonId)
            .from(account::Entity)
            .and_where(account::Column::ZoneId.eq(self.zone.0))
            .and_where(account::Column::FactorSince.is_not_null())
            .take();
        let staff = Query::select()
            .column(person::Column::Id)
            .from(person::Entity)
            .and_where(person::Column::ZoneId.eq(self.zone.0))
            .and_where(person::Column::CompanyId.is_null())
            .and_where(person::Column::Id.not_in_subquery(enrolled))
            .take();
        let tokens = api_token::Column::ZoneId.eq(self.zone.0);
        let tokens = tokens.and(api_token::Column::PersonId.in_subquery(staff.clone()));
        api_token::Entity::delete_many().filter(tokens).exec(&self.transaction).await?;
        let these = session::Column::ZoneId.eq(self.zone.0).and(session::Column::PersonId.in_subquery(staff));
        let update = session::Entity::update_many().col_expr(session::Column::Limited, Expr::value(true));
        update.filter(these).exec(&self.transaction).await?;
        Ok(())
    }

    fn account(&self, person: PersonId) -> account::ActiveModel {
        account::ActiveModel {
            zone_id: Set(self.zone.0),
            person_id: Set(person.0),
            verified_email: Set(None),
            factor_secret: Set(None),
            factor_since: Set(None),
            factor_step: Set(0),
        }
    }

    async fn account_write(
        &self,
        row: account::ActiveModel,
        columns: &[account::Column],
    ) -> Result<(), StoreError> {
        let mut again = OnConflict::columns([account::Column::ZoneId, account::Column::PersonId]);
        again.update_columns(columns.iter().copied());
        account::Entity::insert(row).on_conflict(again).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
