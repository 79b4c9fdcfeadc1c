//! Processes at run time: limits of a zone, definitions that come over the API, cases that move to a new version.
use super::stage::Stage;
use crate::client::{House, Visitor, house, list, post_raw, text};
use crate::server::binary;
use serde_json::{Value, json};

/// A process of two steps, small enough to be broken in one place at a time.
const VISITS: &str = r#"process = "visits"
version = 1
prefix = "V"
subject = "title"
initial = "planned"
title = { zh = "走访", en = "Visits" }
summary = { zh = "走访企业", en = "Visiting companies" }
[role.clerk]
is = "holder"
title = { zh = "受理员", en = "the intake clerk" }
[field.title]
title = { zh = "标题", en = "Title" }
type = "text"
max = 100
[state.planned]
title = { zh = "计划", en = "Planned" }
phase = "received"
[state.under_way]
title = { zh = "走访中", en = "Under way" }
phase = "active"
[state.done]
title = { zh = "已走访", en = "Done" }
phase = "done"
final = true
[action.plan]
title = { zh = "计划走访", en = "Plan a visit" }
opens = true
by = ["clerk"]
asks = ["title"]
then = [{ record = ["title"] }]
[action.go]
title = { zh = "出发", en = "Go" }
by = ["clerk"]
from = ["planned"]
to = "under_way"
[action.finish]
title = { zh = "完成", en = "Finish" }
by = ["clerk"]
from = ["under_way"]
to = "done"
[clock.visit]
title = { zh = "走访时限", en = "Time to visit" }
start = ["on plan"]
stop = ["on finish"]
limit = "5wd"
"#;

fn publish(by: &Visitor, what: &str, definition: &str) -> Value {
    let query = format!(
        "mutation ($text: String!) {{ came: {what}(text: $text) {{ process {{ key version }} repeated vacantRoles
            findings {{ line column message }} refusal {{ code message }} }} }}"
    );
    by.ask(&query, &json!({"text": definition}))["came"].take()
}

#[test]
fn a_definition_with_mistakes_is_refused_with_every_one_and_its_line_and_column() {
    let house = house();
    let administrator = house.visitor("administrator");
    assert_eq!(publish(&administrator, "definitionCheck", VISITS)["findings"], json!([]));
    let wrong = VISITS
        .replace("to = \"under_way\"", "to = \"underway\"")
        .replace("limit = \"5wd\"", "limit = \"5days\"");
    for what in ["definitionCheck", "definitionPublish"] {
        let came = publish(&administrator, what, &wrong);
        assert!(came["process"].is_null(), "{came}");
        for (mistake, nearest) in [("\"underway\"", "under_way"), ("\"5days\"", "wd")] {
            let line = wrong.lines().position(|line| line.ends_with(mistake)).expect("it is there");
            let column = wrong.lines().nth(line).expect("a line").find('"').expect("a column") + 1;
            let there = list(&came["findings"]).iter().any(|finding| {
                finding["line"] == line + 1
                    && finding["column"] == column
                    && text(&finding["message"]).contains(nearest)
            });
            assert!(there, "{mistake} in line {} column {column}: {came}", line + 1);
        }
        let code = &came["refusal"]["code"];
        assert!(if what == "definitionCheck" { code.is_null() } else { code == "FINDINGS" }, "{came}");
    }
    let processes = administrator.ask("{ processes { key } }", &json!({}));
    assert!(!processes.to_string().contains("visits"), "{processes}");
    let refused =
        house.visitor("clerk").answer("mutation { definitionCheck(text: \"\") { repeated } }", &json!({}));
    assert_eq!(refused.code(), "FORBIDDEN");
}

#[test]
fn a_definition_that_goes_round_without_end_is_refused_with_the_way_round() {
    let administrator = house().visitor("administrator");
    let circle = |name: &str, from: &str, to: &str| {
        format!(
            "[automatic.{name}]\ntitle = {{ zh = \"自动\", en = \"Of itself\" }}\nfrom = [\"{from}\"]\nto = \"{to}\"\nwhen = 'true'\n"
        )
    };
    let loops = format!(
        "{VISITS}{}{}",
        circle("there", "planned", "under_way"),
        circle("back", "under_way", "planned")
    );
    let came = publish(&administrator, "definitionPublish", &loops);
    let found = came["findings"].to_string();
    assert!(
        found.contains("never settle") && found.contains("-there->") && found.contains("-back->"),
        "{came}"
    );
    assert_eq!(came["refusal"]["code"], "FINDINGS");
}

#[test]
fn a_definition_of_5_mb_is_refused_and_so_is_the_longest_that_is_read() {
    let house = house();
    let administrator = house.visitor("administrator");
    let long = |bytes: usize| format!("{VISITS}# {}\n", "x".repeat(bytes));
    let body = json!({"query": "mutation ($text: String!) { definitionPublish(text: $text) { repeated } }",
        "variables": {"text": long(5_000_000)}});
    let token = format!("authorization: Bearer {}", administrator.token.as_deref().expect("a token"));
    let status = post_raw(&house.server.url, "/graphql", &token, body.to_string().as_bytes());
    assert_eq!(status, 413);
    // As long as a body may be, with a mistake in every line.
    let mistakes = "[state]\n".repeat(25_000);
    let came = publish(&administrator, "definitionPublish", &mistakes);
    assert_eq!(came["refusal"]["code"], "FINDINGS", "{came}");
    let said = came["findings"].to_string().len();
    assert!((1..100_000).contains(&said), "{said} bytes of findings");
    // From a file, where nothing else stands before it.
    let file = house.server.dir.path().join("long.toml");
    for text in [long(5_000_000), "[state]\n".repeat(700_000)] {
        std::fs::write(&file, text).expect("a file");
        let mut check = std::process::Command::new(binary());
        let checked = check.args(["workflow", "check"]).arg(&file).env_clear().output().expect("it runs");
        let said = String::from_utf8_lossy(&checked.stdout);
        assert_eq!((checked.status.code(), checked.stderr.len()), (Some(1), 0), "{said:.500}");
        assert!(said.starts_with(&file.display().to_string()) && said.len() < 100_000, "{said:.500}");
    }
}

fn set(by: &Visitor, limit: &str, value: Option<&str>) -> Value {
    let query = "mutation ($input: LimitSetInput!) { limitSet(input: $input) { recomputed limits { key value shipped }
        refusal { code message } } }";
    by.ask(query, &json!({"input": {"process": "request", "limit": limit, "value": value}}))["limitSet"]
        .take()
}

#[test]
fn a_limit_of_the_zone_moves_what_is_due_and_gives_it_back() {
    let mut stage = Stage::at("2026-03-02 09:00");
    stage.play(
        "qiming file title=停车难 content=园区停车位不足。 contact=方启然 phone=0571-0000-0101
        clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30",
    );
    let administrator = stage.who("administrator");
    let came = set(&administrator, "general", Some("3wd"));
    assert!(came["refusal"].is_null() && came["recomputed"].as_u64() >= Some(1), "{came}");
    let general = json!({"key": "general", "value": "3wd", "shipped": "5wd"});
    assert!(list(&came["limits"]).contains(&general), "{came}");
    stage.play("at 2026-03-02 09:00 => awaiting_dispatch, finish due 2026-03-05 17:30");
    let last = "timeline(last: 1) { nodes { kind clocks { clock change } } }";
    let recomputed = json!([{"clock": "finish", "change": "RECOMPUTED"}]);
    assert_eq!(stage.see("case", last)["timeline"]["nodes"][0]["clocks"], recomputed);
    stage.play(
        "lanhe file title=停车更难 content=园区停车位更不足。 contact=潘水清 phone=0571-0000-0201 as second
        on second: clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-05 17:30",
    );
    for (limit, value, code) in [
        ("generall", "3wd", "NO_SUCH_LIMIT"),
        ("general", "3 weeks", "NO_LIMIT"),
        ("general", "0", "NO_LIMIT"),
    ] {
        assert_eq!(set(&administrator, limit, Some(value))["refusal"]["code"], code, "{limit} = {value}");
    }
    set(&administrator, "general", None);
    stage.play(
        "at 2026-03-02 09:00 => awaiting_dispatch, finish due 2026-03-09 17:30
        on second: clerk urge => awaiting_dispatch, finish due 2026-03-09 17:30",
    );
}

fn move_to(by: &Visitor, version: u32, dry_run: bool) -> Value {
    let query = "mutation ($input: ProcessMoveInput!) { processMove(input: $input) { moved busy stuck
        stays { case { title } refusal { code message } } refusal { code } } }";
    by.ask(query, &json!({"input": {"process": "visits", "version": version, "dryRun": dry_run}}))["processMove"]
        .take()
}

#[test]
fn open_cases_are_moved_to_a_new_version_only_after_a_rehearsal_says_which_have_no_place_there() {
    // A house of its own: what is published stays.
    let house = House::open();
    let (administrator, clerk) = (house.visitor("administrator"), house.visitor("clerk"));
    let came = publish(&administrator, "definitionPublish", VISITS);
    assert_eq!(
        (&came["process"], &came["repeated"]),
        (&json!({"key": "visits", "version": 1}), &json!(false))
    );
    assert_eq!(publish(&administrator, "definitionPublish", VISITS)["repeated"], true);
    let other = VISITS.replace("5wd", "6wd");
    assert_eq!(publish(&administrator, "definitionPublish", &other)["refusal"]["code"], "FROZEN");
    let open = |title: &str| {
        let query =
            "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { case { id } refusal { code } } }";
        let answers = json!([{"field": "title", "value": {"text": title}}]);
        let came = clerk.ask(query, &json!({"input": {"process": "visits", "answers": answers}}));
        text(&came["caseOpen"]["case"]["id"]).to_owned()
    };
    let (planned, under_way) = (open("走访启明"), open("走访澜和"));
    assert_eq!(clerk.act(&json!({"caseId": under_way, "action": "go"}))["refusal"], Value::Null);
    // Version 2 calls the first state otherwise, and knows nothing of being under way.
    let new = VISITS
        .replace("version = 1", "version = 2")
        .replace("[state.under_way]", "[state.on_site]")
        .replace("\"under_way\"", "\"on_site\"")
        .replace("[state.planned]", "[state.listed]")
        .replace("\"planned\"", "\"listed\"");
    let new = format!("{new}[moves]\nfrom = 1\n[moves.state]\nplanned = \"listed\"\n");
    let came = publish(&administrator, "definitionPublish", &new);
    assert_eq!(came["process"]["version"], 2, "{came}");
    let old = VISITS.replace("version = 1", "version = 0");
    assert!(!publish(&administrator, "definitionPublish", &old)["refusal"].is_null());
    let seen = |case: &str| {
        let query = "query ($id: ID!) { case(id: $id) { version process { version } states { key }
            clocks { key startedAt dueAt } } }";
        clerk.ask(query, &json!({"id": case}))["case"].take()
    };
    let before = (seen(&planned), seen(&under_way));
    assert_eq!(before.0["process"]["version"], 1, "open cases stay where they are");
    let rehearsal = move_to(&administrator, 2, true);
    assert_eq!((&rehearsal["moved"], &rehearsal["stuck"]), (&json!(1), &json!(1)), "{rehearsal}");
    assert_eq!(rehearsal["stays"][0]["case"]["title"], "走访澜和");
    assert_eq!(rehearsal["stays"][0]["refusal"]["code"], "NO_IMAGE");
    assert!(text(&rehearsal["stays"][0]["refusal"]["message"]).contains("under_way"), "{rehearsal}");
    assert_eq!((seen(&planned), seen(&under_way)), before, "a rehearsal moves nothing");
    assert_eq!(move_to(&administrator, 2, false), rehearsal, "it goes as rehearsed");
    let after = seen(&planned);
    assert_eq!((&after["process"]["version"], &after["states"]), (&json!(2), &json!([{"key": "listed"}])));
    assert_eq!(after["clocks"], before.0["clocks"], "clocks go on as they are");
    assert_eq!(after["version"], 2, "the move is in the history");
    assert_eq!(seen(&under_way), before.1);
    assert_eq!(clerk.act(&json!({"caseId": planned, "action": "go"}))["case"]["states"][0]["key"], "on_site");
    assert_eq!(move_to(&administrator, 3, true)["refusal"]["code"], "NO_SUCH_PROCESS");
}
