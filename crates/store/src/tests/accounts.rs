//! What people sign in with besides a login: tallies, tickets, second factors, tokens of programs.
use super::bodies;
use super::house::{House, at, fresh, mail};
use crate::{ApiToken, MailOutcome, PersonId, SignInRules, Store, Tally, Ticket, TicketPurpose};

bodies! {
    a_tally_is_counted_by_one_after_the_other
    of_several_who_use_a_ticket_only_the_first_does
    a_second_factor_that_works_is_not_begun_anew
    of_several_who_use_a_code_only_the_first_does
    staff_without_the_factor_that_is_asked_for_lose_their_tokens
    a_mail_about_no_case_forgets_what_it_said_once_it_left
}

async fn a_tally_is_counted_by_one_after_the_other(store: Store) {
    let house = House::build(&store).await;
    let counters = (0..8).map(|_| {
        let (store, zone) = (store.clone(), house.zone);
        tokio::spawn(async move {
            let tx = store.begin(zone).await.unwrap();
            let tally = tx.tally_find("subject").await.unwrap();
            let next = Tally { count: tally.count + 1, since: 1, ..tally };
            tx.tally_set("subject", &next).await.unwrap();
            tx.commit().await.unwrap();
        })
    });
    for counter in counters.collect::<Vec<_>>() {
        counter.await.unwrap();
    }
    let tx = store.begin(house.zone).await.unwrap();
    assert_eq!(tx.tally_find("subject").await.unwrap().count, 8);
    assert_eq!(tx.tally_find("another").await.unwrap(), Tally::default());
    assert_eq!(tx.tally_purge(at(0)).await.unwrap(), 2);
    assert_eq!(tx.tally_find("subject").await.unwrap().count, 0);
}

async fn of_several_who_use_a_ticket_only_the_first_does(store: Store) {
    let house = House::build(&store).await;
    let ticket = |expires_at| Ticket {
        purpose: TicketPurpose::Reset,
        person: house.clerk,
        detail: "about".into(),
        created_at: at(0),
        expires_at,
    };
    let hand_out = async |hash, minutes| {
        let tx = store.begin(house.zone).await.unwrap();
        tx.ticket_insert(&hash, &ticket(at(minutes))).await.unwrap();
        tx.commit().await.unwrap();
    };
    hand_out([1; 32], 10).await;
    hand_out([2; 32], 10).await;
    let find = async |purpose, hash, minutes| {
        store.ticket_find(house.zone, purpose, &hash, at(minutes)).await.unwrap()
    };
    assert_eq!(find(TicketPurpose::Reset, [1; 32], 1).await, None, "only the last is good");
    assert_eq!(find(TicketPurpose::Reset, [2; 32], 9).await, Some((house.clerk, "about".into())));
    assert_eq!(find(TicketPurpose::Reset, [2; 32], 10).await, None, "it is over");
    assert_eq!(find(TicketPurpose::Email, [2; 32], 1).await, None, "it is for something else");
    let users = (0..4).map(|_| {
        let (store, zone) = (store.clone(), house.zone);
        tokio::spawn(async move {
            let tx = store.begin(zone).await.unwrap();
            let used = tx.ticket_use(TicketPurpose::Reset, &[2; 32], at(1)).await.unwrap();
            tx.commit().await.unwrap();
            used
        })
    });
    let mut used = 0;
    for user in users.collect::<Vec<_>>() {
        used += usize::from(user.await.unwrap());
    }
    assert_eq!(used, 1);
}

async fn a_second_factor_that_works_is_not_begun_anew(store: Store) {
    let house = House::build(&store).await;
    let begin = async |secret: &[u8]| {
        let tx = store.begin(house.zone).await.unwrap();
        let begun = tx.factor_begin(house.clerk, secret).await.unwrap();
        tx.commit().await.unwrap();
        begun
    };
    assert!(begin(b"first").await && begin(b"second").await);
    let mut factor = store.account_find(house.zone, house.clerk).await.unwrap().factor.unwrap();
    assert_eq!((factor.secret.as_slice(), factor.since), (b"second".as_slice(), None));
    factor.since = Some(at(1));
    let tx = store.begin(house.zone).await.unwrap();
    tx.factor_set(house.clerk, Some(&factor)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!begin(b"third").await);
    assert!(store.account_find(house.zone, house.clerk).await.unwrap().factor == Some(factor));
    assert!(store.account_find(house.zone, house.owner).await.unwrap().factor.is_none());
}

async fn of_several_who_use_a_code_only_the_first_does(store: Store) {
    let house = House::build(&store).await;
    let tx = store.begin(house.zone).await.unwrap();
    tx.factor_begin(house.clerk, b"secret").await.unwrap();
    tx.recovery_codes_set(house.clerk, &[[1; 32], [2; 32]]).await.unwrap();
    tx.commit().await.unwrap();
    let tx = store.begin(house.zone).await.unwrap();
    assert!(tx.factor_use(house.clerk, 7).await.unwrap());
    for step in [7, 6] {
        assert!(!tx.factor_use(house.clerk, step).await.unwrap(), "{step} is used up");
    }
    assert!(tx.recovery_code_use(house.clerk, &[1; 32]).await.unwrap());
    assert!(!tx.recovery_code_use(house.clerk, &[1; 32]).await.unwrap());
    assert!(!tx.recovery_code_use(house.handler, &[2; 32]).await.unwrap(), "it is the clerk's");
    tx.commit().await.unwrap();
    assert_eq!(store.recovery_code_count(house.zone, house.clerk).await.unwrap(), 1);
}

async fn staff_without_the_factor_that_is_asked_for_lose_their_tokens(store: Store) {
    let house = House::build(&store).await;
    let token = |person: PersonId| ApiToken {
        id: fresh(),
        person,
        name: "nightly".into(),
        scopes: vec!["read".into()],
        created_at: at(0),
        expires_at: at(10),
        used_at: None,
    };
    let tx = store.begin(house.zone).await.unwrap();
    for (last, person) in [(1, house.clerk), (2, house.handler), (3, house.owner)] {
        let mut hash = [last; 32];
        hash[..16].copy_from_slice(house.zone.0.as_bytes());
        assert!(tx.api_token_insert(&hash, &token(person), 1).await.unwrap());
        assert!(!tx.api_token_insert(&[9; 32], &token(person), 1).await.unwrap(), "one is the most");
    }
    tx.factor_begin(house.handler, b"secret").await.unwrap();
    let factor = crate::Factor { secret: b"secret".to_vec(), since: Some(at(0)), step: 0 };
    tx.factor_set(house.handler, Some(&factor)).await.unwrap();
    let rules = SignInRules { staff_idle: 1, company_idle: 1, lasts: 1, second_factor: true };
    tx.sign_in_rules_set(&rules, at(1), Some(house.clerk)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.sign_in_rules_find(house.zone).await.unwrap(), Some(rules));
    let tokens = async |person| store.api_token_list(house.zone, person).await.unwrap().len();
    assert_eq!(tokens(house.clerk).await, 0);
    assert_eq!((tokens(house.handler).await, tokens(house.owner).await), (1, 1), "enrolled, and no staff");
}

async fn a_mail_about_no_case_forgets_what_it_said_once_it_left(store: Store) {
    let house = House::build(&store).await;
    let mut record = house.opening(house.company);
    record.mails = vec![mail("about-a-case@example.test")];
    house.record(record).await.unwrap();
    let tx = store.begin(house.zone).await.unwrap();
    tx.mails_write(at(1), &[mail("about-none@example.test")]).await.unwrap();
    tx.commit().await.unwrap();
    // A lease of no seconds has run out by the time it is given, so the same are claimed again.
    let claim = async || store.outbox_claim(house.zone, "w", at(1), 0, 9, &[]).await.unwrap();
    let mails = claim().await;
    assert!(mails.len() == 2 && mails.iter().all(|mail| mail.context["number"] == "N-1"));
    let sent: Vec<_> = mails.iter().map(|mail| (mail, MailOutcome::Sent { at: at(2) })).collect();
    assert_eq!(store.outbox_settle(&sent).await.unwrap(), [true, true]);
    house
        .tamper(&format!(
            "UPDATE outbox SET state = 'queued' WHERE zone_id = {}",
            house.literal(house.zone.0)
        ))
        .await;
    for mail in claim().await {
        let said = mail.context.get("number").is_some();
        assert_eq!(said, mail.case.is_some(), "{}", mail.address);
    }
}
