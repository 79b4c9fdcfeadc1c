//! Limits, days, people and other cases, one by one.
use crate::case::{Assignee, PARENT};
use crate::clock::{Change, Due};
use crate::engine::{Actor, Audience, Call, Refusal, Spawn, Step, World, light, open, plays, readable, step};
use crate::form::{Answer, Answers, Fault};
use crate::tests::scene::{
    COMPANY, HOUSING, INDUSTRY, act, answers, applicant, at, fire, holder, moved, next, opened, parse,
    refused, text, time_with, world,
};
use crate::tests::together::{LEAD, LEAD_V2, PART_V1};
use crate::{Case, CaseId, CompanyId, Key};
use calendar::Limit;
use std::collections::BTreeMap;
use uuid::Uuid;

const NINE: &str = "2026-03-02 09:00";
const OTHER: CaseId = CaseId(Uuid::from_u128(77));

fn clerk() -> Actor {
    holder("clerk", 1, None)
}

fn dispatched(kind: &str, now: &str) -> Step {
    let filed = opened(&LEAD_V2, "file", NINE);
    let given = answers([("kind", text(kind)), ("unit", Answer::Unit(INDUSTRY))]);
    next(&LEAD_V2, &filed, &act("dispatch", &clerk(), given), now)
}

fn handler(action: &str, given: Answers) -> Call {
    act(action, &holder("handler", 2, Some(INDUSTRY)), given)
}

/// A step in a world that knows more.
fn known(case: &Case, call: &Call, now: &str, facts: &[(&str, Answer)]) -> crate::Outcome {
    let facts: BTreeMap<Key, Answer> =
        facts.iter().map(|(key, answer)| (Key::from(*key), answer.clone())).collect();
    step(&LEAD_V2, case, call, World { facts: &facts, ..world(now) })
}

fn number(number: i64) -> Answer {
    Answer::Number(number.into())
}

fn part(given: Answers, now: &str) -> crate::Outcome {
    let assigned =
        [("helper".into(), Assignee::Unit(HOUSING)), ("stranger".into(), Assignee::Unit(HOUSING))].into();
    open(&PART_V1, None, &Call::Spawn { by: OTHER, answers: given, assigned }, world(now))
}

fn told(event: &str, given: Answers) -> Call {
    let assigned = [("handler".into(), Assignee::Unit(HOUSING))].into();
    Call::Told { event: event.into(), by: OTHER, answers: given, assigned }
}

#[test]
fn an_entry_keeps_every_named_limit_its_step_resolved_whoever_set_it() {
    let filed = opened(&LEAD_V2, "file", NINE);
    let given = || answers([("kind", text("simple")), ("unit", Answer::Unit(INDUSTRY))]);
    let call = act("dispatch", &clerk(), given());
    let limits =
        BTreeMap::from([("simple".into(), Limit::WorkingDays(1)), ("hard".into(), Limit::WorkingDays(2))]);
    let step = moved(step(&LEAD_V2, &filed, &call, World { limits: &limits, ..world(NINE) }));
    let kept = [("climb".into(), Limit::WorkingDays(1)), ("simple".into(), Limit::WorkingDays(1))];
    assert_eq!(step.entry.limits, BTreeMap::from(kept));
    let clock = &step.case.clocks["finish"];
    assert_eq!((clock.limit, clock.named.as_deref()), (Limit::WorkingDays(1), Some("simple")));
    // The delay of the state that was left is no business of this step.
    assert!(!step.entry.limits.contains_key("hard"));
}

#[test]
fn a_process_of_a_company_needs_one_and_another_process_does_not() {
    let file = act("file", &clerk(), Answers::new());
    assert_eq!(refused(open(&LEAD_V2, None, &file, world(NINE))), Refusal::NoCompany);
    // On behalf of a company, by staff; a person of another company learns only that it is not theirs.
    let step = moved(open(&LEAD_V2, Some(COMPANY), &file, world(NINE)));
    assert_eq!((step.case.company, step.case.opener), (Some(COMPANY), Some(clerk().person)));
    let stranger = Actor { company: Some(CompanyId(Uuid::from_u128(9))), ..applicant() };
    let refusal =
        refused(open(&LEAD_V2, Some(COMPANY), &act("file", &stranger, Answers::new()), world(NINE)));
    assert!(matches!(refusal, Refusal::NotYours { .. }));
    let step = moved(part(answers([("task", text("look"))]), NINE));
    assert_eq!((step.case.company, step.case.opener, step.case.links[PARENT]), (None, None, OTHER));
}

#[test]
fn a_spawned_case_takes_its_form_its_guards_and_its_roles_like_any_other() {
    let Refusal::Form(mistakes) = refused(part(answers([("tsk", text("look"))]), NINE)) else { panic!() };
    assert_eq!(mistakes.len(), 2);
    assert!(matches!(refused(part(answers([("task", text("wait"))]), NINE)), Refusal::Guard { .. }));
    let step = moved(part(answers([("task", text("look"))]), NINE));
    // Only roles that the process assigns are taken over.
    assert_eq!(step.case.assigned.keys().map(|key| &**key).collect::<Vec<_>>(), ["helper"]);
    assert_eq!((step.case.taken["begin"], step.entry.call.name()), (1, "spawned"));
    assert!(plays(&PART_V1, &step.case, &"helper".into(), &holder("helper", 1, Some(HOUSING))));
    let again = Call::Spawn { by: OTHER, answers: answers([("task", text("look"))]), assigned: [].into() };
    let refusal = refused(crate::step(&PART_V1, &step.case, &again, world(NINE)));
    assert!(matches!(refusal, Refusal::NotFromHere { .. }));
}

#[test]
fn a_case_hears_only_what_its_process_names_and_only_where_it_stands() {
    let case = dispatched("simple", NINE).case;
    let hear = |case: &Case, call: &Call| step(&LEAD_V2, case, call, world(NINE));
    assert_eq!(refused(hear(&case, &told("rumour", Answers::new()))), Refusal::Unheard);
    assert_eq!(refused(hear(&case, &told("master_replied", Answers::new()))), Refusal::Unheard);
    let step = moved(hear(&case, &told("part_done", answers([("part", text("好")), ("other", text("x"))]))));
    assert_eq!((&step.case.facts["part"], step.case.facts.contains_key("other")), (&text("好"), false));
    assert_eq!(
        (step.entry.call.name(), &step.entry.automatics[..]),
        ("part_done", &["part_done".into()][..])
    );
    // An answer that the field here cannot take is none.
    let step = moved(hear(&step.case, &told("part_done", answers([("part", number(5))]))));
    assert!(!step.case.facts.contains_key("part"));
}

#[test]
fn what_is_told_is_seen_by_conditions_and_says_who_plays_what() {
    let filed = opened(&LEAD_V2, "file", NINE);
    let merged =
        next(&LEAD_V2, &filed, &act("merge", &clerk(), answers([("master", Answer::Case(OTHER))])), NINE);
    assert_eq!(
        (merged.case.links["merged_into"], &merged.entry.linked[..]),
        (OTHER, &[("merged_into".into(), OTHER)][..])
    );
    let hear = |call: &Call| step(&LEAD_V2, &merged.case, call, world(NINE));
    assert_eq!(refused(hear(&told("master_replied", Answers::new()))), Refusal::Unheard);
    let step = moved(hear(&told("master_replied", answers([("reply", text("好"))]))));
    assert_eq!(step.case.configuration.active, ["replied".into()]);
    assert_eq!(step.case.assigned["handler"], Assignee::Unit(HOUSING));
    let undone = next(&LEAD_V2, &merged.case, &act("unmerge", &clerk(), Answers::new()), NINE);
    assert_eq!(
        (undone.case.links.len(), &undone.entry.unlinked[..]),
        (0, &[("merged_into".into(), OTHER)][..])
    );
}

#[test]
fn a_case_linked_anew_points_to_one_case_only() {
    let definition = parse(&LEAD.replace(
        "from = [\"filed\", \"busy\"]\nto = \"merged\"",
        "from = [\"filed\", \"busy\", \"merged\"]\nto = \"merged\"",
    ));
    let filed = opened(&definition, "file", NINE);
    let merge = |case: &Case, to| {
        next(&definition, case, &act("merge", &clerk(), answers([("master", Answer::Case(to))])), NINE)
    };
    let first = merge(&filed, OTHER);
    let same = merge(&first.case, OTHER);
    assert_eq!((same.entry.linked.len(), same.entry.unlinked.len()), (0, 0));
    let another = CaseId(Uuid::from_u128(78));
    let second = merge(&first.case, another);
    assert_eq!(second.entry.unlinked, [("merged_into".into(), OTHER)]);
    assert_eq!(second.case.links["merged_into"], another);
}

#[test]
fn a_step_says_which_cases_it_opens_and_with_what() {
    let given = answers([("contact", text("王"))]);
    let filed = moved(open(&LEAD_V2, Some(COMPANY), &act("file", &applicant(), given), world(NINE))).case;
    let given = answers([
        ("kind", text("simple")),
        ("unit", Answer::Unit(INDUSTRY)),
        ("with", Answer::Units(vec![HOUSING, INDUSTRY])),
    ]);
    let step = next(&LEAD_V2, &filed, &act("dispatch", &clerk(), given), NINE);
    let spawn = |unit| Spawn {
        process: "part".into(),
        answers: answers([
            ("task", text("look")),
            ("kind", text("simple")),
            ("contact", text("王")),
            // The clock starts in this very step.
            ("lead_due", Answer::Date(jiff::civil::date(2026, 3, 5))),
        ]),
        assigned: [("handler".into(), Assignee::Unit(INDUSTRY)), ("helper".into(), Assignee::Unit(unit))]
            .into(),
        unit: Some(unit),
    };
    assert_eq!(step.entry.spawned, [spawn(HOUSING), spawn(INDUSTRY)]);
    // What is absent here is left out there, such as the due day of a clock that has none.
    let given = answers([
        ("kind", text("simple")),
        ("unit", Answer::Unit(INDUSTRY)),
        ("with", Answer::Units(vec![HOUSING])),
    ]);
    let bare = opened(&LEAD_V2, "file", "2026-12-31 09:00");
    let step = next(&LEAD_V2, &bare, &act("dispatch", &clerk(), given), "2026-12-31 09:00");
    assert_eq!(step.entry.spawned[0].answers.keys().map(|key| &**key).collect::<Vec<_>>(), ["task", "kind"]);
}

#[test]
fn a_step_tells_facts_as_they_are_when_it_tells_and_who_plays_what() {
    let case = dispatched("simple", NINE).case;
    let reply = handler("reply", answers([("reply", text("好"))]));
    let step = moved(known(&case, &reply, NINE, &[("children.open", number(0))]));
    let tell = &step.entry.told[0];
    assert_eq!((&*tell.event, &tell.to), ("master_replied", &Audience::Linked("merged_into".into())));
    // Recorded just before, in the same block; a fact that is not there is not told.
    assert_eq!(tell.answers, answers([("reply", text("好"))]));
    assert_eq!(tell.assigned["handler"], Assignee::Unit(INDUSTRY));
    let back = next(&LEAD_V2, &case, &handler("give_back", Answers::new()), NINE);
    assert_eq!(back.entry.told[0].to, Audience::Children);
    assert!(!back.case.assigned.contains_key("handler"), "nobody plays the role any longer");
    assert!(back.entry.told[0].assigned.is_empty());
}

#[test]
fn what_is_not_known_of_the_children_refuses_and_names_it() {
    let case = dispatched("simple", NINE).case;
    let reply = handler("reply", answers([("reply", text("好"))]));
    let refusal = refused(step(&LEAD_V2, &case, &reply, world(NINE)));
    assert_eq!(refusal, Refusal::Unknown { facts: vec!["children.open".into()] });
    let outside: Vec<&str> = LEAD_V2.outside().map(|key| &**key).collect();
    let present = ["present.handler", "present.head", "present.leader"];
    assert_eq!(outside, [&["children.open", "children.overdue"][..], &present].concat());
}

#[test]
fn an_extension_is_whole_days_and_named_in_the_form_that_asks_for_it() {
    let case = dispatched("hard", NINE).case;
    let leader = holder("leader", 3, None);
    let extend = |days: &str| {
        let days = Answer::Number(condition::Number::parse(days).unwrap());
        step(&LEAD_V2, &case, &act("extend", &leader, answers([("days", days)])), world(NINE))
    };
    for days in ["0", "-1", "1.5"] {
        let Refusal::Form(mistakes) = refused(extend(days)) else { panic!("{days}") };
        assert_eq!((&*mistakes[0].field, &mistakes[0].fault), ("days", &Fault::NoWholeDays { max: 3_650 }));
    }
    let step = moved(extend("10"));
    assert_eq!(step.entry.clocks[0].change, Change::Extended);
    // 15 working days end on 23 March; ten more, over the rest day of 6 April, on 7 April.
    assert_eq!(step.due, Some(at("2026-04-07 17:30")));
    assert_eq!(step.case.clocks["finish"].extensions.len(), 1);
}

#[test]
fn a_clock_that_rests_is_extended_and_shows_it_when_it_goes_on_and_an_ended_one_is_not() {
    let hung = next(&LEAD_V2, &dispatched("simple", NINE).case, &handler("hang", Answers::new()), NINE).case;
    // The guard asks for a clock that runs; without it the effect itself counts.
    let open_to_all = parse(&LEAD.replace("guards = [\"in_time\", \"not_more\"]", "guards = [\"not_more\"]").replace(
        "[action.hang]",
        "[action.probe]\ntitle = { zh = \"探\", en = \"Probe\" }\nby = [\"leader\"]\nfrom = [\"filed\"]\nasks = [\"days\"]\nguards = [\"in_time\"]\nthen = [{ extend = \"finish\", by = \"answer.days\" }]\n[action.hang]",
    ));
    let leader = holder("leader", 3, None);
    let extend = act("extend", &leader, answers([("days", number(2))]));
    let step = next(&open_to_all, &hung, &extend, NINE);
    assert_eq!((step.entry.clocks[0].change, step.due), (Change::Extended, None));
    let given = answers([("check_on", Answer::Date(jiff::civil::date(2026, 3, 2)))]);
    let set = next(&open_to_all, &step.case, &handler("set_check", given), NINE).case;
    let back = next(&open_to_all, &set, &fire("after.resumed"), "2026-03-02 10:00");
    assert_eq!(back.due, Some(at("2026-03-09 17:30")));
    let ended = next(&LEAD_V2, &back.case, &handler("give_back", Answers::new()), NINE).case;
    let probe = act("probe", &leader, answers([("days", number(2))]));
    let unguarded = parse(
        &LEAD
            .replace("guards = [\"in_time\", \"not_more\"]\n", "")
            .replace(
                "from = [\"busy\", \"hung\"]\nasks = [\"days\"]",
                "from = [\"busy\", \"hung\", \"filed\"]\nasks = [\"days\"]",
            )
            .replace("guard.in_time", "#")
            .replace("guard.not_more", "#"),
    );
    let step = next(&unguarded, &ended, &extend, NINE);
    assert_eq!(step.entry.clocks, []);
    assert!(matches!(refused(crate::step(&open_to_all, &ended, &probe, world(NINE))), Refusal::Guard { .. }));
}

#[test]
fn the_opener_is_the_person_who_opened_and_still_holds_the_role() {
    let definition = parse(
        r#"
process = "report"
version = 1
prefix = "R"
title = { zh = "报", en = "Report" }
role.head = { is = "opener", title = { zh = "网格长", en = "the grid head" } }
state.begun = { phase = "active", title = { zh = "始", en = "Begun" } }
state.ended = { phase = "done", final = true, title = { zh = "终", en = "Ended" } }
action.report = { opens = true, by = ["head"], title = { zh = "报", en = "Report" } }
action.end = { by = ["head"], from = ["begun"], to = "ended", title = { zh = "终", en = "End" } }
"#,
    );
    let head = |number| holder("head", number, None);
    let case = moved(open(&definition, None, &act("report", &head(1), Answers::new()), world(NINE))).case;
    let end = |actor: &Actor| step(&definition, &case, &act("end", actor, Answers::new()), world(NINE));
    assert!(matches!(refused(end(&head(2))), Refusal::NotYours { .. }));
    assert!(matches!(refused(end(&Actor { roles: vec![], ..head(1) })), Refusal::NotYours { .. }));
    moved(end(&head(1)));
    let mut adopted = case.clone();
    adopted.opener = None;
    assert!(!plays(&definition, &adopted, &"head".into(), &head(1)));
}

#[test]
fn the_first_light_that_holds_shines_on_an_open_case_and_none_on_a_closed_one() {
    let shines = |case: &Case, now: &str, overdue: i64| {
        let facts = BTreeMap::from([("children.overdue".into(), number(overdue))]);
        let world = World { facts: &facts, ..world(now) };
        light(&LEAD_V2, case, world).map(|(key, light)| (key.to_string(), light.color.to_string()))
    };
    let filed = opened(&LEAD_V2, "file", NINE);
    assert_eq!(shines(&filed, NINE, 0), None);
    let case = dispatched("simple", NINE).case;
    assert_eq!(shines(&case, NINE, 0), Some(("green".into(), "#00cc00".into())));
    assert_eq!(shines(&case, NINE, 1).unwrap().0, "yellow");
    assert_eq!(shines(&case, "2026-03-06 09:00", 1).unwrap().0, "red");
    // What is unknown does not shine.
    assert_eq!(light(&LEAD_V2, &case, world(NINE)).unwrap().0, &Key::from("green"));
    let reply = handler("reply", answers([("reply", text("好"))]));
    let closed = moved(known(&case, &reply, "2026-03-06 09:00", &[("children.open", number(0))])).case;
    assert_eq!(shines(&closed, "2026-03-06 10:00", 1), None);
}

#[test]
fn a_hidden_answer_is_read_by_whoever_holds_another_role_too() {
    let given = |hide| answers([("contact", text("王")), ("hide_contact", Answer::Truth(hide))]);
    let filed = |hide| {
        moved(open(&LEAD_V2, Some(COMPANY), &act("file", &applicant(), given(hide)), world(NINE))).case
    };
    let reads =
        |case: &Case, field: &str, actor: &Actor| readable(&LEAD_V2, case, &field.into(), actor, world(NINE));
    let hidden = filed(true);
    let handler = holder("handler", 2, Some(INDUSTRY));
    let both = Actor { roles: vec!["handler".into(), "clerk".into()], ..handler.clone() };
    let unknown = Actor { roles: vec!["gardener".into()], ..handler.clone() };
    assert!(!reads(&hidden, "contact", &handler) && reads(&hidden, "contact", &both));
    assert!(reads(&hidden, "contact", &clerk()) && reads(&hidden, "contact", &applicant()));
    // Who holds no role here holds none that it is not hidden from.
    assert!(!reads(&hidden, "contact", &unknown));
    assert!(reads(&hidden, "hide_contact", &handler));
    assert!(reads(&filed(false), "contact", &handler));
    assert!(reads(&opened(&LEAD_V2, "file", NINE), "contact", &handler), "no wish hides nothing");
    assert!(!reads(&hidden, "note", &applicant()) && reads(&hidden, "note", &handler));
}

#[test]
fn conditions_ask_clocks_counts_links_and_people() {
    let ask = |when: &str, case: &Case, now: &str| {
        let text = LEAD.replace("when = 'clock.finish.overdue'", &format!("when = '{when}'"));
        light(&parse(&text), case, world(now)).map(|(key, _)| key.to_string()) == Some("red".into())
    };
    let filed = opened(&LEAD_V2, "file", NINE);
    let case = dispatched("simple", NINE).case;
    assert!(ask(
        "not (clock.finish.runs or clock.finish.late or clock.finish.due_on is present)",
        &filed,
        NINE
    ));
    assert!(ask("clock.finish.runs and clock.finish.workdays_limit = 3", &case, NINE));
    assert!(ask("clock.finish.due_on = @\"2026-03-05\"", &case, NINE));
    assert!(ask("count.dispatch = 1 and count.reply = 0", &case, NINE));
    assert!(ask("assigned.handler and not (link.merged_into)", &case, NINE));
    assert!(!ask("assigned.handler", &filed, NINE));
    let late = next(&LEAD_V2, &case, &fire("clock.finish.breach"), "2026-03-06 09:00").case;
    assert!(ask("clock.finish.late", &late, NINE) && !ask("clock.finish.late", &case, NINE));
    // Extensions do not count to the limit.
    let extend = act("extend", &holder("leader", 3, None), answers([("days", number(2))]));
    let extended = next(&LEAD_V2, &case, &extend, NINE).case;
    assert!(ask("clock.finish.workdays_limit = 3 and clock.finish.workdays_left = 5", &extended, NINE));
}

#[test]
fn a_year_without_its_notice_undates_clocks_rungs_and_delays_until_it_comes() {
    let late = "2026-12-30 09:00";
    let filed = opened(&LEAD_V2, "file", late);
    assert_eq!(filed.delayed["lapsed"].due, Due::Undated { year: 2027 });
    let given = answers([("kind", text("simple")), ("unit", Answer::Unit(INDUSTRY))]);
    let limits = BTreeMap::from([("simple".into(), Limit::WorkingDays(1))]);
    let world = |now| World { limits: &limits, ..world(now) };
    let case = moved(step(&LEAD_V2, &filed, &act("dispatch", &clerk(), given), world(late))).case;
    // Due on the last day of the year: the rungs after it are not dated, the due time is.
    let clock = &case.clocks["finish"];
    assert_eq!(clock.due, Some(Due::At(at("2026-12-31 17:30"))));
    assert!(clock.rungs.iter().all(|bell| bell.at.is_none()));
    let time = time_with("2027-01-01,holiday");
    let known = World { time: &time, ..world(late) };
    let dated = moved(step(&LEAD_V2, &case, &Call::Recompute, known));
    assert_eq!(dated.case.clocks["finish"].rungs[0].at, Some(at("2027-01-05 17:30")));
    assert_eq!(dated.entry.clocks[0].change, Change::Recomputed);
    // An extension into that year undates the clock, and the notice dates it.
    let extend = act("extend", &holder("leader", 3, None), answers([("days", number(1))]));
    let extended = moved(step(&LEAD_V2, &case, &extend, world(late)));
    assert_eq!((extended.due, extended.undated), (None, true));
    let dated = moved(step(&LEAD_V2, &extended.case, &Call::Recompute, known));
    assert_eq!(dated.due, Some(at("2027-01-04 17:30")));
    let parted = moved(part(
        answers([("task", text("look")), ("lead_due", Answer::Date(jiff::civil::date(2027, 1, 5)))]),
        late,
    ));
    assert!(parted.undated);
}

#[test]
fn a_cap_follows_the_day_it_is_recorded_by() {
    let definition = parse(&LEAD.replace(
        "warn = [{ before = \"2wd\"",
        "cap = { by = \"case.check_on\", before = \"1wd\" }\nwarn = [{ before = \"2wd\"",
    ));
    let filed = opened(&definition, "file", NINE);
    let given = answers([("kind", text("hard")), ("unit", Answer::Unit(INDUSTRY))]);
    let case = next(&definition, &filed, &act("dispatch", &clerk(), given), NINE);
    assert_eq!((case.due, case.case.clocks["finish"].cap), (Some(at("2026-03-23 17:30")), None));
    let check = |case: &Case, day| {
        let given = answers([("check_on", Answer::Date(jiff::civil::date(2026, 3, day)))]);
        next(&definition, case, &handler("set_check", given), NINE)
    };
    let capped = check(&case.case, 10);
    assert_eq!(
        (capped.due, capped.entry.clocks[0].change),
        (Some(at("2026-03-09 17:30")), Change::Recomputed)
    );
    assert_eq!(check(&capped.case, 10).entry.clocks, []);
    let moved = check(&capped.case, 12);
    assert_eq!(moved.due, Some(at("2026-03-11 17:30")));
    let gone = next(&definition, &moved.case, &handler("set_check", Answers::new()), NINE);
    assert_eq!(gone.due, Some(at("2026-03-23 17:30")));
}

#[test]
fn timers_name_their_place_and_nothing_else_rings() {
    let case = dispatched("simple", NINE).case;
    let ring = |timer: &str, now: &str| step(&LEAD_V2, &case, &fire(timer), world(now));
    let far = "2026-06-01 09:00";
    for timer in [
        "clock.finish.warn",
        "clock.finish.warn.2",
        "clock.finish.warn.-1",
        "clock.finish.late.3",
        "clock.finish.late.x",
        "clock.finish.late.18446744073709551616",
        "clock.finish.breach.0",
        "clock..warn.0",
        "after.resumed",
        "after.part_done",
    ] {
        assert_eq!(refused(ring(timer, far)), Refusal::NotDue, "{timer}");
    }
    let step = moved(ring("clock.finish.late.0", far));
    assert_eq!(step.entry.clocks[0].change, Change::Escalated);
    assert_eq!(
        refused(crate::step(&LEAD_V2, &step.case, &fire("clock.finish.late.0"), world(far))),
        Refusal::NotDue
    );
    // A clock at rest rings no bell, and one that goes on rings those that have not rung.
    let hung = next(&LEAD_V2, &step.case, &handler("hang", Answers::new()), far);
    assert!(hung.timers.is_empty(), "{:?}", hung.timers);
}

#[test]
fn a_ladder_passes_over_a_role_that_nobody_is_assigned_to() {
    let mut case = dispatched("simple", NINE).case;
    case.assigned.clear();
    let step = next(&LEAD_V2, &case, &fire("clock.finish.breach"), "2026-03-06 09:00");
    let to: Vec<&str> = step.mails.iter().flat_map(|mail| &mail.to).map(|role| &**role).collect();
    assert_eq!(to, ["leader"]);
}

#[test]
fn a_day_that_is_past_is_due_at_once_and_no_day_is_never() {
    let case = dispatched("simple", NINE).case;
    let hang = |day: Option<i8>| {
        let day = day.map(|day| ("check_on".into(), Answer::Date(jiff::civil::date(2026, 3, day))));
        next(&LEAD_V2, &case, &handler("hang", day.into_iter().collect()), NINE).case.delayed
    };
    assert_eq!(hang(Some(1))["resumed"].due, Due::At(at(NINE)));
    assert_eq!(hang(Some(2))["resumed"].due, Due::At(at(NINE)));
    assert_eq!(hang(Some(3))["resumed"].due, Due::At(at("2026-03-03 00:00")));
    assert!(hang(None).is_empty());
}

#[test]
fn a_role_in_another_unit_counts_for_its_cases_and_for_no_others() {
    let case = dispatched("simple", NINE).case;
    let handler = Key::from("handler");
    let posts = vec![(handler.clone(), INDUSTRY), ("unit_leader".into(), HOUSING)];
    let of_both = Actor { posts, ..holder("clerk", 2, Some(HOUSING)) };
    assert!(plays(&LEAD_V2, &case, &handler, &of_both), "the case is with industry");
    assert!(of_both.holds("unit_leader") && !of_both.holds_in("unit_leader", INDUSTRY));
    assert!(of_both.holds_in("clerk", HOUSING) && !of_both.holds_in("clerk", INDUSTRY));
    let posts = vec![(handler.clone(), HOUSING)];
    let elsewhere = Actor { posts, ..of_both };
    assert!(!plays(&LEAD_V2, &case, &handler, &elsewhere));
}
