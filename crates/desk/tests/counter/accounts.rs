//! What people do with what they sign in with: passwords, addresses, second factors, tokens for programs.
use crate::house::{Empty, House, PASSWORD, at, origin};
use desk::{
    Access, ApiScope, ApiTokenOrder, Caller, Denied, EmailOrder, Entrance, FirstOrder, PasswordError, Rules,
    SignedIn,
};
use jiff::{SignedDuration, Timestamp, ToSpan};
use totp_rs::{Builder, Secret};
use workflow::Language;

const NEW: &str = "battery staple";

/// A mail of a kind that was written since the last look: where it went, and the code in it.
async fn mailed(house: &House, template: &str) -> Option<(String, String)> {
    let mails = house.mails().await;
    let mail = mails.into_iter().find(|mail| mail.template == template)?;
    Some((mail.address, mail.context["account"]["code"].as_str().unwrap_or_default().to_owned()))
}

#[tokio::test]
async fn a_new_password_ends_every_session_but_the_new_one() {
    let house = House::build().await;
    let desk = house.desk();
    let (one, two) = (house.sign_in("owner").await, house.sign_in("owner").await);
    let change = async |old, new| desk.password_change(&one.caller, (old, new), &origin()).await.unwrap();
    assert_eq!(change("wrong", NEW).await.err(), Some(Denied::Wrong));
    assert_eq!(change(PASSWORD, "1234567890").await.err(), Some(Denied::Password(PasswordError::Common)));
    assert_eq!(
        change(PASSWORD, "the owner 2026").await.err(),
        Some(Denied::Password(PasswordError::Personal))
    );
    assert!(desk.caller(&two.token).await.unwrap().is_some(), "nothing happened yet");
    let new = change(PASSWORD, NEW).await.unwrap();
    for old in [&one.token, &two.token] {
        assert!(desk.caller(old).await.unwrap().is_none());
    }
    assert!(desk.caller(&new.token).await.unwrap().is_some());
    assert_eq!(house.mail_names().await, ["account-changed to owner"]);
    assert_eq!(house.enter("one", "owner", PASSWORD).await.err(), Some(Denied::Wrong));
    assert!(house.enter("one", "owner", NEW).await.is_ok());
}

#[tokio::test]
async fn whoever_guesses_the_old_password_locks_the_account() {
    let house = House::build().await;
    let thief = house.sign_in("owner").await.caller;
    for _ in 0..6 {
        let denied = house.desk().password_change(&thief, ("guess", NEW), &origin()).await.unwrap();
        assert_eq!(denied.err(), Some(Denied::Wrong));
    }
    let denied = house.desk().password_change(&thief, (PASSWORD, NEW), &origin()).await.unwrap();
    assert_eq!(denied.err(), Some(Denied::Wrong));
}

#[tokio::test]
async fn a_mailed_token_sets_a_password_once_and_opens_the_lock() {
    let house = House::build().await;
    let desk = house.desk();
    let before = house.sign_in("owner").await;
    for _ in 0..5 {
        let _wrong = house.enter("one", "owner", "wrong").await;
    }
    desk.password_reset_ask("one", "owner", &origin()).await.unwrap().unwrap();
    let (address, token) = mailed(&house, "account-reset").await.unwrap();
    assert_eq!(address, "owner@one.example");
    let reset = async |token: &str, new| desk.password_reset(token, new, &origin()).await.unwrap();
    assert_eq!(reset("", NEW).await, Err(Denied::Wrong));
    assert_eq!(reset(&before.token, NEW).await, Err(Denied::Wrong), "a session is no ticket");
    let short = reset(&token, "short").await;
    assert_eq!(short, Err(Denied::Password(PasswordError::Length)), "and the token is still good");
    assert_eq!(desk.email_confirm(&token).await.unwrap(), Err(Denied::Wrong), "nor for anything else");
    assert_eq!(reset(&token, NEW).await, Ok(()));
    assert_eq!(reset(&token, "another one, please").await, Err(Denied::Wrong), "once");
    assert!(desk.caller(&before.token).await.unwrap().is_none());
    assert!(house.enter("one", "owner", NEW).await.is_ok(), "the lock is open");
}

#[tokio::test]
async fn a_mailed_token_is_good_for_an_hour_and_only_the_last_one() {
    let house = House::build().await;
    let desk = house.desk();
    let ask = async || desk.password_reset_ask("one", "owner", &origin()).await.unwrap().unwrap();
    ask().await;
    let (_, first) = mailed(&house, "account-reset").await.unwrap();
    ask().await;
    let (_, second) = mailed(&house, "account-reset").await.unwrap();
    assert_eq!(desk.password_reset(&first, NEW, &origin()).await.unwrap(), Err(Denied::Wrong));
    house.set("2026-03-02T10:00");
    assert_eq!(desk.password_reset(&second, NEW, &origin()).await.unwrap(), Err(Denied::Wrong));
}

#[tokio::test]
async fn asking_for_a_token_tells_nothing_locks_nothing_and_floods_nobody() {
    let house = House::build().await;
    let desk = house.desk();
    for (zone, login) in [("one", "nobody"), ("nowhere", "owner"), ("one", ""), ("one", &*"x".repeat(9_000))]
    {
        assert_eq!(desk.password_reset_ask(zone, login, &origin()).await.unwrap(), Ok(()), "{login}");
    }
    assert!(house.mails().await.is_empty());
    let mut mails = vec![];
    for (hour, asked) in [(9, 5), (10, 2), (11, 4), (12, 4), (13, 4), (14, 4)] {
        house.set(&format!("2026-03-02T{hour:02}:30"));
        for _ in 0..asked {
            assert_eq!(desk.password_reset_ask("one", "owner", &origin()).await.unwrap(), Ok(()));
        }
        mails.push(house.mails().await.len());
    }
    assert_eq!(mails, [3, 2, 3, 2, 0, 0], "three an hour, ten a day");
    house.sign_in("owner").await;
}

#[tokio::test]
async fn nobody_writes_to_any_number_of_addresses() {
    let house = House::build().await;
    let owner = house.sign_in("owner").await.caller;
    let ask = async |number: u8| {
        let email = format!("{number}@elsewhere.example");
        let order = EmailOrder { email: &email, password: PASSWORD };
        house.desk().email_ask(&owner, order, &origin()).await.unwrap()
    };
    for number in 0..3 {
        assert_eq!(ask(number).await, Ok(()));
    }
    let until = at("2026-03-02T10:00");
    assert_eq!(ask(3).await, Err(Denied::TooMany { until }));
    assert_eq!(house.mails().await.len(), 3);
}

#[tokio::test]
async fn a_new_password_opens_no_lock_of_the_codes() {
    let house = House::build().await;
    let desk = house.desk();
    let caller = house.sign_in("clerk").await.caller;
    let (_, codes, _) = enrol(&house, &caller).await;
    let challenge = challenge(&house, "clerk").await;
    for _ in 0..5 {
        let wrong = desk.sign_in_code(&challenge, "000000", &origin()).await.unwrap();
        assert_eq!(wrong.err(), Some(Denied::Wrong));
    }
    desk.password_reset_ask("one", "clerk", &origin()).await.unwrap().unwrap();
    let (_, token) = mailed(&house, "account-reset").await.unwrap();
    desk.password_reset(&token, NEW, &origin()).await.unwrap().unwrap();
    let Ok(Entrance::Code { challenge, .. }) = house.enter("one", "clerk", NEW).await else {
        panic!("no second step")
    };
    let locked = desk.sign_in_code(&challenge, &codes[0], &origin()).await.unwrap();
    assert_eq!(locked.err(), Some(Denied::Wrong));
    house.set("2026-03-02T09:15");
    let Ok(Entrance::Code { challenge, .. }) = house.enter("one", "clerk", NEW).await else {
        panic!("no second step")
    };
    assert!(desk.sign_in_code(&challenge, &codes[0], &origin()).await.unwrap().is_ok());
}

#[tokio::test]
async fn an_address_is_somebodys_once_mail_was_seen_to_arrive() {
    let house = House::build().await;
    let desk = house.desk();
    let owner = house.sign_in("owner").await.caller;
    assert!(!desk.email_is_verified(&owner).await.unwrap());
    let ask = async |email, password| {
        desk.email_ask(&owner, EmailOrder { email, password }, &origin()).await.unwrap()
    };
    assert_eq!(ask("new@one.example", "wrong").await, Err(Denied::Wrong));
    assert!(matches!(ask("new@one.example\r\nBcc: x@y", PASSWORD).await, Err(Denied::Misspelt(_))));
    let (mut address, mut token) = (String::new(), String::new());
    for _ in 0..3 {
        assert_eq!(ask("new@one.example", PASSWORD).await, Ok(()));
        (address, token) = mailed(&house, "account-email").await.unwrap();
    }
    assert!(matches!(ask("new@one.example", PASSWORD).await, Err(Denied::TooMany { .. })));
    assert_eq!(address, "new@one.example");
    desk.password_reset_ask("one", "owner", &origin()).await.unwrap().unwrap();
    let (old, reset) = mailed(&house, "account-reset").await.unwrap();
    assert_eq!(old, "owner@one.example", "not yet");
    assert_eq!(desk.email_confirm(&token).await.unwrap(), Ok(()));
    assert_eq!(desk.email_confirm(&token).await.unwrap(), Err(Denied::Wrong), "once");
    assert_eq!(house.mail_names().await, ["account-changed to owner"], "the old address is told");
    let denied = desk.password_reset(&reset, NEW, &origin()).await.unwrap();
    assert_eq!(denied, Err(Denied::Wrong), "what went to the old address is good no more");
    let owner = house.sign_in("owner").await.caller;
    assert_eq!(owner.person.email.as_deref(), Some("new@one.example"));
    assert!(desk.email_is_verified(&owner).await.unwrap());
}

/// What a program that shows codes would show.
fn code(secret: &str, now: Timestamp) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret.as_bytes().to_vec()).build().unwrap();
    totp.generate(u64::try_from(now.as_second()).unwrap()).to_string()
}

/// A second factor for somebody: its secret, the recovery codes and the new session.
async fn enrol(house: &House, caller: &Caller) -> (String, Vec<String>, SignedIn) {
    let desk = house.desk();
    let begun = desk.factor_begin(caller, PASSWORD, &origin()).await.unwrap().ok().unwrap();
    assert!(begun.uri.starts_with("otpauth://totp/") && begun.uri.contains(&begun.secret), "{}", begun.uri);
    let code = code(&begun.secret, desk.surroundings().now());
    let enrolled = desk.factor_confirm(caller, &code, &origin()).await.unwrap().ok().unwrap();
    (begun.secret, enrolled.recovery_codes, enrolled.signed_in)
}

async fn challenge(house: &House, login: &str) -> String {
    match house.enter("one", login, PASSWORD).await {
        Ok(Entrance::Code { challenge, .. }) => challenge,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn with_a_second_factor_a_password_alone_lets_nobody_in() {
    let house = House::build().await;
    let desk = house.desk();
    let before = house.sign_in("clerk").await;
    let begun = desk.factor_begin(&before.caller, PASSWORD, &origin()).await.unwrap().ok().unwrap();
    house.sign_in("clerk").await;
    let wrong = desk.factor_confirm(&before.caller, "000000", &origin()).await.unwrap();
    assert_eq!(wrong.err(), Some(Denied::Wrong), "begun is not done: the password still does");
    assert_eq!(desk.factor_state(&before.caller).await.unwrap(), None);
    assert!(!begun.secret.is_empty());
    let (secret, _, after) = enrol(&house, &before.caller).await;
    assert!(desk.caller(&before.token).await.unwrap().is_none(), "sessions of before end");
    assert_eq!(desk.factor_state(&after.caller).await.unwrap(), Some(10));
    let there = desk.factor_begin(&after.caller, PASSWORD, &origin()).await.unwrap();
    assert_eq!(there.err(), Some(Denied::FactorThere));

    let now = desk.surroundings().now();
    let challenge = challenge(&house, "clerk").await;
    let enter = async |code: &str| desk.sign_in_code(&challenge, code, &origin()).await.unwrap();
    assert_eq!(
        enter(&code(&secret, now)).await.err(),
        Some(Denied::Wrong),
        "the code that enrolled is used up"
    );
    assert!(desk.caller(&challenge).await.unwrap().is_none(), "a challenge is no session");
    house.empty.set(now + 30.seconds());
    let next = code(&secret, now + 30.seconds());
    let (early, late) = (code(&secret, now + 120.seconds()), code(&secret, now - 60.seconds()));
    for wrong in [&*early, &late, "", "abcdef", "٠١٢٣٤٥"] {
        if wrong != next {
            assert_eq!(enter(wrong).await.err(), Some(Denied::Wrong), "{wrong}");
        }
    }
    assert_eq!(enter(&next).await.err(), Some(Denied::Wrong), "five wrong codes lock");
    house.set("2026-03-02T09:20");
    let now = desk.surroundings().now();
    let challenge = self::challenge(&house, "clerk").await;
    let spaced = code(&secret, now);
    let spaced = format!("{} {}", &spaced[..3], &spaced[3..]);
    let entered = desk.sign_in_code(&challenge, &spaced, &origin()).await.unwrap();
    assert!(entered.is_ok());
    let again = desk.sign_in_code(&challenge, &spaced, &origin()).await.unwrap();
    assert_eq!(again.err(), Some(Denied::Wrong), "a challenge is good once");
    let challenge = self::challenge(&house, "clerk").await;
    let again = desk.sign_in_code(&challenge, &spaced, &origin()).await.unwrap();
    assert_eq!(again.err(), Some(Denied::Wrong), "and so is a code");
}

#[tokio::test]
async fn a_challenge_lasts_five_minutes() {
    let house = House::build().await;
    let caller = house.sign_in("clerk").await.caller;
    let (secret, _, _) = enrol(&house, &caller).await;
    let challenge = challenge(&house, "clerk").await;
    house.set("2026-03-02T09:05");
    let code = code(&secret, at("2026-03-02T09:05"));
    let late = house.desk().sign_in_code(&challenge, &code, &origin()).await.unwrap();
    assert_eq!(late.err(), Some(Denied::Wrong));
}

#[tokio::test]
async fn a_recovery_code_stands_for_a_code_once() {
    let house = House::build().await;
    let desk = house.desk();
    let caller = house.sign_in("clerk").await.caller;
    let (_, codes, _) = enrol(&house, &caller).await;
    let shouted = codes[3].to_uppercase().replace('-', " ");
    let enter = async |code: &str| {
        let challenge = challenge(&house, "clerk").await;
        desk.sign_in_code(&challenge, code, &origin()).await.unwrap()
    };
    let inside = enter(&shouted).await.unwrap();
    assert_eq!(desk.factor_state(&inside.caller).await.unwrap(), Some(9));
    assert_eq!(enter(&codes[3]).await.err(), Some(Denied::Wrong));
    assert!(enter(&codes[4]).await.is_ok());

    let remove =
        async |code: &str| desk.factor_remove(&inside.caller, (PASSWORD, code), &origin()).await.unwrap();
    assert_eq!(remove(&codes[4]).await.err(), Some(Denied::Wrong));
    remove(&codes[5]).await.unwrap();
    house.sign_in("clerk").await;
}

#[tokio::test]
async fn staff_without_the_second_factor_that_their_zone_asks_for_may_only_enrol() {
    let house = House::build().await;
    let desk = house.desk();
    let (clerk, owner) = (house.sign_in("clerk").await, house.sign_in("owner").await);
    let order = token_order(&[ApiScope::Read], 30);
    let program = desk.api_token_create(&clerk.caller, order, Language::En).await.unwrap().ok().unwrap();
    let rules = Rules { second_factor: true, ..Rules::default() };
    desk.sign_in_rules_set(&house.administrator, rules).await.unwrap().unwrap();
    let access = async |token| desk.caller(token).await.unwrap().unwrap().access;
    assert_eq!(access(&clerk.token).await, Access::Enrolment, "at once");
    assert_eq!(access(&owner.token).await, Access::Whole, "a company is not asked");
    assert!(desk.caller(&program.token).await.unwrap().is_none(), "a program is no way around it");
    let limited = house.sign_in("clerk").await;
    assert_eq!(limited.caller.access, Access::Enrolment);
    let (_, codes, whole) = enrol(&house, &limited.caller).await;
    assert_eq!(access(&whole.token).await, Access::Whole);
    let kept = desk.factor_remove(&whole.caller, (PASSWORD, &codes[0]), &origin()).await.unwrap();
    assert_eq!(kept.err(), Some(Denied::FactorNeeded));
}

#[tokio::test]
async fn an_administrator_rescues_an_account() {
    let house = House::build().await;
    let desk = house.desk();
    let caller = house.sign_in("clerk").await.caller;
    let (_, _, inside) = enrol(&house, &caller).await;
    let order = token_order(&[ApiScope::Read], 30);
    let program = desk.api_token_create(&inside.caller, order, Language::En).await.unwrap().ok().unwrap();
    for _ in 0..5 {
        let _wrong = house.enter("one", "clerk", "wrong").await;
    }
    let rescue = async |person| desk.account_rescue(&house.administrator, person, true).await.unwrap();
    assert!(!rescue(workflow::PersonId(crate::house::nobody())).await);
    assert!(rescue(house.clerk.person.id).await);
    for token in [&inside.token, &program.token] {
        assert!(desk.caller(token).await.unwrap().is_none());
    }
    house.sign_in("clerk").await;
}

fn token_order(scopes: &[ApiScope], days: i64) -> ApiTokenOrder {
    let expires_at = at("2026-03-02T09:00") + SignedDuration::from_hours(24 * days);
    ApiTokenOrder { name: "nightly".into(), scopes: scopes.iter().copied().collect(), expires_at }
}

#[tokio::test]
async fn a_program_acts_for_a_person_with_a_part_of_their_rights_until_it_is_revoked() {
    let house = House::build().await;
    let desk = house.desk();
    let owner = house.sign_in("owner").await.caller;
    for wrong in [
        token_order(&[], 30),
        token_order(&[ApiScope::Read], 0),
        token_order(&[ApiScope::Read], 367),
        ApiTokenOrder { name: " ".into(), ..token_order(&[ApiScope::Read], 30) },
    ] {
        let denied = desk.api_token_create(&owner, wrong.clone(), Language::En).await.unwrap();
        assert!(matches!(denied.err(), Some(Denied::Misspelt(_))), "{wrong:?}");
    }
    let order = token_order(&[ApiScope::Ask, ApiScope::Read], 30);
    let made = desk.api_token_create(&owner, order, Language::En).await.unwrap().ok().unwrap();
    assert_eq!(house.mail_names().await, ["account-changed to owner"]);
    let caller = desk.caller(&made.token).await.unwrap().unwrap();
    assert_eq!(caller.person.id, owner.person.id);
    assert_eq!(caller.access, Access::Program([ApiScope::Read, ApiScope::Ask].into()));
    let listed = desk.api_tokens(&owner).await.unwrap();
    assert_eq!((listed.len(), listed[0].used_at), (1, Some(at("2026-03-02T09:00"))));
    assert!(!desk.api_token_revoke(&house.rival, listed[0].id).await.unwrap(), "it is not theirs");
    house.set("2026-04-01T09:00");
    assert!(desk.caller(&made.token).await.unwrap().is_none(), "thirty days are over");
    house.set("2026-03-31T09:00");
    assert!(desk.caller(&made.token).await.unwrap().is_some());
    assert!(desk.api_token_revoke(&owner, listed[0].id).await.unwrap());
    assert!(desk.caller(&made.token).await.unwrap().is_none());
}

fn first(code: &str) -> FirstOrder {
    FirstOrder {
        code: code.into(),
        zone: "new".into(),
        zone_name: "新区".into(),
        login: "first".into(),
        name: "王敏".into(),
        email: None,
        password: PASSWORD.into(),
    }
}

#[tokio::test]
async fn the_code_of_an_empty_desk_makes_one_administrator() {
    let empty = Empty::build(at("2026-03-02T09:00")).await;
    let desk = &empty.desk;
    let guess = desk.first_administrator(first("")).await.unwrap();
    assert_eq!(guess, Err(Denied::Wrong), "no code was shown");
    let code = desk.first_code().await.unwrap().unwrap();
    let try_first = async |order| desk.first_administrator(order).await.unwrap();
    assert_eq!(try_first(first("guess")).await, Err(Denied::Wrong));
    let misspelt = FirstOrder { zone: "New Zone".into(), ..first(&code) };
    assert!(matches!(try_first(misspelt).await, Err(Denied::Misspelt(_))));
    let weak = FirstOrder { password: "1234567890".into(), ..first(&code) };
    assert_eq!(try_first(weak).await, Err(Denied::Password(PasswordError::Common)));
    assert!(desk.zones().await.unwrap().is_empty(), "nothing was left behind");
    assert_eq!(try_first(first(&code)).await, Ok(()));
    assert_eq!(try_first(first(&code)).await, Err(Denied::Wrong), "once");
    assert_eq!(desk.first_code().await.unwrap(), None);
    let given = desk::Credentials { zone: "new", login: "first", password: PASSWORD };
    let Ok(Entrance::In(signed_in)) = desk.sign_in(given, &origin()).await.unwrap() else { panic!("not in") };
    assert_eq!(signed_in.caller.person.roles, ["administrator"]);
}
