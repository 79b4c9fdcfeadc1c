//! Who sees what.
use super::bodies;
use super::house::{House, at, fresh, mail};
use crate::{
    CaseFilter, CaseId, CaseOrder, CaseOrderBy, Chain, CompanyId, PageRequest, Scope, Store, Take, UnitId,
    Viewer,
};
use workflow::Assignee;

bodies! {
    what_is_opened_pointed_to_or_of_a_held_process_is_seen
    cases_are_seen_by_scope
    what_hangs_on_a_case_is_seen_with_it
    a_reassigned_case_leaves_the_unit_that_had_it
    companies_and_people_are_seen_by_scope
}

/// Every way to read cases, which must agree.
async fn seen(store: &Store, viewer: &Viewer, asked: &[CaseId]) -> Vec<CaseId> {
    let mut found = Vec::new();
    for id in asked {
        found.extend(store.case_find(viewer, *id).await.unwrap().map(|case| case.id));
    }
    let mut batch: Vec<_> =
        store.case_batch(viewer, asked).await.unwrap().into_iter().map(|case| case.id).collect();
    let order = CaseOrder { by: CaseOrderBy::Opened, descending: false };
    let request = PageRequest { take: Take::First(50), after: None, before: None };
    let page = store.case_page(viewer, &CaseFilter::default(), order, &request).await.unwrap();
    let mut page: Vec<_> = page.items.into_iter().map(|case| case.id).collect();
    let count = store.case_count(viewer, &CaseFilter::default()).await.unwrap();
    found.sort();
    batch.sort();
    page.sort();
    assert_eq!(batch, found);
    if viewer.zone() == asked_zone(store, asked).await {
        assert_eq!(page, found);
        assert_eq!(usize::try_from(count).unwrap(), found.len());
    }
    found
}

async fn asked_zone(store: &Store, asked: &[CaseId]) -> crate::ZoneId {
    for zone in store.zone_list().await.unwrap() {
        if store.case_find(&Viewer::System(zone.id), asked[0]).await.unwrap().is_some() {
            return zone.id;
        }
    }
    panic!("no zone has the case");
}

async fn cases_are_seen_by_scope(store: Store) {
    let house = House::build(&store).await;
    let ours = house.open(house.company, house.planning).await.id;
    let theirs = house.open(house.rival, house.planning).await.id;
    let elsewhere = house.open(house.rival, house.service).await.id;
    let mut personal = house.opening(house.rival);
    let clerk_alone = Assignee::Person { person: house.clerk, unit: None };
    personal.step.case.assigned.insert("clerk".into(), clerk_alone);
    let personal = house.record(personal).await.unwrap().id;
    let all = [ours, theirs, elsewhere, personal];

    let sorted = |ids: &[CaseId]| {
        let mut ids = ids.to_vec();
        ids.sort();
        ids
    };
    let expected = [
        (house.system(), sorted(&all)),
        (house.viewer(house.clerk, Scope::Zone), sorted(&all)),
        (house.viewer(house.owner, Scope::Company(house.company)), vec![ours]),
        (house.viewer(house.handler, staff(house.planning)), sorted(&[ours, theirs])),
        (house.viewer(house.clerk, staff(house.service)), sorted(&[elsewhere, personal])),
        (house.viewer(house.clerk, nobody()), vec![personal]),
        (house.viewer(house.owner, Scope::Company(CompanyId(fresh()))), vec![]),
    ];
    for (viewer, ids) in expected {
        assert_eq!(seen(&store, &viewer, &all).await, ids, "{viewer:?}");
    }

    let other = House::build(&store).await;
    for scope in [Scope::Zone, staff(house.planning), Scope::Company(house.company), nobody()] {
        let viewer = other.viewer(house.clerk, scope);
        assert_eq!(seen(&store, &viewer, &all).await, [], "{viewer:?}");
    }
    assert_eq!(seen(&store, &other.system(), &all).await, []);
}

/// Staff of a unit, with no role that acts for the whole zone.
fn staff(unit: UnitId) -> Scope {
    Scope::Staff { units: vec![unit], processes: vec![] }
}

/// Staff of no unit.
fn nobody() -> Scope {
    Scope::Staff { units: vec![], processes: vec![] }
}

async fn what_is_opened_pointed_to_or_of_a_held_process_is_seen(store: Store) {
    let house = House::build(&store).await;
    let mut record = house.opening(house.company);
    record.step.case.opener = Some(house.handler);
    let opened = house.record(record).await.unwrap().id;
    let held = house.open(house.company, house.planning).await.id;
    // A case that points to one of planning, and is itself nobody's.
    let mut record = house.opening(house.company);
    record.step.case.links = [("parent".into(), held)].into();
    record.shared = false;
    let task = house.record(record).await.unwrap().id;
    let all = [opened, held, task];
    let of_process = |process: &str| Scope::Staff { units: vec![], processes: vec![process.into()] };
    for (scope, ids) in [
        (nobody(), vec![opened]),
        (staff(house.planning), vec![opened, held, task]),
        (staff(house.service), vec![opened]),
        (of_process("request"), all.to_vec()),
        (of_process("errand"), vec![opened]),
        // What is not for the company to see is not there for it.
        (Scope::Company(house.company), vec![opened, held]),
    ] {
        let mut ids = ids;
        ids.sort();
        let viewer = house.viewer(house.handler, scope);
        assert_eq!(seen(&store, &viewer, &all).await, ids, "{viewer:?}");
    }
    assert_eq!(store.linked_list(&house.system(), held, "parent").await.unwrap()[0].id, task);
    let children = store.children_count(house.zone, &[held], at(1)).await.unwrap()[&held];
    assert_eq!((children.total, children.open, children.overdue), (1, 1, 0));
}

async fn what_hangs_on_a_case_is_seen_with_it(store: Store) {
    let house = House::build(&store).await;
    let other = House::build(&store).await;
    let mut record = house.opening(house.company);
    record.mails = vec![mail("a@example.test")];
    let case = house.record(record).await.unwrap().id;
    let viewers = [
        (house.system(), true),
        (house.viewer(house.owner, Scope::Company(house.company)), true),
        (house.viewer(house.owner, Scope::Company(house.rival)), false),
        (house.viewer(house.handler, staff(house.planning)), false),
        (house.viewer(house.handler, nobody()), false),
        (other.system(), false),
    ];
    let row = crate::Stretch { case, after: 0, to: 1 };
    for (viewer, sees) in viewers {
        assert_eq!(
            store.event_page(&viewer, case, 0, 9).await.unwrap().len(),
            usize::from(sees),
            "{viewer:?}"
        );
        assert_eq!(
            store.event_stretches(&viewer, &[row]).await.unwrap().len(),
            usize::from(sees),
            "{viewer:?}"
        );
        assert_eq!(store.outbox_list(&viewer, &[case]).await.unwrap().len(), usize::from(sees), "{viewer:?}");
        let chain = sees.then_some(Chain::Whole { rows: 1 });
        assert_eq!(store.chain_verify(&viewer, case).await.unwrap(), chain, "{viewer:?}");
    }
}

async fn a_reassigned_case_leaves_the_unit_that_had_it(store: Store) {
    let house = House::build(&store).await;
    let opened = house.open(house.company, house.planning).await;
    let sees = async |unit: UnitId| {
        let viewer = house.viewer(house.owner, staff(unit));
        store.case_find(&viewer, opened.id).await.unwrap().is_some()
    };
    let moved = house.record(house.next(&opened)).await.unwrap();
    assert!(sees(house.planning).await, "a step that leaves the assignment keeps it");

    let mut record = house.next(&moved);
    let in_person = Assignee::Person { person: house.clerk, unit: Some(house.service) };
    record.step.case.assigned = [("handler".into(), in_person)].into();
    house.record(record).await.unwrap();
    assert!(!sees(house.planning).await);
    assert!(sees(house.service).await, "colleagues see what one of them holds");
}

async fn companies_and_people_are_seen_by_scope(store: Store) {
    let house = House::build(&store).await;
    let other = House::build(&store).await;
    let companies = [house.company, house.rival];
    let people = [house.clerk, house.owner];
    let viewers = [
        (house.system(), 2, 2),
        (house.viewer(house.handler, staff(house.planning)), 2, 2),
        (house.viewer(house.owner, Scope::Company(house.company)), 1, 2),
        (house.viewer(house.owner, Scope::Company(house.rival)), 1, 1),
        (house.viewer(house.owner, nobody()), 2, 2),
        (other.system(), 0, 0),
    ];
    for (viewer, sees_companies, sees_people) in viewers {
        let found = store.company_batch(&viewer, &companies).await.unwrap();
        assert_eq!(found.len(), sees_companies, "{viewer:?}");
        assert_eq!(store.person_batch(&viewer, &people).await.unwrap().len(), sees_people, "{viewer:?}");
        let units = store.unit_batch(&viewer, &[house.service, house.planning]).await.unwrap().len();
        assert_eq!(units, if viewer.zone() == house.zone { 2 } else { 0 });
    }
    assert!(store.company_find(&house.system(), house.rival).await.unwrap().is_some());
    let rival = house.viewer(house.owner, Scope::Company(house.rival));
    assert!(store.company_find(&rival, house.company).await.unwrap().is_none());
    assert!(store.person_find(&rival, house.owner).await.unwrap().is_none());
    assert!(store.person_by_company(&rival, house.company).await.unwrap().is_empty());
}
