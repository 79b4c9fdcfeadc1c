//! What is asked of the author, each with the value or the clauses that show it.
use super::*;
use crate::{FactFile, Given};
use proptest::prelude::*;

const FIELDS: &str = r#"
[staff]
label   = { zh = "职工人数", en = "staff" }
type    = "integer"
unit    = "人"
meaning = { zh = "staff", en = "staff" }
scope   = "company"

[income]
label   = { zh = "所得额", en = "income" }
type    = "number"
unit    = "万元"
meaning = { zh = "income", en = "income" }
scope   = "company"

[form]
label   = { zh = "形式", en = "form" }
type    = "choice"
values  = { company = "公司", branch = "分支机构" }
meaning = { zh = "form", en = "form" }
scope   = "company"

[town]
label   = { zh = "乡镇", en = "town" }
type    = "text"
meaning = { zh = "town", en = "town" }
scope   = "company"

[founded]
label   = { zh = "成立日期", en = "founded" }
type    = "date"
meaning = { zh = "founded", en = "founded" }
scope   = "company"
"#;

/// A policy with these clauses, `a`, `b` and so on, and this benefit.
fn written(clauses: &[&str], benefit: &str) -> String {
    let head = r#"id = "p"
title = { zh = "甲", en = "A" }
issuer = "乙"
document = { confidence = "seen" }
level = "city"
status = "in_force"
in_force = { from = 2024-01-01 }
domain = "tax"
subject = "company"
application = "declare"
confidence = "verified"
"#;
    let clause = |(name, when): (char, &&str)| {
        format!("[clause.{name}]\ntitle = {{ zh = \"丁\", en = \"D\" }}\nwhen = '{when}'\n")
    };
    let clauses: String = ('a'..).zip(clauses).map(clause).collect();
    format!("{head}[benefit]\ntype = \"award\"\ntext = {{ zh = \"丙\", en = \"C\" }}\n{benefit}\n{clauses}")
}

fn library(text: &str) -> Library {
    let (library, findings) = Library::read([("fields.toml", FIELDS), ("p.toml", text)]);
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings, [""; 0]);
    library
}

fn review(clauses: &[&str], benefit: &str) -> Review {
    let text = written(clauses, benefit);
    library(&text).review("p.toml", &text)
}

/// What is remarked, without the places.
fn remarks(clauses: &[&str]) -> Vec<String> {
    review(clauses, "").remarks.iter().map(|remark| remark.flaw.to_string()).collect()
}

#[test]
fn clauses_that_differ_raise_nothing() {
    let clauses = [
        "staff between 20 and 300",
        "income <= 300 万元",
        "form != \"branch\"",
        "founded >= @\"2020-01-01\"",
    ];
    assert_eq!(review(&clauses, ""), Review::default());
}

#[test]
fn clauses_that_nobody_can_meet_are_named_with_the_field_and_their_place() {
    let review = review(&["income > 0 万元", "staff >= 50", "staff < 50", "staff < 90"], "");
    assert_eq!(review.remarks.len(), 1);
    let remark = review.remarks[0].to_string();
    assert_eq!(remark, "p.toml:24:8: nobody can meet this: no value of `staff` meets `b`, `c`");
    assert!(review.remarks[0].flaw.in_chinese().contains("`b`、`c`"));
    for clauses in [
        &["staff > 50 and staff < 51"][..],
        &["form = \"branch\"", "form != \"branch\""],
        &["town = \"余杭\"", "town in (\"萧山\", \"滨江\")"],
        &["founded < @\"2020-01-01\"", "founded >= @\"2020-01-01\""],
        &["income is absent", "income > 5 万元"],
        &["income > 3 亿元", "income <= 30000 万元"],
    ] {
        assert!(remarks(clauses)[0].starts_with("nobody can meet this"), "{clauses:?}");
    }
    // Money is divided, people are not.
    assert_eq!(remarks(&["income > 50 万元 and income < 51 万元"]), [""; 0]);
}

#[test]
fn a_clause_that_others_contain_never_matters() {
    assert_eq!(
        remarks(&["staff >= 50", "staff >= 20"]),
        ["clause `b` never matters: whoever meets `a` meets it"]
    );
    assert_eq!(
        remarks(&["staff >= 20", "form = \"company\"", "staff >= 50"]),
        ["clause `a` never matters: whoever meets `c` meets it"]
    );
    // Nobody said that there is any staff, so that the first says something.
    assert_eq!(remarks(&["staff >= 20 or staff < 20", "form = \"company\""]), [""; 0]);
    assert_eq!(
        remarks(&["staff >= 20 or not(staff >= 20)", "form = \"company\""]),
        ["clause `a` never matters: it always holds"]
    );
    assert_eq!(remarks(&["true", "staff >= 20"]), ["clause `a` never matters: it always holds"]);
    assert_eq!(remarks(&["false", "staff >= 20"]), [""; 0]);
    // Of two that say the same only one is idle.
    assert_eq!(remarks(&["staff >= 20", "not(staff < 20)"]).len(), 1);
}

#[test]
fn bands_with_a_gap_and_rows_that_are_never_reached_are_found() {
    let band = |rows: &str| format!("amount = {{ rows = [{rows}] }}");
    let remarks = |rows: &str| -> Vec<String> {
        let review = review(&["form = \"company\""], &band(rows));
        review.remarks.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        remarks("{ when = 'staff < 20', then = '1 元' }, { when = 'staff >= 20', then = '2 元' }"),
        [""; 0]
    );
    assert_eq!(
        remarks("{ when = 'staff < 20', then = '1 元' }, { when = 'staff > 20', then = '2 元' }"),
        ["p.toml:15:1: the bands leave a gap: none holds for `staff` = 20"]
    );
    assert_eq!(
        remarks("{ when = 'staff >= 20', then = '1 元' }, { when = 'staff >= 90', then = '2 元' }"),
        ["p.toml:15:60: row 2 is never reached: rows before it hold all that it does"]
    );
    assert_eq!(
        remarks("{ when = 'staff >= 90', then = '2 元' }, { when = 'staff >= 20', then = '1 元' }"),
        [""; 0]
    );
    // What is added up is not shadowed.
    let sum = "amount = { hit = \"sum\", rows = [{ when = 'staff >= 20', then = '1 元' }, { when = 'staff >= 90', then = '2 元' }] }";
    assert_eq!(review(&["form = \"company\""], sum), Review::default());
}

#[test]
fn what_computes_or_compares_fields_is_not_decided_and_says_so() {
    let review = review(&["income / 2 >= 3 万元", "staff >= 3", "year(founded) > 2020"], "");
    assert_eq!(review.undecided, ["a".into(), "c".into()]);
    assert_eq!(review.remarks, []);
    // The parts that can be compared still are.
    let both = self::review(&["staff < 3 and income / 2 >= 3 万元", "staff >= 3"], "");
    assert_eq!((both.undecided.len(), both.remarks.len()), (1, 1));
    assert_eq!(Library::shipped().review("p.toml", "nothing"), Review::default());
}

#[test]
fn clauses_that_tell_no_company_apart_are_counted_with_a_witness() {
    let text = written(&["staff >= 20", "income >= 0 万元"], "");
    let library = library(&text);
    let company = |staff: Option<i64>| {
        let mut file = FactFile::default();
        let mut put = |field, number: i64| {
            file.insert(&library.fields, field, &Given::Number(number.into()), None, None).unwrap();
        };
        put("income", 5);
        if let Some(staff) = staff {
            put("staff", staff);
        }
        file
    };
    let files = [company(None), company(Some(20)), company(Some(19)), company(Some(90))];
    let companies: Vec<KnownThen> = files.iter().map(|file| file.as_of(None)).collect();
    let tallies = library.policies["p"].tally(&companies);
    assert_eq!((tallies[0].counts, tallies[0].witnesses), ([1, 1, 2], [Some(2), Some(0), Some(1)]));
    assert_eq!((tallies[0].always(), tallies[1].always()), (None, Some(Truth::Yes)));
    assert_eq!(library.policies["p"].tally(&[])[0].always(), None);
}

#[test]
fn the_shipped_policies_raise_what_is_known_of_them() {
    let library = Library::shipped();
    let policies =
        Library::shipped_texts().filter(|(name, _)| !name.ends_with("cases.toml") && *name != "fields.toml");
    let mut remarks = vec![];
    let (mut decided, mut undecided) = (0, 0);
    for (name, text) in policies {
        let review = library.review(name, text);
        let clauses = library.policies[name.trim_end_matches(".toml")].clauses.len();
        undecided += review.undecided.len();
        decided += clauses - review.undecided.len().min(clauses);
        remarks.extend(review.remarks.iter().map(ToString::to_string));
    }
    // Assets are written off over 3, 4, 5 or 10 years at least; nothing lasts 6.
    let known =
        ["cn-dep-zxw-2022.toml:30:8: the bands leave a gap: none holds for `asset_min_dep_years` = 6"];
    assert_eq!(remarks, known);
    assert!(decided > 2 * undecided, "{decided} decided, {undecided} not");
}

/// A claim about `income` and what it says of a number, by the definition.
#[derive(Debug, Clone)]
enum Said {
    Compare(&'static str, i64),
    Between(i64, i64),
    Not(Box<Said>),
    Or(Box<Said>, Box<Said>),
}

impl Said {
    fn text(&self) -> String {
        match self {
            Self::Compare(sign, number) => format!("income {sign} {number} 万元"),
            Self::Between(low, high) => format!("income between {low} 万元 and {high} 万元"),
            Self::Not(said) => format!("not({})", said.text()),
            Self::Or(one, other) => format!("({} or {})", one.text(), other.text()),
        }
    }

    /// Of a number of quarters, so that everything between two whole numbers is met.
    fn holds(&self, quarters: i64) -> bool {
        match self {
            Self::Compare(sign, number) => {
                let (value, number) = (quarters, number * 4);
                match *sign {
                    "<" => value < number,
                    "<=" => value <= number,
                    ">" => value > number,
                    ">=" => value >= number,
                    "=" => value == number,
                    _ => value != number,
                }
            }
            Self::Between(low, high) => (low * 4..=high * 4).contains(&quarters),
            Self::Not(said) => !said.holds(quarters),
            Self::Or(one, other) => one.holds(quarters) || other.holds(quarters),
        }
    }
}

fn said() -> impl Strategy<Value = Said> {
    let sign = prop_oneof![Just("<"), Just("<="), Just(">"), Just(">="), Just("="), Just("!=")];
    let leaf = prop_oneof![
        4 => (sign, 0i64..8).prop_map(|(sign, number)| Said::Compare(sign, number)),
        1 => (0i64..8, 0i64..8).prop_map(|(low, high)| Said::Between(low, high)),
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|said| Said::Not(Box::new(said))),
            (inner.clone(), inner).prop_map(|(one, other)| Said::Or(Box::new(one), Box::new(other))),
        ]
    })
}

proptest! {
    #[test]
    fn a_contradiction_is_found_exactly_where_no_number_meets_all(claims in proptest::collection::vec(said(), 1..4)) {
        // That there is no income at all is kept apart: every claim here wants one.
        let texts: Vec<String> = claims.iter().map(|said| format!("income is present and {}", said.text())).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let met = (-8..50).any(|quarters| claims.iter().all(|said| said.holds(quarters)));
        let contradicted = remarks(&texts).iter().any(|remark| remark.starts_with("nobody"));
        prop_assert_eq!(contradicted, !met, "{:?}", texts);
        let idle = |at: usize| {
            let others = || claims.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, said)| said);
            !claims[1..].is_empty() && (-8..50).all(|quarters| !others().all(|said| said.holds(quarters)) || claims[at].holds(quarters))
        };
        if met {
            let found = remarks(&texts).iter().any(|remark| remark.contains("never matters"));
            prop_assert_eq!(found, (0..claims.len()).any(idle), "{:?}", texts);
        }
    }
}

#[test]
fn numbers_are_those_of_the_units_that_are_written() {
    assert_eq!(remarks(&["income >= 1 亿元", "income >= 10000 万元"]).len(), 1);
    assert_eq!(
        remarks(&["income >= 1 亿元", "income >= 10001 万元"]),
        ["clause `a` never matters: whoever meets `b` meets it"]
    );
}
