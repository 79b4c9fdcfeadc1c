//! What happens of itself happens once, in its order, and to every case that can be read.
use crate::house::{House, filing, moved, v1};
use workflow::CaseId;

async fn actions(house: &House, case: CaseId) -> Vec<String> {
    let events = house.store().event_page(&house.system(), case, 0, 1_000).await.unwrap();
    events.into_iter().map(|event| event.action).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_fires_once_however_many_loops_there_are() {
    let house = House::build().await;
    let mut cases = vec![];
    for _ in 0..6 {
        cases.push(house.in_progress().await.id);
    }
    house.set("2026-03-10T09:00");
    let fire = || house.desk().timers_fire(house.zone);
    let (one, two, three) = tokio::join!(fire(), fire(), fire());
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 12);
    for case in cases {
        let actions = actions(&house, case).await;
        assert_eq!(actions[4..], ["clock.finish.warn.0", "clock.finish.breach"]);
    }
    assert_eq!(house.desk().timers_fire(house.zone).await.unwrap(), 0);
}

#[tokio::test]
async fn nothing_fires_before_its_instant() {
    let house = House::build().await;
    let case = house.file().await;
    let first = house.desk().timer_next().await.unwrap().unwrap();
    // Two working hours before Tuesday 17:30.
    assert_eq!(first, crate::house::at("2026-03-03T15:30"));
    house.set("2026-03-03T15:29");
    assert_eq!(house.desk().timers_fire(house.zone).await.unwrap(), 0);
    house.set("2026-03-03T15:30");
    assert_eq!(house.desk().timers_fire(house.zone).await.unwrap(), 1);
    house.set("2026-03-03T17:30");
    assert_eq!(house.desk().timers_fire(house.zone).await.unwrap(), 0);
    house.set("2026-03-03T17:31");
    assert_eq!(house.desk().timers_fire(house.zone).await.unwrap(), 1);
    assert_eq!(
        actions(&house, case.id).await,
        ["file", "clock.acceptance.warn.0", "clock.acceptance.breach"]
    );
    // A working day later the head of the centre hears of it; then nothing is left.
    assert_eq!(house.desk().timer_next().await.unwrap(), Some(crate::house::at("2026-03-04T17:30")));
    house.set("2026-03-04T17:31");
    assert_eq!(house.desk().timers_fire(house.zone).await.unwrap(), 1);
    assert_eq!(house.desk().timer_next().await.unwrap(), None);
}

#[tokio::test]
async fn a_case_whose_process_is_gone_does_not_hold_up_the_others() {
    let house = House::build().await;
    let orphan = house.file().await;
    let desk = house.desk_with(&[&v1().replacen("\"request\"", "\"errand\"", 1)]);
    let mut order = filing(None);
    order.process = "errand".into();
    let (errand, _) = moved(desk.case_open(&house.owner, order).await.unwrap());
    house.set("2026-03-04T09:00");
    assert_eq!(desk.timers_fire(house.zone).await.unwrap(), 2);
    assert_eq!(actions(&house, errand.id).await.len(), 3);
    assert_eq!(actions(&house, orphan.id).await, ["file"]);
}
