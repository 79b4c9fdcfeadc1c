//! The served schema, and ways through it to every type.
use crate::client::{Visitor, list, text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many ways to a type are tried.
const WAYS: usize = 9;
/// The longest way.
const LONGEST: usize = 8;

/// A field of an object type.
pub(super) struct Field {
    pub(super) name: String,
    /// The type behind lists and non-null.
    kind: String,
    arguments: Vec<String>,
}

/// The object types and interfaces of the schema with their fields.
pub(super) struct Schema {
    pub(super) types: BTreeMap<String, Vec<Field>>,
    /// The objects that each may be.
    pub(super) objects: BTreeMap<String, BTreeSet<String>>,
}

/// A case and one of its actions, for arguments.
pub(super) struct Example {
    pub(super) case: String,
    pub(super) action: String,
    /// An import of companies that waits to be looked at.
    pub(super) import: String,
}

/// Fields from a root to a type, as a document writes them; the first word is the operation.
#[derive(Clone, Debug)]
pub(super) struct Way(Vec<String>);

impl Way {
    /// The document that takes this way and asks `selection` at its end.
    pub(super) fn document(&self, selection: &str) -> String {
        let closing = " }".repeat(self.0.len());
        format!("{} {{ {selection}{closing}", self.0.join(" { "))
    }
}

impl Schema {
    pub(super) fn of(staff: &Visitor) -> Self {
        // As deep as a list of lists, none of which may be null.
        let behind = "ofType { kind name ".repeat(5);
        let query = format!(
            "{{ __schema {{ types {{ kind name possibleTypes {{ name }} fields {{ name args {{ name }}
            type {{ kind name {behind} {} }} }} }} }} }}",
            "}".repeat(5)
        );
        let data = staff.ask(&query, &json!({}));
        let composite = |kind: &&Value| kind["kind"] == "OBJECT" || kind["kind"] == "INTERFACE";
        let kinds = list(&data["__schema"]["types"]).iter().filter(composite);
        let kinds = kinds.filter(|kind| !text(&kind["name"]).starts_with("__"));
        let name = |kind: &Value| text(&kind["name"]).to_owned();
        let objects = |kind: &Value| match kind["possibleTypes"].as_array() {
            Some(possible) => possible.iter().map(name).collect(),
            None => BTreeSet::from([name(kind)]),
        };
        let mut schema = Self {
            types: kinds
                .clone()
                .map(|kind| (name(kind), list(&kind["fields"]).iter().map(field).collect()))
                .collect(),
            objects: kinds.map(|kind| (name(kind), objects(kind))).collect(),
        };
        // What only subscriptions reach is tried where they are: api/streams.rs.
        let reached = schema.reached();
        schema.types.retain(|kind, _| reached.contains(kind));
        schema
    }

    /// The types that queries and mutations reach.
    fn reached(&self) -> BTreeSet<String> {
        let (mut reached, mut queue) = (BTreeSet::new(), vec!["Query", "Mutation"]);
        while let Some(kind) = queue.pop() {
            let Some(fields) = self.types.get(kind) else { continue };
            if reached.insert(kind.to_owned()) {
                queue.extend(fields.iter().map(|field| field.kind.as_str()));
            }
        }
        reached
    }

    /// Up to [`WAYS`] ways to each type, the shortest first, over fields that `may` be taken.
    pub(super) fn ways(
        &self,
        example: &Example,
        may: impl Fn(&str, &str) -> bool,
    ) -> BTreeMap<&str, Vec<Way>> {
        let mut ways: BTreeMap<&str, Vec<Way>> = BTreeMap::new();
        let roots = [("Query", "query"), ("Mutation", "mutation")];
        let mut queue: VecDeque<(&str, Way)> =
            roots.into_iter().map(|(root, word)| (root, Way(vec![word.to_owned()]))).collect();
        while let Some((kind, way)) = queue.pop_front() {
            let Some((kind, fields)) = self.types.get_key_value(kind) else { continue };
            let found = ways.entry(kind).or_default();
            if found.len() >= WAYS || way.0.len() > LONGEST {
                continue;
            }
            found.push(way.clone());
            for field in fields.iter().filter(|field| may(kind, &field.name)) {
                let mut longer = way.clone();
                longer.0.push(field.call(example));
                queue.push_back((&field.kind, longer));
            }
        }
        ways
    }

    /// A field as a selection, with what it needs.
    pub(super) fn selection(&self, field: &Field, example: &Example) -> String {
        let inner = if self.types.contains_key(&field.kind) { " { __typename }" } else { "" };
        format!("{}{inner}", field.call(example))
    }
}

fn field(field: &Value) -> Field {
    let mut kind = &field["type"];
    while kind["name"].is_null() {
        kind = &kind["ofType"];
        assert!(!kind.is_null(), "a type lies deeper than was asked: {field}");
    }
    let arguments = list(&field["args"]).iter().map(|argument| text(&argument["name"]).to_owned()).collect();
    Field { name: text(&field["name"]).to_owned(), kind: text(&kind["name"]).to_owned(), arguments }
}

impl Field {
    /// The field with arguments by their names.
    fn call(&self, Example { case, action, import }: &Example) -> String {
        let argument = |name: &String| match (name.as_str(), self.name.as_str()) {
            ("id", "companyImport") => Some(format!("id: \"{import}\"")),
            ("id", _) => Some(format!("id: \"{case}\"")),
            ("ids", _) => Some(format!("ids: [\"{case}\"]")),
            // Everybody sees a company, and all companies of the demonstration are called so.
            ("text", "search") => Some("text: \"公司\"".to_owned()),
            ("text", _) => Some("text: \"nothing\"".to_owned()),
            ("key", _) => Some("key: \"request\"".to_owned()),
            ("kind", _) => Some("kind: \"request-accepted\"".to_owned()),
            ("language", _) => Some("language: ZH".to_owned()),
            ("role", _) => Some("role: \"clerk\"".to_owned()),
            ("first", "cases") => Some("first: 50".to_owned()),
            ("first", _) => Some("first: 20".to_owned()),
            ("input", mutation) => Some(format!("input: {{{}}}", input(mutation, case, action))),
            _ => None,
        };
        let arguments: Vec<String> = self.arguments.iter().filter_map(argument).collect();
        if arguments.is_empty() {
            self.name.clone()
        } else {
            format!("{}({})", self.name, arguments.join(", "))
        }
    }
}

/// What is asked of a mutation: something that is refused or changes nothing.
fn input(mutation: &str, case: &str, action: &str) -> String {
    let case_id = format!("caseId: \"{case}\"");
    let several = format!("{UNASKED}, dryRun: true, idempotencyKey: \"walk\"");
    match mutation {
        "caseOpen" => format!("process: \"request\", {UNASKED}"),
        "caseAct" => format!("{case_id}, action: \"{action}\", {UNASKED}"),
        "casesOpen" => {
            format!("items: [{{process: \"request\", {UNASKED}}}], dryRun: true, idempotencyKey: \"walk\"")
        }
        "casesAct" => format!("caseIds: [\"{case}\"], action: \"{action}\", {several}"),
        "companyImportApply" | "companyImportUndo" => format!("importId: \"{case}\""),
        "companyAdd" | "companyImportRequest" => "name: \"\"".to_owned(),
        // A case is no company and no fact.
        "companyChange" => format!("companyId: \"{case}\""),
        "factsRecord" => format!("companyId: \"{case}\", facts: [{{field: \"nothing\", value: \"-\"}}]"),
        "factWithdraw" => format!("factId: \"{case}\""),
        "policyCheck" | "policyPublish" => "text: \"nothing\"".to_owned(),
        "noteAdd" => format!("{case_id}, text: \"\""),
        // A case is no note, no snippet and nobody.
        "noteWithdraw" => format!("noteId: \"{case}\""),
        "snippetAdd" => "title: \"\", text: \"\"".to_owned(),
        "snippetChange" => format!("snippetId: \"{case}\", title: \"-\", text: \"-\""),
        "snippetRemove" => format!("snippetId: \"{case}\""),
        "attachmentRequest" => format!("{case_id}, name: \"\", mediaType: \"text/plain\", size: 1"),
        "caseWatch" => format!("{case_id}, watching: true"),
        "caseLook" => case_id,
        "limitSet" => "process: \"request\", limit: \"nobodys\", value: \"1wd\"".to_owned(),
        "absenceSet" => {
            format!("personId: \"{case}\", from: \"2026-11-23T02:00:00Z\", to: \"2026-11-24T02:00:00Z\"")
        }
        "sessionsEnd" | "apiTokenRevoke" | "companyClaimDecide" => "key: \"none\"".to_owned(),
        "apiTokenCreate" => "name: \"\", scopes: [], expiresAt: \"2026-12-23T00:00:00Z\"".to_owned(),
        "personPostsSet" => format!("personId: \"{case}\", roles: []"),
        "signInRulesSet" => {
            "staffIdleMinutes: 1, companyIdleMinutes: 1, sessionHours: 1, secondFactor: false".to_owned()
        }
        "companyInvite" => "email: \"nowhere\", language: EN".to_owned(),
        "reveal" => format!("id: \"{case}\", reason: \"a walk\""),
        "ownErasureWish" => "wanted: false".to_owned(),
        "personExport" | "personErase" | "personErasureDecline" => {
            format!("personId: \"{case}\", reason: \"\"")
        }
        "accountRescue" => format!("personId: \"{case}\""),
        "processMove" => "process: \"request\", version: 1, dryRun: true".to_owned(),
        "mailsResend" => "template: \"nothing\"".to_owned(),
        "mailDiscard" => format!("mailId: \"{case}\", reason: \"\""),
        "mailAddressConfirm" => "address: \"nobody@nowhere.example\"".to_owned(),
        "mailPreferencesSet" => "kinds: [{kind: \"nothing\", delivery: OFF}]".to_owned(),
        "mailWordingSet" => {
            "kind: \"nothing\", language: ZH, words: {subject: \"\", happened: \"\", next: \"\"}".to_owned()
        }
        "mailWordingRemove" => "kind: \"nothing\", language: ZH".to_owned(),
        _ => panic!("nothing is known that {mutation} refuses"),
    }
}

/// Nobody asks for this, so that it is refused and nothing moves.
const UNASKED: &str = "answers: [{field: \"nobody_asks\", value: {text: \"x\"}}]";
