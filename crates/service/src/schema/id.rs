//! Global ids (Relay): opaque, and of one kind each. An id of another kind is like one that names nothing.
use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desk::{AttachmentId, FactId, FactImportId, NoteId, SnippetId};
use uuid::Uuid;
use workflow::{CaseId, CompanyId, PersonId, UnitId};

/// What an id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NodeId {
    Case(CaseId),
    Company(CompanyId),
    Person(PersonId),
    Unit(UnitId),
    /// A row of a case's history.
    Event(CaseId, i64),
    Note(NoteId),
    Attachment(AttachmentId),
    Snippet(SnippetId),
    Mail(Uuid),
    Fact(FactId),
    Import(FactImportId),
    /// A policy of the zone, by its own id.
    Policy(String),
    /// What a policy says of a company.
    Fit(String, CompanyId),
}

impl NodeId {
    /// Reads an id; none when it was not made by [`NodeId::encode`].
    pub(super) fn parse(id: &ID) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(id.as_bytes()).ok()?;
        let (kind, rest) = bytes.split_first()?;
        let (uuid, rest) = rest.split_at_checked(16)?;
        let uuid = Uuid::from_slice(uuid).ok()?;
        match (kind, rest) {
            (b'c', []) => Some(Self::Case(CaseId(uuid))),
            (b'o', []) => Some(Self::Company(CompanyId(uuid))),
            (b'p', []) => Some(Self::Person(PersonId(uuid))),
            (b'u', []) => Some(Self::Unit(UnitId(uuid))),
            (b'n', []) => Some(Self::Note(NoteId(uuid))),
            (b'a', []) => Some(Self::Attachment(AttachmentId(uuid))),
            (b's', []) => Some(Self::Snippet(SnippetId(uuid))),
            (b'm', []) => Some(Self::Mail(uuid)),
            (b'i', []) => Some(Self::Import(FactImportId(uuid))),
            (b'f', []) => Some(Self::Fact(FactId(uuid))),
            (b'l', id) if uuid.is_nil() => Some(Self::Policy(String::from_utf8(id.to_vec()).ok()?)),
            (b'v', id) => Some(Self::Fit(String::from_utf8(id.to_vec()).ok()?, CompanyId(uuid))),
            (b'e', seq) => Some(Self::Event(CaseId(uuid), i64::from_be_bytes(seq.try_into().ok()?))),
            _ => None,
        }
    }

    /// Writes an id.
    pub(crate) fn encode(self) -> ID {
        let (kind, uuid, rest) = match self {
            Self::Case(id) => (b'c', id.0, vec![]),
            Self::Company(id) => (b'o', id.0, vec![]),
            Self::Person(id) => (b'p', id.0, vec![]),
            Self::Unit(id) => (b'u', id.0, vec![]),
            Self::Event(id, seq) => (b'e', id.0, seq.to_be_bytes().to_vec()),
            Self::Note(id) => (b'n', id.0, vec![]),
            Self::Attachment(id) => (b'a', id.0, vec![]),
            Self::Snippet(id) => (b's', id.0, vec![]),
            Self::Mail(id) => (b'm', id, vec![]),
            Self::Fact(id) => (b'f', id.0, vec![]),
            Self::Import(id) => (b'i', id.0, vec![]),
            Self::Policy(id) => (b'l', Uuid::nil(), id.into_bytes()),
            Self::Fit(policy, company) => (b'v', company.0, policy.into_bytes()),
        };
        let mut bytes = vec![kind];
        bytes.extend(uuid.as_bytes());
        bytes.extend(rest);
        URL_SAFE_NO_PAD.encode(bytes).into()
    }

    pub(super) fn case(id: &ID) -> Option<CaseId> {
        match Self::parse(id) {
            Some(Self::Case(id)) => Some(id),
            _ => None,
        }
    }

    pub(super) fn company(id: &ID) -> Option<CompanyId> {
        match Self::parse(id) {
            Some(Self::Company(id)) => Some(id),
            _ => None,
        }
    }

    pub(super) fn person(id: &ID) -> Option<PersonId> {
        match Self::parse(id) {
            Some(Self::Person(id)) => Some(id),
            _ => None,
        }
    }

    pub(crate) fn attachment(id: &ID) -> Option<AttachmentId> {
        match Self::parse(id) {
            Some(Self::Attachment(id)) => Some(id),
            _ => None,
        }
    }

    /// The import, or one that was never given out.
    pub(crate) fn import(id: &ID) -> FactImportId {
        match Self::parse(id) {
            Some(Self::Import(id)) => id,
            _ => FactImportId(Uuid::nil()),
        }
    }

    /// The fact, or one that was never given out.
    pub(super) fn fact(id: &ID) -> FactId {
        match Self::parse(id) {
            Some(Self::Fact(id)) => id,
            _ => FactId(Uuid::nil()),
        }
    }

    /// The note, or one that was never given out.
    pub(super) fn note(id: &ID) -> NoteId {
        match Self::parse(id) {
            Some(Self::Note(id)) => id,
            _ => NoteId(Uuid::nil()),
        }
    }

    /// The snippet, or one that was never given out.
    pub(super) fn snippet(id: &ID) -> SnippetId {
        match Self::parse(id) {
            Some(Self::Snippet(id)) => id,
            _ => SnippetId(Uuid::nil()),
        }
    }

    /// The mail, or one that was never written.
    pub(super) fn mail(id: &ID) -> Uuid {
        match Self::parse(id) {
            Some(Self::Mail(id)) => id,
            _ => Uuid::nil(),
        }
    }

    pub(super) fn unit(id: &ID) -> Option<UnitId> {
        match Self::parse(id) {
            Some(Self::Unit(id)) => Some(id),
            _ => None,
        }
    }
}
