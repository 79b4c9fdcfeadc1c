//! Who hears of what, and what they may read.
use crate::house::{House, answers, general, reply, text};
use serde_json::Value;
use store::OutboxMail;
use workflow::{Answer, Answers, UnitId};

fn to<'m>(mails: &'m [OutboxMail], login: &str) -> &'m Value {
    let is_theirs = |mail: &&OutboxMail| mail.address.starts_with(&format!("{login}@"));
    &mails.iter().find(is_theirs).unwrap_or_else(|| panic!("no mail to {login}")).context
}

fn dispatch(unit: UnitId) -> Answers {
    [("unit".into(), Answer::Unit(unit)), ("instruction".into(), text("尽快"))].into()
}

#[tokio::test]
async fn filing_tells_the_company_and_the_clerk_and_nobody_else() {
    let house = House::build().await;
    house.file().await;
    let names = house.mail_names().await;
    assert_eq!(names, ["request-filed to owner", "request-filed to partner", "request-to-accept to clerk"]);
}

#[tokio::test]
async fn before_somebody_signs_the_whole_unit_hears_and_after_it_the_signer_alone() {
    let house = House::build().await;
    let case = house.file().await;
    let case = house.act(&case, &house.clerk, "accept", general()).await;
    house.mails().await;
    house.act(&case, &house.dispatcher, "dispatch", dispatch(house.finance)).await;
    assert_eq!(house.mail_names().await, ["request-dispatched to financier"]);
    house.act(&case, &house.dispatcher, "recall_dispatch", answers([("decision", "改派")])).await;
    assert_eq!(house.mail_names().await, ["request-dispatch-recalled to financier"]);
    house.act(&case, &house.dispatcher, "dispatch", dispatch(house.planning)).await;
    assert_eq!(house.mail_names().await, ["request-dispatched to planner", "request-dispatched to planner2"]);
    house.act(&case, &house.planner2, "sign", Answers::new()).await;
    house.act(&case, &house.planner2, "ask_company", answers([("missing", "位置")])).await;
    house.mails().await;
    house.act(&case, &house.owner, "answer", answers([("supplement", "东门")])).await;
    assert_eq!(house.mail_names().await, ["request-answered to planner2"]);
}

#[tokio::test]
async fn a_breach_tells_the_signer_and_the_supervisor() {
    let house = House::build().await;
    house.in_progress().await;
    house.mails().await;
    house.set("2026-03-10T09:00");
    house.desk().timers_fire(house.zone).await.unwrap();
    let names = house.mail_names().await;
    let expected = [
        "request-due-soon to dispatcher",
        "request-due-soon to planner",
        "request-overdue to planner",
        "request-overdue to supervisor",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn what_is_internal_reaches_staff_and_no_company() {
    let house = House::build().await;
    let case = house.file().await;
    house.act(&case, &house.clerk, "accept", general()).await;
    house.mails().await;
    house.act(&case, &house.dispatcher, "dispatch", dispatch(house.planning)).await;
    let mails = house.mails().await;
    assert!(to(&mails, "planner")["answers"].to_string().contains("尽快"));
    assert!(to(&mails, "planner")["answers"].to_string().contains("planning unit"));
    house.act(&case, &house.planner, "sign", Answers::new()).await;
    house.mails().await;
    let mut given = reply();
    given.insert("note".into(), text("不足为外人道"));
    house.act(&case, &house.planner, "submit", given).await;
    let mails = house.mails().await;
    assert_eq!(mails.len(), 1);
    let context = to(&mails, "dispatcher").to_string();
    assert!(context.contains("已经修好") && context.contains("不足为外人道"), "{context}");
    // The company reads the reply when it is passed, and nothing else of it.
    house.act(&case, &house.dispatcher, "pass_reply", Answers::new()).await;
    let mails = house.mails().await;
    for login in ["owner", "partner"] {
        let context = to(&mails, login).to_string();
        assert!(context.contains("已经修好") && !context.contains("不足为外人道"), "{context}");
        assert!(!context.contains("电话联系"), "{context}");
    }
}

#[tokio::test]
async fn a_company_reads_names_of_its_own_people_and_none_of_the_staffs() {
    let house = House::build().await;
    let case = house.file().await;
    let mails = house.mails().await;
    assert_eq!(to(&mails, "owner")["action"]["actor"], "Name of owner");
    assert_eq!(to(&mails, "clerk")["action"]["actor"], "Name of owner");
    house.act(&case, &house.clerk, "accept", general()).await;
    let mails = house.mails().await;
    assert_eq!(to(&mails, "owner")["action"]["actor"], Value::Null);
    assert_eq!(to(&mails, "dispatcher")["action"]["actor"], "Name of clerk");
    assert!(!to(&mails, "owner").to_string().contains("Name of clerk"));
}

#[tokio::test]
async fn everybody_reads_their_own_language() {
    let house = House::build().await;
    house.file().await;
    let mails = house.mails().await;
    assert_eq!(to(&mails, "owner")["case"]["state"], "待受理");
    assert_eq!(to(&mails, "partner")["case"]["state"], "Awaiting acceptance");
    assert_eq!(to(&mails, "partner")["case"]["number"], "QX20260302-0001");
    assert_eq!(to(&mails, "partner")["clocks"][0]["title"], "Time to accept");
    assert_eq!(to(&mails, "partner")["clocks"][0]["due"], "2026-03-03 17:30");
}
