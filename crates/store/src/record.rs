//! What was done with the data of people: who looked at it, took it out, or erased it. One chain of rows for each zone,
//! each holding the hash of the one before; the zone's head says which is the last, so that none can be cut off.
//!
//! A reason is people's own words and may name somebody, so the chain holds its digest under a salt. The words lie with
//! the salt in a table of their own: they can be erased, and the chain, which nobody may change, stays whole.
use crate::connection::{Store, Tx};
use crate::decode::{self, Hash, corrupt};
use crate::entity::person_record::{ActiveModel, Column, Entity, Model};
use crate::entity::{person_reason, person_record_head as head};
use crate::error::StoreError;
use crate::event::Chain;
use jiff::Timestamp;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;
use workflow::ids::{CaseId, CompanyId, PersonId, ZoneId};

/// Whose data it is that something was done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// That of somebody who signs in.
    Person(PersonId),
    /// That of those to call at a company.
    Company(CompanyId),
    /// What the answers of a case tell of people.
    Case(CaseId),
}

impl Whose {
    /// The columns that say who it is, of which one has a value.
    fn columns(self) -> (Option<Uuid>, Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Person(id) => (Some(id.0), None, None),
            Self::Company(id) => (None, Some(id.0), None),
            Self::Case(id) => (None, None, Some(id.0)),
        }
    }

    /// Which rows are about it.
    fn rows(self) -> SimpleExpr {
        match self {
            Self::Person(id) => Column::PersonId.eq(id.0),
            Self::Company(id) => Column::CompanyId.eq(id.0),
            Self::Case(id) => Column::CaseId.eq(id.0),
        }
    }
}

/// Something that was done with the data of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// Its place in the zone's chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// By whom; nobody when it was the program.
    pub actor: Option<PersonId>,
    /// Whose data.
    pub subject: Whose,
    /// What, by words that `desk` knows.
    pub act: String,
    /// Why, in the words of whoever did it; none when none was asked for, or it was erased.
    pub reason: Option<String>,
}

/// Words and salts of reasons, by the row they are of.
type Reasons = HashMap<i64, (String, Vec<u8>)>;

/// How many rows are verified at once.
const BATCH: u64 = 1_000;

impl Store {
    /// Lists what was done with somebody's data, the newest first.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn person_record_list(
        &self,
        zone: ZoneId,
        subject: Whose,
        most: u64,
    ) -> Result<Vec<PersonRecord>, StoreError> {
        let theirs = Column::ZoneId.eq(zone.0).and(subject.rows());
        let select = Entity::find().filter(theirs).order_by_desc(Column::Seq).limit(most);
        let reading = self.reading(zone).await?;
        let rows = decode::rows(&reading, select).await?;
        let mut reasons = reasons(&reading, zone, &rows).await?;
        rows.into_iter().map(|row| record(row, &mut reasons)).collect()
    }

    /// Lists the rows by which people asked for something, one of `acts`, that no later row of theirs answers, one of
    /// `answers`; the oldest first, without reasons.
    ///
    /// # Errors
    /// As [`Store::person_record_list`].
    pub async fn person_record_unanswered(
        &self,
        zone: ZoneId,
        person: Option<PersonId>,
        (asked, answers): (&str, &[&str]),
        most: u64,
    ) -> Result<Vec<PersonRecord>, StoreError> {
        let later = Alias::new("later");
        let of_later = |column: Column| Expr::col((later.clone(), column));
        let answered = Query::select()
            .expr(Expr::val(1))
            .from_as(Entity, later.clone())
            .and_where(of_later(Column::ZoneId).eq(zone.0))
            .and_where(of_later(Column::PersonId).equals((Entity, Column::PersonId)))
            .and_where(of_later(Column::Seq).gt(Expr::col((Entity, Column::Seq))))
            .and_where(of_later(Column::Act).is_in(answers.iter().copied().chain([asked])))
            .take();
        let select = Entity::find().filter(Column::ZoneId.eq(zone.0).and(Column::Act.eq(asked)));
        let select = select.filter(Expr::exists(answered).not());
        let select = match person {
            Some(person) => select.filter(Whose::Person(person).rows()),
            None => select,
        };
        let select = select.order_by_asc(Column::Seq).limit(most);
        let rows = decode::rows(&self.reading(zone).await?, select).await?;
        rows.into_iter().map(|row| record(row, &mut HashMap::new())).collect()
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
            let reasons = reasons(&reading, zone, &page).await?;
            for row in page {
                seq += 1;
                let said = reasons
                    .get(&row.seq)
                    .is_none_or(|(reason, salt)| row.reason_digest == reason_digest(salt, reason));
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
        (actor, subject): (Option<PersonId>, Whose),
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
        let (person_id, company_id, case_id) = subject.columns();
        let mut row = Model {
            zone_id: self.zone.0,
            seq: last.seq + 1,
            at: at.as_microsecond(),
            actor_id: actor.map(|actor| actor.0),
            person_id,
            company_id,
            case_id,
            act: act.to_owned(),
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
            company_id: Set(row.company_id),
            case_id: Set(row.case_id),
            act: Set(row.act),
            reason_digest: Set(row.reason_digest),
            previous: Set(row.previous),
            hash: Set(row.hash),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        if let Some(reason) = reason {
            let words = person_reason::ActiveModel {
                zone_id: Set(self.zone.0),
                seq: Set(seq),
                reason: Set(reason.to_owned()),
                salt: Set(salt.to_vec()),
            };
            person_reason::Entity::insert(words).exec_without_returning(&self.transaction).await?;
        }
        let update = head::Entity::update_many().col_expr(head::Column::Seq, Expr::value(seq));
        let update = update.col_expr(head::Column::Hash, Expr::value(hash));
        update.filter(head::Column::ZoneId.eq(self.zone.0)).exec(&self.transaction).await?;
        Ok(())
    }

    /// Erases the words of the reasons in the rows about a person. What they hash to stays.
    pub(crate) async fn person_record_words_erase(&self, person: PersonId) -> Result<(), StoreError> {
        let theirs = Column::ZoneId.eq(self.zone.0).and(Whose::Person(person).rows());
        let seqs = Query::select().column(Column::Seq).from(Entity).and_where(theirs).take();
        let words = person_reason::Column::ZoneId.eq(self.zone.0);
        let words = words.and(person_reason::Column::Seq.in_subquery(seqs));
        person_reason::Entity::delete_many().filter(words).exec(&self.transaction).await?;
        Ok(())
    }
}

fn zeros() -> Vec<u8> {
    vec![0; size_of::<Hash>()]
}

fn reason_digest(salt: &[u8], reason: &str) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(reason).finalize().to_vec()
}

/// The hash of a row: SHA-256 over `previous` and every other column, in order, each led by its length,
/// so that no two rows have the same text. Numbers are big-endian.
fn row_hash(row: &Model) -> Vec<u8> {
    let mut hash = Sha256::new();
    let named = |id: &Option<Uuid>| id.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    for part in [
        row.previous.as_slice(),
        row.zone_id.as_bytes(),
        &row.seq.to_be_bytes(),
        &row.at.to_be_bytes(),
        &named(&row.actor_id),
        &named(&row.person_id),
        &named(&row.company_id),
        &named(&row.case_id),
        row.act.as_bytes(),
        &row.reason_digest,
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// The reasons of these rows with their salts, by `seq`; those that were erased are left out.
async fn reasons(
    reading: &impl ConnectionTrait,
    zone: ZoneId,
    rows: &[Model],
) -> Result<Reasons, StoreError> {
    use person_reason::{Column, Entity};
    let these = Column::ZoneId.eq(zone.0).and(Column::Seq.is_in(rows.iter().map(|row| row.seq)));
    let found = decode::rows(reading, Entity::find().filter(these)).await?;
    Ok(found.into_iter().map(|row| (row.seq, (row.reason, row.salt))).collect())
}

fn record(row: Model, reasons: &mut Reasons) -> Result<PersonRecord, StoreError> {
    let at = decode::instant(row.at).ok_or_else(|| corrupt("person_record", "at", &row.seq))?;
    let subject = match (row.person_id, row.company_id, row.case_id) {
        (Some(person), None, None) => Whose::Person(PersonId(person)),
        (None, Some(company), None) => Whose::Company(CompanyId(company)),
        (None, None, Some(case)) => Whose::Case(CaseId(case)),
        _ => return Err(corrupt("person_record", "person_id", &row.seq)),
    };
    Ok(PersonRecord {
        seq: row.seq,
        at,
        actor: row.actor_id.map(PersonId),
        subject,
        act: row.act,
        reason: reasons.remove(&row.seq).map(|(reason, _)| reason),
    })
}
