//! Cases that have to do with each other, told as a story.
use super::scene::{TIME, parse};
use crate::story::play;
use crate::{Definition, story::StoryMistake};
use std::sync::LazyLock;

pub(crate) const LEAD: &str = include_str!("lead.toml");
pub(crate) const PART: &str = include_str!("part.toml");

pub(crate) static LEAD_V2: LazyLock<Definition> = LazyLock::new(|| parse(LEAD));
pub(crate) static PART_V1: LazyLock<Definition> = LazyLock::new(|| parse(PART));

fn part<'d>(process: &str) -> Option<&'d Definition> {
    Some(&*PART_V1).filter(|part| *part.process == *process)
}

#[track_caller]
fn assert_told(definition: &Definition, story: &str) {
    if let Err(mistakes) = play(definition, &part, story, &TIME) {
        let lines: Vec<&str> = story.lines().collect();
        let told = |mistake: &StoryMistake| format!("{}\n    {mistake}", lines[mistake.line - 1]);
        panic!("{}", mistakes.iter().map(told).collect::<Vec<_>>().join("\n"));
    }
}

#[track_caller]
fn mistake(story: &str) -> String {
    play(&LEAD_V2, &part, story, &TIME).unwrap_err().remove(0).message
}

#[test]
fn units_get_cases_of_their_own_capped_by_the_lead_and_tell_it_when_they_are_done() {
    // 2 March 2026 is a Monday. The lead is due on the 5th, so its parts at the end of the 4th, not of the 5th.
    assert_told(
        &LEAD_V2,
        "case A lead and two parts
at 2026-03-02 09:00
company file contact=王 => filed
clerk dispatch kind=simple unit=industry with=housing,labour => busy, finish due 2026-03-05 17:30, case/housing: begun, case/housing: mails request-dispatched to helper, case/housing: own due 2026-03-04 17:30, case/labour: begun, case/labour: mails request-dispatched to helper
handler@industry reply reply=好 => refused: co-units are still at work
on case/housing: helper@labour finish part=好 => refused: only the helper
on case/housing: helper@housing finish part=好 => done, own stopped, case: marks heard
handler@industry reply reply=好 => refused: 协办未完
on case/labour: helper@labour finish part=也好 => done
handler@industry reply reply=好 => replied, mails request-replied to company, finish stopped",
    );
}

#[test]
fn a_part_without_an_answer_to_each_is_not_and_one_alone_is_called_after_its_process() {
    assert_told(
        &LEAD_V2,
        "at 2026-03-02 09:00
company file
clerk dispatch kind=simple unit=industry => busy
head audit person=li => busy, case/part: begun, case/part: mails request-dispatched to helper, case/part: own due 2026-03-05 17:30
head audit person=li => busy, case/part-2: begun, case/part-2: mails request-dispatched to helper",
    );
}

#[test]
fn parts_are_recalled_with_what_they_are_part_of_and_a_third_return_is_refused() {
    assert_told(
        &LEAD_V2,
        "at 2026-03-02 09:00
company file
clerk dispatch kind=simple unit=industry with=housing
handler@industry give_back => filed, finish cancelled, case/housing: off, case/housing: own cancelled
handler@industry give_back => refused: only the handler
clerk dispatch kind=simple unit=industry with=housing => busy, case/housing-2: begun, case/housing-2: mails request-dispatched to helper
handler@industry give_back => filed, case/housing-2: off
clerk dispatch kind=simple unit=industry
handler@industry give_back => refused: given back twice already",
    );
}

#[test]
fn the_merged_get_the_reply_of_their_master_and_merging_can_be_undone() {
    assert_told(
        &LEAD_V2,
        "at 2026-03-02 09:00
company file as first => filed
company file as second => filed, first: filed
company file as third
on second: clerk merge master=first => merged
on third: clerk merge master=first => merged
on third: clerk unmerge => filed
on first: clerk dispatch kind=simple unit=industry note=内 => busy
on second: handler@industry reply reply=好 => refused: only the handler
on first: handler@industry reply reply=好 => replied, mails request-replied to company, second: replied, second: mails request-replied to company",
    );
}

#[test]
fn what_happens_to_another_case_and_is_not_expected_fails_the_line() {
    let begin = "at 2026-03-02 09:00\ncompany file\nclerk dispatch kind=simple unit=industry with=housing";
    for (line, says) in [
        ("on case/housing: helper@housing finish part=好 => done", "case: `marks heard` happened"),
        (
            "on case/housing: helper@housing finish part=好 => done, case: marks soon",
            "`marks soon` is expected",
        ),
        ("on case/housing: helper@housing finish part=好 => done, cas: marks heard", "did you mean `case`?"),
        (
            "on case/hosing: helper@housing finish part=好",
            "no case `case/hosing`; did you mean `case/housing`?",
        ),
        (
            "on case/housing: helper@housing finsh part=好",
            "`part` has no action `finsh`; did you mean `finish`?",
        ),
        ("handler@industry give_back => filed", "case/housing: moved from begun to off"),
        ("clerk merge master=x as other", "`merge` opens none"),
        ("absent handler => busy", "nothing comes of this"),
        ("limit simpel = 1wd", "has no limit `simpel`; did you mean `simple`?"),
        ("limit simple 1wd", "expected `limit NAME = 5wd`"),
        ("limit simple = soon", "`soon`"),
        ("at 2026-03-02 10:00 as other", "this opens none"),
    ] {
        let found = mistake(&format!("{begin}\n{line}"));
        assert!(found.contains(says), "{line}: {found}");
    }
}

#[test]
fn a_part_cannot_be_opened_by_a_person_and_its_own_story_says_so() {
    assert_told(
        &PART_V1,
        "at 2026-03-02 09:00
helper@housing begin task=look => refused: only another case
reporter begin task=look => refused: 只由其他事项发起
spawned helper@housing task=wait => refused: waiting is no task
spawned helper@housing => refused: task must be answered
spawned helper@housing task=look lead_due=2026-03-04 => begun, mails request-dispatched to helper, own due 2026-03-03 17:30
told nothing => refused: does not listen
told recalled => off, own cancelled
told recalled => refused: 不受此影响
case Far from the lead's day
at 2026-03-02 09:00
spawned helper@housing task=look lead_due=2026-03-20 => begun, mails request-dispatched to helper, own due 2026-03-05 17:30
at 2026-03-06 09:00 => mails request-overdue to helper, own overdue
helper@housing finish part=好 => done, own late",
    );
}

#[test]
fn escalation_climbs_while_it_is_overdue_and_an_absence_hands_it_on_at_once() {
    let begin = "at 2026-03-02 09:00\ncompany file\nclerk dispatch kind=simple unit=industry";
    assert_told(
        &LEAD_V2,
        &format!(
            "{begin}
at 2026-03-04 09:00 => marks soon
at 2026-03-05 16:00 => mails request-due-soon to handler
at 2026-03-06 09:00 => unmarks soon, mails request-overdue to handler, finish overdue
at 2026-03-07 09:00 => mails request-overdue to leader
at 2026-03-10 09:00 => mails request-due-soon to head
at 2026-03-11 09:00 => mails request-overdue to head
case Nobody is there
{begin}
at 2026-03-05 17:00
absent handler
absent leader
at 2026-03-06 09:00 => unmarks soon, mails request-overdue to handler, mails request-overdue to leader, mails request-overdue to head
at 2026-03-20 09:00 => mails request-due-soon to head
case Only the second is absent
{begin}
at 2026-03-05 17:00
absent leader
at 2026-03-06 09:00 => unmarks soon, mails request-overdue to handler
at 2026-03-07 09:00 => mails request-overdue to leader, mails request-overdue to head
at 2026-03-20 09:00 => mails request-due-soon to head
case A reply ends the climb
{begin}
at 2026-03-06 09:00
handler@industry reply reply=好 => replied, mails request-replied to company, finish late
at 2026-04-20 09:00 => replied"
        ),
    );
}

#[test]
fn an_extension_adds_working_days_to_the_due_day_and_is_refused_on_it() {
    assert_told(
        &LEAD_V2,
        "at 2026-03-02 09:00
company file
leader extend days=2 => refused: the case is at Filed
clerk dispatch kind=simple unit=industry
leader extend days=4 => refused: not more than the limit
leader extend days=1.5 => refused: whole number of days
leader extend days=0 => refused: 整天数
leader extend days=2 => busy, finish due 2026-03-09 17:30
at 2026-03-05 18:00 => marks soon
leader extend days=1 => unmarks soon, finish due 2026-03-10 17:30
at 2026-03-10 09:00 => marks soon
leader extend days=1 => refused: a working day before",
    );
}

#[test]
fn a_limit_the_zone_sets_moves_what_runs_and_an_extension_stays_on_top() {
    assert_told(
        &LEAD_V2,
        "at 2026-03-02 09:00
company file
clerk dispatch kind=simple unit=industry => busy, finish due 2026-03-05 17:30
limit simple = 5wd => finish due 2026-03-09 17:30
leader extend days=2 => finish due 2026-03-11 17:30
limit simple = 1wd => finish due 2026-03-05 17:30
limit hard = 1wd => finish due 2026-03-05 17:30
handler@industry hang => hung, finish paused
limit simple = 2wd => finish paused
at 2026-03-02 10:00
handler@industry set_check check_on=2026-03-02
at 2026-03-02 11:00 => busy, finish due 2026-03-06 17:30",
    );
}

#[test]
fn a_day_that_was_set_begins_at_midnight_and_counts_anew_when_it_is_set_anew() {
    assert_told(
        &LEAD_V2,
        "at 2026-03-02 09:00
company file
clerk dispatch kind=simple unit=industry
handler@industry hang check_on=2026-03-04 => hung, finish paused
at 2026-03-03 23:59 => hung
at 2026-03-04 00:00 => busy, finish due 2026-03-09 17:30
handler@industry hang check_on=2026-03-01 => hung
at 2026-03-04 00:01 => busy
handler@industry hang => hung
at 2026-06-01 09:00 => hung
handler@industry set_check check_on=2026-06-03 => hung
handler@industry set_check check_on=2026-06-02 => hung
at 2026-06-02 00:00 => busy
at 2026-06-03 09:00",
    );
}

#[test]
fn a_year_whose_notice_comes_later_dates_what_waited_for_it() {
    assert_told(
        &LEAD_V2,
        "at 2026-12-30 09:00
company file
clerk dispatch kind=simple unit=industry with=housing => busy, finish undated 2027, case/housing: begun, case/housing: mails request-dispatched to helper, case/housing: own undated 2027
calendar 2027-01-01,holiday => finish due 2027-01-05 17:30, case/housing: own due 2027-01-05 17:30
case Another knows nothing of that
at 2026-12-30 09:00
company file
clerk dispatch kind=simple unit=industry => busy, finish undated 2027",
    );
    for (line, says) in
        [("calendar soon", "expected a row of a calendar"), ("calendar", "expected `calendar YYYY")]
    {
        let found = mistake(&format!("at 2026-12-30 09:00\ncompany file\n{line}"));
        assert!(found.contains(says), "{line}: {found}");
    }
}

#[test]
fn cases_that_tell_each_other_for_ever_are_stopped() {
    let definition = parse(
        r#"
process = "echo"
version = 1
prefix = "E"
title = { zh = "回声", en = "Echo" }
role.owner = { is = "holder", title = { zh = "主", en = "the owner" } }
state.on = { phase = "active", title = { zh = "开", en = "On" } }
state.off = { phase = "done", final = true, title = { zh = "关", en = "Off" } }
[action.open]
title = { zh = "开", en = "Open" }
opens = true
by = ["owner"]
[action.split]
title = { zh = "分", en = "Split" }
by = ["owner"]
from = ["on"]
then = [{ spawn = "echo" }]
[action.call]
title = { zh = "喊", en = "Call" }
by = ["owner"]
from = ["on"]
then = [{ tell = "hello", to = "children" }]
[action.stop]
title = { zh = "停", en = "Stop" }
by = ["owner"]
from = ["on"]
to = "off"
[automatic.hello]
title = { zh = "应", en = "Hello" }
from = ["on"]
on = "told hello"
then = [{ tell = "hello", to = "parent" }, { tell = "hello", to = "children" }]
"#,
    );
    let story = "at 2026-03-02 09:00\nowner open => on\nowner split => on, case/echo: on\nowner call";
    let mistakes = play(&definition, &part, story, &TIME).unwrap_err();
    assert_eq!((mistakes[0].line, &*mistakes[0].message), (4, "more than 100 steps follow from one"));
}

#[test]
fn a_process_that_is_not_there_cannot_be_spawned() {
    let story = "at 2026-03-02 09:00\ncompany file\nclerk dispatch kind=simple unit=industry with=housing";
    let nothing = |_: &str| -> Option<&Definition> { None };
    let mistakes = play(&LEAD_V2, &nothing, story, &TIME).unwrap_err();
    assert_eq!(mistakes[0].message, "there is no process `part` to spawn");
}
