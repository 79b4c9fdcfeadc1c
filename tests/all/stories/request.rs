//! A company's request, by the numbers of the desk's checklist.
use super::stage::Stage;
use crate::client::list;
use serde_json::json;

#[test]
fn scenario_1_filed_before_the_holiday_accepted_on_the_make_up_day_a_consultation_in_two_working_days() {
    Stage::at("2022-09-30 16:50").play(
        "qiming file title=招不到研发人员 content=两个月没有招到合适的人。 contact=方启然 phone=0571-0000-0101 => submitted, acceptance due 2022-10-08 17:30, mails request-filed to qiming
        qiming accept nature=consultation urgency=normal => refused: the intake clerk
        at 2022-10-08 10:00
        clerk accept nature=help urgency=normal => refused: needs a difficulty
        clerk accept nature=consultation urgency=normal => awaiting_dispatch, acceptance stopped, finish due 2022-10-10 17:30
        dispatcher dispatch unit=talent => awaiting_sign, sign due 2022-10-09 17:30
        handler@technology sign => refused: no such case
        handler@talent sign => in_progress, sign stopped
        handler@talent submit outcome=solved reply=已对接三所高校。 contact_record=电话联系方女士 => awaiting_check, finish paused
        dispatcher pass_reply => replied, finish stopped, mails request-replied to qiming
        at 2022-10-10 09:00
        qiming rate rating=satisfied => closed
        at 2022-10-25 09:00 => archived",
    );
}

#[test]
fn scenario_2_two_objections_an_adjudication_that_is_final_and_no_third() {
    Stage::at("2026-03-02 09:00").play(
        "tuoye file title=道路破损 content=厂区外道路破损。 contact=唐野 phone=0571-0000-0801
        clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30
        dispatcher dispatch unit=economy instruction=请尽快 => awaiting_sign
        dispatcher recall_dispatch decision=应由规划建设科主办 => awaiting_dispatch
        dispatcher dispatch unit=planning => awaiting_sign
        at 2026-03-02 15:00
        handler@planning object objection=not_our_duty basis=职责清单第12条 => return_review, sign cancelled
        handler@planning agree_return decision=同意 => refused: the dispatcher
        dispatcher refuse_return decision=该路段已移交规划建设科 => awaiting_sign
        at 2026-03-03 09:00
        handler@planning object objection=crossing basis=与经济发展科职责交叉 => adjudication, mails request-to-adjudicate to adjudicator
        dispatcher adjudicate unit=economy decision=经济发展科主办 => refused: the adjudicator
        adjudicator adjudicate unit=economy decision=由经济发展科主办 => awaiting_sign, marks dispatch_final
        handler@economy object objection=crossing basis=与规划建设科职责交叉 => refused: the dispatch was adjudicated and is final
        handler@economy sign => in_progress
        handler@economy submit outcome=solved reply=路面已修复。 contact_record=电话联系唐先生 => awaiting_check
        dispatcher pass_reply => replied, finish stopped
        visitor visit rating=dissatisfied => refused: a bad rating needs its cause
        visitor visit rating=fairly_satisfied comment=基本解决 => closed, visit stopped",
    );
}

#[test]
fn scenario_3_two_merged_requests_both_get_the_reply_and_only_the_dissatisfied_one_is_reworked() {
    let mut stage = Stage::at("2026-03-02 09:00");
    stage.play(
        "qiming file title=道路施工影响出货 content=园区东路施工，货车无法进出。 contact=方启然 phone=0571-0000-0101
        lanhe file title=园区东路封路 content=封路后员工绕行。 contact=潘水清 phone=0571-0000-0201 as second
        clerk accept nature=help urgency=normal difficulty=complex => awaiting_dispatch
        on second: dispatcher merge master=case => refused: the intake clerk
        on second: clerk merge master=case => merged, mails request-merged to lanhe
        on second: clerk unmerge => submitted
        on second: clerk merge master=case => merged",
    );
    let links = stage.see("second", "links { key inbound case { id } }")["links"].take();
    assert_eq!(links, json!([{"key": "merged_into", "inbound": false, "case": {"id": stage.id("case")}}]));
    // The submitters know nothing of each other.
    let query = "query ($id: ID!) { case(id: $id) { links { key } } }";
    let seen = stage.who("lanhe").ask(query, &json!({"id": stage.id("second")}));
    assert_eq!(seen["case"]["links"], json!([]));
    stage.play(
        "dispatcher dispatch unit=planning
        handler@planning sign
        handler@planning submit outcome=solved reply=已开通临时通道。 contact_record=3月2日现场走访 => awaiting_check
        at 2026-03-03 09:00
        dispatcher pass_reply => replied, mails request-replied to qiming
        on second: clerk urge => refused: Awaiting return visit
        on second: lanhe rate rating=very_dissatisfied comment=通道太窄 => rework, mails request-replied to lanhe
        qiming rate rating=very_satisfied => closed
        at 2026-03-04 09:00
        on second: handler@planning submit_rework outcome=solved reply=通道已拓宽至六米。 => refused: call_back
        on second: handler@planning submit_rework outcome=solved reply=通道已拓宽至六米。 call_back=3月4日回电潘女士 => rework_check
        on second: dispatcher pass_reply => replied
        on second: visitor visit rating=satisfied => closed",
    );
    assert_eq!(stage.see("case", "phase version")["phase"], "DONE");
}

#[test]
fn scenario_4_the_co_unit_is_late_while_the_lead_answers_in_time() {
    let mut stage = Stage::at("2026-03-02 09:00");
    stage.play(
        "mingche file title=职工子女入学 content=二十名职工子女需就近入学。 contact=郑鸣谦 phone=0571-0000-0501
        clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30
        dispatcher dispatch unit=talent co_units=economy => refused: co-units must be told what to do
        dispatcher dispatch unit=talent co_units=economy co_task=核实周边学位 => awaiting_sign
        on case/economy: clerk waive words=- => refused: only
        handler@talent sign => in_progress
        handler@talent add_units co_units=finance co_task=核实居住登记 => in_progress
        on case/finance: co_handler@finance sign => in_progress, finish due 2026-03-05 17:30
        at 2026-03-04 10:00
        on case/finance: co_handler@finance answer answer=二十户均已登记。 => answered, finish stopped, mails co-handling-answered to handler@talent
        at 2026-03-06 09:00
        on case/economy: handler@talent urge => awaiting_sign, marks overdue+urged, mails co-handling-overdue to handler@talent
        handler@talent submit outcome=solved reply=十五名可在本学期入学。 contact_record=3月6日电话 => refused: co-units have not answered
        on case/economy: handler@talent waive words=逾期未反馈，先行答复 => waived, marks overdue
        handler@talent submit outcome=solved reply=二十名均可入学。 contact_record=3月6日电话 => awaiting_check, finish paused
        dispatcher pass_reply => replied, finish stopped",
    );
    let query = "query ($id: ID!) { case(id: $id) { marks { key } clocks { finishedLate } } }";
    let seen = stage.who("mingche").ask(query, &json!({"id": stage.id("case")}));
    assert!(!seen.to_string().contains("true") && !seen.to_string().contains("late"), "{seen}");
    // The tasks of the units are the staff's own.
    let child = stage.id("case/economy");
    assert_eq!(stage.who("mingche").ask(query, &json!({"id": child}))["case"], json!(null));
    let own = "query ($id: ID!) { case(id: $id) { title parent { id } children { id } } }";
    let seen = stage.who("co_handler@economy").ask(own, &json!({"id": child}));
    assert_eq!(seen["case"]["title"], "职工子女入学");
    let refused = stage.who("mingche").answer(own, &json!({"id": stage.id("case")}));
    assert_eq!(refused.code(), "FORBIDDEN");
}

#[test]
fn scenario_5_more_time_asked_for_on_the_due_day_is_too_late_a_working_day_earlier_it_is_granted() {
    let opening = "jinlu file title=电力增容 content=产线扩建需要增容。 contact=白鹭洲 phone=0571-0000-1201 topic=energy
        clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30
        dispatcher dispatch unit=economy
        handler@economy sign => in_progress";
    let mut stage = Stage::at("2026-03-02 09:00");
    stage.play(opening);
    stage.play(
        &opening
            .replace("0571-0000-1201 topic=energy", "0571-0000-1201 as other")
            .replace("\n        ", "\n        on other: "),
    );
    stage.play(
        "at 2026-03-06 09:00
        handler@economy ask_extension days=6 extension_reason=等待供电公司方案 => refused: not more time than the original limit
        handler@economy ask_extension days=11 extension_reason=等待供电公司方案 => refused: OUT_OF_BOUNDS
        handler@economy ask_extension days=5 extension_reason=等待供电公司方案 => extension_review, mails request-extension-asked to dispatcher
        handler@economy ask_extension days=5 extension_reason=等待供电公司方案 => refused: Extension under review
        dispatcher grant_extension days=6 => refused: not more days than were asked for
        centre_head grant_second_extension days=5 => refused: the first extension is granted by the dispatcher
        dispatcher grant_extension days=1.5 => refused: NOT_WHOLE
        dispatcher grant_extension days=4 => in_progress, finish due 2026-03-13 17:30, marks extended, mails request-extended to jinlu
        at 2026-03-09 09:00
        on other: handler@economy ask_extension days=3 extension_reason=等待供电公司方案 => refused: at least one working day before
        at 2026-03-11 09:00
        handler@economy ask_extension days=2 extension_reason=方案待批 => extension_review
        dispatcher grant_extension days=2 => refused: a second extension is granted by the head of the centre
        centre_head grant_second_extension days=2 => in_progress, finish due 2026-03-17 17:30
        handler@economy ask_extension days=1 extension_reason=仍待批 => refused: the time was extended twice already",
    );
    let seen =
        stage.see("case", "clocks { key why } timeline(last: 50) { nodes { name clocks { clock change } } }");
    let finish = list(&seen["clocks"]).iter().find(|clock| clock["key"] == "finish").expect("a clock");
    for why in ["limit 5 working days (General matter)", "by 4 working days", "by 2 working days"] {
        assert!(finish["why"].to_string().contains(why), "{finish}");
    }
    let changes = list(&seen["timeline"]["nodes"]).iter().flat_map(|event| list(&event["clocks"]));
    assert_eq!(changes.filter(|change| change["change"] == "EXTENDED").count(), 2, "{seen}");
}

#[test]
fn scenario_6_land_use_over_a_winter_three_stage_replies_hung_closed_in_spring_never_overdue_in_silence() {
    let mut stage = Stage::at("2025-11-03 09:00");
    stage.play(
        "lanhe file title=扩建用地 content=扩建用地手续卡在规划调整。 contact=潘水清 phone=0571-0000-0201 topic=land
        clerk accept nature=help urgency=normal difficulty=hard => awaiting_dispatch, finish due 2025-11-24 17:30
        dispatcher dispatch unit=planning
        handler@planning sign => in_progress
        at 2025-11-06 10:00
        handler@planning give_stage_reply stage_reply=已报规划委员会。 next_on=2025-11-06 => refused: the next news must come after today
        handler@planning give_stage_reply stage_reply=已报规划委员会。 next_on=2025-11-11 => stage_replied, promise due 2025-11-11 17:30, mails request-stage-replied to lanhe
        at 2025-11-11 09:00 => in_progress
        handler@planning give_stage_reply stage_reply=规划委员会已排期。 next_on=2025-11-14 => stage_replied, promise due 2025-11-14 17:30
        at 2025-11-13 09:00
        handler@planning give_stage_reply stage_reply=规划委员会已审议，待公示。 next_on=2025-11-19 => stage_replied, promise due 2025-11-19 17:30
        handler@planning ask_hang hang_reason=公示及冬季停工 recheck_on=2025-11-13 => refused: it must be looked at again after today
        handler@planning ask_hang hang_reason=公示及冬季停工 recheck_on=2026-03-02 => hang_review, mails request-hang-asked to centre_head
        handler@planning grant_hang => refused: the head of the centre
        centre_head grant_hang => hung, finish paused, promise cancelled, marks hanging, mails request-hung to lanhe",
    );
    assert_eq!(stage.see("case", "light { key }")["light"]["key"], "hung");
    stage.play("at 2025-12-20 09:00 => hung, marks over_ceiling, mails request-over-ceiling to centre_head");
    let marks = stage.see("case", "marks { key }");
    assert!(!marks.to_string().contains("overdue"), "it rests in the open, and is not late: {marks}");
    stage.play(
        "at 2026-03-02 09:00 => in_progress, finish running
        handler@planning submit outcome=solved reply=用地手续已办结。 contact_record=3月2日上门 => awaiting_check
        dispatcher pass_reply => replied
        lanhe rate rating=very_satisfied => closed",
    );
}

#[test]
fn scenario_7_one_star_by_mistake_is_appealed_excluded_from_satisfaction_and_kept_in_the_record() {
    let mut stage = Stage::at("2026-03-02 09:00");
    stage.play(
        "xingyu file title=招聘会 content=希望组织专场招聘会。 contact=尹星野 phone=0571-0000-0301
        clerk accept nature=advice urgency=normal difficulty=simple
        dispatcher dispatch unit=talent
        handler@talent sign
        handler@talent submit outcome=solved reply=三月二十日举办专场招聘会。 contact_record=电话
        dispatcher pass_reply
        xingyu rate rating=very_dissatisfied => rework, marks bad_rating
        xingyu appeal_rating appeal=误点了一星 => rating_review, rework paused
        visitor exclude_rating explanation=误评 => refused: the supervisor
        supervisor exclude_rating explanation=企业确认误点 => closed, marks rating_excluded",
    );
    let seen = stage.see("case", "marks { key } facts { field text }");
    assert!(!seen["marks"].to_string().contains("bad_rating"), "{seen}");
    let rating = list(&seen["facts"]).iter().find(|fact| fact["field"] == "rating").expect("it is kept");
    assert!(rating.to_string().contains("Very dissatisfied"), "{rating}");
}

#[test]
fn scenario_19_without_next_years_notice_nothing_is_dated_until_the_calendar_comes() {
    let mut stage = Stage::at("2026-12-31 09:00");
    stage.play(
        "huanyu file title=融资对接 content=希望对接银行。 contact=梁寰宇 phone=0571-0000-0901 => submitted, acceptance undated 2027, acceptance undated",
    );
    assert_eq!(stage.see("case", "undated dueAt"), json!({"undated": true, "dueAt": null}));
    // The notice comes.
    let data = stage.house.server.dir.path();
    let file = data.join("2027.csv");
    std::fs::write(&file, "date,kind\n2027-01-01,holiday\n").expect("a file");
    let mut import = std::process::Command::new(crate::server::binary());
    import.args(["calendar", "import", "--zone", "qianjiang", "--data"]).args([data, &file]).env_clear();
    let imported = import.output().expect("the binary can be started");
    assert!(String::from_utf8_lossy(&imported.stdout).contains("\nrecomputed "), "{imported:?}");
    stage.play("at 2026-12-31 10:00 => submitted, acceptance due 2027-01-04 17:30");
    let seen = stage.see("case", "undated timeline(last: 1) { nodes { clocks { clock change } } }");
    assert_eq!(seen["undated"], false);
    assert_eq!(
        seen["timeline"]["nodes"][0]["clocks"],
        json!([{"clock": "acceptance", "change": "RECOMPUTED"}])
    );
}
