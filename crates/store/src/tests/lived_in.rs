//! A zone with something in every table.
use super::house::{House, at, fresh, mail, timer};
use crate::{
    Absence, ApiToken, Attachment, AttachmentId, Claim, Confidence, Contact, Fact, FactId, FactImport,
    FactImportId, Fit, Hash, Invitation, Looker, MailDiscard, MailWish, MailWording, MatchingRound,
    NewIdempotency, NewMail, NewSession, Note, NoteId, Post, PublishedDefinition, PublishedPolicy,
    SignInRules, Snippet, SnippetId, Source, Store, StoredCase, Tally, Ticket, TicketPurpose, Whose, Zone,
    ZoneLimit,
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
    doors(&house).await;
    companies(&house).await;
    while store.search_go_on(house.zone).await.unwrap() {}
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

/// How its people come in.
async fn doors(house: &House) {
    let tx = house.store.begin(house.zone).await.unwrap();
    // Of all zones together: what stands for somebody is somebody's alone.
    let secret: Hash = Sha256::digest(house.handler.0.as_bytes()).into();
    let rules = SignInRules {
        staff_idle: 1_000_000,
        company_idle: 2_000_000,
        lasts: 9_000_000,
        second_factor: false,
    };
    tx.sign_in_rules_set(&rules, at(1), Some(house.clerk)).await.unwrap();
    tx.tally_set("address/192.0.2.1", &Tally { count: 3, since: 1, ..Tally::default() }).await.unwrap();
    let ticket = Ticket {
        purpose: TicketPurpose::Reset,
        person: house.clerk,
        detail: String::new(),
        created_at: at(1),
        expires_at: at(9),
    };
    tx.ticket_insert(&secret, &ticket).await.unwrap();
    assert!(tx.factor_begin(house.clerk, b"secret").await.unwrap());
    tx.recovery_codes_set(house.clerk, &[secret]).await.unwrap();
    let token = ApiToken {
        id: fresh(),
        person: house.clerk,
        name: "大屏".into(),
        scopes: vec!["read".into()],
        created_at: at(1),
        expires_at: at(99),
        used_at: None,
    };
    assert!(tx.api_token_insert(&secret, &token, 9).await.unwrap());
    let invitation = Invitation {
        email: "new@example.test".into(),
        language: "zh".into(),
        company: Some((house.company, house.owner)),
        created_at: at(1),
        expires_at: at(9),
    };
    tx.invitation_insert(&secret, &invitation).await.unwrap();
    let claim = Claim {
        id: fresh(),
        credit_code: "91330110ABCDEFGH5H".into(),
        company_name: "丙公司".into(),
        name: "周宁".into(),
        email: "zhou@example.test".into(),
        language: "zh".into(),
        password_hash: "$argon2id$".into(),
        claimed_at: at(1),
    };
    tx.claim_insert(&claim).await.unwrap();
    tx.commit().await.unwrap();
}

/// What is known of its companies, and what policies say of them.
async fn companies(house: &House) {
    let tx = house.store.begin(house.zone).await.unwrap();
    tx.company_tags_set(house.company, &["规上".to_owned()]).await.unwrap();
    let post = Post { unit: house.service, role: "leader".into() };
    tx.person_posts_set(house.handler, &[post]).await.unwrap();
    tx.company_specialist_set(house.company, Some(house.handler)).await.unwrap();
    let contact = Contact { name: "方启然".into(), post: None, phone: Some("0571".into()), email: None };
    tx.company_contacts_set(house.company, &[contact]).await.unwrap();
    let import = FactImport {
        id: FactImportId(fresh()),
        person: house.clerk,
        name: "企业.csv".into(),
        expires_at: at(9),
        digest: None,
        uploaded_at: None,
        summary: None,
        applied_at: None,
        undone_at: None,
    };
    let token: Hash = Sha256::digest(house.company.0.as_bytes()).into();
    tx.import_insert(&import, &token).await.unwrap();
    assert!(tx.import_content_set(import.id, b"name\n", "digest", at(2)).await.unwrap());
    let day = "2026-03-02".parse().unwrap();
    tx.fact_insert(&[fact(house, Some(import.id))]).await.unwrap();
    let looked = (Some(house.clerk), Whose::Company(house.company));
    tx.person_record_add(looked, "revealed", Some("回访"), (at(2), [7; 16])).await.unwrap();
    let policy = PublishedPolicy {
        policy: "zone-small".into(),
        version: 1,
        text: "id = \"zone-small\"\n".into(),
        cases: String::new(),
        digest: "digest".into(),
        published_at: at(1),
        published_by: Some(house.clerk),
    };
    tx.policy_insert(&policy).await.unwrap();
    let fit = Fit {
        policy: policy.policy,
        company: house.company,
        digest: "digest".into(),
        verdict: ::policy::Verdict::Unknown,
        near: false,
        truths: "u".into(),
        amount: Some(1),
        closes_on: None,
        lacks: vec!["staff_avg_annual".into()],
        as_of: day,
        matched_at: at(3),
    };
    tx.fit_put(&[fit]).await.unwrap();
    let round = MatchingRound {
        digest: "digest".into(),
        as_of: day,
        company: Some(house.company),
        matched: 1,
        finished_at: None,
    };
    tx.matching_put(&round).await.unwrap();
    tx.commit().await.unwrap();
}

/// A fact of the zone's first company.
pub(super) fn fact(house: &House, import: Option<FactImportId>) -> Fact {
    Fact {
        id: FactId(fresh()),
        company: house.company,
        field: "staff_avg_annual".into(),
        from: Some("2025-01-01".parse().unwrap()),
        to: Some("2025-12-31".parse().unwrap()),
        value: "\"12\"".into(),
        source: "年报".into(),
        stated_on: "2026-03-01".parse().unwrap(),
        confidence: Confidence::Verified,
        author: Some(house.clerk),
        self_declared: false,
        import,
        recorded_at: at(2),
        withdrawn_at: None,
        withdrawn_by: None,
    }
}
