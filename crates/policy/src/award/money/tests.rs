use super::*;
use proptest::prelude::*;

fn fen(fen: u64) -> Fen {
    Fen::new(fen).unwrap()
}

fn account(number: u64) -> Account {
    Account::new("蓝禾科技有限公司", "工商银行余杭支行", &format!("6222{number:08}")).unwrap()
}

fn grant(id: &str, amount: u64) -> Grant {
    Grant::new(id, fen(amount), account(0)).unwrap()
}

fn sent(batch: &str) -> Event {
    Event::Sent(batch.into())
}

fn paid(batch: &str) -> Event {
    Event::Paid(batch.into())
}

fn bounced(batch: &str) -> Event {
    Event::Bounced(batch.into())
}

/// After each of the events.
fn after(grant: &Grant, events: &[Event]) -> Result<Grant, Refusal> {
    events.iter().try_fold(grant.clone(), |grant, event| grant.take(event))
}

#[test]
fn it_is_sent_and_paid() {
    let grant = grant("a", 500);
    assert_eq!((grant.open(), grant.standing()), (fen(500), &Standing::Waiting));
    let grant = after(&grant, &[sent("1")]).unwrap();
    assert_eq!((grant.open(), grant.standing()), (fen(500), &Standing::InPayment("1".into())));
    let grant = after(&grant, &[paid("1")]).unwrap();
    assert_eq!((grant.paid(), grant.open(), grant.standing()), (fen(500), Fen::ZERO, &Standing::Settled));
    assert_eq!(after(&grant, &[sent("2")]), Err(Refusal::Settled));
    assert_eq!(after(&grant, &[Event::Revoked]), Err(Refusal::Settled));
    assert_eq!(Grant::new("b", Fen::ZERO, account(0)), None);
}

#[test]
fn two_batches_over_one_grant_are_refused() {
    let first = [grant("a", 500), grant("b", 20)];
    let (batch, in_payment) = Batch::send("1", &first).unwrap();
    assert_eq!((batch.count(), batch.sum()), (2, fen(520)));
    let refused = Batch::send("2", &[grant("c", 1), in_payment[0].clone()]).unwrap_err();
    assert_eq!(refused, BatchError::Refused(vec![("a".into(), Refusal::InPayment("1".into()))]));
    assert!(refused.to_string().contains("in payment in batch `1`"), "{refused}");
    assert!(refused.in_chinese().contains("批次 `1`"));
    assert_eq!(Batch::send("3", &[grant("a", 1), grant("a", 1)]).unwrap_err(), BatchError::Twice("a".into()));
    assert_eq!(Batch::send("4", &[]).unwrap_err(), BatchError::Empty);
    let most = |id: &str| grant(id, Fen::MOST.get());
    assert_eq!(Batch::send("5", &[most("a"), most("b")]).unwrap_err(), BatchError::TooMuch);
}

#[test]
fn the_bank_gets_rows_of_texts() {
    let (batch, _) = Batch::send("1", &[grant("HX-1", 123_405)]).unwrap();
    assert_eq!(BankRow::COLUMNS.len(), 5);
    assert_eq!(
        batch.rows()[0].cells(),
        ["HX-1", "蓝禾科技有限公司", "工商银行余杭支行", "622200000000", "1234.05"]
    );
    assert_eq!(&**batch.id(), "1");
}

#[test]
fn what_the_bank_sends_back_waits_for_another_account() {
    let back = after(&grant("a", 5), &[sent("1"), bounced("1")]).unwrap();
    assert_eq!((back.standing(), back.open(), back.bounces()), (&Standing::Bounced, fen(5), 1));
    assert_eq!(back.take(&sent("2")), Err(Refusal::Bounced));
    assert_eq!(back.take(&Event::Corrected(account(0))), Err(Refusal::SameAccount));
    let paid = after(&back, &[Event::Corrected(account(1)), sent("2"), paid("2")]).unwrap();
    assert_eq!((paid.paid(), paid.account()), (fen(5), &account(1)));
    assert_eq!(grant("b", 5).take(&Event::Corrected(account(1))), Err(Refusal::NotBounced));
}

#[test]
fn the_third_time_a_person_must_look() {
    let round = |batch: &str, number| [sent(batch), bounced(batch), Event::Corrected(account(number))];
    let twice = [round("1", 1), round("2", 2)].concat();
    let halted = after(&grant("a", 5), &[&twice[..], &[sent("3"), bounced("3")]].concat()).unwrap();
    assert_eq!(halted.standing(), &Standing::Halted);
    assert_eq!(halted.take(&Event::Corrected(account(3))), Err(Refusal::Halted));
    assert_eq!(halted.take(&sent("4")), Err(Refusal::Halted));
    let released = halted.take(&Event::Released(account(3))).unwrap();
    assert_eq!((released.standing(), released.bounces()), (&Standing::Waiting, BOUNCES));
    assert_eq!(released.take(&Event::Released(account(4))), Err(Refusal::NotHalted));
    assert_eq!(after(&released, &[sent("4"), bounced("4")]).unwrap().standing(), &Standing::Halted);
    assert_eq!(after(&released, &[sent("4"), paid("4")]).unwrap().paid(), fen(5));
}

#[test]
fn what_a_bank_says_late_of_another_batch_is_not_about_it() {
    let again =
        after(&grant("a", 5), &[sent("1"), bounced("1"), Event::Corrected(account(1)), sent("2")]).unwrap();
    assert_eq!(again.take(&paid("1")), Err(Refusal::NotInBatch("1".into())));
    assert_eq!(again.take(&bounced("1")), Err(Refusal::NotInBatch("1".into())));
    assert_eq!(grant("b", 5).take(&paid("1")), Err(Refusal::NotInBatch("1".into())));
}

#[test]
fn who_moved_out_before_payment_gets_nothing_and_the_budget_has_it() {
    let revoked = grant("a", 5).take(&Event::Revoked).unwrap();
    assert_eq!(
        (revoked.open(), revoked.returned(), revoked.standing()),
        (Fen::ZERO, fen(5), &Standing::Settled)
    );
    let at_bank = grant("a", 5).take(&sent("1")).unwrap();
    assert_eq!(at_bank.take(&Event::Revoked), Err(Refusal::InPayment("1".into())));
    assert_eq!(after(&at_bank, &[bounced("1"), Event::Revoked]).unwrap().returned(), fen(5));
}

#[test]
fn what_is_clawed_back_comes_in_parts_and_never_more_than_was_paid() {
    let paid = after(&grant("a", 100), &[sent("1"), paid("1")]).unwrap();
    assert_eq!(paid.take(&Event::Demanded(fen(101))), Err(Refusal::Demand(fen(100))));
    assert_eq!(paid.take(&Event::Demanded(Fen::ZERO)), Err(Refusal::Demand(fen(100))));
    assert_eq!(paid.take(&Event::Returned(fen(1))), Err(Refusal::Return(Fen::ZERO)));
    let owing = paid.take(&Event::Demanded(fen(60))).unwrap();
    assert_eq!((owing.demanded(), owing.paid()), (fen(60), fen(100)));
    assert_eq!(owing.take(&Event::Demanded(fen(41))), Err(Refusal::Demand(fen(40))));
    let part = owing.take(&Event::Returned(fen(25))).unwrap();
    assert_eq!((part.demanded(), part.paid(), part.returned()), (fen(35), fen(75), fen(25)));
    assert_eq!(part.take(&Event::Returned(fen(36))), Err(Refusal::Return(fen(35))));
    assert_eq!(grant("b", 5).take(&Event::Demanded(fen(1))), Err(Refusal::Demand(Fen::ZERO)));
}

#[test]
fn an_account_is_checked_and_every_refusal_says_itself_in_both_languages() {
    assert_eq!(Account::new(" ", "工行", "622200000000"), Err(AccountError::Name));
    assert_eq!(Account::new("蓝禾\n", "工\n行", "622200000000"), Err(AccountError::Name));
    assert_eq!(Account::new("蓝禾", "工行", "62220000000O"), Err(AccountError::Number));
    assert_eq!(Account::new("蓝禾", "工行", "12345"), Err(AccountError::Number));
    assert_eq!(Account::new("蓝禾", "工行", "6222 0000 0000").unwrap().number(), "622200000000");
    assert!(AccountError::Number.in_chinese().contains("32"));
    let all = [
        Refusal::InPayment("1".into()),
        Refusal::NotInBatch("1".into()),
        Refusal::Bounced,
        Refusal::NotBounced,
        Refusal::SameAccount,
        Refusal::Halted,
        Refusal::NotHalted,
        Refusal::Settled,
        Refusal::Demand(fen(5)),
        Refusal::Return(fen(5)),
    ];
    let mut said: Vec<String> = all.iter().flat_map(|one| [one.to_string(), one.in_chinese()]).collect();
    said.sort();
    said.dedup();
    assert_eq!(said.len(), 20);
}

/// What people and the bank do with three grants, sensible or not.
#[derive(Debug, Clone)]
enum Deed {
    Batch(Vec<usize>),
    Single(usize, Event),
}

fn deed() -> impl Strategy<Value = Deed> {
    let batch = || prop_oneof![Just("b0"), Just("b1"), Just("b2"), Just("b3")].prop_map(Arc::from);
    let amount = || (0u64..1_500).prop_map(fen);
    let number = || (0u64..4).prop_map(account);
    let event = prop_oneof![
        3 => batch().prop_map(Event::Sent),
        4 => batch().prop_map(Event::Paid),
        5 => batch().prop_map(Event::Bounced),
        4 => number().prop_map(Event::Corrected),
        2 => number().prop_map(Event::Released),
        1 => Just(Event::Revoked),
        2 => amount().prop_map(Event::Demanded),
        3 => amount().prop_map(Event::Returned),
    ];
    prop_oneof![
        1 => proptest::collection::vec(0usize..3, 0..4).prop_map(Deed::Batch),
        5 => (0usize..3, event).prop_map(|(at, event)| Deed::Single(at, event)),
    ]
}

fn conserved(grants: &[Grant]) -> Result<(), TestCaseError> {
    for grant in grants {
        let parts = [grant.paid(), grant.open(), grant.returned()];
        prop_assert_eq!(Fen::total(parts), u128::from(grant.granted().get()));
        prop_assert!(grant.demanded() <= grant.paid());
        prop_assert_eq!(grant.open() == Fen::ZERO, *grant.standing() == Standing::Settled);
        prop_assert!(*grant.standing() != Standing::Halted || grant.bounces() >= BOUNCES);
        prop_assert!(*grant.standing() != Standing::Bounced || grant.bounces() < BOUNCES);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn paid_and_open_and_returned_are_what_was_granted(
        amounts in proptest::array::uniform3(1u64..1_000), deeds in proptest::collection::vec(deed(), 0..60)
    ) {
        let mut grants: Vec<Grant> = amounts.iter().zip(["a", "b", "c"]).map(|(amount, id)| grant(id, *amount)).collect();
        let before = Fen::total(grants.iter().map(Grant::granted));
        for (at, deed) in deeds.into_iter().enumerate() {
            match deed {
                Deed::Batch(places) => {
                    let chosen: Vec<Grant> = places.iter().map(|place| grants[*place].clone()).collect();
                    let open = Fen::total(chosen.iter().map(Grant::open));
                    if let Ok((batch, after)) = Batch::send(format!("batch{at}"), &chosen) {
                        // The list carries exactly what was open, of grants that were nowhere else.
                        prop_assert_eq!(u128::from(batch.sum().get()), open);
                        prop_assert_eq!(batch.count(), places.len());
                        for (place, next) in places.into_iter().zip(after) {
                            prop_assert_eq!(grants[place].standing(), &Standing::Waiting);
                            grants[place] = next;
                        }
                    }
                }
                Deed::Single(place, event) => {
                    if let Ok(next) = grants[place].take(&event) {
                        grants[place] = next;
                    }
                }
            }
            conserved(&grants)?;
        }
        prop_assert_eq!(Fen::total(grants.iter().map(Grant::granted)), before);
    }
}
