//! What people see: gaps, questions, benefits.
use super::*;
use condition::{Evaluation, Truth, Value};
use serde_json::json;

/// The words of every change, set by set.
fn said(decision: &Decision) -> Vec<(&str, Vec<Vec<&str>>)> {
    fn words(set: &[GapChange]) -> Vec<&str> {
        set.iter().map(|change| change.text.en.as_str()).collect()
    }
    decision
        .gaps
        .iter()
        .map(|gap| (&*gap.clause, gap.alternatives.iter().map(|set| words(set)).collect()))
        .collect()
}

fn gain(decision: &Decision, output: Output) -> Option<&Evaluation> {
    decision.gains.iter().find(|gain| gain.output == output).map(|gain| &gain.value)
}

fn number(text: &str) -> Evaluation {
    Evaluation::Value(Number::parse(text).unwrap().into())
}

#[test]
fn a_gap_says_by_how_much() {
    let company = json!({"entity_type": "company", "in_restricted_industry": false, "taxable_income_wan": 300.0001,
        "employees_avg_qtr": 312, "assets_avg_qtr_wan": 5000});
    let decision = decide("cn-cit-xxwl-2023", &company);
    assert_eq!(decision.verdict, Verdict::Ineligible);
    assert_eq!(
        said(&decision),
        [
            (
                "taxable_income",
                vec![vec!["taxable income 3000001 yuan, limit 3000000 yuan: 1 yuan too much"]]
            ),
            ("employees", vec![vec!["employees, average of the quarters 312, limit 300: 12 too many"]]),
        ]
    );
    assert_eq!(
        decision.gaps[1].alternatives[0][0].text.zh,
        "从业人数(全年季度平均) 312 人，上限 300 人，超出 12 人"
    );
    assert!(decision.gains.is_empty(), "nothing is promised to who is not eligible");
}

#[test]
fn a_ratio_is_short_of_either_of_its_parts() {
    let company = json!({"cit_resident": true, "established_on": "2020-01-01", "application_date": "2023-06-30",
        "core_ip_owned": true, "tech_in_supported_fields": true, "sci_staff_ratio_y1": 0.1, "sales_revenue_y1_wan": 5000,
        "rd_expense_last3y_wan": 499, "sales_revenue_last3y_wan": 10000, "rd_domestic_share": 0.6,
        "hitech_revenue_share_y1": 0.6, "innovation_score": 70, "major_incident_1y": false});
    assert_eq!(
        said(&decide("cn-hnte", &company)),
        [
            (
                "rd_ratio",
                vec![
                    vec!["sales revenue of last year 50000000 yuan, needs more than 50000000 yuan"],
                    vec!["R&D expense of three years 4990000 yuan, needs 5000000 yuan: 10000 yuan short"],
                    vec![
                        "sales revenue of three years 100000000 yuan, limit 99800000 yuan: 200000 yuan too much"
                    ],
                ]
            ),
            ("innovation_score", vec![vec!["innovation score 70 points, needs more than 70 points"]]),
        ]
    );
}

#[test]
fn people_are_whole_and_what_is_past_does_not_change() {
    let company = json!({"entity_type": "branch", "insured_months": 24, "in_serious_dishonesty_list": false,
        "zombie_enterprise": false, "insured_end_y2": 37, "insured_end_y1": 31, "benefit_claimants_y1": 10});
    let decision = decide("hz-wengang-2022", &company);
    let said = said(&decision);
    assert_eq!(said[0], ("insured_employer", vec![]), "a branch does not become a company");
    let layoffs = &said[1].1;
    assert!(layoffs.contains(&vec!["insured at the end of last year 31, needs 35: 4 short"]), "{layoffs:?}");
    assert!(
        layoffs.contains(&vec!["drew unemployment benefit last year 10, limit 2: 8 too many"]),
        "{layoffs:?}"
    );
}

#[test]
fn what_a_company_never_had_it_could_have() {
    let decision = decide("cn-hnte-cit15", &json!({"hnte_last_issue_date": null, "tax_year": 2024}));
    assert_eq!(
        said(&decision)[0],
        ("certificate", vec![vec!["date of the latest high-tech certificate: none, needed"]])
    );
}

#[test]
fn several_things_at_once_are_one_set() {
    let centre = json!({"lead_type": "company", "in_sei": true, "main_revenue_avg3y_wan": 60000,
        "rnd_spend_each_of_3y_min_wan": 1500, "rnd_staff": 140});
    let decision = decide("zj-mic-2024", &centre);
    assert!(
        said(&decision)[0].1.contains(&vec![
            "least yearly R&D of three years 15000000 yuan, needs 20000000 yuan: 5000000 yuan short",
            "R&D personnel 140, needs 150: 10 short",
        ]) || said(&decision)[0].1[0].len() == 1,
        "{:?}",
        said(&decision)
    );
}

#[test]
fn a_clause_names_the_facts_it_rests_on_derived_ones_too() {
    let decision = decide("cn-cbj-tier-2023", &json!({"staff_avg_annual": 200, "disabled_staff": 2}));
    let ratio = &decision.clauses[1];
    assert_eq!((&*ratio.clause, ratio.truth), ("disabled_ratio", Truth::Yes));
    let facts: Vec<(&str, String, bool)> = ratio
        .facts
        .iter()
        .map(|fact| (&*fact.field, fact.value.as_ref().unwrap().to_string(), fact.derived))
        .collect();
    assert_eq!(
        facts,
        [
            ("disabled_ratio_annual", "0.01".into(), true),
            ("disabled_staff", "2".into(), false),
            ("staff_avg_annual", "200".into(), false),
        ]
    );
    assert_eq!(gain(&decision, Output::PayShare), Some(&number("0.5")));
}

#[test]
fn clauses_taken_from_another_policy_are_named_one_by_one() {
    let decision = decide("cn-rd-super-ic-2023", &json!({"cit_resident": true, "accounting_sound": false}));
    let names: Vec<&str> = decision.clauses.iter().map(|clause| &*clause.clause).collect();
    assert_eq!(
        names,
        ["resident", "audited_books", "sound_accounting", "rd_expense", "negative_list", "on_the_list"]
    );
    assert_eq!(decision.gaps[0].clause, "sound_accounting".into());
}

#[test]
fn tax_is_computed_to_the_fen_and_by_the_year() {
    let company = json!({"taxable_income_wan": "1234567.89 元"});
    let library = Library::shipped();
    let tax = |day: &str| {
        let decision =
            library.decide(policy("cn-cit-xxwl-2022"), &facts(&company), Some(day.parse().unwrap()));
        (gain(&decision, Output::Tax).cloned(), gain(&decision, Output::Amount).cloned())
    };
    // 2.5% of a million and 5% of the rest; the normal 25% is 308,641.97 (.9725 rounded).
    assert_eq!(tax("2022-12-31"), (Some(number("36728.39")), Some(number("271913.58"))));
    assert_eq!(tax("2023-12-31"), (Some(number("61728.39")), Some(number("246913.58"))));
    let open = decide("cn-cit-xxwl-2022", &company);
    assert_eq!(
        gain(&open, Output::Tax),
        Some(&Evaluation::Range {
            low: Some(Number::parse("11728.39").unwrap()),
            high: Some(Number::parse("86728.39").unwrap())
        }),
        "without a day nobody knows which bracket of the first million counts"
    );
}

#[test]
fn stages_of_an_award_add_up() {
    let listed = json!({"region_district": "330109", "ipo_accepted": true, "listed": true, "ipo_fund_local_ratio": 0.5});
    assert_eq!(gain(&decide("xs-ipo", &listed), Output::Amount), Some(&number("6375000")));
    let grown = json!({"region_district": "330110", "industry_section": "C", "first_time_above_scale": true,
        "years_kept_above_scale": 1});
    let decision = decide("yh-xsg", &grown);
    assert_eq!(
        gain(&decision, Output::Amount),
        Some(&Evaluation::Range { low: Some(200_000.into()), high: Some(300_000.into()) }),
        "nobody said whether it is in a strategic industry"
    );
}

#[test]
fn what_may_be_enjoyed_together_does_not_depend_on_who_says_so() {
    let library = Library::shipped();
    let both = |one: &str, other: &str| library.together(&[one.into(), other.into()]);
    assert!(!both("cn-soft-vat", "cn-vat-ldts-zzy-2022"));
    assert!(!both("cn-vat-ldts-zzy-2022", "cn-soft-vat"));
    assert!(!both("cn-rd-super-2023", "cn-rd-super-ic-2023"), "only the second says so");
    assert!(both("cn-6t2f-2023", "cn-cit-xxwl-2023"));
}

#[test]
fn the_next_question_is_the_fact_that_could_decide_most() {
    let company = facts(&json!({"region_province": "33", "region_city": "3301", "region_district": "330110",
        "entity_type": "company"}));
    let asked = |rank| questions(Library::shipped(), &company, "2024-06-30".parse().unwrap(), rank);
    let most_money = asked(Rank::Money);
    assert!(most_money.windows(2).all(|pair| pair[0].worth >= pair[1].worth));
    assert!(most_money[0].worth >= Number::from(3_000_000), "{:?}", most_money[0]);
    let asked = asked(Rank::Policies);
    let place = |field: &str| asked.iter().position(|question| &*question.field == field).unwrap();
    assert!(place("vat_taxpayer_type") < place("levy_rate"));
    assert!(asked.windows(2).all(|pair| pair[0].could_decide.len() >= pair[1].could_decide.len()));
    let staff = &asked[place("staff_avg_annual")];
    assert_eq!(staff.decides, ["cn-cbj-exempt-2023".into()], "any head-count decides the exemption");
}

#[test]
fn every_field_can_be_asked_by_its_label() {
    let mut file = FactFile::default();
    let fields = &Library::shipped().fields;
    file.insert(fields, "应纳税所得额", &Given::Text("0.03 亿元".into()), None, None).unwrap();
    let facts = file.as_of(None);
    assert_eq!(facts.get("taxable_income_wan").unwrap().value, Some(Value::from(300)));
}
