//! What is promised holds whatever the mail server does.
use super::outbox::{Outbox, ZONE, drain, mail, start};
use super::server::Server;
use crate::{Secrets, Transport};
use jiff::SignedDuration;
use std::collections::HashMap;
use std::fs;
use store::{MailState, NewMail};

const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/ca.pem");

fn trusting(server: &Server, user: &str, options: &str, password: Option<&str>) -> Transport {
    let secrets =
        Secrets { password: password.map(str::to_owned), authorities: Some(fs::read(AUTHORITY).unwrap()) };
    Transport::new(&server.setting_as(user, options), &secrets).unwrap()
}

#[tokio::test]
async fn a_mail_leaves_over_starttls_signed_in_with_a_password_from_a_file() {
    let server = Server::start(&["--tls", "starttls", "--sign-in", "desk:secret"]);
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    let distrusting = outbox.worker(server.setting_as("desk:secret", "").parse().unwrap());
    drain(&distrusting, start()).await;
    assert_eq!(outbox.states().await, [MailState::Queued], "nobody vouches for the server");
    let worker = outbox.worker(trusting(&server, "desk", "", Some("secret")));
    let later = start() + SignedDuration::from_mins(1);
    drain(&worker, later).await;
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_mail_leaves_over_tls_from_the_first_byte() {
    let server = Server::start(&["--tls", "implicit"]);
    let outbox = Outbox::with(vec![mail(1, "wang")]).await;
    let setting = server.setting("").replace("smtp://", "smtps://");
    let secrets = Secrets { password: None, authorities: Some(fs::read(AUTHORITY).unwrap()) };
    let worker = outbox.worker(Transport::new(&setting, &secrets).unwrap());
    drain(&worker, start()).await;
    assert_eq!(server.mails().len(), 1);
}

/// A mail to a domain of its own choice.
fn addressed(number: u128, address: String) -> NewMail {
    NewMail { address, ..mail(number, "") }
}

#[tokio::test]
async fn a_domain_that_never_answers_holds_up_its_own_mail_only() {
    let server = Server::start(&["--tarpit", "pit.example"]);
    // The longest due: without bounds they would take all places there are.
    let stuck = (1..=40).map(|number| addressed(number, format!("u{number}@Pit.example")));
    let others = (41..=60).map(|number| addressed(number, format!("u{number}@d{}.example", number % 3)));
    let outbox = Outbox::with(stuck.chain(others).collect()).await;
    let worker = outbox.worker(server.setting("").parse().unwrap());
    let mut rounds = 0;
    while server.mails().len() < 20 {
        worker.run_once(ZONE, start()).await.unwrap();
        rounds += 1;
        assert!(rounds < 5_000, "the others wait for the pit");
    }
    let records = outbox.records().await;
    assert!(records[..40].iter().all(|record| record.state == MailState::Queued));
    let begun = records[..40].iter().filter(|record| record.attempts > 0).count();
    assert_eq!(begun, 4, "what was put back has not been tried");
}

/// Fifty mails through a server whose faults come from `seed`, until none is left to send.
async fn mixed(seed: &str) {
    let server = Server::start(&["--mix", seed]);
    let addresses: Vec<String> =
        (1..=50).map(|number| format!("u{number}@d{}.example", number % 7)).collect();
    let mails = (1..).zip(&addresses).map(|(number, address)| addressed(number, address.clone()));
    let outbox = Outbox::with(mails.collect()).await;
    let worker = outbox.worker(server.setting("?timeout=10").parse().unwrap());
    let mut now = start();
    while outbox.states().await.contains(&MailState::Queued) {
        drain(&worker, now).await;
        now += SignedDuration::from_hours(6);
    }

    let faults = server.faults();
    let met = |fault: &str, address: &str| faults.contains(&format!("{fault} <{address}>"));
    let mut kept: HashMap<String, usize> = HashMap::new();
    for bytes in server.mails() {
        let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        *kept.entry(message.message_id().unwrap().to_owned()).or_default() += 1;
    }
    for (record, address) in outbox.records().await.iter().zip(&addresses) {
        let copies = kept.remove(&format!("{}@zone.example", record.id)).unwrap_or_default();
        let cut = usize::from(met("cut-after", address));
        let refused = ["550 5.1.1 nobody", "552 5.2.2 too much", "554 5.7.1 unwanted"];
        let refused = refused.iter().find(|answer| met(answer, address));
        match record.state {
            MailState::Sent => assert!((1..=1 + cut).contains(&copies), "{seed}: {copies} of {address}"),
            MailState::Dead => {
                let refused = refused.unwrap_or_else(|| panic!("{seed}: {address} was given up: {record:?}"));
                let codes = refused.rsplit_once(' ').unwrap().0.replace(" too", "");
                assert_eq!(record.error, Some(format!("the mail server answered {codes}")));
                assert!(copies <= cut, "{seed}: {address}");
            }
            // Each address gets one mail, so nothing waits for one at which nobody is.
            other => panic!("{seed}: {address} is {other:?}"),
        }
    }
    assert!(kept.is_empty(), "{seed}: {kept:?} are nobody's");
    for kind in ["554 <a conn", "421 <a conn", "abort <a conn", "silence <a conn", "cut-after", "garbage <u"]
    {
        assert!(faults.iter().any(|fault| fault.starts_with(kind)), "{seed}: the mix lacks {kind}");
    }
}

#[tokio::test]
async fn nothing_is_lost_to_a_server_that_fails_in_every_way_and_only_a_cut_after_the_dot_doubles() {
    mixed("one").await;
}

#[tokio::test]
async fn the_same_holds_for_another_mix_of_faults() {
    mixed("two").await;
}
