//! Mails that steps caused and that leave after the commit. A worker claims some by a lease, sends them, and says what
//! became of each; a worker that was too slow finds its lease lost and changes nothing.
//!
//! Leases run by the database's clock, which all workers share; when a mail is due is the caller's `now`.
mod dead;
mod digest;
mod record;

pub use dead::{MailDiscard, Undeliverable};
pub use digest::GatheredMail;
pub use record::{MailFilter, MailRecord, OutboxCounts};

use crate::batch::Batch;
use crate::changes::Subject;
use crate::connection::{Store, Tx};
use crate::decode::{self, corrupt};
use crate::entity::case_event;
use crate::entity::outbox::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, LockBehavior, LockType, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, NotSet, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Set,
};
use serde_json::Value;
use uuid::Uuid;
use workflow::ids::{CaseId, PersonId, ZoneId};

/// A mail that a step causes.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMail {
    /// Its identity, from which its Message-ID is made.
    pub id: Uuid,
    /// The template's name.
    pub template: String,
    /// The person it goes to, if it is one of ours.
    pub recipient: Option<PersonId>,
    /// The address it goes to.
    pub address: String,
    /// The recipient's name.
    pub name: String,
    /// `zh` or `en`.
    pub language: String,
    /// What the template fills in.
    pub context: Value,
    /// When it may go out.
    pub due: Due,
}

/// When a mail may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// From this instant on.
    At(Timestamp),
    /// In a digest, from this instant on.
    InDigest(Timestamp),
}

/// A mail that was claimed for sending.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMail {
    /// Its zone.
    pub zone: ZoneId,
    /// Its identity, the same on every attempt.
    pub id: Uuid,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// The row of the case's history that caused it.
    pub seq: i64,
    /// The template's name.
    pub template: String,
    /// The person it goes to, if it is one of ours.
    pub recipient: Option<PersonId>,
    /// The address it goes to.
    pub address: String,
    /// The recipient's name.
    pub name: String,
    /// `zh` or `en`.
    pub language: String,
    /// What the template fills in.
    pub context: Value,
    /// When it was caused.
    pub created_at: Timestamp,
    /// How many attempts were begun, this one included.
    pub attempts: i64,
    /// The right to say what became of it.
    pub lease: Lease,
}

/// The right to settle a mail, until another worker claims it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    generation: i64,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It waits or is being sent.
    Queued,
    /// It waits until its address, at which nobody was, is confirmed again.
    Held,
    /// It waits for the day's digest of its recipient, or went into it.
    Gathered,
    /// It was handed over.
    Sent,
    /// It was given up.
    Dead,
    /// It was given up, and somebody decided that it need not arrive.
    Discarded,
}

/// What an attempt to send a claimed mail came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailOutcome {
    /// It was handed over.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It did not leave and will be tried again.
    Delayed {
        /// From when on.
        until: Timestamp,
        /// Why it did not leave.
        error: String,
    },
    /// It is given up.
    Dead {
        /// Why.
        error: String,
    },
    /// It is given up, since nobody is at the address; what else goes there is held.
    Undeliverable {
        /// When that was found.
        at: Timestamp,
        /// What the mail server said.
        error: String,
    },
    /// It was not tried after all: the attempt does not count.
    Untried,
}

impl MailOutcome {
    fn change(&self, mail: &OutboxMail) -> ActiveModel {
        let released = ActiveModel { leased_until: Set(None), worker: Set(None), ..ActiveModel::default() };
        match self {
            Self::Sent { at } => ActiveModel {
                state: Set(MailState::Sent.as_str().to_owned()),
                sent_at: Set(Some(at.as_microsecond())),
                error: Set(None),
                // What is about no case is about an account, and may hold a secret.
                context: if mail.case.is_none() { Set("{}".to_owned()) } else { NotSet },
                ..released
            },
            Self::Delayed { until, error } => ActiveModel {
                next_at: Set(until.as_microsecond()),
                error: Set(Some(error.clone())),
                ..released
            },
            Self::Dead { error } | Self::Undeliverable { error, .. } => ActiveModel {
                state: Set(MailState::Dead.as_str().to_owned()),
                error: Set(Some(error.clone())),
                ..released
            },
            Self::Untried => ActiveModel { attempts: Set(mail.attempts - 1), ..released },
        }
    }
}

impl MailState {
    /// The word in the table: what is held or waits for a digest is in the queue, what was discarded is dead.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Queued | Self::Held | Self::Gathered => "queued",
            Self::Sent => "sent",
            Self::Dead | Self::Discarded => "dead",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Queued, Self::Sent, Self::Dead].into_iter().find(|state| state.as_str() == text)
    }
}

impl Store {
    /// Claims mails of a zone that are due by `now` and that no other worker holds, the longest due first, leaving out
    /// those to addresses at which nobody is and to the domains in `besides`. A worker that says nothing more for
    /// `lease_seconds` loses them again. A damaged row is given up, with the column as the reason, and stops no other.
    ///
    /// # Errors
    /// What the database says, [`StoreError::Corrupt`] for a row whose id does not read, so that nothing can be done
    /// about it.
    pub async fn outbox_claim(
        &self,
        zone: ZoneId,
        worker: &str,
        now: Timestamp,
        lease_seconds: u32,
        limit: u64,
        besides: &[String],
    ) -> Result<Vec<OutboxMail>, StoreError> {
        let clock = database_clock(self.writer.get_database_backend());
        let tx = self.begin(zone).await?;
        let due = Column::NextAt.lte(now.as_microsecond());
        let free = Column::LeasedUntil.is_null().or(Expr::col(Column::LeasedUntil).lte(clock.clone()));
        let queued = Column::ZoneId.eq(zone.0).and(Column::State.eq(MailState::Queued.as_str()));
        let queued = queued.and(Column::DigestAt.is_null());
        let due = Condition::all().add(queued.and(due).and(free));
        let due = due.add(lower(Column::Address).not_in_subquery(dead::undeliverable(zone)));
        let due = besides.iter().fold(due, |due, domain| due.add(address_at(domain).not()));
        let select = Entity::find().filter(due).order_by_asc(Column::NextAt);
        let select = select.order_by_asc(Column::Id).limit(limit);
        let select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        let rows = tx.transaction.query_all(select.as_query()).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut mails = Vec::new();
        for row in &rows {
            match decode::row::<Entity>(row).and_then(claimed) {
                Ok(mail) => mails.push(mail),
                Err(reason @ StoreError::Corrupt { .. }) => {
                    let Ok(id) = row.try_get::<Uuid>("", Column::Id.as_str()) else { return Err(reason) };
                    damaged_give_up(&tx.transaction, zone, id, &reason).await?;
                }
                Err(error) => return Err(error),
            }
        }
        let until = clock.add(i64::from(lease_seconds) * 1_000_000);
        let ids = mails.iter().map(|mail| mail.id);
        let update = Entity::update_many().filter(Column::ZoneId.eq(zone.0).and(Column::Id.is_in(ids)));
        let update =
            update.col_expr(Column::LeasedUntil, until).col_expr(Column::Worker, Expr::value(worker));
        let update = update.col_expr(Column::Generation, Expr::col(Column::Generation).add(1));
        let update = update.col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1));
        update.exec(&tx.transaction).await?;
        tx.commit().await?;
        Ok(mails)
    }

    /// Records what became of mails that were claimed together, all in one transaction, and answers for each whether
    /// its lease was still held; where it was lost, another worker has the mail and nothing of it changes.
    ///
    /// # Errors
    /// What the database says; then nothing was recorded.
    pub async fn outbox_settle(
        &self,
        outcomes: &[(&OutboxMail, MailOutcome)],
    ) -> Result<Vec<bool>, StoreError> {
        let Some((OutboxMail { zone, .. }, _)) = outcomes.first() else { return Ok(Vec::new()) };
        let tx = self.begin(*zone).await?;
        let mut held = Vec::with_capacity(outcomes.len());
        for (mail, outcome) in outcomes {
            let lease = Column::Generation.eq(mail.lease.generation).and(Column::LeasedUntil.is_not_null());
            let lease = Column::ZoneId.eq(zone.0).and(Column::Id.eq(mail.id)).and(lease);
            let update = Entity::update_many().set(outcome.change(mail)).filter(lease);
            held.push(update.exec(&tx.transaction).await?.rows_affected == 1);
            if let (MailOutcome::Undeliverable { at, error }, Some(true)) = (outcome, held.last()) {
                dead::undeliverable_insert(&tx.transaction, mail.zone, &mail.address, *at, error).await?;
            }
        }
        tx.commit().await?;
        Ok(held)
    }
}

impl Tx {
    pub(crate) fn mails_insert(
        &self,
        batch: &mut Batch,
        event: &case_event::Model,
        mails: &[NewMail],
    ) -> Result<(), StoreError> {
        self.mails_insert_beside(batch, (Some(event.case_id), event.seq), event.at, mails)
    }

    /// Writes mails that are about no case.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mails_write(&self, at: Timestamp, mails: &[NewMail]) -> Result<(), StoreError> {
        let mut batch = Batch::new(self.transaction.get_database_backend());
        self.mails_insert_beside(&mut batch, (None, 0), at.as_microsecond(), mails)?;
        Ok(batch.execute(&self.transaction).await?)
    }

    /// The same for what is no step, with the version that the case is at, if it is about one.
    pub(crate) fn mails_insert_beside(
        &self,
        batch: &mut Batch,
        (case, seq): (Option<Uuid>, i64),
        at: i64,
        mails: &[NewMail],
    ) -> Result<(), StoreError> {
        if mails.is_empty() {
            return Ok(());
        }
        let row = |mail: &NewMail| {
            let (Due::At(next_at) | Due::InDigest(next_at)) = mail.due;
            Ok(ActiveModel {
                zone_id: Set(self.zone.0),
                id: Set(mail.id),
                case_id: Set(case),
                seq: Set(seq),
                template: Set(mail.template.clone()),
                recipient_id: Set(mail.recipient.map(|person| person.0)),
                address: Set(mail.address.clone()),
                name: Set(mail.name.clone()),
                language: Set(mail.language.clone()),
                context: Set(decode::json_text(&mail.context)?),
                created_at: Set(at),
                state: Set(MailState::Queued.as_str().to_owned()),
                attempts: Set(0),
                next_at: Set(next_at.as_microsecond()),
                worker: Set(None),
                leased_until: Set(None),
                generation: Set(0),
                sent_at: Set(None),
                error: Set(None),
                digest_at: Set(matches!(mail.due, Due::InDigest(_)).then_some(next_at.as_microsecond())),
                digest_id: Set(None),
            })
        };
        for person in mails.iter().filter_map(|mail| mail.recipient) {
            self.moved(Subject::Mail(person));
        }
        let rows = mails.iter().map(row).collect::<Result<Vec<_>, StoreError>>()?;
        batch.push(&Entity::insert_many(rows).into_query());
        Ok(())
    }
}

fn lower(column: Column) -> Expr {
    Expr::expr(Func::lower(Expr::col(column)))
}

/// Whether a mail goes to a domain, in any spelling of its letters.
fn address_at(domain: &str) -> SimpleExpr {
    let mut pattern = String::from("%@");
    for c in domain.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    lower(Column::Address).like(LikeExpr::new(pattern).escape('\\'))
}

/// Takes a row that does not read out of the queue; `doctor` and the counts tell of it.
async fn damaged_give_up(
    transaction: &impl ConnectionTrait,
    zone: ZoneId,
    id: Uuid,
    reason: &StoreError,
) -> Result<(), StoreError> {
    let dead = ActiveModel {
        state: Set(MailState::Dead.as_str().to_owned()),
        error: Set(Some(reason.to_string())),
        ..ActiveModel::default()
    };
    let this = Column::ZoneId.eq(zone.0).and(Column::Id.eq(id));
    Entity::update_many().set(dead).filter(this).exec(transaction).await?;
    Ok(())
}

/// The database's clock in microseconds: the one clock that all workers share.
fn database_clock(backend: DbBackend) -> SimpleExpr {
    Expr::cust(match backend {
        DbBackend::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        _ => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
    })
}

fn claimed(row: Model) -> Result<OutboxMail, StoreError> {
    let bad = |column| corrupt("outbox", column, &row.id);
    Ok(OutboxMail {
        zone: ZoneId(row.zone_id),
        id: row.id,
        case: row.case_id.map(CaseId),
        seq: row.seq,
        recipient: row.recipient_id.map(PersonId),
        context: decode::json(&row.context).ok_or_else(|| bad("context"))?,
        created_at: decode::instant(row.created_at).ok_or_else(|| bad("created_at"))?,
        attempts: row.attempts + 1,
        lease: Lease { generation: row.generation + 1 },
        template: row.template,
        address: row.address,
        name: row.name,
        language: row.language,
    })
}
