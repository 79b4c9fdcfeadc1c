//! No locked version has a known vulnerability; see tests/advisories/README.md.
use crate::workspace;
use semver::{Version, VersionReq};
use serde_json::Value;

/// Vulnerabilities that we ship all the same: the advisory and why it cannot hurt here.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// One advisory of the database.
struct Advisory {
    id: String,
    package: String,
    title: String,
    /// "unsound", "unmaintained" and the like; none for a vulnerability.
    informational: Option<String>,
    /// Versions that are patched or were never affected.
    safe: Vec<VersionReq>,
}

impl Advisory {
    fn parse(line: &str) -> Result<Self, String> {
        let advisory: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let text = |key: &str| {
            advisory[key].as_str().map(str::to_owned).ok_or_else(|| format!("{key} is not text: {line}"))
        };
        let mut safe = Vec::new();
        for key in ["patched", "unaffected"] {
            for range in advisory[key].as_array().ok_or_else(|| format!("{key} is not a list: {line}"))? {
                let range = range.as_str().ok_or_else(|| format!("{key} lists no text: {line}"))?;
                safe.push(VersionReq::parse(range).map_err(|error| format!("{range:?}: {error}"))?);
            }
        }
        let informational = advisory["informational"].as_str().map(str::to_owned);
        Ok(Self { id: text("id")?, package: text("package")?, title: text("title")?, informational, safe })
    }

    /// A pre-release counts as affected unless a range names its very version: the safe side.
    fn affects(&self, package: &str, version: &Version) -> bool {
        self.package == package && !self.safe.iter().any(|range| range.matches(version))
    }
}

fn database() -> Vec<Advisory> {
    let lines = workspace::read("tests/advisories/rustsec.jsonl");
    lines.lines().map(|line| Advisory::parse(line).unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// Name and version of every package that comes from a registry.
fn locked(lock: &str) -> Vec<(String, Version)> {
    let lock: toml::Table = toml::from_str(lock).expect("Cargo.lock is TOML");
    let packages = lock["package"].as_array().expect("Cargo.lock lists packages");
    let registry = |package: &&toml::Value| {
        package
            .get("source")
            .and_then(toml::Value::as_str)
            .is_some_and(|source| source.starts_with("registry"))
    };
    let text =
        |package: &toml::Value, key: &str| package[key].as_str().expect("a locked package has it").to_owned();
    let version = |package| Version::parse(&text(package, "version")).expect("cargo locks semantic versions");
    packages.iter().filter(registry).map(|package| (text(package, "name"), version(package))).collect()
}

#[test]
fn no_locked_crate_has_a_known_vulnerability() {
    let database = database();
    let mut vulnerable = Vec::new();
    let mut used = Vec::new();
    for (package, version) in locked(&workspace::read("Cargo.lock")) {
        for advisory in database.iter().filter(|advisory| advisory.affects(&package, &version)) {
            let finding = format!("{} {package} {version}: {}", advisory.id, advisory.title);
            if let Some(kind) = &advisory.informational {
                println!("{kind}: {finding}");
            } else if EXCEPTIONS.iter().any(|(id, _)| *id == advisory.id) {
                used.push(advisory.id.clone());
            } else {
                vulnerable.push(format!("{finding}; safe are {}", ranges(advisory)));
            }
        }
    }
    assert!(vulnerable.is_empty(), "{}", vulnerable.join("\n"));
    for (id, reason) in EXCEPTIONS {
        assert!(used.iter().any(|used| used == id), "the exception {id} ({reason}) is no longer needed");
    }
}

fn ranges(advisory: &Advisory) -> String {
    let ranges: Vec<String> =
        advisory.safe.iter().map(|range| format!("{range:?}", range = range.to_string())).collect();
    if ranges.is_empty() { "no versions at all".to_owned() } else { ranges.join(", ") }
}

#[test]
fn a_version_is_affected_between_the_unaffected_and_the_patched() {
    let line = r#"{"id":"R-1","package":"oats","title":"t","informational":null,"patched":[">= 1.4.2",">= 1.3.9, < 1.4.0"],"unaffected":["< 1.2.0"]}"#;
    let advisory = Advisory::parse(line).unwrap();
    let affected = |version: &str| advisory.affects("oats", &Version::parse(version).unwrap());
    assert!(affected("1.2.0") && affected("1.3.8") && affected("1.4.1") && affected("1.5.0-alpha.1"));
    assert!(!affected("1.1.9") && !affected("1.3.9") && !affected("1.4.2") && !affected("2.0.0"));
    assert!(!advisory.affects("wheat", &Version::new(1, 2, 0)));
}

#[test]
fn only_packages_of_a_registry_are_looked_up() {
    let lock = "[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n\
        [[package]]\nname = \"theirs\"\nversion = \"1.2.3\"\nsource = \"registry+x\"\n";
    assert_eq!(locked(lock), [("theirs".to_owned(), Version::new(1, 2, 3))]);
}
