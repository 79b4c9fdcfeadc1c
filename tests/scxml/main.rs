//! Judges the statechart kernel by SCXML: `scxml DIR` runs every test under DIR on a virtual clock.
//!
//! A test is a document `X.scxml` with its script `X.json`, as in the npm package `@scion-scxml/test-framework`; where
//! DIR holds no scripts, a document that must end in the state `pass`, as the tests of the W3C do.
//!
//! Documents may be hostile. A script that eats memory or nests too deep ends the process that runs it, so each test has
//! one of its own, with limits of memory and time.
mod alone;
mod data_model;
mod document;
mod event;
mod files;
mod post;
mod read;
mod session;
mod trial;
mod world;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use trial::Verdict;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match arguments.as_slice() {
        [mark, document, script @ ..] if mark == alone::MARK && script.len() < 2 => {
            alone::answer(Path::new(document), script.first().map(Path::new))
        }
        [folder] => judge(Path::new(folder)),
        _ => {
            eprintln!("usage: scxml DIR");
            ExitCode::from(2)
        }
    }
}

fn judge(folder: &Path) -> ExitCode {
    let tests = match files::tests(folder) {
        Ok(tests) => tests,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    };
    let verdicts = alone::all(&tests);
    let count = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count();
    let passed = count(|verdict| *verdict == Verdict::Passed);
    let failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    let rest = verdicts.len() - passed - failed;
    let others = tests.iter().zip(&verdicts).filter(|(_, verdict)| **verdict != Verdict::Passed);
    let mut lines: Vec<_> = others.map(|(test, verdict)| format!("{} {verdict}", test.name)).collect();
    lines.push(format!("{passed} passed, {failed} failed, {rest} unsupported\n"));
    match std::io::stdout().write_all(lines.join("\n").as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
