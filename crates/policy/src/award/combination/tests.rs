use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn fen(fen: u64) -> Fen {
    Fen::new(fen).unwrap()
}

fn offer(id: &str, worth: u64) -> Offer {
    Offer { id: id.into(), worth: fen(worth), ..Offer::default() }
}

fn excluding(id: &str, worth: u64, others: &[&str]) -> Offer {
    Offer { excludes: others.iter().map(|other| Arc::from(*other)).collect(), ..offer(id, worth) }
}

fn kind(id: &str, worth: u64, kind: &str) -> Offer {
    Offer { kind: Some(kind.into()), ..offer(id, worth) }
}

fn stack(id: &str, members: &[&str], most: u64) -> Stack {
    Stack {
        id: id.into(),
        members: members.iter().map(|member| Arc::from(*member)).collect(),
        most: fen(most),
    }
}

fn gets(combination: &Combination) -> Vec<Option<u64>> {
    let got = |choice: &Choice| match &choice.outcome {
        Outcome::Taken { gets, .. } => Some(gets.get()),
        Outcome::Refused { .. } => None,
    };
    combination.choices.iter().map(got).collect()
}

#[test]
fn of_a_kind_the_highest_is_given_and_the_other_is_told_by_how_much_less_it_is() {
    // Scenario 8: a firm fits two policies of the same kind.
    let offers = [kind("hz", 200_000, "listing"), kind("xs", 700_000, "listing"), offer("other", 5)];
    let best = combine(&offers, &[]).unwrap();
    assert_eq!(best.total, 700_005);
    assert_eq!(gets(&best), [None, Some(700_000), Some(5)]);
    let because = Because::Kind { other: "xs".into(), kind: "listing".into() };
    assert!(because.words().0.contains("就高不重复"));
    assert_eq!(best.choices[0].outcome, Outcome::Refused { because: vec![because], less: 500_000 });
}

#[test]
fn one_that_excludes_two_gives_way_when_the_two_are_worth_more_together() {
    let offers = [excluding("a", 100, &["b", "c"]), offer("b", 60), offer("c", 50)];
    let best = combine(&offers, &[]).unwrap();
    assert_eq!(gets(&best), [None, Some(60), Some(50)]);
    let because = vec![Because::Excluded { other: "b".into() }, Because::Excluded { other: "c".into() }];
    assert_eq!(best.choices[0].outcome, Outcome::Refused { because, less: 10 });
}

#[test]
fn either_paper_can_exclude_the_other_and_of_equal_worth_more_benefits_are_enjoyed() {
    let offers = [offer("a", 100), excluding("b", 60, &["a"]), excluding("c", 40, &["a", "not-offered"])];
    assert_eq!(gets(&combine(&offers, &[]).unwrap()), [None, Some(60), Some(40)]);
    // Of the same number too, the lesser id.
    let offers = [excluding("d", 7, &["b"]), offer("b", 7)];
    assert_eq!(gets(&combine(&offers, &[]).unwrap()), [None, Some(7)]);
}

#[test]
fn a_full_stack_is_parted_pro_rata_and_named() {
    let offers = [offer("a", 300), offer("b", 100), offer("c", 50)];
    let best = combine(&offers, &[stack("investment", &["a", "b"], 200)]).unwrap();
    assert_eq!((best.total, gets(&best)), (250, vec![Some(150), Some(50), Some(50)]));
    assert_eq!(best.choices[1].outcome, Outcome::Taken { gets: fen(50), full: vec!["investment".into()] });
    assert_eq!(best.choices[2].outcome, Outcome::Taken { gets: fen(50), full: vec![] });
}

#[test]
fn stacks_lie_within_each_other_or_apart_and_never_cross() {
    let offers = [offer("a", 100), offer("b", 100), offer("c", 100)];
    let nested = [stack("inner", &["a", "b"], 100), stack("outer", &["a", "b", "c"], 120)];
    let best = combine(&offers, &nested).unwrap();
    assert_eq!((best.total, gets(&best)), (120, vec![Some(30), Some(30), Some(60)]));
    assert_eq!(
        best.choices[0].outcome,
        Outcome::Taken { gets: fen(30), full: vec!["inner".into(), "outer".into()] }
    );
    let crossing = [stack("one", &["a", "b"], 100), stack("other", &["b", "c"], 120)];
    let refused = combine(&offers, &crossing).unwrap_err();
    assert_eq!(refused, CombinationError::Cross("one".into(), "other".into()));
    // What is not offered does not cross.
    assert!(combine(&offers[..2], &crossing).is_ok());
}

#[test]
fn a_stack_can_make_the_lesser_of_a_pair_the_better() {
    // Within the stack a is worth 10, so b, which is not in it, comes to more.
    let offers = [excluding("a", 100, &["b"]), offer("b", 20), offer("c", 90)];
    let best = combine(&offers, &[stack("s", &["a", "c"], 100)]).unwrap();
    assert_eq!((best.total, gets(&best)), (110, vec![None, Some(20), Some(90)]));
}

#[test]
fn names_given_twice_and_too_many_that_hang_together_are_refused() {
    assert_eq!(
        combine(&[offer("a", 1), offer("a", 2)], &[]).unwrap_err(),
        CombinationError::Twice("a".into())
    );
    let ring = |count: usize| -> Vec<Offer> {
        (0..count).map(|at| excluding(&format!("o{at}"), 10, &[&format!("o{}", (at + 1) % count)])).collect()
    };
    assert_eq!(combine(&ring(MOST), &[]).unwrap().total, 100);
    let refused = combine(&ring(MOST + 1), &[]).unwrap_err();
    assert_eq!(refused, CombinationError::TooMany(MOST + 1));
    assert!(refused.in_chinese().contains("人工"));
    // Without anything against each other any number goes.
    let free: Vec<Offer> = (0..500).map(|at| offer(&format!("o{at}"), 1)).collect();
    assert_eq!(combine(&free, &[]).unwrap().total, 500);
    assert_eq!(combine(&[], &[]).unwrap(), Combination { total: 0, choices: vec![] });
}

#[test]
fn the_hardest_that_is_searched_ends() {
    // One stack holds twenty benefits, each against one other: nothing can be decided apart.
    let pairs: Vec<Offer> = (0..MOST as u64)
        .map(|at| excluding(&format!("o{at}"), 1_000 + at * at, &[&format!("o{}", at ^ 1)]))
        .collect();
    let all: Vec<String> = (0..MOST).map(|at| format!("o{at}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(combine(&pairs, &[stack("all", &all, 5_000)]).unwrap().total, 5_000);
}

/// Every set is tried, and what it comes to is computed by the definition: a stack's members beyond its limit are cut.
struct Brute<'t> {
    offers: &'t [Offer],
    stacks: &'t [Stack],
}

impl Brute<'_> {
    fn allowed(&self, set: u32) -> bool {
        let has = |at: usize| set >> at & 1 == 1;
        let pairs = (0..self.offers.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
        pairs.filter(|(one, other)| has(*one) && has(*other)).all(|(one, other)| {
            let (one, other) = (&self.offers[one], &self.offers[other]);
            let same = one.kind.is_some() && one.kind == other.kind;
            !same && !one.excludes.contains(&other.id) && !other.excludes.contains(&one.id)
        })
    }

    /// Each stack, the smaller first, takes from its members what is beyond its limit.
    fn worth(&self, set: u32) -> u64 {
        let taken = self.offers.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
        let mut left: BTreeMap<&Arc<str>, u64> =
            taken.map(|(_, offer)| (&offer.id, offer.worth.get())).collect();
        let mut stacks: Vec<&Stack> = self.stacks.iter().collect();
        stacks.sort_by_key(|stack| {
            self.offers.iter().filter(|offer| stack.members.contains(&offer.id)).count()
        });
        for stack in stacks {
            let sum: u64 =
                left.iter().filter(|(id, _)| stack.members.contains(**id)).map(|(_, worth)| worth).sum();
            let mut beyond = sum.saturating_sub(stack.most.get());
            for (_, worth) in left.iter_mut().filter(|(id, _)| stack.members.contains(**id)) {
                let cut = beyond.min(*worth);
                (*worth, beyond) = (*worth - cut, beyond - cut);
            }
        }
        left.values().sum()
    }

    fn best(&self, with: Option<usize>) -> u64 {
        let sets = (0..1u32 << self.offers.len()).filter(|set| with.is_none_or(|at| set >> at & 1 == 1));
        sets.filter(|set| self.allowed(*set)).map(|set| self.worth(set)).max().unwrap()
    }
}

fn instance(most: usize) -> impl Strategy<Value = (Vec<Offer>, Vec<Stack>)> {
    let offers = proptest::collection::vec(
        (0u64..40, proptest::option::weighted(0.3, 0u8..3), proptest::collection::vec(0usize..most, 0..3)),
        1..=most,
    );
    // Stacks are runs of offers cut at the same places, which never cross.
    let cuts = (0usize..6, 0usize..6, 0u64..120, 0u64..120, 0u64..160);
    (offers, cuts).prop_map(|(drawn, (first, second, one, other, around))| {
        let offers: Vec<Offer> = drawn
            .iter()
            .enumerate()
            .map(|(at, (worth, kind, excludes))| Offer {
                id: format!("o{at:02}").into(),
                worth: fen(*worth),
                kind: kind.map(|kind| format!("k{kind}").into()),
                excludes: excludes
                    .iter()
                    .filter(|other| **other != at)
                    .map(|other| format!("o{other:02}").into())
                    .collect(),
            })
            .collect();
        let run = |from: usize, to: usize| {
            offers.iter().skip(from).take(to).map(|offer| offer.id.clone()).collect()
        };
        let stacks = vec![
            Stack { id: "one".into(), members: run(0, first), most: fen(one) },
            Stack { id: "other".into(), members: run(first, second), most: fen(other) },
            Stack { id: "around".into(), members: run(0, first + second), most: fen(around) },
        ];
        (offers, stacks)
    })
}

fn agrees(offers: &[Offer], stacks: &[Stack]) -> Result<(), TestCaseError> {
    let brute = Brute { offers, stacks };
    let found = combine(offers, stacks).unwrap();
    prop_assert_eq!(found.total, u128::from(brute.best(None)));
    let mut paid = 0;
    let mut set = 0u32;
    for (at, choice) in found.choices.iter().enumerate() {
        prop_assert_eq!(&choice.offer, &offers[at].id);
        match &choice.outcome {
            Outcome::Taken { gets, full } => {
                prop_assert!(*gets <= choice.worth);
                prop_assert!(!full.is_empty() || *gets == choice.worth);
                paid += u128::from(gets.get());
                set |= 1 << at;
            }
            Outcome::Refused { because, less } => {
                prop_assert!(!because.is_empty());
                prop_assert_eq!(found.total - less, u128::from(brute.best(Some(at))));
            }
        }
    }
    prop_assert!(brute.allowed(set));
    prop_assert_eq!(paid, found.total);
    for stack in stacks {
        let within = found.choices.iter().filter(|choice| stack.members.contains(&choice.offer));
        let sum = within.map(|choice| match &choice.outcome {
            Outcome::Taken { gets, .. } => u128::from(gets.get()),
            Outcome::Refused { .. } => 0,
        });
        prop_assert!(sum.sum::<u128>() <= u128::from(stack.most.get()));
    }
    Ok(())
}

proptest! {
    #[test]
    fn it_is_the_best_of_all_sets((offers, stacks) in instance(8)) {
        agrees(&offers, &stacks)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn it_is_the_best_of_all_sets_of_fourteen((offers, stacks) in instance(14)) {
        agrees(&offers, &stacks)?;
    }
}
