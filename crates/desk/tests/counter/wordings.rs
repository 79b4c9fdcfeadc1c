//! The words of mails that a zone sets itself.
use crate::house::{House, faults};
use desk::MailPreview;
use workflow::{Language, Wording};

fn words(subject: &str, happened: &str, next: &str) -> Wording {
    Wording { subject: subject.into(), happened: happened.into(), next: next.into() }
}

#[tokio::test]
async fn words_are_checked_before_they_count_and_everything_wrong_is_said_at_once() {
    let house = House::build().await;
    let set = async |kind: &str, words: Wording| {
        house.desk().wording_set(&house.administrator, kind, Language::Zh, words).await.unwrap()
    };
    let long = "长".repeat(2_001);
    let refused = set("request-accepted", words("{{ case.numbr }}\n", &long, " ")).await.unwrap_err();
    let said = faults(&refused);
    for part in ["case.numbr", "case.number", "2001", "control character", "must be answered"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(set("no-such-mail", words("a", "b", "c")).await.is_err());
    let none = house.desk().wordings(&house.administrator).await.unwrap();
    assert!(none.iter().all(|(_, own)| own.is_empty()), "what is refused does not count");

    let good = words("{{ case.number }}", "{{ case.title }} 已受理", "请等候。");
    set("request-accepted", good.clone()).await.unwrap();
    set("request-accepted", words("第二次", "甲", "乙")).await.unwrap();
    let own = async || {
        let all = house.desk().wordings(&house.administrator).await.unwrap();
        let own = all.into_iter().find(|(kind, _)| *kind.key == *"request-accepted").unwrap().1;
        own.into_iter().map(|own| own.wording.subject).collect::<Vec<_>>()
    };
    assert_eq!(own().await, ["第二次"]);
    let remove = async || {
        house.desk().wording_remove(&house.administrator, "request-accepted", Language::Zh).await.unwrap()
    };
    assert!(remove().await && !remove().await);
    assert!(own().await.is_empty());
}

#[tokio::test]
async fn a_preview_shows_the_words_that_count_or_those_that_are_tried() {
    let house = House::build().await;
    let desk = house.desk().clone().with_previews(|template, language, own| {
        let subject = own.map_or_else(|| "the program's".to_owned(), |own| own.subject.clone());
        Some(MailPreview { subject, text: template.to_owned(), html: language.as_str().to_owned() })
    });
    let preview = async |tried: Option<Wording>| {
        let shown = desk.mail_preview(&house.administrator, "request-accepted", Language::En, tried).await;
        shown.unwrap().map(|shown| shown.subject)
    };
    assert_eq!(preview(None).await.unwrap(), "the program's");
    assert_eq!(preview(Some(words("tried", "a", "b"))).await.unwrap(), "tried");
    assert!(preview(Some(words("{{ x }}", "a", "b"))).await.is_err());
    let own = words("own", "a", "b");
    desk.wording_set(&house.administrator, "request-accepted", Language::En, own).await.unwrap().unwrap();
    assert_eq!(preview(None).await.unwrap(), "own");
}
