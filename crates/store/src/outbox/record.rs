//! Reading what became of mails.
use super::MailState;
use crate::connection::Store;
use crate::decode::{self, corrupt};
use crate::entity::outbox::{Column, Entity, Model};
use crate::error::StoreError;
use crate::viewer::Viewer;
use jiff::Timestamp;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;
use workflow::ids::{CaseId, PersonId, ZoneId};

/// How many mails of a zone have not arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Waiting or being sent.
    pub queued: i64,
    /// Given up.
    pub dead: i64,
    /// When the oldest of the waiting was caused.
    pub oldest: Option<Timestamp>,
}

/// A mail of a case, without what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRecord {
    /// Its identity.
    pub id: Uuid,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// The row of the case's history that caused it.
    pub seq: i64,
    /// The template's name.
    pub template: String,
    /// The person it went to, if it is one of ours.
    pub recipient: Option<PersonId>,
    /// The address it went to.
    pub address: String,
    /// The recipient's name.
    pub name: String,
    /// `zh` or `en`.
    pub language: String,
    /// When it was caused.
    pub created_at: Timestamp,
    /// What became of it.
    pub state: MailState,
    /// How many attempts were begun.
    pub attempts: i64,
    /// When it was handed over.
    pub sent_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl Store {
    /// Counts what of a zone's mail has not arrived.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_counts(&self, zone: ZoneId) -> Result<OutboxCounts, StoreError> {
        let select =
            Entity::find().select_only().column(Column::State).column_as(Column::Id.count(), "count");
        let select = select.column_as(Column::CreatedAt.min(), "oldest").group_by(Column::State);
        let open = Column::State.ne(MailState::Sent.as_str()).and(Column::ZoneId.eq(zone.0));
        let rows: Vec<(String, i64, i64)> =
            select.filter(open).into_tuple().all(&self.reading(zone).await?).await?;
        let mut counts = OutboxCounts { queued: 0, dead: 0, oldest: None };
        for (state, count, oldest) in rows {
            match MailState::parse(&state) {
                Some(MailState::Queued) => {
                    counts.queued = count;
                    let oldest = decode::instant(oldest);
                    counts.oldest = Some(oldest.ok_or_else(|| corrupt("outbox", "created_at", &"?"))?);
                }
                Some(MailState::Dead) => counts.dead = count,
                _ => return Err(corrupt("outbox", "state", &state)),
            }
        }
        Ok(counts)
    }

    /// Lists the mails of cases, of each in the order they were caused.
    ///
    /// # Errors
    /// As [`Store::outbox_claim`].
    pub async fn outbox_list(
        &self,
        viewer: &Viewer,
        cases: &[CaseId],
    ) -> Result<Vec<MailRecord>, StoreError> {
        let of_cases =
            Column::ZoneId.eq(viewer.zone().0).and(Column::CaseId.in_subquery(viewer.among(cases)));
        let select = Entity::find().filter(of_cases).order_by_asc(Column::Seq).order_by_asc(Column::Id);
        decode::rows(&self.reading(viewer.zone()).await?, select).await?.into_iter().map(record).collect()
    }
}

fn record(row: Model) -> Result<MailRecord, StoreError> {
    let bad = |column| corrupt("outbox", column, &row.id);
    Ok(MailRecord {
        id: row.id,
        case: row.case_id.map(CaseId),
        seq: row.seq,
        recipient: row.recipient_id.map(PersonId),
        created_at: decode::instant(row.created_at).ok_or_else(|| bad("created_at"))?,
        state: MailState::parse(&row.state).ok_or_else(|| bad("state"))?,
        attempts: row.attempts,
        sent_at: row.sent_at.map(|at| decode::instant(at).ok_or_else(|| bad("sent_at"))).transpose()?,
        error: row.error,
        template: row.template,
        address: row.address,
        name: row.name,
        language: row.language,
    })
}
