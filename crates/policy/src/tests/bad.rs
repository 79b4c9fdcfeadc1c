//! Libraries and facts with something wrong: what, where, what is allowed.
use super::*;

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
"#;

/// A policy of one clause.
pub(super) fn written(id: &str, when: &str, benefit: &str) -> String {
    format!(
        r#"id = "{id}"
title = {{ zh = "甲", en = "A" }}
issuer = "乙"
document = {{ confidence = "seen" }}
level = "city"
status = "in_force"
in_force = {{ from = 2024-01-01 }}
domain = "tax"
subject = "company"
application = "declare"
confidence = "verified"

[benefit]
type = "award"
text = {{ zh = "丙", en = "C" }}
{benefit}

[clause.only]
title = {{ zh = "丁", en = "D" }}
when = '{when}'
"#
    )
}

fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let (library, mut findings) = Library::read(files.iter().copied());
    findings
        .extend(library.check(|file| files.iter().find(|(name, _)| *name == file).map(|(_, text)| *text)));
    findings.iter().map(ToString::to_string).collect()
}

fn one(when: &str, benefit: &str) -> Vec<String> {
    findings(&[("fields.toml", FIELDS), ("a.toml", &written("a", when, benefit))])
}

#[test]
fn what_is_well_has_no_findings() {
    assert_eq!(one("staff <= 30", "amount = '20 万元'"), [""; 0]);
}

#[test]
fn a_misspelt_name_is_told_with_its_place_and_the_nearest() {
    assert_eq!(
        one("income >= 1 万元 and staf <= 30", ""),
        ["a.toml:20:28: found `staf`, expected a field of the dictionary; did you mean `staff`?"]
    );
    let lines = written("a", "@", "").replace("'@'", "'''\nincome >= 1 万元\nand staf <= 30'''");
    assert_eq!(
        findings(&[("fields.toml", FIELDS), ("a.toml", &lines)]),
        ["a.toml:22:5: found `staf`, expected a field of the dictionary; did you mean `staff`?"]
    );
}

#[test]
fn units_never_mix_silently() {
    let found = one("staff <= 30 万元", "");
    assert!(found.len() == 1 && found[0].starts_with("a.toml:20:18: found `30 万元`"), "{found:?}");
    assert!(found[0].contains('人'), "{found:?}");
    let found = one("staff <= 30", "amount = '20%'");
    assert!(
        found.len() == 1 && found[0].starts_with("a.toml:16:10: amounts, caps and taxes are money"),
        "{found:?}"
    );
    let found = one("staff <= 30", "share = '20 元'");
    assert!(found.len() == 1 && found[0].starts_with("a.toml:16:9: "), "{found:?}");
}

#[test]
fn every_mistake_of_every_file_is_told_at_once() {
    let two = written("a", "staff < 1 月", "").replace(
        "[clause.only]",
        "[clause.other]\ntitle = { zh = \"一\", en = \"1\" }\nwhen = 'incom > 2'\n[clause.only]",
    );
    let found =
        findings(&[("fields.toml", FIELDS), ("a.toml", &two), ("b.toml", &written("b", "fom = \"x\"", ""))]);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn policies_that_refer_to_each_other_in_a_circle_are_told_where() {
    let files = [
        ("fields.toml", FIELDS.to_owned()),
        ("a.toml", written("a", r#"criteria("b")"#, "")),
        ("b.toml", written("b", r#"criteria("a")"#, "")),
        ("c.toml", written("c", r#"criteria("b") and staff > 1"#, "")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (library, found) = Library::read(files.iter().copied());
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["a.toml:20:8: `a` uses itself: a → b → a"]);
    assert!(
        library.policies.is_empty(),
        "what builds on them means nothing either: {:?}",
        library.policies.keys()
    );
}

#[test]
fn a_flawed_table_is_told_once_and_not_again_where_it_is_used() {
    let table = "\n[table.points]\nrows = [\n    { when = 'staf > 1', then = '1 分' },\n]\n";
    let more = "\n[table.more]\nrows = [{ then = 'points' }]\n";
    let text = written("a", "points >= 1 分 and more >= 1 分", "") + table + more;
    let found = findings(&[("fields.toml", FIELDS), ("a.toml", &text)]);
    assert_eq!(
        found,
        ["a.toml:24:15: found `staf`, expected a field of the dictionary; did you mean `staff`?"]
    );
    let field = FIELDS.to_owned() + "derived = 'benefit'\n";
    let found = findings(&[("fields.toml", &field), ("a.toml", &written("a", "form = \"company\"", ""))]);
    assert!(found.len() == 1 && found[0].starts_with("fields.toml:22:12: "), "{found:?}");
}

#[test]
fn a_policy_whose_cases_fail_cannot_be_published() {
    let text = written("a", "staff <= 30", "amount = 'income * 10%'");
    let cases = "[[case]]\nid = \"small\"\nverdict = \"eligible\"\nbenefit = { amount_wan = 0.30000000000000001 }\n\
        facts = { staff = 30, income = 3 }\n\n[[case]]\nid = \"large\"\nverdict = \"eligible\"\nfacts = { staff = 30.5 }\n";
    assert_eq!(
        findings(&[("fields.toml", FIELDS), ("a.toml", &text), ("a.cases.toml", cases)]),
        [
            "a.cases.toml:2:6: cannot be published: case `small` expects eligible, amount_wan 0.30000000000000001, \
            it is eligible, amount_wan 0.3",
            "a.cases.toml:8:6: cannot be published: case `large` expects eligible, it is ineligible",
        ]
    );
}

#[test]
fn a_case_says_known_absence_and_is_refused_what_no_field_holds() {
    let text = written("a", "staff is absent", "");
    let cases = "[[case]]\nid = \"none\"\nverdict = \"eligible\"\n[case.facts]\nstaff = { absent = true }\n\n\
        [[case]]\nid = \"odd\"\nverdict = \"unknown\"\n[case.facts]\nform = \"compny\"\nstaf = 3\n\n\
        [[case]]\nid = \"odd\"\nverdict = \"unknown\"\nclaims = [\"b\"]\n";
    assert_eq!(
        findings(&[("fields.toml", FIELDS), ("a.toml", &text), ("a.cases.toml", cases)]),
        [
            "a.cases.toml:11:8: `form`: \"compny\" is none of its values; did you mean \"company\"?",
            "a.cases.toml:12:8: there is no field `staf`; did you mean `staff`?",
            "a.cases.toml:14:1: there is no policy `b`",
            "a.cases.toml:14:1: there is another case `odd`",
        ]
    );
}

#[test]
fn a_case_may_be_like_one_before_it() {
    let text = written("a", "staff <= 30 and income >= 5 万元", "");
    let cases = "[[case]]\nid = \"fits\"\nverdict = \"eligible\"\nfacts = { staff = 30, income = 5 }\n\n\
        [[case]]\nid = \"poor\"\nlike = \"fits\"\nverdict = \"ineligible\"\nfacts = { \"所得额\" = 4.99 }\n\n\
        [[case]]\nid = \"lost\"\nlike = \"fit\"\nverdict = \"unknown\"\n";
    assert_eq!(
        findings(&[("fields.toml", FIELDS), ("a.toml", &text), ("a.cases.toml", cases)]),
        ["a.cases.toml:14:8: there is no case `fit` before this one"]
    );
}

#[test]
fn clauses_that_no_case_hangs_on_are_listed() {
    let text = written("a", "staff <= 30", "").replace(
        "[clause.only]",
        "[clause.other]\ntitle = { zh = \"一\", en = \"1\" }\nwhen = 'income > 2'\n[clause.only]",
    );
    let cases = "[[case]]\nid = \"x\"\nverdict = \"ineligible\"\nfacts = { staff = 31, income = 3 }\n";
    let (library, _) =
        Library::read([("fields.toml", FIELDS), ("a.toml", text.as_str()), ("a.cases.toml", cases)]);
    assert_eq!(library.unexercised(), [Unexercised { policy: "a".into(), clause: "other".into() }]);
}

#[test]
fn a_file_that_is_no_policy_says_where() {
    let text = written("b", "staff <= 30", "").replace("level = \"city\"", "level = \"town\"");
    let found = findings(&[("fields.toml", FIELDS), ("a.toml", &text)]);
    assert!(found.len() == 1 && found[0].starts_with("a.toml:5:9: unknown variant `town`"), "{found:?}");
    assert!(findings(&[("fields.toml", FIELDS), ("a.toml", "id = ")])[0].starts_with("a.toml:1:6: "));
    let text = written("b", "staff <= 30", "exclusive = 1");
    assert!(
        findings(&[("fields.toml", FIELDS), ("b.toml", &text)])[0].starts_with("b.toml:16:1: unknown field")
    );
    let odd =
        written("b", "staff <= 30", "").replace("from = 2024-01-01", "from = 2024-01-01, to = 2023-12-31");
    let odd = odd.replace("domain", "exclusive_with = [\"c\"]\ndomain");
    assert_eq!(
        findings(&[("fields.toml", FIELDS), ("a.toml", &odd)]),
        [
            "a.toml:1:6: a policy is named like its file: expected the id `a`",
            "a.toml:7:1: a policy is in force from a day to the same or a later one",
            "a.toml:8:19: there is no policy `c`",
        ]
    );
}

#[test]
fn a_policy_replaces_one_that_began_before_it() {
    let replacing = |id: &str, other: &str| {
        written(id, "staff <= 30", "").replace("domain", &format!("replaces = \"{other}\"\ndomain"))
    };
    let (a, b) = (replacing("a", "b"), replacing("b", "c"));
    assert_eq!(
        findings(&[("fields.toml", FIELDS), ("a.toml", &a), ("b.toml", &b)]),
        ["b.toml:8:12: there is no policy `c`"]
    );
    let b = replacing("b", "a");
    assert_eq!(
        findings(&[("fields.toml", FIELDS), ("a.toml", &a), ("b.toml", &b)]),
        [
            "a.toml:8:12: a policy replaces one that began before it",
            "b.toml:8:12: a policy replaces one that began before it",
        ]
    );
}

#[test]
fn a_field_says_what_it_needs() {
    let fields = FIELDS.replace("unit    = \"人\"\n", "unit    = \"人\"\nof = \"text\"\n");
    assert_eq!(
        findings(&[("fields.toml", &fields)]),
        ["fields.toml:4:11: a map says what it is `of`, nothing else does"]
    );
}

#[test]
fn a_label_that_two_fields_share_means_neither() {
    let fields = FIELDS.replace("所得额", "职工人数");
    let found = findings(&[("fields.toml", &fields), ("a.toml", &written("a", "职工人数 <= 30", ""))]);
    assert!(found.len() == 1 && found[0].starts_with("a.toml:20:9: found `职工人数`"), "{found:?}");
}

#[test]
fn a_fact_is_refused_with_what_the_field_holds() {
    let fields = &Library::shipped().fields;
    let refused = |name: &str, given: Given| {
        FactFile::default().insert(fields, name, &given, None, None).unwrap_err().to_string()
    };
    let text = |text: &str| Given::Text(text.into());
    assert_eq!(
        refused("taxable_incom_wan", Given::Number(1.into())),
        "there is no field `taxable_incom_wan`; did you mean `taxable_income_wan`?"
    );
    assert_eq!(
        refused("taxable_income_wan", text("30 人")),
        "`taxable_income_wan`: expected a number of 万元, with its unit if it is a text; found \"30 人\""
    );
    assert_eq!(
        refused("taxable_income_wan", text("300")),
        "`taxable_income_wan`: expected a number of 万元, with its unit if it is a text; found \"300\""
    );
    assert_eq!(refused("debt_ratio_y1", text("3 元")), "`debt_ratio_y1`: expected a number, found \"3 元\"");
    assert_eq!(
        refused("established_on", text("2023-02-30")),
        "`established_on`: expected a day such as 2026-01-02, found \"2023-02-30\""
    );
    assert_eq!(
        refused("established_on", text("2023-02-03T00:00")),
        "`established_on`: expected a day such as 2026-01-02, found \"2023-02-03T00:00\""
    );
    assert_eq!(
        refused("tax_credit_grade", text("a")),
        "`tax_credit_grade`: \"a\" is none of its values; did you mean \"A\"?"
    );
    assert_eq!(
        refused("cit_resident", Given::Number(1.into())),
        "`cit_resident`: expected true or false, found 1"
    );
    assert_eq!(
        refused("employees_quarters", Given::List(vec![Given::List(vec![Given::Number(1.into())])])),
        "`employees_quarters`: expected a list of pairs of numbers, found a list"
    );
    assert_eq!(
        refused("as_of", text("2023-02-03")),
        "`as_of`: the day of the verdict is no fact, it comes with the question"
    );
}

#[test]
fn what_is_wrong_is_said_in_chinese_too() {
    let files = [
        ("fields.toml", FIELDS.to_owned()),
        ("a.toml", written("a", "staf <= 30", "")),
        ("c.toml", written("b", "criteria(\"c\")", "")),
    ];
    let (_, found) = Library::read(files.iter().map(|(name, text)| (*name, text.as_str())));
    let found: Vec<String> = found.iter().map(|finding| finding.flaw.in_chinese()).collect();
    assert_eq!(
        found,
        [
            "此处是 `staf`，应为字典中的字段；是否指 `staff`？",
            "政策编号应与文件名一致：应为 `c`",
            "此处是 `\"c\"`，应为字典中已有条件的名称，写在引号内",
        ]
    );
    let fields = &Library::shipped().fields;
    let refused = |name: &str, given: &str| {
        let given = Given::Text(given.into());
        FactFile::default().insert(fields, name, &given, None, None).unwrap_err().in_chinese()
    };
    assert_eq!(
        refused("taxable_income_wan", "3 人"),
        "`taxable_income_wan`：应为以万元计的数，文本须带单位；现为“3 人”"
    );
    assert_eq!(refused("tax_credit_grade", "b"), "`tax_credit_grade`：“b”不是可选值；是否指“B”？");
    assert_eq!(refused("应纳税所得", "1"), "没有字段 `应纳税所得`");
}
