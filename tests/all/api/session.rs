//! Signing in and out.
use crate::client::{Answer, House, house, post_raw, send, text};
use serde_json::{Value, json};

fn post(house: &House, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    send("POST", &format!("{}/session", house.server.url), headers, body)
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn whatever_is_wrong_about_a_sign_in_the_answer_is_the_same() {
    let house = house();
    let account = house.account("clerk", false);
    let (zone, login, password) = (account.zone.as_str(), account.login.as_str(), account.password.as_str());
    let ask = |zone: &str, login: &str, password: &str| {
        let answer = house.session(&json!({"zone": zone, "login": login, "password": password}));
        (answer.status, answer.headers.get("set-cookie").cloned(), answer.text)
    };
    let wrong = ask(zone, login, "wrong password");
    assert_eq!((wrong.0, &wrong.1), (401, &None));
    let long = "p".repeat(5_000);
    for (zone, login, password) in [
        ("nowhere", login, password),
        (zone, "nobody", password),
        ("linping-demo", "dispatcher", password),
        (zone, login, ""),
        ("", "", ""),
        (zone, "CLERK", password),
        (zone, "clerk\u{0}", password),
        (zone, "' OR '1'='1", "' OR '1'='1"),
        (zone, login, &long),
    ] {
        assert_eq!(ask(zone, login, password), wrong, "{zone} {login}");
    }
    assert_eq!(ask(zone, login, password).0, 200);
}

#[test]
fn a_sign_in_that_is_none_is_told_what_is_wanted() {
    let house = house();
    let right = r#"{"zone":"z","login":"l","password":"p"}"#;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        assert_eq!(post(&house, &[("content-type", kind)], right.as_bytes()).status, 415, "{kind}");
    }
    assert_eq!(post(&house, &[], right.as_bytes()).status, 415);
    for shape in [
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{}",
        r#"{"zone":"z"}"#,
        r#"{"zone":1,"login":"l","password":"p"}"#,
        r#"{"zone":"z","login":"l","password":"p","admin":true}"#,
        r#"{"zone":"z","zone":"y","login":"l","password":"p"}"#,
        "{\"zone\":\"\u{0}\"}",
        "\u{feff}{}",
    ] {
        let answer = post(&house, &[JSON], shape.as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_REQUEST"), "{shape:?}");
    }
    let deep = "[".repeat(8_000);
    assert_eq!(post(&house, &[JSON], deep.as_bytes()).status, 400);
    let long = "x".repeat(1 << 20);
    assert_eq!(post_raw(&house.server.url, "/session", "accept: */*", long.as_bytes()), 413);
}

#[test]
fn a_session_is_known_by_its_token_and_its_cookie_until_it_is_ended() {
    let house = house();
    let account = house.account("supervisor", false);
    let signed_in =
        house.session(&json!({"zone": account.zone, "login": account.login, "password": account.password}));
    let token = text(&signed_in.json()["token"]).to_owned();
    let cookie = signed_in.headers["set-cookie"].clone();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    assert_eq!(cookie, format!("session={token}"));
    let url = format!("{}/graphql", house.server.url);
    let me = |headers: &[(&str, &str)]| {
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([JSON]).collect();
        send("POST", &url, &headers, br#"{"query":"{ me { login } }"}"#)
    };
    let bearer = format!("Bearer {token}");
    let (by_token, by_cookie) = ([("authorization", bearer.as_str())], [("cookie", cookie.as_str())]);
    for known in [&by_token, &by_cookie] {
        assert_eq!(me(known).json()["data"]["me"]["login"], "supervisor", "{known:?}");
    }
    for (foreign, status) in [("https://evil.example", 403), ("null", 403), (house.server.url.as_str(), 200)]
    {
        let answer = me(&[("cookie", &cookie), ("origin", foreign)]);
        assert_eq!(answer.status, status, "{foreign}");
    }
    let session = format!("{}/session", house.server.url);
    let foreign = send("DELETE", &session, &[("cookie", &cookie), ("origin", "https://evil.example")], b"");
    assert_eq!(foreign.status, 403);
    assert_eq!(me(&by_token).json()["errors"], Value::Null, "another site cannot sign anybody out");
    assert_eq!(send("DELETE", &session, &by_cookie, b"").status, 204);
    for ended in [&by_token, &by_cookie] {
        assert_eq!(me(ended).code(), "UNAUTHENTICATED", "{ended:?}");
    }
    assert_eq!(send("DELETE", &session, &by_cookie, b"").status, 204, "what is ended stays ended");
}

#[test]
fn a_token_that_is_none_is_nobodys() {
    let house = house();
    for token in ["", "x", "Bearer", "%00", &"x".repeat(4_000)] {
        for value in [
            format!("Bearer {token}"),
            format!("bearer  {token}"),
            token.to_owned(),
            format!("Basic {token}"),
        ] {
            let answer =
                house.nobody().post(br#"{"query":"{ me { login } }"}"#, &[("authorization", value.trim())]);
            assert_eq!(answer.code(), "UNAUTHENTICATED", "{value:?}");
        }
    }
}
