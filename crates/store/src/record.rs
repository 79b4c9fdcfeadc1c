//! What was done with the data of people: who looked at it, took it out, or erased it. One chain of rows for each zone,
//! each holding the hash of the one before; the zone's head says which is the last, so that none can be cut off.
//!
//! A reason is people's own words and may name somebody, so the chain holds its digest under a salt: the words can be
//! erased with the salt, and the chain stays whole.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::person_record::{ActiveModel, Column, Entity, Model};
use crate::entity::person_record_head as head;
use crate::error::StoreError;
use crate::event::Chain;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use sha2::{Digest, Sha256};
use workflow::ids::{PersonId, ZoneId};

/// Something that was done with the data of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// Its place in the zone's chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// By whom; nobody when it was the program.
    pub actor: Option<PersonId>,
    /// Whose data.
    pub person: PersonId,
    /// What, by words that `desk` knows.
    pub act: String,
    /// Why, in the words of whoever did it; none when none was asked for, or it was erased.
    pub reason: Option<String>,
}

/// How many rows are verified at once.
const BATCH: u64 = 1_000;

impl Store {
    /// Lists what was done with the data of a person, the newest first.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn person_record_list(
        &self,
        zone: ZoneId,
        person: PersonId,
        most: u64,
    ) -> Result<Vec<PersonRecord>, StoreError> {
        let theirs = Column::ZoneId.eq(zone.0).and(Column::PersonId.eq(person.0));
        let select = Entity::find().filter(theirs).order_by_desc(Column::Seq).limit(most);
        decode::rows(&self.reading(zone).await?, select).await?.into_iter().map(record).collect()
    }

    /// Recomputes the chain of a zone as it stands at one moment.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_records_verify(&self, zone: ZoneId) -> Result<Chain, StoreError> {
        let reading = self.snapshot(zone).await?;
        let last = decode::row_find(&reading, head::Entity::find_by_id(zone.0)).await?;
        let (rows, end) = last.map_or_else(|| (0, zeros()), |last| (last.seq, last.hash));
        let (mut previous, mut seq) = (zeros(), 0);
        loop {
            let select = Entity::find().filter(Column::ZoneId.eq(zone.0).and(Column::Seq.gt(seq)));
            let page = decode::rows(&reading, select.order_by_asc(Column::Seq).limit(BATCH)).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                seq += 1;
                let said = match (&row.reason, &row.salt) {
                    (Some(reason), Some(salt)) => row.reason_digest == reason_digest(salt, reason),
                    (None, None) => true,
                    _ => false,
                };
                if !said || row.seq != seq || row.previous != previous || row.hash != row_hash(&row) {
                    return Ok(Chain::Broken { seq });
                }
                previous = row.hash;
            }
        }
        let whole = seq == rows && previous == end;
        Ok(if whole { Chain::Whole { rows } } else { Chain::Broken { seq: seq + 1 } })
    }
}

impl Tx {
    /// Adds a row to the zone's chain; whoever else adds one waits until this transaction ends. `salt` is chance.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_record_add(
        &self,
        (actor, person): (Option<PersonId>, PersonId),
        act: &str,
        reason: Option<&str>,
        (at, salt): (Timestamp, [u8; 16]),
    ) -> Result<(), StoreError> {
        // The row that is there can be locked, so it is put there first.
        let none = head::ActiveModel { zone_id: Set(self.zone.0), seq: Set(0), hash: Set(zeros()) };
        let mut there = OnConflict::column(head::Column::ZoneId);
        there.do_nothing();
        head::Entity::insert(none).on_conflict(there).exec_without_returning(&self.transaction).await?;
        let select = head::Entity::find_by_id(self.zone.0).lock_exclusive();
        let last = decode::row_find(&self.transaction, select).await?;
        let last = last.ok_or_else(|| corrupt("person_record_head", "seq", &self.zone))?;
        let mut row = Model {
            zone_id: self.zone.0,
            seq: last.seq + 1,
            at: at.as_microsecond(),
            actor_id: actor.map(|actor| actor.0),
            person_id: person.0,
            act: act.to_owned(),
            reason: reason.map(str::to_owned),
            salt: reason.map(|_| salt.to_vec()),
            reason_digest: reason.map(|reason| reason_digest(&salt, reason)).unwrap_or_default(),
            previous: last.hash,
            hash: Vec::new(),
        };
        row.hash = row_hash(&row);
        let (seq, hash) = (row.seq, row.hash.clone());
        let row = ActiveModel {
            zone_id: Set(row.zone_id),
            seq: Set(row.seq),
            at: Set(row.at),
            actor_id: Set(row.actor_id),
            person_id: Set(row.person_id),
            act: Set(row.act),
            reason: Set(row.reason),
            salt: Set(row.salt),
            reason_digest: Set(row.reason_digest),
            previous: Set(row.previous),
            hash: Set(row.hash),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        let update = head::Entity::update_many().col_expr(head::Column::Seq, Expr::value(seq));
        let update = update.col_expr(head::Column::Hash, Expr::value(hash));
        update.filter(head::Column::ZoneId.eq(self.zone.0)).exec(&self.transaction).await?;
        Ok(())
    }

    /// Erases the words of the reasons in the rows about a person. What they hash to stays.
    pub(crate) async fn person_record_words_erase(&self, person: PersonId) -> Result<(), StoreError> {
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        let update = Entity::update_many().col_expr(Column::Reason, Expr::value(None::<String>));
        let update = update.col_expr(Column::Salt, Expr::value(None::<Vec<u8>>));
        update.filter(theirs).exec(&self.transaction).await?;
        Ok(())
    }
}

fn zeros() -> Vec<u8> {
    vec![0; size_of::<Hash>()]
}

fn reason_digest(salt: &[u8], reason: &str) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(reason).finalize().to_vec()
}

/// The hash of a row: SHA-256 over `previous` and every other column but the reason's words and salt, in order, each
/// led by its length, so that no two rows have the same text. Numbers are big-endian.
fn row_hash(row: &Model) -> Vec<u8> {
    let mut hash = Sha256::new();
    let actor = row.actor_id.map(sea_orm::prelude::Uuid::into_bytes);
    for part in [
        row.previous.as_slice(),
        row.zone_id.as_bytes(),
        &row.seq.to_be_bytes(),
        &row.at.to_be_bytes(),
        actor.as_ref().map_or(&[], |id| id.as_slice()),
        row.person_id.as_bytes(),
        row.act.as_bytes(),
        &row.reason_digest,
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn record(row: Model) -> Result<PersonRecord, StoreError> {
    let at = decode::instant(row.at).ok_or_else(|| corrupt("person_record", "at", &row.seq))?;
    Ok(PersonRecord {
        seq: row.seq,
        at,
        actor: row.actor_id.map(PersonId),
        person: PersonId(row.person_id),
        act: row.act,
        reason: row.reason,
    })
}
