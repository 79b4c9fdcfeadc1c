//! What companies enjoy together, by the rules that papers hold.
use super::bad::written;
use super::*;
use crate::award::Fen;
use crate::award::combination::{Because, CombinationError, Outcome};

const FIELDS: &str = r#"
[investment]
label   = { zh = "投资额", en = "investment" }
type    = "number"
unit    = "万元"
meaning = { zh = "investment", en = "investment" }
scope   = "company"
"#;

/// Policies by id, amount and what else stands at their head, and what a company with an investment enjoys.
fn library(policies: &[(&str, &str, &str)]) -> (Library, Vec<String>) {
    let file = |(id, amount, more): &(&str, &str, &str)| {
        let text = written(id, "investment >= 0 万元", &format!("amount = '{amount}'"));
        (format!("{id}.toml"), text.replacen("title = ", &format!("{more}\ntitle = "), 1))
    };
    let mut files: Vec<(String, String)> = policies.iter().map(file).collect();
    files.push(("fields.toml".into(), FIELDS.into()));
    let (library, findings) = Library::read(files.iter().map(|(name, text)| (&**name, &**text)));
    (library, findings.iter().map(ToString::to_string).collect())
}

fn enjoyed(library: &Library, investment: i64) -> Result<Enjoyed, CombinationError> {
    let mut file = FactFile::default();
    file.insert(&library.fields, "investment", &Given::Number(investment.into()), None, None).unwrap();
    library.enjoyed(file.as_of(None))
}

fn gets(enjoyed: &Enjoyed) -> Vec<(&str, Option<u64>)> {
    let choices = enjoyed.combination.choices.iter();
    let got = |outcome: &Outcome| match outcome {
        Outcome::Taken { gets, .. } => Some(gets.get() / 100),
        Outcome::Refused { .. } => None,
    };
    choices.map(|choice| (&*choice.offer, got(&choice.outcome))).collect()
}

#[test]
fn of_two_policies_of_one_kind_the_higher_is_enjoyed() {
    let kind = "highest_of = \"listing\"";
    let (library, findings) = library(&[("a", "20 万元", kind), ("b", "70 万元", kind), ("c", "1 元", "")]);
    assert_eq!(findings, [""; 0]);
    let enjoyed = enjoyed(&library, 100).unwrap();
    assert_eq!(gets(&enjoyed), [("a", None), ("b", Some(700_000)), ("c", Some(1))]);
    let because = vec![Because::Kind { other: "b".into(), kind: "listing".into() }];
    let less = Fen::new(20_000_000).map(|twenty| 70_000_000 - twenty.get()).unwrap();
    assert_eq!(enjoyed.combination.choices[0].outcome, Outcome::Refused { because, less: u128::from(less) });
}

/// The head of `b`, whose paper limits what it comes to with `a`. Tables follow what stands alone, so it is put last.
fn stacked(with: &str, most: &str) -> (Library, Vec<String>) {
    let stack = format!(
        "[stack.total]\ntitle = {{ zh = \"合计\", en = \"in all\" }}\nwith = [\"{with}\"]\nmost = '{most}'\n"
    );
    let files = [
        ("fields.toml", FIELDS.to_owned()),
        ("a.toml", written("a", "investment >= 0 万元", "amount = '20 万元'")),
        ("b.toml", written("b", "investment >= 0 万元", "amount = '30 万元'") + &stack),
        ("c.toml", written("c", "investment >= 0 万元", "cap = '30 万元'")),
    ];
    let (library, findings) = Library::read(files.iter().map(|(name, text)| (*name, &**text)));
    (library, findings.iter().map(ToString::to_string).collect())
}

#[test]
fn a_paper_limits_what_it_comes_to_with_others_by_a_share_of_the_investment() {
    let (library, findings) = stacked("a", "20% * investment");
    assert_eq!(findings, [""; 0]);
    let full = enjoyed(&library, 100).unwrap();
    assert_eq!(gets(&full), [("a", Some(80_000)), ("b", Some(120_000))]);
    assert_eq!(full.unpriced, ["c".into()], "what is given up to a cap is no exact amount");
    assert_eq!(full.combination.choices[0].worth, Fen::new(20_000_000).unwrap());
    assert_eq!(gets(&enjoyed(&library, 1_000).unwrap()), [("a", Some(200_000)), ("b", Some(300_000))]);
}

#[test]
fn a_limit_that_the_facts_do_not_give_is_not_guessed() {
    let (library, _) = stacked("a", "20% * investment");
    let nothing = FactFile::default();
    assert_eq!(gets(&library.enjoyed(nothing.as_of(None)).unwrap()), [], "who fits nothing needs no limit");
    let (unlimited, _) = stacked("a", "10 万元 / (investment / 1 万元 - 2000)");
    let refused = enjoyed(&unlimited, 2_000).unwrap_err();
    assert_eq!(refused, CombinationError::Limit("b.total".into()));
    assert!(refused.in_chinese().contains("b.total"));
}

#[test]
fn a_stack_names_policies_there_are_and_is_money() {
    assert_eq!(stacked("aa", "1 元").1, ["b.toml:23:9: there is no policy `aa`"]);
    assert_eq!(stacked("a", "20%").1, ["b.toml:24:8: what a stack comes to at most is money"]);
    assert!(stacked("a", "20% * investmnt").1[0].contains("investment"));
}
