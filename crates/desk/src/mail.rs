//! Mails that do not arrive: seen, sent again, or let be; and addresses at which nobody is.
use crate::refused::text_check;
use crate::{Caller, Desk, DeskError, MailRecord, Page, Refused, Take};
use store::{MailDiscard, MailFilter, Undeliverable};
use uuid::Uuid;
use workflow::{CaseId, Fault, ZoneId};

/// How many mails one request names.
const NAMED_MOST: usize = 100;
/// Longest reason, in characters.
const REASON_MOST: usize = 500;

impl Desk {
    /// The mails that cases caused, without their bodies.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn mail_list(&self, caller: &Caller, cases: &[CaseId]) -> Result<Vec<MailRecord>, DeskError> {
        Ok(self.store.outbox_list(&self.viewer(caller), cases).await?)
    }

    /// One page of the mails that the caller sees, without their bodies, the latest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn mail_page(
        &self,
        caller: &Caller,
        filter: &MailFilter,
        take: Take,
        after: Option<Uuid>,
        before: Option<Uuid>,
    ) -> Result<Page<MailRecord>, DeskError> {
        Ok(self.store.outbox_page(&self.viewer(caller), filter, take, after, before).await?)
    }

    /// How many mails a filter finds.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn mail_count(&self, caller: &Caller, filter: &MailFilter) -> Result<i64, DeskError> {
        Ok(self.store.outbox_count(&self.viewer(caller), filter).await?)
    }

    /// Those of these mails that the caller sees.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn mail_batch(&self, caller: &Caller, ids: &[Uuid]) -> Result<Vec<MailRecord>, DeskError> {
        Ok(self.store.outbox_batch(&self.viewer(caller), ids).await?)
    }

    /// Sends dead mails again: those named, those of a template, or those named that are of it. Answers how many.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn mails_resend(
        &self,
        caller: &Caller,
        ids: Option<&[Uuid]>,
        template: Option<&str>,
    ) -> Result<Result<u64, Refused>, DeskError> {
        if ids.is_none() && template.is_none() {
            return Ok(Err(Refused::form("ids", Fault::Missing)));
        }
        if ids.is_some_and(|ids| ids.is_empty() || ids.len() > NAMED_MOST) {
            return Ok(Err(Refused::TooMany { most: NAMED_MOST }));
        }
        let tx = self.store.begin(caller.zone).await?;
        let resent = tx.outbox_resend(ids, template, self.surroundings.now()).await?;
        tx.commit().await?;
        Ok(Ok(resent))
    }

    /// Decides that a dead mail need not arrive. Doing it twice is fine: the first reason stays.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn mail_discard(
        &self,
        caller: &Caller,
        id: Uuid,
        reason: &str,
    ) -> Result<Result<MailRecord, Refused>, DeskError> {
        if let Err(refused) = text_check("reason", reason, REASON_MOST, true) {
            return Ok(Err(refused));
        }
        let by = caller.person.id;
        let discard = MailDiscard { by, at: self.surroundings.now(), reason: reason.trim().to_owned() };
        let tx = self.store.begin(caller.zone).await?;
        if !tx.outbox_discard(id, &discard).await? {
            return Ok(Err(Refused::NoSuchMail));
        }
        tx.commit().await?;
        Ok(self.mail_batch(caller, &[id]).await?.pop().ok_or(Refused::NoSuchMail))
    }

    /// Takes note that somebody is at an address again, and lets out what was held; answers whether it was held.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn address_confirm(&self, caller: &Caller, address: &str) -> Result<bool, DeskError> {
        let tx = self.store.begin(caller.zone).await?;
        let held = tx.address_confirm(address).await?;
        tx.commit().await?;
        Ok(held)
    }

    /// Those of these addresses at which nobody is.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn undeliverable(
        &self,
        caller: &Caller,
        addresses: &[&str],
    ) -> Result<Vec<Undeliverable>, DeskError> {
        Ok(self.store.undeliverable_batch(&self.viewer(caller), addresses).await?)
    }

    /// Takes note that a mail came back; answers the zone whose it was, if it was one of ours to that address.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn mail_bounced(
        &self,
        id: Uuid,
        address: &str,
        reason: &str,
        gone: bool,
    ) -> Result<Option<ZoneId>, DeskError> {
        for zone in self.zones().await? {
            let tx = self.store.begin(zone.id).await?;
            if tx.outbox_bounce(id, address, self.surroundings.now(), reason, gone).await? {
                tx.commit().await?;
                return Ok(Some(zone.id));
            }
        }
        Ok(None)
    }
}
