//! The gates of the house: what must hold of the repository as a whole, whatever the code does.

mod advisories;
mod api;
mod browser;
mod client;
mod deploy;
mod faults;
mod layers;
mod licences;
mod permissions;
mod personal;
mod policy_sql;
#[path = "../../crates/store/tests/postgres/mod.rs"]
mod postgres;
mod processes;
mod readme;
mod repository;
mod scxml;
mod server;
mod size;
mod source;
mod stories;
mod truths;
mod words;
mod workspace;
mod xstate;
mod zones;
