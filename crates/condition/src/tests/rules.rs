//! Derived fields, decision tables and named criteria.

use super::{
    FactMap,
    arithmetic::{dictionary, known},
};
use crate::{
    Condition, Dictionary, Evaluation, Expression, Hit, Number, Row, Rules, Table, Truth,
    Truth::{No, Unknown, Yes},
};

fn row(when: &str, then: &str) -> Row {
    Row { when: (!when.is_empty()).then(|| when.to_owned()), then: then.to_owned() }
}

fn table(hit: Hit, cap: Option<&str>, rows: &[(&str, &str)]) -> Table {
    let rows = rows.iter().map(|(when, then)| row(when, then)).collect();
    Table { label: None, hit, cap: cap.map(str::to_owned), rows }
}

fn tables(tables: &[(&str, Table)]) -> Rules {
    let tables = tables.iter().map(|(key, table)| ((*key).into(), table.clone())).collect();
    Rules { tables, ..Rules::default() }
}

fn with(rules: &Rules) -> Dictionary {
    dictionary().with_rules(rules).unwrap_or_else(|mistake| panic!("{mistake}"))
}

fn value(text: &str, dictionary: &Dictionary) -> Evaluation {
    Expression::parse(text, dictionary).unwrap_or_else(|mistake| panic!("{text}: {mistake}")).value(&known())
}

fn truth(text: &str, dictionary: &Dictionary) -> Truth {
    Condition::parse(text, dictionary).unwrap_or_else(|mistake| panic!("{text}: {mistake}")).truth(&known())
}

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

fn range(low: &str, high: &str) -> Evaluation {
    Evaluation::Range { low: Some(number(low)), high: Some(number(high)) }
}

#[test]
fn a_table_gives_the_first_row_all_rows_or_the_greatest() {
    let rows = [("employees >= 200", "9"), ("employees >= 100", "5"), ("listed", "7"), ("", "1")];
    let dictionary = with(&tables(&[
        ("first", table(Hit::First, None, &rows)),
        ("sum", table(Hit::Sum, None, &rows)),
        ("max", table(Hit::Max, None, &rows)),
        ("capped", table(Hit::Sum, Some("10"), &rows)),
        ("none", table(Hit::First, None, &rows[..1])),
        ("nothing", table(Hit::Sum, None, &rows[..1])),
        ("no_most", table(Hit::Max, None, &rows[..1])),
        ("claim", table(Hit::First, None, &[("penalised", "true"), ("listed", "employees > 100")])),
        ("no_claim", table(Hit::First, None, &[("penalised", "true")])),
        ("word", table(Hit::First, None, &[("employees > 500", "\"large\""), ("", "\"small\"")])),
    ]));
    for (name, points) in [("first", 5), ("sum", 13), ("max", 7), ("capped", 10), ("nothing", 0)] {
        assert_eq!(value(name, &dictionary), Evaluation::Value(i64::from(points).into()), "{name}");
    }
    assert_eq!(value("none", &dictionary), Evaluation::Absent);
    assert_eq!(value("no_most", &dictionary), Evaluation::Absent);
    assert_eq!(truth("claim and not(no_claim) and word = \"small\"", &dictionary), Yes);
    assert_eq!(truth("first + sum * 2 between 31 and 31", &dictionary), Yes);
}

#[test]
fn a_table_with_unknown_guards_gives_what_can_still_be_reached() {
    let rows = [("revenue >= 200", "9"), ("employees >= 100", "5"), ("audited", "7"), ("", "1")];
    let dictionary = with(&tables(&[
        ("first", table(Hit::First, None, &rows)),
        ("sum", table(Hit::Sum, None, &rows)),
        ("max", table(Hit::Max, None, &rows)),
        ("capped", table(Hit::Sum, Some("10"), &rows)),
        ("maybe", table(Hit::First, None, &rows[..1])),
        ("maybe_most", table(Hit::Max, None, &[("revenue > 1", "9"), ("audited", "3")])),
        ("word", table(Hit::First, None, &[("audited", "\"large\""), ("", "\"small\"")])),
        ("points", table(Hit::First, Some("15"), &[("", "revenue")])),
        ("given", table(Hit::First, Some("15"), &[("", "employees")])),
        ("penalty", table(Hit::Sum, Some("15"), &[("listed", "-4"), ("audited", "1")])),
    ]));
    assert_eq!(value("first", &dictionary), range("5", "9"));
    assert_eq!(value("sum", &dictionary), range("6", "22"));
    assert_eq!(value("max", &dictionary), range("5", "9"));
    assert_eq!(value("capped", &dictionary), range("6", "10"));
    assert_eq!(value("maybe", &dictionary), Evaluation::Unknown, "nine, or nothing");
    assert_eq!(truth("maybe > 10", &dictionary), No, "neither nine nor nothing is");
    assert_eq!(truth("maybe_most > 9", &dictionary), No);
    assert_eq!(truth("maybe_most >= 3", &dictionary), Unknown);
    assert_eq!(value("word", &dictionary), Evaluation::OneOf(vec!["large".into(), "small".into()]));
    assert_eq!(truth("word in (\"large\", \"small\", \"micro\")", &dictionary), Yes);
    assert_eq!(value("points", &dictionary), range("0", "15"));
    assert_eq!(value("given", &dictionary), Evaluation::Value(15.into()));
    assert_eq!(value("penalty", &dictionary), range("-4", "-3"));
    assert_eq!(truth("first + sum > 10", &dictionary), Yes);
    assert_eq!(truth("first + sum > 11", &dictionary), Unknown);
}

#[test]
fn a_table_has_the_unit_of_its_rows_and_a_label() {
    let mut rules =
        tables(&[("grant_cap", table(Hit::Max, Some("1 亿元"), &[("listed", "5000"), ("", "20 万元")]))]);
    rules.tables["grant_cap"].label = Some("补助上限".into());
    let dictionary = with(&rules);
    assert_eq!(truth("补助上限 = 5000 万元 and grant_cap > assets - 1 元", &dictionary), Yes);
    assert!(Condition::parse("grant_cap > 3 人", &dictionary).is_err());
}

#[test]
fn a_table_reads_from_a_file() {
    let text = r#"{"label": "研发得分", "hit": "sum", "cap": 20, "rows": [{"when": "listed", "then": 20}, {"then": "1.5"}]}"#;
    let table: Table = serde_json::from_str(text).unwrap();
    assert_eq!((table.hit, table.cap.as_deref(), table.rows.len()), (Hit::Sum, Some("20"), 2));
    assert_eq!(table.rows.first().map(|row| (row.when.as_deref(), &*row.then)), Some((Some("listed"), "20")));
    for wrong in [r#"{"rows": [], "hits": "sum"}"#, r#"{"hit": "any", "rows": []}"#, r#"{"hit": "sum"}"#] {
        assert!(serde_json::from_str::<Table>(wrong).is_err(), "{wrong}");
    }
}

fn derived(fields: &[(&str, &str)]) -> Rules {
    let derived = fields.iter().map(|(key, text)| ((*key).into(), (*text).to_owned())).collect();
    Rules { derived, ..Rules::default() }
}

#[test]
fn a_derived_field_stands_where_the_fact_is_not_known() {
    let dictionary = with(&derived(&[
        ("revenue", "employees * 2"),
        ("employees", "7"),
        ("debt", "7"),
        ("profit", "grant + assets"),
        ("street", "substring(town, 1, 1)"),
        ("months", "months_between(founded, closed)"),
    ]));
    assert_eq!(value("revenue", &dictionary), Evaluation::Value(240.into()), "120 is given");
    assert_eq!(value("debt", &dictionary), Evaluation::Absent, "it is known that there is none");
    assert_eq!(value("profit", &dictionary), Evaluation::Value(5003.into()), "in its own unit");
    assert_eq!(truth("street = town and profit > 5000 万元", &dictionary), Yes);
    let condition = Condition::parse("months > 5 and revenue > 5", &dictionary).unwrap();
    let fields: Vec<&str> = condition.fields().collect();
    assert_eq!(fields, ["months", "founded", "closed", "revenue", "employees"]);
    let nothing = FactMap::new();
    let missing: Vec<String> = condition.unknowns(&nothing).iter().map(ToString::to_string).collect();
    assert_eq!(missing, ["founded", "closed"], "what it follows from is asked for; employees are 7");
    let absent = condition.unknowns(&known());
    assert_eq!(absent.len(), 1, "with no closing day, only the months themselves would help: {absent:?}");
}

#[test]
fn criteria_hold_when_all_their_clauses_do() {
    let mut rules = derived(&[]);
    rules
        .criteria
        .insert("small".into(), vec!["employees <= 300".into(), "assets <= 5000 万元 or listed".into()]);
    rules.criteria.insert("smaller".into(), vec!["criteria(\"small\") and employees < 100".into()]);
    let dictionary = with(&rules);
    assert_eq!(truth("criteria(\"small\") and not(criteria(\"smaller\"))", &dictionary), Yes);
    let printed = Condition::parse("criteria(\"small\")", &dictionary).unwrap().to_string();
    assert_eq!(printed, "criteria(\"small\")");
    let mistake = Condition::parse("criteria(\"smal\")", &dictionary).unwrap_err();
    assert_eq!(mistake.nearest.as_deref(), Some("\"small\""));
}

fn refused(rules: &Rules) -> (String, String) {
    let mistake = dictionary().with_rules(rules).unwrap_err();
    (mistake.to_string(), mistake.in_chinese())
}

#[test]
fn circles_are_refused_with_their_path() {
    let told = refused(&derived(&[("revenue", "employees + 1"), ("employees", "从业人数 + 1")]));
    assert_eq!(told.0, "`employees` uses itself: employees → employees");
    let mut rules = tables(&[("score", table(Hit::Sum, None, &[("revenue > 1", "5")]))]);
    rules.derived.insert("revenue".into(), "if criteria(\"c\") then 1 else 2".into());
    rules.criteria.insert("c".into(), vec!["listed".into(), "score > 5".into()]);
    let (english, chinese) = refused(&rules);
    assert_eq!(english, "`revenue` uses itself: revenue → score → revenue".replace("score", "c → score"));
    assert_eq!(chinese, "`revenue`：循环引用：revenue → c → score → revenue");
}

#[test]
fn flaws_of_rules_say_where_they_are() {
    let rows = |rows: &[(&str, &str)]| tables(&[("score", table(Hit::Sum, None, rows))]);
    for (rules, english, chinese) in [
        (
            derived(&[("revenue", "employees +")]),
            "`revenue`: line 1, column 12: found the end, expected a value or a field",
            "`revenue`：第 1 行第 12 列：此处是文末，应为值或字段",
        ),
        (
            derived(&[("revenue", "town")]),
            "`revenue`: line 1, column 1: found `town` (a text), expected a number",
            "`revenue`：第 1 行第 1 列：此处是 `town`（文本），应为数",
        ),
        (
            derived(&[("assets", "staff")]),
            "`assets`: line 1, column 1: found `staff` (a number of 人), expected a number of 万元",
            "`assets`：第 1 行第 1 列：此处是 `staff`（以人计的数），应为以万元计的数",
        ),
        (
            derived(&[("revenues", "5")]),
            "`revenues`: expected a field of the dictionary, found none of that name",
            "`revenues`：字典中没有这个字段",
        ),
        (
            rows(&[("listed", "1"), ("employees", "2")]),
            "`score`, condition of row 2: line 1, column 10: found the end, expected a comparison",
            "`score`第 2 行的条件：第 1 行第 10 列：此处是文末，应为比较",
        ),
        (
            rows(&[("listed", "1"), ("listed", "town")]),
            "`score`, result of row 2: line 1, column 1: found `town` (a text), expected a number",
            "`score`第 2 行的结果：第 1 行第 1 列：此处是 `town`（文本），应为数",
        ),
        (rows(&[]), "`score`: expected at least one row, found none", "`score`：至少应有一行"),
        (
            rows(&[("", "town")]),
            "`score`: expected rows that give numbers, to be added, compared or capped",
            "`score`：求和、取最大值或设上限时，每行的结果应为数",
        ),
        (
            tables(&[("score", table(Hit::First, Some("employees"), &[("", "1")]))]),
            "`score`, cap: expected rows that give numbers, to be added, compared or capped",
            "`score`上限：求和、取最大值或设上限时，每行的结果应为数",
        ),
        (
            tables(&[("employees", table(Hit::First, None, &[("", "1")]))]),
            "`employees`: expected a new name, found that of a field",
            "`employees`：已有同名字段",
        ),
    ] {
        assert_eq!(refused(&rules), (english.to_owned(), chinese.to_owned()));
    }
}

#[test]
fn rules_that_use_rules_stay_shallow_and_quick() {
    let chain = |length: usize, text: &dyn Fn(&str) -> String| {
        let mut rules = Rules::default();
        for index in 0..length {
            let then = if index == 0 { "1".to_owned() } else { text(&format!("t{}", index - 1)) };
            rules.tables.insert(format!("t{index}").as_str().into(), table(Hit::First, None, &[("", &then)]));
        }
        rules
    };
    assert!(dictionary().with_rules(&chain(20, &|before| before.to_owned())).is_ok());
    let (deep, _) = refused(&chain(5_000, &|before| before.to_owned()));
    assert!(deep.contains("64"), "{deep}");
    // Two uses at each step would double the work fifteen times over and more: beyond the bound it is unknown.
    let doubled = with(&chain(20, &|before| format!("{before} + {before}")));
    assert_eq!(value("t10", &doubled), Evaluation::Value(1024.into()));
    assert_eq!(value("t19", &doubled), Evaluation::Unknown);
    let condition = Condition::parse("t19 > 5 and revenue > 1", &doubled).unwrap();
    assert_eq!(condition.unknowns(&known()).len(), 1);
    assert_eq!(condition.fields().collect::<Vec<_>>(), ["revenue"]);
    assert!(condition.questions(&known()).always_decides.is_empty());
}
