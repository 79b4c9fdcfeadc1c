//! Cases that move other cases: tasks of co-units, merged requests, and a step that is taken whole or not at all.
use crate::house::{House, answers, filing, general, moved, order, refused, reply, text};
use desk::{ActOrder, OpenOrder, Refused, StoredCase};
use workflow::{Answer, Answers, PARENT, Refusal};

/// A dispatch to the planning unit with a task for the finance unit.
fn with_co_unit(house: &House) -> Answers {
    [
        ("unit".into(), Answer::Unit(house.planning)),
        ("co_units".into(), Answer::Units(vec![house.finance])),
        ("co_task".into(), text("核实补贴")),
    ]
    .into()
}

async fn tasks(house: &House, case: &StoredCase) -> Vec<StoredCase> {
    house.store().linked_list(&house.system(), case.id, PARENT).await.unwrap()
}

async fn accepted(house: &House) -> StoredCase {
    let case = house.file().await;
    house.act(&case, &house.clerk, "accept", general()).await
}

/// A request that the planner signed, and the task of the finance unit.
async fn handled_together(house: &House) -> (StoredCase, StoredCase) {
    let case = accepted(house).await;
    house.act(&case, &house.dispatcher, "dispatch", with_co_unit(house)).await;
    let case = house.act(&case, &house.planner, "sign", Answers::new()).await;
    let [task] = tasks(house, &case).await.try_into().unwrap();
    (case, task)
}

fn stands(case: &StoredCase) -> &str {
    &case.case.configuration.active[0]
}

async fn replays(house: &House, cases: &[&StoredCase]) {
    for case in cases {
        let now = house.now(case).await;
        assert_eq!(house.desk().history_replay(&now).await.unwrap(), None, "{}", now.number);
    }
}

#[tokio::test]
async fn a_dispatch_opens_the_tasks_of_co_units_which_both_units_see_and_the_company_does_not() {
    let house = House::build().await;
    let case = accepted(&house).await;
    house.mails().await;
    house.act(&case, &house.dispatcher, "dispatch", with_co_unit(&house)).await;
    let names = house.mail_names().await;
    let expected =
        ["co-handling-given to financier", "request-dispatched to planner", "request-dispatched to planner2"];
    assert_eq!(names, expected);
    let [task] = tasks(&house, &case).await.try_into().unwrap();
    assert_eq!((task.title.as_str(), stands(&task)), ("路灯不亮", "awaiting_sign"));
    assert_eq!(task.case.company, case.case.company);
    // Three working days are less than one before the lead's fifth.
    assert_eq!(task.due_at, Some(crate::house::at("2026-03-05T17:30")));
    for caller in [&house.planner, &house.planner2, &house.financier, &house.clerk] {
        let seen = house.desk().case_find(caller, task.id).await.unwrap();
        assert!(seen.is_some(), "{}", caller.person.login);
    }
    for caller in [&house.owner, &house.rival] {
        assert!(house.desk().case_find(caller, task.id).await.unwrap().is_none(), "{}", caller.person.login);
    }
    assert!(house.desk().children(&house.owner, &[case.id]).await.unwrap().is_empty());
    assert_eq!(house.desk().children(&house.planner, &[case.id]).await.unwrap()[&case.id].len(), 1);
    // The task says what the co-unit needs; the request itself is the lead's.
    for (caller, sees) in [(&house.planner, true), (&house.clerk, true), (&house.financier, false)] {
        let view = house.desk().case_find(caller, task.id).await.unwrap().unwrap();
        let parent = house.desk().case_batch(caller, &[view.parent().unwrap()]).await.unwrap();
        let parent: Vec<_> = parent.iter().map(|parent| parent.stored.id).collect();
        assert_eq!(parent.first(), sees.then_some(&case.id), "{}", caller.person.login);
    }
    replays(&house, &[&case, &task]).await;
}

#[tokio::test]
async fn the_answer_of_a_co_unit_reaches_the_lead() {
    let house = House::build().await;
    let (case, task) = handled_together(&house).await;
    house.act(&task, &house.financier, "sign", Answers::new()).await;
    let code = |refused: Refused| refused.code();
    assert_eq!(code(house.refused(&case, &house.planner, "submit", reply()).await), "GUARD");
    house.mails().await;
    house.act(&task, &house.financier, "answer", answers([("answer", "补贴已发")])).await;
    let names = house.mail_names().await;
    assert_eq!(names, ["co-handling-answered to planner", "request-co-answered to planner"]);
    assert_eq!(house.now(&case).await.seq, case.seq + 1);
    let checked = house.act(&case, &house.planner, "submit", reply()).await;
    assert_eq!(stands(&checked), "awaiting_check");
    replays(&house, &[&case, &task]).await;
}

#[tokio::test]
async fn withdrawing_a_request_recalls_the_tasks_of_co_units() {
    let house = House::build().await;
    let (case, task) = handled_together(&house).await;
    house.mails().await;
    house.act(&case, &house.owner, "withdraw", Answers::new()).await;
    let task = house.now(&task).await;
    assert_eq!(stands(&task), "recalled");
    assert!(task.closed_at.is_some());
    assert!(house.mail_names().await.contains(&"co-handling-recalled to financier".to_owned()));
    replays(&house, &[&case, &task]).await;
}

#[tokio::test]
async fn scenario_3_both_submitters_get_the_reply_and_only_the_dissatisfied_one_is_reworked() {
    let house = House::build().await;
    let master = house.file().await;
    let (second, _) = moved(house.desk().case_open(&house.rival, filing(None)).await.unwrap());
    let into = || Answers::from([("master".into(), Answer::Case(master.id))]);
    house.act(&second, &house.clerk, "merge", into()).await;
    // Merged by mistake, undone, and once more.
    let undone = house.act(&second, &house.clerk, "unmerge", Answers::new()).await;
    assert_eq!((stands(&undone), undone.case.links.len()), ("submitted", 0));
    house.act(&second, &house.clerk, "merge", into()).await;
    house.act(&master, &house.clerk, "accept", general()).await;
    let unit = [("unit".into(), Answer::Unit(house.planning))].into();
    house.act(&master, &house.dispatcher, "dispatch", unit).await;
    house.act(&master, &house.planner, "sign", Answers::new()).await;
    house.act(&master, &house.planner, "submit", reply()).await;
    house.mails().await;
    house.act(&master, &house.dispatcher, "pass_reply", Answers::new()).await;
    let replied: Vec<String> =
        house.mail_names().await.into_iter().filter(|name| name.starts_with("request-replied")).collect();
    assert_eq!(
        replied,
        ["request-replied to owner", "request-replied to partner", "request-replied to rival"]
    );
    let merged = house.now(&second).await;
    assert_eq!((stands(&merged), merged.case.facts.get("reply")), ("replied", reply().get("reply")));

    house.act(&master, &house.owner, "rate", answers([("rating", "very_satisfied")])).await;
    let bad = house.act(&second, &house.rival, "rate", answers([("rating", "dissatisfied")])).await;
    assert_eq!((stands(&house.now(&master).await), stands(&bad)), ("closed", "rework"));
    let mut again = reply();
    again.shift_remove("contact_record");
    again.insert("call_back".into(), text("已回电"));
    house.act(&second, &house.planner, "submit_rework", again).await;
    let again = house.act(&second, &house.dispatcher, "pass_reply", Answers::new()).await;
    assert_eq!((stands(&again), stands(&house.now(&master).await)), ("replied", "closed"));
    replays(&house, &[&master, &second]).await;
}

#[tokio::test]
async fn a_merged_request_is_itself_no_master_and_neither_is_a_closed_or_foreign_one() {
    let house = House::build().await;
    let case = house.file().await;
    let closed = house.file().await;
    house.act(&closed, &house.owner, "withdraw", Answers::new()).await;
    for master in [case.id, closed.id, workflow::CaseId(crate::house::nobody())] {
        let given = [("master".into(), Answer::Case(master))].into();
        let Refused::Engine(Refusal::Form(mistakes)) =
            house.refused(&case, &house.clerk, "merge", given).await
        else {
            panic!("it is no master")
        };
        assert_eq!(mistakes[0].fault.code(), "NO_SUCH_CASE");
    }
}

#[tokio::test]
async fn scenario_4_a_co_unit_is_late_while_the_lead_is_on_time() {
    let house = House::build().await;
    let (case, task) = handled_together(&house).await;
    house.set("2026-03-06T09:00");
    house.desk().timers_fire(house.zone).await.unwrap();
    let task = house.now(&task).await;
    assert!(task.case.marks.contains_key("overdue"));
    let code = |refused: Refused| refused.code();
    assert_eq!(code(house.refused(&case, &house.planner, "submit", reply()).await), "GUARD");
    let waived = house.act(&task, &house.planner, "waive", answers([("words", "先行答复")])).await;
    assert_eq!(stands(&waived), "waived");
    assert!(waived.case.marks.contains_key("overdue"), "its silence stays in the record");
    house.act(&case, &house.planner, "submit", reply()).await;
    let replied = house.act(&case, &house.dispatcher, "pass_reply", Answers::new()).await;
    assert_eq!(stands(&replied), "replied");
    assert!(!["overdue", "finished_late"].iter().any(|mark| replied.case.marks.contains_key(*mark)));
    replays(&house, &[&case, &task]).await;
}

#[tokio::test]
async fn a_task_that_cannot_be_opened_refuses_the_whole_step_and_leaves_nothing() {
    let house = House::build().await;
    let case = accepted(&house).await;
    house.mails().await;
    let shipped = |name: &str| workflow::library::shipped().find(|(file, _)| *file == name).unwrap().1;
    let (request, task) = (shipped("request/v3.toml"), shipped("co-handling/v1.toml"));
    // A task of four characters is too long for it.
    let narrow = task.replacen("[field.task]", "[field.task]\nmin   = 1", 1).replacen(
        "type  = \"text\"\nmax   = 2000",
        "type  = \"text\"\nmax   = 2",
        1,
    );
    assert_ne!(narrow, task);
    let dispatch =
        || ActOrder { idempotency_key: Some("k".into()), ..order(&case, "dispatch", with_co_unit(&house)) };
    let unchanged = async || {
        assert_eq!(house.now(&case).await, case);
        assert!(tasks(&house, &case).await.is_empty());
        assert!(house.mails().await.is_empty());
        assert_eq!(house.actions(&case).await, ["file", "accept"]);
    };
    let alone = house.desk_with(&[request]);
    let acted = refused(alone.case_act(&house.dispatcher, dispatch()).await.unwrap());
    assert_eq!(acted, Refused::NoSuchProcess { processes: vec!["co-handling".into()] });
    unchanged().await;
    let narrow = house.desk_with(&[request, &narrow]);
    let acted = refused(narrow.case_act(&house.dispatcher, dispatch()).await.unwrap());
    assert!(matches!(&acted, Refused::Elsewhere { refusal: Refusal::Form(_), .. }), "{acted:?}");
    unchanged().await;
    // The key was not used up.
    moved(house.desk().case_act(&house.dispatcher, dispatch()).await.unwrap());
    assert_eq!(tasks(&house, &case).await.len(), 1);
}

#[tokio::test]
async fn a_grid_event_is_opened_by_staff_without_a_company() {
    let house = House::build().await;
    let report = || OpenOrder {
        process: "grid-event".into(),
        answers: [
            ("title".into(), text("路灯不亮")),
            ("content".into(), text("三组路口路灯不亮。")),
            ("place".into(), text("三组路口")),
            ("village".into(), Answer::Unit(house.planning)),
        ]
        .into(),
        ..filing(None)
    };
    let acted = house.desk().case_open(&house.owner, report()).await.unwrap();
    assert_eq!(refused(acted).code(), "NOT_YOURS");
    let (event, _) = moved(house.desk().case_open(&house.reporter, report()).await.unwrap());
    assert_eq!((event.case.company, event.case.opener), (None, Some(house.reporter.person.id)));
    assert_eq!(house.mail_names().await, ["grid-event-reported to reporter"]);
    let verified =
        house.act(&event, &house.reporter, "verify", answers([("level", "self"), ("pace", "at_once")])).await;
    assert_eq!(
        (stands(&verified), verified.due_at),
        ("self_handling", Some(crate::house::at("2026-03-02T17:30")))
    );
    for caller in [&house.owner, &house.financier] {
        assert!(house.desk().case_find(caller, event.id).await.unwrap().is_none(), "{}", caller.person.login);
    }
    assert!(house.desk().case_find(&house.planner, event.id).await.unwrap().is_some());
    replays(&house, &[&event]).await;
}
