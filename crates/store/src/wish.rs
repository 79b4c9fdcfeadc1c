//! What people wish of their mail, and the secret by which a link stands for somebody's wish.
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::{mail_key, mail_wish};
use crate::error::StoreError;
use crate::viewer::Viewer;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use std::collections::{BTreeMap, HashMap};
use workflow::ids::{PersonId, ZoneId};

/// The template whose row is about mails of every kind.
const EVERY: &str = "*";

/// What somebody wishes of their mail; the default is all of it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailWishes {
    /// Mails wait until the desk is open.
    pub quiet: bool,
    /// Wishes by template.
    pub kinds: BTreeMap<String, MailWish>,
}

/// What somebody wishes of one kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailWish {
    /// Each as it comes.
    #[default]
    AtOnce,
    /// All of a day in one.
    Daily,
    /// None.
    Off,
}

impl Store {
    /// What these people wish of their mail; those who wish nothing special are left out.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn wish_batch(
        &self,
        viewer: &Viewer,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, MailWishes>, StoreError> {
        use mail_wish::{Column, Entity};
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let theirs = Column::PersonId.is_in(people.iter().map(|person| person.0));
        let select = Entity::find().filter(Column::ZoneId.eq(viewer.zone().0).and(theirs));
        let mut all: HashMap<PersonId, MailWishes> = HashMap::new();
        for row in decode::rows(&self.reading(viewer.zone()).await?, select).await? {
            let wishes = all.entry(PersonId(row.person_id)).or_default();
            match (row.template.as_str(), row.wish.as_str()) {
                (EVERY, "opening") => wishes.quiet = true,
                (_, "daily") => {
                    wishes.kinds.insert(row.template, MailWish::Daily);
                }
                (_, "off") => {
                    wishes.kinds.insert(row.template, MailWish::Off);
                }
                _ => return Err(corrupt("mail_wish", "wish", &row.person_id)),
            }
        }
        Ok(all)
    }

    /// The zone's secret for links, if it has one by now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mail_key_find(&self, zone: ZoneId) -> Result<Option<Vec<u8>>, StoreError> {
        let select = mail_key::Entity::find_by_id(zone.0);
        Ok(decode::row_find(&self.reading(zone).await?, select).await?.map(|row| row.secret))
    }
}

impl Tx {
    /// Takes note of what a person wishes of one kind of mail.
    ///
    /// # Errors
    /// What the database says.
    pub async fn wish_set(&self, person: PersonId, template: &str, wish: MailWish) -> Result<(), StoreError> {
        let wish = match wish {
            MailWish::AtOnce => None,
            MailWish::Daily => Some("daily"),
            MailWish::Off => Some("off"),
        };
        self.wish_write(person, template, wish).await
    }

    /// Takes note of whether a person's mails wait until the desk is open.
    ///
    /// # Errors
    /// What the database says.
    pub async fn quiet_set(&self, person: PersonId, quiet: bool) -> Result<(), StoreError> {
        self.wish_write(person, EVERY, quiet.then_some("opening")).await
    }

    /// Gives the zone a secret for links, unless it has one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mail_key_insert(&self, secret: &[u8]) -> Result<(), StoreError> {
        let row = mail_key::ActiveModel { zone_id: Set(self.zone.0), secret: Set(secret.to_vec()) };
        let unless_there = OnConflict::column(mail_key::Column::ZoneId).do_nothing().to_owned();
        let insert = mail_key::Entity::insert(row).on_conflict(unless_there);
        insert.exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    async fn wish_write(
        &self,
        person: PersonId,
        template: &str,
        wish: Option<&str>,
    ) -> Result<(), StoreError> {
        use mail_wish::{ActiveModel, Column, Entity};
        let Some(wish) = wish else {
            let this = Entity::delete_by_id((self.zone.0, person.0, template.to_owned()));
            this.exec(&self.transaction).await?;
            return Ok(());
        };
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            person_id: Set(person.0),
            template: Set(template.to_owned()),
            wish: Set(wish.to_owned()),
        };
        let key = [Column::ZoneId, Column::PersonId, Column::Template];
        let replace = OnConflict::columns(key).update_column(Column::Wish).to_owned();
        Entity::insert(row).on_conflict(replace).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
