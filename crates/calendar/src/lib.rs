//! Statutory working days and business time: when a limit of five working days or twelve working hours is over.
//!
//! A [`Calendar`] says which days work in mainland China: the plain week, except for the days that the State
//! Council's yearly notice moves (holidays on weekdays, make-up working days on weekends). [`Hours`] are the
//! opening intervals of each weekday, lunch left out. [`BusinessTime`] joins both in a time zone and counts:
//! `due` adds a [`Limit`], `before` subtracts one, `minutes_between` and `days_between` measure.
//!
//! What is absent, on purpose: a clock (every instant is an argument), files (texts are parsed, the caller
//! opens them), floats (minutes and days are integers), and guesses. A year without a single row is a year whose
//! notice is unknown, and whatever reaches into it is answered with [`MissingYear`]. Instants are [`jiff::Timestamp`]s;
//! no input panics.

mod business;
mod csv;
mod days;
mod hours;
mod limit;
mod stretch;

pub use business::{BusinessTime, RestSpan};
pub use csv::{CsvMistake, CsvProblem};
pub use days::{Calendar, Day, MissingYear};
pub use hours::{Hours, HoursMistake};
pub use limit::{Limit, LimitMistake};
