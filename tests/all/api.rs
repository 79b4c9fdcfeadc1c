//! What bad input gets, over HTTP from the running server: a typed refusal or error, and nothing done.
mod abuse;
mod account;
mod acting;
mod admission;
mod clock;
mod connections;
mod daily;
mod limits;
mod lists;
mod mails;
mod search;
mod session;
mod streams;
mod texts;
