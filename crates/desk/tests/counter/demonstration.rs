//! The demonstration at instants all over the known years, and just beyond them.
use crate::house::{Empty, at};
use desk::demonstration::{DemonstrationError, set_up};
use desk::{
    Caller, CaseFilter, CaseOrder, CaseOrderBy, Credentials, Entrance, MailState, Origin, PageRequest, Store,
    StoredCase, Take, Viewer,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use store::Chain;
use workflow::{Answer, Assignee, Call, Key, Phase, ZoneId};

const ALL: PageRequest = PageRequest { take: Take::First(100), after: None, before: None };
const BY_NUMBER: CaseOrder = CaseOrder { by: CaseOrderBy::Number, descending: false };

async fn zone_of(store: &Store, key: &str) -> ZoneId {
    store.zone_by_key(key).await.unwrap().unwrap().id
}

async fn cases(store: &Store, zone: ZoneId) -> Vec<StoredCase> {
    let page = store.case_page(&Viewer::System(zone), &CaseFilter::default(), BY_NUMBER, &ALL).await.unwrap();
    assert!(!page.has_next);
    page.items
}

/// Sets it up at an instant and checks what holds at every instant.
async fn shown_at(now: &str) -> (Empty, Vec<StoredCase>) {
    let now = at(now);
    let empty = Empty::build(now).await;
    set_up(&empty.desk).await.unwrap();
    checked(empty, now).await
}

async fn checked(empty: Empty, now: Timestamp) -> (Empty, Vec<StoredCase>) {
    let zone = zone_of(&empty.store, "qianjiang").await;
    let cases = cases(&empty.store, zone).await;
    assert!(cases.len() >= 40, "{}", cases.len());
    let zone = zone_of(&empty.store, "qianjiang").await;
    let definition = empty.desk.catalog().newest(zone, "request").unwrap().clone();
    let stands: BTreeSet<_> =
        cases.iter().flat_map(|case| case.case.configuration.active.iter().cloned()).collect();
    let missing: Vec<&str> =
        definition.leaves().map(|(state, _)| &**state).filter(|state| !stands.contains(*state)).collect();
    // More time is asked for by the date a clock ends; beyond the known years there is none.
    let unknown: &[&str] = if now > at("2027-01-01T00:00") { &["extension_review"] } else { &[] };
    assert_eq!(missing, unknown, "no case stands there");
    let phases: BTreeSet<Phase> = cases.iter().map(|case| case.phase).collect();
    assert_eq!(phases.len(), Phase::ALL.len());
    for case in &cases {
        histories_are_whole(&empty, zone, case, now).await;
    }
    (empty, cases)
}

async fn histories_are_whole(empty: &Empty, zone: ZoneId, case: &StoredCase, now: Timestamp) {
    let viewer = Viewer::System(zone);
    let chain = empty.store.chain_verify(&viewer, case.id).await.unwrap();
    assert_eq!(chain, Some(Chain::Whole { rows: case.seq }), "{}", case.title);
    let events = empty.store.event_page(&viewer, case.id, 0, 1_000).await.unwrap();
    assert!(events.is_sorted_by_key(|event| event.at), "{}", case.title);
    assert!(events.iter().all(|event| event.at <= now), "{}", case.title);
    assert!(events[0].at > now - SignedDuration::from_hours(24 * 60), "{}", case.title);
    assert_eq!(empty.desk.history_replay(case).await.unwrap(), None, "{}", case.title);
}

#[tokio::test]
async fn early_in_the_known_years_every_state_is_shown() {
    let (_, cases) = shown_at("2005-03-10T11:15").await;
    assert!(cases.iter().all(|case| !case.undated));
}

#[tokio::test]
async fn after_a_long_holiday_every_state_is_shown() {
    // The first day after the holiday of October 2022 and its two make-up days, before the desk opens.
    let (_, cases) = shown_at("2022-10-10T07:40").await;
    assert!(cases.iter().all(|case| !case.undated));
}

#[tokio::test]
async fn in_the_night_of_a_rest_day_every_state_is_shown() {
    shown_at("2024-02-13T02:00").await;
}

#[tokio::test]
async fn at_the_end_of_the_known_years_some_clocks_are_undated() {
    let (empty, cases) = shown_at("2026-12-30T16:20").await;
    let undated = cases.iter().filter(|case| case.undated).count();
    assert!(undated >= 3, "{undated}");
    assert!(cases.iter().any(|case| case.due_at.is_some() && !case.phase.is_closed()));
    let zone = zone_of(&empty.store, "qianjiang").await;
    assert_eq!(empty.store.case_undated_ids(zone, None, 100).await.unwrap().len(), undated);
}

#[tokio::test]
async fn beyond_the_known_years_it_still_stands() {
    shown_at("2027-02-10T10:00").await;
}

#[tokio::test]
async fn today_it_shows_what_happens_to_requests() {
    let (empty, cases) = checked(Empty::demonstration().await, at("2026-11-23T10:05")).await;
    let marks: BTreeSet<&str> =
        cases.iter().flat_map(|case| case.case.marks.keys().map(|mark| &**mark)).collect();
    let zone = zone_of(&empty.store, "qianjiang").await;
    let definition = empty.desk.catalog().newest(zone, "request").unwrap().clone();
    // Thirty working days lie further back than the demonstration.
    let unmarked: Vec<&Key> = definition
        .marks
        .keys()
        .filter(|mark| !marks.contains(&***mark) && ***mark != *"over_ceiling")
        .collect();
    assert!(unmarked.is_empty(), "{unmarked:?}");
    let viewer = Viewer::System(zone);
    let (mut actions, mut ratings, mut units) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for case in &cases {
        for event in empty.store.event_page(&viewer, case.id, 0, 1_000).await.unwrap() {
            actions.insert(event.action);
            if let Call::Act { answers, .. } = &event.entry.call {
                ratings.extend(answers.get("rating").cloned().map(|rating| format!("{rating:?}")));
            }
        }
        units.extend(case.case.assigned.values().map(|assignee| match assignee {
            Assignee::Unit(unit) | Assignee::Person { unit: Some(unit), .. } => *unit,
            Assignee::Person { unit: None, .. } => panic!("{} is handled outside every unit", case.title),
        }));
    }
    assert_eq!(ratings.len(), 5, "{ratings:?}");
    let handlers = empty.store.person_by_roles(&viewer, "handler", None).await.unwrap();
    assert!(
        handlers.len() >= 8 && handlers.iter().all(|one| one.unit.is_some_and(|unit| units.contains(&unit)))
    );
    let timers = ["after.rating_lapsed", "after.supplement_lapsed", "after.answer_lapsed"];
    let breaches =
        ["clock.acceptance.breach", "clock.finish.breach", "clock.rework.breach", "clock.finish.warn.0"];
    let shows = |process: &str, state: &str| {
        cases
            .iter()
            .any(|one| &*one.case.process == process && one.case.configuration.active[0] == state.into())
    };
    for (process, states) in [
        ("co-handling", &["awaiting_sign", "in_progress", "answered", "waived", "recalled"][..]),
        ("grid-event", &["reported", "in_progress", "archived"]),
    ] {
        for state in states {
            assert!(shows(process, state), "no {process} stands at {state}");
        }
    }
    let wanted = definition.actions.keys().map(|key| &**key).chain(timers).chain(breaches);
    let missing: Vec<&str> = wanted.filter(|action| !actions.contains(*action)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn what_comes_due_between_steps_happens_between_them() {
    let empty = Empty::demonstration().await;
    let zone = zone_of(&empty.store, "qianjiang").await;
    let late = cases(&empty.store, zone)
        .await
        .into_iter()
        .find(|case| case.title.starts_with("去年的出口奖励"))
        .unwrap();
    let events = empty.store.event_page(&Viewer::System(zone), late.id, 0, 1_000).await.unwrap();
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    let expected = [
        "file",
        "clock.acceptance.warn.0",
        "clock.acceptance.breach",
        "accept",
        "dispatch",
        "sign",
        "submit",
        "pass_reply",
        "rate",
    ];
    assert_eq!(actions, expected);
}

#[tokio::test]
async fn setting_up_twice_changes_nothing() {
    let empty = Empty::demonstration().await;
    let first = set_up(&empty.desk).await.unwrap();
    let zone = zone_of(&empty.store, "qianjiang").await;
    let before = cases(&empty.store, zone).await;
    let mails = empty.store.outbox_counts(zone).await.unwrap();
    empty.set(at("2026-11-25T10:00"));
    assert_eq!(set_up(&empty.desk).await.unwrap(), first);
    assert_eq!(cases(&empty.store, zone).await, before);
    assert_eq!(empty.store.outbox_counts(zone).await.unwrap(), mails);
    assert_eq!(empty.store.zone_list().await.unwrap().len(), 2);
}

#[tokio::test]
async fn everybody_listed_can_sign_in_and_holds_known_roles() {
    let empty = Empty::demonstration().await;
    let accounts = set_up(&empty.desk).await.unwrap();
    let mut held = BTreeSet::new();
    for account in &accounts {
        let given = Credentials { zone: &account.zone, login: &account.login, password: &account.password };
        let Ok(Entrance::In(signed_in)) = empty.desk.sign_in(given, &Origin::default()).await.unwrap() else {
            panic!("{} may not sign in", account.login)
        };
        let person = signed_in.caller.person;
        assert_eq!(person.roles, account.roles, "{}", account.login);
        assert!(person.email.unwrap().ends_with(".example"));
        assert!(person.company.is_some() != person.unit.is_some(), "{}", account.login);
        held.extend(person.roles);
    }
    let zone = zone_of(&empty.store, "qianjiang").await;
    let known = empty.desk.staff_roles(zone);
    assert!(known.iter().all(|role| held.contains(role)), "{held:?} of {known:?}");
    let json = serde_json::to_value(&accounts).unwrap();
    let keys: Vec<&String> = json[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["login", "password", "roles", "zone"]);
}

#[tokio::test]
async fn only_mails_of_the_last_two_working_days_are_left_to_send() {
    // A Monday: the working days before are Friday and Thursday.
    let empty = Empty::demonstration().await;
    let zone = zone_of(&empty.store, "qianjiang").await;
    let (mut queued, mut sent) = (0, 0);
    for case in cases(&empty.store, zone).await {
        for mail in empty.store.outbox_list(&Viewer::System(zone), &[case.id]).await.unwrap() {
            let state =
                if mail.created_at > at("2026-11-19T00:00") { MailState::Queued } else { MailState::Sent };
            assert_eq!(mail.state, state, "{} of {}", mail.template, mail.created_at);
            assert_eq!(mail.sent_at, (state == MailState::Sent).then_some(mail.created_at));
            queued += usize::from(state == MailState::Queued);
            sent += usize::from(state == MailState::Sent);
        }
    }
    assert!((5..200).contains(&queued) && sent > 100, "{queued} queued, {sent} sent");
}

#[tokio::test]
async fn a_database_that_serves_somebody_is_refused() {
    let empty = Empty::build(at("2026-11-23T10:05")).await;
    let zone = ZoneId(empty.desk.surroundings().id());
    let tx = empty.store.begin(zone).await.unwrap();
    tx.zone_insert("real", "真实园区", at("2026-11-01T09:00")).await.unwrap();
    tx.commit().await.unwrap();
    let refused = set_up(&empty.desk).await.unwrap_err();
    assert!(matches!(&refused, DemonstrationError::NotEmpty { zone } if zone == "real"), "{refused}");
}

#[tokio::test]
async fn half_a_demonstration_is_not_taken_for_a_whole_one() {
    let empty = Empty::build(at("2026-11-23T10:05")).await;
    let zone = ZoneId(empty.desk.surroundings().id());
    let tx = empty.store.begin(zone).await.unwrap();
    tx.zone_insert("qianjiang", "杭州钱江经济开发区", at("2026-11-01T09:00")).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(set_up(&empty.desk).await, Err(DemonstrationError::Interrupted)));
}

#[tokio::test]
async fn people_of_one_zone_see_nothing_of_the_other() {
    let empty = Empty::demonstration().await;
    let (here, there) =
        (zone_of(&empty.store, "qianjiang").await, zone_of(&empty.store, "linping-demo").await);
    let foreign = cases(&empty.store, there).await;
    assert_eq!(foreign.len(), 1);
    let clerk = empty.store.person_by_login(here, "clerk").await.unwrap().unwrap().person;
    let clerk = Caller::new(here, clerk);
    assert!(empty.desk.case_find(&clerk, foreign[0].id).await.unwrap().is_none());
    assert!(empty.desk.case_find(&clerk, cases(&empty.store, here).await[0].id).await.unwrap().is_some());
}

/// The check character of GB 32100-2015 and, inside, the check digit of GB 11714.
fn is_credit_code(code: &str) -> bool {
    let value = |alphabet: &str, c: char| alphabet.chars().position(|known| known == c);
    let (alphabet, wide) = ("0123456789ABCDEFGHJKLMNPQRTUWXY", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    let mut weight = 1;
    let mut sum = 0;
    for c in code.chars().take(17) {
        let Some(value) = value(alphabet, c) else { return false };
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    let organisation: Vec<char> = code.chars().skip(8).take(9).collect();
    let weighed = organisation
        .iter()
        .zip([3, 7, 9, 10, 5, 8, 4, 2])
        .map(|(c, weight)| value(wide, *c).unwrap() * weight);
    let digit = match 11 - weighed.sum::<usize>() % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(u32::try_from(digit).unwrap(), 10).unwrap(),
    };
    code.len() == 18
        && code.chars().nth(17) == alphabet.chars().nth((31 - sum % 31) % 31)
        && organisation[8] == digit
}

#[tokio::test]
async fn companies_are_twelve_and_their_made_up_codes_check() {
    assert!(!is_credit_code("91330199MAXX01XXXX"), "the check itself must be able to fail");
    let empty = Empty::demonstration().await;
    let viewer = Viewer::System(zone_of(&empty.store, "qianjiang").await);
    let companies = empty.store.company_list(&viewer, None, 100).await.unwrap();
    assert_eq!(companies.len(), 12);
    let mut filed: BTreeMap<_, usize> = BTreeMap::new();
    for case in cases(&empty.store, viewer.zone()).await {
        *filed.entry(case.case.company).or_default() += 1;
    }
    for company in companies {
        assert!(is_credit_code(company.credit_code.as_deref().unwrap()), "{}", company.name);
        assert!(company.name.starts_with("示例"), "{}", company.name);
        assert!(filed.get(&Some(company.id)).is_some_and(|cases| *cases >= 2), "{}", company.name);
        assert!(!empty.store.person_by_company(&viewer, company.id).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn texts_are_as_long_as_people_write_and_answers_name_real_units() {
    let empty = Empty::demonstration().await;
    let zone = zone_of(&empty.store, "qianjiang").await;
    for case in cases(&empty.store, zone).await {
        let definition = empty.desk.catalog().newest(zone, &case.case.process).unwrap().clone();
        let prefix = format!("{}2026", definition.prefix);
        assert!(!case.title.contains('\n') && case.number.starts_with(&prefix), "{}", case.number);
        let Some(Answer::Text(content)) = case.case.facts.get("content") else {
            panic!("{} says nothing", case.title)
        };
        assert_eq!(content.trim(), &**content);
    }
}
