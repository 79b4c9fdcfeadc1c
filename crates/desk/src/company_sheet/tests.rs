//! Sheets by hand, and what is exported and imported again.

use super::*;
use condition::Value;
use jiff::civil::{Date, date};
use policy::{FactFile, FieldType, Fields, Given, Library, Scope};
use proptest::prelude::*;
use sheet::{Cell, SheetError, Table};
use std::sync::Arc;
use workflow::Language;

const DAY: Date = date(2026, 11, 23);
const WATER: &str = "91330000733796106P";
const MOTOR: &str = "91330100799655058B";

fn fields() -> &'static Fields {
    &Library::shipped().fields
}

fn facts(stated: &[(&str, Given)]) -> FactFile {
    let mut file = FactFile::default();
    for (key, given) in stated {
        file.insert(fields(), key, given, None, Some(date(2026, 1, 1))).unwrap();
    }
    file
}

fn number(text: &str) -> Given {
    Given::Number(condition::Number::parse(text).unwrap())
}

fn company(id: u8, credit_code: &str, name: &str, facts: FactFile) -> KnownCompany<u8> {
    KnownCompany { id, credit_code: Some(credit_code.to_owned()), name: name.to_owned(), facts }
}

fn known() -> Vec<KnownCompany<u8>> {
    let stated = facts(&[("employees_year_end", number("120")), ("cit_resident", Given::Truth(true))]);
    vec![company(1, WATER, "示例水泵", stated), company(2, MOTOR, "示例电机", FactFile::default())]
}

fn plan(csv: &str) -> Plan<u8> {
    Plan::read(csv.as_bytes(), fields(), &known(), DAY).unwrap()
}

/// Everything wrong with a sheet, in both languages.
fn said(csv: &str) -> Vec<[String; 2]> {
    plan(csv).findings().map(|mistake| Language::ALL.map(|language| mistake.said(language))).collect()
}

fn first(csv: &str) -> String {
    said(csv).first().map(|[_, english]| english.clone()).unwrap_or_default()
}

/// What a plan has written, as the facts of companies.
fn written(plan: &Plan<u8>, known: &[KnownCompany<u8>]) -> Vec<KnownCompany<u8>> {
    let mut companies = known.to_vec();
    for row in plan.changes() {
        let at = if let PlannedCompany::Known(id) = row.company {
            companies.iter().position(|company| company.id == id).unwrap()
        } else {
            let id = u8::try_from(companies.len()).unwrap() + 1;
            let (code, name) = (row.credit_code.as_ref().unwrap(), row.name.as_ref().unwrap());
            companies.push(company(id, code.as_str(), name, FactFile::default()));
            companies.len() - 1
        };
        for fact in row.changes() {
            let given = fact.value.as_ref().map_or(Given::Absent, given);
            let facts = &mut companies[at].facts;
            facts.insert(fields(), &fact.field, &given, row.source.clone(), Some(row.since)).unwrap();
        }
    }
    companies
}

fn given(value: &Value) -> Given {
    match value {
        Value::Absent => Given::Absent,
        Value::Truth(truth) => Given::Truth(*truth),
        Value::Number(number) => Given::Number(number.clone()),
        Value::Text(text) => Given::Text(text.to_string()),
        Value::Date(day) => Given::Text(day.to_string()),
        Value::List(values) => Given::List(values.iter().map(given).collect()),
        Value::Map(entries) => {
            Given::Map(entries.iter().map(|(key, value)| (key.to_string(), given(value))).collect())
        }
    }
}

#[test]
fn each_fact_is_new_changed_or_unchanged_and_the_same_file_twice_changes_nothing() {
    let csv = format!(
        "企业信息表,,,,,,\n\
         统一社会信用代码,企业名称,年末从业人员（人）,resident enterprise,assets_year_end_y1_wan,成立日期,来源\n\
         {WATER},示例水泵,125,是,\"1,200.5\",2019年3月1日,年报\n\
         ,示例电机,,,300 元,,\n\
         91440300192317458f,示例新材,30,否,（无）,2020/1/2,\n"
    );
    let plan = plan(&csv);
    assert_eq!(plan.findings().count(), 0, "{:?}", plan.findings().collect::<Vec<_>>());
    assert_eq!(
        plan.summary(),
        Summary {
            rows: 3,
            wrong_rows: 0,
            new_companies: 1,
            new_facts: 7,
            changed_facts: 1,
            unchanged_facts: 1,
            doubts: 0
        }
    );
    let water = &plan.rows[0];
    assert_eq!(
        (water.line, water.company, water.source.as_deref(), water.since),
        (3, PlannedCompany::Known(1), Some("年报"), DAY)
    );
    let told: Vec<_> =
        water.facts.iter().map(|fact| (&*fact.field, fact.value.clone(), fact.was.clone())).collect();
    let was = |text: &str| Value::Number(condition::Number::parse(text).unwrap());
    assert_eq!(
        told,
        [
            ("employees_year_end", Some(was("125")), Was::Changed(Some(was("120")))),
            ("cit_resident", Some(Value::Truth(true)), Was::Unchanged),
            ("assets_year_end_y1_wan", Some(was("1200.5")), Was::New),
            ("established_on", Some(Value::Date(date(2019, 3, 1))), Was::New),
        ]
    );
    assert_eq!(plan.rows[1].facts[0].value, Some(was("0.03")));
    assert_eq!(plan.rows[2].facts[2].value, None);
    let after = written(&plan, &known());
    let again = Plan::read(csv.as_bytes(), fields(), &after, date(2026, 12, 1)).unwrap();
    assert_eq!(again.changes().count(), 0);
    assert_eq!(again.summary().unchanged_facts, 9);
}

#[test]
fn facts_count_from_the_day_that_the_row_says() {
    let csv =
        format!("credit code,as of,employees at year end\n{WATER},2025-12-31,110\n{WATER},2026-06-30,120\n");
    let plan = plan(&csv);
    // Of the end of 2025 nothing was known; in June it was still 120.
    let was: Vec<_> = plan.rows.iter().map(|row| row.facts[0].was.clone()).collect();
    assert_eq!(was, [Was::New, Was::Unchanged]);
    assert_eq!(
        first(&format!("credit code,as of\n{WATER},2026-11-24\n")),
        "line 2, column B: 2026-11-24 is still to come"
    );
    assert_eq!(
        first(&format!("credit code,as of\n{WATER},31.12.2025\n")),
        "line 2, column B: expected a day such as 2026-01-02, found \"31.12.2025\""
    );
}

#[test]
fn the_unit_of_a_heading_is_converted_if_it_counts_the_same() {
    let csv = format!("信用代码,上年末资产总额（元）,上年末资产负债率（%）\n{WATER},12345678.9,62.5\n");
    let plan = plan(&csv);
    let values: Vec<_> =
        plan.rows[0].facts.iter().map(|fact| fact.value.clone().unwrap().to_string()).collect();
    assert_eq!(values, ["1234.56789", "0.625"]);
    let clash = |unit: &str| said(&format!("信用代码,上年末资产总额（{unit}）\n{WATER},1\n")).remove(0);
    assert_eq!(
        clash("人"),
        [
            "第 1 行 B 列：“上年末资产总额”以万元计，“人”不能换算成万元",
            "line 1, column B: `total assets at the end of last year` counts 万元, and `人` does not convert to it"
        ]
    );
    assert!(clash("万美元")[1].contains("万美元"));
    let ratio = first(&format!("信用代码,上年末资产负债率（万元）\n{WATER},1\n"));
    assert_eq!(
        ratio,
        "line 1, column B: `debt ratio at the end of last year` has no unit, it cannot count `万元`"
    );
}

#[test]
fn a_wrong_column_is_named_with_the_nearest_name_and_nothing_is_written() {
    let csv = format!(
        "信用代码,年末从业人数,employes at year end,年末从业人员,employees_year_end,申报日期\n{WATER},1,2,3,4,\n"
    );
    let plan = plan(&csv);
    let english: Vec<_> = plan.mistakes.iter().map(|mistake| mistake.said(Language::En)).collect();
    assert_eq!(
        english,
        [
            "line 1, column B: no field is called `年末从业人数`; did you mean `年末从业人员`",
            "line 1, column C: no field is called `employes at year end`; did you mean `employees at year end`",
            "line 1, column E: column D holds `employees_year_end` already",
            "line 1, column F: `filed on` is no fact of a company but of an application, a person or a project; take the column out",
        ]
    );
    assert_eq!(plan.changes().count(), 0);
    assert_eq!(first("编号,人数\n1,2\n"), "line 1: there must be a column `credit code` or `company name`");
}

#[test]
fn a_cell_that_is_no_value_says_what_is_allowed() {
    let wrong =
        |heading: &str, cell: &str| said(&format!("信用代码,{heading}\n{WATER},\"{cell}\"\n")).remove(0);
    let [zh, en] = wrong("quality management items", "质量奖、自主品派");
    assert_eq!(
        zh,
        "第 2 行 B 列：“质量管理项”没有“自主品派”这一选项；是否指“自主品牌”；可选：质量奖、质量管理体系认证、自主品牌、参与制修订标准"
    );
    assert!(en.contains("did you mean `自主品牌`; allowed: award, iso9001"), "{en}");
    for (heading, cell, part) in [
        ("年末从业人员", "很多", "expected a number of 人"),
        ("年末从业人员", "300 万元", "expected a number of 人"),
        ("年末从业人员", "1,5", "expected a number of 人"),
        ("年末从业人员", "5%", "expected a number of 人"),
        ("居民企业", "也许", "expected true or false"),
        ("成立日期", "2026-02-30", "expected a day such as"),
        ("主体类型", "公司制", "none of its values; did you mean `公司`"),
        ("各季季初季末从业人数", "120", "expected a list of pairs"),
        ("所在省", &"x".repeat(10_001), "at most 10000 characters"),
    ] {
        let [_, en] = wrong(heading, cell);
        assert!(en.starts_with("line 2, column B: ") && en.contains(part), "{cell}: {en}");
    }
}

#[test]
fn numbers_and_days_are_read_as_people_write_them() {
    let read = |heading: &str, cell: &str| {
        let plan = plan(&format!("信用代码,{heading}\n{MOTOR},\"{cell}\"\n"));
        plan.rows[0].facts.first().and_then(|fact| fact.value.clone()).map(|value| match value {
            Value::Date(day) => day.to_string(),
            value => value.to_string(),
        })
    };
    for cell in ["1234.5", "1,234.5", "１，２３４．５", " 1234.50 ", "12345000 元", "+1234.5"] {
        assert_eq!(read("上年末资产总额", cell).as_deref(), Some("1234.5"), "{cell}");
    }
    for cell in ["5%", "5％", "0.05", "5.0 %"] {
        assert_eq!(read("上年末资产负债率", cell).as_deref(), Some("0.05"), "{cell}");
    }
    for cell in ["2026-01-02", "2026/1/2", "2026.1.2", "2026年1月2日", "20260102"] {
        assert_eq!(read("成立日期", cell).as_deref(), Some("2026-01-02"), "{cell}");
    }
}

#[test]
fn a_company_is_found_by_its_code_or_its_only_name() {
    let mut companies = known();
    companies.push(company(3, "91440300192317458F", "示例水泵", FactFile::default()));
    companies.push(KnownCompany { credit_code: None, ..company(4, "", "无码企业", FactFile::default()) });
    let plan = |csv: &str| Plan::read(csv.as_bytes(), fields(), &companies, DAY).unwrap();
    let rows = format!(
        "信用代码,企业名称\n,示例水泵\n,示例电机\n,没有的企业\n91440400192548256N,无码企业\n91440606722473344C,\n91330000733796106I,坏\n123,坏\n,\u{3000}\n{WATER},水泵厂\n"
    );
    let plan = plan(&rows);
    let found: Vec<_> = plan.rows.iter().map(|row| (row.line, row.company)).collect();
    let unclear = PlannedCompany::Unclear;
    assert_eq!(
        found,
        [
            (2, unclear),
            (3, PlannedCompany::Known(2)),
            (4, unclear),
            (5, PlannedCompany::Known(4)),
            (6, unclear),
            (7, unclear),
            (8, unclear),
            (10, PlannedCompany::Known(1)),
        ]
    );
    let said: Vec<_> = plan.findings().map(|mistake| mistake.said(Language::En)).collect();
    assert_eq!(said.len(), 5, "{said:?}");
    assert_eq!(said[0], "line 2: several companies are called `示例水泵`; say its credit code");
    assert_eq!(said[1], "line 4: no company is called `没有的企业`; a new one needs its credit code");
    assert_eq!(said[2], "line 6: a new company needs its name");
    assert!(said[3].contains("found `I` at place 18"), "{}", said[3]);
    assert!(said[4].contains("18 characters, found 3"), "{}", said[4]);
    // An old code that is none, as its company has it.
    let old = [company(5, "老代码", "老企业", FactFile::default())];
    let plan = Plan::read("信用代码,年末从业人员\n老代码,5\n".as_bytes(), fields(), &old, DAY).unwrap();
    assert_eq!((plan.findings().count(), plan.rows[0].company), (0, PlannedCompany::Known(5)));
    let nobody = first("信用代码,企业名称,年末从业人员\n,,5\n");
    assert_eq!(nobody, "line 2: say the credit code or the name of the company");
}

#[test]
fn what_is_doubtful_must_be_confirmed_unless_it_changes_nothing() {
    let doubts = |csv: &str| plan(csv).doubts().map(|doubt| doubt.said(Language::En)).collect::<Vec<_>>();
    let mistyped = doubts("信用代码,企业名称\n91330000733796106Q,新企业\n");
    assert!(mistyped[0].starts_with("line 2, column A: the check character"), "{mistyped:?}");
    let renamed = format!("信用代码,企业名称,年末从业人员\n{WATER},水泵厂,");
    assert_eq!(
        doubts(&format!("{renamed}5\n")),
        ["line 2: the company with this code is known as `示例水泵`; confirm that it is the same"]
    );
    assert!(doubts(&format!("{renamed}120\n")).is_empty());
    assert!(plan(&format!("{renamed}120\n")).rows[0].doubts.is_empty());
    let share = format!("信用代码,上年末资产负债率\n{MOTOR},62.5\n");
    assert_eq!(
        doubts(&share),
        [
            "line 2, column B: `debt ratio at the end of last year` is a share and 62.5 is above one; confirm it, or write 5% or 0.05"
        ]
    );
    assert!(doubts(&share.replace("62.5", "150%")).is_empty());
    let other = doubts("信用代码,企业名称\n91440606722473344C,示例水泵\n");
    assert_eq!(
        other,
        [format!("line 2: a company of this name has the code {WATER}; confirm that it is another")]
    );
}

#[test]
fn a_company_twice_and_what_it_says_differently_is_told_at_both_rows() {
    let csv =
        format!("信用代码,企业名称,年末从业人员,居民企业\n{WATER},,5,是\n,示例水泵,6,是\n{MOTOR},,7,\n");
    let said: Vec<_> = plan(&csv).findings().map(|mistake| mistake.said(Language::En)).collect();
    assert_eq!(
        said,
        [
            "line 2: line 3 is the same company for the same day",
            "line 2, column C: `employees at year end` is stated otherwise on line 3",
            "line 3: line 2 is the same company for the same day",
            "line 3, column C: `employees at year end` is stated otherwise on line 2",
        ]
    );
    let lines: Vec<_> = plan(&csv).changes().map(|row| row.line).collect();
    assert_eq!(lines, [4]);
}

#[test]
fn a_code_that_a_workbook_cut_as_a_number_is_pointed_out() {
    let table = Table {
        name: "t".into(),
        columns: ["信用代码", "企业名称"]
            .map(|heading| sheet::Column {
                heading: heading.into(),
                shape: sheet::Shape::Number,
                ..sheet::Column::default()
            })
            .to_vec(),
        rows: vec![vec![Cell::Number("913300002539329000".into()), Cell::text("示例")]],
    };
    let plan: Plan<u8> = Plan::read(&table.xlsx().unwrap(), fields(), &[], DAY).unwrap();
    let said: Vec<_> = plan.findings().map(|mistake| mistake.flaw.clone()).collect();
    assert!(plan.findings().all(|mistake| mistake.said(Language::En).contains("its last digits are lost")));
    assert_eq!(said, [Flaw::Row(RowFlaw::LostDigits)]);
}

#[test]
fn rows_that_were_wrong_come_back_with_the_reasons_and_can_be_handed_in_again() {
    let csv = format!("信用代码,年末从业人员\n{WATER},很多\n{MOTOR},7\n");
    let plan = plan(&csv);
    for language in Language::ALL {
        let table = plan.errors_sheet(language);
        assert_eq!((table.rows.len(), table.columns.len(), table.columns[0].warns), (1, 3, true));
        let reason = plan.rows[0].mistakes[0].said(language);
        assert_eq!(table.rows[0][0], Cell::Text(reason));
        for bytes in [table.xlsx().unwrap(), table.csv()] {
            let again = Plan::read(&bytes, fields(), &known(), DAY).unwrap();
            assert!(again.mistakes.is_empty());
            assert_eq!(again.findings().count(), 1);
            assert_eq!(again.errors_sheet(language).columns.len(), 3);
        }
    }
    let wrong_column = Plan::read(csv.replace("年末", "年未").as_bytes(), fields(), &known(), DAY).unwrap();
    let table = wrong_column.errors_sheet(Language::En);
    assert_eq!(table.rows.len(), 2);
    assert!(table.columns[2].note.as_ref().unwrap().contains("did you mean"));
}

#[test]
fn a_file_full_of_mistakes_is_not_read_to_its_end() {
    let csv = format!("信用代码\n{}", "x\n".repeat(3_000));
    let plan = plan(&csv);
    assert_eq!(plan.rows.len(), 1_000);
    assert_eq!(plan.mistakes.len(), 1);
    assert_eq!(plan.mistakes[0].line, 1_002);
    assert_eq!(plan.summary().rows, 3_000);
}

#[test]
fn what_is_no_table_is_refused_as_a_whole() {
    let refused = |bytes: &[u8]| Plan::<u8>::read(bytes, fields(), &[], DAY).map(|_| ());
    assert_eq!(refused(b""), Err(SheetError::Empty));
    let wide: Vec<_> = (0..300).map(|column| format!("c{column}")).collect();
    assert!(matches!(refused(wide.join(",").as_bytes()), Err(SheetError::TooManyColumns { .. })));
    assert!(matches!(refused(b"PK\x03\x04 not a workbook"), Err(SheetError::Broken { .. })));
}

#[test]
fn the_template_can_be_filled_in_and_names_units_and_choices() {
    for language in Language::ALL {
        let table = template(fields(), &[], language);
        let of_company =
            fields().fields.values().filter(|field| field.scope == Scope::Company && field.derived.is_none());
        assert_eq!(table.columns.len(), of_company.count() + 4);
        for bytes in [table.xlsx().unwrap(), table.csv()] {
            let plan: Plan<u8> = Plan::read(&bytes, fields(), &[], DAY).unwrap();
            assert_eq!((plan.mistakes, plan.rows.len()), (vec![], 0));
        }
    }
    let keys: Vec<Arc<str>> =
        ["assets_year_end_y1_wan", "entity_type", "cit_resident"].map(Arc::from).to_vec();
    let table = template(fields(), &keys, Language::Zh);
    let headings: Vec<_> = table.columns.iter().map(|column| column.heading.as_str()).collect();
    assert_eq!(
        headings,
        [
            "统一社会信用代码",
            "企业名称",
            "截至日期",
            "来源",
            "主体类型",
            "居民企业",
            "上年末资产总额（万元）"
        ]
    );
    assert_eq!(table.columns[4].choices[..2], ["公司", "个人独资企业"]);
    assert_eq!(table.columns[5].choices, ["是", "否"]);
    assert!(table.columns[6].note.is_some());
}

/// Any value that a field holds.
fn any_value(kind: FieldType, values: &[Arc<str>], of: Option<FieldType>) -> BoxedStrategy<Given> {
    let number = (-1_000_000_i64..1_000_000, 1_i64..400)
        .prop_map(|(above, below)| number(&format!("{above}/{below}")))
        .boxed();
    let text = "[a-z中=+@'-][a-z0-9中,，\"'（）.~-]{0,12}".prop_map(Given::Text).boxed();
    match kind {
        FieldType::Truth => any::<bool>().prop_map(Given::Truth).boxed(),
        FieldType::Number | FieldType::Integer | FieldType::Ratio => number,
        FieldType::Text => text,
        FieldType::Choice => {
            prop::sample::select(values.to_vec()).prop_map(|key| Given::Text(key.to_string())).boxed()
        }
        FieldType::Date => (1_800_i16..2_100, 1_i8..13, 1_i8..29)
            .prop_map(|(year, month, day)| Given::Text(date(year, month, day).to_string()))
            .boxed(),
        FieldType::Set => prop::sample::subsequence(values.to_vec(), 1..=values.len())
            .prop_map(|keys| Given::List(keys.iter().map(|key| Given::Text(key.to_string())).collect()))
            .boxed(),
        FieldType::Series => prop::collection::vec((number.clone(), number), 1..4)
            .prop_map(|pairs| {
                Given::List(pairs.into_iter().map(|(first, last)| Given::List(vec![first, last])).collect())
            })
            .boxed(),
        FieldType::Map => prop::collection::btree_map(
            "20[0-9]{2}",
            any_value(of.unwrap_or(FieldType::Text), &[], None),
            1..4,
        )
        .prop_map(|entries| Given::Map(entries.into_iter().collect()))
        .boxed(),
    }
}

/// Some fields, and facts of two companies in some of them; of some it is known that there is none.
fn any_facts() -> impl Strategy<Value = (Vec<Arc<str>>, [FactFile; 2])> {
    let stated = fields().fields.iter();
    let stated: Vec<_> = stated.filter(|(_, field)| field.scope == Scope::Company).collect();
    prop::sample::subsequence(stated, 12)
        .prop_flat_map(|stated| {
            let given = |(key, field): &(&Arc<str>, &policy::Field)| {
                let values: Vec<Arc<str>> = field.values.keys().cloned().collect();
                let given = any_value(field.kind, &values, field.of);
                let given = prop::option::weighted(0.7, prop_oneof![9 => given, 1 => Just(Given::Absent)]);
                (Just(Arc::clone(key)), given)
            };
            let file = |stated: Vec<(Arc<str>, Option<Given>)>| {
                let mut file = FactFile::default();
                for (key, given) in stated {
                    if let Some(given) = given {
                        file.insert(fields(), &key, &given, None, Some(date(2026, 1, 1))).unwrap();
                    }
                }
                file
            };
            let one = stated.iter().map(given).collect::<Vec<_>>();
            let other = stated.iter().map(given).collect::<Vec<_>>();
            let keys = stated.iter().map(|(key, _)| Arc::clone(key)).collect::<Vec<_>>();
            (Just(keys), one.prop_map(file), other.prop_map(file))
        })
        .prop_map(|(keys, one, other)| (keys, [one, other]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn exporting_and_importing_again_changes_nothing_and_tells_everything((keys, [one, other]) in any_facts()) {
        let companies = [company(1, WATER, "示例水泵", one), company(2, MOTOR, "=示例电机", other)];
        let nothing = companies.clone().map(|company| KnownCompany { facts: FactFile::default(), ..company });
        for language in Language::ALL {
            let table = export(fields(), &keys, &companies, DAY, language);
            for bytes in [table.xlsx().unwrap(), table.csv()] {
                let plan = Plan::read(&bytes, fields(), &companies, date(2026, 12, 1)).unwrap();
                prop_assert_eq!(plan.findings().collect::<Vec<_>>(), Vec::<&SheetMistake>::new());
                prop_assert_eq!(plan.changes().count(), 0, "{:?}", plan.changes().collect::<Vec<_>>());
                // Read by somebody who knows nothing, it gives every fact.
                let plan = Plan::read(&bytes, fields(), &nothing, date(2026, 12, 1)).unwrap();
                let told: usize = plan.rows.iter().map(|row| row.facts.len()).sum();
                prop_assert_eq!(told, companies.iter().map(|company| company.facts.keys().count()).sum::<usize>());
            }
        }
    }

    #[test]
    fn no_sheet_panics(heading in "[a-z中（）()万元%*、]{0,12}", cell in "[0-9a-z中.,%~：；、/年月日-]{0,12}") {
        for heading in [heading.as_str(), "各季季初季末从业人数", "科技型中小企业入库登记编号", "年末从业人员", "成立日期", "有效期内荣誉"] {
            let csv = format!("信用代码,\"{heading}\"\n{WATER},\"{cell}\"\n");
            if let Ok(plan) = Plan::read(csv.as_bytes(), fields(), &known(), DAY) {
                for mistake in plan.findings().chain(plan.doubts()) {
                    let _ = Language::ALL.map(|language| mistake.said(language));
                }
                let _ = (plan.summary(), plan.errors_sheet(Language::En).csv());
            }
        }
    }
}
