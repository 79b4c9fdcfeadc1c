//! What of a zone's cases each person sees: one's own, and no trace of anybody else's.
use super::example::example;
use super::fields::read;
use super::schema::Schema;
use crate::client::{House, Visitor, accepting, house, list, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An id of the same shape that was never given out.
pub(super) fn never_given(id: &str) -> String {
    let place = 9..14;
    assert!(id.len() > place.end, "{id}");
    let other = if &id[place.clone()] == "AAAAA" { "BBBBB" } else { "AAAAA" };
    format!("{}{other}{}", &id[..place.start], &id[place.end..])
}

/// Ids that are nobody's: malformed in several ways.
fn malformed() -> Vec<String> {
    ["", "x", "%%%", "Y2FzZQ==", "🏭", "\u{0}", "' OR 1=1 --"]
        .map(str::to_owned)
        .into_iter()
        .chain(["A".repeat(10_000)])
        .collect()
}

/// What there is around one case: the case, one of its events, its company, its people and units.
fn around(staff: &Visitor, case: &Value) -> (Vec<String>, Vec<String>) {
    let query = "query ($id: ID!) { case(id: $id) { id company { id } timeline(last: 1) { nodes { id actor { id } } }
        assignments { unit { id } person { id } } } me { person { id } } people(role: \"clerk\") { id } units { id } }";
    let data = staff.ask(query, &json!({"id": case["id"]}));
    let mut ids = BTreeSet::new();
    collect_ids(&data, &mut ids);
    let (cases, rest) = ids.into_iter().partition(|id| *id == text(&case["id"]));
    (cases, rest)
}

fn collect_ids(data: &Value, ids: &mut BTreeSet<String>) {
    match data {
        Value::Object(fields) => {
            ids.extend(fields.get("id").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|one| collect_ids(one, ids));
        }
        Value::Array(items) => items.iter().for_each(|one| collect_ids(one, ids)),
        _ => {}
    }
}

/// A case of each kind of owner: of `qiming`, of another company of the zone, of another zone.
fn owners(house: &Arc<House>) -> (Value, Value, Value) {
    let clerk = house.visitor("clerk");
    let mine =
        text(
            &house.visitor("qiming").ask("{ me { person { company { id } } } }", &json!({}))["me"]["person"]
                ["company"]["id"],
        )
        .to_owned();
    let fields = "id number title version process { key } company { id name } assignments { unit { key } }";
    let requests = clerk.cases(fields).into_iter().filter(|case| case["process"]["key"] == "request");
    let (own, others): (Vec<Value>, Vec<Value>) =
        requests.partition(|case| case["company"]["id"] == mine.as_str());
    let foreign = house.foreigner("clerk").cases(fields).remove(0);
    (own[0].clone(), others[0].clone(), foreign)
}

const QUESTIONS: [&str; 11] = [
    "query ($id: ID!) { case(id: $id) { id number title } }",
    "query ($id: ID!) { node(id: $id) { __typename id } }",
    "query ($id: ID!) { nodes(ids: [$id, $id]) { __typename id } }",
    "mutation ($id: ID!) { caseAct(input: {caseId: $id, action: \"withdraw\", expectedVersion: 1, idempotencyKey: \"k\"})
        { case { id } event { id } refusal { code message fields { field } needs currentVersion } } }",
    "mutation ($id: ID!) { caseAct(input: {caseId: $id, action: \"nonsense\", answers: [{field: \"unit\", value: {unit: $id}}]})
        { case { id } refusal { code message } } }",
    "mutation ($id: ID!) { noteAdd(input: {caseId: $id, text: \"\"}) { note { id } refusal { code message } } }",
    "mutation ($id: ID!) { noteWithdraw(input: {noteId: $id}) { note { id } refusal { code message } } }",
    "mutation ($id: ID!) { attachmentRequest(input: {caseId: $id, name: \"a.txt\", mediaType: \"text/plain\", size: 1})
        { attachment { id } uploadUrl refusal { code message } } }",
    "mutation ($id: ID!) { casesAct(input: {caseIds: [$id], action: \"withdraw\", idempotencyKey: \"k\", dryRun: true})
        { reports { outcome case { id } refusal { code message } } refusal { code } } }",
    "mutation ($id: ID!) { caseLook(input: {caseId: $id}) { case { id } refusal { code message } } }",
    "mutation ($id: ID!) { caseWatch(input: {caseId: $id, watching: false}) { case { id } refusal { code message } } }",
];

#[test]
fn what_is_foreign_is_answered_exactly_as_what_is_missing() {
    let house = house();
    let (clerk, foreign_clerk) = (house.visitor("clerk"), house.foreigner("clerk"));
    let (own, other, foreign) = owners(&house);
    let missing = never_given(text(&own["id"]));
    // Each visitor with what is foreign to them and a case that is theirs.
    let of_other = around(&clerk, &other).0;
    let of_zone = around(&foreign_clerk, &foreign);
    let of_zone: Vec<String> = of_zone.0.into_iter().chain(of_zone.1).collect();
    let to_company: Vec<String> = of_other.iter().chain(&of_zone).cloned().collect();
    let mut not_technology = clerk.cases("id assignments { unit { key } }").into_iter();
    let not_technology = not_technology.find(|case| !case["assignments"].to_string().contains("technology"));
    let to_handler: Vec<String> =
        std::iter::once(text(&not_technology.expect("a case elsewhere")["id"]).to_owned())
            .chain(of_zone.clone())
            .collect();
    let handled = house.visitor("technology").cases("id").remove(0);
    for (login, own, foreign) in
        [("qiming", &own, to_company), ("technology", &handled, to_handler), ("clerk", &own, of_zone)]
    {
        let visitor = house.visitor(login);
        for question in QUESTIONS {
            let ask = |id: &str| {
                let answer = visitor.answer(question, &json!({"id": id}));
                (answer.status, answer.text)
            };
            let nothing = ask(&missing);
            assert_eq!(nothing.0, 200, "{nothing:?}");
            for id in foreign.iter().cloned().chain(malformed()) {
                assert_eq!(ask(&id), nothing, "{login} asks {question} with {id}");
            }
            if question.starts_with("query") {
                let found = ask(text(&own["id"])).1;
                assert!(
                    found.contains(text(&own["id"])),
                    "{login} asks {question} with a case that is theirs: {found}"
                );
            }
        }
    }
}

#[test]
fn to_a_company_the_other_companies_and_the_staff_are_not_there() {
    let house = house();
    let (clerk, company) = (house.visitor("clerk"), house.visitor("qiming"));
    let (own, other, _) = owners(&house);
    let (_, rest) = around(&clerk, &other);
    let (_, mine) = around(&clerk, &own);
    let find = |id: &str| company.ask(QUESTIONS[1], &json!({"id": id}))["node"].take();
    let found: BTreeSet<String> =
        rest.iter().chain(&mine).map(|id| find(id)["__typename"].to_string()).collect();
    // Units are no secret, and of companies, people and events one's own are found.
    let expected = ["\"Company\"", "\"Event\"", "\"Unit\"", "null"].map(str::to_owned);
    assert!(found.is_superset(&expected.into()), "{found:?}");
    assert_eq!(find(text(&own["company"]["id"]))["__typename"], "Company");
    for id in
        [&other["company"]["id"], &clerk.ask("{ me { person { id } } }", &json!({}))["me"]["person"]["id"]]
    {
        assert_eq!(find(text(id)), Value::Null, "{id}");
    }
}

#[test]
fn an_id_of_another_kind_names_no_case() {
    let house = house();
    let company = house.visitor("qiming");
    let data = company.ask("{ me { person { id company { id } } } cases(first: 1) { nodes { timeline(first: 1) { nodes { id } } } } }", &json!({}));
    let mut ids = BTreeSet::new();
    collect_ids(&data, &mut ids);
    assert_eq!(ids.len(), 3, "{data}");
    for id in ids {
        assert_eq!(company.ask(QUESTIONS[0], &json!({"id": id}))["case"], Value::Null, "{id}");
        let acted = company.act(&json!({"caseId": id, "action": "withdraw"}));
        assert_eq!(acted["refusal"]["code"], "NO_SUCH_CASE", "{id}");
    }
}

fn count(visitor: &Visitor, filter: &Value) -> i64 {
    let data = visitor.ask(
        "query ($filter: CaseFilterInput) { cases(filter: $filter, first: 1) { totalCount } }",
        &json!({"filter": filter}),
    );
    data["cases"]["totalCount"].as_i64().expect("a count")
}

fn ids(cases: &[Value]) -> BTreeSet<&str> {
    cases.iter().map(|case| text(&case["id"])).collect()
}

#[test]
fn handlers_see_what_was_assigned_to_their_unit_and_counts_tell_no_more() {
    let house = house();
    let clerk = house.visitor("clerk");
    // What other tests file stands at this instant; it is left out.
    let before = json!({"openedTo": crate::client::NOW});
    for (login, unit) in [
        ("technology", "technology"),
        ("technology2", "technology"),
        ("finance", "finance"),
        ("planning", "planning"),
    ] {
        let handler = house.visitor(login);
        let fields = "id number openedAt assignments { unit { id key } }";
        let old = |cases: Vec<Value>| -> Vec<Value> {
            cases.into_iter().filter(|case| text(&case["openedAt"]) < "2026-11-23T02:00:00.000Z").collect()
        };
        let all = old(clerk.cases(fields));
        let (theirs, others): (Vec<Value>, Vec<Value>) = all
            .into_iter()
            .partition(|case| list(&case["assignments"]).iter().any(|one| one["unit"]["key"] == unit));
        // With a case they see those that point to it: merged into it, or tasks of other units for it.
        let points = |case: &Value| {
            let query = "query ($id: ID!) { case(id: $id) { parent { id } links { inbound case { id } } } }";
            let seen = clerk.ask(query, &json!({"id": case["id"]}))["case"].take();
            let outbound = list(&seen["links"]).iter().filter(|link| link["inbound"] == false);
            let to: Vec<&Value> =
                outbound.map(|link| &link["case"]["id"]).chain([&seen["parent"]["id"]]).collect();
            theirs.iter().any(|case| to.contains(&&case["id"]))
        };
        let (pointing, others): (Vec<Value>, Vec<Value>) = others.into_iter().partition(points);
        let theirs: Vec<Value> = theirs.into_iter().chain(pointing).collect();
        assert!(!theirs.is_empty() && !others.is_empty(), "{unit}");
        assert_eq!(ids(&old(handler.cases(fields))), ids(&theirs), "{login}");
        assert_eq!(count(&handler, &before), i64::try_from(theirs.len()).expect("a count"), "{login}");
        let elsewhere =
            others.iter().flat_map(|case| list(&case["assignments"])).next().expect("another unit's case");
        // A unit that helped with a case of theirs is counted for that one.
        let both = |case: &&Value| {
            list(&case["assignments"]).iter().any(|one| one["unit"]["id"] == elsewhere["unit"]["id"])
        };
        let both = i64::try_from(theirs.iter().filter(both).count()).expect("a count");
        for (filter, expected) in [
            (json!({"openedTo": crate::client::NOW, "unit": elsewhere["unit"]["id"]}), both),
            (json!({"text": others[0]["number"]}), 0),
        ] {
            assert_eq!(count(&handler, &filter), expected, "{login}: {filter}");
        }
    }
}

#[test]
fn companies_see_their_own_cases_and_no_filter_finds_another() {
    let house = house();
    let (clerk, company) = (house.visitor("clerk"), house.visitor("lanhe"));
    let mine =
        company.ask("{ me { person { company { id } } } }", &json!({}))["me"]["person"]["company"]["id"]
            .take();
    let fields = "id number title process { key } company { id }";
    let (theirs, others): (Vec<Value>, Vec<Value>) =
        clerk.cases(fields).into_iter().partition(|case| case["company"]["id"] == mine);
    // What units do for their requests is the staff's own.
    let (theirs, tasks): (Vec<Value>, Vec<Value>) =
        theirs.into_iter().partition(|case| case["process"]["key"] == "request");
    for task in tasks {
        assert_eq!(count(&company, &json!({"text": task["number"]})), 0, "{task}");
    }
    let seen = company.cases(fields);
    assert!(seen.iter().all(|case| case["company"]["id"] == mine));
    assert_eq!(ids(&seen), ids(&theirs));
    assert_eq!(count(&company, &json!({})), i64::try_from(theirs.len()).expect("a count"));
    for other in others.iter().filter(|case| !case["company"].is_null()).take(10) {
        for filter in [
            json!({"text": other["number"]}),
            json!({"text": other["title"]}),
            json!({"company": other["company"]["id"]}),
        ] {
            assert_eq!(count(&company, &filter), 0, "{filter}");
        }
        assert_eq!(count(&company, &json!({"company": never_given(text(&mine))})), 0);
    }
}

/// Words that stand in what is internal, and in a case of another company.
const INSTRUCTION: &str = "金丝雀一号 canary-instruction";
const NOTE: &str = "金丝雀二号 canary-note";
const FOREIGN: &str = "金丝雀三号 canary-foreign";
/// Words that the company wrote or is to read.
const OWN: [&str; 2] = ["百灵鸟一号 lark-content", "百灵鸟二号 lark-reply"];

/// A request of `qiming`, handled until its reply, with something internal in every place that has one.
fn handled(house: &Arc<House>) -> String {
    let case = house.visitor("qiming").file("测试诉求：权限", OWN[0]);
    let (clerk, dispatcher) = (house.visitor("clerk"), house.visitor("dispatcher"));
    let units = dispatcher.ask("{ units { id key } }", &json!({}));
    let unit = list(&units["units"]).iter().find(|unit| unit["key"] == "talent").expect("a unit");
    let handler = house.visitor("talent");
    let steps = [
        (&clerk, "accept", accepting("general")),
        (
            &dispatcher,
            "dispatch",
            json!([{"field": "unit", "value": {"unit": unit["id"]}}, {"field": "instruction", "value": {"text": INSTRUCTION}}]),
        ),
        (&handler, "sign", json!([])),
        (
            &handler,
            "submit",
            json!([{"field": "outcome", "value": {"choice": "solved"}}, {"field": "reply", "value": {"text": OWN[1]}},
                {"field": "contact_record", "value": {"text": NOTE}}, {"field": "note", "value": {"text": NOTE}}]),
        ),
        (&dispatcher, "pass_reply", json!([])),
    ];
    for (who, action, answers) in steps {
        let acted = who.act(&json!({"caseId": case, "action": action, "answers": answers}));
        assert_eq!(acted["refusal"], Value::Null, "{action}");
    }
    case
}

#[test]
fn nothing_internal_and_no_name_of_the_staff_is_anywhere_a_company_can_read() {
    let house = house();
    let (clerk, company) = (house.visitor("clerk"), house.visitor("qiming"));
    let case = handled(&house);
    house.visitor("lanhe").file(FOREIGN, FOREIGN);
    let mut forbidden = vec![INSTRUCTION.to_owned(), NOTE.to_owned(), FOREIGN.to_owned()];
    let roles = house.server.accounts.iter().flat_map(|account| &account.roles);
    for role in roles.filter(|role| *role != "company").collect::<BTreeSet<_>>() {
        let people = clerk
            .ask("query ($role: String!) { people(role: $role) { name email } }", &json!({"role": role}));
        for person in list(&people["people"]) {
            forbidden.extend([text(&person["name"]).to_owned(), text(&person["email"]).to_owned()]);
        }
    }
    let all = clerk.cases("number process { key } company { name creditCode }");
    let names =
        |company: &Value| [text(&company["name"]).to_owned(), text(&company["creditCode"]).to_owned()];
    let own = company.ask("{ me { person { company { name creditCode } } } }", &json!({}))["me"]["person"]["company"].take();
    for other in all.iter().filter(|case| case["company"] != own || case["process"]["key"] != "request") {
        if other["company"] != own && !other["company"].is_null() {
            forbidden.extend(names(&other["company"]));
        }
        forbidden.push(text(&other["number"]).to_owned());
    }
    let schema = Schema::of(&clerk);
    let answers = everything(&house, &company, &schema, &case);
    for wanted in OWN.iter().map(ToString::to_string).chain(names(&own)) {
        assert!(answers.contains(&wanted), "{wanted} is theirs to read");
    }
    let leaked: BTreeSet<&String> = forbidden.iter().filter(|word| answers.contains(word.as_str())).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
    // Those words are there to be found: staff read them in the same way.
    let staff =
        read(&house.visitor("dispatcher"), "dispatcher", &schema, &example_of(&case), true).answers.concat();
    for word in [INSTRUCTION, NOTE] {
        assert!(staff.contains(word), "{word}");
    }
}

fn example_of(case: &str) -> super::schema::Example {
    super::schema::Example { case: case.to_owned(), action: "rate".to_owned(), import: "none".to_owned() }
}

/// All that a company can read: every field on every way, with one case and with another.
fn everything(house: &Arc<House>, company: &Visitor, schema: &Schema, case: &str) -> String {
    let mut answers = read(company, "company", schema, &example_of(case), true).answers;
    answers.append(&mut read(company, "company", schema, &example(house, company), true).answers);
    answers.concat()
}
