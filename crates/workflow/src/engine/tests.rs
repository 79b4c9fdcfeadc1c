mod whole;

use super::{Call, Refusal, World, available, open, plays, step};
use crate::case::Assignee;
use crate::clock::{Change, Due};
use crate::form::{Answer, Answers, Fault};
use crate::kernel::Halt;
use crate::tests::scene::{
    COMPANY, HOUSING, INDUSTRY, REQUEST_V1, TIME, act, answers, applicant, at, fire, holder, moved, next,
    opened, parse, refused, text, time_with, world,
};
use crate::text::Language;
use crate::{Case, CompanyId, Definition, Key, Phase};
use calendar::BusinessTime;
use uuid::Uuid;

/// A process in which everything that a request does not need happens.
const PROCESS: &str = r#"
process = "trial"
version = 1
prefix = "T"
initial = "begun"
title = { zh = "试", en = "Trial" }
role.owner = { is = "applicant", title = { zh = "主", en = "the owner" } }
role.worker = { is = "assigned", title = { zh = "工", en = "the worker" } }
role.judge = { is = "holder", title = { zh = "判", en = "the judge" } }
field.size = { type = "number", title = { zh = "大小", en = "Size" } }
field.worker = { type = "person", role = "worker", title = { zh = "人", en = "Worker" } }
field.unit = { type = "unit", title = { zh = "单位", en = "Unit" } }
mark.seen = { title = { zh = "见", en = "Seen" } }
guard.big = { when = 'answer.size > 10', says = { zh = "太小", en = "too small" } }
guard.another = { when = 'not(actor.worker)', says = { zh = "须另一人", en = "another person" } }
guard.measured = { when = 'case.size > 0', says = { zh = "未量", en = "not measured" } }
state.begun = { phase = "received", title = { zh = "始", en = "Begun" } }
state.busy = { phase = "active", title = { zh = "忙", en = "Busy" } }
state.ended = { phase = "done", final = true, title = { zh = "终", en = "Ended" } }

[action.open]
title = { zh = "开", en = "Open" }
opens = true
by = ["owner"]
[action.measure]
title = { zh = "量", en = "Measure" }
by = ["owner"]
from = ["begun", "busy"]
optional = ["size"]
then = [{ record = "size" }, { mark = "seen" }]
[action.forget]
title = { zh = "忘", en = "Forget" }
by = ["owner"]
from = ["begun", "busy"]
then = [{ unmark = "seen" }]
[action.grow]
title = { zh = "长", en = "Grow" }
by = ["owner"]
from = ["begun"]
optional = ["size"]
guards = ["big"]
to = "busy"
[action.check]
title = { zh = "查", en = "Check" }
by = ["owner", "judge"]
from = ["begun"]
guards = ["measured"]
to = "busy"
[action.choose]
title = { zh = "选", en = "Choose" }
by = ["owner"]
from = ["begun"]
to = [{ when = 'case.size > 10', state = "busy" }, { when = 'case.size > 5', state = "ended" }]
[action.hire]
title = { zh = "雇", en = "Hire" }
by = ["owner"]
from = ["begun", "busy"]
optional = ["worker", "unit"]
then = [{ assign = "worker", to = "answer.worker" }, { assign = "worker", to = "answer.unit" }]
[action.work]
title = { zh = "干", en = "Work" }
by = ["worker"]
from = ["begun", "busy"]
[action.take]
title = { zh = "接", en = "Take" }
by = ["worker"]
from = ["begun", "busy"]
then = [{ assign = "worker", to = "actor" }]
[action.confirm]
title = { zh = "认", en = "Confirm" }
by = ["judge", "worker"]
from = ["begun", "busy"]
guards = ["another"]
[action.call]
title = { zh = "呼", en = "Call" }
by = ["owner"]
from = ["busy"]
then = [{ raise = "bell" }]
[action.end]
title = { zh = "完", en = "End" }
by = ["owner"]
from = ["begun", "busy"]
to = "ended"

[automatic.answered]
title = { zh = "应", en = "Answered" }
from = ["busy"]
on = "bell"
when = 'mark.seen'
to = "begun"
[automatic.grown]
title = { zh = "大", en = "Grown" }
from = ["begun"]
when = 'case.size > 100'
to = "busy"
[automatic.nudged]
title = { zh = "促", en = "Nudged" }
from = ["busy"]
after = "2wd"
when = 'mark.seen'

[clock.whole]
title = { zh = "全", en = "Whole" }
start = ["on open"]
reset = ["on measure"]
stop = ["enter ended"]
limit = [{ when = 'case.size > 10', limit = "3wd" }, "1wd"]
warn = { before = "1wh", then = [{ mark = "seen" }] }
breach = [{ raise = "bell" }]
"#;

fn trial() -> Definition {
    parse(PROCESS)
}

fn size(size: i64) -> Answers {
    answers([("size", Answer::Number(size.into()))])
}

fn by_owner(action: &str) -> Call {
    act(action, &applicant(), Answers::new())
}

const NINE: &str = "2026-03-02 09:00";
const TEN: &str = "2026-03-02 10:00";

fn begun() -> Case {
    opened(&trial(), "open", NINE)
}

fn timers(step: &super::Step) -> Vec<(&str, jiff::Timestamp)> {
    step.timers.iter().map(|timer| (&*timer.name, timer.due)).collect()
}

#[test]
fn opening_runs_the_action_enters_the_first_state_and_starts_its_clocks() {
    let call = act(
        "file",
        &applicant(),
        answers([
            ("title", text("招不到研发人员")),
            ("content", text("两个月没有招到人")),
            ("contact", text("王")),
            ("phone", text("13800000000")),
        ]),
    );
    let step = moved(open(&REQUEST_V1, Some(COMPANY), &call, world("2022-09-30 16:50")));
    assert_eq!(step.case.configuration.active, ["submitted".into()]);
    assert_eq!((step.phase, step.undated), (Phase::Received, false));
    assert_eq!(step.case.facts["contact"], text("王"));
    let mails: Vec<&str> = step.mails.iter().map(|mail| &*mail.template).collect();
    assert_eq!(mails, ["request-filed", "request-to-accept"]);
    assert_eq!(step.due, Some(at("2022-10-08 17:30")));
    let micro = jiff::SignedDuration::from_micros(1);
    assert_eq!(
        timers(&step),
        [
            ("clock.acceptance.warn.0", at("2022-10-08 15:30")),
            ("clock.acceptance.breach", at("2022-10-08 17:30") + micro),
        ]
    );
    assert_eq!((step.entry.from.len(), &step.entry.to[..]), (0, &["submitted".into()][..]));
    assert_eq!(step.entry.call.name(), "file");
    assert_eq!(step.entry.calendar, TIME.calendar().digest());
}

#[test]
fn what_is_wrong_is_asked_in_order_action_role_state_form_guard() {
    let definition = trial();
    let case = begun();
    let stranger = super::Actor { company: Some(CompanyId(Uuid::from_u128(9))), ..applicant() };
    let refuse = |action: &str, actor: &super::Actor, answers: Answers| {
        refused(step(&definition, &case, &act(action, actor, answers), world(TEN)))
    };
    let wrong = || answers([("size", text("big"))]);
    let Refusal::NoSuchAction { action, nearest } = refuse("gorw", &stranger, wrong()) else { panic!() };
    assert_eq!((&*action, nearest.as_deref()), ("gorw", Some("grow")));
    // `call` starts elsewhere, but a stranger learns only that it is not theirs.
    assert!(matches!(refuse("call", &stranger, wrong()), Refusal::NotYours { .. }));
    assert!(matches!(refuse("call", &applicant(), wrong()), Refusal::NotFromHere { .. }));
    let Refusal::Form(mistakes) = refuse("grow", &applicant(), wrong()) else { panic!() };
    assert_eq!(mistakes[0].fault, Fault::WrongKind { wants: "number" });
    let Refusal::Guard { key, says } = refuse("grow", &applicant(), size(10)) else { panic!() };
    assert_eq!((&*key, &*says.en), ("big", "too small"));
    assert_eq!(
        next(&definition, &case, &act("grow", &applicant(), size(11)), TEN).case.configuration.active,
        ["busy".into()]
    );
}

#[test]
fn a_guard_that_nobody_can_tell_refuses_and_names_the_fact() {
    let (definition, case) = (trial(), begun());
    let unknown =
        |facts: &[&str]| Refusal::Unknown { facts: facts.iter().map(|fact| Key::from(*fact)).collect() };
    let refuse = |action| refused(step(&definition, &case, &by_owner(action), world(TEN)));
    assert_eq!(refuse("check"), unknown(&["case.size"]));
    // The way on is as unknown as the guard; nothing falls through to the second branch.
    assert_eq!(refuse("choose"), unknown(&["case.size"]));
}

#[test]
fn an_action_whose_branches_all_fail_is_refused() {
    let (definition, case) = (trial(), begun());
    let case = next(&definition, &case, &act("measure", &applicant(), size(3)), TEN).case;
    assert_eq!(refused(step(&definition, &case, &by_owner("choose"), world(TEN))), Refusal::NoBranch);
}

#[test]
fn the_first_branch_that_holds_is_taken() {
    let definition = trial();
    for (measured, to) in [(11, "busy"), (6, "ended")] {
        let case = next(&definition, &begun(), &act("measure", &applicant(), size(measured)), TEN).case;
        assert_eq!(next(&definition, &case, &by_owner("choose"), TEN).case.configuration.active, [to.into()]);
    }
}

#[test]
fn an_automatic_that_nobody_can_tell_is_merely_not_enabled() {
    let definition = trial();
    // `grown` asks for `case.size`, which is unknown: opening goes through.
    let case = begun();
    assert_eq!(case.configuration.active, ["begun".into()]);
    let case = next(&definition, &case, &act("measure", &applicant(), size(101)), TEN).case;
    // Facts are frozen for a step: what a step records counts from the next one on.
    assert_eq!(case.configuration.active, ["begun".into()]);
    let step = next(&definition, &case, &by_owner("forget"), TEN);
    assert_eq!(step.case.configuration.active, ["busy".into()]);
    assert_eq!(step.entry.automatics, ["grown".into()]);
}

#[test]
fn an_action_opens_a_case_or_moves_one_never_the_other() {
    let definition = trial();
    let refusal = refused(open(&definition, Some(COMPANY), &by_owner("end"), world(NINE)));
    assert_eq!(refusal.message(Language::En), "there is no case yet; this starts from Begun, Busy");
    let refusal = refused(step(&definition, &begun(), &by_owner("open"), world(TEN)));
    assert_eq!(refusal.message(Language::En), "the case is at Begun; this opens a case");
    let timer = fire("clock.whole.warn.0");
    assert_eq!(refused(open(&definition, Some(COMPANY), &timer, world(NINE))), Refusal::NotDue);
    assert_eq!(
        refused(open(&definition, Some(COMPANY), &Call::Recompute, world(NINE))),
        Refusal::NothingToRecompute
    );
    let another = CompanyId(Uuid::from_u128(9));
    assert!(matches!(
        refused(open(&definition, Some(another), &by_owner("open"), world(NINE))),
        Refusal::NotYours { .. }
    ));
}

#[test]
fn marks_are_set_once_and_taken_away() {
    let definition = trial();
    let step = next(&definition, &begun(), &act("measure", &applicant(), size(1)), TEN);
    assert_eq!((&step.entry.marked[..], step.case.marks["seen"]), (&["seen".into()][..], at(TEN)));
    let again = next(&definition, &step.case, &act("measure", &applicant(), size(1)), "2026-03-02 11:00");
    assert_eq!(again.entry.marked, [] as [Key; 0]);
    let gone = next(&definition, &again.case, &by_owner("forget"), TEN);
    assert_eq!((&gone.entry.unmarked[..], gone.case.marks.len()), (&["seen".into()][..], 0));
    assert_eq!(next(&definition, &gone.case, &by_owner("forget"), TEN).entry.unmarked, [] as [Key; 0]);
}

#[test]
fn what_is_not_answered_this_time_is_no_longer_a_fact() {
    let definition = trial();
    let case = next(&definition, &begun(), &act("measure", &applicant(), size(1)), TEN).case;
    assert_eq!(case.facts["size"], Answer::Number(1.into()));
    assert!(next(&definition, &case, &by_owner("measure"), TEN).case.facts.is_empty());
}

#[test]
fn a_person_is_assigned_alone_and_a_unit_with_all_who_hold_the_role_in_it() {
    let definition = trial();
    let worker: Key = "worker".into();
    let (ann, bob) = (holder("worker", 1, Some(INDUSTRY)), holder("worker", 2, Some(INDUSTRY)));
    let (eve, mute) = (holder("worker", 3, Some(HOUSING)), holder("judge", 4, Some(INDUSTRY)));
    let play = |case: &Case| [&ann, &bob, &eve, &mute].map(|actor| plays(&definition, case, &worker, actor));
    let case = begun();
    assert_eq!(play(&case), [false; 4]);
    let unit = answers([("unit", Answer::Unit(INDUSTRY))]);
    let case = next(&definition, &case, &act("hire", &applicant(), unit), TEN).case;
    assert_eq!(play(&case), [true, true, false, false]);
    let case = next(&definition, &case, &act("take", &bob, Answers::new()), TEN).case;
    assert_eq!(case.assigned[&worker], Assignee::Person { person: bob.person, unit: Some(INDUSTRY) });
    assert_eq!(play(&case), [false, true, false, false]);
    assert!(matches!(
        refused(step(&definition, &case, &act("work", &ann, Answers::new()), world(TEN))),
        Refusal::NotYours { .. }
    ));
    let person = answers([("worker", Answer::Person(eve.person))]);
    let case = next(&definition, &case, &act("hire", &applicant(), person), TEN).case;
    assert_eq!(play(&case), [false, false, true, false]);
    // Who is not named stays who they were.
    let case = next(&definition, &case, &by_owner("hire"), TEN).case;
    assert_eq!(play(&case), [false, false, true, false]);
}

#[test]
fn what_is_available_is_yours_starts_here_and_says_what_stands_in_its_way() {
    let definition = trial();
    let case = begun();
    let offers = |case: &Case, actor: &super::Actor| -> Vec<(String, bool)> {
        let offers = available(&definition, case, actor, world(TEN));
        offers.iter().map(|offer| (offer.key.to_string(), offer.blocked.is_some())).collect()
    };
    let names = ["measure", "forget", "grow", "check", "choose", "hire", "end"];
    // `check` is blocked whatever is answered; `grow` depends on the answer.
    assert_eq!(offers(&case, &applicant()), names.map(|name| (name.to_owned(), name == "check")));
    let judges = [("check".to_owned(), true), ("confirm".to_owned(), false)];
    assert_eq!(offers(&case, &holder("judge", 1, None)), judges);
    let ended = next(&definition, &case, &by_owner("end"), TEN).case;
    assert_eq!(offers(&ended, &applicant()), []);
}

#[test]
fn a_timer_fires_when_it_is_due_and_never_once_it_is_void() {
    let definition = trial();
    let case = begun();
    let try_fire = |case: &Case, timer, now| step(&definition, case, &fire(timer), world(now));
    assert_eq!(refused(try_fire(&case, "clock.whole.warn.0", "2026-03-03 16:29")), Refusal::NotDue);
    let warned = moved(try_fire(&case, "clock.whole.warn.0", "2026-03-03 16:30"));
    assert_eq!(warned.entry.marked, ["seen".into()]);
    assert_eq!(warned.entry.clocks[0].change, Change::Warned);
    assert_eq!(refused(try_fire(&warned.case, "clock.whole.warn.0", "2026-03-03 16:30")), Refusal::NotDue);
    for unknown in
        ["clock.other.warn.0", "clock.whole", "after.whole", "", "clock.whole.warn.0.x", "after.nudged"]
    {
        assert_eq!(refused(try_fire(&case, unknown, "2027-01-01 09:00")), Refusal::NotDue, "{unknown}");
    }
    // A breach is not due at the due time, but after it.
    assert_eq!(refused(try_fire(&case, "clock.whole.breach", "2026-03-03 17:30")), Refusal::NotDue);
    let ended = next(&definition, &case, &by_owner("end"), TEN);
    assert_eq!(timers(&ended), []);
    assert_eq!(refused(try_fire(&ended.case, "clock.whole.breach", "2027-01-01 09:00")), Refusal::NotDue);
}

#[test]
fn a_breach_stays_and_what_it_raises_is_heard() {
    let definition = trial();
    let case = next(&definition, &begun(), &act("grow", &applicant(), size(11)), TEN).case;
    let case = next(&definition, &case, &fire("clock.whole.warn.0"), "2026-03-03 16:30").case;
    let step = next(&definition, &case, &fire("clock.whole.breach"), "2026-03-04 09:00");
    assert_eq!(step.case.clocks["whole"].breached, Some(at("2026-03-04 09:00")));
    assert_eq!(
        (&step.entry.automatics[..], &step.entry.to[..]),
        (&["answered".into()][..], &["begun".into()][..])
    );
    assert!(!timers(&step).iter().any(|(name, _)| name.ends_with("breach")));
    let ended = next(&definition, &step.case, &by_owner("end"), "2026-03-05 09:00").case;
    assert_eq!(ended.clocks["whole"].breached, Some(at("2026-03-04 09:00")));
    assert!(ended.clocks["whole"].finished_late());
}

#[test]
fn a_clock_that_is_reset_begins_anew_with_the_limit_that_holds_then() {
    let definition = trial();
    let step = next(&definition, &begun(), &act("measure", &applicant(), size(11)), "2026-03-03 10:00");
    assert_eq!(step.entry.clocks[0].change, Change::Reset);
    assert_eq!(step.case.clocks["whole"].started, at("2026-03-03 10:00"));
    assert_eq!(step.due, Some(at("2026-03-06 17:30")));
    let step = next(&definition, &step.case, &by_owner("measure"), "2026-03-03 11:00");
    assert_eq!(step.due, Some(at("2026-03-04 17:30")));
}

#[test]
fn a_delay_is_set_on_entering_dropped_on_leaving_and_spent_by_firing() {
    let definition = trial();
    let grown = next(&definition, &begun(), &act("grow", &applicant(), size(11)), TEN);
    let due = at("2026-03-04 17:30");
    assert!(timers(&grown).contains(&("after.nudged", due)));
    // `nudged` does not hold: it is spent all the same, or its timer would be due for ever.
    let spent = next(&definition, &grown.case, &fire("after.nudged"), "2026-03-04 17:30");
    assert!(spent.case.delayed.is_empty() && spent.entry.automatics.is_empty());
    let again = refused(step(&definition, &spent.case, &fire("after.nudged"), world("2026-03-09 09:00")));
    assert_eq!(again, Refusal::NotDue);
    let seen = next(&definition, &grown.case, &act("measure", &applicant(), size(1)), TEN).case;
    let fired = next(&definition, &seen, &fire("after.nudged"), "2026-03-04 17:30");
    assert_eq!(fired.entry.automatics, ["nudged".into()]);
    assert!(fired.case.delayed.is_empty());
    let ended = next(&definition, &grown.case, &by_owner("end"), TEN).case;
    assert!(ended.delayed.is_empty());
}

#[test]
fn a_new_calendar_dates_what_was_undated_and_moves_what_it_changes() {
    let definition = trial();
    let late = "2026-12-31 09:00";
    let case =
        next(&definition, &opened(&definition, "open", late), &act("grow", &applicant(), size(11)), late);
    assert!(case.undated && case.due.is_none() && case.timers.is_empty());
    assert_eq!(case.case.delayed["nudged"].due, Due::Undated { year: 2027 });
    let with = |time: &BusinessTime, case: &Case| {
        step(&definition, case, &Call::Recompute, World::new(at("2027-01-20 09:00"), time))
    };
    assert_eq!(refused(with(&TIME, &case.case)), Refusal::NothingToRecompute);
    let notice = time_with("2027-01-01,holiday");
    let dated = moved(with(&notice, &case.case));
    assert_eq!((dated.undated, dated.due), (false, Some(at("2027-01-04 17:30"))));
    // A delay counts from when its state was entered, not from when the notice came.
    assert_eq!(dated.case.delayed["nudged"].due, Due::At(at("2027-01-05 17:30")));
    assert_eq!(dated.entry.clocks[0].change, Change::Recomputed);
    assert_eq!(refused(with(&notice, &dated.case)), Refusal::NothingToRecompute);
    let other = moved(with(&time_with("2027-01-01,holiday\n2027-01-04,holiday"), &dated.case));
    assert_eq!(other.due, Some(at("2027-01-05 17:30")));
    let ended = next(&definition, &dated.case, &by_owner("end"), "2026-12-31 10:00").case;
    assert_eq!(refused(with(&time_with("2027-01-04,holiday"), &ended)), Refusal::NothingToRecompute);
}

#[test]
fn a_case_of_another_chart_is_refused_not_believed() {
    let mut case = begun();
    case.configuration.active.push("elsewhere".into());
    let refusal = refused(step(&trial(), &case, &by_owner("forget"), world(TEN)));
    assert_eq!(refusal, Refusal::Halted(Halt::UnknownState("elsewhere".into())));
}

#[test]
fn a_refusal_says_what_is_needed_under_a_code_of_its_own() {
    let title = |zh: &str, en: &str| crate::Text::new(zh, en);
    let one = || vec![title("甲", "One")];
    let refusals = [
        (
            Refusal::NoSuchAction { action: "x".into(), nearest: Some("y".into()) },
            "NO_SUCH_ACTION",
            "did you mean `y`",
        ),
        (Refusal::NoSuchAction { action: "x".into(), nearest: None }, "NO_SUCH_ACTION", "no action `x`"),
        (Refusal::NotYours { by: one() }, "NOT_YOURS", "only One"),
        (Refusal::NotFromHere { at: one(), from: one() }, "NOT_FROM_HERE", "at One; this starts from One"),
        (Refusal::NotFromHere { at: vec![], from: one() }, "NOT_FROM_HERE", "no case yet"),
        (Refusal::NotFromHere { at: one(), from: vec![] }, "NOT_FROM_HERE", "opens a case"),
        (Refusal::Form(vec![]), "FORM", "0 mistakes"),
        (Refusal::Guard { key: "k".into(), says: title("要", "needed") }, "GUARD", "needed"),
        (Refusal::Unknown { facts: vec!["case.size".into()] }, "UNKNOWN_FACTS", "case.size"),
        (Refusal::NoBranch, "NO_BRANCH", "no way on"),
        (Refusal::NoCompany, "NO_COMPANY", "the company whose case it is"),
        (Refusal::Unheard, "UNHEARD", "does not listen"),
        (
            Refusal::NoImage { states: vec!["a".into()], clocks: vec!["b".into()] },
            "NO_IMAGE",
            "no image of a, b",
        ),
        (Refusal::NotDue, "NOT_DUE", "not due"),
        (Refusal::NothingToRecompute, "NOTHING_TO_RECOMPUTE", "no due time"),
        (Refusal::Halted(Halt::Restless), "HALTED", "no rest"),
    ];
    for (refusal, code, english) in refusals {
        assert_eq!(refusal.code(), code);
        assert!(refusal.message(Language::En).contains(english), "{}", refusal.message(Language::En));
        assert!(!refusal.message(Language::Zh).is_ascii());
    }
}

#[test]
fn who_did_the_work_may_not_confirm_it_whatever_roles_that_person_holds() {
    let definition = parse(PROCESS);
    let case = opened(&definition, "open", TEN);
    let (zhou, lin) = (holder("worker", 1, None), holder("judge", 2, None));
    let confirm = |actor| act("confirm", actor, Answers::new());
    // While nobody works on it anybody who may confirm it is another.
    next(&definition, &case, &confirm(&lin), TEN);
    let hire = act("hire", &applicant(), answers([("worker", Answer::Person(zhou.person))]));
    let hired = next(&definition, &case, &hire, TEN).case;
    next(&definition, &hired, &confirm(&lin), TEN);
    let judging = crate::Actor { roles: vec!["judge".into()], ..zhou };
    let refusal = refused(step(&definition, &hired, &confirm(&judging), world(TEN)));
    assert!(matches!(&refusal, Refusal::Guard { key, .. } if &**key == "another"), "{refusal:?}");
    let offers = available(&definition, &hired, &judging, world(TEN));
    let offer = offers.iter().find(|offer| &**offer.key == "confirm").unwrap();
    assert_eq!(offer.blocked.as_ref(), Some(&refusal));
}
