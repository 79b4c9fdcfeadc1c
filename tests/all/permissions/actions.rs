//! Every action in every state with every role, against the table that is checked in beside the process.
use super::cases::never_given;
use super::{ONE_OF_EACH, Rights, one_of_each};
use crate::client::{House, NOW, Visitor, accepting, chosen, house, list, text};
use crate::server::Account;
use crate::workspace;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The version that cases open under.
const PROCESS: &str = "crates/workflow/definitions/request/v3";

/// `v2.rights.md`: by state and role, the titles of the actions that may be taken.
struct Table(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

/// The definition, read without the engine's own reader.
fn definition() -> toml::Table {
    workspace::read(format!("{PROCESS}.toml")).parse().expect("the process is TOML")
}

impl Table {
    fn read() -> Self {
        let roles: Vec<String> =
            definition()["role"].as_table().expect("roles").keys().map(ToString::to_string).collect();
        let file = workspace::read(format!("{PROCESS}.rights.md"));
        let rows = file.lines().filter(|line| line.starts_with("| ")).skip(2).map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let state = cells.next().expect("a state").to_owned();
            let actions = |cell: &str| {
                let titles =
                    cell.split("<br>").map(|action| action.split(" [").next().unwrap_or_default().to_owned());
                titles.filter(|title| !title.is_empty()).collect()
            };
            (state, roles.iter().cloned().zip(cells.map(actions)).collect())
        });
        Self(rows.collect())
    }

    fn may(&self, state: &str, roles: &[String]) -> BTreeSet<String> {
        roles.iter().filter_map(|role| self.0[state].get(role)).flatten().cloned().collect()
    }

    /// What a role may do in one state or another.
    fn ever(&self, roles: &[String]) -> BTreeSet<String> {
        self.0.keys().flat_map(|state| self.may(state, roles)).collect()
    }
}

/// The actions by their titles: the key, and whether it has guards.
fn actions() -> BTreeMap<String, (String, bool)> {
    let definition = definition();
    let actions = definition["action"].as_table().expect("actions").iter();
    let titled = actions.map(|(key, action)| {
        let title = action["title"]["en"].as_str().expect("a title").to_owned();
        (title, (key.clone(), action.get("guards").is_some()))
    });
    titled.collect()
}

/// Roles of the process that are held in the whole zone.
fn holders() -> BTreeSet<String> {
    let definition = definition();
    let roles = definition["role"].as_table().expect("roles").iter();
    let held = roles.filter(|(_, role)| role["is"].as_str() == Some("holder"));
    held.map(|(role, _)| role.clone()).collect()
}

/// Somebody who tries, and which roles of the process they play in the case at hand.
struct Trier {
    visitor: Visitor,
    plays: Vec<String>,
    sees: bool,
}

/// An account with who it is.
struct Member<'m> {
    account: &'m Account,
    home: bool,
    visitor: Visitor,
    person: Value,
}

fn members(house: &Arc<House>) -> Vec<Member<'_>> {
    let mut members = vec![];
    for account in &house.server.accounts {
        let (zone, login) = (&account.zone, &account.login);
        let home = *zone == house.server.accounts[0].zone;
        let visitor = if home { house.visitor(login) } else { house.foreigner(login) };
        let query = "{ me { person { id unit { id } company { id } } } }";
        let person = visitor.ask(query, &json!({}))["me"]["person"].take();
        members.push(Member { account, home, visitor, person });
    }
    members
}

/// One of each kind of people who may try something on a case, those included who may not.
fn triers(members: &[Member<'_>], case: &Value) -> Vec<Trier> {
    let mut kinds = BTreeMap::new();
    let (holders, wide) = (holders(), Rights::read().zone_wide());
    for Member { account, home, visitor, person } in members {
        let of_company = !person["company"].is_null();
        let holds = |role: &str| *home && !of_company && account.roles.iter().any(|held| held == role);
        let mut plays: Vec<String> = holders.iter().filter(|role| holds(role)).cloned().collect();
        let own = of_company && person["company"] == case["company"];
        let mut sees = own || !plays.is_empty() || wide.iter().any(|role| holds(role));
        plays.extend(own.then(|| "company".to_owned()));
        for assignment in list(&case["assignments"]) {
            let unit = !person["unit"].is_null() && person["unit"] == assignment["unit"];
            // Once somebody has taken it the others of the unit look on.
            let taken = !assignment["person"].is_null();
            let assigned = if taken { person["id"] == assignment["person"]["id"] } else { unit };
            let role = text(&assignment["role"]);
            plays.extend((assigned && holds(role)).then(|| role.to_owned()));
            sees |= unit;
        }
        let trier = Trier { visitor: visitor.clone(), plays, sees };
        kinds.entry((*home, of_company, trier.plays.clone(), sees)).or_insert(trier);
    }
    kinds.into_values().collect()
}

/// What comes of trying every action: for each key the code of the refusal.
fn tried<'a>(visitor: &Visitor, case: &Value, keys: &[&'a str]) -> BTreeMap<&'a str, String> {
    // What nobody asks is refused by the form, the last thing looked at, so that nothing moves.
    let unasked = json!([{"field": "nobody_asks", "value": {"text": "x"}}]);
    let mut codes = BTreeMap::new();
    for keys in keys.chunks(25) {
        let act = |(at, key): (usize, &&str)| {
            format!(
                "a{at}: caseAct(input: {{caseId: $id, action: \"{key}\", answers: $answers}}) {{ case {{ id }} refusal {{ code }} }}"
            )
        };
        let acts: Vec<String> = keys.iter().enumerate().map(act).collect();
        let document = format!("mutation ($id: ID!, $answers: [AnswerInput!]!) {{ {} }}", acts.join(" "));
        let answers = visitor.ask(&document, &json!({"id": case["id"], "answers": unasked}));
        for (at, key) in keys.iter().enumerate() {
            let acted = &answers[format!("a{at}")];
            assert!(acted["case"].is_null(), "{key} moved a case: {acted}");
            codes.insert(*key, text(&acted["refusal"]["code"]).to_owned());
        }
    }
    codes
}

const CASE: &str = "id version process { key version } states { title } company { id }
    assignments { role unit { id } person { id } }";

/// A case of the demonstration for each state, of those that nobody else moves.
fn one_of_each_state(clerk: &Visitor, table: &Table) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for case in clerk.cases(&format!("openedAt {CASE}")) {
        if case["process"] != json!({"key": "request", "version": 3}) {
            continue;
        }
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
    let mut seen = BTreeMap::<&str, usize>::new();
    let members = members(&house);
    let keys: Vec<&str> = actions.values().map(|(key, _)| key.as_str()).collect();
    for (state, case) in &cases {
        for Trier { visitor, plays, sees } in triers(&members, case) {
            let query = "query ($id: ID!) { case(id: $id) { availableActions { key title } } }";
            let found = visitor.ask(query, &json!({"id": case["id"]}))["case"].take();
            let offered = found["availableActions"].as_array().into_iter().flatten();
            let offered: BTreeSet<String> = offered.map(|action| text(&action["title"]).to_owned()).collect();
            let (may, ever) = (table.may(state, &plays), table.ever(&plays));
            if found.is_null() == sees || offered != may {
                wrong.push(format!("{state}: {plays:?} is offered {offered:?}, the table says {may:?}"));
            }
            let codes = tried(&visitor, case, &keys);
            for (title, (key, guarded)) in &actions {
                let expected = match () {
                    () if !sees => "NO_SUCH_CASE",
                    () if !ever.contains(title) => "NOT_YOURS",
                    () if !may.contains(title) => "NOT_FROM_HERE",
                    () => "FORM",
                };
                *seen.entry(expected).or_default() += 1;
                let code = codes[key.as_str()].as_str();
                let kept = expected == "FORM" && *guarded && ["GUARD", "UNKNOWN_FACTS"].contains(&code);
                if code != expected && !kept {
                    wrong.push(format!("{state}: {title} by {plays:?}: {code}, expected {expected}"));
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
    assert!(seen.len() == 4 && seen.values().sum::<usize>() > 5_000, "{seen:?}");
}

#[test]
fn requests_are_opened_by_companies_and_by_those_of_the_staff_who_file_for_one() {
    let house = house();
    let opening = ["company", "clerk", "specialist"];
    for (role, login) in one_of_each(&house) {
        let refused = house.visitor(&login).open(&json!([]), None)["refusal"].take();
        let expected = match role {
            "company" => "FORM",
            role if opening.contains(&role) => "NO_COMPANY",
            _ => "NOT_YOURS",
        };
        assert_eq!(refused["code"], expected, "{role}");
    }
    assert!(ONE_OF_EACH.len() > 6, "every role that the file of rights names");
}

/// A step on the way of a request: by whom, what, with which answers, and where it stands then.
type Turn = (&'static str, &'static str, Value, &'static str);

fn way(unit: &Value) -> Vec<Turn> {
    let said = |field: &str, value: &str| json!([{"field": field, "value": {"text": value}}]);
    let and =
        |one: Value, other: Value| -> Value { list(&one).iter().chain(list(&other)).cloned().collect() };
    let result = |outcome: &str, more: &str| {
        let reply = and(chosen(&[("outcome", outcome)]), said("reply", "已为企业办理完毕"));
        and(reply, said(more, "电话联系郑先生"))
    };
    let later = json!([{"field": "follow_up_on", "value": {"date": "2026-12-01"}}]);
    let unit_fault = chosen(&[("rating", "dissatisfied"), ("cause", "unit_fault")]);
    let dispatch = json!([{"field": "unit", "value": {"unit": unit}}]);
    vec![
        ("clerk", "ask_supplement", said("missing", "请补充合同"), "awaiting_supplement"),
        ("mingche", "supplement", said("supplement", "合同见附件"), "submitted"),
        ("clerk2", "accept", accepting("complex"), "awaiting_dispatch"),
        ("dispatcher", "dispatch", dispatch.clone(), "awaiting_sign"),
        ("dispatcher", "recall_dispatch", said("decision", "改派"), "awaiting_dispatch"),
        ("clerk2", "dispatch", dispatch, "awaiting_sign"),
        ("planning", "sign", json!([]), "in_progress"),
        ("planning", "ask_company", said("missing", "面积？"), "awaiting_company"),
        ("mingche", "answer", said("supplement", "两千平方米"), "in_progress"),
        ("planning", "submit", result("planned", "contact_record"), ""),
        ("planning", "submit", and(result("planned", "contact_record"), later), "awaiting_check"),
        (
            "dispatcher",
            "return_reply",
            json!([{"field": "faults", "value": {"choices": ["unclear"]}}]),
            "in_progress",
        ),
        ("planning", "submit", result("solved", "contact_record"), "awaiting_check"),
        ("dispatcher", "pass_reply", json!([]), "replied"),
        ("visitor", "visit", unit_fault, "rework"),
        ("planning", "submit_rework", result("solved", "call_back"), "rework_check"),
        ("clerk2", "pass_reply", json!([]), "replied"),
        ("mingche", "rate", chosen(&[("rating", "satisfied")]), "closed"),
    ]
}

#[test]
fn a_request_goes_its_whole_way_and_each_step_is_one_version() {
    let house = house();
    let case = house.visitor("mingche").file("厂房扩建", "二期厂房需要用地");
    let units = house.visitor("clerk").ask("{ units { id key } }", &json!({}));
    let unit = list(&units["units"]).iter().find(|unit| unit["key"] == "planning").expect("a unit");
    let visitor = house.server.account("visitor").login.clone();
    let mut version = 1;
    for (login, action, answers, state) in way(&unit["id"]) {
        let login = if login == "visitor" { &visitor } else { login };
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
