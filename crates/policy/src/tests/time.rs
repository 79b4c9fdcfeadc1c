//! Days: when policies are in force, when facts were known, when waiting helps.
use super::*;
use jiff::civil::Date;
use serde_json::json;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn dated(facts: &[(&str, Given, &str)]) -> FactFile {
    let mut file = FactFile::default();
    for (name, given, date) in facts {
        file.insert(&Library::shipped().fields, name, given, Some("报表".into()), Some(day(date))).unwrap();
    }
    file
}

#[test]
fn a_policy_says_nothing_before_and_after_its_days() {
    let library = Library::shipped();
    let staff = facts(&json!({"entity_type": "company", "staff_avg_annual": 30}));
    let on = |text: &str| {
        let decision = library.decide(policy("cn-cbj-exempt-2023"), &staff, Some(day(text)));
        (decision.verdict, decision.closed, decision.possible_from)
    };
    let begins = day("2023-01-01");
    assert_eq!(on("2022-12-31"), (Verdict::Ineligible, Some(Closed::NotBefore(begins)), Some(begins)));
    assert_eq!(on("2023-01-01"), (Verdict::Eligible, None, None));
    assert_eq!(on("2027-12-31"), (Verdict::Eligible, None, None));
    assert_eq!(on("2028-01-01"), (Verdict::Ineligible, Some(Closed::Since(day("2027-12-31"))), None));
}

#[test]
fn the_version_of_a_rule_that_was_in_force_on_a_day_is_named() {
    let version = |id: &str, text: &str| {
        Library::shipped()
            .decide(policy(id), &FactFile::default(), Some(day(text)))
            .version
            .map(|id| id.to_string())
    };
    let relief = |text: &str| version("cn-cit-xxwl-2023", text);
    assert_eq!(relief("2018-12-31"), None);
    assert_eq!(relief("2021-12-31").as_deref(), Some("cn-cit-xxwl-2019"));
    assert_eq!(relief("2022-06-30").as_deref(), Some("cn-cit-xxwl-2022"));
    assert_eq!(relief("2024-06-30"), None, "it is the newest of two itself");
    assert_eq!(version("cn-cit-xxwl-2019", "2024-06-30").as_deref(), Some("cn-cit-xxwl-2023"));
}

#[test]
fn a_verdict_of_a_past_day_rests_on_what_was_known_then() {
    let library = Library::shipped();
    let file = dated(&[
        ("entity_type", Given::Text("company".into()), "2020-01-01"),
        ("staff_avg_annual", Given::Number(28.into()), "2024-01-01"),
        ("staff_avg_annual", Given::Number(35.into()), "2025-01-01"),
    ]);
    let on = |text: &str| library.decide(policy("cn-cbj-exempt-2023"), &file, Some(day(text)));
    assert_eq!(on("2023-06-30").verdict, Verdict::Unknown, "nothing was known yet");
    assert_eq!(on("2024-01-01").verdict, Verdict::Eligible, "from this day on it was so");
    assert_eq!(on("2024-06-30").verdict, Verdict::Eligible);
    let later = on("2025-06-30");
    assert_eq!(later.verdict, Verdict::Ineligible);
    let used = &later.clauses[1].facts[0];
    assert_eq!((used.source.as_deref(), used.date), (Some("报表"), Some(day("2025-01-01"))));
    assert_eq!(library.decide(policy("cn-cbj-exempt-2023"), &file, None).verdict, Verdict::Ineligible);
}

#[test]
fn two_values_for_one_day_are_refused() {
    let mut file = dated(&[("staff_avg_annual", Given::Number(28.into()), "2024-01-01")]);
    let fields = &Library::shipped().fields;
    let again = |file: &mut FactFile, staff: i64| {
        file.insert(fields, "staff_avg_annual", &Given::Number(staff.into()), None, Some(day("2024-01-01")))
    };
    assert_eq!(again(&mut file, 28), Ok(()), "the same again is no news");
    assert_eq!(again(&mut file, 29).unwrap_err().flaw, FactFlaw::Twice);
}

#[test]
fn where_waiting_is_enough_the_first_day_is_named() {
    let company = json!({"cit_resident": true, "established_on": "2022-07-01", "application_date": "2023-06-30",
        "core_ip_owned": true, "tech_in_supported_fields": true, "sci_staff_ratio_y1": 0.1, "sales_revenue_y1_wan": 20000,
        "rd_expense_last3y_wan": 400, "sales_revenue_last3y_wan": 10000, "rd_domestic_share": 0.6,
        "hitech_revenue_share_y1": 0.6, "innovation_score": 71, "major_incident_1y": false});
    let decision = decide("cn-hnte", &company);
    assert_eq!(decision.possible_from, Some(day("2023-07-01")));
    assert_eq!(
        decision.gaps[0].alternatives[0][0].text.en,
        "applied on 2023-06-30, not before 2023-07-01: 1 days to go"
    );
}

#[test]
fn months_that_add_up_are_counted_from_the_day_they_were_stated() {
    let file = dated(&[
        ("region_district", Given::Text("330110".into()), "2024-01-01"),
        ("titles_obtained", Given::List(vec![Given::Text("zjtx".into())]), "2024-01-01"),
        ("introduced_from_outside", Given::Truth(true), "2024-01-01"),
        ("normal_operation_months", Given::Number(9.into()), "2024-11-30"),
    ]);
    let decision = Library::shipped().decide(policy("yh-zjtx"), &file, Some(day("2024-12-15")));
    assert_eq!(decision.possible_from, Some(day("2025-02-28")));
}

#[test]
fn no_day_is_named_on_which_the_policy_is_over() {
    let niche = |years: i64| {
        let file = dated(&[("niche_market_years", Given::Number(years.into()), "2025-06-30")]);
        Library::shipped().decide(policy("cn-zjtx"), &file, Some(day("2025-07-01")))
    };
    let decision = niche(1);
    assert_eq!(decision.gaps[0].possible_from, Some(day("2026-06-30")));
    assert_eq!(decision.possible_from, None, "the policy ends in 2025");
}

#[test]
fn of_several_waits_the_longest_counts() {
    let field = |name: &str| {
        format!(
            "[{name}]\nlabel = {{ zh = \"{name}\", en = \"{name}\" }}\ntype = \"integer\"\nunit = \"个月\"\n\
            meaning = {{ zh = \"{name}\", en = \"{name}\" }}\nscope = \"company\"\nchanges = \"grows\"\n"
        )
    };
    let fields = field("open") + &field("insured");
    let text = super::bad::written("a", "open >= 6 个月 and insured >= 12 个月", "");
    let (library, findings) = Library::read([("fields.toml", fields.as_str()), ("a.toml", text.as_str())]);
    assert_eq!(findings, []);
    let mut file = FactFile::default();
    for name in ["open", "insured"] {
        file.insert(&library.fields, name, &Given::Number(5.into()), None, None).unwrap();
    }
    let decision = library.decide(library.policy_find("a").unwrap(), &file, Some(day("2024-08-31")));
    assert_eq!(decision.possible_from, Some(day("2025-03-31")));
}

#[test]
fn what_time_does_not_heal_has_no_day() {
    let person = json!({"person_degree": "master", "person_full_time_degree": false, "person_graduated_on": "2023-06-30",
        "person_hired_city_on": "2023-07-15", "person_social_months": 3, "person_subsidy_drawn_before": false});
    let decision = decide("hz-grad-living", &person);
    assert_eq!(decision.gaps.len(), 2);
    assert_eq!(decision.possible_from, None, "a full-time degree does not come by waiting");
}
