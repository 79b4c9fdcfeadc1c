//! Policies that a zone publishes itself.
use crate::house::House;
use desk::{Catalog, Confidence, FactOrder, FitTally, PolicyNotPublished};
use policy::Flaw;

/// A policy of the zone with a limit of so many people.
fn text(limit: u32) -> String {
    format!(
        r#"id          = "zone-small"
title       = {{ zh = "小微企业帮扶", en = "Help for the small" }}
issuer      = "示范区"
document    = {{ confidence = "no_number_seen" }}
level       = "district"
status      = "in_force"
in_force    = {{ from = 2026-01-01 }}
domain      = "award"
subject     = "company"
application = "auto"
confidence  = "verified"

[benefit]
type = "award"
text = {{ zh = "奖励 1 万元", en = "An award of 10,000 yuan" }}
amount = "1 万元"

[clause.staff]
title = {{ zh = "不超过 {limit} 人", en = "At most {limit} staff" }}
when  = 'staff_avg_annual <= {limit} 人'
"#
    )
}

fn cases(staff: u32) -> String {
    format!(
        "[[case]]\nid = \"zone-small-fits\"\nverdict = \"eligible\"\nfacts = {{ staff_avg_annual = {staff} }}\n"
    )
}

async fn tally(house: &House) -> FitTally {
    while house.desk().matching_go_on(house.zone).await.unwrap() {}
    let policies = ["zone-small".to_owned()];
    house.desk().fit_tallies(&house.clerk, &policies).await.unwrap().remove("zone-small").unwrap_or_default()
}

#[tokio::test]
async fn a_policy_is_published_matched_with_everybody_and_replaced_by_its_next_version() {
    let house = House::build().await;
    let staff = FactOrder {
        field: "staff_avg_annual".into(),
        value: Some("20 人".into()),
        from: None,
        to: None,
        source: Some("年报".into()),
        stated_on: None,
        confidence: Confidence::Verified,
    };
    let own = house.owner.person.company.unwrap();
    house.desk().facts_record(&house.clerk, own, &[staff]).await.unwrap().unwrap();
    assert_eq!(tally(&house).await, FitTally::default());
    let publish = async |limit, staff| {
        house.desk().policy_publish(&house.administrator, &text(limit), &cases(staff)).await.unwrap()
    };
    let first = publish(20, 20).await.unwrap();
    assert_eq!((first.version, first.repeated), (1, false));
    assert_eq!(tally(&house).await, FitTally { eligible: 1, unknown: 1, ..FitTally::default() });
    assert!(publish(20, 20).await.unwrap().repeated);
    assert_eq!(publish(19, 19).await.unwrap().version, 2);
    assert_eq!(tally(&house).await, FitTally { near: 1, unknown: 1, ..FitTally::default() });
    // Another desk sees it after a look, another zone never.
    let other = house.desk_of(Catalog::shipped(&crate::house::vocabulary()).unwrap());
    assert_eq!(
        other.policy_find(&house.clerk, "zone-small").await.unwrap().unwrap().library.version("zone-small"),
        Some(2)
    );
    let two = House::in_zone(house.empty, "two").await;
    assert!(two.desk().policy_find(&two.clerk, "zone-small").await.unwrap().is_none());
}

#[tokio::test]
async fn a_policy_whose_case_comes_out_otherwise_is_not_published_and_the_case_is_named() {
    let house = House::build().await;
    let publish = async |text: &str, cases: &str| {
        house.desk().policy_publish(&house.administrator, text, cases).await.unwrap()
    };
    let Err(PolicyNotPublished::Findings(findings)) = publish(&text(20), &cases(21)).await else {
        panic!("a case fails")
    };
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert!(matches!(&finding.flaw, Flaw::Case(case, ..) if &**case == "zone-small-fits"), "{finding}");
    assert_eq!(&*finding.file, "zone-small.cases.toml");
    for wrong in [
        text(20).replace("staff_avg_annual", "staff_avg_anual"),
        text(20).replace("20 人'", "20 万元'"),
        text(20).replace("staff_avg_annual <= 20 人", "criteria(\"zone-small\")"),
        text(20).replace("id          = \"zone-small\"", "id = \"../zone\""),
        "id = ".to_owned(),
        "x".repeat(300_000),
    ] {
        assert!(publish(&wrong, "").await.is_err(), "{wrong:.200}");
    }
    assert!(house.desk().policy_find(&house.clerk, "zone-small").await.unwrap().is_none());
    assert!(house.desk().policy_check(&house.administrator, &text(20), &cases(20)).await.unwrap().is_ok());
    assert!(house.desk().policy_find(&house.clerk, "zone-small").await.unwrap().is_none());
}

#[tokio::test]
async fn a_policy_that_others_build_on_is_not_published_when_their_cases_fail() {
    let house = House::build().await;
    let files = policy::Library::shipped_texts();
    let shipped =
        files.filter(|(name, _)| *name == "cn-rd-super-75.toml").map(|(_, text)| text).next().unwrap();
    let never = shipped.lines().map(|line| if line.starts_with("when") { "when = 'false'" } else { line });
    let never = never.collect::<Vec<_>>().join("\n");
    let refused = house.desk().policy_publish(&house.administrator, &never, "").await.unwrap();
    let Err(PolicyNotPublished::Findings(findings)) = refused else { panic!("the cases of others fail") };
    assert!(findings.iter().any(|finding| finding.file.starts_with("cn-rd-super-2023")), "{findings:?}");
}
