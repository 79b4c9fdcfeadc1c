use super::{Point, StoryMistake, play};
use crate::Definition;
use crate::clock::Change;
use crate::tests::scene::{REQUEST_V1, TIME, parse};

/// A library without another process.
fn none<'d>(_: &str) -> Option<&'d Definition> {
    None
}

/// A story of a request, and what is wrong with it: line and message.
fn mistakes(story: &str) -> Vec<(usize, String)> {
    match play(&REQUEST_V1, &none, story, &TIME) {
        Ok(_) => vec![],
        Err(mistakes) => mistakes.into_iter().map(|StoryMistake { line, message }| (line, message)).collect(),
    }
}

/// The only mistake of a story whose second line is filed at nine and whose third is `line`.
fn mistake(line: &str) -> String {
    let found = mistakes(&format!("at 2026-03-02 09:00\n{FILE}\n{line}"));
    assert!(found.len() <= 1 && found.iter().all(|(number, _)| *number == 3), "{found:?}");
    found.into_iter().next().map(|(_, message)| message).unwrap_or_default()
}

const FILE: &str = "company file title=漏水 content=屋面漏水 contact=李 phone=057788888888";

#[test]
fn a_line_that_cannot_be_read_is_named_with_what_was_expected_and_the_nearest_name() {
    for (line, says) in [
        ("clark accept", "`request` has no role `clark`; did you mean `clerk`? (or `stranger`)"),
        ("clerk acept", "has no action `acept`; did you mean `accept`?"),
        ("clerk accept kinds=general", "has no field `kinds`; did you mean `kind`?"),
        ("clerk accept general", "`general` is no answer: expected FIELD=VALUE"),
        ("clerk accept kind=general kind=complex", "`kind` is answered twice"),
        ("clerk", "`clerk` does nothing: expected an actor and an action"),
        ("=> submitted", "expected an actor and an action before `=>`"),
        ("at noon", "expected `at YYYY-MM-DD HH:MM`"),
        ("at 2026-02-30 09:00", "`2026-02-30 09:00` is no time"),
        ("case of wine => submitted", "`case` only begins a case"),
        ("clerk ask_supplement missing=\"plan", "a quote is not closed"),
        (
            "clerk accept => awaiting_dispach",
            "has no state `awaiting_dispach`; did you mean `awaiting_dispatch`?",
        ),
        ("clerk accept => mails request-filed clerk", "expected `mails MAIL to ROLE+ROLE`"),
        ("clerk accept => mails request-filed to clerk+clark", "has no role `clark`"),
        ("clerk accept => marks overdo", "has no mark `overdo`; did you mean `overdue`?"),
        (
            "clerk accept => finish du 2026-03-02 09:00",
            "`finish du 2026-03-02 09:00` is not understood; expected a state",
        ),
        ("clerk accept => finsh paused", "has no clock `finsh`; did you mean `finish`?"),
        ("clerk accept => finish undated soon", "expected a year of four digits"),
        ("clerk accept => submitted,", "nothing stands between two commas"),
        ("clerk accept => refused", "expected `refused: TEXT`"),
    ] {
        assert!(mistake(line).contains(says), "{line}: {}", mistake(line));
    }
}

#[test]
fn every_line_that_cannot_be_read_is_reported_and_nothing_is_played() {
    let found = mistakes("clark accept\n\n# clark\nat noon\ncompany withdraw");
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 4]);
}

#[test]
fn what_happens_and_is_not_expected_fails_the_line() {
    let accept = "clerk accept kind=general urgency=normal";
    let mails = "mails request-accepted to company, mails request-to-dispatch to dispatcher";
    assert_eq!(mistake(accept), "");
    assert_eq!(mistake(&format!("{accept} => awaiting_dispatch, {mails}, finish due 2026-03-09 17:30")), "");
    for (expected, says) in [
        (mails, "moved from submitted to awaiting_dispatch, which is not expected"),
        (&format!("submitted, {mails}"), "is at awaiting_dispatch, expected submitted"),
        (
            &format!("awaiting_dispatch, submitted, {mails}"),
            "is at awaiting_dispatch, expected awaiting_dispatch, submitted",
        ),
        (
            "awaiting_dispatch, mails request-accepted to company",
            "`mails request-to-dispatch to dispatcher` happened",
        ),
        (
            &format!("awaiting_dispatch, {mails}, mails request-accepted to company"),
            "`mails request-accepted to company` is expected and did not",
        ),
        (&format!("awaiting_dispatch, {mails}, marks overdue"), "`marks overdue` is expected and did not"),
        (
            &format!("awaiting_dispatch, {mails}, unmarks overdue"),
            "`unmarks overdue` is expected and did not",
        ),
        (
            &format!("awaiting_dispatch, {mails}, finish due 2026-03-10 17:30"),
            "clock finish is due 2026-03-09 17:30, expected due 2026-03-10 17:30",
        ),
        (
            &format!("awaiting_dispatch, {mails}, acceptance late"),
            "clock acceptance stopped in time, expected stopped late",
        ),
        (
            &format!("awaiting_dispatch, {mails}, acceptance cancelled"),
            "clock acceptance stopped in time, expected cancelled",
        ),
        (
            &format!("awaiting_dispatch, {mails}, rework paused"),
            "clock rework never started, expected paused",
        ),
        (&format!("awaiting_dispatch, {mails}, finish undated 2027"), "expected undated 2027"),
        (&format!("awaiting_dispatch, {mails}, finish overdue"), "expected overdue"),
        (&format!("awaiting_dispatch, {mails}, finish stopped"), "expected stopped in time"),
        ("refused: anything", "happened, expected a refusal: anything"),
    ] {
        let found = mistake(&format!("{accept} => {expected}"));
        assert!(found.contains(says), "{expected}: {found}");
    }
}

#[test]
fn the_whole_difference_is_said_at_once() {
    let found = mistake("clerk accept kind=general urgency=normal => submitted, marks overdue");
    assert_eq!(found.matches("; ").count(), 3, "{found}");
}

#[test]
fn a_state_around_others_may_be_named_for_them() {
    let mails = "mails request-accepted to company, mails request-to-dispatch to dispatcher";
    assert_eq!(mistake(&format!("clerk accept kind=general urgency=normal => accepted, {mails}")), "");
}

#[test]
fn a_refusal_is_expected_in_words_of_either_language_and_with_every_mistake_of_the_form() {
    for says in ["only the intake clerk", "只有受理员", "may do this"] {
        assert_eq!(mistake(&format!("dispatcher accept kind=general => refused: {says}")), "");
    }
    assert_eq!(
        mistake(
            "clerk accept kind=middling => refused: kind must be one of consultation, general, complex; urgency must be answered"
        ),
        ""
    );
    let other = mistake("clerk accept => refused: not yours");
    assert!(
        other.contains("is refused: the form has 2 mistakes")
            && other.contains("expected the words: not yours")
    );
    let unexpected = mistake("dispatcher accept");
    assert!(
        unexpected.contains("only the intake clerk") && unexpected.ends_with("which is not expected"),
        "{unexpected}"
    );
}

#[test]
fn after_a_line_that_went_wrong_the_next_case_is_played() {
    let found = mistakes(&format!(
        "at 2026-03-02 09:00\n{FILE}\ncompany sign\ncompany sign\ncase\nat 2022-03-01 09:00\n{FILE}\ncompany sign"
    ));
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 8]);
}

#[test]
fn time_goes_forward_and_comes_before_the_first_action() {
    assert!(mistake("at 2026-03-01 09:00").contains("time went backwards"));
    let found = mistakes(FILE);
    assert!(found[0].1.contains("nobody said when"), "{found:?}");
    let found = mistakes("at 2026-03-02 09:00 => submitted");
    assert!(found[0].1.contains("there is no case yet"), "{found:?}");
}

#[test]
fn timers_fire_on_the_way_in_the_order_they_are_due_and_as_if_it_were_that_time() {
    let late = "at 2026-03-09 09:00 => marks accepted_late, mails request-due-soon to clerk, mails request-overdue to clerk+supervisor";
    assert_eq!(mistake(late), "");
    let found = mistake("at 2026-03-03 17:30 => acceptance overdue, mails request-due-soon to clerk");
    assert!(found.contains("is due 2026-03-03 17:30"), "{found}");
}

#[test]
fn an_actor_is_a_role_a_unit_and_a_name() {
    let begin = format!(
        "at 2026-03-02 09:00\n{FILE}\nclerk accept kind=general urgency=normal\ndispatcher dispatch unit=industry\n"
    );
    assert!(mistakes(&format!("{begin}handler@housing sign"))[0].1.contains("only the handler"));
    assert!(mistakes(&format!("{begin}handler sign"))[0].1.contains("only the handler"));
    let li = "handler:li@industry sign\nhandler:wang@industry ask_company missing=x => refused: only the handler\n";
    assert_eq!(mistakes(&format!("{begin}{li}handler:li@industry ask_company missing=x")), []);
    // One who moved to another unit is still the person the case was assigned to.
    assert_eq!(mistakes(&format!("{begin}{li}handler:li@housing ask_company missing=x")), []);
}

#[test]
fn answers_are_read_by_the_kind_of_their_field() {
    let definition = parse(
        r#"
process = "form"
version = 1
prefix = "F"
title = { zh = "表", en = "Form" }
role.owner = { is = "applicant", title = { zh = "主", en = "the owner" } }
field.number = { type = "number", title = { zh = "数", en = "Number" } }
field.date = { type = "date", title = { zh = "日", en = "Date" } }
field.truth = { type = "truth", title = { zh = "是否", en = "Truth" } }
field.person = { type = "person", role = "owner", title = { zh = "人", en = "Person" } }
field.unit = { type = "unit", title = { zh = "单位", en = "Unit" } }
[field.choices]
type = "choices"
title = { zh = "多选", en = "Choices" }
choices = { a = { zh = "甲", en = "A" }, b = { zh = "乙", en = "B" } }
[guard.all]
when = 'answer.number = 1.5 and answer.date = @"2026-03-02" and answer.truth'
says = { zh = "都要", en = "all of it" }
[state.only]
phase = "done"
title = { zh = "唯", en = "Only" }
[action.open]
title = { zh = "开", en = "Open" }
opens = true
by = ["owner"]
asks = ["number", "date", "truth", "person", "unit", "choices"]
guards = ["all"]
"#,
    );
    let run = |answers: &str| {
        let played = play(&definition, &none, &format!("at 2026-03-02 09:00\nowner open {answers}"), &TIME);
        played.err().map(|mistakes| mistakes[0].message.clone()).unwrap_or_default()
    };
    let good = "number=1.5 date=2026-03-02 truth=yes person=li unit=industry choices=a,b";
    assert_eq!(run(good), "");
    for (from, to, says) in [
        ("1.5", "two", "`number=two`: expected a number"),
        ("2026-03-02", "today", "`date=today`: expected a day"),
        ("yes", "true", "`truth=true`: expected yes or no"),
        ("yes", "no", "all of it"),
        ("a,b", "a,c", "choices must be one of a, b"),
    ] {
        let found = run(&good.replace(from, to));
        assert!(found.contains(says), "{to}: {found}");
    }
}

#[test]
fn a_story_tells_what_it_showed_and_what_it_missed() {
    let story = format!(
        "# nothing\nat 2026-03-02 09:00\n{FILE}\nstranger withdraw => refused: only\ncompany withdraw"
    );
    let played = play(&REQUEST_V1, &none, &story, &TIME).unwrap();
    assert_eq!(played.lines, 4);
    let clock = |change| Point::Clock("acceptance".into(), change);
    assert_eq!(
        played.shown,
        [
            Point::Action("file".into()),
            Point::Action("withdraw".into()),
            clock(Change::Started),
            clock(Change::Cancelled),
        ]
    );
    let missed: Vec<String> = played.missed.iter().map(ToString::to_string).collect();
    for point in [
        "action accept",
        "branch 1 of confirm",
        "refusal by guard date_if_unsolved",
        "automatic rating_lapsed",
        "clock finish paused",
        "a refusal of clerk",
    ] {
        assert!(missed.iter().any(|one| one == point), "{point}: {missed:?}");
    }
}

#[test]
fn no_text_panics() {
    let story = include_str!("../../definitions/request/v1.story");
    for (at, _) in story.char_indices().step_by(61) {
        let _ = play(&REQUEST_V1, &none, &story[..at], &TIME);
        let _ = play(&REQUEST_V1, &none, &story[at..], &TIME);
    }
    for noise in
        ["=>", "\"", "@ : = => ,", "at", "a@b:c@d e", "\u{0}", "case", ":@ withdraw", "company withdraw ="]
    {
        let _ = play(&REQUEST_V1, &none, noise, &TIME);
    }
}
