//! The served schema, and ways through it to every type.
use crate::client::{Visitor, list, text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many ways to a type are tried.
const WAYS: usize = 6;
/// The longest way.
const LONGEST: usize = 7;

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
        let query = "{ __schema { types { kind name possibleTypes { name } fields { name args { name }
            type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
        let data = staff.ask(query, &json!({}));
        let composite = |kind: &&Value| kind["kind"] == "OBJECT" || kind["kind"] == "INTERFACE";
        let kinds = list(&data["__schema"]["types"]).iter().filter(composite);
        let kinds = kinds.filter(|kind| !text(&kind["name"]).starts_with("__"));
        let name = |kind: &Value| text(&kind["name"]).to_owned();
        let objects = |kind: &Value| match kind["possibleTypes"].as_array() {
            Some(possible) => possible.iter().map(name).collect(),
            None => BTreeSet::from([name(kind)]),
        };
        Self {
            types: kinds
                .clone()
                .map(|kind| (name(kind), list(&kind["fields"]).iter().map(field).collect()))
                .collect(),
            objects: kinds.map(|kind| (name(kind), objects(kind))).collect(),
        }
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
    }
    let arguments = list(&field["args"]).iter().map(|argument| text(&argument["name"]).to_owned()).collect();
    Field { name: text(&field["name"]).to_owned(), kind: text(&kind["name"]).to_owned(), arguments }
}

impl Field {
    /// The field with arguments by their names.
    fn call(&self, Example { case, action }: &Example) -> String {
        let argument = |name: &String| match (name.as_str(), self.name.as_str()) {
            ("id", _) => Some(format!("id: \"{case}\"")),
            ("ids", _) => Some(format!("ids: [\"{case}\"]")),
            ("key", _) => Some("key: \"request\"".to_owned()),
            ("role", _) => Some("role: \"clerk\"".to_owned()),
            ("first", "cases") => Some("first: 50".to_owned()),
            ("first", _) => Some("first: 20".to_owned()),
            // Nobody asks for this, so that every one of these is refused and nothing moves.
            ("input", "caseOpen") => Some(format!("input: {{process: \"request\", {UNASKED}}}")),
            ("input", "casesOpen") => {
                Some(format!("input: {{items: [{{process: \"request\", {UNASKED}}}], {KEY}}}"))
            }
            ("input", "casesAct") => {
                Some(format!("input: {{caseIds: [\"{case}\"], action: \"{action}\", {UNASKED}, {KEY}}}"))
            }
            ("input", "noteAdd") => Some(format!("input: {{caseId: \"{case}\", text: \"\"}}")),
            ("input", "noteWithdraw") => Some("input: {noteId: \"x\"}".to_owned()),
            ("input", "attachmentRequest") => {
                Some(format!("input: {{caseId: \"{case}\", name: \"\", mediaType: \"\", size: 0}}"))
            }
            // To look moves nothing, and nobody here follows a case.
            ("input", "caseLook") => Some(format!("input: {{caseId: \"{case}\"}}")),
            ("input", "caseWatch") => Some(format!("input: {{caseId: \"{case}\", watching: false}}")),
            ("input", "snippetAdd") => Some("input: {title: \"\", text: \"\"}".to_owned()),
            ("input", "snippetChange") => {
                Some("input: {snippetId: \"x\", title: \"\", text: \"\"}".to_owned())
            }
            ("input", "snippetRemove") => Some("input: {snippetId: \"x\"}".to_owned()),
            ("input", _) => Some(format!("input: {{caseId: \"{case}\", action: \"{action}\", {UNASKED}}}")),
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

const KEY: &str = "idempotencyKey: \"walk\"";
const UNASKED: &str = "answers: [{field: \"nobody_asks\", value: {text: \"x\"}}]";
