//! Plays the lines of a story over the API.
//!
//! A line is `WHO ACTION FIELD=VALUE … => EXPECTED, …`, with `on NAME: ` before it if it is not about the case `case`,
//! and ` as NAME` after the answers of an opening; or `at DAY TIME => EXPECTED, …`, in the zone's own time. WHO is a
//! login, a role, or `ROLE@UNIT`. `NAME/UNIT` is the case that NAME spawned for a unit. Expected are a state, or
//! `refused: WORDS`, and then any of `CLOCK due DAY TIME`, `CLOCK undated YEAR`, `CLOCK late`, `CLOCK STATUS`,
//! `marks A+B` and `mails TEMPLATE to ROLE-OR-LOGIN`.
use crate::client::{House, Visitor, list, send, text};
use crate::workspace;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The newest version of each process.
const PROCESSES: [&str; 3] = ["request/v3", "co-handling/v1", "grid-event/v1"];

const SEEN: &str = "id process { key } version states { key } marks { key } assignments { role unit { key } person { login } }
    clocks { key status dueAt finishedLate missingYear }";

/// A demonstration of its own, whose clock the story moves, with the cases of the story by their names.
pub(super) struct Stage {
    pub(super) house: Arc<House>,
    definitions: BTreeMap<String, toml::Table>,
    cases: BTreeMap<String, Value>,
}

/// `2026-03-02 09:00` in the zone's time, as an instant.
fn instant(day: &str, time: &str) -> Timestamp {
    format!("{day}T{time}:00+08:00").parse().unwrap_or_else(|error| panic!("{day} {time}: {error}"))
}

impl Stage {
    /// A demonstration that opens at an instant, `2026-03-02 09:00`.
    pub(super) fn at(moment: &str) -> Self {
        let (day, time) = moment.split_once(' ').expect("a day and a time");
        let house = House::at(&instant(day, time).to_string());
        let read = |file: &&str| {
            let definition: toml::Table = workspace::read(format!("crates/workflow/definitions/{file}.toml"))
                .parse()
                .expect("the process is TOML");
            (definition["process"].as_str().expect("a key").to_owned(), definition)
        };
        Self { house, definitions: PROCESSES.iter().map(read).collect(), cases: BTreeMap::new() }
    }

    /// Plays lines, one after the other.
    pub(super) fn play(&mut self, story: &str) -> &mut Self {
        for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (does, expected) = line.split_once(" => ").unwrap_or((line, ""));
            let (name, does) = match does.strip_prefix("on ").and_then(|rest| rest.split_once(": ")) {
                Some((name, does)) => (name, does),
                None => ("case", does),
            };
            let (does, name) = does.split_once(" as ").unwrap_or((does, name));
            let words: Vec<&str> = does.split(' ').collect();
            let came = match words[..] {
                ["at", day, time] => {
                    self.forward(instant(day, time));
                    Value::Null
                }
                [who, action, ref answers @ ..] => self.step(line, name, who, action, answers),
                _ => panic!("{line}: nobody does anything"),
            };
            self.judge(line, name, &came, expected);
        }
        self
    }

    /// Moves the clock. A day ends every session.
    pub(super) fn forward(&self, now: Timestamp) {
        let url = format!("{}/clock", self.house.server.metrics_url);
        let body = json!({"now": now}).to_string();
        let moved = send("POST", &url, &[("content-type", "application/json")], body.as_bytes());
        assert_eq!(moved.status, 200, "{moved:?}");
        self.house.forget();
    }

    /// Somebody by their login, their role, or their role in a unit.
    pub(super) fn who(&self, who: &str) -> Visitor {
        if let Some((role, unit)) = who.split_once('@') {
            let query = "query ($role: String!) { people(role: $role) { login unit { key } } }";
            let people = self.house.visitor("clerk").ask(query, &json!({"role": role}))["people"].take();
            let found = list(&people).iter().find(|person| person["unit"]["key"] == unit);
            return self
                .house
                .visitor(text(&found.unwrap_or_else(|| panic!("nobody is {who}: {people}"))["login"]));
        }
        let home = &self.house.server.accounts[0].zone;
        let mut accounts = self.house.server.accounts.iter().filter(|account| &account.zone == home);
        let found = accounts
            .clone()
            .find(|account| account.login == who)
            .or_else(|| accounts.find(|account| account.roles.iter().any(|role| role == who)));
        self.house.visitor(&found.unwrap_or_else(|| panic!("nobody is {who}")).login)
    }

    /// The unit in which somebody holds a role.
    pub(super) fn unit_of(&self, role: &str) -> String {
        let query = "query ($role: String!) { people(role: $role) { login unit { key } } }";
        let people = self.house.visitor("clerk").ask(query, &json!({"role": role}))["people"].take();
        text(&list(&people).first().unwrap_or_else(|| panic!("nobody is {role}"))["unit"]["key"]).to_owned()
    }

    /// The id of a case by its name in the story.
    pub(super) fn id(&self, name: &str) -> Value {
        if let Some(case) = self.cases.get(name) {
            return case["id"].clone();
        }
        let (parent, unit) = name.split_once('/').unwrap_or_else(|| panic!("there is no case {name}"));
        let of = "children { id assignments { role unit { key } } }";
        let children = self.see(parent, of)["children"].take();
        let of_unit = |child: &&Value| {
            list(&child["assignments"])
                .iter()
                .any(|one| one["role"] == "co_handler" && one["unit"]["key"] == unit)
        };
        list(&children).iter().rfind(of_unit).unwrap_or_else(|| panic!("{name}: {children}"))["id"].clone()
    }

    /// What the intake clerk, who sees everything in the zone, reads of a case.
    pub(super) fn see(&self, name: &str, fields: &str) -> Value {
        let query = format!("query ($id: ID!) {{ case(id: $id) {{ {fields} }} }}");
        let case = self.who("clerk").ask(&query, &json!({"id": self.id(name)}))["case"].take();
        assert!(!case.is_null(), "the clerk sees {name}");
        case
    }

    /// The mails about a case, as administrators read them: others see addresses in part.
    fn mails(&self, name: &str) -> Vec<Value> {
        let query = "query ($id: ID!) { case(id: $id) { mails { template address } } }";
        let case = self.who("administrator").ask(query, &json!({"id": self.id(name)}))["case"].take();
        list(&case["mails"]).to_vec()
    }

    /// Takes a step and answers what came of it.
    fn step(&mut self, line: &str, name: &str, who: &str, action: &str, answers: &[&str]) -> Value {
        let visitor = self.who(who);
        let opens = |definition: &&toml::Table| {
            let action = definition["action"].get(action);
            action.is_some_and(|action| action.get("opens").is_some())
        };
        if let Some(definition) = self.definitions.values().find(opens) {
            let process = definition["process"].as_str().expect("a key").to_owned();
            let answers = self.answers(&process, answers);
            let query = format!(
                "mutation ($input: CaseOpenInput!) {{ came: caseOpen(input: $input) {{ case {{ id }} {REFUSAL} }} }}"
            );
            let mut came =
                visitor.ask(&query, &json!({"input": {"process": process, "answers": answers}}))["came"]
                    .take();
            assert!(!came["case"].is_null(), "{line}: {came}");
            self.cases.insert(name.to_owned(), came["case"].take());
            return came;
        }
        let process = text(&self.see(name, "process { key }")["process"]["key"]).to_owned();
        let input =
            json!({"caseId": self.id(name), "action": action, "answers": self.answers(&process, answers)});
        let query =
            format!("mutation ($input: CaseActInput!) {{ came: caseAct(input: $input) {{ {REFUSAL} }} }}");
        visitor.ask(&query, &json!({"input": input}))["came"].take()
    }

    /// Answers in the shapes that the process asks for.
    fn answers(&self, process: &str, pairs: &[&str]) -> Vec<Value> {
        let fields = &self.definitions[process]["field"];
        let units = self.who("clerk").ask("{ units { id key } }", &json!({}))["units"].take();
        let unit = |key: &str| {
            let found = list(&units).iter().find(|unit| unit["key"] == key);
            found.unwrap_or_else(|| panic!("there is no unit {key}"))["id"].clone()
        };
        let answer = |pair: &&str| {
            let (field, said) = pair.split_once('=').unwrap_or_else(|| panic!("{pair} is no answer"));
            let value = match fields[field]["type"].as_str().expect("a kind") {
                "choices" => json!({"choices": said.split(',').collect::<Vec<_>>()}),
                "truth" => json!({"truth": said == "yes"}),
                "unit" => json!({"unit": unit(said)}),
                "units" => json!({"units": said.split(',').map(unit).collect::<Vec<_>>()}),
                "case" => json!({"case": self.id(said)}),
                "person" => {
                    json!({"person": self.who(said).ask("{ me { person { id } } }", &json!({}))["me"]["person"]["id"]})
                }
                kind => json!({kind: said}),
            };
            json!({"field": field, "value": value})
        };
        pairs.iter().map(answer).collect()
    }

    /// Whether it came as expected.
    fn judge(&self, line: &str, name: &str, came: &Value, expected: &str) {
        if let Some(words) = expected.strip_prefix("refused: ") {
            let said = came["refusal"].to_string();
            assert!(!came["refusal"].is_null() && said.contains(words), "{line}: {came}");
            return;
        }
        assert!(came["refusal"].is_null(), "{line}: {came}");
        let mut parts = expected.split(", ").filter(|part| !part.is_empty()).peekable();
        if parts.peek().is_none() {
            return;
        }
        let seen = self.see(name, SEEN);
        for part in parts {
            let words: Vec<&str> = part.split(' ').collect();
            let clock = |key: &str| {
                let found = list(&seen["clocks"]).iter().find(|clock| clock["key"] == key);
                found.unwrap_or_else(|| panic!("{line}: no clock {key} in {seen}"))
            };
            let holds = match words[..] {
                [state] => list(&seen["states"]).iter().any(|one| one["key"] == state),
                ["marks", marks] => {
                    marks.split('+').all(|mark| list(&seen["marks"]).iter().any(|one| one["key"] == mark))
                }
                ["mails", template, "to", who] => {
                    let to = self.who(who).ask("{ me { email } }", &json!({}))["me"]["email"].take();
                    self.mails(name).iter().any(|mail| mail["template"] == template && mail["address"] == to)
                }
                [key, "due", day, time] => {
                    clock(key)["dueAt"].as_str().and_then(|due| due.parse().ok()) == Some(instant(day, time))
                }
                [key, "undated", year] => clock(key)["missingYear"].as_i64() == year.parse().ok(),
                [key, "late"] => clock(key)["finishedLate"] == true,
                [key, status] => clock(key)["status"] == status.to_uppercase().as_str(),
                _ => panic!("{line}: {part} says nothing"),
            };
            assert!(holds, "{line}: not {part}: {seen}");
        }
    }
}

const REFUSAL: &str = "refusal { code message fields { field code message } needs }";
