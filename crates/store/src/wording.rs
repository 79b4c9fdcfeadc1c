//! A zone's own words for its mails.
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::mail_wording::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use workflow::ids::{PersonId, ZoneId};
use workflow::{Language, Wording};

/// A zone's own words for one mail in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailWording {
    /// The template they are for.
    pub template: String,
    /// The language they are in.
    pub language: Language,
    /// The words.
    pub wording: Wording,
    /// When they were set.
    pub set_at: Timestamp,
    /// Who set them.
    pub set_by: PersonId,
}

impl Store {
    /// Lists the words that a zone has set, by template and language.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn wording_list(&self, zone: ZoneId) -> Result<Vec<MailWording>, StoreError> {
        let select = Entity::find().filter(Column::ZoneId.eq(zone.0));
        let select = select.order_by_asc(Column::Template).order_by_asc(Column::Language);
        let wording = |row: Model| {
            let bad = |column| corrupt("mail_wording", column, &row.template);
            Ok(MailWording {
                language: Language::parse(&row.language).ok_or_else(|| bad("language"))?,
                set_at: decode::instant(row.set_at).ok_or_else(|| bad("set_at"))?,
                set_by: PersonId(row.set_by),
                template: row.template,
                wording: Wording { subject: row.subject, happened: row.happened, next: row.next },
            })
        };
        decode::rows(&self.reading(zone).await?, select).await?.into_iter().map(wording).collect()
    }
}

impl Tx {
    /// Sets the words for a mail in a language.
    ///
    /// # Errors
    /// What the database says.
    pub async fn wording_set(&self, new: &MailWording) -> Result<(), StoreError> {
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            template: Set(new.template.clone()),
            language: Set(new.language.as_str().to_owned()),
            subject: Set(new.wording.subject.clone()),
            happened: Set(new.wording.happened.clone()),
            next: Set(new.wording.next.clone()),
            set_at: Set(new.set_at.as_microsecond()),
            set_by: Set(new.set_by.0),
        };
        let key = [Column::ZoneId, Column::Template, Column::Language];
        let words = [Column::Subject, Column::Happened, Column::Next, Column::SetAt, Column::SetBy];
        let replace = OnConflict::columns(key).update_columns(words).to_owned();
        Entity::insert(row).on_conflict(replace).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Gives a mail the program's words back; answers whether it had others.
    ///
    /// # Errors
    /// What the database says.
    pub async fn wording_delete(&self, template: &str, language: Language) -> Result<bool, StoreError> {
        let key = (self.zone.0, template.to_owned(), language.as_str().to_owned());
        Ok(Entity::delete_by_id(key).exec(&self.transaction).await?.rows_affected == 1)
    }
}
