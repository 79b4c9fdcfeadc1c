//! The company file and what policies say of companies, page by page.
use super::bodies;
use super::house::{House, at, fresh};
use super::lived_in::fact;
use crate::{
    Company, CompanyCursor, CompanyFilter, Fact, FactId, FactImport, FactImportId, Fit, FitCursor, FitFilter,
    FitOrder, FitPlace, FitTally, FitsOf, MatchingRound, Page, Scope, Store, StoreError, Take, Viewer,
};
use ::policy::Verdict;
use workflow::ids::CompanyId;

bodies! {
    fits_are_listed_by_money_and_by_deadline_from_both_ends
    fits_are_narrowed_counted_and_seen_by_their_own_company_alone
    a_history_is_read_page_by_page_and_what_is_withdrawn_stays_in_it
    companies_are_found_by_name_tag_place_and_who_looks_after_them
    an_import_takes_back_what_it_brought_and_nothing_else
    a_round_goes_on_where_it_stopped
    more_companies_than_a_statement_takes_are_locked
}

fn fit(house: &House, policy: &str, amount: Option<i64>, closes: Option<&str>) -> Fit {
    Fit {
        policy: policy.into(),
        company: house.company,
        digest: "digest".into(),
        verdict: Verdict::Unknown,
        near: false,
        truths: "u".into(),
        amount,
        closes_on: closes.map(|day| day.parse().unwrap()),
        lacks: vec![format!("{policy}_field")],
        as_of: "2026-03-02".parse().unwrap(),
        matched_at: at(3),
    }
}

fn place(order: FitOrder, take: Take) -> FitPlace {
    FitPlace { order, take, after: None, before: None }
}

async fn fits(house: &House, place: &FitPlace, filter: &FitFilter) -> Page<Fit> {
    let of = [house.company];
    let pages = house.store.fit_pages(&house.system(), FitsOf::Companies(&of), filter, place).await.unwrap();
    let empty = Page { items: vec![], has_next: false, has_previous: false };
    pages.into_values().next().unwrap_or(empty)
}

fn names(page: &Page<Fit>) -> Vec<&str> {
    page.items.iter().map(|fit| fit.policy.as_str()).collect()
}

async fn put(house: &House, fits: &[Fit]) {
    let tx = house.store.begin(house.zone).await.unwrap();
    tx.fit_put(fits).await.unwrap();
    tx.commit().await.unwrap();
}

async fn fits_are_listed_by_money_and_by_deadline_from_both_ends(store: Store) {
    let house = House::build(&store).await;
    let all = [
        fit(&house, "b", Some(5), Some("2027-12-31")),
        fit(&house, "a", Some(5), None),
        fit(&house, "c", None, Some("2026-12-31")),
        fit(&house, "d", Some(9), None),
        fit(&house, "e", Some(0), Some("2026-12-31")),
    ];
    put(&house, &all).await;
    for (order, expected) in
        [(FitOrder::Money, ["d", "a", "b", "e", "c"]), (FitOrder::Deadline, ["c", "e", "b", "a", "d"])]
    {
        let whole = fits(&house, &place(order, Take::First(9)), &FitFilter::default()).await;
        assert_eq!(names(&whole), expected, "{order:?}");
        assert!(!whole.has_next && !whole.has_previous);
        let two = fits(&house, &place(order, Take::First(2)), &FitFilter::default()).await;
        assert_eq!((names(&two), two.has_next, two.has_previous), (expected[..2].to_vec(), true, false));
        let after = Some(FitCursor::of(&two.items[1], order));
        let next = FitPlace { after: after.clone(), ..place(order, Take::First(2)) };
        let next = fits(&house, &next, &FitFilter::default()).await;
        assert_eq!((names(&next), next.has_next, next.has_previous), (expected[2..4].to_vec(), true, true));
        let last = fits(&house, &place(order, Take::Last(2)), &FitFilter::default()).await;
        assert_eq!((names(&last), last.has_next, last.has_previous), (expected[3..].to_vec(), false, true));
        let before = Some(FitCursor::of(&last.items[0], order));
        let back = FitPlace { before, ..place(order, Take::Last(2)) };
        let back = fits(&house, &back, &FitFilter::default()).await;
        assert_eq!((names(&back), back.has_next, back.has_previous), (expected[1..3].to_vec(), true, true));
        let other = if order == FitOrder::Money { FitOrder::Deadline } else { FitOrder::Money };
        let foreign = FitPlace { after, ..place(other, Take::First(1)) };
        let of = [house.company];
        let refused =
            store.fit_pages(&house.system(), FitsOf::Companies(&of), &FitFilter::default(), &foreign).await;
        assert!(matches!(refused, Err(StoreError::ForeignCursor)));
    }
}

async fn fits_are_narrowed_counted_and_seen_by_their_own_company_alone(store: Store) {
    let house = House::build(&store).await;
    let near =
        Fit { verdict: Verdict::Ineligible, near: true, lacks: vec![], ..fit(&house, "a", None, None) };
    let rival = Fit { company: house.rival, verdict: Verdict::Eligible, ..fit(&house, "a", Some(1), None) };
    put(&house, &[near, rival, fit(&house, "b", None, None), fit(&house, "b_c", None, None)]).await;
    let narrowed = async |filter: FitFilter| {
        let page = fits(&house, &place(FitOrder::Money, Take::First(9)), &filter).await;
        names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(narrowed(FitFilter { near: Some(true), ..FitFilter::default() }).await, ["a"]);
    assert_eq!(narrowed(FitFilter { lacks: Some("b_field".into()), ..FitFilter::default() }).await, ["b"]);
    assert_eq!(narrowed(FitFilter { lacks: Some("field".into()), ..FitFilter::default() }).await, [""; 0]);
    let unknown = FitFilter { verdicts: vec![Verdict::Unknown], ..FitFilter::default() };
    assert_eq!(narrowed(unknown.clone()).await, ["b", "b_c"]);
    let policies = ["a".to_owned(), "b".to_owned()];
    let system = house.system();
    let tallies = store.fit_tallies(&system, &policies).await.unwrap();
    assert_eq!(tallies["a"], FitTally { eligible: 1, near: 1, ..FitTally::default() });
    let own = house.viewer(house.owner, Scope::Company(house.company));
    let of = FitsOf::Policies(&policies);
    let counts = async |viewer: &Viewer| store.fit_counts(viewer, of, &FitFilter::default()).await.unwrap();
    assert_eq!((counts(&system).await["a"], counts(&own).await["a"]), (2, 1));
    let (filter, first) = (FitFilter::default(), place(FitOrder::Deadline, Take::First(9)));
    let pages = store.fit_pages(&own, of, &filter, &first).await.unwrap();
    assert!(pages.values().flat_map(|page| &page.items).all(|fit| fit.company == house.company));
    let keys = [("a".to_owned(), house.rival), ("a".to_owned(), house.company)];
    assert_eq!(store.fit_batch(&own, &keys).await.unwrap().len(), 1);
    assert_eq!(store.fit_batch(&system, &keys).await.unwrap().len(), 2);
    let other = House::build(&store).await;
    assert!(store.fit_tallies(&other.system(), &policies).await.unwrap().is_empty());
    let tx = store.begin(house.zone).await.unwrap();
    tx.fit_remove(&keys[..1]).await.unwrap();
    tx.fit_doubt(&[house.company]).await.unwrap();
    let left = tx.fit_list(&[house.company, house.rival]).await.unwrap();
    assert!(left.len() == 3 && left.iter().all(|fit| fit.digest.is_empty()), "{left:?}");
    tx.commit().await.unwrap();
}

async fn a_history_is_read_page_by_page_and_what_is_withdrawn_stays_in_it(store: Store) {
    let house = House::build(&store).await;
    let id = |order: u128| FactId(uuid::Uuid::from_u128((order << 100) | (fresh().as_u128() >> 32)));
    let facts: Vec<Fact> = (1..=3).map(|order| Fact { id: id(order), ..fact(&house, None) }).collect();
    let tx = store.begin(house.zone).await.unwrap();
    tx.fact_insert(&facts).await.unwrap();
    tx.fact_insert(&[Fact { id: id(4), field: "other".into(), ..fact(&house, None) }]).await.unwrap();
    assert!(tx.fact_withdraw(facts[1].id, house.clerk, at(9)).await.unwrap());
    assert!(!tx.fact_withdraw(facts[1].id, house.owner, at(10)).await.unwrap(), "the first stays");
    assert_eq!(tx.company_lock(&[house.rival, house.company]).await.unwrap().len(), 2);
    tx.commit().await.unwrap();
    let page = async |take, cursors| {
        let field = Some("staff_avg_annual");
        let pages =
            store.fact_histories(&house.system(), &[house.company], field, take, cursors).await.unwrap();
        let page = pages.into_values().next().unwrap();
        (page.items.iter().map(|fact| fact.id).collect::<Vec<_>>(), page.has_next, page.has_previous)
    };
    let [one, two, three] = [facts[0].id, facts[1].id, facts[2].id];
    assert_eq!(page(Take::First(2), (None, None)).await, (vec![three, two], true, false));
    assert_eq!(page(Take::First(2), (Some(two), None)).await, (vec![one], false, true));
    assert_eq!(page(Take::Last(2), (None, None)).await, (vec![two, one], false, true));
    assert_eq!(page(Take::Last(1), (None, Some(one))).await, (vec![two], true, true));
    let counts = store.fact_counts(&house.system(), &[house.company], None).await.unwrap();
    assert_eq!(counts[&house.company], 4);
    let listed = store.fact_list(&house.system(), &[house.company]).await.unwrap();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[0], facts[0], "a fact is read as it was written");
    let rival = house.viewer(house.owner, Scope::Company(house.rival));
    assert!(store.fact_list(&rival, &[house.company]).await.unwrap().is_empty());
    assert!(store.fact_batch(&rival, &[one]).await.unwrap().is_empty());
}

async fn companies_are_found_by_name_tag_place_and_who_looks_after_them(store: Store) {
    let house = House::build(&store).await;
    let new = Company {
        id: CompanyId(fresh()),
        name: "Zeta 100%".into(),
        credit_code: Some(format!("Q{}", fresh())),
        place: Some("启航园".into()),
    };
    let tx = store.begin(house.zone).await.unwrap();
    tx.company_insert(&new).await.unwrap();
    tx.company_tags_set(new.id, &["规上".into(), "软件".into()]).await.unwrap();
    tx.company_tags_set(new.id, &["规上".into()]).await.unwrap();
    tx.company_specialist_set(new.id, Some(house.handler)).await.unwrap();
    tx.commit().await.unwrap();
    let system = house.system();
    let found = async |filter: CompanyFilter| {
        let page = store.company_page(&system, &filter, Take::First(9), (None, None)).await.unwrap();
        let count = store.company_count(&system, &filter).await.unwrap();
        assert_eq!(usize::try_from(count), Ok(page.items.len()));
        page.items.into_iter().map(|company| company.id == new.id).collect::<Vec<_>>()
    };
    let all = CompanyFilter::default;
    assert_eq!(found(all()).await.len(), 3);
    assert_eq!(found(CompanyFilter { text: Some("zeta 100%".into()), ..all() }).await, [true]);
    assert_eq!(found(CompanyFilter { text: Some("Zeta_".into()), ..all() }).await, [false; 0]);
    assert_eq!(found(CompanyFilter { tag: Some("规上".into()), ..all() }).await, [true]);
    assert_eq!(found(CompanyFilter { tag: Some("软件".into()), ..all() }).await, [false; 0]);
    assert_eq!(found(CompanyFilter { place: Some("启航园".into()), ..all() }).await, [true]);
    assert_eq!(found(CompanyFilter { specialist: Some(house.handler), ..all() }).await, [true]);
    let first = store.company_page(&system, &all(), Take::First(1), (None, None)).await.unwrap();
    let cursor = CompanyCursor::of(&first.items[0]);
    let rest = store.company_page(&system, &all(), Take::Last(9), (Some(&cursor), None)).await.unwrap();
    assert_eq!((rest.items.len(), first.has_next, rest.has_previous), (2, true, false));
    let renamed = Company { name: "Eta".into(), place: None, ..new.clone() };
    let tx = store.begin(house.zone).await.unwrap();
    assert!(tx.company_update(&renamed).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(store.company_find(&system, new.id).await.unwrap(), Some(renamed));
}

async fn an_import_takes_back_what_it_brought_and_nothing_else(store: Store) {
    let house = House::build(&store).await;
    let import = FactImport {
        id: FactImportId(fresh()),
        person: house.clerk,
        name: "a.csv".into(),
        expires_at: at(9),
        digest: None,
        uploaded_at: None,
        summary: None,
        applied_at: None,
        undone_at: None,
    };
    let token = [house.zone.0.as_bytes()[15]; 32].map(|byte| byte ^ fresh().as_bytes()[15]);
    let tx = store.begin(house.zone).await.unwrap();
    tx.import_insert(&import, &token).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.import_awaited(house.zone, &token, at(9)).await.unwrap().is_none(), "it is too late");
    assert!(store.import_awaited(house.zone, &token, at(8)).await.unwrap().is_some());
    let tx = store.begin(house.zone).await.unwrap();
    assert!(!tx.import_apply(import.id, "{}", at(3)).await.unwrap(), "its file is awaited");
    assert!(tx.import_content_set(import.id, b"x", "digest", at(2)).await.unwrap());
    assert!(!tx.import_content_set(import.id, b"y", "digest", at(2)).await.unwrap());
    assert!(tx.import_apply(import.id, "{}", at(3)).await.unwrap());
    assert!(!tx.import_apply(import.id, "{}", at(4)).await.unwrap());
    tx.fact_insert(&[fact(&house, Some(import.id)), fact(&house, None)]).await.unwrap();
    assert_eq!(tx.import_undo(import.id, house.clerk, at(5)).await.unwrap(), [house.company]);
    assert_eq!(tx.import_sweep(at(99)).await.unwrap(), 0, "what was done is kept");
    tx.commit().await.unwrap();
    assert_eq!(store.fact_list(&house.system(), &[house.company]).await.unwrap().len(), 1);
    let (found, content) = store.import_find(&house.system(), import.id).await.unwrap().unwrap();
    assert_eq!((found.undone_at, content), (Some(at(5)), None));
    let rival = house.viewer(house.owner, Scope::Company(house.rival));
    assert!(store.import_find(&rival, import.id).await.unwrap().is_none());
}

async fn more_companies_than_a_statement_takes_are_locked(store: Store) {
    let house = House::build(&store).await;
    let tx = store.begin(house.zone).await.unwrap();
    let mut ids: Vec<CompanyId> = (0..70_000).map(|_| CompanyId(fresh())).collect();
    ids.extend([house.rival, house.company, house.rival]);
    let mut expected = vec![house.company, house.rival];
    expected.sort_unstable();
    assert_eq!(tx.company_lock(&ids).await.unwrap(), expected);
}

async fn a_round_goes_on_where_it_stopped(store: Store) {
    let house = House::build(&store).await;
    assert_eq!(store.matching_find(house.zone).await.unwrap(), None);
    let ids = store.company_ids(&house.system(), None, 1).await.unwrap();
    let mut round = MatchingRound {
        digest: "digest".into(),
        as_of: "2026-03-02".parse().unwrap(),
        company: Some(ids[0]),
        matched: 1,
        finished_at: None,
    };
    for finished_at in [None, Some(at(3))] {
        round.finished_at = finished_at;
        let tx = store.begin(house.zone).await.unwrap();
        tx.matching_lock().await.unwrap();
        tx.matching_put(&round).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.matching_find(house.zone).await.unwrap().as_ref(), Some(&round));
    }
    let next = store.company_ids(&house.system(), Some(ids[0]), 9).await.unwrap();
    assert!(next.len() == 1 && next[0].0 > ids[0].0);
}
