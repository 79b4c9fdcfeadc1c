//! Every operator against what is known, unknown and absent.

use super::{FactMap, condition, dictionary, facts};
use crate::{
    Condition, Evaluation, Expression, Truth,
    Truth::{No, Unknown, Yes},
    Value,
};

fn check(table: &[(&str, Truth)]) {
    for (text, truth) in table {
        assert_eq!(condition(text).truth(&facts()), *truth, "{text}");
    }
}

#[test]
fn comparisons_of_numbers() {
    check(&[
        ("employees = 120", Yes),
        ("employees = 120.00", Yes),
        ("employees = 119", No),
        ("employees != 119", Yes),
        ("employees != 120", No),
        ("employees < 120", No),
        ("employees < 120.5", Yes),
        ("employees <= 120", Yes),
        ("employees <= 119", No),
        ("employees > 119", Yes),
        ("employees > 120", No),
        ("employees >= 120", Yes),
        ("employees >= 121", No),
        ("120 = employees", Yes),
        ("clock.finish.workdays_left < 0", Yes),
        ("clock.finish.workdays_left = -2", Yes),
        ("5% = 0.05", Yes),
        ("-50% = - 0.5", Yes),
        ("employees >= 12000%", Yes),
    ]);
}

#[test]
fn what_nobody_said_leaves_a_comparison_undecided_and_what_is_not_there_decides_it() {
    for comparison in ["=", "!=", "<", "<=", ">", ">="] {
        let absent = if comparison == "!=" { Yes } else { No };
        check(&[
            (&format!("revenue {comparison} 5"), Unknown),
            (&format!("5 {comparison} revenue"), Unknown),
            (&format!("revenue {comparison} revenue"), Unknown),
            (&format!("debt {comparison} 5"), absent),
            (&format!("5 {comparison} debt"), absent),
            (&format!("debt {comparison} debt"), absent),
            (&format!("debt {comparison} revenue"), absent),
            (&format!("revenue {comparison} debt"), absent),
        ]);
    }
}

#[test]
fn texts_choices_and_truths_are_equal_or_not() {
    check(&[
        ("town = \"甲\"", Yes),
        ("town != \"甲\"", No),
        ("town = \"乙\"", No),
        ("town = street", Unknown),
        ("answer.kind = \"training\"", Yes),
        ("answer.kind != \"finance\"", Yes),
        ("answer.kind = town", No),
        ("listed = true", Yes),
        ("listed = false", No),
        ("listed != (employees > 500)", Yes),
        ("audited = true", Unknown),
        ("penalised = true", No),
        ("penalised = false", No),
        ("penalised != true", Yes),
        ("(audited and penalised) = false", Yes),
    ]);
}

#[test]
fn dates_have_an_order() {
    check(&[
        ("founded = date(\"2020-02-29\")", Yes),
        ("founded = @\"2020-02-29\"", Yes),
        ("founded < @\"2020-03-01\"", Yes),
        ("founded >= @\"2020-03-01\"", No),
        ("founded between @\"2020-01-01\" and @\"2020-12-31\"", Yes),
        ("founded in [@\"2020-03-01\"..@\"2020-12-31\"]", No),
        ("closed < @\"2020-03-01\"", No),
        ("closed != @\"2020-03-01\"", Yes),
    ]);
}

#[test]
fn between_includes_both_ends() {
    check(&[
        ("employees between 120 and 300", Yes),
        ("employees between 20 and 120", Yes),
        ("employees between 121 and 300", No),
        ("employees between 20 and 119", No),
        ("revenue between 20 and 300", Unknown),
        ("debt between 20 and 300", No),
        ("employees between revenue and 300", Unknown),
        ("employees between revenue and 100", No),
        ("employees between debt and 300", No),
    ]);
}

#[test]
fn intervals_include_the_ends_their_brackets_say() {
    check(&[
        ("employees in [120..130]", Yes),
        ("employees in (120..130]", No),
        ("employees in [110..120]", Yes),
        ("employees in [110..120)", No),
        ("employees in (110..130)", Yes),
        ("employees not in (110..130)", No),
        ("employees not in [1..2)", Yes),
        ("revenue in [1..2]", Unknown),
        ("revenue not in [1..2]", Unknown),
        ("debt in [1..2]", No),
        ("debt not in [1..2]", No),
        ("employees in [revenue..100]", No),
        ("employees in [debt..revenue]", No),
        ("employees in [1.5..200.25]", Yes),
    ]);
}

#[test]
fn sets_of_members() {
    check(&[
        ("answer.kind in (\"training\", \"finance\")", Yes),
        ("answer.kind in (\"finance\")", No),
        ("answer.kind not in (\"finance\")", Yes),
        ("town in (\"甲\", street)", Yes),
        ("town in (\"乙\", street)", Unknown),
        ("town not in (\"乙\", street)", Unknown),
        ("street in (\"乙\")", Unknown),
        ("employees in (1, debt, 120)", Yes),
        ("employees in (debt)", No),
        ("employees not in (debt)", Yes),
        ("debt in (1, 2)", No),
        ("debt not in (1, 2)", No),
        ("debt in (debt)", No),
        ("debt in (revenue)", No),
        ("listed in (false, employees > 100)", Yes),
    ]);
}

#[test]
fn lists_are_sets_by_name() {
    check(&[
        ("\"national\" in awards", Yes),
        ("\"province\" in awards", No),
        ("\"province\" not in awards", Yes),
        ("street in awards", Unknown),
        ("5 in scores", Unknown),
        ("5 not in scores", Unknown),
        ("debt in scores", No),
        ("debt not in scores", No),
        ("street not in kinds", Unknown),
        ("answer.kind in kinds", No),
        ("answer.kind not in kinds", Yes),
        ("town in awards", No),
    ]);
    let nothing = FactMap::from([("awards".into(), Some(Value::List(vec![])))]);
    assert_eq!(condition("street in awards").truth(&nothing), No, "nothing is in an empty list");
}

#[test]
fn presence_is_asked_of_what_is_known() {
    check(&[
        ("employees is present", Yes),
        ("employees is absent", No),
        ("revenue is present", Unknown),
        ("revenue is absent", Unknown),
        ("debt is present", No),
        ("debt is absent", Yes),
        ("awards is present", Yes),
        ("scores is present", Unknown),
        ("kinds is absent", Yes),
        ("penalised is absent", Yes),
        ("(audited and listed) is present", Unknown),
        ("(penalised and listed) is present", Yes),
        ("debt is absent or debt < 5", Yes),
    ]);
}

#[test]
fn a_truth_field_is_a_claim() {
    check(&[
        ("listed", Yes),
        ("audited", Unknown),
        ("penalised", No),
        ("not(listed)", No),
        ("not(audited)", Unknown),
        ("not(penalised)", Yes),
        ("true", Yes),
        ("false", No),
        ("已上市 and 从业人数 = employees", Yes),
    ]);
}

#[test]
fn logic_is_kleenes() {
    let claims = [("false", No), ("audited", Unknown), ("true", Yes)];
    for (left, a) in claims {
        for (right, b) in claims {
            check(&[
                (&format!("{left} and {right}"), a.min(b)),
                (&format!("{left} or {right}"), a.max(b)),
                (&format!("not({left} and {right})"), !a.min(b)),
                (&format!("at least 1 of ({left}, {right})"), a.max(b)),
                (&format!("at least 2 of ({left}, {right})"), a.min(b)),
            ]);
        }
    }
    check(&[
        ("at least 2 of (true, false, audited)", Unknown),
        ("at least 2 of (true, true, audited)", Yes),
        ("at least 2 of (true, false, false)", No),
        ("at least 2 of (audited, audited, false)", Unknown),
        ("at least 3 of (audited, audited, false)", No),
    ]);
}

#[test]
fn and_binds_tighter_than_or() {
    check(&[
        ("true or false and false", Yes),
        ("(true or false) and false", No),
        ("false and false or true", Yes),
        ("employees between 1 and 200 and false", No),
    ]);
}

#[test]
fn missing_facts_are_named_once_in_the_order_of_the_text() {
    let table: &[(&str, &[&str])] = &[
        ("audited", &["audited"]),
        ("listed", &[]),
        ("revenue > 5 and audited and revenue < 9", &["revenue", "audited"]),
        ("audited and revenue > 5", &["audited", "revenue"]),
        ("audited and false", &[]),
        ("audited or true", &[]),
        ("(audited and false) or revenue > 5", &["revenue"]),
        ("not(audited)", &["audited"]),
        ("employees between revenue and 100", &[]),
        ("employees between revenue and 300", &["revenue"]),
        ("town in (\"甲\", street)", &[]),
        ("town in (\"乙\", street)", &["street"]),
        ("street in awards and 5 in scores", &["street", "scores"]),
        ("at least 1 of (audited, revenue > 1, listed)", &[]),
        ("at least 2 of (audited, revenue > 1, listed)", &["audited", "revenue"]),
        ("debt < revenue", &[]),
        ("revenue is present", &["revenue"]),
    ];
    for (text, names) in table {
        let unknowns = condition(text).unknowns(&facts());
        assert_eq!(unknowns.iter().map(|name| &**name).collect::<Vec<_>>(), *names, "{text}");
    }
}

#[test]
fn fields_are_named_by_key_once_whatever_name_the_text_uses() {
    let condition = condition("从业人数 > 5 and listed or employees in (revenue, 3) and street in awards");
    let fields: Vec<_> = condition.fields().collect();
    assert_eq!(fields, ["employees", "listed", "revenue", "street", "awards"]);
}

#[test]
fn a_fact_of_another_type_than_declared_tells_nothing() {
    let facts = FactMap::from([
        ("employees".into(), Some("many".into())),
        ("awards".into(), Some(Value::List(vec![Value::from(3)]))),
        ("listed".into(), Some(Value::from(1))),
    ]);
    for text in ["employees > 3", "employees != 3", "employees is present", "\"a\" in awards", "listed"] {
        assert_eq!(condition(text).truth(&facts), Unknown, "{text}");
        assert_eq!(condition(text).unknowns(&facts).len(), 1, "{text}");
    }
}

#[test]
fn a_choice_may_hold_what_its_set_no_longer_lists() {
    let facts = FactMap::from([("answer.kind".into(), Some("abolished".into()))]);
    assert_eq!(condition("answer.kind not in (\"training\")").truth(&facts), Yes);
}

#[test]
fn an_expression_of_any_type_has_a_value() {
    let value = |text: &str| {
        Expression::parse(text, &dictionary()).unwrap_or_else(|mistake| panic!("{mistake}")).value(&facts())
    };
    assert_eq!(value("employees"), Evaluation::Value(Value::from(120)));
    assert_eq!(value("(12.5)"), Evaluation::Value("12.5".parse().map(Value::Number).unwrap()));
    assert_eq!(value("\"a \\\"b\\\" \\\\ \\n\""), Evaluation::Value("a \"b\" \\ \n".into()));
    assert_eq!(value("revenue"), Evaluation::Unknown);
    assert_eq!(value("debt"), Evaluation::Absent);
    assert_eq!(value("penalised"), Evaluation::Absent);
    assert_eq!(value("employees > 1"), Evaluation::Value(true.into()));
    assert_eq!(value("revenue > 1"), Evaluation::Unknown);
}

#[test]
fn spaces_and_lines_do_not_matter() {
    let dictionary = dictionary();
    let tight = Condition::parse("employees>=1 and(listed)or employees in(1,2)", &dictionary);
    let wide = "\r\n employees\t>= 1\n\u{3000}and ( listed ) or employees in ( 1 , 2 ) \n";
    assert_eq!(tight, Condition::parse(wide, &dictionary));
    assert!(tight.is_ok());
}
