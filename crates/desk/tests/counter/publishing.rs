//! A zone publishes a process of its own: checked, frozen, and nobody else's.
use crate::house::{House, filing, moved, refused, v1, vocabulary};
use desk::{Catalog, NotPublished, OpenOrder, Published};

/// The first version of the request under another name.
fn errand(version: u32) -> String {
    let text = v1().replacen("\"request\"", "\"errand\"", 1);
    let text = text.replacen("version = 1", &format!("version = {version}"), 1);
    assert!(version == 1 || text != v1());
    text
}

async fn publish(house: &House, text: &str) -> Result<Published, NotPublished> {
    house.desk().definition_publish(&house.administrator, text).await.unwrap()
}

#[tokio::test]
async fn a_published_process_opens_cases_and_its_version_is_frozen() {
    let house = House::build().await;
    let published = publish(&house, &errand(1)).await.unwrap();
    assert!(!published.repeated && published.vacant.is_empty());
    let order = || OpenOrder { process: "errand".into(), ..filing(None) };
    let (case, _) = moved(house.desk().case_open(&house.owner, order()).await.unwrap());
    assert_eq!((&*case.case.process, case.case.version), ("errand", 1));

    assert!(publish(&house, &errand(1)).await.unwrap().repeated);
    let other = errand(1).replacen("路", "道", 1) + "\n# Another text.\n";
    let refused = publish(&house, &other).await.unwrap_err();
    assert!(matches!(refused, NotPublished::Frozen { next: 2 }), "{refused:?}");
    publish(&house, &errand(3)).await.unwrap();
    let refused = publish(&house, &errand(2)).await.unwrap_err();
    assert!(matches!(refused, NotPublished::Older { newest: 3 }), "{refused:?}");
    assert!(publish(&house, &errand(1)).await.unwrap().repeated);
    // New cases open under the newest; the open one stays and goes on.
    let (fresh, _) = moved(house.desk().case_open(&house.owner, order()).await.unwrap());
    assert_eq!((fresh.case.version, house.now(&case).await.case.version), (3, 1));
    house.act(&case, &house.owner, "withdraw", [].into()).await;
    // The program's own versions are frozen too.
    let refused = publish(&house, &(v1().to_owned() + "# More.\n")).await.unwrap_err();
    assert!(matches!(refused, NotPublished::Frozen { next: 4 }), "{refused:?}");
}

#[tokio::test]
async fn what_is_wrong_is_found_with_its_place_and_nothing_is_written() {
    let house = House::build().await;
    let text = errand(1).replacen("initial = \"submitted\"", "initial = \"submited\"", 1);
    let NotPublished::Findings(findings) = publish(&house, &text).await.unwrap_err() else {
        panic!("it has findings")
    };
    let said = findings[0].to_string();
    assert!(said.contains("submited") && said.contains("submitted"), "{said}");
    let line = 1 + text.lines().position(|line| line.starts_with("initial")).unwrap();
    assert!(said.contains(&line.to_string()), "{said}");
    assert!(house.desk().catalog().newest(house.zone, "errand").is_none());
    assert!(house.store().definition_keys(house.zone).await.unwrap().is_empty());
}

#[tokio::test]
async fn roles_that_nobody_holds_are_named() {
    let house = House::build().await;
    let text = errand(1).replace("supervisor", "inspector");
    assert_ne!(text, errand(1));
    let published = publish(&house, &text).await.unwrap();
    let vacant: Vec<&str> = published.vacant.iter().map(|role| &*role.zh).collect();
    assert_eq!(vacant, ["督办员"]);
}

#[tokio::test]
async fn another_desk_sees_it_after_a_look_and_another_zone_never() {
    let house = House::build().await;
    let other = house.desk_of(Catalog::shipped(&vocabulary()).unwrap());
    publish(&house, &errand(1)).await.unwrap();
    assert!(other.catalog().newest(house.zone, "errand").is_none());
    other.look_again(house.zone).await.unwrap();
    assert_eq!(other.catalog().newest(house.zone, "errand").unwrap().version, 1);
    let order = || OpenOrder { process: "errand".into(), ..filing(None) };
    moved(other.case_open(&house.owner, order()).await.unwrap());

    let two = House::in_zone(house.empty, "two").await;
    two.desk().look_again(two.zone).await.unwrap();
    assert!(two.desk().catalog().newest(two.zone, "errand").is_none());
    let acted = two.desk().case_open(&two.owner, order()).await.unwrap();
    assert_eq!(refused(acted).code(), "NO_SUCH_PROCESS");
    // It may publish another text under the same name and version.
    let text = errand(1) + "\n# Of zone two.\n";
    assert!(!publish(&two, &text).await.unwrap().repeated);
}
