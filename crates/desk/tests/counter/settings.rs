//! What a zone has otherwise than the program: limits of its own, and people who are away.
use crate::house::{House, answers, at, general};
use desk::{Absence, Catalog};
use workflow::{Call, Fault};

async fn last(house: &House, case: &desk::StoredCase) -> store::Event {
    house.store().event_page(&house.system(), case.id, 0, 1_000).await.unwrap().pop().unwrap()
}

#[tokio::test]
async fn a_limit_of_the_zone_dates_open_cases_anew_and_gives_back() {
    let house = House::build().await;
    let case = house.in_progress().await;
    assert_eq!(case.due_at, Some(at("2026-03-09T17:30")));
    house.set("2026-03-02T11:00");
    let set = |value| house.desk().limit_set(&house.administrator, "request", "general", value);
    assert_eq!(set(Some("3wd")).await.unwrap(), Ok(1));
    assert_eq!(house.now(&case).await.due_at, Some(at("2026-03-05T17:30")));
    let event = last(&house, &case).await;
    assert_eq!((event.action.as_str(), event.at), ("recomputed", at("2026-03-02T11:00")));
    assert_eq!(event.entry.call, Call::Recompute);
    // Once more changes nothing more; a new case has it at once.
    assert_eq!(set(Some("3wd")).await.unwrap(), Ok(0));
    let fresh = house.file().await;
    let fresh = house.act(&fresh, &house.clerk, "accept", general()).await;
    let finish = fresh.case.clocks["finish"].due_at();
    assert_eq!(finish, Some(at("2026-03-05T17:30")));
    let definition = house.desk().catalog().newest(house.zone, "request").unwrap().clone();
    let limits = house.desk().limits(&house.clerk, &definition).await.unwrap();
    let general = limits.iter().find(|limit| &*limit.key == "general").unwrap();
    assert_eq!((general.shipped.to_string(), general.value.to_string()), ("5wd".into(), "3wd".into()));

    assert_eq!(set(None).await.unwrap(), Ok(2));
    assert_eq!(house.now(&case).await.due_at, Some(at("2026-03-09T17:30")));
    for case in [&case, &fresh] {
        assert_eq!(house.desk().history_replay(&house.now(case).await).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_limit_set_by_one_desk_counts_for_another_after_a_look_and_for_no_other_zone() {
    let house = House::build().await;
    let other = house.desk_of(Catalog::shipped(&crate::house::vocabulary()).unwrap());
    let definition = other.catalog().newest(house.zone, "request").unwrap().clone();
    let value = async || {
        let limits = other.limits(&house.clerk, &definition).await.unwrap();
        limits.iter().find(|limit| &*limit.key == "general").unwrap().value.to_string()
    };
    assert_eq!(value().await, "5wd");
    let set = house.desk().limit_set(&house.administrator, "request", "general", Some("4wd")).await.unwrap();
    assert_eq!(set, Ok(0));
    assert_eq!(value().await, "5wd");
    other.look_again(house.zone).await.unwrap();
    assert_eq!(value().await, "4wd");
    let two = House::in_zone(house.empty, "two").await;
    assert_eq!(two.in_progress().await.due_at, Some(at("2026-03-09T17:30")));
}

#[tokio::test]
async fn a_limit_that_is_none_is_refused_and_says_why() {
    let house = House::build().await;
    let case = house.in_progress().await;
    for (process, name, value, code) in [
        ("requests", "general", "3wd", "NO_SUCH_PROCESS"),
        ("request", "generel", "3wd", "NO_SUCH_LIMIT"),
        ("request", "general", "3 days", "NO_LIMIT"),
        ("request", "general", "", "NO_LIMIT"),
    ] {
        let set = house.desk().limit_set(&house.administrator, process, name, Some(value)).await.unwrap();
        assert_eq!(set.unwrap_err().code(), code, "{process} {name} {value}");
    }
    assert_eq!(house.now(&case).await, case);
}

#[tokio::test]
async fn mails_of_somebody_who_is_away_go_to_the_substitute_as_well() {
    let house = House::build().await;
    let case = house.in_progress().await;
    let away = Absence {
        person: house.planner.person.id,
        from: at("2026-03-02T09:00"),
        to: at("2026-03-03T09:00"),
        substitute: Some(house.planner2.person.id),
    };
    house.desk().absence_set(&house.administrator, away).await.unwrap().unwrap();
    let asked = async || {
        house.act(&case, &house.planner, "ask_company", answers([("missing", "位置")])).await;
        house.mails().await;
        house.act(&case, &house.owner, "answer", answers([("supplement", "东门")])).await;
        house.mail_names().await
    };
    assert_eq!(asked().await, ["request-answered to planner", "request-answered to planner2"]);
    house.set("2026-03-03T09:00");
    assert_eq!(asked().await, ["request-answered to planner"]);
}

#[tokio::test]
async fn a_ladder_passes_over_a_role_with_nobody_present() {
    for (is_away, expected) in [
        (false, &["request-overdue to clerk"][..]),
        (true, &["request-overdue to clerk", "request-overdue to head"]),
    ] {
        let house = House::build().await;
        let case = house.file().await;
        if is_away {
            let (from, to) = (at("2026-03-02T09:00"), at("2026-03-09T09:00"));
            let away = Absence { person: house.clerk.person.id, from, to, substitute: None };
            house.desk().absence_set(&house.administrator, away).await.unwrap().unwrap();
        }
        house.set("2026-03-03T17:00");
        house.desk().timers_fire(house.zone).await.unwrap();
        house.mails().await;
        house.set("2026-03-03T17:31");
        house.desk().timers_fire(house.zone).await.unwrap();
        assert_eq!(house.mail_names().await, expected);
        assert_eq!(house.desk().history_replay(&house.now(&case).await).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_absence_without_time_or_of_strangers_is_refused() {
    let house = House::build().await;
    let good = Absence {
        person: house.planner.person.id,
        from: at("2026-03-02T10:00"),
        to: at("2026-03-03T10:00"),
        substitute: None,
    };
    let nobody = workflow::PersonId(crate::house::nobody());
    let (owner, planner) = (house.owner.person.id, house.planner.person.id);
    for (absence, code) in [
        (Absence { to: good.from, ..good }, "NO_TIME"),
        (Absence { from: at("2026-03-01T10:00"), to: at("2026-03-02T09:00"), ..good }, "NO_TIME"),
        (Absence { person: nobody, ..good }, "NO_SUCH_PERSON"),
        (Absence { person: owner, ..good }, "NO_SUCH_PERSON"),
        (Absence { substitute: Some(planner), ..good }, "NO_SUCH_PERSON"),
        (Absence { substitute: Some(owner), ..good }, "NO_SUCH_PERSON"),
    ] {
        let set = house.desk().absence_set(&house.administrator, absence).await.unwrap();
        assert_eq!(set.unwrap_err().code(), code, "{absence:?}");
    }
    // A colleague of another unit may stand in, but a request is handed over only within the unit.
    let far = Absence { substitute: Some(house.financier.person.id), ..good };
    house.desk().absence_set(&house.administrator, far).await.unwrap().unwrap();
    let case = house.in_progress().await;
    let to = |person| [("colleague".into(), workflow::Answer::Person(person))].into();
    let refused = house.refused(&case, &house.planner, "reassign", to(house.financier.person.id)).await;
    let desk::Refused::Engine(workflow::Refusal::Form(mistakes)) = refused else { panic!("{refused:?}") };
    assert_eq!(mistakes[0].fault, Fault::NoSuchPerson);
    let handed = house.act(&case, &house.planner, "reassign", to(house.planner2.person.id)).await;
    let unit = Some(house.planning);
    let expected = workflow::Assignee::Person { person: house.planner2.person.id, unit };
    assert_eq!(handed.case.assigned["handler"], expected);
    // The unit's leader may give it back.
    house.act(&case, &house.planning_head, "reassign", to(house.planner.person.id)).await;
}
