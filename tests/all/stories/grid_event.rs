//! A grid event: the second process, which is a file and nothing else.
use super::stage::Stage;
use serde_json::json;

#[test]
fn a_grid_event_is_opened_dispatched_solved_checked_and_rated_by_staff_alone() {
    let mut stage = Stage::at("2026-03-02 09:00");
    let village = stage.unit_of("grid_worker");
    stage.play(&format!(
        "micro_grid_head report title=河道垃圾 content=河道漂浮垃圾成片。 place=南桥 village={village} resident=陈大妈 hide_resident=yes => reported, verify due 2026-03-02 14:30, mails grid-event-reported to grid_worker
        micro_grid_head verify level=town pace=hard => refused: the grid worker
        grid_worker verify level=town pace=hard => awaiting_dispatch, verify stopped, handle due 2026-03-11 17:30, mails grid-event-to-dispatch to command_room
        command_room dispatch station=economy => awaiting_sign
        handler@economy send_back words=河道属规划建设科 => awaiting_dispatch
        command_room dispatch station=planning words=请一周内清理 => awaiting_sign, mails grid-event-dispatched to handler@planning
        handler@planning sign => in_progress
        command_room allow_time days=9 words=汛期 => refused: OUT_OF_BOUNDS
        command_room allow_time days=8 words=汛期 => in_progress, handle due 2026-03-23 17:30
        handler@planning solve_in_town feedback=已清理。 => fed_back, handle paused
        grid_worker fail_check words=两岸未清 => in_progress, handle running
        handler@planning solve_in_town feedback=两岸已清。 => fed_back
        grid_worker pass_check => checked, handle stopped
        micro_grid_head rate rating=satisfied => archived"
    ));
    assert_eq!(stage.see("case", "company { id } phase"), json!({"company": null, "phase": "DONE"}));
    // Whoever handled it never read who complained; who checked it did.
    let read = |who: &str| {
        let query = "query ($id: ID!) { case(id: $id) { facts { field text } timeline(first: 50) { nodes {
            answers { field text } } } } }";
        stage.who(who).ask(query, &json!({"id": stage.id("case")})).to_string()
    };
    assert!(read("grid_worker").contains("陈大妈"));
    let handled = read("handler@planning");
    assert!(handled.contains("两岸已清") && !handled.contains("陈大妈"), "{handled}");
    let company = stage.who("qiming").ask(
        "query ($id: ID!) { case(id: $id) { id } node(id: $id) { id } }",
        &json!({"id": stage.id("case")}),
    );
    assert_eq!(company, json!({"case": null, "node": null}), "it is no company's");
}
