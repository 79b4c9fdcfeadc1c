//! Notes on a case: what staff write to each other, and what company and staff write to one another, beside the steps
//! of the process. A note is not changed; its author may take it back.
use crate::notice::Notice;
use crate::refused::text_check;
use crate::write::is_shared;
use crate::{Caller, CaseView, Desk, DeskError, Page, Refused, Take, Viewer};
use store::{Note, NoteId};
use workflow::{CaseId, Text};

/// The mail that tells the other side of a note.
const ADDED: &str = "note-added";
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

    /// A page of a case's notes as far as the caller reads them, oldest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn note_page(
        &self,
        caller: &Caller,
        case: CaseId,
        take: Take,
        after: Option<NoteId>,
        before: Option<NoteId>,
    ) -> Result<Page<Note>, DeskError> {
        Ok(self.store.note_page(&self.viewer(caller), case, take, after, before).await?)
    }

    /// How many notes of a case the caller reads.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn note_count(&self, caller: &Caller, case: CaseId) -> Result<i64, DeskError> {
        Ok(self.store.note_count(&self.viewer(caller), case).await?)
    }

    /// Finds a note.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn note_find(&self, caller: &Caller, id: NoteId) -> Result<Option<Note>, DeskError> {
        Ok(self.store.note_find(&self.viewer(caller), id).await?)
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
