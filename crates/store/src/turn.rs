//! Turns at SQLite's one writing connection, with one commit for those who came together.
//!
//! A commit syncs the disk, and SQLite has one writer at a time: were every transaction to sync for itself, all would
//! wait for the sum. So writers share a transaction, each inside a savepoint of its own. Who waits when the first of
//! them is done still joins; then one commit makes all of them durable, and only then does each hear so. This is group
//! commit (`DeWitt` et al., Implementation Techniques for Main Memory Database Systems, SIGMOD 1984); PostgreSQL does it
//! by itself.
//!
//! What holds: nobody hears of success before the commit. A writer who fails or goes away takes back its savepoint and
//! nobody else's. When the common transaction is lost, everybody in it hears an error.
use crate::connection::{PATIENCE, write_begin};
use crate::error::{StoreError, code};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, TransactionTrait,
};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// What one writer after the other holds. Waiting for it is first come first served.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<Common>>);

/// The transaction that writers share, and those who wrote in it and wait for its commit.
#[derive(Debug, Default)]
struct Common {
    transaction: Option<DatabaseTransaction>,
    written: Vec<oneshot::Sender<Result<(), DbErr>>>,
}

/// One writer's turn. Ending it without [`Turn::commit`] leaves the others' writing as it is.
///
/// The savepoint is to be dropped before its turn: that is what takes the writing back.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Turns,
    common: Option<OwnedMutexGuard<Common>>,
}

impl Turns {
    /// Waits for a turn and begins a savepoint in it.
    pub(crate) async fn take(
        &self,
        database: &DatabaseConnection,
    ) -> Result<(DatabaseTransaction, Turn), StoreError> {
        let waiting = tokio::time::timeout(PATIENCE, Arc::clone(&self.0).lock_owned());
        let mut common = waiting.await.map_err(|_| StoreError::Busy)?;
        let (turns, database) = (self.clone(), database.clone());
        // A task of its own: a caller who goes away at half way would take the others' transaction along.
        let begun = tokio::spawn(async move {
            let savepoint = common.savepoint(&database).await?;
            Ok((savepoint, Turn { turns, common: Some(common) }))
        });
        begun.await.map_err(|_| stopped())?
    }

    /// Commits for everybody who wrote. Queues up like a writer, so that those who wait already write before.
    async fn commit(&self) {
        // Held to the end: whose turn is next begins after the commit.
        let mut common = self.0.lock().await;
        let Common { transaction, written } = std::mem::take(&mut *common);
        let committed = match transaction {
            Some(transaction) => transaction.commit().await,
            // Somebody else has committed meanwhile, and nobody wrote since.
            None => return,
        };
        for writer in written {
            // Who went away meanwhile does not hear it.
            let _ = writer.send(committed.clone());
        }
    }
}

impl Turn {
    /// Ends the turn and waits until what was written in it is durable.
    pub(crate) async fn commit(mut self, savepoint: DatabaseTransaction) -> Result<(), StoreError> {
        let (writer, heard) = oneshot::channel();
        // A task of its own, for the reason of `take`.
        tokio::spawn(async move {
            let Some(mut common) = self.common.take() else { return };
            if let Err(error) = savepoint.commit().await {
                let _ = writer.send(Err(error));
                return common.look().await;
            }
            common.written.push(writer);
            let first = common.written.len() == 1;
            drop(common);
            if first {
                self.turns.commit().await;
            }
        });
        Ok(heard.await.map_err(|_| stopped())??)
    }
}

impl Turn {
    /// Takes back what was written in the turn, and waits until what others wrote before it is durable: only then can
    /// be read what was in the way.
    pub(crate) async fn roll_back(mut self, savepoint: DatabaseTransaction) {
        let rolled_back = tokio::spawn(async move {
            let Some(mut common) = self.common.take() else { return };
            // One that cannot be rolled back was lost with the common transaction, which the look finds.
            drop(savepoint);
            common.look().await;
            drop(common);
            self.turns.commit().await;
        });
        // It fails only when the program stops.
        let _ = rolled_back.await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut common) = self.common.take() else { return };
        // Without a runtime the program ends, and the transaction with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { common.look().await });
        }
    }
}

impl Common {
    #[expect(
        clippy::disallowed_methods,
        reason = "inside the immediate transaction: a savepoint, which has no mode"
    )]
    async fn savepoint(&mut self, database: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
        let common = match self.transaction.take() {
            Some(open) => open,
            None => write_begin(database).await?,
        };
        Ok(self.transaction.insert(common).begin().await?)
    }

    /// Looks after a writer who failed: the transaction ends when nobody else wrote in it, or when SQLite ended it
    /// already, as it does when the disk is full. A second `BEGIN` is refused as long as it is open.
    async fn look(&mut self) {
        let Some(transaction) = &self.transaction else { return };
        if !self.written.is_empty() {
            let again = transaction.execute_unprepared("BEGIN").await;
            if again.is_err_and(|error| code(&error).as_deref() == Some(SQLITE_ERROR)) {
                return;
            }
        }
        self.transaction = None;
        for writer in self.written.drain(..) {
            let _ = writer.send(Err(lost()));
        }
    }
}

/// The code of a statement that cannot be run: here, of a transaction within a transaction.
const SQLITE_ERROR: &str = "1";

fn lost() -> DbErr {
    DbErr::Exec(RuntimeErr::Internal("the transaction was lost before its commit".to_owned()))
}

pub(crate) fn stopped() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("the program is stopping".to_owned()))
}
