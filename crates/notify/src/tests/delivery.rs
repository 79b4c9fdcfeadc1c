use super::outbox::{CASE, Outbox, ZONE, mail, start};
use super::server::Server;
use crate::worker::UnderWay;
use crate::{Report, Worker};
use jiff::{SignedDuration, Timestamp};
use mail_parser::{Message, MessageParser};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use store::{MailState, NewMail};

const NOTHING: Report = Report { sent: 0, retried: 0, dead: 0, lost: 0, slow: 0 };
const SENT: Report = Report { sent: 1, ..NOTHING };
const RETRIED: Report = Report { retried: 1, ..NOTHING };
const DEAD: Report = Report { dead: 1, ..NOTHING };

fn after(minutes: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minutes)
}

fn read(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

/// A round, and the ends of all that it began, however slow the machine is.
async fn run(worker: &Worker, now: Timestamp) -> Report {
    let (round, rest) = (worker.run_once(ZONE, now).await.unwrap(), worker.finish(now).await.unwrap());
    Report {
        sent: round.sent + rest.sent,
        retried: round.retried + rest.retried,
        dead: round.dead + rest.dead,
        lost: round.lost + rest.lost,
        slow: 0,
    }
}

#[tokio::test]
async fn a_mail_arrives_with_its_headers_and_both_bodies() {
    let (server, outbox) = (Server::start(&[]), Outbox::with(vec![mail(1, "wang")]).await);
    let worker = outbox.worker(server.setting("").parse().unwrap());
    assert_eq!(run(&worker, start()).await, SENT);
    assert_eq!(run(&worker, after(10_000)).await, NOTHING, "what was sent is not sent again");
    assert_eq!(outbox.states().await, [MailState::Sent]);

    let mails = server.mails();
    let [arrived] = &mails[..] else { panic!("{} mails", mails.len()) };
    let message = read(arrived);
    let header = |name| message.header(name).and_then(|value| value.as_text()).unwrap().to_owned();
    // These two are the server's, from the envelope.
    assert_eq!(
        (header("X-MailFrom"), header("X-RcptTo")),
        ("desk@zone.example".into(), "wang@company.example".into())
    );
    let from = message.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("钱小二服务中心"), Some("desk@zone.example")));
    let to = message.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("王小明"), Some("wang@company.example")));
    assert_eq!(message.subject(), Some("【钱小二】诉求已受理：QX-20260901-0001 研发人员难招"));
    assert_eq!(message.message_id(), Some("00000000-0000-0000-0000-000000000001@zone.example"));
    let thread = format!("case-{CASE}@zone.example");
    assert_eq!(message.in_reply_to().as_text(), Some(&*thread));
    assert_eq!(message.references().as_text(), Some(&*thread));
    assert_eq!(message.date().unwrap().to_rfc3339(), "2026-09-01T02:30:00Z");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("X-Auto-Response-Suppress"), "All");
    assert_eq!(header("Content-Language"), "zh");
    let (text, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
    assert!(text.contains("王小明，您好：") && text.contains("办结时限：2026-09-08 17:30"), "{text}");
    assert!(html.contains("王小明，您好：") && html.contains("<strong>2026-09-08 17:30</strong>"), "{html}");
}

#[tokio::test]
async fn a_mail_put_off_goes_out_later_under_the_same_message_id() {
    let (server, outbox) = (Server::start(&["--fault", "later"]), Outbox::with(vec![mail(1, "wang")]).await);
    let worker = outbox.worker(server.setting("").parse().unwrap());
    assert_eq!(run(&worker, start()).await, RETRIED);
    assert_eq!(outbox.records().await[0].error.as_deref(), Some("the mail server answered 451 4.7.1"));
    assert_eq!(run(&worker, start()).await, NOTHING, "it waits before it comes back");
    assert_eq!(run(&worker, after(1)).await, SENT);
    let attempts = server.attempts();
    assert_eq!(attempts, ["<00000000-0000-0000-0000-000000000001@zone.example>"; 2]);
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_connection_cut_before_the_answer_repeats_the_same_mail() {
    let (server, outbox) =
        (Server::start(&["--fault", "cut-after"]), Outbox::with(vec![mail(1, "wang")]).await);
    let worker = outbox.worker(server.setting("").parse().unwrap());
    assert_eq!(run(&worker, start()).await, RETRIED);
    assert_eq!(run(&worker, after(1)).await, SENT);
    // What the server adds differs by its own port of the peer.
    let whole = |bytes: &Vec<u8>| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        text.lines().filter(|line| !line.starts_with("X-Peer")).collect::<Vec<_>>().join("\n")
    };
    let kept: Vec<_> = server.mails().iter().map(whole).collect();
    assert_eq!(kept.len(), 2, "the first was kept too, and the outbox could not know");
    assert_eq!(kept[0], kept[1]);
}

#[tokio::test]
async fn a_refused_address_is_dead_after_one_try_and_stops_no_other() {
    let server = Server::start(&["--refuse", "gone@company.example"]);
    let outbox = Outbox::with(vec![mail(1, "wang"), mail(2, "gone"), mail(3, "li")]).await;
    let worker = outbox.worker(server.setting("").parse().unwrap());
    assert_eq!(run(&worker, start()).await, Report { sent: 2, dead: 1, ..NOTHING });
    assert_eq!(run(&worker, after(10_000)).await, NOTHING);
    assert_eq!(outbox.states().await, [MailState::Sent, MailState::Dead, MailState::Sent]);
    let dead = &outbox.records().await[1];
    assert_eq!(
        dead.error.as_deref(),
        Some("the mail server answered 550 5.1.1"),
        "the address stays out of it"
    );
    assert_eq!(dead.attempts, 1);
}

#[tokio::test]
async fn nobody_at_an_address_holds_what_else_goes_there_until_it_is_confirmed() {
    let server = Server::start(&["--refuse", "gone@company.example"]);
    let outbox = Outbox::with(vec![mail(1, "gone")]).await;
    let worker = outbox.worker(server.setting("").parse().unwrap());
    assert_eq!(run(&worker, start()).await, DEAD);
    // The same person later, in other letters.
    outbox.add(vec![mail(2, "Gone"), mail(3, "li")]).await;
    assert_eq!(run(&worker, after(10_000)).await, SENT);
    assert_eq!(outbox.states().await, [MailState::Dead, MailState::Held, MailState::Sent]);
    let held = &outbox.records().await[1];
    assert_eq!((held.attempts, held.error.as_deref()), (0, Some("the mail server answered 550 5.1.1")));

    let tx = outbox.store.begin(ZONE).await.unwrap();
    assert!(tx.address_confirm("GONE@company.example").await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(outbox.states().await, [MailState::Dead, MailState::Queued, MailState::Sent]);
    assert_eq!(run(&worker, after(10_000)).await, SENT);
}

#[tokio::test]
async fn a_message_the_server_does_not_want_is_dead_after_one_try() {
    let (server, outbox) = (Server::start(&["--fault", "never"]), Outbox::with(vec![mail(1, "wang")]).await);
    assert_eq!(run(&outbox.worker(server.setting("").parse().unwrap()), start()).await, DEAD);
    assert_eq!(outbox.records().await[0].error.as_deref(), Some("the mail server answered 554 5.6.0"));
}

#[tokio::test]
async fn mails_outlast_a_server_that_is_down() {
    let outbox = Outbox::with(vec![mail(1, "wang"), mail(2, "li")]).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let worker = outbox.worker(format!("smtp://{nobody}").parse().unwrap());
    assert_eq!(run(&worker, start()).await, Report { retried: 2, ..NOTHING });
    let error = outbox.records().await[0].error.clone().unwrap();
    assert!(error.starts_with("the mail server could not be used: ") && error.contains("refused"), "{error}");
    let server = Server::start(&[]);
    let worker = outbox.worker(server.setting("").parse().unwrap());
    assert_eq!(run(&worker, after(1)).await, Report { sent: 2, ..NOTHING });
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn a_mail_is_given_up_after_twelve_attempts() {
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let worker = outbox.worker(format!("smtp://{nobody}").parse().unwrap());
    for attempt in 1..12 {
        assert_eq!(run(&worker, after(attempt * 360)).await, RETRIED, "attempt {attempt}");
    }
    assert_eq!(run(&worker, after(12 * 360)).await, DEAD);
    assert_eq!(outbox.records().await[0].attempts, 12);
}

#[tokio::test]
async fn attempts_that_never_ended_count() {
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    for _ in 0..12 {
        assert_eq!(outbox.store.outbox_claim(ZONE, "crashing", start(), 0, 1, &[]).await.unwrap().len(), 1);
    }
    assert_eq!(run(&outbox.directory(), start()).await, DEAD);
    let error = outbox.records().await[0].error.clone();
    assert_eq!(error.as_deref(), Some("12 attempts were begun and not ended"));
}

#[tokio::test]
async fn a_silent_server_holds_a_mail_up_and_its_late_answer_is_nobodys() {
    let server = Server::start(&["--fault", "silence"]);
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    let worker = outbox.worker(server.setting("?timeout=1").parse().unwrap());
    assert_eq!(run(&worker, start()).await, RETRIED);
    assert_eq!(outbox.records().await[0].error.as_deref(), Some("the mail server did not answer within 1 s"));
    assert_eq!(run(&worker, after(1)).await, SENT);
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_connection_that_died_while_idle_is_made_anew() {
    let server = Server::start(&["--fault", "stale"]);
    // More than there are connections to one domain: the last finds those of the others.
    let outbox = Outbox::with((1..=9).map(|number| mail(number, "wang")).collect()).await;
    let worker = outbox.worker(server.setting("").parse().unwrap());
    while run(&worker, start()).await.taken() > 0 {}
    assert_eq!(outbox.states().await, [MailState::Sent; 9]);
    assert_eq!(server.mails().len(), 9);
}

#[tokio::test]
async fn a_connection_serves_one_mail_after_the_other() {
    let server = Server::start(&[]);
    let outbox = Outbox::with((1..=20).map(|number| mail(number, "wang")).collect()).await;
    let worker = outbox.worker(server.setting("").parse().unwrap());
    while run(&worker, start()).await.taken() > 0 {}
    let mails = server.mails();
    let peers: BTreeSet<_> =
        mails.iter().map(|mail| read(mail).header_raw("X-Peer").unwrap().to_owned()).collect();
    assert_eq!((mails.len(), peers.len()), (20, 4));
}

#[tokio::test]
async fn two_workers_never_send_a_mail_twice() {
    let server = Server::start(&[]);
    let outbox = Outbox::with((1..=40).map(|number| mail(number, "wang")).collect()).await;
    let drain = async |worker: Worker| {
        let mut sent = 0;
        loop {
            match run(&worker, start()).await {
                NOTHING => break sent,
                report => sent += report.sent,
            }
        }
    };
    let worker = || outbox.worker(server.setting("").parse().unwrap());
    let (one, other) = tokio::join!(drain(worker()), drain(worker()));
    assert_eq!(one + other, 40);
    assert!(one > 0 && other > 0, "{one} and {other}: one worker took all");
    let attempts = server.attempts();
    assert_eq!(attempts.len(), 40);
    assert_eq!(attempts.iter().collect::<BTreeSet<_>>().len(), 40);
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_changes_nothing() {
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    // A lease of no length is lost at once.
    let slow = outbox.store.outbox_claim(ZONE, "slow", start(), 0, 1, &[]).await.unwrap();
    let worker = outbox.directory();
    assert_eq!(run(&worker, start()).await, SENT);
    let lost = Report { lost: 1, ..Report::default() };
    assert_eq!(worker.deliver(&mut UnderWay::default(), slow.clone(), after(5)).await.unwrap(), lost);
    assert_eq!(outbox.records().await[0].sent_at, Some(start()));
}

#[tokio::test]
async fn a_mail_that_cannot_be_written_is_dead_with_the_reason_and_stops_no_other() {
    let mut mails: Vec<NewMail> = (1..=6).map(|number| mail(number, "wang")).collect();
    mails[0].template = "request-lost".to_owned();
    mails[1].template = "layout".to_owned();
    mails[2].context["case"].as_object_mut().unwrap().remove("company");
    mails[3].context["answers"] = json!("张三");
    mails[4].address = "wang@company.example\r\nBcc: x@y".to_owned();
    let outbox = Outbox::with(mails).await;
    assert_eq!(run(&outbox.directory(), start()).await, Report { sent: 1, dead: 5, ..NOTHING });
    let errors: Vec<_> =
        outbox.records().await.into_iter().map(|record| record.error.unwrap_or_default()).collect();
    assert_eq!(
        errors,
        [
            "no template for the mail \"request-lost\"",
            "no template for the mail \"layout\"",
            "template layout/zh.txt line 8: undefined value",
            "template layout/zh.txt line 19: undefined value",
            "the recipient's address is not a mail address",
            "",
        ]
    );
}

#[tokio::test]
async fn a_language_the_desk_does_not_speak_is_told() {
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    let mut claimed = outbox.store.outbox_claim(ZONE, "test", start(), 60, 1, &[]).await.unwrap();
    claimed[0].language = "fr".to_owned();
    let dead = Report { dead: 1, ..Report::default() };
    assert_eq!(outbox.directory().deliver(&mut UnderWay::default(), claimed, start()).await.unwrap(), dead);
    let error = outbox.records().await[0].error.clone();
    assert_eq!(error.as_deref(), Some("language \"fr\": allowed are \"zh\" and \"en\""));
}

#[tokio::test]
async fn nothing_that_people_wrote_becomes_a_header_or_markup() {
    let mut evil = mail(1, "wang");
    evil.name = "Wang\r\nBcc: x@y".to_owned();
    evil.context["case"]["title"] = json!("Title\r\nBcc: x@y\r\n\r\n<script>alert(1)</script>\u{0}");
    evil.context["answers"] = json!([{ "label": "<b>", "value": "a & \"b\"\u{1b}[31m" }]);
    let outbox = Outbox::with(vec![evil]).await;
    assert_eq!(run(&outbox.directory(), start()).await, SENT);
    let bytes = fs::read(outbox.written().join("00000000-0000-0000-0000-000000000001.eml")).unwrap();
    let message = read(&bytes);
    assert!(message.bcc().is_none() && message.header("Bcc").is_none());
    assert_eq!(message.to().unwrap().first().unwrap().name(), Some("Wang Bcc: x@y"));
    let subject = "【钱小二】诉求已受理：QX-20260901-0001 Title Bcc: x@y <script>alert(1)</script>";
    assert_eq!(message.subject(), Some(subject));
    let html = message.body_html(0).unwrap();
    assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
    assert!(html.contains("&lt;script&gt;") && html.contains("a &amp; &quot;b&quot;[31m"), "{html}");
    assert!(!message.body_text(0).unwrap().contains('\u{1b}'));
}

#[tokio::test]
async fn a_folder_keeps_one_whole_file_a_mail_however_often_it_is_written() {
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    let worker = outbox.directory();
    let claimed = outbox.store.outbox_claim(ZONE, "first", start(), 0, 1, &[]).await.unwrap();
    worker.deliver(&mut UnderWay::default(), claimed.clone(), start()).await.unwrap();
    let files = || {
        let files = fs::read_dir(outbox.written()).unwrap().map(|file| file.unwrap().path());
        files.map(|path| (path.clone(), fs::read(path).unwrap())).collect::<Vec<_>>()
    };
    let before = files();
    assert_eq!(before.len(), 1);
    worker.deliver(&mut UnderWay::default(), claimed.clone(), after(60)).await.unwrap();
    assert_eq!(files(), before);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_holds_mails_up() {
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    fs::write(outbox.written(), "a file where the folder should be").unwrap();
    assert_eq!(run(&outbox.directory(), start()).await, RETRIED);
    fs::remove_file(outbox.written()).unwrap();
    assert_eq!(run(&outbox.directory(), after(1)).await, SENT);
}

#[tokio::test]
async fn a_server_that_wants_a_password_gets_it_and_until_then_no_mail_is_lost() {
    let server = Server::start(&["--sign-in", "desk:p@ss"]);
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    assert_eq!(run(&outbox.worker(server.setting("").parse().unwrap()), start()).await, RETRIED);
    let wrong = server.setting_as("desk:wrong", "?tls=none");
    assert_eq!(run(&outbox.worker(wrong.parse().unwrap()), after(1)).await, RETRIED);
    let right = server.setting_as("desk:p%40ss", "?tls=none");
    assert_eq!(run(&outbox.worker(right.parse().unwrap()), after(10)).await, SENT);
}

#[tokio::test]
async fn nothing_is_said_to_a_server_without_the_tls_that_is_required() {
    let (server, outbox) = (Server::start(&[]), Outbox::with(vec![mail(1, "wang")]).await);
    let worker = outbox.worker(server.setting("?tls=required").parse().unwrap());
    assert_eq!(run(&worker, start()).await, RETRIED);
    assert!(server.attempts().is_empty());
}
