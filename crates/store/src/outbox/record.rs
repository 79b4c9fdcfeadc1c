//! Reading what became of mails.
use super::dead::{MailDiscard, Undeliverable, undeliverable};
use super::{MailState, lower};
use crate::connection::Store;
use crate::decode::{self, corrupt};
use crate::entity::outbox::{Column, Entity, Model};
use crate::entity::{mail_discard, undeliverable as nobody};
use crate::error::StoreError;
use crate::page::{PAGE_MOST, Page, Take};
use crate::viewer::{Scope, Viewer};
use jiff::Timestamp;
use sea_orm::sea_query::{ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use std::collections::HashMap;
use uuid::Uuid;
use workflow::ids::{CaseId, PersonId, ZoneId};

/// How many mails of a zone have not arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Waiting or being sent; not those that are held.
    pub queued: i64,
    /// Held until their address is confirmed.
    pub held: i64,
    /// Given up, and nobody decided about it.
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
    /// Why the last attempt failed, or why it is held.
    pub error: Option<String>,
    /// Who decided that it need not arrive.
    pub discarded: Option<MailDiscard>,
}

/// Says which mails are asked for; what is left empty does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailFilter {
    /// In one of these states.
    pub states: Vec<MailState>,
    /// Made from this template.
    pub template: Option<String>,
}

impl Store {
    /// Counts what of a zone's mail has not arrived.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_counts(&self, zone: ZoneId) -> Result<OutboxCounts, StoreError> {
        let reading = self.reading(zone).await?;
        let count = async |state| {
            let select = Entity::find().select_only().column_as(Column::Id.count(), "count");
            let select = select.column_as(Column::CreatedAt.min(), "oldest");
            let row: Option<(i64, Option<i64>)> =
                select.filter(in_state(zone, state)).into_tuple().one(&reading).await?;
            Ok::<_, StoreError>(row.unwrap_or_default())
        };
        let (queued, oldest) = count(MailState::Queued).await?;
        let (held, dead) = (count(MailState::Held).await?.0, count(MailState::Dead).await?.0);
        let oldest =
            oldest.map(|oldest| decode::instant(oldest).ok_or_else(|| corrupt("outbox", "created_at", &"?")));
        Ok(OutboxCounts { queued, held, dead, oldest: oldest.transpose()? })
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
        let reading = self.reading(viewer.zone()).await?;
        records(&reading, viewer.zone(), decode::rows(&reading, select).await?).await
    }

    /// Those of these mails that the viewer sees: of the cases they see; who sees the whole zone, all.
    ///
    /// # Errors
    /// As [`Store::outbox_claim`].
    pub async fn outbox_batch(&self, viewer: &Viewer, ids: &[Uuid]) -> Result<Vec<MailRecord>, StoreError> {
        let these = Column::Id.is_in(ids.iter().copied());
        let select = Entity::find().filter(seen(viewer)).filter(these);
        let reading = self.reading(viewer.zone()).await?;
        records(&reading, viewer.zone(), decode::rows(&reading, select).await?).await
    }

    /// Lists one page of the mails that the viewer sees, the latest first.
    ///
    /// # Errors
    /// As [`Store::outbox_claim`].
    pub async fn outbox_page(
        &self,
        viewer: &Viewer,
        filter: &MailFilter,
        take: Take,
        after: Option<Uuid>,
        before: Option<Uuid>,
    ) -> Result<Page<MailRecord>, StoreError> {
        let (count, backward) = match take {
            Take::First(count) => (Ord::min(count, PAGE_MOST), false),
            Take::Last(count) => (Ord::min(count, PAGE_MOST), true),
        };
        // Ids of later mails are greater, and the latest come first.
        let place = Condition::all()
            .add_option(after.map(|after| Column::Id.lt(after)))
            .add_option(before.map(|before| Column::Id.gt(before)));
        let order = if backward { Order::Asc } else { Order::Desc };
        let select = Entity::find().filter(asked(viewer, filter)).filter(place);
        let reading = self.reading(viewer.zone()).await?;
        let mut rows = decode::rows(&reading, select.order_by(Column::Id, order).limit(count + 1)).await?;
        let more = rows.len() as u64 > count;
        rows.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        if backward {
            rows.reverse();
        }
        let items = records(&reading, viewer.zone(), rows).await?;
        let (has_next, has_previous) =
            if backward { (before.is_some(), more) } else { (more, after.is_some()) };
        Ok(Page { items, has_next, has_previous })
    }

    /// Counts the mails that a filter finds.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_count(&self, viewer: &Viewer, filter: &MailFilter) -> Result<i64, StoreError> {
        let select = Entity::find().select_only().column_as(Column::Id.count(), "count");
        let reading = self.reading(viewer.zone()).await?;
        Ok(select.filter(asked(viewer, filter)).into_tuple().one(&reading).await?.unwrap_or_default())
    }

    /// Those of these addresses at which nobody is.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a damaged row.
    pub async fn undeliverable_batch(
        &self,
        viewer: &Viewer,
        addresses: &[&str],
    ) -> Result<Vec<Undeliverable>, StoreError> {
        gone(&self.reading(viewer.zone()).await?, viewer.zone(), addresses).await
    }
}

async fn gone(
    reading: &impl ConnectionTrait,
    zone: ZoneId,
    addresses: &[&str],
) -> Result<Vec<Undeliverable>, StoreError> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let addresses = addresses.iter().map(|address| address.to_lowercase());
    let these = nobody::Column::ZoneId.eq(zone.0).and(nobody::Column::Address.is_in(addresses));
    let rows = decode::rows(reading, nobody::Entity::find().filter(these)).await?;
    let read = |row: nobody::Model| {
        let since = decode::instant(row.since);
        let since = since.ok_or_else(|| corrupt("undeliverable", "since", &row.address))?;
        Ok(Undeliverable { address: row.address, reason: row.reason, since })
    };
    rows.into_iter().map(read).collect()
}

/// Reads rows, with what was decided about them and about their addresses.
async fn records(
    reading: &impl ConnectionTrait,
    zone: ZoneId,
    rows: Vec<Model>,
) -> Result<Vec<MailRecord>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let addresses: Vec<&str> = rows.iter().map(|row| &*row.address).collect();
    let gone = gone(reading, zone, &addresses).await?;
    let gone: HashMap<String, String> = gone.into_iter().map(|one| (one.address, one.reason)).collect();
    let ids = mail_discard::Column::MailId.is_in(rows.iter().map(|row| row.id));
    let select = mail_discard::Entity::find().filter(mail_discard::Column::ZoneId.eq(zone.0).and(ids));
    let mut discarded = HashMap::new();
    for row in decode::rows(reading, select).await? {
        let at = decode::instant(row.at).ok_or_else(|| corrupt("mail_discard", "at", &row.mail_id))?;
        let by = PersonId(row.person_id);
        discarded.insert(row.mail_id, MailDiscard { by, at, reason: row.reason });
    }
    rows.into_iter()
        .map(|row| {
            let (decided, gone) = (discarded.remove(&row.id), gone.get(&row.address.to_lowercase()));
            record(row, decided, gone)
        })
        .collect()
}

/// The mails that a viewer sees: who does not see the whole zone, those of the cases they see.
fn seen(viewer: &Viewer) -> Condition {
    let zoned = Condition::all().add(Column::ZoneId.eq(viewer.zone().0));
    match viewer {
        Viewer::System(_) | Viewer::Person { scope: Scope::Zone, .. } => zoned,
        Viewer::Person { .. } => zoned.add(Column::CaseId.in_subquery(viewer.case_ids())),
    }
}

fn asked(viewer: &Viewer, filter: &MailFilter) -> Condition {
    let zone = viewer.zone();
    let states = filter.states.iter().fold(Condition::any(), |any, state| any.add(in_state(zone, *state)));
    let asked = seen(viewer).add_option(filter.template.as_ref().map(|name| Column::Template.eq(name)));
    if filter.states.is_empty() { asked } else { asked.add(states) }
}

fn in_state(zone: ZoneId, state: MailState) -> Condition {
    let is = Condition::all().add(Column::ZoneId.eq(zone.0)).add(Column::State.eq(state.as_str()));
    let gone = || lower(Column::Address).in_subquery(undeliverable(zone));
    let discarded = || Column::Id.in_subquery(discarded(zone));
    match state {
        MailState::Sent => is,
        MailState::Queued => is.add(gone().not()),
        MailState::Held => is.add(gone()),
        MailState::Dead => is.add(discarded().not()),
        MailState::Discarded => is.add(discarded()),
    }
}

/// The mails of a zone that need not arrive, as a subquery.
pub(super) fn discarded(zone: ZoneId) -> SelectStatement {
    let select = mail_discard::Entity::find().select_only().column(mail_discard::Column::MailId);
    select.filter(mail_discard::Column::ZoneId.eq(zone.0)).into_query()
}

fn record(
    row: Model,
    discarded: Option<MailDiscard>,
    gone: Option<&String>,
) -> Result<MailRecord, StoreError> {
    let bad = |column| corrupt("outbox", column, &row.id);
    let (state, error) = match (MailState::parse(&row.state).ok_or_else(|| bad("state"))?, gone) {
        (MailState::Queued, Some(reason)) => (MailState::Held, Some(reason.clone())),
        (MailState::Dead, _) if discarded.is_some() => (MailState::Discarded, row.error.clone()),
        (state, _) => (state, row.error.clone()),
    };
    Ok(MailRecord {
        id: row.id,
        case: row.case_id.map(CaseId),
        seq: row.seq,
        recipient: row.recipient_id.map(PersonId),
        created_at: decode::instant(row.created_at).ok_or_else(|| bad("created_at"))?,
        state,
        attempts: row.attempts,
        sent_at: row.sent_at.map(|at| decode::instant(at).ok_or_else(|| bad("sent_at"))).transpose()?,
        error,
        discarded,
        template: row.template,
        address: row.address,
        name: row.name,
        language: row.language,
    })
}
