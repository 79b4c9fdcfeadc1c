//! Registering: what is answered, and who may decide.
use crate::client::{Answer, House, list, send};
use serde_json::{Value, json};

fn post(house: &House, path: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("accept-language", "en")];
    send(
        "POST",
        &format!("{}/session/register{path}", house.server.url),
        &headers,
        body.to_string().as_bytes(),
    )
}

#[test]
fn registering_is_answered_alike_and_a_token_that_is_none_like_any_other() {
    let house = House::open();
    let zone = house.account("clerk", false).zone.clone();
    for (zone, email) in
        [(&*zone, "new@three.example"), (&zone, "new@three.example"), ("nowhere", "x@y.example")]
    {
        let asked = post(&house, "", &json!({"zone": zone, "email": email}));
        assert_eq!((asked.status, asked.text.as_str()), (202, ""));
    }
    let wrong = post(&house, "", &json!({"zone": zone, "email": "no address"}));
    assert_eq!((wrong.status, wrong.code().as_str()), (422, "BAD_INPUT"));
    let company = json!({"creditCode": "91330000733796106P", "name": "丙公司"});
    let finish =
        json!({"token": "0".repeat(76), "name": "x", "password": "battery staple", "company": company});
    assert_eq!(post(&house, "/finish", &finish).status, 401);
    assert_eq!(post(&house, "/finish", &json!({"token": "x"})).status, 400);
}

#[test]
fn companies_invite_and_staff_decide() {
    let house = House::open();
    let (company, clerk) = (house.visitor("qiming"), house.visitor("clerk"));
    let invite = "mutation { companyInvite(input: {email: \"new@three.example\", language: EN}) { invited refusal { code } } }";
    let invited = company.ask(invite, &json!({}))["companyInvite"].take();
    assert_eq!(invited, json!({"invited": true, "refusal": null}));
    assert_eq!(clerk.answer(invite, &json!({})).code(), "FORBIDDEN");
    let claims =
        "{ companyClaims { key creditCode doubts companyName company { name } name email claimedAt } }";
    let waiting = clerk.ask(claims, &json!({}))["companyClaims"].take();
    assert_eq!((list(&waiting).len(), &waiting[0]["name"]), (1, &json!("周宁")), "the demonstration's");
    assert_eq!(waiting[0]["company"]["name"], waiting[0]["companyName"], "the zone has the company");
    assert_eq!(company.answer(claims, &json!({})).code(), "FORBIDDEN");
    let decide = "mutation { companyClaimDecide(input: {key: \"none\"}) { person { name } refusal { code message } } }";
    let decided = clerk.ask(decide, &json!({}))["companyClaimDecide"].take();
    assert_eq!((&decided["person"], &decided["refusal"]["code"]), (&Value::Null, &json!("NO_SUCH_CLAIM")));
    assert_eq!(company.answer(decide, &json!({})).code(), "FORBIDDEN");
}
