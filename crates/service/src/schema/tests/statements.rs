//! A page of many rows costs as many statements as a page of one, whichever field of its rows is asked for.
use crate::schema::batch::Batching;
use crate::schema::gate::Gate;
use crate::schema::{Api, Asker, Mutation, Query, Subscription, reads, sdl};
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use async_graphql::{Request, Schema, parser};
use desk::{
    Caller, Catalog, Credentials, Desk, Entrance, NewPerson, Origin, Rights, Store, Surroundings,
    demonstration,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use workflow::{Key, Language, Vocabulary};

/// What the titles of the cases in question hold, and no others.
const SUBJECT: &str = "every row like the next";
const ROWS: usize = 50;
/// Fewer of these tell as much: each is matched with every policy.
const COMPANIES: usize = 8;
/// How many fields deep a row is asked.
const DEPTH: usize = 2;

/// A demonstration, as it is or with fifty cases in the same place.
struct House {
    desk: Desk,
    store: Store,
    api: Api,
    _folder: TempDir,
}

impl House {
    async fn build() -> Self {
        let house = Self::open().await;
        house.file().await;
        house
    }

    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("desk.db").display());
        Store::migrate(&url).await.unwrap();
        let store = Store::open(&url).await.unwrap();
        let next = AtomicU64::new(1);
        let chance = move |bytes: &mut [u8]| {
            let next = next.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            for (byte, seed) in bytes.iter_mut().zip(next.to_be_bytes().into_iter().cycle()) {
                *byte = seed;
            }
        };
        let surroundings = Surroundings::new(|| "2026-11-23T02:05:00Z".parse().unwrap(), chance);
        let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/../notify/templates");
        let names = std::fs::read_dir(templates).unwrap().map(|entry| entry.unwrap().file_name());
        let vocabulary = Vocabulary { mails: names.map(|name| Key::from(name.to_str().unwrap())).collect() };
        let catalog = Catalog::shipped(&vocabulary).unwrap();
        let desk = Desk::new(store.clone(), catalog, vocabulary, Rights::shipped().unwrap(), surroundings);
        demonstration::set_up(&desk).await.unwrap();
        // Without the limits of what serves: what one document may cost is not the question here.
        let api = Schema::build(Query, Mutation::default(), Subscription).extension(Gate).extension(Batching);
        Self { api: api.data(desk.clone()).finish(), desk, store, _folder: folder }
    }

    /// Adds fifty snippets, units and handlers.
    async fn crowd(&self, clerk: &Caller) {
        for row in 0..ROWS {
            let added = format!(
                "mutation {{ snippetAdd(input: {{title: \"Row {row}\", text: \"Like the next.\", zoneWide: true}}) {{ refusal {{ code }} }} }}"
            );
            let (added, _) = self.ask(clerk, &added).await;
            assert!(added["snippetAdd"]["refusal"].is_null(), "{added}");
            let unit = format!("row-{row}");
            self.desk.unit_add(clerk.zone, &unit, &unit).await.unwrap();
            let person = NewPerson {
                login: unit.clone(),
                name: unit.clone(),
                email: None,
                language: Language::En,
                roles: vec!["handler".into()],
                unit: Some(unit),
                company: None,
            };
            self.desk.person_add(clerk.zone, person, "qianxiaoer-demo-1").await.unwrap();
        }
    }

    async fn caller(&self, login: &str) -> Caller {
        let given = Credentials { zone: "qianjiang", login, password: "qianxiaoer-demo-1" };
        match self.desk.sign_in(given, &Origin::default()).await.unwrap() {
            Ok(Entrance::In(signed_in)) => signed_in.caller,
            other => panic!("{login}: {other:?}"),
        }
    }

    /// The data of a document's answer, and how many statements it took.
    async fn ask(&self, caller: &Caller, document: &str) -> (Value, u64) {
        let mut request = Request::new(document);
        reads(&mut request.data, &self.desk, caller);
        request.data.insert(Asker { caller: Some(caller.clone()), language: Language::En });
        let before = self.store.statements();
        let answer = self.api.execute(request).await;
        assert!(answer.errors.is_empty(), "{document}: {:?}", answer.errors);
        (answer.data.into_json().unwrap(), self.store.statements() - before)
    }

    /// Files the cases, each with a task of another unit, a note, a follower and somebody who looks.
    async fn file(&self) {
        let (company, clerk, dispatcher) =
            (self.caller("qiming").await, self.caller("clerk").await, self.caller("dispatcher").await);
        let (units, _) = self.ask(&clerk, "{ units { id key } }").await;
        let unit = |key: &str| {
            let units = units["units"].as_array().unwrap();
            units.iter().find(|unit| unit["key"] == key).unwrap()["id"].as_str().unwrap().to_owned()
        };
        let (lead, other) = (unit("technology"), unit("planning"));
        let texts = [("content", "Long enough to be one."), ("contact", "Fang"), ("phone", "0571-0000-0101")];
        let asked = texts.iter().fold(String::new(), |mut asked, (field, text)| {
            let _ = write!(asked, "{{field: \"{field}\", value: {{text: \"{text}\"}}}}, ");
            asked
        });
        for row in 0..ROWS {
            let filing = format!(
                "mutation {{ caseOpen(input: {{process: \"request\", answers: [{asked}
                    {{field: \"title\", value: {{text: \"{SUBJECT} {row}\"}}}}]}}) {{ case {{ id }} }} }}"
            );
            let (opened, _) = self.ask(&company, &filing).await;
            let id = opened["caseOpen"]["case"]["id"].as_str().unwrap().to_owned();
            let steps = [
                (&clerk, "accept", "{field: \"nature\", value: {choice: \"help\"}}, {field: \"urgency\", value: {choice: \"normal\"}}, {field: \"difficulty\", value: {choice: \"general\"}}".to_owned()),
                (&dispatcher, "dispatch", format!("{{field: \"unit\", value: {{unit: \"{lead}\"}}}}, {{field: \"co_units\", value: {{units: [\"{other}\"]}}}}, {{field: \"co_task\", value: {{text: \"Look at it.\"}}}}")),
            ];
            for (caller, action, answers) in steps {
                let act = format!(
                    "mutation {{ caseAct(input: {{caseId: \"{id}\", action: \"{action}\", answers: [{answers}]}}) {{ case {{ id }} }} }}"
                );
                let (acted, _) = self.ask(caller, &act).await;
                assert!(acted["caseAct"]["case"].is_object(), "{action}: {acted}");
            }
            let beside = format!(
                "mutation {{ noteAdd(input: {{caseId: \"{id}\", text: \"Seen.\", internal: true}}) {{ note {{ id }} }}
                    caseWatch(input: {{caseId: \"{id}\", watching: true}}) {{ case {{ id }} }}
                    caseLook(input: {{caseId: \"{id}\"}}) {{ case {{ id }} }} }}"
            );
            self.ask(&clerk, &beside).await;
        }
    }
}

/// The object types of the schema: each field with the type behind lists and non-null, and whether it takes pages.
fn types() -> BTreeMap<String, Vec<(String, String, bool)>> {
    let mut types = BTreeMap::new();
    for definition in parser::parse_schema(sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(named) = definition else { continue };
        let TypeKind::Object(object) = named.node.kind else { continue };
        let fields = object.fields.into_iter().map(|field| {
            let kind = field.node.ty.node.to_string().replace(['[', ']', '!'], "");
            let paged = field.node.arguments.iter().any(|argument| argument.node.name.node == "first");
            (field.node.name.node.to_string(), kind, paged)
        });
        types.insert(named.node.name.node.to_string(), fields.collect());
    }
    types
}

/// Every way from a type over at most so many fields to values, as selections: of each object met, all its values. One by
/// one, since all at once would cost more than a document may.
fn selections(
    types: &BTreeMap<String, Vec<(String, String, bool)>>,
    kind: &str,
    depth: usize,
) -> Vec<String> {
    let fields = &types[kind];
    let values: Vec<&str> =
        fields.iter().filter(|field| !types.contains_key(&field.1)).map(|field| field.0.as_str()).collect();
    let mut all = if values.is_empty() { vec![] } else { vec![values.join(" ")] };
    for (name, kind, paged) in fields.iter().filter(|field| types.contains_key(&field.1)) {
        // The rows of a page lie a level deeper, and are asked for once.
        let deeper = if name == "nodes" { Some(depth) } else { depth.checked_sub(1) };
        let Some(deeper) = deeper.filter(|_| name != "edges") else { continue };
        let page = if *paged { "(first: 2)" } else { "" };
        all.extend(
            selections(types, kind, deeper).into_iter().map(|inside| format!("{name}{page} {{ {inside} }}")),
        );
    }
    all
}

#[tokio::test]
async fn a_page_of_fifty_costs_as_many_statements_as_a_page_of_one_whatever_is_asked_of_its_rows() {
    let house = House::build().await;
    let clerk = house.caller("clerk").await;
    let types = types();
    let mut unequal = vec![];
    let selections = selections(&types, "Case", DEPTH);
    for selection in &selections {
        let ask = async |rows: usize| {
            let document = format!(
                "{{ cases(first: {rows}, filter: {{text: \"{SUBJECT}\", process: \"request\"}}) {{ nodes {{ {selection} }} }} }}"
            );
            let (data, statements) = house.ask(&clerk, &document).await;
            assert_eq!(data["cases"]["nodes"].as_array().unwrap().len(), rows);
            statements
        };
        let (one, many) = (ask(1).await, ask(ROWS).await);
        if one != many {
            unequal.push(format!("{selection}: {one} for one row, {many} for {ROWS}"));
        }
    }
    assert!(selections.len() > 50, "every way is tried, not {}", selections.len());
    assert!(unequal.is_empty(), "give these a read in schema/loader.rs: {unequal:#?}");
}

#[tokio::test]
async fn a_page_of_companies_or_policies_costs_as_many_statements_as_one_whatever_is_asked() {
    let house = House::open().await;
    let clerk = house.caller("clerk").await;
    for row in 0..COMPANIES {
        let add =
            format!("mutation {{ companyAdd(input: {{name: \"{SUBJECT} {row}\"}}) {{ company {{ id }} }} }}");
        let (added, _) = house.ask(&clerk, &add).await;
        let id = added["companyAdd"]["company"]["id"].as_str().unwrap().to_owned();
        let beside = format!(
            "mutation {{ factsRecord(input: {{companyId: \"{id}\", facts: [{{field: \"staff_avg_annual\", value: \"31\",
                source: \"-\"}}]}}) {{ facts {{ id }} }}
                companyChange(input: {{companyId: \"{id}\", tags: [\"one\"], contacts: [{{name: \"Fang\"}}]}}) {{ company {{ id }} }} }}"
        );
        house.ask(&clerk, &beside).await;
    }
    let types = types();
    let mut unequal = vec![];
    let lists = [
        ("Company", "companies", format!("filter: {{text: \"{SUBJECT}\"}}"), COMPANIES),
        ("Policy", "policies", "filter: {inForce: true}".to_owned(), COMPANIES),
    ];
    for (kind, list, filter, rows) in lists {
        for selection in selections(&types, kind, DEPTH) {
            let ask = async |rows: usize| {
                let document = format!("{{ {list}(first: {rows}, {filter}) {{ nodes {{ {selection} }} }} }}");
                let (data, statements) = house.ask(&clerk, &document).await;
                assert_eq!(data[list]["nodes"].as_array().unwrap().len(), rows);
                statements
            };
            let (one, many) = (ask(1).await, ask(rows).await);
            if one != many {
                unequal.push(format!("{kind} {selection}: {one} for one row, {many} for {rows}"));
            }
        }
    }
    assert!(unequal.is_empty(), "give these a read in schema/loader: {unequal:#?}");
}

#[tokio::test]
async fn a_list_without_pages_costs_as_many_statements_however_long_it_is() {
    let house = House::open().await;
    let clerk = house.caller("clerk").await;
    let types = types();
    let lists = [("snippets", "Snippet"), ("units", "Unit"), ("people(role: \"handler\")", "Person")];
    let asked: Vec<String> = lists
        .iter()
        .flat_map(|(list, kind)| {
            let all = selections(&types, kind, DEPTH).into_iter();
            all.map(move |selection| format!("{{ rows: {list} {{ {selection} }} }}"))
        })
        .collect();
    let mut few = vec![];
    for document in &asked {
        few.push(house.ask(&clerk, document).await);
    }
    house.crowd(&clerk).await;
    let mut unequal = vec![];
    for (document, (before, few)) in asked.iter().zip(few) {
        let (after, many) = house.ask(&clerk, document).await;
        let rows = |data: &Value| data["rows"].as_array().unwrap().len();
        assert_eq!(rows(&after), rows(&before) + ROWS, "{document}");
        if few != many {
            unequal.push(format!(
                "{document}: {few} for {} rows, {many} for {}",
                rows(&before),
                rows(&after)
            ));
        }
    }
    assert!(asked.len() >= 3, "every way is tried, not {}", asked.len());
    assert!(unequal.is_empty(), "give these a read in schema/loader.rs: {unequal:#?}");
}

#[tokio::test]
async fn fifty_matches_cost_as_many_statements_as_one() {
    let house = House::build().await;
    let clerk = house.caller("clerk").await;
    let ask = async |rows: usize| {
        let fields = "id ... on Case { company { name } phase }";
        let search = format!("search(text: \"{SUBJECT}\", kinds: [CASE], first: {rows})");
        let document = format!("{{ {search} {{ edges {{ node {{ {fields} }} snippet {{ text }} }} }} }}");
        let (data, statements) = house.ask(&clerk, &document).await;
        assert_eq!(data["search"]["edges"].as_array().unwrap().len(), rows);
        statements
    };
    assert_eq!(ask(1).await, ask(ROWS).await);
}

#[tokio::test]
async fn fifty_nodes_cost_as_many_statements_as_one() {
    let house = House::build().await;
    let clerk = house.caller("clerk").await;
    let page = format!(
        "{{ cases(first: {ROWS}, filter: {{text: \"{SUBJECT}\", process: \"request\"}}) {{ nodes {{ id
            timeline(first: 1) {{ nodes {{ id }} }} notes(first: 1) {{ nodes {{ id }} }} }} }} }}"
    );
    let (found, _) = house.ask(&clerk, &page).await;
    let rows = found["cases"]["nodes"].as_array().unwrap();
    let ids = |path: &str| -> Vec<String> {
        rows.iter().map(|row| row.pointer(path).unwrap().as_str().unwrap().to_owned()).collect()
    };
    for path in ["/id", "/timeline/nodes/0/id", "/notes/nodes/0/id"] {
        let all = ids(path);
        let ask = async |ids: &[String]| {
            let ids = ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
            let (data, statements) = house.ask(&clerk, &format!("{{ nodes(ids: [{ids}]) {{ id }} }}")).await;
            assert!(data["nodes"].as_array().unwrap().iter().all(Value::is_object), "{path}: {data}");
            statements
        };
        assert_eq!(ask(&all[..1]).await, ask(&all).await, "{path}");
    }
}
