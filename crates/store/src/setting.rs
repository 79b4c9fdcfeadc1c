//! What a zone has otherwise than the program: limits, processes of its own, and who is away.
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::{absence, definition, zone_limit};
use crate::error::{StoreError, taken};
use jiff::Timestamp;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use workflow::ids::{PersonId, ZoneId};

/// A limit that a zone has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneLimit {
    /// The process.
    pub process: String,
    /// The limit's name in the process.
    pub name: String,
    /// What it is, as definitions write it.
    pub value: String,
    /// When it was set.
    pub set_at: Timestamp,
    /// Who set it.
    pub set_by: Option<PersonId>,
}

/// A process that a zone has published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedDefinition {
    /// Its zone.
    pub zone: ZoneId,
    /// The process.
    pub process: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 of its text, in hexadecimal.
    pub digest: String,
    /// The text.
    pub text: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who published it.
    pub published_by: Option<PersonId>,
}

/// A time during which a person is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Who.
    pub person: PersonId,
    /// Its first instant.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// Who hears and acts meanwhile.
    pub substitute: Option<PersonId>,
}

impl Store {
    /// Lists the limits that a zone has set.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn limit_list(&self, zone: ZoneId) -> Result<Vec<ZoneLimit>, StoreError> {
        use zone_limit::{Column, Entity, Model};
        let select = Entity::find().filter(Column::ZoneId.eq(zone.0));
        let select = select.order_by_asc(Column::Process).order_by_asc(Column::Name);
        let limit = |row: Model| {
            let bad = || corrupt("zone_limit", "set_at", &format!("{}/{}", row.process, row.name));
            Ok(ZoneLimit {
                set_at: decode::instant(row.set_at).ok_or_else(bad)?,
                set_by: row.set_by.map(PersonId),
                process: row.process,
                name: row.name,
                value: row.value,
            })
        };
        decode::rows(&self.reading(zone).await?, select).await?.into_iter().map(limit).collect()
    }

    /// Lists what identifies every process that a zone published: process, version and digest.
    ///
    /// # Errors
    /// What the database says.
    pub async fn definition_keys(&self, zone: ZoneId) -> Result<Vec<(String, i64, String)>, StoreError> {
        use definition::{Column, Entity};
        let select = Entity::find().select_only().filter(Column::ZoneId.eq(zone.0));
        let select = select.columns([Column::Process, Column::Version, Column::Digest]);
        let select = select.order_by_asc(Column::PublishedAt).order_by_asc(Column::Version);
        Ok(select.into_tuple().all(&self.reading(zone).await?).await?)
    }

    /// Finds a published process.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn definition_find(
        &self,
        zone: ZoneId,
        process: &str,
        version: i64,
    ) -> Result<Option<PublishedDefinition>, StoreError> {
        let select = definition::Entity::find_by_id((zone.0, process.to_owned(), version));
        let Some(row) = decode::row_find(&self.reading(zone).await?, select).await? else { return Ok(None) };
        let bad = |column| corrupt("definition", column, &format!("{}/{}", row.process, row.version));
        Ok(Some(PublishedDefinition {
            zone,
            version: u32::try_from(row.version).map_err(|_| bad("version"))?,
            published_at: decode::instant(row.published_at).ok_or_else(|| bad("published_at"))?,
            published_by: row.published_by.map(PersonId),
            process: row.process,
            digest: row.digest,
            text: row.text,
        }))
    }

    /// Lists absences of a zone that are not over at an instant.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn absence_list(&self, zone: ZoneId, now: Timestamp) -> Result<Vec<Absence>, StoreError> {
        use absence::{Column, Entity, Model};
        let select =
            Entity::find().filter(Column::ZoneId.eq(zone.0).and(Column::ToAt.gt(now.as_microsecond())));
        let absence = |row: Model| {
            let bad = |column| corrupt("absence", column, &row.person_id);
            Ok(Absence {
                person: PersonId(row.person_id),
                from: decode::instant(row.from_at).ok_or_else(|| bad("from_at"))?,
                to: decode::instant(row.to_at).ok_or_else(|| bad("to_at"))?,
                substitute: row.substitute_id.map(PersonId),
            })
        };
        let rows = decode::rows(&self.reading(zone).await?, select.order_by_asc(Column::FromAt)).await?;
        rows.into_iter().map(absence).collect()
    }
}

impl Tx {
    /// Sets a limit of a process.
    ///
    /// # Errors
    /// What the database says.
    pub async fn limit_set(&self, limit: &ZoneLimit) -> Result<(), StoreError> {
        use zone_limit::{ActiveModel, Column, Entity};
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            process: Set(limit.process.clone()),
            name: Set(limit.name.clone()),
            value: Set(limit.value.clone()),
            set_at: Set(limit.set_at.as_microsecond()),
            set_by: Set(limit.set_by.map(|person| person.0)),
        };
        let mut again = OnConflict::columns([Column::ZoneId, Column::Process, Column::Name]);
        again.update_columns([Column::Value, Column::SetAt, Column::SetBy]);
        Entity::insert(row).on_conflict(again).exec_without_returning(&self.transaction).await?;
        self.revision_advance().await
    }

    /// Takes a zone's limit away, so that the definition's counts again.
    ///
    /// # Errors
    /// What the database says.
    pub async fn limit_remove(&self, process: &str, name: &str) -> Result<(), StoreError> {
        let key = (self.zone.0, process.to_owned(), name.to_owned());
        zone_limit::Entity::delete_by_id(key).exec(&self.transaction).await?;
        self.revision_advance().await
    }

    /// Adds a process in a version that the zone does not have.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when it has that version.
    pub async fn definition_insert(&self, new: &PublishedDefinition) -> Result<(), StoreError> {
        let row = definition::ActiveModel {
            zone_id: Set(self.zone.0),
            process: Set(new.process.clone()),
            version: Set(new.version.into()),
            digest: Set(new.digest.clone()),
            text: Set(new.text.clone()),
            published_at: Set(new.published_at.as_microsecond()),
            published_by: Set(new.published_by.map(|person| person.0)),
        };
        let insert = definition::Entity::insert(row).exec_without_returning(&self.transaction).await;
        insert.map_err(taken("version"))?;
        self.revision_advance().await
    }

    /// Keeps an absence; one of the same person that begins at the same instant is replaced.
    ///
    /// # Errors
    /// What the database says.
    pub async fn absence_set(&self, absence: &Absence) -> Result<(), StoreError> {
        use absence::{ActiveModel, Column, Entity};
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            person_id: Set(absence.person.0),
            from_at: Set(absence.from.as_microsecond()),
            to_at: Set(absence.to.as_microsecond()),
            substitute_id: Set(absence.substitute.map(|person| person.0)),
        };
        let mut again = OnConflict::columns([Column::ZoneId, Column::PersonId, Column::FromAt]);
        again.update_columns([Column::ToAt, Column::SubstituteId]);
        Entity::insert(row).on_conflict(again).exec_without_returning(&self.transaction).await?;
        self.revision_advance().await
    }
}
