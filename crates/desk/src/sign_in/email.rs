//! Showing that an address is one's own: a token is mailed there, and comes back.
use super::{Denied, Origin, Reader, misspelt, token};
use crate::setup::email_check;
use crate::{Caller, Desk, DeskError, Viewer};
use jiff::SignedDuration;
use serde_json::json;
use store::TicketPurpose;

/// How long the token is good.
const LASTS: SignedDuration = SignedDuration::from_hours(24);

/// Somebody who wants mail at an address.
#[derive(Clone, Copy)]
pub struct EmailOrder<'o> {
    /// The address; their own for showing that it is.
    pub email: &'o str,
    /// Their password: whoever has the address can reset it.
    pub password: &'o str,
}

impl Desk {
    /// Mails a token to an address that the caller says is theirs.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn email_ask(
        &self,
        caller: &Caller,
        order: EmailOrder<'_>,
        origin: &Origin,
    ) -> Result<Result<(), Denied>, DeskError> {
        if let Err(error) = email_check(order.email) {
            return misspelt(error).map(Err);
        }
        if let Err(denied) = self.owner_check(caller, order.password, origin).await? {
            return Ok(Err(denied));
        }
        let token = token::new(caller.zone, &self.surroundings.bytes());
        let ticket = self.ticket(TicketPurpose::Email, caller.person.id, order.email, LASTS);
        let what = json!({"code": token, "minutes": LASTS.as_mins()});
        let mail = self
            .account_mail(caller.zone, "account-email", Reader::of(&caller.person, order.email), what)
            .await?;
        let tx = self.store.begin(caller.zone).await?;
        // Neither may an address be flooded, nor may one person write to any number of them.
        let asker = caller.person.id.to_string();
        if !self.mail_knock(&tx, order.email).await? || !self.mail_knock(&tx, &asker).await? {
            tx.commit().await?;
            return Ok(Err(self.mails_wait()));
        }
        tx.ticket_insert(&token::hash(&token), &ticket).await?;
        tx.mails_write(self.surroundings.now(), &[mail]).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Takes the token that was mailed: from now on mail goes to that address. The one before is told.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn email_confirm(&self, token: &str) -> Result<Result<(), Denied>, DeskError> {
        let Some(zone) = token::zone(token) else { return Ok(Err(Denied::Wrong)) };
        let (hash, now) = (token::hash(token), self.surroundings.now());
        let ticket = self.store.ticket_find(zone, TicketPurpose::Email, &hash, now).await?;
        let Some((person, email)) = ticket else { return Ok(Err(Denied::Wrong)) };
        let found = self.store.person_find(&Viewer::System(zone), person).await?;
        let Some(person) = found else { return Ok(Err(Denied::Wrong)) };
        let tx = self.store.begin(zone).await?;
        if !tx.ticket_use(TicketPurpose::Email, &hash, now).await? {
            return Ok(Err(Denied::Wrong));
        }
        tx.person_email_set(person.id, &email).await?;
        // What was mailed to the address before sets no password any more.
        tx.ticket_void(TicketPurpose::Reset, person.id).await?;
        if person.email.as_deref() != Some(&*email) {
            let what = ("邮箱已更换", "the mail address was changed");
            self.account_changed(&tx, zone, &person, what).await?;
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Whether mail to the caller's address was seen to arrive.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn email_is_verified(&self, caller: &Caller) -> Result<bool, DeskError> {
        let account = self.store.account_find(caller.zone, caller.person.id).await?;
        Ok(account.verified_email.is_some() && account.verified_email == caller.person.email)
    }
}
