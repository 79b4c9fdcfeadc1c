//! Changes on their way between processes that share a PostgreSQL. A process hears its own in the same way.
use super::{Heard, Subject};
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::Sender;
use uuid::Uuid;
use workflow::ids::{CaseId, PersonId, ZoneId};

/// The channel of PostgreSQL that changes are told on.
const CHANNEL: &str = "qianxiaoer_changes";
/// How many changes one notification holds: its payload must be shorter than 8,000 bytes.
const TOGETHER: usize = 100;
/// How long changes gather before they are sent, and how long until what failed is tried again.
const GATHER: Duration = Duration::from_millis(10);
const AGAIN: Duration = Duration::from_secs(1);
/// The payload that tells of a gap.
const GAP: &str = "gap";

/// Sends changes and hears them. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    database: DatabaseConnection,
    outgoing: Arc<Mutex<Outgoing>>,
}

/// What waits to be sent.
#[derive(Debug, Default)]
struct Outgoing {
    moved: Vec<(ZoneId, Subject)>,
    /// Whether something could not be sent, so that all who listen must look for themselves.
    gap: bool,
    /// Whether a task is sending.
    busy: bool,
}

impl Wire {
    pub(super) fn new(database: DatabaseConnection) -> Self {
        Self { database, outgoing: Arc::default() }
    }

    /// Sends changes beside whatever the caller does.
    pub(super) fn send(&self, zone: ZoneId, moved: Vec<Subject>) {
        let mut outgoing = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        outgoing.moved.extend(moved.into_iter().map(|subject| (zone, subject)));
        if !std::mem::replace(&mut outgoing.busy, true) {
            tokio::spawn(self.clone().send_all());
        }
    }

    async fn send_all(self) {
        loop {
            tokio::time::sleep(GATHER).await;
            let (moved, gap) = {
                let mut outgoing = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
                if outgoing.moved.is_empty() && !outgoing.gap {
                    outgoing.busy = false;
                    return;
                }
                (std::mem::take(&mut outgoing.moved), std::mem::take(&mut outgoing.gap))
            };
            if self.notify(&moved, gap).await.is_err() {
                self.outgoing.lock().unwrap_or_else(PoisonError::into_inner).gap = true;
                tokio::time::sleep(AGAIN).await;
            }
        }
    }

    async fn notify(&self, moved: &[(ZoneId, Subject)], gap: bool) -> Result<(), DbErr> {
        let gap = gap.then(|| GAP.to_owned());
        for payload in gap.into_iter().chain(moved.chunks(TOGETHER).map(encode)) {
            let values = [CHANNEL.into(), payload.into()];
            let notify = "SELECT pg_notify($1, $2)";
            let notify = Statement::from_sql_and_values(DbBackend::Postgres, notify, values);
            self.database.execute_raw(notify).await?;
        }
        Ok(())
    }

    /// Hears what is sent until the store is gone, over however many connections.
    pub(super) async fn hear(self, to: Sender<Heard>) {
        let pool = self.database.get_postgres_connection_pool();
        while !pool.is_closed() {
            if let Ok(mut listener) = PgListener::connect_with(pool).await
                && listener.listen(CHANNEL).await.is_ok()
            {
                // Whatever was sent before this connection listened was not heard. This is told now and not when a
                // connection is lost, so that whoever then looks misses nothing more.
                let _ = to.send(Heard::Gap);
                // A connection that is lost answers none once, and a new one takes its place.
                while let Ok(heard) = listener.try_recv().await {
                    match heard {
                        Some(notification) => decode(notification.payload(), &to),
                        None => drop(to.send(Heard::Gap)),
                    }
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

/// Writes changes as a payload: for each the zone, a letter for what it is, and its id.
fn encode(moved: &[(ZoneId, Subject)]) -> String {
    moved.iter().fold(String::new(), |mut payload, (zone, subject)| {
        let (kind, id) = match subject {
            Subject::Case(id) => ('c', id.0),
            Subject::Mail(id) => ('m', id.0),
        };
        let _ = write!(payload, "{}{kind}{}", zone.0.as_simple(), id.as_simple());
        payload
    })
}

/// Tells what a payload says. Anybody with a connection may notify: what is no change of ours is a gap.
fn decode(payload: &str, to: &Sender<Heard>) {
    let mut rest = payload;
    while !rest.is_empty() {
        let heard = one(&mut rest).unwrap_or_else(|| {
            rest = "";
            Heard::Gap
        });
        let _ = to.send(heard);
    }
}

/// Takes one change from the front.
fn one(rest: &mut &str) -> Option<Heard> {
    let (zone, after) = rest.split_at_checked(32)?;
    let (kind, after) = after.split_at_checked(1)?;
    let (id, after) = after.split_at_checked(32)?;
    let (zone, id) = (ZoneId(Uuid::try_parse(zone).ok()?), Uuid::try_parse(id).ok()?);
    *rest = after;
    match kind {
        "c" => Some(Heard::Moved(zone, Subject::Case(CaseId(id)))),
        "m" => Some(Heard::Moved(zone, Subject::Mail(PersonId(id)))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::broadcast;

    fn heard(payload: &str) -> Vec<Heard> {
        let (to, mut from) = broadcast::channel(300);
        decode(payload, &to);
        std::iter::from_fn(|| from.try_recv().ok()).collect()
    }

    #[test]
    fn what_is_written_is_read_and_fits() {
        let id = |number: u128| Uuid::from_u128(number.wrapping_mul(0x0123_4567_89ab_cdef));
        let moved: Vec<(ZoneId, Subject)> = (0..TOGETHER as u128)
            .map(|number| {
                let subject = if number % 2 == 0 {
                    Subject::Case(CaseId(id(number)))
                } else {
                    Subject::Mail(PersonId(id(number)))
                };
                (ZoneId(id(number % 3)), subject)
            })
            .collect();
        let payload = encode(&moved);
        assert!(payload.len() < 8_000, "{}", payload.len());
        let expected: Vec<Heard> =
            moved.iter().map(|(zone, subject)| Heard::Moved(*zone, *subject)).collect();
        assert_eq!(heard(&payload), expected);
    }

    #[test]
    fn what_is_no_change_of_ours_is_a_gap() {
        let good = encode(&[(ZoneId(Uuid::nil()), Subject::Case(CaseId(Uuid::nil())))]);
        let unknown = good.replace('c', "x");
        for payload in [GAP, "钱小二", "x", &good[..64], &unknown, &"z".repeat(65)] {
            assert_eq!(heard(payload), [Heard::Gap], "{payload}");
        }
        assert_eq!(heard(&format!("{good}x")).len(), 2);
    }
}
