//! Laws, over facts drawn at random.
//!
//! `reference.jsonl` is a sample of what the evaluator of the policy data set, written apart from this one, says: for
//! each policy up to three sets of random facts of each verdict, numbers at and beside every limit, known absence
//! among them. Where it does not know, more may be decided here; never against it.
use super::*;
use condition::{Facts, Known, Truth, Value};
use std::borrow::Cow;
use std::sync::Arc;

fn sample() -> impl Iterator<Item = (&'static Policy, Json, FactFile)> {
    include_str!("reference.jsonl").lines().map(|line| {
        let line: Json = serde_json::from_str(line).unwrap();
        let file = facts(&line["facts"]);
        (policy(line["policy"].as_str().unwrap()), line, file)
    })
}

#[test]
fn nothing_is_decided_against_the_reference_and_all_that_it_decides() {
    let mut compared = 0;
    for (policy, line, file) in sample() {
        let (ours, theirs) = (policy.verdict(file.as_of(None)).key(), line["is"].as_str().unwrap());
        assert!(ours == theirs || theirs == "unknown", "{line}: {ours}");
        compared += 1;
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn forgetting_a_fact_never_flips_a_verdict() {
    for (policy, line, file) in sample() {
        let verdict = policy.verdict(file.as_of(None));
        for key in file.keys().cloned().collect::<Vec<_>>() {
            // A random fact may contradict what it is derived from, which then counts.
            if Library::shipped().fields.fields[&key].derived.is_some() {
                continue;
            }
            let fewer = policy.verdict(file.without(&key).as_of(None));
            assert!([verdict, Verdict::Unknown].contains(&fewer), "{line}: forgetting {key}");
        }
    }
}

#[test]
fn the_clauses_explain_the_verdict() {
    for (policy, line, file) in sample() {
        let decision = Library::shipped().decide(policy, &file, None);
        let truths = || decision.clauses.iter().map(|clause| clause.truth);
        let failing = truths().filter(|truth| *truth == Truth::No).count();
        assert_eq!(decision.verdict == Verdict::Ineligible, failing > 0, "{line}");
        assert_eq!(
            decision.verdict == Verdict::Eligible,
            truths().all(|truth| truth == Truth::Yes),
            "{line}"
        );
        assert_eq!(decision.gaps.len(), failing, "{line}");
        for clause in &decision.clauses {
            // An open clause may miss nothing: what is divided by zero is not known either.
            assert!(clause.missing.is_empty() || clause.truth == Truth::Unknown, "{line}: {}", clause.clause);
        }
    }
}

/// Facts with some otherwise.
struct Otherwise<'f>(KnownThen<'f>, Vec<(Arc<str>, Value)>);

impl Facts for Otherwise<'_> {
    fn fact(&self, name: &str) -> Known<'_> {
        match self.1.iter().find(|(field, _)| **field == *name) {
            Some((_, value)) => Known::Value(Cow::Borrowed(value)),
            None => self.0.fact(name),
        }
    }
}

#[test]
fn after_a_change_the_clause_does_not_fail_any_more() {
    let (mut tried, mut gaps, mut hopeless) = (0, 0, 0);
    for (policy, line, file) in sample() {
        for gap in Library::shipped().decide(policy, &file, None).gaps {
            gaps += 1;
            hopeless += usize::from(gap.alternatives.is_empty());
            for set in &gap.alternatives {
                let changes =
                    set.iter().map(|worded| (worded.change.field.clone(), worded.change.example.clone()));
                let facts = Otherwise(file.as_of(None), changes.collect());
                let truth = policy.clauses[&gap.clause].when.truth(&facts);
                assert_ne!(truth, Truth::No, "{line}: {}: {set:?}", gap.clause);
                tried += 1;
            }
        }
    }
    // What cannot change, such as the legal form, leaves a gap without a change.
    assert!(gaps > 300 && hopeless * 4 < gaps, "{gaps} gaps, {tried} changes, {hopeless} gaps without any");
}
