//! Every action in every state with every role, against the table that is checked in beside the process.
use super::ONE_OF_EACH;
use super::cases::never_given;
use crate::client::{House, NOW, Visitor, house, list, text};
use crate::workspace;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const PROCESS: &str = "crates/workflow/definitions/request/v1";

/// `v1.rights.md`: by state and role, the titles of the actions that may be taken.
struct Table(BTreeMap<String, BTreeMap<&'static str, BTreeSet<String>>>);

impl Table {
    fn read() -> Self {
        let roles = ["company", "clerk", "dispatcher", "handler", "supervisor"];
        let file = workspace::read(format!("{PROCESS}.rights.md"));
        let rows = file.lines().filter(|line| line.starts_with("| ")).skip(2).map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let state = cells.next().expect("a state").to_owned();
            let actions = |cell: &str| {
                let titles =
                    cell.split("<br>").map(|action| action.split(" [").next().unwrap_or_default().to_owned());
                titles.filter(|title| !title.is_empty()).collect()
            };
            (state, roles.into_iter().zip(cells.map(actions)).collect())
        });
        Self(rows.collect())
    }

    fn may(&self, state: &str, roles: &[&str]) -> BTreeSet<String> {
        roles.iter().filter_map(|role| self.0[state].get(role)).flatten().cloned().collect()
    }

    /// What a role may do in one state or another.
    fn ever(&self, roles: &[&str]) -> BTreeSet<String> {
        self.0.keys().flat_map(|state| self.may(state, roles)).collect()
    }
}

/// The keys of the actions by their titles.
fn actions() -> BTreeMap<String, String> {
    let definition: toml::Table =
        workspace::read(format!("{PROCESS}.toml")).parse().expect("the process is TOML");
    let actions = definition["action"].as_table().expect("actions").iter();
    actions
        .map(|(key, action)| (action["title"]["en"].as_str().expect("a title").to_owned(), key.clone()))
        .collect()
}

/// Somebody who tries, and which roles of the process they play in the case at hand.
struct Trier<'t> {
    visitor: Visitor,
    plays: Vec<&'t str>,
    sees: bool,
}

/// One of each kind of people who may try something on a case, those included who may not.
fn triers<'t>(house: &Arc<House>, case: &Value) -> Vec<Trier<'t>> {
    let mut kinds = BTreeMap::new();
    let assignment = &case["assignments"][0];
    for account in &house.server.accounts {
        let home = account.zone == house.server.accounts[0].zone;
        let visitor = if home { house.visitor(&account.login) } else { house.foreigner(&account.login) };
        let person =
            visitor.ask("{ me { person { id unit { id } company { id } } } }", &json!({}))["me"]["person"]
                .take();
        let holds = |role: &str| account.roles.iter().any(|held| held == role);
        let mut plays: Vec<&str> =
            ["clerk", "dispatcher", "supervisor"].into_iter().filter(|role| home && holds(role)).collect();
        let own = person["company"] == case["company"] && !person["company"].is_null();
        plays.extend(own.then_some("company"));
        let unit = !person["unit"].is_null() && person["unit"] == assignment["unit"];
        // Once somebody has taken it the others of the unit look on.
        let taken = !assignment["person"].is_null();
        let assigned = if taken { person["id"] == assignment["person"]["id"] } else { unit };
        plays.extend((assigned && holds("handler")).then_some("handler"));
        let wide = ["clerk", "dispatcher", "supervisor", "administrator"].into_iter().any(holds);
        let trier = Trier { visitor, plays, sees: home && (wide || own || (unit && holds("handler"))) };
        kinds.entry((home, &account.roles, trier.plays.clone(), trier.sees)).or_insert(trier);
    }
    kinds.into_values().collect()
}

const CASE: &str = "id version states { title } company { id } assignments { unit { id } person { id } }";

/// A case of the demonstration for each state, of those that nobody else moves.
fn one_of_each_state(clerk: &Visitor, table: &Table) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for case in clerk.cases(&format!("openedAt {CASE}")) {
        let mut states = list(&case["states"]).iter().map(|state| text(&state["title"]));
        let state =
            states.rfind(|title| table.0.contains_key(*title)).expect("a state of the table").to_owned();
        if text(&case["openedAt"]) < NOW {
            found.entry(state).or_insert(case);
        }
    }
    found
}

#[test]
fn each_role_is_offered_what_the_table_says_and_everything_else_is_refused() {
    let house = house();
    let (table, actions, clerk) = (Table::read(), actions(), house.visitor("clerk"));
    let cases = one_of_each_state(&clerk, &table);
    let mut wrong = vec![];
    let mut seen = BTreeMap::<String, usize>::new();
    for (state, case) in &cases {
        for Trier { visitor, plays, sees } in triers(&house, case) {
            let query = "query ($id: ID!) { case(id: $id) { availableActions { key title } } }";
            let found = visitor.ask(query, &json!({"id": case["id"]}))["case"].take();
            let offered = found["availableActions"].as_array().into_iter().flatten();
            let offered: BTreeSet<String> = offered.map(|action| text(&action["title"]).to_owned()).collect();
            let (may, ever) = (table.may(state, &plays), table.ever(&plays));
            if found.is_null() == sees || offered != may {
                wrong.push(format!("{state}: {plays:?} is offered {offered:?}, the table says {may:?}"));
            }
            for (title, key) in &actions {
                // What nobody asks is refused by the form, the last thing looked at, so that nothing moves.
                let answers = json!([{"field": "nobody_asks", "value": {"text": "x"}}]);
                let acted = visitor.act(&json!({"caseId": case["id"], "action": key, "answers": answers}));
                let expected = match () {
                    () if !sees => "NO_SUCH_CASE",
                    () if !ever.contains(title) => "NOT_YOURS",
                    () if !may.contains(title) => "NOT_FROM_HERE",
                    () => "FORM",
                };
                *seen.entry(expected.to_owned()).or_default() += 1;
                if acted["refusal"]["code"] != expected || !acted["case"].is_null() {
                    wrong.push(format!("{state}: {title} by {plays:?}: {acted}, expected {expected}"));
                }
            }
        }
        let after = clerk.ask("query ($id: ID!) { case(id: $id) { version } }", &json!({"id": case["id"]}));
        assert_eq!(after["case"]["version"], case["version"], "{state}: nothing moved");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let states: BTreeSet<&String> = cases.keys().collect();
    let expected: BTreeSet<&String> = table.0.keys().filter(|state| !state.starts_with('(')).collect();
    assert_eq!(states, expected, "the demonstration shows every state");
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn only_companies_open_requests() {
    let house = house();
    for (role, login) in ONE_OF_EACH {
        let refused = house.visitor(login).open(&json!([]), None)["refusal"].take();
        let expected = if role == "company" { "FORM" } else { "NOT_YOURS" };
        assert_eq!(refused["code"], expected, "{role}");
    }
}

/// A step on the way of a request: by whom, what, with which answers, and where it stands then.
type Turn = (&'static str, &'static str, Value, &'static str);

fn way(unit: &Value, missing: &Value, later: &Value) -> Vec<Turn> {
    let said = |field: &str, value: &str| json!([{"field": field, "value": {"text": value}}]);
    let chosen = |pairs: &[(&str, &str)]| -> Vec<Value> {
        pairs.iter().map(|(field, choice)| json!({"field": field, "value": {"choice": choice}})).collect()
    };
    let reply = |outcome: &str, more: &Value| {
        let mut answers = chosen(&[("outcome", outcome)]);
        answers.push(json!({"field": "reply", "value": {"text": "已为企业办理完毕"}}));
        answers.extend(more.as_array().cloned().unwrap_or_default());
        json!(answers)
    };
    let accept = json!(chosen(&[("kind", "complex"), ("urgency", "urgent")]));
    let dispatch = json!([{"field": "unit", "value": {"unit": unit}}]);
    vec![
        ("clerk", "ask_supplement", said("missing", "请补充合同"), "awaiting_supplement"),
        ("mingche", "supplement", said("supplement", "合同见附件"), "submitted"),
        ("clerk2", "accept", accept, "awaiting_dispatch"),
        ("dispatcher", "dispatch", dispatch.clone(), "awaiting_sign"),
        ("clerk2", "dispatch", dispatch, "awaiting_sign"),
        ("planning", "sign", json!([]), "in_progress"),
        ("planning", "ask_company", said("missing", "面积？"), "awaiting_company"),
        ("mingche", "answer", said("supplement", "两千平方米"), "in_progress"),
        ("planning", "reply", reply("planned", missing), ""),
        ("planning", "reply", reply("planned", later), "replied"),
        ("mingche", "confirm", json!(chosen(&[("rating", "dissatisfied")])), "rework"),
        ("planning", "reply", reply("solved", missing), "replied"),
        ("mingche", "confirm", json!(chosen(&[("rating", "satisfied")])), "closed"),
    ]
}

#[test]
fn a_request_goes_its_whole_way_and_each_step_is_one_version() {
    let house = house();
    let case = house.visitor("mingche").file("厂房扩建", "二期厂房需要用地");
    let units = house.visitor("clerk").ask("{ units { id key } }", &json!({}));
    let unit = list(&units["units"]).iter().find(|unit| unit["key"] == "planning").expect("a unit");
    let later = json!([{"field": "follow_up_on", "value": {"date": "2026-12-01"}}]);
    let mut version = 1;
    for (login, action, answers, state) in way(&unit["id"], &json!([]), &later) {
        let input = json!({"caseId": case, "action": action, "answers": answers, "expectedVersion": version});
        let acted = house.visitor(login).act(&input);
        if state.is_empty() {
            assert!(["GUARD", "UNKNOWN_FACTS"].contains(&text(&acted["refusal"]["code"])), "{acted}");
            continue;
        }
        version += 1;
        assert_eq!(acted["refusal"], Value::Null, "{action}");
        assert_eq!(
            (&acted["case"]["version"], &acted["event"]["version"]),
            (&json!(version), &json!(version))
        );
        let states = list(&acted["case"]["states"]).iter().map(|state| text(&state["key"]));
        assert!(states.clone().any(|one| one == state), "{action}: {:?}", states.collect::<Vec<_>>());
    }
    let missing = house.visitor("mingche").act(&json!({"caseId": never_given(&case), "action": "withdraw"}));
    assert_eq!(missing["refusal"]["code"], "NO_SUCH_CASE");
}
