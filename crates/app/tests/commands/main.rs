//! The real binary, as scripts call it: what it prints, where, and how it exits.
mod binary;
mod calendar;
mod condition;
mod database;
mod help;
mod matching;
mod policy;
mod setup;
mod workflow;
