//! The company file, and what policies find in it.
use crate::house::{House, at};
use desk::{
    Caller, CompanyChange, CompanyFilter, CompanyOrder, Confidence, FactOrder, Fit, FitFilter, FitOrder,
    FitPlace, FitsOf, MistakeKind, Refused, Take,
};
use policy::{Rank, Verdict};
use workflow::CompanyId;

fn order(field: &str, value: &str) -> FactOrder {
    FactOrder {
        field: field.into(),
        value: Some(value.into()),
        from: None,
        to: None,
        source: Some("年报".into()),
        stated_on: None,
        confidence: Confidence::Verified,
    }
}

fn company(caller: &Caller) -> CompanyId {
    caller.person.company.unwrap()
}

async fn record(house: &House, by: &Caller, of: &Caller, facts: &[(&str, &str)]) -> Vec<desk::Fact> {
    let orders: Vec<FactOrder> = facts.iter().map(|(field, value)| order(field, value)).collect();
    house.desk().facts_record(by, company(of), &orders).await.unwrap().unwrap().1
}

fn all(order: FitOrder) -> FitPlace {
    FitPlace { order, take: Take::First(100), after: None, before: None }
}

/// What policies say of a company, as somebody sees it.
async fn fits(house: &House, by: &Caller, of: &Caller) -> Vec<Fit> {
    let id = company(of);
    let of = FitsOf::Companies(std::slice::from_ref(&id));
    let pages = house.desk().fit_pages(by, of, &FitFilter::default(), &all(FitOrder::Money)).await.unwrap();
    pages.into_values().next().map(|page| page.items).unwrap_or_default()
}

async fn verdict(house: &House, of: &Caller, policy: &str) -> Option<(Verdict, bool)> {
    let fits = fits(house, &house.clerk, of).await;
    fits.into_iter().find(|fit| fit.policy == policy).map(|fit| (fit.verdict, fit.near))
}

/// Matches until nothing waits; answers in how many goes.
async fn matched(house: &House) -> usize {
    let mut goes = 1;
    while house.desk().matching_go_on(house.zone).await.unwrap() {
        goes += 1;
    }
    goes
}

const EXEMPT: &str = "cn-cbj-exempt-2023";

#[tokio::test]
async fn a_fact_is_matched_at_once_with_the_policies_that_read_it_and_with_no_other() {
    let house = House::build().await;
    record(&house, &house.clerk, &house.owner, &[("entity_type", "公司")]).await;
    assert_eq!(verdict(&house, &house.owner, EXEMPT).await, Some((Verdict::Unknown, false)));
    let touched: Vec<String> =
        fits(&house, &house.clerk, &house.owner).await.into_iter().map(|fit| fit.policy).collect();
    assert!(touched.contains(&"cn-cit-xxwl-2023".to_owned()) && touched.len() < 10, "{touched:?}");
    let facts = record(&house, &house.clerk, &house.owner, &[("staff_avg_annual", "30 人")]).await;
    assert_eq!(verdict(&house, &house.owner, EXEMPT).await, Some((Verdict::Eligible, false)));
    house.set("2026-03-02T09:01");
    record(&house, &house.clerk, &house.owner, &[("staff_avg_annual", "31 人")]).await;
    assert_eq!(verdict(&house, &house.owner, EXEMPT).await, Some((Verdict::Ineligible, true)));
    // What was withdrawn does not count; the one before counts again.
    let newest =
        house.desk().facts_in_force(&house.clerk, &[company(&house.owner)], house.desk().today()).await;
    let newest = newest.unwrap().remove(&company(&house.owner)).unwrap();
    let newest = newest.iter().find(|counts| counts.fact.field == "staff_avg_annual").unwrap();
    assert_eq!(newest.conflicts, facts);
    house.desk().fact_withdraw(&house.clerk, newest.fact.id).await.unwrap().unwrap();
    assert_eq!(verdict(&house, &house.owner, EXEMPT).await, Some((Verdict::Eligible, false)));
}

#[tokio::test]
async fn a_round_finds_for_everybody_what_single_matching_finds_and_then_nothing_more() {
    let house = House::build().await;
    let facts = [
        ("entity_type", "公司"),
        ("staff_avg_annual", "29"),
        ("vat_taxpayer_type", "small_scale"),
        ("tax_credit_grade", "A"),
        ("cit_resident", "是"),
        ("established_on", "2020-01-01"),
    ];
    record(&house, &house.clerk, &house.owner, &facts).await;
    let before = fits(&house, &house.clerk, &house.owner).await;
    assert_eq!(matched(&house).await, 2);
    let after = fits(&house, &house.clerk, &house.owner).await;
    assert!(after.len() > before.len(), "policies that read none of the facts are there too");
    for fit in &before {
        // What stood is left alone, its instant too: the round found the same.
        assert!(after.contains(fit), "{fit:?}");
    }
    assert_eq!(fits(&house, &house.clerk, &house.rival).await.len(), after.len());
    assert_eq!(matched(&house).await, 1);
    let round = house.desk().matching(house.zone).await.unwrap().unwrap();
    assert_eq!((round.matched, round.finished_at), (2, Some(at("2026-03-02T09:00"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fact_that_is_recorded_while_a_round_weighs_is_not_overlooked() {
    let house = House::build().await;
    record(&house, &house.clerk, &house.owner, &[("entity_type", "公司")]).await;
    for turn in 0..20 {
        // Each day is a round of its own.
        house.set(&format!("2026-04-{:02}T09:00", turn + 1));
        let (staff, expected) =
            if turn % 2 == 0 { ("30 人", Verdict::Eligible) } else { ("99 人", Verdict::Ineligible) };
        let facts = [("staff_avg_annual", staff)];
        tokio::join!(matched(&house), record(&house, &house.clerk, &house.owner, &facts));
        let found = verdict(&house, &house.owner, EXEMPT).await;
        assert_eq!(found.map(|found| found.0), Some(expected), "turn {turn}");
    }
}

#[tokio::test]
async fn time_alone_changes_verdicts_at_the_next_midnight() {
    let house = House::build().await;
    let held = FactOrder { to: Some("2026-03-02".parse().unwrap()), ..order("hnte_valid", "是") };
    house.desk().facts_record(&house.clerk, company(&house.owner), &[held]).await.unwrap().unwrap();
    matched(&house).await;
    let open = async || {
        let decisions = house.desk().decisions(&house.clerk, &[key(&house, "cn-kjxzx")]).await.unwrap();
        let clauses = decisions.into_values().next().unwrap().decision.clauses;
        clauses.into_iter().find(|clause| &*clause.clause == "score_or_direct_route").unwrap().truth
    };
    let truths = async || {
        let fits = fits(&house, &house.clerk, &house.owner).await;
        fits.into_iter().find(|fit| fit.policy == "cn-kjxzx").unwrap().truths
    };
    assert_eq!(open().await, desk::Truth::Yes);
    assert!(truths().await.ends_with('y'));
    house.set("2026-03-03T00:00");
    assert_eq!(matched(&house).await, 2);
    assert_eq!(open().await, desk::Truth::Unknown);
    assert!(truths().await.ends_with('u'));
    // A policy whose days are over says nothing any more.
    house.set("2028-01-01T00:00");
    matched(&house).await;
    assert_eq!(verdict(&house, &house.owner, EXEMPT).await, None);
}

fn key(house: &House, policy: &str) -> desk::DecisionKey {
    (policy.to_owned(), company(&house.owner), house.desk().today())
}

#[tokio::test]
async fn what_is_wrong_with_facts_is_told_at_once_and_nothing_is_recorded() {
    let house = House::build().await;
    let orders = [
        order("entity_typ", "公司"),
        order("staff_avg_annual", "12 万元"),
        FactOrder { source: None, ..order("cit_resident", "是") },
        FactOrder { stated_on: Some("2026-03-03".parse().unwrap()), ..order("cit_resident", "是") },
        FactOrder {
            from: Some("2026-01-02".parse().unwrap()),
            to: Some("2026-01-01".parse().unwrap()),
            ..order("cit_resident", "是")
        },
        order("as_of", "2026-01-01"),
        order("cit_resident", "是"),
    ];
    let refused = house.desk().facts_record(&house.clerk, company(&house.owner), &orders).await.unwrap();
    let Err(Refused::Mistakes(mistakes)) = refused else { panic!("{refused:?}") };
    let places: Vec<(&str, MistakeKind)> =
        mistakes.iter().map(|mistake| (mistake.place.as_str(), mistake.kind)).collect();
    let expected = [
        ("facts.0.field", MistakeKind::NoSuchField),
        ("facts.1.value", MistakeKind::NotAValue),
        ("facts.2.source", MistakeKind::NotAText),
        ("facts.3.statedOn", MistakeKind::WrongDays),
        ("facts.4.to", MistakeKind::WrongDays),
        ("facts.5.value", MistakeKind::NotAValue),
    ];
    assert_eq!(places, expected);
    assert!(mistakes[0].message.en.contains("did you mean `entity_type`"), "{mistakes:?}");
    assert!(mistakes[1].message.zh.contains('人'), "{mistakes:?}");
    assert!(fits(&house, &house.clerk, &house.owner).await.is_empty());
}

#[tokio::test]
async fn a_company_declares_of_itself_and_withdraws_only_that() {
    let house = House::build().await;
    let desk = house.desk();
    let by_staff = record(&house, &house.clerk, &house.owner, &[("tax_credit_grade", "A")]).await;
    let own = FactOrder { source: None, ..order("tax_credit_grade", "B") };
    let (_, own) = desk.facts_record(&house.owner, company(&house.owner), &[own]).await.unwrap().unwrap();
    assert!(own[0].self_declared && own[0].confidence == Confidence::Stated && own[0].source == "企业自报");
    let counts = desk.facts_in_force(&house.owner, &[company(&house.owner)], desk.today()).await.unwrap();
    let counts = &counts[&company(&house.owner)][0];
    assert_eq!((&counts.fact, &counts.conflicts), (&by_staff[0], &own));
    let refused = desk.fact_withdraw(&house.owner, by_staff[0].id).await.unwrap().unwrap_err();
    assert_eq!(refused.code(), "NOT_YOURS");
    assert!(desk.fact_withdraw(&house.partner, own[0].id).await.unwrap().unwrap().withdrawn_at.is_some());
    // Twice is fine, and who withdrew it first stays.
    let again = desk.fact_withdraw(&house.clerk, own[0].id).await.unwrap().unwrap();
    assert_eq!(again.withdrawn_by, Some(house.partner.person.id));
    let history = desk
        .fact_histories(
            &house.owner,
            &[company(&house.owner)],
            Some("纳税信用等级"),
            Take::First(10),
            (None, None),
        )
        .await
        .unwrap();
    assert_eq!(history[&company(&house.owner)].items.len(), 2);
}

#[tokio::test]
async fn a_company_declares_only_so_much_and_staff_go_on() {
    let house = House::build().await;
    let desk = house.desk();
    let declare = async |count: usize| {
        let own = vec![FactOrder { source: None, ..order("tax_credit_grade", "B") }; count];
        desk.facts_record(&house.owner, company(&house.owner), &own).await.unwrap()
    };
    let (_, first) = declare(1).await.unwrap();
    let tx = house.store().begin(house.zone).await.unwrap();
    let more = |_| desk::Fact { id: desk::FactId(desk.surroundings().id()), ..first[0].clone() };
    tx.fact_insert(&(0..9_998).map(more).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(declare(2).await.unwrap_err().code(), "FORM");
    assert!(declare(1).await.is_ok());
    assert_eq!(declare(1).await.unwrap_err().code(), "FORM");
    record(&house, &house.clerk, &house.owner, &[("tax_credit_grade", "A")]).await;
}

#[tokio::test]
async fn what_is_foreign_looks_like_what_is_missing() {
    let house = House::build().await;
    let desk = house.desk();
    let facts = record(&house, &house.clerk, &house.owner, &[("tax_credit_grade", "A")]).await;
    matched(&house).await;
    let own = company(&house.owner);
    let refused = desk.facts_record(&house.rival, own, &[order("cit_resident", "是")]).await.unwrap();
    assert_eq!(refused.unwrap_err(), Refused::NoSuchCompany);
    assert_eq!(
        desk.fact_withdraw(&house.rival, facts[0].id).await.unwrap().unwrap_err(),
        Refused::NoSuchFact
    );
    let change = desk.company_change(&house.rival, own, CompanyChange::default()).await.unwrap();
    assert_eq!(change.unwrap_err(), Refused::NoSuchCompany);
    assert!(fits(&house, &house.rival, &house.owner).await.is_empty());
    assert!(desk.facts_in_force(&house.rival, &[own], desk.today()).await.unwrap().is_empty());
    assert!(desk.decisions(&house.rival, &[key(&house, EXEMPT)]).await.unwrap().is_empty());
    assert!(desk.questions(&house.rival, &[own], Rank::Policies, 5).await.unwrap().is_empty());
    let page =
        desk.company_page(&house.rival, &CompanyFilter::default(), Take::First(10), (None, None)).await;
    assert_eq!(page.unwrap().items.len(), 1);
    let policies = [EXEMPT.to_owned()];
    let filter = FitFilter::default();
    let (of, place) = (FitsOf::Policies(&policies), all(FitOrder::Deadline));
    let pages = desk.fit_pages(&house.rival, of, &filter, &place);
    let page = pages.await.unwrap().remove(EXEMPT).unwrap();
    assert!(page.items.iter().all(|fit| fit.company == company(&house.rival)) && page.items.len() == 1);
    // Nor does another zone see anything.
    let other = House::in_zone(house.empty, "two").await;
    let id = [own];
    let of = FitsOf::Companies(&id);
    let pages = other.desk().fit_pages(&other.clerk, of, &filter, &all(FitOrder::Money)).await.unwrap();
    assert!(pages.is_empty());
    assert!(other.desk().fact_withdraw(&other.clerk, facts[0].id).await.unwrap().is_err());
}

#[tokio::test]
async fn a_company_is_added_with_a_code_that_nobody_has_and_looked_after_by_staff() {
    let house = House::build().await;
    let desk = house.desk();
    let new = |name: &str, code: Option<&str>| CompanyOrder {
        name: name.into(),
        credit_code: code.map(Into::into),
        place: None,
        accept_doubts: false,
    };
    let code = "91330110ABCDEFGH5H";
    let added = desk.company_register(&house.clerk, new("丙公司", Some(code))).await.unwrap().unwrap();
    let again = desk.company_register(&house.clerk, new("丁公司", Some(code))).await.unwrap();
    assert_eq!(again.unwrap_err(), Refused::CodeTaken);
    for (name, code) in
        [(" ", None), ("丁公司", Some("91330110ABCDEFGH5I")), ("丁公司", Some("91330110ABCDEFGH5J"))]
    {
        let refused = desk.company_register(&house.clerk, new(name, code)).await.unwrap().unwrap_err();
        assert!(matches!(refused, Refused::Mistakes(_)), "{refused:?}");
    }
    let doubtful = CompanyOrder { accept_doubts: true, ..new("丁公司", Some("91330110ABCDEFGH5J")) };
    assert!(desk.company_register(&house.clerk, doubtful).await.unwrap().is_ok());
    let change = CompanyChange {
        place: Some(Some("启航园".into())),
        tags: Some(vec!["规上".into(), "规上".into()]),
        specialist: Some(Some(house.planner.person.id)),
        ..CompanyChange::default()
    };
    let changed = desk.company_change(&house.clerk, added.id, change).await.unwrap().unwrap();
    assert_eq!(changed.place.as_deref(), Some("启航园"));
    let filter = CompanyFilter {
        tag: Some("规上".into()),
        place: Some("启航园".into()),
        specialist: Some(house.planner.person.id),
        text: Some("abcdef".into()),
    };
    let page = desk.company_page(&house.clerk, &filter, Take::First(10), (None, None)).await.unwrap();
    assert_eq!(page.items, [changed]);
    let refused = CompanyChange { tags: Some(vec![]), ..CompanyChange::default() };
    let refused = desk.company_change(&house.owner, company(&house.owner), refused).await.unwrap();
    assert_eq!(refused.unwrap_err().code(), "NOT_YOURS");
    let nobody = CompanyChange { specialist: Some(Some(house.owner.person.id)), ..CompanyChange::default() };
    let nobody = desk.company_change(&house.clerk, added.id, nobody).await.unwrap();
    assert!(matches!(nobody.unwrap_err(), Refused::Mistakes(_)));
}
