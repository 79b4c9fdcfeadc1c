use super::*;
use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Schema};

fn payer(name: u8, shares: u32) -> Payer {
    Payer { key: [name; 32], shares: NonZeroU32::new(shares).unwrap() }
}

#[test]
fn a_bucket_is_spent_and_comes_back_with_time() {
    let (budgets, start) = (Budgets::new(100), Instant::now());
    let token = [payer(1, 1)];
    let left = |spent: Result<Option<Purse>, Duration>| spent.unwrap().unwrap().now;
    assert_eq!(left(budgets.pay(&token, 1_000, start)), 1_000);
    assert_eq!(left(budgets.pay(&token, 1_000, start)), 0);
    assert_eq!(budgets.pay(&token, 50, start), Err(Duration::from_millis(500)));
    // What was refused was not paid.
    assert_eq!(left(budgets.pay(&token, 50, start + Duration::from_millis(500))), 0);
    // A full bucket does not run over.
    assert_eq!(left(budgets.pay(&token, 1, start + Duration::from_hours(1))), 1_999);
}

#[test]
fn a_person_has_twice_what_a_token_has_and_each_must_suffice() {
    let (budgets, now) = (Budgets::new(100), Instant::now());
    let person = payer(9, 2);
    assert_eq!(Budgets::new(1).pay(&[person], 0, now), Ok(Some(Purse { most: 2_000, now: 2_000, rate: 2 })));
    for token in [payer(1, 1), payer(2, 1)] {
        for _ in 0..2 {
            assert!(budgets.pay(&[token, person], 1_000, now).is_ok(), "{token:?}");
        }
        assert!(budgets.pay(&[token, person], 1, now).is_err(), "the token is spent");
    }
    let fresh = payer(3, 1);
    assert_eq!(budgets.pay(&[fresh, person], 10, now), Err(Duration::from_millis(50)), "the person is spent");
    let untouched = budgets.pay(&[fresh], 10, now).unwrap().unwrap();
    assert_eq!(untouched, Purse { most: 2_000, now: 1_990, rate: 100 }, "who could pay did not pay alone");
}

#[test]
fn the_dearest_document_can_be_paid_at_any_rate() {
    let now = Instant::now();
    for rate in [1, 7, 50, 100, u32::MAX] {
        let budgets = Budgets::new(rate);
        assert!(budgets.pay(&[payer(1, 1)], limits::COMPLEXITY, now).is_ok(), "{rate}");
    }
    assert_eq!(Budgets::new(0).pay(&[payer(1, 1)], usize::MAX, now), Ok(None), "nobody is limited");
}

#[test]
fn full_buckets_are_forgotten() {
    let (budgets, start) = (Budgets::new(100), Instant::now());
    for name in 0..100_u32 {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&name.to_be_bytes());
        let one = Payer { key, shares: NonZeroU32::MIN };
        assert!(budgets.pay(&[one], 100, start + Duration::from_secs(2) * name).is_ok());
    }
    assert!(budgets.full_at.lock().unwrap().len() < 20);
}

struct Query;

#[Object]
impl Query {
    #[graphql(complexity = "300")]
    async fn dear(&self) -> &str {
        "had"
    }
}

#[tokio::test]
async fn an_answer_tells_its_cost_and_a_refusal_how_long_to_wait() {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription);
    let schema = schema.extension(Metering::new(Arc::new(Budgets::new(1)))).finish();
    let ask = async || {
        let request = Request::new("{ dear }").data(Payers(vec![payer(1, 1)]));
        serde_json::to_value(schema.execute(request).await).unwrap()
    };
    for left in [700, 400, 100] {
        let answer = ask().await;
        assert_eq!(answer["extensions"]["cost"]["requestedQueryCost"], 300, "{answer}");
        let status = &answer["extensions"]["cost"]["throttleStatus"];
        assert_eq!((&status["maximumAvailable"], &status["restoreRate"]), (&1_000.into(), &1.into()));
        let available = status["currentlyAvailable"].as_u64().unwrap();
        assert!((left..left + 100).contains(&available), "{answer}");
    }
    let refused = ask().await;
    let extensions = &refused["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "RATE_LIMITED", "{refused}");
    let wait = extensions["retryAfter"].as_u64().unwrap();
    assert!((100..=200).contains(&wait), "{refused}");
    assert!(refused["extensions"]["cost"].is_null(), "nothing was paid: {refused}");
}
