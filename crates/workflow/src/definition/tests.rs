use super::Definition;
use crate::tests::scene::{REQUEST, REQUEST_V1, parse, vocabulary};
use crate::tests::together::{LEAD, PART};
use crate::{Phase, Vocabulary};

/// A small process in which nothing is wrong.
const SOUND: &str = r#"process = "small"
version = 1
prefix = "S"
title = { zh = "小", en = "Small" }

[role.owner]
is = "applicant"
title = { zh = "主", en = "the owner" }
[role.worker]
is = "assigned"
title = { zh = "工", en = "the worker" }

[field.size]
type = "number"
title = { zh = "大小", en = "Size" }
[field.unit]
type = "unit"
title = { zh = "单位", en = "Unit" }

[guard.big]
when = 'answer.size > 10'
says = { zh = "太小", en = "too small" }

[state.begun]
phase = "received"
title = { zh = "始", en = "Begun" }
[state.ended]
phase = "done"
final = true
title = { zh = "终", en = "Ended" }

[action.open]
title = { zh = "开", en = "Open" }
opens = true
by = ["owner"]
[action.hire]
title = { zh = "雇", en = "Hire" }
by = ["owner"]
from = ["begun"]
asks = ["unit"]
then = [{ assign = "worker", to = "answer.unit" }, { mark = "seen" }]
[action.end]
title = { zh = "完", en = "End" }
by = ["owner", "worker"]
from = ["begun"]
asks = ["size"]
guards = ["big"]
to = "ended"
then = [{ record = "size" }, { mail = "request-closed", to = "owner" }]

[clock.whole]
title = { zh = "全", en = "Whole" }
start = "on open"
stop = "enter ended"
limit = "5wd"

[mark.seen]
title = { zh = "见", en = "Seen" }
"#;

/// What is wrong with a text, a finding a line.
fn findings(text: &str) -> Vec<String> {
    match Definition::parse(text, &vocabulary()) {
        Ok(_) => vec![],
        Err(findings) => findings.iter().map(ToString::to_string).collect(),
    }
}

/// What is wrong once `from` is written as `to`: exactly one thing, at the place of `at`, which says `says`.
#[track_caller]
fn assert_one(from: &str, to: &str, at: &str, says: &str) {
    assert!(SOUND.contains(from), "{from}");
    let text = SOUND.replacen(from, to, 1);
    let place = text.find(at).unwrap_or_else(|| panic!("{at} is not in the text"));
    let line = text[..place].matches('\n').count() + 1;
    let column = text[text[..place].rfind('\n').map_or(0, |newline| newline + 1)..place].chars().count() + 1;
    let found = findings(&text);
    let expected = format!("{line}:{column}: ");
    assert!(
        found.len() == 1 && found[0].starts_with(&expected) && found[0].contains(says),
        "expected {expected}…{says}…, found {found:#?}"
    );
}

/// The same for text that is added at the end.
#[track_caller]
fn assert_added(added: &str, at: &str, says: &str) {
    let last = "[mark.seen]\ntitle = { zh = \"见\", en = \"Seen\" }\n";
    assert_one(last, &format!("{last}{added}"), at, says);
}

#[test]
fn a_sound_definition_has_no_findings() {
    assert_eq!(findings(SOUND), [] as [String; 0]);
    let definition = parse(SOUND);
    assert_eq!((&*definition.process, definition.version, &*definition.prefix), ("small", 1, "S"));
    assert_eq!(definition.opening().map(|(key, _)| &**key), Some("open"));
    assert_eq!(definition.digest.len(), 64);
    assert_ne!(parse(&format!("{SOUND}\n")).digest, definition.digest);
}

#[test]
fn ten_mistakes_give_ten_findings_each_at_its_place_with_the_nearest_word() {
    let mut text = SOUND.to_owned();
    for (from, to) in [
        ("version = 1", "version = \"one\""),
        ("is = \"applicant\"", "is = \"aplicant\""),
        ("type = \"number\"", "type = \"numbr\""),
        ("phase = \"received\"", "phase = \"recieved\""),
        ("opens = true", "opens = true\nbuy = 1"),
        ("by = [\"owner\"]\nfrom", "by = [\"ownr\"]\nfrom"),
        ("from = [\"begun\"]\nasks = [\"size\"]", "from = [\"begon\"]\nasks = [\"size\"]"),
        ("to = \"ended\"", "to = \"endid\""),
        ("request-closed", "request-close"),
        ("\"5wd\"", "\"5 days\""),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let found = findings(&text);
    let expected = [
        ("2:11", "expected a whole number, found string"),
        ("7:6", "did you mean `applicant`?"),
        ("14:8", "did you mean `number`?"),
        ("25:9", "did you mean `received`?"),
        ("35:1", "action `open` has no key `buy`; did you mean `by`?"),
        ("39:7", "there is no role `ownr`; did you mean `owner`?"),
        ("46:9", "there is no state `begon`; did you mean `begun`?"),
        ("49:6", "there is no state `endid`; did you mean `ended`?"),
        ("50:39", "did you mean `request-closed`?"),
        ("56:9", "`5 days` is not a limit"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, (place, says)) in found.iter().zip(expected) {
        assert!(found.starts_with(&format!("{place}: ")) && found.contains(says), "{place} {says}: {found}");
    }
}

#[test]
fn what_is_missing_is_said_of_the_table_that_lacks_it() {
    assert_one("process = \"small\"\n", "", "version", "the definition has no `process`");
    assert_one("is = \"applicant\"\n", "", "[role.owner]", "role `owner` has no `is`");
    assert_one(", en = \"Begun\"", "", "{ zh = \"始\" }", "a text has no `en`");
    assert_one("type = \"unit\"\n", "", "[field.unit]", "field `unit` has no `type`");
    assert_one("limit = \"5wd\"\n", "", "[clock.whole]", "clock `whole` has no `limit`");
    assert_one("by = [\"owner\"]\nfrom", "from", "hire]", "nobody may take action `hire`");
}

#[test]
fn a_value_of_the_wrong_type_is_a_finding() {
    assert_one("opens = true", "opens = \"yes\"", "\"yes\"", "expected true or false, found string");
    assert_one(
        "title = { zh = \"小\", en = \"Small\" }",
        "title = \"Small\"",
        "\"Small\"",
        "expected a table, found string",
    );
    assert_one("prefix = \"S\"", "prefix = 5", "5", "expected a string, found integer");
    assert_one("version = 1", "version = -1", "-1", "expected a whole number from 0");
    assert_one(
        "type = \"number\"",
        "type = \"number\"\nmin = true",
        "true",
        "expected a number, found boolean",
    );
}

#[test]
fn a_blank_title_is_a_finding() {
    assert_one("en = \"Begun\"", "en = \" \"", "\" \"", "`en` says nothing");
}

#[test]
fn a_name_that_cannot_be_written_everywhere_is_a_finding() {
    let boss = "[role.\"The boss\"]\nis = \"holder\"\ntitle = { zh = \"板\", en = \"Boss\" }\n";
    assert_added(boss, "\"The boss\"", "`The boss` is no name");
    assert_one("process = \"small\"", "process = \"Small\"", "\"Small\"", "`Small` is no name");
}

#[test]
fn the_head_is_checked() {
    assert_one("prefix = \"S\"", "prefix = \"s\"", "\"s\"", "one to four capital letters");
    assert_one("version = 1", "version = 0", "0", "counts from 1");
    assert_one("version = 1", "version = 1\nsubject = \"size\"", "\"size\"", "a field of type text");
    assert_one("version = 1", "version = 1\nsubject = \"siz\"", "\"siz\"", "did you mean `size`?");
    assert_one("version = 1", "version = 1\ninitial = \"begon\"", "\"begon\"", "did you mean `begun`?");
}

#[test]
fn exactly_one_action_opens_a_case() {
    let second = "[action.reopen]\ntitle = { zh = \"再\", en = \"Again\" }\nopens = true\nby = [\"owner\"]\n";
    assert_added(second, "reopen", "a second action has `opens = true`");
    let none = findings(&SOUND.replace("opens = true", "from = [\"begun\"]"));
    assert!(none.iter().any(|found| found.contains("no action has `opens = true`")), "{none:#?}");
    assert_one(
        "opens = true",
        "opens = true\nfrom = [\"begun\"]",
        "open]",
        "needs `from`, unless it has `opens",
    );
    assert_one("opens = true", "opens = true\nto = \"ended\"", "open]", "leave out `to`");
}

#[test]
fn what_nothing_uses_is_a_finding() {
    assert_one("guards = [\"big\"]\n", "", "big]", "no action uses guard `big`");
    assert_one(", { mark = \"seen\" }", "", "seen]", "nothing sets mark `seen`");
    let spare = "[field.spare]\ntype = \"date\"\ntitle = { zh = \"闲\", en = \"Spare\" }\n";
    assert_added(spare, "spare]", "no action asks `spare`");
}

#[test]
fn a_guard_asks_only_what_its_action_asks() {
    let hire = "asks = [\"unit\"]\n";
    assert_one(
        hire,
        &format!("{hire}guards = [\"big\"]\n"),
        "\"big\"]\nthen",
        "`answer.size`, which `hire` does not ask",
    );
    assert_one("guards = [\"big\"]", "guards = [\"big\", \"bug\"]", "\"bug\"", "did you mean `big`?");
}

#[test]
fn a_mistake_in_a_condition_is_found_at_its_column_inside_the_string() {
    assert_one("'answer.size > 10'", "'answer.siz > 10'", "answer.siz ", "did you mean `answer.size`?");
    assert_one("'answer.size > 10'", "'answer.size > \"ten\"'", "\"ten\"", "");
    // Escapes and quotes of the file do not shift the column.
    assert_one("'answer.size > 10'", r#""1 in (1) and \"甲\" = \"甲\" and siz > 1""#, "siz >", "found `siz`");
    assert_one("'answer.size > 10'", "'''\nanswer.size > 1 and\n  siz > 1'''", "siz >", "found `siz`");
    let branch = "to = [{ when = 'answer.unt = \"x\"', state = \"ended\" }, { state = \"ended\" }]";
    assert_one("to = \"ended\"", branch, "answer.unt", "");
}

#[test]
fn a_condition_outside_an_action_has_no_answers() {
    assert_one(
        "limit = \"5wd\"",
        "limit = [{ when = 'answer.size > 1', limit = \"1wd\" }, \"5wd\"]",
        "answer.size > 1'",
        "",
    );
    assert_eq!(
        findings(&SOUND.replace("\"5wd\"", "[{ when = 'case.size > 1', limit = \"1wd\" }, \"5wd\"]")),
        [""; 0]
    );
}

#[test]
fn only_guards_ask_who_acts_and_by_a_role_there_is() {
    assert_eq!(
        findings(&SOUND.replace("answer.size > 10", "answer.size > 10 and not(actor.worker)")),
        [""; 0]
    );
    assert_one(
        "answer.size > 10",
        "answer.size > 10 and actor.workr",
        "actor.workr",
        "did you mean `actor.worker`?",
    );
    let branch = "to = [{ when = 'actor.owner', state = \"ended\" }, { state = \"ended\" }]";
    assert_one("to = \"ended\"", branch, "actor.owner", "");
}

#[test]
fn people_are_given_the_roles_that_act_or_are_told() {
    let added = "[role.memory]\nis = \"assigned\"\ntitle = { zh = \"记\", en = \"who did\" }\n[role.told]\nis = \"holder\"\ntitle = { zh = \"知\", en = \"who is told\" }\n";
    let text = SOUND.replace("[field.size]", &format!("{added}[field.size]"));
    let text = text.replace(
        "limit = \"5wd\"",
        "limit = \"5wd\"\nbreach = [{ mail = \"request-closed\", to = [\"told\"] }]",
    );
    let definition = parse(&text);
    let given: Vec<&str> =
        definition.roles.keys().filter(|role| definition.is_given(role)).map(|role| &**role).collect();
    assert_eq!(given, ["owner", "worker", "told"]);
}

#[test]
fn effects_name_what_is_there() {
    let then = "{ mark = \"seen\" }";
    assert_one(then, "{ mark = \"seen\" }, { mark = \"sen\" }", "\"sen\"", "did you mean `seen`?");
    assert_one(
        then,
        "{ mark = \"seen\" }, { record = \"size\" }",
        "\"size\" }]\n[action.end]",
        "no question asked here `size`",
    );
    assert_one(
        then,
        "{ mark = \"seen\" }, { raise = \"bell\" }",
        "\"bell\"",
        "no automatic with `on` = `bell`",
    );
    assert_one(then, "{ mark = \"seen\" }, { post = \"x\" }", "post", "found `post`");
    assert_one(
        "mail = \"request-closed\", to = \"owner\"",
        "mail = \"request-closed\", to = \"owner2\"",
        "\"owner2\"",
        "no role",
    );
    assert_one("to = \"answer.unit\"", "to = \"answer.size\"", "\"answer.size\"", "no question asked here");
    let record = "{ record = \"size\" }";
    let assign = format!("{record}, {{ assign = \"worker\", to = \"answer.size\" }}");
    assert_one(record, &assign, "\"answer.size\"", "field `size` is a number; expected a person or unit");
    assert_one("to = \"answer.unit\"", "to = \"somebody\"", "\"somebody\"", "`answer.FIELD` or `told.ROLE`");
    assert_one("assign = \"worker\"", "assign = \"owner\"", "\"owner\", to", "is not `assigned`");
}

#[test]
fn branches_and_questions_are_in_order() {
    let twice = "to = [\"ended\", { when = 'answer.size > 1', state = \"ended\" }]";
    assert_one("to = \"ended\"", twice, "\"ended\", {", "only the last branch may lack `when`");
    assert_one(
        "asks = [\"size\"]",
        "asks = [\"size\"]\noptional = [\"size\"]",
        "\"size\"]\nguards",
        "asks `size` twice",
    );
    assert_one(
        "from = [\"begun\"]\nasks = [\"unit\"]",
        "from = [\"begun\", \"begun\"]\nasks = [\"unit\"]",
        "\"begun\"]\nasks",
        "twice",
    );
    assert_one(
        "from = [\"begun\"]\nasks = [\"unit\"]",
        "from = [\"begun\", \"ended\"]\nasks = [\"unit\"]",
        "\"ended\"]\nasks",
        "is final",
    );
}

#[test]
fn clocks_can_stop_and_go_on() {
    assert_one("stop = \"enter ended\"\n", "", "whole]", "can never stop");
    assert_one(
        "stop = \"enter ended\"",
        "stop = \"enter ended\"\npause = \"on hire\"",
        "whole]",
        "both `pause` and `resume`",
    );
    assert_one("start = \"on open\"", "start = \"on opne\"", "\"on opne\"", "did you mean `open`?");
    assert_one("start = \"on open\"", "start = \"open\"", "\"open\"\nstop", "`open` is no moment");
    let telling = "limit = \"5wd\"\ninternal = true\nlate = { after = \"1wd\", then = [{ mail = \"request-closed\", to = \"owner\" }] }";
    assert_one("limit = \"5wd\"", telling, "whole]", "is internal, and mails `owner`, who applied");
    let last = "limit = [\"1wd\", { when = 'case.size > 1', limit = \"5wd\" }]";
    let found = findings(&SOUND.replace("limit = \"5wd\"", last));
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn a_clock_that_runs_past_the_end_is_found_with_the_path() {
    let says = "clock `whole` still runs when the case is over: begun -end-> ended";
    assert_one("stop = \"enter ended\"", "stop = \"on hire\"", "whole]", says);
}

const WAITING: &str = "[state.waiting]\nphase = \"active\"\ntitle = { zh = \"等\", en = \"Waiting\" }\n";

#[test]
fn a_state_that_no_path_leads_to_is_found() {
    assert_added(WAITING, "waiting]", "no path leads to state `waiting`");
}

#[test]
fn a_dead_end_is_found_with_the_path() {
    let wait = "[action.wait]\ntitle = { zh = \"等\", en = \"Wait\" }\nby = [\"owner\"]\nfrom = [\"begun\"]\nto = \"waiting\"\n";
    assert_added(
        &format!("{WAITING}{wait}"),
        "waiting]",
        "is not an end, yet nothing leaves it: begun -wait-> waiting",
    );
}

#[test]
fn a_state_without_a_phase_is_found_unless_one_around_it_has_one() {
    assert_one("phase = \"received\"\n", "", "begun]", "has no `phase`");
    let inner = SOUND.replace("[state.begun]\nphase = \"received\"", "[state.whole]\nphase = \"active\"\ntitle = { zh = \"整\", en = \"Whole\" }\n[state.begun]\nin = \"whole\"");
    assert_eq!(parse(&inner).phase("begun"), Some(Phase::Active));
}

#[test]
fn automatics_need_a_trigger_and_a_state() {
    let automatic =
        |rest: &str| format!("[automatic.lapse]\ntitle = {{ zh = \"过\", en = \"Lapse\" }}\n{rest}\n");
    let from = "from = [\"begun\"]\nto = \"ended\"\n";
    assert_eq!(findings(&format!("{SOUND}{}", automatic(&format!("{from}after = \"3wd\"")))), [""; 0]);
    assert_added(&automatic(from), "lapse]", "needs one of `after`, `at`, `on`, `when`");
    assert_added(
        &automatic(&format!("{from}after = \"3wd\"\non = \"x\"")),
        "\"x\"",
        "one of `after`, `at`, `on`",
    );
    assert_added(&automatic(&format!("{from}on = \"bell\"")), "\"bell\"", "no effect that raises `bell`");
    assert_added(
        &automatic(&format!("{from}on = \"done begon\"")),
        "\"done begon\"",
        "did you mean `begun`?",
    );
    assert_added(&automatic("to = \"ended\"\nafter = \"3wd\""), "lapse]", "starts nowhere");
    let found = findings(&format!(
        "{SOUND}{}",
        automatic(&format!("{from}after = \"3wd\"")).replace("lapse", "hire")
    ));
    assert!(found.len() == 1 && found[0].contains("`hire` is an action already"), "{found:#?}");
}

#[test]
fn automatics_that_go_round_are_found_with_the_circle() {
    let going = |name: &str, from: &str, to: &str| {
        format!(
            "[automatic.{name}]\ntitle = {{ zh = \"{name}\", en = \"{name}\" }}\nfrom = [\"{from}\"]\nwhen = 'mark.seen'\nto = \"{to}\"\n"
        )
    };
    let circle =
        format!("{WAITING}{}{}", going("there", "begun", "waiting"), going("back", "waiting", "begun"));
    assert_added(&circle, "there]", "go round and never settle: begun -there-> waiting -back-> begun");
    let alone = "[automatic.stuck]\ntitle = { zh = \"转\", en = \"Stuck\" }\nfrom = [\"begun\"]\nwhen = 'mark.seen'\n";
    assert_added(alone, "stuck]", "begun -stuck-> begun");
}

#[test]
fn states_lie_properly_within_each_other() {
    let state = |name: &str, rest: &str| {
        format!("[state.{name}]\nphase = \"active\"\ntitle = {{ zh = \"状\", en = \"S\" }}\n{rest}\n")
    };
    assert_added(&state("a", "in = \"begon\""), "\"begon\"", "did you mean `begun`?");
    let round = findings(&format!("{SOUND}{}{}", state("a", "in = \"b\""), state("b", "in = \"a\"")));
    assert!(round.len() == 2 && round[0].contains("`a` lies within itself"), "{round:#?}");
    assert_added(&state("a", "in = \"ended\""), "ended]", "so it contains nothing");
    assert_added(&state("a", "parallel = true"), "a]", "contains no state to be in");
    assert_added(&state("a", "history = \"deep\""), "a]", "needs `in`");
    assert_added(&state("a", "initial = \"begun\""), "\"begun\"\n", "does not lie within `a`");
    let deep: String =
        (1..=20).map(|at| state(&format!("s{at}"), &format!("in = \"s{}\"", at - 1))).collect();
    let found = findings(&format!("{SOUND}{}{deep}", state("s0", "")));
    assert!(found.iter().all(|found| found.contains("deeper than 16")) && !found.is_empty(), "{found:#?}");
}

#[test]
fn regions_and_history_are_reached_through_what_enters_them() {
    let text = SOUND.replace(
        "[action.open]",
        r#"[state.both]
phase = "active"
parallel = true
title = { zh = "并", en = "Both" }
[state.left]
in = "both"
title = { zh = "左", en = "Left" }
[state.l1]
in = "left"
title = { zh = "左一", en = "L1" }
[state.l2]
in = "left"
title = { zh = "左二", en = "L2" }
[state.lh]
in = "left"
history = "shallow"
title = { zh = "左史", en = "LH" }
[state.right]
in = "both"
title = { zh = "右", en = "Right" }
[state.aside]
phase = "waiting"
title = { zh = "旁", en = "Aside" }
[action.enter]
title = { zh = "进", en = "Enter" }
by = ["owner"]
from = ["begun"]
to = "l2"
[action.back]
title = { zh = "退", en = "Back" }
by = ["owner"]
from = ["both"]
to = "aside"
[action.again]
title = { zh = "再", en = "Again" }
by = ["owner"]
from = ["aside"]
to = "lh"
[action.open]"#,
    );
    let definition = parse(&text);
    let leaves: Vec<&str> = definition.leaves().map(|(key, _)| &**key).collect();
    assert_eq!(leaves, ["begun", "ended", "l1", "l2", "right", "aside"]);
    let edges = definition.edges();
    let to = |by: &str| edges.iter().filter(|edge| &*edge.by == by).map(|edge| &*edge.to).collect::<Vec<_>>();
    assert_eq!(to("enter"), ["l2", "right"]);
    assert_eq!(to("again"), ["l1", "right"]);
}

#[test]
fn a_text_that_is_not_toml_is_said_to_be_none() {
    let found = findings("process = \nversion = 1");
    assert!(found.iter().all(|found| found.contains("not TOML")) && found[0].starts_with("1:"), "{found:#?}");
    assert!(findings("\u{0}\u{feff}[[[").iter().all(|found| found.contains("not TOML")));
}

#[test]
fn a_definition_that_is_far_too_large_is_refused_at_once() {
    assert!(findings(&"# a comment\n".repeat(500_000))[0].contains("at most 524288 are read"));
    let many: String = (0..501).fold(String::new(), |many, at| {
        format!("{many}[mark.m{at}]\ntitle = {{ zh = \"记\", en = \"M\" }}\n")
    });
    assert!(findings(&format!("{SOUND}{many}")).iter().any(|found| found.contains("at most 500 are read")));
}

#[test]
fn mails_without_a_template_are_found() {
    let found = Definition::parse(SOUND, &Vocabulary::default()).unwrap_err();
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("no template of a mail `request-closed`"), "{}", found[0]);
}

#[test]
fn no_cut_of_a_definition_panics() {
    for (at, _) in REQUEST.char_indices().step_by(101) {
        let _ = Definition::parse(&REQUEST[..at], &vocabulary());
        let _ = Definition::parse(&REQUEST[at..], &vocabulary());
    }
}

#[test]
fn the_phase_of_a_request_follows_its_states() {
    let phase = |state| REQUEST_V1.phase(state);
    assert_eq!(phase("awaiting_dispatch"), Some(Phase::Active));
    assert_eq!(phase("awaiting_company"), Some(Phase::Waiting));
    assert_eq!(phase("elsewhere"), None);
    assert!(
        REQUEST_V1.is_from(&["accepted".into()], "rework")
            && !REQUEST_V1.is_from(&["accepted".into()], "replied")
    );
}

/// What is wrong with the lead matter once `from` is written as `to`: exactly one thing, at the place of `at`.
#[track_caller]
fn assert_lead(from: &str, to: &str, at: &str, says: &str) {
    assert!(LEAD.contains(from), "{from}");
    let text = LEAD.replacen(from, to, 1);
    let place = text.find(at).unwrap_or_else(|| panic!("{at} is not in the text"));
    let line = text[..place].matches('\n').count() + 1;
    let column = text[text[..place].rfind('\n').map_or(0, |newline| newline + 1)..place].chars().count() + 1;
    let found = findings(&text);
    let expected = format!("{line}:{column}: ");
    assert!(
        found.len() == 1 && found[0].starts_with(&expected) && found[0].contains(says),
        "expected {expected}…{says}…, found {found:#?}"
    );
}

#[test]
fn a_limit_by_name_is_declared_used_and_one() {
    assert_eq!(findings(LEAD), [""; 0]);
    assert_lead(
        "after = \"hard\"",
        "after = \"hrd\"",
        "\"hrd\"",
        "there is no limit `hrd`; did you mean `hard`?",
    );
    assert_lead("after = \"3wd\"", "after = \"simpel\"", "\"simpel\"", "did you mean `simple`?");
    assert_lead("before = \"2wd\"", "before = \"2 days\"", "\"2 days\"", "is not a limit");
    assert_lead("after = \"2wd\", then", "after = \"climbs\", then", "\"climbs\"", "did you mean `climb`?");
    assert_lead("is = \"3wd\"", "is = \"3d\"", "\"3d\"", "is not a limit");
    let spare = "limit.spare = { is = \"1wd\", title = { zh = \"闲\", en = \"Spare\" } }\n";
    assert_lead("limit.simple", &format!("{spare}limit.simple"), "spare", "nothing uses limit `spare`");
}

#[test]
fn a_ladder_is_climbed_in_a_breach_by_steps_in_order() {
    assert_lead(
        "{ climb = \"chain\" }",
        "{ climb = \"chian\" }, { climb = \"chain\" }",
        "\"chian\"",
        "did you mean `chain`?",
    );
    assert_lead(
        "{ unmark = \"soon\" }]\n[action.hang]",
        "{ climb = \"chain\" }]\n[action.hang]",
        "\"chain\" }]\n[action.hang]",
        "in the `breach` of a clock only",
    );
    assert_lead("{ climb = \"chain\" }", "{ unmark = \"soon\" }", "chain]", "no clock climbs ladder `chain`");
    assert_lead(
        "role = \"head\", after = \"3wd\"",
        "role = \"head\", after = \"1wd\"",
        "\"1wd\" }]",
        "1wd is not later than 1wd, the step before",
    );
    assert_lead(
        "role = \"head\", after = \"3wd\"",
        "role = \"head\"",
        "\"head\" }]",
        "step `head` needs `after`",
    );
    assert_lead(
        "{ role = \"handler\" }",
        "{ role = \"handler\", after = \"1wh\" }",
        "\"1wh\"",
        "leave out `after`",
    );
    assert_lead("role = \"leader\", after", "role = \"leder\", after", "\"leder\"", "did you mean `leader`?");
    assert_lead(
        "mail = \"request-overdue\"",
        "mail = \"request-overdu\"",
        "\"request-overdu\"",
        "did you mean `request-overdue`?",
    );
    let none = LEAD.replace("steps = [{ role = \"handler\" }, { role = \"leader\", after = \"climb\" }, { role = \"head\", after = \"3wd\" }]", "steps = []");
    assert!(findings(&none).iter().any(|found| found.contains("ladder `chain` has no step")));
    // Lengths of different kinds cannot be compared.
    assert_eq!(
        findings(&LEAD.replace("role = \"head\", after = \"3wd\"", "role = \"head\", after = \"1h\"")),
        [""; 0]
    );
}

#[test]
fn effects_on_other_cases_name_what_is_there() {
    assert_lead(
        "{ extend = \"finish\"",
        "{ extend = \"finsh\"",
        "\"finsh\"",
        "no clock `finsh`; did you mean `finish`?",
    );
    assert_lead(
        "by = \"answer.days\"",
        "by = \"answer.day\"",
        "\"answer.day\"",
        "no question asked here `day`",
    );
    assert_lead("by = \"answer.days\"", "by = \"case.kind\"", "\"case.kind\"", "expected `answer.FIELD`");
    assert_lead(
        "asks = [\"days\"]\nguards = [\"in_time\", \"not_more\"]\nthen = [{ extend = \"finish\", by = \"answer.days\" }",
        "asks = [\"days\"]\noptional = [\"kind\"]\nguards = [\"in_time\", \"not_more\"]\nthen = [{ extend = \"finish\", by = \"answer.kind\" }",
        "\"answer.kind\" }, {",
        "field `kind` is a choice; expected a number",
    );
    assert_lead(", as = \"helper\"", "", "\"answer.with\"", "`each` needs `as`");
    assert_lead("each = \"answer.with\", as", "as", "\"helper\"", "`as` needs `each`");
    assert_lead(
        "each = \"answer.with\"",
        "each = \"answer.kind\"",
        "\"answer.kind\", as",
        "expected a unit or units",
    );
    assert_lead(
        "\"case.contact\"",
        "\"case.contct\"",
        "\"case.contct\"",
        "no recorded fact `contct`; did you mean `contact`?",
    );
    assert_lead(
        "\"clock.finish.due_on\"",
        "\"clock.finsh.due_on\"",
        "\"clock.finsh.due_on\"",
        "did you mean `finish`?",
    );
    assert_lead(
        "\"clock.finish.due_on\"",
        "\"clock.finish.due\"",
        "\"clock.finish.due\"",
        "expected `answer.FIELD`, `case.FIELD`, `clock.CLOCK.due_on`",
    );
    let literal = findings(&LEAD.replace("{ is = \"look\" }", "{ was = \"look\" }"));
    assert!(literal.len() == 2 && literal[0].contains("a literal has no `is`"), "{literal:?}");
}

#[test]
fn links_are_declared_made_and_lead_to_cases() {
    assert_lead(
        "then = [{ link",
        "then = [{ link = \"merged_in\", to = \"answer.master\" }, { link",
        "\"merged_in\"",
        "did you mean `merged_into`?",
    );
    assert_lead(
        "{ unlink = \"merged_into\" }",
        "{ unlink = \"merged\" }",
        "\"merged\" }",
        "no link `merged`",
    );
    assert_lead(
        "to = \"answer.master\"",
        "to = \"answer.mastr\"",
        "\"answer.mastr\"",
        "did you mean `master`?",
    );
    assert_lead("to = \"merged_into\", with", "to = \"childen\", with", "\"childen\"", "no link `childen`");
    assert_lead(
        "with = [\"reply\", \"note\"]",
        "with = [\"reply\", \"unit\"]",
        "\"unit\"] }",
        "no recorded fact `unit`",
    );
    let parent = "link.parent = { title = { zh = \"父\", en = \"Parent\" } }\n";
    let found = findings(&LEAD.replace("link.merged_into =", &format!("{parent}link.merged_into =")));
    assert!(found.iter().any(|found| found.contains("the link of every spawned case already")), "{found:?}");
    assert!(found.iter().any(|found| found.contains("nothing makes link `parent`")), "{found:?}");
}

#[test]
fn what_is_told_is_heard_by_automatics_and_said_only_there() {
    assert_lead("on = \"told part_done\"", "on = \"told \"", "\"told \"", "expected `told EVENT`");
    assert_lead(
        "then = [{ record = [\"part\"] }",
        "then = [{ record = [\"part\", \"prt\"] }",
        "\"prt\"",
        "did you mean `part`?",
    );
    assert_lead(
        "{ assign = \"handler\", to = \"answer.unit\" }",
        "{ assign = \"handler\", to = \"told.handler\" }",
        "\"told.handler\" },\n",
        "no other case tells anything here",
    );
    assert_lead(
        "answer.reply is present'",
        "answer.rply is present'",
        "answer.rply",
        "did you mean `answer.reply`?",
    );
    // A field that is only ever told is asked by nobody, and needs no action to be.
    assert!(!LEAD.contains("asks = [\"part\"]"));
    let unheard = LEAD.replace("{ record = [\"part\"] }, ", "");
    assert!(findings(&unheard).iter().any(|found| found.contains("no action asks `part`")));
}

#[test]
fn a_day_to_wait_for_is_a_recorded_date() {
    assert_lead(
        "at = \"case.check_on\"",
        "at = \"case.kind\"",
        "\"case.kind\"\nto",
        "field `kind` is a choice; expected a date",
    );
    assert_lead(
        "at = \"case.check_on\"",
        "at = \"check_on\"",
        "\"check_on\"\nto",
        "expected `case.FIELD`, a day",
    );
    assert_lead(
        "at = \"case.check_on\"",
        "at = \"case.chek_on\"",
        "\"case.chek_on\"",
        "did you mean `check_on`?",
    );
    assert_lead(
        "at = \"case.check_on\"",
        "at = \"case.check_on\"\nafter = \"1wd\"",
        "\"case.check_on\"\nafter",
        "one of `after`, `at`, `on`",
    );
    let cap = "cap = { by = \"case.kind\", before = \"1wd\" }\nwarn = [{ before = \"2wd\"";
    assert_lead("warn = [{ before = \"2wd\"", cap, "\"case.kind\", before", "expected a date");
}

#[test]
fn lights_have_a_colour_and_what_is_hidden_a_reason() {
    assert_lead("\"#cc0000\"", "\"red\"", "\"red\"", "`red` is no colour: expected `#rrggbb`");
    assert_lead(
        "'clock.finish.overdue'",
        "'clock.finish.overdu'",
        "clock.finish.overdu'",
        "did you mean `clock.finish.overdue`?",
    );
    assert_lead(
        "from = [\"handler\"], when",
        "from = [\"handlr\"], when",
        "\"handlr\"",
        "did you mean `handler`?",
    );
    assert_lead(
        "when = 'case.hide_contact'",
        "when = 'mark.soon'",
        "'mark.soon'",
        "speaks of `case.FIELD` only",
    );
    assert_lead(
        "within = \"handler\"",
        "within = \"clerk\"",
        "person = {",
        "role `clerk` is not `assigned`, so no unit plays it",
    );
}

#[test]
fn only_an_opening_action_is_for_nobody_and_only_if_it_says_so() {
    assert_eq!(findings(PART), [""; 0]);
    let silent = findings(&PART.replace("by = []\n", ""));
    assert!(silent.len() == 1 && silent[0].contains("nobody may take action `begin`"), "{silent:?}");
    let other = findings(&PART.replace("by = [\"helper\"]", "by = []"));
    assert!(other.len() == 1 && other[0].contains("nobody may take action `finish`"), "{other:?}");
}

#[test]
fn days_and_what_is_told_are_ways_out_of_a_state_and_into_one() {
    let without = LEAD.replace("[automatic.resumed]", "[automatic.resumed]\nwhen = 'mark.heard'");
    assert_eq!(findings(&without), [""; 0]);
    let last = LEAD.find("[action.unmerge]").unwrap();
    let end = LEAD[last..].find("[action.audit]").unwrap() + last;
    let told_only = format!("{}{}", &LEAD[..last], &LEAD[end..]);
    assert_eq!(findings(&told_only), [""; 0]);
    let nothing = told_only.replace(
        "from = [\"merged\"]\non = \"told master_replied\"",
        "from = [\"busy\"]\non = \"told master_replied\"",
    );
    let found = findings(&nothing);
    assert!(
        found.len() == 1
            && found[0]
                .contains("state `merged` is not an end, yet nothing leaves it: filed -merge-> merged"),
        "{found:?}"
    );
    let runs =
        findings(&LEAD.replace("stop = [\"on reply\", \"on master_done\"]", "stop = [\"on master_done\"]"));
    assert!(
        runs.len() == 1
            && runs[0].contains(
                "clock `finish` still runs when the case is over: filed -dispatch-> busy -reply-> replied"
            ),
        "{runs:?}"
    );
}

#[test]
fn no_cut_of_a_definition_with_everything_panics() {
    for text in [LEAD, PART] {
        for (at, _) in text.char_indices().step_by(97) {
            let _ = Definition::parse(&text[..at], &vocabulary());
            let _ = Definition::parse(&text[at..], &vocabulary());
        }
    }
}

#[test]
fn names_with_a_hyphen_are_for_processes_only() {
    assert_one(
        "process = \"small\"",
        "process = \"small-one_two\"",
        "\"small-one_two\"",
        "small letters, digits and -",
    );
    assert_eq!(findings(&SOUND.replace("process = \"small\"", "process = \"small-one\"")), [""; 0]);
    assert_lead(
        "{ spawn = \"part\", each",
        "{ spawn = \"Part\", each",
        "\"Part\", each",
        "`Part` is no name",
    );
}

#[test]
fn a_day_that_is_past_and_begins_again_and_again_is_found_with_the_circle() {
    let again = |to: &str| {
        let added = "[automatic.again]\ntitle = { zh = \"又\", en = \"Again\" }\nfrom = [\"busy\"]\nat = \"case.check_on\"\n";
        findings(&LEAD.replace("[clock.finish]", &format!("{added}{to}\n[clock.finish]")))
    };
    let found = again("to = \"busy\"");
    assert!(
        found.len() == 1 && found[0].contains("go round and never settle: busy -again-> busy"),
        "{found:?}"
    );
    // One that stays is spent by beginning once.
    assert_eq!(again("then = [{ mark = \"heard\" }]"), [""; 0]);
}
