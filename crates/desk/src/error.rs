//! Breakage: what no caller can mend by asking otherwise.
use std::sync::Arc;
use store::StoreError;

/// Says what broke.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The store could not do it.
    #[error("the store could not do it")]
    Store(#[from] StoreError),
    /// A case is pinned to a version of a process that this program does not know.
    #[error("a case is pinned to {process} v{version}, which this program does not have")]
    UnknownDefinition {
        /// The process.
        process: Arc<str>,
        /// The version.
        version: u32,
    },
    /// A row names a zone that is not there.
    #[error("a row names a zone that is not there")]
    UnknownZone,
    /// The calendar in the tables does not read.
    #[error("the calendar of the zone in the tables does not read: {0}")]
    Calendar(String),
    /// The password hash in the tables does not read.
    #[error("a password hash in the tables does not read")]
    PasswordHash,
    /// This desk was given no folder for files.
    #[error("this desk was given no folder for files")]
    NoFiles,
    /// A file could not be written or read.
    #[error("a file could not be written or read")]
    Files(#[from] std::io::Error),
    /// A thread that hashed a password died.
    #[error("hashing a password came to no end")]
    Hashing,
}
