//! The data of people: shown, handed out, erased; and what is kept of that.
use crate::house::{House, PASSWORD};
use desk::{CompanyChange, Contact, Denied, NotDone, RecordAct, Refused, Revealed, Whose};
use store::Chain;
use workflow::{Answer, Answers, PersonId};

/// What was done with somebody's data: what, by whom and why, the oldest first.
async fn recorded(house: &House, person: PersonId) -> Vec<(RecordAct, Option<PersonId>, Option<String>)> {
    let records = house.desk().person_records(&house.administrator, Whose::Person(person)).await.unwrap();
    let row =
        |record: &desk::PersonRecord| (RecordAct::of(record).unwrap(), record.actor, record.reason.clone());
    records.iter().rev().map(row).collect()
}

fn told(revealed: &[Revealed]) -> Vec<(&str, &str)> {
    revealed.iter().map(|one| (one.key.as_str(), one.text.as_str())).collect()
}

#[tokio::test]
async fn whom_to_call_at_a_company_and_in_a_case_is_revealed_to_those_who_see_it() {
    let house = House::build().await;
    let desk = house.desk();
    let company = house.owner.person.company.unwrap();
    let contact = |phone: &str| {
        let phone = Some(phone.to_owned());
        CompanyChange {
            contacts: Some(vec![Contact { name: "方启然".into(), post: None, phone, email: None }]),
            ..CompanyChange::default()
        }
    };
    desk.company_change(&house.clerk, company, contact("13812345678")).await.unwrap().unwrap();
    let shown_in_part = desk.company_change(&house.clerk, company, contact("138****5678")).await.unwrap();
    assert!(matches!(shown_in_part, Err(Refused::Mistakes(_))), "what is shown in part is no number");
    let reveal = async |caller, subject| desk.reveal(caller, subject, "回访").await.unwrap();
    let revealed = reveal(&house.clerk, Whose::Company(company)).await.unwrap();
    assert_eq!(told(&revealed), [("contacts.0.phone", "13812345678")]);
    let none = house.rival.person.company.unwrap();
    assert_eq!(reveal(&house.clerk, Whose::Company(none)).await.unwrap(), [], "there is nobody to call");

    let case = house.file().await;
    let revealed = reveal(&house.clerk, Whose::Case(case.id)).await.unwrap();
    let phone = revealed.iter().find(|one| one.key == "phone").unwrap();
    assert_eq!((phone.text.as_str(), &*phone.title.zh), ("13800000000", "联系电话"));
    assert!(
        revealed.iter().all(|one| one.key != "title"),
        "what is not personal is not revealed: {revealed:?}"
    );
    assert_eq!(reveal(&house.financier, Whose::Case(case.id)).await, Err(NotDone::NotFound));
    let records = |subject| desk.person_records(&house.administrator, subject);
    assert_eq!(records(Whose::Case(case.id)).await.unwrap().len(), 1);
    assert_eq!(records(Whose::Company(company)).await.unwrap().len(), 1);
    assert!(records(Whose::Company(none)).await.unwrap().is_empty(), "nothing was shown");
    assert_eq!(house.store().person_records_verify(house.zone).await.unwrap(), Chain::Whole { rows: 2 });
}

#[tokio::test]
async fn staff_are_mailed_a_number_in_part_and_the_company_its_own_whole() {
    let house = House::build().await;
    house.file().await;
    let mails = house.mails().await;
    let says = |person: PersonId, text: &str| {
        let theirs = mails.iter().filter(|mail| mail.recipient == Some(person));
        theirs.map(|mail| mail.context.to_string()).any(|context| context.contains(text))
    };
    let (clerk, owner) = (house.clerk.person.id, house.owner.person.id);
    assert!(says(clerk, "138****0000") && !says(clerk, "13800000000"));
    assert!(says(owner, "13800000000"));
}

#[tokio::test]
async fn a_wish_to_be_erased_waits_for_an_answer_that_its_owner_reads() {
    let house = House::build().await;
    let desk = house.desk();
    let owner = house.owner.person.id;
    let waiting = async || desk.erasure_wishes(&house.administrator).await.unwrap().len();
    let wish = async |wanted| desk.own_erasure_wish(&house.owner, wanted).await.unwrap();
    let decline =
        async || desk.person_erasure_decline(&house.administrator, owner, "案件未结").await.unwrap();
    assert_eq!(decline().await, Err(NotDone::NotAsked));
    assert_eq!((wish(false).await, waiting().await), (None, 0));
    let since = wish(true).await;
    house.set("2026-03-03T09:00");
    assert!(since.is_some() && wish(true).await == since, "asking again asks for nothing more");
    assert_eq!(waiting().await, 1);
    assert_eq!((wish(false).await, waiting().await), (None, 0));
    wish(true).await;
    assert_eq!((decline().await, waiting().await), (Ok(()), 0));
    let last = recorded(&house, owner).await.pop();
    assert_eq!(
        last,
        Some((RecordAct::Declined, Some(house.administrator.person.id), Some("案件未结".into())))
    );
    wish(true).await;
    desk.person_erase(&house.administrator, owner, "本人申请").await.unwrap().unwrap();
    assert_eq!(waiting().await, 0, "who is erased is answered");
}

#[tokio::test]
async fn to_whom_a_mail_went_and_what_it_said_is_forgotten_after_a_year() {
    let house = House::build().await;
    house.file().await;
    let sent = house.mails().await.len() as u64;
    assert!(sent > 0);
    house.set("2027-03-01T09:00");
    assert_eq!(house.desk().personal_sweep(house.zone).await.unwrap(), 0);
    house.set("2027-03-03T09:00");
    assert_eq!(house.desk().personal_sweep(house.zone).await.unwrap(), sent);
    assert_eq!(house.desk().personal_sweep(house.zone).await.unwrap(), 0, "there is nothing left to forget");
}

#[tokio::test]
async fn whoever_looks_says_why_and_whose_data_it_is_sees_it() {
    let house = House::build().await;
    let (owner, clerk) = (house.owner.person.id, house.clerk.person.id);
    let reveal = async |person, reason: &str| {
        house.desk().reveal(&house.clerk, Whose::Person(person), reason).await.unwrap()
    };
    for none in ["", " \n", &"x".repeat(501)] {
        assert_eq!(reveal(owner, none).await, Err(NotDone::NoReason));
    }
    assert_eq!(reveal(PersonId(crate::house::nobody()), "why").await, Err(NotDone::NotFound));
    assert!(recorded(&house, owner).await.is_empty(), "nothing was shown");
    let revealed = reveal(owner, "电话核实").await.unwrap();
    assert_eq!(told(&revealed), [("login", "owner"), ("email", "owner@one.example")]);
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
    desk.reveal(&house.clerk, Whose::Person(owner), "找王先生核实").await.unwrap().unwrap();
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
