//! What broke, for clients in a code and for the log in full.
use desk::{DeskError, StoreError};
use std::error::Error;
use std::io::ErrorKind;

/// The closed code of breakage.
pub(crate) fn code(error: &DeskError) -> &'static str {
    match error {
        DeskError::Store(StoreError::StorageFull) => "STORAGE_FULL",
        DeskError::Files(error) if error.kind() == ErrorKind::StorageFull => "STORAGE_FULL",
        DeskError::Store(StoreError::Busy | StoreError::Collided) | DeskError::Crowded => "BUSY",
        DeskError::Store(StoreError::Unreachable(_)) => "UNAVAILABLE",
        DeskError::Store(StoreError::Unknown(_)) => "UNKNOWN_RETRY",
        DeskError::Store(StoreError::Corrupt { .. }) => "CORRUPT_ROW",
        DeskError::Store(StoreError::ForeignCursor) => "BAD_INPUT",
        _ => "INTERNAL",
    }
}

/// The whole chain of causes, for the log.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
