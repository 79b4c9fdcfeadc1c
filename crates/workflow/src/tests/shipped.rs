//! Every shipped process: its files, its picture, its rights, its story.
use super::scene::{TIME, assert_checked_in, parse, shipped, vocabulary};
use crate::library::Library;
use crate::text::Language;
use crate::{Definition, diagram, library, matrix, moves_check, story};
use std::path::{Path, PathBuf};

fn beside(path: &str, extension: &str) -> PathBuf {
    Path::new(path).with_extension(extension)
}

#[test]
fn what_ships_is_what_lies_in_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("definitions");
    let mut lies = vec![];
    for process in std::fs::read_dir(&folder).unwrap() {
        for file in std::fs::read_dir(process.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                lies.push(path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    lies.sort();
    let mut ships: Vec<&str> = library::shipped().map(|(path, _)| path).collect();
    ships.sort_unstable();
    assert_eq!(ships, lies);
}

#[test]
fn a_definition_lies_where_its_process_and_version_say_and_the_newest_comes_last() {
    let mut newest = std::collections::BTreeMap::new();
    for (path, definition) in shipped() {
        assert_eq!(path, format!("{}/v{}.toml", definition.process, definition.version));
        let before = newest.insert(definition.process.clone(), definition.version);
        assert!(
            before.is_none_or(|before| before < definition.version),
            "{path} comes after a newer version"
        );
    }
}

#[test]
fn open_cases_of_a_version_can_move_to_the_next() {
    let shipped = shipped();
    let next = |pair: &&[(&str, Definition)]| pair[0].1.process == pair[1].1.process;
    let moves: Vec<_> = shipped.windows(2).filter(next).collect();
    assert!(!moves.is_empty(), "no process ships in two versions");
    for pair in moves {
        assert_eq!(
            pair[1].1.moves.as_ref().map(|moves| moves.from),
            Some(pair[0].1.version),
            "{}",
            pair[1].0
        );
        assert_eq!(moves_check(&pair[0].1, &pair[1].1), [], "{} to {}", pair[0].0, pair[1].0);
    }
}

#[test]
fn every_process_draws_itself() {
    for (path, definition) in shipped() {
        assert_checked_in(&beside(path, "mmd"), &diagram::mermaid(&definition, Language::En));
    }
}

#[test]
fn every_process_prints_its_rights() {
    for (path, definition) in shipped() {
        assert_checked_in(&beside(path, "rights.md"), &matrix::matrix(&definition, Language::En));
    }
}

#[test]
fn every_process_does_what_its_story_tells_and_the_story_leaves_nothing_out() {
    let library = Library::shipped(&vocabulary());
    for (path, text) in library::shipped() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("definitions").join(beside(path, "story"));
        let told = std::fs::read_to_string(&file).unwrap();
        let definition = parse(text);
        let others = |process: &str| library.newest(process);
        let played = story::play(&definition, &others, &told, &TIME).unwrap_or_else(|mistakes| {
            let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            panic!("{}\n{}", file.display(), lines.join("\n"))
        });
        let missed: Vec<String> = played.missed.iter().map(ToString::to_string).collect();
        assert!(missed.is_empty(), "{} does not show: {}", file.display(), missed.join("; "));
    }
}
