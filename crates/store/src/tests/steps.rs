//! Recording steps: all or nothing, once, in order.
use super::bodies;
use super::house::{House, at, mail, timer};
use crate::{Chain, NewIdempotency, StepRecord, Store, StoreError};
use jiff::ToSpan;
use std::collections::BTreeSet;
use workflow::{Assignee, Phase};

bodies! {
    a_step_is_read_back_as_it_was_answered
    the_second_of_two_readers_gets_stale_and_leaves_no_row
    a_case_is_opened_once_and_its_number_is_taken
    a_case_does_not_open_without_a_number_or_a_title
    an_idempotency_key_counts_once_for_each_person
    a_step_that_is_not_committed_leaves_nothing
    a_case_closes_when_it_comes_into_a_closed_phase_and_opens_again
    timers_follow_the_last_step
    open_cases_are_listed_for_loops
    history_is_a_chain_and_a_changed_row_breaks_it
    numbers_are_given_once_under_fifty_tasks
    two_hundred_writers_at_once_meet_no_error
}

async fn a_step_is_read_back_as_it_was_answered(store: Store) {
    let house = House::build(&store).await;
    let mut record = house.opening(house.company);
    let nanosecond = 1.nanosecond();
    record.at = at(1) + nanosecond;
    record.step.due = Some(at(60));
    record.step.undated = true;
    record.step.case.assigned.insert("handler".into(), Assignee::Unit(house.planning));
    let person = Assignee::Person { person: house.clerk, unit: Some(house.service) };
    record.step.case.assigned.insert("clerk".into(), person);
    record.mails = vec![mail("a@example.test"), mail("b@example.test")];
    let request = NewIdempotency { person: house.clerk, key: "k".into(), request_hash: [7; 32] };
    record.idempotency = Some(request);
    let stored = house.record(record.clone()).await.unwrap();

    assert_eq!((stored.seq, stored.opened_at, stored.due_at, stored.undated), (1, at(1), Some(at(60)), true));
    assert_eq!((stored.phase, stored.closed_at, &stored.case), (Phase::Received, None, &record.step.case));
    assert_eq!(store.case_find(&house.system(), stored.id).await.unwrap().as_ref(), Some(&stored));
    let batch = store.case_batch(&house.system(), &[stored.id]).await.unwrap();
    assert_eq!(batch, std::slice::from_ref(&stored));
    let event = store.event_page(&house.system(), stored.id, 0, 9).await.unwrap().pop().unwrap();
    assert_eq!((event.entry, event.hash, event.previous), (record.step.entry, stored.head, [0; 32]));
    assert_eq!((event.actor, event.action.as_str(), event.at), (Some(house.clerk), "file", at(1)));
    assert_eq!(store.outbox_list(&house.system(), &[stored.id]).await.unwrap().len(), 2);
    let recorded = store.idempotency_find(house.zone, house.clerk, "k").await.unwrap().unwrap();
    assert_eq!((recorded.request_hash, recorded.case, recorded.seq), ([7; 32], stored.id, 1));
}

async fn the_second_of_two_readers_gets_stale_and_leaves_no_row(store: Store) {
    let house = House::build(&store).await;
    let opened = house.record(house.opening(house.company)).await.unwrap();
    let moved = house.record(house.next(&opened)).await.unwrap();

    let mut second = house.next(&opened);
    second.mails = vec![mail("late@example.test")];
    second.step.timers = vec![timer("late", at(2))];
    second.idempotency =
        Some(NewIdempotency { person: house.clerk, key: "late".into(), request_hash: [1; 32] });
    let refused = house.record(second).await.unwrap_err();

    assert!(matches!(refused, StoreError::Stale), "{refused:?}");
    assert_eq!(store.case_find(&house.system(), opened.id).await.unwrap(), Some(moved));
    assert_eq!(store.event_page(&house.system(), opened.id, 0, 10).await.unwrap().len(), 2);
    assert!(store.outbox_list(&house.system(), &[opened.id]).await.unwrap().is_empty());
    assert!(store.timer_next(house.zone).await.unwrap().is_none());
    assert!(store.idempotency_find(house.zone, house.clerk, "late").await.unwrap().is_none());
}

async fn a_case_is_opened_once_and_its_number_is_taken(store: Store) {
    let house = House::build(&store).await;
    let record = house.opening(house.company);
    house.record(record.clone()).await.unwrap();

    let again = StepRecord { number: Some("another".into()), ..record.clone() };
    let refused = house.record(again).await.unwrap_err();
    assert!(matches!(refused, StoreError::Stale), "{refused:?}");
    let same_number = StepRecord { number: record.number, ..house.opening(house.company) };
    let refused = house.record(same_number).await.unwrap_err();
    assert!(matches!(refused, StoreError::Taken { what: "number" }), "{refused:?}");
}

async fn a_case_does_not_open_without_a_number_or_a_title(store: Store) {
    let house = House::build(&store).await;
    let nameless = [
        StepRecord { number: None, ..house.opening(house.company) },
        StepRecord { title: None, ..house.opening(house.company) },
    ];
    for record in nameless {
        let refused = house.record(record).await.unwrap_err();
        assert!(matches!(refused, StoreError::Nameless), "{refused:?}");
    }
}

async fn an_idempotency_key_counts_once_for_each_person(store: Store) {
    let house = House::build(&store).await;
    let with_key = |person| StepRecord {
        idempotency: Some(NewIdempotency { person, key: "k".into(), request_hash: [1; 32] }),
        ..house.opening(house.company)
    };
    house.record(with_key(house.clerk)).await.unwrap();
    house.record(with_key(house.handler)).await.unwrap();

    let repeated = with_key(house.clerk);
    let refused = house.record(repeated.clone()).await.unwrap_err();
    assert!(matches!(refused, StoreError::IdempotencyTaken), "{refused:?}");
    assert!(store.case_find(&house.system(), repeated.id).await.unwrap().is_none());
}

async fn a_step_that_is_not_committed_leaves_nothing(store: Store) {
    let house = House::build(&store).await;
    let mut record = house.opening(house.company);
    record.mails = vec![mail("a@example.test")];
    record.step.timers = vec![timer("clock.reply.breach", at(5))];
    record.idempotency = Some(NewIdempotency { person: house.clerk, key: "k".into(), request_hash: [1; 32] });
    let id = record.id;

    let tx = store.begin(house.zone).await.unwrap();
    tx.step_record(record.clone()).await.unwrap();
    drop(tx);
    assert!(store.case_find(&house.system(), id).await.unwrap().is_none());
    assert!(store.event_page(&house.system(), id, 0, 10).await.unwrap().is_empty());
    assert!(store.timer_next(house.zone).await.unwrap().is_none());
    assert_eq!(store.outbox_counts(house.zone).await.unwrap().queued, 0);
    assert!(store.idempotency_find(house.zone, house.clerk, "k").await.unwrap().is_none());

    house.record(record).await.unwrap();
}

async fn a_case_closes_when_it_comes_into_a_closed_phase_and_opens_again(store: Store) {
    let house = House::build(&store).await;
    let opened = house.record(house.opening(house.company)).await.unwrap();
    let mut record = house.next(&opened);
    record.step.phase = Phase::Done;
    record.title = Some("新标题".into());
    let closed = house.record(record).await.unwrap();
    assert_eq!((closed.closed_at, closed.title.as_str()), (Some(at(2)), "新标题"));

    let mut record = house.next(&closed);
    record.step.phase = Phase::Dropped;
    let still = house.record(record).await.unwrap();
    assert_eq!((still.closed_at, still.updated_at), (Some(at(2)), at(3)));

    let again = house.record(house.next(&still)).await.unwrap();
    assert_eq!((again.closed_at, again.opened_at), (None, at(1)));
    assert_eq!((again.title.as_str(), &again.number), ("新标题", &opened.number));
}

async fn timers_follow_the_last_step(store: Store) {
    let house = House::build(&store).await;
    let mut record = house.opening(house.company);
    record.step.timers = vec![timer("b", at(20)), timer("a", at(10)), timer("c", at(30))];
    let opened = house.record(record.clone()).await.unwrap();
    let names = async |minutes| {
        let due = store.timer_due(house.zone, at(minutes), 10).await.unwrap();
        due.into_iter().map(|timer| timer.name).collect::<Vec<_>>()
    };
    assert_eq!(names(9).await, Vec::<String>::new());
    assert_eq!(names(20).await, ["a", "b"]);
    assert_eq!(store.timer_next(house.zone).await.unwrap(), Some(at(10)));

    let mut unchanged = house.next(&opened);
    unchanged.step.timers = record.step.timers;
    let moved = house.record(unchanged).await.unwrap();
    assert_eq!(names(30).await, ["a", "b", "c"]);

    let mut changed = house.next(&moved);
    changed.step.timers = vec![timer("b", at(25))];
    let moved = house.record(changed).await.unwrap();
    assert_eq!(names(30).await, ["b"]);
    assert_eq!(store.timer_next(house.zone).await.unwrap(), Some(at(25)));

    house.record(house.next(&moved)).await.unwrap();
    assert_eq!(store.timer_next(house.zone).await.unwrap(), None);
}

async fn open_cases_are_listed_for_loops(store: Store) {
    let house = House::build(&store).await;
    let mut open = BTreeSet::new();
    for undated in [false, true, false] {
        let mut record = house.opening(house.company);
        record.step.undated = undated;
        open.insert(record.id);
        house.record(record).await.unwrap();
    }
    let mut closed = house.opening(house.company);
    closed.step.phase = Phase::Done;
    closed.step.undated = true;
    house.record(closed).await.unwrap();

    let first = store.case_open_ids(house.zone, None, 2).await.unwrap();
    let rest = store.case_open_ids(house.zone, first.last().copied(), 2).await.unwrap();
    assert_eq!([first, rest].concat(), open.into_iter().collect::<Vec<_>>());
    assert_eq!(store.case_undated_ids(house.zone, None, 9).await.unwrap().len(), 1);
}

async fn history_is_a_chain_and_a_changed_row_breaks_it(store: Store) {
    let house = House::build(&store).await;
    let mut stored = house.record(house.opening(house.company)).await.unwrap();
    for _ in 0..3 {
        stored = house.record(house.next(&stored)).await.unwrap();
    }
    let chain = async || store.chain_verify(&house.system(), stored.id).await.unwrap();
    let events = store.event_page(&house.system(), stored.id, 0, 10).await.unwrap();
    for pair in events.windows(2) {
        assert_eq!(pair[1].previous, pair[0].hash);
    }
    assert_eq!(chain().await, Some(Chain::Whole { rows: 4 }));
    assert_eq!(store.event_page(&house.system(), stored.id, 2, 1).await.unwrap()[0].seq, 3);

    let id = house.literal(stored.id.0);
    for column in ["action", "entry"] {
        let change = |from: &str, to: &str| {
            format!(
                "UPDATE case_event SET {column} = replace({column}, '{from}', '{to}') WHERE case_id = {id} AND seq = 3"
            )
        };
        house.tamper(&change("c", "C")).await;
        assert_eq!(chain().await, Some(Chain::Broken { seq: 3 }), "{column}");
        house.tamper(&change("C", "c")).await;
        assert_eq!(chain().await, Some(Chain::Whole { rows: 4 }));
    }
    house.tamper(&format!("UPDATE case_event SET at = at + 1 WHERE case_id = {id} AND seq = 1")).await;
    assert_eq!(chain().await, Some(Chain::Broken { seq: 1 }));
    house.tamper(&format!("UPDATE case_event SET at = at - 1 WHERE case_id = {id} AND seq = 1")).await;
    house.tamper(&format!("DELETE FROM case_event WHERE case_id = {id} AND seq = 4")).await;
    assert_eq!(chain().await, Some(Chain::Broken { seq: 4 }));
}

async fn numbers_are_given_once_under_fifty_tasks(store: Store) {
    let house = House::build(&store).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| (store.clone(), house.zone))
        .map(|(store, zone)| {
            tokio::spawn(async move {
                let tx = store.begin(zone).await?;
                let number = tx.number_next("2026-09-01").await?;
                tx.commit().await?;
                Ok::<_, StoreError>(number)
            })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for task in tasks {
        numbers.insert(task.await.unwrap().unwrap());
    }
    assert_eq!(numbers, (1..=50).collect());
    let tx = store.begin(house.zone).await.unwrap();
    assert_eq!(tx.number_next("2026-09-02").await.unwrap(), 1);
}

async fn two_hundred_writers_at_once_meet_no_error(store: Store) {
    let house = std::sync::Arc::new(House::build(&store).await);
    let opened = house.record(house.opening(house.company)).await.unwrap();
    let tasks: Vec<_> = (0..200)
        .map(|index| {
            let (house, opened) = (house.clone(), opened.clone());
            tokio::spawn(async move {
                // Half of them want the same case; each step reads the case before it writes.
                let own = house.opening(house.company);
                house.record(if index % 2 == 0 { house.next(&opened) } else { own }).await
            })
        })
        .collect();
    let (mut done, mut stale) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => done += 1,
            Err(StoreError::Stale) => stale += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((done, stale), (101, 99));
    assert_eq!(store.case_count(&house.system(), &crate::CaseFilter::default()).await.unwrap(), 101);
}
