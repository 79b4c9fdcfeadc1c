//! Several roles in several units.
use crate::house::House;
use desk::{NotSet, Post, PostsOrder, RecordAct, Refused, Whose};
use workflow::{Answer, Answers, Assignee, Key, PersonId, Refusal};

fn order(house: &House, posts: &[Post]) -> PostsOrder {
    let roles = vec!["handler".into(), "co_handler".into()];
    PostsOrder { unit: Some(house.planning), roles, posts: posts.to_vec() }
}

async fn set(house: &House, person: PersonId, order: PostsOrder) -> Result<desk::Person, NotSet> {
    house.desk().person_posts_set(&house.administrator, person, order).await.unwrap()
}

/// The planner as they would sign in now.
async fn planner(house: &House) -> desk::Caller {
    house.sign_in("planner").await.caller
}

#[tokio::test]
async fn who_holds_a_post_in_another_unit_takes_its_cases_for_it() {
    let house = House::build().await;
    let in_finance = Post { unit: house.finance, role: "handler".into() };
    let known = house.mails().await.len();
    assert_eq!(known, 0);
    set(&house, house.planner.person.id, order(&house, &[in_finance])).await.unwrap();
    let planner = planner(&house).await;
    let case = house.file().await;
    let case = house.act(&case, &house.clerk, "accept", crate::house::general()).await;
    assert!(
        house.desk().case_find(&planner, case.id).await.unwrap().is_none(),
        "it is not with their units yet"
    );
    let unit: Answers = [("unit".into(), Answer::Unit(house.finance))].into();
    house.mails().await;
    let case = house.act(&case, &house.dispatcher, "dispatch", unit).await;
    let told = house.mail_names().await;
    assert!(told.contains(&"request-dispatched to planner".to_owned()), "{told:?}");
    assert!(house.desk().case_find(&planner, case.id).await.unwrap().is_some());
    assert!(house.desk().case_find(&house.planner2, case.id).await.unwrap().is_none());
    let case = house.act(&case, &planner, "sign", Answers::new()).await;
    let holder = Assignee::Person { person: planner.person.id, unit: Some(house.finance) };
    assert_eq!(case.case.assigned.get(&Key::from("handler")), Some(&holder), "for finance, not for planning");
    assert!(house.desk().history_replay(&house.now(&case).await).await.unwrap().is_none());
}

#[tokio::test]
async fn a_role_in_one_unit_is_none_in_another() {
    let house = House::build().await;
    let leads_finance = Post { unit: house.finance, role: "unit_leader".into() };
    set(&house, house.planner2.person.id, order(&house, &[leads_finance])).await.unwrap();
    let leader = house.sign_in("planner2").await.caller;
    // The case is with planning, whose handler is another: who leads planning may, who leads finance may not.
    let case = house.in_progress().await;
    let to = || -> Answers { [("colleague".into(), Answer::Person(house.planner2.person.id))].into() };
    let refused = house.refused(&case, &leader, "reassign", to()).await;
    assert!(matches!(refused, Refused::Engine(Refusal::NotYours { .. })), "{refused:?}");
    house.act(&case, &house.planning_head, "reassign", to()).await;
}

#[tokio::test]
async fn what_is_taken_from_somebody_counts_from_their_next_request_on_and_is_on_record() {
    let house = House::build().await;
    let desk = house.desk();
    let planner = house.planner.person.id;
    let in_finance = Post { unit: house.finance, role: "handler".into() };
    set(&house, planner, order(&house, &[in_finance.clone(), in_finance])).await.unwrap();
    let session = house.sign_in("planner").await;
    assert_eq!(session.caller.person.posts.len(), 1, "twice the same is once");
    let visitor = PostsOrder { unit: None, roles: vec!["visitor".into()], posts: vec![] };
    set(&house, planner, visitor).await.unwrap();
    let caller = desk.caller(&session.token).await.unwrap().unwrap();
    assert_eq!((caller.person.unit, caller.person.posts.len()), (None, 0));
    assert_eq!(&*caller.standing, ["visitor", "staff"]);
    let records = desk.person_records(&house.administrator, Whose::Person(planner)).await.unwrap();
    assert!(records.iter().all(|record| RecordAct::of(record) == Some(RecordAct::Appointed)));
    assert_eq!(records.len(), 2);
}

#[tokio::test]
async fn what_nobody_can_be_is_refused_with_what_is_needed() {
    let house = House::build().await;
    let planner = house.planner.person.id;
    let with = |roles: &[&str], posts: Vec<Post>| PostsOrder {
        unit: Some(house.planning),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        posts,
    };
    let nowhere = Post { unit: workflow::UnitId(crate::house::nobody()), role: "handler".into() };
    let king = Post { unit: house.finance, role: "king".into() };
    for (person, order, code) in [
        (planner, with(&[], vec![]), "POSTS"),
        (planner, with(&["king"], vec![]), "NO_SUCH_ROLE"),
        (planner, with(&["company"], vec![]), "NO_SUCH_ROLE"),
        (planner, with(&[], vec![king]), "NO_SUCH_ROLE"),
        (planner, with(&[], vec![nowhere]), "NO_SUCH_UNIT"),
        (house.owner.person.id, with(&["handler"], vec![]), "NO_SUCH_PERSON"),
        (PersonId(crate::house::nobody()), with(&["handler"], vec![]), "NO_SUCH_PERSON"),
        (house.administrator.person.id, with(&["clerk"], vec![]), "ONESELF"),
    ] {
        assert_eq!(set(&house, person, order).await.unwrap_err().code(), code);
    }
    let unchanged = house.store().person_find(&house.system(), planner).await.unwrap().unwrap();
    assert_eq!(unchanged.held(), house.planner.person.held());
    assert_eq!((unchanged.unit, unchanged.posts), (Some(house.planning), vec![]));
}
