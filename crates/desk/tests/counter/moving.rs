//! Open cases move to a new version of their process: a rehearsal first, then logged, with their clocks as they were.
use crate::house::{House, answers, filing, moved, order, reply, v1};
use desk::{Desk, OpenOrder, StoredCase};
use workflow::{Answer, Answers, Call, Refusal};

fn general() -> Answers {
    answers([("kind", "general"), ("urgency", "normal")])
}

/// A request filed under version 1.
async fn filed(house: &House, old: &Desk) -> StoredCase {
    moved(old.case_open(&house.owner, filing(None)).await.unwrap()).0
}

/// The same, signed by the planner.
async fn signed(house: &House, old: &Desk) -> StoredCase {
    let case = filed(house, old).await;
    let unit: Answers = [("unit".into(), Answer::Unit(house.planning))].into();
    for (caller, action, given) in [
        (&house.clerk, "accept", general()),
        (&house.dispatcher, "dispatch", unit),
        (&house.planner, "sign", Answers::new()),
    ] {
        moved(old.case_act(caller, order(&case, action, given)).await.unwrap());
    }
    house.now(&case).await
}

#[tokio::test]
async fn cases_of_version_1_move_to_version_2_with_their_clocks_and_go_on_there() {
    let house = House::build().await;
    let old = house.desk_with(&[v1()]);
    let (case, waiting) = (signed(&house, &old).await, filed(&house, &old).await);
    let closed = filed(&house, &old).await;
    moved(old.case_act(&house.owner, order(&closed, "withdraw", Answers::new())).await.unwrap());
    let closed = house.now(&closed).await;
    house.mails().await;
    house.set("2026-03-03T10:00");
    let desk = house.desk();
    let report = desk.process_move(&house.administrator, "request", 2, true).await.unwrap().unwrap();
    assert_eq!((report.moved, report.busy, report.stuck), (2, 0, 0));
    for before in [&case, &waiting, &closed] {
        assert_eq!(house.now(before).await, *before, "a rehearsal writes nothing");
    }

    let report = desk.process_move(&house.administrator, "request", 2, false).await.unwrap().unwrap();
    assert_eq!((report.moved, report.busy, report.stuck), (2, 0, 0));
    for before in [&case, &waiting] {
        let now = house.now(before).await;
        assert_eq!((now.case.version, now.seq, now.due_at), (2, before.seq + 1, before.due_at));
        assert_eq!(now.case.configuration, before.case.configuration);
        for (clock, state) in &before.case.clocks {
            let after = &now.case.clocks[clock];
            assert_eq!(
                (after.started, after.due, after.end),
                (state.started, state.due, state.end),
                "{clock}"
            );
        }
        assert_eq!(desk.history_replay(&now).await.unwrap(), None);
        let events = house.store().event_page(&house.system(), now.id, before.seq, 10).await.unwrap();
        assert_eq!(events[0].entry.call, Call::Relocate { version: 2 });
        assert_eq!(events[0].actor, Some(house.administrator.person.id));
    }
    assert_eq!(house.now(&closed).await, closed);
    assert!(house.mails().await.is_empty());
    // Again there is nothing to move.
    let report = desk.process_move(&house.administrator, "request", 2, false).await.unwrap().unwrap();
    assert_eq!(report.moved, 0);

    let checked = house.act(&case, &house.planner, "submit", reply()).await;
    assert_eq!(&*checked.case.configuration.active[0], "awaiting_check");
    let passed = house.act(&case, &house.dispatcher, "pass_reply", Answers::new()).await;
    assert_eq!(desk.history_replay(&passed).await.unwrap(), None);
    // A timer of version 2 fires on a case of version 1: the head of the centre hears of the late intake.
    house.set("2026-03-04T18:00");
    desk.timers_fire(house.zone).await.unwrap();
    assert!(house.mail_names().await.contains(&"request-overdue to head".to_owned()));
    assert_eq!(desk.history_replay(&house.now(&waiting).await).await.unwrap(), None);
}

#[tokio::test]
async fn cases_without_an_image_stay_and_are_named() {
    let house = House::build().await;
    let desk = house.desk();
    let text = v1().replacen("\"request\"", "\"errand\"", 1);
    desk.definition_publish(&house.administrator, &text).await.unwrap().unwrap();
    let order_of = || OpenOrder { process: "errand".into(), ..filing(None) };
    let (stays, _) = moved(desk.case_open(&house.owner, order_of()).await.unwrap());
    let (moves, _) = moved(desk.case_open(&house.owner, order_of()).await.unwrap());
    let stays = house.act(&stays, &house.clerk, "ask_supplement", answers([("missing", "位置")])).await;
    let next = text
        .replace("awaiting_supplement", "more_is_needed")
        .replacen("version = 1", "version = 2", 1)
        .replacen("[role.company]", "[moves]\nfrom = 1\n\n[role.company]", 1);
    let published = desk.definition_publish(&house.administrator, &next).await.unwrap();
    assert!(published.is_ok(), "{:?}", published.err());
    for (rehearsal, version) in [(true, 1), (false, 2)] {
        let report = desk.process_move(&house.administrator, "errand", 2, rehearsal).await.unwrap().unwrap();
        assert_eq!((report.moved, report.stuck, report.named.len()), (1, 1, 1));
        let (case, refusal) = &report.named[0];
        assert_eq!(case.id, stays.id);
        let Refusal::NoImage { states, .. } = refusal else { panic!("{refusal:?}") };
        assert_eq!(states[..], ["awaiting_supplement".into()]);
        assert_eq!(house.now(&moves).await.case.version, version);
        assert_eq!(house.now(&stays).await, stays);
    }
    // It goes on under its own version, and moves once it stands where there is an image.
    house.act(&stays, &house.owner, "supplement", answers([("supplement", "东门")])).await;
    let report = desk.process_move(&house.administrator, "errand", 2, false).await.unwrap().unwrap();
    assert_eq!((report.moved, report.stuck), (1, 0));
}

#[tokio::test]
async fn an_unknown_process_or_version_is_refused() {
    let house = House::build().await;
    for (process, version) in [("requests", 2), ("request", 9)] {
        let report = house.desk().process_move(&house.administrator, process, version, false).await.unwrap();
        assert_eq!(report.unwrap_err().code(), "NO_SUCH_PROCESS", "{process} {version}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_somebody_moves_meanwhile_is_busy_and_comes_along_the_next_time() {
    let house = House::build().await;
    let old = house.desk_with(&[v1()]);
    let mut cases = vec![];
    for _ in 0..12 {
        cases.push(filed(&house, &old).await);
    }
    let acting = async {
        for case in cases.iter().rev() {
            let given = answers([("missing", "位置")]);
            moved(house.desk().case_act(&house.clerk, order(case, "ask_supplement", given)).await.unwrap());
        }
    };
    let (report, ()) =
        tokio::join!(house.desk().process_move(&house.administrator, "request", 2, false), acting);
    let report = report.unwrap().unwrap();
    assert_eq!(report.moved + report.busy, 12);
    let again = house.desk().process_move(&house.administrator, "request", 2, false).await.unwrap().unwrap();
    assert_eq!((again.moved, again.busy), (report.busy, 0));
    for case in &cases {
        let now = house.now(case).await;
        let mut actions = house.actions(case).await;
        assert_eq!((now.case.version, now.seq, actions.len()), (2, 3, 3));
        assert_eq!(&*now.case.configuration.active[0], "awaiting_supplement");
        actions.sort();
        assert!(actions.contains(&"ask_supplement".to_owned()), "{actions:?}");
        assert_eq!(house.desk().history_replay(&now).await.unwrap(), None);
    }
}
