//! Zones, people, sign-in and calendars.
use super::bodies;
use super::house::{House, at, fresh};
use crate::{
    Company, CompanyId, NewSession, Person, PersonId, Post, Store, StoreError, Unit, UnitId, ZoneId,
};

bodies! {
    a_zone_is_found_by_its_key
    people_are_found_with_their_roles
    a_login_belongs_to_one_person_of_a_zone
    what_must_be_unique_is_named_when_it_is_taken
    companies_are_listed_by_name_page_by_page
    a_session_lasts_until_it_expires_or_is_ended
    a_session_ends_when_nothing_happens_in_it
    the_calendar_imported_last_is_current
}

async fn a_zone_is_found_by_its_key(store: Store) {
    let house = House::build(&store).await;
    let zone = store.zone_by_key(&format!("zone-{}", house.zone)).await.unwrap().unwrap();
    assert_eq!((zone.id, zone.name.as_str(), zone.created_at), (house.zone, "示范区", at(0)));
    assert!(store.zone_list().await.unwrap().contains(&zone));
    assert!(store.zone_by_key("nowhere").await.unwrap().is_none());
    let units = store.unit_list(&house.system()).await.unwrap();
    assert_eq!(units.iter().map(|unit| unit.key.as_str()).collect::<Vec<_>>(), ["planning", "service"]);
}

async fn people_are_found_with_their_roles(store: Store) {
    let house = House::build(&store).await;
    let handler = store.person_find(&house.system(), house.handler).await.unwrap().unwrap();
    assert_eq!(handler.roles, ["handler", "supervisor"]);
    assert_eq!(handler.email.as_deref(), Some("handler@example.test"));
    let owner = store.person_find(&house.system(), house.owner).await.unwrap().unwrap();
    assert!(owner.roles.is_empty());
    assert_eq!(store.person_batch(&house.system(), &[house.handler, house.owner]).await.unwrap().len(), 2);

    let by_role = async |role, unit| {
        let people = store.person_by_roles(&house.system(), role, unit).await.unwrap();
        people.into_iter().map(|person| (person.id, person.roles.len())).collect::<Vec<_>>()
    };
    assert_eq!(by_role("supervisor", None).await, [(house.handler, 2)]);
    assert_eq!(by_role("supervisor", Some(house.planning)).await, [(house.handler, 2)]);
    assert_eq!(by_role("supervisor", Some(house.service)).await, []);
    let tx = store.begin(house.zone).await.unwrap();
    let post = |unit, role: &str| Post { unit, role: role.into() };
    let posts = [post(house.service, "supervisor"), post(house.service, "leader")];
    tx.person_posts_set(house.handler, &posts).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        by_role("supervisor", Some(house.service)).await,
        [(house.handler, 2)],
        "roles are not doubled"
    );
    assert_eq!(by_role("leader", None).await, [(house.handler, 2)]);
    assert_eq!(by_role("leader", Some(house.planning)).await, []);
    let handler = store.person_find(&house.system(), house.handler).await.unwrap().unwrap();
    assert_eq!(handler.posts, [post(house.service, "leader"), post(house.service, "supervisor")]);
    assert_eq!(handler.units(), [house.planning, house.service]);
    let tx = store.begin(house.zone).await.unwrap();
    tx.person_posts_set(house.handler, &[]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(by_role("leader", None).await, []);
    let of_company = store.person_by_company(&house.system(), house.company).await.unwrap();
    assert_eq!(of_company, [owner]);

    let tx = store.begin(house.zone).await.unwrap();
    tx.person_roles_set(house.handler, &["clerk".into()]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(by_role("supervisor", None).await, []);
    assert_eq!(store.person_find(&house.system(), house.handler).await.unwrap().unwrap().roles, ["clerk"]);
}

async fn a_login_belongs_to_one_person_of_a_zone(store: Store) {
    let house = House::build(&store).await;
    let other = House::build(&store).await;
    let credential = store.person_by_login(house.zone, "clerk").await.unwrap().unwrap();
    assert_eq!((credential.person.id, credential.password_hash.as_str()), (house.clerk, "hash-of-clerk"));
    assert_eq!(credential.person.roles, ["clerk"]);
    assert!(!format!("{credential:?}").contains("hash-of-clerk"), "a hash does not belong in a log");
    assert_eq!(store.person_by_login(other.zone, "clerk").await.unwrap().unwrap().person.id, other.clerk);
    assert!(store.person_by_login(house.zone, "Clerk").await.unwrap().is_none());
}

async fn what_must_be_unique_is_named_when_it_is_taken(store: Store) {
    let house = House::build(&store).await;
    let clerk = store.person_find(&house.system(), house.clerk).await.unwrap().unwrap();
    let tx = store.begin(house.zone).await.unwrap();
    let login = tx.person_insert(&Person { id: PersonId(fresh()), ..clerk }, "hash").await.unwrap_err();
    assert!(matches!(login, StoreError::Taken { what: "login" }), "{login:?}");
    drop(tx);
    let tx = store.begin(house.zone).await.unwrap();
    let unit = Unit { id: UnitId(fresh()), key: "service".into(), name: "服务".into() };
    let key = tx.unit_insert(&unit).await.unwrap_err();
    assert!(matches!(key, StoreError::Taken { what: "unit key" }), "{key:?}");
    drop(tx);
    let tx = store.begin(house.zone).await.unwrap();
    let company = store.company_find(&house.system(), house.company).await.unwrap().unwrap();
    let code = tx.company_insert(&Company { id: CompanyId(fresh()), ..company }).await.unwrap_err();
    assert!(matches!(code, StoreError::Taken { what: "credit code" }), "{code:?}");
    drop(tx);
    let tx = store.begin(ZoneId(fresh())).await.unwrap();
    let key = tx.zone_insert(&format!("zone-{}", house.zone), "同名", at(0)).await.unwrap_err();
    assert!(matches!(key, StoreError::Taken { what: "zone key" }), "{key:?}");
}

async fn companies_are_listed_by_name_page_by_page(store: Store) {
    let house = House::build(&store).await;
    let tx = store.begin(house.zone).await.unwrap();
    for name in ["B", "a", "A", "A"] {
        let company = Company { id: CompanyId(fresh()), name: name.into(), credit_code: None, place: None };
        tx.company_insert(&company).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut listed: Vec<Company> = Vec::new();
    loop {
        let after = listed.last().map(|company| (company.name.as_str(), company.id));
        let page = store.company_list(&house.system(), after, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        listed.extend(page);
    }
    let names: Vec<_> = listed.iter().map(|company| company.name.as_str()).collect();
    assert_eq!(names, ["A", "A", "B", "a", "乙公司", "甲公司"]);
}

async fn a_session_lasts_until_it_expires_or_is_ended(store: Store) {
    let house = House::build(&store).await;
    let token = |last: u8| {
        let mut token = [last; 32];
        token[..16].copy_from_slice(house.zone.0.as_bytes());
        token
    };
    let tx = store.begin(house.zone).await.unwrap();
    for (last, minutes) in [(1, 10), (2, 20), (3, 30)] {
        tx.session_insert(&session(token(last), house.handler, at(minutes))).await.unwrap();
    }
    tx.commit().await.unwrap();

    let session = store.session_find(house.zone, &token(1), at(9)).await.unwrap().unwrap();
    assert_eq!((session.person.id, session.expires_at), (house.handler, at(10)));
    assert_eq!(session.person.roles, ["handler", "supervisor"]);
    assert!(store.session_find(house.zone, &token(1), at(10)).await.unwrap().is_none());
    assert!(store.session_find(house.zone, &token(9), at(0)).await.unwrap().is_none());
    let other = House::build(&store).await;
    assert!(store.session_find(other.zone, &token(1), at(0)).await.unwrap().is_none(), "another zone's");

    let tx = store.begin(house.zone).await.unwrap();
    tx.session_delete(&token(2)).await.unwrap();
    assert_eq!(tx.session_purge(at(15)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(store.session_find(house.zone, &token(1), at(0)).await.unwrap().is_none());
    assert!(store.session_find(house.zone, &token(2), at(0)).await.unwrap().is_none());
    assert!(store.session_find(house.zone, &token(3), at(0)).await.unwrap().is_some());
}

async fn a_session_ends_when_nothing_happens_in_it(store: Store) {
    let house = House::build(&store).await;
    let tx = store.begin(house.zone).await.unwrap();
    for last in [1, 2] {
        tx.session_insert(&session([last; 32], house.handler, at(600))).await.unwrap();
    }
    tx.session_insert(&session([3; 32], house.owner, at(600))).await.unwrap();
    tx.session_touch(&[1; 32], at(29)).await.unwrap();
    tx.commit().await.unwrap();
    let listed = store.session_list(house.zone, house.handler, at(29)).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.seen_at).max(), Some(at(29)));
    assert_eq!(listed.iter().map(|one| one.person.roles.len()).collect::<Vec<_>>(), [2, 2]);
    assert!(store.session_find(house.zone, &[1; 32], at(58)).await.unwrap().is_some());
    assert!(store.session_find(house.zone, &[1; 32], at(59)).await.unwrap().is_none());
    assert!(store.session_find(house.zone, &[2; 32], at(30)).await.unwrap().is_none());

    let tx = store.begin(house.zone).await.unwrap();
    let id = store.session_find(house.zone, &[1; 32], at(1)).await.unwrap().unwrap().id;
    assert_eq!(tx.session_end(house.owner, Some(id)).await.unwrap(), 0, "it is not theirs");
    assert_eq!(tx.session_end(house.handler, Some(id)).await.unwrap(), 1);
    assert_eq!(tx.session_end(house.handler, None).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(store.session_find(house.zone, &[3; 32], at(1)).await.unwrap().is_some());
}

/// A session that began at zero and ends after half an hour of silence.
fn session(token_hash: [u8; 32], person: PersonId, expires_at: jiff::Timestamp) -> NewSession {
    NewSession {
        token_hash,
        id: fresh(),
        person,
        created_at: at(0),
        expires_at,
        idle: jiff::SignedDuration::from_mins(30),
        limited: false,
        client: "a test".into(),
        address: "192.0.2.1".into(),
    }
}

async fn the_calendar_imported_last_is_current(store: Store) {
    let house = House::build(&store).await;
    assert!(store.calendar_current(house.zone).await.unwrap().is_none());
    for (minutes, digest) in [(1, "first"), (2, "second")] {
        let tx = store.begin(house.zone).await.unwrap();
        tx.calendar_insert(digest, "date,kind\n", at(minutes)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.calendar_current(house.zone).await.unwrap().unwrap().digest, digest);
    }
    let tx = store.begin(house.zone).await.unwrap();
    tx.calendar_insert("first", "date,kind\n", at(3)).await.unwrap();
    tx.commit().await.unwrap();
    let current = store.calendar_current(house.zone).await.unwrap().unwrap();
    assert_eq!((current.digest.as_str(), current.imported_at), ("first", at(3)));
    assert!(store.calendar_find(house.zone, "second").await.unwrap().is_some());
    assert!(store.calendar_find(house.zone, "third").await.unwrap().is_none());
}
