//! Nothing that people write becomes a header or a recipient, all the way to the server.
use super::outbox::{Outbox, drain, mail, start};
use super::server::Server;
use mail_parser::{HeaderName, MessageParser};
use serde_json::json;
use std::collections::BTreeMap;
use store::NewMail;

/// Every header a mail has on arrival; the last three are the server's.
const HEADERS: [&str; 15] = [
    "Auto-Submitted",
    "Content-Language",
    "Content-Type",
    "Date",
    "From",
    "In-Reply-To",
    "MIME-Version",
    "Message-ID",
    "References",
    "Subject",
    "To",
    "X-Auto-Response-Suppress",
    "X-MailFrom",
    "X-Peer",
    "X-RcptTo",
];

/// What somebody calls themselves, and a title, meant to do harm.
fn hostile() -> Vec<String> {
    let ends =
        ["\r\n", "\n", "\r", "\0", "\u{2028}", "\u{2029}", "\u{85}", "\u{b}", "\u{c}", "\r\n ", "\n\t"];
    let headers = ["Bcc: x@evil.example", "Content-Type: text/html", "\r\n\r\n<b>body</b>"];
    let mut texts: Vec<String> =
        ends.iter().flat_map(|end| headers.map(|header| format!("Wang{end}{header}"))).collect();
    texts.extend([
        "Wang <x@evil.example>, Li".to_owned(),
        "\"Wang\" <x@evil.example>".to_owned(),
        "Wang, x@evil.example".to_owned(),
        "=?utf-8?B?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=".to_owned(),
        "=?utf-8?Q?=0D=0ABcc:_x@evil.example?=".to_owned(),
        ".\r\n.\r\nMAIL FROM:<x@evil.example>".to_owned(),
        "王".repeat(1_000),
        "a".repeat(1_000),
        "a ".repeat(500),
        "\u{202e}gro.live@x".to_owned(),
        String::new(),
    ]);
    texts
}

#[tokio::test]
async fn whatever_people_call_themselves_a_mail_has_its_own_headers_and_one_recipient() {
    let server = Server::start(&[]);
    let mails: Vec<NewMail> = (1..)
        .zip(hostile())
        .map(|(number, text)| {
            let mut mail = mail(number, &format!("u{number}"));
            mail.context["case"]["title"] = json!(text);
            mail.context["case"]["number"] = json!(text);
            mail.context["zone"]["name"] = json!(text);
            NewMail { name: text, ..mail }
        })
        .collect();
    let count = mails.len();
    let outbox = Outbox::with(mails).await;
    let worker = outbox.worker(server.setting("").parse().unwrap());
    drain(&worker, start()).await;
    for record in outbox.records().await {
        assert_eq!(record.error, None, "{}", record.name.escape_debug());
    }
    let arrived = server.mails();
    assert_eq!(arrived.len(), count);
    for bytes in arrived {
        let message = MessageParser::default().parse(&bytes).unwrap();
        let mut names: Vec<&str> = message.headers().iter().map(|header| header.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, HEADERS, "{}", String::from_utf8_lossy(&bytes));
        let to = message.to().unwrap().as_list().unwrap();
        let envelope = message.header("X-RcptTo").unwrap().as_text().unwrap();
        assert_eq!((to.len(), to[0].address()), (1, Some(envelope)));
        let shown = [to[0].name().unwrap_or_default(), message.subject().unwrap()];
        assert!(
            !shown.iter().any(|text| text.contains(|c: char| c.is_control() || c == '\u{2028}')),
            "{shown:?}"
        );
        let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let longest = lines.map(<[u8]>::len).max().unwrap();
        assert!(longest <= 998, "a line of {longest} bytes; RFC 5322 2.1.1 allows 998");
        assert_eq!(message.header(HeaderName::Bcc), None);
    }
}

#[tokio::test]
async fn an_address_is_taken_as_it_is_or_not_at_all() {
    // What is asked for, and what the server's envelope says; none where the mail is dead instead.
    let table = [
        ("wang@company.example", Some("wang@company.example")),
        ("wang+desk@company.example", Some("wang+desk@company.example")),
        ("wang@公司.example", Some("wang@xn--55qx5d.example")),
        ("wang@BÜCHER.example", Some("wang@xn--bcher-kva.example")),
        // Needless quotes: the server says the same mailbox without them.
        ("\"wang.li\"@company.example", Some("wang.li@company.example")),
        ("wang@[127.0.0.1]", None),
        ("\"wang li\"@company.example", None),
        ("\"wang@evil.example\"@company.example", None),
        ("王@company.example", None),
        ("wang@company.example,x@evil.example", None),
        ("wang@company.example x@evil.example", None),
        ("wang@company.example> NOTIFY=NEVER", None),
        ("<wang@company.example>", None),
        ("wang@company.example\r\nRCPT TO:<x@evil.example>", None),
        ("\"wang\r\nBcc: x\"@company.example", None),
        ("wang\0@company.example", None),
        ("wang@company.example\u{2028}x", None),
        ("@company.example", None),
        ("wang@", None),
        ("wang", None),
        ("", None),
    ];
    let server = Server::start(&[]);
    let mails = (1..)
        .zip(table)
        .map(|(number, (address, _))| NewMail { address: address.to_owned(), ..mail(number, "") });
    let outbox = Outbox::with(mails.collect()).await;
    let worker = outbox.worker(server.setting("").parse().unwrap());
    drain(&worker, start()).await;
    let mut arrived = BTreeMap::new();
    for bytes in server.mails() {
        let message = MessageParser::default().parse(&bytes).unwrap();
        let envelope = message.header_raw("X-RcptTo").unwrap().trim().to_owned();
        arrived.insert(message.message_id().unwrap().to_owned(), envelope);
    }
    for (record, (asked, expected)) in outbox.records().await.iter().zip(table) {
        let found = arrived.get(&format!("{}@zone.example", record.id)).map(String::as_str);
        assert_eq!(found, expected, "{asked:?}: {:?}", record.error);
    }
}

#[tokio::test]
async fn what_one_may_do_without_says_how_in_one_click() {
    let server = Server::start(&[]);
    let with = |number, token: serde_json::Value| {
        let mut mail = mail(number, &format!("u{number}"));
        mail.context["unsubscribe"] = token;
        mail
    };
    // A token is ours; whatever stands there, it stays one path of the desk and one header.
    let tokens = [json!("0a.Zm9v"), json!("../x?y#z\r\nBcc: a@b"), json!(null), json!(7)];
    let outbox = Outbox::with((1..).zip(tokens).map(|(number, token)| with(number, token)).collect()).await;
    let worker = outbox.worker(server.setting("").parse().unwrap());
    drain(&worker, start()).await;
    let mut links = BTreeMap::new();
    for bytes in server.mails() {
        let message = MessageParser::default().parse(&bytes).unwrap();
        let header = |name: &str| message.header_raw(name).map(|value| value.trim().to_owned());
        assert_eq!(message.header(HeaderName::Bcc), None);
        let link = header("List-Unsubscribe");
        let click = link.as_ref().map(|_| "List-Unsubscribe=One-Click".to_owned());
        assert_eq!(header("List-Unsubscribe-Post"), click);
        links.insert(header("X-RcptTo").unwrap(), link);
    }
    let links: Vec<_> = links.into_values().collect();
    assert_eq!(links[0].as_deref(), Some("<https://desk.example/unsubscribe/0a.Zm9v>"));
    let odd = links[1].as_deref().unwrap();
    assert!(
        odd.starts_with("<https://desk.example/unsubscribe/") && !odd.contains(['?', '#', '\r', '\n']),
        "{odd}"
    );
    assert_eq!(links[2..], [None, None]);
}
