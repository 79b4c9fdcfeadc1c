//! What is kept of people: the catalogue names every column that refers to somebody.
use crate::workspace::read;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn whatever_refers_to_a_person_is_in_the_catalogue_of_personal_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path in UTF-8");
    let migrated = Command::new(crate::server::binary())
        .args(["zone", "add", "example", "--name", "示例", "--data", data])
        .output();
    let migrated = migrated.expect("the binary can be started");
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let database = Connection::open(folder.path().join("qianxiaoer.sqlite")).expect("a database");
    let columns = |select: &str| -> BTreeSet<String> {
        let mut select = database.prepare(select).expect("it reads");
        let rows = select.query_map([], |row| row.get(0)).expect("it reads");
        rows.collect::<Result<_, _>>().expect("it reads")
    };
    let refer = columns(
        "SELECT tables.name || '.' || keys.\"from\" FROM sqlite_master AS tables, \
         pragma_foreign_key_list(tables.name) AS keys \
         WHERE tables.type = 'table' AND keys.\"table\" = 'person' AND keys.\"from\" <> 'zone_id'",
    );
    let there = columns(
        "SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables, \
         pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'",
    );
    let catalogue: toml::Table = read("crates/desk/personal.toml").parse().expect("it is TOML");
    let fields = catalogue["field"].as_array().expect("a list of fields").iter();
    let places = fields.flat_map(|field| field["places"].as_array().expect("a list of places"));
    let places: BTreeSet<String> =
        places.map(|place| place.as_str().expect("a table and a column").to_owned()).collect();
    assert!(refer.len() > 15, "the tables were read: {refer:?}");
    let missing: Vec<_> = refer.difference(&places).collect();
    assert!(missing.is_empty(), "say in crates/desk/personal.toml what for and how long: {missing:?}");
    let gone: Vec<_> = places.difference(&there).collect();
    assert!(gone.is_empty(), "there are no such columns: {gone:?}");
}
