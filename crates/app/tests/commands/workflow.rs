use crate::binary::{answer, refusal, run};
use std::fs;

const DEFINITION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../workflow/definitions/request/v2.toml");
const STORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../workflow/definitions/request/v2.story");

#[test]
fn a_sound_definition_has_no_findings() {
    assert_eq!(answer(&["workflow", "check", DEFINITION]), "");
    assert!(refusal(&["workflow", "check", "no-such-file.toml"]).contains("no-such-file.toml"));
}

#[test]
fn findings_are_a_line_each_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.toml");
    fs::write(&file, fs::read_to_string(DEFINITION).unwrap().replace("request-accepted", "request-acepted"))
        .unwrap();
    let file = file.to_str().unwrap();
    for arguments in [&["workflow", "check", file][..], &["workflow", "export", file, "--format", "rights"]] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.err.as_str()), (1, ""));
        for line in ran.out.lines() {
            let place = line.strip_prefix(file).and_then(|rest| rest.strip_prefix(':')).unwrap();
            let parts: Vec<&str> = place.splitn(3, ':').collect();
            assert!(parts[..2].iter().all(|part| part.parse::<u32>().is_ok()), "{line}");
            assert!(parts[2].contains("request-accepted"), "{line}");
        }
        assert!(ran.out.lines().count() >= 1);
    }
}

#[test]
fn a_story_tells_what_it_showed_or_where_it_went_wrong() {
    let out = answer(&["workflow", "story", STORY]);
    assert!(out.contains(" lines went as told; "), "{out}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.story");
    fs::write(&file, fs::read_to_string(STORY).unwrap().replace("2022-10-08 17:30", "2022-10-09 17:30"))
        .unwrap();
    let ran = run(&["workflow", "story", file.to_str().unwrap(), "--definition", DEFINITION]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(
        ran.out.starts_with(&format!("{}:", file.display())) && ran.out.contains("2022-10-08 17:30"),
        "{}",
        ran.out
    );
}

#[test]
fn exports_are_in_the_language_asked_for() {
    let export = |format, language| {
        answer(&["workflow", "export", DEFINITION, "--format", format, "--language", language])
    };
    assert!(export("mermaid", "en").starts_with("stateDiagram-v2\n"));
    assert!(export("mermaid", "zh").contains("受理"));
    assert!(export("rights", "zh").contains("| 状态 |"));
    assert!(export("svg", "zh").starts_with("<svg ") && export("svg", "zh").contains(">待受理</text>"));
    let machine: serde_json::Value = serde_json::from_str(&export("xstate", "zh")).unwrap();
    assert_eq!(machine["states"]["submitted"]["description"], "待受理");
    assert_eq!(machine["states"]["submitted"]["on"]["accept"][0]["target"], "#accepted");
    let odd = run(&["workflow", "export", DEFINITION, "--format", "png"]);
    assert_eq!(odd.code, 2);
    assert!(odd.err.contains("mermaid, svg, xstate, rights"), "{}", odd.err);
}

#[test]
fn the_rights_name_every_role_field_and_process() {
    let out = answer(&["rights"]);
    let row = |name: &str| out.lines().find(|line| line.starts_with(&format!("| {name} |"))).unwrap();
    assert_eq!(
        row("Field"),
        "| Field | company | staff | clerk | dispatcher | visitor | adjudicator | supervisor | centre_head | \
         zone_leader | administrator |"
    );
    assert_eq!(row("Mutation.caseAct"), "| Mutation.caseAct | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ |");
    assert_eq!(row("Case.mails"), "| Case.mails |  | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ |");
    for process in [
        "Company request, version 1",
        "Company request, version 2",
        "Co-handling, version 1",
        "Grid event, version 1",
    ] {
        assert!(out.contains(&format!("\n# {process}")), "{process}");
    }
    let schema = answer(&["schema"]);
    for query in ["cases", "me", "node"] {
        assert!(
            schema.contains(&format!("\t{query}")) && out.contains(&format!("| Query.{query} |")),
            "{query}"
        );
    }
}
