//! Clocks that only the staff know of.
use crate::house::{House, general};
use desk::{Caller, CaseView};
use serde_json::Value;
use workflow::{Answer, Language};

/// What a clock is called that a company knows of, and one that it does not.
const KNOWN: &str = "办结时限";
const INTERNAL: &str = "签收时限";

/// Everything that a caller reads of the clocks of a case, its history included.
async fn read(house: &House, who: &Caller, case: &CaseView) -> String {
    let clocks = house.desk().clocks(who, case).await.unwrap();
    let clocks = clocks.iter().map(|view| view.clock.title.get(Language::Zh).to_owned());
    let title = |key: &str| case.definition.clocks[key].title.get(Language::Zh).to_owned();
    let events = house.desk().event_page(who, case, 0, 100).await.unwrap();
    let happened = events.iter().flat_map(|event| {
        let changed = event.entry.clocks.iter().map(|change| title(&change.clock));
        changed.chain([event.title(Language::Zh), event.entry.call.name().to_owned()]).collect::<Vec<_>>()
    });
    clocks.chain(happened).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn who_applied_reads_nothing_of_internal_clocks() {
    let house = House::build().await;
    let filed = house.file().await;
    house.act(&filed, &house.clerk, "accept", general()).await;
    let unit = [("unit".into(), Answer::Unit(house.planning))].into();
    house.act(&filed, &house.dispatcher, "dispatch", unit).await;
    // Nobody signs: the clock of signing rings and moves the case.
    house.set("2026-03-10T09:00");
    assert!(house.desk().timers_fire(house.zone).await.unwrap() > 0);

    let of = async |who: &Caller| house.desk().case_find(who, filed.id).await.unwrap().unwrap();
    let (staff, company) = (of(&house.clerk).await, of(&house.owner).await);
    let known = read(&house, &house.clerk, &staff).await;
    assert!(known.contains(KNOWN) && known.contains(INTERNAL) && known.contains("clock.sign"), "{known}");
    let known = read(&house, &house.owner, &company).await;
    assert!(known.contains(KNOWN) && known.contains("内部时限已到"), "{known}");
    assert!(!known.contains(INTERNAL) && !known.contains("clock.sign"), "{known}");

    let mails = house.mails().await;
    let titles = |mail: &store::OutboxMail| mail.context["clocks"].as_array().cloned().unwrap_or_default();
    let has =
        |mail: &store::OutboxMail, title: &str| titles(mail).iter().any(|clock| clock["title"] == title);
    let (outside, inside): (Vec<_>, Vec<_>) = mails.iter().partition(|mail| {
        [&house.owner, &house.partner].map(|who| Some(who.person.id)).contains(&mail.recipient)
    });
    assert!(inside.iter().any(|mail| has(mail, INTERNAL)) && outside.iter().any(|mail| has(mail, KNOWN)));
    for mail in outside {
        assert!(!Value::to_string(&mail.context).contains(INTERNAL), "{}", mail.context);
    }
}

#[tokio::test]
async fn the_next_due_time_is_that_of_a_clock_one_knows_of() {
    let house = House::build().await;
    let filed = house.file().await;
    house.act(&filed, &house.clerk, "accept", general()).await;
    let unit = [("unit".into(), Answer::Unit(house.planning))].into();
    house.act(&filed, &house.dispatcher, "dispatch", unit).await;
    let due = async |who: &Caller| {
        let case = house.desk().case_find(who, filed.id).await.unwrap().unwrap();
        (
            case.due_at(who),
            case.stored.case.clocks["sign"].due_at(),
            case.stored.case.clocks["finish"].due_at(),
        )
    };
    let (shown, sign, finish) = due(&house.clerk).await;
    assert!(sign < finish && shown == sign);
    let (shown, _, finish) = due(&house.owner).await;
    assert_eq!(shown, finish);
}
