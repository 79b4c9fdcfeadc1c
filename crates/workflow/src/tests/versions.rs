//! Cases that move to another version of their process.
use super::scene::{
    COMPANY, INDUSTRY, TIME, act, answers, applicant, at, holder, moved, next, opened, parse, refused, text,
    world,
};
use super::together::{LEAD, LEAD_V2};
use crate::definition::{Imageless, moves_check};
use crate::engine::{Call, Entry, Origin, Refusal, Step, Unlike, relocate, replay};
use crate::form::{Answer, Answers};
use crate::{Case, Definition, Key};
use std::sync::LazyLock;

static LEAD_V1: LazyLock<Definition> = LazyLock::new(|| parse(include_str!("lead_v1.toml")));

fn clerk(action: &str) -> Call {
    act(action, &holder("clerk", 1, None), Answers::new())
}

fn send() -> Call {
    let given = answers([("sort", text("simple")), ("unit", Answer::Unit(INDUSTRY)), ("old", text("旧"))]);
    act("send", &holder("clerk", 1, None), given)
}

/// A case of the first version at work since 3 March.
fn working() -> (Vec<Entry>, Case) {
    let first =
        moved(crate::open(&LEAD_V1, Some(COMPANY), &act("file", &applicant(), Answers::new()), world(NINE)));
    let second = next(&LEAD_V1, &first.case, &send(), "2026-03-03 09:00");
    (vec![first.entry, second.entry], second.case)
}

const NINE: &str = "2026-03-02 09:00";
const LATER: &str = "2026-03-05 10:00";

fn keys(list: &[&str]) -> Vec<Key> {
    list.iter().map(|key| Key::from(*key)).collect()
}

fn timers(step: &Step) -> Vec<&str> {
    step.timers.iter().map(|timer| &*timer.name).collect()
}

#[test]
fn a_case_keeps_its_clock_and_its_facts_under_the_names_of_the_new_version() {
    let (_, case) = working();
    let step = moved(relocate(&LEAD_V1, &LEAD_V2, &case, world(LATER)));
    let new = &step.case;
    assert_eq!((new.version, &new.configuration.active), (2, &keys(&["busy"])));
    assert_eq!(new.facts["kind"], text("simple"));
    // What has no image stays what it was.
    assert_eq!(new.facts["old"], text("旧"));
    assert!(new.assigned.contains_key("handler") && new.marks.contains_key("soon"));
    assert_eq!((new.taken["dispatch"], new.taken["file"]), (1, 1));
    let (before, after) = (&case.clocks["whole"], &new.clocks["finish"]);
    assert_eq!((before.started, before.due, before.limit), (after.started, after.due, after.limit));
    // The bells are those of the new version, around the due time that was.
    let bells = ["clock.finish.warn.0", "clock.finish.warn.1", "clock.finish.breach", "clock.finish.late.0"];
    assert_eq!(timers(&step)[..4], bells);
    assert_eq!(step.entry.call, Call::Relocate { version: 2 });
    assert_eq!((&step.entry.from, &step.entry.to), (&keys(&["working"]), &keys(&["busy"])));
    assert_eq!((step.entry.mails.len(), step.entry.clocks.len()), (0, 0));
}

#[test]
fn a_delay_of_the_same_name_keeps_its_beginning_and_a_new_one_begins_now() {
    let case = opened(&LEAD_V1, "file", NINE);
    let step = moved(relocate(&LEAD_V1, &LEAD_V2, &case, world(LATER)));
    let delay = step.case.delayed["lapsed"];
    assert_eq!(delay.since, at(NINE));
    assert_eq!(delay.due, crate::Due::At(at("2026-03-23 17:30")));
    let mut spent = case.clone();
    spent.delayed.clear();
    let step = moved(relocate(&LEAD_V1, &LEAD_V2, &spent, world(LATER)));
    assert!(step.case.delayed.is_empty(), "what was spent stays spent");
    let mut fresh = (*LEAD_V1).clone();
    fresh.automatics.shift_remove("lapsed");
    let step = moved(relocate(&fresh, &LEAD_V2, &spent, world(LATER)));
    assert_eq!(step.case.delayed["lapsed"].since, at(LATER));
}

#[test]
fn a_case_in_a_state_or_with_a_clock_that_has_no_image_stays() {
    let case = opened(&LEAD_V1, "file", NINE);
    let strange = next(&LEAD_V1, &case, &clerk("stray"), LATER).case;
    let refusal = refused(relocate(&LEAD_V1, &LEAD_V2, &strange, world(LATER)));
    assert_eq!(refusal, Refusal::NoImage { states: keys(&["strange"]), clocks: keys(&["side"]) });
    let back = next(&LEAD_V1, &strange, &clerk("back"), LATER).case;
    let refusal = refused(relocate(&LEAD_V1, &LEAD_V2, &back, world(LATER)));
    assert_eq!(refusal, Refusal::NoImage { states: vec![], clocks: keys(&["side"]) });
    // A clock that ended needs none.
    let ended = next(&LEAD_V1, &back, &send(), LATER).case;
    let step = moved(relocate(&LEAD_V1, &LEAD_V2, &ended, world(LATER)));
    assert!(step.case.clocks.contains_key("side"));
    // Nor does a case move back, or twice.
    assert!(matches!(
        refused(relocate(&LEAD_V2, &LEAD_V1, &step.case, world(LATER))),
        Refusal::NoImage { .. }
    ));
    assert!(matches!(
        refused(relocate(&LEAD_V1, &LEAD_V2, &step.case, world(LATER))),
        Refusal::NoImage { .. }
    ));
    let call = Call::Relocate { version: 2 };
    assert_eq!(refused(crate::step(&LEAD_V1, &case, &call, world(LATER))), Refusal::NotDue);
}

#[test]
fn what_has_no_image_is_listed_before_anything_moves() {
    let lost = moves_check(&LEAD_V1, &LEAD_V2);
    assert_eq!(lost, [Imageless::State("strange".into()), Imageless::Clock("side".into())]);
    assert_eq!(lost.iter().map(ToString::to_string).collect::<Vec<_>>(), ["state strange", "clock side"]);
    // A version that does not move from this one has no image of anything.
    assert_eq!(moves_check(&LEAD_V2, &LEAD_V1).len(), LEAD_V2.leaves().count() + 1);
}

#[test]
fn a_history_replays_across_the_move() {
    let (mut entries, case) = working();
    let step = moved(relocate(&LEAD_V1, &LEAD_V2, &case, world(LATER)));
    entries.push(step.entry.clone());
    let extend = act("extend", &holder("leader", 2, None), answers([("days", Answer::Number(2.into()))]));
    let last = next(&LEAD_V2, &step.case, &extend, LATER);
    entries.push(last.entry.clone());
    let definition_of = |_: &Key, version| match version {
        1 => Some(&*LEAD_V1),
        2 => Some(&*LEAD_V2),
        _ => None,
    };
    let process: Key = "lead-matter".into();
    let time_of = |_: &str| Some(TIME.clone());
    let origin = Origin { process: &process, version: 2, company: Some(COMPANY), definition_of, time_of };
    assert_eq!(replay(&origin, &entries).as_ref(), Ok(&last.case));
    let only_new = |_: &Key, version| Some(&*LEAD_V2).filter(|_| version == 2);
    let origin =
        Origin { process: &process, version: 2, company: Some(COMPANY), definition_of: only_new, time_of };
    assert_eq!(replay(&origin, &entries), Err(Unlike::Version { row: 1, version: 1 }));
}

/// A version whose states lie elsewhere: `busy` around two, side by side with another region.
fn nested(moves: &str) -> Definition {
    parse(&format!(
        r#"
process = "lead-matter"
version = 2
prefix = "L"
title = {{ zh = "嵌", en = "Nested" }}
role.company = {{ is = "applicant", title = {{ zh = "企", en = "the company" }} }}
state.filed = {{ phase = "received", title = {{ zh = "提", en = "Filed" }} }}
state.both = {{ phase = "active", parallel = true, title = {{ zh = "并", en = "Both" }} }}
state.busy = {{ in = "both", title = {{ zh = "忙", en = "Busy" }} }}
state.one = {{ in = "busy", title = {{ zh = "一", en = "One" }} }}
state.two = {{ in = "busy", title = {{ zh = "二", en = "Two" }} }}
state.past = {{ in = "busy", history = "shallow", title = {{ zh = "史", en = "Past" }} }}
state.watch = {{ in = "both", title = {{ zh = "看", en = "Watch" }} }}
state.replied = {{ phase = "done", final = true, title = {{ zh = "复", en = "Replied" }} }}
action.file = {{ opens = true, by = ["company"], title = {{ zh = "提", en = "File" }} }}
action.go = {{ by = ["company"], from = ["filed"], to = "busy", title = {{ zh = "走", en = "Go" }} }}
action.on = {{ by = ["company"], from = ["one"], to = "two", title = {{ zh = "续", en = "On" }} }}
action.again = {{ by = ["company"], from = ["filed"], to = "past", title = {{ zh = "再", en = "Again" }} }}
action.end = {{ by = ["company"], from = ["both"], to = "replied", title = {{ zh = "终", en = "End" }} }}
clock.whole = {{ start = "on go", stop = "on end", limit = "9wd", title = {{ zh = "全", en = "Whole" }} }}
[moves]
from = 1
[moves.state]
open = "filed"
{moves}
"#
    ))
}

#[test]
fn a_state_around_others_stands_for_where_it_begins_and_missing_regions_begin() {
    let (_, case) = working();
    let step = moved(relocate(&LEAD_V1, &nested("working = \"busy\""), &case, world(LATER)));
    assert_eq!(step.case.configuration.active, keys(&["one", "watch"]));
    let step = moved(relocate(&LEAD_V1, &nested("working = \"two\""), &case, world(LATER)));
    assert_eq!(step.case.configuration.active, keys(&["two", "watch"]));
}

#[test]
fn names_moved_to_must_be_there() {
    for (from, to, says) in [
        ("working = \"busy\"", "working = \"bsy\"", "no state `bsy`; did you mean `busy`?"),
        ("whole = \"finish\"", "whole = \"finsh\"", "no clock `finsh`"),
        ("sort = \"kind\"", "sort = \"knd\"", "no field `knd`"),
        ("worker = \"handler\"", "worker = \"hand\"", "no role `hand`"),
        ("near = \"soon\"", "near = \"son\"", "no mark `son`"),
        ("send = \"dispatch\"", "send = \"dispach\"", "no action `dispach`"),
        ("[moves]\nfrom = 1", "[moves]\nfrom = 2", "a version before this one, which is 2"),
        ("[moves]\nfrom = 1", "[moves]", "`moves` has no `from`"),
        ("[moves.mark]", "[moves.marks]", "has no key `marks`; did you mean `mark`?"),
    ] {
        assert!(LEAD.contains(from), "{from}");
        let found = Definition::parse(&LEAD.replace(from, to), &super::scene::vocabulary()).unwrap_err();
        assert!(found.len() == 1 && found[0].message.contains(says), "{to}: {found:?}");
    }
}
