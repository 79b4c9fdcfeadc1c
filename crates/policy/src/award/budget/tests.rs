use super::*;
use proptest::prelude::*;

fn fen(fen: u64) -> Fen {
    Fen::new(fen).unwrap()
}

fn filed(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn claim(id: &str, company: &str, policy: &str, amount: u64) -> Claim {
    Claim {
        id: id.into(),
        company: company.into(),
        policy: policy.into(),
        filed: filed(0),
        rank: None,
        amount: fen(amount),
    }
}

fn pool(amount: u64) -> Budget {
    Budget { pool: fen(amount), ..Budget::default() }
}

fn amounts(claims: &[Claim], budget: &Budget) -> Vec<u64> {
    allocate(claims, budget).unwrap().grants.iter().map(|granted| granted.amount.get()).collect()
}

#[test]
fn what_fits_is_paid_in_full_and_the_rest_stays_in_the_pool() {
    let claims = [claim("a", "x", "p", 300), claim("b", "y", "p", 200)];
    let allocation = allocate(&claims, &pool(600)).unwrap();
    assert_eq!(allocation.left, fen(100));
    assert!(allocation.grants.iter().zip(&claims).all(|(granted, claim)| granted.amount == claim.amount));
    assert!(allocation.grants.iter().all(|granted| granted.cuts.is_empty()));
}

#[test]
fn three_equal_claims_on_a_hundred_fen_get_the_odd_fen_by_order_of_filing() {
    let mut claims = [claim("c", "x", "p", 100), claim("b", "y", "p", 100), claim("a", "z", "p", 100)];
    // The same instant: the lesser id.
    assert_eq!(amounts(&claims, &pool(100)), [33, 33, 34]);
    // Filed earlier: first.
    claims[1].filed = filed(-1);
    assert_eq!(amounts(&claims, &pool(100)), [33, 34, 33]);
}

#[test]
fn the_largest_remainder_gets_the_fen_whoever_filed_first() {
    // 10 of 14 for 6, 6, 2: 4.29, 4.29, 1.43.
    let claims = [claim("a", "x", "p", 6), claim("b", "y", "p", 6), claim("c", "z", "p", 2)];
    assert_eq!(amounts(&claims, &pool(10)), [4, 4, 2]);
    let cut = allocate(&claims, &pool(10)).unwrap().grants[0].cuts[0];
    assert_eq!(cut, Cut { rule: Rule::Pool { most: fen(10), asked: 14 }, from: fen(6), to: fen(4) });
    assert_eq!(
        cut.rule.words(),
        (
            "预算 0.10 元，应付合计 0.14 元，按比例核减".into(),
            "the budget is 0.10 yuan; 0.14 yuan are cut in proportion".into()
        )
    );
}

#[test]
fn scenario_8_a_pool_that_is_exceeded_is_parted_to_the_fen() {
    let claims = [claim("a", "x", "p", 70_000_000), claim("b", "y", "p", 70_000_002)];
    assert_eq!(amounts(&claims, &pool(100_000_000)), [49_999_999, 50_000_001]);
}

#[test]
fn an_empty_pool_gives_nothing_and_says_why() {
    let allocation = allocate(&[claim("a", "x", "p", 5)], &pool(0)).unwrap();
    assert_eq!(allocation.left, Fen::ZERO);
    assert_eq!(allocation.grants[0].amount, Fen::ZERO);
    assert_eq!(allocation.grants[0].cuts.len(), 1);
    assert_eq!(allocate(&[], &pool(7)).unwrap(), Allocation { grants: vec![], left: fen(7) });
}

#[test]
fn a_quota_keeps_the_best_ranks_and_equal_ones_by_order_of_filing() {
    let ranked =
        |id: &str, rank, second| Claim { rank: Some(rank), filed: filed(second), ..claim(id, id, "p", 10) };
    let claims = [ranked("a", 2, 5), ranked("b", 1, 9), ranked("c", 2, 4), claim("d", "d", "other", 10)];
    let budget = Budget { quotas: BTreeMap::from([("p".into(), 2)]), ..pool(100) };
    let allocation = allocate(&claims, &budget).unwrap();
    let granted: Vec<u64> = allocation.grants.iter().map(|granted| granted.amount.get()).collect();
    assert_eq!(granted, [0, 10, 10, 10]);
    assert_eq!(allocation.grants[0].cuts[0].rule, Rule::Quota { place: 3, most: 2 });
    let unranked = [claim("e", "e", "p", 10)];
    let refused = allocate(&unranked, &budget).unwrap_err();
    assert_eq!(refused, BudgetError::NoRank { claim: "e".into(), policy: "p".into() });
    assert!(refused.in_chinese().contains("评审名次"));
}

#[test]
fn a_company_and_a_policy_are_capped_before_the_pool() {
    let claims = [
        claim("a", "x", "p", 60),
        claim("b", "x", "q", 60),
        claim("c", "y", "p", 60),
        claim("d", "z", "q", 30),
    ];
    let budget = Budget {
        company_cap: Some(fen(80)),
        policy_caps: BTreeMap::from([("p".into(), fen(50))]),
        ..pool(1_000)
    };
    // x: 60 + 60 to 40 + 40. p: 40 + 60 to 20 + 30.
    assert_eq!(amounts(&claims, &budget), [20, 40, 30, 30]);
    let grants = allocate(&claims, &budget).unwrap().grants;
    let rules: Vec<Rule> = grants[0].cuts.iter().map(|cut| cut.rule).collect();
    assert_eq!(
        rules,
        [Rule::Company { most: fen(80), asked: 120 }, Rule::Policy { most: fen(50), asked: 100 }]
    );
    assert!(rules.iter().all(|rule| rule.words().0.contains("按比例核减")));
}

#[test]
fn two_claims_of_one_name_are_refused() {
    let refused = allocate(&[claim("a", "x", "p", 1), claim("a", "y", "p", 1)], &pool(1)).unwrap_err();
    assert_eq!(refused, BudgetError::Twice("a".into()));
}

#[test]
fn amounts_at_the_edge_of_what_there_can_be_are_parted_exactly() {
    let most = [Fen::MOST; 3];
    let shares = pro_rata(Fen::MOST, &most);
    assert_eq!(Fen::total(shares.iter().copied()), u128::from(Fen::MOST.get()));
    assert!(shares[0].get() - shares[2].get() <= 1);
}

prop_compose! {
    fn some_claims()(
        drawn in proptest::collection::vec((0u8..5, 0u8..3, -3i64..3, 0u32..4, prop_oneof![0u64..50, 0u64..1_000_000_000]), 0..12)
    ) -> Vec<Claim> {
        drawn.into_iter().enumerate().map(|(at, (company, policy, second, rank, amount))| Claim {
            filed: filed(second),
            rank: Some(rank),
            ..claim(&format!("claim{at}"), &format!("company{company}"), &format!("policy{policy}"), amount)
        }).collect()
    }
}

prop_compose! {
    fn some_budget()(
        pool in prop_oneof![Just(0u64), 0u64..200, 0u64..3_000_000_000],
        company_cap in proptest::option::of(0u64..2_000_000_000),
        quota in proptest::option::of(0usize..4),
        cap in proptest::option::of(0u64..2_000_000_000),
    ) -> Budget {
        Budget {
            pool: fen(pool),
            company_cap: company_cap.map(fen),
            quotas: quota.map(|most| ("policy0".into(), most)).into_iter().collect(),
            policy_caps: cap.map(|most| ("policy1".into(), fen(most))).into_iter().collect(),
        }
    }
}

proptest! {
    #[test]
    fn no_fen_is_lost_or_made(claims in some_claims(), budget in some_budget()) {
        let allocation = allocate(&claims, &budget).unwrap();
        let paid = Fen::total(allocation.grants.iter().map(|granted| granted.amount));
        prop_assert_eq!(paid + u128::from(allocation.left.get()), u128::from(budget.pool.get()));
        for (granted, claim) in allocation.grants.iter().zip(&claims) {
            prop_assert_eq!(&granted.claim, &claim.id);
            prop_assert!(granted.amount <= claim.amount);
            // The cuts tell the whole way from the claim to the grant.
            let mut at = claim.amount;
            for cut in &granted.cuts {
                prop_assert_eq!(cut.from, at);
                prop_assert!(cut.to < cut.from);
                at = cut.to;
            }
            prop_assert_eq!(at, granted.amount);
        }
    }

    #[test]
    fn with_a_pool_alone_what_is_paid_is_the_lesser_of_pool_and_sum(claims in some_claims(), most in 0u64..2_000_000_000) {
        let allocation = allocate(&claims, &pool(most)).unwrap();
        let asked = Fen::total(claims.iter().map(|claim| claim.amount));
        let paid = Fen::total(allocation.grants.iter().map(|granted| granted.amount));
        prop_assert_eq!(paid, asked.min(u128::from(most)));
    }

    #[test]
    fn limits_hold(claims in some_claims(), budget in some_budget()) {
        let allocation = allocate(&claims, &budget).unwrap();
        let sum = |belongs: &dyn Fn(&Claim) -> bool| {
            let rows = allocation.grants.iter().zip(&claims).filter(|(_, claim)| belongs(claim));
            Fen::total(rows.map(|(granted, _)| granted.amount))
        };
        for claim in &claims {
            let company = sum(&|other| other.company == claim.company);
            prop_assert!(budget.company_cap.is_none_or(|cap| company <= u128::from(cap.get())));
        }
        for (policy, cap) in &budget.policy_caps {
            prop_assert!(sum(&|other| other.policy == *policy) <= u128::from(cap.get()));
        }
        for (policy, most) in &budget.quotas {
            let met = allocation.grants.iter().zip(&claims);
            let met = met.filter(|(granted, claim)| claim.policy == *policy && granted.amount > Fen::ZERO);
            prop_assert!(met.count() <= *most);
        }
    }

    #[test]
    fn a_larger_pool_takes_from_nobody_but_the_fen_of_rounding(
        amounts in proptest::collection::vec(0u64..1_000_000, 1..10), less in 0u64..3_000_000, more in 0u64..1_000_000
    ) {
        let amounts: Vec<Fen> = amounts.into_iter().map(fen).collect();
        let (small, large) = (pro_rata(fen(less), &amounts), pro_rata(fen(less + more), &amounts));
        prop_assert!(Fen::total(small.iter().copied()) <= Fen::total(large.iter().copied()));
        for (small, large) in small.iter().zip(&large) {
            prop_assert!(small.get() <= large.get() + 1);
        }
    }

    #[test]
    fn a_larger_claim_gets_no_less(amounts in proptest::collection::vec(0u64..1_000_000, 2..10), most in 0u64..3_000_000) {
        let amounts: Vec<Fen> = amounts.into_iter().map(fen).collect();
        let shares = pro_rata(fen(most), &amounts);
        for (one, share) in amounts.iter().zip(&shares) {
            for (other, theirs) in amounts.iter().zip(&shares) {
                prop_assert!(one >= other || share <= theirs || one == other);
                prop_assert!(one <= other || share >= theirs);
            }
        }
    }

    #[test]
    fn the_order_in_which_claims_are_given_says_nothing(claims in some_claims(), budget in some_budget()) {
        let mut turned = claims.clone();
        turned.reverse();
        let mut grants = allocate(&turned, &budget).unwrap().grants;
        grants.reverse();
        prop_assert_eq!(allocate(&claims, &budget).unwrap().grants, grants);
    }
}
