//! A claimed mail as the message that leaves: the same bytes on every attempt.
use crate::render::{self, RenderError, Words};
use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use std::str::FromStr;
use std::time::SystemTime;
use store::OutboxMail;
use url::{Host, Url};
use workflow::{Language, Wording};

/// Who mails come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    mailbox: Mailbox,
}

/// Says that a sender is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "mail sender {0:?}: expected `NAME <USER@DOMAIN>` or `USER@DOMAIN` in ASCII, such as `Service <desk@zone.example>`"
)]
pub struct SenderError(String);

/// Why a mail cannot become a message. Names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ComposeError {
    #[error("language {0:?}: allowed are \"zh\" and \"en\"")]
    Language(String),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error("the recipient's address is not a mail address")]
    Address,
    #[error("the message cannot be built")]
    Message,
}

impl FromStr for Sender {
    type Err = SenderError;

    fn from_str(text: &str) -> Result<Self, SenderError> {
        let (name, address) = match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim(), address),
            None => ("", text.trim()),
        };
        // ASCII, because the domain stands in every Message-ID.
        let address = Address::from_str(address).ok().filter(|_| address.is_ascii());
        let address = address.ok_or_else(|| SenderError(text.to_owned()))?;
        Ok(Self { mailbox: Mailbox::new(named(name.trim_matches('"')), address) })
    }
}

/// The address as servers without SMTPUTF8 take it: a domain in other letters goes by its ASCII name (RFC 5891).
fn address(text: &str) -> Option<Address> {
    let address = Address::from_str(text).ok().filter(|_| !text.contains(char::is_control))?;
    if address.domain().is_ascii() {
        return Some(address);
    }
    match Host::parse(address.domain()) {
        Ok(Host::Domain(domain)) => Address::new(address.user(), domain).ok(),
        _ => None,
    }
}

/// A name fit for a header, if there is one.
fn named(name: &str) -> Option<String> {
    Some(render::line(name)).filter(|name| !name.is_empty())
}

/// What messages say of the desk they come from.
#[derive(Debug, Clone)]
pub(crate) struct Letterhead {
    pub(crate) sender: Sender,
    /// Where people reach the desk, if it is reached at all: links lead there.
    pub(crate) desk: Option<Url>,
}

impl Letterhead {
    /// Where a click does what the mail's token says.
    fn unsubscribe(&self, mail: &OutboxMail) -> Option<Url> {
        let token = mail.context.get("unsubscribe")?.as_str()?;
        let mut link = self.desk.clone()?;
        link.path_segments_mut().ok()?.pop_if_empty().extend(["unsubscribe", token]);
        Some(link)
    }
}

/// Makes the message of `mail`. Its identity, date and boundary come from the row, so that a retry repeats it exactly;
/// all mails of a case refer to one message that never was, which is what threads them.
pub(crate) fn compose(
    mail: &OutboxMail,
    own: Option<&Wording>,
    head: &Letterhead,
) -> Result<Message, ComposeError> {
    let language =
        Language::parse(&mail.language).ok_or_else(|| ComposeError::Language(mail.language.clone()))?;
    let Words { subject, text, html } = words(mail, own, language)?;
    let address = address(&mail.address).ok_or(ComposeError::Address)?;
    let from = &head.sender.mailbox;
    let domain = from.email.domain();
    let mut message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(named(&mail.name), address))
        .subject(subject)
        .date(SystemTime::from(mail.created_at.max(Timestamp::UNIX_EPOCH)))
        .message_id(Some(format!("<{}@{domain}>", mail.id)))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .raw_header(header("Content-Language", language.as_str()));
    if let Some(link) = head.unsubscribe(mail) {
        // One click (RFC 8058): mail programs post there, people who follow the link are asked first.
        message = message
            .raw_header(header("List-Unsubscribe", &format!("<{link}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    if let Some(case) = mail.case {
        let thread = format!("<case-{case}@{domain}>");
        message = message.in_reply_to(thread.clone()).references(thread);
    }
    let parts = MultiPart::alternative()
        .boundary(format!("part-{}", mail.id))
        .singlepart(SinglePart::plain(text))
        .singlepart(SinglePart::html(html));
    message.multipart(parts).map_err(|_| ComposeError::Message)
}

/// What the mail says: in the zone's own words, or in the program's where there are none or they cannot be used. A mail
/// never waits for words.
fn words(mail: &OutboxMail, own: Option<&Wording>, language: Language) -> Result<Words, RenderError> {
    match own.map(|own| render::reworded(own, language, &mail.context)) {
        Some(Ok(words)) => return Ok(words),
        Some(Err(error)) => {
            let OutboxMail { id, template, .. } = mail;
            tracing::warn!(mail = %id, template, %error, "a zone's own words cannot be used; the program's are");
        }
        None => {}
    }
    render::render(&mail.template, language, &mail.context)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let shown = |text: &str| text.parse::<Sender>().unwrap().mailbox;
        let service = shown("钱小二服务中心 <desk@zone.example>");
        assert_eq!(
            (service.name.as_deref(), service.email.as_ref()),
            (Some("钱小二服务中心"), "desk@zone.example")
        );
        assert_eq!(shown("\"Desk, Zone\" <desk@zone.example>").name.as_deref(), Some("Desk, Zone"));
        assert_eq!(shown(" desk@zone.example ").name, None);
    }

    #[test]
    fn what_is_no_sender_is_told_what_one_is() {
        for text in ["", "desk", "Desk <desk>", "desk@区.example", "Desk <desk@zone.example\r\nBcc: x@y>"] {
            let error = text.parse::<Sender>().unwrap_err().to_string();
            assert!(error.contains("NAME <USER@DOMAIN>"), "{error}");
        }
    }
}
