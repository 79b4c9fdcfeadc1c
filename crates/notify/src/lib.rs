//! Mail: what steps left in the outbox is written in the recipient's language and handed over.
//!
//! What holds here:
//! - A mail leaves at least once. It leaves twice only when the hand-over succeeded and the outbox did not hear of it,
//!   and then with the same Message-ID and the same bytes.
//! - A mail that cannot be written or that the server refuses for good is dead with its reason, and stops no other.
//! - Reasons and logs name codes, templates and places; never addresses, names or what people wrote.
//! - What people wrote is escaped in HTML, and no control character of theirs reaches a header.
//!
//! What is absent: a clock (`now` is an argument), chance (the jitter of a retry comes from the mail's id), waiting
//! between rounds (`app` does that), SQL, and any knowledge of processes: a mail is a folder under `templates/`.

mod bounce;
mod message;
mod render;
mod smtp;
mod status;
mod transport;
mod worker;

#[cfg(test)]
mod tests;

pub use bounce::{BOUNCE_MOST, Bounce, BounceError};
pub use message::{Sender, SenderError};
pub use render::{account_mails, mails};
pub use smtp::{Secrets, Smtp};
pub use transport::{SettingError, Transport};
pub use worker::{NotifyError, Report, Worker};
