//! The only crate that names SQL: cases, their history, the mails and timers they leave, and the people around them,
//! on SQLite or PostgreSQL by the same code.
//!
//! What holds here, by type or by constraint:
//! - Writing exists only on [`Tx`], which [`Store::begin`] alone makes, and which takes everything back unless it is
//!   committed. The outbox's leases are the exception: each is one short transaction of its own.
//! - Reading what is in a zone needs a [`Viewer`]; a foreign row is like a missing one.
//! - [`Tx::step_record`] writes the whole of a step or nothing of it, and only on the version the caller read.
//! - History rows are added and hashed into a chain, never updated: there is no function that could.
//! - Rows never leave as they lie in the tables; what does not decode is [`StoreError::Corrupt`].
//!
//! There is no clock and no chance here: instants and ids are arguments. Only leases use the database's time.

mod account;
mod admission;
mod api_token;
mod archive;
mod attachment;
mod attention;
mod batch;
mod calendar;
mod care;
mod case;
mod changes;
mod company;
mod connection;
mod decode;
mod entity;
mod error;
mod event;
mod examine;
mod fact;
mod fit;
mod import;
mod note;
mod notice;
mod outbox;
mod page;
mod person;
mod personal;
mod policy;
mod record;
mod relation;
mod search;
mod secure;
mod session;
mod setting;
mod snippet;
mod source;
mod step;
mod tally;
#[cfg(test)]
mod tests;
mod ticket;
mod timer;
mod turn;
mod viewer;
mod wish;
mod wording;
mod zone;
mod zoned;

pub use account::{Account, Factor, SignInRules};
pub use admission::{Claim, Invitation};
pub use api_token::ApiToken;
pub use archive::{ArchiveReader, ArchiveWriter};
pub use attachment::{Attachment, AttachmentId};
pub use attention::Looker;
pub use calendar::CalendarRow;
pub use care::Contact;
pub use case::StoredCase;
pub use changes::{Heard, Listener, Subject};
pub use company::{Company, CompanyCursor, CompanyFilter};
pub use connection::{Store, Tx};
pub use decode::Hash;
pub use error::StoreError;
pub use event::{Chain, Event, Stretch};
pub use examine::Examination;
pub use fact::{Confidence, Fact, FactId};
pub use fit::{Fit, FitCursor, FitFilter, FitOrder, FitPlace, FitTally, FitsOf};
pub use import::{FactImport, FactImportId};
pub use note::{Note, NoteId};
pub use notice::MailNotice;
pub use outbox::{
    Due, GatheredMail, Lease, MailDiscard, MailFilter, MailOutcome, MailRecord, MailState, NewMail,
    OutboxCounts, OutboxMail, Undeliverable,
};
pub use page::{CaseCursor, CaseFilter, CaseOrder, CaseOrderBy, PAGE_MOST, Page, PageRequest, Take};
pub use person::{Credential, Person, Post};
pub use personal::{Erased, PersonalTraces};
pub use policy::{MatchingRound, PublishedPolicy};
pub use record::{PersonRecord, Whose};
pub use relation::{Children, Pointing};
pub use search::{
    Found, FoundCount, FoundId, NotSearchable, SearchCursor, SearchKind, SearchProgress, SearchWords,
    SnippetPart,
};
pub use session::{NewSession, Session};
pub use setting::{Absence, PublishedDefinition, ZoneLimit};
pub use snippet::{Snippet, SnippetId};
pub use source::{CaseSource, Source};
pub use step::{NewIdempotency, Recorded, StepRecord};
pub use tally::Tally;
pub use ticket::{Ticket, TicketPurpose};
pub use timer::TimerRow;
pub use viewer::{Scope, Viewer};
pub use wish::{MailWish, MailWishes};
pub use wording::MailWording;
pub use workflow::ids::*;
pub use zone::{Unit, Zone};
