//! Texts that staff write again and again (常用语). Everybody in a unit keeps the unit's; who keeps the zone's the file
//! of rights says.
use crate::refused::text_check;
use crate::{Caller, Desk, DeskError, Refused};
use store::{Snippet, SnippetId, Tx};
use workflow::{Text, UnitId};

/// Longest title and text, in characters.
const TITLE_MOST: usize = 100;
const TEXT_MOST: usize = 5_000;
/// How many a unit, or the zone, keeps.
const KEPT_MOST: i64 = 200;

impl Desk {
    /// The snippets of the zone and of the caller's unit, by title.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn snippets(&self, caller: &Caller) -> Result<Vec<Snippet>, DeskError> {
        Ok(self.store.snippet_list(&self.viewer(caller), caller.person.unit).await?)
    }

    /// Adds a snippet for the whole zone, or for the caller's unit.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn snippet_add(
        &self,
        caller: &Caller,
        zone_wide: bool,
        title: &str,
        text: &str,
    ) -> Result<Result<Snippet, Refused>, DeskError> {
        let unit = if zone_wide { None } else { caller.person.unit };
        let may = self.keeps(caller, unit);
        if let Err(refused) = may.and_then(|()| words_check(title, text)) {
            return Ok(Err(refused));
        }
        let snippet = Snippet {
            id: SnippetId(self.surroundings.id()),
            unit,
            title: title.trim().to_owned(),
            text: text.trim().to_owned(),
            changed_at: self.surroundings.now(),
            changed_by: caller.person.id,
        };
        let tx = self.store.begin(caller.zone).await?;
        if tx.snippet_count(unit).await? >= KEPT_MOST {
            return Ok(Err(Refused::Full { most: KEPT_MOST }));
        }
        tx.snippet_insert(&snippet).await?;
        tx.commit().await?;
        Ok(Ok(snippet))
    }

    /// Writes a snippet anew.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn snippet_change(
        &self,
        caller: &Caller,
        id: SnippetId,
        title: &str,
        text: &str,
    ) -> Result<Result<Snippet, Refused>, DeskError> {
        let tx = self.store.begin(caller.zone).await?;
        let found = self.snippet_theirs(&tx, caller, id).await?;
        let snippet = match found.and_then(|found| words_check(title, text).map(|()| found)) {
            Ok(found) => Snippet {
                title: title.trim().to_owned(),
                text: text.trim().to_owned(),
                changed_at: self.surroundings.now(),
                changed_by: caller.person.id,
                ..found
            },
            Err(refused) => return Ok(Err(refused)),
        };
        if !tx.snippet_update(&snippet).await? {
            return Ok(Err(Refused::NoSuchSnippet));
        }
        tx.commit().await?;
        Ok(Ok(snippet))
    }

    /// Removes a snippet.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn snippet_remove(
        &self,
        caller: &Caller,
        id: SnippetId,
    ) -> Result<Result<(), Refused>, DeskError> {
        let tx = self.store.begin(caller.zone).await?;
        if let Err(refused) = self.snippet_theirs(&tx, caller, id).await? {
            return Ok(Err(refused));
        }
        tx.snippet_delete(id).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// A snippet that the caller may change. One of another unit looks like one that is missing.
    async fn snippet_theirs(
        &self,
        tx: &Tx,
        caller: &Caller,
        id: SnippetId,
    ) -> Result<Result<Snippet, Refused>, DeskError> {
        let read = |found: &Snippet| found.unit.is_none() || found.unit == caller.person.unit;
        let Some(found) = tx.snippet_find(id).await?.filter(read) else {
            return Ok(Err(Refused::NoSuchSnippet));
        };
        Ok(self.keeps(caller, found.unit).map(|()| found))
    }

    fn keeps(&self, caller: &Caller, unit: Option<UnitId>) -> Result<(), Refused> {
        if unit.is_some() || self.rights.keeps_snippets(&caller.standing) {
            return Ok(());
        }
        let by = Text::new("管理全区常用语的人员", "those who keep the zone's snippets");
        Err(Refused::not_yours(by))
    }
}

fn words_check(title: &str, text: &str) -> Result<(), Refused> {
    text_check("title", title, TITLE_MOST, false)?;
    text_check("text", text, TEXT_MOST, true)
}
