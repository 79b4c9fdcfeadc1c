//! A zone moves from the SQLite of one desk to a province's PostgreSQL, files included, and is removed.
use crate::postgres::query;
use crate::processes::ready;
use crate::server::{Server, binary};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const CONTENT: &str = "每周三下午的测试台\n";

/// Runs a command; answers whether it succeeded and what it said.
fn run(arguments: &[&str]) -> (bool, String) {
    let output =
        Command::new(binary()).args(arguments).env_clear().output().expect("the binary can be started");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).expect("it speaks UTF-8"))
}

fn done(arguments: &[&str]) -> String {
    let (success, said) = run(arguments);
    assert!(success, "{arguments:?}: {said}");
    said
}

fn refused(arguments: &[&str]) -> String {
    let (success, said) = run(arguments);
    assert!(!success, "{arguments:?}: {said}");
    said
}

/// What is in an archive, in no order: two databases may sort otherwise.
fn lines(archive: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(archive).expect("an archive");
    text.lines().filter(|line| !line.starts_with("{\"end\"")).map(str::to_owned).collect()
}

/// What `doctor` says of the zone.
fn health(place: &[&str]) -> Vec<String> {
    let said = done(&[&["doctor"], place].concat());
    let said = said.lines().filter(|line| line.contains("zone qianjiang"));
    // The search index is no part of an archive: it is made anew where the zone is served.
    said.filter(|line| !line.contains(", search: ")).map(str::to_owned).collect()
}

/// Puts a file on a case of a demonstration.
pub(crate) fn attach(server: &Server) {
    let token = server.sign_in(&server.account("clerk").login);
    let case = server.graphql(&token, "{ cases(first: 1) { nodes { id } } }", &Value::Null);
    let request = "mutation ($input: AttachmentRequestInput!) \
        { attachmentRequest(input: $input) { uploadUrl refusal { message } } }";
    let input = json!({"caseId": case["data"]["cases"]["nodes"][0]["id"], "name": "测试台.txt",
        "mediaType": "text/plain", "size": CONTENT.len()});
    let answer = server.graphql(&token, request, &json!({ "input": input }));
    let url = answer["data"]["attachmentRequest"]["uploadUrl"].as_str();
    let url = url.unwrap_or_else(|| panic!("{answer}"));
    let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
    agent.put(format!("{}{url}", server.url)).send(CONTENT).expect("the file is taken");
}

/// The contents in a data folder.
fn contents(data: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect()
    };
    let folders = entries(&data.join("attachments")).into_iter();
    folders.filter(|folder| !folder.ends_with("incoming")).flat_map(|folder| entries(&folder)).collect()
}

#[test]
fn a_zone_moves_from_one_desk_to_a_province_whole_and_is_removed_whole() {
    let server = Server::start(&["--clock", "2026-03-02T09:00:00+08:00"]);
    attach(&server);
    let urls = ready();
    let folder = tempfile::tempdir().expect("a folder");
    let text = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
    let at = |name: &str| text(&folder.path().join(name));
    let (archive, data, again, third) = (at("zone"), at("data"), at("again"), at("third"));
    let here = ["--data", &text(server.dir.path())];
    let province = ["--data", &data, "--database-url", &urls.app];

    // While it is served.
    done(&[&["zone", "export", "qianjiang", &archive], &here[..]].concat());
    let mode = fs::metadata(&archive).expect("an archive").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds everything there is to know");
    assert!(refused(&[&["zone", "export", "qianjiang", &archive], &here[..]].concat()).contains("exists"));
    assert!(refused(&[&["zone", "export", "other", &again], &here[..]].concat()).contains("other"));
    assert!(!Path::new(&again).exists());

    done(&[&["zone", "import", &archive], &province[..]].concat());
    assert!(refused(&[&["zone", "import", &archive], &province[..]].concat()).contains("taken"));
    let healthy = health(&here);
    assert_eq!(healthy.len(), 4, "{healthy:?}");
    assert!(healthy.iter().any(|line| line.contains("1 contents")), "{healthy:?}");
    assert_eq!(health(&province), healthy);
    done(&[&["zone", "export", "qianjiang", &again], &province[..]].concat());
    assert_eq!(lines(Path::new(&again)), lines(Path::new(&archive)));
    done(&["zone", "import", &again, "--data", &third]);
    assert_eq!(health(&["--data", &third]), healthy);

    let remove = ["zone", "remove", "qianjiang", "--data", &data, "--owner-url"];
    let confirmed = |url, key| [&remove[..], &[url, "--confirm", key]].concat();
    assert!(refused(&confirmed(&urls.owner, "other")).contains("--confirm"));
    assert!(refused(&confirmed(&urls.app, "qianjiang")).contains("permission denied"));
    assert_eq!(health(&province), healthy);
    let [content]: [PathBuf; 1] = contents(Path::new(&data)).try_into().expect("one content");
    let file = fs::File::options().write(true).open(&content).expect("a content");
    let came = file.metadata().and_then(|metadata| metadata.modified()).expect("when it came");
    file.set_modified(came - Duration::from_hours(1)).expect("it came earlier");
    done(&confirmed(&urls.owner, "qianjiang"));
    assert!(!content.exists());
    assert_eq!(query(&urls.superuser, "SELECT count(*) FROM zone"), "0");
    assert!(refused(&confirmed(&urls.owner, "qianjiang")).contains("no zone"));

    // What came a moment ago may be on its way to another zone's row: it is left, and it is said.
    let gone = done(&["zone", "remove", "qianjiang", "--confirm", "qianjiang", "--data", &third]);
    assert!(gone.contains("1 files of the last minutes"), "{gone}");
    assert_eq!(contents(Path::new(&third)).len(), 1);

    // `doctor` looks into the files, too.
    let [content]: [PathBuf; 1] = contents(server.dir.path()).try_into().expect("one content");
    let doctor = [&["doctor"], &here[..]].concat();
    fs::write(&content, "something else").expect("a damage");
    assert!(refused(&doctor).contains("is not what it is named by"));
    fs::remove_file(&content).expect("a loss");
    assert!(refused(&doctor).contains(&text(&content)));
}
