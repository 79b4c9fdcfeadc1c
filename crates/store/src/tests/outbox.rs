//! Claiming and settling mails.
use super::bodies;
use super::house::{House, at, mail};
use crate::{MailOutcome, MailState, Store};
use std::collections::BTreeSet;

bodies! {
    two_workers_claim_different_mails
    a_lease_that_ran_out_is_lost_to_the_next_worker
    a_mail_that_did_not_leave_comes_back_when_it_is_due
    what_became_of_a_mail_is_seen_with_its_case
    mails_to_domains_that_are_busy_stay_where_they_are
}

async fn queue(house: &House, mails: usize) -> crate::CaseId {
    let mut record = house.opening(house.company);
    record.mails = (0..mails).map(|index| mail(&format!("{index}@example.test"))).collect();
    house.record(record).await.unwrap().id
}

async fn two_workers_claim_different_mails(store: Store) {
    let house = House::build(&store).await;
    queue(&house, 30).await;
    let workers: Vec<_> = ["a", "b", "c"]
        .map(|worker| {
            let (store, zone) = (store.clone(), house.zone);
            tokio::spawn(async move {
                let mut claimed = Vec::new();
                loop {
                    let mails = store.outbox_claim(zone, worker, at(1), 60, 4, &[]).await.unwrap();
                    if mails.is_empty() {
                        return claimed;
                    }
                    claimed.extend(mails.into_iter().map(|mail| mail.id));
                    assert!(claimed.len() <= 30, "a mail was claimed twice");
                }
            })
        })
        .into();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    // A worker may find every free row locked by another and stop early; what it left is still there to be had.
    claimed.extend(
        store
            .outbox_claim(house.zone, "d", at(1), 60, 99, &[])
            .await
            .unwrap()
            .into_iter()
            .map(|mail| mail.id),
    );
    assert_eq!((claimed.len(), claimed.into_iter().collect::<BTreeSet<_>>().len()), (30, 30));
}

async fn a_lease_that_ran_out_is_lost_to_the_next_worker(store: Store) {
    let house = House::build(&store).await;
    let case = queue(&house, 1).await;
    // A lease of no seconds has run out by the time it is given.
    let slow = store.outbox_claim(house.zone, "slow", at(1), 0, 9, &[]).await.unwrap().remove(0);
    let quick = store.outbox_claim(house.zone, "quick", at(1), 60, 9, &[]).await.unwrap().remove(0);
    assert_eq!((slow.id, slow.attempts, quick.attempts), (quick.id, 1, 2));
    assert!(store.outbox_claim(house.zone, "third", at(1), 60, 9, &[]).await.unwrap().is_empty());

    let (sent, dead) = (MailOutcome::Sent { at: at(3) }, MailOutcome::Dead { error: "slow".to_owned() });
    let delayed = MailOutcome::Delayed { until: at(2), error: "slow".to_owned() };
    let outcomes = [(&slow, dead), (&slow, delayed), (&quick, sent.clone()), (&quick, sent)];
    assert_eq!(store.outbox_settle(&outcomes).await.unwrap(), [false, false, true, false]);
    let records = store.outbox_list(&house.system(), &[case]).await.unwrap();
    assert_eq!((records[0].state, records[0].error.as_deref()), (MailState::Sent, None));
    assert_eq!(store.outbox_counts(house.zone).await.unwrap().queued, 0);
}

async fn a_mail_that_did_not_leave_comes_back_when_it_is_due(store: Store) {
    let house = House::build(&store).await;
    queue(&house, 1).await;
    assert!(store.outbox_claim(house.zone, "w", at(0), 60, 9, &[]).await.unwrap().is_empty(), "not due yet");
    let mail = store.outbox_claim(house.zone, "w", at(1), 60, 9, &[]).await.unwrap().remove(0);
    assert_eq!((mail.context["number"].as_str(), mail.created_at), (Some("N-1"), at(1)));
    let delayed = MailOutcome::Delayed { until: at(10), error: "greylisted".to_owned() };
    assert_eq!(store.outbox_settle(&[(&mail, delayed)]).await.unwrap(), [true]);
    assert!(store.outbox_claim(house.zone, "w", at(9), 60, 9, &[]).await.unwrap().is_empty());
    let again = store.outbox_claim(house.zone, "w", at(10), 60, 9, &[]).await.unwrap().remove(0);
    assert_eq!((again.id, again.attempts), (mail.id, 2));
    let other = House::build(&store).await;
    assert!(store.outbox_claim(other.zone, "w", at(99), 60, 9, &[]).await.unwrap().is_empty());
}

async fn what_became_of_a_mail_is_seen_with_its_case(store: Store) {
    let house = House::build(&store).await;
    let case = queue(&house, 3).await;
    let mails = store.outbox_claim(house.zone, "w", at(1), 60, 2, &[]).await.unwrap();
    let (sent, dead) =
        (MailOutcome::Sent { at: at(2) }, MailOutcome::Dead { error: "no such mailbox".to_owned() });
    assert_eq!(store.outbox_settle(&[(&mails[0], sent), (&mails[1], dead)]).await.unwrap(), [true, true]);

    let counts = store.outbox_counts(house.zone).await.unwrap();
    assert_eq!((counts.queued, counts.dead, counts.oldest), (1, 1, Some(at(1))));
    let listed = store.outbox_list(&house.system(), &[case]).await.unwrap();
    let of = |id| listed.iter().find(|mail| mail.id == id).unwrap();
    assert_eq!(listed.len(), 3);
    assert_eq!((of(mails[0].id).state, of(mails[0].id).sent_at), (MailState::Sent, Some(at(2))));
    assert_eq!(
        (of(mails[1].id).state, of(mails[1].id).error.as_deref()),
        (MailState::Dead, Some("no such mailbox"))
    );
    assert_eq!(listed.iter().filter(|mail| mail.state == MailState::Queued).count(), 1);
}

async fn mails_to_domains_that_are_busy_stay_where_they_are(store: Store) {
    let house = House::build(&store).await;
    let mut record = house.opening(house.company);
    let addresses = ["a@One.example", "b@one.example", "c@two.example", "d@x.one.example", "e@oneXexample"];
    record.mails = addresses.iter().map(|address| mail(address)).collect();
    let case = house.record(record).await.unwrap().id;
    let besides = ["one.EXAMPLE".to_owned(), "%".to_owned()];
    let mut claimed = store.outbox_claim(house.zone, "w", at(1), 60, 9, &besides).await.unwrap();
    claimed.sort_by(|one, other| one.address.cmp(&other.address));
    let found: Vec<&str> = claimed.iter().map(|mail| &*mail.address).collect();
    assert_eq!(found, ["c@two.example", "d@x.one.example", "e@oneXexample"]);

    let untried: Vec<_> = claimed.iter().map(|mail| (mail, MailOutcome::Untried)).collect();
    assert_eq!(store.outbox_settle(&untried).await.unwrap(), [true; 3]);
    let records = store.outbox_list(&house.system(), &[case]).await.unwrap();
    assert!(records.iter().all(|record| (record.state, record.attempts) == (MailState::Queued, 0)));
    let again = store.outbox_claim(house.zone, "w", at(1), 60, 9, &[]).await.unwrap();
    assert_eq!(again.len(), 5, "what was not tried is there at once");
}
