//! Mails that cases caused, and what administrators decide about those that do not arrive.
use super::case::Case;
use super::connection::MailConnection;
use super::gate::{broken, caller, coded, desk, language};
use super::id::NodeId;
use super::list::{Bounds, Cursors, take};
use super::loader::{MailId, load};
use super::people::{Person, load_person};
use super::refusal::Refusal;
use super::scalar::DateTime;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use desk::{MailFilter, MailRecord};

/// A mail that a case caused, without its body.
pub struct Mail(pub(super) MailRecord);

/// Where a mail is.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "desk::MailState")]
pub enum MailState {
    /// It waits to be sent, or to be tried again.
    Queued,
    /// It waits until its address, at which nobody was, is confirmed; `error` says how that was found.
    Held,
    /// It waits for the day's digest of its recipient, or went into it: `digest` says which.
    Gathered,
    /// It was handed over.
    Sent,
    /// It cannot be delivered; `error` says why.
    Dead,
    /// It cannot be delivered, and somebody decided that it need not arrive.
    Discarded,
}

/// A mail that a case caused, without its body.
#[Object]
impl Mail {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Mail(self.0.id).encode()
    }

    /// The template's name.
    async fn template(&self) -> &str {
        &self.0.template
    }

    /// The name of the recipient.
    async fn recipient(&self) -> &str {
        &self.0.name
    }

    /// The address it goes to; in part, but whole to those who mend addresses.
    async fn address(&self, ctx: &Context<'_>) -> Result<String> {
        let mends = desk(ctx)?.rights().may(&caller(ctx)?.standing, "Query", "mails");
        Ok(if mends { self.0.address.clone() } else { desk::masked(&self.0.address) })
    }

    /// Where it is.
    async fn state(&self) -> MailState {
        self.0.state.into()
    }

    /// How often sending was tried.
    async fn attempts(&self) -> i64 {
        self.0.attempts
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was handed over.
    async fn sent_at(&self) -> Option<DateTime> {
        self.0.sent_at.map(DateTime)
    }

    /// Why the last try failed, or why it is held: what the mail server answered, in codes.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// The case that caused it.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        let Some(case) = self.0.case else { return Ok(None) };
        Ok(load(ctx, case).await?.map(Case))
    }

    /// The digest it went into.
    async fn digest(&self, ctx: &Context<'_>) -> Result<Option<Mail>> {
        let Some(digest) = self.0.digest else { return Ok(None) };
        Ok(load(ctx, MailId(digest)).await?.map(Mail))
    }

    /// Who decided that it need not arrive.
    async fn discarded_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match &self.0.discarded {
            Some(discarded) => load_person(ctx, discarded.by).await,
            None => Ok(None),
        }
    }

    /// When that was decided.
    async fn discarded_at(&self) -> Option<DateTime> {
        self.0.discarded.as_ref().map(|discarded| DateTime(discarded.at))
    }

    /// Why it need not arrive.
    async fn discard_reason(&self) -> Option<&str> {
        self.0.discarded.as_ref().map(|discarded| discarded.reason.as_str())
    }
}

/// Which mails; all conditions hold together.
#[derive(InputObject, Default)]
pub struct MailFilterInput {
    /// In one of these states.
    states: Option<Vec<MailState>>,
    /// Made from this template.
    template: Option<String>,
}

/// Asks to send dead mails again.
#[derive(InputObject)]
pub struct MailsResendInput {
    /// These, at most 100.
    ids: Option<Vec<ID>>,
    /// All of this template; with `ids`, those of them that are.
    template: Option<String>,
}

/// What came of sending dead mails again.
#[derive(SimpleObject)]
pub struct MailsResendPayload {
    /// How many will be tried again: those that were dead.
    resent: u64,
    /// Why none may be.
    refusal: Option<Refusal>,
}

/// Asks to let a dead mail be.
#[derive(InputObject)]
pub struct MailDiscardInput {
    /// The mail.
    mail_id: ID,
    /// Why it need not arrive, up to 500 characters.
    reason: String,
}

/// What came of letting a dead mail be.
#[derive(SimpleObject)]
pub struct MailDiscardPayload {
    /// The mail, unless it was refused.
    mail: Option<Mail>,
    /// Why it may not be discarded.
    refusal: Option<Refusal>,
}

/// Says that somebody is at an address again.
#[derive(InputObject)]
pub struct MailAddressConfirmInput {
    /// The address.
    address: String,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct MailAddressConfirmPayload {
    /// Whether mails to it were held until now.
    confirmed: bool,
}

/// What administrators do about mail.
#[derive(Default)]
pub struct MailMutation;

/// What administrators do about mail.
#[Object]
impl MailMutation {
    /// Sends dead mails again, under the same Message-ID.
    async fn mails_resend(&self, ctx: &Context<'_>, input: MailsResendInput) -> Result<MailsResendPayload> {
        let ids = input.ids.map(|ids| ids.iter().map(NodeId::mail).collect::<Vec<_>>());
        let resent = desk(ctx)?.mails_resend(caller(ctx)?, ids.as_deref(), input.template.as_deref()).await;
        Ok(match resent.map_err(broken)? {
            Ok(resent) => MailsResendPayload { resent, refusal: None },
            Err(refused) => {
                MailsResendPayload { resent: 0, refusal: Some(Refusal::new(&refused, language(ctx))) }
            }
        })
    }

    /// Decides that a dead mail need not arrive.
    async fn mail_discard(&self, ctx: &Context<'_>, input: MailDiscardInput) -> Result<MailDiscardPayload> {
        let id = NodeId::mail(&input.mail_id);
        Ok(match desk(ctx)?.mail_discard(caller(ctx)?, id, &input.reason).await.map_err(broken)? {
            Ok(mail) => MailDiscardPayload { mail: Some(Mail(mail)), refusal: None },
            Err(refused) => {
                MailDiscardPayload { mail: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
            }
        })
    }

    /// Says that somebody is at an address again, at which nobody was: what was held goes out.
    async fn mail_address_confirm(
        &self,
        ctx: &Context<'_>,
        input: MailAddressConfirmInput,
    ) -> Result<MailAddressConfirmPayload> {
        let confirmed = desk(ctx)?.address_confirm(caller(ctx)?, &input.address).await.map_err(broken)?;
        Ok(MailAddressConfirmPayload { confirmed })
    }
}

/// A page of mails.
pub(super) async fn page(
    ctx: &Context<'_>,
    filter: MailFilterInput,
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<MailConnection> {
    let place = |cursor: Option<String>| match cursor.map(|cursor| NodeId::parse(&cursor.into())) {
        None => Ok(None),
        Some(Some(NodeId::Mail(id))) => Ok(Some(id)),
        Some(_) => Err(coded("BAD_INPUT", "the cursor is not of this list")),
    };
    let (after, before) = (place(after)?, place(before)?);
    let states = filter.states.unwrap_or_default().into_iter().map(Into::into).collect();
    let context = MailFilter { states, template: filter.template };
    let (desk, caller) = (desk(ctx)?, caller(ctx)?);
    let page = desk.mail_page(caller, &context, take(bounds)?, after, before).await.map_err(broken)?;
    let edge = |mail: MailRecord| (NodeId::Mail(mail.id).encode().to_string(), Mail(mail));
    let edges = page.items.into_iter().map(edge).collect();
    Ok(MailConnection { edges, has_previous: page.has_previous, has_next: page.has_next, context })
}
