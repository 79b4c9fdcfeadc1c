//! The repository holds nothing of the machine it was made on, and nothing that cannot be reviewed.
use crate::workspace;
use std::path::Path;

/// Written in halves, so that this file does not find itself.
const REGISTRIES: [&str; 6] = [
    concat!("deb.", "debian.org"),
    concat!("registry.", "npmjs.org"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("pypi.", "org"),
    concat!("files.", "pythonhosted.org"),
];
const MACHINE_PATHS: [&str; 2] = [concat!("/ro", "ot/"), concat!("/wo", "rk/")];
const LARGEST: usize = 1 << 20;

#[test]
fn no_file_names_a_registry_or_a_path_of_a_machine_or_hides_from_review() {
    let mut wrong = Vec::new();
    for path in workspace::files() {
        let bytes = std::fs::read(workspace::root().join(&path)).expect("a listed file can be read");
        wrong.extend(
            findings(&path, &bytes).into_iter().map(|finding| format!("{}: {finding}", path.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a file. Names of hosts count anywhere; paths of a machine only where a path can begin.
fn findings(path: &Path, bytes: &[u8]) -> Vec<String> {
    let mut findings = Vec::new();
    if bytes.len() > LARGEST {
        findings.push(format!("{} bytes, allowed are {LARGEST}", bytes.len()));
    }
    if bytes.contains(&0) {
        let picture =
            path.starts_with("docs") && path.extension().is_some_and(|extension| extension == "png");
        if !picture {
            findings.push("a binary file; only docs/**/*.png may be one".to_owned());
        }
        return findings;
    }
    let text = String::from_utf8_lossy(bytes);
    for host in REGISTRIES.iter().filter(|host| text.contains(**host)) {
        findings.push(format!("names the registry {host}"));
    }
    for machine in MACHINE_PATHS {
        let begins_a_path =
            |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}".contains(c));
        if text.match_indices(machine).any(|(at, _)| begins_a_path(at)) {
            findings.push(format!("names the machine's path {machine}"));
        }
    }
    findings
}

#[test]
fn each_kind_of_foreign_matter_is_found() {
    let count = |path: &str, text: &str| findings(Path::new(path), text.as_bytes()).len();
    for registry in REGISTRIES {
        assert_eq!(count("run", &format!("fetch https://{registry}/x")), 1, "{registry}");
    }
    for machine in MACHINE_PATHS {
        assert_eq!(count("run", &format!("cd {machine}x")), 1, "{machine}");
        assert_eq!(count("run", &format!("GET /api{machine}x")), 0, "{machine} inside another path");
    }
    assert_eq!(count("docs/a.txt", &"x".repeat(LARGEST + 1)), 1);
    assert_eq!(count("crates/a.png", "\0"), 1);
    assert_eq!(count("docs/a.bin", "\0"), 1);
    assert_eq!(count("docs/a.png", "\0"), 0);
    assert_eq!(count("Cargo.lock", "registry+https://github.com/rust-lang/crates.io-index"), 0);
}
