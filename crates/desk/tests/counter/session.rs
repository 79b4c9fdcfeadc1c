//! Signing in, staying signed in, and leaving.
use crate::house::{House, PASSWORD, origin};
use desk::{Access, Credentials, Denied, NotSet, PasswordError, Rules, password_hash};
use jiff::SignedDuration;

#[tokio::test]
async fn a_wrong_zone_login_or_password_is_answered_alike() {
    let house = House::build().await;
    let long = "x".repeat(1_025);
    for (zone, login, password) in [
        ("two", "owner", PASSWORD),
        ("one", "ownr", PASSWORD),
        ("one", "Owner", PASSWORD),
        ("one", "owner", "correct horse "),
        ("one", "owner", ""),
        ("", "", ""),
        ("one", "owner", &long),
    ] {
        let denied = house.enter(zone, login, password).await.err();
        assert_eq!(denied, Some(Denied::Wrong), "{zone} {login} {password}");
    }
    house.sign_in("owner").await;
}

#[tokio::test]
async fn a_session_stands_for_its_person_until_it_expires() {
    let house = House::build().await;
    let signed_in = house.sign_in("partner").await;
    assert_eq!(signed_in.expires_at, crate::house::at("2026-03-02T21:00"));
    assert!(!format!("{signed_in:?}").contains(&signed_in.token));
    let caller = house.desk().caller(&signed_in.token).await.unwrap().unwrap();
    assert_eq!((caller.zone, &caller.person), (house.zone, &house.partner.person));
    assert_eq!(caller.language, workflow::Language::En);
    for minute in (19..720).step_by(20) {
        house.set(&format!("2026-03-02T{:02}:{:02}", 9 + minute / 60, minute % 60));
        assert!(house.desk().caller(&signed_in.token).await.unwrap().is_some(), "minute {minute}");
    }
    house.set("2026-03-02T21:00");
    assert!(house.desk().caller(&signed_in.token).await.unwrap().is_none());
}

#[tokio::test]
async fn signing_out_ends_one_session_and_no_other() {
    let house = House::build().await;
    let desk = house.desk();
    let one = house.sign_in("owner").await;
    let two = house.sign_in("owner").await;
    assert_ne!(one.token, two.token);
    desk.sign_out(&one.token).await.unwrap();
    desk.sign_out(&one.token).await.unwrap();
    desk.sign_out("no token").await.unwrap();
    assert!(desk.caller(&one.token).await.unwrap().is_none());
    assert!(desk.caller(&two.token).await.unwrap().is_some());
    assert!(desk.caller("").await.unwrap().is_none());
}

#[tokio::test]
async fn a_page_that_is_left_open_keeps_no_session_from_ending() {
    let house = House::build().await;
    let desk = house.desk();
    let session = house.sign_in("clerk").await;
    let caller = desk.caller(&session.token).await.unwrap().unwrap();
    for minute in 1..30 {
        house.set(&format!("2026-03-02T09:{minute:02}"));
        assert!(desk.is_still(&caller, &session.token).await.unwrap(), "minute {minute}");
    }
    house.set("2026-03-02T09:31");
    assert!(!desk.is_still(&caller, &session.token).await.unwrap());
    assert!(desk.caller(&session.token).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_in_which_nothing_happens_ends() {
    let house = House::build().await;
    let (idle, busy) = (house.sign_in("clerk").await, house.sign_in("clerk").await);
    house.set("2026-03-02T09:29");
    assert!(house.desk().caller(&busy.token).await.unwrap().is_some());
    house.set("2026-03-02T09:30");
    assert!(house.desk().caller(&idle.token).await.unwrap().is_none());
    let caller = house.desk().caller(&busy.token).await.unwrap().unwrap();
    let listed = house.desk().sessions(&caller).await.unwrap();
    assert_eq!(listed.iter().map(|one| Some(one.id)).collect::<Vec<_>>(), [caller.session]);
    assert_eq!((listed[0].client.as_str(), listed[0].address.as_str()), ("a test", "192.0.2.1"));
    assert_eq!(house.desk().sign_in_sweep(house.zone).await.unwrap(), 1, "the one that was idle");
}

#[tokio::test]
async fn a_person_ends_their_own_sessions_and_no_others() {
    let house = House::build().await;
    let desk = house.desk();
    let (one, two, three) =
        (house.sign_in("owner").await, house.sign_in("owner").await, house.sign_in("partner").await);
    let foreign = three.caller.session;
    assert_eq!(desk.sessions_end(&one.caller, foreign).await.unwrap(), 0, "it is the partner's");
    assert_eq!(desk.sessions_end(&one.caller, two.caller.session).await.unwrap(), 1);
    assert!(desk.caller(&two.token).await.unwrap().is_none());
    let (_, _) = (house.sign_in("owner").await, house.sign_in("owner").await);
    assert_eq!(desk.sessions_end(&one.caller, None).await.unwrap(), 2, "all but the one that asks");
    for token in [&one.token, &three.token] {
        assert!(desk.caller(token).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn five_wrong_passwords_lock_an_account_and_nobody_is_told() {
    let house = House::build().await;
    for _ in 0..5 {
        assert_eq!(house.enter("one", "owner", "wrong").await.err(), Some(Denied::Wrong));
    }
    assert_eq!(house.enter("one", "owner", PASSWORD).await.err(), Some(Denied::Wrong), "it is locked");
    house.sign_in("partner").await;
    house.set("2026-03-02T09:14");
    assert_eq!(house.enter("one", "owner", PASSWORD).await.err(), Some(Denied::Wrong));
    house.set("2026-03-02T09:15");
    house.sign_in("owner").await;
    // Whoever was right begins at zero.
    for _ in 0..4 {
        assert_eq!(house.enter("one", "owner", "wrong").await.err(), Some(Denied::Wrong));
    }
    house.sign_in("owner").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_at_once_on_two_desks_count_as_five() {
    let house = House::build().await;
    let (desk, elsewhere) = (house.desk(), house.desk_with(&[]));
    let tries = (0..5).map(|number| {
        let desk = if number % 2 == 0 { desk.clone() } else { elsewhere.clone() };
        tokio::spawn(async move {
            let given = Credentials { zone: "one", login: "rival", password: "wrong" };
            desk.sign_in(given, &origin()).await.unwrap().is_ok()
        })
    });
    for one in tries.collect::<Vec<_>>() {
        assert!(!one.await.unwrap());
    }
    for desk in [desk, &elsewhere] {
        let given = Credentials { zone: "one", login: "rival", password: PASSWORD };
        assert_eq!(desk.sign_in(given, &origin()).await.unwrap().err(), Some(Denied::Wrong), "it is locked");
    }
}

#[tokio::test]
async fn an_address_from_which_many_fail_waits_a_minute() {
    let house = House::build().await;
    for number in 0..20 {
        assert_eq!(house.enter("one", &format!("guess-{number}"), "x").await.err(), Some(Denied::Wrong));
    }
    let until = crate::house::at("2026-03-02T09:01");
    let denied = house.enter("one", "owner", PASSWORD).await.err();
    assert_eq!(denied, Some(Denied::TooMany { until }));
    house.set("2026-03-02T09:01");
    for _ in 0..30 {
        house.sign_in("owner").await;
    }
}

#[tokio::test]
async fn whoever_names_no_zone_is_counted_all_the_same() {
    let house = House::build().await;
    for number in 0..19 {
        let denied = house.enter(&format!("nowhere-{number}"), "owner", PASSWORD).await.err();
        assert_eq!(denied, Some(Denied::Wrong));
    }
    assert_eq!(house.desk().password_reset_ask("nowhere", "owner", &origin()).await.unwrap(), Ok(()));
    let until = crate::house::at("2026-03-02T09:01");
    let denied = house.enter("nowhere", "owner", PASSWORD).await.err();
    assert_eq!(denied, Some(Denied::TooMany { until }));
    let denied = house.desk().password_reset_ask("nowhere", "owner", &origin()).await.unwrap().err();
    assert_eq!(denied, Some(Denied::TooMany { until }));
}

#[tokio::test]
async fn a_zone_says_how_long_sessions_last() {
    let house = House::build().await;
    let rules = Rules {
        staff_idle: SignedDuration::from_mins(5),
        company_idle: SignedDuration::from_hours(2),
        lasts: SignedDuration::from_hours(3),
        second_factor: false,
    };
    let none = Rules { staff_idle: SignedDuration::from_mins(4), ..rules };
    let set = async |rules| house.desk().sign_in_rules_set(&house.administrator, rules).await.unwrap();
    assert_eq!(set(none).await, Err(NotSet::OutOfBounds));
    assert_eq!(
        set(Rules { lasts: SignedDuration::from_hours(169), ..rules }).await,
        Err(NotSet::OutOfBounds)
    );
    assert_eq!(set(rules).await, Ok(()));
    assert_eq!(house.desk().sign_in_rules(house.zone).await.unwrap(), rules);
    let (clerk, owner) = (house.sign_in("clerk").await, house.sign_in("owner").await);
    assert_eq!(owner.expires_at, crate::house::at("2026-03-02T12:00"));
    house.set("2026-03-02T09:05");
    assert!(house.desk().caller(&clerk.token).await.unwrap().is_none());
    house.set("2026-03-02T10:59");
    assert_eq!(house.desk().caller(&owner.token).await.unwrap().unwrap().access, Access::Whole);
}

#[test]
fn a_password_has_a_length_and_its_hash_does_not_show_it() {
    let salt = [1; 16];
    for password in ["", "短短短短短短短短短", "123456789", &"x".repeat(1_025)] {
        assert_eq!(password_hash(password, &salt), Err(PasswordError::Length), "{password}");
    }
    let hash = password_hash("0123456789x", &salt).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !hash.contains("0123456789x"), "{hash}");
    assert_ne!(password_hash("0123456789x", &[2; 16]).unwrap(), hash);
}
