//! Opening and acting: once per key, on the version that was seen, on what one may see, with every mistake at once.
use crate::house::{House, answers, filing, general, moved, nobody, order, refused, reply, text, v1};
use desk::{ActOrder, Acted, Refused};
use workflow::{Answer, Answers, CaseId, Fault, Refusal, UnitId};

fn keyed(order: ActOrder, key: &str) -> ActOrder {
    ActOrder { idempotency_key: Some(key.into()), ..order }
}

async fn rows(house: &House, case: CaseId) -> usize {
    house.store().event_page(&house.system(), case, 0, 1_000).await.unwrap().len()
}

#[tokio::test]
async fn the_same_key_with_the_same_request_opens_one_case() {
    let house = House::build().await;
    let (first, row) = moved(house.desk().case_open(&house.owner, filing(Some("k"))).await.unwrap());
    assert_eq!((row, first.number.as_str(), first.title.as_str()), (1, "QX20260302-0001", "路灯不亮"));
    let (again, row) = moved(house.desk().case_open(&house.owner, filing(Some("k"))).await.unwrap());
    assert_eq!((again, row), (first, 1));
    assert_eq!(house.mail_names().await.len(), 3);
}

#[tokio::test]
async fn the_same_key_acts_once_and_answers_with_its_own_row_even_after_the_case_went_on() {
    let house = House::build().await;
    let case = house.file().await;
    let accept = || keyed(order(&case, "accept", general()), "k");
    let (_, row) = moved(house.desk().case_act(&house.clerk, accept()).await.unwrap());
    assert_eq!(row, 2);
    let unit = [("unit".into(), Answer::Unit(house.planning))].into();
    house.act(&case, &house.dispatcher, "dispatch", unit).await;
    let (now, row) = moved(house.desk().case_act(&house.clerk, accept()).await.unwrap());
    assert_eq!((now.seq, row), (3, 2));
}

#[tokio::test]
async fn the_same_answers_in_another_order_are_the_same_request() {
    let house = House::build().await;
    let case = house.file().await;
    let desk = house.desk();
    let first =
        moved(desk.case_act(&house.clerk, keyed(order(&case, "accept", general()), "k")).await.unwrap());
    let turned: Answers = general().into_iter().rev().collect();
    let again = moved(desk.case_act(&house.clerk, keyed(order(&case, "accept", turned), "k")).await.unwrap());
    assert_eq!(again.1, first.1);
}

#[tokio::test]
async fn a_key_used_for_another_request_is_refused() {
    let house = House::build().await;
    let case = house.file().await;
    let desk = house.desk();
    moved(desk.case_act(&house.clerk, keyed(order(&case, "accept", general()), "k")).await.unwrap());
    let other = answers([("nature", "advice"), ("urgency", "normal"), ("difficulty", "complex")]);
    let acted = desk.case_act(&house.clerk, keyed(order(&case, "accept", other), "k")).await.unwrap();
    assert_eq!(refused(acted), Refused::KeyReused);
    let seen = ActOrder { expected_version: Some(1), ..order(&case, "accept", general()) };
    assert_eq!(refused(desk.case_act(&house.clerk, keyed(seen, "k")).await.unwrap()), Refused::KeyReused);
    moved(desk.case_open(&house.owner, filing(Some("k"))).await.unwrap());
}

#[tokio::test]
async fn keys_of_different_people_do_not_meet() {
    let house = House::build().await;
    let (first, _) = moved(house.desk().case_open(&house.owner, filing(Some("k"))).await.unwrap());
    let (second, _) = moved(house.desk().case_open(&house.partner, filing(Some("k"))).await.unwrap());
    assert_ne!(first.id, second.id);
}

#[tokio::test]
async fn a_key_without_a_length_is_refused() {
    let house = House::build().await;
    for key in ["", &"k".repeat(201)] {
        let acted = house.desk().case_open(&house.owner, filing(Some(key))).await.unwrap();
        assert_eq!(refused(acted), Refused::BadKey);
    }
    moved(house.desk().case_open(&house.owner, filing(Some(&"k".repeat(200)))).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_requests_with_one_key_at_once_do_one_thing() {
    let house = House::build().await;
    let open = || house.desk().case_open(&house.owner, filing(Some("k")));
    let (one, two) = tokio::join!(open(), open());
    let (one, two) = (moved(one.unwrap()), moved(two.unwrap()));
    assert_eq!(one, two);
    let case = one.0;
    for round in 0..10 {
        let key = format!("round {round}");
        let (caller, action, given) = match round % 2 {
            0 => (&house.clerk, "ask_supplement", answers([("missing", "位置")])),
            _ => (&house.owner, "supplement", answers([("supplement", "东门")])),
        };
        let act = || house.desk().case_act(caller, keyed(order(&case, action, given.clone()), &key));
        let (one, two) = tokio::join!(act(), act());
        assert_eq!(moved(one.unwrap()).1, round + 2);
        assert_eq!(moved(two.unwrap()).1, round + 2);
    }
    assert_eq!(rows(&house, case.id).await, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_sign_at_once_one_gets_it() {
    let house = House::build().await;
    let case = house.file().await;
    house.act(&case, &house.clerk, "accept", general()).await;
    let unit = [("unit".into(), Answer::Unit(house.planning))].into();
    house.act(&case, &house.dispatcher, "dispatch", unit).await;
    let sign = |caller| house.desk().case_act(caller, order(&case, "sign", Answers::new()));
    let (one, two) = tokio::join!(sign(&house.planner), sign(&house.planner2));
    let outcomes = [one.unwrap(), two.unwrap()];
    assert_eq!(outcomes.iter().filter(|acted| matches!(acted, Acted::Moved { .. })).count(), 1);
    assert!(
        outcomes
            .iter()
            .any(|acted| matches!(acted, Acted::Refused(Refused::Engine(Refusal::NotYours { .. }))))
    );
    assert_eq!(rows(&house, case.id).await, 4);
}

#[tokio::test]
async fn an_action_on_another_version_than_was_seen_is_refused_with_the_version_it_is_at() {
    let house = House::build().await;
    let case = house.file().await;
    house.act(&case, &house.clerk, "ask_supplement", answers([("missing", "位置")])).await;
    let seen = |version| ActOrder {
        expected_version: Some(version),
        ..order(&case, "supplement", answers([("supplement", "东门")]))
    };
    assert_eq!(
        refused(house.desk().case_act(&house.owner, seen(1)).await.unwrap()),
        Refused::Stale { version: 2 }
    );
    assert_eq!(moved(house.desk().case_act(&house.owner, seen(2)).await.unwrap()).1, 3);
}

#[tokio::test]
async fn a_foreign_case_is_refused_like_one_that_does_not_exist() {
    let one = House::build().await;
    let case = one.file().await;
    let mut missing = case.clone();
    missing.id = CaseId(nobody());
    for caller in [&one.rival, &one.planner, &one.financier] {
        let foreign = one.refused(&case, caller, "accept", general()).await;
        assert_eq!(foreign, Refused::NoSuchCase, "{}", caller.person.login);
        assert_eq!(foreign, one.refused(&missing, caller, "accept", general()).await);
        assert!(one.desk().case_find(caller, case.id).await.unwrap().is_none());
    }
    // The clerk of another zone in the same database.
    let two = House::in_zone(one.empty, "two").await;
    assert_eq!(two.refused(&case, &two.clerk, "accept", general()).await, Refused::NoSuchCase);
    assert_eq!(two.refused(&missing, &two.clerk, "accept", general()).await, Refused::NoSuchCase);
}

#[tokio::test]
async fn every_mistake_of_a_form_comes_at_once() {
    let one = House::build().await;
    let foreign = one.planning;
    let two = House::in_zone(one.empty, "two").await;
    let case = two.file().await;
    let case = two.act(&case, &two.clerk, "accept", general()).await;
    for unit in [UnitId(nobody()), foreign] {
        let given: Answers = [
            ("unit".into(), Answer::Unit(unit)),
            ("instruction".into(), text(&"长".repeat(2_001))),
            ("instructions".into(), text("x")),
        ]
        .into();
        let Refused::Engine(Refusal::Form(mistakes)) =
            two.refused(&case, &two.dispatcher, "dispatch", given).await
        else {
            panic!("the form is at fault")
        };
        let faults: Vec<(&str, &str)> = mistakes.iter().map(|one| (&*one.field, one.fault.code())).collect();
        assert_eq!(
            faults,
            [("instruction", "TOO_LONG"), ("instructions", "UNASKED"), ("unit", "NO_SUCH_UNIT")]
        );
        assert_eq!(mistakes[0].fault, Fault::TooLong { max: 2_000, given: 2_001 });
    }
    assert_eq!(rows(&two, case.id).await, 2);
}

#[tokio::test]
async fn a_form_is_put_right_before_a_guard_speaks() {
    let house = House::build().await;
    let guard = "[guard.complex_only]\nwhen = 'case.kind = \"complex\"'\nsays = { zh = \"仅复杂\", en = \"complex only\" }\n";
    let text = v1().replacen("[state.submitted]", &format!("{guard}[state.submitted]"), 1);
    let text =
        text.replacen("asks     = [\"unit\"]", "asks     = [\"unit\"]\nguards   = [\"complex_only\"]", 1);
    let desk = house.desk_with(&[&text]);
    let (case, _) = moved(desk.case_open(&house.owner, filing(None)).await.unwrap());
    let general = answers([("kind", "general"), ("urgency", "normal")]);
    moved(desk.case_act(&house.clerk, order(&case, "accept", general)).await.unwrap());
    let dispatch = |unit| order(&case, "dispatch", [("unit".into(), Answer::Unit(unit))].into());
    let acted = desk.case_act(&house.dispatcher, dispatch(UnitId(nobody()))).await.unwrap();
    assert_eq!(refused(acted).code(), "FORM");
    let acted = desk.case_act(&house.dispatcher, dispatch(house.planning)).await.unwrap();
    assert_eq!(refused(acted).code(), "GUARD");
}

#[tokio::test]
async fn what_the_engine_refuses_changes_nothing() {
    let house = House::build().await;
    let case = house.in_progress().await;
    house.mails().await;
    let unsolved =
        answers([("outcome", "planned"), ("reply", "明年再说，请等待。"), ("contact_record", "电话")]);
    let code = |refused: Refused| refused.code();
    assert_eq!(code(house.refused(&case, &house.planner, "submit", unsolved).await), "GUARD");
    assert_eq!(code(house.refused(&case, &house.planner2, "submit", reply()).await), "NOT_YOURS");
    assert_eq!(code(house.refused(&case, &house.clerk, "accept", general()).await), "NOT_FROM_HERE");
    assert_eq!(code(house.refused(&case, &house.clerk, "acept", general()).await), "NO_SUCH_ACTION");
    assert_eq!(house.store().case_find(&house.system(), case.id).await.unwrap(), Some(case));
    assert!(house.mails().await.is_empty());
}

#[tokio::test]
async fn who_may_open_and_for_whom_is_said_and_an_unknown_process_names_those_there_are() {
    let house = House::build().await;
    let acted = house.desk().case_open(&house.planner, filing(None)).await.unwrap();
    assert_eq!(refused(acted).code(), "NOT_YOURS");
    let acted = house.desk().case_open(&house.clerk, filing(None)).await.unwrap();
    assert_eq!(refused(acted).code(), "NO_COMPANY");
    let mut order = filing(None);
    order.process = "requests".into();
    let acted = house.desk().case_open(&house.owner, order).await.unwrap();
    let processes = vec![
        "co-handling".into(),
        "grid-event".into(),
        "policy".into(),
        "policy-application".into(),
        "request".into(),
    ];
    assert_eq!(refused(acted), Refused::NoSuchProcess { processes });
}
