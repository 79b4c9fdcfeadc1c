//! Who is signed in. A token names its zone, so that a session is looked for in that zone only.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::{person, person_role, session};
use crate::error::StoreError;
use crate::person::{Person, beside_roles, folded};
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait, RelationTrait, Set,
};
use uuid::Uuid;
use workflow::ids::{PersonId, ZoneId};

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The hash of its token.
    pub token_hash: Hash,
    /// What it is called where it is listed: who reads a list does not learn the token.
    pub id: Uuid,
    /// Who signed in.
    pub person: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends, whatever happens in it.
    pub expires_at: Timestamp,
    /// After how long without a sign of life it ends.
    pub idle: SignedDuration,
    /// Whether it is good for enrolling a second factor and nothing else.
    pub limited: bool,
    /// The program at the other end, as it calls itself.
    pub client: String,
    /// The network address at the other end.
    pub address: String,
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is called where it is listed.
    pub id: Uuid,
    /// Who.
    pub person: Person,
    /// When they signed in.
    pub created_at: Timestamp,
    /// The last sign of life that was noted.
    pub seen_at: Timestamp,
    /// When it ends, whatever happens in it.
    pub expires_at: Timestamp,
    /// Whether it is good for enrolling a second factor and nothing else.
    pub limited: bool,
    /// The program at the other end, as it calls itself.
    pub client: String,
    /// The network address at the other end.
    pub address: String,
}

impl Store {
    /// Finds the session of a token of a zone that is not over by `now`.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn session_find(
        &self,
        zone: ZoneId,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let this = session::Column::TokenHash.eq(token_hash.as_slice());
        Ok(self.sessions(zone, live(zone, now).and(this)).await?.pop())
    }

    /// Lists the sessions of a person that are not over by `now`, the newest first.
    ///
    /// # Errors
    /// As [`Store::session_find`].
    pub async fn session_list(
        &self,
        zone: ZoneId,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        self.sessions(zone, live(zone, now).and(session::Column::PersonId.eq(person.0))).await
    }

    async fn sessions(&self, zone: ZoneId, like: SimpleExpr) -> Result<Vec<Session>, StoreError> {
        use session::Column;
        let columns = [
            (Column::Id, "session_id"),
            (Column::CreatedAt, "created_at"),
            (Column::SeenAt, "seen_at"),
            (Column::ExpiresAt, "expires_at"),
            (Column::Limited, "limited"),
            (Column::Client, "client"),
            (Column::Address, "address"),
        ];
        let select = beside_roles().join(JoinType::InnerJoin, person::Relation::Session.def()).filter(like);
        let select =
            columns.into_iter().fold(select, |select, (column, name)| select.column_as(column, name));
        let select = select.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
        let select = select.order_by_asc(person_role::Column::Role);
        let rows = self.reading(zone).await?.query_all(select.as_query()).await?;
        let mut sessions = Vec::new();
        let mut rest = rows.as_slice();
        while let Some(first) = rest.first() {
            let id: Uuid = first.try_get("", "session_id")?;
            let same = |row: &QueryResult| row.try_get::<Uuid>("", "session_id").is_ok_and(|one| one == id);
            let (these, others) = rest.split_at(rest.iter().take_while(|row| same(row)).count().max(1));
            rest = others;
            let Some(person) = folded(these)?.pop() else { continue };
            let at = |column: &'static str| {
                let instant = decode::instant(first.try_get("", column)?);
                instant.ok_or_else(|| corrupt("session", column, &id))
            };
            sessions.push(Session {
                id,
                person,
                created_at: at("created_at")?,
                seen_at: at("seen_at")?,
                expires_at: at("expires_at")?,
                limited: first.try_get("", "limited")?,
                client: first.try_get("", "client")?,
                address: first.try_get("", "address")?,
            });
        }
        Ok(sessions)
    }
}

/// Neither too old nor idle for too long.
fn live(zone: ZoneId, now: Timestamp) -> SimpleExpr {
    use session::Column;
    let now = now.as_microsecond();
    Column::ZoneId.eq(zone.0).and(Column::ExpiresAt.gt(now)).and(Column::IdleUntil.gt(now))
}

impl Tx {
    /// Signs a person in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_insert(&self, new: &NewSession) -> Result<(), StoreError> {
        let created_at = new.created_at.as_microsecond();
        let idle = i64::try_from(new.idle.as_micros()).unwrap_or(i64::MAX);
        let row = session::ActiveModel {
            zone_id: Set(self.zone.0),
            token_hash: Set(new.token_hash.to_vec()),
            id: Set(new.id),
            person_id: Set(new.person.0),
            created_at: Set(created_at),
            seen_at: Set(created_at),
            idle: Set(idle),
            idle_until: Set(created_at.saturating_add(idle)),
            expires_at: Set(new.expires_at.as_microsecond()),
            limited: Set(new.limited),
            client: Set(new.client.clone()),
            address: Set(new.address.clone()),
        };
        session::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Notes a sign of life: the session is idle from now on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_touch(&self, token_hash: &Hash, now: Timestamp) -> Result<(), StoreError> {
        use session::Column;
        let now = now.as_microsecond();
        let update = session::Entity::update_many().filter(self.session(token_hash));
        let update = update.col_expr(Column::SeenAt, Expr::value(now));
        let update = update.col_expr(Column::IdleUntil, Expr::col(Column::Idle).add(now));
        update.exec(&self.transaction).await?;
        Ok(())
    }

    /// Ends a session; one that is not there is ended.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_delete(&self, token_hash: &Hash) -> Result<(), StoreError> {
        session::Entity::delete_many().filter(self.session(token_hash)).exec(&self.transaction).await?;
        Ok(())
    }

    /// Ends sessions of a person: the one of this id, or all of them; and answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_end(&self, person: PersonId, id: Option<Uuid>) -> Result<u64, StoreError> {
        use session::Column;
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        let these = id.into_iter().fold(theirs, |theirs, id| theirs.and(Column::Id.eq(id)));
        Ok(session::Entity::delete_many().filter(these).exec(&self.transaction).await?.rows_affected)
    }

    /// Forgets the sessions that are over by `now`, and answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        use session::Column;
        let now = now.as_microsecond();
        let over = Column::ExpiresAt.lte(now).or(Column::IdleUntil.lte(now));
        let over = Column::ZoneId.eq(self.zone.0).and(over);
        Ok(session::Entity::delete_many().filter(over).exec(&self.transaction).await?.rows_affected)
    }

    fn session(&self, token_hash: &Hash) -> SimpleExpr {
        use session::Column;
        Column::ZoneId.eq(self.zone.0).and(Column::TokenHash.eq(token_hash.as_slice()))
    }
}
