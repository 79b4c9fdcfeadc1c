//! Signing in, staying signed in, and leaving.
use crate::house::{House, PASSWORD};
use desk::{PasswordError, password_hash};

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
        let signed_in = house.desk().sign_in(zone, login, password).await.unwrap();
        assert!(signed_in.is_none(), "{zone} {login} {password}");
    }
    assert!(house.desk().sign_in("one", "owner", PASSWORD).await.unwrap().is_some());
}

#[tokio::test]
async fn a_session_stands_for_its_person_until_it_expires() {
    let house = House::build().await;
    let signed_in = house.desk().sign_in("one", "partner", PASSWORD).await.unwrap().unwrap();
    assert_eq!(signed_in.expires_at, crate::house::at("2026-03-02T21:00"));
    assert!(!format!("{signed_in:?}").contains(&signed_in.token));
    let caller = house.desk().caller(&signed_in.token).await.unwrap().unwrap();
    assert_eq!((caller.zone, &caller.person), (house.zone, &house.partner.person));
    assert_eq!(caller.language, workflow::Language::En);
    house.set("2026-03-02T20:59");
    assert!(house.desk().caller(&signed_in.token).await.unwrap().is_some());
    house.set("2026-03-02T21:00");
    assert!(house.desk().caller(&signed_in.token).await.unwrap().is_none());
}

#[tokio::test]
async fn signing_out_ends_one_session_and_no_other() {
    let house = House::build().await;
    let desk = house.desk();
    let one = desk.sign_in("one", "owner", PASSWORD).await.unwrap().unwrap();
    let two = desk.sign_in("one", "owner", PASSWORD).await.unwrap().unwrap();
    assert_ne!(one.token, two.token);
    desk.sign_out(&one.token).await.unwrap();
    desk.sign_out(&one.token).await.unwrap();
    desk.sign_out("no token").await.unwrap();
    assert!(desk.caller(&one.token).await.unwrap().is_none());
    assert!(desk.caller(&two.token).await.unwrap().is_some());
    assert!(desk.caller("").await.unwrap().is_none());
}

#[test]
fn a_password_has_a_length_and_its_hash_does_not_show_it() {
    let salt = [1; 16];
    for password in ["", "短短短短短短短短短", "123456789", &"x".repeat(1_025)] {
        assert_eq!(password_hash(password, &salt), Err(PasswordError::Length), "{password}");
    }
    let hash = password_hash("0123456789", &salt).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !hash.contains("0123456789"), "{hash}");
    assert_ne!(password_hash("0123456789", &[2; 16]).unwrap(), hash);
}
