//! Every mail in every language, as its reader sees it. `UPDATE=1 cargo test -p notify` writes them anew.
use super::outbox::{Outbox, ZONE, mail, start};
use crate::mails;
use mail_parser::{Address, MessageParser};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use workflow::Language;

/// A text in both languages.
type Both = [&'static str; 2];

/// What came to pass before a mail.
struct Scene {
    action: Both,
    actor: Option<Both>,
    state: Both,
    answers: &'static [(Both, Both)],
    clocks: &'static [(Both, Option<&'static str>)],
}

const WANG: Option<Both> = Some(["王小明", "Wang Xiaoming"]);
const STAFF: Option<Both> = Some(["李受理", "Li Shouli"]);
/// A clock ran down: nobody acted.
const CLOCK: Both = ["", ""];
const ACCEPT: (Both, Option<&str>) = (["受理时限", "Time to accept"], Some("2026-09-02 17:30"));
const FINISH: (Both, Option<&str>) = (["办结时限", "Time to finish"], Some("2026-09-08 17:30"));
const CONTENT: (Both, Both) = (
    ["诉求内容", "What is the matter"],
    [
        "校招三年，留下两人。\n希望园区组织专场招聘。",
        "Three years of campus hiring, two people stayed.\nPlease hold a job fair.",
    ],
);
const MISSING: (Both, Both) = (
    ["需补充的内容", "What is missing"],
    ["1. 岗位清单\n2. 薪酬范围", "1. The list of posts\n2. The range of pay"],
);
const NOTE: (Both, Both) = (
    ["留言内容", "What it says"],
    ["岗位清单已更新，共十二个。", "The list of posts is renewed: twelve in all."],
);
const REPLY: &[(Both, Both)] = &[
    (["办理结果", "Outcome"], ["已解决", "Solved"]),
    (["答复内容", "Reply"], ["九月二十日举办专场招聘会。", "A job fair will be held on 20 September."]),
];

fn scene(mail: &str) -> Scene {
    let scene = |action, actor, state, answers, clocks| Scene { action, actor, state, answers, clocks };
    match mail {
        "request-filed" | "request-to-accept" => scene(
            ["提交诉求", "File a request"],
            WANG,
            ["待受理", "Awaiting acceptance"],
            &[CONTENT],
            &[ACCEPT],
        ),
        "request-supplement-asked" => scene(
            ["要求补充", "Ask for supplement"],
            STAFF,
            ["待补充", "Awaiting supplement"],
            &[MISSING],
            &[(["逾期未补充，自动撤回", "Withdrawn for want of a supplement"], Some("2026-09-22 17:30"))],
        ),
        // Nobody answered: the time to answer lapsed.
        "request-answered" => scene(
            ["逾期未说明，继续办理", "Goes on without an answer"],
            None,
            ["办理中", "In progress"],
            &[],
            &[FINISH],
        ),
        "request-accepted" | "request-to-dispatch" => scene(
            ["受理", "Accept"],
            STAFF,
            ["待派单", "Awaiting dispatch"],
            &[
                (["类别", "Kind"], ["一般事项", "General matter"]),
                (["紧急程度", "Urgency"], ["一般", "Normal"]),
            ],
            &[FINISH],
        ),
        "request-not-accepted" => scene(
            ["不予受理", "Do not accept"],
            STAFF,
            ["不予受理", "Not accepted"],
            &[(["不予受理原因", "Reason for not accepting"], ["不属于本区范围", "Outside the zone"])],
            &[],
        ),
        "request-dispatched" => scene(
            ["派单", "Dispatch"],
            STAFF,
            ["待签收", "Awaiting sign-off"],
            &[(["主办单位", "Lead unit"], ["人才服务局", "Talent bureau"])],
            &[FINISH],
        ),
        "request-signed" => scene(["签收", "Sign"], STAFF, ["办理中", "In progress"], &[], &[FINISH]),
        "request-replied" => scene(
            ["答复", "Reply"],
            STAFF,
            ["待评价", "Replied, awaiting rating"],
            REPLY,
            &[(["逾期未评价，自动办结", "Closed unrated"], Some("2026-09-29 17:30"))],
        ),
        "request-rework" => scene(
            ["评价", "Confirm and rate"],
            WANG,
            ["重办中", "Rework"],
            &[(["满意度", "Rating"], ["不满意", "Dissatisfied"])],
            &[(["重办时限", "Time to rework"], Some("2026-09-11 17:30"))],
        ),
        "request-closed" => scene(
            ["评价", "Confirm and rate"],
            WANG,
            ["已办结", "Closed"],
            &[(["满意度", "Rating"], ["非常满意", "Very satisfied"])],
            &[],
        ),
        "note-added" => scene(["留言", "Note"], WANG, ["办理中", "In progress"], &[NOTE], &[FINISH]),
        "case-watched" => scene(["签收", "Sign"], STAFF, ["办理中", "In progress"], &[], &[FINISH]),
        "request-withdrawn" => scene(["撤回", "Withdraw"], WANG, ["已撤回", "Withdrawn"], &[], &[]),
        "request-overdue" => scene(CLOCK, None, ["办理中", "In progress"], &[], &[FINISH]),
        // Also what a mail of a new process gets until it has a scene of its own.
        _ => scene(
            CLOCK,
            None,
            ["办理中", "In progress"],
            &[],
            &[FINISH, (["重办时限", "Time to rework"], None)],
        ),
    }
}

fn context(mail: &str, language: Language) -> Value {
    let index = Language::ALL.iter().position(|other| *other == language).unwrap();
    let say = |both: Both| both[index];
    let scene = scene(mail);
    let answers =
        scene.answers.iter().map(|(label, value)| json!({ "label": say(*label), "value": say(*value) }));
    let clocks = scene.clocks.iter().map(|(title, due)| json!({ "title": say(*title), "due": due }));
    json!({
        "zone": { "name": say(["临江经济开发区", "Linjiang Economic Development Zone"]) },
        "recipient": { "name": say(["王小明", "Wang Xiaoming"]) },
        "case": {
            "number": "QX-20260901-0001",
            "title": say(["研发人员难招", "R&D staff are hard to find"]),
            "process": say(["企业诉求", "Company request"]),
            "state": say(scene.state),
            "company": say(["凌云精密（虚构）有限公司", "Lingyun Precision (fictional) Ltd"]),
        },
        "action": { "title": say(scene.action), "actor": scene.actor.map(say) },
        "answers": answers.collect::<Vec<_>>(),
        "clocks": clocks.collect::<Vec<_>>(),
    })
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
    let letters = mails().into_iter().flat_map(|name| Language::ALL.map(|language| (name, language)));
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
    while worker.run_once(ZONE, start()).await.unwrap().taken() > 0 {}

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
