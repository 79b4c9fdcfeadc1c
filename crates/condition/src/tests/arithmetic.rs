//! Arithmetic, units, functions, lists and quantifiers.

use super::{FactMap, facts};
use crate::{
    Condition, Dictionary, Evaluation, Expression, Number, Truth,
    Truth::{No, Unknown, Yes},
    Type, Unit, Value,
};

/// The fields of the other tests, and some that count units.
pub(super) fn dictionary() -> Dictionary {
    let mut dictionary = super::dictionary().with_common_units();
    let amount = |dictionary: &Dictionary, unit| Type::Amount(dictionary.unit(unit).unwrap().clone());
    for (key, unit) in
        [("assets", "万元"), ("grant", "元"), ("profit", "万元"), ("staff", "人"), ("months", "月")]
    {
        dictionary.insert(key, amount(&dictionary, unit));
    }
    let staff = amount(&dictionary, "人");
    dictionary.insert("quarters", Type::List(Type::List(staff.into()).into()));
    dictionary.insert("numbers", Type::Map(Type::Text.into()));
    dictionary.insert("results", Type::Map(Type::Truth.into()));
    dictionary.insert("gaps", Type::List(Type::Number.into()));
    dictionary.alias("资产总额", "assets");
    dictionary
}

/// 5,000 万元 of assets, a grant of 30,000 元, no profit known, 120 persons; `months` is unknown.
pub(super) fn known() -> FactMap {
    let pair = |from: i64, to: i64| Value::List(vec![from.into(), to.into()]);
    let numbers = [("2023", "2023330110A8000001".into()), ("2024", Value::Absent)];
    let mut known = facts();
    known.extend([
        ("assets".into(), Some(5000.into())),
        ("grant".into(), Some(30_000.into())),
        ("staff".into(), Some(120.into())),
        ("quarters".into(), Some(Value::List(vec![pair(100, 120), pair(120, 141)]))),
        ("numbers".into(), Some(Value::Map(numbers.map(|(key, value)| (key.into(), value)).into()))),
        ("gaps".into(), Some(Value::List(vec![1.into(), Value::Absent, 3.into()]))),
    ]);
    known
}

fn value(text: &str) -> Evaluation {
    Expression::parse(text, &dictionary())
        .unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
        .value(&known())
}

fn check(table: &[(&str, Truth)]) {
    for (text, truth) in table {
        let condition =
            Condition::parse(text, &dictionary()).unwrap_or_else(|mistake| panic!("{text}: {mistake}"));
        assert_eq!(condition.truth(&known()), *truth, "{text}");
        let printed = condition.to_string();
        assert_eq!(Condition::parse(&printed, &dictionary()), Ok(condition), "{printed}");
    }
}

fn numbers(table: &[(&str, &str)]) {
    for (text, number) in table {
        let expected = Evaluation::Value(Value::Number(Number::parse(number).unwrap()));
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn arithmetic_is_exact_and_products_bind_tighter() {
    numbers(&[
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 2 - 3", "5"),
        ("10 - (2 - 3)", "11"),
        ("12 / 2 / 3", "2"),
        ("12 / (2 / 3)", "18"),
        ("1 / 3 + 1 / 3 + 1 / 3", "1"),
        ("0.1 + 0.2", "0.3"),
        ("-employees + 1", "-119"),
        ("- (5) * -2", "10"),
        ("employees * 5%", "6"),
        ("-(employees - 130)", "10"),
    ]);
    check(&[
        ("employees / 7 * 7 = employees", Yes),
        ("1 / 3 > 0.333333333333333333", Yes),
        ("employees - 20 between 50 * 2 and 300 / 2", Yes),
        ("employees / 1000 in [10%..12%]", Yes),
        ("employees + 1 in (121, 5)", Yes),
    ]);
}

#[test]
fn what_is_unknown_or_absent_or_divided_by_zero_is_unknown() {
    for text in [
        "revenue + 1",
        "debt + 1",
        "1 / 0",
        "employees / (employees - 120)",
        "-debt",
        "abs(debt)",
        "0 * revenue",
    ] {
        assert_eq!(value(text), Evaluation::Unknown, "{text}");
    }
    check(&[("1 / 0 = 1 / 0", Unknown), ("1 / 0 > 1 or true", Yes), ("debt + 1 is present", Unknown)]);
}

#[test]
fn units_convert_and_do_not_mix() {
    check(&[
        ("5000 万元 = 50000000 元", Yes),
        ("资产总额 <= 5000 万元", Yes),
        ("assets < 50000000 元", No),
        ("assets = 0.5 亿元", Yes),
        ("50000000 元 = assets", Yes),
        ("grant = 3 万元", Yes),
        ("grant + assets = 50030000 元", Yes),
        ("assets + grant = 5003 万元", Yes),
        ("assets - grant > 4997 万元", No),
        ("grant / assets = 0.06%", Yes),
        ("assets in [2000 万元..4 亿元]", Yes),
        ("assets in (1 亿元, 0.5 亿元)", Yes),
        ("assets between 1 元 and 1 亿元", Yes),
        ("max(grant, assets) = assets", Yes),
        ("sum(grant, assets, 2) = 50030002 元", Yes),
        ("(if employees > 1 then 2 万元 else grant / 2) = 20000 元", Yes),
        ("assets in [4000..6000]", Yes),
        ("5 < assets", Yes),
        ("2 + 3 * 1 万元 <= assets", Yes),
        ("2000 元 * staff = 24 万元", Yes),
        ("staff * 2000 元 = 240000 元", Yes),
        ("assets / staff > 41 万元", Yes),
        ("assets / 12 * 12 = assets", Yes),
        ("staff / 2 = 60 人", Yes),
        ("staff >= 100", Yes),
        ("2 年 = 24 月", Yes),
        ("months <= 2 年", Unknown),
        ("days_between(founded, @\"2021-02-28\") = 365 天", Yes),
        ("days_between(founded, @\"2021-02-28\") = 365", Yes),
        ("days_between(founded, @\"2021-02-28\") > employees", Yes),
        ("months_between(founded, @\"2021-02-28\") < 1 年", Yes),
        ("employees >= 12000%", Yes),
    ]);
    let mut dictionary = dictionary();
    dictionary.declare_unit(Unit::new("亩", "land", Number::from(1)));
    for (text, said) in [
        ("assets + staff > 1", "found `staff` (a number of 人), expected a number of 万元"),
        ("5 元 + 3 人 > 1", "found `3 人` (a number of 人), expected a number of 元"),
        ("assets <= 300 人", "found `300 人` (a number of 人), expected a number of 万元"),
        ("employees <= 5 万元", "found `5 万元` (a number of 万元), expected a number"),
        ("assets > employees", "found `employees` (a number), expected a number of 万元"),
        ("assets * grant > 1", "found `grant` (a number of 元), expected a number"),
        ("staff * months > 1", "found `months` (a number of 月), expected a number"),
        ("assets >= 5%", "found `5%` (a number), expected a number of 万元"),
        ("assets in (1 万元, 2 人)", "found `2 人` (a number of 人), expected a number of 万元"),
        (
            "days_between(founded, closed) > 3 万元",
            "found `3 万元` (a number of 万元), expected a number of 天",
        ),
        ("min(assets, staff) > 1", "found `staff` (a number of 人), expected a number of 万元"),
        ("assets <= 5 万原", "found `万原`, expected a unit: "),
    ] {
        let mistake = Condition::parse(text, &dictionary).unwrap_err();
        assert!(mistake.to_string().contains(said), "{text}: {mistake}");
    }
    let mistake = Condition::parse("assets <= 5 万原", &dictionary).unwrap_err();
    assert_eq!(mistake.nearest.as_deref(), Some("万元"));
    assert!(mistake.in_chinese().contains("应为单位"), "{}", mistake.in_chinese());
}

#[test]
fn functions_over_numbers() {
    numbers(&[
        ("sum(1, 2, 3.5)", "6.5"),
        ("sum([1, 2])", "3"),
        ("sum([])", "0"),
        ("mean(1, 2)", "1.5"),
        ("mean([1, 1, 2])", "4/3"),
        ("min(3, 1, 2)", "1"),
        ("max([3, employees])", "120"),
        ("count(awards)", "2"),
        ("count([])", "0"),
        ("count([revenue, debt])", "2"),
        ("abs(-3)", "3"),
        ("abs(1 - employees)", "119"),
        ("quarter_average(quarters)", "120.25"),
        ("quarter_average([[1, 2], [3, 4]])", "2.5"),
    ]);
    for text in [
        "mean([])",
        "sum(gaps)",
        "min(1, debt)",
        "max(1, revenue)",
        "sum(scores)",
        "count(kinds)",
        "mean(gaps)",
    ] {
        assert_eq!(value(text), Evaluation::Unknown, "{text}");
    }
}

#[test]
fn functions_over_dates_texts_and_maps() {
    numbers(&[
        ("year(founded)", "2020"),
        ("month(founded)", "2"),
        ("day(founded)", "29"),
        ("days_between(founded, @\"2020-03-01\")", "1"),
        ("days_between(@\"2020-03-01\", founded)", "-1"),
        ("months_between(founded, @\"2020-03-28\")", "0"),
        ("months_between(founded, @\"2020-03-29\")", "1"),
        ("months_between(@\"2020-01-31\", founded)", "0"),
        ("years_between(founded, @\"2021-02-28\")", "0"),
        ("years_between(founded, @\"2021-03-01\")", "1"),
        ("years_between(@\"2021-03-01\", founded)", "-2"),
    ]);
    check(&[
        ("date(2020, 2, 29) = founded", Yes),
        ("date(year(founded) + 1, 6, 30) = @\"2021-06-30\"", Yes),
        ("date(2021, 2, 29) = founded", Unknown),
        ("date(2021, 1.5, 2) = founded", Unknown),
        ("year(closed) = 2020", Unknown),
        ("substring(\"ABCDE\", 2, 3) = \"BCD\"", Yes),
        ("substring(\"企业服务\", 3) = \"服务\"", Yes),
        ("substring(\"AB\", 2, 9) = \"B\"", Yes),
        ("substring(\"AB\", 5, 1) = \"\"", Yes),
        ("substring(\"AB\", 0, 1) = \"A\"", Unknown),
        ("substring(lookup(numbers, \"2023\"), 11, 1) = \"A\"", Yes),
        ("substring(lookup(numbers, 2024), 11, 1) = \"A\"", No),
        ("lookup(numbers, year(founded) + 3) is present", Yes),
        ("lookup(numbers, 2024) is absent", Yes),
        ("lookup(numbers, 2025) is absent", Unknown),
        ("lookup(results, 2025)", Unknown),
        ("starts_with(town, \"甲\")", Yes),
        ("starts_with(street, \"甲\")", Unknown),
        ("contains(awards, \"town\")", Yes),
        ("contains(awards, street)", Unknown),
        ("contains([1, 2, revenue], 2)", Yes),
        ("contains([1, 2, revenue], 3)", Unknown),
        ("contains(kinds, answer.kind)", No),
        ("contains(gaps, 3) and not(contains(gaps, 2))", Yes),
    ]);
}

#[test]
fn quantifiers_speak_of_each_element() {
    check(&[
        ("some award in awards satisfies award = \"town\"", Yes),
        ("every award in awards satisfies award = \"town\"", No),
        ("some x in [1, revenue, 5] satisfies x > 4", Yes),
        ("every x in [1, revenue, 5] satisfies x > 0", Unknown),
        ("every x in [1, revenue, 5] satisfies x > 1", No),
        ("every x in [] satisfies x > 1", Yes),
        ("some x in [] satisfies x > 1", No),
        ("some x in scores satisfies x > 1", Unknown),
        ("every kind in kinds satisfies kind = \"finance\"", No),
        ("some x in gaps satisfies x is absent", Yes),
        ("every x in gaps satisfies x > 0", No),
        ("every pair in quarters satisfies every n in pair satisfies n >= 100 人", Yes),
        ("some x in [1, 2] satisfies some y in [2, 3] satisfies x = y", Yes),
        ("some x in [1, 2] satisfies some x in [5] satisfies x = 5", Yes),
        ("some x in [1 万元, 2 元] satisfies x < 3 元", Yes),
        ("some x in [employees] satisfies x = 120 and x > 5", Yes),
        ("(some x in [1] satisfies x = 2) or listed", Yes),
        ("not(some employees in [1] satisfies employees > 1)", Yes),
    ]);
}

#[test]
fn a_choice_between_claims_forks_where_nobody_knows() {
    check(&[
        ("if listed then employees > 100 else false", Yes),
        ("if audited then employees > 100 else employees > 110", Yes),
        ("if audited then employees > 100 else false", Unknown),
        ("if penalised then false else true", Yes),
        ("(if audited then 5 else 7) > 4", Yes),
        ("(if audited then 5 else 7) > 6", Unknown),
        ("(if audited then 5 else 7) in [5..7]", Yes),
        ("(if audited then \"a\" else \"b\") in (\"a\", \"b\", \"c\")", Yes),
        ("(if audited then \"a\" else \"b\") = \"c\"", No),
        ("(if audited then \"a\" else \"b\") not in (\"c\")", Yes),
        ("(if audited then debt else 5) > 6", No),
        ("(if audited then debt else 5) != 5", Unknown),
        ("(if audited then debt else 5) != 7", Yes),
        ("(if audited then debt else 5) is present", Unknown),
        ("starts_with(if audited then \"ab\" else \"ac\", \"a\")", Yes),
        ("year(if audited then founded else @\"2020-05-05\") = 2020", Yes),
        ("contains([5, 7], if audited then 5 else 7)", Unknown),
        ("(if audited then true else listed) = true", Yes),
    ]);
}

#[test]
fn unknown_guards_leave_ranges_and_sets() {
    let number = |text: &str| Some(Number::parse(text).unwrap());
    let range = |low: &str, high: &str| Evaluation::Range { low: number(low), high: number(high) };
    let piece = "(if audited then 5 else -7)";
    assert_eq!(value(piece), range("-7", "5"));
    assert_eq!(value(&format!("{piece} + {piece}")), range("-14", "10"));
    assert_eq!(value(&format!("1 - {piece}")), range("-4", "8"));
    assert_eq!(value(&format!("{piece} * -2")), range("-10", "14"));
    assert_eq!(value(&format!("{piece} * {piece}")), range("-35", "49"));
    assert_eq!(value(&format!("1 / {piece}")), Evaluation::Unknown, "it may be divided by zero");
    assert_eq!(value(&format!("1 / ({piece} + 8)")), range("1/13", "1"));
    assert_eq!(value(&format!("abs({piece})")), range("0", "7"));
    assert_eq!(value(&format!("min({piece}, 0)")), range("-7", "0"));
    assert_eq!(value(&format!("max({piece}, 0, 1)")), range("1", "5"));
    assert_eq!(value(&format!("mean({piece}, 1)")), range("-3", "3"));
    assert_eq!(value("if audited then \"a\" else \"b\""), Evaluation::OneOf(vec!["a".into(), "b".into()]));
    assert_eq!(value("if audited then 5 else 5"), Evaluation::Value(5.into()));
}

#[test]
fn a_fact_may_be_known_as_a_range() {
    struct Between(i64, i64);
    impl crate::Facts for Between {
        fn fact(&self, name: &str) -> crate::Known<'_> {
            match name {
                "employees" => crate::Known::Range { low: self.0.into(), high: self.1.into() },
                _ => crate::Known::Unknown,
            }
        }
    }
    let truth =
        |text: &str, low, high| Condition::parse(text, &dictionary()).unwrap().truth(&Between(low, high));
    assert_eq!(truth("employees <= 300", 20, 300), Yes);
    assert_eq!(truth("employees < 300", 20, 300), Unknown);
    assert_eq!(truth("employees = 7", 7, 7), Yes);
    assert_eq!(truth("employees is present", 20, 300), Yes);
    assert_eq!(truth("employees > 0", 300, 20), Unknown, "ends the wrong way round tell nothing");
}

#[test]
fn numbers_that_grow_too_long_are_unknown_and_quick() {
    let powers = |times: usize| format!("{} > 0", vec!["9999999999"; times].join(" * "));
    let truth = |text: &str| Condition::parse(text, &dictionary()).unwrap().truth(&known());
    assert_eq!(truth(&powers(30)), Yes);
    assert_eq!(truth(&powers(31)), Unknown);
    assert_eq!(truth(&powers(1_500)), Unknown);
    let chain = (3..1_800).map(|by| format!("/ {by}.7")).collect::<Vec<_>>().concat();
    assert_eq!(truth(&format!("1 {chain} > 0")), Unknown);
    let sums = (1_001..2_500).map(|by| format!("+ 1/{by} ")).collect::<Vec<_>>().concat();
    assert_eq!(truth(&format!("1 {sums} > 0")), Unknown);
}
