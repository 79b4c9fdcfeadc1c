//! The policies that a zone published itself, and how far the matching of a whole zone got.
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::{policy_round, policy_source};
use crate::error::{StoreError, taken};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use workflow::ids::{CompanyId, PersonId, ZoneId};

/// A policy as a zone published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedPolicy {
    /// Its id.
    pub policy: String,
    /// Which of its versions, from one.
    pub version: i64,
    /// Its text.
    pub text: String,
    /// Its worked cases.
    pub cases: String,
    /// The SHA-256 of both in hexadecimal.
    pub digest: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// By whom.
    pub published_by: Option<PersonId>,
}

/// A matching of all companies of a zone with its policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchingRound {
    /// The SHA-256 of all policies in hexadecimal.
    pub digest: String,
    /// The day of which the verdicts are.
    pub as_of: Date,
    /// The last company that was matched.
    pub company: Option<CompanyId>,
    /// How many companies were matched.
    pub matched: i64,
    /// When all were.
    pub finished_at: Option<Timestamp>,
}

impl Store {
    /// Lists the newest version of each policy that the zone published.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn policy_list(&self, zone: ZoneId) -> Result<Vec<PublishedPolicy>, StoreError> {
        use policy_source::{Column, Entity, Model};
        let select = Entity::find().filter(Column::ZoneId.eq(zone.0));
        let select = select.order_by_asc(Column::Policy).order_by_asc(Column::Version);
        let mut newest: Vec<Model> = Vec::new();
        for row in decode::rows(&self.reading(zone).await?, select).await? {
            newest.retain(|other| other.policy != row.policy);
            newest.push(row);
        }
        newest.into_iter().map(published).collect()
    }

    /// Names every version of every policy that the zone published, with its digest.
    ///
    /// # Errors
    /// What the database says.
    pub async fn policy_keys(&self, zone: ZoneId) -> Result<Vec<(String, i64, String)>, StoreError> {
        use policy_source::{Column, Entity};
        let select = Entity::find().select_only().columns([Column::Policy, Column::Version, Column::Digest]);
        let select = select.filter(Column::ZoneId.eq(zone.0));
        let select = select.order_by_asc(Column::Policy).order_by_asc(Column::Version);
        Ok(select.into_tuple().all(&self.reading(zone).await?).await?)
    }

    /// Says how far the last matching of a zone got.
    ///
    /// # Errors
    /// As [`Store::policy_list`].
    pub async fn matching_find(&self, zone: ZoneId) -> Result<Option<MatchingRound>, StoreError> {
        let select = policy_round::Entity::find_by_id(zone.0);
        decode::row_find(&self.reading(zone).await?, select).await?.map(round).transpose()
    }
}

impl Tx {
    /// Adds a version of a policy.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when somebody published that version a moment ago.
    pub async fn policy_insert(&self, new: &PublishedPolicy) -> Result<(), StoreError> {
        let row = policy_source::ActiveModel {
            zone_id: Set(self.zone.0),
            policy: Set(new.policy.clone()),
            version: Set(new.version),
            text: Set(new.text.clone()),
            cases: Set(new.cases.clone()),
            digest: Set(new.digest.clone()),
            published_at: Set(new.published_at.as_microsecond()),
            published_by: Set(new.published_by.map(|person| person.0)),
        };
        let insert = policy_source::Entity::insert(row).exec_without_returning(&self.transaction).await;
        insert.map_err(taken("version"))?;
        self.revision_advance().await
    }

    /// Reads how far the matching of the zone got, and keeps others from going on with it until the transaction ends.
    ///
    /// # Errors
    /// As [`Store::policy_list`].
    pub async fn matching_lock(&self) -> Result<Option<MatchingRound>, StoreError> {
        let select = policy_round::Entity::find_by_id(self.zone.0).lock_exclusive();
        decode::row_find(&self.transaction, select).await?.map(round).transpose()
    }

    /// Says how far the matching of the zone got.
    ///
    /// # Errors
    /// What the database says.
    pub async fn matching_put(&self, round: &MatchingRound) -> Result<(), StoreError> {
        use policy_round::{ActiveModel, Column, Entity};
        let row = ActiveModel {
            zone_id: Set(self.zone.0),
            digest: Set(round.digest.clone()),
            as_of: Set(round.as_of.to_string()),
            company_id: Set(round.company.map(|id| id.0)),
            matched: Set(round.matched),
            finished_at: Set(round.finished_at.map(Timestamp::as_microsecond)),
        };
        let mut again = OnConflict::column(Column::ZoneId);
        again.update_columns([
            Column::Digest,
            Column::AsOf,
            Column::CompanyId,
            Column::Matched,
            Column::FinishedAt,
        ]);
        Entity::insert(row).on_conflict(again).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}

fn round(row: policy_round::Model) -> Result<MatchingRound, StoreError> {
    let bad = |column| corrupt("policy_round", column, &row.zone_id);
    let finished = |at| decode::instant(at).ok_or_else(|| bad("finished_at"));
    Ok(MatchingRound {
        as_of: row.as_of.parse().map_err(|_| bad("as_of"))?,
        company: row.company_id.map(CompanyId),
        matched: row.matched,
        finished_at: row.finished_at.map(finished).transpose()?,
        digest: row.digest,
    })
}

fn published(row: policy_source::Model) -> Result<PublishedPolicy, StoreError> {
    let bad = |column| corrupt("policy_source", column, &format!("{}/{}", row.policy, row.version));
    Ok(PublishedPolicy {
        published_at: decode::instant(row.published_at).ok_or_else(|| bad("published_at"))?,
        published_by: row.published_by.map(PersonId),
        policy: row.policy,
        version: row.version,
        text: row.text,
        cases: row.cases,
        digest: row.digest,
    })
}
