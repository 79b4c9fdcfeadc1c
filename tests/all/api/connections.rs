//! Every connection of the API, found by asking for the schema: whole from both ends, and while rows are added.
use crate::client::{House, Visitor, list, text};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A field whose rows come by pages.
struct Connection {
    parent: String,
    field: String,
    /// Where it is reached: at the root, or at this thing.
    of: Option<String>,
}

impl Connection {
    /// A page of it: the cursors in their order, and what lies around them.
    fn page(&self, visitor: &Visitor, arguments: &str) -> Result<Value, String> {
        let Self { parent, field, of } = self;
        // What one looks for is no bound: something that is said in several cases and notes.
        let asked = if field == "search" { "text: \"测试\", " } else { "" };
        let page = format!(
            "{field}({asked}{arguments}) {{ edges {{ cursor }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"
        );
        let document = match of {
            None => format!("{{ {page} }}"),
            Some(id) => format!("{{ node(id: \"{id}\") {{ ... on {parent} {{ {page} }} }} }}"),
        };
        let mut answer = visitor.answer(&document, &json!({})).json();
        if answer["errors"].is_array() {
            return Err(text(&answer["errors"][0]["extensions"]["code"]).to_owned());
        }
        let at = if of.is_some() { &mut answer["data"]["node"] } else { &mut answer["data"] };
        Ok(at[field].take())
    }

    /// The cursors of all rows by pages of `size`, in the order of the list from whichever end; before each further page
    /// something may happen.
    fn walk(
        &self,
        visitor: &Visitor,
        size: usize,
        backward: bool,
        mut meanwhile: impl FnMut(),
    ) -> Vec<String> {
        let (take, from, more, other, next) = if backward {
            ("last", "before", "hasPreviousPage", "hasNextPage", "startCursor")
        } else {
            ("first", "after", "hasNextPage", "hasPreviousPage", "endCursor")
        };
        let (mut rows, mut cursor): (Vec<String>, Option<String>) = (vec![], None);
        loop {
            let from = cursor.as_ref().map(|cursor| format!(", {from}: \"{cursor}\"")).unwrap_or_default();
            let page = self.page(visitor, &format!("{take}: {size}{from}"));
            let page = page.unwrap_or_else(|code| panic!("{}: {code}", self.name()));
            let mut cursors: Vec<String> =
                list(&page["edges"]).iter().map(|edge| text(&edge["cursor"]).to_owned()).collect();
            assert!(cursors.len() <= size, "{}: {page}", self.name());
            assert_eq!(page["pageInfo"]["startCursor"].as_str(), cursors.first().map(String::as_str));
            assert_eq!(page["pageInfo"]["endCursor"].as_str(), cursors.last().map(String::as_str));
            assert_eq!(page["pageInfo"][other], cursor.is_some(), "{}: {page}", self.name());
            let next = page["pageInfo"][next].as_str().map(str::to_owned);
            if backward {
                cursors.reverse();
            }
            rows.append(&mut cursors);
            if page["pageInfo"][more] == false {
                break;
            }
            assert!(next.is_some() && next != cursor, "{}: what goes on goes on elsewhere", self.name());
            cursor = next;
            meanwhile();
        }
        if backward {
            rows.reverse();
        }
        rows
    }

    fn name(&self) -> String {
        format!("{}.{}", self.parent, self.field)
    }
}

/// Every connection there is, with something that it can be asked of.
fn connections(staff: &Visitor, case: &str) -> Vec<Connection> {
    let query = "{ __schema { types { name interfaces { name } fields { name args { name type { kind } } type { name ofType { name } } } } } }";
    let mut found = vec![];
    for kind in list(&staff.ask(query, &json!({}))["__schema"]["types"]) {
        for field in kind["fields"].as_array().into_iter().flatten() {
            let name = field["type"]["name"].as_str().or(field["type"]["ofType"]["name"].as_str());
            if !name.is_some_and(|name| name.ends_with("Connection")) {
                continue;
            }
            let parent = text(&kind["name"]).to_owned();
            let field_name = text(&field["name"]).to_owned();
            let arguments: BTreeSet<&str> =
                list(&field["args"]).iter().map(|one| text(&one["name"])).collect();
            for wanted in ["first", "after", "last", "before"] {
                assert!(arguments.contains(wanted), "{parent}.{field_name} does not take `{wanted}`");
            }
            let of = match parent.as_str() {
                "Query" => None,
                "Case" => Some(case.to_owned()),
                "Company" => Some(first(staff, "companies")),
                "Policy" => Some(first(staff, "policies")),
                _ => panic!("say of which {parent} this test is to ask {field_name}"),
            };
            found.push(Connection { parent, field: field_name, of });
        }
    }
    found
}

/// The id of the first row of a list.
fn first(staff: &Visitor, list: &str) -> String {
    let found = staff.ask(&format!("{{ rows: {list}(first: 1) {{ nodes {{ id }} }} }}"), &json!({}));
    text(&found["rows"]["nodes"][0]["id"]).to_owned()
}

/// A case with a history and notes, and those who add to it.
struct Growing {
    house: Arc<House>,
    case: String,
    steps: Cell<usize>,
}

impl Growing {
    fn open() -> Self {
        let house = House::open();
        let case = house.visitor("qiming").file("测试台噪声", "夜间噪声偏大，影响测试");
        let growing = Self { house, case, steps: Cell::new(0) };
        for _ in 0..4 {
            growing.note();
            growing.step();
        }
        growing
    }

    /// Adds a row to a list, where this test knows how.
    fn add(&self, connection: &Connection) {
        match connection.name().as_str() {
            "Query.cases" | "Query.mails" => {
                self.house.visitor("qiming").file("又一条", "走廊灯不亮，请派人看看");
            }
            "Case.timeline" => self.step(),
            "Case.notes" | "Query.search" => self.note(),
            _ => {}
        }
    }

    fn note(&self) {
        let query = "mutation ($input: NoteAddInput!) { noteAdd(input: $input) { refusal { message } } }";
        let input = json!({"caseId": self.case, "text": "已联系企业，约定再次测试", "internal": true});
        let said = self.house.visitor("clerk").ask(query, &json!({"input": input}));
        assert_eq!(said["noteAdd"]["refusal"], Value::Null);
    }

    /// The clerk asks for more, then the company says more, in turns.
    fn step(&self) {
        let step = self.steps.replace(self.steps.get() + 1);
        let (login, action, field) = if step.is_multiple_of(2) {
            ("clerk", "ask_supplement", "missing")
        } else {
            ("qiming", "supplement", "supplement")
        };
        let answers = json!([{"field": field, "value": {"text": "请说明噪声发生的时间"}}]);
        let acted = self
            .house
            .visitor(login)
            .act(&json!({"caseId": self.case, "action": action, "answers": answers}));
        assert_eq!(acted["refusal"], Value::Null, "{action}");
    }
}

#[test]
fn every_connection_is_whole_from_both_ends_and_while_rows_are_added() {
    let growing = Growing::open();
    // Who may ask for every list there is.
    let staff = growing.house.visitor("administrator");
    let connections = connections(&staff, &growing.case);
    let names: BTreeSet<String> = connections.iter().map(Connection::name).collect();
    for known in ["Query.cases", "Query.mails", "Query.search", "Case.timeline", "Case.notes"] {
        assert!(names.contains(known), "{known} is not among {names:?}");
    }
    for connection in &connections {
        let all = connection.walk(&staff, 100, false, || {});
        assert_eq!(
            all.iter().collect::<BTreeSet<_>>().len(),
            all.len(),
            "{}: a row twice",
            connection.name()
        );
        for size in [1, 2, 7] {
            for backward in [false, true] {
                let walked = connection.walk(&staff, size, backward, || {});
                assert_eq!(walked, all, "{} by {size}, backward: {backward}", connection.name());
            }
        }
    }
    for connection in &connections {
        for backward in [false, true] {
            let before = connection.walk(&staff, 100, false, || {});
            let mut round = 0;
            let mut walked = connection.walk(&staff, 3, backward, || {
                // A list that grows where one walks has no end: it grows a few times.
                if round < 6 {
                    growing.add(connection);
                    round += 1;
                }
            });
            walked.retain(|cursor| before.contains(cursor));
            assert_eq!(walked, before, "{} while it grows, backward: {backward}", connection.name());
        }
    }
}

#[test]
fn every_connection_refuses_bounds_and_cursors_that_are_none() {
    let growing = Growing::open();
    let staff = growing.house.visitor("administrator");
    for connection in connections(&staff, &growing.case) {
        for bad in [
            "first: 0",
            "first: -1",
            "first: 101",
            "last: 0",
            "last: 101",
            "first: 2147483647",
            "first: 1, last: 1",
            "first: 1, after: \"garbage\"",
            "last: 1, before: \"\"",
        ] {
            let refused = connection.page(&staff, bad).expect_err("it is refused");
            assert_eq!(refused, "BAD_INPUT", "{}({bad})", connection.name());
        }
        let page = connection.page(&staff, "first: 100");
        assert!(page.is_ok(), "{}: {page:?}", connection.name());
    }
}
