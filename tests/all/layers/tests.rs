//! The checker on made-up manifests: a law that never refuses is none.
use super::{Graph, breaches, manifest};
use serde_json::json;

const WORKSPACE: &str = r#"
[workspace.dependencies]
orm = { package = "sea-orm", version = "2" }
poem = "3"
store = { path = "crates/store" }
jiff = "0.2"
"#;

/// The breaches of a manifest of this name with these tables of dependencies.
fn judged(name: &str, tables: &str) -> Vec<String> {
    let text = format!("[package]\nname = \"{name}\"\n{tables}");
    breaches(&manifest(&text), &manifest(WORKSPACE), &[("notify", &["desk", "sqlx"])])
}

#[test]
fn a_plain_import_is_judged_by_the_table() {
    assert_eq!(
        judged("service", "[dependencies]\nstore.workspace = true"),
        [r#"service may not import store; of ours it may import ["desk", "policy", "workflow"]"#]
    );
    assert!(judged("desk", "[dependencies]\nstore.workspace = true\njiff.workspace = true").is_empty());
    assert!(judged("tests", "[dependencies]\nstore.workspace = true\nsqlx = \"1\"").is_empty());
}

#[test]
fn only_the_keepers_name_a_kept_library() {
    assert_eq!(
        judged("workflow", "[dependencies]\ntokio = \"1\""),
        [r#"workflow may not import tokio, which belongs to ["app", "desk", "notify", "service", "store"]"#]
    );
    assert!(judged("store", "[dependencies]\nsea_orm = \"2\"").is_empty());
}

#[test]
fn a_rename_hides_nothing() {
    let renamed = "[dependencies]\nclock = { package = \"tokio\", version = \"1\" }";
    assert_eq!(judged("calendar", renamed).len(), 1);
    assert_eq!(judged("desk", "[dependencies]\norm.workspace = true").len(), 1, "renamed by the workspace");
    let ours = "[dependencies]\ntables = { package = \"store\", path = \"../store\" }";
    assert_eq!(judged("service", ours).len(), 1);
    assert_eq!(judged("desk", "[dependencies]\nsea_orm = \"2\"").len(), 1, "underscores");
}

#[test]
fn every_table_is_read() {
    for table in
        ["dependencies", "build-dependencies", "build_dependencies", "dev-dependencies", "dev_dependencies"]
    {
        assert_eq!(judged("sheet", &format!("[{table}]\npoem.workspace = true")).len(), 1, "{table}");
        let target = format!("[target.'cfg(windows)'.{table}]\npoem.workspace = true");
        assert_eq!(judged("sheet", &target).len(), 1, "{target}");
    }
    assert_eq!(judged("sheet", "[dependencies.poem]\nversion = \"3\"").len(), 1);
}

#[test]
fn tests_see_more_only_where_it_is_listed() {
    let listed = "desk = { path = \"../desk\" }\nsqlx = \"1\"";
    assert!(judged("notify", &format!("[dev-dependencies]\n{listed}")).is_empty());
    assert_eq!(judged("notify", &format!("[dependencies]\n{listed}")).len(), 2);
    assert_eq!(judged("store", "[dev-dependencies]\ndesk = { path = \"../desk\" }").len(), 1);
}

#[test]
fn a_crate_without_a_row_is_refused() {
    assert_eq!(judged("util", ""), ["util has no row in the table"]);
}

#[test]
fn a_way_through_others_is_found_and_named() {
    let edge = |to: &str, kind: Option<&str>| json!({"pkg": to, "dep_kinds": [{"kind": kind}]});
    let metadata = json!({
        "packages": [
            {"id": "1", "name": "calendar"},
            {"id": "2", "name": "almanac"},
            {"id": "3", "name": "tokio"},
            {"id": "4", "name": "poem"},
        ],
        "resolve": {"nodes": [
            {"id": "1", "deps": [edge("2", None), edge("4", Some("dev"))]},
            {"id": "2", "deps": [edge("1", None), edge("3", None)]},
            {"id": "3", "deps": []},
            {"id": "4", "deps": []},
        ]},
    });
    let graph = Graph::of(&metadata);
    assert_eq!(
        graph.path("calendar", "tokio").as_deref(),
        Some("calendar must not reach tokio: calendar -> almanac -> tokio")
    );
    assert_eq!(graph.path("calendar", "poem"), None, "only its tests see poem");
}
