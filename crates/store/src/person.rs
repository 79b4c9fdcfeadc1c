//! People who sign in, and what they may be.
use crate::connection::{Store, Tx};
use crate::decode;
use crate::entity::{person, person_post, person_role};
use crate::error::{StoreError, taken};
use crate::viewer::Viewer;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait, RelationTrait, Select, Set,
};
use std::collections::BTreeSet;
use uuid::Uuid;
use workflow::ids::{CompanyId, PersonId, UnitId, ZoneId};

/// Someone who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their identity.
    pub id: PersonId,
    /// What they sign in with, unique in the zone.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Where their mail goes, if anywhere.
    pub email: Option<String>,
    /// `zh` or `en`.
    pub language: String,
    /// The unit they work in, if they are staff of one.
    pub unit: Option<UnitId>,
    /// The company they speak for, if they are not staff.
    pub company: Option<CompanyId>,
    /// What they may be, in their unit where they are of one; in alphabetical order.
    pub roles: Vec<String>,
    /// What they may be in other units besides, in the order of units and roles.
    pub posts: Vec<Post>,
}

/// A role held in a unit besides one's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Post {
    /// The unit.
    pub unit: UnitId,
    /// The role.
    pub role: String,
}

impl Person {
    /// Every role they hold, whichever the unit, each once.
    #[must_use]
    pub fn held(&self) -> BTreeSet<&str> {
        self.roles.iter().chain(self.posts.iter().map(|post| &post.role)).map(String::as_str).collect()
    }

    /// Every unit in which they hold a role, their own first.
    #[must_use]
    pub fn units(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.unit.into_iter().collect();
        for post in &self.posts {
            if !units.contains(&post.unit) {
                units.push(post.unit);
            }
        }
        units
    }
}

/// A person, and what proves that it is them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Who.
    pub person: Person,
    /// The hash of their password, in PHC form.
    pub password_hash: String,
}

impl std::fmt::Debug for Credential {
    /// Keeps the hash out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential").field("person", &self.person).finish_non_exhaustive()
    }
}

impl Store {
    /// Finds a person; a foreign one is like a missing one.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn person_find(&self, viewer: &Viewer, id: PersonId) -> Result<Option<Person>, StoreError> {
        Ok(self.person_batch(viewer, &[id]).await?.pop())
    }

    /// Finds many people with one statement, by id; those not seen are left out.
    ///
    /// # Errors
    /// As [`Store::person_find`].
    pub async fn person_batch(&self, viewer: &Viewer, ids: &[PersonId]) -> Result<Vec<Person>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = person::Column::Id.is_in(ids.iter().map(|id| id.0));
        self.people(viewer, with_roles().filter(viewer.people()).filter(ids)).await
    }

    /// Lists those who hold a role, by id; of one unit, or of the zone.
    ///
    /// # Errors
    /// As [`Store::person_find`].
    pub async fn person_by_roles(
        &self,
        viewer: &Viewer,
        role: &str,
        unit: Option<UnitId>,
    ) -> Result<Vec<Person>, StoreError> {
        use person_role::Column;
        let holders = Query::select()
            .column(Column::PersonId)
            .from(person_role::Entity)
            .and_where(Column::ZoneId.eq(viewer.zone().0))
            .and_where(Column::Role.eq(role))
            .take();
        let mut posted = Query::select()
            .column(person_post::Column::PersonId)
            .from(person_post::Entity)
            .and_where(person_post::Column::ZoneId.eq(viewer.zone().0))
            .and_where(person_post::Column::Role.eq(role))
            .take();
        let mut at_home = person::Column::Id.in_subquery(holders);
        if let Some(unit) = unit {
            at_home = at_home.and(person::Column::UnitId.eq(unit.0));
            posted.and_where(person_post::Column::UnitId.eq(unit.0));
        }
        let either = at_home.or(person::Column::Id.in_subquery(posted));
        self.people(viewer, with_roles().filter(viewer.people()).filter(either)).await
    }

    /// Lists those who speak for a company, by id.
    ///
    /// # Errors
    /// As [`Store::person_find`].
    pub async fn person_by_company(
        &self,
        viewer: &Viewer,
        company: CompanyId,
    ) -> Result<Vec<Person>, StoreError> {
        let of_company = person::Column::CompanyId.eq(company.0);
        self.people(viewer, with_roles().filter(viewer.people()).filter(of_company)).await
    }

    /// Finds who signs in with this; signing in comes before there is a viewer.
    ///
    /// # Errors
    /// As [`Store::person_find`].
    pub async fn person_by_login(&self, zone: ZoneId, login: &str) -> Result<Option<Credential>, StoreError> {
        let named = person::Column::ZoneId.eq(zone.0).and(person::Column::Login.eq(login));
        let rows = self.reading(zone).await?.query_all(with_roles().filter(named).as_query()).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let password_hash = decode::row::<person::Entity>(first)?.password_hash;
        Ok(folded(&rows)?.pop().map(|person| Credential { person, password_hash }))
    }

    async fn people(
        &self,
        viewer: &Viewer,
        select: Select<person::Entity>,
    ) -> Result<Vec<Person>, StoreError> {
        folded(&self.reading(viewer.zone()).await?.query_all(select.as_query()).await?)
    }
}

/// People and their roles, those of each person together.
fn with_roles() -> Select<person::Entity> {
    beside_roles().order_by_asc(person::Column::Id).order_by_asc(person_role::Column::Role)
}

/// People, their roles and their posts by one statement, in no order: a row per role and post, or one row for who has
/// none.
pub(crate) fn beside_roles() -> Select<person::Entity> {
    let select = person::Entity::find().join(JoinType::LeftJoin, person::Relation::PersonRole.def());
    let select = select.join(JoinType::LeftJoin, person::Relation::PersonPost.def());
    let select = select.column_as(person_role::Column::Role, "role");
    select
        .column_as(person_post::Column::UnitId, "post_unit")
        .column_as(person_post::Column::Role, "post_role")
}

pub(crate) fn folded(rows: &[QueryResult]) -> Result<Vec<Person>, StoreError> {
    let mut people: Vec<Person> = Vec::new();
    for row in rows {
        let role = row.try_get::<Option<String>>("", "role")?;
        let unit = row.try_get::<Option<Uuid>>("", "post_unit")?.map(UnitId);
        let post = unit.zip(row.try_get::<Option<String>>("", "post_role")?);
        let post = post.map(|(unit, role)| Post { unit, role });
        let next = decode::row::<person::Entity>(row)?;
        match people.last_mut().filter(|person| person.id.0 == next.id) {
            // Each role comes with each post.
            Some(person) => {
                person.roles.extend(role.filter(|role| !person.roles.contains(role)));
                person.posts.extend(post.filter(|post| !person.posts.contains(post)));
            }
            None => people.push(Person {
                id: PersonId(next.id),
                login: next.login,
                name: next.name,
                email: next.email,
                language: next.language,
                unit: next.unit_id.map(UnitId),
                company: next.company_id.map(CompanyId),
                roles: role.into_iter().collect(),
                posts: post.into_iter().collect(),
            }),
        }
    }
    for person in &mut people {
        person.posts.sort();
    }
    Ok(people)
}

impl Tx {
    /// Adds a person with their roles.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the login is.
    pub async fn person_insert(&self, new: &Person, password_hash: &str) -> Result<(), StoreError> {
        let row = person::ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id.0),
            login: Set(new.login.clone()),
            name: Set(new.name.clone()),
            email: Set(new.email.clone()),
            language: Set(new.language.clone()),
            unit_id: Set(new.unit.map(|unit| unit.0)),
            company_id: Set(new.company.map(|company| company.0)),
            password_hash: Set(password_hash.to_owned()),
        };
        let insert = person::Entity::insert(row).exec_without_returning(&self.transaction).await;
        insert.map_err(taken("login"))?;
        self.person_roles_set(new.id, &new.roles).await?;
        self.person_posts_set(new.id, &new.posts).await
    }

    /// Says in which unit a person works.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_unit_set(&self, person: PersonId, unit: Option<UnitId>) -> Result<(), StoreError> {
        use person::{Column, Entity};
        let this = Column::ZoneId.eq(self.zone.0).and(Column::Id.eq(person.0));
        let update = Entity::update_many().col_expr(Column::UnitId, Expr::value(unit.map(|unit| unit.0)));
        update.filter(this).exec(&self.transaction).await?;
        Ok(())
    }

    /// Gives a person these posts in other units and no others.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_posts_set(&self, person: PersonId, posts: &[Post]) -> Result<(), StoreError> {
        use person_post::{ActiveModel, Column, Entity};
        let held = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        Entity::delete_many().filter(held).exec(&self.transaction).await?;
        if posts.is_empty() {
            return Ok(());
        }
        let rows = posts.iter().map(|post| ActiveModel {
            zone_id: Set(self.zone.0),
            person_id: Set(person.0),
            unit_id: Set(post.unit.0),
            role: Set(post.role.clone()),
        });
        Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Gives a person these roles and no others.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_roles_set(&self, person: PersonId, roles: &[String]) -> Result<(), StoreError> {
        use person_role::{ActiveModel, Column, Entity};
        let held = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        Entity::delete_many().filter(held).exec(&self.transaction).await?;
        if roles.is_empty() {
            return Ok(());
        }
        let rows = roles.iter().map(|role| ActiveModel {
            zone_id: Set(self.zone.0),
            person_id: Set(person.0),
            role: Set(role.clone()),
        });
        Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
