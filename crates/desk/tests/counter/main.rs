//! What people can rely on at the counter, tried on a real database under a clock that the tests set.
#![cfg(test)]
mod accounts;
mod acting;
mod admission;
mod calendar_import;
mod companies;
mod demonstration;
mod files;
mod filing;
mod house;
mod imports;
mod internal;
mod letters;
mod moving;
mod notes;
mod personal;
mod policies;
mod posts;
mod publishing;
mod rights;
mod session;
mod settings;
mod timers;
mod together;
mod wishes;
mod wordings;
