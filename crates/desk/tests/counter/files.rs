//! Files on cases: asked for, brought once, and handed out to whoever may read them.
use crate::house::House;
use desk::{Attachment, AttachmentId, AttachmentOrder, Caller, StoredCase, Unuploaded};
use std::path::PathBuf;
use tokio::io::AsyncReadExt;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn asked(case: &StoredCase, name: &str, media_type: &str, size: usize) -> AttachmentOrder {
    let size = i64::try_from(size).unwrap();
    AttachmentOrder { case: case.id, name: name.into(), media_type: media_type.into(), size, internal: false }
}

fn png(case: &StoredCase) -> AttachmentOrder {
    asked(case, "现场.png", "image/png", PNG.len())
}

/// The token for what may be asked for.
async fn token(house: &House, caller: &Caller, order: AttachmentOrder) -> String {
    house.desk().attachment_request(caller, order).await.unwrap().unwrap().token
}

async fn code(house: &House, caller: &Caller, order: AttachmentOrder) -> &'static str {
    let asked = house.desk().attachment_request(caller, order).await.unwrap();
    asked.map_or_else(|refused| refused.code(), |_| "asked")
}

async fn bring(house: &House, token: &str, content: &[u8]) -> Result<Attachment, Unuploaded> {
    house.desk().attachment_upload(token, content).await.unwrap()
}

async fn fetch(house: &House, caller: &Caller, id: AttachmentId) -> Option<Vec<u8>> {
    let mut download = house.desk().attachment_open(caller, id).await.unwrap()?;
    let mut content = vec![];
    download.content.read_to_end(&mut content).await.unwrap();
    Some(content)
}

/// Every file below the folder of attachments.
fn on_disk(house: &House) -> Vec<PathBuf> {
    let mut files = vec![];
    let mut folders = vec![house.empty.attachments()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

#[tokio::test]
async fn a_file_is_brought_once_kept_by_its_hash_and_read_by_both_sides() {
    let house = House::build().await;
    let case = house.file().await;
    let secret = token(&house, &house.owner, png(&case)).await;
    let attachment = bring(&house, &secret, PNG).await.unwrap();
    assert_eq!(bring(&house, &secret, PNG).await, Err(Unuploaded::NoSuchUpload), "once");
    for caller in [&house.owner, &house.partner, &house.clerk] {
        assert_eq!(fetch(&house, caller, attachment.id).await.as_deref(), Some(PNG));
        let listed = house.desk().attachments(caller, &[case.id]).await.unwrap();
        assert_eq!(listed, std::slice::from_ref(&attachment));
    }
    for caller in [&house.rival, &house.planner] {
        assert_eq!(fetch(&house, caller, attachment.id).await, None);
        assert!(house.desk().attachments(caller, &[case.id]).await.unwrap().is_empty());
    }
    // The same content under a name full of tricks is the same file.
    let order = asked(&case, "../../../etc/现场.png", "image/png", PNG.len());
    let secret = token(&house, &house.clerk, order).await;
    bring(&house, &secret, PNG).await.unwrap();
    let files = on_disk(&house);
    assert_eq!(files.len(), 1, "{files:?}");
    let hash = attachment.content.unwrap();
    assert!(
        files[0]
            .to_str()
            .unwrap()
            .contains(&format!("attachments/{:02x}/{:02x}{:02x}", hash[0], hash[1], hash[2]))
    );
}

#[tokio::test]
async fn an_internal_file_is_read_by_staff_alone() {
    let house = House::build().await;
    let case = house.file().await;
    let internal = || AttachmentOrder { internal: true, ..png(&case) };
    assert_eq!(code(&house, &house.owner, internal()).await, "NOT_YOURS");
    let secret = token(&house, &house.clerk, internal()).await;
    let attachment = bring(&house, &secret, PNG).await.unwrap();
    assert!(fetch(&house, &house.dispatcher, attachment.id).await.is_some());
    assert!(fetch(&house, &house.owner, attachment.id).await.is_none());
}

#[tokio::test]
async fn what_is_brought_is_what_was_announced_or_nothing_of_it_is_kept() {
    let house = House::build().await;
    let case = house.file().await;
    let secret = token(&house, &house.owner, png(&case)).await;
    let (size, found) = (PNG.len() as u64, 9);
    assert_eq!(bring(&house, &secret, &PNG[..9]).await, Err(Unuploaded::TooShort { size, found }));
    let longer = [PNG, b"x"].concat();
    assert_eq!(bring(&house, &secret, &longer).await, Err(Unuploaded::TooLong { size }));
    let lie = bring(&house, &secret, b"%PDF-1.7\n0123456").await.unwrap_err();
    assert_eq!(lie, Unuploaded::WrongType { announced: "image/png", found: "application/pdf".into() });
    assert!(lie.message(workflow::Language::En).contains("application/pdf"));
    assert!(on_disk(&house).is_empty(), "{:?}", on_disk(&house));
    bring(&house, &secret, PNG).await.unwrap();
    let page = b"<!doctype html><script>1</script>";
    let secret = token(&house, &house.owner, asked(&case, "a.txt", "text/plain", page.len())).await;
    assert_eq!(bring(&house, &secret, page).await.unwrap_err().code(), "WRONG_TYPE");
    // A character that is cut by the end of a piece is one still.
    let text = "编号".repeat(40_000);
    let secret = token(&house, &house.owner, asked(&case, "a.csv", "text/csv", text.len())).await;
    bring(&house, &secret, text.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn a_token_is_good_for_a_quarter_of_an_hour() {
    let house = House::build().await;
    let case = house.file().await;
    let (early, late) =
        (token(&house, &house.owner, png(&case)).await, token(&house, &house.owner, png(&case)).await);
    house.set("2026-03-02T09:14");
    bring(&house, &early, PNG).await.unwrap();
    house.set("2026-03-02T09:15");
    for bad in [late.as_str(), "", "x", "../../x", &"x".repeat(100_000)] {
        assert_eq!(bring(&house, bad, PNG).await, Err(Unuploaded::NoSuchUpload));
    }
    assert_eq!(house.desk().attachments_sweep().await.unwrap(), 1);
    assert_eq!(house.desk().attachments(&house.owner, &[case.id]).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_those_who_bring_a_file_at_the_same_time_one_is_heard() {
    let house = House::build().await;
    let case = house.file().await;
    let secret = token(&house, &house.owner, png(&case)).await;
    let bring = || bring(&house, &secret, PNG);
    let (a, b, c, d) = tokio::join!(bring(), bring(), bring(), bring());
    assert_eq!([a, b, c, d].iter().filter(|brought| brought.is_ok()).count(), 1);
    assert_eq!(on_disk(&house).len(), 1);
}

#[tokio::test]
async fn what_may_not_be_asked_for_is_refused_with_what_may() {
    let house = House::build().await;
    let case = house.file().await;
    assert_eq!(code(&house, &house.rival, png(&case)).await, "NO_SUCH_CASE");
    for (name, kind, size) in [
        ("", "image/png", 1),
        ("a\nb.png", "image/png", 1),
        ("a.exe", "image/png", 1),
        ("a.html", "text/html", 1),
        ("a.svg", "image/svg+xml", 1),
        ("a.png", "image/png", 0),
        ("a.png", "image/png", 20 * 1024 * 1024 + 1),
        ("\u{202e}gnp.png", "image/png", 1),
    ] {
        assert_eq!(
            code(&house, &house.owner, asked(&case, name, kind, size)).await,
            "FORM",
            "{name} {kind} {size}"
        );
    }
    let long = format!("{}.png", "长".repeat(197));
    assert_eq!(code(&house, &house.owner, asked(&case, &long, "image/png", 1)).await, "FORM");
    let negative = AttachmentOrder { size: -1, ..png(&case) };
    assert_eq!(code(&house, &house.owner, negative).await, "FORM");
    for _ in 0..50 {
        assert_eq!(code(&house, &house.owner, png(&case)).await, "asked");
    }
    assert_eq!(code(&house, &house.clerk, png(&case)).await, "FULL");
    house.set("2026-03-02T09:20");
    assert_eq!(code(&house, &house.clerk, png(&case)).await, "asked", "what never came takes no room");
}
