//! Lists of cases: order, pages, filters.
use super::bodies;
use super::house::{House, at};
use crate::{
    CaseCursor, CaseFilter, CaseId, CaseOrder, CaseOrderBy, Page, PageRequest, Store, StoreError, StoredCase,
    Take,
};
use workflow::{Assignee, Phase};

bodies! {
    pages_forward_are_pages_backward_reversed
    a_page_between_two_places_is_cut_at_both
    a_cursor_of_another_order_is_refused
    filters_narrow
    a_text_is_found_letter_by_letter
}

const ORDERS: [CaseOrderBy; 4] =
    [CaseOrderBy::Opened, CaseOrderBy::Updated, CaseOrderBy::Due, CaseOrderBy::Number];

/// Eleven cases that agree in many keys, some without a due time.
async fn fill(house: &House) -> Vec<StoredCase> {
    let mut cases = Vec::new();
    for index in 0..11 {
        let mut record = house.opening(house.company);
        record.at = at(index / 3);
        record.step.due = (index % 4 != 0).then(|| at(100 - index / 2));
        cases.push(house.record(record).await.unwrap());
    }
    cases
}

async fn page(house: &House, order: CaseOrder, request: PageRequest) -> Page<StoredCase> {
    house.store.case_page(&house.system(), &CaseFilter::default(), order, &request).await.unwrap()
}

fn ids(cases: &[StoredCase]) -> Vec<CaseId> {
    cases.iter().map(|case| case.id).collect()
}

/// What the order means, done by sorting.
fn sorted(cases: &[StoredCase], order: CaseOrder) -> Vec<CaseId> {
    let mut cases = cases.to_vec();
    cases.sort_by_key(|case| match order.by {
        CaseOrderBy::Opened => (case.opened_at.as_microsecond(), String::new(), case.id),
        CaseOrderBy::Updated => (case.updated_at.as_microsecond(), String::new(), case.id),
        CaseOrderBy::Due => (case.due_at.map_or(0, jiff::Timestamp::as_microsecond), String::new(), case.id),
        CaseOrderBy::Number => (0, case.number.clone(), case.id),
    });
    if order.descending {
        cases.reverse();
    }
    if order.by == CaseOrderBy::Due {
        cases.sort_by_key(|case| case.due_at.is_none());
    }
    ids(&cases)
}

async fn pages_forward_are_pages_backward_reversed(store: Store) {
    let house = House::build(&store).await;
    let cases = fill(&house).await;
    for (by, descending) in ORDERS.into_iter().flat_map(|by| [(by, false), (by, true)]) {
        let order = CaseOrder { by, descending };
        let expected = sorted(&cases, order);
        for size in [1, 3, 11, 100] {
            let (mut forward, mut after) = (Vec::new(), None);
            loop {
                let request = PageRequest { take: Take::First(size), after: after.clone(), before: None };
                let page = page(&house, order, request).await;
                assert_eq!(page.has_previous, after.is_some());
                forward.extend(ids(&page.items));
                after = page.items.last().map(|case| CaseCursor::of(case, by));
                if !page.has_next {
                    break;
                }
            }
            let (mut backward, mut before) = (Vec::new(), None);
            loop {
                let request = PageRequest { take: Take::Last(size), after: None, before: before.clone() };
                let page = page(&house, order, request).await;
                assert_eq!(page.has_next, before.is_some());
                backward = [ids(&page.items), backward].concat();
                before = page.items.first().map(|case| CaseCursor::of(case, by));
                if !page.has_previous {
                    break;
                }
            }
            assert_eq!(forward, expected, "{order:?} by {size}");
            assert_eq!(backward, expected, "{order:?} by {size}");
        }
    }
}

async fn a_page_between_two_places_is_cut_at_both(store: Store) {
    let house = House::build(&store).await;
    let cases = fill(&house).await;
    let order = CaseOrder { by: CaseOrderBy::Due, descending: false };
    let expected = sorted(&cases, order);
    let place = |index: usize| {
        let case = cases.iter().find(|case| case.id == expected[index]).unwrap();
        Some(CaseCursor::of(case, order.by))
    };
    let request = PageRequest { take: Take::First(100), after: place(2), before: place(9) };
    let between = page(&house, order, request).await;
    assert_eq!(ids(&between.items), expected[3..9]);
    assert!(!between.has_next && between.has_previous);
    let nothing =
        page(&house, order, PageRequest { take: Take::First(5), after: place(10), before: None }).await;
    assert!(nothing.items.is_empty() && !nothing.has_next);
    let most =
        page(&house, order, PageRequest { take: Take::First(u64::MAX), after: None, before: None }).await;
    assert_eq!(most.items.len(), 11);
}

async fn a_cursor_of_another_order_is_refused(store: Store) {
    let house = House::build(&store).await;
    let case = house.record(house.opening(house.company)).await.unwrap();
    for (made, used) in ORDERS.into_iter().flat_map(|made| ORDERS.map(|used| (made, used))) {
        let order = CaseOrder { by: used, descending: false };
        let after = Some(CaseCursor::of(&case, made));
        let request = PageRequest { take: Take::First(1), after, before: None };
        let answer = store.case_page(&house.system(), &CaseFilter::default(), order, &request).await;
        assert_eq!(matches!(answer, Err(StoreError::ForeignCursor)), made != used, "{made:?} {used:?}");
    }
}

async fn filters_narrow(store: Store) {
    let house = House::build(&store).await;
    let mut late = house.opening(house.company);
    late.at = at(5);
    late.step.due = Some(at(50));
    late.step.case.assigned.insert("handler".into(), Assignee::Unit(house.planning));
    let late = house.record(late).await.unwrap().id;
    let mut done = house.opening(house.rival);
    done.step.phase = Phase::Done;
    done.step.due = Some(at(50));
    done.step.case.process = "visit".into();
    let done = house.record(done).await.unwrap().id;
    let mut undated = house.opening(house.rival);
    undated.step.undated = true;
    let holder = Assignee::Person { person: house.clerk, unit: None };
    undated.step.case.assigned.insert("clerk".into(), holder);
    let undated = house.record(undated).await.unwrap().id;

    let none = CaseFilter::default;
    let cases = [
        (none(), vec![late, done, undated]),
        (CaseFilter { phases: vec![Phase::Done, Phase::Dropped], ..none() }, vec![done]),
        (CaseFilter { process: Some("visit".into()), ..none() }, vec![done]),
        (CaseFilter { company: Some(house.company), ..none() }, vec![late]),
        (CaseFilter { overdue_at: Some(at(51)), ..none() }, vec![late]),
        (CaseFilter { overdue_at: Some(at(50)), ..none() }, vec![]),
        (CaseFilter { undated: Some(true), ..none() }, vec![undated]),
        (CaseFilter { undated: Some(false), ..none() }, vec![late, done]),
        (CaseFilter { assigned_unit: Some(house.planning), ..none() }, vec![late]),
        (CaseFilter { assigned_person: Some(house.clerk), ..none() }, vec![undated]),
        (CaseFilter { opened_from: Some(at(5)), ..none() }, vec![late]),
        (CaseFilter { opened_to: Some(at(5)), ..none() }, vec![done, undated]),
        (CaseFilter { undated: Some(true), company: Some(house.company), ..none() }, vec![]),
    ];
    let order = CaseOrder { by: CaseOrderBy::Number, descending: false };
    for (filter, mut expected) in cases {
        let request = PageRequest { take: Take::First(9), after: None, before: None };
        let found = store.case_page(&house.system(), &filter, order, &request).await.unwrap();
        let (mut found, count) =
            (ids(&found.items), store.case_count(&house.system(), &filter).await.unwrap());
        found.sort();
        expected.sort();
        assert_eq!(
            (found, usize::try_from(count).unwrap()),
            (expected.clone(), expected.len()),
            "{filter:?}"
        );
    }
}

async fn a_text_is_found_letter_by_letter(store: Store) {
    let house = House::build(&store).await;
    for (number, title) in [("A-1", "100% 研发"), ("A_2", "1000 研发\\发"), ("B-3", "Ünïcode")] {
        let mut record = house.opening(house.company);
        record.number = Some(number.into());
        record.title = Some(title.into());
        house.record(record).await.unwrap();
    }
    let texts = [
        ("研发", 2),
        ("%", 1),
        ("_", 1),
        ("\\", 1),
        ("a-1", 1),
        ("ünïCODE", 0),
        ("ÜnïCODE", 1),
        ("无", 0),
        ("", 3),
        ("'", 0),
    ];
    for (text, expected) in texts {
        let filter = CaseFilter { text: Some(text.into()), ..CaseFilter::default() };
        assert_eq!(store.case_count(&house.system(), &filter).await.unwrap(), expected, "{text}");
    }
    let long = CaseFilter { text: Some("研".repeat(1 << 18)), ..CaseFilter::default() };
    assert_eq!(store.case_count(&house.system(), &long).await.unwrap(), 0);
}
