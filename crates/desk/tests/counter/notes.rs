//! Notes on cases, snippets, who follows a case and who looks at it.
use crate::house::{House, answers, text};
use desk::{
    Caller, CaseFilter, CaseOrder, CaseOrderBy, Note, NoteId, PageRequest, SnippetId, StoredCase, Take,
};
use workflow::{Answer, Answers};

async fn add(house: &House, caller: &Caller, case: &StoredCase, text: &str, internal: bool) -> Note {
    house.desk().note_add(caller, case.id, text, internal).await.unwrap().unwrap()
}

async fn notes(house: &House, caller: &Caller, case: &StoredCase) -> Vec<String> {
    let pages = house.desk().note_pages(caller, &[case.id], Take::First(50), None, None).await.unwrap();
    let mut texts: Vec<String> = pages[&case.id].items.iter().cloned().map(|note| note.text).collect();
    texts.sort();
    texts
}

/// A request that the planning unit handles.
async fn dispatched(house: &House) -> StoredCase {
    let case = house.handled(&house.file().await).await;
    house.mails().await;
    case
}

#[tokio::test]
async fn a_public_note_reaches_the_other_side_and_an_internal_one_stays_inside() {
    let house = House::build().await;
    let case = dispatched(&house).await;
    add(&house, &house.owner, &case, "补充：灯杆编号 12", false).await;
    let mails = house.mails().await;
    assert!(mails.iter().all(|mail| mail.template == "note-added"));
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.address.as_str()).collect();
    to.sort_unstable();
    let assigned = ["planner@one.example", "planning_head@one.example"];
    assert_eq!(to, assigned, "who handles it hears, and who leads the unit");
    assert_eq!(mails[0].context["answers"][0]["value"], "补充：灯杆编号 12");
    assert_eq!(mails[0].context["action"]["actor"], "Name of owner");
    add(&house, &house.planner, &case, "明天派人去看", false).await;
    let mails = house.mails().await;
    assert_eq!(mails.len(), 2, "the company's people hear");
    assert!(mails.iter().all(|mail| mail.context["action"]["actor"].is_null()), "and not from whom");
    add(&house, &house.planner, &case, "该企业多次反映", true).await;
    assert!(house.mails().await.is_empty());
    assert_eq!(notes(&house, &house.clerk, &case).await.len(), 3);
    assert_eq!(notes(&house, &house.partner, &case).await, ["明天派人去看", "补充：灯杆编号 12"]);
    assert!(notes(&house, &house.rival, &case).await.is_empty());
    assert!(notes(&house, &house.financier, &case).await.is_empty());
}

#[tokio::test]
async fn a_company_hears_nothing_of_a_note_on_a_task_it_does_not_know_of() {
    let house = House::build().await;
    let accept = answers([("nature", "consultation"), ("urgency", "normal")]);
    let case = house.act(&house.file().await, &house.clerk, "accept", accept).await;
    let dispatch = [
        ("unit".into(), Answer::Unit(house.planning)),
        ("co_units".into(), Answer::Units(vec![house.finance])),
        ("co_task".into(), text("核算费用")),
    ];
    let case = house.act(&case, &house.dispatcher, "dispatch", dispatch.into()).await;
    let order = CaseOrder { by: CaseOrderBy::Opened, descending: true };
    let request = PageRequest { take: Take::First(10), after: None, before: None };
    let page =
        house.store().case_page(&house.system(), &CaseFilter::default(), order, &request).await.unwrap();
    let task = page.items.into_iter().find(|found| found.id != case.id).unwrap();
    assert_eq!(task.case.company, house.owner.person.company);
    house.mails().await;
    add(&house, &house.clerk, &task, "请尽快核算", false).await;
    assert!(house.mail_names().await.is_empty());
    let to_company = house.desk().note_add(&house.owner, task.id, "在吗", false).await.unwrap();
    assert_eq!(to_company.unwrap_err().code(), "NO_SUCH_CASE");
}

#[tokio::test]
async fn notes_are_refused_to_strangers_and_for_what_is_no_text() {
    let house = House::build().await;
    let case = house.file().await;
    let code = async |caller: &Caller, text: &str, internal| {
        let added = house.desk().note_add(caller, case.id, text, internal).await.unwrap();
        added.map_or_else(|refused| refused.code(), |_| "added")
    };
    assert_eq!(code(&house.rival, "我也是", false).await, "NO_SUCH_CASE");
    assert_eq!(code(&house.planner, "不是我的", false).await, "NO_SUCH_CASE");
    assert_eq!(code(&house.owner, "内部？", true).await, "NOT_YOURS");
    for bad in ["", " \n ", "a\u{0}b", "a\u{1b}[0m", &"长".repeat(5_001), &"x".repeat(10_000_000)] {
        assert_eq!(code(&house.clerk, bad, false).await, "FORM");
    }
    assert_eq!(code(&house.clerk, &"长".repeat(5_000), false).await, "added");
}

#[tokio::test]
async fn a_note_is_taken_back_by_its_author_alone() {
    let house = House::build().await;
    let case = house.file().await;
    let note = add(&house, &house.owner, &case, "写错了", false).await;
    let withdraw = async |caller: &Caller, id| house.desk().note_withdraw(caller, id).await.unwrap();
    assert_eq!(withdraw(&house.clerk, note.id).await.unwrap_err().code(), "NOT_YOURS");
    assert_eq!(withdraw(&house.partner, note.id).await.unwrap_err().code(), "NOT_YOURS");
    let missing = withdraw(&house.rival, NoteId(crate::house::nobody())).await.unwrap_err();
    assert_eq!(withdraw(&house.rival, note.id).await.unwrap_err(), missing);
    let gone = withdraw(&house.owner, note.id).await.unwrap();
    assert!(gone.withdrawn_at.is_some());
    assert_eq!(withdraw(&house.owner, note.id).await.unwrap(), gone, "twice is once");
}

#[tokio::test]
async fn each_unit_keeps_its_snippets_and_the_clerk_the_zones() {
    let house = House::build().await;
    let desk = house.desk();
    let add = async |caller: &Caller, zone_wide, title: &str| {
        desk.snippet_add(caller, zone_wide, title, "您好，已收到。").await.unwrap()
    };
    let zone = add(&house.clerk, true, "收到").await.unwrap();
    let unit = add(&house.planner, false, "派人").await.unwrap();
    assert_eq!((zone.unit, unit.unit), (None, Some(house.planning)));
    assert_eq!(add(&house.planner, true, "越权").await.unwrap_err().code(), "NOT_YOURS");
    assert_eq!(add(&house.dispatcher, false, "没有单位").await.unwrap_err().code(), "NOT_YOURS");
    assert_eq!(add(&house.clerk, true, "两\n行").await.unwrap_err().code(), "FORM");
    let titles = async |caller: &Caller| {
        let found = desk.snippets(caller).await.unwrap();
        found.into_iter().map(|one| one.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(&house.planner2).await, ["收到", "派人"].map(String::from));
    assert_eq!(titles(&house.financier).await, ["收到"]);
    assert!(titles(&house.owner).await.is_empty());
    let change = async |caller: &Caller, id| desk.snippet_change(caller, id, "改", "改过").await.unwrap();
    assert_eq!(change(&house.planner2, unit.id).await.unwrap().text, "改过", "a colleague may");
    assert_eq!(change(&house.planner2, zone.id).await.unwrap_err().code(), "NOT_YOURS");
    let missing = change(&house.financier, SnippetId(crate::house::nobody())).await.unwrap_err();
    assert_eq!(change(&house.financier, unit.id).await.unwrap_err(), missing);
    assert_eq!(desk.snippet_remove(&house.financier, unit.id).await.unwrap().unwrap_err(), missing);
    desk.snippet_remove(&house.planner, unit.id).await.unwrap().unwrap();
    assert_eq!(titles(&house.planner).await, ["收到"]);
}

#[tokio::test]
async fn a_unit_keeps_two_hundred_snippets() {
    let house = House::build().await;
    for number in 0..200 {
        let title = format!("{number}");
        house.desk().snippet_add(&house.planner, false, &title, "文").await.unwrap().unwrap();
    }
    let add = async |caller: &Caller| house.desk().snippet_add(caller, false, "多", "文").await.unwrap();
    assert_eq!(add(&house.planner).await.unwrap_err().code(), "FULL");
    add(&house.financier).await.unwrap();
}

#[tokio::test]
async fn followers_are_mailed_when_the_state_changes_and_nobody_twice() {
    let house = House::build().await;
    let case = house.file().await;
    house.mails().await;
    let desk = house.desk();
    for caller in [&house.clerk, &house.dispatcher] {
        desk.case_watch(caller, case.id, true).await.unwrap().unwrap();
    }
    let stranger = desk.case_watch(&house.financier, case.id, true).await.unwrap();
    assert_eq!(stranger.unwrap_err().code(), "NO_SUCH_CASE");
    house.act(&case, &house.owner, "withdraw", Answers::new()).await;
    let names = house.mail_names().await;
    let watched = names.iter().filter(|name| name.starts_with("case-watched")).collect::<Vec<_>>();
    assert!(watched.contains(&&"case-watched to dispatcher".to_owned()), "{names:?}");
    let to_clerk = names.iter().filter(|name| name.ends_with(" to clerk")).count();
    assert_eq!(to_clerk, 1, "{names:?}");
    let watchers = async |caller| {
        desk.watchers(caller, &[case.id]).await.unwrap().remove(&case.id).unwrap_or_default().len()
    };
    assert_eq!((watchers(&house.clerk).await, watchers(&house.owner).await), (2, 0));
    desk.case_watch(&house.clerk, case.id, false).await.unwrap().unwrap();
    assert_eq!(watchers(&house.clerk).await, 1);
    assert!(desk.watched(&house.clerk, &[case.id]).await.unwrap().is_empty());
    assert_eq!(desk.watched(&house.dispatcher, &[case.id]).await.unwrap(), [case.id]);
}

#[tokio::test]
async fn whoever_has_a_case_open_is_seen_for_a_minute() {
    let house = House::build().await;
    let case = house.file().await;
    let desk = house.desk();
    let lookers = async |caller: &Caller| {
        let lookers = desk.lookers(caller, &[case.id]).await.unwrap().remove(&case.id).unwrap_or_default();
        lookers.into_iter().map(|(person, _)| person.login).collect::<Vec<_>>()
    };
    desk.case_look(&house.clerk, case.id).await.unwrap().unwrap();
    assert_eq!(lookers(&house.dispatcher).await, ["clerk"]);
    assert!(lookers(&house.owner).await.is_empty(), "a company is told of nobody");
    assert!(desk.case_look(&house.rival, case.id).await.unwrap().is_err());
    house.set("2026-03-02T09:01");
    assert!(lookers(&house.dispatcher).await.is_empty());
    desk.case_look(&house.dispatcher, case.id).await.unwrap().unwrap();
    assert_eq!(lookers(&house.clerk).await, ["dispatcher"]);
}

#[tokio::test]
async fn a_hidden_contact_is_read_by_the_centre_and_not_by_the_unit() {
    let house = House::build().await;
    let mut order = crate::house::filing(None);
    order.answers.insert("hide_contact".into(), Answer::Truth(true));
    order.answers.insert("contact".into(), text("不愿具名"));
    let filed = crate::house::moved(house.desk().case_open(&house.owner, order).await.unwrap()).0;
    for (hidden, case) in
        [(true, house.handled(&filed).await), (false, house.handled(&house.file().await).await)]
    {
        for (caller, unit) in [(&house.clerk, false), (&house.owner, false), (&house.planner, true)] {
            let view = house.desk().case_find(caller, case.id).await.unwrap().unwrap();
            let reading = house.desk().reading(caller, &view.definition, &view.stored).await.unwrap();
            for field in ["contact", "phone"] {
                let may = reading.may(&field.into());
                assert_eq!(may, !(hidden && unit), "{field} to {}", caller.person.login);
            }
            assert!(reading.may(&"title".into()));
        }
    }
}
