//! Notes on a case: what staff write to each other, and what company and staff write to one another, beside the steps
//! of the process. A note is not changed; its author may take it back.
use crate::notice::Notice;
use crate::refused::text_check;
use crate::write::is_shared;
use crate::{Caller, CaseView, Desk, DeskError, Page, Refused, Take, Viewer};
use std::collections::HashMap;
use store::{Note, NoteId};
use workflow::{CaseId, Text};

/// The mail that tells the other side of a note.
pub(crate) const ADDED: &str = "note-added";
/// Longest note, in characters.
const TEXT_MOST: usize = 5_000;

impl Desk {
    /// Adds a note to a case. A public one is mailed to the other side: to the company, or to those who handle the case.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn note_add(
        &self,
        caller: &Caller,
        case: CaseId,
        text: &str,
        internal: bool,
    ) -> Result<Result<Note, Refused>, DeskError> {
        let Some(case) = self.case_find(caller, case).await? else { return Ok(Err(Refused::NoSuchCase)) };
        if let Err(refused) = text_check("text", text, TEXT_MOST, true) {
            return Ok(Err(refused));
        }
        if internal && caller.person.company.is_some() {
            return Ok(Err(Refused::not_yours(Text::new("工作人员", "the staff"))));
        }
        let mails = if internal { vec![] } else { self.note_mails(caller, &case, text).await? };
        let note = Note {
            id: NoteId(self.surroundings.id()),
            case: case.stored.id,
            author: caller.person.id,
            internal,
            text: text.trim().to_owned(),
            at: self.surroundings.now(),
            withdrawn_at: None,
        };
        let tx = self.store.begin(caller.zone).await?;
        tx.note_insert(&case.stored, &note, &mails).await?;
        tx.commit().await?;
        Ok(Ok(note))
    }

    /// Takes a note of the caller's back: that there was one stays, what it said does not. Doing it twice is fine.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn note_withdraw(
        &self,
        caller: &Caller,
        id: NoteId,
    ) -> Result<Result<Note, Refused>, DeskError> {
        let viewer = self.viewer(caller);
        let Some(note) = self.store.note_find(&viewer, id).await? else {
            return Ok(Err(Refused::NoSuchNote));
        };
        if note.author != caller.person.id {
            return Ok(Err(Refused::not_yours(Text::new("留言人本人", "its author"))));
        }
        let tx = self.store.begin(caller.zone).await?;
        tx.note_withdraw(id, caller.person.id, self.surroundings.now()).await?;
        tx.commit().await?;
        Ok(self.store.note_find(&viewer, id).await?.ok_or(Refused::NoSuchNote))
    }

    /// A page of the notes of each of these cases as far as the caller reads them, oldest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn note_pages(
        &self,
        caller: &Caller,
        cases: &[CaseId],
        take: Take,
        after: Option<NoteId>,
        before: Option<NoteId>,
    ) -> Result<HashMap<CaseId, Page<Note>>, DeskError> {
        Ok(self.store.note_pages(&self.viewer(caller), cases, take, after, before).await?)
    }

    /// How many notes of each of these cases the caller reads; a case without any is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn note_counts(
        &self,
        caller: &Caller,
        cases: &[CaseId],
    ) -> Result<HashMap<CaseId, i64>, DeskError> {
        Ok(self.store.note_counts(&self.viewer(caller), cases).await?)
    }

    /// Finds notes; those the caller does not read are left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn note_batch(&self, caller: &Caller, ids: &[NoteId]) -> Result<Vec<Note>, DeskError> {
        Ok(self.store.note_batch(&self.viewer(caller), ids).await?)
    }

    async fn note_mails(
        &self,
        caller: &Caller,
        case: &CaseView,
        text: &str,
    ) -> Result<Vec<store::NewMail>, DeskError> {
        let to = match (caller.person.company, case.stored.case.company) {
            (Some(_), _) => self.assignees(caller.zone, &case.stored).await?,
            // A task of one unit for another is about a company that does not know of it.
            (None, Some(company)) if is_shared(&case.definition) => {
                self.store.person_by_company(&Viewer::System(caller.zone), company).await?
            }
            (None, _) => vec![],
        };
        let notice = Notice {
            zone: caller.zone,
            template: ADDED,
            case: &case.stored,
            definition: &case.definition,
            title: Text::new("留言", "Note"),
            actor: &caller.person,
            said: (Text::new("留言内容", "What it says"), text.trim()),
        };
        self.notices(&notice, to).await
    }
}
