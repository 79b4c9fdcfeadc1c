//! The data of people: shown, handed out, erased; and what is kept of that.
use crate::house::{House, PASSWORD};
use desk::{Denied, NotDone, RecordAct};
use store::Chain;
use workflow::{Answer, Answers, PersonId};

/// What was done with somebody's data: what, by whom and why, the oldest first.
async fn recorded(house: &House, person: PersonId) -> Vec<(RecordAct, Option<PersonId>, Option<String>)> {
    let records = house.desk().person_records(&house.administrator, person).await.unwrap();
    let row =
        |record: &desk::PersonRecord| (RecordAct::of(record).unwrap(), record.actor, record.reason.clone());
    records.iter().rev().map(row).collect()
}

#[tokio::test]
async fn whoever_looks_says_why_and_whose_data_it_is_sees_it() {
    let house = House::build().await;
    let (owner, clerk) = (house.owner.person.id, house.clerk.person.id);
    let reveal =
        async |person, reason: &str| house.desk().person_reveal(&house.clerk, person, reason).await.unwrap();
    for none in ["", " \n", &"x".repeat(501)] {
        assert_eq!(reveal(owner, none).await, Err(NotDone::NoReason));
    }
    assert_eq!(reveal(PersonId(crate::house::nobody()), "why").await, Err(NotDone::NoSuchPerson));
    assert!(recorded(&house, owner).await.is_empty(), "nothing was shown");
    let person = reveal(owner, "电话核实").await.unwrap();
    assert_eq!(person.email.as_deref(), Some("owner@one.example"));
    let own = house.desk().own_export(&house.owner).await.unwrap();
    assert_eq!(own["record"].as_array().unwrap().len(), 2, "the export itself, too");
    let expected = [
        (RecordAct::Revealed, Some(clerk), Some("电话核实".to_owned())),
        (RecordAct::Exported, Some(owner), None),
    ];
    assert_eq!(recorded(&house, owner).await, expected);
    assert_eq!(house.store().person_records_verify(house.zone).await.unwrap(), Chain::Whole { rows: 2 });
}

#[tokio::test]
async fn an_export_holds_what_somebody_did_and_no_secret() {
    let house = House::build().await;
    let case = house.file().await;
    house.sign_in("owner").await;
    let owner = house.owner.person.id;
    let export = house.desk().person_export(&house.administrator, owner, "本人申请").await.unwrap().unwrap();
    assert_eq!(export["person"]["email"], "owner@one.example");
    assert_eq!(export["traces"]["casesOpened"][0]["case"], case.number.as_str());
    assert_eq!(export["traces"]["steps"][0]["case"], case.number.as_str());
    assert_eq!(export["sessions"][0]["address"], "192.0.2.1");
    assert!(export["catalogue"].as_array().unwrap().iter().all(|field| field["purpose"] != ""));
    let text = export.to_string();
    assert!(!text.contains("argon2") && !text.contains("token_hash\":"), "{text}");
    let other = house.desk().own_export(&house.rival).await.unwrap();
    assert!(!other.to_string().contains(&case.number), "that is somebody else's");
}

#[tokio::test]
async fn who_is_erased_is_a_pseudonym_and_every_chain_stays_whole() {
    let house = House::build().await;
    let desk = house.desk();
    let case = house.file().await;
    let session = house.sign_in("owner").await;
    let owner = house.owner.person.id;
    desk.person_reveal(&house.clerk, owner, "找王先生核实").await.unwrap().unwrap();
    let erase = async |caller, person| desk.person_erase(caller, person, "本人申请").await.unwrap();
    let administrator = house.administrator.person.id;
    assert_eq!(erase(&house.administrator, administrator).await, Err(NotDone::Oneself));
    assert_eq!(erase(&house.administrator, owner).await, Ok(()));
    assert!(desk.caller(&session.token).await.unwrap().is_none());
    assert_eq!(house.enter("one", "owner", PASSWORD).await.err(), Some(Denied::Wrong));
    let erased = house.store().person_find(&house.system(), owner).await.unwrap().unwrap();
    assert_eq!((erased.email, erased.roles), (None, vec![]));
    assert!(!erased.name.contains("owner") && !erased.login.contains("owner"));
    assert_eq!(house.enter("one", &erased.login, PASSWORD).await.err(), Some(Denied::Wrong));
    let mails = house.mails().await;
    assert!(mails.iter().all(|mail| mail.recipient != Some(owner)), "what waited for them is given up");

    let expected = [
        (RecordAct::Revealed, Some(house.clerk.person.id), None),
        (RecordAct::Erased, Some(administrator), None),
    ];
    assert_eq!(recorded(&house, owner).await, expected, "that it was done stays, the words do not");
    assert_eq!(house.store().person_records_verify(house.zone).await.unwrap(), Chain::Whole { rows: 2 });
    let chain = house.store().chain_verify(&house.system(), case.id).await.unwrap();
    assert_eq!(chain, Some(Chain::Whole { rows: 1 }));
    assert!(desk.history_replay(&house.now(&case).await).await.unwrap().is_none());
    house.act(&case, &house.clerk, "accept", crate::house::general()).await;
}

#[tokio::test]
async fn whoever_has_open_cases_in_hand_hands_them_over_first() {
    let house = House::build().await;
    let case = house.in_progress().await;
    let to: Answers = [("colleague".into(), Answer::Person(house.planner2.person.id))].into();
    house.act(&case, &house.planner, "reassign", to).await;
    let erase = async |person| house.desk().person_erase(&house.administrator, person, "离职").await.unwrap();
    assert_eq!(erase(house.planner2.person.id).await, Err(NotDone::HasCases(1)));
    assert_eq!(erase(house.financier.person.id).await, Ok(()));
}
