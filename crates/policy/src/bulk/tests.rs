use super::{Columns, Matcher};
use condition::{Condition, Dictionary, Facts, Hit, Known, Number, Row, Rules, Table, Truth, Type, Value};
use jiff::civil::date;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

mod claims;

/// What is known of a company, ranges too.
#[derive(Debug, Clone, Default)]
struct Company(BTreeMap<Arc<str>, Known<'static>>);

impl Facts for Company {
    fn fact(&self, name: &str) -> Known<'_> {
        self.0.get(name).cloned().unwrap_or(Known::Unknown)
    }
}

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

/// Fields of every type, some of which follow from others.
fn dictionary() -> Dictionary {
    let list = |of| Type::List(Box::new(of));
    let common = Dictionary::new().with_common_units();
    let unit = |name: &str| Type::Amount(common.unit(name).unwrap().clone());
    let mut dictionary = common.clone();
    for (key, kind) in [
        ("staff", unit("人")),
        ("revenue", unit("万元")),
        ("spend", unit("万元")),
        ("profit", unit("元")),
        ("ratio", Type::Number),
        ("share", Type::Number),
        ("growth", Type::Number),
        ("listed", Type::Truth),
        ("small", Type::Truth),
        ("founded", Type::Date),
        ("closed", Type::Date),
        ("kind", Type::Choice(["a", "b", "c"].map(Arc::from).into())),
        ("region", Type::Text),
        ("class", Type::Text),
        ("awards", list(Type::Text)),
        ("scores", list(Type::Number)),
    ] {
        dictionary.insert(key, kind);
    }
    let row = |when: Option<&str>, then: &str| Row { when: when.map(str::to_owned), then: then.into() };
    let table = |hit, cap: Option<&str>, rows| Table { label: None, hit, cap: cap.map(str::to_owned), rows };
    let mut rules = Rules::default();
    for (key, text) in [
        ("share", "spend / revenue"),
        ("growth", "share - ratio"),
        ("small", "staff < 300 and revenue < 5000"),
        ("class", "if staff < 20 then \"micro\" else if staff < 300 then \"small\" else \"large\""),
    ] {
        rules.derived.insert(key.into(), text.into());
    }
    let sized = vec![
        row(Some("staff < 20 or revenue < 300"), "\"micro\""),
        row(Some("small"), "\"small\""),
        row(None, "\"large\""),
    ];
    let points =
        vec![row(Some("share >= 5%"), "10"), row(Some("listed"), "5"), row(Some("kind = \"a\""), "ratio")];
    let band =
        vec![row(Some("revenue >= 1000"), "3"), row(Some("listed"), "5"), row(Some("staff > 5"), "ratio")];
    rules.tables.insert("size".into(), table(Hit::First, None, sized));
    rules.tables.insert("points".into(), table(Hit::Sum, Some("12"), points));
    rules.tables.insert("band".into(), table(Hit::First, None, band));
    rules.criteria.insert("base".into(), vec!["staff <= 300".into(), "not(listed)".into()]);
    dictionary.with_rules(&rules).unwrap()
}

fn keys(dictionary: &Dictionary) -> Columns {
    let tables = ["size", "points", "band"];
    Columns::new(
        dictionary.fields().filter(|(key, _)| !tables.contains(&&***key)).map(|(key, kind)| (&**key, kind)),
    )
}

fn read(texts: &[String]) -> Vec<Condition> {
    let dictionary = dictionary();
    let parse = |text: &String| {
        Condition::parse(text, &dictionary).unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
    };
    texts.iter().map(parse).collect()
}

/// Weighs every condition for every company in bulk, one by one in bulk, and by the evaluator; all must agree.
fn agree(texts: &[String], companies: &[Company]) -> usize {
    let conditions = read(texts);
    let mut columns = keys(&dictionary());
    for company in companies {
        columns.push_facts(company);
    }
    let mut matcher = Matcher::new(columns, &conditions);
    let threads = NonZeroUsize::new(2).unwrap();
    let mut pairs = 0;
    let mut counted = vec![[0; 3]; texts.len()];
    let expected: Vec<Vec<Truth>> = companies
        .iter()
        .map(|company| conditions.iter().map(|condition| condition.truth(company)).collect())
        .collect();
    let seen: Result<(), String> = matcher.verdicts(threads, |verdicts| {
        for row in verdicts.rows() {
            for (condition, text) in texts.iter().enumerate() {
                let (found, expected) = (verdicts.truth(row, condition), expected[row][condition]);
                if found != expected {
                    return Err(format!(
                        "`{text}` of {:?} is {expected:?}, in bulk {found:?}",
                        companies[row]
                    ));
                }
                counted[condition][found as usize] += 1;
                pairs += 1;
            }
        }
        Ok(())
    });
    seen.unwrap();
    for threads in [1, 3] {
        let tallies = matcher.tally(NonZeroUsize::new(threads).unwrap());
        let tallies: Vec<[u64; 3]> =
            tallies.iter().map(|tally| [tally.no, tally.unknown, tally.yes]).collect();
        assert_eq!(tallies, counted);
    }
    for (company, expected) in companies.iter().zip(&expected).take(300) {
        assert_eq!(&matcher.decide(company), expected, "{company:?}");
    }
    pairs
}

fn cell(values: Vec<Value>) -> impl Strategy<Value = Option<Known<'static>>> + Clone {
    let value = select(values).prop_map(|value| Some(Known::Value(Cow::Owned(value))));
    prop_oneof![12 => value, 1 => Just(Some(Known::Absent)), 2 => Just(None)]
}

fn numbers() -> impl Strategy<Value = Option<Known<'static>>> + Clone {
    let near =
        ["0", "1", "-1", "5", "19", "19.99", "20", "20.01", "299", "300", "301", "5000", "4999.9999", "0.05"];
    let far = [
        "0.049999999999999999",
        "0.0500000000000000001",
        "1/3",
        "9223372036854775807",
        "-9223372036854775808",
        "123456789012345678901234567890",
        "0.000000000000000000000000000001",
        "100000000000000000.5",
    ];
    let values = |texts: &[&str]| texts.iter().map(|text| number(text).into()).collect::<Vec<Value>>();
    let range = prop_oneof![Just(("0", "19")), Just(("5", "5")), Just(("20", "5000")), Just(("9", "1"))]
        .prop_map(|(low, high)| Some(Known::Range { low: number(low), high: number(high) }));
    prop_oneof![40 => cell(values(&near)), 2 => cell(values(&far)), 1 => range]
}

fn company() -> impl Strategy<Value = Company> + Clone {
    let truth = || cell(vec![true.into(), false.into()]);
    let day = || cell(vec![date(2020, 2, 29).into(), date(2024, 12, 31).into(), date(2025, 3, 1).into()]);
    let text = |texts: &[&str]| cell(texts.iter().map(|text| Value::from(*text)).collect());
    let texts = cell(vec![Value::List(vec![]), Value::List(vec!["a".into(), Value::Absent, "州".into()])]);
    let scores = cell(vec![Value::List(vec![5.into(), 20.into()]), Value::List(vec![Value::Absent])]);
    let amounts = [numbers(), numbers(), numbers(), numbers(), numbers(), numbers(), numbers()];
    let names =
        [text(&["a", "b", "c"]), text(&["330110", "3301", "", "杭州\"市"]), text(&["micro", "small", "x"])];
    (amounts, [truth(), truth()], [day(), day()], names, (texts, scores)).prop_map(
        |([a, b, c, d, e, f, g], [h, i], [j, k], [l, m, n], (o, p))| {
            let keys = [
                "staff", "revenue", "spend", "profit", "ratio", "share", "growth", "listed", "small",
                "founded", "closed", "kind", "region", "class", "awards", "scores",
            ];
            let cells = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
            let known = keys.into_iter().zip(cells).filter_map(|(key, cell)| Some((key.into(), cell?)));
            Company(known.collect())
        },
    )
}

/// How many random pairs are tried; `./test long` tries a million.
fn pairs() -> usize {
    40_000 * std::env::var("QXE_TIMES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

#[test]
fn bulk_and_single_agree() {
    let mut runner = TestRunner::deterministic();
    let mut tried = 0;
    while tried < pairs() {
        // One whole block and a part of another.
        let companies = draw(&mut runner, &prop::collection::vec(company(), 1030..1100));
        let texts = draw(&mut runner, &prop::collection::vec(claims::condition(), 40));
        tried += agree(&texts, &companies);
    }
}

fn draw<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

fn numbers_of(key: &str, values: &[&str]) -> Vec<Company> {
    let known = |value: &&str| Known::Value(Cow::Owned(number(value).into()));
    values.iter().map(|value| Company([(key.into(), known(value))].into())).collect()
}

#[test]
fn cells_that_do_not_fit_a_column_are_exact_all_the_same() {
    let texts = [
        "ratio > 0.1",
        "ratio = 1/3",
        "ratio >= 9223372036854775808",
        "ratio / 3 < 0.000000000000000000000001",
        "ratio * 7 != 2.1",
    ];
    let companies = numbers_of(
        "ratio",
        &[
            "0.1",
            "0.10000000000000000001",
            "1/3",
            "9223372036854775807",
            "9223372036854775808",
            "1e-40",
            "-1e300",
            "0.3",
        ],
    );
    agree(&texts.map(str::to_owned), &companies);
}

#[test]
fn common_claims_are_columns_and_not_left_to_the_evaluator() {
    let texts = [
        "staff <= 300",
        "revenue between 300 万元 and 0.4 亿元",
        "spend / revenue >= 5%",
        "(revenue - spend) / spend > 1.5 or not(listed)",
        "share >= 5%",
        "mean(revenue, spend) > profit",
        "days_between(founded, @\"2025-01-01\") >= 365",
        "founded in [@\"2020-01-01\"..closed)",
        "kind in (\"a\", \"b\") and starts_with(region, \"33\")",
        "contains(awards, \"a\") or awards is absent",
        "at least 2 of (small, listed = false, class = \"micro\")",
        "size = \"small\" and band >= 3",
        "if staff > 20 then ratio >= 5% else criteria(\"base\")",
    ];
    let matcher = Matcher::new(keys(&dictionary()), &read(&texts.map(str::to_owned)));
    let left: Vec<String> = matcher.left_to_the_evaluator().map(ToString::to_string).collect();
    assert!(left.is_empty(), "{left:?}");
    let hard = Matcher::new(keys(&dictionary()), &read(&["region = kind".into()]));
    assert_eq!(hard.left_to_the_evaluator().count(), 1);
}

#[test]
fn what_conditions_share_is_computed_once() {
    let texts = [
        "staff <= 300 and listed",
        "listed and not(staff > 300.0 人) and staff <= 300",
        "not(listed) or staff >= 301",
    ];
    let matcher = Matcher::new(keys(&dictionary()), &read(&texts.map(str::to_owned)));
    assert_eq!(matcher.claims(), 4, "<= 300, > 300, >= 301 and listed");
}

#[test]
fn rules_that_multiply_without_end_are_left_to_the_evaluator_as_a_whole() {
    let mut dictionary = Dictionary::new().with("f0", Type::Number);
    let mut rules = Rules::default();
    for level in 1..30 {
        dictionary.insert(format!("f{level}"), Type::Number);
        let below = level - 1;
        rules.derived.insert(format!("f{level}").into(), format!("f{below} + f{below}"));
    }
    let dictionary = dictionary.with_rules(&rules).unwrap();
    let condition = Condition::parse("f29 > 3 and f0 > 2", &dictionary).unwrap();
    let mut columns = Columns::new(dictionary.fields().map(|(key, kind)| (&**key, kind)));
    let company = numbers_of("f0", &["1"]).remove(0);
    columns.push_facts(&company);
    let matcher = Matcher::new(columns, [&condition]);
    assert_eq!(matcher.tally(NonZeroUsize::MIN)[0].no, 1);
}

#[test]
fn columns_are_packed_as_narrow_as_they_can_be() {
    let mut columns = keys(&dictionary());
    for index in 0..2048_i64 {
        let known = |value: i64| Known::Value(Cow::Owned(value.into()));
        columns.push_facts(&Company([("staff".into(), known(1_000_000 + index % 200))].into()));
    }
    // A byte of staff a company, and three planes for each of sixteen fields.
    assert_eq!(columns.rows(), 2048);
    assert!(columns.size() < 2048 * (1 + 3 * 16 / 8 + 1), "{}", columns.size());
}
