//! A zone with something in every table.
use super::house::{House, at, fresh, mail, timer};
use crate::{
    Absence, Attachment, AttachmentId, Hash, Looker, MailDiscard, MailWish, MailWording, NewIdempotency,
    NewMail, NewSession, Note, NoteId, PublishedDefinition, Snippet, SnippetId, Source, Store, StoredCase,
    Zone, ZoneLimit,
};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use workflow::{Assignee, Language, Wording};

/// What the one file holds that the zone's rows name.
pub(super) const CONTENT: &[u8] = b"what the file holds";

pub(super) async fn zone_of(store: &Store, house: &House) -> Zone {
    store.zone_list().await.unwrap().into_iter().find(|zone| zone.id == house.zone).unwrap()
}

pub(super) async fn lived_in(store: &Store) -> (House, Zone) {
    // On the heap: the future of all of it is large.
    Box::pin(fill(store)).await
}

async fn fill(store: &Store) -> (House, Zone) {
    let house = House::build(store).await;
    let mut record = house.opening(house.company);
    record.mails = vec![mail("a@example.test"), mail("b@example.test")];
    let lost = record.mails[0].clone();
    record.step.case.assigned.insert("handler".into(), Assignee::Unit(house.planning));
    record.idempotency =
        Some(NewIdempotency { person: house.clerk, key: "once".into(), request_hash: [7; 32] });
    let opened = house.record(record).await.unwrap();
    let mut next = house.next(&opened);
    next.step.timers = vec![timer("t", at(99))];
    let moved = house.record(next).await.unwrap();
    let mut child = house.opening(house.company);
    child.step.case.links = [("parent".into(), moved.id)].into();
    house.record(child).await.unwrap();
    around(&house, &moved).await;
    come_back(&house, &lost).await;
    settings(&house).await;
    let zone = zone_of(store, &house).await;
    (house, zone)
}

/// What hangs on a case beside its steps.
async fn around(house: &House, case: &StoredCase) {
    let tx = house.store.begin(house.zone).await.unwrap();
    let source = Source { system: "12345".into(), number: format!("T-{}", case.id) };
    tx.source_insert(&source, case.id, at(1)).await.unwrap();
    let note = Note {
        id: NoteId(fresh()),
        case: case.id,
        author: house.clerk,
        internal: true,
        text: "行内备注\n\"引号\" \\ 𝄞".into(),
        at: at(2),
        withdrawn_at: None,
    };
    tx.note_insert(case, &note, &[]).await.unwrap();
    let attachment = Attachment {
        id: AttachmentId(fresh()),
        case: case.id,
        author: house.clerk,
        internal: false,
        name: "文件.txt".into(),
        media_type: "text/plain".into(),
        size: 19,
        expires_at: at(9),
        content: None,
        uploaded_at: None,
    };
    let token: Hash = Sha256::digest(house.zone.0.as_bytes()).into();
    assert!(tx.attachment_insert(&attachment, &token, at(2), 9).await.unwrap());
    assert!(tx.attachment_complete(&token, &Sha256::digest(CONTENT).into(), at(3)).await.unwrap());
    tx.watcher_insert(case.id, house.handler, at(4)).await.unwrap();
    tx.looker_record(case.id, Looker { person: house.handler, at: at(5) }, at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

/// A mail that came back from where nobody is and that somebody let be; what somebody wishes of mail, and its words.
async fn come_back(house: &House, mail: &NewMail) {
    let tx = house.store.begin(house.zone).await.unwrap();
    assert!(tx.outbox_bounce(mail.id, &mail.address, at(6), "it came back with 5.1.1", true).await.unwrap());
    let discard = MailDiscard { by: house.clerk, at: at(7), reason: "已电话告知".into() };
    assert!(tx.outbox_discard(mail.id, &discard).await.unwrap());
    tx.wish_set(house.clerk, "request-filed", MailWish::Daily).await.unwrap();
    tx.mail_key_insert(&[7; 32]).await.unwrap();
    let wording =
        Wording { subject: "甲 {{ case.number }}".into(), happened: "乙".into(), next: "丙".into() };
    let own = MailWording {
        template: "request-filed".into(),
        language: Language::Zh,
        wording,
        set_at: at(8),
        set_by: house.clerk,
    };
    tx.wording_set(&own).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the zone has otherwise than the program, and who is in it.
async fn settings(house: &House) {
    let tx = house.store.begin(house.zone).await.unwrap();
    tx.calendar_insert("digest", "date,kind\n", at(1)).await.unwrap();
    tx.number_next("20260901").await.unwrap();
    let limit = ZoneLimit {
        process: "request".into(),
        name: "acceptance".into(),
        value: "2wd".into(),
        set_at: at(1),
        set_by: Some(house.clerk),
    };
    tx.limit_set(&limit).await.unwrap();
    let definition = PublishedDefinition {
        zone: house.zone,
        process: "errand".into(),
        version: 1,
        digest: "digest".into(),
        text: "title = \"跑腿\"\n".into(),
        published_at: at(1),
        published_by: None,
    };
    tx.definition_insert(&definition).await.unwrap();
    let absence = Absence { person: house.clerk, from: at(1), to: at(9), substitute: Some(house.handler) };
    tx.absence_set(&absence).await.unwrap();
    let snippet = Snippet {
        id: SnippetId(fresh()),
        unit: None,
        title: "谢谢".into(),
        text: "感谢来信。".into(),
        changed_at: at(1),
        changed_by: house.clerk,
    };
    tx.snippet_insert(&snippet).await.unwrap();
    let session = NewSession {
        token_hash: Sha256::digest(house.clerk.0.as_bytes()).into(),
        id: fresh(),
        person: house.clerk,
        created_at: at(1),
        expires_at: at(99),
        idle: SignedDuration::from_mins(30),
        limited: false,
        client: "a browser".into(),
        address: "192.0.2.1".into(),
    };
    tx.session_insert(&session).await.unwrap();
    tx.commit().await.unwrap();
}
