//! The tests under a folder.
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(crate) struct Test {
    /// Its path below the folder, without `.scxml`.
    pub(crate) name: String,
    pub(crate) document: PathBuf,
    pub(crate) script: Option<PathBuf>,
}

/// Every document with its script; if none has one, every document but those that others invoke (`*sub*`).
pub(crate) fn tests(folder: &Path) -> io::Result<Vec<Test>> {
    let mut documents = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(&inside)? {
            let entry = entry?;
            // A link to a folder is not followed: it may lead in a circle.
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_some_and(|extension| extension == "scxml") {
                documents.push(entry.path());
            }
        }
    }
    documents.sort();
    let mut tests: Vec<Test> = documents.into_iter().map(|document| test(folder, document)).collect();
    if tests.iter().any(|test| test.script.is_some()) {
        tests.retain(|test| test.script.is_some());
    } else {
        tests.retain(|test| {
            !test.document.file_name().is_some_and(|name| name.to_string_lossy().contains("sub"))
        });
    }
    Ok(tests)
}

fn test(folder: &Path, document: PathBuf) -> Test {
    let name = document.with_extension("");
    let name = name.strip_prefix(folder).unwrap_or(&name).to_string_lossy().into_owned();
    let script = Some(document.with_extension("json")).filter(|script| script.is_file());
    Test { name, document, script }
}
