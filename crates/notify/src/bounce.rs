//! Delivery reports (RFC 3464): what a mail server further on says of a mail that was handed over.
//!
//! Anybody can send one, so it says nothing by itself: only who knows a mail's identity and its address is believed, and
//! of what they say only the codes are kept.
use crate::status::Status;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _};
use uuid::Uuid;

/// The largest report that is read, in bytes. Servers send back a few kilobytes, seldom the whole mail.
pub const BOUNCE_MOST: usize = 1 << 20;
/// How many parts one has at most.
const PARTS_MOST: usize = 20;

/// A report that a mail did not arrive, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The mail.
    pub mail: Uuid,
    /// Where it did not arrive.
    pub address: String,
    /// Why, in codes.
    pub reason: String,
    /// Whether nobody is at the address.
    pub gone: bool,
}

/// Says why a file tells of no mail that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BounceError {
    /// It is larger or has more parts than a report.
    #[error("too large for a delivery report: allowed are {BOUNCE_MOST} bytes and {PARTS_MOST} parts")]
    TooLarge,
    /// It is no report.
    #[error("no delivery report: expected multipart/report with a part message/delivery-status (RFC 3464)")]
    NoReport,
    /// Nothing in it names a mail of ours.
    #[error("the report does not carry the Message-ID of the mail it is about")]
    NoMail,
    /// It tells of a delay, a relay or an arrival.
    #[error("the report tells of no failure for good")]
    NoFailure,
}

impl Bounce {
    /// Reads a report.
    ///
    /// # Errors
    /// [`BounceError`].
    pub fn read(bytes: &[u8]) -> Result<Self, BounceError> {
        if bytes.len() > BOUNCE_MOST {
            return Err(BounceError::TooLarge);
        }
        if parts(bytes) > PARTS_MOST {
            return Err(BounceError::TooLarge);
        }
        let message = MessageParser::default().parse(bytes).ok_or(BounceError::NoReport)?;
        let status = part(&message, "message", "delivery-status").ok_or(BounceError::NoReport)?;
        let status = String::from_utf8_lossy(status.contents()).into_owned();
        let mail = identity(&message).ok_or(BounceError::NoMail)?;
        // A mail of ours has one recipient, so the first failure is its own.
        let failed = groups(&status).find_map(|fields| failure(&fields));
        let (address, status) = failed.ok_or(BounceError::NoFailure)?;
        Ok(Self { mail, address, reason: format!("it came back with {status}"), gone: status.is_gone() })
    }
}

/// How many parts a message can have at most. Counted before it is parsed: what is nested thousands deep overflows the
/// parser's stack, and each part that nests others says so in this header.
fn parts(bytes: &[u8]) -> usize {
    const HEADER: &[u8] = b"content-type";
    bytes.windows(HEADER.len()).filter(|window| window.eq_ignore_ascii_case(HEADER)).count()
}

fn part<'m>(message: &'m Message<'m>, kind: &str, subtype: &str) -> Option<&'m MessagePart<'m>> {
    message.parts.iter().find(|part| part.is_content_type(kind, subtype))
}

/// The identity of the mail that came back, from the headers that came back with it.
fn identity(message: &Message<'_>) -> Option<Uuid> {
    let of = |message: &Message<'_>| message.message_id()?.split_once('@')?.0.parse().ok();
    if let Some(returned) = part(message, "message", "rfc822").and_then(|part| part.message()) {
        return of(returned);
    }
    let headers = part(message, "text", "rfc822-headers")?;
    of(&MessageParser::default().parse_headers(headers.contents())?)
}

/// The groups of fields of a report: one of the report itself, one a recipient.
fn groups(text: &str) -> impl Iterator<Item = Vec<(String, &str)>> {
    let mut groups: Vec<Vec<(String, &str)>> = vec![vec![]];
    for line in text.lines() {
        match (line.split_once(':'), groups.last_mut()) {
            _ if line.trim().is_empty() => groups.push(vec![]),
            // What is folded goes on with text for people.
            (Some((name, value)), Some(group)) if !line.starts_with([' ', '\t']) => {
                group.push((name.trim().to_ascii_lowercase(), value.trim()));
            }
            _ => {}
        }
    }
    groups.into_iter()
}

/// Who did not get it and why, if the group tells of a failure for good.
fn failure(fields: &[(String, &str)]) -> Option<(String, Status)> {
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    if !field("action")?.eq_ignore_ascii_case("failed") {
        return None;
    }
    let status = Status::parse(field("status")?).filter(|status| status.is_permanent())?;
    // `rfc822; wang@company.example`; what was asked for, where it was sent on from there.
    let address = field("original-recipient").or(field("final-recipient"))?;
    let (_, address) = address.split_once(';')?;
    Some((address.trim().trim_matches(['<', '>']).to_owned(), status))
}

#[cfg(test)]
mod tests;
