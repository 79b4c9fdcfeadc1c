//! What people change about how they sign in, and what they cannot do with less than a whole session.
use crate::client::{Answer, House, Visitor, list, send, text};
use serde_json::{Value, json};
use std::sync::Arc;

const JSON: (&str, &str) = ("content-type", "application/json");
const NEW: &str = "battery staple horse";

/// Posts to a path under `/session`, as somebody or as nobody.
fn post(house: &House, path: &str, token: Option<&str>, body: &Value) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![JSON, ("accept-language", "en"), ("user-agent", "a test")];
    headers.extend(bearer.as_ref().map(|bearer| ("authorization", bearer.as_str())));
    send("POST", &format!("{}/session{path}", house.server.url), &headers, body.to_string().as_bytes())
}

fn sign_in(house: &Arc<House>, login: &str, password: &str) -> Answer {
    let zone = &house.account(login, false).zone;
    post(house, "", None, &json!({"zone": zone, "login": login, "password": password}))
}

fn with(house: &Arc<House>, token: &str) -> Visitor {
    let mut visitor = house.nobody();
    visitor.token = Some(token.to_owned());
    visitor
}

#[test]
fn whoever_changes_the_password_stays_signed_in_and_nobody_else_does() {
    // What is changed here others rely on, so it is nobody else's.
    let house = House::open();
    let password = house.account("clerk", false).password.clone();
    let tokens = [(); 2].map(|()| text(&sign_in(&house, "clerk", &password).json()["token"]).to_owned());
    let change =
        |old: &str, new: &str| post(&house, "/password", Some(&tokens[0]), &json!({"old": old, "new": new}));
    assert_eq!(change("wrong", NEW).status, 401);
    let weak = change(&password, "qwertyuiop");
    assert_eq!((weak.status, weak.code().as_str()), (422, "BAD_PASSWORD"));
    assert!(weak.json()["errors"][0]["message"].as_str().is_some_and(|said| said.contains("guessed")));
    let changed = change(&password, NEW);
    let token = text(&changed.json()["token"]).to_owned();
    assert!(changed.headers["set-cookie"].contains(&token), "a browser goes on with the new one");
    for old in &tokens {
        assert_eq!(with(&house, old).answer("{ me { login } }", &json!({})).code(), "UNAUTHENTICATED");
    }
    assert_eq!(with(&house, &token).ask("{ me { login } }", &json!({}))["me"]["login"], "clerk");
    assert_eq!(sign_in(&house, "clerk", &password).status, 401);
    assert_eq!(sign_in(&house, "clerk", NEW).status, 200);
}

#[test]
fn a_reset_is_answered_alike_for_everybody_and_a_token_that_is_none_like_any_other() {
    let house = House::open();
    let zone = house.account("clerk", false).zone.clone();
    let ask = |zone: &str, login: &str| {
        let answer = post(&house, "/reset", None, &json!({"zone": zone, "login": login}));
        (answer.status, answer.text)
    };
    let known = ask(&zone, "clerk");
    assert_eq!(known, (202, String::new()));
    for (zone, login) in [(&*zone, "nobody"), ("nowhere", "clerk"), (&zone, ""), (&zone, &"x".repeat(4_000))]
    {
        assert_eq!(ask(zone, login), known, "{login}");
    }
    let reset =
        |token: &str| post(&house, "/reset/finish", None, &json!({"token": token, "password": NEW})).status;
    let session = sign_in(&house, "dispatcher", &house.account("dispatcher", false).password);
    for token in ["", "x", "..", &"0".repeat(76), text(&session.json()["token"])] {
        assert_eq!(reset(token), 401, "{token}");
    }
    assert_eq!(post(&house, "/reset/finish", None, &json!({"token": 1})).status, 400);
    assert_eq!(post(&house, "/email/finish", None, &json!({"token": "x"})).status, 401);
    assert_eq!(post(&house, "/code", None, &json!({"challenge": "x", "code": "1"})).status, 401);
}

#[test]
fn a_person_sees_where_they_are_signed_in_and_ends_it() {
    let house = House::open();
    let password = house.account("clerk", false).password.clone();
    let tokens = [(); 3].map(|()| text(&sign_in(&house, "clerk", &password).json()["token"]).to_owned());
    let clerk = with(&house, &tokens[0]);
    let query = "{ me { emailVerified recoveryCodesLeft sessions { key current client address } } }";
    let me = clerk.ask(query, &json!({}))["me"].take();
    assert_eq!((&me["emailVerified"], &me["recoveryCodesLeft"]), (&json!(false), &Value::Null));
    let sessions = list(&me["sessions"]);
    assert_eq!(sessions.len(), 3);
    assert!(sessions.iter().all(|one| one["client"] == "a test" && one["address"] == "127.0.0.1"), "{me}");
    assert_eq!(sessions.iter().filter(|one| one["current"] == true).count(), 1);
    let other = sessions.iter().find(|one| one["current"] == false).expect("another");
    let end = |key: &Value| {
        let query = "mutation ($key: String) { sessionsEnd(input: {key: $key}) { ended } }";
        clerk.ask(query, &json!({"key": key}))["sessionsEnd"]["ended"].take()
    };
    assert_eq!(end(&json!("no key")), 0);
    assert_eq!(end(&other["key"]), 1);
    assert_eq!(end(&Value::Null), 1, "all but the one that asks");
    assert_eq!(list(&clerk.ask(query, &json!({}))["me"]["sessions"]).len(), 1);
}

/// A token with these scopes for a clerk's programs.
fn program(clerk: &Visitor, house: &Arc<House>, scopes: &[&str]) -> (Visitor, String) {
    let query = "mutation ($scopes: [ApiTokenScope!]!) { apiTokenCreate(input: {name: \"nightly\", scopes: $scopes,
        expiresAt: \"2026-12-23T00:00:00Z\"}) { token apiToken { key scopes usedAt } refusal { code message } } }";
    let made = clerk.ask(query, &json!({"scopes": scopes}))["apiTokenCreate"].take();
    assert_eq!(made["refusal"], Value::Null, "{made}");
    (with(house, text(&made["token"])), text(&made["apiToken"]["key"]).to_owned())
}

/// What is fetched beside GraphQL.
const FILES: [&str; 6] = [
    "attachments/x",
    "imports/x",
    "companies.xlsx",
    "companies.csv",
    "companies-template.xlsx",
    "companies-template.csv",
];

/// Neither files nor subscriptions are a way around what a visitor may not look up.
fn looks_nothing_up(house: &House, visitor: &Visitor) {
    let bearer = format!("Bearer {}", visitor.token.as_deref().unwrap_or_default());
    for file in FILES {
        let url = format!("{}/{file}", house.server.url);
        assert_eq!(send("GET", &url, &[("authorization", &bearer)], b"").status, 403, "{file}");
    }
    let heard = send(
        "POST",
        &format!("{}/graphql", house.server.url),
        &[("authorization", &bearer), ("accept", "text/event-stream"), ("content-type", "application/json")],
        br#"{"query": "subscription { queueChanged { __typename } }"}"#,
    );
    assert!(heard.text.contains("FORBIDDEN"), "{}", heard.text);
}

#[test]
fn a_program_may_do_what_its_scopes_say_and_nothing_about_the_account() {
    let house = House::open();
    let clerk = house.visitor("clerk");
    let case = house.visitor("qiming").file("程序令牌", "按权限办理");
    let (reads, key) = program(&clerk, &house, &["READ"]);
    let (acts, _) = program(&clerk, &house, &["ACT"]);
    let look = "{ cases(first: 1) { nodes { number } } }";
    let act = "mutation ($id: ID!) { caseLook(input: {caseId: $id}) { refusal { code } } }";
    let token = "mutation { apiTokenRevoke(input: {key: \"x\"}) { revoked } }";
    let id = json!({"id": case});
    assert_eq!(list(&reads.ask(look, &json!({}))["cases"]["nodes"]).len(), 1);
    assert_eq!(acts.ask(act, &id)["caseLook"]["refusal"], Value::Null);
    for (visitor, query) in [(&reads, act), (&acts, look), (&reads, token), (&acts, token)] {
        let answer = visitor.answer(query, &id);
        assert_eq!(answer.code(), "FORBIDDEN", "{query}");
        assert!(answer.text.contains("scopes of this token"), "{}", answer.text);
    }
    let held = reads.token.as_deref();
    let body = json!({"old": house.account("clerk", false).password, "new": NEW});
    assert_eq!(post(&house, "/password", held, &body).status, 403);
    looks_nothing_up(&house, &acts);
    let revoke = "mutation ($key: String!) { apiTokenRevoke(input: {key: $key}) { revoked } }";
    assert_eq!(clerk.ask(revoke, &json!({"key": key}))["apiTokenRevoke"]["revoked"], true);
    assert_eq!(reads.answer(look, &json!({})).code(), "UNAUTHENTICATED");
    let late =
        "mutation { apiTokenCreate(input: {name: \"x\", scopes: [READ], expiresAt: \"2028-01-01T00:00:00Z\"})
        { token refusal { code } } }";
    let refused = clerk.ask(late, &json!({}))["apiTokenCreate"].take();
    assert_eq!(refused, json!({"token": null, "refusal": {"code": "BAD_INPUT"}}));
}

#[test]
fn staff_of_a_zone_that_asks_for_a_second_factor_may_only_enrol() {
    let house = House::open();
    let administrator = house.visitor("administrator");
    let clerk = house.visitor("clerk");
    let set =
        "mutation ($idle: Int!) { signInRulesSet(input: {staffIdleMinutes: $idle, companyIdleMinutes: 30,
        sessionHours: 8, secondFactor: true}) { rules { staffIdleMinutes secondFactor } refusal { code } } }";
    let refused = administrator.ask(set, &json!({"idle": 4}))["signInRulesSet"].take();
    assert_eq!(refused["refusal"]["code"], "OUT_OF_BOUNDS");
    assert_eq!(refused["rules"]["secondFactor"], false);
    let rules = administrator.ask(set, &json!({"idle": 15}))["signInRulesSet"].take();
    assert_eq!(rules["rules"], json!({"staffIdleMinutes": 15, "secondFactor": true}));
    let limited = clerk.answer("{ cases(first: 1) { nodes { id } } }", &json!({}));
    assert_eq!(limited.code(), "FORBIDDEN");
    assert!(limited.text.contains("/session/factor"), "{}", limited.text);
    looks_nothing_up(&house, &clerk);
    assert_eq!(clerk.ask("{ me { login } }", &json!({}))["me"]["login"], "clerk");
    for more in ["{ me { person { name } } }", "{ me { email } }", "{ __schema { queryType { name } } }"] {
        assert!(!clerk.answer(more, &json!({})).code().is_empty(), "{more}");
    }
    let password = house.account("clerk", false).password.clone();
    let token = clerk.token.as_deref();
    let change = post(&house, "/password", token, &json!({"old": password, "new": NEW}));
    assert_eq!(change.status, 403);
    assert_eq!(post(&house, "/factor", token, &json!({"password": "wrong"})).status, 401);
    let begun = post(&house, "/factor", token, &json!({"password": password})).json();
    assert!(text(&begun["uri"]).starts_with("otpauth://totp/"), "{begun}");
    assert_eq!(post(&house, "/factor/finish", token, &json!({"code": "no code"})).status, 401);
    assert_eq!(house.visitor("qiming").ask("{ me { login } }", &json!({}))["me"]["login"], "qiming");
}

#[test]
fn what_is_shown_of_a_person_in_part_is_revealed_for_a_reason_that_they_see() {
    let house = House::open();
    let (clerk, company) = (house.visitor("clerk"), house.visitor("qiming"));
    let own = company.ask("{ me { email person { id } } }", &json!({}))["me"].take();
    let id = json!({"id": own["person"]["id"]});
    let look = "query ($id: ID!) { node(id: $id) { ... on Person { login email } } }";
    let shown = clerk.ask(look, &id)["node"].take();
    assert_ne!(shown["email"], own["email"]);
    assert!(text(&shown["email"]).contains("***@"), "{shown}");
    let reveal = |reason: &str| {
        let query = "mutation ($id: ID!, $reason: String!) {
            reveal(input: {id: $id, reason: $reason}) { revealed { key text } refusal { code } } }";
        clerk.ask(query, &json!({"id": own["person"]["id"], "reason": reason}))["reveal"].take()
    };
    assert_eq!(reveal(" "), json!({"revealed": null, "refusal": {"code": "NO_REASON"}}));
    assert_eq!(reveal("call back")["revealed"][1], json!({"key": "email", "text": own["email"]}));
    let records =
        company.ask("{ me { records { act reason actor { name } } } }", &json!({}))["me"]["records"].take();
    assert_eq!((&records[0]["act"], &records[0]["reason"]), (&json!("REVEALED"), &json!("call back")));
    let exported = company.ask("mutation { ownExport { data } }", &json!({}))["ownExport"]["data"].take();
    let exported: Value = serde_json::from_str(text(&exported)).expect("it is JSON");
    assert_eq!(exported["person"]["email"], own["email"]);
    for administrators in ["personExport", "personErase", "personErasureDecline"] {
        let query = format!(
            "mutation ($id: ID!) {{ {administrators}(input: {{personId: $id, reason: \"x\"}}) {{ refusal {{ code }} }} }}"
        );
        assert_eq!(clerk.answer(&query, &id).code(), "FORBIDDEN");
    }
}
