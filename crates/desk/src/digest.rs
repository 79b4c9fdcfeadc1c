//! The digest of a day: mails that people wish to have together, as one.
use crate::calendar::local;
use crate::{Desk, DeskError, Person, Viewer};
use jiff::Timestamp;
use serde_json::json;
use store::{Due, GatheredMail, NewMail};
use uuid::Uuid;
use workflow::{Language, ZoneId};

/// The mail that a digest is.
const DIGEST: &str = "digest";
/// How many mails one digest holds at most; what is more goes into another.
const ITEMS_MOST: usize = 100;

impl Desk {
    /// Writes the digests that are due, and answers how many.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn digests_write(&self, zone: ZoneId) -> Result<u64, DeskError> {
        let mut written = 0;
        loop {
            let now = self.surroundings.now();
            let due = self.store.gathered_list(zone, now, ITEMS_MOST as u64).await?;
            let Some(recipient) = due.first().map(|mail| mail.recipient) else { return Ok(written) };
            if self.damaged_release(zone, now, &due).await? {
                continue;
            }
            let theirs: Vec<&GatheredMail> =
                due.iter().take_while(|mail| mail.recipient == recipient).collect();
            let ids: Vec<Uuid> = theirs.iter().map(|mail| mail.id).collect();
            let people = recipient.as_slice();
            let person = self.store.person_batch(&Viewer::System(zone), people).await?.pop();
            let digest = match person {
                Some(person) => self.digest(zone, &person, &theirs).await?,
                None => None,
            };
            let tx = self.store.begin(zone).await?;
            let whole = match &digest {
                Some(digest) => tx.digest_insert(digest, now, &ids).await?,
                // Nobody is there any more, or they have no address: the mails go out as they are, and say why not.
                None => tx.gathered_release(now, &ids).await?,
            };
            if !whole {
                // Another process was quicker.
                tx.roll_back().await;
                return Ok(written);
            }
            tx.commit().await?;
            written += u64::from(digest.is_some());
        }
    }

    /// Lets mails that do not read go out by themselves, where each is given up with the reason; answers whether there
    /// was one.
    async fn damaged_release(
        &self,
        zone: ZoneId,
        now: Timestamp,
        due: &[GatheredMail],
    ) -> Result<bool, DeskError> {
        let damaged = due.iter().filter(|mail| mail.context.is_none());
        let damaged: Vec<Uuid> = damaged.map(|mail| mail.id).collect();
        if damaged.is_empty() {
            return Ok(false);
        }
        let tx = self.store.begin(zone).await?;
        tx.gathered_release(now, &damaged).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn digest(
        &self,
        zone: ZoneId,
        person: &Person,
        mails: &[&GatheredMail],
    ) -> Result<Option<NewMail>, DeskError> {
        let Some(address) = person.email.clone() else { return Ok(None) };
        let language = Language::parse(&person.language).unwrap_or_default();
        let zone = self.zone(zone).await?.ok_or(DeskError::UnknownZone)?.name;
        let item = |mail: &&GatheredMail| {
            let part = |name: &str| mail.context.as_ref().and_then(|context| context.get(name)).cloned();
            json!({
                "at": local(mail.created_at).strftime("%Y-%m-%d %H:%M").to_string(),
                "kind": self.mail_title(&mail.template).map_or("", |title| title.get(language)),
                "case": part("case"),
                "answers": part("answers"),
                "clocks": part("clocks"),
            })
        };
        Ok(Some(NewMail {
            id: self.surroundings.id(),
            template: DIGEST.to_owned(),
            recipient: Some(person.id),
            address,
            name: person.name.clone(),
            language: language.as_str().to_owned(),
            context: json!({
                "zone": {"name": zone},
                "recipient": {"name": person.name},
                "items": mails.iter().map(item).collect::<Vec<_>>(),
            }),
            due: Due::At(self.surroundings.now()),
        }))
    }
}
