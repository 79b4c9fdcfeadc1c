//! The chain of what was done with the data of people.
use super::bodies;
use super::house::{House, at};
use crate::{Chain, Store, Whose};

bodies! {
    a_wish_is_listed_until_it_is_answered
    rows_added_at_once_are_one_chain
    a_chain_that_was_tampered_with_is_found
}

async fn add(house: &House, reason: Option<&str>) {
    let tx = house.store.begin(house.zone).await.unwrap();
    let who = (Some(house.clerk), Whose::Person(house.owner));
    tx.person_record_add(who, "revealed", reason, (at(1), [7; 16])).await.unwrap();
    tx.commit().await.unwrap();
}

async fn rows_added_at_once_are_one_chain(store: Store) {
    let house = std::sync::Arc::new(House::build(&store).await);
    let adding = (0..6).map(|_| {
        let house = house.clone();
        tokio::spawn(async move { add(&house, None).await })
    });
    for one in adding.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    assert_eq!(store.person_records_verify(house.zone).await.unwrap(), Chain::Whole { rows: 6 });
    let listed = store.person_record_list(house.zone, Whose::Person(house.owner), 4).await.unwrap();
    assert_eq!(listed.iter().map(|record| record.seq).collect::<Vec<_>>(), [6, 5, 4, 3]);
    assert!(store.person_record_list(house.zone, Whose::Person(house.clerk), 4).await.unwrap().is_empty());
    let other = House::build(&store).await;
    assert_eq!(store.person_records_verify(other.zone).await.unwrap(), Chain::Whole { rows: 0 });
}

async fn a_wish_is_listed_until_it_is_answered(store: Store) {
    let house = House::build(&store).await;
    let add = async |person, act| {
        let tx = house.store.begin(house.zone).await.unwrap();
        let who = (Some(person), Whose::Person(person));
        tx.person_record_add(who, act, None, (at(1), [7; 16])).await.unwrap();
        tx.commit().await.unwrap();
    };
    let waiting = async |person| {
        let asked = ("asked", ["no", "done"].as_slice());
        let waiting = house.store.person_record_unanswered(house.zone, person, asked, 9).await.unwrap();
        waiting.into_iter().map(|record| record.seq).collect::<Vec<_>>()
    };
    add(house.owner, "asked").await;
    add(house.clerk, "asked").await;
    add(house.owner, "seen").await;
    assert_eq!((waiting(None).await, waiting(Some(house.clerk)).await), (vec![1, 2], vec![2]));
    add(house.owner, "no").await;
    assert_eq!((waiting(None).await, waiting(Some(house.owner)).await), (vec![2], vec![]));
    add(house.owner, "asked").await;
    assert_eq!(waiting(None).await, [2, 5]);
}

async fn a_chain_that_was_tampered_with_is_found(store: Store) {
    for (change, seq) in [
        ("UPDATE person_reason SET reason = 'other' WHERE seq = 2", 2),
        ("UPDATE person_record SET act = 'other' WHERE seq = 1", 1),
        ("UPDATE person_record SET person_id = actor_id WHERE seq = 1", 1),
        ("DELETE FROM person_record WHERE seq = 3", 3),
        ("DELETE FROM person_record WHERE seq = 1", 1),
    ] {
        let house = House::build(&store).await;
        for reason in [None, Some("why"), None] {
            add(&house, reason).await;
        }
        assert_eq!(store.person_records_verify(house.zone).await.unwrap(), Chain::Whole { rows: 3 });
        house.tamper(&format!("{change} AND zone_id = {}", house.literal(house.zone.0))).await;
        assert_eq!(store.person_records_verify(house.zone).await.unwrap(), Chain::Broken { seq }, "{change}");
    }
    let house = House::build(&store).await;
    add(&house, Some("words that name somebody")).await;
    let tx = store.begin(house.zone).await.unwrap();
    let left = crate::Erased { login: "erased", name: "nobody", password_hash: "none" };
    tx.person_erase(house.owner, left).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.person_records_verify(house.zone).await.unwrap(), Chain::Whole { rows: 1 });
    assert_eq!(
        store.person_record_list(house.zone, Whose::Person(house.owner), 9).await.unwrap()[0].reason,
        None
    );
}
