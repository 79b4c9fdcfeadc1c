//! What people can rely on at the counter, tried on a real database under a clock that the tests set.
#![cfg(test)]
mod acting;
mod calendar_import;
mod demonstration;
mod files;
mod filing;
mod house;
mod letters;
mod notes;
mod rights;
mod session;
mod timers;
