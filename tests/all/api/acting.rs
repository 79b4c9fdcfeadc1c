//! Versions, idempotency keys and forms.
use crate::client::{Visitor, accepting, filing, house, list, text};
use serde_json::{Value, json};

fn version(visitor: &Visitor, case: &str) -> Value {
    visitor.ask("query ($id: ID!) { case(id: $id) { version } }", &json!({"id": case}))["case"]["version"]
        .take()
}

#[test]
fn an_action_on_an_outdated_version_is_refused_with_the_version_there_is() {
    let house = house();
    let company = house.visitor("qinghe");
    let case = company.file("停车位不足", "员工停车难");
    for expected in [0, 2, -1, i64::MAX] {
        let acted = company.act(&json!({"caseId": case, "action": "withdraw", "expectedVersion": expected}));
        assert_eq!(
            (&acted["refusal"]["code"], &acted["refusal"]["currentVersion"]),
            (&json!("STALE"), &json!(1))
        );
    }
    assert_eq!(version(&company, &case), 1);
    let acted = company.act(&json!({"caseId": case, "action": "withdraw", "expectedVersion": 1}));
    assert_eq!(acted["case"]["version"], 2, "{acted}");
}

#[test]
fn a_repeated_key_does_one_thing_and_with_another_request_nothing() {
    let house = house();
    let company = house.visitor("qinghe");
    let open = |title: &str, key: &str| company.open(&filing(title, "班车线路"), Some(key));
    let (first, again) = (open("班车", "key-1"), open("班车", "key-1"));
    assert_eq!(first["refusal"], Value::Null, "{first}");
    assert_eq!(first, again);
    assert_eq!(open("班车二", "key-1")["refusal"]["code"], "KEY_REUSED");
    let case = first["case"]["id"].clone();
    let act = |comment: &str, key: &str| {
        let answers = json!([{"field": "comment", "value": {"text": comment}}]);
        company.act(&json!({"caseId": case, "action": "withdraw", "answers": answers, "idempotencyKey": key}))
    };
    assert_eq!(
        act("不需要了", "key-1")["refusal"]["code"],
        "KEY_REUSED",
        "a key of an opening is no key of an action"
    );
    let (done, again) = (act("不需要了", "key-2"), act("不需要了", "key-2"));
    assert_eq!((&done["refusal"], &done["event"]["version"]), (&Value::Null, &json!(2)));
    assert_eq!(done, again);
    assert_eq!(act("改主意了", "key-2")["refusal"]["code"], "KEY_REUSED");
    // Somebody else's key is another key.
    let other = house.visitor("huanyu").open(&filing("班车", "班车线路"), Some("key-1"));
    assert_eq!(other["refusal"], Value::Null, "{other}");
    for bad in ["", &"k".repeat(201)] {
        assert_eq!(open("班车", bad)["refusal"]["code"], "BAD_KEY", "{}", bad.len());
    }
    assert_eq!(open("班车三", &"k".repeat(200))["refusal"], Value::Null);
    assert_eq!(version(&company, text(&case)), 2);
}

#[test]
fn requests_at_the_same_time_with_one_key_make_one_event() {
    let house = house();
    let company = house.visitor("qinghe");
    let together = |ask: &(dyn Fn() -> Value + Sync)| -> Vec<Value> {
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..6).map(|_| scope.spawn(ask)).collect();
            asked.into_iter().map(|one| one.join().expect("an answer")).collect()
        })
    };
    let opened = together(&|| company.open(&filing("用电增容", "变压器容量不足"), Some("together")));
    assert!(opened.iter().all(|one| *one == opened[0] && one["refusal"].is_null()), "{opened:?}");
    let case = &opened[0]["case"]["id"];
    let acted = together(&|| {
        company.act(&json!({"caseId": case, "action": "withdraw", "expectedVersion": 1, "idempotencyKey": "together-2"}))
    });
    assert!(acted.iter().all(|one| *one == acted[0] && one["event"]["version"] == 2), "{acted:?}");
    assert_eq!(version(&company, text(case)), 2);
}

#[test]
fn people_who_act_at_the_same_time_without_a_key_act_once() {
    let house = house();
    let company = house.visitor("qinghe");
    let case = company.file("网络带宽", "园区网络慢");
    let acted: Vec<Value> = std::thread::scope(|scope| {
        let act = || company.act(&json!({"caseId": case, "action": "withdraw"}));
        let asked: Vec<_> = (0..6).map(|_| scope.spawn(act)).collect();
        asked.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let done = acted.iter().filter(|one| one["refusal"].is_null()).count();
    assert_eq!(done, 1, "{acted:?}");
    assert!(
        acted.iter().all(|one| one["refusal"].is_null() || one["refusal"]["code"] == "NOT_FROM_HERE"),
        "{acted:?}"
    );
}

#[test]
fn an_unknown_action_is_refused_with_the_nearest_name() {
    let house = house();
    let company = house.visitor("qinghe");
    let case = company.file("人才公寓", "申请人才公寓");
    let refused = company.act(&json!({"caseId": case, "action": "withdraws"}))["refusal"].take();
    assert_eq!(refused["code"], "NO_SUCH_ACTION");
    assert!(text(&refused["message"]).contains("withdraw"), "{refused}");
    for action in ["", "\u{0}", "撤回", "WITHDRAW "] {
        let refused = company.act(&json!({"caseId": case, "action": action}))["refusal"].take();
        assert_eq!(refused["code"], "NO_SUCH_ACTION", "{action:?}");
    }
    let query = "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { refusal { code message } } }";
    let refused = company.ask(query, &json!({"input": {"process": "requests", "answers": []}}));
    assert_eq!(refused["caseOpen"]["refusal"]["code"], "NO_SUCH_PROCESS");
    assert!(text(&refused["caseOpen"]["refusal"]["message"]).contains("request"), "{refused}");
}

/// The fields with the codes of their faults, in order.
fn faults(opened: &Value) -> Vec<(&str, &str)> {
    assert_eq!(opened["refusal"]["code"], "FORM", "{opened}");
    let faults = list(&opened["refusal"]["fields"]).iter();
    faults.map(|fault| (text(&fault["field"]), text(&fault["code"]))).collect()
}

#[test]
fn all_mistakes_in_a_form_come_at_once_each_with_its_field() {
    let company = house().visitor("qinghe");
    let answer = |field: &str, value: Value| json!({"field": field, "value": value});
    assert_eq!(
        faults(&company.open(&json!([]), None)),
        [("title", "MISSING"), ("content", "MISSING"), ("contact", "MISSING"), ("phone", "MISSING")]
    );
    let opened = company.open(
        &json!([
            answer("title", json!({"text": "一"})),
            answer("content", json!({"text": "长".repeat(5_001)})),
            answer("contact", json!({"text": "两\n行"})),
            answer("phone", json!({"truth": true})),
            answer("topic", json!({"choice": "finanse"})),
            answer("titel", json!({"text": "x"})),
        ]),
        None,
    );
    assert_eq!(
        faults(&opened),
        [
            ("title", "TOO_SHORT"),
            ("content", "TOO_LONG"),
            ("contact", "CONTROL_CHARACTER"),
            ("phone", "WRONG_KIND"),
            ("topic", "NO_SUCH_CHOICE"),
            ("titel", "UNASKED"),
        ]
    );
    let messages: Vec<&str> =
        list(&opened["refusal"]["fields"]).iter().map(|fault| text(&fault["message"])).collect();
    assert!(messages[5].contains("title") && messages[1].contains("5000"), "{messages:?}");
    for blank in ["", "  ", "\u{3000}\u{3000}"] {
        let opened = company.open(&json!([answer("title", json!({"text": blank}))]), None);
        assert_eq!(faults(&opened)[0], ("title", "MISSING"), "{blank:?}");
    }
}

#[test]
fn a_unit_that_is_not_of_the_zone_is_no_unit() {
    let house = house();
    let (clerk, dispatcher) = (house.visitor("clerk"), house.visitor("dispatcher"));
    let waiting = clerk.cases("id availableActions { key }");
    let case = house.visitor("qinghe").file("道路维修", "厂区道路破损");
    clerk.act(&json!({"caseId": case, "action": "accept", "answers": accepting("general")}));
    let foreign = house.foreigner("clerk").ask("{ units { id } }", &json!({}))["units"][0]["id"].take();
    for unit in [foreign, json!("nonsense"), waiting[0]["id"].clone()] {
        let answers = json!([{"field": "unit", "value": {"unit": unit}}]);
        let acted = dispatcher.act(&json!({"caseId": case, "action": "dispatch", "answers": answers}));
        assert_eq!(faults(&acted), [("unit", "NO_SUCH_UNIT")], "{unit}");
    }
    assert_eq!(version(&clerk, &case), 2);
}

#[test]
fn answers_given_twice_or_in_two_shapes_or_in_none_are_no_input() {
    let company = house().visitor("qinghe");
    let query =
        "mutation ($input: CaseOpenInput!) { caseOpen(input: $input) { case { id } refusal { code } } }";
    let answer =
        |answers: Value| company.answer(query, &json!({"input": {"process": "request", "answers": answers}}));
    let title = |value: Value| json!({"field": "title", "value": value});
    let twice = answer(json!([title(json!({"text": "一二"})), title(json!({"text": "三四"}))]));
    assert_eq!((twice.status, twice.code().as_str()), (200, "BAD_INPUT"), "{twice:?}");
    assert!(twice.text.contains("`title`"), "{twice:?}");
    let many: Vec<Value> =
        (0..101).map(|at| json!({"field": format!("f{at}"), "value": {"text": "x"}})).collect();
    assert_eq!(answer(json!(many)).code(), "BAD_INPUT");
    assert_eq!(answer(json!([title(json!({"number": "1e999999999999"}))])).code(), "BAD_INPUT");
    for shape in [
        json!({}),
        json!({"text": "一二", "choice": "x"}),
        json!({"text": null}),
        json!({"txt": "x"}),
        json!("x"),
        json!({"date": "2026-02-30"}),
    ] {
        let refused = answer(json!([title(shape.clone())]));
        assert!((200..500).contains(&refused.status), "{shape}: {refused:?}");
        assert!(
            !refused.json()["errors"].is_null() && !refused.text.contains("\"id\""),
            "{shape}: {refused:?}"
        );
        assert_ne!(refused.json()["errors"][0]["extensions"]["code"], Value::Null, "{shape}: {refused:?}");
    }
}
