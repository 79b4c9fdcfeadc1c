//! `policy check`: everything wrong with a library, what to ask its authors, and what no case exercises.
use super::{Library, input, print};
use crate::parts::Failure;
use ::policy::Finding;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks a library.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The folder of policies [default: the library the program is built with]
    directory: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Some(directory) = &self.directory else {
            let library = Library::shipped();
            let findings = [Library::shipped_findings(), &library.check(|_| None)].concat();
            return report(library, &findings, &[]);
        };
        let mut files = Vec::new();
        for path in listed(directory)? {
            files.push((path.display().to_string(), input::read(&path)?));
        }
        if files.is_empty() {
            return Err(format!("{}: expected policies, files that end in .toml", directory.display()).into());
        }
        let texts = || files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let (library, mut findings) = Library::read(texts());
        findings.extend(library.check(|file| texts().find(|(name, _)| *name == file).map(|(_, text)| text)));
        findings.sort();
        let remarks: Vec<Finding> =
            texts().flat_map(|(name, text)| library.review(name, text).remarks).collect();
        report(&library, &findings, &remarks)
    }
}

/// The files of a folder that make a library.
fn listed(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries =
        std::fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn report(library: &Library, findings: &[Finding], remarks: &[Finding]) -> Result<ExitCode, Failure> {
    let mut text = String::new();
    for finding in findings {
        writeln!(text, "{finding}")?;
    }
    for remark in remarks {
        writeln!(text, "{}:{}:{}: to ask: {}", remark.file, remark.line, remark.column, remark.flaw)?;
    }
    for left in library.unexercised() {
        writeln!(text, "no case exercises {}: {}", left.policy, left.clause)?;
    }
    let (policies, cases) = (library.policies.len(), library.cases().count());
    writeln!(text, "{policies} policies, {cases} cases, {} findings", findings.len())?;
    print(text)?;
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
