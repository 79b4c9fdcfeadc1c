//! A mail that comes back, from the report to the administrator who decides about it.
use crate::client::{House, NOW, Visitor, filing, list, send, text};
use crate::server::{Server, binary};
use mail_parser::{Message, MessageParser};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A report that the mail in this file found nobody, as a mail server sends it.
fn report(mail: &Path) -> String {
    let bytes = std::fs::read(mail).expect("a mail");
    let mail = MessageParser::default().parse(&bytes).expect("a mail");
    let (id, to) = (mail.message_id().expect("an identity"), recipient(&mail));
    format!(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\n\r\n--b--\r\n"
    )
}

fn recipient(mail: &Message) -> String {
    mail.to().and_then(|to| to.first()).and_then(|to| to.address()).expect("a recipient").to_owned()
}

struct Scene {
    house: std::sync::Arc<House>,
    administrator: Visitor,
    minute: std::cell::Cell<u8>,
}

impl Scene {
    /// Lets the loops take their turn.
    fn turn(&self) {
        self.minute.set(self.minute.get() + 1);
        let now = json!({"now": format!("2026-11-23T02:{:02}:00Z", self.minute.get())}).to_string();
        let url = format!("{}/clock", self.house.server.metrics_url);
        let answer = send("POST", &url, &[("content-type", "application/json")], now.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    fn bounce(&self, report: &str) -> (bool, String) {
        let data = self.house.server.dir.path();
        let file = data.join("report.eml");
        std::fs::write(&file, report).expect("a report");
        let ran = Command::new(binary()).args(["mail", "bounce", "--data"]).arg(data).arg(&file).output();
        let ran = ran.expect("the binary runs");
        (ran.status.success(), String::from_utf8(ran.stdout).expect("text"))
    }

    fn mails(&self, states: &[&str]) -> Vec<Value> {
        let query =
            "query ($states: [MailState!]) { mails(first: 100, filter: {states: $states}) { totalCount
            nodes { id state attempts error address discardReason discardedBy { name } case { number } } } }";
        let mails = self.administrator.ask(query, &json!({"states": states}))["mails"].take();
        assert_eq!(mails["totalCount"], list(&mails["nodes"]).len());
        list(&mails["nodes"]).to_vec()
    }

    fn ready(&self) -> String {
        send("GET", &format!("{}/readyz", self.house.server.url), &[], &[]).text
    }

    fn gauge(&self, name: &str) -> bool {
        let metrics = send("GET", &format!("{}/metrics", self.house.server.metrics_url), &[], &[]).text;
        metrics.lines().any(|line| line.starts_with(name) && line.ends_with(" 1"))
    }

    fn resend(&self, input: &Value) -> Value {
        let query =
            "mutation ($input: MailsResendInput!) { mailsResend(input: $input) { resent refusal { code } } }";
        self.administrator.ask(query, &json!({"input": input}))["mailsResend"].take()
    }
}

/// The file of the mail to this address that names this number.
fn written(folder: &Path, number: &str, address: &str) -> PathBuf {
    let files = std::fs::read_dir(folder.join("mail")).expect("mails");
    let mut files = files.map(|file| file.expect("a file").path());
    let is_it = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("a mail");
        let mail = MessageParser::default().parse(&bytes).expect("a mail");
        mail.subject().is_some_and(|subject| subject.contains(number)) && recipient(&mail) == address
    };
    files.find(is_it).expect("it is mailed")
}

#[test]
fn a_mail_that_comes_back_is_seen_sent_again_when_somebody_is_there_and_let_be_with_a_reason() {
    let house = House::open();
    let administrator = house.visitor("administrator");
    let scene = Scene { house: house.clone(), administrator, minute: 0.into() };
    let company = house.visitor("qiming");
    let id = company.file("路灯不亮", "园区东路路灯不亮");
    let number = company.ask("query ($id: ID!) { case(id: $id) { number } }", &json!({"id": id}));
    let number = text(&number["case"]["number"]).to_owned();
    scene.turn();
    let before = scene.mails(&["DEAD"]).len();
    let clerk = || {
        let people =
            scene.administrator.ask("{ people(role: \"clerk\") { login email emailFault } }", &json!({}));
        people["people"][0].clone()
    };
    assert_eq!(clerk()["emailFault"], Value::Null);
    // Others see the address in part; to whom it belongs it is shown.
    let own =
        house.visitor(text(&clerk()["login"])).ask("{ me { email } }", &json!({}))["me"]["email"].take();
    let mail = written(house.server.dir.path(), &number, text(&own));
    let report = report(&mail);

    let (done, said) = scene.bounce(&report.replace("rfc822; ", "rfc822; not-"));
    assert!(!done && said.contains("none of ours"), "{said}");
    let (done, said) = scene.bounce(&report);
    assert!(done && said.contains("it came back with 5.1.1; nobody is at its address"), "{said}");
    scene.turn();
    let dead = scene.mails(&["DEAD"]);
    assert_eq!((before, dead.len()), (0, 1));
    assert_eq!(
        (&dead[0]["error"], &dead[0]["case"]["number"]),
        (&json!("it came back with 5.1.1"), &json!(number))
    );
    assert!(scene.ready().contains("mails were given up"), "{}", scene.ready());
    assert!(scene.gauge("outbox_dead"));
    assert_eq!((&clerk()["emailFault"], &own), (&dead[0]["error"], &dead[0]["address"]));

    // Sent again it is held, until somebody is there; then it is the same file.
    std::fs::remove_file(&mail).expect("the mail is there");
    assert_eq!(scene.resend(&json!({"ids": [id, dead[0]["id"]]}))["resent"], 1);
    scene.turn();
    let held = scene.mails(&["HELD"]);
    assert_eq!(held.iter().map(|mail| &mail["id"]).collect::<Vec<_>>(), [&dead[0]["id"]]);
    assert!(!mail.exists() && scene.gauge("outbox_held"));
    let confirm =
        "mutation ($address: String!) { mailAddressConfirm(input: {address: $address}) { confirmed } }";
    let confirmed = scene.administrator.ask(confirm, &json!({"address": dead[0]["address"]}));
    assert_eq!(confirmed["mailAddressConfirm"]["confirmed"], true);
    scene.turn();
    assert!(mail.exists());

    // Given up once more, and let be.
    assert!(scene.bounce(&report).0);
    let discard =
        "mutation ($id: ID!, $reason: String!) { mailDiscard(input: {mailId: $id, reason: $reason}) {
        mail { state } refusal { code fields { field } } } }";
    let discard = |reason: &str, id: &Value| {
        scene.administrator.ask(discard, &json!({"id": id, "reason": reason}))["mailDiscard"].take()
    };
    assert_eq!(discard(" ", &dead[0]["id"])["refusal"]["fields"][0]["field"], "reason");
    assert_eq!(discard("已电话告知", &json!("nonsense"))["refusal"]["code"], "NO_SUCH_MAIL");
    assert_eq!(discard("已电话告知", &dead[0]["id"])["mail"]["state"], "DISCARDED");
    scene.turn();
    let discarded = scene.mails(&["DISCARDED"]);
    assert_eq!(discarded[0]["discardReason"], "已电话告知");
    assert!(discarded[0]["discardedBy"]["name"].is_string());
    assert_eq!(scene.ready(), "ready");
    assert_eq!(scene.resend(&json!({"template": "request-filed"}))["resent"], 0, "what was let be stays");
    assert_eq!(scene.resend(&json!({}))["refusal"]["code"], "FORM");
    assert_eq!(scene.resend(&json!({"ids": []}))["refusal"]["code"], "TOO_MANY");
}

#[test]
fn who_reads_a_mail_does_without_its_kind_by_a_link_and_has_it_again_signed_in() {
    let server = Server::start(&["--clock", NOW, "--public-url", "https://desk.example"]);
    let company = server.sign_in("qiming");
    let filed = server.graphql(
        &company,
        "mutation ($answers: [AnswerInput!]!) { caseOpen(input: {process: \"request\", answers: $answers})
            { case { number } } }",
        &json!({"answers": filing("路灯不亮", "园区东路路灯不亮")}),
    );
    let number = text(&filed["data"]["caseOpen"]["case"]["number"]).to_owned();
    let clock = json!({"now": "2026-11-23T02:01:00Z"}).to_string();
    let headers = [("content-type", "application/json")];
    send("POST", &format!("{}/clock", server.metrics_url), &headers, clock.as_bytes());
    let email = server.graphql(&company, "{ me { email } }", &json!({}));
    let mail = written(server.dir.path(), &number, text(&email["data"]["me"]["email"]));
    let bytes = std::fs::read(mail).expect("a mail");
    let mail = MessageParser::default().parse(&bytes).expect("a mail");
    let link = mail.header_raw("List-Unsubscribe").expect("a link").trim();
    let path = link.strip_prefix("<https://desk.example").and_then(|link| link.strip_suffix('>'));
    let link = format!("{}{}", server.url, path.expect("a link to the desk"));

    let delivery = || {
        let wishes = "{ me { mailPreferences { quietHours kinds { kind title delivery mayBeOff } } } }";
        let wishes = server.graphql(&company, wishes, &json!({}));
        let kinds = list(&wishes["data"]["me"]["mailPreferences"]["kinds"]).to_vec();
        let filed = kinds.iter().find(|kind| kind["kind"] == "request-filed").expect("it is listed");
        assert_eq!(filed["mayBeOff"], true);
        text(&filed["delivery"]).to_owned()
    };
    let asked = send("GET", &link, &[("accept-language", "zh")], &[]);
    assert_eq!(asked.status, 200);
    assert!(
        asked.text.contains("诉求已提交") && asked.text.contains("<form method=\"post\">"),
        "{}",
        asked.text
    );
    assert_eq!(delivery(), "AT_ONCE", "a program that looks at links is no reader");
    let one_click = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(send("POST", &link, &one_click, b"List-Unsubscribe=One-Click").status, 200);
    assert_eq!(delivery(), "OFF");
    let forged = format!("{}AAAA", &link[..link.len() - 4]);
    for (method, link) in [("GET", &forged), ("POST", &forged)] {
        assert_eq!(send(method, link, &[], &[]).status, 404);
    }
    let set = "mutation ($kinds: [MailPreferenceInput!]) { mailPreferencesSet(input: {quietHours: true, kinds: $kinds})
        { preferences { quietHours } refusal { code fields { code } } } }";
    let set = |delivery: &str, kind: &str| {
        let kinds = json!({"kinds": [{"kind": kind, "delivery": delivery}]});
        server.graphql(&company, set, &kinds)["data"]["mailPreferencesSet"].take()
    };
    assert_eq!(set("AT_ONCE", "request-filed")["preferences"]["quietHours"], true);
    assert_eq!(delivery(), "AT_ONCE");
    assert_eq!(set("OFF", "request-accepted")["refusal"]["fields"][0]["code"], "NO_SUCH_CHOICE");
    assert_eq!(set("DAILY", "request-to-check")["refusal"]["code"], "FORM");
}
