//! Filing for others: on behalf of a company, from tickets of another line, several at once.
use crate::house::{House, answers, filing, moved, order, refused};
use desk::{Acted, Caller, CaseFilter, OpenOrder, Refused, Reported, SeveralOrder, Source};
use workflow::{Answers, CaseId, CompanyId, Language, Refusal};

fn for_company(company: Option<CompanyId>) -> OpenOrder {
    OpenOrder { company, ..filing(None) }
}

fn from_ticket(house: &House, number: &str, title: &str) -> OpenOrder {
    let source = Source { system: "12345".into(), number: number.into() };
    let mut order = OpenOrder { source: Some(source), ..for_company(house.owner.person.company) };
    order.answers.extend(answers([("title", title)]));
    order
}

async fn count(house: &House) -> i64 {
    house.store().case_count(&house.system(), &CaseFilter::default()).await.unwrap()
}

#[tokio::test]
async fn a_clerk_files_for_a_company_that_then_sees_its_case() {
    let house = House::build().await;
    let order = for_company(house.owner.person.company);
    let (case, _) = moved(house.desk().case_open(&house.clerk, order).await.unwrap());
    assert_eq!(
        (case.case.company, case.case.opener),
        (house.owner.person.company, Some(house.clerk.person.id))
    );
    let found = house.desk().case_find(&house.partner, case.id).await.unwrap();
    assert!(found.is_some());
    assert!(house.desk().case_find(&house.rival, case.id).await.unwrap().is_none());
    let names = house.mail_names().await;
    assert_eq!(names, ["request-filed to owner", "request-filed to partner", "request-to-accept to clerk"]);
}

#[tokio::test]
async fn a_company_files_for_itself_alone_and_a_stranger_looks_like_nobody() {
    let house = House::build().await;
    let desk = house.desk();
    let own = desk.case_open(&house.owner, for_company(house.owner.person.company)).await.unwrap();
    moved(own);
    let nobody = CompanyId(crate::house::nobody());
    for named in [house.rival.person.company.unwrap(), nobody] {
        let answer = refused(desk.case_open(&house.owner, for_company(Some(named))).await.unwrap());
        assert_eq!(answer, Refused::NoSuchCompany, "{named}");
    }
    let answer = refused(desk.case_open(&house.clerk, for_company(Some(nobody))).await.unwrap());
    assert_eq!(answer, Refused::NoSuchCompany);
    let without = refused(desk.case_open(&house.clerk, for_company(None)).await.unwrap());
    assert_eq!(without.code(), "NO_COMPANY");
    let by_handler = for_company(house.owner.person.company);
    let by_handler = refused(desk.case_open(&house.planner, by_handler).await.unwrap());
    assert!(matches!(by_handler, Refused::Engine(Refusal::NotYours { .. })), "{by_handler:?}");
    assert_eq!(count(&house).await, 1);
}

/// Appendix C, scenario 20.
#[tokio::test]
async fn the_same_ticket_imported_twice_opens_one_case() {
    let house = House::build().await;
    let desk = house.desk();
    let first = desk.case_open(&house.clerk, from_ticket(&house, "T-1", "路灯不亮")).await.unwrap();
    let (first, _) = moved(first);
    for title in ["路灯不亮", "路灯还是不亮"] {
        let again = desk.case_open(&house.clerk, from_ticket(&house, "T-1", title)).await.unwrap();
        let Acted::Repeated { case, seq } = again else { panic!("{again:?}") };
        assert_eq!((case.id, &case.title, seq), (first.id, &first.title, 1));
    }
    let other = desk.case_open(&house.clerk, from_ticket(&house, "T-2", "路灯不亮")).await.unwrap();
    assert_ne!(moved(other).0.id, first.id);
    assert_eq!(count(&house).await, 2);
    let sources = desk.sources(&house.clerk, &[first.id]).await.unwrap();
    assert_eq!(sources[0].source.number, "T-1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_ticket_imported_at_the_same_time_opens_one_case() {
    let house = House::build().await;
    let import =
        async |title| house.desk().case_open(&house.clerk, from_ticket(&house, "T-1", title)).await.unwrap();
    let (a, b, c, d) = tokio::join!(import("甲甲"), import("乙乙"), import("丙丙"), import("丁丁"));
    let acted = [a, b, c, d];
    assert_eq!(acted.iter().filter(|acted| matches!(acted, Acted::Moved { .. })).count(), 1);
    let ids: std::collections::BTreeSet<CaseId> = acted.into_iter().map(|acted| moved(acted).0.id).collect();
    assert_eq!((ids.len(), count(&house).await), (1, 1));
}

#[tokio::test]
async fn a_company_imports_no_tickets_and_no_ticket_is_nameless() {
    let house = House::build().await;
    let order = from_ticket(&house, "T-1", "路灯不亮");
    let answer = refused(house.desk().case_open(&house.owner, order).await.unwrap());
    assert_eq!(answer.code(), "NOT_YOURS");
    for number in ["", " ", "a\nb", "a\u{0}", &"长".repeat(101)] {
        let order = from_ticket(&house, number, "路灯不亮");
        let answer = refused(house.desk().case_open(&house.clerk, order).await.unwrap());
        let Refused::Engine(Refusal::Form(mistakes)) = answer else { panic!("{answer:?}") };
        assert_eq!(&*mistakes[0].field, "source.number", "{number:?}");
    }
    assert_eq!(count(&house).await, 0);
}

fn outcomes(reports: &[Reported]) -> Vec<&'static str> {
    let outcome = |report: &Reported| match report {
        Reported::Done { repeated: false, .. } => "done",
        Reported::Done { .. } => "repeated",
        Reported::Would { .. } => "would",
        Reported::Refused(refused) => refused.code(),
    };
    reports.iter().map(outcome).collect()
}

#[tokio::test]
async fn what_came_up_in_a_meeting_is_filed_at_once_each_for_itself() {
    let house = House::build().await;
    let desk = house.desk();
    let meeting = || {
        let mut nameless = for_company(house.owner.person.company);
        nameless.answers.shift_remove("title");
        let rival = for_company(house.rival.person.company);
        vec![for_company(house.owner.person.company), nameless, for_company(None), rival]
    };
    let open = async |caller: &Caller, orders, dry_run, key: &str| {
        desk.cases_open(caller, orders, dry_run, key).await.unwrap()
    };
    let dry = open(&house.clerk, meeting(), true, "meeting").await.unwrap();
    assert_eq!(outcomes(&dry), ["would", "FORM", "NO_COMPANY", "would"]);
    let Reported::Would { case: None, states, .. } = &dry[0] else { panic!("{dry:?}") };
    assert!(!states.is_empty());
    assert_eq!((count(&house).await, house.mails().await.len()), (0, 0), "a dry run writes nothing");
    let done = open(&house.clerk, meeting(), false, "meeting").await.unwrap();
    assert_eq!(outcomes(&done), ["done", "FORM", "NO_COMPANY", "done"]);
    let again = open(&house.clerk, meeting(), false, "meeting").await.unwrap();
    assert_eq!(outcomes(&again), ["repeated", "FORM", "NO_COMPANY", "repeated"]);
    assert_eq!(count(&house).await, 2);
    let fresh = open(&house.clerk, meeting(), false, "another").await.unwrap();
    assert_eq!(outcomes(&fresh)[0], "done");
    let too_many = vec![for_company(None); 101];
    assert_eq!(open(&house.clerk, too_many, true, "k").await.unwrap_err().code(), "TOO_MANY");
    assert_eq!(open(&house.clerk, vec![], true, "k").await.unwrap_err().code(), "TOO_MANY");
    for key in ["", &"k".repeat(201)] {
        assert_eq!(open(&house.clerk, meeting(), false, key).await.unwrap_err(), Refused::BadKey);
    }
}

#[tokio::test]
async fn one_action_on_many_cases_moves_those_that_may_and_reports_each() {
    let house = House::build().await;
    let desk = house.desk();
    let (first, second) = (house.file().await, house.file().await);
    let gone = house.act(&house.file().await, &house.owner, "withdraw", Answers::new()).await;
    let foreign = moved(desk.case_open(&house.rival, filing(None)).await.unwrap()).0;
    let nobody = CaseId(crate::house::nobody());
    let bulk = |dry_run, key: &str| SeveralOrder {
        cases: vec![first.id, gone.id, foreign.id, nobody, second.id],
        action: "withdraw".into(),
        answers: Answers::new(),
        dry_run,
        idempotency_key: key.into(),
    };
    let dry = desk.cases_act(&house.owner, bulk(true, "k")).await.unwrap().unwrap();
    assert_eq!(outcomes(&dry), ["would", "NOT_FROM_HERE", "NO_SUCH_CASE", "NO_SUCH_CASE", "would"]);
    let seq = async |case: CaseId| house.store().case_find(&house.system(), case).await.unwrap().unwrap().seq;
    assert_eq!((seq(first.id).await, seq(second.id).await), (1, 1));
    let done = desk.cases_act(&house.owner, bulk(false, "k")).await.unwrap().unwrap();
    assert_eq!(outcomes(&done), ["done", "NOT_FROM_HERE", "NO_SUCH_CASE", "NO_SUCH_CASE", "done"]);
    let again = desk.cases_act(&house.owner, bulk(false, "k")).await.unwrap().unwrap();
    assert_eq!(outcomes(&again), ["repeated", "NOT_FROM_HERE", "NO_SUCH_CASE", "NO_SUCH_CASE", "repeated"]);
    assert_eq!((seq(first.id).await, seq(second.id).await, seq(foreign.id).await), (2, 2, 1));
    for cases in
        [vec![], vec![first.id, first.id], (0..201).map(|_| CaseId(desk.surroundings().id())).collect()]
    {
        let many = SeveralOrder { cases, ..bulk(true, "k") };
        assert_eq!(desk.cases_act(&house.owner, many).await.unwrap().unwrap_err().code(), "TOO_MANY");
    }
}

#[tokio::test]
async fn whoever_comes_second_is_told_what_changed() {
    let house = House::build().await;
    let case = house.file().await;
    let seen = case.seq;
    house.act(&case, &house.owner, "withdraw", Answers::new()).await;
    let late = desk::ActOrder { expected_version: Some(seen), ..order(&case, "withdraw", Answers::new()) };
    let answer = refused(house.desk().case_act(&house.clerk, late).await.unwrap());
    assert_eq!(answer, Refused::Stale { version: 2 });
    let changes = async |caller, version| {
        let changes = house.desk().changes_since(caller, case.id, version).await.unwrap();
        changes.iter().map(|change| change.title(Language::Zh)).collect::<Vec<_>>()
    };
    assert_eq!(changes(&house.clerk, seen).await, ["撤回"]);
    assert_eq!(changes(&house.clerk, -5).await.len(), 2);
    assert_eq!(changes(&house.clerk, i64::MAX).await.len(), 0);
    assert_eq!(changes(&house.rival, seen).await.len(), 0, "to a stranger there is no case");
}
