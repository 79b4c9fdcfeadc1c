//! The history of a case: one row per step, each holding the hash of the one before. Rows are added by
//! [`crate::Tx::step_record`] and never changed: no function here or elsewhere updates one.
use crate::connection::Store;
use crate::decode::{self, Hash, corrupt};
use crate::entity::case_event::{Column, Entity, Model};
use crate::entity::case_file;
use crate::error::StoreError;
use crate::viewer::Viewer;
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use sha2::{Digest, Sha256};
use workflow::ids::{CaseId, PersonId};

/// One step of a case, as it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The case.
    pub case: CaseId,
    /// Its place in the case's history, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// By whom; nobody when it was a timer.
    pub actor: Option<PersonId>,
    /// The action, by its name in the definition.
    pub action: String,
    /// What the step read and did.
    pub entry: workflow::Entry,
    /// The hash of the row before, zeros for the first.
    pub previous: Hash,
    /// The hash of this row.
    pub hash: Hash,
}

/// A stretch of a case's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// The case.
    pub case: CaseId,
    /// The row before its first.
    pub after: i64,
    /// Its last row.
    pub to: i64,
}

/// How many stretches one statement takes: SQLite bounds the depth of a condition.
const STRETCHES_MOST: usize = 200;

/// The state of a case's hash chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// Every row follows from the one before, and the case stands at the last.
    Whole {
        /// How many rows there are.
        rows: i64,
    },
    /// Something was changed, removed or added behind the program's back.
    Broken {
        /// The first row that does not follow, or where one is missing.
        seq: i64,
    },
}

impl Store {
    /// Lists the history of a case from after a row on, oldest first.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn event_page(
        &self,
        viewer: &Viewer,
        case: CaseId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<Event>, StoreError> {
        let select = history(viewer, case).filter(Column::Seq.gt(after)).limit(limit);
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(event).collect()
    }

    /// Lists stretches of the histories of several cases by one statement, each oldest first.
    ///
    /// # Errors
    /// As [`Store::event_page`].
    pub async fn event_stretches(
        &self,
        viewer: &Viewer,
        stretches: &[Stretch],
    ) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::new();
        for stretches in stretches.chunks(STRETCHES_MOST) {
            let cases: Vec<CaseId> = stretches.iter().map(|stretch| stretch.case).collect();
            let seen =
                Column::ZoneId.eq(viewer.zone().0).and(Column::CaseId.in_subquery(viewer.among(&cases)));
            let within = stretches.iter().fold(Condition::any(), |any, stretch| {
                let from = Column::CaseId.eq(stretch.case.0).and(Column::Seq.gt(stretch.after));
                any.add(from.and(Column::Seq.lte(stretch.to)))
            });
            let select = Entity::find().filter(seen).filter(within).order_by_asc(Column::Seq);
            for row in decode::rows(&self.reading(viewer.zone()).await?, select).await? {
                events.push(event(row)?);
            }
        }
        Ok(events)
    }

    /// Recomputes the hashes of a case's history; `None` when the viewer sees no such case.
    ///
    /// # Errors
    /// What the database says.
    pub async fn chain_verify(&self, viewer: &Viewer, case: CaseId) -> Result<Option<Chain>, StoreError> {
        let select =
            case_file::Entity::find().filter(viewer.cases()).filter(case_file::Column::Id.eq(case.0));
        let reading = self.reading(viewer.zone()).await?;
        let Some(file) = decode::row_find(&reading, select).await? else { return Ok(None) };
        let select = history(viewer, case).filter(Column::Seq.lte(file.seq));
        let mut previous = vec![0; size_of::<Hash>()];
        let mut seq = 0;
        for row in decode::rows(&reading, select).await? {
            seq += 1;
            if row.seq != seq || row.previous != previous || row.hash != row_hash(&row) {
                return Ok(Some(Chain::Broken { seq }));
            }
            previous = row.hash;
        }
        let whole = seq == file.seq && previous == file.head;
        Ok(Some(if whole { Chain::Whole { rows: seq } } else { Chain::Broken { seq: seq + 1 } }))
    }
}

fn history(viewer: &Viewer, case: CaseId) -> Select<Entity> {
    let of_case = Column::ZoneId.eq(viewer.zone().0).and(Column::CaseId.in_subquery(viewer.case(case)));
    Entity::find().filter(of_case).order_by_asc(Column::Seq)
}

fn event(row: Model) -> Result<Event, StoreError> {
    let bad = |column| corrupt("case_event", column, &format!("{}/{}", row.case_id, row.seq));
    Ok(Event {
        case: CaseId(row.case_id),
        seq: row.seq,
        at: decode::instant(row.at).ok_or_else(|| bad("at"))?,
        actor: row.actor_id.map(PersonId),
        entry: decode::json(&row.entry).ok_or_else(|| bad("entry"))?,
        previous: decode::hash(&row.previous).ok_or_else(|| bad("previous"))?,
        hash: decode::hash(&row.hash).ok_or_else(|| bad("hash"))?,
        action: row.action,
    })
}

/// The hash of a row: SHA-256 over `previous` and then every other column in order, each led by its length, so that
/// no two rows have the same text. Numbers are big-endian, `entry` is hashed as the text that is stored.
pub(crate) fn row_hash(row: &Model) -> Hash {
    let mut hash = Sha256::new();
    let actor = row.actor_id.map(sea_orm::prelude::Uuid::into_bytes);
    for part in [
        row.previous.as_slice(),
        row.zone_id.as_bytes(),
        row.case_id.as_bytes(),
        &row.seq.to_be_bytes(),
        &row.at.to_be_bytes(),
        actor.as_ref().map_or(&[], |id| id.as_slice()),
        row.action.as_bytes(),
        row.entry.as_bytes(),
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
