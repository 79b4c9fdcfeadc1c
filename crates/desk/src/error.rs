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
    /// Processes tell each other things without end.
    #[error(
        "a step of {process} set too many cases in motion; its definition and others tell each other in a circle"
    )]
    Endless {
        /// The process it began with.
        process: Arc<str>,
    },
    /// A definition or limit in the tables does not read.
    #[error("{what} in the tables does not read: {reason}")]
    Setting {
        /// Which one.
        what: String,
        /// Why not.
        reason: String,
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
    /// A sheet could not be written.
    #[error("a sheet could not be written")]
    Sheet(#[from] sheet::SheetError),
    /// This desk was given no folder for files.
    #[error("this desk was given no folder for files")]
    NoFiles,
    /// A file could not be written or read.
    #[error("a file could not be written or read")]
    Files(#[from] std::io::Error),
    /// So many passwords wait to be hashed that another one would wait too long.
    #[error("too many sign in at once; try again")]
    Crowded,
    /// The secret of a second factor in the tables makes no codes.
    #[error("the secret of a second factor in the tables makes no codes")]
    Factor,
    /// A thread for work that takes long died.
    #[error("work that takes long came to no end")]
    Aside,
}
