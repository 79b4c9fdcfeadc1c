//! What hangs on cases beside their steps: tickets, notes, snippets, files, who follows and who looks.
use super::bodies;
use super::house::{House, at, fresh, mail};
use crate::{
    Attachment, AttachmentId, CaseFilter, CaseOrder, CaseOrderBy, Hash, Looker, Note, NoteId, PageRequest,
    Scope, Snippet, SnippetId, Source, Store, StoreError, StoredCase, Take, UnitId,
};

bodies! {
    a_ticket_opens_one_case
    notes_are_read_page_by_page_and_internal_ones_by_no_company
    a_note_is_withdrawn_by_its_author_alone
    snippets_are_the_zones_and_ones_own_units
    a_file_comes_once_and_in_time
    of_two_who_bring_a_file_one_is_first
    a_case_has_so_many_files_whoever_adds_them_at_once
    followers_and_lookers_are_known_to_staff
}

fn source() -> Source {
    Source { system: "12345".into(), number: format!("T-{}", fresh()) }
}

async fn a_ticket_opens_one_case(store: Store) {
    let (house, other) = (House::build(&store).await, House::build(&store).await);
    let source = source();
    let open = async |house: &House| {
        let record = house.opening(house.company);
        let (id, tx) = (record.id, store.begin(house.zone).await.unwrap());
        tx.step_record(record).await.unwrap();
        tx.source_insert(&source, id, at(1)).await?;
        tx.commit().await.map(|()| id)
    };
    let first = open(&house).await.unwrap();
    let again = open(&house).await;
    assert!(matches!(again, Err(StoreError::Taken { what: "source" })), "{again:?}");
    assert_eq!(store.source_find(house.zone, &source).await.unwrap(), Some(first));
    let count = store.case_count(&house.system(), &CaseFilter::default()).await.unwrap();
    assert_eq!(count, 1, "what opened with it was taken back");
    // Another zone, system or number is another ticket.
    assert_eq!(store.source_find(other.zone, &source).await.unwrap(), None);
    open(&other).await.unwrap();
    let elsewhere = Source { system: "12346".into(), ..source.clone() };
    assert_eq!(store.source_find(house.zone, &elsewhere).await.unwrap(), None);
    let found = store.source_batch(&house.system(), &[first]).await.unwrap();
    assert_eq!((found.len(), &found[0].source), (1, &source));
    assert!(store.source_batch(&other.system(), &[first]).await.unwrap().is_empty());
    let rival = house.viewer(house.owner, Scope::Company(house.rival));
    assert!(store.source_batch(&rival, &[first]).await.unwrap().is_empty());
}

/// A note whose id sorts by `order`.
fn note(house: &House, case: &StoredCase, order: u128, internal: bool) -> Note {
    Note {
        id: NoteId(uuid::Uuid::from_u128((order << 100) | (fresh().as_u128() >> 32))),
        case: case.id,
        author: if internal { house.clerk } else { house.owner },
        internal,
        text: format!("note {order}"),
        at: at(3),
        withdrawn_at: None,
    }
}

async fn add(house: &House, case: &StoredCase, note: &Note, mails: &[crate::NewMail]) {
    let tx = house.store.begin(house.zone).await.unwrap();
    tx.note_insert(case, note, mails).await.unwrap();
    tx.commit().await.unwrap();
}

async fn notes_are_read_page_by_page_and_internal_ones_by_no_company(store: Store) {
    let house = House::build(&store).await;
    let case = house.open(house.company, house.planning).await;
    let other = house.open(house.company, house.planning).await;
    for order in 1..=5 {
        add(&house, &case, &note(&house, &case, order, order % 2 == 0), &[]).await;
        add(&house, &other, &note(&house, &other, order, false), &[]).await;
    }
    let company = house.viewer(house.owner, Scope::Company(house.company));
    let page = async |viewer, take, after, before| {
        let mut pages = store.note_pages(viewer, &[case.id, other.id], take, after, before).await.unwrap();
        let (page, of_other) = (pages.remove(&case.id).unwrap(), pages.remove(&other.id).unwrap());
        assert!(of_other.items.iter().all(|note| note.case == other.id), "{of_other:?}");
        let texts: Vec<String> = page.items.iter().map(|note| note.text[5..].to_owned()).collect();
        (texts.concat(), page.has_previous, page.has_next, page.items.first().map(|note| note.id))
    };
    let staff = house.system();
    assert_eq!(page(&staff, Take::First(50), None, None).await.0, "12345");
    assert_eq!(page(&company, Take::First(50), None, None).await.0, "135");
    let both = [case.id, other.id];
    assert_eq!(store.note_counts(&staff, &both).await.unwrap(), [(case.id, 5), (other.id, 5)].into());
    assert_eq!(store.note_counts(&company, &both).await.unwrap(), [(case.id, 3), (other.id, 5)].into());
    let (texts, previous, next, _) = page(&staff, Take::First(2), None, None).await;
    assert_eq!((texts.as_str(), previous, next), ("12", false, true));
    let (texts, previous, next, first) = page(&staff, Take::Last(2), None, None).await;
    assert_eq!((texts.as_str(), previous, next), ("45", true, false));
    assert_eq!(page(&staff, Take::Last(2), None, first).await.0, "23");
    assert_eq!(page(&staff, Take::First(9), first, None).await.0, "5");
    let first = store.note_pages(&staff, &[case.id], Take::First(2), None, None).await.unwrap();
    let internal = first[&case.id].items[1].id;
    assert!(store.note_find(&company, internal).await.unwrap().is_none());
    let rival = house.viewer(house.owner, Scope::Company(house.rival));
    assert_eq!(page(&rival, Take::First(50), None, None).await.0, "");
}

async fn a_note_is_withdrawn_by_its_author_alone(store: Store) {
    let house = House::build(&store).await;
    let case = house.open(house.company, house.planning).await;
    let public = note(&house, &case, 1, false);
    add(&house, &case, &public, &[mail("wang@example.test")]).await;
    assert_eq!(store.outbox_list(&house.system(), &[case.id]).await.unwrap().len(), 1);
    let withdraw = async |author, minute| {
        let tx = store.begin(house.zone).await.unwrap();
        let done = tx.note_withdraw(public.id, author, at(minute)).await.unwrap();
        tx.commit().await.unwrap();
        done
    };
    assert!(!withdraw(house.clerk, 4).await);
    assert!(withdraw(house.owner, 5).await);
    assert!(!withdraw(house.owner, 6).await, "once");
    let found = store.note_find(&house.system(), public.id).await.unwrap().unwrap();
    assert_eq!(found.withdrawn_at, Some(at(5)));
}

async fn snippets_are_the_zones_and_ones_own_units(store: Store) {
    let house = House::build(&store).await;
    let snippet = |unit: Option<UnitId>, title: &str| Snippet {
        id: SnippetId(fresh()),
        unit,
        title: title.into(),
        text: "已收到，将于三个工作日内答复。".into(),
        changed_at: at(1),
        changed_by: house.clerk,
    };
    let zone = snippet(None, "c");
    let tx = store.begin(house.zone).await.unwrap();
    for one in [&zone, &snippet(Some(house.planning), "a"), &snippet(Some(house.service), "b")] {
        tx.snippet_insert(one).await.unwrap();
    }
    assert_eq!(tx.snippet_count(None).await.unwrap(), 1);
    assert!(tx.snippet_update(&Snippet { text: "新".into(), ..zone.clone() }).await.unwrap());
    assert!(!tx.snippet_update(&snippet(None, "nowhere")).await.unwrap());
    tx.commit().await.unwrap();
    let titles = async |viewer, unit| {
        let found = store.snippet_list(viewer, unit).await.unwrap();
        found.into_iter().map(|one| one.title).collect::<String>()
    };
    let staff = house.system();
    assert_eq!(titles(&staff, Some(house.planning)).await, "ac");
    assert_eq!(titles(&staff, None).await, "c");
    assert_eq!(store.snippet_list(&staff, None).await.unwrap()[0].text, "新");
    let company = house.viewer(house.owner, Scope::Company(house.company));
    let elsewhere = House::build(&store).await.system();
    assert_eq!(titles(&company, None).await, "");
    assert_eq!(titles(&elsewhere, Some(house.planning)).await, "");
    let tx = store.begin(house.zone).await.unwrap();
    tx.snippet_delete(zone.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(titles(&staff, None).await, "");
}

fn hash() -> Hash {
    let bytes = fresh().into_bytes();
    [bytes, bytes].concat().try_into().unwrap()
}

/// Lets a case await a file until minute 15; answers the token, if there was room.
async fn awaited(house: &House, case: &StoredCase, internal: bool, most: i64) -> Option<(Attachment, Hash)> {
    let attachment = Attachment {
        id: AttachmentId(fresh()),
        case: case.id,
        author: house.clerk,
        internal,
        name: "现场.png".into(),
        media_type: "image/png".into(),
        size: 7,
        expires_at: at(15),
        content: None,
        uploaded_at: None,
    };
    let (token, tx) = (hash(), house.store.begin(house.zone).await.unwrap());
    let room = tx.attachment_insert(&attachment, &token, at(1), most).await.unwrap();
    tx.commit().await.unwrap();
    room.then_some((attachment, token))
}

async fn complete(house: &House, token: &Hash, minute: i64) -> bool {
    let tx = house.store.begin(house.zone).await.unwrap();
    let first = tx.attachment_complete(token, &[7; 32], at(minute)).await.unwrap();
    tx.commit().await.unwrap();
    first
}

async fn a_file_comes_once_and_in_time(store: Store) {
    let house = House::build(&store).await;
    let case = house.open(house.company, house.planning).await;
    let (attachment, token) = awaited(&house, &case, true, 50).await.unwrap();
    let found = store.attachment_awaited(house.zone, &token, at(2)).await.unwrap();
    assert_eq!(found, Some(attachment.clone()));
    assert_eq!(store.attachment_awaited(house.zone, &token, at(15)).await.unwrap(), None, "too late");
    assert_eq!(store.attachment_awaited(house.zone, &hash(), at(2)).await.unwrap(), None);
    let staff = house.system();
    assert!(store.attachment_list(&staff, &[case.id]).await.unwrap().is_empty(), "not yet there");
    assert!(!complete(&house, &token, 15).await);
    assert!(complete(&house, &token, 14).await);
    assert!(!complete(&house, &token, 14).await, "once");
    let there = Attachment { content: Some([7; 32]), uploaded_at: Some(at(14)), ..attachment };
    let listed = store.attachment_list(&staff, &[case.id]).await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&there));
    assert_eq!(store.attachment_batch(&staff, &[there.id]).await.unwrap(), std::slice::from_ref(&there));
    let company = house.viewer(house.owner, Scope::Company(house.company));
    assert!(store.attachment_batch(&company, &[there.id]).await.unwrap().is_empty(), "internal");
    let (public, token) = awaited(&house, &case, false, 50).await.unwrap();
    let (_, late) = awaited(&house, &case, false, 50).await.unwrap();
    complete(&house, &token, 3).await;
    let seen = store.attachment_list(&company, &[case.id]).await.unwrap();
    assert_eq!(seen.iter().map(|one| one.id).collect::<Vec<_>>(), [public.id]);
    let tx = store.begin(house.zone).await.unwrap();
    assert_eq!(tx.attachment_purge(at(15)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(store.attachment_awaited(house.zone, &late, at(2)).await.unwrap(), None);
    assert_eq!(store.attachment_list(&staff, &[case.id]).await.unwrap().len(), 2, "what came stays");
}

async fn of_two_who_bring_a_file_one_is_first(store: Store) {
    let house = House::build(&store).await;
    let case = house.open(house.company, house.planning).await;
    let (_, token) = awaited(&house, &case, false, 50).await.unwrap();
    let (one, two) = tokio::join!(complete(&house, &token, 2), complete(&house, &token, 2));
    assert!(one != two, "{one} {two}");
}

async fn a_case_has_so_many_files_whoever_adds_them_at_once(store: Store) {
    let house = House::build(&store).await;
    let case = house.open(house.company, house.planning).await;
    let (a, b, c, d) = tokio::join!(
        awaited(&house, &case, false, 2),
        awaited(&house, &case, true, 2),
        awaited(&house, &case, false, 2),
        awaited(&house, &case, false, 2)
    );
    assert_eq!([a, b, c, d].iter().flatten().count(), 2);
    let other = house.open(house.company, house.planning).await;
    assert!(awaited(&house, &other, false, 1).await.is_some());
}

async fn followers_and_lookers_are_known_to_staff(store: Store) {
    let house = House::build(&store).await;
    let case = house.open(house.company, house.planning).await;
    let other = house.open(house.company, house.planning).await;
    let tx = store.begin(house.zone).await.unwrap();
    tx.watcher_insert(case.id, house.handler, at(1)).await.unwrap();
    tx.watcher_insert(case.id, house.clerk, at(2)).await.unwrap();
    tx.watcher_insert(case.id, house.clerk, at(3)).await.unwrap();
    let looks = |person, minute| Looker { person, at: at(minute) };
    tx.looker_record(case.id, looks(house.handler, 1), at(0)).await.unwrap();
    tx.looker_record(case.id, looks(house.clerk, 2), at(1)).await.unwrap();
    tx.looker_record(case.id, looks(house.clerk, 4), at(3)).await.unwrap();
    tx.commit().await.unwrap();
    let (staff, company) = (house.system(), house.viewer(house.owner, Scope::Company(house.company)));
    let both = [case.id, other.id];
    let followers = [(case.id, house.handler), (case.id, house.clerk)];
    assert_eq!(store.watcher_list(&staff, &both).await.unwrap(), followers);
    assert!(store.watcher_list(&company, &both).await.unwrap().is_empty());
    assert_eq!(store.watched_batch(&staff, house.clerk, &both).await.unwrap(), [case.id]);
    let filter = CaseFilter { watched_by: Some(house.clerk), ..CaseFilter::default() };
    let order = CaseOrder { by: CaseOrderBy::Opened, descending: false };
    let request = PageRequest { take: Take::First(50), after: None, before: None };
    let page = store.case_page(&staff, &filter, order, &request).await.unwrap();
    assert_eq!(page.items.iter().map(|case| case.id).collect::<Vec<_>>(), [case.id]);
    let recent = store.looker_list(&staff, &both, at(3)).await.unwrap();
    assert_eq!(recent, [(case.id, looks(house.clerk, 4))]);
    let all = store.looker_list(&staff, &both, at(0)).await.unwrap();
    assert_eq!(all.len(), 1, "the one who looked no more was forgotten: {all:?}");
    assert!(store.looker_list(&company, &both, at(0)).await.unwrap().is_empty());
    let tx = store.begin(house.zone).await.unwrap();
    tx.watcher_delete(case.id, house.clerk).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.watcher_list(&staff, &both).await.unwrap(), [(case.id, house.handler)]);
}
