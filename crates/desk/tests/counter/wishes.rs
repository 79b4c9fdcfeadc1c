//! What people wish of their mail.
use crate::house::{House, at, faults, general};
use desk::{Caller, MailFilter, MailState, MailWish, Take};
use workflow::Text;

async fn wish(house: &House, who: &Caller, quiet: Option<bool>, kinds: &[(&str, MailWish)]) {
    let kinds: Vec<_> = kinds.iter().map(|(kind, wish)| ((*kind).to_owned(), *wish)).collect();
    house.desk().wishes_set(who, quiet, &kinds).await.unwrap().unwrap();
}

async fn refused(house: &House, who: &Caller, kind: &str, wish: MailWish) -> String {
    let set = house.desk().wishes_set(who, Some(true), &[(kind.to_owned(), wish)]).await.unwrap();
    faults(&set.unwrap_err())
}

async fn wished(house: &House, who: &Caller, kind: &str) -> Option<MailWish> {
    let wishes = house.desk().wishes(who).await.unwrap();
    wishes.kinds.into_iter().find(|view| *view.kind.key == *kind).map(|view| view.wish)
}

#[tokio::test]
async fn one_does_without_news_and_not_without_what_must_be_told() {
    let house = House::build().await;
    wish(&house, &house.owner, None, &[("request-filed", MailWish::Off)]).await;
    let filed = house.file().await;
    assert_eq!(house.mail_names().await, ["request-filed to partner", "request-to-accept to clerk"]);
    house.act(&filed, &house.clerk, "accept", general()).await;
    let names = house.mail_names().await;
    assert!(names.contains(&"request-accepted to owner".to_owned()), "{names:?}");

    let told = refused(&house, &house.owner, "request-accepted", MailWish::Off).await;
    assert!(told.contains("AT_ONCE"), "{told}");
    // Warnings are nobody's to have otherwise; what only the staff get is not a company's.
    for kind in ["request-overdue", "request-to-check", "nonsense", "*"] {
        refused(&house, &house.owner, kind, MailWish::Daily).await;
        assert_eq!(wished(&house, &house.owner, kind).await, None);
    }
    assert!(!house.desk().wishes(&house.owner).await.unwrap().quiet, "what is refused changes nothing");
    assert_eq!(wished(&house, &house.clerk, "request-to-check").await, Some(MailWish::AtOnce));
    wish(&house, &house.owner, None, &[("request-filed", MailWish::AtOnce)]).await;
    house.file().await;
    assert!(house.mail_names().await.contains(&"request-filed to owner".to_owned()));
}

#[tokio::test]
async fn a_day_of_mails_comes_as_one_when_the_desk_opens_the_next_working_day() {
    let house = House::build_at("2026-03-06T16:00").await;
    let daily = [("request-filed", MailWish::Daily), ("request-accepted", MailWish::Daily)];
    wish(&house, &house.owner, None, &daily).await;
    let filed = house.file().await;
    house.act(&filed, &house.clerk, "accept", general()).await;
    assert!(!house.mail_names().await.iter().any(|name| name.ends_with("to owner")));
    for early in ["2026-03-06T18:00", "2026-03-08T12:00", "2026-03-09T08:29"] {
        house.set(early);
        assert_eq!(house.desk().digests_write(house.zone).await.unwrap(), 0, "{early}");
    }
    house.set("2026-03-09T08:30");
    assert_eq!(house.desk().digests_write(house.zone).await.unwrap(), 1);
    assert_eq!(house.desk().digests_write(house.zone).await.unwrap(), 0, "once");
    let mails = house.mails().await;
    let [digest] = &mails[..] else { panic!("{mails:?}") };
    assert_eq!((&*digest.template, digest.recipient), ("digest", Some(house.owner.person.id)));
    let items = digest.context["items"].as_array().unwrap();
    let kinds: Vec<_> = items.iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["request-filed", "request-accepted"]);
    assert_eq!(items[0]["at"], "2026-03-06 16:00");
    assert_eq!(items[0]["case"]["number"], filed.number);

    let filter = MailFilter { states: vec![MailState::Gathered], template: None };
    let page = house.desk().mail_page(&house.administrator, &filter, Take::First(9), None, None).await;
    let page = page.unwrap().items;
    assert_eq!(page.iter().map(|mail| mail.digest).collect::<Vec<_>>(), [Some(digest.id), Some(digest.id)]);

    // Before the desk opens, the day's own morning is the next one.
    house.set("2026-03-10T07:00");
    house.file().await;
    house.set("2026-03-10T08:30");
    assert_eq!(house.desk().digests_write(house.zone).await.unwrap(), 1);
}

#[tokio::test]
async fn quiet_hours_keep_what_may_wait_until_the_desk_opens() {
    let house = House::build_at("2026-03-07T10:00").await;
    wish(&house, &house.owner, Some(true), &[]).await;
    wish(&house, &house.clerk, Some(true), &[]).await;
    let filed = house.file().await;
    // To accept is the clerk's to do within two hours, and waits for nobody.
    assert_eq!(house.mail_names().await, ["request-filed to partner", "request-to-accept to clerk"]);
    house.set("2026-03-09T08:29");
    assert!(house.mail_names().await.iter().all(|name| !name.ends_with("to owner")));
    house.set("2026-03-09T08:30");
    assert!(house.mail_names().await.contains(&"request-filed to owner".to_owned()));
    house.act(&filed, &house.clerk, "accept", general()).await;
    let names = house.mail_names().await;
    assert!(names.contains(&"request-accepted to owner".to_owned()), "while it is open: {names:?}");
}

#[tokio::test]
async fn what_the_calendar_does_not_know_holds_nothing_up() {
    let house = House::build_at("2031-03-01T23:00").await;
    wish(&house, &house.owner, Some(true), &[]).await;
    wish(&house, &house.partner, None, &[("request-filed", MailWish::Daily)]).await;
    house.file().await;
    assert!(house.mail_names().await.contains(&"request-filed to owner".to_owned()));
    house.set("2031-03-02T23:00");
    assert_eq!(house.desk().digests_write(house.zone).await.unwrap(), 1, "a day later then");
}

#[tokio::test]
async fn the_link_in_a_mail_speaks_for_its_reader_and_its_kind_alone() {
    let house = House::build().await;
    house.desk().settings_follow().await.unwrap();
    let filed = house.file().await;
    house.act(&filed, &house.clerk, "accept", general()).await;
    let mails = house.mails().await;
    let to = |template: &str, who: &Caller| {
        let is_it =
            |mail: &&store::OutboxMail| mail.template == template && mail.recipient == Some(who.person.id);
        mails.iter().find(is_it).unwrap().context["unsubscribe"].as_str().map(str::to_owned)
    };
    assert_eq!(to("request-accepted", &house.owner), None, "what must be told has no link");
    let link = to("request-filed", &house.owner).unwrap();
    assert_ne!(Some(&link), to("request-filed", &house.partner).as_ref());

    let kind = Some(Text::new("request-filed", "request-filed"));
    assert_eq!(house.desk().unsubscribe_kind(&link).await.unwrap(), kind);
    assert_eq!(
        wished(&house, &house.owner, "request-filed").await,
        Some(MailWish::AtOnce),
        "asking is not doing"
    );
    for place in 0..link.len() {
        let mut forged = link.clone().into_bytes();
        forged[place] = if forged[place] == b'a' { b'b' } else { b'a' };
        let forged = String::from_utf8(forged).unwrap();
        // The last letter of the coding carries bits that mean nothing.
        let same = place == link.len() - 1 && house.desk().unsubscribe_kind(&forged).await.unwrap() == kind;
        assert!(same || house.desk().unsubscribe(&forged).await.unwrap().is_none(), "{forged}");
    }
    for nonsense in ["", ".", &link[..40], &link[33..], &"0".repeat(4_000)] {
        assert_eq!(house.desk().unsubscribe(nonsense).await.unwrap(), None);
    }
    let elsewhere = House::in_zone(house.empty, "two").await;
    let foreign = format!("{}{}", elsewhere.zone.0.as_simple(), &link[32..]);
    assert_eq!(
        elsewhere.desk().unsubscribe(&foreign).await.unwrap(),
        None,
        "each zone signs by its own secret"
    );
    assert_eq!(elsewhere.desk().unsubscribe(&link).await.unwrap(), kind);
    assert_eq!(elsewhere.desk().unsubscribe(&link).await.unwrap(), kind, "twice is fine");
}

#[tokio::test]
async fn a_digest_to_nobody_is_no_digest() {
    let house = House::build().await;
    wish(&house, &house.owner, None, &[("request-filed", MailWish::Daily)]).await;
    house.file().await;
    house.mails().await;
    let gathered = house.store().gathered_list(house.zone, at("2026-03-03T08:30"), 9).await.unwrap();
    assert_eq!(gathered.len(), 1);
    let tx = house.store().begin(house.zone).await.unwrap();
    let now = house.desk().surroundings().now();
    assert!(tx.gathered_release(now, &[gathered[0].id]).await.unwrap());
    assert!(!tx.gathered_release(now, &[gathered[0].id]).await.unwrap(), "they wait no longer");
    tx.commit().await.unwrap();
    assert_eq!(house.mail_names().await, ["request-filed to owner"]);
}
