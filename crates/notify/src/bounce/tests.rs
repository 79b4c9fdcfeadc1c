use super::*;

const MAIL: &str = "0199f0c2-0000-7000-8000-000000000001";

/// A report as Postfix sends it, with this status part and this part for what came back.
fn report(status: &str, returned: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mail.example\r\nTo: desk@zone.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--b\r\n{returned}\r\n--b--\r\n"
    )
}

fn status(action: &str, code: &str) -> String {
    format!(
        "Reporting-MTA: dns; mail.example\r\nArrival-Date: Mon, 23 Nov 2026 10:00:00 +0800\r\n\r\n\
         Final-Recipient: rfc822; wang@company.example\r\nAction: {action}\r\nStatus: {code}\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 <wang@company.example>:\r\n    Action: delivered\r\n"
    )
}

fn returned() -> String {
    format!("Content-Type: message/rfc822\r\n\r\nMessage-ID: <{MAIL}@zone.example>\r\nSubject: x\r\n\r\nbody")
}

fn headers() -> String {
    format!("Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nMessage-ID: <{MAIL}@zone.example>\r\n")
}

#[test]
fn a_report_tells_which_mail_came_back_from_where_and_why() {
    for came_back in [returned(), headers()] {
        let bounce = Bounce::read(report(&status("failed", "5.1.1"), &came_back).as_bytes()).unwrap();
        assert_eq!(bounce.mail.to_string(), MAIL);
        assert_eq!(bounce.address, "wang@company.example");
        assert_eq!((bounce.reason.as_str(), bounce.gone), ("it came back with 5.1.1", true));
    }
    let full = Bounce::read(report(&status("failed", "5.2.2"), &returned()).as_bytes()).unwrap();
    assert!(!full.gone, "a full mailbox is somebody's");
}

#[test]
fn the_address_that_was_asked_for_counts_before_the_one_it_was_sent_on_to() {
    let status =
        status("failed", "5.1.1").replace("Final", "Original-Recipient: rfc822;li@x.example\r\nFinal");
    assert_eq!(Bounce::read(report(&status, &returned()).as_bytes()).unwrap().address, "li@x.example");
}

#[test]
fn what_is_no_failure_for_good_of_a_mail_of_ours_is_refused_with_the_reason() {
    let read = |text: &str| Bounce::read(text.as_bytes()).unwrap_err();
    assert_eq!(read(&report(&status("delayed", "4.4.7"), &returned())), BounceError::NoFailure);
    assert_eq!(read(&report(&status("failed", "4.4.7"), &returned())), BounceError::NoFailure);
    assert_eq!(read(&report(&status("delivered", "2.0.0"), &returned())), BounceError::NoFailure);
    let foreign = returned().replace(MAIL, "somebody-elses");
    assert_eq!(read(&report(&status("failed", "5.1.1"), &foreign)), BounceError::NoMail);
    assert_eq!(
        read(&report(&status("failed", "5.1.1"), "Content-Type: text/plain\r\n\r\n")),
        BounceError::NoMail
    );
    assert_eq!(
        read("From: wang@company.example\r\n\r\nAction: failed\r\nStatus: 5.1.1"),
        BounceError::NoReport
    );
    assert_eq!(read(""), BounceError::NoReport);
}

#[test]
fn a_bomb_is_refused_or_read_and_nothing_worse() {
    assert_eq!(Bounce::read(&vec![b'a'; BOUNCE_MOST + 1]), Err(BounceError::TooLarge));
    let many = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(PARTS_MOST);
    let many = report(&status("failed", "5.1.1"), &format!("{many}{}", returned()));
    assert_eq!(Bounce::read(many.as_bytes()), Err(BounceError::TooLarge));
    let long = format!("Content-Type: text/plain; {}\r\n\r\nx", "a=b; ".repeat(HEADERS_MOST / 5));
    assert_eq!(
        Bounce::read(report(&status("failed", "5.1.1"), &long).as_bytes()),
        Err(BounceError::TooLarge)
    );

    // What would overflow a stack that follows it: plain, and behind an encoding.
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
    assert_eq!(Bounce::read(nested.as_bytes()), Err(BounceError::NoReport));
    let level =
        |depth: i32| format!("Content-Type: multipart/report; boundary=\"{depth}\"\r\n\r\n--{depth}\r\n");
    let boundaries = (0..5_000).map(level).collect::<Vec<String>>().concat();
    assert_eq!(Bounce::read(boundaries.as_bytes()), Err(BounceError::NoReport));
    let encoded = "Q29udGVudC1UeXBlOiAgbWVzc2FnZS9yZmM4MjINCg0K\r\n".repeat(20_000);
    for came_back in [&nested, &boundaries, &format!("Content-Transfer-Encoding: base64\r\n\r\n{encoded}")] {
        let came_back = format!("Content-Type: message/rfc822\r\n{came_back}");
        let bombed = report(&status("failed", "5.1.1"), &came_back);
        let read = Bounce::read(bombed.as_bytes());
        assert!(matches!(read, Err(BounceError::NoMail | BounceError::TooLarge)), "{read:?}");
    }
    let comments = report(&status("failed", "5.1.1"), &format!("Subject: {}\r\n\r\n", "(".repeat(60_000)));
    assert_eq!(Bounce::read(comments.as_bytes()), Err(BounceError::NoMail));
}

#[test]
fn an_address_with_a_control_character_is_none() {
    let status = status("failed", "5.1.1").replace("wang@", "wang\0@");
    assert_eq!(Bounce::read(report(&status, &returned()).as_bytes()), Err(BounceError::NoFailure));
}

#[test]
fn a_report_cut_anywhere_or_changed_anywhere_never_panics() {
    let whole = report(&status("failed", "5.1.1"), &returned());
    for end in 0..whole.len() {
        let _ = Bounce::read(&whole.as_bytes()[..end]);
        let mut changed = whole.clone().into_bytes();
        changed[end] = !changed[end];
        let _ = Bounce::read(&changed);
    }
}
