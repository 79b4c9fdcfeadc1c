//! How a company is looked after: what it is filed under, who of the staff looks after it, whom to call there.
use crate::batch::Batch;
use crate::company::theirs;
use crate::connection::{Store, Tx};
use crate::decode;
use crate::entity::{company_contact, company_specialist, company_tag};
use crate::error::StoreError;
use crate::viewer::Viewer;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryTrait, Set};
use std::collections::HashMap;
use workflow::ids::{CompanyId, PersonId};

/// Somebody to call at a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Their name.
    pub name: String,
    /// What they are there.
    pub post: Option<String>,
    /// Their telephone.
    pub phone: Option<String>,
    /// Their address of mail.
    pub email: Option<String>,
}

impl Store {
    /// What each of these companies is filed under, by statement in the order of the tags.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_tags(
        &self,
        viewer: &Viewer,
        ids: &[CompanyId],
    ) -> Result<HashMap<CompanyId, Vec<String>>, StoreError> {
        use company_tag::{Column, Entity};
        let select = Entity::find().filter(theirs(viewer, Column::ZoneId, Column::CompanyId, ids));
        let rows =
            decode::rows(&self.reading(viewer.zone()).await?, select.order_by_asc(Column::Tag)).await?;
        let mut tags: HashMap<CompanyId, Vec<String>> = HashMap::new();
        for row in rows {
            tags.entry(CompanyId(row.company_id)).or_default().push(row.tag);
        }
        Ok(tags)
    }

    /// Who looks after each of these companies.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_specialists(
        &self,
        viewer: &Viewer,
        ids: &[CompanyId],
    ) -> Result<HashMap<CompanyId, PersonId>, StoreError> {
        use company_specialist::{Column, Entity};
        let select = Entity::find().filter(theirs(viewer, Column::ZoneId, Column::CompanyId, ids));
        let rows = decode::rows(&self.reading(viewer.zone()).await?, select).await?;
        Ok(rows.into_iter().map(|row| (CompanyId(row.company_id), PersonId(row.person_id))).collect())
    }

    /// Whom to call at each of these companies, the first to call first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_contacts(
        &self,
        viewer: &Viewer,
        ids: &[CompanyId],
    ) -> Result<HashMap<CompanyId, Vec<Contact>>, StoreError> {
        use company_contact::{Column, Entity};
        let select = Entity::find().filter(theirs(viewer, Column::ZoneId, Column::CompanyId, ids));
        let rows =
            decode::rows(&self.reading(viewer.zone()).await?, select.order_by_asc(Column::Place)).await?;
        let mut contacts: HashMap<CompanyId, Vec<Contact>> = HashMap::new();
        for row in rows {
            let contact = Contact { name: row.name, post: row.post, phone: row.phone, email: row.email };
            contacts.entry(CompanyId(row.company_id)).or_default().push(contact);
        }
        Ok(contacts)
    }
}

impl Tx {
    /// Puts a company under these tags and no others.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_tags_set(&self, id: CompanyId, tags: &[String]) -> Result<(), StoreError> {
        use company_tag::{ActiveModel, Column, Entity};
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::CompanyId.eq(id.0));
        let mut batch = Batch::new(self.transaction.get_database_backend());
        batch.push(&Entity::delete_many().filter(theirs).into_query());
        for tag in tags {
            let row = ActiveModel { zone_id: Set(self.zone.0), company_id: Set(id.0), tag: Set(tag.clone()) };
            batch.push(&Entity::insert(row).into_query());
        }
        Ok(batch.execute(&self.transaction).await?)
    }

    /// Says who looks after a company, or that nobody does.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_specialist_set(
        &self,
        id: CompanyId,
        person: Option<PersonId>,
    ) -> Result<(), StoreError> {
        use company_specialist::{ActiveModel, Column, Entity};
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::CompanyId.eq(id.0));
        let mut batch = Batch::new(self.transaction.get_database_backend());
        batch.push(&Entity::delete_many().filter(theirs).into_query());
        if let Some(person) = person {
            let row =
                ActiveModel { zone_id: Set(self.zone.0), company_id: Set(id.0), person_id: Set(person.0) };
            batch.push(&Entity::insert(row).into_query());
        }
        Ok(batch.execute(&self.transaction).await?)
    }

    /// Says whom to call at a company, the first to call first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn company_contacts_set(&self, id: CompanyId, contacts: &[Contact]) -> Result<(), StoreError> {
        use company_contact::{ActiveModel, Column, Entity};
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::CompanyId.eq(id.0));
        let mut batch = Batch::new(self.transaction.get_database_backend());
        batch.push(&Entity::delete_many().filter(theirs).into_query());
        for (place, contact) in (0_i64..).zip(contacts) {
            let row = ActiveModel {
                zone_id: Set(self.zone.0),
                company_id: Set(id.0),
                place: Set(place),
                name: Set(contact.name.clone()),
                post: Set(contact.post.clone()),
                phone: Set(contact.phone.clone()),
                email: Set(contact.email.clone()),
            };
            batch.push(&Entity::insert(row).into_query());
        }
        Ok(batch.execute(&self.transaction).await?)
    }
}
