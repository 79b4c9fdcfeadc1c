use crate::binary::{Serving, answer, refusal, run};
use std::fs;
use std::path::Path;

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What the doctor finds, but for how far the search index is: that goes on while a desk serves.
fn examined(data: &Path) -> String {
    let found = answer(&["doctor", "--data", text(data)]);
    found.lines().filter(|line| !line.contains(", search: ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_backup_of_a_serving_desk_restores_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy, backup) =
        (folder.path().join("data"), folder.path().join("copy"), folder.path().join("backup"));
    let desk = Serving::start(&data, &["--demo", "--clock", "2026-11-23T10:00:00+08:00"]);
    for (folder, name) in [("ab", "cd"), ("incoming", "half")] {
        let folder = data.join("attachments").join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), "content").unwrap();
    }
    assert_eq!(answer(&["backup", text(&backup), "--data", text(&data)]), "");
    let serving = examined(&data);
    let cases: u32 = serving
        .split(", cases: ")
        .skip(1)
        .map(|rest| rest.split(' ').next().unwrap().parse::<u32>().unwrap())
        .sum();
    assert!(cases > 30, "{serving}");

    let existing = refusal(&["backup", text(&backup), "--data", text(&data)]);
    assert!(existing.contains("exists"), "{existing}");
    answer(&["restore", text(&backup), "--data", text(&copy)]);
    assert_eq!(names(&copy), ["attachments", "qianxiaoer.sqlite"]);
    assert_eq!(names(&copy.join("attachments")), ["ab"], "what is coming in is not copied");
    assert_eq!(fs::read(copy.join("attachments/ab/cd")).unwrap(), b"content");
    assert_eq!(examined(&copy), serving);

    let refused = refusal(&["restore", text(&backup), "--data", text(&data)]);
    assert!(refused.contains("--force"), "{refused}");
    let refused = refusal(&["restore", text(&backup), "--data", text(&data), "--force"]);
    assert!(refused.contains("in use"), "{refused}");
    desk.kill();
    // What the killed desk left in its log must not be played into what is restored.
    answer(&["restore", text(&backup), "--data", text(&data), "--force"]);
    assert_eq!(examined(&data), serving);
    let _serves_again = Serving::start(&data, &["--demo", "--clock", "2026-11-23T10:00:00+08:00"]);
}

#[test]
fn what_is_no_whole_database_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    answer(&["zone", "add", "example", "--name", "示例", "--data", text(&data)]);
    answer(&["backup", text(&backup), "--data", text(&data)]);
    let whole = fs::read(&backup).unwrap();
    let before = answer(&["doctor", "--data", text(&data)]);

    let mut damaged = whole.clone();
    damaged[20_000..24_000].fill(0xff);
    let in_use = folder.path().join("in-use");
    fs::write(&in_use, &whole).unwrap();
    fs::write(folder.path().join("in-use-wal"), "").unwrap();
    let mut files = vec![in_use, folder.path().join("missing")];
    let contents =
        [("half", &whole[..whole.len() / 2]), ("damaged", &damaged), ("text", b"hello"), ("empty", b"")];
    for (name, content) in contents {
        let file = folder.path().join(name);
        fs::write(&file, content).unwrap();
        files.push(file);
    }
    for file in files {
        let err = refusal(&["restore", text(&file), "--data", text(&data), "--force"]);
        assert!(err.contains(text(&file)), "{err}");
        assert!(!names(&data).iter().any(|name| name.contains("restoring")), "{err}");
    }
    assert_eq!(answer(&["doctor", "--data", text(&data)]), before);
    let err = refusal(&["restore", text(&backup), "--database-url", "postgres://localhost/none"]);
    assert!(err.contains("pg_restore"), "{err}");
}

#[test]
fn a_changed_history_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let desk = Serving::start(&data, &["--demo", "--clock", "2022-10-10T10:00:00+08:00"]);
    answer(&["backup", text(&backup), "--data", text(&data)]);
    desk.kill();
    // Every place that holds it: SQLite leaves copies of rows in the unused parts of its pages.
    let (written, forged) = (br#""from":["submitted"]"#, br#""from":["fabricate"]"#);
    let mut bytes = fs::read(&backup).unwrap();
    for at in 0..bytes.len() - written.len() {
        if bytes[at..].starts_with(written) {
            bytes[at..at + forged.len()].copy_from_slice(forged);
        }
    }
    fs::write(&backup, bytes).unwrap();
    answer(&["restore", text(&backup), "--data", text(&data), "--force"]);
    let ran = run(&["doctor", "--data", text(&data)]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let bad: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("bad ")).collect();
    // The hash tells each of them, and playing the history again tells it too.
    let (hashed, played): (Vec<&str>, Vec<&str>) =
        bad.iter().partition(|line| line.contains("is not what was written"));
    assert!(!hashed.is_empty() && hashed.len() == played.len(), "{}", ran.out);
    assert!(played.iter().all(|line| line.contains("tells of another step")), "{}", ran.out);
}

#[test]
fn a_folder_without_a_database_stays_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data", text(folder.path())];
    for command in
        [&["doctor"][..], &["backup", "unwritten"], &["zone", "list"], &["calendar", "show", "--zone", "x"]]
    {
        assert!(refusal(&[command, &data].concat()).contains("no database"));
    }
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_database_is_migrated_once_and_examined() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("qianxiaoer.sqlite");
    fs::write(&file, "").unwrap();
    let doctor = ["doctor", "--data", text(folder.path())];
    let ran = run(&doctor);
    assert!(ran.code == 1 && ran.out.contains("bad  schema: migration "), "{ran:?}");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    for _ in 0..2 {
        assert_eq!(answer(&["migrate", "--owner-url", &url]), "the schema is up to date\n");
    }
    assert_eq!(answer(&doctor).lines().filter(|line| line.starts_with("ok ")).count(), 3);
}
