//! How somebody becomes a person of a company, and what they see before.
use crate::house::{House, PASSWORD, origin};
use desk::{Admission, AdmissionOrder, CompanyClaim, Denied, NotDecided, Person};
use workflow::Language;

const CODE: &str = "91330000733796106P";

/// What was mailed to an address since the last look: the template, and the code in it.
async fn mailed(house: &House, address: &str) -> Option<(String, String)> {
    let mail = house.mails().await.into_iter().find(|mail| mail.address == address)?;
    Some((mail.template, mail.context["account"]["code"].as_str().unwrap_or_default().to_owned()))
}

async fn ask(house: &House, email: &str) -> Result<(), Denied> {
    house.desk().admission_ask("one", email, Language::Zh, &origin()).await.unwrap()
}

async fn answer(house: &House, token: &str, claim: Option<(&str, bool)>) -> Result<Admission, Denied> {
    let company =
        claim.map(|(credit_code, acknowledge)| CompanyClaim { credit_code, name: "丙公司", acknowledge });
    let order = AdmissionOrder { token, name: "新来的人", password: PASSWORD, company };
    house.desk().admission(order, &origin()).await.unwrap()
}

/// A claim that waits, and its key.
async fn claim(house: &House, email: &str) -> uuid::Uuid {
    ask(house, email).await.unwrap();
    let (_, token) = mailed(house, email).await.unwrap();
    assert_eq!(answer(house, &token, Some((CODE, false))).await, Ok(Admission::Claimed));
    let claims = house.desk().company_claims(&house.clerk).await.unwrap();
    claims.into_iter().find(|waiting| waiting.claim.email == email).unwrap().claim.id
}

async fn confirm(house: &House, id: uuid::Uuid) -> Result<Option<Person>, NotDecided> {
    house.desk().company_claim_decide(&house.clerk, id, Ok(())).await.unwrap()
}

#[tokio::test]
async fn whom_a_company_invites_is_one_of_its_people_and_signs_in() {
    let house = House::build().await;
    let desk = house.desk();
    let invite = async |email| desk.company_invite(&house.owner, email, Language::Zh).await.unwrap();
    assert!(matches!(invite("no address").await, Err(Denied::Misspelt(_))));
    let staff = desk.company_invite(&house.clerk, "new@one.example", Language::Zh).await.unwrap();
    assert_eq!(staff, Err(Denied::Wrong), "staff speak for nobody");
    assert_eq!(invite(" New@one.example").await, Ok(()));
    let mails = house.mails().await;
    let context = &mails[0].context["account"];
    assert_eq!(
        (mails[0].template.as_str(), context["company"].as_str()),
        ("account-invitation", Some("甲公司"))
    );
    let token = context["code"].as_str().unwrap();
    // What they say of another company counts for nothing.
    assert_eq!(answer(&house, token, Some((CODE, false))).await, Ok(Admission::Admitted));
    assert_eq!(answer(&house, token, None).await, Err(Denied::Wrong), "once");
    let caller = house.sign_in("new@one.example").await.caller;
    assert_eq!(
        (caller.person.company, caller.person.roles),
        (house.owner.person.company, vec!["company".into()])
    );
    assert!(desk.email_is_verified(&house.sign_in("new@one.example").await.caller).await.unwrap());
}

#[tokio::test]
async fn whoever_asks_learns_nothing_and_an_account_is_offered_a_new_password() {
    let house = House::build().await;
    assert_eq!(ask(&house, "new@one.example").await, Ok(()));
    assert_eq!(mailed(&house, "new@one.example").await.unwrap().0, "account-invitation");
    let id = claim(&house, "other@one.example").await;
    confirm(&house, id).await.unwrap();
    house.mails().await;
    assert_eq!(ask(&house, "other@one.example").await, Ok(()));
    assert_eq!(mailed(&house, "other@one.example").await.unwrap().0, "account-reset");
    let nowhere = house.desk().admission_ask("nowhere", "new@one.example", Language::Zh, &origin()).await;
    assert_eq!(nowhere.unwrap(), Ok(()));
    assert!(matches!(ask(&house, "x@y\r\nBcc: z@y").await, Err(Denied::Misspelt(_))));
    for _ in 0..4 {
        assert_eq!(ask(&house, "new@one.example").await, Ok(()));
    }
    assert_eq!(house.mails().await.len(), 2, "three an hour are mailed, and the first was seen");
}

#[tokio::test]
async fn a_claim_is_nothing_until_staff_confirm_it() {
    let house = House::build().await;
    let desk = house.desk();
    let id = claim(&house, "new@three.example").await;
    assert_eq!(house.enter("one", "new@three.example", PASSWORD).await.err(), Some(Denied::Wrong));
    let waiting = desk.company_claims(&house.clerk).await.unwrap().remove(0);
    assert!(waiting.company.is_none() && waiting.doubts(Language::En).is_empty(), "a new company");
    let person = confirm(&house, id).await.unwrap().unwrap();
    assert_eq!(house.mail_names().await, ["account-claim to new"]);
    assert_eq!(confirm(&house, id).await, Err(NotDecided::NoSuchClaim), "once");
    let caller = house.sign_in("new@three.example").await.caller;
    assert_eq!((caller.person.id, caller.person.company), (person.id, person.company));
    assert_ne!(person.company, house.owner.person.company);

    // The next who says so speaks for the same company.
    let id = claim(&house, "second@three.example").await;
    let waiting = desk.company_claims(&house.clerk).await.unwrap().remove(0);
    assert_eq!(waiting.company.map(|company| company.name).as_deref(), Some("丙公司"));
    assert_eq!(confirm(&house, id).await.unwrap().unwrap().company, person.company);
}

#[tokio::test]
async fn a_claim_that_is_refused_leaves_nobody_and_says_why() {
    let house = House::build().await;
    let id = claim(&house, "new@three.example").await;
    let decide = async |why| house.desk().company_claim_decide(&house.clerk, id, Err(why)).await.unwrap();
    assert_eq!(decide(" ").await, Err(NotDecided::NoReason));
    assert_eq!(decide("查无此人").await, Ok(None));
    let mail = house.mails().await.remove(0);
    assert!(mail.context["account"]["what"].as_str().unwrap().contains("查无此人"));
    assert!(house.desk().company_claims(&house.clerk).await.unwrap().is_empty());
    assert_eq!(house.enter("one", "new@three.example", PASSWORD).await.err(), Some(Denied::Wrong));
}

#[tokio::test]
async fn a_code_that_is_none_is_refused_and_a_doubtful_one_is_to_be_confirmed() {
    let house = House::build().await;
    ask(&house, "new@three.example").await.unwrap();
    let (_, token) = mailed(&house, "new@three.example").await.unwrap();
    assert!(matches!(answer(&house, &token, None).await, Err(Denied::Misspelt(_))));
    for wrong in ["", "91330000733796106", "9133000073379610IP", "钱小二"] {
        let denied = answer(&house, &token, Some((wrong, true))).await;
        assert!(matches!(denied, Err(Denied::Misspelt(_))), "{wrong}: {denied:?}");
    }
    let doubtful = "91330000733796106Q";
    let denied = answer(&house, &token, Some((doubtful, false))).await;
    assert!(matches!(&denied, Err(Denied::Doubtful(said)) if said.contains('P')), "{denied:?}");
    assert_eq!(answer(&house, &token, Some((doubtful, true))).await, Ok(Admission::Claimed));
    let waiting = house.desk().company_claims(&house.clerk).await.unwrap().remove(0);
    assert_eq!(waiting.doubts(Language::Zh).len(), 1, "staff see it");
}

#[tokio::test]
async fn invitations_and_claims_end() {
    let house = House::build().await;
    ask(&house, "new@three.example").await.unwrap();
    let (_, token) = mailed(&house, "new@three.example").await.unwrap();
    claim(&house, "old@three.example").await;
    house.set("2026-03-05T09:00");
    assert_eq!(answer(&house, &token, Some((CODE, false))).await, Err(Denied::Wrong), "three days are over");
    house.set("2026-06-01T09:00");
    assert!(house.desk().sign_in_sweep(house.zone).await.unwrap() >= 2);
    assert!(house.desk().company_claims(&house.clerk).await.unwrap().is_empty(), "ninety days are over");
}
