//! What bad input gets, over HTTP from the running server: a typed refusal or error, and nothing done.
mod abuse;
mod acting;
mod clock;
mod connections;
mod daily;
mod limits;
mod lists;
mod mails;
mod session;
mod texts;
