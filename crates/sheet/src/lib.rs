//! Tables as people hand them in: CSV bytes to rows, rows to CSV bytes.
//!
//! [`read`] takes UTF-8, with or without a byte order mark, and GBK (GB 18030), which spreadsheets in China still
//! write. [`write`] gives UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet would run as a formula.
//! Both keep every cell a text: what a number or a date is, the caller decides.
//!
//! What is absent, on purpose: files (bytes are arguments), guesses (a short row is a mistake, not padded), and
//! bounds left open ([`MOST_BYTES`], [`MOST_COLUMNS`], [`MOST_ROWS`]). No input panics.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Row, Sheet, SheetError, read};
pub use write::write;
