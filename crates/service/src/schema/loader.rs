//! Batch reads: what the rows of a page name, and what hangs on them, is read in one statement a kind.
use super::batch::Waiting;
use super::gate::broken;
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, Data, Error, Result};
use desk::{
    ActionView, Attachment, AttachmentId, Caller, CaseSource, CaseView, Company, Desk, DeskError, EventView,
    Light, LinkView, MailRecord, Note, NoteId, Page, Person, Snippet, SnippetId, Take, Unit,
};
use jiff::Timestamp;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use workflow::{CaseId, CompanyId, PersonId, UnitId};

/// Reads for the fields of one request, as its caller; forgets with the request.
pub struct Reads {
    desk: Desk,
    caller: Caller,
}

/// Puts the reads of one request into its data.
pub(crate) fn reads(data: &mut Data, desk: &Desk, caller: &Caller) {
    let reads = Reads { desk: desk.clone(), caller: caller.clone() };
    let waiting = Waiting::default();
    let hold = waiting.clone();
    data.insert(DataLoader::new(reads, move |batch| hold.hold(batch)).delay(Duration::ZERO));
    data.insert(waiting);
}

/// Reads one thing, together with whatever else of its kind the request wants by now.
pub(super) async fn load<K>(ctx: &Context<'_>, key: K) -> Result<Option<<Reads as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Reads: Loader<K, Error = Arc<Error>>,
{
    ctx.data::<DataLoader<Reads>>()?.load_one(key).await.map_err(|error| (*error).clone())
}

macro_rules! read {
    ($key:ty => $value:ty, |$desk:ident, $caller:ident, $keys:ident| $read:expr) => {
        impl Loader<$key> for Reads {
            type Value = $value;
            type Error = Arc<Error>;

            async fn load(&self, $keys: &[$key]) -> Result<HashMap<$key, $value>, Self::Error> {
                let ($desk, $caller) = (&self.desk, &self.caller);
                let read = async { Ok::<_, DeskError>($read) };
                read.await.map_err(|error| Arc::new(broken(error)))
            }
        }
    };
}

pub(super) mod company;

/// Names what hangs on a case by the case's id.
macro_rules! of_case {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, Hash)]
            pub(super) struct $name(pub(super) CaseId);
        )*
    };
}

/// A mail.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct MailId(pub(super) Uuid);

/// Why mail does not reach an address, in small letters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct FaultOf(pub(super) String);

of_case! {
    /// The ticket a case came from.
    SourceOf
    /// Whether the caller follows a case.
    WatchedBy
    /// The cases that a case spawned.
    ChildrenOf
    /// How many notes a case has.
    NoteCountOf
    /// The files on a case.
    AttachmentsOf
    /// Who follows a case.
    WatchersOf
    /// Who has a case open.
    LookersOf
    /// The mails that a case caused.
    MailsOf
}

/// A case that is known already, told from others by its id.
#[derive(Clone)]
pub(super) struct Known(pub(super) CaseView);

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.0.stored.id == other.0.stored.id
    }
}

impl Eq for Known {}

impl Hash for Known {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.stored.id.hash(state);
    }
}

/// The cases that a case has to do with.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct LinksOf(pub(super) Known);

/// The light that a case shows.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct LightOf(pub(super) Known);

/// What the caller may try on a case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct ActionsOf(pub(super) Known);

/// A stretch of a case's history: from the row after `after` up to the row `to`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct EventsOf {
    pub(super) case: Known,
    pub(super) after: i64,
    pub(super) to: i64,
}

/// A page of a case's notes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NotesOf {
    pub(super) case: CaseId,
    pub(super) place: Place,
}

/// Which page of a list.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) take: Take,
    pub(super) after: Option<NoteId>,
    pub(super) before: Option<NoteId>,
}

read!(CompanyId => Company, |desk, caller, ids| {
    by(desk.companies(caller, ids).await?, |company| company.id)
});
read!(PersonId => Person, |desk, caller, ids| by(desk.people(caller, ids).await?, |person| person.id));
read!(UnitId => Unit, |desk, caller, ids| by(desk.units_by_id(caller, ids).await?, |unit| unit.id));
read!(CaseId => CaseView, |desk, caller, ids| by(desk.case_batch(caller, ids).await?, |case| case.stored.id));
read!(NoteId => Note, |desk, caller, ids| by(desk.note_batch(caller, ids).await?, |note| note.id));
read!(AttachmentId => Attachment, |desk, caller, ids| {
    by(desk.attachment_batch(caller, ids).await?, |attachment| attachment.id)
});
read!(SnippetId => Snippet, |desk, caller, ids| {
    let mut snippets = by(desk.snippets(caller).await?, |snippet| snippet.id);
    snippets.retain(|id, _| ids.contains(id));
    snippets
});
read!(SourceOf => CaseSource, |desk, caller, keys| {
    let ids: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
    by(desk.sources(caller, &ids).await?, |source| SourceOf(source.id))
});
read!(WatchedBy => (), |desk, caller, keys| {
    let ids: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
    desk.watched(caller, &ids).await?.into_iter().map(|case| (WatchedBy(case), ())).collect()
});
read!(ChildrenOf => Vec<CaseView>, |desk, caller, keys| {
    let ids: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
    keyed(desk.children(caller, &ids).await?, ChildrenOf)
});
read!(LinksOf => Vec<LinkView>, |desk, caller, keys| {
    let cases: Vec<&CaseView> = keys.iter().map(|key| &key.0.0).collect();
    of_known(desk.links(caller, &cases).await?, keys, |key| &key.0)
});
read!(LightOf => Light, |desk, caller, keys| {
    let cases: Vec<&CaseView> = keys.iter().map(|key| &key.0.0).collect();
    of_known(desk.lights(caller, &cases).await?, keys, |key| &key.0)
});
read!(ActionsOf => Vec<ActionView>, |desk, caller, keys| {
    let cases: Vec<&CaseView> = keys.iter().map(|key| &key.0.0).collect();
    of_known(desk.actions(caller, &cases).await?, keys, |key| &key.0)
});
read!(EventsOf => Vec<EventView>, |desk, caller, keys| {
    let stretches: Vec<_> = keys.iter().map(|key| (&key.case.0, key.after, key.to)).collect();
    let events = desk.event_stretches(caller, &stretches).await?;
    let within = |key: &EventsOf, event: &EventView| {
        event.case == key.case.0.stored.id && key.after < event.seq && event.seq <= key.to
    };
    let of_key = |key: &EventsOf| events.iter().filter(|event| within(key, event)).cloned().collect();
    keys.iter().map(|key| (key.clone(), of_key(key))).collect()
});
read!(NotesOf => Page<Note>, |desk, caller, keys| {
    let mut places: HashMap<Place, Vec<CaseId>> = HashMap::new();
    for key in keys {
        places.entry(key.place).or_default().push(key.case);
    }
    let mut all = HashMap::new();
    for (place, cases) in places {
        let Place { take, after, before } = place;
        let pages = desk.note_pages(caller, &cases, take, after, before).await?;
        all.extend(pages.into_iter().map(|(case, page)| (NotesOf { case, place }, page)));
    }
    all
});
read!(NoteCountOf => i64, |desk, caller, keys| {
    let ids: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
    keyed(desk.note_counts(caller, &ids).await?, NoteCountOf)
});
read!(AttachmentsOf => Vec<Attachment>, |desk, caller, keys| {
    let ids: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
    grouped(desk.attachments(caller, &ids).await?, |attachment| Some(AttachmentsOf(attachment.case)))
});
read!(WatchersOf => Vec<Person>, |desk, caller, keys| {
    let ids: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
    keyed(desk.watchers(caller, &ids).await?, WatchersOf)
});
read!(LookersOf => Vec<(Person, Timestamp)>, |desk, caller, keys| {
    let ids: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
    keyed(desk.lookers(caller, &ids).await?, LookersOf)
});
read!(MailsOf => Vec<MailRecord>, |desk, caller, keys| {
    let ids: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
    grouped(desk.mail_list(caller, &ids).await?, |mail| mail.case.map(MailsOf))
});
read!(MailId => MailRecord, |desk, caller, keys| {
    let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
    by(desk.mail_batch(caller, &ids).await?, |mail| MailId(mail.id))
});
read!(FaultOf => String, |desk, caller, keys| {
    let addresses: Vec<&str> = keys.iter().map(|key| &*key.0).collect();
    let found = desk.undeliverable(caller, &addresses).await?;
    found.into_iter().map(|one| (FaultOf(one.address), one.reason)).collect()
});

fn by<K: Hash + Eq, V>(found: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, V> {
    found.into_iter().map(|one| (key(&one), one)).collect()
}

fn keyed<I, K: Hash + Eq, V>(found: HashMap<I, V>, key: impl Fn(I) -> K) -> HashMap<K, V> {
    found.into_iter().map(|(id, value)| (key(id), value)).collect()
}

/// What was found of cases that are keys themselves.
fn of_known<K: Hash + Eq + Clone, V>(
    mut found: HashMap<CaseId, V>,
    keys: &[K],
    known: impl Fn(&K) -> &Known,
) -> HashMap<K, V> {
    let of_key = |key: &K| Some((key.clone(), found.remove(&known(key).0.stored.id)?));
    keys.iter().filter_map(of_key).collect()
}

fn grouped<K: Hash + Eq, V>(found: Vec<V>, key: impl Fn(&V) -> Option<K>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for one in found {
        if let Some(key) = key(&one) {
            groups.entry(key).or_default().push(one);
        }
    }
    groups
}
