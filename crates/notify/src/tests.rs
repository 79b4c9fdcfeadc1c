//! The whole way: rows written by `store`, a real mail server or a real folder, and an independent reader of mail.
mod delivery;
mod faults;
mod headers;
mod outbox;
mod server;
mod snapshots;
