//! Claiming and settling mails.
use super::bodies;
use super::house::{House, at, mail};
use crate::{MailDiscard, MailFilter, MailOutcome, MailState, Store, Take};
use std::collections::BTreeSet;

bodies! {
    two_workers_claim_different_mails
    a_lease_that_ran_out_is_lost_to_the_next_worker
    a_mail_that_did_not_leave_comes_back_when_it_is_due
    what_became_of_a_mail_is_seen_with_its_case
    mails_to_domains_that_are_busy_stay_where_they_are
    dead_mails_are_sent_again_or_need_not_arrive
    a_mail_that_came_back_is_dead_and_its_address_holds_others
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

async fn dead_mails_are_sent_again_or_need_not_arrive(store: Store) {
    use MailState::{Dead, Discarded, Queued};
    let (house, other) = (House::build(&store).await, House::build(&store).await);
    let case = queue(&house, 4).await;
    queue(&other, 1).await;
    let mails = store.outbox_claim(house.zone, "w", at(1), 60, 9, &[]).await.unwrap();
    let dead = |mail| (mail, MailOutcome::Dead { error: "the mail server answered 554".to_owned() });
    store.outbox_settle(&mails[..3].iter().map(dead).collect::<Vec<_>>()).await.unwrap();
    let ids: Vec<_> = mails.iter().map(|mail| mail.id).collect();

    let discard = |reason: &str| MailDiscard { by: house.clerk, at: at(5), reason: reason.to_owned() };
    let tx = store.begin(house.zone).await.unwrap();
    assert!(tx.outbox_discard(ids[0], &discard("told by phone")).await.unwrap());
    assert!(tx.outbox_discard(ids[0], &discard("twice")).await.unwrap());
    assert!(!tx.outbox_discard(ids[3], &discard("it may still arrive")).await.unwrap());
    tx.commit().await.unwrap();
    let foreign = store.begin(other.zone).await.unwrap();
    assert!(!foreign.outbox_discard(ids[1], &discard("foreign")).await.unwrap());
    assert_eq!(foreign.outbox_resend(Some(&ids), None, at(6)).await.unwrap(), 0);
    drop(foreign);
    let counts = store.outbox_counts(house.zone).await.unwrap();
    assert_eq!((counts.queued, counts.dead), (1, 2));

    let tx = store.begin(house.zone).await.unwrap();
    assert_eq!(tx.outbox_resend(Some(&ids), Some("another"), at(6)).await.unwrap(), 0);
    assert_eq!(tx.outbox_resend(Some(&ids[..2]), None, at(6)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let states = async || {
        let records = store.outbox_list(&house.system(), &[case]).await.unwrap();
        ids.iter().map(|id| records.iter().find(|mail| mail.id == *id).unwrap().state).collect::<Vec<_>>()
    };
    assert_eq!(states().await, [Discarded, Queued, Dead, Queued]);
    let again = store.outbox_claim(house.zone, "w", at(6), 60, 9, &[]).await.unwrap();
    assert_eq!(again.iter().map(|mail| (mail.id, mail.attempts)).collect::<Vec<_>>(), [(ids[1], 1)]);

    for (state, index) in [(Discarded, 0), (Queued, 1), (Dead, 2)] {
        let filter = MailFilter { states: vec![state], template: None };
        let page = store.outbox_page(&house.system(), &filter, Take::Last(1), None, None).await.unwrap();
        assert_eq!(page.items[0].id, ids[index], "{state:?}");
        assert_eq!(page.items[0].discarded.is_some(), state == Discarded);
    }
}

async fn a_mail_that_came_back_is_dead_and_its_address_holds_others(store: Store) {
    let house = House::build(&store).await;
    let case = queue(&house, 2).await;
    let mails = store.outbox_claim(house.zone, "w", at(1), 60, 1, &[]).await.unwrap();
    store.outbox_settle(&[(&mails[0], MailOutcome::Sent { at: at(2) })]).await.unwrap();
    let bounce = async |address: &str, gone| {
        let tx = store.begin(house.zone).await.unwrap();
        let ours =
            tx.outbox_bounce(mails[0].id, address, at(3), "it came back with 5.1.1", gone).await.unwrap();
        tx.commit().await.unwrap();
        ours
    };
    assert!(!bounce("somebody@else.test", true).await, "who does not know the address is not believed");
    assert_eq!(store.outbox_counts(house.zone).await.unwrap().dead, 0);
    assert!(bounce(&mails[0].address.to_uppercase(), false).await);
    assert_eq!(store.undeliverable_batch(&house.system(), &[&mails[0].address]).await.unwrap(), []);
    assert!(bounce(&mails[0].address, true).await);
    assert!(bounce(&mails[0].address, true).await, "hearing it twice is fine");
    let gone = store.undeliverable_batch(&house.system(), &[&mails[0].address, "x@y"]).await.unwrap();
    assert_eq!(
        gone.iter().map(|one| (&*one.address, one.since)).collect::<Vec<_>>(),
        [(&*mails[0].address, at(3))]
    );

    let mut record = house.opening(house.company);
    record.mails = vec![mail(&mails[0].address.to_uppercase())];
    house.record(record).await.unwrap();
    let counts = store.outbox_counts(house.zone).await.unwrap();
    assert_eq!((counts.queued, counts.held, counts.dead), (1, 1, 1));
    let claimed = store.outbox_claim(house.zone, "w", at(9), 60, 9, &[]).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let records = store.outbox_list(&house.system(), &[case]).await.unwrap();
    let record = records.iter().find(|record| record.id == mails[0].id).unwrap();
    assert_eq!((record.state, record.error.as_deref()), (MailState::Dead, Some("it came back with 5.1.1")));

    let confirm = async || {
        let tx = store.begin(house.zone).await.unwrap();
        let held = tx.address_confirm(&mails[0].address).await.unwrap();
        tx.commit().await.unwrap();
        held
    };
    assert!(confirm().await && !confirm().await);
    assert_eq!(store.outbox_counts(house.zone).await.unwrap().held, 0);
}
