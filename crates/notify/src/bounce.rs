//! Delivery reports (RFC 3464): what a mail server further on says of a mail that was handed over.
//!
//! Anybody can send one, so it says nothing by itself: only who knows a mail's identity and its address is believed, and
//! of what they say only the codes are kept.
use crate::status::Status;
use mail_parser::{Message, MessageParser, MimeHeaders as _};
use uuid::Uuid;

/// The largest report that is read, in bytes. Servers send back a few kilobytes, seldom the whole mail.
pub const BOUNCE_MOST: usize = 1 << 20;
/// How many parts one has at most.
const PARTS_MOST: usize = 20;
/// How long the headers of one of them are at most, in bytes.
const HEADERS_MOST: usize = 1 << 16;

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
    /// It is larger than a report, or has more parts or longer headers.
    #[error(
        "too large for a delivery report: allowed are {BOUNCE_MOST} bytes, {PARTS_MOST} parts and {HEADERS_MOST} bytes \
         of headers in each"
    )]
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
        let (report, _) = Part::read(bytes)?.ok_or(BounceError::NoReport)?;
        let boundary = report.boundary().ok_or(BounceError::NoReport)?;
        let (mut status, mut mail) = (None, None);
        for bytes in parts(bytes, boundary)? {
            let Some((part, body)) = Part::read(bytes)? else { continue };
            match part.kind().as_deref() {
                Some("message/delivery-status") if status.is_none() => status = Some(body),
                Some("message/rfc822" | "text/rfc822-headers") if mail.is_none() => {
                    mail = Part::read(body)?.and_then(|(mail, _)| mail.identity());
                }
                _ => {}
            }
        }
        let status = String::from_utf8_lossy(status.ok_or(BounceError::NoReport)?);
        let mail = mail.ok_or(BounceError::NoMail)?;
        // A mail of ours has one recipient, so the first failure is its own.
        let failed = groups(&status).find_map(|fields| failure(&fields));
        let (address, status) = failed.ok_or(BounceError::NoFailure)?;
        Ok(Self { mail, address, reason: format!("it came back with {status}"), gone: status.is_gone() })
    }
}

/// The headers of a report or of one of its parts. The parser gets nothing but headers: what is nested thousands deep
/// overflows its stack.
struct Part<'b>(Message<'b>);

impl<'b> Part<'b> {
    /// The headers that these bytes begin with, and what comes after them.
    fn read(bytes: &'b [u8]) -> Result<Option<(Self, &'b [u8])>, BounceError> {
        let mut end = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            end += line.len();
            if line.trim_ascii().is_empty() {
                break;
            }
        }
        let (headers, body) = bytes.split_at(end);
        if headers.len() > HEADERS_MOST {
            return Err(BounceError::TooLarge);
        }
        Ok(MessageParser::default().parse_headers(headers).map(|headers| (Self(headers), body)))
    }

    /// What it is, such as `text/plain`.
    fn kind(&self) -> Option<String> {
        let kind = self.0.content_type()?;
        Some(format!("{}/{}", kind.ctype(), kind.subtype()?).to_ascii_lowercase())
    }

    /// What stands between the parts of a report.
    fn boundary(&self) -> Option<&str> {
        self.kind().filter(|kind| kind == "multipart/report")?;
        self.0.content_type()?.attribute("boundary")
    }

    /// The identity of the mail whose headers these are, if it is one of ours.
    fn identity(&self) -> Option<Uuid> {
        self.0.message_id()?.split_once('@')?.0.parse().ok()
    }
}

/// What lies between lines of this boundary.
fn parts<'b>(bytes: &'b [u8], boundary: &str) -> Result<Vec<&'b [u8]>, BounceError> {
    let delimiter = format!("--{boundary}").into_bytes();
    let (mut parts, mut begins, mut at) = (vec![], None, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let rest = line.strip_prefix(&*delimiter).map(<[u8]>::trim_ascii_end);
        if let Some(b"" | b"--") = rest {
            parts.extend(begins.and_then(|begins| bytes.get(begins..at)));
            begins = (rest == Some(b"")).then_some(at + line.len());
        }
        at += line.len();
    }
    parts.extend(begins.and_then(|begins| bytes.get(begins..)));
    if parts.len() > PARTS_MOST { Err(BounceError::TooLarge) } else { Ok(parts) }
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
    let (_, address) = address.split_once(';').filter(|(_, address)| !address.contains(char::is_control))?;
    Some((address.trim().trim_matches(['<', '>']).to_owned(), status))
}

#[cfg(test)]
mod tests;
