//! Notes on cases.
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::people::{Person, load_person};
use super::refusal::Refusal;
use super::scalar::DateTime;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use workflow::CaseId;

/// A note on a case: beside the steps of its process, and without changing where it stands.
pub struct Note(pub(super) desk::Note);

/// A note on a case: beside the steps of its process, and without changing where it stands.
#[Object]
impl Note {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Note(self.0.id).encode()
    }

    /// What it says; none once it is withdrawn.
    async fn text(&self) -> Option<&str> {
        self.0.withdrawn_at.is_none().then_some(&self.0.text)
    }

    /// Whether its author took it back.
    async fn withdrawn(&self) -> bool {
        self.0.withdrawn_at.is_some()
    }

    /// Whether companies do not read it.
    async fn internal(&self) -> bool {
        self.0.internal
    }

    /// When it was written.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Who wrote it. Companies read only the names of their own people.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        load_person(ctx, self.0.author).await
    }

    /// Whether somebody of the company wrote it, and not of the staff.
    #[expect(clippy::wrong_self_convention, reason = "the field says from whom the note is")]
    async fn from_company(&self, ctx: &Context<'_>) -> Result<bool> {
        // Whom a company may not know is of the staff.
        Ok(load_person(ctx, self.0.author).await?.is_some_and(|author| author.0.company.is_some()))
    }
}

/// Asks to add a note to a case.
#[derive(InputObject)]
pub struct NoteAddInput {
    /// The case.
    case_id: ID,
    /// What it says, up to 5,000 characters.
    text: String,
    /// Whether only staff read it. What is not internal is mailed to the other side.
    #[graphql(default)]
    internal: bool,
}

/// What came of adding a note.
#[derive(SimpleObject)]
pub struct NoteAddPayload {
    /// The note, unless it was refused.
    note: Option<Note>,
    /// Why it may not be added.
    refusal: Option<Refusal>,
}

/// Asks to take a note back.
#[derive(InputObject)]
pub struct NoteWithdrawInput {
    /// The note.
    note_id: ID,
}

/// What came of taking a note back.
#[derive(SimpleObject)]
pub struct NoteWithdrawPayload {
    /// The note, without what it said, unless it was refused.
    note: Option<Note>,
    /// Why it may not be taken back.
    refusal: Option<Refusal>,
}

pub(super) async fn add(ctx: &Context<'_>, input: NoteAddInput) -> Result<NoteAddPayload> {
    let case = NodeId::case(&input.case_id).unwrap_or(CaseId(uuid::Uuid::nil()));
    let added = desk(ctx)?.note_add(caller(ctx)?, case, &input.text, input.internal).await.map_err(broken)?;
    Ok(match added {
        Ok(note) => NoteAddPayload { note: Some(Note(note)), refusal: None },
        Err(refused) => NoteAddPayload { note: None, refusal: Some(Refusal::new(&refused, language(ctx))) },
    })
}

pub(super) async fn withdraw(ctx: &Context<'_>, input: NoteWithdrawInput) -> Result<NoteWithdrawPayload> {
    let done = desk(ctx)?.note_withdraw(caller(ctx)?, NodeId::note(&input.note_id)).await.map_err(broken)?;
    Ok(match done {
        Ok(note) => NoteWithdrawPayload { note: Some(Note(note)), refusal: None },
        Err(refused) => {
            NoteWithdrawPayload { note: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
        }
    })
}
