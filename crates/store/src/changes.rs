//! What moved, told once it is durable: to whoever listens in this process, and on PostgreSQL in every process.
//!
//! Telling is a wake-up and no record: whoever hears reads the tables, and who was told of a gap reads all it cares for.
//! Processes tell each other by NOTIFY, beside the transactions and not inside them: a transaction that notifies takes a
//! lock of the whole server for as long as its commit takes, which would have all writers commit one after the other.
//! The price: a process that dies between a commit and its telling leaves others to find out by themselves.
mod postgres;

use postgres::Wire;
use sea_orm::{DatabaseConnection, DbBackend};
use std::sync::{Arc, OnceLock};
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};
use workflow::ids::{CaseId, PersonId, ZoneId};

/// How many changes wait for one who listens; who falls further behind hears of a gap instead.
const WAITING: usize = 4_096;

/// What can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A case took a step.
    Case(CaseId),
    /// Mail was written to a person.
    Mail(PersonId),
}

/// What a listener hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Something moved in a zone.
    Moved(ZoneId, Subject),
    /// Anything may have moved unheard.
    Gap,
}

/// Where changes are told. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Changes(Arc<Hub>);

#[derive(Debug)]
struct Hub {
    sender: broadcast::Sender<Heard>,
    /// The way to other processes.
    wire: Option<Wire>,
    /// The task that hears other processes, once somebody here listens.
    hearing: OnceLock<Hearing>,
}

/// A task that ends with this.
#[derive(Debug)]
struct Hearing(tokio::task::AbortHandle);

impl Drop for Hearing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Changes {
    /// Makes a place to tell changes of this database.
    pub(crate) fn new(database: &DatabaseConnection) -> Self {
        let postgres = database.get_database_backend() == DbBackend::Postgres;
        Self(Arc::new(Hub {
            sender: broadcast::Sender::new(WAITING),
            wire: postgres.then(|| Wire::new(database.clone())),
            hearing: OnceLock::new(),
        }))
    }

    /// Whether anybody would hear.
    pub(crate) fn reach_anybody(&self) -> bool {
        self.0.wire.is_some() || self.0.sender.receiver_count() > 0
    }

    /// Tells what moved in a zone.
    pub(crate) fn tell(&self, zone: ZoneId, moved: Vec<Subject>) {
        for subject in &moved {
            // Nobody listens: that is fine.
            let _ = self.0.sender.send(Heard::Moved(zone, *subject));
        }
        if let Some(wire) = &self.0.wire {
            wire.send(zone, moved);
        }
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> Listener {
        let receiver = self.0.sender.subscribe();
        if let Some(wire) = &self.0.wire {
            self.0.hearing.get_or_init(|| {
                let task = tokio::spawn(wire.clone().hear(self.0.sender.clone()));
                Hearing(task.abort_handle())
            });
        }
        Listener(receiver)
    }
}

/// Hears what moves, in all zones.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Heard>);

impl Listener {
    /// Waits for the next; it may be dropped while it waits. None when the store is gone.
    pub async fn next(&mut self) -> Option<Heard> {
        match self.0.recv().await {
            Ok(heard) => Some(heard),
            Err(RecvError::Lagged(_)) => Some(Heard::Gap),
            Err(RecvError::Closed) => None,
        }
    }

    /// The next, if it is there already.
    pub fn waiting(&mut self) -> Option<Heard> {
        match self.0.try_recv() {
            Ok(heard) => Some(heard),
            Err(TryRecvError::Lagged(_)) => Some(Heard::Gap),
            Err(TryRecvError::Empty | TryRecvError::Closed) => None,
        }
    }
}
