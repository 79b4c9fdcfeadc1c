use crate::binary::{answer, refusal, run, run_with};
use serde_json::{Value, json};

fn decide(arguments: &[&str], facts: &str) -> Value {
    let ran = run_with(&[&["policy", "decide", "--facts", "-"], arguments].concat(), facts);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    serde_json::from_str(&ran.out).expect("it is JSON")
}

#[test]
fn a_verdict_says_what_it_rests_on_and_what_is_missing() {
    let facts = r#"{"entity_type": "company",
        "staff_avg_annual": [{"value": 35, "source": "年审", "date": "2025-03-31"}, {"value": 28, "date": "2024-03-31"}]}"#;
    let policy = ["--policy", "cn-cbj-exempt-2023"];
    let now = decide(&policy, facts);
    assert_eq!(now["verdict"], "ineligible");
    assert_eq!(now["clauses"][1]["truth"], "no");
    assert_eq!(
        now["clauses"][1]["facts"],
        json!([{"field": "staff_avg_annual", "label": {"zh": "上年在职职工年平均人数", "en": "staff, yearly average"},
            "value": 35, "unit": "人", "source": "年审", "date": "2025-03-31"}])
    );
    let change = &now["gaps"][0]["changes"][0][0];
    assert_eq!(change["wanted"], json!({"at_most": 30}));
    assert_eq!(change["distance"], 5);
    assert_eq!(change["text"]["en"], "staff, yearly average 35, limit 30: 5 too many");
    let then = decide(&[&policy[..], &["--as-of", "2024-12-31"]].concat(), facts);
    assert_eq!((&then["verdict"], &then["as_of"]), (&json!("eligible"), &json!("2024-12-31")));
    let early = decide(&[&policy[..], &["--as-of", "2022-12-31"]].concat(), facts);
    assert_eq!(early["verdict"], "ineligible");
    assert_eq!(early["reason"], json!({"in_force_from": "2023-01-01"}));
    let before = decide(&["--policy", "cn-cit-xxwl-2023", "--as-of", "2022-06-30"], "{}");
    assert_eq!(before["version_in_force"], "cn-cit-xxwl-2022");
}

#[test]
fn an_open_verdict_says_what_to_ask() {
    let open = decide(&["--policy", "cn-cbj-exempt-2023"], r#"{"主体类型": "company"}"#);
    assert_eq!(open["verdict"], "unknown");
    assert_eq!(open["could_decide"], json!([["staff_avg_annual"]]));
    assert_eq!(open["always_decides"], json!([["staff_avg_annual"]]));
    assert_eq!(open["clauses"][1]["missing"], json!(["staff_avg_annual"]));
    let none = decide(
        &["--policy", "cn-cbj-exempt-2023"],
        r#"{"entity_type": "company", "staff_avg_annual": null}"#,
    );
    assert_eq!(none["verdict"], "ineligible", "null is known absence");
}

#[test]
fn money_is_exact_and_in_yuan() {
    let tax = decide(&["--policy", "cn-cit-xxwl-2023"], r#"{"taxable_income_wan": 123.456789}"#);
    assert_eq!(tax["benefit"]["tax_yuan"].to_string(), "61728.39");
    let range =
        decide(&["--policy", "yh-xsg"], r#"{"first_time_above_scale": true, "years_kept_above_scale": 1}"#);
    assert_eq!(range["benefit"]["amount_yuan"], json!({"range": [200_000, 300_000]}));
}

#[test]
fn all_policies_of_a_day_come_with_the_next_questions() {
    let overview =
        decide(&["--as-of", "2024-06-30"], r#"{"region_district": "330110", "entity_type": "company"}"#);
    let policies = overview["policies"].as_array().unwrap();
    assert!(policies.iter().any(|policy| policy["policy"] == "cn-cbj-exempt-2023"));
    assert!(!policies.iter().any(|policy| policy["policy"] == "cn-deferral-2022"), "it is over");
    assert!(overview["questions"][0]["could_decide"].as_array().unwrap().len() > 3);
}

#[test]
fn cases_are_answered_in_their_order_and_a_bad_one_by_itself() {
    let cases = r#"[
        {"id": "one", "policy_id": "cn-cit-xxwl-2019", "as_of": "2021-12-31", "verdict": "eligible",
         "facts": {"entity_type": "company", "in_restricted_industry": false, "employees_avg_qtr": 120,
                   "assets_avg_qtr_wan": 2500, "taxable_income_wan": 120}, "expected_benefit": {"effective_tax_wan": 1}},
        {"id": 2, "policy_id": "cn-cbj-exempt-2032", "facts": {}},
        {"id": "three", "policy_id": "cn-cbj-exempt-2023", "facts": {"staff_avg_anual": 3}},
        {"id": "four", "policy_id": "cn-cbj-exempt-2023", "facts": {"staff_avg_annual": "3 元"}},
        {"id": "five", "type": "stacking", "policy_id": "cn-soft-cit", "facts": {}, "claims": ["cn-soft-cit", "cn-hnte-cit15"]},
        {"policy_id": "cn-cbj-exempt-2023", "as_of": "2024-02-30"},
        {"id": "seven", "policy_id": "cn-cbj-exempt-2023", "facts": {"entity_type": "company"}, "claims": [],
         "as_of": null, "expected_benefit": null}
    ]"#;
    let ran = run_with(&["policy", "decide", "--cases", "-"], cases);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "some were refused");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], r#"{"id":"one","verdict":"eligible","benefit":{"effective_tax_wan":4.5}}"#);
    let refused = |line: usize, id: Value, code: &str, says: &str| {
        let answer: Value = serde_json::from_str(lines[line]).unwrap();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &json!(code)));
        assert!(answer["error"]["message"].as_str().unwrap().contains(says), "{answer}");
    };
    refused(1, json!(2), "unknown_policy", "did you mean `cn-cbj-exempt-2023`?");
    refused(2, json!("three"), "bad_fact", "did you mean `staff_avg_annual`?");
    refused(3, json!("four"), "bad_fact", "expected a number of 人");
    assert_eq!(lines[4], r#"{"id":"five","verdict":"ineligible"}"#);
    refused(5, Value::Null, "malformed", "date is not valid");
    assert_eq!(lines[6], r#"{"id":"seven","verdict":"unknown"}"#);
}

#[test]
fn the_shipped_library_is_whole() {
    let report = answer(&["policy", "check"]);
    assert!(report.starts_with("70 policies, ") && report.ends_with(" cases, 0 findings\n"), "{report}");
}

#[test]
fn a_folder_is_checked_with_places() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert!(refusal(&["policy", "check", path]).contains("expected policies"));
    let policy = "id = \"b\"\ntitle = { zh = \"甲\", en = \"A\" }\nissuer = \"乙\"\ndocument = { confidence = \"seen\" }\n\
        level = \"city\"\nstatus = \"in_force\"\nin_force = { from = 2024-01-01 }\ndomain = \"tax\"\nsubject = \"company\"\n\
        application = \"declare\"\nconfidence = \"verified\"\n[benefit]\ntype = \"award\"\ntext = { zh = \"丙\", en = \"C\" }\n\
        [clause.staff]\ntitle = { zh = \"丁\", en = \"D\" }\nwhen = 'staff_avg_anual <= 30 人'\n";
    std::fs::write(folder.path().join("a.toml"), policy).unwrap();
    let whole = policy.replace("anual", "annual").replace("id = \"b\"", "id = \"c\"");
    std::fs::write(folder.path().join("c.toml"), whole).unwrap();
    let ran = run(&["policy", "check", path]);
    assert_eq!(ran.code, 1);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(
        lines,
        [
            format!("{path}/a.toml:1:6: a policy is named like its file: expected the id `a`").as_str(),
            &format!(
                "{path}/a.toml:17:9: found `staff_avg_anual`, expected a field of the dictionary; did you mean `staff_avg_annual`?"
            ),
            "no case exercises c: staff",
            "1 policies, 0 cases, 2 findings",
        ]
    );
    // What nobody can meet is well written, and still to be asked about.
    let nobody = "[clause.more]\ntitle = { zh = \"戊\", en = \"E\" }\nwhen = 'staff_avg_annual > 30 人'\n";
    let again = policy.replace("anual", "annual") + nobody;
    std::fs::remove_file(folder.path().join("a.toml")).unwrap();
    std::fs::remove_file(folder.path().join("c.toml")).unwrap();
    std::fs::write(folder.path().join("b.toml"), again).unwrap();
    let ran = run(&["policy", "check", path]);
    let said = "to ask: nobody can meet this: no value of `staff_avg_annual` meets `staff`, `more`";
    assert_eq!((ran.code, ran.out.lines().next()), (0, Some(format!("{path}/b.toml:20:8: {said}").as_str())));
}

#[test]
fn what_is_missing_or_misspelt_is_refused() {
    assert_eq!(run(&["policy", "decide"]).code, 2);
    assert_eq!(run(&["policy", "decide", "--policy", "x", "--cases", "y"]).code, 2);
    let refused = |arguments: &[&str], facts: &str| {
        let ran = run_with(&[&["policy", "decide", "--facts", "-"], arguments].concat(), facts);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
        ran.err
    };
    assert!(refused(&[], "{}").contains("--as-of DATE for all policies"));
    assert!(refused(&["--policy", "cn-hnt"], "{}").contains("did you mean `cn-hnte`?"));
    assert!(refused(&["--policy", "cn-hnte"], "[]").contains("expected an object of facts"));
    assert!(
        refused(&["--policy", "cn-hnte"], r#"{"cit_resident": "true"}"#).contains("expected true or false")
    );
    let twice = r#"{"cit_resident": [{"value": true, "date": "2024-01-01"}, {"value": false, "date": "2024-01-01"}]}"#;
    assert!(refused(&["--policy", "cn-hnte"], twice).contains("two values for the same day"));
    let deep = format!("{{\"settlement_results\": {}{}}}", "[".repeat(100), "]".repeat(100));
    assert!(refused(&["--policy", "cn-hnte"], &deep).contains("levels"));
}
