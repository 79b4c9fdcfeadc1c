//! Texts that staff write again and again (常用语): the zone's, and each unit's own.
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::snippet::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;
use crate::viewer::{Scope, Viewer};
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;
use workflow::ids::{PersonId, UnitId};

/// Names a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SnippetId(pub Uuid);

/// A text that staff write again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Its identity.
    pub id: SnippetId,
    /// The unit whose it is; nobody's in particular is the whole zone's.
    pub unit: Option<UnitId>,
    /// What lists call it.
    pub title: String,
    /// The text.
    pub text: String,
    /// When it was last written.
    pub changed_at: Timestamp,
    /// Who wrote it last.
    pub changed_by: PersonId,
}

impl Store {
    /// Lists the zone's snippets and those of a unit, by title. Companies have none.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn snippet_list(
        &self,
        viewer: &Viewer,
        unit: Option<UnitId>,
    ) -> Result<Vec<Snippet>, StoreError> {
        if matches!(viewer, Viewer::Person { scope: Scope::Company(_), .. }) {
            return Ok(Vec::new());
        }
        let theirs = Condition::any()
            .add(Column::UnitId.is_null())
            .add_option(unit.map(|unit| Column::UnitId.eq(unit.0)));
        let select = Entity::find().filter(Column::ZoneId.eq(viewer.zone().0)).filter(theirs);
        let select = select.order_by_asc(Column::Title).order_by_asc(Column::Id);
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(snippet).collect()
    }
}

impl Tx {
    /// Finds a snippet of the zone.
    ///
    /// # Errors
    /// As [`Store::snippet_list`].
    pub async fn snippet_find(&self, id: SnippetId) -> Result<Option<Snippet>, StoreError> {
        let select = Entity::find_by_id((self.zone.0, id.0));
        decode::row_find(&self.transaction, select).await?.map(snippet).transpose()
    }

    /// Counts the snippets of a unit, or the zone's own.
    ///
    /// # Errors
    /// What the database says.
    pub async fn snippet_count(&self, unit: Option<UnitId>) -> Result<i64, StoreError> {
        let place = unit.map_or_else(|| Column::UnitId.is_null(), |unit| Column::UnitId.eq(unit.0));
        let select = Entity::find().select_only().column_as(Column::Id.count(), "count");
        let select = select.filter(Column::ZoneId.eq(self.zone.0).and(place));
        Ok(select.into_tuple().one(&self.transaction).await?.unwrap_or_default())
    }

    /// Adds a snippet.
    ///
    /// # Errors
    /// What the database says.
    pub async fn snippet_insert(&self, new: &Snippet) -> Result<(), StoreError> {
        Entity::insert(self.snippet_row(new)).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Writes a snippet anew; answers whether it is there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn snippet_update(&self, new: &Snippet) -> Result<bool, StoreError> {
        let this = Column::ZoneId.eq(self.zone.0).and(Column::Id.eq(new.id.0));
        let update = Entity::update_many().set(self.snippet_row(new)).filter(this);
        Ok(update.exec(&self.transaction).await?.rows_affected == 1)
    }

    /// Removes a snippet; one that is not there is removed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn snippet_delete(&self, id: SnippetId) -> Result<(), StoreError> {
        Entity::delete_by_id((self.zone.0, id.0)).exec(&self.transaction).await?;
        Ok(())
    }

    fn snippet_row(&self, new: &Snippet) -> ActiveModel {
        ActiveModel {
            zone_id: Set(self.zone.0),
            id: Set(new.id.0),
            unit_id: Set(new.unit.map(|unit| unit.0)),
            title: Set(new.title.clone()),
            text: Set(new.text.clone()),
            changed_at: Set(new.changed_at.as_microsecond()),
            changed_by: Set(new.changed_by.0),
        }
    }
}

fn snippet(row: Model) -> Result<Snippet, StoreError> {
    let changed_at = decode::instant(row.changed_at);
    Ok(Snippet {
        id: SnippetId(row.id),
        unit: row.unit_id.map(UnitId),
        changed_at: changed_at.ok_or_else(|| corrupt("snippet", "changed_at", &row.id))?,
        changed_by: PersonId(row.changed_by),
        title: row.title,
        text: row.text,
    })
}
