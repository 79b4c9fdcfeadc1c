//! A released version is frozen: cases are pinned to it, and their histories are played again by it.
use crate::{Definition, library};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const LOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/released.lock");

/// Version and digest by `process version`, a line each.
fn locked() -> BTreeMap<String, String> {
    let text = fs::read_to_string(LOCK).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, digest)| (name.into(), digest.into()))
        .collect()
}

#[test]
fn no_released_version_changes() {
    let mut lock = locked();
    let mut added = false;
    for (file, text) in library::shipped() {
        let definition = Definition::parse(text, &super::scene::vocabulary()).unwrap();
        let name = format!("{} v{}", definition.process, definition.version);
        match lock.get(&name) {
            Some(digest) => assert_eq!(
                *digest, definition.digest,
                "{file} is released and frozen: take back the change, or make it the next version"
            ),
            None => added = lock.insert(name, definition.digest).is_none(),
        }
    }
    if !added {
        return;
    }
    assert!(std::env::var_os("UPDATE").is_some(), "a version is not in released.lock: run ./test update");
    let lines: Vec<String> = lock.iter().map(|(name, digest)| format!("{name} {digest}\n")).collect();
    let head = "# Released versions by the SHA-256 of their text. Lines are added by ./test update, never changed.\n";
    fs::write(Path::new(LOCK), format!("{head}{}", lines.concat())).unwrap();
}
