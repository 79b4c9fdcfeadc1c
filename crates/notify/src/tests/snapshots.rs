//! Every mail in every language, as its reader sees it. `UPDATE=1 cargo test -p notify` writes them anew.
use super::outbox::{Outbox, drain, mail, start};
use crate::render::DIGEST;
use crate::{account_mails, mails};
use mail_parser::{Address, MessageParser};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use workflow::{Definition, Field, FieldKind, Key, Language, RoleKind, Text, Vocabulary, library};

/// What a definition says of the moment at which a mail is written.
struct Scene {
    process: Definition,
    /// The action, automatic or clock that writes it.
    event: Option<Text>,
    acted: bool,
    state: Text,
    asked: Vec<Key>,
}

/// Every shipped process, the newest version of each first.
static PROCESSES: LazyLock<Vec<(&'static str, Definition)>> = LazyLock::new(|| {
    let vocabulary = Vocabulary { mails: mails().into_iter().map(Key::from).collect() };
    let parsed = library::shipped().map(|(_, text)| (text, Definition::parse(text, &vocabulary).unwrap()));
    let mut processes: Vec<_> = parsed.collect();
    processes.reverse();
    processes
});

/// The first place that writes the mail, so that a new process needs no scenes of its own. A mail that no process
/// writes stands in the newest request.
fn scene(mail: &str) -> Scene {
    let written = PROCESSES.iter().find_map(|(text, process)| Some((process, place(text, mail)?)));
    let (process, (kind, name)) = written.unwrap_or((&PROCESSES[0].1, ("", "")));
    let title = |key: &Key| process.states[key].title.clone();
    let leaf = || process.leaves().next().unwrap().1.title.clone();
    let (event, state, asked) = match kind {
        "action" => {
            let action = &process.actions[name];
            let to = action.branches.iter().find_map(|branch| branch.to.as_ref());
            let asked = action.asks.iter().chain(&action.optional).cloned().collect();
            (Some(&action.title), to.or(action.from.first()).map_or_else(leaf, title), asked)
        }
        "automatic" => {
            let automatic = &process.automatics[name];
            (Some(&automatic.title), title(automatic.to.as_ref().unwrap_or(&automatic.from[0])), vec![])
        }
        "clock" => (Some(&process.clocks[name].title), leaf(), vec![]),
        _ => (None, leaf(), vec![]),
    };
    Scene { process: process.clone(), event: event.cloned(), acted: kind == "action", state, asked }
}

/// The kind and name of the table in which `mail` is written.
fn place<'t>(text: &'t str, mail: &str) -> Option<(&'t str, &'t str)> {
    let mut table = ("", "");
    for line in text.lines() {
        if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            table = header.split_once('.').unwrap_or((header, ""));
        } else if line.contains("mail ") && line.contains(&format!("\"{mail}\"")) {
            return Some(table);
        }
    }
    None
}

/// Something that may answer the field: what it says of itself.
fn example(field: &Field, language: Language) -> String {
    let say = |zh: &str, en: &str| if language == Language::Zh { zh.to_owned() } else { en.to_owned() };
    match &field.kind {
        FieldKind::Text { lines: true, .. } => {
            let hint = field.hint.as_ref().unwrap_or(&field.title).get(language);
            say(&format!("一、{hint}\n二、<b>没有标签</b>"), &format!("1. {hint}\n2. <b>no tags</b>"))
        }
        FieldKind::Text { .. } => say("一行文字", "A line of text"),
        FieldKind::Number { .. } => "3".to_owned(),
        FieldKind::Date => "2026-09-15".to_owned(),
        FieldKind::Truth => say("是", "yes"),
        FieldKind::Choice(choices) | FieldKind::Choices(choices) => {
            choices.values().next().unwrap().get(language).to_owned()
        }
        FieldKind::Person { .. } => say("张承办", "Zhang Chengban"),
        FieldKind::Unit | FieldKind::Units => say("人才服务局", "Talent bureau"),
        FieldKind::Case => "QX-20260901-0002".to_owned(),
    }
}

fn context(mail: &str, language: Language) -> Value {
    let say = |zh: &str, en: &str| if language == Language::Zh { zh.to_owned() } else { en.to_owned() };
    if mail == DIGEST {
        return digest(language);
    }
    if account_mails().contains(mail) {
        let account = match mail {
            "account-changed" => json!({ "what": say("密码已更换", "the password was changed") }),
            "account-claim" => json!({ "what": say(
                "您代表“钱江精密机械有限公司”的申请已确认，请用本邮箱登录",
                "it was confirmed that you speak for Qianjiang Precision Machinery; sign in with this address",
            ) }),
            "account-invitation" => json!({
                "code": format!("{}.a-secret-of-43-characters", "0".repeat(32)), "hours": 72,
                "company": say("钱江精密机械有限公司", "Qianjiang Precision Machinery"),
            }),
            _ => json!({ "code": format!("{}.a-secret-of-43-characters", "0".repeat(32)), "minutes": 60 }),
        };
        return json!({
            "zone": { "name": say("临江经济开发区", "Linjiang Economic Development Zone") },
            "recipient": { "name": say("王小明", "Wang Xiaoming"), "login": "wang" },
            "account": account,
        });
    }
    let Scene { process, event, acted, state, asked } = scene(mail);
    let applies = process.roles.values().any(|role| role.kind == RoleKind::Applicant);
    let answers = asked
        .iter()
        .map(|key| &process.fields[key])
        .map(|field| json!({ "label": field.title.get(language), "value": example(field, language) }));
    let dues = [Some("2026-09-02 17:30"), None];
    let clocks = process.clocks.values().zip(dues);
    let clocks = clocks.map(|(clock, due)| json!({ "title": clock.title.get(language), "due": due }));
    json!({
        "zone": { "name": say("临江经济开发区", "Linjiang Economic Development Zone") },
        "recipient": { "name": say("王小明", "Wang Xiaoming") },
        "case": {
            "number": format!("{}-20260901-0001", process.prefix),
            "title": say("研发人员难招", "R&D staff are hard to find"),
            "process": process.title.get(language),
            "state": state.get(language),
            "company": if applies { say("凌云精密（虚构）有限公司", "Lingyun Precision (fictional) Ltd") } else { String::new() },
        },
        "action": {
            "title": event.map_or_else(String::new, |event| event.get(language).to_owned()),
            "actor": acted.then(|| say("李受理", "Li Shouli")),
        },
        "answers": answers.collect::<Vec<_>>(),
        "clocks": clocks.collect::<Vec<_>>(),
    })
}

/// Two mails of a day, as one.
fn digest(language: Language) -> Value {
    let items = ["request-replied", "request-hung"].map(|mail| {
        let mut item = context(mail, language);
        let title = crate::kinds().into_iter().find(|kind| *kind.key == *mail).unwrap().title;
        item["at"] = json!("2026-09-01 10:30");
        item["kind"] = json!(title.get(language));
        item
    });
    json!({ "zone": items[0]["zone"], "recipient": items[0]["recipient"], "items": items })
}

/// A message as a mail program would show it, with the headers that matter.
fn readable(bytes: &[u8]) -> String {
    let message = MessageParser::default().parse(bytes).unwrap();
    let person = |address: Option<&Address>| {
        let address = address.unwrap().first().unwrap();
        format!("{} <{}>", address.name().unwrap(), address.address().unwrap())
    };
    let text = |name| message.header(name).and_then(|value| value.as_text()).unwrap().to_owned();
    let headers = [
        ("From", person(message.from())),
        ("To", person(message.to())),
        ("Subject", message.subject().unwrap().to_owned()),
        ("Date", message.date().unwrap().to_rfc3339()),
        ("Message-ID", text("Message-ID")),
        ("In-Reply-To", text("In-Reply-To")),
        ("References", text("References")),
        ("Auto-Submitted", text("Auto-Submitted")),
        ("X-Auto-Response-Suppress", text("X-Auto-Response-Suppress")),
        ("Content-Language", text("Content-Language")),
    ];
    let headers = headers.map(|(name, value)| format!("{name}: {value}\n")).concat();
    let (plain, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
    format!("{headers}\n----- text/plain\n{plain}\n----- text/html\n{html}\n").replace("\r\n", "\n")
}

#[tokio::test]
async fn every_mail_reads_as_its_snapshot() {
    let every = mails().into_iter().chain(account_mails()).chain([DIGEST]);
    let letters = every.flat_map(|name| Language::ALL.map(|language| (name, language)));
    let letters: Vec<_> = (1..).zip(letters).collect();
    let rows = letters.iter().map(|&(number, (name, language))| {
        let mut row = mail(number, "wang");
        row.template = name.to_owned();
        row.language = language.as_str().to_owned();
        row.context = context(name, language);
        row.name = row.context["recipient"]["name"].as_str().unwrap().to_owned();
        row
    });
    let outbox = Outbox::with(rows.collect()).await;
    let worker = outbox.directory();
    drain(&worker, start()).await;

    let mut written = BTreeMap::new();
    for (record, (_, (name, language))) in outbox.records().await.iter().zip(&letters) {
        assert_eq!(record.error, None, "{name} in {language:?}");
        let bytes = fs::read(outbox.written().join(format!("{}.eml", record.id))).unwrap();
        // Which number a mail has here depends on the others.
        let content = readable(&bytes).replace(&record.id.to_string(), "{outbox id}");
        written.insert(format!("{name}.{}.txt", language.as_str()), content);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    if std::env::var_os("UPDATE").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (file, content) in &written {
            fs::write(folder.join(file), content).unwrap();
        }
    }
    let kept = fs::read_dir(&folder).unwrap().map(|file| {
        let file = file.unwrap();
        (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap())
    });
    let kept: BTreeMap<_, _> = kept.collect();
    let renew = "UPDATE=1 cargo test -p notify writes the snapshots anew";
    assert!(kept.keys().eq(written.keys()), "{:?} and {:?} differ: {renew}", kept.keys(), written.keys());
    for (file, content) in &written {
        assert_eq!(&kept[file], content, "{file} differs: {renew}");
    }
}
