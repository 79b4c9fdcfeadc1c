//! Every kind of mistake: where, what was found, what was expected, what was probably meant.

use super::dictionary;
use crate::{Condition, Dictionary, Expression, Mistake, Type};

fn mistake(text: &str) -> Mistake {
    match Condition::parse(text, &dictionary()) {
        Err(mistake) => mistake,
        Ok(condition) => panic!("{text} was taken for {condition}"),
    }
}

/// Text, line, column, found, expected, nearest.
type Row = (&'static str, usize, usize, &'static str, &'static str, Option<&'static str>);

fn check(table: &[Row]) {
    for (text, line, column, found, expected, nearest) in table {
        let mistake = mistake(text);
        let told = (mistake.line, mistake.column, mistake.found.to_string(), mistake.expected.to_string());
        assert_eq!(told, (*line, *column, (*found).to_owned(), (*expected).to_owned()), "{text}");
        assert_eq!(mistake.nearest.as_deref(), *nearest, "{text}");
    }
}

#[test]
fn words_of_other_languages() {
    check(&[
        ("employees == 5", 1, 11, "`==`", "a comparison", Some("=")),
        ("listed == true", 1, 8, "`==`", "a comparison", Some("=")),
        ("employees <> 5", 1, 11, "`<>`", "a comparison", Some("!=")),
        ("employees =< 5", 1, 11, "`=<`", "a comparison", Some("<=")),
        ("从业人数 ≤ 5", 1, 6, "`≤`", "a comparison", Some("<=")),
        ("从业人数 ＝ 5", 1, 6, "`＝`", "a comparison", Some("=")),
        ("listed && audited", 1, 8, "`&&`", "a comparison, `and`, `or` or the end", Some("and")),
        ("employees > 1 || audited", 1, 15, "`||`", "`and`, `or` or the end", Some("or")),
        ("!listed", 1, 1, "`!`", "a value or a field", Some("not")),
        ("town = '甲'", 1, 8, "`'`", "a value or a field", Some("\"")),
        ("town = “甲”", 1, 8, "`“`", "a value or a field", Some("\"")),
        ("town in （\"甲\"）", 1, 9, "`（`", "`(` or `[`", Some("(")),
        ("town in (\"甲\"，\"乙\")", 1, 13, "`，`", "a comparison, `,` or `)`", Some(",")),
    ]);
}

#[test]
fn misspelt_names_and_words() {
    check(&[
        ("emploees > 5", 1, 1, "`emploees`", "a field of the dictionary", Some("employees")),
        ("listed and 从业人员 > 5", 1, 12, "`从业人员`", "a field of the dictionary", Some("从业人数")),
        ("kind = \"finance\"", 1, 1, "`kind`", "a field of the dictionary", Some("answer.kind")),
        (
            "workdays_left < 0",
            1,
            1,
            "`workdays_left`",
            "a field of the dictionary",
            Some("clock.finish.workdays_left"),
        ),
        ("answer.knid = \"a\"", 1, 1, "`answer.knid`", "a field of the dictionary", Some("answer.kind")),
        ("zebra", 1, 1, "`zebra`", "a field of the dictionary", None),
        ("listed adn audited", 1, 8, "`adn`", "a comparison, `and`, `or` or the end", Some("and")),
        ("listed AND audited", 1, 8, "`AND`", "a comparison, `and`, `or` or the end", Some("and")),
        ("employees betwen 1 and 2", 1, 11, "`betwen`", "a comparison", Some("between")),
        ("debt is presnet", 1, 9, "`presnet`", "`present` or `absent`", Some("present")),
        (
            "answer.kind = \"trainin\"",
            1,
            15,
            "`\"trainin\"`",
            "one of `\"training\"`, `\"technology\"`, `\"finance\"`",
            Some("\"training\""),
        ),
        (
            "\"tax\" = answer.kind",
            1,
            1,
            "`\"tax\"`",
            "one of `\"training\"`, `\"technology\"`, `\"finance\"`",
            None,
        ),
        (
            "answer.kind in (\"finance\", \"finances\")",
            1,
            28,
            "`\"finances\"`",
            "one of `\"training\"`, `\"technology\"`, `\"finance\"`",
            Some("\"finance\""),
        ),
        (
            "\"trainings\" in kinds",
            1,
            1,
            "`\"trainings\"`",
            "one of `\"training\"`, `\"technology\"`, `\"finance\"`",
            Some("\"training\""),
        ),
    ]);
}

#[test]
fn clashes_of_types() {
    check(&[
        ("employees = \"5\"", 1, 13, "`\"5\"` (a text)", "a number", None),
        ("town = 5", 1, 8, "`5` (a number)", "a text", None),
        ("listed = 1", 1, 10, "`1` (a number)", "a truth", None),
        ("employees > (listed or audited)", 1, 13, "`(listed or audited)` (a truth)", "a number", None),
        ("founded > \"2020-01-01\"", 1, 11, "`\"2020-01-01\"` (a text)", "a date", Some("@\"2020-01-01\"")),
        ("founded > \"then\"", 1, 11, "`\"then\"` (a text)", "a date", None),
        ("employees between 1 and town", 1, 25, "`town` (a text)", "a number", None),
        ("employees between town and 1", 1, 19, "`town` (a text)", "a number", None),
        ("employees in (1, town)", 1, 18, "`town` (a text)", "a number", None),
        ("employees in [1..town]", 1, 18, "`town` (a text)", "a number", None),
        ("employees in awards", 1, 14, "`awards` (a list, each a text)", "a list, each a number", None),
        ("employees in revenue", 1, 14, "`revenue` (a number)", "a list, each a number", None),
        ("awards = awards", 1, 8, "`=`", "`is`", None),
        ("town = awards", 1, 8, "`awards` (a list, each a text)", "a text", None),
        ("town < \"b\"", 1, 6, "`<`", "`=`, `!=`, `in`, `not in` or `is`", None),
        ("listed >= true", 1, 8, "`>=`", "`=`, `!=`, `in`, `not in` or `is`", None),
        ("town between \"a\" and \"b\"", 1, 6, "`between`", "`=`, `!=`, `in`, `not in` or `is`", None),
        ("town in [\"a\"..\"b\"]", 1, 13, "`..`", "`(`", None),
        ("town in (\"a\"..\"b\")", 1, 13, "`..`", "`,` or `)`", None),
    ]);
}

#[test]
fn what_is_no_claim() {
    check(&[
        ("", 1, 1, "the end", "a value or a field", None),
        ("  \n ", 2, 2, "the end", "a value or a field", None),
        ("employees", 1, 10, "the end", "a comparison", None),
        ("300", 1, 4, "the end", "a comparison", None),
        ("employees and listed", 1, 11, "`and`", "a comparison", None),
        ("listed and employees", 1, 21, "the end", "a comparison", None),
        ("not(employees)", 1, 14, "`)`", "a comparison", None),
        ("at least 1 of (employees, listed)", 1, 25, "`,`", "a comparison", None),
    ]);
}

#[test]
fn what_is_cut_short_or_goes_on() {
    check(&[
        ("town = \"甲", 1, 8, "`\"甲`", "the closing quote `\"` on the same line", None),
        ("listed and\n  town = \"甲\n\"", 2, 10, "`\"甲`", "the closing quote `\"` on the same line", None),
        ("town = \"a\\q\"", 1, 8, "`\"a\\q`", "`\"`, `\\`, `n` or `t` after `\\`", None),
        ("town = \"a\\", 1, 8, "`\"a\\`", "the closing quote `\"` on the same line", None),
        ("employees >", 1, 12, "the end", "a value or a field", None),
        ("listed and", 1, 11, "the end", "a value or a field", None),
        ("(listed", 1, 8, "the end", "a comparison, `and`, `or` or `)`", None),
        ("listed)", 1, 7, "`)`", "a comparison, `and`, `or` or the end", None),
        ("employees < 5 < 6", 1, 15, "`<`", "`and`, `or` or the end", None),
        ("employees between 1 or 2", 1, 21, "`or`", "`and`", None),
        ("employees in (", 1, 15, "the end", "a value or a field", None),
        ("employees in ()", 1, 15, "`)`", "a value or a field", None),
        ("employees in [1, 2]", 1, 16, "`,`", "a comparison or `..`", None),
        ("employees in [1..2", 1, 19, "the end", "a comparison, `]` or `)`", None),
        ("employees in 5", 1, 14, "`5`", "`(` or `[`", None),
        ("employees not 5", 1, 15, "`5`", "`in`", None),
        ("not listed", 1, 5, "`listed`", "`(`", None),
        ("debt is 5", 1, 9, "`5`", "`present` or `absent`", None),
        ("founded = @5", 1, 12, "`5`", "a date such as `\"2026-01-02\"`", None),
        ("founded = @\"2026-02-30\"", 1, 12, "`\"2026-02-30\"`", "a date such as `\"2026-01-02\"`", None),
        ("founded = @\"20260203\"", 1, 12, "`\"20260203\"`", "a date such as `\"2026-01-02\"`", None),
        ("founded = date(2026, 1)", 1, 23, "`)`", "a comparison or `,`", None),
        ("founded = date(=)", 1, 16, "`=`", "a date such as `\"2026-01-02\"`", None),
        ("founded = date(\"2026-01-02\"", 1, 28, "the end", "`)`", None),
        ("at least two of (listed)", 1, 10, "`two`", "a number", None),
        ("at least 1 (listed)", 1, 12, "`(`", "`of`", None),
        ("at least 3 of (listed, audited)", 1, 10, "`3`", "a whole number from 1 to 2", None),
        ("at least 0 of (listed)", 1, 10, "`0`", "a whole number from 1 to 1", None),
        ("at least 1.5 of (listed, audited)", 1, 10, "`1.5`", "a whole number from 1 to 2", None),
        ("employees = 1.2.3", 1, 16, "`.`", "`and`, `or` or the end", None),
        ("employees = 1 .. 3", 1, 15, "`..`", "`and`, `or` or the end", None),
        ("listed\n\n  and #", 3, 7, "`#`", "a value or a field", None),
    ]);
}

#[test]
fn arithmetic_and_functions_say_what_would_fit() {
    check(&[
        ("employees + town > 3", 1, 13, "`town` (a text)", "a number", None),
        ("town + 1 > 3", 1, 1, "`town` (a text)", "a number", None),
        ("employees > -town", 1, 14, "`town` (a text)", "a number", None),
        ("employees × 2 > 3", 1, 11, "`×`", "a comparison", Some("*")),
        ("employees +", 1, 12, "the end", "a value or a field", None),
        ("employees <= 5000 万元", 1, 19, "`万元`", "`and`, `or` or the end", None),
        ("sun(scores) > 1", 1, 1, "`sun`", "a function", Some("sum")),
        ("sum() > 1", 1, 5, "`)`", "a value or a field", None),
        ("sum(town) > 1", 1, 5, "`town` (a text)", "a number", None),
        ("sum(awards) > 1", 1, 5, "`awards` (a list, each a text)", "a list, each a number", None),
        ("count(employees) > 1", 1, 7, "`employees` (a number)", "a list", None),
        ("days_between(founded) > 1", 1, 21, "`)`", "a comparison or `,`", None),
        ("days_between(founded, closed, closed) > 1", 1, 29, "`,`", "a comparison or `)`", None),
        ("year(town) > 1", 1, 6, "`town` (a text)", "a date", None),
        ("lookup(awards, 1) > 1", 1, 8, "`awards` (a list, each a text)", "a map", None),
        (
            "quarter_average(scores) > 1",
            1,
            17,
            "`scores` (a list, each a number)",
            "a list, each a list, each a number",
            None,
        ),
        ("contains(town, \"a\")", 1, 10, "`town` (a text)", "a list, each a text", None),
        ("starts_with(town, 3)", 1, 19, "`3` (a number)", "a text", None),
        ("criteria(\"x\")", 1, 10, "`\"x\"`", "the name of known criteria, between quotes", None),
        ("criteria(x)", 1, 10, "`x`", "the name of known criteria, between quotes", None),
    ]);
}

#[test]
fn choices_quantifiers_and_lists_say_what_would_fit() {
    check(&[
        ("if employees then audited else true", 1, 14, "`then`", "a comparison", None),
        (
            "if listed them audited else true",
            1,
            11,
            "`them`",
            "a comparison, `and`, `or` or `then`",
            Some("then"),
        ),
        ("if listed then audited", 1, 23, "the end", "a comparison, `and`, `or` or `else`", None),
        ("if listed then audited else 5", 1, 29, "`5` (a number)", "a truth", None),
        ("(if listed then 5 else town) = 5", 1, 24, "`town` (a text)", "a number", None),
        ("every 5 in scores satisfies true", 1, 7, "`5`", "a name for each element of a list", None),
        ("every and in scores satisfies true", 1, 7, "`and`", "a name for each element of a list", None),
        ("every x on scores satisfies x > 1", 1, 9, "`on`", "`in`", None),
        ("every x in town satisfies x > 1", 1, 12, "`town` (a text)", "a list", None),
        (
            "every x in scores satisfy x > 1",
            1,
            19,
            "`satisfy`",
            "a comparison or `satisfies`",
            Some("satisfies"),
        ),
        (
            "every score in scores satisfies scoer > 1",
            1,
            33,
            "`scoer`",
            "a field of the dictionary",
            Some("scores"),
        ),
        ("every x in scores satisfies x", 1, 30, "the end", "a comparison", None),
        ("x > 1 and (every x in scores satisfies true)", 1, 1, "`x`", "a field of the dictionary", None),
        ("[1, 2", 1, 6, "the end", "a comparison, `,` or `]`", None),
        ("[1, town] is present", 1, 5, "`town` (a text)", "a number", None),
        ("[1, 2] = [1, 2]", 1, 8, "`=`", "`is`", None),
    ]);
}

#[test]
fn bounds() {
    let digits = format!("employees > {}", "9".repeat(101));
    assert_eq!(mistake(&digits).expected.to_string(), "a number of at most 100 digits");
    assert!(Condition::parse(&format!("employees > {}", "9".repeat(100)), &dictionary()).is_ok());

    let long = format!("listed{}", " ".repeat(19_995));
    let told = "line 1, column 20001: found 20001 characters, expected at most 20000 characters";
    assert_eq!(mistake(&long).to_string(), told);
    assert!(Condition::parse(&format!("已上市{}", " ".repeat(19_997)), &dictionary()).is_ok());

    let nested = |levels: usize| format!("{}listed{}", "(".repeat(levels), ")".repeat(levels));
    assert!(Condition::parse(&nested(64), &dictionary()).is_ok());
    assert_eq!(
        mistake(&nested(65)).to_string(),
        "line 1, column 65: found `(`, expected at most 64 levels of nesting"
    );
    let negated = |levels: usize| format!("{}listed{}", "not(".repeat(levels), ")".repeat(levels));
    assert!(Condition::parse(&negated(64), &dictionary()).is_ok());
    let beside = vec!["(listed)"; 200].join(" and ");
    assert!(Condition::parse(&beside, &dictionary()).is_ok(), "brackets beside each other are not deep");
    // Each bracket adds an `or`, an `and` and a comparison here: the tree is too deep before the brackets are.
    let mixed =
        |levels: usize| format!("{}listed{}", "true or true and true = (".repeat(levels), ")".repeat(levels));
    assert!(Condition::parse(&mixed(21), &dictionary()).is_ok());
    assert_eq!(mistake(&mixed(22)).expected.to_string(), "at most 64 levels of nesting");
}

#[test]
fn messages_read_aloud_in_both_languages() {
    let told = |text: &str| (mistake(text).to_string(), mistake(text).in_chinese());
    let both = |english: &str, chinese: &str| (english.to_owned(), chinese.to_owned());
    assert_eq!(
        told("employees == 5"),
        both(
            "line 1, column 11: found `==`, expected a comparison; write `=`",
            "第 1 行第 11 列：此处是 `==`，应为比较；请写 `=`"
        )
    );
    assert_eq!(
        told("从业人员 > 5"),
        both(
            "line 1, column 1: found `从业人员`, expected a field of the dictionary; did you mean `从业人数`?",
            "第 1 行第 1 列：此处是 `从业人员`，应为字典中的字段；是否指 `从业人数`？"
        )
    );
    assert_eq!(
        told("town = awards"),
        both(
            "line 1, column 8: found `awards` (a list, each a text), expected a text",
            "第 1 行第 8 列：此处是 `awards`（文本的列表），应为文本"
        )
    );
    assert_eq!(
        told("listed)"),
        both(
            "line 1, column 7: found `)`, expected a comparison, `and`, `or` or the end",
            "第 1 行第 7 列：此处是 `)`，应为比较、`and`、`or`或文末"
        )
    );
    assert_eq!(told("listed and").1, "第 1 行第 11 列：此处是文末，应为值或字段");
}

#[test]
fn a_long_piece_is_cut_and_holds_no_line_breaks() {
    let long = mistake(&format!("employees = (listed\nand {})", vec!["listed"; 20].join(" and ")));
    assert_eq!(long.found.to_string(), "`(listed and listed and listed and listed…` (a truth)");
}

#[test]
fn an_expression_may_end_where_a_condition_may_not() {
    assert_eq!(
        Expression::parse("employees", &dictionary()).map(|found| found.kind().clone()),
        Ok(Type::Number)
    );
    let mistake = Expression::parse("employees 1", &dictionary()).map_err(|mistake| mistake.to_string());
    assert_eq!(mistake, Err("line 1, column 11: found `1`, expected a comparison or the end".into()));
}

#[test]
fn words_that_only_matter_in_their_place_may_name_fields() {
    let mut dictionary = Dictionary::new();
    for name in
        ["at", "least", "of", "date", "present", "absent", "sum", "criteria", "answer.in", "answer.and"]
    {
        dictionary.insert(name, Type::Truth);
    }
    let text = "at and least and of and date and present is present and absent is absent and answer.in = answer.and and sum = criteria";
    assert_eq!(Condition::parse(text, &dictionary).map(|found| found.to_string()), Ok(text.into()));
}
