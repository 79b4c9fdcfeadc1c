//! No Rust code mentions a state: a process can be renamed without touching a crate.
use crate::{source, workspace};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The crates that a new process must not change.
const ROOMS: [&str; 4] = ["desk", "service", "notify", "store"];

#[test]
fn no_code_mentions_a_state_or_an_action_of_a_process() {
    let mut words = BTreeMap::new();
    for path in workspace::files().iter().filter(|path| is_definition(path)) {
        let definition = toml::from_str(&workspace::read(path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        collect_keys(&definition, path, &mut words);
    }
    assert!(!words.is_empty(), "no process is defined, so nothing can be looked for");
    let mut mentions = Vec::new();
    for path in workspace::rust_files().iter().filter(|path| is_searched(path)) {
        for word in mentioned(&workspace::read(path), &words) {
            mentions.push(format!("{}: {word:?} is a word of {}", path.display(), words[word].display()));
        }
    }
    assert!(
        mentions.is_empty(),
        "code that wants to react to a state wants an effect, a phase or a mark\n{}",
        mentions.join("\n")
    );
}

fn is_definition(path: &Path) -> bool {
    path.starts_with("crates/workflow/definitions")
        && path.extension().is_some_and(|extension| extension == "toml")
        && path.file_stem().is_some_and(|stem| stem.to_string_lossy().starts_with('v'))
}

fn is_searched(path: &Path) -> bool {
    ROOMS.iter().any(|room| path.starts_with(format!("crates/{room}/src"))) && !source::is_test(path)
}

/// Every key of a table `state` or `action`, however deep, with the definition it comes from.
fn collect_keys(table: &toml::Table, path: &Path, words: &mut BTreeMap<String, PathBuf>) {
    for (key, value) in table {
        let Some(inner) = value.as_table() else { continue };
        if key == "state" || key == "action" {
            for word in inner.keys() {
                words.insert(word.clone(), path.to_owned());
            }
        }
        collect_keys(inner, path, words);
    }
}

fn mentioned<'a>(text: &'a str, words: &BTreeMap<String, PathBuf>) -> Vec<&'a str> {
    let mut literals = source::string_literals(source::without_tests(text));
    literals.retain(|literal| words.contains_key(*literal));
    literals
}

#[test]
fn a_whole_literal_is_a_mention_and_a_sentence_or_a_test_is_not() {
    let definition =
        toml::from_str("[state.handling.state.drafted]\n[action.hand_over]\n[role.steward]").unwrap();
    let mut words = BTreeMap::new();
    collect_keys(&definition, Path::new("v1.toml"), &mut words);
    let code = "fn f() { g(\"drafted\"); g(\"not drafted\"); g(\"steward\"); g(\"hand_over\") }\n";
    let tests = "#[cfg(test)]\nmod tests {\n    fn t() { g(\"handling\") }\n}\n";
    assert_eq!(mentioned(&format!("{code}{tests}"), &words), ["drafted", "hand_over"]);
}
