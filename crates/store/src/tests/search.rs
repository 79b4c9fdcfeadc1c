//! Searching, by the same bodies on both databases: what is found, in which order, and by whom.
use super::bodies;
use super::house::{House, at, fresh};
use crate::{
    CaseId, Company, CompanyId, FoundId, Note, NoteId, Scope, SearchCursor, SearchKind, SearchWords, Store,
    StoredCase, Take, Viewer,
};
use proptest::prelude::any;
use proptest::strategy::{Strategy as _, ValueTree as _};
use std::collections::BTreeSet;
use uuid::Uuid;
use workflow::{Assignee, UnitId};

bodies! {
    what_was_written_is_found_before_and_after_a_round
    the_latest_come_first_and_pages_join
    each_finds_what_they_see_and_counts_no_more
    who_is_assigned_later_finds_a_case_its_notes_and_what_points_to_it
    a_step_that_changes_nothing_that_is_searched_leaves_no_mark
    another_zone_is_not_there
    a_new_version_of_the_terms_fills_every_zone_again
    whatever_is_typed_is_no_statement
}

fn words(text: &str) -> SearchWords {
    SearchWords::parse(text).unwrap()
}

/// Everything that the viewer finds, page by page.
async fn matches(store: &Store, viewer: &Viewer, kinds: &[SearchKind], text: &str) -> Vec<FoundId> {
    let mut found = Vec::new();
    let mut after: Option<SearchCursor> = None;
    loop {
        let page =
            store.search_page(viewer, &words(text), kinds, Take::First(3), (after, None)).await.unwrap();
        after = page.items.last().map(|item| item.cursor);
        found.extend(page.items.iter().map(|item| item.id));
        if !page.has_next {
            break;
        }
    }
    let counts = store.search_count(viewer, &words(text), kinds).await.unwrap();
    assert_eq!(counts.iter().map(|of| of.count).sum::<usize>(), found.len(), "{text}");
    assert!(counts.iter().all(|count| !count.capped));
    assert_eq!(found.iter().map(|id| format!("{id:?}")).collect::<BTreeSet<_>>().len(), found.len(), "twice");
    found
}

/// Puts everything that waits into the index, however little it is.
async fn fill(store: &Store, house: &House) {
    // A round leaves a few marks to searches.
    while store.search_go_on(house.zone).await.unwrap() {}
}

async fn open(house: &House, company: CompanyId, number: &str, title: &str) -> StoredCase {
    let mut record = house.opening(company);
    record.number = Some(number.into());
    record.title = Some(title.into());
    house.record(record).await.unwrap()
}

async fn note(house: &House, case: &StoredCase, text: &str, internal: bool) -> NoteId {
    let note = Note {
        id: NoteId(fresh()),
        case: case.id,
        author: house.clerk,
        internal,
        text: text.into(),
        at: at(2),
        withdrawn_at: None,
    };
    let tx = house.store.begin(house.zone).await.unwrap();
    tx.note_insert(case, &note, &[]).await.unwrap();
    tx.commit().await.unwrap();
    note.id
}

async fn what_was_written_is_found_before_and_after_a_round(store: Store) {
    let house = House::build(&store).await;
    let system = house.system();
    let empty = store.search_complete(&system, &SearchKind::ALL).await.unwrap();
    assert!(!empty, "nobody has looked yet");
    let case = open(&house, house.company, "QX20260901-0417", "杭州钱江科技的 5G 基站").await;
    let said = note(&house, &case, "请尽快回电", true).await;
    let expected = |id| vec![id];
    for round in 0..3 {
        for text in ["钱江", "0417", "qjkj", "5g", "站"] {
            assert_eq!(
                matches(&store, &system, &SearchKind::ALL, text).await,
                expected(FoundId::Case(case.id)),
                "{text} {round}"
            );
        }
        assert_eq!(matches(&store, &system, &SearchKind::ALL, "回电").await, expected(FoundId::Note(said)));
        assert!(matches(&store, &system, &[SearchKind::Case], "回电").await.is_empty());
        assert!(matches(&store, &system, &SearchKind::ALL, "江钱").await.is_empty());
        fill(&store, &house).await;
        assert!(store.search_complete(&system, &SearchKind::ALL).await.unwrap());
    }

    let mut renamed = house.next(&case);
    renamed.title = Some("改名之后".into());
    house.record(renamed).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            matches(&store, &system, &SearchKind::ALL, "改名").await,
            expected(FoundId::Case(case.id))
        );
        assert!(matches(&store, &system, &SearchKind::ALL, "钱江").await.is_empty());
        crowd(&house).await;
    }
    let tx = store.begin(house.zone).await.unwrap();
    assert!(tx.note_withdraw(said, house.clerk, at(3)).await.unwrap());
    tx.commit().await.unwrap();
    assert!(matches(&store, &system, &SearchKind::ALL, "回电").await.is_empty());

    let tx = store.begin(house.zone).await.unwrap();
    let company = Company {
        id: house.company,
        name: "更名有限公司".into(),
        credit_code: Some("91330110MA2CDEFG5X".into()),
        place: Some("三号楼".into()),
    };
    assert!(tx.company_update(&company).await.unwrap());
    tx.commit().await.unwrap();
    for text in ["更名", "FG5X", "gmyxgs", "三号"] {
        assert_eq!(
            matches(&store, &system, &SearchKind::ALL, text).await,
            expected(FoundId::Company(house.company)),
            "{text}"
        );
    }
}

/// So many cases that a round takes what is marked.
async fn crowd(house: &House) {
    let progress = house.store.search_progress(house.zone).await.unwrap();
    for _ in 0..210 {
        house.record(house.opening(house.company)).await.unwrap();
    }
    fill(&house.store, house).await;
    let after = house.store.search_progress(house.zone).await.unwrap();
    assert!(after.documents >= progress.documents + 210 && after.marked < 200, "{after:?}");
}

async fn the_latest_come_first_and_pages_join(store: Store) {
    let house = House::build(&store).await;
    let system = house.system();
    let mut cases = Vec::new();
    for number in 0..8 {
        let mut record = house.opening(house.company);
        // Ids of later cases sort later.
        record.id = CaseId(Uuid::from_u128(fresh().as_u128() & u128::from(u64::MAX)));
        (record.number, record.title) = (Some(format!("F-{number}")), Some("路灯不亮".into()));
        cases.push(house.record(record).await.unwrap().id);
        if number == 4 {
            fill(&store, &house).await;
        }
    }
    cases.reverse();
    let expected: Vec<_> = cases.iter().map(|id| FoundId::Case(*id)).collect();
    assert_eq!(matches(&store, &system, &SearchKind::ALL, "路灯").await, expected);

    // Rounds between two pages move nothing.
    let first = store
        .search_page(&system, &words("路灯"), &SearchKind::ALL, Take::First(2), (None, None))
        .await
        .unwrap();
    crowd(&house).await;
    let after = first.items.last().map(|item| item.cursor);
    let rest = store
        .search_page(&system, &words("路灯"), &SearchKind::ALL, Take::First(20), (after, None))
        .await
        .unwrap();
    let joined: Vec<_> = first.items.iter().chain(&rest.items).map(|item| item.id).collect();
    assert_eq!((joined, rest.has_next), (expected.clone(), false));
    let last = store
        .search_page(&system, &words("路灯"), &SearchKind::ALL, Take::Last(3), (None, None))
        .await
        .unwrap();
    assert_eq!(last.items.iter().map(|item| item.id).collect::<Vec<_>>(), expected[5..]);
    let before = last.items.first().map(|item| item.cursor);
    let rest = store
        .search_page(&system, &words("路灯"), &SearchKind::ALL, Take::Last(20), (None, before))
        .await
        .unwrap();
    assert_eq!(rest.items.iter().map(|item| item.id).collect::<Vec<_>>(), expected[..5]);
    assert!(rest.has_next && !rest.has_previous && last.has_previous && !last.has_next);
}

async fn each_finds_what_they_see_and_counts_no_more(store: Store) {
    let house = House::build(&store).await;
    let theirs = open(&house, house.company, "A-1", "噪声扰民").await;
    let others = open(&house, house.rival, "A-2", "噪声检测").await;
    let mut kept = house.opening(house.company);
    (kept.number, kept.title, kept.shared) = (Some("A-3".into()), Some("噪声内部".into()), false);
    kept.step.case.assigned.insert("handler".into(), Assignee::Unit(house.planning));
    let kept = house.record(kept).await.unwrap();
    let public = note(&house, &theirs, "噪声已测", false).await;
    let internal = note(&house, &theirs, "噪声存疑", true).await;
    let elsewhere = note(&house, &others, "噪声正常", false).await;
    let person = |scope| Viewer::Person { zone: house.zone, person: house.handler, scope };
    let staff = |units: &[UnitId], processes: &[&str]| {
        let units = units.to_vec();
        person(Scope::Staff { units, processes: processes.iter().map(|one| (*one).into()).collect() })
    };
    for _ in 0..2 {
        let found = async |viewer: Viewer| {
            matches(&store, &viewer, &SearchKind::ALL, "噪声")
                .await
                .into_iter()
                .map(|id| format!("{id:?}"))
                .collect::<BTreeSet<_>>()
        };
        let set = |cases: &[&StoredCase], notes: &[NoteId]| -> BTreeSet<String> {
            let cases = cases.iter().map(|case| format!("{:?}", FoundId::Case(case.id)));
            cases.chain(notes.iter().map(|id| format!("{:?}", FoundId::Note(*id)))).collect()
        };
        let everything = set(&[&theirs, &others, &kept], &[public, internal, elsewhere]);
        assert_eq!(found(house.system()).await, everything);
        assert_eq!(found(person(Scope::Zone)).await, everything);
        assert_eq!(found(person(Scope::Company(house.company))).await, set(&[&theirs], &[public]));
        assert_eq!(found(person(Scope::Company(house.rival))).await, set(&[&others], &[elsewhere]));
        assert_eq!(found(staff(&[house.planning], &[])).await, set(&[&kept], &[]));
        assert_eq!(found(staff(&[], &[])).await, set(&[], &[]));
        assert_eq!(found(staff(&[], &["request"])).await, everything);
        let names =
            matches(&store, &person(Scope::Company(house.company)), &[SearchKind::Company], "公司").await;
        assert_eq!(names, [FoundId::Company(house.company)]);
        crowd(&house).await;
    }
}

async fn who_is_assigned_later_finds_a_case_its_notes_and_what_points_to_it(store: Store) {
    let house = House::build(&store).await;
    let parent = open(&house, house.company, "P-1", "雨水倒灌").await;
    let mut child = house.opening(house.company);
    (child.number, child.title) = (Some("P-2".into()), Some("雨水管网".into()));
    child.step.case.links = [("parent".into(), parent.id)].into();
    let child = house.record(child).await.unwrap();
    let notes = [note(&house, &parent, "雨水已排", true).await, note(&house, &child, "雨水图纸", true).await];
    crowd(&house).await;
    let scope = Scope::Staff { units: vec![house.planning], processes: vec![] };
    let viewer = Viewer::Person { zone: house.zone, person: house.handler, scope };
    assert!(matches(&store, &viewer, &SearchKind::ALL, "雨水").await.is_empty());

    let mut assigned = house.next(&parent);
    assigned.step.case.assigned.insert("handler".into(), Assignee::Unit(house.planning));
    house.record(assigned).await.unwrap();
    let mut expected: Vec<_> =
        [FoundId::Case(parent.id), FoundId::Case(child.id)].map(|id| format!("{id:?}")).into();
    expected.extend(notes.map(|id| format!("{:?}", FoundId::Note(id))));
    expected.sort();
    for _ in 0..2 {
        let found = matches(&store, &viewer, &SearchKind::ALL, "雨水").await;
        let mut found: Vec<_> = found.into_iter().map(|id| format!("{id:?}")).collect();
        found.sort();
        assert_eq!(found, expected);
        crowd(&house).await;
    }
}

async fn a_step_that_changes_nothing_that_is_searched_leaves_no_mark(store: Store) {
    let house = House::build(&store).await;
    let case = open(&house, house.company, "M-1", "不动").await;
    let marked = async || store.search_progress(house.zone).await.unwrap().marked;
    let before = marked().await;
    let case = house.record(house.next(&case)).await.unwrap();
    assert_eq!(marked().await, before);
    let mut renamed = house.next(&case);
    renamed.title = Some("动".into());
    let case = house.record(renamed).await.unwrap();
    assert_eq!(marked().await, before, "the mark of its opening waits still");
    let mut assigned = house.next(&case);
    assigned.step.case.assigned.insert("handler".into(), Assignee::Unit(house.planning));
    note(&house, &case, "一", true).await;
    house.record(assigned).await.unwrap();
    assert_eq!(marked().await, before + 2, "of the note, by itself and by its case");
}

async fn another_zone_is_not_there(store: Store) {
    let (house, other) = (House::build(&store).await, House::build(&store).await);
    let case = open(&house, house.company, "Z-1", "金丝雀一号").await;
    for _ in 0..2 {
        assert!(matches(&store, &other.system(), &SearchKind::ALL, "金丝雀").await.is_empty());
        assert_eq!(
            matches(&store, &house.system(), &SearchKind::ALL, "金丝雀").await,
            [FoundId::Case(case.id)]
        );
        crowd(&house).await;
        crowd(&other).await;
    }
}

async fn a_new_version_of_the_terms_fills_every_zone_again(store: Store) {
    let house = House::build(&store).await;
    let case = open(&house, house.company, "V-1", "版本").await;
    fill(&store, &house).await;
    let tx = store.begin(house.zone).await.unwrap();
    let old = "UPDATE search_fill SET version = 0; DELETE FROM search_mark; DELETE FROM search_posting";
    for statement in old.split("; ") {
        sea_orm::ConnectionTrait::execute_unprepared(&tx.transaction, statement).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(matches(&store, &house.system(), &SearchKind::ALL, "版本").await.is_empty());
    assert!(!store.search_complete(&house.system(), &SearchKind::ALL).await.unwrap());
    fill(&store, &house).await;
    assert_eq!(matches(&store, &house.system(), &SearchKind::ALL, "版本").await, [FoundId::Case(case.id)]);
}

async fn whatever_is_typed_is_no_statement(store: Store) {
    let house = House::build(&store).await;
    open(&house, house.company, "O'1", "引号\" NEAR(a b) * OR \\ % _ 𝄞 مرحبا").await;
    fill(&store, &house).await;
    let typed = [
        "'",
        "\"a\" b",
        "near*",
        "a OR b",
        "\\ 1",
        "a\0b",
        "% _ a",
        "𝄞a",
        "مرحبا",
        "a\u{202e}b",
        "NEAR(a b)",
        "a AND NOT b",
        "a:b",
        "^a",
    ];
    for text in typed {
        if SearchWords::parse(text).is_ok() {
            matches(&store, &house.system(), &SearchKind::ALL, text).await;
        }
    }
    let one = matches(&store, &house.system(), &SearchKind::ALL, "near a or b").await;
    assert_eq!(one.len(), 1);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..64 {
        let text = any::<String>().new_tree(&mut runner).unwrap().current();
        if SearchWords::parse(&text).is_ok() {
            matches(&store, &house.system(), &SearchKind::ALL, &text).await;
        }
    }
}
